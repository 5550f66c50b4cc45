// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// The C++ SDK for plugins: write a Reader and/or a Writer, then PUENTE_PLUGIN(...).
#ifndef PUENTE_CORE_PLUGIN_SDK_PUENTE_SDK_H_
#define PUENTE_CORE_PLUGIN_SDK_PUENTE_SDK_H_

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/base/leaves.h"
#include "core/base/schema.h"
#include "core/base/status.h"
#include "core/plugin/puente_plugin.h"
#include "core/plugin/sdk/batch_builder.h"
#include "core/plugin/sdk/build_id.h"
#include "core/text/byte_stream.h"
#include "puente/v1/record.pb.h"

/// Everything a C++ plugin needs. A plugin is a class with static members:
///
///     struct MyPlugin {
///       static std::string_view Manifest();                       // the JSON beside the library
///       static void Identify(const sdk::Head& head, sdk::Probe* probe);          // optional
///       static absl::StatusOr<std::unique_ptr<sdk::Reader>> OpenReader(          // optional
///           sdk::Run run, std::string_view format, sdk::Source* source,
///           const sdk::Options& options);
///       // Both, for inputs that can be read in pieces side by side:
///       static absl::StatusOr<std::unique_ptr<sdk::Reader>> OpenPiece(
///           sdk::Run run, std::string_view format, sdk::Source* source, const PuentePiece& piece,
///           const sdk::Options& options);
///       static absl::StatusOr<std::unique_ptr<sdk::Splitter>> OpenSplitter(
///           sdk::Run run, std::string_view format, sdk::Source* source,
///           const sdk::Options& options);
///       static absl::StatusOr<std::unique_ptr<sdk::Writer>> OpenWriter(          // optional
///           sdk::Run run, std::string_view format, sdk::Target* target,
///           const sdk::Options& options);
///     };
///     PUENTE_PLUGIN(MyPlugin)
namespace puente::sdk {

/// Conversions between the C strings of the contract and C++ ones.
inline PuenteString ToC(std::string_view text) { return {text.data(), text.size()}; }
inline std::string_view ToStd(PuenteString text) {
  return text.data == nullptr ? std::string_view() : std::string_view(text.data, text.size);
}

/// Checked options by name; the host has filled in the defaults of the manifest.
class Options {
 public:
  Options(const PuenteOption* options, size_t size) : options_(options, size) {}

  /// The value, or nothing when the option has neither value nor default.
  std::optional<std::string_view> Get(std::string_view key) const {
    for (const PuenteOption& option : options_) {
      if (ToStd(option.key) == key) return ToStd(option.value);
    }
    return std::nullopt;
  }
  /// The value, or `fallback`.
  std::string_view GetOr(std::string_view key, std::string_view fallback) const {
    return Get(key).value_or(fallback);
  }
  /// True for the values `true`, `1` and `yes`.
  bool GetBool(std::string_view key) const {
    const std::string_view value = GetOr(key, "false");
    return value == "true" || value == "1" || value == "yes";
  }

 private:
  std::span<const PuenteOption> options_;
};

/// A finding in the making; see PuenteFinding for the fields.
struct Finding {
  int32_t severity = PUENTE_WARNING;
  std::string_view code;       ///< Of the plugin's messages, such as `CENSO-0001`.
  std::string_view message;    ///< In English; it stands alone.
  std::string_view hint;       ///< What to do about it.
  std::string_view path;       ///< In the source, without indices.
  std::string_view text;       ///< What of the source it is about.
  std::string_view record_id;  ///< The record's own identifier.
  uint64_t offset = 0;         ///< In bytes from the beginning.
  uint64_t line = 0;           ///< From 1; 0 when it is not known, as the column.
  uint64_t column = 0;         ///< From 1.
  std::string_view sheet;      ///< Of a workbook.
  std::string_view cell;       ///< Of a sheet or table, such as `B7`.
};

/// One reading, writing or splitting, seen from the plugin. Cheap to copy.
class Run {
 public:
  /// Made by the SDK, as Source and Target are.
  Run(const PuenteHost* host, PuenteRun* run) : host_(host), run_(run) {}

  /// The id of a path; equal paths have equal ids. Keep it: the call takes a lock.
  uint32_t Intern(std::string_view path) const { return host_->intern_path(ToC(path)); }

