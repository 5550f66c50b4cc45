// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Hands a workbook back with cells coloured and commented, and a first sheet of what is wrong.
#include "core/text/xlsx_marker.h"

#include <algorithm>
#include <deque>
#include <map>
#include <memory>
#include <tuple>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "core/base/utf8.h"
#include "core/text/xlsx_marker_comments.h"
#include "core/text/xlsx_marker_lines.h"
#include "core/text/xlsx_marker_package.h"
#include "core/text/xlsx_marker_patch.h"
#include "core/text/xlsx_marker_sheet.h"
#include "core/text/xlsx_marker_styles.h"
#include "core/text/xlsx_names.h"
#include "core/text/xlsx_text.h"
#include "core/text/zip_archive.h"
#include "core/text/zip_writer.h"
#include "fmt/format.h"

namespace puente::text {
namespace {

constexpr std::string_view kSheetType =
    "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml";
constexpr std::string_view kCommentsType =
    "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml";
constexpr std::string_view kDrawingType =
    "application/vnd.openxmlformats-officedocument.vmlDrawing";
constexpr std::string_view kStylesType =
    "application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml";

/// A sheet with marks, and the parts of its comments.
struct SheetTask {
  MarkedSheet marks;
  bool has_texts = false;
  std::string part;
  std::string comments;
  bool has_comments = false;
  std::string drawing;
  bool has_drawing = false;
  /// Id of the relation to the drawing, where the sheet has none yet.
  std::string drawing_id;
  std::vector<NewRelation> relations;
  SheetLook look;
  SheetFacts facts;
};

/// A mark, and the cell that it goes to.
struct PlacedMark {
  uint32_t row = 0;
  uint32_t column = 0;
  const XlsxMark* mark = nullptr;
};

bool IsBefore(const PlacedMark& one, const PlacedMark& other) {
  return std::tie(one.row, one.column) < std::tie(other.row, other.column);
}

/// Marks one workbook.
class Marker {
 public:
  Marker(ZipArchive* archive, MarkedPackage* package, const XlsxMarkerOptions& options,
         ZipWriter* zip)
      : archive_(*archive), package_(*package), options_(options), zip_(*zip) {}

  absl::StatusOr<XlsxMarkerReport> Run(std::span<const XlsxMark> marks, XlsxErrorLines* lines) {
    absl::Status status = TakeMarks(marks);
    if (status.ok()) status = Plan();
    if (status.ok()) status = WriteParts(lines);
    if (status.ok()) status = WriteComments();
    if (status.ok()) status = WriteStyles();
    if (status.ok()) status = zip_.Finish();
    if (!status.ok()) return status;
    return std::move(report_);
  }

 private:
  absl::Status TakeMarks(std::span<const XlsxMark> marks) {
    absl::flat_hash_map<std::string, size_t> by_name;
    for (size_t i = 0; i < package_.sheets().size(); ++i) {
      by_name.try_emplace(FoldCase(package_.sheets()[i].name), i);
    }
    std::vector<std::pair<size_t, const XlsxMark*>> sorted;
    sorted.reserve(marks.size());
    // Marks mostly come sheet by sheet.
    const std::string* last_name = nullptr;
    size_t last_sheet = 0;
    for (const XlsxMark& mark : marks) {
      if (last_name == nullptr || *last_name != mark.sheet) {
        const auto found = by_name.find(FoldCase(mark.sheet));
        if (found == by_name.end() || !package_.sheets()[found->second].has_cells) {
          return CannotMark(fmt::format("it has no sheet `{}` with cells", mark.sheet), "");
        }
        last_name = &mark.sheet;
        last_sheet = found->second;
      }
      if (mark.row == 0 || mark.row > kXlsxRows || mark.column >= kXlsxColumns) {
        return CannotMark(fmt::format("no sheet has a cell in row {} and column {}", mark.row,
                                      uint64_t{mark.column} + 1),
                          "");
      }
      if (FirstInvalidUtf8(mark.text).has_value()) {
        return CannotPut(fmt::format("the text of a mark at `{}` is not UTF-8",
                                     XlsxCellName(mark.column, mark.row)),
                         "");
      }
      sorted.emplace_back(last_sheet, &mark);
    }
    std::stable_sort(sorted.begin(), sorted.end(), [](const auto& one, const auto& other) {
      return std::tie(one.first, one.second->row, one.second->column) <
             std::tie(other.first, other.second->row, other.second->column);
    });
    marks_.reserve(sorted.size());
    std::vector<PlacedMark> placed;
    for (size_t i = 0; i < sorted.size();) {
      const size_t sheet = sorted[i].first;
      placed.clear();
      for (; i < sorted.size() && sorted[i].first == sheet; ++i) {
        const XlsxMark& mark = *sorted[i].second;
        placed.push_back({mark.row, mark.column, &mark});
      }
      tasks_.emplace_back();
      tasks_.back().part = package_.sheets()[sheet].part;
      task_of_.emplace(ZipNameKey(tasks_.back().part), tasks_.size() - 1);
      if (absl::Status status = PlaceMarks(sheet, &placed, &tasks_.back()); !status.ok()) {
        return status;
      }
      for (const PlacedMark& one : placed) AddMark(one, &tasks_.back());
    }
    if (task_of_.size() != tasks_.size()) return CannotMark("two of its sheets are one part", "");
    return absl::OkStatus();
  }

