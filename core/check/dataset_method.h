// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Rules that need many records: how they take them in and what they find at the end.
#ifndef PUENTE_CORE_CHECK_DATASET_METHOD_H_
#define PUENTE_CORE_CHECK_DATASET_METHOD_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "core/base/decimal.h"
#include "core/check/rule_pack.h"
#include "core/check/sheet_columns.h"
#include "core/check/value.h"
#include "puente/v1/record.pb.h"

namespace puente::check {

/// Where a row is.
struct RowPlace {
  /// Which of the datasets, from 0.
  uint32_t dataset = 0;
  /// Which of its sheets, from 0.
  uint32_t sheet = 0;
  /// Row of the sheet, or line of the file, from 1.
  uint64_t row = 0;
};

/// What a method looks at of a row.
struct MethodRow {
  RowPlace place;
  const v1::Record* record = nullptr;
  /// May be null.
  const SheetColumns* sheet = nullptr;
  /// What makes rows belong together; what is absent is the same as all that is absent.
  std::span<const Value> by;
  Value value;
  Value bound;
  Value across;
  /// The column of the cell that is marked, from 0.
  std::optional<uint32_t> column;
};

/// What a method found.
struct DatasetHit {
  RowPlace place;
  /// The row that it is about as well.
  RowPlace first;
  /// What the marked cell says, and its column.
  std::optional<uint32_t> column;
  Decimal value;
  /// What messages may name, see MethodKind::said; those behind `first`.
  std::array<Decimal, 3> said;
};

/// Takes the records of all datasets in turn, in bounded memory.
class DatasetMethod {
 public:
  virtual ~DatasetMethod() = default;
  /// Errors are those of temporary files.
  virtual absl::Status Add(const MethodRow& row) = 0;
  /// Calls `take` for all that was found, in the order of the rows. Call it once.
  virtual absl::Status Finish(absl::FunctionRef<absl::Status(const DatasetHit&)> take) = 0;
};

/// What a method is called, and what rules must and messages may say with it.
struct MethodKind {
  std::string_view name;
  bool needs_by = false;
  bool needs_value = false;
  bool needs_bound = false;
  bool needs_across = false;
  /// Limits by name, all needed.
  std::span<const std::string_view> limits;
  /// Names in messages: `first`, the other row, and the numbers of DatasetHit::said.
  std::span<const std::string_view> said;
  /// Makes one for a rule that has what is needed.
  std::unique_ptr<DatasetMethod> (*make)(const Rule& rule) = nullptr;
};

/// All methods.
std::span<const MethodKind> MethodKinds();
/// The method of a name; null when there is none.
const MethodKind* FindMethod(std::string_view name);

/// The method of a rule, whose method must be known, ready to take rows.
std::unique_ptr<DatasetMethod> MakeDatasetMethod(const Rule& rule);

/// `duplicate_rows`: rows that say the same as an earlier one, however cells are stored and shown.
std::unique_ptr<DatasetMethod> MakeDuplicateRows(const Rule& rule);
/// `sum_above`: rows that belong together and whose values add up to more than their bounds do. It
/// needs two different values of `across` among them, and a bound; where a value or a bound is
/// unread, nothing is known of them.
std::unique_ptr<DatasetMethod> MakeSumAbove(const Rule& rule);
/// `outliers`: values far above the median of those that belong together.
std::unique_ptr<DatasetMethod> MakeOutliers(const Rule& rule);

}  // namespace puente::check

#endif  // PUENTE_CORE_CHECK_DATASET_METHOD_H_
