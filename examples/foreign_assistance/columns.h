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
  std::string needs;  ///< Name of a column that must have a value; may be empty.
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

/// What is derived for every activity, or where the field `when` has a value.
struct DerivedValue {
  puente::sdk::FieldPlace place;
  std::string value;
};
/// What holds for all rows: who reports, and so on.
const std::vector<DerivedValue>& Constants();

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
