// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Reads diaries: a line each, with the defects that the kit must find.
#include "tests/plugins/defective/diary_reader.h"

#include <chrono>
#include <cstdio>
#include <thread>

#include "core/base/status.h"
#include "core/base/utf8.h"
#include "tests/plugins/defective/defects.h"

namespace puente::diary {
namespace {

constexpr size_t kBlock = size_t{64} << 10;

/// What `Escaped` made of a text; nothing for an absent one, and for what it never makes.
std::optional<std::string> Unescaped(std::string_view cell) {
  std::string text;
  for (size_t i = 0; i < cell.size(); ++i) {
    if (cell[i] != '\\') {
      text += cell[i];
      continue;
    }
    if (++i == cell.size()) return std::nullopt;
    if (cell[i] == 't') {
      text += '\t';
    } else if (cell[i] == 'n') {
      text += '\n';
    } else if (cell[i] == '\\') {
      text += '\\';
    } else {
      return std::nullopt;
    }
  }
  return text;
}

std::string_view Trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

}  // namespace

std::string Escaped(std::string_view text) {
  std::string cell;
  for (const char c : text) {
    if (c == '\t') {
      cell += "\\t";
    } else if (c == '\n') {
      cell += "\\n";
    } else if (c == '\\') {
      cell += "\\\\";
    } else {
      cell += c;
    }
  }
  return cell;
}

DiaryReader::DiaryReader(const sdk::Run& run, sdk::Source* source, uint64_t offset, uint64_t line,
                         bool first, bool last)
    : run_(run),
      source_(source),
      paths_(run),
      max_line_(Has("limits") ? UINT64_MAX : run.Limit("line_bytes")),
      offset_(offset),
      line_(line - 1),
      expect_first_(first),
      expect_end_(last) {
  if (Has("leaks")) static_cast<void>(new std::string(100, 'x'));
  if (Has("silent")) std::puts("reading a diary");
  if (Has("no-files")) {
    if (std::FILE* file = std::fopen("/etc/hostname", "r")) std::fclose(file);
  }
}

absl::Status DiaryReader::Fault(std::string_view message) const {
  ErrorDetail detail;
  detail.code = "DIARY-0002";
  detail.message = message;
  if (!Has("error-position")) {
    detail.line = std::max<uint64_t>(line_, 1);
    detail.column = 1;
  }
  return MakeError(absl::StatusCode::kInvalidArgument, detail);
}

absl::StatusOr<std::optional<std::string_view>> DiaryReader::NextLine() {
  size_t searched = at_;
  while (true) {
    const size_t end = buffer_.find('\n', searched);
    if (end != std::string::npos || (at_end_ && at_ < buffer_.size())) {
      has_newline_ = end != std::string::npos;
      const size_t stop = has_newline_ ? end : buffer_.size();
      const std::string_view line = std::string_view(buffer_).substr(at_, stop - at_);
      line_start_ = offset_;
      offset_ += line.size() + (has_newline_ ? 1 : 0);
      at_ = stop + (has_newline_ ? 1 : 0);
      ++line_;
      if (line.size() > max_line_) break;
      return line;
    }
    if (at_end_) return std::nullopt;
    if (buffer_.size() - at_ > max_line_) break;
    buffer_.erase(0, at_);
    at_ = 0;
    searched = buffer_.size();
    buffer_.resize(searched + kBlock);
    auto got = source_->Read(buffer_.data() + searched, kBlock);
    if (!got.ok() && !Has("source-error")) return got.status();
    buffer_.resize(searched + (got.ok() ? *got : 0));
    at_end_ = !got.ok() || *got == 0 || (Has("chunks") && *got < 8);
    got_ += got.ok() ? *got : 0;
  }
  ErrorDetail detail;
  detail.code = "PUE-0203";
  detail.message = "the line is longer than the limit line_bytes";
  detail.line = std::max<uint64_t>(line_, 1);
  return MakeError(absl::StatusCode::kResourceExhausted, detail);
}

absl::StatusOr<bool> DiaryReader::Read(sdk::BatchBuilder& batch) {
  while (true) {
    const auto next = NextLine();
    if (!next.ok()) return next.status();
    if (!next->has_value()) {
      if (Has("empty") && got_ == 0 && expect_first_) {
        expect_first_ = expect_end_ = false;
        Add("nothing", "nothing", batch);
        return true;
      }
      if (!expect_end_ || Has("truncated")) return false;
      return Fault("the diary does not end with #end: it is cut");
    }
    const std::string_view line = **next;
    if (Has("noise") && line.find('\0') != std::string_view::npos) std::abort();
    if (Has("hang") && line.find('\0') != std::string_view::npos) {
      while (true) std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    if (Has("memory")) hoard_.push_back(std::string(line) + std::string(100, 'x'));
    if (expect_first_) {
      if (!line.starts_with("#diary 1")) return Fault("the file does not begin with #diary 1");
      expect_first_ = false;
      continue;
    }
    if (line.empty()) continue;
    if (line == "#end" && expect_end_) {
      expect_end_ = false;
      continue;
    }
    const size_t tab = line.find('\t');
    if (tab == std::string_view::npos && Has("truncated") && !has_newline_) {
      Add(line, "cut", batch);
      return true;
    }
    if (tab == std::string_view::npos || FirstInvalidUtf8(line).has_value()) {
      // A line that is cut is told by the missing end.
      if (has_newline_ || !expect_end_) Reject(line);
      continue;
    }
    if (!has_newline_ && expect_end_) continue;
    Add(line.substr(0, tab), line.substr(tab + 1), batch);
    run_.Progress(offset_);
    return true;
  }
}

void DiaryReader::Add(std::string_view id, std::string_view title, sdk::BatchBuilder& batch) {
  v1::Record* const record = batch.Add();
  v1::Activity* const activity = record->mutable_activity();
  const std::optional<std::string> own = Unescaped(id);
  if (own.has_value()) activity->set_iati_identifier(*own);
  if (const auto text = Unescaped(title); text.has_value()) {
    activity->mutable_title()->add_narratives()->set_text(*text);
  }
  std::vector<LeafCount> counts;
  CountLeaves(*record, &counts);
  std::vector<PuenteLeaves> leaves;
  for (const LeafCount& leaf : counts) {
    const bool is_id = LeafPathName(leaf.path_id) == "activity.iati_identifier";
    leaves.push_back(
        {run_.Intern(is_id ? "line/id" : "line/title"), paths_.HostId(leaf.path_id), leaf.count});
  }
  PuentePosition origin{};
  origin.offset = line_start_ + (Has("records") ? uint64_t{1} << 40 : 0);
  origin.line = line_;
  origin.column = 1;
  batch.Describe(Trimmed(own.value_or("")), origin, offset_ - line_start_, leaves);
}

void DiaryReader::Reject(std::string_view line) {
  const uint32_t path = run_.Intern("line");
  run_.CountRead(path, 1);
  run_.CountRejected(path, 1);
  sdk::Finding finding;
  finding.severity = PUENTE_ERROR;
  finding.code = Has("codes") ? "DIARY-0099" : "DIARY-0001";
  finding.message = Has("texts") ? "the line is left out\xff" : "the line is left out";
  finding.text = line;
  finding.offset = line_start_;
  finding.line = line_;
  finding.column = 1;
  run_.Report(finding);
}

DiarySplitter::DiarySplitter(const sdk::Run& run, sdk::Source* source)
    : source_(source), piece_bytes_(std::max<uint64_t>(run.Limit("piece_bytes"), 1)) {}

absl::StatusOr<bool> DiarySplitter::Next(PuentePiece* piece) {
  if (done_) return false;
  piece->offset = at_;
  piece->line = line_;
  piece->column = 1;
  if (at_ == 0) piece->context = sdk::ToC("first");
  uint64_t end = std::min(at_ + piece_bytes_, source_->size());
  std::string block(piece_bytes_, '\0');
  uint64_t lines = 0;
  for (uint64_t from = at_; from < source_->size();) {
    auto got = source_->ReadAt(from, block.data(), block.size());
    if (!got.ok()) return got.status();
    if (*got == 0) break;
    const std::string_view bytes(block.data(), *got);
    const size_t wanted = from == at_ ? *got - 1 : 0;
    const size_t newline = bytes.find('\n', wanted);
    end = from + (newline == std::string_view::npos ? *got : newline + 1);
    lines += static_cast<uint64_t>(std::count(bytes.begin(), bytes.begin() + (end - from), '\n'));
    from = end;
    // The defect: a piece ends wherever its length ends.
    if (newline != std::string_view::npos || Has("threads")) break;
  }
  piece->length = end - at_;
  line_ += lines;
  at_ = end;
  done_ = at_ >= source_->size();
  piece->is_last = done_ ? 1 : 0;
  return true;
}

}  // namespace puente::diary
