// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Makes the cells of a row of a record, and its account.
#ifndef PUENTE_PLUGINS_FTS_HDX_ROW_MAKER_H_
#define PUENTE_PLUGINS_FTS_HDX_ROW_MAKER_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/plugin/sdk/puente_sdk.h"
#include "plugins/fts_hdx/account.h"
#include "plugins/fts_hdx/place_names.h"
#include "plugins/fts_hdx/record_view.h"
#include "plugins/fts_hdx/table_out.h"

namespace puente::fts_hdx {

/// A cell, or what it is to be looked up by when all inputs are read.
struct CellDraft {
  enum class Kind : uint8_t { kText, kPlaces, kPlanCode };
  /// A country: its code, or the name that has one.
  struct Place {
    bool is_code = false;
    std::string text;
  };

  Kind kind = Kind::kText;
  /// The text, or the identifier of the plan.
  std::string text;
  std::vector<Place> places;
};

/// Makes rows of the table's layout.
class RowMaker {
 public:
  RowMaker(const sdk::Run& run, const PlaceNames* names, TableOut* out, Account* account);

  /// Replaces `cells` by those of a record. `is_own`: it was read from such a table.
  void Make(const RecordView& view, bool is_own, std::vector<CellDraft>* cells);

 private:
  void MakeCell(const RecordView& view, size_t index, CellDraft* cell);
  /// True when residue has the cell.
  bool MakeOfResidue(const RecordView& view, std::string_view name, size_t index, CellDraft* cell);
  void MakeOne(const FieldPlace& place, size_t index, bool is_several_merged, CellDraft* cell);
  void MakeList(const FieldPlace& place, Shape shape, size_t index, CellDraft* cell);
  void MakeSpan(const FieldPlace& place, Shape shape, size_t index, CellDraft* cell);
  void MakePlaces(const RecordView& view, const FieldPlace& place, size_t index, CellDraft* cell);
  void MakePlanCode(const RecordView& view, CellDraft* cell);
  uint32_t FieldId(const std::string& path);
  /// Keeps what names the kind of an end whose value is kept.
  void KeepType(const FieldPlace& place);

  const sdk::Run run_;
  const PlaceNames& names_;
  TableOut& out_;
  Account& account_;
  const uint32_t residue_field_;
  std::map<std::string, uint32_t, std::less<>> field_ids_;
  std::vector<CellValue> values_;
};

}  // namespace puente::fts_hdx

#endif  // PUENTE_PLUGINS_FTS_HDX_ROW_MAKER_H_
