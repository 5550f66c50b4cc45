// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// The workbook that was checked, with its cells marked and a first sheet of what is wrong.
#include "tools/cmd_check_marks.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include "core/base/utf8.h"
#include "core/findings/finding_text.h"
#include "core/plugin/source.h"
#include "core/text/column_names.h"
#include "fmt/format.h"
#include "tools/cmd_check_report.h"

namespace puente::tools {
namespace {

/// Cells that are coloured; the list goes on.
constexpr size_t kMostMarks = 100000;
/// Those that have a comment as well: programs are slow to open many.
constexpr size_t kMostComments = 20000;
/// Lines of the first sheet, which may have 1,048,576 rows.
constexpr uint64_t kMostLines = 1000000;
constexpr size_t kMostText = 2000;
constexpr size_t kBufferBytes = size_t{64} << 10;
/// Sheets have so many rows and columns.
constexpr uint64_t kMostRows = 1048576;
constexpr uint32_t kMostColumns = 16384;

text::XlsxSeverity SeverityOf(Severity severity) {
  if (severity == Severity::kInfo) return text::XlsxSeverity::kInfo;
  return severity == Severity::kWarning ? text::XlsxSeverity::kWarning : text::XlsxSeverity::kError;
}

void AppendNumber(uint32_t number, std::string* out) {
  std::array<char, sizeof number> bytes{};
  std::memcpy(bytes.data(), &number, sizeof number);
  out->append(bytes.data(), bytes.size());
}

void AppendPart(std::string_view text, std::string* out) {
  const std::string clipped = ClipTextWithEllipsis(text, kMostText);
  AppendNumber(static_cast<uint32_t>(clipped.size()), out);
  *out += clipped;
}

/// Bytes of the workbook, through the host's own reading of inputs.
class SourceAccess : public text::RandomInput {
 public:
  explicit SourceAccess(plugin::Source* source) : source_(source) {}
  uint64_t size() const override { return source_->size(); }
  absl::StatusOr<size_t> ReadAt(uint64_t offset, char* buffer, size_t size) override {
    const PuenteSource* const source = source_->c_source();
    size_t got = 0;
    if (source->read_at(source->ctx, offset, buffer, size, &got) != PUENTE_OK) {
      return source_->error().ok() ? absl::DataLossError("the workbook could not be read")
                                   : source_->error();
    }
    return got;
  }

 private:
  plugin::Source* const source_;
};

}  // namespace

/// The lines of the temporary file, one after the other.
class CheckMarks::Lines : public text::XlsxErrorLines {
 public:
  Lines(TempFile* file, uint64_t size) : file_(file), size_(size) {}

  absl::StatusOr<bool> Next(text::XlsxErrorLine* line) override {
    if (at_ == size_) return false;
    uint32_t severity = 0;
    if (absl::Status status = Number(&severity); !status.ok()) return status;
    line->severity = static_cast<text::XlsxSeverity>(severity);
    for (std::string* part : {&line->severity_word, &line->rule, &line->sheet, &line->cell,
                              &line->message, &line->hint}) {
      uint32_t size = 0;
      if (absl::Status status = Number(&size); !status.ok()) return status;
      part->resize(size);
      if (absl::Status status = Read(part->data(), size); !status.ok()) return status;
    }
    return true;
  }

 private:
  absl::Status Number(uint32_t* number) {
    std::array<char, sizeof *number> bytes{};
    if (absl::Status status = Read(bytes.data(), bytes.size()); !status.ok()) return status;
    std::memcpy(number, bytes.data(), bytes.size());
    return absl::OkStatus();
  }

  absl::Status Read(char* to, size_t size) {
    while (size > 0) {
      if (used_ == buffer_.size()) {
        buffer_.resize(static_cast<size_t>(std::min<uint64_t>(kBufferBytes, size_ - loaded_)));
        if (buffer_.empty()) return absl::InternalError("a list of findings ends too early");
        absl::Status status = file_->ReadAt(loaded_, buffer_.data(), buffer_.size());
        if (!status.ok()) return status;
        loaded_ += buffer_.size();
        used_ = 0;
      }
      const size_t n = std::min(size, buffer_.size() - used_);
      std::memcpy(to, buffer_.data() + used_, n);
      used_ += n;
      at_ += n;
      to += n;
      size -= n;
    }
    return absl::OkStatus();
  }

