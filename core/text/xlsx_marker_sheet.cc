// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Changes the part of a sheet: styles of cells, and where its comments are. Internal to the marker.
#include "core/text/xlsx_marker_sheet.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <memory>
#include <optional>
#include <utility>

#include "absl/strings/numbers.h"
#include "core/base/strings.h"
#include "core/text/xlsx_marker_patch.h"
#include "core/text/xlsx_names.h"
#include "core/text/xlsx_text.h"
#include "fmt/format.h"

namespace puente::text {
namespace {

// How deep the elements stand.
constexpr size_t kRoot = 1;
constexpr size_t kChild = 2;
constexpr size_t kRowDepth = 3;
constexpr size_t kCellDepth = 4;

// What stands behind the reference to the shapes of comments.
constexpr std::array<std::string_view, 10> kBehindDrawing = {
    "legacyDrawingHF", "drawingHF",        "picture",    "oleObjects", "controls",
    "webPublishItems", "AlternateContent", "tableParts", "extLst",     "webExtensions"};

constexpr uint32_t kMostPixels = 10000;

// No more are read by the reader of workbooks.
constexpr size_t kMostRanges = 100000;

uint32_t Pixels(std::string_view size, double factor, uint32_t otherwise) {
  double number = 0;
  if (size.empty() || !absl::SimpleAtod(ToAbsl(size), &number) || !(number >= 0)) return otherwise;
  return static_cast<uint32_t>(
      std::min<double>(std::lround(std::min(number, 1e6) * factor), kMostPixels));
}
/// Of a column, whose size is in characters, and of a row, in points.
uint32_t ColumnPixels(std::string_view width, uint32_t otherwise) {
  return Pixels(width, 7, otherwise);
}
uint32_t RowPixels(std::string_view height, uint32_t otherwise) {
  return Pixels(height, 4.0 / 3, otherwise);
}

uint32_t Number(std::string_view text, uint32_t otherwise) {
  uint32_t number = 0;
  return absl::SimpleAtoi(ToAbsl(text), &number) ? number : otherwise;
}

void AddSize(uint32_t first, uint32_t last, uint32_t pixels, std::vector<SheetSizes>* sizes) {
  if (!sizes->empty() && sizes->back().last + 1 == first && sizes->back().pixels == pixels) {
    sizes->back().last = last;
  } else {
    sizes->push_back({first, last, pixels});
  }
}

/// Goes through one sheet.
class SheetPatcher {
 public:
  SheetPatcher(XmlPatcher* patcher, const SheetPatch& patch, MarkedStyles* styles)
      : patcher_(*patcher),
        xml_(patcher->xml()),
        patch_(patch),
        styles_(*styles),
        marks_(patch.marks != nullptr ? *patch.marks : no_marks_) {}

  absl::StatusOr<SheetPatched> Run() {
    while (true) {
      const absl::StatusOr<XmlEvent> event = patcher_.Next();
      if (!event.ok()) return event.status();
      if (*event == XmlEvent::kEndOfDocument) break;
      absl::Status status;
      if (*event == XmlEvent::kStart) status = Begin();
      if (*event == XmlEvent::kEnd) status = End();
      if (!status.ok()) return status;
    }
    if (next_cell_ < marks_.cells.size()) {
      return CannotMark("a sheet has no place for cells", "");
    }
    if (absl::Status status = patcher_.Finish(); !status.ok()) return status;
    return std::move(done_);
  }

 private:
  // A column, or several that follow each other, with a style.
  struct ColumnStyle {
    uint32_t first;
    uint32_t last;
    uint32_t style;
  };

  absl::Status Begin() {
    const std::string_view name = LocalName(xml_.name());
    if (in_data_) {
      if (xml_.depth() == kRowDepth && name == "row") return BeginRow();
      if (xml_.depth() == kCellDepth && name == "c" && in_row_) return BeginCell();
      // Readers would find them all the same, or not.
      if (!in_cell_ && (name == "row" || name == "c")) return SheetDisorder("a row or a cell");
      return absl::OkStatus();
    }
    if (xml_.depth() == kRoot) {
      prefix_ = XmlPrefix(xml_.name());
    } else if (xml_.depth() == kChild) {
      if (name == "sheetData") return BeginData();
      if (name == "dimension") return Dimension();
      if (name == "sheetFormatPr") ReadFormat();
      if (name == "legacyDrawing") {
        if (!patch_.drawing_id.empty()) return CannotMark("a sheet's comments are not there", "");
      } else if (std::find(kBehindDrawing.begin(), kBehindDrawing.end(), name) !=
                 kBehindDrawing.end()) {
        return PutDrawing();
      }
    } else if (xml_.depth() == kChild + 1) {
      if (name == "col") ReadColumn();
      if (name == "sheetView" && IsXmlTrue(OwnAttribute(xml_, "tabSelected"))) {
        return patcher_.Replace(WithXmlAttribute(patcher_.Bytes(), "tabSelected", "0"));
      }
    }
    return absl::OkStatus();
  }

