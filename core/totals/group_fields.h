// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// What totals can be grouped by: who gives, who gets, where, for which plan, what for, when.

#ifndef PUENTE_CORE_TOTALS_GROUP_FIELDS_H_
#define PUENTE_CORE_TOTALS_GROUP_FIELDS_H_

#include <span>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "puente/v1/activity.pb.h"
#include "puente/v1/transaction.pb.h"

namespace puente::totals {

/// A field of `--by`.
struct GroupField {
  std::string_view name;
  /// What it is, for people.
  std::string_view summary;
  /// The value of an amount. Several values of one amount are one value together, joined by `; ` in
  /// the order of the alphabet: sources do not say how the amount is split. `Not specified` when
  /// there is none.
  std::string (*value)(const v1::Activity& activity, const v1::Transaction& transaction) = nullptr;
};

/// All fields.
std::span<const GroupField> GroupFields();

/// A field by its name. Invalid-argument error (PUE-0001) with the nearest name when there is none.
absl::StatusOr<GroupField> FindGroupField(std::string_view name);

}  // namespace puente::totals

#endif  // PUENTE_CORE_TOTALS_GROUP_FIELDS_H_