  /// Reports a finding; the host adds the name of the source.
  void Report(const Finding& finding) const {
    PuenteFinding c{};
    c.struct_size = sizeof(c);
    c.severity = finding.severity;
    c.code = ToC(finding.code);
    c.message = ToC(finding.message);
    c.hint = ToC(finding.hint);
    c.path = ToC(finding.path);
    c.text = ToC(finding.text);
    c.record_id = ToC(finding.record_id);
    c.position = {finding.offset, finding.line, finding.column, ToC(finding.sheet),
                  ToC(finding.cell)};
    host_->report_finding(run_, &c);
  }

  /// See PuenteHost for the meaning of the counts.
  void CountRead(uint32_t source_path, uint64_t count) const {
    host_->count_read(run_, source_path, count);
  }
  void CountRejected(uint32_t source_path, uint64_t count) const {
    host_->count_rejected(run_, source_path, count);
  }
  void CountKept(uint32_t field_path, uint32_t out_path, uint64_t count) const {
    host_->count_kept(run_, field_path, out_path, count);
  }
  /// For many paths at once, much faster; `source_path` of each is the path in the output.
  void CountKept(std::span<const PuenteLeaves> leaves) const {
    host_->count_kept_all(run_, leaves.data(), leaves.size());
  }
  void CountDerived(uint32_t out_path, uint64_t count) const {
    host_->count_derived(run_, out_path, count);
  }
  void ReportLoss(uint32_t field_path, uint64_t count, int32_t reason,
                  std::string_view example) const {
    host_->report_loss(run_, field_path, count, reason, ToC(example));
  }

  /// A line for the log.
  void Log(int32_t level, std::string_view message) const { host_->log(run_, level, ToC(message)); }
  /// How many bytes of the input were used so far.
  void Progress(uint64_t bytes) const { host_->progress(run_, bytes); }
  /// True when the work should end soon, with a cancelled error.
  bool IsCancelled() const { return host_->is_cancelled(run_) != 0; }
  /// The value of a limit by the name that `puente limits` prints.
  uint64_t Limit(std::string_view name) const { return host_->limit(run_, ToC(name)); }
  /// The name of a code, or nothing.
  std::optional<std::string_view> LookupCode(std::string_view codelist, std::string_view code,
                                             std::string_view language) const {
    PuenteString name{};
    if (host_->lookup_code(run_, ToC(codelist), ToC(code), ToC(language), &name) != PUENTE_OK) {
      return std::nullopt;
    }
    return ToStd(name);
  }

  /// What the contract's own functions want.
  const PuenteHost* host() const { return host_; }
  PuenteRun* run() const { return run_; }

 private:
  const PuenteHost* host_;
  PuenteRun* run_;
};

/// The error that a byte stream of the host gives when it fails; the host knows the reason.
inline absl::Status StreamError(PuenteStatus status, const char* what) {
  return absl::Status(
      status == PUENTE_CANCELLED ? absl::StatusCode::kCancelled : absl::StatusCode::kDataLoss,
      what);
}

/// An input of the host as a stream.
class Source : public text::InputStream {
 public:
  explicit Source(const PuenteSource* source) : source_(source) {}

  absl::StatusOr<size_t> Read(char* buffer, size_t size) override {
    size_t got = 0;
    const PuenteStatus status = source_->read(source_->ctx, buffer, size, &got);
    if (status != PUENTE_OK) return StreamError(status, "the input could not be read");
    return got;
  }
  /// Reads at an offset, also from several threads. Only when can_seek().
  absl::StatusOr<size_t> ReadAt(uint64_t offset, char* buffer, size_t size) const {
    size_t got = 0;
    const PuenteStatus status = source_->read_at(source_->ctx, offset, buffer, size, &got);
    if (status != PUENTE_OK) return StreamError(status, "the input could not be read");
    return got;
  }
  /// True when ReadAt works.
  bool can_seek() const { return source_->read_at != nullptr && source_->size != UINT64_MAX; }
  /// Size in bytes, or UINT64_MAX.
  uint64_t size() const { return source_->size; }
  std::string_view name() const { return ToStd(source_->name); }
  /// The first bytes of the input; they are not consumed.
  std::string_view head() const { return ToStd(source_->head); }

