// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Hands a workbook back with other texts in some of its cells; all else stays.
#include "core/text/xlsx_repairer.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/numbers.h"
#include "core/base/strings.h"
#include "core/text/csv.h"
#include "core/text/spilled_texts.h"
#include "core/text/xlsx_cell.h"
#include "core/text/xlsx_marker_package.h"
#include "core/text/xlsx_marker_patch.h"
#include "core/text/xlsx_names.h"
#include "core/text/xlsx_text.h"
#include "core/text/zip_archive.h"
#include "core/text/zip_writer.h"
#include "fmt/format.h"

namespace puente::text {
namespace {

// How deep the elements stand.
constexpr size_t kDataDepth = 2;
constexpr size_t kRowDepth = 3;
constexpr size_t kCellDepth = 4;

/// Shared texts beyond this go to a file.
constexpr size_t kTextsInMemory = size_t{1} << 20;

/// Reads the text of `<si>` or `<is>`, event by event.
class ItemText {
 public:
  void Clear() { *this = ItemText(); }
  /// Takes an event within the element.
  void Take(XmlEvent event, const XmlReader& xml) {
    switch (event) {
      case XmlEvent::kStart: {
        const std::string_view name = LocalName(xml.name());
        if (phonetic_ == 0 && name == "rPh") phonetic_ = xml.depth();
        if (phonetic_ == 0 && name == "t") text_depth_ = xml.depth();
        // What is more than one plain text: runs with formatting, signs of how it is spoken.
        is_formatted_ |= name == "r" || name == "rPh" || name == "phoneticPr";
        break;
      }
      case XmlEvent::kText:
        if (xml.depth() == text_depth_) AppendUnescapedXlsxText(xml.text(), &text_);
        break;
      case XmlEvent::kEnd:
        if (xml.depth() == phonetic_) phonetic_ = 0;
        if (xml.depth() == text_depth_) text_depth_ = 0;
        break;
      default:
        break;
    }
  }
  const std::string& text() const { return text_; }
  bool is_formatted() const { return is_formatted_; }

 private:
  std::string text_;
  bool is_formatted_ = false;
  size_t phonetic_ = 0;
  size_t text_depth_ = 0;
};

/// The texts that cells share.
class SharedTexts {
 public:
  absl::Status Read(InputStream* part, const XmlReaderOptions& options) {
    absl::StatusOr<std::unique_ptr<XmlReader>> created = XmlReader::Create(part, options);
    if (!created.ok()) return created.status();
    XmlReader& xml = **created;
    ItemText item;
    while (true) {
      const XmlEvent event = xml.Step();
      if (event == XmlEvent::kError) return xml.status();
      if (event == XmlEvent::kEndOfDocument) return absl::OkStatus();
      if (xml.depth() < 2) continue;
      if (event == XmlEvent::kStart && xml.depth() == 2) item.Clear();
      item.Take(event, xml);
      if (event != XmlEvent::kEnd || xml.depth() != 2 || LocalName(xml.name()) != "si") continue;
      if (absl::Status status = texts_.Add(item.text()); !status.ok()) return status;
      is_formatted_.push_back(item.is_formatted());
    }
  }

  /// Whether the text of a number is this one, and plain.
  absl::StatusOr<CellRepaired> Compare(std::string_view number, std::string_view text) {
    uint32_t at = 0;
    if (!absl::SimpleAtoi(ToAbsl(number), &at) || at >= texts_.size()) {
      return CellRepaired::kOtherText;
    }
    const absl::StatusOr<std::string_view> known = texts_.Get(at);
    if (!known.ok()) return known.status();
    if (*known != text) return CellRepaired::kOtherText;
    return is_formatted_[at] ? CellRepaired::kFormatted : CellRepaired::kDone;
  }

 private:
  SpilledTexts texts_{kTextsInMemory};
  std::vector<bool> is_formatted_;
};

/// Goes through one sheet.
class SheetRepairer {
 public:
  SheetRepairer(XmlPatcher* patcher, std::string_view sheet, SharedTexts* texts, RepairQueue* queue)
      : patcher_(*patcher),
        xml_(patcher->xml()),
        sheet_(FoldCase(sheet)),
        texts_(*texts),
        queue_(*queue) {
    LookForNext();
  }

  absl::Status Run() {
    while (is_here_) {
      const absl::StatusOr<XmlEvent> event = patcher_.Next();
      if (!event.ok()) return event.status();
      if (*event == XmlEvent::kEndOfDocument) break;
      absl::Status status;
      if (*event == XmlEvent::kStart) status = Begin();
      if (*event == XmlEvent::kEnd && xml_.depth() == kDataDepth) in_data_ = false;
      if (*event == XmlEvent::kEnd && xml_.depth() == kRowDepth) in_row_ = false;
      if (*event == XmlEvent::kEnd && xml_.depth() == kCellDepth) in_cell_ = false;
      if (!status.ok()) return status;
    }
    if (absl::Status status = PassBefore(UINT64_MAX, 0); !status.ok()) return status;
    return patcher_.Finish();
  }

