// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// The workbook that was checked, with its cells marked and a first sheet of what is wrong.
#include "tools/cmd_check_marks.h"

#include <utility>

#include "core/base/utf8.h"
#include "core/findings/finding_text.h"
#include "core/plugin/source.h"
#include "core/text/column_names.h"
#include "fmt/format.h"
#include "tools/cmd_check_report.h"
#include "tools/source_access.h"

namespace puente::tools {
namespace {

/// Cells that are coloured; the list goes on.
constexpr size_t kMostMarks = 100000;
/// Those that have a comment as well: programs are slow to open many.
constexpr size_t kMostComments = 20000;
/// Lines of the first sheet, which may have 1,048,576 rows.
constexpr uint64_t kMostLines = 1000000;
constexpr size_t kMostText = 2000;
/// Sheets have so many rows and columns.
constexpr uint64_t kMostRows = 1048576;
constexpr uint32_t kMostColumns = 16384;

text::XlsxSeverity SeverityOf(Severity severity) {
  if (severity == Severity::kInfo) return text::XlsxSeverity::kInfo;
  return severity == Severity::kWarning ? text::XlsxSeverity::kWarning : text::XlsxSeverity::kError;
}

}  // namespace

/// The lines of the temporary file, one after the other.
class CheckMarks::Lines : public text::XlsxErrorLines {
 public:
  explicit Lines(Spool* spool) : spool_(spool) {}

  absl::StatusOr<bool> Next(text::XlsxErrorLine* line) override {
    if (spool_->AtEnd()) return false;
    uint64_t severity = 0;
    if (absl::Status status = spool_->Read(&severity); !status.ok()) return status;
    line->severity = static_cast<text::XlsxSeverity>(severity);
    for (std::string* part : {&line->severity_word, &line->rule, &line->sheet, &line->cell,
                              &line->message, &line->hint}) {
      if (absl::Status status = spool_->Read(part); !status.ok()) return status;
    }
    return true;
  }

 private:
  Spool* const spool_;
};

absl::StatusOr<std::unique_ptr<CheckMarks>> CheckMarks::Make(const CheckWords& words) {
  auto spool = Spool::Make();
  if (!spool.ok()) return spool.status();
  return std::unique_ptr<CheckMarks>(new CheckMarks(words, *std::move(spool)));
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
  const auto add = [this](std::string_view text) {
    spool_->Add(ClipTextWithEllipsis(text, kMostText));
  };
  spool_->Add(static_cast<uint64_t>(SeverityOf(finding.severity)));
  add(SeverityWord(words_, finding.severity));
  add(finding.rule);
  add(finding.sheet);
  // Of a row the first cell, so that there is a link.
  add(finding.cells.empty() && finding.row != 0 ? text::CellName(0, finding.row)
                                                : std::string(CellOf(finding)));
  add(finding.message);
  add(finding.hint);
  return spool_->Tick();
}

absl::StatusOr<text::XlsxMarkerReport> CheckMarks::Write(const std::string& path,
                                                         const Limits& limits,
                                                         const CheckSummary& summary,
                                                         plugin::Target* target) {
  if (absl::Status status = spool_->Rewind(); !status.ok()) return status;
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
  Lines lines(spool_.get());
  TargetStream output(target);
  return text::MarkWorkbook(&input, options, marks_, &lines, &output);
}

}  // namespace puente::tools