  /// Reads the facts of a sheet, and sends marks of cells that merged ranges cover to their upper
  /// left cells. Marks of whole rows colour their own.
  absl::Status PlaceMarks(size_t sheet, std::vector<PlacedMark>* placed, SheetTask* task) {
    absl::StatusOr<std::unique_ptr<InputStream>> part = package_.OpenPart(task->part);
    if (!part.ok()) return part.status();
    absl::StatusOr<SheetFacts> facts =
        ReadSheetFacts(part->get(), package_.OptionsFor(task->part), true);
    if (!facts.ok()) return facts.status();
    task->facts = *std::move(facts);
    for (const PlacedMark& one : *placed) {
      if (one.mark->whole_row) AddRow(*one.mark, &task->marks.rows);
    }
    MergedRanges& merged = task->facts.merged;
    if (merged.empty()) return absl::OkStatus();
    merged.Sort();
    for (PlacedMark& one : *placed) {
      const XlsxRange* const range = merged.Find(one.row, one.column);
      if (range == nullptr || (range->first_row == one.row && range->first_column == one.column)) {
        continue;
      }
      ++report_.covered;
      marked_at_[{sheet, one.row, one.column}] =
          XlsxCellName(range->first_column, range->first_row);
      XlsxMark& moved = moved_.emplace_back(*one.mark);
      if (!moved.text.empty()) {
        moved.text = fmt::format("{}: {}", XlsxCellName(one.column, one.row), moved.text);
      }
      one = {range->first_row, range->first_column, &moved};
    }
    std::stable_sort(placed->begin(), placed->end(), IsBefore);
    return absl::OkStatus();
  }

  static void AddRow(const XlsxMark& mark, std::vector<MarkedRow>* rows) {
    if (rows->empty() || rows->back().row != mark.row) {
      rows->push_back({mark.row, mark.severity});
    } else {
      rows->back().severity = std::max(rows->back().severity, mark.severity);
    }
  }

  void AddMark(const PlacedMark& placed, SheetTask* task) {
    const XlsxMark& mark = *placed.mark;
    std::vector<MarkedCell>& cells = task->marks.cells;
    if (cells.empty() || cells.back().row != placed.row || cells.back().column != placed.column) {
      cells.emplace_back();
      cells.back().row = placed.row;
      cells.back().column = placed.column;
      cells.back().first_mark = marks_.size();
    }
    marks_.push_back(&mark);
    MarkedCell& cell = cells.back();
    cell.end_mark = marks_.size();
    cell.severity = std::max(cell.severity, mark.severity);
    cell.has_text |= !mark.text.empty();
    task->has_texts |= cell.has_text;
  }