  absl::Status End() {
    const bool is_empty_tag = patcher_.Bytes().empty();
    if (xml_.depth() == kRoot && !is_empty_tag) return PutDrawing();
    if (!in_data_) return absl::OkStatus();
    if (xml_.depth() == kCellDepth) in_cell_ = false;
    if (xml_.depth() == kRowDepth && in_row_) {
      in_row_ = false;
      return is_empty_tag ? absl::OkStatus() : patcher_.PutBefore(NewCells(kXlsxColumns));
    }
    if (xml_.depth() == kChild) {
      in_data_ = false;
      was_data_ = true;
      return is_empty_tag ? absl::OkStatus() : patcher_.PutBefore(NewRows(kXlsxRows + 1));
    }
    return absl::OkStatus();
  }

  absl::Status Dimension() {
    XlsxRange range;
    if (marks_.cells.empty() || !ReadXlsxRange(OwnAttribute(xml_, "ref"), &range)) {
      return absl::OkStatus();
    }
    XlsxRange grown = range;
    for (const MarkedCell& cell : marks_.cells) {
      grown.first_column = std::min(grown.first_column, cell.column);
      grown.last_column = std::max(grown.last_column, cell.column);
      grown.first_row = std::min(grown.first_row, cell.row);
      grown.last_row = std::max(grown.last_row, cell.row);
    }
    if (grown.first_column == range.first_column && grown.last_column == range.last_column &&
        grown.first_row == range.first_row && grown.last_row == range.last_row) {
      return absl::OkStatus();
    }
    return patcher_.Replace(
        WithXmlAttribute(patcher_.Bytes(), "ref",
                         fmt::format("{}:{}", XlsxCellName(grown.first_column, grown.first_row),
                                     XlsxCellName(grown.last_column, grown.last_row))));
  }

  void ReadFormat() {
    SheetLook& look = done_.look;
    look.row_pixels = RowPixels(OwnAttribute(xml_, "defaultRowHeight"), look.row_pixels);
    const std::string_view base = OwnAttribute(xml_, "baseColWidth");
    if (!base.empty()) look.column_pixels = ColumnPixels(base, look.column_pixels) + 8;
    look.column_pixels = ColumnPixels(OwnAttribute(xml_, "defaultColWidth"), look.column_pixels);
  }

  void ReadColumn() {
    const uint32_t first = Number(OwnAttribute(xml_, "min"), 0);
    const uint32_t last = std::min(Number(OwnAttribute(xml_, "max"), 0), kXlsxColumns);
    if (first == 0 || last < first) return;
    const uint32_t pixels =
        IsXmlTrue(OwnAttribute(xml_, "hidden"))
            ? 0
            : ColumnPixels(OwnAttribute(xml_, "width"), done_.look.column_pixels);
    AddSize(first - 1, last - 1, pixels, &done_.look.columns);
    if (const uint32_t style = Number(OwnAttribute(xml_, "style"), 0); style != 0) {
      column_styles_.push_back({first - 1, last - 1, style});
    }
  }

  absl::Status BeginData() {
    if (was_data_) return CannotMark("a sheet has two places for cells", "");
    in_data_ = true;
    if (!patcher_.IsEmptyTag() || marks_.cells.empty()) return absl::OkStatus();
    return patcher_.Fill(patcher_.Bytes(), NewRows(kXlsxRows + 1));
  }

