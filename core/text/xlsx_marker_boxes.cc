// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Comments of a sheet: the boxes that show them. Internal to the marker.
#include <algorithm>
#include <array>
#include <memory>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/numbers.h"
#include "core/base/strings.h"
#include "core/text/xlsx_marker_comments.h"
#include "core/text/xlsx_marker_patch.h"
#include "core/text/xlsx_names.h"
#include "core/text/xlsx_text.h"
#include "fmt/format.h"

namespace puente::text {
namespace {

// Shapes are counted in blocks of so many.
constexpr uint64_t kBlock = 1024;
constexpr std::string_view kShape = "_x0000_s";
constexpr std::string_view kIdMap = "idmap";
constexpr std::string_view kData = "data=";

struct Namespace {
  std::string_view prefix;
  std::string_view name;
};
constexpr std::array<Namespace, 3> kNamespaces = {
    Namespace{"v", "urn:schemas-microsoft-com:vml"},
    Namespace{"o", "urn:schemas-microsoft-com:office:office"},
    Namespace{"x", "urn:schemas-microsoft-com:office:excel"}};

constexpr std::string_view kShapeType =
    "<v:shapetype{} id=\"_x0000_t202\" coordsize=\"21600,21600\" o:spt=\"202\" "
    "path=\"m,l,21600r21600,l21600,xe\"><v:stroke joinstyle=\"miter\"/><v:path "
    "gradientshapeok=\"t\" o:connecttype=\"rect\"/></v:shapetype>";

/// Size of a box in pixels.
struct BoxSize {
  uint32_t width = 0;
  uint32_t height = 0;
};

BoxSize SizeFor(std::string_view text) {
  // Of letters of 9 points.
  constexpr size_t kLetter = 6;
  constexpr size_t kLineHeight = 15;
  constexpr size_t kMargin = 14;
  constexpr size_t kNarrowest = 130;
  constexpr size_t kWidest = 330;
  constexpr size_t kHighest = 450;
  size_t longest = 0;
  for (size_t begin = 0; begin <= text.size();) {
    const size_t end = std::min(text.find('\n', begin), text.size());
    longest = std::max(longest, Utf16Units(text.substr(begin, end - begin)));
    begin = end + 1;
  }
  BoxSize size;
  const size_t width = std::clamp(longest * kLetter + kMargin, kNarrowest, kWidest);
  const size_t letters = (width - kMargin) / kLetter;
  size_t lines = 0;
  for (size_t begin = 0; begin <= text.size();) {
    const size_t end = std::min(text.find('\n', begin), text.size());
    // Words do not fill their lines.
    const size_t units = Utf16Units(text.substr(begin, end - begin)) * 10 / 9;
    lines += std::max<size_t>((units + letters - 1) / letters, 1);
    begin = end + 1;
  }
  size.width = static_cast<uint32_t>(width);
  size.height = static_cast<uint32_t>(std::min(lines * kLineHeight + kMargin, kHighest));
  return size;
}

/// Where an edge is: a row or a column, and pixels within it.
struct Edge {
  uint32_t line = 0;
  uint32_t pixels = 0;
};

/// The sizes of rows or of columns.
class Ruler {
 public:
  Ruler(const std::vector<SheetSizes>& sizes, uint32_t usual, uint32_t count)
      : sizes_(sizes), usual_(usual), count_(count) {}

  uint32_t SizeOf(uint32_t line) const {
    const auto found =
        std::lower_bound(sizes_.begin(), sizes_.end(), line,
                         [](const SheetSizes& size, uint32_t at) { return size.last < at; });
    return found != sizes_.end() && line >= found->first ? found->pixels : usual_;
  }

  /// Both edges of a box that begins some pixels into a line, or, where the sheet ends before it,
  /// ends before another line.
  std::pair<Edge, Edge> Place(uint32_t line, uint32_t pixels, uint32_t size,
                              uint32_t before) const {
    Edge from{line, line < count_ ? std::min(pixels, SizeOf(line)) : 0};
    uint64_t left = uint64_t{from.pixels} + size;
    for (uint32_t at = line; at < count_ && at - line < kMostLines; ++at) {
      const uint32_t here = SizeOf(at);
      if (left <= here) return {from, Edge{at, static_cast<uint32_t>(left)}};
      left -= here;
    }
    // Backwards.
    uint64_t need = size;
    uint32_t at = before;
    while (at > 0 && before - at < kMostLines) {
      --at;
      const uint32_t here = SizeOf(at);
      if (need <= here) return {Edge{at, here - static_cast<uint32_t>(need)}, Edge{before, 0}};
      need -= here;
    }
    return {Edge{at, 0}, Edge{before, 0}};
  }

