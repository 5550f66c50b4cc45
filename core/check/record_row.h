// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// The values of a record, each read when a rule asks for it.
#ifndef PUENTE_CORE_CHECK_RECORD_ROW_H_
#define PUENTE_CORE_CHECK_RECORD_ROW_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "core/check/field_table.h"
#include "core/check/sheet_columns.h"
#include "core/check/value.h"
#include "puente/v1/record.pb.h"

namespace puente::check {

/// A text of a cell that the reader kept in the residue.
struct KeptText {
  uint32_t column = 0;
  /// Without a wrong encoding, see RepairDoubleEncoding.
  std::string text;
  bool is_repaired = false;
  /// With it; empty when there is none.
  std::string broken;

  /// What the cell says, letter for letter.
  std::string_view written() const { return is_repaired ? broken : text; }
};

/// One record after the other. What was read of it is kept until the next one.
class RecordRow : public RowValues {
 public:
  explicit RecordRow(const FieldTable& fields);

  /// Turns to a record, which must live until the next call. `sheet` may be null.
  void Begin(const v1::Record& record, const SheetColumns* sheet);

  const Value& At(size_t field) override;

  const v1::Record& record() const { return *record_; }
  const SheetColumns* sheet() const { return sheet_; }
  /// The texts of the residue by column.
  const std::vector<KeptText>& kept() const { return kept_; }

 private:
  struct Slot {
    uint64_t record = 0;
    int hint = 0;
    Value value;
    std::string repaired;
  };

  void ReadKept();

  const FieldTable& fields_;
  const v1::Record* record_ = nullptr;
  const SheetColumns* sheet_ = nullptr;
  /// Counts records; a slot of another one is to be read anew.
  uint64_t number_ = 0;
  std::vector<Slot> slots_;
  std::vector<KeptText> kept_;
};

}  // namespace puente::check

#endif  // PUENTE_CORE_CHECK_RECORD_ROW_H_