  absl::Status BeginRow() {
    const std::string_view given = OwnAttribute(xml_, "r");
    const uint32_t number = given.empty() ? row_ + 1 : Number(given, 0);
    if (number <= row_ || number > kXlsxRows) return SheetDisorder(fmt::format("row `{}`", given));
    if (absl::Status status = patcher_.PutBefore(NewRows(number)); !status.ok()) return status;
    row_ = number;
    next_column_ = 0;
    in_row_ = true;
    row_style_.reset();
    if (IsXmlTrue(OwnAttribute(xml_, "customFormat"))) {
      row_style_ = Number(OwnAttribute(xml_, "s"), 0);
    }
    const uint32_t pixels = IsXmlTrue(OwnAttribute(xml_, "hidden"))
                                ? 0
                                : RowPixels(OwnAttribute(xml_, "ht"), done_.look.row_pixels);
    if (pixels != done_.look.row_pixels) AddSize(row_ - 1, row_ - 1, pixels, &done_.look.rows);
    while (next_row_ < marks_.rows.size() && marks_.rows[next_row_].row < row_) ++next_row_;
    row_mark_.reset();
    if (next_row_ < marks_.rows.size() && marks_.rows[next_row_].row == row_) {
      row_mark_ = marks_.rows[next_row_].severity;
    }
    if (!HasCellHere()) return absl::OkStatus();
    const std::string tag = WithSpans();
    if (patcher_.IsEmptyTag()) return patcher_.Fill(tag, NewCells(kXlsxColumns));
    return tag == patcher_.Bytes() ? absl::OkStatus() : patcher_.Replace(tag);
  }

  /// The tag of the row, with its `spans`, if it has them, over all marked cells.
  std::string WithSpans() const {
    const std::string_view spans = OwnAttribute(xml_, "spans");
    const size_t colon = spans.find(':');
    // Several spans are a hint like one; programs write one.
    if (colon == std::string_view::npos || spans.find(' ') != std::string_view::npos) {
      return std::string(patcher_.Bytes());
    }
    const uint32_t first = Number(spans.substr(0, colon), 1);
    const uint32_t last = Number(spans.substr(colon + 1), kXlsxColumns);
    uint32_t from = first;
    uint32_t to = last;
    for (size_t i = next_cell_; i < marks_.cells.size() && marks_.cells[i].row == row_; ++i) {
      from = std::min(from, marks_.cells[i].column + 1);
      to = std::max(to, marks_.cells[i].column + 1);
    }
    if (from == first && to == last) return std::string(patcher_.Bytes());
    return WithXmlAttribute(patcher_.Bytes(), "spans", fmt::format("{}:{}", from, to));
  }

  absl::Status BeginCell() {
    const std::string_view given = OwnAttribute(xml_, "r");
    uint32_t column = next_column_;
    uint32_t row = row_;
    if ((!given.empty() && !ReadCellName(given, &column, &row)) || row != row_ ||
        column < next_column_ || column >= kXlsxColumns) {
      return SheetDisorder(fmt::format("cell `{}`", given));
    }
    next_column_ = column + 1;
    in_cell_ = true;
    if (!HasCellHere() && !row_mark_.has_value()) return absl::OkStatus();
    const std::string before = NewCells(column);
    std::optional<XlsxSeverity> severity = row_mark_;
    if (HasCellHere() && marks_.cells[next_cell_].column == column) {
      severity = marks_.cells[next_cell_++].severity;
    }
    if (!severity.has_value()) {
      return before.empty() ? absl::OkStatus() : patcher_.PutBefore(before);
    }
    ++done_.cells;
    const uint32_t style = styles_.Marked(Number(OwnAttribute(xml_, "s"), 0), *severity);
    return patcher_.Replace(before +
                            WithXmlAttribute(patcher_.Bytes(), "s", fmt::format("{}", style)));
  }

  /// True when the next marked cell is in the row that is read.
  bool HasCellHere() const {
    return next_cell_ < marks_.cells.size() && marks_.cells[next_cell_].row == row_;
  }

  uint32_t ColumnStyleOf(uint32_t column) const {
    for (const ColumnStyle& style : column_styles_) {
      if (column >= style.first && column <= style.last) return style.style;
    }
    return 0;
  }

  /// The marked cells of the row that stand before a column and were not there.
  std::string NewCells(uint32_t before) {
    std::string cells;
    while (HasCellHere() && marks_.cells[next_cell_].column < before) {
      const MarkedCell& cell = marks_.cells[next_cell_++];
      const uint32_t base = row_style_.has_value() ? *row_style_ : ColumnStyleOf(cell.column);
      cells += fmt::format("<{}c r=\"{}\" s=\"{}\"/>", prefix_, XlsxCellName(cell.column, cell.row),
                           styles_.Marked(base, cell.severity));
      ++done_.cells;
      ++done_.new_cells;
    }
    return cells;
  }

  /// The rows of marked cells that stand before a row and were not there.
  std::string NewRows(uint32_t before) {
    std::string rows;
    while (next_cell_ < marks_.cells.size() && marks_.cells[next_cell_].row < before) {
      row_ = marks_.cells[next_cell_].row;
      row_style_.reset();
      rows += fmt::format("<{}row r=\"{}\">", prefix_, row_);
      rows += NewCells(kXlsxColumns);
      rows += fmt::format("</{}row>", prefix_);
    }
    return rows;
  }