 private:
  const PuenteSource* source_;
};

/// An output of the host as a stream.
class Target : public text::OutputStream {
 public:
  explicit Target(const PuenteTarget* target) : target_(target) {}

  absl::Status Write(std::string_view data) override {
    const PuenteStatus status = target_->write(target_->ctx, data.data(), data.size());
    if (status != PUENTE_OK) return StreamError(status, "the output could not be written");
    return absl::OkStatus();
  }
  std::string_view name() const { return ToStd(target_->name); }

 private:
  const PuenteTarget* target_;
};

/// What `Identify` sees of an input.
struct Head {
  std::string_view name;   ///< The file's name, as given.
  std::string_view bytes;  ///< Its first ones, at most 8 KiB.
  /// The input, where it can seek: a few MiB of it may be read at offsets. Else null.
  const Source* source = nullptr;
};

/// What `Identify` answers: confidence 0 to 100, format id of static storage, version.
struct Probe {
  uint32_t confidence = 0;
  std::string_view format;
  std::string version;
};

/// Ids of the host for the canonical field paths of core/base/leaves.h. One for each reader or
/// writer; not thread safe.
class FieldPaths {
 public:
  explicit FieldPaths(Run run) : run_(run) {}
  /// The host's id for a leaf path id.
  uint32_t HostId(uint32_t leaf_path_id) {
    if (leaf_path_id >= ids_.size()) ids_.resize(leaf_path_id + 1, 0);
    uint32_t& id = ids_[leaf_path_id];
    if (id == 0) id = run_.Intern(LeafPathName(leaf_path_id));
    return id;
  }

 private:
  Run run_;
  std::vector<uint32_t> ids_;
};

/// Reads records from one input or piece.
class Reader {
 public:
  virtual ~Reader() = default;
  /// Adds one or more records to the batch and returns true, or returns false at the end. Errors
  /// carry place and hint with core/base/status.h. Called again only after success.
  virtual absl::StatusOr<bool> Read(BatchBuilder& batch) = 0;
};

/// Cuts an input into pieces; see PuentePiece.
class Splitter {
 public:
  virtual ~Splitter() = default;
  /// Fills in the next piece (all but `struct_size` and `index`), or returns false at the end.
  virtual absl::StatusOr<bool> Next(PuentePiece* piece) = 0;
};

/// What a writer is told of a record beside its content.
struct RecordInfo {
  std::string_view id;                   ///< The record's own identifier.
  PuentePosition origin;                 ///< Where it was read.
  std::span<const PuenteLeaves> leaves;  ///< What of it must be kept or reported as lost.
};

/// Writes records to one output.
class Writer {
 public:
  virtual ~Writer() = default;
  /// Writes one record. Counts what it keeps and reports what it loses through its Run.
  virtual absl::Status Put(const v1::Record& record, const RecordInfo& info) = 0;
  /// Writes one record that comes as bytes. For writers that need no message of it; by default it
  /// is parsed and put. Invalid-argument error when the bytes are no record.
  virtual absl::Status PutBytes(std::string_view bytes, const RecordInfo& info) {
    if (absl::Status status = ParseRecord(bytes, &parsed_); !status.ok()) return status;
    return Put(parsed_, info);
  }
  /// Writes what closes the output, and flushes.
  virtual absl::Status Finish() = 0;

 private:
  v1::Record parsed_;
};

/// Counts all leaves of a record as kept, each under its own field path: for formats that hold the
/// whole record.
inline void CountAllKept(const Run& run, const RecordInfo& info) {
  for (const PuenteLeaves& leaves : info.leaves) {
    run.CountKept(leaves.field_path, leaves.field_path, leaves.count);
  }
}

}  // namespace puente::sdk

#include "core/plugin/sdk/adapter.h"

/// Exports the entry of a plugin. Once in a library.
#define PUENTE_PLUGIN(PluginClass)                                                 \
  extern "C" __attribute__((visibility("default"))) PuenteStatus puente_plugin_v1( \
      const PuenteHost* host, PuentePlugin* plugin) {                              \
    return ::puente::sdk::internal::Adapter<PluginClass>::Entry(host, plugin);     \
  }

#endif  // PUENTE_CORE_PLUGIN_SDK_PUENTE_SDK_H_
