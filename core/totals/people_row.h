// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// What a delivery, such as a row of R4V's 5W, says of people: how many, where, when and for what.

#ifndef PUENTE_CORE_TOTALS_PEOPLE_ROW_H_
#define PUENTE_CORE_TOTALS_PEOPLE_ROW_H_

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/decimal.h"
#include "puente/v1/activity.pb.h"
#include "puente/v1/delivery.pb.h"

namespace puente::totals {

/// Text of a group when nothing is named.
inline constexpr std::string_view kNotSpecified = "Not specified";

/// A name, and what it is told apart by: its code where it has one.
struct KeyedName {
  std::string key;
  std::string name;
};

/// Numbers of people by population type, such as `in transit`, or by sex and age, such as
/// `female 0-17`.
using PeopleParts = std::map<std::string, Decimal>;

/// What a delivery says of one measure.
struct PeopleRow {
  KeyedName country;
  KeyedName admin1;
  KeyedName sector;
  KeyedName organisation;
  /// `2021-01`, `2023`, or empty.
  std::string period;
  /// Code of what its indicator counts, such as `direct_assistance`; empty when it is not known.
  std::string type;
  bool is_planned = false;
  /// All people; nothing when the source gives no number.
  std::optional<Decimal> all;
  PeopleParts population;
  PeopleParts sex_age;
};

/// True when an activity tells of people and not of money.
bool TellsOfPeople(const v1::Activity& activity);

/// What a delivery says of a measure, such as `new of the month`.
PeopleRow ReadPeopleRow(const v1::Activity& activity, const v1::Delivery& delivery,
                        std::string_view measure);

/// The sum of parts; nothing beyond 38 digits.
std::optional<Decimal> SumOfParts(const PeopleParts& parts);

}  // namespace puente::totals

#endif  // PUENTE_CORE_TOTALS_PEOPLE_ROW_H_
