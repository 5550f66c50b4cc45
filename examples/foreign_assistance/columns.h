// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// The columns of ForeignAssistance.gov, and the values that its files write in ways of their own.
#ifndef PUENTE_EXAMPLES_FOREIGN_ASSISTANCE_COLUMNS_H_
#define PUENTE_EXAMPLES_FOREIGN_ASSISTANCE_COLUMNS_H_

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/plugin/sdk/field_place.h"

namespace foreign_assistance {

/// How a cell says its value.
enum class Shape {
  kText,
  kNumber,
  kDate,
  kId,       ///< Number of the activity: its identifier begins with kPrefix.
  kCountry,  ///< ISO code of three letters; a record has that of two.
  kType,     ///< Kind of transaction; the codes are those of IATI.
  kYear,     ///< Fiscal year, which stands for its last day.
};

/// One column.
struct Column {
  std::string name;
  std::string older;  ///< Its name in older files.
  Shape shape = Shape::kText;
  const Column* needs = nullptr;  ///< One that must have a value, or this one has no place.
  bool has_place = false;
  puente::sdk::FieldPlace place;  ///< Of the field, when there is one.
  /// Where records of other formats have it; the same as `place` for most.
  puente::sdk::FieldPlace other_place;
  bool is_of_transaction = false;  ///< The field is one of a transaction.
};

/// All columns in the order of the file.
const std::vector<Column>& Columns();
/// The column of that name, new or old; null when there is none.
const Column* FindColumn(std::string_view name);
/// True when a header has the columns without which no row is a transaction.
bool IsHeader(std::span<const std::string> names);

/// A value that no column says.
struct DerivedValue {
  puente::sdk::FieldPlace place;
  std::string value;
};
/// What holds for all rows: who reports, and so on.
const std::vector<DerivedValue>& Constants();

/// What is derived of each row, and what it is derived of.
struct Places {
  using FieldPlace = puente::sdk::FieldPlace;
  FieldPlace id = FieldPlace::Own("activity.iati_identifier");
  FieldPlace title = FieldPlace::Own("activity.title.narratives[0].text");
  FieldPlace description = FieldPlace::Own("activity.descriptions[type=1].narratives[0].text");
  FieldPlace dates = FieldPlace::Own("activity.activity_dates");
  FieldPlace start = FieldPlace::Own("activity.activity_dates[type=1].iso_date");
  FieldPlace funder = FieldPlace::Own("activity.participating_orgs[role=1].narratives[0].text");
  FieldPlace partner = FieldPlace::Own("activity.participating_orgs[role=4].narratives[0].text");
  FieldPlace types[3] = {FieldPlace::Own("activity.participating_orgs[role=1].type"),
                         FieldPlace::Own("activity.participating_orgs[role=2].type"),
                         FieldPlace::Own("activity.participating_orgs[role=3].type")};
  FieldPlace tags = FieldPlace::Own("activity.tags");
  FieldPlace tag_vocabulary = FieldPlace::Own("activity.tags[].vocabulary");
  FieldPlace default_currency = FieldPlace::Own("activity.default_currency");
  FieldPlace transactions = FieldPlace::Own("activity.transactions");
  FieldPlace date = FieldPlace::Own("activity.transactions[].transaction_date.date");
  FieldPlace currency = FieldPlace::Own("activity.transactions[].value.currency");
  FieldPlace value_date = FieldPlace::Own("activity.transactions[].value.value_date");
  FieldPlace agency_name = FieldPlace::Own(
      "activity.transactions[].sources[party_type=agency].organisation.narratives[0].text");
  FieldPlace partner_name = FieldPlace::Own(
      "activity.transactions[].destinations[party_type=partner].organisation.narratives[0].text");
};
const Places& OurPlaces();

/// True for the codes of transactions that are those of IATI too.
bool IsKnownType(std::string_view code);

/// What identifiers of activities begin with: the publisher, and the list of activities.
inline constexpr std::string_view kPrefix = "US-USAGOV-FA-";

/// The title of an activity that has none; its identifier may begin with kPrefix or not.
std::string MadeUpTitle(std::string_view identifier);

/// First and last day of a fiscal year, such as `2022` or `1976tq`, as `YYYY-MM-DD`. Until 1976 it
/// ended with June; the quarter between is `1976tq`.
struct FiscalYear {
  std::string first;
  std::string last;
};
std::optional<FiscalYear> ReadFiscalYear(std::string_view text);
/// The fiscal year that a day, as `YYYY-MM-DD`, falls into.
std::string FiscalYearOf(std::string_view day);

/// The ISO 3166-1 code of two letters for one of three, and back; empty when there is none.
std::string_view CountryOfThree(std::string_view code);
std::string_view CountryOfTwo(std::string_view code);

/// The day that `9/30/2015` names, as `2015-09-30`; nothing for other texts.
std::optional<std::string> ReadAmericanDate(std::string_view text);

/// True for an empty cell, and for the word that stands for one.
bool IsNone(std::string_view text);
/// True for what the law lets agencies withhold.
bool IsRedacted(std::string_view text);

}  // namespace foreign_assistance

#endif  // PUENTE_EXAMPLES_FOREIGN_ASSISTANCE_COLUMNS_H_