  TempFile* const file_;
  const uint64_t size_;
  uint64_t at_ = 0;
  uint64_t loaded_ = 0;
  std::string buffer_;
  size_t used_ = 0;
};

absl::StatusOr<std::unique_ptr<CheckMarks>> CheckMarks::Make(const CheckWords& words) {
  auto file = TempFile::Create();
  if (!file.ok()) return file.status();
  return std::unique_ptr<CheckMarks>(new CheckMarks(words, *std::move(file)));
}

absl::Status CheckMarks::Add(const check::RuleFinding& finding) {
  const bool has_place = !finding.sheet.empty() && finding.row != 0 && finding.row <= kMostRows &&
                         (finding.cells.empty() || finding.cells.front().column < kMostColumns);
  if (has_place && marks_.size() < kMostMarks) {
    text::XlsxMark& mark = marks_.emplace_back();
    mark.sheet = std::string(finding.sheet);
    mark.row = static_cast<uint32_t>(finding.row);
    mark.severity = SeverityOf(finding.severity);
    mark.whole_row = finding.cells.empty();
    if (!finding.cells.empty()) mark.column = finding.cells.front().column;
    const bool has_comment = marks_.size() <= kMostComments;
    comments_cut_ = comments_cut_ || !has_comment;
    if (has_comment) mark.text = ClipTextWithEllipsis(WhatAndHow(finding), kMostText);
    if (has_comment && finding.cells.size() > 1) {
      std::string others;
      for (size_t i = 1; i < finding.cells.size(); ++i) {
        others += fmt::format("{}{}", others.empty() ? "" : ", ", finding.cells[i].name);
      }
      mark.text += fmt::format(" ({})", fmt::format(fmt::runtime(words_.see_also), others));
    }
  } else if (has_place) {
    marks_cut_ = true;
  }
  if (lines_ == kMostLines) {
    lines_cut_ = true;
    return absl::OkStatus();
  }
  ++lines_;
  return AddLine(finding);
}

absl::Status CheckMarks::AddLine(const check::RuleFinding& finding) {
  AppendNumber(static_cast<uint32_t>(SeverityOf(finding.severity)), &buffer_);
  AppendPart(SeverityWord(words_, finding.severity), &buffer_);
  AppendPart(finding.rule, &buffer_);
  AppendPart(finding.sheet, &buffer_);
  // Of a row the first cell, so that there is a link.
  AppendPart(finding.cells.empty() && finding.row != 0 ? text::CellName(0, finding.row)
                                                       : std::string(CellOf(finding)),
             &buffer_);
  AppendPart(finding.message, &buffer_);
  AppendPart(finding.hint, &buffer_);
  return buffer_.size() < kBufferBytes ? absl::OkStatus() : Flush();
}

absl::Status CheckMarks::Flush() {
  absl::Status status = file_->WriteAt(written_, buffer_);
  written_ += buffer_.size();
  buffer_.clear();
  return status;
}

absl::StatusOr<text::XlsxMarkerReport> CheckMarks::Write(const std::string& path,
                                                         const Limits& limits,
                                                         const CheckSummary& summary,
                                                         plugin::Target* target) {
  if (absl::Status status = Flush(); !status.ok()) return status;
  plugin::SourceOptions source_options;
  source_options.limits = &limits;
  auto source = plugin::Source::Open(path, source_options);
  if (!source.ok()) return source.status();
  SourceAccess input(source->get());
  text::XlsxMarkerOptions options;
  options.limits = limits;
  options.source = path;
  options.title = std::string(words_.errors_sheet);
  options.headings = {std::string(words_.headings[0]), std::string(words_.headings[1]),
                      std::string(words_.headings[3]), std::string(words_.headings[4]),
                      std::string(words_.headings[7]), std::string(words_.headings[8])};
  const std::string counts = CountsInWords(words_, summary.by_severity);
  options.summary = {
      fmt::format(fmt::runtime(words_.errors_title),
                  EscapeForTerminalLine(std::string_view(path).substr(path.rfind('/') + 1))),
      fmt::format(fmt::runtime(words_.checked), FormatCount(summary.all.rows),
                  FormatCount(summary.all.rows_with_findings),
                  counts.empty() ? std::string(words_.nothing) : counts),
      fmt::format(fmt::runtime(words_.rules_used), fmt::join(summary.packs, ", "))};
  if (comments_cut_) {
    options.summary.push_back(
        fmt::format(fmt::runtime(words_.comments_cut), FormatCount(kMostComments)));
  }
  if (marks_cut_) {
    options.summary.push_back(fmt::format(fmt::runtime(words_.marks_cut), FormatCount(kMostMarks)));
  }
  if (lines_cut_) {
    options.summary.push_back(fmt::format(fmt::runtime(words_.lines_cut), FormatCount(kMostLines)));
  }
  Lines lines(file_.get(), written_);
  TargetStream output(target);
  return text::MarkWorkbook(&input, options, marks_, &lines, &output);
}

}  // namespace puente::tools
