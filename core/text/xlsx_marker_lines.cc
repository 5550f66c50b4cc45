// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// The first sheet of a marked workbook: a line for all that is wrong. Internal to the marker.
#include "core/text/xlsx_marker_lines.h"

#include <algorithm>
#include <array>
#include <utility>

#include "core/base/utf8.h"
#include "core/text/xlsx_cell.h"
#include "core/text/xlsx_marker_package.h"
#include "core/text/xlsx_marker_sheet.h"
#include "core/text/xlsx_names.h"
#include "core/text/xlsx_text.h"
#include "fmt/format.h"

namespace puente::text {
namespace {

// Spreadsheets take no more links in a sheet; lines after them get a formula that links.
constexpr uint64_t kMostLinks = 65530;
constexpr size_t kFlushed = size_t{64} << 10;

// Of severity, rule, sheet, cell, message, hint; in characters.
constexpr std::array<int, 6> kWidths = {13, 24, 22, 10, 70, 60};
constexpr uint32_t kCellColumn = 3;
constexpr size_t kMessageColumn = 4;
constexpr size_t kHintColumn = 5;
// In points; no row is made higher than so many lines.
constexpr size_t kLineHeight = 15;
constexpr size_t kMostLines = 20;

/// How many lines a text takes in a column, words not divided.
size_t LinesOf(std::string_view text, size_t column) {
  // Some characters of each line are lost where a word does not fit.
  constexpr size_t kLost = 8;
  const size_t width = static_cast<size_t>(kWidths[column]) - kLost;
  return std::clamp<size_t>((Utf16Units(text) + width - 1) / width, 1, kMostLines);
}

/// Writes the rows.
class SheetWriter {
 public:
  SheetWriter(const MarkedStyles& styles, OutputStream* output)
      : styles_(styles), output_(*output) {}

  absl::Status Put(std::string_view xml) {
    buffer_ += xml;
    return buffer_.size() < kFlushed ? absl::OkStatus() : Flush();
  }
  absl::Status Flush() {
    absl::Status status = output_.Write(buffer_);
    buffer_.clear();
    return status;
  }
  uint32_t row() const { return row_; }
  /// `lines`: how many lines of text the row is to show.
  absl::Status BeginRow(size_t lines = 1) {
    if (row_ == kXlsxRows) {
      return CannotPut("there are more findings than a sheet has rows",
                       "write them as CSV or JSON, or take out the most frequent rule");
    }
    ++row_;
    if (lines > 1) {
      buffer_ +=
          fmt::format("<row r=\"{}\" ht=\"{}\" customHeight=\"1\">", row_, lines * kLineHeight);
    } else {
      buffer_ += fmt::format("<row r=\"{}\">", row_);
    }
    return absl::OkStatus();
  }
  absl::Status EndRow() { return Put("</row>"); }

  /// A text, cut where it is longer than spreadsheets take. Nothing for an empty one.
  absl::Status PutText(uint32_t column, std::string_view text, XlsxMarkerLook look) {
    if (text.empty()) return absl::OkStatus();
    constexpr size_t kMostBytes = kXlsxLongestText;
    const std::string clipped =
        text.size() > kMostBytes ? ClipTextWithEllipsis(text, kMostBytes) : std::string(text);
    if (look == XlsxMarkerLook::kText &&
        std::string_view("=+-@\t\r").find(clipped.front()) != std::string_view::npos) {
      look = XlsxMarkerLook::kQuoted;
    }
    BeginCell(column, look, "inlineStr");
    buffer_ += "<is><t";
    if (NeedsXmlSpace(clipped)) buffer_ += " xml:space=\"preserve\"";
    buffer_ += '>';
    if (!AppendXlsxText(clipped, &buffer_)) return NoUtf8(text);
    buffer_ += "</t></is></c>";
    return absl::OkStatus();
  }
  absl::Status PutFormula(uint32_t column, std::string_view formula, std::string_view value,
                          XlsxMarkerLook look) {
    BeginCell(column, look, "str");
    buffer_ += "<f>";
    if (!AppendXlsxText(formula, &buffer_)) return NoUtf8(formula);
    buffer_ += "</f><v>";
    if (!AppendXlsxText(value, &buffer_)) return NoUtf8(value);
    buffer_ += "</v></c>";
    return absl::OkStatus();
  }