  /// Decides on all new parts and relations.
  absl::Status Plan() {
    absl::StatusOr<std::string> title = package_.NewTitle(options_.title);
    if (!title.ok()) return title.status();
    report_.title = *std::move(title);
    title_part_ = package_.NewName("xl/worksheets/sheet", ".xml");
    new_parts_.push_back({title_part_, std::string(kSheetType)});
    const absl::StatusOr<std::vector<std::string>> ids = package_.NewIds(package_.workbook(), 2);
    if (!ids.ok()) return ids.status();
    title_id_ = ids->front();
    book_relations_.push_back({title_id_, "worksheet", title_part_});
    styles_part_ = package_.styles();
    std::string styles = NoXlsxStyles(package_.is_strict());
    if (styles_part_.empty()) {
      styles_part_ = "xl/styles.xml";
      if (archive_.Find(styles_part_) != nullptr)
        styles_part_ = package_.NewName("xl/styles", ".xml");
      new_parts_.push_back({styles_part_, std::string(kStylesType)});
      book_relations_.push_back({ids->back(), "styles", styles_part_});
    } else {
      absl::StatusOr<std::string> read = package_.ReadPart(styles_part_);
      if (!read.ok()) return read.status();
      styles = *std::move(read);
    }
    absl::Status status = styles_.Read(std::move(styles), package_.OptionsFor(styles_part_));
    for (SheetTask& task : tasks_) {
      if (status.ok() && task.has_texts) status = PlanComments(&task);
    }
    if (!status.ok()) return status;
    for (const ZipPart& part : archive_.parts()) {
      if (!ZipNameKey(part.name).ends_with(".vml")) continue;
      const absl::StatusOr<std::string> drawing = package_.ReadPart(part.name);
      if (!drawing.ok()) return drawing.status();
      last_block_ = std::max(last_block_, LargestBlock(*drawing));
    }
    return absl::OkStatus();
  }

  absl::Status PlanComments(SheetTask* task) {
    const absl::StatusOr<std::vector<XlsxRelation>> own = package_.Relations(task->part);
    if (!own.ok()) return own.status();
    bool may_have_drawing = false;
    for (const XlsxRelation& relation : *own) {
      may_have_drawing |= relation.kind == "vmlDrawing";
      if (relation.kind != "comments") continue;
      task->comments = relation.part;
      task->has_comments = true;
    }
    // Shapes of headers are drawings, too, so the sheet must tell.
    if (may_have_drawing) {
      const std::string& id = task->facts.drawing_id;
      for (const XlsxRelation& relation : *own) {
        if (id.empty() || relation.id != id) continue;
        task->drawing = relation.part;
        task->has_drawing = true;
      }
    }
    const absl::StatusOr<std::vector<std::string>> ids = package_.NewIds(task->part, 2);
    if (!ids.ok()) return ids.status();
    if (!task->has_comments) {
      task->comments = package_.NewName("xl/comments", ".xml");
      new_parts_.push_back({task->comments, std::string(kCommentsType)});
      task->relations.push_back({ids->front(), "comments", task->comments});
    }
    if (!task->has_drawing) {
      task->drawing = package_.NewName("xl/drawings/vmlDrawing", ".vml");
      new_parts_.push_back({task->drawing, std::string(kDrawingType)});
      task->drawing_id = ids->back();
      task->relations.push_back({task->drawing_id, "vmlDrawing", task->drawing});
    }
    for (const std::string* const part : {&task->comments, &task->drawing}) {
      if (HasOtherUse(*part)) {
        return CannotMark(fmt::format("the part `{}` cannot have comments", *part), "");
      }
      if (!later_.insert(ZipNameKey(*part)).second) {
        return CannotMark(fmt::format("two sheets have the part `{}`", *part), "");
      }
    }
    if (!task->relations.empty()) {
      relations_of_.emplace(ZipNameKey(XlsxRelationsPart(task->part)), task);
    }
    return absl::OkStatus();
  }

  /// True for a part that is something else than comments and their shapes.
  bool HasOtherUse(std::string_view part) const {
    const std::string key = ZipNameKey(part);
    const auto is_it = [&key](std::string_view other) { return key == ZipNameKey(other); };
    return key.ends_with(".rels") || is_it(kXlsxContentTypes) || is_it(package_.workbook()) ||
           is_it(styles_part_) || is_it(package_.texts()) ||
           std::any_of(package_.sheets().begin(), package_.sheets().end(),
                       [&is_it](const MarkedPackage::Sheet& sheet) { return is_it(sheet.part); });
  }

