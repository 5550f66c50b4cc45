// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// A line-based format for tests of the pipeline: reader, splitter and writer made with the SDK.

#ifndef PUENTE_TESTS_CORE_TOY_FORMAT_H_
#define PUENTE_TESTS_CORE_TOY_FORMAT_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/leaves.h"
#include "core/base/status.h"
#include "core/plugin/host.h"
#include "core/plugin/manifest.h"
#include "core/plugin/sdk/puente_sdk.h"

namespace puente::toy {

/// The first line is `toy 1`. Each further line is a record `id|title|currency`, but for those that
/// begin with
///   `!`  a record that is rejected with an error TOY-0001
///   `?`  a remark: a warning TOY-0002 and no record
///   `@`  not well-formed: TOY-0003
/// A line without a line end is not well-formed either.
class LineReader : public sdk::Reader {
 public:
  LineReader(sdk::Run run, sdk::Source* source, uint64_t offset, uint64_t line)
      : run_(run), source_(source), field_paths_(run), offset_(offset), line_(line) {}

  absl::StatusOr<bool> Read(sdk::BatchBuilder& batch) override {
    std::string line;
    while (true) {
      absl::StatusOr<bool> more = NextLine(&line);
      if (!more.ok() || !*more) return more;
      const uint64_t begin = offset_;
      const uint64_t number = line_++;
      offset_ += line.size() + 1;
      if (line[0] == '@') return Fault("a line begins with @", number);
      if (line[0] == '!' || line[0] == '?') {
        Skip(line, begin, number);
        continue;
      }
      v1::Record* record = batch.Add();
      std::string id;
      if (line.rfind("toy ", 0) == 0) {
        record->mutable_dataset_header()->set_version(line.substr(4));
      } else {
        id = Fill(line, record);
      }
      PuentePosition origin{};
      origin.offset = begin;
      origin.line = number;
      origin.column = 1;
      Count(*record);
      batch.Describe(id, origin, line.size() + 1, leaves_);
      run_.Progress(offset_);
      return true;
    }
  }

 private:
  static absl::Status Fault(const std::string& message, uint64_t line) {
    ErrorDetail detail;
    detail.code = "TOY-0003";
    detail.message = message;
    detail.line = line;
    detail.column = 1;
    detail.hint = "mend it";
    return MakeError(absl::StatusCode::kInvalidArgument, detail);
  }

  absl::StatusOr<bool> NextLine(std::string* line) {
    while (true) {
      const size_t end = buffer_.find('\n', used_);
      if (end != std::string::npos) {
        *line = buffer_.substr(used_, end - used_);
        used_ = end + 1;
        if (line->empty()) return Fault("a line is empty", line_);
        return true;
      }
      buffer_.erase(0, used_);
      used_ = 0;
      const size_t kept = buffer_.size();
      buffer_.resize(kept + 4096);
      absl::StatusOr<size_t> got = source_->Read(buffer_.data() + kept, 4096);
      if (!got.ok()) return got.status();
      buffer_.resize(kept + *got);
      if (*got > 0) continue;
      if (!buffer_.empty()) return Fault("the last line has no end", line_);
      return false;
    }
  }

  void Skip(const std::string& line, uint64_t offset, uint64_t number) {
    const bool rejected = line[0] == '!';
    sdk::Finding finding;
    finding.severity = rejected ? PUENTE_ERROR : PUENTE_WARNING;
    finding.code = rejected ? "TOY-0001" : "TOY-0002";
    finding.message = rejected ? "the record is rejected" : "this is a remark";
    finding.path = "toy/line";
    finding.text = line;
    finding.offset = offset;
    finding.line = number;
    finding.column = 1;
    run_.Report(finding);
    const uint32_t path = run_.Intern(rejected ? "toy/bad" : "toy/remark");
    run_.CountRead(path, 1);
    run_.CountRejected(path, 1);
  }

