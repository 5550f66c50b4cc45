// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Rules that need many records: how they take them in and what they find at the end.
#ifndef PUENTE_CORE_CHECK_DATASET_METHOD_H_
#define PUENTE_CORE_CHECK_DATASET_METHOD_H_

#include <cstdint>
#include <memory>
#include <string_view>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "core/check/record_row.h"

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

/// What a method found.
struct DatasetHit {
  RowPlace place;
  /// The row that it is about as well.
  RowPlace first;
};

/// Takes the records of all datasets in turn, in bounded memory.
class DatasetMethod {
 public:
  virtual ~DatasetMethod() = default;
  /// Errors are those of temporary files.
  virtual absl::Status Add(const RowPlace& place, const RecordRow& row) = 0;
  /// Calls `take` for all that was found, in the order of the rows. Call it once.
  virtual absl::Status Finish(absl::FunctionRef<absl::Status(const DatasetHit&)> take) = 0;
};

/// The method of a name; null when there is none. `duplicate_rows`: rows that say the same as an
/// earlier one, however their cells are stored and shown.
std::unique_ptr<DatasetMethod> MakeDatasetMethod(std::string_view name);

}  // namespace puente::check

#endif  // PUENTE_CORE_CHECK_DATASET_METHOD_H_