 private:
  void LookForNext() {
    is_here_ = queue_.next() != nullptr && FoldCase(queue_.next()->sheet) == sheet_;
  }
  absl::Status Settle(CellRepaired result) {
    absl::Status status = queue_.Settle(result);
    LookForNext();
    return status;
  }

  absl::Status Begin() {
    const std::string_view name = LocalName(xml_.name());
    if (xml_.depth() == kDataDepth) in_data_ = name == "sheetData";
    if (!in_data_) return absl::OkStatus();
    if (xml_.depth() == kRowDepth && name == "row") {
      // What is no number leaves 0 behind.
      uint64_t number = 0;
      row_ = absl::SimpleAtoi(ToAbsl(OwnAttribute(xml_, "r")), &number) ? number : row_ + 1;
      column_ = 0;
      in_row_ = true;
      return PassBefore(row_, 0);
    }
    if (xml_.depth() != kCellDepth || name != "c" || !in_row_) {
      // Readers would find them all the same, or not.
      if (!in_cell_ && (name == "row" || name == "c")) return SheetDisorder("a row or a cell");
      return absl::OkStatus();
    }
    in_cell_ = true;
    uint32_t column = column_;
    uint32_t row = 0;
    const std::string_view place = OwnAttribute(xml_, "r");
    if (!place.empty()) ReadCellName(place, &column, &row);
    column_ = column + 1;
    if (absl::Status status = PassBefore(row_, column); !status.ok()) return status;
    if (!is_here_ || queue_.next()->row != row_ || queue_.next()->column != column) {
      return absl::OkStatus();
    }
    return RepairCell();
  }

  /// Settles the repairs of cells before this one: they are not there.
  absl::Status PassBefore(uint64_t row, uint32_t column) {
    while (is_here_ && (queue_.next()->row < row ||
                        (queue_.next()->row == row && queue_.next()->column < column))) {
      if (absl::Status status = Settle(CellRepaired::kNoCell); !status.ok()) return status;
    }
    return absl::OkStatus();
  }

  absl::Status RepairCell() {
    if (absl::Status status = patcher_.Hold(); !status.ok()) return status;
    const std::string tag(patcher_.Bytes());
    const std::string name(xml_.name());
    const std::string type(OwnAttribute(xml_, "t"));
    const size_t depth = xml_.depth();
    bool has_formula = false;
    bool has_inline = false;
    std::string value;
    ItemText item;
    std::string others;  // elements that are none of these
    std::string_view part;
    uint64_t part_begin = 0;
    while (true) {
      const absl::StatusOr<XmlEvent> event = patcher_.Next();
      if (!event.ok()) return event.status();
      if (*event == XmlEvent::kEndOfDocument) return absl::InternalError("a cell has no end");
      if (*event == XmlEvent::kEnd && xml_.depth() == depth) break;
      if (*event == XmlEvent::kStart && xml_.depth() == depth + 1) {
        const std::string_view local = LocalName(xml_.name());
        part = local == "f" ? "f" : local == "v" ? "v" : local == "is" ? "is" : "";
        part_begin = xml_.offset();
        has_formula |= part == "f";
        has_inline |= part == "is";
      }
      if (part == "is") item.Take(*event, xml_);
      if (part == "v" && *event == XmlEvent::kText && xml_.depth() == depth + 1)
        value += xml_.text();
      if (part.empty() && *event == XmlEvent::kEnd && xml_.depth() == depth + 1) {
        others += patcher_.Held(part_begin, xml_.end_offset());
      }
    }
    absl::StatusOr<CellRepaired> result =
        has_formula ? CellRepaired::kFormula : Compare(type, has_inline, value, item);
    if (!result.ok()) return result.status();
    const std::string& after = queue_.next()->after;
    std::string text;
    if (*result == CellRepaired::kDone && !AppendXlsxText(after, &text)) {
      result = CellRepaired::kNoCharacter;
    }
    if (*result == CellRepaired::kDone) {
      const std::string prefix = XmlPrefix(name);
      const std::string begin = WithXmlAttribute(tag, "t", "inlineStr");
      absl::Status status = patcher_.ReplaceHeld(
          fmt::format("{0}<{1}is><{1}t{2}>{3}</{1}t></{1}is>{4}</{5}>", begin, prefix,
                      NeedsXmlSpace(after) ? " xml:space=\"preserve\"" : "", text, others, name));
      if (!status.ok()) return status;
    } else {
      patcher_.Release();
    }
    in_cell_ = false;
    return Settle(*result);
  }

