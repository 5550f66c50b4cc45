// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Sums of money and people by named methods, each of which says what it left out and why.

#include "core/totals/totals.h"

#include <algorithm>
#include <utility>

#include "core/base/status.h"
#include "core/base/strings.h"
#include "core/totals/transaction_types.h"
#include "fmt/format.h"

namespace puente::totals {
namespace {

constexpr std::string_view kBoundary = "fts-boundary";
constexpr std::string_view kSum = "sum";
constexpr std::string_view kPeopleSum = "r4v-sum";
constexpr std::string_view kDollars = "USD";
constexpr std::string_view kPledges = "pledges";

constexpr MethodInfo kMethods[] = {
    {kBoundary, 1,
     "flows that come into what was asked for, without those that others share in; pledges apart"},
    {kSum, 1, "every amount, whatever else counts the same money"},
    {kPeopleSum, 1,
     "people of rows of direct assistance, whatever other row counts the same people",
     PeopleModel::kSum},
    {"r4v-maxsector", 1,
     "new people by country, admin1 and month: of each population type, the sector with most",
     PeopleModel::kMaxSector},
    {"r4v-southernconemodel", 1,
     "the same over shelter, food security, transportation and WASH; protection (general), "
     "integration, cash, health and education are added",
     PeopleModel::kSouthernCone},
};

const MethodInfo& Method(std::string_view name) {
  return *std::find_if(std::begin(kMethods), std::end(kMethods),
                       [name](const MethodInfo& method) { return method.name == name; });
}

std::optional<Decimal> Number(const v1::Decimal& decimal) {
  const absl::StatusOr<Decimal> number = DecimalFromProto(decimal);
  return number.ok() ? std::optional<Decimal>(*number) : std::nullopt;
}

bool IsFlow(const v1::Record& record) {
  return record.activity().has_flow() || record.import_context().has_boundary();
}

std::string NameOf(const v1::Record& record) {
  return record.identity().id().empty() ? "a record without an identifier"
                                        : fmt::format("record `{}`", record.identity().id());
}

/// The reason to leave a flow out; empty when it counts.
std::string_view WhyNot(const v1::ImportContext& context) {
  if (context.boundary() == "internal") {
    return "internal: it stays inside and was counted when it came in";
  }
  if (context.boundary() == "outgoing") return "outgoing: it leaves what was asked for";
  if (context.boundary() != "incoming") return "its boundary is no word that FTS is known to use";
  if (context.on_boundary() == "shared") {
    return "shared: others that were not asked for have a part in it, and no one knows which";
  }
  return "";
}

}  // namespace

std::span<const MethodInfo> Methods() { return kMethods; }

absl::StatusOr<std::unique_ptr<Adder>> Adder::Make(std::string_view name,
                                                   std::vector<GroupField> fields,
                                                   const PeopleSettings& people) {
  const auto unknown = [](std::string_view what, std::string_view word,
                          const std::vector<std::string>& names) {
    const std::string near = NearestName(word, names);
    return TotalsError(absl::StatusCode::kInvalidArgument, "PUE-0001",
                       fmt::format("there is no {} `{}`", what, word),
                       near.empty() ? fmt::format("there are {}", fmt::join(names, ", "))
                                    : fmt::format("did you mean `{}`?", near));
  };
  const std::vector<std::string> measures = PeopleMeasures();
  if (!people.measure.empty() &&
      std::find(measures.begin(), measures.end(), people.measure) == measures.end()) {
    return unknown("measure", people.measure, measures);
  }
  std::unique_ptr<Adder> adder(new Adder(std::move(fields), people));
  if (name.empty()) return adder;
  std::vector<std::string> names;
  for (const MethodInfo& method : kMethods) {
    if (method.name == name) {
      if (absl::Status status = adder->Choose(method); !status.ok()) return status;
      return adder;
    }
    names.emplace_back(method.name);
  }
  return unknown("method", name, names);
}

absl::Status Adder::Choose(const MethodInfo& method) {
  method_ = &method;
  if (method.model.has_value()) {
    auto people = PeopleAdder::Make(*method.model, fields_, people_settings_, &ledger_);
    if (!people.ok()) return people.status();
    people_ = *std::move(people);
    return absl::OkStatus();
  }
  for (const GroupField& field : fields_) {
    if (field.value != nullptr) continue;
    return TotalsError(absl::StatusCode::kFailedPrecondition, "PUE-0601",
                       fmt::format("totals of money cannot be grouped by `{}`", field.name),
                       "it is a field of people; `puente totals --help` lists all");
  }
  if (people_settings_.measure.empty() && people_settings_.shares == nullptr &&
      !people_settings_.counts_unknown) {
    return absl::OkStatus();
  }
  return TotalsError(
      absl::StatusCode::kFailedPrecondition, "PUE-0601",
      fmt::format("`{}` adds up money; --measure, --shares and --count-unknown are for people",
                  method.name),
      "leave them out, or use --method r4v-sum");
}

absl::Status Adder::AddHeader(const v1::Record& record, std::string_view source) {
  const v1::DatasetHeader& header = record.dataset_header();
  if (!header.has_answer()) return absl::OkStatus();
  const v1::Answer& answer = header.answer();
  const absl::StatusOr<size_t> found = ledger_.ScopeOf(record, source);
  if (!found.ok()) return found.status();
  Scope& scope = ledger_.scopes()[*found];
  if (answer.has_next_link()) scope.goes_on = true;
  if (answer.has_count()) scope.expected = Number(answer.count());
  if (answer.incoming().has_funding_total()) {
    scope.reported_funding = Number(answer.incoming().funding_total());
  }
  if (answer.incoming().has_pledge_total()) {
    scope.reported_pledges = Number(answer.incoming().pledge_total());
  }
  return absl::OkStatus();
}

absl::Status Adder::Add(const v1::Record& record, std::string_view source, bool chosen) {
  if (record.has_dataset_header()) return AddHeader(record, source);
  if (!record.has_activity()) return absl::OkStatus();
  const absl::StatusOr<size_t> found = ledger_.ScopeOf(record, source);
  if (!found.ok()) return found.status();
  Scope& scope = ledger_.scopes()[*found];
  ++scope.records;
  if (!chosen) return absl::OkStatus();
  if (method_ == nullptr) {
    const absl::Status status = Choose(Method(TellsOfPeople(record.activity())         ? kPeopleSum
                                              : record.import_context().has_boundary() ? kBoundary
                                                                                       : kSum));
    if (!status.ok()) return status;
    is_default_method_ = true;
  }
  if (absl::Status status = CheckFit(record); !status.ok()) return status;
  if (people_ != nullptr) return people_->Add(record, *found);
  return IsFlow(record) ? AddFlow(record, &scope) : AddActivity(record, &scope);
}

absl::Status Adder::CheckFit(const v1::Record& record) const {
  const auto refuse = [this](std::string_view why, std::string_view hint) {
    return TotalsError(absl::StatusCode::kFailedPrecondition, "PUE-0601",
                       fmt::format("method `{}` does not fit: {}", method_->name, why),
                       std::string(hint));
  };
  if (people_ != nullptr) {
    if (!record.activity().deliveries().empty()) return absl::OkStatus();
    return refuse(fmt::format("{} tells of no people", NameOf(record)),
                  "only rows of R4V's 5W do; --method sum adds up money");
  }
  if (TellsOfPeople(record.activity())) {
    return refuse(fmt::format("{} tells of people and not of money", NameOf(record)),
                  "--method r4v-sum adds up people; give people and money one by one");
  }
  if (method_->name == kBoundary && !record.import_context().has_boundary()) {
    return refuse(fmt::format("{} has no boundary", NameOf(record)),
                  IsFlow(record) ? "the boundary comes with answers of /v1/fts/flow/custom-search; "
                                   "--method sum needs none"
                                 : "only flows of FTS have one; --method sum needs none");
  }
  return absl::OkStatus();
}

absl::Status Adder::AddFlow(const v1::Record& record, Scope* scope) {
  const v1::Activity& activity = record.activity();
  static const v1::Transaction& kNone = v1::Transaction::default_instance();
  const v1::Transaction& transaction =
      activity.transactions().empty() ? kNone : activity.transactions(0);
  const bool is_pledge = activity.flow().status() == "pledge";
  const Measure measure = {std::string(is_pledge ? kPledges : "funding"), std::string(kDollars)};
  const std::optional<Decimal> amount =
      transaction.reported_conversion().amount().has_value()
          ? Number(transaction.reported_conversion().amount().value())
          : std::nullopt;
  if (!amount.has_value()) {
    return LeaveOut(record, "it has no amount in US dollars", measure, nullptr, scope);
  }
  if (method_->name == kBoundary) {
    const std::string_view reason = WhyNot(record.import_context());
    if (!reason.empty()) return LeaveOut(record, reason, measure, &*amount, scope);
  }
  return Count(activity, transaction, measure, *amount, scope);
}

absl::Status Adder::AddActivity(const v1::Record& record, Scope* scope) {
  const v1::Activity& activity = record.activity();
  for (const v1::Transaction& transaction : activity.transactions()) {
    const std::string& type = transaction.transaction_type().code();
    const std::string_view name = TransactionTypeName(type);
    Measure measure;
    measure.name = !name.empty()  ? std::string(name)
                   : type.empty() ? "without a transaction type"
                                  : fmt::format("transaction type {}", type);
    measure.unit = transaction.value().has_currency() ? transaction.value().currency()
                                                      : activity.default_currency();
    const std::optional<Decimal> amount =
        transaction.value().has_value() ? Number(transaction.value().value()) : std::nullopt;
    const absl::Status status = amount.has_value()
                                    ? Count(activity, transaction, measure, *amount, scope)
                                    : LeaveOut(record, "it has no amount", measure, nullptr, scope);
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::Status Adder::Count(const v1::Activity& activity, const v1::Transaction& transaction,
                          const Measure& measure, const Decimal& amount, Scope* scope) {
  GroupKey key;
  for (const GroupField& field : fields_) key.push_back(field.value(activity, transaction));
  return ledger_.Count(std::move(key), measure, amount, 1, scope);
}

absl::Status Adder::LeaveOut(const v1::Record& record, std::string_view reason,
                             const Measure& measure, const Decimal* amount, Scope* scope) {
  LeftOut left_out;
  left_out.record = &record;
  left_out.reason = reason;
  left_out.measure = measure;
  left_out.amount = amount;
  return ledger_.LeaveOut(left_out, 1, scope);
}

absl::StatusOr<Totals> Adder::Finish() {
  Totals totals;
  totals.fields = fields_;
  if (people_ != nullptr) {
    if (absl::Status status = people_->Finish(); !status.ok()) return status;
    totals.adds_up = people_->adds_up();
  }
  std::vector<Scope>& scopes = ledger_.scopes();
  // Places, plans and grouped answers among the inputs have no flows to add up.
  std::erase_if(scopes, [](const Scope& scope) { return scope.records == 0; });
  if (scopes.empty()) {
    return TotalsError(absl::StatusCode::kFailedPrecondition, "PUE-0604",
                       "there is nothing to add up in the inputs",
                       "totals are made of activities, flows and rows of the 5W; `puente info` "
                       "shows what is in a file");
  }
  for (const Scope& scope : scopes) {
    const Decimal read = *Decimal::Make(static_cast<Int128>(scope.records), 0);
    const int difference = scope.expected.has_value() ? Decimal::Compare(read, *scope.expected) : 0;
    const std::string name = scope.query.empty() ? scope.sources.front() : scope.query;
    if (difference < 0 || (!scope.expected.has_value() && scope.goes_on)) {
      return TotalsError(
          absl::StatusCode::kFailedPrecondition, "PUE-0602",
          scope.expected.has_value()
              ? fmt::format("pages are missing: {} of {} flows of {} are there", scope.records,
                            scope.expected->ToString(), name)
              : fmt::format(
                    "pages may be missing: {} names a next page, and not how many flows there are",
                    name),
          scope.query.empty() ? "give all pages, and say the query: --in-opt query=URL"
                              : "give all pages of the answer, or the folder that they are in");
    }
    if (difference > 0) {
      return TotalsError(absl::StatusCode::kFailedPrecondition, "PUE-0602",
                         fmt::format("{} has {} flows, and {} were read", name,
                                     scope.expected->ToString(), scope.records),
                         "give each page once, all of them of the same day");
    }
  }
  totals.method = method_ == nullptr ? Method(kSum) : *method_;
  totals.is_default_method = is_default_method_;
  totals.scopes = std::move(scopes);
  return totals;
}

}  // namespace puente::totals
