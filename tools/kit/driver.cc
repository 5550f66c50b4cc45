// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Drives a plugin through the bare contract, without the pipeline: each call as the kit wants it.
#include "tools/kit/driver.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "core/base/digest.h"
#include "core/base/leaves.h"
#include "core/base/schema.h"
#include "core/base/status.h"
#include "core/base/utf8.h"
#include "core/pipeline/flight.h"
#include "core/plugin/coded_error.h"
#include "core/text/record_json.h"
#include "fmt/format.h"
#include "tools/kit/kit_samples.h"

namespace puente::tools {
namespace {

using pipeline::BrokenContract;

constexpr size_t kHeadBytes = size_t{8} << 10;
constexpr std::string_view kInputName = "kit-input";
constexpr std::string_view kOutputName = "kit-output";

PuenteString ToC(std::string_view text) { return {text.data(), text.size()}; }

std::vector<PuenteOption> ToContract(const plugin::OptionList& options) {
  std::vector<PuenteOption> all;
  for (const auto& [key, value] : options) all.push_back({ToC(key), ToC(value)});
  return all;
}

plugin::RunOptions RunOptionsOf(const DriveSettings& settings, std::string_view name) {
  plugin::RunOptions options;
  options.source = name;
  options.limits = settings.limits;
  options.cancel = settings.cancel;
  return options;
}

/// The output of a writer.
struct KitTarget {
  const std::function<bool(std::string_view)>* write = nullptr;
  bool failed = false;
};

PuenteStatus WriteTarget(void* ctx, const char* data, size_t size) {
  auto* target = static_cast<KitTarget*>(ctx);
  if (!target->failed && (*target->write)({data, size})) return PUENTE_OK;
  target->failed = true;
  return PUENTE_DATA_LOSS;
}

/// A record as a writer takes it.
PuenteRecord ForWriter(const KitRecord& record) {
  PuenteRecord c{};
  c.struct_size = sizeof(c);
  c.kind = static_cast<uint32_t>(record.message.content_case());
  c.data = record.bytes.data();
  c.size = record.bytes.size();
  c.id = ToC(record.id);
  c.leaves = record.leaves.data();
  c.leaves_size = record.leaves.size();
  return c;
}

absl::Status Describe(KitRecord* record) {
  v1::Record& message = record->message;
  if (!message.SerializeToString(&record->bytes)) return absl::InternalError("not serialized");
  record->id = message.identity().id();
  std::vector<LeafCount> counts;
  CountLeaves(message, &counts);
  record->leaves.clear();
  for (const LeafCount& leaf : counts) {
    const uint32_t path = PathTable::Global().Intern(LeafPathName(leaf.path_id));
    record->leaves.push_back({path, path, leaf.count});
  }
  return absl::OkStatus();
}

}  // namespace

KitSource::KitSource(std::string_view bytes) : bytes_(bytes), size_(bytes.size()) {
  head_ = std::string(bytes.substr(0, kHeadBytes));
  PuenteSource& c = c_.value;
  c.ctx = this;
  c.name = ToC(kInputName);
  c.head = ToC(head_);
  c.size = size_;
  c.read = [](void* ctx, char* buffer, size_t capacity, size_t* got) {
    auto* self = static_cast<KitSource*>(ctx);
    const PuenteStatus status = self->ReadAt(self->at_.load(), buffer, capacity, got);
    self->at_ += *got;
    return status;
  };
  c.read_at = [](void* ctx, uint64_t offset, char* buffer, size_t capacity, size_t* got) {
    return static_cast<KitSource*>(ctx)->ReadAt(offset, buffer, capacity, got);
  };
}

KitSource::KitSource(int fd) : KitSource(std::string_view()) {
  fd_ = fd;
  struct stat info = {};
  if (fstat(fd, &info) == 0) size_ = static_cast<uint64_t>(info.st_size);
  head_.resize(kHeadBytes);
  const ssize_t got = pread(fd, head_.data(), head_.size(), 0);
  head_.resize(got > 0 ? static_cast<size_t>(got) : 0);
  c_.value.head = ToC(head_);
  c_.value.size = size_;
}

std::unique_ptr<KitSource> KitSource::OfFile(const std::string& path) {
  return std::unique_ptr<KitSource>(new KitSource(open(path.c_str(), O_RDONLY | O_CLOEXEC)));
}

KitSource::~KitSource() {
  if (fd_ >= 0) close(fd_);
}

void KitSource::ForbidSeeking() {
  c_.value.size = UINT64_MAX;
  c_.value.read_at = nullptr;
}

PuenteStatus KitSource::ReadAt(uint64_t offset, char* buffer, size_t capacity, size_t* got) {
  ++calls_;
  *got = 0;
  if (offset >= fail_at) return PUENTE_DATA_LOSS;
  const uint64_t left = offset < size_ ? std::min(size_, fail_at) - offset : 0;
  const size_t wanted = static_cast<size_t>(std::min<uint64_t>({left, capacity, chunk}));
  if (fd_ >= 0) {
    const ssize_t count = pread(fd_, buffer, wanted, static_cast<off_t>(offset));
    if (count < 0) return PUENTE_DATA_LOSS;
    *got = static_cast<size_t>(count);
    given_ += *got;
    return PUENTE_OK;
  }
  if (wanted > 0) std::memcpy(buffer, bytes_.data() + offset, wanted);
  *got = wanted;
  given_ += wanted;
  return PUENTE_OK;
}

std::string KitSource::Part(uint64_t offset, uint64_t length) const {
  return std::string(bytes_.substr(offset, length));
}

std::string Drive::Summary() const {
  return fmt::format("{} records, {} headers, digest {}, {} findings, {}", records, headers,
                     digest.substr(0, 12), findings,
                     status.ok() ? "no error" : FormatError(status));
}

absl::StatusOr<std::unique_ptr<Driver>> Driver::Load(const plugin::CatalogEntry& entry,
                                                     bool grown) {
  void* const library = dlopen(entry.library_path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) return absl::InternalError(dlerror());
  const auto function = reinterpret_cast<PuenteEntry>(dlsym(library, PUENTE_ENTRY_SYMBOL));
  if (function == nullptr) return absl::InternalError("the library has no entry");
  auto driver = std::make_unique<Driver>();
  if (grown) driver->table_ = Grown<PuentePlugin>(true);
  const uint32_t size = driver->table_.value.struct_size;
  const PuenteStatus status = function(HostWatch::Get().Table(grown), &driver->table_.value);
  if (status != PUENTE_OK) {
    return BrokenContract(fmt::format("the entry refuses {} (status {})",
                                      grown ? "a later host" : "the host", status));
  }
  if (driver->table_.value.struct_size != size) {
    return BrokenContract("the entry changes the struct_size of the table, which is the host's");
  }
  if (absl::Status tails = driver->CheckTails(); !tails.ok()) return tails;
  return driver;
}

absl::Status Driver::CheckTails() const {
  if (!table_.intact()) return BrokenContract("it writes behind the fields of its table");
  if (!HostWatch::Get().intact()) return BrokenContract("it writes into the table of the host");
  return absl::OkStatus();
}

absl::StatusOr<const v1::Record*> Driver::Message(const PuenteRecord& record, v1::Record* parsed) {
  if (record.message != nullptr) return static_cast<const v1::Record*>(record.message);
  if (absl::Status status = ParseRecord({record.data, record.size}, parsed); !status.ok()) {
    return status;
  }
  return parsed;
}

Drive Driver::ReadOpen(void* reader, plugin::Run& run, const BatchCallback& callback,
                       Drive drive) const {
  if (reader == nullptr) {
    drive.status = BrokenContract("it opened no reader");
    return drive;
  }
  DatasetDigest digest;
  v1::Record parsed;
  while (drive.status.ok()) {
    PuenteBatch* batch = nullptr;
    const PuenteStatus status = table().reader_next(reader, &batch);
    drive.findings += run.TakeNews().findings.size();
    if (status == PUENTE_END) break;
    if (status != PUENTE_OK) {
      drive.status = run.TakeError(status, "reading");
      break;
    }
    if (batch == nullptr || batch->struct_size < sizeof(PuenteBatch) || batch->release == nullptr ||
        (batch->size > 0 && batch->records == nullptr)) {
      drive.status = BrokenContract("a batch is none");
      break;
    }
    for (size_t i = 0; i < batch->size && drive.status.ok(); ++i) {
      if (batch->records[0].struct_size != sizeof(PuenteRecord)) {
        drive.status = BrokenContract("the records of a batch have a wrong struct_size");
        break;
      }
      const absl::StatusOr<const v1::Record*> message = Message(batch->records[i], &parsed);
      const absl::StatusOr<Digest> own =
          message.ok() ? RecordDigest(**message) : absl::StatusOr<Digest>(message.status());
      if (own.ok()) {
        digest.Add(*own);
        ++(batch->records[i].kind == PUENTE_KIND_DATASET_HEADER ? drive.headers : drive.records);
      } else {
        drive.status = own.status();
      }
    }
    if (callback && drive.status.ok()) drive.status = callback(batch);
    batch->release(batch);
  }
  if (const absl::StatusOr<Digest> all = digest.Finish(); all.ok()) {
    drive.digest = DigestToHex(*all);
  }
  return drive;
}

Drive Driver::Read(std::string_view format, KitSource& source, const DriveSettings& settings,
                   const BatchCallback& callback) const {
  Drive drive;
  plugin::Run run(RunOptionsOf(settings, kInputName));
  const std::vector<PuenteOption> options = ToContract(settings.options);
  if (settings.grown) source.Grow();
  void* reader = nullptr;
  const PuenteStatus status = table().reader_open(run.c_run(), ToC(format), source.c_source(),
                                                  options.data(), options.size(), &reader);
  if (status != PUENTE_OK) {
    drive.status = run.TakeError(status, "opening the input");
    drive.findings += run.TakeNews().findings.size();
    return drive;
  }
  drive = ReadOpen(reader, run, callback, std::move(drive));
  if (reader != nullptr) table().reader_close(reader);
  return drive;
}

Drive Driver::ReadPieces(std::string_view format, KitSource& source,
                         const DriveSettings& settings) const {
  Drive all;
  plugin::Run run(RunOptionsOf(settings, kInputName));
  const std::vector<PuenteOption> options = ToContract(settings.options);
  if (settings.grown) source.Grow();
  void* splitter = nullptr;
  PuenteStatus status = table().splitter_open(run.c_run(), ToC(format), source.c_source(),
                                              options.data(), options.size(), &splitter);
  if (status != PUENTE_OK || splitter == nullptr) {
    all.status = status == PUENTE_OK ? BrokenContract("it opened no splitter")
                                     : run.TakeError(status, "cutting the input");
    return all;
  }
  uint64_t next = 0;
  while (all.status.ok()) {
    Grown<PuentePiece> piece(settings.grown);
    status = table().splitter_next(splitter, &piece.value);
    all.findings += run.TakeNews().findings.size();
    if (status == PUENTE_END) break;
    if (status != PUENTE_OK) {
      all.status = run.TakeError(status, "cutting the input");
      break;
    }
    if (!piece.intact()) all.status = BrokenContract("it writes behind a piece");
    if (piece.value.offset != next || piece.value.length > source.size() - next) {
      all.status = BrokenContract("the pieces have gaps or overlap");
    }
    if (!all.status.ok()) break;
    next += piece.value.length;
    const std::string bytes = source.Part(piece.value.offset, piece.value.length);
    KitSource part{std::string_view(bytes)};
    if (settings.grown) part.Grow();
    plugin::Run part_run(RunOptionsOf(settings, kInputName));
    void* reader = nullptr;
    status = table().reader_open_piece(part_run.c_run(), ToC(format), part.c_source(), &piece.value,
                                       options.data(), options.size(), &reader);
    Drive drive;
    if (status != PUENTE_OK) {
      drive.status = part_run.TakeError(status, "opening a piece");
    } else {
      drive = ReadOpen(reader, part_run, {}, std::move(drive));
      if (reader != nullptr) table().reader_close(reader);
    }
    all.records += drive.records;
    all.headers += drive.headers;
    all.findings += drive.findings;
    all.status = drive.status;
  }
  table().splitter_close(splitter);
  return all;
}

Drive Driver::Write(std::string_view format, const std::vector<KitRecord>& records, uint64_t repeat,
                    const DriveSettings& settings,
                    const std::function<bool(std::string_view)>& write) const {
  Drive drive;
  KitTarget context{&write};
  Grown<PuenteTarget> target(settings.grown);
  target.value.ctx = &context;
  target.value.name = ToC(kOutputName);
  target.value.write = WriteTarget;
  plugin::Run run(RunOptionsOf(settings, kOutputName));
  const std::vector<PuenteOption> options = ToContract(settings.options);
  void* writer = nullptr;
  PuenteStatus status = table().writer_open(run.c_run(), ToC(format), &target.value, options.data(),
                                            options.size(), &writer);
  if (status != PUENTE_OK || writer == nullptr) {
    drive.status = status == PUENTE_OK ? BrokenContract("it opened no writer")
                                       : run.TakeError(status, "opening the output");
    return drive;
  }
  ReceiptLedger ledger;
  for (uint64_t round = 0; round < repeat && status == PUENTE_OK; ++round) {
    for (const KitRecord& record : records) {
      Grown<PuenteRecord> c(settings.grown);
      const uint32_t size = c.value.struct_size;
      c.value = ForWriter(record);
      c.value.struct_size = size;
      const auto* flows = reinterpret_cast<const LeafFlow*>(record.leaves.data());
      ledger.RecordRead({flows, record.leaves.size()});
      run.BeginPut(&ledger, {flows, record.leaves.size()}, {}, record.id);
      InWriterPut() = true;
      status = table().writer_put(writer, &c.value);
      InWriterPut() = false;
      run.EndPut();
      drive.findings += run.TakeNews().findings.size();
      if (!c.intact()) drive.status = BrokenContract("it writes behind a record");
      if (status != PUENTE_OK) break;
      ++drive.records;
    }
  }
  if (status == PUENTE_OK) status = table().writer_finish(writer);
  if (status != PUENTE_OK && drive.status.ok()) drive.status = run.TakeError(status, "writing");
  if (!target.intact()) drive.status = BrokenContract("it writes behind the target");
  if (context.failed && drive.status.ok()) {
    drive.status = BrokenContract("it says that all was written when the output had failed");
  }
  table().writer_close(writer);
  return drive;
}

absl::StatusOr<std::vector<KitRecord>> KitRecordsForWriter() {
  std::vector<KitRecord> records;
  const std::string lines = KitRecords();
  for (size_t at = 0; at < lines.size();) {
    const size_t end = std::min(lines.find('\n', at), lines.size());
    KitRecord& record = records.emplace_back();
    absl::Status status =
        text::ParseRecordJson(std::string_view(lines).substr(at, end - at), &record.message);
    if (status.ok()) status = Describe(&record);
    if (!status.ok()) return status;
    at = end + 1;
  }
  return records;
}

absl::StatusOr<std::vector<KitRecord>> KitRecordsWithTitle(std::string_view title, size_t count) {
  absl::StatusOr<std::vector<KitRecord>> records = KitRecordsForWriter();
  if (!records.ok()) return records.status();
  records->resize(std::min(count, records->size()));
  for (KitRecord& record : *records) {
    v1::Narrative* text = record.message.mutable_activity()->mutable_title()->mutable_narratives(0);
    text->set_text(std::string(title));
    if (absl::Status status = Describe(&record); !status.ok()) return status;
  }
  return records;
}

plugin::OptionList KitOptions(const plugin::Format& format, plugin::Direction direction,
                              const plugin::OptionList& given) {
  plugin::OptionList all = given;
  // A required option has no default: anything that fits its type.
  for (const plugin::OptionSpec& option : format.options) {
    const bool is_given = std::any_of(given.begin(), given.end(),
                                      [&](const auto& pair) { return pair.first == option.name; });
    if (!option.required || is_given || !option.AppliesTo(direction)) continue;
    switch (option.type) {
      case plugin::OptionType::kEnum:
        all.emplace_back(option.name, option.values.front());
        break;
      case plugin::OptionType::kBoolean:
        all.emplace_back(option.name, "false");
        break;
      case plugin::OptionType::kString:
        all.emplace_back(option.name, "kit");
        break;
      default:
        all.emplace_back(option.name, option.min.value_or(option.max.value_or("1")));
    }
  }
  absl::StatusOr<plugin::OptionList> checked = plugin::CheckOptions(format, direction, all);
  return checked.ok() ? *std::move(checked) : all;
}

}  // namespace puente::tools