  /// Writes all parts that were there, but for those that come later.
  absl::Status WriteParts(XlsxErrorLines* lines) {
    absl::flat_hash_set<std::string> sheets;
    for (const MarkedPackage::Sheet& sheet : package_.sheets()) {
      sheets.insert(ZipNameKey(sheet.part));
    }
    const std::string workbook = ZipNameKey(package_.workbook());
    const std::string relations = ZipNameKey(XlsxRelationsPart(package_.workbook()));
    later_.insert(ZipNameKey(styles_part_));
    for (const ZipPart& part : archive_.parts()) {
      const std::string key = ZipNameKey(part.name);
      if (later_.contains(key)) continue;
      absl::Status status;
      if (key == ZipNameKey(kXlsxContentTypes)) {
        status = WritePart(part.name, package_.ContentTypesWith(new_parts_));
      } else if (key == workbook) {
        status = WriteTitleSheet(lines);
        if (status.ok()) {
          status = WritePart(part.name, package_.WorkbookWith(report_.title, title_id_, filter_));
        }
      } else if (key == relations) {
        status = WritePart(part.name, package_.RelationsWith(package_.workbook(), book_relations_));
      } else if (const auto found = relations_of_.find(key); found != relations_of_.end()) {
        status = WritePart(part.name,
                           package_.RelationsWith(found->second->part, found->second->relations));
        relations_of_.erase(found);
      } else if (sheets.contains(key)) {
        status = WriteSheet(part);
      } else {
        status = zip_.CopyRaw(part, &archive_);
      }
      if (!status.ok()) return status;
    }
    // Those of sheets that had none; in the order of sheets.
    for (const SheetTask& task : tasks_) {
      const std::string name = XlsxRelationsPart(task.part);
      if (!relations_of_.contains(ZipNameKey(name))) continue;
      absl::Status status = WritePart(name, package_.RelationsWith(task.part, task.relations));
      if (!status.ok()) return status;
    }
    return absl::OkStatus();
  }

  absl::Status WritePart(std::string_view name, const absl::StatusOr<std::string>& bytes) {
    if (!bytes.ok()) return bytes.status();
    absl::Status status = zip_.Begin(name);
    if (status.ok()) status = zip_.Write(*bytes);
    return status.ok() ? zip_.End() : status;
  }

  absl::Status WriteTitleSheet(XlsxErrorLines* lines) {
    absl::flat_hash_map<std::string, size_t> names;
    for (size_t i = 0; i < package_.sheets().size(); ++i) {
      const MarkedPackage::Sheet& sheet = package_.sheets()[i];
      if (sheet.has_cells) names.try_emplace(FoldCase(sheet.name), i);
    }
    const auto marked_at = [&](std::string_view name, const XlsxRange& cell) {
      const auto sheet = marked_at_.empty() ? names.end() : names.find(FoldCase(name));
      if (sheet == names.end()) return std::string();
      const auto found = marked_at_.find({sheet->second, cell.first_row, cell.first_column});
      return found == marked_at_.end() ? std::string() : found->second;
    };
    if (absl::Status status = zip_.Begin(title_part_); !status.ok()) return status;
    absl::StatusOr<WrittenLines> written = WriteErrorSheet(
        options_, package_.is_strict(), styles_,
        [&names](std::string_view name) { return names.contains(FoldCase(name)); }, marked_at,
        lines, &zip_);
    if (!written.ok()) return written.status();
    report_.lines = written->lines;
    filter_ = std::move(written->filter);
    return zip_.End();
  }

  absl::Status WriteSheet(const ZipPart& part) {
    const auto found = task_of_.find(ZipNameKey(part.name));
    SheetTask* const task = found == task_of_.end() ? nullptr : &tasks_[found->second];
    absl::StatusOr<std::unique_ptr<InputStream>> stream = package_.OpenPart(part.name);
    if (!stream.ok()) return stream.status();
    if (task == nullptr) {
      // Two selected sheets would be edited as one.
      const absl::StatusOr<SheetFacts> facts =
          ReadSheetFacts(stream->get(), package_.OptionsFor(part.name), false);
      if (!facts.ok()) return facts.status();
      if (!facts->is_selected) return zip_.CopyRaw(part, &archive_);
      stream = package_.OpenPart(part.name);
      if (!stream.ok()) return stream.status();
    }
    SheetPatch patch;
    patch.is_strict = package_.is_strict();
    if (task != nullptr) {
      patch.marks = &task->marks;
      patch.drawing_id = task->drawing_id;
    }
    if (absl::Status status = zip_.Begin(part.name); !status.ok()) return status;
    absl::StatusOr<SheetPatched> patched =
        PatchSheet(stream->get(), package_.OptionsFor(part.name), patch, &styles_, &zip_);
    if (!patched.ok()) return patched.status();
    report_.cells += patched->cells;
    report_.new_cells += patched->new_cells;
    if (task != nullptr) task->look = std::move(patched->look);
    return zip_.End();
  }

