// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Puts coloured styles behind those that a workbook has. Internal to the
// marker.
#include "core/text/xlsx_marker_styles.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "core/text/byte_stream.h"
#include "core/text/xlsx_marker_patch.h"
#include "core/text/xlsx_names.h"
#include "fmt/format.h"

namespace puente::text {
namespace {

// What spreadsheets take.
constexpr size_t kMostStyles = 65490;

// Soft blue, amber and red; and the ground of headings.
constexpr std::array<std::string_view, kXlsxSeverities + 1> kColours = {"FFDDEBF7", "FFFFEB9C",
                                                                        "FFFFC7CE", "FF1F4E79"};
constexpr size_t kHeadingColour = kXlsxSeverities;

// Fonts of the first sheet, in this order.
enum class Font : uint8_t { kNormal, kBold, kTitle, kHeading, kLink };
constexpr std::array<std::string_view, 5> kFonts = {
    "<{0}font><{0}sz val=\"11\"/><{0}name val=\"Calibri\"/><{0}family val=\"2\"/></{0}font>",
    "<{0}font><{0}b/><{0}sz val=\"11\"/><{0}name val=\"Calibri\"/><{0}family val=\"2\"/></{0}font>",
    "<{0}font><{0}b/><{0}sz val=\"14\"/><{0}name val=\"Calibri\"/><{0}family val=\"2\"/></{0}font>",
    "<{0}font><{0}b/><{0}sz val=\"11\"/><{0}color rgb=\"FFFFFFFF\"/><{0}name val=\"Calibri\"/>"
    "<{0}family val=\"2\"/></{0}font>",
    "<{0}font><{0}u/><{0}sz val=\"11\"/><{0}color rgb=\"FF0563C1\"/><{0}name val=\"Calibri\"/>"
    "<{0}family val=\"2\"/></{0}font>"};

// The sections of the part, in their order.
constexpr std::array<std::string_view, 11> kSections = {
    "numFmts",    "fonts", "fills",       "borders", "cellStyleXfs", "cellXfs",
    "cellStyles", "dxfs",  "tableStyles", "colors",  "extLst"};
constexpr size_t kDepthOfSection = 2;

constexpr std::string_view kStylesDisorder = "its styles are out of order";

size_t SectionNumber(std::string_view name) {
  return static_cast<size_t>(std::find(kSections.begin(), kSections.end(), name) -
                             kSections.begin());
}

}  // namespace

std::string NoXlsxStyles(bool is_strict) {
  return fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<styleSheet xmlns=\"{}\">"
      "<fonts count=\"1\"><font><sz val=\"11\"/><name val=\"Calibri\"/></font></fonts>"
      "<fills count=\"2\"><fill><patternFill patternType=\"none\"/></fill><fill><patternFill "
      "patternType=\"gray125\"/></fill></fills><borders count=\"1\"><border><left/><right/><top/>"
      "<bottom/><diagonal/></border></borders><cellStyleXfs count=\"1\"><xf numFmtId=\"0\" "
      "fontId=\"0\" fillId=\"0\" borderId=\"0\"/></cellStyleXfs><cellXfs count=\"1\"><xf "
      "numFmtId=\"0\" fontId=\"0\" fillId=\"0\" borderId=\"0\" xfId=\"0\"/></cellXfs></styleSheet>",
      is_strict ? "http://purl.oclc.org/ooxml/spreadsheetml/main"
                : "http://schemas.openxmlformats.org/spreadsheetml/2006/main");
}