  absl::StatusOr<CellRepaired> Compare(std::string_view type, bool has_inline,
                                       std::string_view value, const ItemText& item) {
    const CellRepair& repair = *queue_.next();
    CellRepaired result = CellRepaired::kOtherText;
    if (type == "s") {
      const absl::StatusOr<CellRepaired> shared = texts_.Compare(value, repair.before);
      if (!shared.ok()) return shared.status();
      result = *shared;
    } else if (has_inline && item.text() == repair.before) {
      result = item.is_formatted() ? CellRepaired::kFormatted : CellRepaired::kDone;
    } else if (type == "str") {
      std::string text;
      AppendUnescapedXlsxText(value, &text);
      if (text == repair.before) result = CellRepaired::kDone;
    }
    if (result != CellRepaired::kDone) return result;
    if (Utf16Units(repair.after) > kXlsxLongestText) return CellRepaired::kTooLong;
    // It would stay a text, but become a formula where somebody types Enter in it.
    const bool becomes_formula =
        NeedsFormulaGuard(repair.after) && !NeedsFormulaGuard(repair.before);
    return becomes_formula ? CellRepaired::kNewFormula : CellRepaired::kDone;
  }

  XmlPatcher& patcher_;
  const XmlReader& xml_;
  const std::string sheet_;
  SharedTexts& texts_;
  RepairQueue& queue_;
  /// True when the next repair is in this sheet.
  bool is_here_ = false;
  bool in_data_ = false;
  bool in_row_ = false;
  bool in_cell_ = false;
  uint64_t row_ = 0;
  uint32_t column_ = 0;
};

/// Repairs one workbook.
class WorkbookRepairer {
 public:
  WorkbookRepairer(ZipArchive* archive, const MarkedPackage& package, RepairQueue* queue,
                   ZipWriter* zip)
      : archive_(*archive), package_(package), queue_(*queue), zip_(*zip) {}

  absl::Status Run() {
    absl::flat_hash_set<std::string> sheets;
    for (const MarkedPackage::Sheet& sheet : package_.sheets()) {
      if (sheet.has_cells) sheets.insert(ZipNameKey(sheet.part));
    }
    absl::Status status;
    for (const ZipPart& part : archive_.parts()) {
      if (status.ok() && !sheets.contains(ZipNameKey(part.name))) {
        status = zip_.CopyRaw(part, &archive_);
      }
    }
    if (status.ok() && queue_.next() != nullptr) status = ReadTexts();
    for (const MarkedPackage::Sheet& sheet : package_.sheets()) {
      if (status.ok() && sheet.has_cells) status = WriteSheet(sheet);
    }
    while (status.ok() && queue_.next() != nullptr) {
      status = queue_.Settle(CellRepaired::kNoCell);
    }
    return status.ok() ? zip_.Finish() : status;
  }

 private:
  absl::Status ReadTexts() {
    if (package_.texts().empty()) return absl::OkStatus();
    absl::StatusOr<std::unique_ptr<InputStream>> part = package_.OpenPart(package_.texts());
    if (!part.ok()) return part.status();
    return texts_.Read(part->get(), package_.OptionsFor(package_.texts()));
  }

  absl::Status WriteSheet(const MarkedPackage::Sheet& sheet) {
    const ZipPart* const part = archive_.Find(sheet.part);
    if (part == nullptr) return absl::OkStatus();
    const bool is_next =
        queue_.next() != nullptr && FoldCase(queue_.next()->sheet) == FoldCase(sheet.name);
    if (!is_next) return zip_.CopyRaw(*part, &archive_);
    absl::StatusOr<std::unique_ptr<InputStream>> stream = package_.OpenPart(sheet.part);
    if (!stream.ok()) return stream.status();
    if (absl::Status status = zip_.Begin(part->name); !status.ok()) return status;
    absl::StatusOr<std::unique_ptr<XmlPatcher>> patcher =
        XmlPatcher::Create(stream->get(), package_.OptionsFor(sheet.part), &zip_);
    if (!patcher.ok()) return patcher.status();
    absl::Status status = SheetRepairer(patcher->get(), sheet.name, &texts_, &queue_).Run();
    return status.ok() ? zip_.End() : status;
  }

  ZipArchive& archive_;
  const MarkedPackage& package_;
  RepairQueue& queue_;
  ZipWriter& zip_;
  SharedTexts texts_;
};

}  // namespace

absl::Status RepairWorkbook(RandomInput* input, const Limits& limits, const std::string& source,
                            CellRepairs* repairs, TakeCellRepaired take, OutputStream* output) {
  absl::StatusOr<std::unique_ptr<ZipArchive>> archive = ZipArchive::Open(input, limits, source);
  if (!archive.ok()) return archive.status();
  absl::StatusOr<std::unique_ptr<MarkedPackage>> package =
      MarkedPackage::Open(archive->get(), limits, source);
  if (!package.ok()) return package.status();
  absl::StatusOr<std::unique_ptr<ZipWriter>> zip = ZipWriter::Open(output);
  if (!zip.ok()) return zip.status();
  RepairQueue queue(repairs, take);
  if (absl::Status status = queue.Begin(); !status.ok()) return status;
  return WorkbookRepairer(archive->get(), **package, &queue, zip->get()).Run();
}

}  // namespace puente::text
