// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Texts that are put into the cells of a table in place of others.

#ifndef PUENTE_CORE_TEXT_CELL_REPAIR_H_
#define PUENTE_CORE_TEXT_CELL_REPAIR_H_

#include <cstdint>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace puente::text {

/// A cell that is to have another text.
struct CellRepair {
  /// Name of the sheet; empty in CSV.
  std::string sheet;
  /// Row, from 1: of CSV the line in which it begins. Column, from 0.
  uint64_t row = 0;
  uint32_t column = 0;
  /// What the cell says, letter for letter, and what it is to say.
  std::string before;
  std::string after;
};

/// What became of a repair.
enum class CellRepaired : uint8_t {
  kDone,
  kNoCell,       ///< No such cell.
  kFormula,      ///< A formula makes the text.
  kOtherText,    ///< The cell does not say `before`, or is no text.
  kFormatted,    ///< Parts of the text have formatting of their own, which would be lost.
  kTooLong,      ///< No cell can hold it.
  kNewFormula,   ///< A spreadsheet could take the new text for a formula, and not the old one.
  kNoCharacter,  ///< The encoding of the file has no such characters.
};

/// Gives the repairs one after the other, in the order of sheets, rows and columns.
class CellRepairs {
 public:
  virtual ~CellRepairs() = default;
  /// Fills in the next one; false after the last one.
  virtual absl::StatusOr<bool> Next(CellRepair* repair) = 0;
};

/// Is told what became of each, in their order. An error ends the work.
using TakeCellRepaired = absl::FunctionRef<absl::Status(const CellRepair&, CellRepaired)>;

/// Repairs that are looked at before they are done.
class RepairQueue {
 public:
  RepairQueue(CellRepairs* repairs, TakeCellRepaired take) : repairs_(*repairs), take_(take) {}

  /// Goes to the first one. Call it once.
  absl::Status Begin() { return Advance(); }
  /// The next one; null after the last one.
  const CellRepair* next() const { return has_next_ ? &next_ : nullptr; }
  /// Says what became of the next one, and goes to the one behind it.
  absl::Status Settle(CellRepaired result) {
    if (absl::Status status = take_(next_, result); !status.ok()) return status;
    return Advance();
  }

 private:
  absl::Status Advance() {
    const absl::StatusOr<bool> more = repairs_.Next(&next_);
    has_next_ = more.ok() && *more;
    return more.status();
  }

  CellRepairs& repairs_;
  const TakeCellRepaired take_;
  CellRepair next_;
  bool has_next_ = false;
};

}  // namespace puente::text

#endif  // PUENTE_CORE_TEXT_CELL_REPAIR_H_
