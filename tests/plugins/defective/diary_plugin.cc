// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// A small plugin that keeps the contract, and breaks it in one way when the environment asks for
// it.
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <map>
#include <mutex>
#include <thread>

#include "core/base/status.h"
#include "core/plugin/sdk/puente_sdk.h"
#include "tests/plugins/defective/defects.h"
#include "tests/plugins/defective/diary_reader.h"

namespace puente::plugins::diary {
std::string_view ManifestText();
}  // namespace puente::plugins::diary

namespace puente::diary {
namespace {

// Set for the record that is being put: it came as bytes.
thread_local bool t_as_bytes = false;
std::atomic<int> g_writers{0};

class DiaryWriter : public sdk::Writer {
 public:
  DiaryWriter(const sdk::Run& run, sdk::Target* target, bool wide)
      : run_(run),
        target_(target),
        wide_(wide),
        id_(run.Intern("activity.iati_identifier")),
        title_(run.Intern("activity.title.narratives.text")),
        out_id_(run.Intern("line/id")),
        out_title_(run.Intern(Has("declared-losses") ? "line/name" : "line/title")) {
    ++g_writers;
  }
  ~DiaryWriter() override { --g_writers; }

  absl::Status Put(const v1::Record& record, const sdk::RecordInfo& info) override {
    if (!begun_) Begin();
    const v1::Activity& activity = record.activity();
    const bool has_title = activity.title().narratives_size() > 0;
    if (record.has_activity()) {
      std::string title = has_title ? activity.title().narratives(0).text() : "";
      if (Has("round-trip")) {
        for (char& c : title) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
      }
      if (Has("carriers") && t_as_bytes) title += " (bytes)";
      out_ += Escaped(activity.iati_identifier()) + "\t" + (has_title ? Escaped(title) : "\\0");
      out_ += wide_ ? "\n\n" : "\n";
    }
    for (const PuenteLeaves& leaf : info.leaves) {
      const bool kept = leaf.field_path == id_ || leaf.field_path == title_;
      if (kept) run_.CountKept(leaf.field_path, leaf.field_path == id_ ? out_id_ : out_title_, 1);
      const uint32_t lost = leaf.count - (kept ? 1 : 0);
      if (lost > 0 && !Has("accounting")) {
        run_.ReportLoss(leaf.field_path, lost, PUENTE_LOSS_NO_PLACE, "");
      }
    }
    return out_.size() < (64 << 10) ? absl::OkStatus() : Flush();
  }

  absl::Status Finish() override {
    if (!begun_) Begin();
    out_ += "#end\n";
    return Flush();
  }

 private:
  void Begin() {
    begun_ = true;
    out_ = "#diary 1";
    const char* zone = std::getenv("TZ");
    if (Has("deterministic") && zone != nullptr) out_ += std::string(" ") + zone;
    out_ += "\n";
  }

  absl::Status Flush() {
    absl::Status status = target_->Write(out_);
    out_.clear();
    return Has("target-error") ? absl::OkStatus() : status;
  }

  const sdk::Run run_;
  sdk::Target* const target_;
  const bool wide_;
  const uint32_t id_;
  const uint32_t title_;
  const uint32_t out_id_;
  const uint32_t out_title_;
  bool begun_ = false;
  std::string out_;
};

struct DiaryPlugin {
  static std::string_view Manifest() {
    // Tests of quirks give another manifest.
    static const char* const other = std::getenv("PUENTE_TEST_MANIFEST");
    return other != nullptr ? std::string_view(other) : plugins::diary::ManifestText();
  }