 private:
  // Of lines that are hidden there may be many.
  static constexpr uint32_t kMostLines = 2000;

  const std::vector<SheetSizes>& sizes_;
  const uint32_t usual_;
  const uint32_t count_;
};

std::string ShapeXml(uint64_t number, size_t order, const MarkedCell& cell, std::string_view text,
                     const Ruler& columns, const Ruler& rows, std::string_view names) {
  const BoxSize size = SizeFor(text);
  constexpr uint32_t kRight = 12;
  constexpr uint32_t kUp = 8;
  const auto [left, right] = columns.Place(cell.column + 1, kRight, size.width, cell.column);
  const uint32_t above = cell.row >= 2 ? cell.row - 2 : 0;  // rows from 0 here
  const auto [top, bottom] = rows.Place(above, kUp, size.height, cell.row - 1);
  return fmt::format(
      "<v:shape{} id=\"{}{}\" type=\"#_x0000_t202\" style=\"position:absolute;margin-left:60pt;"
      "margin-top:2pt;width:{:.1f}pt;height:{:.1f}pt;z-index:{};visibility:hidden\" "
      "fillcolor=\"#ffffe1\" o:insetmode=\"auto\"><v:fill color2=\"#ffffe1\"/><v:shadow "
      "color=\"black\" obscured=\"t\"/><v:path o:connecttype=\"none\"/><v:textbox "
      "style=\"mso-direction-alt:auto\"><div style=\"text-align:left\"></div></v:textbox>"
      "<x:ClientData ObjectType=\"Note\"><x:MoveWithCells/><x:SizeWithCells/><x:Anchor>{}, {}, {}, "
      "{}, {}, {}, {}, {}</x:Anchor><x:AutoFill>False</x:AutoFill><x:Row>{}</x:Row><x:Column>{}"
      "</x:Column></x:ClientData></v:shape>",
      names, kShape, number, size.width * 0.75, size.height * 0.75, order, left.line, left.pixels,
      top.line, top.pixels, right.line, right.pixels, bottom.line, bottom.pixels, cell.row - 1,
      cell.column);
}

/// The drawing with larger boxes for texts that are longer now; a box never gets smaller.
class BoxGrower {
 public:
  BoxGrower(std::string_view old, const MarkedSheet& sheet, std::span<const LongerComment> longer,
            const Ruler& columns, const Ruler& rows)
      : old_(old), columns_(columns), rows_(rows) {
    for (const LongerComment& comment : longer) {
      const MarkedCell& cell = sheet.cells[comment.cell];
      texts_.emplace(std::pair(cell.row - 1, cell.column), &comment.text);
    }
  }

  std::string Run() {
    StringInput input(old_);
    absl::StatusOr<std::unique_ptr<XmlReader>> xml = XmlReader::Create(&input, {});
    // Of a drawing that is not well-formed, the boxes before that place may grow.
    while (xml.ok()) {
      const XmlEvent event = (*xml)->Step();
      if (event == XmlEvent::kError || event == XmlEvent::kEndOfDocument) break;
      Take(event, **xml);
    }
    return grown_.append(old_.substr(copied_));
  }

 private:
  void Take(XmlEvent event, const XmlReader& xml) {
    const std::string_view name = LocalName(xml.name());
    if (event == XmlEvent::kStart) {
      element_ = name;
      if (name == "ClientData") {
        is_note_ = OwnAttribute(xml, "ObjectType") == "Note";
        anchor_.clear();
        row_ = column_ = kXlsxRows;
      }
    } else if (event == XmlEvent::kText && is_note_) {
      if (element_ == "Row") row_ = NumberIn(xml.text());
      if (element_ == "Column") column_ = NumberIn(xml.text());
      if (element_ == "Anchor") {
        anchor_ = xml.text();
        begin_ = static_cast<size_t>(xml.offset());
        end_ = static_cast<size_t>(xml.end_offset());
      }
    } else if (event == XmlEvent::kEnd) {
      element_.clear();
      if (name == "ClientData" && is_note_) Grow();
      if (name == "ClientData") is_note_ = false;
    }
  }

  static uint32_t NumberIn(std::string_view text) {
    uint32_t number = kXlsxRows;
    return absl::SimpleAtoi(ToAbsl(text), &number) ? number : kXlsxRows;
  }

