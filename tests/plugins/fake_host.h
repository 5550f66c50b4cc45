// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// A host in memory: drives a plugin through its C tables and keeps what the plugin told.
#ifndef PUENTE_TESTS_PLUGINS_FAKE_HOST_H_
#define PUENTE_TESTS_PLUGINS_FAKE_HOST_H_

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "core/base/leaves.h"
#include "core/base/limits.h"
#include "core/base/schema.h"
#include "core/plugin/puente_plugin.h"
#include "core/plugin/sdk/build_id.h"
#include "puente/v1/record.pb.h"

namespace puente::testing {

/// How many leaves, by path.
using PathCounts = std::map<std::string, uint64_t>;
/// Options of a format, sorted by name.
using OptionMap = std::map<std::string, std::string>;

inline std::string ToString(PuenteString text) {
  return text.data == nullptr ? std::string() : std::string(text.data, text.size);
}
inline PuenteString ToContract(std::string_view text) { return {text.data(), text.size()}; }

/// A finding as the plugin reported it.
struct FakeFinding {
  int32_t severity = 0;
  std::string code, message, hint, path, text, record_id;
  uint64_t offset = 0, line = 0, column = 0;

  bool operator==(const FakeFinding&) const = default;
};

/// What `set_error` was told last.
struct FakeError {
  std::string code, message, hint;
  uint64_t line = 0, column = 0;
};

/// One reading, writing or splitting: what the plugin told. Set `limits` and `cancelled` before.
struct FakeRun {
  /// Limits that differ from the default ones.
  std::map<std::string, uint64_t> limits;
  bool cancelled = false;

  std::vector<FakeFinding> findings;
  PathCounts read, rejected, derived;
  /// By field path and path in the output.
  std::map<std::pair<std::string, std::string>, uint64_t> kept;
  /// By field path and reason.
  std::map<std::pair<std::string, int32_t>, uint64_t> lost;
  FakeError error;
  uint64_t progress = 0;

  PuenteRun* handle() { return reinterpret_cast<PuenteRun*>(this); }

