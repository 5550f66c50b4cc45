// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// What a delivery, such as a row of R4V's 5W, says of people: how many, where, when and for what.

#include "core/totals/people_row.h"

#include <google/protobuf/repeated_ptr_field.h>

#include "absl/status/statusor.h"
#include "fmt/format.h"

namespace puente::totals {
namespace {

using Narratives = google::protobuf::RepeatedPtrField<v1::Narrative>;

/// A code as key, else the name; a name, else the code, else `Not specified`.
KeyedName Keyed(const Narratives& names, const std::string& code) {
  KeyedName keyed;
  keyed.name = names.empty() ? "" : names[0].text();
  keyed.key = code.empty() ? fmt::format("\n{}", keyed.name) : code;
  if (keyed.name.empty()) keyed.name = code.empty() ? std::string(kNotSpecified) : code;
  return keyed;
}

/// The first division of the first level of the first place.
KeyedName Admin1(const v1::Activity& activity) {
  if (!activity.locations().empty()) {
    for (const v1::Administrative& division : activity.locations(0).administratives()) {
      if (!division.has_level() || division.level() == 1) {
        return Keyed(division.narratives(), division.code());
      }
    }
  }
  return Keyed({}, "");
}

std::string Period(const v1::Date& date) {
  if (date.year() == 0) return "";
  if (date.month() == 0) return fmt::format("{:04}", date.year());
  return fmt::format("{:04}-{:02}", date.year(), date.month());
}

void TakeCount(const v1::PeopleCount& people, PeopleRow* row) {
  const absl::StatusOr<Decimal> count = DecimalFromProto(people.count());
  if (!people.has_count() || !count.ok()) return;
  std::string population;
  std::string sex;
  std::string age;
  for (const v1::PeopleDimension& dimension : people.dimensions()) {
    if (dimension.name() == "population-type") {
      population = dimension.value();
    } else if (dimension.name() == "sex") {
      sex = dimension.value();
    } else if (dimension.name() == "age") {
      age = dimension.value();
    } else {
      return;  // Narrowed by something else.
    }
  }
  if (people.dimensions().empty()) {
    if (!row->all.has_value()) row->all = *count;
  } else if (sex.empty() && age.empty()) {
    row->population.emplace(population, *count);
  } else if (population.empty()) {
    row->sex_age.emplace(sex.empty() || age.empty() ? sex + age : fmt::format("{} {}", sex, age),
                         *count);
  }
}

}  // namespace

bool TellsOfPeople(const v1::Activity& activity) {
  return !activity.deliveries().empty() && activity.transactions().empty() && !activity.has_flow();
}

PeopleRow ReadPeopleRow(const v1::Activity& activity, const v1::Delivery& delivery,
                        std::string_view measure) {
  PeopleRow row;
  row.country = activity.recipient_countries().empty()
                    ? Keyed({}, "")
                    : Keyed(activity.recipient_countries(0).narratives(),
                            activity.recipient_countries(0).code());
  row.admin1 = Admin1(activity);
  row.sector = activity.sectors().empty()
                   ? Keyed({}, "")
                   : Keyed(activity.sectors(0).narratives(), activity.sectors(0).code());
  row.organisation = Keyed(activity.reporting_org().narratives(), activity.reporting_org().ref());
  row.period = Period(delivery.period());
  row.type = delivery.indicator_type().code();
  row.is_planned = delivery.planned();
  for (const v1::PeopleCount& people : delivery.people()) {
    if (people.measure() == measure) TakeCount(people, &row);
  }
  return row;
}

std::optional<Decimal> SumOfParts(const PeopleParts& parts) {
  Decimal sum;
  for (const auto& [name, count] : parts) {
    const absl::StatusOr<Decimal> added = Decimal::Add(sum, count);
    if (!added.ok()) return std::nullopt;
    sum = *added;
  }
  return sum;
}

}  // namespace puente::totals