  void Grow() {
    const auto text = texts_.find(std::pair(row_, column_));
    std::array<uint32_t, 8> edges{};
    if (text == texts_.end() || !ReadEdges(&edges)) return;
    const BoxSize size = SizeFor(*text->second);
    const auto [left, right] = columns_.Place(edges[0], edges[1], size.width, kXlsxColumns);
    const auto [top, bottom] = rows_.Place(edges[2], edges[3], size.height, kXlsxRows);
    const auto grow = [&edges](size_t at, const Edge& edge) {
      if (std::pair(edge.line, edge.pixels) <= std::pair(edges[at], edges[at + 1])) return;
      edges[at] = edge.line;
      edges[at + 1] = edge.pixels;
    };
    grow(4, right);
    grow(6, bottom);
    grown_.append(old_.substr(copied_, begin_ - copied_));
    for (size_t i = 0; i < edges.size(); ++i) {
      grown_ += fmt::format("{}{}", i == 0 ? "" : ", ", edges[i]);
    }
    copied_ = end_;
  }

  bool ReadEdges(std::array<uint32_t, 8>* edges) const {
    std::string_view rest = anchor_;
    for (size_t i = 0; i < edges->size(); ++i) {
      const size_t comma = std::min(rest.find(','), rest.size());
      // Blanks around a number count for nothing.
      if (!absl::SimpleAtoi(ToAbsl(rest.substr(0, comma)), &(*edges)[i])) return false;
      rest.remove_prefix(std::min(comma + 1, rest.size()));
    }
    return (*edges)[0] < kXlsxColumns && (*edges)[2] < kXlsxRows;
  }

