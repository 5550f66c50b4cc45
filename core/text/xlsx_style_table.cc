// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// The styles of the cells of a new workbook.
#include "core/text/xlsx_style_table.h"

#include "core/base/utf8.h"
#include "core/text/xlsx_text.h"
#include "fmt/format.h"

namespace puente::text {
namespace {

// The format of texts, which every program knows.
constexpr uint32_t kTextFormat = 49;
// Formats of one's own count from here on.
constexpr uint32_t kFirstFormat = 164;
// Spreadsheets take no more.
constexpr size_t kMostFormats = 200;
constexpr size_t kLongestFormat = 255;

constexpr std::string_view kBegin =
    "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"
    "<styleSheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\">";
constexpr std::string_view kMiddle =
    "<fonts count=\"2\">"
    "<font><sz val=\"11\"/><name val=\"Calibri\"/><family val=\"2\"/></font>"
    "<font><b/><sz val=\"11\"/><name val=\"Calibri\"/><family val=\"2\"/></font></fonts>"
    "<fills count=\"3\"><fill><patternFill patternType=\"none\"/></fill>"
    "<fill><patternFill patternType=\"gray125\"/></fill>"
    "<fill><patternFill patternType=\"solid\"><fgColor rgb=\"FFD9E2F3\"/>"
    "<bgColor indexed=\"64\"/></patternFill></fill></fills>"
    "<borders count=\"1\"><border><left/><right/><top/><bottom/><diagonal/></border></borders>"
    "<cellStyleXfs count=\"1\"><xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" borderId=\"0\"/>"
    "</cellStyleXfs>";
constexpr std::string_view kEnd =
    "<cellStyles count=\"1\"><cellStyle name=\"Normal\" xfId=\"0\" builtinId=\"0\"/></cellStyles>"
    "</styleSheet>";

}  // namespace

XlsxStyleTable::XlsxStyleTable()
    : formats_({"yyyy\\-mm\\-dd", "yyyy\\-mm\\-dd\\ hh:mm:ss"}), styles_(kXlsxDateTime + 1) {
  styles_[kXlsxHeader].is_header = true;
  styles_[kXlsxText].format = kTextFormat;
  styles_[kXlsxText].is_quoted = true;
  styles_[kXlsxPlain].quoted = kXlsxText;
  styles_[kXlsxDate].format = kFirstFormat;
  styles_[kXlsxDateTime].format = kFirstFormat + 1;
}

absl::StatusOr<uint32_t> XlsxStyleTable::AddFormat(std::string_view format) {
  for (uint32_t i = 0; i < formats_.size(); ++i) {
    if (formats_[i] != format) continue;
    for (uint32_t style = 0; style < styles_.size(); ++style) {
      if (styles_[style].format == kFirstFormat + i && !styles_[style].is_quoted) return style;
    }
  }
  if (format.empty() || Utf16Units(format) > kLongestFormat || FirstNonXmlChar(format)) {
    return CannotPut("a number format that is empty, too long, or no text", "");
  }
  if (formats_.size() >= kMostFormats) {
    return CannotPut(fmt::format("more than {} number formats", kMostFormats), "");
  }
  styles_.push_back({kFirstFormat + static_cast<uint32_t>(formats_.size())});
  formats_.emplace_back(format);
  return static_cast<uint32_t>(styles_.size() - 1);
}

uint32_t XlsxStyleTable::Quoted(uint32_t style) {
  if (styles_[style].is_quoted) return style;
  if (styles_[style].quoted == 0) {
    Style quoted = styles_[style];
    quoted.is_quoted = true;
    styles_[style].quoted = static_cast<uint32_t>(styles_.size());
    styles_.push_back(quoted);
  }
  return styles_[style].quoted;
}

std::string XlsxStyleTable::Xml() const {
  std::string xml(kBegin);
  xml += fmt::format("<numFmts count=\"{}\">", formats_.size());
  for (size_t i = 0; i < formats_.size(); ++i) {
    xml += fmt::format("<numFmt numFmtId=\"{}\" formatCode=\"", kFirstFormat + i);
    AppendXmlText(formats_[i], &xml);
    xml += "\"/>";
  }
  xml += "</numFmts>";
  xml += kMiddle;
  xml += fmt::format("<cellXfs count=\"{}\">", styles_.size());
  for (const Style& style : styles_) {
    xml += fmt::format(
        "<xf numFmtId=\"{}\" fontId=\"{}\" fillId=\"{}\" borderId=\"0\" xfId=\"0\"{}{}{}/>",
        style.format, style.is_header ? 1 : 0, style.is_header ? 2 : 0,
        style.is_quoted ? " quotePrefix=\"1\"" : "",
        style.format == 0 ? "" : " applyNumberFormat=\"1\"",
        style.is_header ? " applyFont=\"1\" applyFill=\"1\"" : "");
  }
  xml += "</cellXfs>";
  xml += kEnd;
  return xml;
}

}  // namespace puente::text
