// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// What totals can be grouped by: who gives, who gets, where, for which plan, what for, when,
// and of people, who they are.

#ifndef PUENTE_CORE_TOTALS_GROUP_FIELDS_H_
#define PUENTE_CORE_TOTALS_GROUP_FIELDS_H_

#include <span>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "core/totals/people_row.h"
#include "puente/v1/activity.pb.h"
#include "puente/v1/transaction.pb.h"

namespace puente::totals {

/// Fields that split the people of one row.
enum class Breakdown { kNone, kPopulation, kSexAge };

/// A field of `--by`.
struct GroupField {
  std::string_view name;
  /// What it is, for people.
  std::string_view summary;
  /// The value of an amount of money; null when money has none. Several values of one amount are
  /// one value together, joined by `; ` in the order of the alphabet: sources do not say how the
  /// amount is split. `Not specified` when there is none.
  std::string (*value)(const v1::Activity& activity, const v1::Transaction& transaction) = nullptr;
  /// The value of a row of people; null when they have none.
  std::string (*people)(const PeopleRow& row) = nullptr;
  /// How it splits a row of people.
  Breakdown breakdown = Breakdown::kNone;
};

/// All fields.
std::span<const GroupField> GroupFields();

/// A field by its name, `sex_age` being `sex-age`. Invalid-argument error (PUE-0001) with the
/// nearest name when there is none.
absl::StatusOr<GroupField> FindGroupField(std::string_view name);

}  // namespace puente::totals

#endif  // PUENTE_CORE_TOTALS_GROUP_FIELDS_H_