absl::Status MarkedStyles::Read(std::string xml, const XmlReaderOptions& options) {
  xml_ = std::move(xml);
  options_ = options;
  StringInput input(xml_);
  std::string nowhere;
  StringOutput output(&nowhere);
  auto patcher = XmlPatcher::Create(&input, options_, &output);
  if (!patcher.ok()) return patcher.status();
  const XmlReader& reader = (*patcher)->xml();
  std::string section;
  uint64_t style_begin = 0;
  while (true) {
    const absl::StatusOr<XmlEvent> event = (*patcher)->Next();
    if (!event.ok()) return event.status();
    if (*event == XmlEvent::kEndOfDocument) break;
    if (*event != XmlEvent::kStart && *event != XmlEvent::kEnd) continue;
    const bool begins = *event == XmlEvent::kStart;
    const std::string_view name = LocalName(reader.name());
    const bool is_style = section == "cellXfs" && reader.depth() == kDepthOfSection + 1;
    // Readers count such styles, or not, so that their numbers tell nothing.
    if (begins && ((name == "cellXfs" && reader.depth() != kDepthOfSection) ||
                   (section == "cellXfs" && reader.depth() > kDepthOfSection &&
                    (name == "xf") != is_style))) {
      return CannotMark(kStylesDisorder, "");
    }
    if (begins && reader.depth() == 1) {
      if (name != "styleSheet") return CannotMark("its styles are something else", "");
      prefix_ = XmlPrefix(reader.name());
    } else if (begins && reader.depth() == kDepthOfSection) {
      section = name;
      const bool is_second = (fonts_.is_there && name == fonts_.name) ||
                             (fills_.is_there && name == fills_.name) ||
                             (has_styles_ && name == "cellXfs");
      if (is_second) return CannotMark(kStylesDisorder, "");
      fonts_.is_there |= name == fonts_.name;
      fills_.is_there |= name == fills_.name;
      has_styles_ |= name == "cellXfs";
    } else if (reader.depth() == kDepthOfSection + 1) {
      if (begins && section == fonts_.name) ++fonts_.own;
      if (begins && section == fills_.name) ++fills_.own;
      if (!is_style) continue;
      if (begins) {
        style_begin = reader.offset();
      } else {
        styles_.push_back(xml_.substr(static_cast<size_t>(style_begin),
                                      static_cast<size_t>(reader.end_offset() - style_begin)));
      }
    }
  }
  // Where there is none, those come first that stand for nothing.
  fonts_.first = std::max<size_t>(fonts_.own, 1);
  fills_.first = std::max<size_t>(fills_.own, 2);
  if (styles_.empty()) {
    styles_.push_back(
        fmt::format("<{}xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" borderId=\"0\"/>", prefix_));
    added_.push_back(styles_.front());
  }
  first_look_ = styles_.size();
  for (size_t look = 0; look < kXlsxMarkerLooks; ++look) {
    added_.push_back(Look(static_cast<XlsxMarkerLook>(look)));
  }
  return absl::OkStatus();
}

std::string MarkedStyles::Look(XlsxMarkerLook look) const {
  Font font = Font::kNormal;
  size_t fill = 0;
  bool wraps = true;
  bool is_quoted = false;
  switch (look) {
    case XlsxMarkerLook::kTitle:
    case XlsxMarkerLook::kSummary:
      font = look == XlsxMarkerLook::kTitle ? Font::kTitle : Font::kNormal;
      wraps = false;
      is_quoted = true;
      break;
    case XlsxMarkerLook::kHeading:
      font = Font::kHeading;
      fill = fills_.first + kHeadingColour;
      break;
    case XlsxMarkerLook::kText:
      break;
    case XlsxMarkerLook::kQuoted:
      is_quoted = true;
      break;
    case XlsxMarkerLook::kLink:
      font = Font::kLink;
      break;
    case XlsxMarkerLook::kInfo:
    case XlsxMarkerLook::kWarning:
    case XlsxMarkerLook::kError:
      font = Font::kBold;
      fill = fills_.first + static_cast<size_t>(look) - static_cast<size_t>(XlsxMarkerLook::kInfo);
      break;
  }
  return fmt::format(
      "<{0}xf numFmtId=\"0\" fontId=\"{1}\" fillId=\"{2}\" borderId=\"0\"{3} applyFont=\"1\"{4} "
      "applyAlignment=\"1\"><{0}alignment vertical=\"top\"{5}/></{0}xf>",
      prefix_, fonts_.first + static_cast<size_t>(font), fill,
      is_quoted ? " quotePrefix=\"1\"" : "", fill == 0 ? "" : " applyFill=\"1\"",
      wraps ? " wrapText=\"1\"" : "");
}

uint32_t MarkedStyles::Marked(uint32_t style, XlsxSeverity severity) {
  // No program writes a number that is not there; the first style is what they show then.
  if (style >= styles_.size()) style = 0;
  const uint64_t key = uint64_t{style} * kXlsxSeverities + static_cast<uint64_t>(severity);
  const auto number = static_cast<uint32_t>(first_look_ + marked_.size() + kXlsxMarkerLooks);
  const auto [place, is_new] = marked_.try_emplace(key, number);
  if (is_new) {
    const std::string& own = styles_[style];
    const size_t end = own.find('>') + 1;
    // An attribute may hold `>`, but none of a style does.
    const std::string tag =
        WithXmlAttribute(own.substr(0, end), "fillId",
                         fmt::format("{}", fills_.first + static_cast<size_t>(severity)));
    added_.push_back(WithXmlAttribute(tag, "applyFill", "1") + own.substr(end));
  }
  return place->second;
}