 private:
  void BeginCell(uint32_t column, XlsxMarkerLook look, std::string_view type) {
    buffer_ += fmt::format("<c r=\"{}\" s=\"{}\" t=\"{}\">", XlsxCellName(column, row_),
                           styles_.Number(look), type);
  }
  static absl::Status NoUtf8(std::string_view text) {
    return CannotPut(fmt::format("a finding's text is not UTF-8: `{}`",
                                 EscapeForTerminalLine(ClipText(text, 100))),
                     "");
  }

  const MarkedStyles& styles_;
  OutputStream& output_;
  std::string buffer_;
  uint32_t row_ = 0;
};

std::string Doubled(std::string_view text, char quote) {
  std::string doubled;
  for (const char c : text) doubled.append(c == quote ? 2 : 1, c);
  return doubled;
}

XlsxMarkerLook LookOf(XlsxSeverity severity) {
  return static_cast<XlsxMarkerLook>(static_cast<size_t>(XlsxMarkerLook::kInfo) +
                                     static_cast<size_t>(severity));
}

/// What stands before the rows. As many rows as the table's heading is at stay in sight.
std::string Head(uint32_t heading, bool is_strict) {
  std::string xml = fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\" "
      "standalone=\"yes\"?>\n<worksheet xmlns=\"{}\">"
      "<sheetPr><tabColor rgb=\"FFC00000\"/><pageSetUpPr "
      "fitToPage=\"1\"/></sheetPr><sheetViews>"
      "<sheetView showGridLines=\"0\" tabSelected=\"1\" "
      "workbookViewId=\"0\"><pane ySplit=\"{}\" "
      "topLeftCell=\"A{}\" activePane=\"bottomLeft\" "
      "state=\"frozen\"/><selection "
      "pane=\"bottomLeft\" activeCell=\"A{}\" "
      "sqref=\"A{}\"/></sheetView></sheetViews>"
      "<sheetFormatPr defaultRowHeight=\"15\"/><cols>",
      is_strict ? "http://purl.oclc.org/ooxml/spreadsheetml/main"
                : "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
      heading, heading + 1, heading + 1, heading + 1);
  for (size_t i = 0; i < kWidths.size(); ++i) {
    xml += fmt::format("<col min=\"{0}\" max=\"{0}\" width=\"{1}\" customWidth=\"1\"/>", i + 1,
                       kWidths[i]);
  }
  return xml += "</cols><sheetData>";
}

}  // namespace

