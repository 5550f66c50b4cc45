// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Takes the totals out of grouped answers.
#include "plugins/fts_hdx/plan_answers.h"

#include "core/base/strings.h"
#include "plugins/fts_hdx/amounts.h"
#include "plugins/fts_hdx/place_names.h"

namespace puente::fts_hdx {
namespace {

/// Code of a group of which FTS does not know what it is.
constexpr std::string_view kUndefined = "undefined";

void TakeRequirements(const v1::RequirementTotals& totals, GroupedAnswer* out) {
  if (totals.has_revised()) out->requirement = AmountOf(totals.revised());
  for (const v1::GroupRequirement& group : totals.groups()) {
    if (out->party_type.empty()) out->party_type = group.party_type();
    if (!group.has_revised() || (!group.has_code() && !group.has_name())) continue;
    const std::optional<Decimal> amount = AmountOf(group.revised());
    if (!amount.has_value()) continue;
    out->requirements.Set(group.has_code() ? group.code() : CodeOfNamed(group.name()), group.name(),
                          *amount);
  }
}

void TakeFunding(const v1::FundingTotals& totals, GroupedAnswer* out) {
  out->groupings = static_cast<size_t>(totals.groupings_size());
  if (out->groupings == 0) return;
  const v1::FundingGrouping& grouping = totals.groupings(0);
  if (!grouping.party_type().empty()) out->party_type = grouping.party_type();
  for (const v1::GroupFunding& group : grouping.breakdown()) {
    if (!group.has_total()) continue;
    const std::optional<Decimal> amount = AmountOf(group.total());
    if (!amount.has_value()) continue;
    if (!group.has_code() || group.code() == kUndefined) {
      out->not_specified = amount;
    } else {
      out->funding.Set(group.code(), group.name(), *amount);
    }
  }
  if (grouping.sums().has_shared()) out->shared = AmountOf(grouping.sums().shared());
}

std::string_view PartyTypeOf(std::string_view groupby) {
  if (groupby == "location") return "Location";
  if (groupby == "plan") return "Plan";
  if (groupby == "cluster") return "Cluster";
  return groupby == "globalcluster" ? "GlobalCluster" : std::string_view();
}

}  // namespace

size_t GroupedAnswer::Size() const {
  constexpr size_t kGroup = sizeof(GroupAmount) + 96;
  size_t size = sizeof(*this);
  for (const auto* groups : {&requirements, &funding}) {
    for (const GroupAmount& group : groups->list()) {
      size += kGroup + 2 * group.code.size() + group.name.size();
    }
  }
  return size;
}

std::optional<GroupedAnswer> GroupedAnswerOf(const v1::Record& header) {
  const v1::Answer& answer = header.dataset_header().answer();
  if (!answer.has_funding() && !answer.has_requirements()) return std::nullopt;
  GroupedAnswer out;
  TakeRequirements(answer.requirements(), &out);
  TakeFunding(answer.funding(), &out);
  const std::string& query = header.import_context().query();
  out.is_query_known = !query.empty();
  out.plan_id = QueryValue(query, "planid");
  out.emergency_id = QueryValue(query, "emergencyid");
  const std::string_view asked = PartyTypeOf(QueryValue(query, "groupby"));
  if (!asked.empty()) out.party_type = asked;
  return out;
}

std::string CodeOfNamed(std::string_view name) { return "name " + std::string(name); }

void Groups::Set(std::string_view code, std::string_view name, const Decimal& amount) {
  const auto [place, is_new] = places_.try_emplace(std::string(code), list_.size());
  if (is_new) list_.push_back({std::string(code), "", {}});
  GroupAmount& group = list_[place->second];
  group.name = name;
  group.amount = amount;
}

const GroupAmount* Groups::Find(std::string_view code) const {
  const auto place = places_.find(ToAbsl(code));
  return place == places_.end() ? nullptr : &list_[place->second];
}

}  // namespace puente::fts_hdx
