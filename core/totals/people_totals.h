// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Sums of people by R4V's three models: of rows, and of maxima over sectors.

#ifndef PUENTE_CORE_TOTALS_PEOPLE_TOTALS_H_
#define PUENTE_CORE_TOTALS_PEOPLE_TOTALS_H_

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/base/decimal.h"
#include "core/totals/group_fields.h"
#include "core/totals/ledger.h"
#include "core/totals/people_row.h"
#include "core/totals/people_shares.h"
#include "puente/v1/record.pb.h"

namespace puente::totals {

/// How people are added up. In each, only what counts direct assistance counts.
enum class PeopleModel {
  kSum,           ///< The sum of all rows.
  kMaxSector,     ///< By country, admin1 and month, the sums of sectors, and the largest of them.
  kSouthernCone,  ///< The same over four sectors; six others are added to it.
};

/// What is asked of a total of people.
struct PeopleSettings {
  /// `new`, `total` or `target`; empty: `target` when the first record is planned, else `new`.
  std::string measure;
  /// Rows count too when no list says what their indicator counts.
  bool counts_unknown = false;
  /// How each population type is split by sex and age; null when that is not known. It must
  /// outlive the adder.
  const PeopleShares* shares = nullptr;
};

/// The words that PeopleSettings::measure may have.
std::vector<std::string> PeopleMeasures();

/// Adds up people, record by record, into a ledger.
class PeopleAdder {
 public:
  /// Failed-precondition error (PUE-0601) when fields or settings do not go with the model.
  static absl::StatusOr<std::unique_ptr<PeopleAdder>> Make(PeopleModel model,
                                                           const std::vector<GroupField>& fields,
                                                           const PeopleSettings& settings,
                                                           Ledger* ledger);

  /// Takes the deliveries of a record into the scope of this number. Errors as those of
  /// Adder::Add.
  absl::Status Add(const v1::Record& record, size_t scope);

  /// Takes the maxima. Failed-precondition error (PUE-0601) when what counts the same people again
  /// would be added up: the totals of several months, the targets of several years.
  absl::Status Finish();

  /// False when the groups have no total: they count the same people again.
  bool adds_up() const { return adds_up_; }

 private:
  /// The sums of a sector in one place and month.
  struct SectorSum {
    KeyedName sector;
    PeopleParts population;
    uint64_t rows = 0;
  };
  /// One place and month.
  struct Block {
    PeopleRow row;
    std::map<std::string, SectorSum> sectors;
  };
  using BlockKey = std::tuple<size_t, std::string, std::string, std::string>;
  using Cells = std::map<std::pair<std::string, std::string>, Decimal>;

  PeopleAdder(PeopleModel model, const std::vector<GroupField>& fields,
              const PeopleSettings& settings, Ledger* ledger);

  absl::Status CheckFields() const;
  bool HasField(std::string_view name) const;
  absl::Status AddDelivery(const v1::Record& record, const v1::Delivery& delivery, size_t scope);
  /// Why a row is left out; empty when it counts.
  std::string WhyNot(const PeopleRow& row) const;
  absl::Status LeaveOut(const v1::Record& record, std::string_view reason, const Decimal* amount,
                        size_t scope);
  /// Adds a row as it is.
  absl::Status CountRow(const PeopleRow& row, const Decimal& all, size_t scope);
  /// Keeps a row for the maximum of its place and month.
  absl::Status KeepRow(const v1::Record& record, const PeopleRow& row, size_t scope);
  absl::Status FinishBlock(size_t scope, Block* block);
  /// Splits what a sector has of each population type.
  absl::Status Split(size_t scope, const Block& block, const SectorSum& sum, Cells* cells);
  absl::Status LeavePlaceOut(size_t scope, const Block& block, const SectorSum& sum,
                             const std::pair<std::string, std::string>& part,
                             std::string_view reason, const Decimal& amount);
  /// The group of a row and a part of it.
  GroupKey KeyOf(const PeopleRow& row, const std::string& population,
                 const std::string& sex_age) const;
  /// The name that came first with the same key, so that one place is one group.
  absl::Status Unify(std::string_view kind, KeyedName* name);

  const PeopleModel model_;
  const std::vector<GroupField>& fields_;
  const bool counts_unknown_;
  const PeopleShares* const shares_;
  Ledger* const ledger_;
  const bool by_population_;
  const bool by_sex_age_;
  std::string measure_word_;
  Measure measure_;
  std::map<std::string, std::string> names_;
  std::set<std::string> periods_;
  bool adds_up_ = true;
  std::map<BlockKey, Block> blocks_;
};

}  // namespace puente::totals

#endif  // PUENTE_CORE_TOTALS_PEOPLE_TOTALS_H_
