// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// What a check found as a workbook of three sheets.
#include <utility>
#include <vector>

#include "core/base/utf8.h"
#include "core/findings/finding_text.h"
#include "core/text/xlsx_writer.h"
#include "fmt/format.h"
#include "tools/cmd_check_report.h"

namespace puente::tools {
namespace {

using text::XlsxCell;
using text::XlsxKind;

/// Findings that a sheet gets; the rest is counted only.
constexpr uint64_t kMostFindings = 1000000;
constexpr size_t kMostText = 30000;

/// One row of texts and numbers.
class RowMaker {
 public:
  void Text(std::string_view text, uint32_t style = text::kXlsxPlain) {
    std::string safe = ClipTextWithEllipsis(text, kMostText);
    if (FirstInvalidUtf8(safe)) safe = EscapeForTerminal(safe);
    Add(text.empty() ? XlsxKind::kEmpty : XlsxKind::kText, std::move(safe), style);
  }
  void Number(uint64_t number) { Add(XlsxKind::kNumber, std::to_string(number), text::kXlsxPlain); }
  void Nothing() { Add(XlsxKind::kEmpty, "", text::kXlsxPlain); }

  /// Writes the row and begins the next one.
  absl::Status Write(text::XlsxWriter* writer) {
    text::XlsxRow row;
    row.number = ++number_;
    std::vector<XlsxCell> cells;
    for (size_t i = 0; i < parts_.size(); ++i) {
      // Cells without anything are left out.
      if (parts_[i].kind == XlsxKind::kEmpty) continue;
      XlsxCell& cell = cells.emplace_back();
      cell.column = static_cast<uint32_t>(i);
      cell.kind = parts_[i].kind;
      cell.text = parts_[i].text;
      cell.style = parts_[i].style;
    }
    absl::Status status = writer->WriteRow(row, cells);
    parts_.clear();
    return status;
  }
  void BeginSheet() { number_ = 0; }

 private:
  struct Part {
    XlsxKind kind = XlsxKind::kEmpty;
    std::string text;
    uint32_t style = 0;
  };
  void Add(XlsxKind kind, std::string text, uint32_t style) {
    parts_.push_back({kind, std::move(text), style});
  }

  uint32_t number_ = 0;
  std::vector<Part> parts_;
};

class XlsxReport : public CheckReport {
 public:
  XlsxReport(plugin::Target* target, const CheckReportOptions& options)
      : stream_(target), words_(*options.words) {}

  absl::Status Open() {
    auto writer = text::XlsxWriter::Open(&stream_, text::XlsxWriterOptions());
    if (!writer.ok()) return writer.status();
    writer_ = *std::move(writer);
    absl::Status status = Begin(words_.findings_sheet, 1, {10, 26, 24, 18, 8, 30, 30, 60, 60, 16});
    if (!status.ok()) return status;
    for (const std::string_view heading : words_.headings) row_.Text(heading, text::kXlsxHeader);
    return row_.Write(writer_.get());
  }

  absl::Status Take(const check::RuleFinding& finding) override {
    if (findings_ == kMostFindings) {
      is_cut_ = true;
      return absl::OkStatus();
    }
    ++findings_;
    row_.Text(SeverityWord(words_, finding.severity));
    row_.Text(finding.rule);
    row_.Text(finding.source);
    row_.Text(finding.sheet);
    const std::string_view cell = CellOf(finding);
    if (!cell.empty() || finding.row == 0) {
      row_.Text(cell);
    } else {
      row_.Text(fmt::format("{} {}", words_.row, finding.row));
    }
    row_.Text(finding.cells.empty() ? std::string_view() : finding.cells.front().header);
    row_.Text(finding.cells.empty() ? std::string_view() : finding.cells.front().value);
    row_.Text(finding.message);
    row_.Text(finding.hint);
    row_.Text(finding.pack);
    return row_.Write(writer_.get());
  }

  absl::Status Finish(const CheckSummary& summary) override {
    absl::Status status = writer_->EndSheet();
    if (status.ok()) status = WriteSummary(summary);
    if (status.ok()) status = WriteReports(summary);
    return status.ok() ? writer_->Finish() : status;
  }

 private:
  absl::Status Begin(std::string_view name, uint32_t filter_row, std::vector<double> widths) {
    text::XlsxSheetOptions options;
    options.name = std::string(name);
    options.frozen_rows = filter_row;
    options.filter_row = filter_row;
    for (const double width : widths) options.columns.push_back({width, {}});
    row_.BeginSheet();
    return writer_->BeginSheet(options);
  }