absl::StatusOr<std::string> MarkedStyles::Xml() const {
  const size_t count = first_look_ + kXlsxMarkerLooks + marked_.size();
  if (count > kMostStyles) {
    return CannotMark(fmt::format("it has {} styles of cells, and marks would "
                                  "make them {}, where spreadsheets take {}",
                                  styles_.size(), count, kMostStyles),
                      "copy its sheets into a new workbook, which drops the "
                      "styles that no cell has");
  }
  std::array<Section, 3> sections = Sections();
  std::string out;
  StringInput input(xml_);
  StringOutput output(&out);
  auto patcher = XmlPatcher::Create(&input, options_, &output);
  if (!patcher.ok()) return patcher.status();
  const XmlReader& reader = (*patcher)->xml();
  // The sections that are not there and stand before the section of a number.
  const auto missing = [&](size_t number) {
    std::string xml;
    for (Section& section : sections) {
      if (section.is_there || SectionNumber(section.name) >= number) continue;
      section.is_there = true;
      xml += fmt::format("<{0}{1} count=\"{2}\">{3}</{0}{1}>", prefix_, section.name, section.count,
                         section.more);
    }
    return xml;
  };
  while (true) {
    const absl::StatusOr<XmlEvent> event = (*patcher)->Next();
    if (!event.ok()) return event.status();
    if (*event == XmlEvent::kEndOfDocument) break;
    if (*event != XmlEvent::kStart && *event != XmlEvent::kEnd) continue;
    const bool begins = *event == XmlEvent::kStart;
    absl::Status status;
    if (reader.depth() == 1) {
      const bool is_empty = begins && (*patcher)->IsEmptyTag();
      if (is_empty) status = (*patcher)->Fill((*patcher)->Bytes(), missing(kSections.size()));
      if (!begins) status = (*patcher)->PutBefore(missing(kSections.size()));
    } else if (reader.depth() == kDepthOfSection) {
      const std::string_view name = LocalName(reader.name());
      if (begins) status = (*patcher)->PutBefore(missing(SectionNumber(name)));
      for (const Section& section : sections) {
        if (section.name != name || !status.ok()) continue;
        const std::string tag = begins ? WithXmlAttribute((*patcher)->Bytes(), "count",
                                                          fmt::format("{}", section.count))
                                       : std::string();
        if (begins && tag.ends_with("/>")) {
          status = (*patcher)->Fill(tag, section.more);
        } else if (begins) {
          status = (*patcher)->Replace(tag);
        } else if (!(*patcher)->Bytes().empty()) {
          status = (*patcher)->PutBefore(section.more);
        }
      }
    }
    if (!status.ok()) return status;
  }
  if (absl::Status status = (*patcher)->Finish(); !status.ok()) return status;
  return out;
}

std::array<MarkedStyles::Section, 3> MarkedStyles::Sections() const {
  std::array<Section, 3> sections = {fonts_, fills_, Section{.name = "cellXfs"}};
  auto& [fonts, fills, styles] = sections;
  if (fonts.own == 0) fonts.more += fmt::format(fmt::runtime(kFonts.front()), prefix_);
  for (const std::string_view font : kFonts) fonts.more += fmt::format(fmt::runtime(font), prefix_);
  fonts.count = fonts.first + kFonts.size();
  for (size_t own = fills.own; own < fills.first; ++own) {
    fills.more += fmt::format("<{0}fill><{0}patternFill patternType=\"{1}\"/></{0}fill>", prefix_,
                              own == 0 ? "none" : "gray125");
  }
  for (const std::string_view colour : kColours) {
    fills.more += fmt::format(
        "<{0}fill><{0}patternFill patternType=\"solid\"><{0}fgColor rgb=\"{1}\"/>"
        "<{0}bgColor indexed=\"64\"/></{0}patternFill></{0}fill>",
        prefix_, colour);
  }
  fills.count = fills.first + kColours.size();
  styles.is_there = has_styles_;
  for (const std::string& style : added_) styles.more += style;
  styles.count = first_look_ + kXlsxMarkerLooks + marked_.size();
  return sections;
}

}  // namespace puente::text