  static std::string Fill(const std::string& line, v1::Record* record) {
    v1::Activity* activity = record->mutable_activity();
    const size_t first = line.find('|');
    const size_t second = line.find('|', first + 1);
    const std::string id = line.substr(0, first);
    activity->set_iati_identifier(id);
    activity->mutable_title()->add_narratives()->set_text(
        line.substr(first + 1, second - first - 1));
    activity->set_default_currency(line.substr(second + 1));
    return id;
  }

  void Count(const v1::Record& record) {
    CountLeaves(record, &counts_);
    leaves_.clear();
    for (const LeafCount& count : counts_) {
      const uint32_t path = field_paths_.HostId(count.path_id);
      leaves_.push_back({path, path, count.count});
    }
  }

  const sdk::Run run_;
  sdk::Source* const source_;
  sdk::FieldPaths field_paths_;
  uint64_t offset_;
  uint64_t line_;
  std::string buffer_;
  size_t used_ = 0;
  std::vector<LeafCount> counts_;
  std::vector<PuenteLeaves> leaves_;
};

/// Cuts at line ends. A line `#gap` makes it break the contract, `#fail` makes it fail.
class LineSplitter : public sdk::Splitter {
 public:
  LineSplitter(sdk::Run run, sdk::Source* source)
      : source_(source), piece_bytes_(run.Limit("piece_bytes")) {}

  absl::StatusOr<bool> Next(PuentePiece* piece) override {
    std::string bytes;
    while (true) {
      if (at_ == buffer_.size()) {
        buffer_.resize(8192);
        absl::StatusOr<size_t> got = source_->Read(buffer_.data(), buffer_.size());
        if (!got.ok()) return got.status();
        buffer_.resize(*got);
        at_ = 0;
        if (*got == 0) break;
      }
      bytes.push_back(buffer_[at_++]);
      if (bytes.back() == '\n' && bytes.size() >= piece_bytes_) break;
    }
    if (bytes.empty()) return false;
    if (bytes.find("#fail") != std::string::npos) return absl::InvalidArgumentError("#fail");
    piece->offset = offset_ + (bytes.find("#gap") != std::string::npos ? 1 : 0);
    piece->length = bytes.size();
    piece->line = line_;
    piece->column = 1;
    piece->context = sdk::ToC("toy");
    offset_ += bytes.size();
    for (const char c : bytes) line_ += c == '\n';
    return true;
  }

 private:
  sdk::Source* const source_;
  const uint64_t piece_bytes_;
  std::string buffer_;
  size_t at_ = 0;
  uint64_t offset_ = 0;
  uint64_t line_ = 1;
};

/// Writes what LineReader reads. Options: `drop=currency` loses currencies and says so, `lie=true`
/// loses them and says nothing, `mute=true` accounts for nothing, `warn=true` reports a finding for
/// each record, `fail=ID` fails at that record.
class LineWriter : public sdk::Writer {
 public:
  LineWriter(sdk::Run run, sdk::Target* target, const sdk::Options& options)
      : run_(run),
        target_(target),
        drop_(options.GetOr("drop", "") == "currency"),
        lie_(options.GetBool("lie")),
        mute_(options.GetBool("mute")),
        warn_(options.GetBool("warn")),
        fail_(options.GetOr("fail", "")),
        currency_(run.Intern("activity.default_currency")) {}

  absl::Status Put(const v1::Record& record, const sdk::RecordInfo& info) override {
    if (record.has_dataset_header()) {
      if (has_header_) {
        Account(info, PUENTE_LOSS_MERGED);
        return absl::OkStatus();
      }
      has_header_ = true;
      Account(info, -1);
      return target_->Write("toy " + record.dataset_header().version() + "\n");
    }
    if (!fail_.empty() && info.id == fail_) return absl::InvalidArgumentError("told to fail");
    if (warn_) {
      sdk::Finding finding;
      finding.code = "TOY-0004";
      finding.message = "written with doubt";
      finding.record_id = info.id;
      run_.Report(finding);
    }
    Account(info, -1);
    const v1::Activity& activity = record.activity();
    std::string line =
        activity.iati_identifier() + "|" + activity.title().narratives(0).text() + "|";
    if (!drop_ && !lie_) line += activity.default_currency();
    return target_->Write(line + "\n");
  }
  absl::Status Finish() override {
    ++finished;
    return absl::OkStatus();
  }