absl::StatusOr<WrittenLines> WriteErrorSheet(
    const XlsxMarkerOptions& options, bool is_strict, const MarkedStyles& styles,
    const std::function<bool(std::string_view)>& has_sheet,
    const std::function<std::string(std::string_view sheet, const XlsxRange& cell)>& marked_at,
    XlsxErrorLines* lines, OutputStream* output) {
  SheetWriter writer(styles, output);
  const uint32_t gap = options.summary.empty() ? 0 : 1;
  const auto heading = static_cast<uint32_t>(options.summary.size()) + gap + 1;
  absl::Status status = writer.Put(Head(heading, is_strict));
  for (size_t i = 0; i < options.summary.size() && status.ok(); ++i) {
    status = writer.BeginRow();
    if (status.ok()) {
      status = writer.PutText(0, options.summary[i],
                              i == 0 ? XlsxMarkerLook::kTitle : XlsxMarkerLook::kSummary);
    }
    if (status.ok()) status = writer.EndRow();
  }
  for (uint32_t row = 0; row < gap && status.ok(); ++row) {
    status = writer.BeginRow();
    if (status.ok()) status = writer.EndRow();
  }
  if (status.ok()) status = writer.BeginRow();
  for (uint32_t i = 0; i < options.headings.size() && status.ok(); ++i) {
    status = writer.PutText(i, options.headings[i], XlsxMarkerLook::kHeading);
  }
  if (status.ok()) status = writer.EndRow();
  if (!status.ok()) return status;

  WrittenLines written;
  std::string links;
  uint64_t link_count = 0;
  XlsxErrorLine line;
  while (true) {
    const absl::StatusOr<bool> more = lines->Next(&line);
    if (!more.ok()) return more.status();
    if (!*more) break;
    ++written.lines;
    status = writer.BeginRow(
        std::max(LinesOf(line.message, kMessageColumn), LinesOf(line.hint, kHintColumn)));
    if (status.ok()) status = writer.PutText(0, line.severity_word, LookOf(line.severity));
    if (status.ok()) status = writer.PutText(1, line.rule, XlsxMarkerLook::kText);
    if (status.ok()) status = writer.PutText(2, line.sheet, XlsxMarkerLook::kText);
    if (!status.ok()) return status;
    XlsxRange range;
    const bool leads = ReadXlsxRange(line.cell, &range) && has_sheet(line.sheet);
    const std::string other = leads ? marked_at(line.sheet, range) : "";
    const std::string_view target = other.empty() ? std::string_view(line.cell) : other;
    const std::string place = fmt::format("{}!{}", QuotedSheetName(line.sheet), target);
    // Both are named: the cell that is wrong, and the one that shows it.
    const std::string shown = other.empty() ? line.cell : fmt::format("{} ({})", line.cell, other);
    if (leads && link_count < kMostLinks) {
      ++link_count;
      status = writer.PutText(kCellColumn, shown, XlsxMarkerLook::kLink);
      links +=
          fmt::format("<hyperlink ref=\"{}\" location=\"", XlsxCellName(kCellColumn, writer.row()));
      AppendXmlText(place, &links);
      links += fmt::format("\" display=\"{}\"/>", shown);
    } else if (leads) {
      status = writer.PutFormula(
          kCellColumn, fmt::format("HYPERLINK(\"#{}\",\"{}\")", Doubled(place, '"'), shown), shown,
          XlsxMarkerLook::kLink);
    } else {
      status = writer.PutText(kCellColumn, line.cell, XlsxMarkerLook::kText);
    }
    if (status.ok()) status = writer.PutText(4, line.message, XlsxMarkerLook::kText);
    if (status.ok()) status = writer.PutText(5, line.hint, XlsxMarkerLook::kText);
    if (status.ok()) status = writer.EndRow();
    if (!status.ok()) return status;
  }
  const auto last = static_cast<uint32_t>(kWidths.size() - 1);
  written.filter = fmt::format("$A${}:${}${}", heading, XlsxCellName(last, 1).substr(0, 1),
                               std::max(writer.row(), heading));
  status = writer.Put(fmt::format("</sheetData><autoFilter ref=\"A{}:{}\"/>", heading,
                                  XlsxCellName(last, writer.row())));
  if (status.ok() && link_count > 0) {
    status = writer.Put("<hyperlinks>");
    if (status.ok()) status = writer.Put(links);
    if (status.ok()) status = writer.Put("</hyperlinks>");
  }
  if (status.ok()) {
    status = writer.Put(
        "<pageMargins left=\"0.4\" right=\"0.4\" top=\"0.5\" "
        "bottom=\"0.5\" header=\"0.3\" "
        "footer=\"0.3\"/><pageSetup orientation=\"landscape\" "
        "fitToHeight=\"0\"/></worksheet>");
  }
  if (status.ok()) status = writer.Flush();
  if (!status.ok()) return status;
  return written;
}

}  // namespace puente::text