  absl::Status WriteComments() {
    for (const SheetTask& task : tasks_) {
      if (!task.has_texts) continue;
      std::unique_ptr<InputStream> old;
      if (task.has_comments) {
        absl::StatusOr<std::unique_ptr<InputStream>> part = package_.OpenPart(task.comments);
        if (!part.ok()) return part.status();
        old = *std::move(part);
      }
      if (absl::Status status = zip_.Begin(task.comments); !status.ok()) return status;
      const absl::StatusOr<PatchedComments> patched =
          PatchComments(old.get(), package_.OptionsFor(task.comments), task.marks, marks_,
                        package_.is_strict(), &zip_);
      if (!patched.ok()) return patched.status();
      report_.comments += patched->is_new.size();
      report_.longer_comments += patched->longer.size();
      report_.conversations += patched->conversations;
      std::string drawing;
      absl::Status status = zip_.End();
      if (status.ok() && task.has_drawing) {
        absl::StatusOr<std::string> read = package_.ReadPart(task.drawing);
        if (!read.ok()) return read.status();
        drawing = *std::move(read);
      }
      if (status.ok()) status = zip_.Begin(task.drawing);
      if (status.ok()) {
        status =
            PatchDrawing(drawing, task.marks, *patched, marks_, task.look, &last_block_, &zip_);
      }
      if (status.ok()) status = zip_.End();
      if (!status.ok()) return status;
    }
    return absl::OkStatus();
  }

  absl::Status WriteStyles() { return WritePart(styles_part_, styles_.Xml()); }

  ZipArchive& archive_;
  MarkedPackage& package_;
  const XlsxMarkerOptions& options_;
  ZipWriter& zip_;
  XlsxMarkerReport report_;
  std::vector<const XlsxMark*> marks_;  // by sheet and cell
  std::deque<XlsxMark> moved_;          // those whose text changed with their place
  /// Cells that are covered, by sheet, row and column, and those that are marked in their place.
  std::map<std::tuple<size_t, uint32_t, uint32_t>, std::string> marked_at_;
  std::vector<SheetTask> tasks_;
  absl::flat_hash_map<std::string, size_t> task_of_;           // by the key of its part
  absl::flat_hash_map<std::string, SheetTask*> relations_of_;  // those to add to, by key
  absl::flat_hash_set<std::string> later_;                     // keys of parts
  MarkedStyles styles_;
  std::string styles_part_;
  std::string title_part_;
  std::string title_id_;
  std::string filter_;
  std::vector<NewPart> new_parts_;
  std::vector<NewRelation> book_relations_;
  uint64_t last_block_ = 0;
};

}  // namespace

absl::StatusOr<XlsxMarkerReport> MarkWorkbook(RandomInput* input, const XlsxMarkerOptions& options,
                                              std::span<const XlsxMark> marks,
                                              XlsxErrorLines* lines, OutputStream* output) {
  absl::StatusOr<std::unique_ptr<ZipArchive>> archive =
      ZipArchive::Open(input, options.limits, options.source);
  if (!archive.ok()) return archive.status();
  absl::StatusOr<std::unique_ptr<MarkedPackage>> package =
      MarkedPackage::Open(archive->get(), options.limits, options.source);
  if (!package.ok()) return package.status();
  absl::StatusOr<std::unique_ptr<ZipWriter>> zip = ZipWriter::Open(output);
  if (!zip.ok()) return zip.status();
  return Marker(archive->get(), package->get(), options, zip->get()).Run(marks, lines);
}

}  // namespace puente::text
