// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Shares of girls, boys, women and men of each population type by place and sector, as R4V keeps
// them in a workbook (`pinproportions`, `targetproportions`).

#ifndef PUENTE_CORE_TOTALS_PEOPLE_SHARES_H_
#define PUENTE_CORE_TOTALS_PEOPLE_SHARES_H_

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "core/base/decimal.h"
#include "core/totals/people_row.h"
#include "puente/v1/record.pb.h"

namespace puente::totals {

/// The shares of a table, read as rows.
class PeopleShares {
 public:
  static constexpr size_t kMaxPlaces = 50000;
  static constexpr size_t kParts = 20;
  using Parts = std::array<std::optional<Decimal>, kParts>;

  /// `sheet`: the one of a workbook; empty: the first one that has the columns.
  explicit PeopleShares(std::string sheet) : sheet_(std::move(sheet)) {}

  /// Takes a header or a row. Failed-precondition error (PUE-0601) when a place and sector comes
  /// twice or a share is no number from 0 to 1, resource-exhausted (PUE-0203) beyond kMaxPlaces.
  absl::Status Add(const v1::Record& record);

  /// Failed-precondition error (PUE-0601) when there were no shares.
  absl::Status Finish() const;

  /// Name of the sheet that they are from; empty in CSV.
  const std::string& sheet_name() const { return sheet_name_; }

  /// The shares of a place and sector; null when there are none.
  const Parts* Find(const PeopleRow& row) const;

  /// Population type and part of sex and age of the number `i` of Parts.
  static std::string_view PopulationOf(size_t i);
  static std::string_view SexAgeOf(size_t i);

 private:
  void TakeHeader(const v1::DatasetHeader& header);
  /// Takes the sheet of this number when these are the columns.
  void TakeColumns(const std::vector<std::string>& names, uint32_t sheet, const std::string& name);
  absl::Status TakeRow(const v1::Row& row);

  const std::string sheet_;
  /// Number of the sheet; nothing until a header has the columns.
  std::optional<uint32_t> sheet_number_;
  std::string sheet_name_;
  /// Of each column: 0, 1 and 2 are country, admin1 and sector, then come the parts; -1: others.
  std::vector<int> columns_;
  std::map<std::string, Parts, std::less<>> shares_;
};

/// The part of a number of people that a share says, rounded to whole people, halves to the even
/// number; nothing beyond 38 digits.
std::optional<Decimal> ShareOf(const Decimal& people, const Decimal& share);

}  // namespace puente::totals

#endif  // PUENTE_CORE_TOTALS_PEOPLE_SHARES_H_
