// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Takes plans, answers and totals, and joins them to rows.
#include "plugins/fts_hdx/plan_tables.h"

#include <algorithm>
#include <set>
#include <utility>

#include "core/base/status.h"
#include "fmt/format.h"

namespace puente::fts_hdx {
namespace {

constexpr std::string_view kCovidEmergency = "911";
constexpr std::string_view kCovidPlan = "COVD";
constexpr std::string_view kNotSpecified = "Not specified";
constexpr std::string_view kShared = "Multiple clusters/sectors (shared)";
constexpr std::string_view kNeeds = "dataset_header.answer.requirements.groups.";
constexpr std::string_view kGives = "dataset_header.answer.funding.groupings.";

absl::Status Refused(std::string_view code, std::string message, std::string hint) {
  ErrorDetail detail;
  detail.code = code;
  detail.message = std::move(message);
  detail.hint = std::move(hint);
  return MakeError(absl::StatusCode::kInvalidArgument, detail);
}

bool IsDigits(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// Orders whole numbers by their value, and all else behind them.
bool IsLess(std::string_view a, std::string_view b) {
  if (IsDigits(a) != IsDigits(b)) return IsDigits(a);
  if (!IsDigits(a)) return a < b;
  a.remove_prefix(std::min(a.find_first_not_of('0'), a.size()));
  b.remove_prefix(std::min(b.find_first_not_of('0'), b.size()));
  return a.size() != b.size() ? a.size() < b.size() : a < b;
}

/// The digits behind a word in the name of a file: `country-1-summary`.
std::string_view DigitsBehind(std::string_view name, std::string_view word) {
  const size_t at = name.find(word);
  if (at == std::string_view::npos) return {};
  name.remove_prefix(at + word.size());
  const size_t end = std::min(name.find_first_not_of("0123456789"), name.size());
  return name.substr(0, end);
}

std::string YearOf(const v1::Record& record) {
  std::string_view year = QueryValue(record.import_context().query(), "year");
  if (year.empty()) year = DigitsBehind(record.provenance().source(), "progress-");
  if (year.empty() && record.plan().years_size() == 1 &&
      record.plan().years(0).narratives_size() > 0) {
    year = record.plan().years(0).narratives(0).text();
  }
  return std::string(year);
}

std::string_view TextIn(const std::map<std::string_view, std::string>& texts,
                        std::string_view column) {
  const auto found = texts.find(column);
  return found == texts.end() ? std::string_view() : std::string_view(found->second);
}

}  // namespace

PlanTables::PlanTables(const sdk::Run& run, TableKind kind, std::string country, PlaceNames* names,
                       HeldBytes* held, TableOut* out, Account* account)
    : run_(run),
      kind_(kind),
      country_(std::move(country)),
      names_(*names),
      held_(*held),
      out_(*out),
      account_(*account) {
  for (const Column& column : TableOf(TableKind::kRequirements).columns) {
    const FieldPlace* const place = column.PlaceIn(v1::Record::kPlan);
    if (place != nullptr) account_.Show(run_.Intern(place->path));
  }
}

PlanTables::Value PlanTables::Of(const sdk::Run& run, std::string text, Origin origin,
                                 std::string_view path) {
  return {std::move(text), origin, path.empty() ? 0 : run.Intern(path)};
}

bool PlanTables::HasText(const Values& values, std::string_view column) {
  const auto found = values.find(column);
  return found != values.end() && !found->second.text.empty();
}

size_t PlanTables::TakePlan(const RecordView& view, const sdk::Run& run, Plan* plan) {
  const v1::Plan& from = view.record().plan();
  size_t held = sizeof(Plan);
  for (const Column& column : TableOf(TableKind::kRequirements).columns) {
    const FieldPlace* const place = column.PlaceIn(v1::Record::kPlan);
    if (place == nullptr || column.name == "countryCode" || column.name == "year") continue;
    const std::optional<CellValue> value = view.Get(*place, column.shape);
    if (!value.has_value()) continue;
    held += value->text.size() + 64;
    plan->values[column.name] =
        Of(run, value->text, Origin::kPlan, value->is_exact ? place->path : std::string_view());
  }
  plan->id = from.plan_identifier();
  if (from.has_revised_requirement()) plan->requirement = AmountOf(from.revised_requirement());
  if (from.funding().has_total()) plan->funding = AmountOf(from.funding().total());
  if (from.funding().has_progress()) plan->progress = AmountOf(from.funding().progress());
  plan->places = static_cast<size_t>(from.places_size());
  plan->is_left_out = from.custom_location_code() == kCovidPlan;
  return held;
}

absl::Status PlanTables::PutPlan(const RecordView& view, const sdk::RecordInfo& info) {
  const v1::Record& record = view.record();
  const v1::Plan& from = record.plan();
  std::vector<PlanPlace> places;
  std::set<std::string> codes;
  for (const v1::PlaceRef& place : from.places()) {
    if (place.iso3().empty() || (!country_.empty() && place.iso3() != country_)) continue;
    if (!codes.insert(place.iso3()).second) continue;
    const std::string name = place.narratives_size() == 0 ? "" : place.narratives(0).text();
    places.push_back({place.ref(), place.iso3(), name});
    if (absl::Status status = held_.Add(sizeof(Entry) + name.size()); !status.ok()) return status;
  }
  Plan plan;
  plan.year = YearOf(record);
  const bool is_known = std::any_of(plans_.begin(), plans_.end(), [&](const Plan& other) {
    return other.id == from.plan_identifier() && other.year == plan.year;
  });
  if (places.empty() || is_known) {
    account_.LoseAll(info);
    return absl::OkStatus();
  }
  if (plan.year.empty()) {
    return Refused("HDX-0016",
                   fmt::format("it is not known which year the overview of the plan {} is of",
                               from.plan_identifier()),
                   "name the file as in 2-fts-flow-plan-overview-progress-2020.json");
  }
  const size_t bytes = TakePlan(view, run_, &plan);
  if (absl::Status status = held_.Add(bytes); !status.ok()) return status;
  plan.values["year"] =
      Of(plan.year, Origin::kPlan, from.years_size() == 1 ? "plan.years.narratives.text" : "");
  account_.Begin(record, info);
  plans_.push_back(std::move(plan));
  for (PlanPlace& place : places) {
    Entry& entry = entries_.emplace_back();
    entry.plan = plans_.size() - 1;
    entry.place = std::move(place);
    Build(&entry, Origin::kPlan);
  }
  const Plan& kept = plans_.back();
  if (kept.places == 1 && kept.progress.has_value()) {
    account_.Lose(run_.Intern("plan.funding.progress"), PUENTE_LOSS_PRECISION,
                  kept.progress->ToString());
  }
  if (!kept.is_left_out) {
    for (const auto& [column, value] : kept.values) {
      if (value.field != 0) account_.MergeRest(value.field);
    }
  }
  account_.End();
  return held_.Add(std::exchange(built_bytes_, 0));
}

bool PlanTables::IsWanted(const GroupedAnswer& answer) const {
  const bool is_covid = answer.emergency_id == kCovidEmergency;
  switch (kind_) {
    case TableKind::kRequirements:
      return answer.party_type == "Location" && answer.emergency_id.empty();
    case TableKind::kCluster:
      return answer.party_type == "Cluster" && answer.emergency_id.empty();
    case TableKind::kGlobalCluster:
      return answer.party_type == "GlobalCluster" && answer.emergency_id.empty();
    case TableKind::kCovid:
      return (answer.party_type == "Location" && (is_covid || answer.emergency_id.empty())) ||
             (answer.party_type == "Plan" && (is_covid || !answer.is_query_known));
    default:
      return false;
  }
}

absl::Status PlanTables::PutAnswer(const RecordView& view, const sdk::RecordInfo& info) {
  const v1::Record& record = view.record();
  std::optional<GroupedAnswer> answer = GroupedAnswerOf(record);
  if (!answer.has_value() || !IsWanted(*answer)) {
    account_.LoseAll(info);
    return absl::OkStatus();
  }
  const bool is_by_plan = answer->party_type == "Plan";
  if (!answer->is_query_known || (!is_by_plan && answer->plan_id.empty())) {
    const std::string& source = record.provenance().source();
    return Refused("HDX-0014",
                   fmt::format("it is not known which plan {} answers for",
                               source.empty() ? "an answer" : source),
                   "name the file as in planid-929-groupby-cluster.json, or say it with --in-opt "
                   "query=planid=929&groupby=cluster");
  }
  if (absl::Status status = held_.Add(answer->Size()); !status.ok()) return status;
  account_.Begin(record, info);
  const std::string plan_id = answer->plan_id;
  bool is_used = true;
  if (is_by_plan) {
    has_covid_ = true;
    for (const GroupAmount& group : answer->funding.list()) {
      covid_of_plans_.try_emplace(group.code, group.amount);
    }
  } else {
    const bool is_covid = answer->emergency_id == kCovidEmergency;
    has_covid_ = has_covid_ || is_covid;
    auto& answers = is_covid ? covid_answers_ : answers_;
    is_used = answers.try_emplace({answer->party_type, plan_id}, *std::move(answer)).second;
    const bool is_known_plan =
        std::any_of(plans_.begin(), plans_.end(), [&](const Plan& p) { return p.id == plan_id; });
    const bool has_entry = std::any_of(entries_.begin(), entries_.end(), [&](const Entry& entry) {
      return plans_[entry.plan].id == plan_id;
    });
    is_used = is_used && (has_entry || !is_known_plan);
  }
  for (Entry& entry : entries_) {
    if (is_by_plan || plans_[entry.plan].id == plan_id) Build(&entry, Origin::kAnswer);
  }
  if (is_used) {
    for (const std::string_view field : {"code", "name", "revised"}) {
      account_.MergeRest(run_.Intern(std::string(kNeeds) + std::string(field)));
    }
    for (const std::string_view field : {"breakdown.code", "breakdown.name", "breakdown.total"}) {
      account_.MergeRest(run_.Intern(std::string(kGives) + std::string(field)));
    }
  }
  account_.End();
  return held_.Add(std::exchange(built_bytes_, 0));
}

absl::Status PlanTables::PutTotal(const RecordView& view, const sdk::RecordInfo& info) {
  const v1::Record& record = view.record();
  const v1::Aggregate& total = record.aggregate();
  if (kind_ != TableKind::kRequirements) {
    account_.LoseAll(info);
    return absl::OkStatus();
  }
  const std::string_view location = DigitsBehind(record.provenance().source(), "country-");
  if (location.empty()) {
    return Refused("HDX-0014",
                   fmt::format("it is not known which country the total of {} is of",
                               total.has_year() ? total.year() : std::string("a year")),
                   "name the file as in 2-country-1-summary-trends-2025.json");
  }
  const std::optional<Decimal> amount = AmountOf(total.value().value());
  if (amount.has_value() && !amount->is_zero() && !total.year().empty()) {
    if (absl::Status status = held_.Add(128); !status.ok()) return status;
    totals_[std::string(location)].insert_or_assign(total.year(), *amount);
  }
  account_.Begin(record, info);
  const std::string_view code = names_.CodeOfId(location);
  if (country_.empty() || code.empty() || code == country_) {
    account_.MergeRest(run_.Intern("aggregate.year"));
    account_.MergeRest(run_.Intern("aggregate.value.value"));
  }
  account_.End();
  return absl::OkStatus();
}

const GroupedAnswer* PlanTables::AnswerFor(std::string_view party_type, const Entry& entry,
                                           bool of_covid) const {
  const auto& answers = of_covid ? covid_answers_ : answers_;
  const auto found = answers.find({std::string(party_type), plans_[entry.plan].id});
  return found == answers.end() ? nullptr : &found->second;
}

std::optional<PlanTables::Base> PlanTables::BaseOf(const Entry& entry) const {
  const Plan& plan = plans_[entry.plan];
  Base base;
  base.values = plan.values;
  base.values["countryCode"] = Of(entry.place.code, Origin::kPlan, "plan.places.iso3");
  if (plan.places == 1) {
    base.funding = plan.funding;
    Value& percent = base.values["percentFunded"];
    const std::string whole =
        plan.progress.has_value() ? WholePercent(*plan.progress) : std::string();
    if (whole != percent.text) percent = Of(whole, Origin::kNone, "");
    return base;
  }
  const GroupedAnswer* const answer = AnswerFor("Location", entry, false);
  if (answer == nullptr) return std::nullopt;
  for (const std::string_view column : {"requirements", "funding", "percentFunded"}) {
    base.values.erase(column);
  }
  const auto find = [&](const Groups& groups) {
    const GroupAmount* const by_id = groups.Find(entry.place.id);
    return by_id != nullptr ? by_id : groups.Find(CodeOfNamed(entry.place.name));
  };
  // FTS gives the whole requirement to each country where it does not know the parts.
  const std::vector<GroupAmount>& needs = answer->requirements.list();
  const bool is_whole = std::all_of(needs.begin(), needs.end(), [&](const GroupAmount& group) {
    return answer->requirement.has_value() &&
           Decimal::Compare(group.amount, *answer->requirement) == 0;
  });
  const GroupAmount* const need = is_whole ? nullptr : find(answer->requirements);
  const GroupAmount* const funding = answer->groupings == 1 ? find(answer->funding) : nullptr;
  if (need != nullptr) {
    base.values["requirements"] =
        Of(need->amount.ToString(), Origin::kAnswer, std::string(kNeeds) + "revised");
  }
  if (funding != nullptr) {
    base.funding = funding->amount;
    base.values["funding"] =
        Of(funding->amount.ToString(), Origin::kAnswer, std::string(kGives) + "breakdown.total");
  }
  if (need != nullptr && funding != nullptr) {
    base.values["percentFunded"] = Of(PercentOf(funding->amount, need->amount), Origin::kNone, "");
  }
  return base;
}

void PlanTables::Build(Entry* entry, Origin now) {
  const Plan& plan = plans_[entry->plan];
  const bool is_by_cluster = kind_ == TableKind::kCluster || kind_ == TableKind::kGlobalCluster;
  if (entry->is_done) return;
  if (plan.is_left_out || (is_by_cluster && plan.places != 1)) {
    entry->is_done = true;
    return;
  }
  std::optional<Base> base = BaseOf(*entry);
  if (!base.has_value()) return;
  if (!HasText(base->values, "requirements") && !HasText(base->values, "funding")) {
    entry->is_done = true;
    return;
  }
  if (kind_ == TableKind::kRequirements) {
    entry->funding = base->funding;
    AddRow(base->values, now, entry);
    entry->is_done = true;
  } else if (kind_ == TableKind::kCovid) {
    BuildCovid(*std::move(base), now, entry);
  } else {
    const bool is_global = kind_ == TableKind::kGlobalCluster;
    const GroupedAnswer* const answer =
        AnswerFor(is_global ? "GlobalCluster" : "Cluster", *entry, false);
    if (answer == nullptr) return;
    BuildClusters(*answer, std::move(base->values), now, entry);
    entry->is_done = true;
  }
}

void PlanTables::BuildCovid(Base base, Origin now, Entry* entry) {
  std::optional<Decimal> covid;
  const auto of_plan = covid_of_plans_.find(plans_[entry->plan].id);
  if (of_plan != covid_of_plans_.end()) {
    covid = of_plan->second;
  } else if (const GroupedAnswer* const answer = AnswerFor("Location", *entry, true)) {
    const GroupAmount* const group = answer->funding.Find(entry->place.id);
    if (group != nullptr) covid = group->amount;
  }
  if (!covid.has_value()) return;
  base.values["covidFunding"] =
      Of(covid->ToString(), Origin::kAnswer, std::string(kGives) + "breakdown.total");
  if (base.funding.has_value()) {
    base.values["covidPercentageOfFunding"] =
        Of(PercentOf(*covid, *base.funding), Origin::kNone, "");
  }
  AddRow(base.values, now, entry);
  entry->is_done = true;
}

void PlanTables::BuildClusters(const GroupedAnswer& answer, Values base, Origin now, Entry* entry) {
  for (const std::string_view column : {"requirements", "funding", "percentFunded"}) {
    base.erase(column);
  }
  std::vector<Values> rows;
  for (const GroupAmount& group : answer.funding.list()) {
    const GroupAmount* const need = answer.requirements.Find(group.code);
    const bool is_named = !group.name.empty() || need == nullptr;
    Values& row = rows.emplace_back(base);
    row["clusterCode"] = Of(group.code, Origin::kAnswer, std::string(kGives) + "breakdown.code");
    row["cluster"] = is_named
                         ? Of(group.name, Origin::kAnswer, std::string(kGives) + "breakdown.name")
                         : Of(need->name, Origin::kAnswer, std::string(kNeeds) + "name");
    row["funding"] =
        Of(group.amount.ToString(), Origin::kAnswer, std::string(kGives) + "breakdown.total");
    if (need == nullptr) continue;
    row["requirements"] =
        Of(need->amount.ToString(), Origin::kAnswer, std::string(kNeeds) + "revised");
    row["percentFunded"] = Of(PercentOf(group.amount, need->amount), Origin::kNone, "");
  }
  for (const GroupAmount& need : answer.requirements.list()) {
    if (answer.funding.Find(need.code) != nullptr) continue;
    Values& row = rows.emplace_back(base);
    row["clusterCode"] = Of(need.code, Origin::kAnswer, std::string(kNeeds) + "code");
    row["cluster"] = Of(need.name, Origin::kAnswer, std::string(kNeeds) + "name");
    row["requirements"] =
        Of(need.amount.ToString(), Origin::kAnswer, std::string(kNeeds) + "revised");
  }
  std::stable_sort(rows.begin(), rows.end(), [](const Values& a, const Values& b) {
    return a.at("cluster").text < b.at("cluster").text;
  });
  Values& rest = rows.emplace_back(base);
  rest["cluster"] = Of(std::string(kNotSpecified), Origin::kNone, "");
  if (answer.not_specified.has_value()) {
    rest["funding"] = Of(answer.not_specified->ToString(), Origin::kAnswer,
                         std::string(kGives) + "breakdown.total");
  }
  Values& shared = rows.emplace_back(std::move(base));
  shared["cluster"] = Of(std::string(kShared), Origin::kNone, "");
  if (answer.shared.has_value()) {
    shared["funding"] =
        Of(answer.shared->ToString(), Origin::kAnswer, std::string(kGives) + "sums.shared");
  }
  for (const Values& row : rows) AddRow(row, now, entry);
}

void PlanTables::AddRow(const Values& values, Origin now, Entry* entry) {
  const Layout& layout = out_.layout();
  std::vector<std::string>& row = entry->rows.emplace_back(layout.size());
  built_bytes_ += layout.size() * sizeof(std::string);
  for (size_t i = 0; i < layout.size(); ++i) {
    const Column* const column = layout.ColumnAt(i);
    const auto value = column == nullptr ? values.end() : values.find(column->name);
    if (value == values.end()) continue;
    row[i] = value->second.text;
    built_bytes_ += row[i].size();
    const uint32_t field = value->second.field;
    if (value->second.origin == now && field != 0 && account_.Claim(field)) {
      out_.Keep(&account_, field, i);
    }
  }
}

absl::Status PlanTables::WriteCountry(const std::string& code) {
  // The totals of the country, and the years of all its plans.
  std::map<std::string, std::optional<Decimal>> years;
  for (const auto& [location, totals] : totals_) {
    if (names_.CodeOfId(location) != code) continue;
    for (const auto& [year, total] : totals) years[year] = total;
  }
  std::map<std::string, std::vector<const Entry*>> entries;
  for (const Entry& entry : entries_) {
    if (entry.place.code != code) continue;
    entries[plans_[entry.plan].year].push_back(&entry);
    years.try_emplace(plans_[entry.plan].year);
  }
  for (auto year = years.rbegin(); year != years.rend(); ++year) {
    std::vector<const Entry*>& of_year = entries[year->first];
    std::stable_sort(of_year.begin(), of_year.end(), [&](const Entry* a, const Entry* b) {
      const Plan& left = plans_[a->plan];
      const Plan& right = plans_[b->plan];
      const auto type = [](const Plan& plan) {
        const auto value = plan.values.find("typeId");
        return value == plan.values.end() ? std::string_view() : value->second.text;
      };
      if (IsLess(type(left), type(right))) return true;
      if (IsLess(type(right), type(left))) return false;
      return IsLess(left.id, right.id);
    });
    std::optional<Decimal> rest = year->second;
    for (const Entry* const entry : of_year) {
      for (const std::vector<std::string>& row : entry->rows) {
        if (absl::Status status = out_.WriteRow(row); !status.ok()) return status;
      }
      if (rest.has_value() && entry->funding.has_value()) rest = Minus(*rest, *entry->funding);
    }
    if (kind_ != TableKind::kRequirements) continue;
    if (!year->second.has_value()) {
      Tell("HDX-0015",
           fmt::format("there is no total of {} for {}: the money outside of plans is not known",
                       code, year->first),
           "give the answer of /v2/country/ID/summary/trends for it");
    }
    std::map<std::string_view, std::string> texts = {
        {"countryCode", code},
        {"name", std::string(kNotSpecified)},
        {"year", year->first},
        {"funding", rest.has_value() ? rest->ToString() : std::string()}};
    std::vector<std::string> row;
    for (size_t i = 0; i < out_.layout().size(); ++i) {
      const Column* const column = out_.layout().ColumnAt(i);
      row.emplace_back(column == nullptr ? std::string_view() : TextIn(texts, column->name));
    }
    if (absl::Status status = out_.WriteRow(row); !status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::Status PlanTables::Finish() {
  std::set<std::string> codes;
  for (const Entry& entry : entries_) codes.insert(entry.place.code);
  for (const auto& [location, totals] : totals_) {
    const std::string code(names_.CodeOfId(location));
    if (!code.empty() && (country_.empty() || code == country_)) codes.insert(code);
  }
  if (!country_.empty() && codes.empty() && out_.rows() == 0) {
    return Refused("HDX-0009", fmt::format("there is no plan for {} among the inputs", country_),
                   "give an overview of plans, /v2/fts/flow/plan/overview/progress/YEAR");
  }
  TellWhatIsMissing();
  for (const std::string& code : codes) {
    if (absl::Status status = WriteCountry(code); !status.ok()) return status;
  }
  return absl::OkStatus();
}

void PlanTables::TellWhatIsMissing() {
  constexpr size_t kShown = 6;
  std::set<std::string> missing;
  for (const Entry& entry : entries_) {
    if (entry.is_done) continue;
    const Plan& plan = plans_[entry.plan];
    if (plan.places != 1 && AnswerFor("Location", entry, false) == nullptr) {
      missing.insert(fmt::format("planid={}&groupby=location", plan.id));
    } else if (kind_ == TableKind::kCluster || kind_ == TableKind::kGlobalCluster) {
      missing.insert(fmt::format("planid={}&groupby={}", plan.id, TableOf(kind_).name));
    } else if (kind_ == TableKind::kCovid && !has_covid_) {
      missing.insert(
          fmt::format("emergencyid={}&planid={}&groupby=plan", kCovidEmergency, plan.id));
    }
  }
  if (missing.empty()) return;
  std::string list;
  size_t shown = 0;
  for (const std::string& query : missing) {
    if (shown++ == kShown) {
      list += fmt::format(" and {} more", missing.size() - kShown);
      break;
    }
    list += (list.empty() ? "`" : ", `") + query + "`";
  }
  Tell("HDX-0015",
       fmt::format("{} plans are left out, for answers are not among the inputs: {}",
                   missing.size(), list),
       "ask /v1/fts/flow/custom-search for them, and give the answers as well");
}

void PlanTables::Tell(std::string_view code, std::string_view message, std::string_view hint) {
  sdk::Finding finding;
  finding.severity = PUENTE_WARNING;
  finding.code = code;
  finding.message = message;
  finding.hint = hint;
  run_.Report(finding);
}

}  // namespace puente::fts_hdx