  absl::Status WriteSummary(const CheckSummary& summary) {
    absl::Status status = Begin(words_.summary_sheet, 0, {44, 12, 12, 20, 70, 16});
    if (!status.ok()) return status;
    const std::string counts = CountsInWords(words_, summary.by_severity);
    row_.Text(fmt::format(fmt::runtime(words_.checked), FormatCount(summary.all.rows),
                          FormatCount(summary.all.rows_with_findings),
                          counts.empty() ? std::string(words_.nothing) : counts));
    if (status = row_.Write(writer_.get()); !status.ok()) return status;
    row_.Text(fmt::format(fmt::runtime(words_.rules_used), fmt::join(summary.packs, ", ")));
    if (status = row_.Write(writer_.get()); !status.ok()) return status;
    if (is_cut_) {
      row_.Text(fmt::format(fmt::runtime(words_.lines_cut), kMostFindings));
      if (status = row_.Write(writer_.get()); !status.ok()) return status;
    }

    status = WriteHeadings(words_.by_rule, {words_.headings[1], words_.count, words_.headings[0],
                                            "", words_.headings[7], words_.headings[9]});
    for (const CheckSummary::OfRule& rule : summary.rules) {
      if (!status.ok()) return status;
      row_.Text(rule.rule);
      row_.Number(rule.findings);
      row_.Text(SeverityWord(words_, rule.severity));
      row_.Nothing();
      row_.Text(rule.message);
      row_.Text(rule.pack);
      status = row_.Write(writer_.get());
    }
    if (!status.ok()) return status;
    status = WriteHeadings(words_.by_organisation, {words_.organisation, words_.count, words_.rows,
                                                    words_.rows_with_findings});
    for (const CheckSummary::OfOrganisation& organisation : summary.organisations) {
      if (!status.ok()) return status;
      status = WriteCounts(NameOf(organisation), organisation.counts);
    }
    if (!status.ok()) return status;
    status = WriteHeadings(words_.by_month,
                           {words_.month, words_.count, words_.rows, words_.rows_with_findings});
    for (const CheckSummary::OfMonth& month : summary.by_month) {
      if (!status.ok()) return status;
      status = WriteCounts(month.month == 0 ? std::string(words_.no_month) : MonthText(month.month),
                           month.counts);
    }
    return status.ok() ? writer_->EndSheet() : status;
  }

  /// A list's title with an empty row above it, and its headings.
  absl::Status WriteHeadings(std::string_view title,
                             const std::vector<std::string_view>& headings) {
    absl::Status status = row_.Write(writer_.get());
    if (!status.ok()) return status;
    row_.Text(title);
    if (status = row_.Write(writer_.get()); !status.ok()) return status;
    for (const std::string_view heading : headings) row_.Text(heading, text::kXlsxHeader);
    return row_.Write(writer_.get());
  }

  absl::Status WriteCounts(std::string_view name, const check::Summary::Counts& counts) {
    row_.Text(name);
    row_.Number(counts.findings);
    row_.Number(counts.rows);
    row_.Number(counts.rows_with_findings);
    return row_.Write(writer_.get());
  }

  /// Rows by organisation and month; a cell without any is empty.
  absl::Status WriteReports(const CheckSummary& summary) {
    std::vector<double> widths = {44};
    widths.resize(summary.months.size() + 1, 10);
    absl::Status status = Begin(words_.reports_sheet, 1, widths);
    if (!status.ok()) return status;
    row_.Text(words_.organisation, text::kXlsxHeader);
    for (const int32_t month : summary.months) row_.Text(MonthText(month), text::kXlsxHeader);
    status = row_.Write(writer_.get());
    for (const CheckSummary::OfOrganisation& organisation : summary.organisations) {
      if (!status.ok()) return status;
      row_.Text(NameOf(organisation));
      for (const uint64_t rows : organisation.rows) {
        if (rows == 0) {
          row_.Nothing();
        } else {
          row_.Number(rows);
        }
      }
      status = row_.Write(writer_.get());
    }
    return status.ok() ? writer_->EndSheet() : status;
  }

  std::string_view NameOf(const CheckSummary::OfOrganisation& organisation) const {
    return organisation.name.empty() ? words_.no_organisation : organisation.name;
  }

  TargetStream stream_;
  const CheckWords& words_;
  std::unique_ptr<text::XlsxWriter> writer_;
  RowMaker row_;
  uint64_t findings_ = 0;
  bool is_cut_ = false;
};

}  // namespace

absl::StatusOr<std::unique_ptr<CheckReport>> MakeXlsxReport(plugin::Target* target,
                                                            const CheckReportOptions& options) {
  auto report = std::make_unique<XlsxReport>(target, options);
  if (absl::Status status = report->Open(); !status.ok()) return status;
  return report;
}

}  // namespace puente::tools
