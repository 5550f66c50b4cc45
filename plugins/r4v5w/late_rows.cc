// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Rows that are written later than they come.
#include "plugins/r4v5w/late_rows.h"

#include <string>
#include <string_view>

namespace puente::r4v5w {

absl::Status LateRows::Add(const v1::Row& row) {
  std::string bytes;
  row.SerializePartialToString(&bytes);
  return rows_->Add(bytes);
}

absl::Status LateRows::Take(absl::FunctionRef<absl::Status(const v1::Row&)> take) {
  v1::Row row;
  for (size_t i = 0; i < rows_->size(); ++i) {
    const absl::StatusOr<std::string_view> bytes = rows_->Get(i);
    if (!bytes.ok()) return bytes.status();
    row.ParsePartialFromArray(bytes->data(), static_cast<int>(bytes->size()));
    if (absl::Status status = take(row); !status.ok()) return status;
  }
  Clear();
  return absl::OkStatus();
}

}  // namespace puente::r4v5w