  /// The leaves kept, by path in the output.
  PathCounts KeptByOutPath() const {
    PathCounts counts;
    for (const auto& [paths, count] : kept) counts[paths.second] += count;
    return counts;
  }
};

namespace internal {

inline FakeRun& RunOf(PuenteRun* run) { return *reinterpret_cast<FakeRun*>(run); }

/// Paths by id - 1, and their ids.
struct PathTable {
  std::vector<std::string> names;
  std::unordered_map<std::string, uint32_t> ids;
};
inline PathTable& Paths() {
  static PathTable& paths = *new PathTable();
  return paths;
}

/// How many paths are known; a mark for ForgetPaths.
inline size_t PathMark() { return Paths().names.size(); }

/// Forgets the paths that came after a mark, for programs that read one input after the other
/// without end. Nothing that still runs may know them.
inline void ForgetPaths(size_t mark) {
  PathTable& paths = Paths();
  for (size_t i = mark; i < paths.names.size(); ++i) paths.ids.erase(paths.names[i]);
  paths.names.resize(std::min(mark, paths.names.size()));
}

inline std::string PathName(uint32_t id) {
  return id == 0 || id > Paths().names.size() ? "\xFF(no path)" : Paths().names[id - 1];
}

inline uint32_t InternPath(PuenteString path) {
  const std::string name = ToString(path);
  const auto [entry, is_new] =
      Paths().ids.try_emplace(name, static_cast<uint32_t>(Paths().names.size() + 1));
  if (is_new) Paths().names.push_back(name);
  return entry->second;
}

inline void ReportFinding(PuenteRun* run, const PuenteFinding* finding) {
  RunOf(run).findings.push_back({finding->severity, ToString(finding->code),
                                 ToString(finding->message), ToString(finding->hint),
                                 ToString(finding->path), ToString(finding->text),
                                 ToString(finding->record_id), finding->position.offset,
                                 finding->position.line, finding->position.column});
}

inline void SetError(PuenteRun* run, PuenteString code, PuenteString message,
                     const PuentePosition* position, PuenteString hint) {
  RunOf(run).error = {ToString(code), ToString(message), ToString(hint),
                      position == nullptr ? 0 : position->line,
                      position == nullptr ? 0 : position->column};
}

inline uint64_t GetLimit(PuenteRun* run, PuenteString name) {
  // Readers of pieces ask for all of them, each anew.
  static const auto& defaults = *new std::unordered_map<std::string_view, uint64_t>([] {
    std::unordered_map<std::string_view, uint64_t> all;
    for (const Limit& limit : LimitTable()) all[limit.name] = DefaultLimits().*limit.member;
    return all;
  }());
  const FakeRun& asked = RunOf(run);
  if (!asked.limits.empty()) {
    const auto own = asked.limits.find(ToString(name));
    if (own != asked.limits.end()) return own->second;
  }
  const auto found = defaults.find(std::string_view(name.data, name.size));
  return found == defaults.end() ? 0 : found->second;
}

}  // namespace internal

/// The host's table. With `force_bytes` plugins hand over bytes, else messages.
inline const PuenteHost* FakeHostTable(bool force_bytes = false) {
  static PuenteHost& host = *new PuenteHost{};
  host.struct_size = sizeof(host);
  host.abi_version = PUENTE_ABI_VERSION;
  host.build_id = ToContract(force_bytes ? std::string_view() : sdk::kBuildId);
  host.intern_path = internal::InternPath;
  host.log = [](PuenteRun*, int32_t, PuenteString) {};
  host.set_error = internal::SetError;
  host.report_finding = internal::ReportFinding;
  host.count_read = [](PuenteRun* run, uint32_t path, uint64_t count) {
    internal::RunOf(run).read[internal::PathName(path)] += count;
  };
  host.count_rejected = [](PuenteRun* run, uint32_t path, uint64_t count) {
    internal::RunOf(run).rejected[internal::PathName(path)] += count;
  };
  host.count_kept = [](PuenteRun* run, uint32_t field, uint32_t out, uint64_t count) {
    internal::RunOf(run).kept[{internal::PathName(field), internal::PathName(out)}] += count;
  };
  host.count_kept_all = [](PuenteRun* run, const PuenteLeaves* leaves, size_t size) {
    for (size_t i = 0; i < size; ++i) {
      internal::RunOf(run).kept[{internal::PathName(leaves[i].field_path),
                                 internal::PathName(leaves[i].source_path)}] += leaves[i].count;
    }
  };
  host.count_derived = [](PuenteRun* run, uint32_t out, uint64_t count) {
    internal::RunOf(run).derived[internal::PathName(out)] += count;
  };
  host.report_loss = [](PuenteRun* run, uint32_t field, uint64_t count, int32_t reason,
                        PuenteString) {
    internal::RunOf(run).lost[{internal::PathName(field), reason}] += count;
  };
  host.progress = [](PuenteRun* run, uint64_t bytes) { internal::RunOf(run).progress = bytes; };
  host.is_cancelled = [](PuenteRun* run) -> int32_t { return internal::RunOf(run).cancelled; };
  host.limit = internal::GetLimit;
  host.lookup_code = [](PuenteRun*, PuenteString, PuenteString, PuenteString,
                        PuenteString*) -> PuenteStatus { return PUENTE_END; };
  return &host;
}

/// An input in memory, which must outlive it.
class FakeSource {
 public:
  /// Gives at most `portion` bytes at once.
  explicit FakeSource(std::string_view bytes, size_t portion = SIZE_MAX)
      : bytes_(bytes), portion_(portion) {
    source_.struct_size = sizeof(source_);
    source_.ctx = this;
    source_.name = ToContract("fake");
    source_.head = ToContract(bytes_.substr(0, 8192));
    source_.size = bytes_.size();
    source_.read = [](void* ctx, char* buffer, size_t capacity, size_t* got) -> PuenteStatus {
      auto* self = static_cast<FakeSource*>(ctx);
      *got = self->Copy(self->at_, buffer, std::min(capacity, self->portion_));
      self->at_ += *got;
      return PUENTE_OK;
    };
    source_.read_at = [](void* ctx, uint64_t offset, char* buffer, size_t capacity,
                         size_t* got) -> PuenteStatus {
      *got = static_cast<FakeSource*>(ctx)->Copy(offset, buffer, capacity);
      return PUENTE_OK;
    };
  }
  FakeSource(const FakeSource&) = delete;
  FakeSource& operator=(const FakeSource&) = delete;

  const PuenteSource* get() const { return &source_; }

 private:
  size_t Copy(uint64_t offset, char* buffer, size_t size) const {
    if (offset >= bytes_.size()) return 0;
    return bytes_.copy(buffer, size, offset);
  }