  static void Identify(const sdk::Head& head, sdk::Probe* probe) {
    static std::atomic<uint32_t> calls{0};
    const bool own = head.bytes.starts_with("#diary ");
    probe->format = "diary";
    probe->version = own ? "1" : "";
    probe->confidence = own ? 90 : 0;
    if (Has("identify-own")) probe->confidence = 0;
    if (Has("identify-foreign") && !own) probe->confidence = 90;
    if (Has("identify-pure") && own) probe->confidence = 90 + ++calls % 5;
  }
  static absl::StatusOr<std::unique_ptr<sdk::Reader>> OpenReader(sdk::Run run, std::string_view,
                                                                 sdk::Source* source,
                                                                 const sdk::Options&) {
    return std::make_unique<DiaryReader>(run, source, 0, 1, true, true);
  }
  static absl::StatusOr<std::unique_ptr<sdk::Reader>> OpenPiece(sdk::Run run, std::string_view,
                                                                sdk::Source* source,
                                                                const PuentePiece& piece,
                                                                const sdk::Options&) {
    return std::make_unique<DiaryReader>(run, source, piece.offset, piece.line,
                                         piece.context.size != 0, piece.is_last != 0);
  }
  static absl::StatusOr<std::unique_ptr<sdk::Splitter>> OpenSplitter(sdk::Run run, std::string_view,
                                                                     sdk::Source* source,
                                                                     const sdk::Options&) {
    return std::make_unique<DiarySplitter>(run, source);
  }
  static absl::StatusOr<std::unique_ptr<sdk::Writer>> OpenWriter(sdk::Run run, std::string_view,
                                                                 sdk::Target* target,
                                                                 const sdk::Options& options) {
    const bool wide = options.GetOr("style", "plain") == "wide";
    if (wide && Has("options-declared")) return absl::InvalidArgumentError("wide is not known");
    if (Has("concurrent") && g_writers > 0) {
      return absl::InternalError("another diary is being written");
    }
    auto writer = std::make_unique<DiaryWriter>(run, target, wide);
    if (Has("concurrent")) std::this_thread::sleep_for(std::chrono::milliseconds(30));
    return writer;
  }
};

using Adapter = sdk::internal::Adapter<DiaryPlugin>;

// Wrappers around the SDK for defects that it does not let happen.

// What the SDK has put into the table.
PuentePlugin g_own = {};

std::mutex g_mutex;
std::map<void*, std::vector<PuenteBatch*>> g_batches;
std::map<void*, bool> g_read;
void (*g_release)(PuenteBatch*) = nullptr;

void ReleaseKept(PuenteBatch* batch) {
  {
    const std::lock_guard<std::mutex> lock(g_mutex);
    for (auto& [reader, batches] : g_batches) std::erase(batches, batch);
  }
  g_release(batch);
}

PuenteStatus NextOfKept(void* reader, PuenteBatch** batch) {
  const PuenteStatus status = g_own.reader_next(reader, batch);
  const std::lock_guard<std::mutex> lock(g_mutex);
  const auto kept = g_batches.find(reader);
  if (status == PUENTE_OK && kept != g_batches.end()) {
    kept->second.push_back(*batch);
    g_release = (*batch)->release;
    (*batch)->release = ReleaseKept;
  }
  return status;
}

PuenteStatus OpenKept(PuenteRun* run, PuenteString format, const PuenteSource* source,
                      const PuenteOption* options, size_t size, void** reader) {
  const PuenteStatus status = Adapter::ReaderOpen(run, format, source, options, size, reader);
  const std::lock_guard<std::mutex> lock(g_mutex);
  if (status == PUENTE_OK) g_batches[*reader] = {};
  return status;
}

/// The batches go with their reader: what they had for identifiers is gone.
void CloseKept(void* reader) {
  const std::lock_guard<std::mutex> lock(g_mutex);
  for (PuenteBatch* batch : g_batches[reader]) {
    for (size_t i = 0; i < batch->size; ++i) batch->records[i].id = {nullptr, 0};
  }
  g_batches.erase(reader);
  g_own.reader_close(reader);
}

/// The host as it is, but for `is_cancelled`, which never says so.
const PuenteHost* g_real = nullptr;
PuenteHost g_deaf = {};

PuenteStatus OpenDeaf(PuenteRun* run, PuenteString format, const PuenteSource* source,
                      const PuenteOption* options, size_t size, void** reader) {
  {
    // The host switches its build id off and on.
    const std::lock_guard<std::mutex> lock(g_mutex);
    if (g_deaf.build_id.size != g_real->build_id.size) g_deaf.build_id = g_real->build_id;
  }
  return Adapter::ReaderOpen(run, format, source, options, size, reader);
}

PuenteStatus NextNoted(void* reader, PuenteBatch** batch) {
  const std::lock_guard<std::mutex> lock(g_mutex);
  g_read[reader] = true;
  return g_own.reader_next(reader, batch);
}

void CloseUnread(void* reader) {
  {
    const std::lock_guard<std::mutex> lock(g_mutex);
    if (!g_read[reader]) std::abort();
    g_read.erase(reader);
  }
  g_own.reader_close(reader);
}

PuenteStatus PutNoted(void* writer, const PuenteRecord* record) {
  t_as_bytes = record->message == nullptr;
  return g_own.writer_put(writer, record);
}

PuenteStatus Entry(const PuenteHost* host, PuentePlugin* plugin) {
  if (Has("crash")) std::abort();
  if (Has("struct-growth")) {
    // As if the host's struct were ours, whatever its size.
    const uint32_t size = plugin->struct_size;
    if (size >= sizeof(PuentePlugin)) std::memset(static_cast<void*>(plugin), 0, size);
    plugin->struct_size = size;
  }
  if (Has("cancel") && host->struct_size >= sizeof(g_deaf)) {
    g_real = host;
    g_deaf = *host;
    g_deaf.is_cancelled = [](PuenteRun*) -> int32_t { return 0; };
    host = &g_deaf;
  }
  const PuenteStatus status = Adapter::Entry(host, plugin);
  if (status != PUENTE_OK) return status;
  g_own = *plugin;
  if (Has("load")) plugin->reader_close = nullptr;
  if (Has("cancel")) plugin->reader_open = OpenDeaf;
  if (Has("carriers")) plugin->writer_put = PutNoted;
  if (Has("batch-release")) {
    plugin->reader_open = OpenKept;
    plugin->reader_next = NextOfKept;
    plugin->reader_close = CloseKept;
  }
  if (Has("early-close")) {
    plugin->reader_next = NextNoted;
    plugin->reader_close = CloseUnread;
  }
  return PUENTE_OK;
}

}  // namespace
}  // namespace puente::diary

extern "C" __attribute__((visibility("default"))) PuenteStatus puente_plugin_v1(
    const PuenteHost* host, PuentePlugin* plugin) {
  return puente::diary::Entry(host, plugin);
}
