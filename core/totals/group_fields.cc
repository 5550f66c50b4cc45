// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// What totals can be grouped by: who gives, who gets, where, for which plan, what for, when,
// and of people, who they are.

#include "core/totals/group_fields.h"

#include <google/protobuf/repeated_ptr_field.h>

#include <set>
#include <vector>

#include "core/base/status.h"
#include "core/base/strings.h"
#include "core/totals/transaction_types.h"
#include "fmt/format.h"

namespace puente::totals {
namespace {

using Ends = google::protobuf::RepeatedPtrField<v1::MoneyEndpoint>;
using Narratives = google::protobuf::RepeatedPtrField<v1::Narrative>;
using Values = std::set<std::string>;

constexpr std::string_view kClusterVocabulary = "10";
constexpr std::string_view kAppealScope = "2";

std::string Joined(const Values& values) {
  if (values.empty()) return std::string(kNotSpecified);
  std::string joined;
  for (const std::string& value : values) joined += (joined.empty() ? "" : "; ") + value;
  return joined;
}

/// A name, else a code.
void AddNamed(const Narratives& names, const std::string& code, Values* values) {
  if (!names.empty() && !names[0].text().empty()) {
    values->insert(names[0].text());
  } else if (!code.empty()) {
    values->insert(code);
  }
}

Values Organisations(const Ends& ends) {
  Values values;
  for (const v1::MoneyEndpoint& end : ends) {
    if (end.has_organisation()) {
      AddNamed(end.organisation().narratives(), end.organisation().ref(), &values);
    }
  }
  return values;
}

/// Of one kind of party that is a code.
template <typename Get>
Values Codes(const Ends& ends, v1::MoneyEndpoint::PartyCase kind, Get get) {
  Values values;
  for (const v1::MoneyEndpoint& end : ends) {
    if (end.party_case() != kind) continue;
    const v1::CodedValue& code = get(end);
    AddNamed(code.narratives(), code.code(), &values);
  }
  return values;
}

void AddReporter(const v1::Activity& activity, Values* values) {
  AddNamed(activity.reporting_org().narratives(), activity.reporting_org().ref(), values);
}

// IATI: where a transaction names no provider or receiver, the reporting organisation is the one on
// its own side.
std::string Donor(const v1::Activity& activity, const v1::Transaction& transaction) {
  Values values = Organisations(transaction.sources());
  if (values.empty() && !activity.has_flow() &&
      !IsIncomingTransaction(transaction.transaction_type().code())) {
    AddReporter(activity, &values);
  }
  return Joined(values);
}

std::string Recipient(const v1::Activity& activity, const v1::Transaction& transaction) {
  Values values = Organisations(transaction.destinations());
  if (values.empty() && !activity.has_flow() &&
      IsIncomingTransaction(transaction.transaction_type().code())) {
    AddReporter(activity, &values);
  }
  return Joined(values);
}

std::string LocationOf(const v1::Activity& activity, const v1::Transaction& transaction) {
  Values values;
  for (const v1::MoneyEndpoint& end : transaction.destinations()) {
    if (end.has_place()) AddNamed(end.place().narratives(), end.place().ref(), &values);
  }
  const auto& countries = transaction.recipient_countries().empty()
                              ? activity.recipient_countries()
                              : transaction.recipient_countries();
  for (const v1::RecipientCountry& country : countries) {
    if (country.has_code()) {
      values.insert(country.code());
    } else {
      AddNamed(country.narratives(), "", &values);
    }
  }
  return Joined(values);
}

std::string Plan(const v1::Activity& activity, const v1::Transaction& transaction) {
  Values values =
      Codes(transaction.destinations(), v1::MoneyEndpoint::kPlan,
            [](const v1::MoneyEndpoint& end) -> const v1::CodedValue& { return end.plan(); });
  for (const v1::HumanitarianScope& scope : activity.humanitarian_scopes()) {
    if (scope.type() == kAppealScope) AddNamed({}, scope.code(), &values);
  }
  return Joined(values);
}

std::string Cluster(const v1::Activity& activity, const v1::Transaction& transaction) {
  Values values =
      Codes(transaction.destinations(), v1::MoneyEndpoint::kCluster,
            [](const v1::MoneyEndpoint& end) -> const v1::CodedValue& { return end.cluster(); });
  const auto& sectors = transaction.sectors().empty() ? activity.sectors() : transaction.sectors();
  for (const v1::Sector& sector : sectors) {
    if (sector.vocabulary() == kClusterVocabulary) {
      AddNamed(sector.narratives(), sector.code(), &values);
    }
  }
  return Joined(values);
}

std::string GlobalCluster(const v1::Activity& /*activity*/, const v1::Transaction& transaction) {
  return Joined(Codes(
      transaction.destinations(), v1::MoneyEndpoint::kGlobalCluster,
      [](const v1::MoneyEndpoint& end) -> const v1::CodedValue& { return end.global_cluster(); }));
}

std::string Emergency(const v1::Activity& /*activity*/, const v1::Transaction& transaction) {
  return Joined(
      Codes(transaction.destinations(), v1::MoneyEndpoint::kEmergency,
            [](const v1::MoneyEndpoint& end) -> const v1::CodedValue& { return end.emergency(); }));
}

std::string Year(const v1::Activity& activity, const v1::Transaction& transaction) {
  Values values =
      Codes(transaction.destinations(), v1::MoneyEndpoint::kUsageYear,
            [](const v1::MoneyEndpoint& end) -> const v1::CodedValue& { return end.usage_year(); });
  if (!activity.has_flow() && transaction.transaction_date().has_date()) {
    values.insert(std::to_string(transaction.transaction_date().date().year()));
  }
  return Joined(values);
}

std::string RowCountry(const PeopleRow& row) { return row.country.name; }
std::string RowAdmin1(const PeopleRow& row) { return row.admin1.name; }
std::string RowSector(const PeopleRow& row) { return row.sector.name; }
std::string RowReporter(const PeopleRow& row) { return row.organisation.name; }

std::string RowMonth(const PeopleRow& row) {
  return row.period.empty() ? std::string(kNotSpecified) : row.period;
}

std::string RowYear(const PeopleRow& row) {
  return row.period.empty() ? std::string(kNotSpecified) : row.period.substr(0, 4);
}

constexpr GroupField kFields[] = {
    {"donor", "the organisation that gives", Donor},
    {"organisation", "the organisation that gets it; of people, the one that reports", Recipient,
     RowReporter},
    {"location", "the country that it is for", LocationOf, RowCountry},
    {"plan", "the plan or appeal that it is for", Plan},
    {"cluster", "the cluster of the plan, or the humanitarian cluster of IATI", Cluster},
    {"global-cluster", "the global cluster of FTS", GlobalCluster},
    {"emergency", "the emergency that it is for", Emergency},
    {"year", "the year of use (FTS), of the transaction, or of the month", Year, RowYear},
    {"country", "of people, the country", nullptr, RowCountry},
    {"admin1", "of people, the first division of the country", nullptr, RowAdmin1},
    {"sector", "of people, the sector or subsector", nullptr, RowSector},
    {"month", "of people, the month, or the year of a target", nullptr, RowMonth},
    {"population", "of people, the population type", nullptr, nullptr, Breakdown::kPopulation},
    {"sex-age", "of people, sex and age", nullptr, nullptr, Breakdown::kSexAge},
};

}  // namespace

std::span<const GroupField> GroupFields() { return kFields; }

absl::StatusOr<GroupField> FindGroupField(std::string_view name) {
  std::vector<std::string> names;
  for (const GroupField& field : kFields) {
    if (field.name == name || (field.name == "sex-age" && name == "sex_age")) return field;
    names.emplace_back(field.name);
  }
  ErrorDetail detail;
  detail.code = "PUE-0001";
  detail.message = fmt::format("totals cannot be grouped by `{}`", name);
  const std::string near = NearestName(name, names);
  if (!near.empty()) {
    detail.hint = fmt::format("did you mean `{}`?", near);
  } else {
    detail.hint = fmt::format("there are {}", fmt::join(names, ", "));
  }
  return MakeError(absl::StatusCode::kInvalidArgument, detail);
}

}  // namespace puente::totals
