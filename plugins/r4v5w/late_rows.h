// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Rows that are written later than they come.
#ifndef PUENTE_PLUGINS_R4V5W_LATE_ROWS_H_
#define PUENTE_PLUGINS_R4V5W_LATE_ROWS_H_

#include <cstddef>
#include <optional>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "core/text/spilled_texts.h"
#include "puente/v1/tabular.pb.h"

namespace puente::r4v5w {

/// Keeps rows in their order: a little in memory, more in a file without a name. The errors of
/// TempFile.
class LateRows {
 public:
  absl::Status Add(const v1::Row& row);
  /// Gives all rows that were added since the last call, and forgets them.
  absl::Status Take(absl::FunctionRef<absl::Status(const v1::Row&)> take);
  /// Forgets them.
  void Clear() { rows_.emplace(kMemory); }

 private:
  static constexpr size_t kMemory = size_t{1} << 20;
  std::optional<text::SpilledTexts> rows_{kMemory};
};

}  // namespace puente::r4v5w

#endif  // PUENTE_PLUGINS_R4V5W_LATE_ROWS_H_