  absl::Status PutDrawing() {
    if (!was_data_ || patch_.drawing_id.empty() || is_drawing_put_) return absl::OkStatus();
    is_drawing_put_ = true;
    return patcher_.PutBefore(
        fmt::format("<{}legacyDrawing xmlns:r=\"{}\" r:id=\"{}\"/>", prefix_,
                    patch_.is_strict ? "http://purl.oclc.org/ooxml/officeDocument/relationships"
                                     : "http://schemas.openxmlformats.org/officeDocument/2006/"
                                       "relationships",
                    patch_.drawing_id));
  }

  XmlPatcher& patcher_;
  const XmlReader& xml_;
  const SheetPatch& patch_;
  MarkedStyles& styles_;
  const MarkedSheet no_marks_;
  const MarkedSheet& marks_;
  SheetPatched done_;
  std::string prefix_;
  std::vector<ColumnStyle> column_styles_;
  bool in_data_ = false;
  bool was_data_ = false;
  bool in_row_ = false;
  bool in_cell_ = false;
  bool is_drawing_put_ = false;
  size_t next_cell_ = 0;
  size_t next_row_ = 0;
  uint32_t row_ = 0;
  uint32_t next_column_ = 0;
  std::optional<uint32_t> row_style_;
  std::optional<XlsxSeverity> row_mark_;
};

}  // namespace

std::string XlsxCellName(uint32_t column, uint32_t row) {
  std::string letters;
  for (uint32_t rest = column + 1; rest > 0; rest = (rest - 1) / 26) {
    letters.insert(letters.begin(), static_cast<char>('A' + (rest - 1) % 26));
  }
  return fmt::format("{}{}", letters, row);
}

void MergedRanges::Sort() {
  std::sort(ranges_.begin(), ranges_.end(), [](const XlsxRange& one, const XlsxRange& other) {
    return one.first_row != other.first_row ? one.first_row < other.first_row
                                            : one.first_column < other.first_column;
  });
  next_ = 0;
  open_.clear();
}

const XlsxRange* MergedRanges::Find(uint32_t row, uint32_t column) {
  for (; next_ < ranges_.size() && ranges_[next_].first_row <= row; ++next_) {
    open_[ranges_[next_].first_column] = &ranges_[next_];
  }
  while (true) {
    auto found = open_.upper_bound(column);
    if (found == open_.begin()) return nullptr;
    --found;
    if (found->second->last_row >= row) {
      return found->second->last_column >= column ? found->second : nullptr;
    }
    open_.erase(found);
  }
}

absl::StatusOr<SheetFacts> ReadSheetFacts(InputStream* part, const XmlReaderOptions& options,
                                          bool whole) {
  absl::StatusOr<std::unique_ptr<XmlReader>> created = XmlReader::Create(part, options);
  if (!created.ok()) return created.status();
  XmlReader& xml = **created;
  SheetFacts facts;
  size_t ranges = 0;
  while (true) {
    const XmlEvent event = xml.Step();
    if (event == XmlEvent::kError) return xml.status();
    if (event == XmlEvent::kEndOfDocument) return facts;
    if (event != XmlEvent::kStart || xml.depth() > kChild + 1) continue;
    const std::string_view name = LocalName(xml.name());
    if (xml.depth() == kChild + 1) {
      facts.is_selected |= name == "sheetView" && IsXmlTrue(OwnAttribute(xml, "tabSelected"));
      XlsxRange range;
      if (whole && name == "mergeCell" && ranges < kMostRanges &&
          ReadXlsxRange(OwnAttribute(xml, "ref"), &range)) {
        ++ranges;
        facts.merged.Add(range);
      }
    } else if (xml.depth() == kChild) {
      // The views stand before all of these.
      if (!whole && (name == "sheetFormatPr" || name == "sheetData")) return facts;
      // `r:id`, whatever the prefix.
      if (name == "legacyDrawing") facts.drawing_id = AttributeOf(xml, "id");
    }
  }
}

absl::StatusOr<SheetPatched> PatchSheet(InputStream* part, const XmlReaderOptions& options,
                                        const SheetPatch& patch, MarkedStyles* styles,
                                        OutputStream* output) {
  absl::StatusOr<std::unique_ptr<XmlPatcher>> patcher = XmlPatcher::Create(part, options, output);
  if (!patcher.ok()) return patcher.status();
  return SheetPatcher(patcher->get(), patch, styles).Run();
}

}  // namespace puente::text