  const std::string_view old_;
  const Ruler& columns_;
  const Ruler& rows_;
  absl::flat_hash_map<std::pair<uint32_t, uint32_t>, const std::string*> texts_;
  std::string grown_;
  size_t copied_ = 0;
  std::string element_;
  bool is_note_ = false;
  std::string anchor_;
  size_t begin_ = 0;
  size_t end_ = 0;
  uint32_t row_ = 0;
  uint32_t column_ = 0;
};

/// An old drawing taken apart where ours goes in.
struct OldDrawing {
  std::string before;
  std::string_view after;
  /// What must stand in between besides.
  std::string begin;
  std::string end;
  /// Declarations of those of our prefixes that it does not have, or uses for something else.
  std::string names;
};

/// What says which blocks of numbers are those of the drawing.
std::string Layout(std::string_view names, std::string_view blocks) {
  return fmt::format(
      "<o:shapelayout{} v:ext=\"edit\"><o:idmap v:ext=\"edit\" data=\"{}\"/></o:shapelayout>",
      names, blocks);
}

/// The drawing up to where shapes are added, with more blocks of numbers. Its root begins with a
/// tag of `root` bytes.
std::string WithBlocks(std::string_view before, size_t root, std::string_view names,
                       std::string_view blocks) {
  if (blocks.empty()) return std::string(before);
  const size_t map = before.find(kIdMap, root);
  const size_t begin = map == std::string_view::npos ? map : before.rfind('<', map);
  const size_t end = map == std::string_view::npos ? map : before.find('>', map);
  if (end == std::string_view::npos || begin == std::string_view::npos) {
    return fmt::format("{}{}{}", before.substr(0, root), Layout(names, blocks),
                       before.substr(root));
  }
  const std::string_view tag = before.substr(begin, end + 1 - begin);
  const size_t data = tag.find(kData);
  std::string all(blocks);
  if (data != std::string_view::npos && data + kData.size() < tag.size()) {
    const size_t value = data + kData.size() + 1;
    const size_t close = tag.find(tag[value - 1], value);
    if (close != std::string_view::npos && close > value) {
      all = fmt::format("{},{}", tag.substr(value, close - value), blocks);
    }
  }
  return fmt::format("{}{}{}", before.substr(0, begin), WithXmlAttribute(tag, "data", all),
                     before.substr(end + 1));
}

absl::StatusOr<OldDrawing> TakeApart(std::string_view old, std::string_view blocks) {
  const auto no_drawing = [] {
    return CannotMark("the shapes beside its comments are something else", "");
  };
  StringInput input(old);
  std::string nowhere;
  StringOutput output(&nowhere);
  absl::StatusOr<std::unique_ptr<XmlPatcher>> patcher = XmlPatcher::Create(&input, {}, &output);
  if (!patcher.ok()) return patcher.status();
  const XmlReader& xml = (*patcher)->xml();
  // Programs write drawings that are not well-formed further down (`<br>`): the root is enough.
  while (true) {
    const absl::StatusOr<XmlEvent> event = (*patcher)->Next();
    if (!event.ok() || *event == XmlEvent::kEndOfDocument) return no_drawing();
    if (*event == XmlEvent::kStart) break;
  }
  OldDrawing apart;
  for (const Namespace& name : kNamespaces) {
    if (OwnAttribute(xml, fmt::format("xmlns:{}", name.prefix)) != name.name) {
      apart.names += fmt::format(" xmlns:{}=\"{}\"", name.prefix, name.name);
    }
  }
  const auto end = static_cast<size_t>(xml.end_offset());
  if (old.substr(0, end).ends_with("/>")) {
    apart.before = old.substr(0, end - 2);
    apart.begin = ">";
    if (!blocks.empty()) apart.begin += Layout(apart.names, blocks);
    apart.end = fmt::format("</{}>", xml.name());
    apart.after = old.substr(end);
    return apart;
  }
  const size_t close = old.rfind(fmt::format("</{}", xml.name()));
  if (close == std::string_view::npos || close < end) return no_drawing();
  apart.before = WithBlocks(old.substr(0, close), end, apart.names, blocks);
  apart.after = old.substr(close);
  return apart;
}

}  // namespace

uint64_t LargestBlock(std::string_view drawing) {
  constexpr uint64_t kMost = uint64_t{1} << 26;
  uint64_t largest = 0;
  // The number that begins a text; 0 for none, and for one that no program writes.
  const auto number_at = [drawing](size_t at) {
    uint64_t number = 0;
    for (; at < drawing.size() && drawing[at] >= '0' && drawing[at] <= '9'; ++at) {
      number = number * 10 + static_cast<uint64_t>(drawing[at] - '0');
      if (number >= kMost) return uint64_t{0};
    }
    return number;
  };
  for (size_t at = drawing.find(kShape); at != std::string_view::npos;
       at = drawing.find(kShape, at + 1)) {
    largest = std::max(largest, number_at(at + kShape.size()) / kBlock);
  }
  for (size_t at = drawing.find(kIdMap); at != std::string_view::npos;
       at = drawing.find(kIdMap, at + 1)) {
    const size_t end = drawing.find('>', at);
    size_t block = drawing.find(kData, at);
    if (end == std::string_view::npos || block > end) continue;
    for (block += kData.size() + 1; block < end; ++block) {
      const char before = drawing[block - 1];
      if (before < '0' || before > '9') {
        largest = std::max(largest, std::min(number_at(block), kMost / kBlock));
      }
    }
  }
  return largest;
}

absl::Status PatchDrawing(std::string_view old, const MarkedSheet& sheet,
                          const PatchedComments& comments, std::span<const XlsxMark* const> marks,
                          const SheetLook& look, uint64_t* last_block, OutputStream* output) {
  const std::vector<size_t>& cells = comments.is_new;
  const Ruler columns(look.columns, look.column_pixels, kXlsxColumns);
  const Ruler rows(look.rows, look.row_pixels, kXlsxRows);
  std::string grown;
  if (!comments.longer.empty()) {
    grown = BoxGrower(old, sheet, comments.longer, columns, rows).Run();
    old = grown;
  }
  // The first number of a block is that of no shape.
  const uint64_t first = (*last_block + 1) * kBlock + 1;
  std::string blocks;
  while (*last_block < (first + cells.size() - 1) / kBlock && !cells.empty()) {
    blocks += fmt::format("{}{}", blocks.empty() ? "" : ",", ++*last_block);
  }
  OldDrawing apart;
  if (old.empty()) {
    apart.begin =
        fmt::format("<xml xmlns:v=\"{}\" xmlns:o=\"{}\" xmlns:x=\"{}\">{}", kNamespaces[0].name,
                    kNamespaces[1].name, kNamespaces[2].name, Layout("", blocks));
    apart.end = "</xml>";
  } else {
    absl::StatusOr<OldDrawing> taken = TakeApart(old, blocks);
    if (!taken.ok()) return taken.status();
    apart = *std::move(taken);
  }
  absl::Status status = output->Write(apart.before);
  if (status.ok()) status = output->Write(apart.begin);
  if (status.ok() && old.find("\"_x0000_t202\"") == std::string_view::npos) {
    status = output->Write(fmt::format(fmt::runtime(kShapeType), apart.names));
  }
  size_t order = 1;
  for (const size_t number : cells) {
    if (!status.ok()) return status;
    const MarkedCell& cell = sheet.cells[number];
    status = output->Write(ShapeXml(first + order - 1, order, cell, CommentText(cell, marks),
                                    columns, rows, apart.names));
    ++order;
  }
  if (status.ok()) status = output->Write(apart.end);
  if (status.ok()) status = output->Write(apart.after);
  return status;
}

}  // namespace puente::text