  const std::string_view bytes_;
  const size_t portion_;
  uint64_t at_ = 0;
  PuenteSource source_{};
};

/// A record as it came out of a reader.
struct FakeRecord {
  uint32_t kind = 0;
  v1::Record record;
  std::string id;
  uint64_t offset = 0, line = 0, column = 0, length = 0;
  /// Leaves by path in the source, and by path of the field.
  PathCounts leaves, fields;
};

/// What a reading gave. `status` is PUENTE_END when it went well.
struct FakeReading {
  PuenteStatus status = PUENTE_OK;
  FakeRun run;
  std::vector<FakeRecord> records;
  /// Leaves of all records, by path in the source.
  PathCounts leaves;
  size_t pieces = 0;
};

/// What a writing gave. `status` is PUENTE_OK when it went well.
struct FakeWriting {
  PuenteStatus status = PUENTE_OK;
  FakeRun run;
  std::string bytes;
};

/// A plugin at work.
class FakePlugin {
 public:
  /// `format` must outlive the plugin.
  FakePlugin(PuenteEntry entry, std::string_view format, bool force_bytes = false)
      : format_(ToContract(format)) {
    table_.struct_size = sizeof(table_);
    entry_status_ = entry(FakeHostTable(force_bytes), &table_);
  }

  PuenteStatus entry_status() const { return entry_status_; }
  const PuentePlugin& table() const { return table_; }

  /// Limits that hold for what follows.
  std::map<std::string, uint64_t> limits;

  /// Reads a whole input, at most `portion` bytes at once.
  FakeReading Read(std::string_view bytes, const OptionMap& options = {},
                   size_t portion = SIZE_MAX) const {
    FakeReading out;
    out.run.limits = limits;
    FakeSource source(bytes, portion);
    const std::vector<PuenteOption> given = Given(options);
    void* reader = nullptr;
    out.status = table_.reader_open(out.run.handle(), format_, source.get(), given.data(),
                                    given.size(), &reader);
    if (out.status == PUENTE_OK) ReadAll(reader, &out);
    return out;
  }

  /// Cuts an input and reads piece after piece. Status 13 when pieces leave gaps or overlap.
  FakeReading ReadPieces(std::string_view bytes, const OptionMap& options = {}) const {
    FakeReading out;
    out.run.limits = limits;
    FakeSource source(bytes);
    const std::vector<PuenteOption> given = Given(options);
    void* splitter = nullptr;
    out.status = table_.splitter_open(out.run.handle(), format_, source.get(), given.data(),
                                      given.size(), &splitter);
    if (out.status != PUENTE_OK) return out;
    uint64_t next = 0;
    bool last = false;
    out.status = PUENTE_END;
    while (out.status == PUENTE_END) {
      PuentePiece piece{};
      piece.struct_size = sizeof(piece);
      const PuenteStatus status = table_.splitter_next(splitter, &piece);
      if (status == PUENTE_END) {
        if (next != bytes.size() || !last) out.status = PUENTE_INTERNAL;
        break;
      }
      out.status = status;
      if (status != PUENTE_OK) break;
      if (piece.offset != next || piece.length > bytes.size() - next || piece.index != out.pieces ||
          last) {
        out.status = PUENTE_INTERNAL;
        break;
      }
      next += piece.length;
      last = piece.is_last != 0;
      ++out.pieces;
      FakeSource part(bytes.substr(piece.offset, piece.length));
      void* reader = nullptr;
      out.status = table_.reader_open_piece(out.run.handle(), format_, part.get(), &piece,
                                            given.data(), given.size(), &reader);
      if (out.status == PUENTE_OK) ReadAll(reader, &out);
    }
    table_.splitter_close(splitter);
    return out;
  }

  /// Writes records, as messages or as bytes. Stops at the first error; with `skip_errors` goes on.
  FakeWriting Write(const std::vector<v1::Record>& records, const OptionMap& options = {},
                    bool as_bytes = false, bool skip_errors = false) const {
    std::vector<std::string> bytes;
    for (size_t i = 0; as_bytes && i < records.size(); ++i) {
      bytes.push_back(records[i].SerializeAsString());
    }
    return WriteBytes(records, bytes, options, skip_errors);
  }

  /// Writes records as these bytes, or as messages when there are none. The records say what kind
  /// they are and which leaves they have.
  FakeWriting WriteBytes(const std::vector<v1::Record>& records,
                         const std::vector<std::string>& bytes, const OptionMap& options = {},
                         bool skip_errors = false) const {
    FakeWriting out;
    out.run.limits = limits;
    PuenteTarget target = TargetOf(&out);
    const std::vector<PuenteOption> given = Given(options);
    void* writer = nullptr;
    out.status =
        table_.writer_open(out.run.handle(), format_, &target, given.data(), given.size(), &writer);
    if (out.status != PUENTE_OK) return out;
    PuenteStatus first_error = PUENTE_OK;
    for (size_t i = 0; i < records.size(); ++i) {
      out.status = Put(writer, records[i], bytes.empty() ? nullptr : &bytes[i]);
      if (first_error == PUENTE_OK) first_error = out.status;
      if (out.status != PUENTE_OK && !skip_errors) break;
    }
    if (first_error == PUENTE_OK || skip_errors) out.status = table_.writer_finish(writer);
    if (out.status == PUENTE_OK) out.status = first_error;
    table_.writer_close(writer);
    return out;
  }