  static inline int finished = 0;

 private:
  void Account(const sdk::RecordInfo& info, int32_t loss) {
    if (mute_) return;
    for (const PuenteLeaves& leaves : info.leaves) {
      if (loss >= 0 || (drop_ && leaves.field_path == currency_)) {
        run_.ReportLoss(leaves.field_path, leaves.count, loss < 0 ? PUENTE_LOSS_NO_PLACE : loss,
                        "an example");
      } else {
        run_.CountKept(leaves.field_path, leaves.field_path, leaves.count);
      }
    }
  }

  const sdk::Run run_;
  sdk::Target* const target_;
  const bool drop_;
  const bool lie_;
  const bool mute_;
  const bool warn_;
  const std::string fail_;
  const uint32_t currency_;
  bool has_header_ = false;
};

/// Writes every record in protobuf's own text, identity and provenance included.
class DumpWriter : public sdk::Writer {
 public:
  DumpWriter(sdk::Run run, sdk::Target* target) : run_(run), target_(target) {}
  absl::Status Put(const v1::Record& record, const sdk::RecordInfo& info) override {
    sdk::CountAllKept(run_, info);
    return target_->Write(record.ShortDebugString() + "\n");
  }
  absl::Status Finish() override { return absl::OkStatus(); }

 private:
  const sdk::Run run_;
  sdk::Target* const target_;
};

/// The plugin. It has the formats `toy` and, to be written only, `dump`.
struct Plugin {
  static std::string_view Manifest() { return "{}"; }
  static absl::StatusOr<std::unique_ptr<sdk::Reader>> OpenReader(sdk::Run run, std::string_view,
                                                                 sdk::Source* source,
                                                                 const sdk::Options&) {
    return std::make_unique<LineReader>(run, source, 0, 1);
  }
  static absl::StatusOr<std::unique_ptr<sdk::Reader>> OpenPiece(sdk::Run run, std::string_view,
                                                                sdk::Source* source,
                                                                const PuentePiece& piece,
                                                                const sdk::Options&) {
    if (sdk::ToStd(piece.context) != "toy") return absl::InternalError("the context is lost");
    return std::make_unique<LineReader>(run, source, piece.offset, piece.line);
  }
  static absl::StatusOr<std::unique_ptr<sdk::Splitter>> OpenSplitter(sdk::Run run, std::string_view,
                                                                     sdk::Source* source,
                                                                     const sdk::Options&) {
    return std::make_unique<LineSplitter>(run, source);
  }
  static absl::StatusOr<std::unique_ptr<sdk::Writer>> OpenWriter(sdk::Run run,
                                                                 std::string_view format,
                                                                 sdk::Target* target,
                                                                 const sdk::Options& options) {
    if (format == "dump") return std::make_unique<DumpWriter>(run, target);
    return std::make_unique<LineWriter>(run, target, options);
  }
};

/// The table of the plugin, as loading it would give.
inline const PuentePlugin& Table() {
  static const PuentePlugin table = [] {
    PuentePlugin filled{};
    filled.struct_size = sizeof(filled);
    sdk::internal::Adapter<Plugin>::Entry(plugin::HostTable(), &filled);
    return filled;
  }();
  return table;
}

/// The formats, as its manifest would say.
inline const plugin::Format& ToyFormat() {
  static const plugin::Format format = [] {
    plugin::Format f;
    f.id = "toy";
    f.read = true;
    f.write = true;
    f.splits = true;
    f.lossless = plugin::Lossless::kFull;
    return f;
  }();
  return format;
}
inline const plugin::Format& DumpFormat() {
  static const plugin::Format format = [] {
    plugin::Format f;
    f.id = "dump";
    f.write = true;
    return f;
  }();
  return format;
}

}  // namespace puente::toy

#endif  // PUENTE_TESTS_CORE_TOY_FORMAT_H_
