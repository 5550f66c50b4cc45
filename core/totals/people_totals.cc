// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Sums of people by R4V's three models: of rows, and of maxima over sectors.

#include "core/totals/people_totals.h"

#include <algorithm>
#include <utility>

#include "core/base/strings.h"
#include "fmt/format.h"

namespace puente::totals {
namespace {

constexpr std::string_view kOver = "Over the total";
constexpr size_t kEntryBytes = 160;
constexpr size_t kBlockBytes = 512;

struct MeasureWord {
  std::string_view word;
  std::string_view measure;
};
constexpr MeasureWord kMeasures[] = {
    {"new", "new of the month"}, {"total", "total of the month"}, {"target", "target"}};

enum class Step { kLargest, kAdded, kNone };

/// What the model of the Southern Cone does with a sector.
Step StepOf(std::string_view sector) {
  for (const std::string_view largest :
       {"shelter", "food_security", "humanitarian_transportation", "wash"}) {
    if (sector == largest) return Step::kLargest;
  }
  for (const std::string_view added :
       {"protection_general", "integration", "mpc", "health", "education"}) {
    if (sector == added) return Step::kAdded;
  }
  return Step::kNone;
}

absl::Status Refuse(std::string message, std::string hint) {
  return TotalsError(absl::StatusCode::kFailedPrecondition, "PUE-0601", std::move(message),
                     std::move(hint));
}

absl::Status TooLong() {
  return TotalsError(absl::StatusCode::kOutOfRange, "PUE-0603",
                     "a sum has more digits than a decimal holds",
                     "leave out absurd numbers with --where");
}

absl::StatusOr<Decimal> Minus(const Decimal& a, const Decimal& b) {
  absl::StatusOr<Decimal> difference = Decimal::Add(a, b.Negated());
  return difference.ok() ? difference : TooLong();
}

std::string RowPeriod(const PeopleRow& row) {
  return row.period.empty() ? std::string(kNotSpecified) : row.period;
}

bool HasBreakdown(const std::vector<GroupField>& fields, Breakdown breakdown) {
  return std::any_of(fields.begin(), fields.end(),
                     [&](const GroupField& field) { return field.breakdown == breakdown; });
}

}  // namespace

std::vector<std::string> PeopleMeasures() {
  std::vector<std::string> words;
  for (const MeasureWord& measure : kMeasures) words.emplace_back(measure.word);
  return words;
}

PeopleAdder::PeopleAdder(PeopleModel model, const std::vector<GroupField>& fields,
                         const PeopleSettings& settings, Ledger* ledger)
    : model_(model),
      fields_(fields),
      counts_unknown_(settings.counts_unknown),
      shares_(settings.shares),
      ledger_(ledger),
      by_population_(HasBreakdown(fields, Breakdown::kPopulation)),
      by_sex_age_(HasBreakdown(fields, Breakdown::kSexAge)),
      measure_word_(settings.measure) {}

absl::StatusOr<std::unique_ptr<PeopleAdder>> PeopleAdder::Make(
    PeopleModel model, const std::vector<GroupField>& fields, const PeopleSettings& settings,
    Ledger* ledger) {
  std::unique_ptr<PeopleAdder> adder(new PeopleAdder(model, fields, settings, ledger));
  if (absl::Status status = adder->CheckFields(); !status.ok()) return status;
  return adder;
}

bool PeopleAdder::HasField(std::string_view name) const {
  return std::any_of(fields_.begin(), fields_.end(),
                     [&](const GroupField& field) { return field.name == name; });
}

absl::Status PeopleAdder::CheckFields() const {
  for (const GroupField& field : fields_) {
    if (field.people == nullptr && field.breakdown == Breakdown::kNone) {
      return Refuse(fmt::format("totals of people cannot be grouped by `{}`", field.name),
                    "there are country, admin1, sector, month, year, organisation, population and "
                    "sex-age");
    }
    if (model_ != PeopleModel::kSum && (field.name == "sector" || field.name == "organisation")) {
      return Refuse(
          fmt::format("the largest of several sectors is no {}'s: this method has no groups by it",
                      field.name),
          field.name == "sector" ? "--method r4v-sum has them"
                                 : "--method r4v-sum has them; --where chooses one organisation");
    }
  }
  if (model_ == PeopleModel::kSum) {
    if (shares_ != nullptr) {
      return Refuse("shares are for methods that take the largest of several sectors",
                    "leave --shares out, or use --method r4v-maxsector");
    }
  } else if (measure_word_ == "total" || measure_word_ == "target") {
    return Refuse(fmt::format("this method counts new people, no `{}`", measure_word_),
                  "--method r4v-sum counts them");
  } else if (by_sex_age_ && shares_ == nullptr) {
    return Refuse("the rows do not say the sex and age of each population type",
                  "--shares FILE says it; --method r4v-sum takes sex and age as reported");
  }
  if (by_population_ && by_sex_age_ && model_ != PeopleModel::kMaxSector) {
    return Refuse(
        "the rows do not say the sex and age of each population type",
        "group by one of population and sex-age; --method r4v-maxsector with --shares has "
        "both");
  }
  return absl::OkStatus();
}

absl::Status PeopleAdder::Unify(std::string_view kind, KeyedName* name) {
  const auto [at, is_new] = names_.emplace(fmt::format("{}\n{}", kind, name->key), name->name);
  if (!is_new) {
    name->name = at->second;
    return absl::OkStatus();
  }
  return ledger_->Grow(kEntryBytes + kind.size() + name->key.size() + name->name.size());
}

absl::Status PeopleAdder::Add(const v1::Record& record, size_t scope) {
  for (const v1::Delivery& delivery : record.activity().deliveries()) {
    if (absl::Status status = AddDelivery(record, delivery, scope); !status.ok()) return status;
  }
  return absl::OkStatus();
}

std::string PeopleAdder::WhyNot(const PeopleRow& row) const {
  if (row.is_planned != (measure_word_ == "target")) {
    return row.is_planned ? "planned: it is a target, no report" : "reported: it is no target";
  }
  if (row.type.empty() && !counts_unknown_) return "what its indicator counts is not known";
  if (!row.type.empty() && row.type != "direct_assistance" && row.type != "pin") {
    std::string type = row.type;
    std::replace(type.begin(), type.end(), '_', ' ');
    return fmt::format("no direct assistance: its indicator is of type `{}`", type);
  }
  if (model_ == PeopleModel::kSouthernCone && StepOf(row.sector.key) == Step::kNone) {
    return "its sector is none of the nine of this method";
  }
  return "";
}

absl::Status PeopleAdder::AddDelivery(const v1::Record& record, const v1::Delivery& delivery,
                                      size_t scope) {
  if (measure_word_.empty()) {
    measure_word_ = delivery.planned() && model_ == PeopleModel::kSum ? "target" : "new";
  }
  if (measure_.name.empty()) {
    for (const MeasureWord& measure : kMeasures) {
      if (measure.word == measure_word_) {
        measure_ = {std::string(measure.measure), std::string(kPeopleUnit)};
      }
    }
  }
  PeopleRow row = ReadPeopleRow(record.activity(), delivery, measure_.name);
  const std::string country = row.country.key;
  for (const auto& [kind, name] : {std::pair<std::string, KeyedName*>{"country", &row.country},
                                   {"admin1 " + country, &row.admin1},
                                   {"sector", &row.sector},
                                   {"organisation", &row.organisation}}) {
    if (absl::Status status = Unify(kind, name); !status.ok()) return status;
  }
  std::string reason = WhyNot(row);
  if (!reason.empty()) {
    // Nor is what is left out added up over months or years.
    if (measure_word_ != "new") reason += fmt::format(" ({})", RowPeriod(row));
    return LeaveOut(record, reason, row.all.has_value() ? &*row.all : nullptr, scope);
  }
  const bool is_largest =
      model_ == PeopleModel::kMaxSector ||
      (model_ == PeopleModel::kSouthernCone && StepOf(row.sector.key) == Step::kLargest);
  if (is_largest) return KeepRow(record, row, scope);
  if (row.all.has_value()) return CountRow(row, *row.all, scope);
  // The matrix of 2026 has no column of new people: they are what the breakdowns agree on.
  const std::optional<Decimal> population = SumOfParts(row.population);
  const std::optional<Decimal> sex_age = SumOfParts(row.sex_age);
  if (!population.has_value() || !sex_age.has_value()) return TooLong();
  if (row.population.empty() && row.sex_age.empty()) {
    return LeaveOut(record, "it gives no number of people", nullptr, scope);
  }
  if (!row.population.empty() && !row.sex_age.empty() &&
      Decimal::Compare(*population, *sex_age) != 0) {
    return LeaveOut(record, "it gives no number of people, and its breakdowns differ", nullptr,
                    scope);
  }
  return CountRow(row, row.population.empty() ? *sex_age : *population, scope);
}

absl::Status PeopleAdder::LeaveOut(const v1::Record& record, std::string_view reason,
                                   const Decimal* amount, size_t scope) {
  LeftOut left_out;
  left_out.record = &record;
  left_out.reason = reason;
  left_out.measure = measure_;
  left_out.amount = amount;
  return ledger_->LeaveOut(left_out, 1, &ledger_->scopes()[scope]);
}

GroupKey PeopleAdder::KeyOf(const PeopleRow& row, const std::string& population,
                            const std::string& sex_age) const {
  GroupKey key;
  for (const GroupField& field : fields_) {
    if (field.breakdown == Breakdown::kPopulation) {
      key.push_back(population);
    } else if (field.breakdown == Breakdown::kSexAge) {
      key.push_back(sex_age);
    } else if (field.name == "admin1" && !HasField("country")) {
      // Several countries have a Bolívar.
      key.push_back(fmt::format("{}: {}", row.country.name, row.admin1.name));
    } else {
      key.push_back(field.people(row));
    }
  }
  return key;
}

absl::Status PeopleAdder::CountRow(const PeopleRow& row, const Decimal& all, size_t scope) {
  Scope* const sums = &ledger_->scopes()[scope];
  periods_.insert(row.period);
  if (absl::Status status = ledger_->CountAll(measure_, all, 1, sums); !status.ok()) return status;
  if (!by_population_ && !by_sex_age_) {
    return ledger_->Count(KeyOf(row, "", ""), measure_, all, 1, sums);
  }
  PeopleParts parts = by_population_ ? row.population : row.sex_age;
  const std::optional<Decimal> sum = SumOfParts(parts);
  if (!sum.has_value()) return TooLong();
  const absl::StatusOr<Decimal> rest = Minus(all, *sum);
  if (!rest.ok()) return rest.status();
  // What the breakdown lacks, and what it has too much, are groups: all groups make the total.
  parts.emplace(rest->is_negative() ? kOver : kNotSpecified, *rest);
  for (const auto& [name, amount] : parts) {
    if (amount.is_zero()) continue;
    absl::Status status = ledger_->Count(KeyOf(row, name, name), measure_, amount, 1, sums);
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::Status PeopleAdder::KeepRow(const v1::Record& record, const PeopleRow& row, size_t scope) {
  const std::optional<Decimal> sum = SumOfParts(row.population);
  if (!sum.has_value()) return TooLong();
  if (row.all.has_value()) {
    const absl::StatusOr<Decimal> rest = Minus(*row.all, *sum);
    if (!rest.ok()) return rest.status();
    if (!rest->is_zero()) {
      absl::Status status = LeaveOut(
          record,
          rest->is_negative()
              ? "its population types add up to more than its total, and all of them count"
              : "its population types are not given, or not all: this method counts by them",
          &*rest, scope);
      if (!status.ok()) return status;
    }
  }
  const auto [at, is_new] =
      blocks_.try_emplace(BlockKey(scope, row.country.key, row.admin1.key, row.period));
  Block& block = at->second;
  if (is_new) {
    block.row.country = row.country;
    block.row.admin1 = row.admin1;
    block.row.period = row.period;
    const absl::Status status =
        ledger_->Grow(kBlockBytes + 2 * (row.country.key.size() + row.admin1.key.size()) +
                      row.country.name.size() + row.admin1.name.size());
    if (!status.ok()) return status;
  }
  const auto [found, is_first] = block.sectors.try_emplace(row.sector.key);
  if (is_first) {
    found->second.sector = row.sector;
    const absl::Status status =
        ledger_->Grow(kBlockBytes + 2 * row.sector.key.size() + row.sector.name.size());
    if (!status.ok()) return status;
  }
  ++found->second.rows;
  for (const auto& [name, amount] : row.population) {
    const auto [part, is_new_part] = found->second.population.try_emplace(name);
    if (is_new_part) {
      if (absl::Status status = ledger_->Grow(kEntryBytes + name.size()); !status.ok()) {
        return status;
      }
    }
    if (absl::Status status = AddTo(amount, &part->second); !status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::Status PeopleAdder::LeavePlaceOut(size_t scope, const Block& block, const SectorSum& sum,
                                        const std::pair<std::string, std::string>& part,
                                        std::string_view reason, const Decimal& amount) {
  LeftOut left_out;
  left_out.place = {{"country", block.row.country.name},
                    {"admin1", block.row.admin1.name},
                    {"month", block.row.period},
                    {"sector", sum.sector.name},
                    {"population", part.first}};
  if (!part.second.empty()) left_out.place.emplace_back("sex-age", part.second);
  left_out.reason = reason;
  left_out.measure = measure_;
  left_out.amount = &amount;
  return ledger_->LeaveOut(left_out, 1, &ledger_->scopes()[scope]);
}

absl::Status PeopleAdder::Split(size_t scope, const Block& block, const SectorSum& sum,
                                Cells* cells) {
  PeopleRow place = block.row;
  place.sector = sum.sector;
  const PeopleShares::Parts* const parts = shares_ == nullptr ? nullptr : shares_->Find(place);
  for (const auto& [population, people] : sum.population) {
    if (people.is_zero()) continue;
    if (shares_ == nullptr) {
      (*cells)[{population, ""}] = people;
      continue;
    }
    Decimal split;
    bool is_known = false;
    for (size_t i = 0; parts != nullptr && i < PeopleShares::kParts; ++i) {
      if (PeopleShares::PopulationOf(i) != population || !(*parts)[i].has_value()) continue;
      const std::optional<Decimal> part = ShareOf(people, *(*parts)[i]);
      if (!part.has_value()) return TooLong();
      is_known = true;
      if (absl::Status status = AddTo(*part, &split); !status.ok()) return status;
      (*cells)[{population, std::string(PeopleShares::SexAgeOf(i))}] = *part;
    }
    const absl::StatusOr<Decimal> rest = Minus(people, split);
    if (!rest.ok()) return rest.status();
    if (rest->is_zero()) continue;
    absl::Status status =
        LeavePlaceOut(scope, block, sum, {population, ""},
                      is_known ? "shares do not make 1, or parts are rounded to whole people"
                               : "no shares are given for its place, sector and population type",
                      *rest);
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::Status PeopleAdder::FinishBlock(size_t scope, Block* block) {
  // By part: the largest sector and what it has.
  std::map<std::pair<std::string, std::string>, std::pair<const SectorSum*, Decimal>> largest;
  uint64_t rows = 0;
  for (const auto& [key, sum] : block->sectors) {
    rows += sum.rows;
    Cells cells;
    if (absl::Status status = Split(scope, *block, sum, &cells); !status.ok()) return status;
    for (const auto& [part, amount] : cells) {
      const auto [at, is_first] = largest.try_emplace(part, &sum, amount);
      if (is_first) continue;
      std::pair<const SectorSum*, Decimal> smaller(&sum, amount);
      if (Decimal::Compare(amount, at->second.second) > 0) std::swap(smaller, at->second);
      if (smaller.second.is_zero()) continue;
      absl::Status status = LeavePlaceOut(
          scope, *block, *smaller.first, part,
          "another sector has more of them in the same place and month", smaller.second);
      if (!status.ok()) return status;
    }
  }
  std::map<GroupKey, Decimal> groups;
  Decimal total;
  if (!by_population_ && !by_sex_age_) groups.emplace(KeyOf(block->row, "", ""), Decimal());
  for (const auto& [part, found] : largest) {
    if (absl::Status status = AddTo(found.second, &total); !status.ok()) return status;
    if (found.second.is_zero()) continue;
    Decimal& sum = groups[KeyOf(block->row, part.first, part.second)];
    if (absl::Status status = AddTo(found.second, &sum); !status.ok()) return status;
  }
  Scope* const sums = &ledger_->scopes()[scope];
  for (const auto& [key, amount] : groups) {
    if (absl::Status status = ledger_->Count(key, measure_, amount, rows, sums); !status.ok()) {
      return status;
    }
  }
  return ledger_->CountAll(measure_, total, rows, sums);
}

absl::Status PeopleAdder::Finish() {
  for (auto& [key, block] : blocks_) {
    if (absl::Status status = FinishBlock(std::get<0>(key), &block); !status.ok()) return status;
  }
  const bool is_target = measure_word_ == "target";
  if (periods_.size() < 2 || (measure_word_ != "total" && !is_target)) return absl::OkStatus();
  adds_up_ = false;
  if (HasField("month") || (is_target && HasField("year"))) return absl::OkStatus();
  return Refuse(fmt::format("the {} of {} {} count the same people again, so they are not added up",
                            is_target ? "targets" : "totals", periods_.size(),
                            is_target ? "years" : "months"),
                is_target
                    ? "--by year has them one by one; --where chooses one"
                    : "--by month has them one by one; --measure new counts each person once");
}

}  // namespace puente::totals