  /// Writes records by these bytes of them. Stops at the first error.
  FakeWriting WriteBytes(const std::vector<std::pair<v1::Record, std::string>>& records) const {
    FakeWriting out;
    out.run.limits = limits;
    PuenteTarget target = TargetOf(&out);
    void* writer = nullptr;
    out.status = table_.writer_open(out.run.handle(), format_, &target, nullptr, 0, &writer);
    if (out.status != PUENTE_OK) return out;
    for (size_t i = 0; i < records.size() && out.status == PUENTE_OK; ++i) {
      out.status = Put(writer, records[i].first, &records[i].second);
    }
    if (out.status == PUENTE_OK) out.status = table_.writer_finish(writer);
    table_.writer_close(writer);
    return out;
  }

  /// What the plugin says about an input.
  PuenteProbe Identify(std::string_view name, std::string_view bytes) const {
    FakeSource source(bytes);
    PuenteSource named = *source.get();
    named.name = ToContract(name);
    PuenteProbe probe{};
    probe.struct_size = sizeof(probe);
    table_.identify(&named, &probe);
    return probe;
  }

 private:
  static std::vector<PuenteOption> Given(const OptionMap& options) {
    std::vector<PuenteOption> given;
    for (const auto& [key, value] : options) given.push_back({ToContract(key), ToContract(value)});
    return given;
  }

  /// Reads to the end and closes the reader.
  void ReadAll(void* reader, FakeReading* out) const {
    while (true) {
      PuenteBatch* batch = nullptr;
      out->status = table_.reader_next(reader, &batch);
      if (out->status != PUENTE_OK) break;
      for (size_t i = 0; i < batch->size; ++i) Keep(batch->records[i], out);
      batch->release(batch);
    }
    table_.reader_close(reader);
  }

  static void Keep(const PuenteRecord& in, FakeReading* out) {
    FakeRecord& kept = out->records.emplace_back();
    kept.kind = in.kind;
    if (in.message != nullptr) {
      kept.record = *static_cast<const v1::Record*>(in.message);
    } else if (!ParseRecord({in.data, in.size}, &kept.record).ok()) {
      kept.kind = 0;
    }
    kept.id = ToString(in.id);
    kept.offset = in.origin.offset;
    kept.line = in.origin.line;
    kept.column = in.origin.column;
    kept.length = in.length;
    for (size_t i = 0; i < in.leaves_size; ++i) {
      const std::string path = internal::PathName(in.leaves[i].source_path);
      kept.leaves[path] += in.leaves[i].count;
      kept.fields[internal::PathName(in.leaves[i].field_path)] += in.leaves[i].count;
      out->leaves[path] += in.leaves[i].count;
    }
  }

  static PuenteTarget TargetOf(FakeWriting* out) {
    PuenteTarget target{};
    target.struct_size = sizeof(target);
    target.ctx = &out->bytes;
    target.name = ToContract("fake");
    target.write = [](void* ctx, const char* data, size_t size) -> PuenteStatus {
      static_cast<std::string*>(ctx)->append(data, size);
      return PUENTE_OK;
    };
    return target;
  }

  /// Puts a record as these bytes or, without them, as a message.
  PuenteStatus Put(void* writer, const v1::Record& record, const std::string* bytes) const {
    std::vector<LeafCount> counts;
    CountLeaves(record, &counts);
    std::vector<PuenteLeaves> leaves;
    for (const LeafCount& leaf : counts) {
      const uint32_t path = internal::InternPath(ToContract(LeafPathName(leaf.path_id)));
      leaves.push_back({path, path, leaf.count});
    }
    PuenteRecord put{};
    put.struct_size = sizeof(put);
    put.kind = static_cast<uint32_t>(record.content_case());
    v1::Record message;
    if (bytes != nullptr) {
      put.data = bytes->data();
      put.size = bytes->size();
    } else {
      message = record;
      put.message = &message;
    }
    put.id = ToContract(record.identity().id());
    put.leaves = leaves.data();
    put.leaves_size = leaves.size();
    return table_.writer_put(writer, &put);
  }

  PuenteString format_;
  PuentePlugin table_{};
  PuenteStatus entry_status_ = PUENTE_INTERNAL;
};

}  // namespace puente::testing

#endif  // PUENTE_TESTS_PLUGINS_FAKE_HOST_H_
