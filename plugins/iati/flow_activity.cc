// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Makes of a flow of humanitarian money the activity that says of it what IATI can say.
#include "plugins/iati/flow_activity.h"

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <utility>

#include "absl/strings/ascii.h"
#include "core/base/calendar.h"
#include "core/base/decimal.h"
#include "core/base/strings.h"
#include "core/base/tsv_table.h"
#include "core/base/wire_schema.h"
#include "core/text/xml_writer.h"
#include "plugins/iati/flow_codes.h"
#include "plugins/iati/flow_paths.h"

namespace puente::iati {
namespace {

bool IsDigits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return absl::ascii_isdigit(static_cast<unsigned char>(c));
  });
}

bool IsFullDate(const v1::Date& date) { return IsValid(date) && date.day() != 0; }

/// The year that a usage year names; 0 when it names none.
int YearOf(const v1::MoneyEndpoint& end) {
  const std::string& name = NameOf(end.usage_year().narratives());
  constexpr size_t kYearSize = 4;
  if (name.size() != kYearSize || !IsDigits(name) || name[0] == '0') return 0;
  int year = 0;
  for (const char c : name) year = year * 10 + (c - '0');
  return year;
}

}  // namespace

bool FlowActivity::MayBeFlow(std::string_view content) {
  const uint8_t* const begin = internal::BytesOf(content);
  const uint8_t* const end = begin + content.size();
  internal::WireValue value;
  // Fields come by ascending numbers, so that few of them are looked at. What is not as usual may
  // be one: parsing decides.
  for (const uint8_t* at = begin; at != end; at = value.end) {
    if (!internal::ReadField(at, end, &value)) return true;
    if (value.number == v1::Activity::kIatiIdentifierFieldNumber) {
      // A field of this number that is no text is one that the schema does not know.
      return value.wire_tag != internal::kDelimited;
    }
    if (value.number > v1::Activity::kIatiIdentifierFieldNumber) return true;
  }
  return false;
}

bool FlowActivity::IsFlow(const v1::Activity& activity) {
  if (activity.has_iati_identifier()) return false;
  if (activity.has_flow()) return true;
  const auto is_foreign = [](const v1::MoneyEndpoint& end) {
    return end.has_party_type() || end.has_split() ||
           (end.party_case() != v1::MoneyEndpoint::PARTY_NOT_SET && !end.has_organisation());
  };
  return std::any_of(activity.transactions().begin(), activity.transactions().end(),
                     [&](const v1::Transaction& transaction) {
                       return transaction.has_reported_conversion() ||
                              std::any_of(transaction.sources().begin(),
                                          transaction.sources().end(), is_foreign) ||
                              std::any_of(transaction.destinations().begin(),
                                          transaction.destinations().end(), is_foreign);
                     });
}

const v1::Activity* FlowActivity::Build(const v1::Activity& flow, const v1::Record& beside,
                                        const sdk::RecordInfo& info) {
  flow_ = &flow;
  transaction_ =
      flow.transactions().empty() ? &v1::Transaction::default_instance() : &flow.transactions(0);
  beside_ = &beside;
  info_ = &info;
  has_unknown_split_ = false;
  out_.Clear();
  const std::string& id = flow.flow().flow_identifier();
  if (absl::StripAsciiWhitespace(id).empty() || !text::CanWriteText(id)) {
    Report("IATI-0014", "this flow has no id, so it has no identifier in IATI",
           "give the flow its id");
    return nullptr;
  }
  out_.set_iati_identifier(FlowScheme("publisher") + "-" + id);
  out_.set_lang("en");
  out_.set_humanitarian(true);
  v1::ReportingOrganisation* const reporter = out_.mutable_reporting_org();
  reporter->set_ref(FlowScheme("publisher"));
  reporter->set_type("40");
  reporter->set_secondary_reporter(true);
  reporter->add_narratives()->set_text(FlowScheme("publisher_name"));
  if (flow.flow().has_updated_at() && IsValid(flow.flow().updated_at())) {
    *out_.mutable_last_updated_datetime() = flow.flow().updated_at();
    account_.Keep(Join(kFlow, "updated_at"), "activity.last_updated_datetime");
  }
  AddTexts();
  AddOrganisations();
  AddIdentifiers();
  AddTransaction();
  AddDates();
  AddPlaces();
  AddSectors();
  AddScopes();
  AddAidTypes();
  AddWords();
  if (has_unknown_split_) {
    Report("IATI-0015", "several share this money, and how is not known",
           "IATI gets them without percentages; ask the donor for the shares");
  }
  return &out_;
}

void FlowActivity::AddTexts() {
  const std::string& text = NameOf(transaction_->description().narratives());
  std::string title = "FTS flow " + flow_->flow().flow_identifier();
  if (CanSay(kDescription, text)) {
    title = text;
    account_.Keep(kDescription, "activity.descriptions.narratives.text");
  }
  out_.mutable_title()->add_narratives()->set_text(title);
  v1::Description* const description = out_.add_descriptions();
  description->set_type("1");
  description->add_narratives()->set_text(title);
}

void FlowActivity::AddOrganisations() {
  provider_ = AddOrganisations(transaction_->sources(), kSources, "1");
  receiver_ = AddOrganisations(transaction_->destinations(), kDestinations, "4");
  if (!out_.participating_orgs().empty()) return;
  // IATI asks for one; FTS shows the same words.
  v1::ParticipatingOrganisation* const none = out_.add_participating_orgs();
  none->set_role("1");
  none->add_narratives()->set_text("Not specified");
}

int FlowActivity::AddOrganisations(const MessageList<v1::MoneyEndpoint>& ends,
                                   std::string_view side, std::string_view role) {
  const auto siblings =
      static_cast<size_t>(std::count_if(ends.begin(), ends.end(), [](const v1::MoneyEndpoint& end) {
        return end.has_organisation();
      }));
  int only = -1;
  for (const v1::MoneyEndpoint& end : ends) {
    if (!end.has_organisation() || !AddOrganisation(end.organisation(), side, role)) continue;
    if (siblings == 1 && end.split().kind() != v1::SPLIT_KIND_SHARED) {
      only = out_.participating_orgs_size() - 1;
    }
    KeepEnd(end, side, siblings);
  }
  return only;
}

bool FlowActivity::AddOrganisation(const v1::OrganisationRef& organisation, std::string_view side,
                                   std::string_view role) {
  const std::string path = Join(side, "organisation");
  const std::string name_path = Join(path, "narratives.text");
  const std::string& name = NameOf(organisation.narratives());
  const bool has_name = CanSay(name_path, name);
  const bool has_ref = IsDigits(organisation.ref());
  if (!has_name && !has_ref) return false;
  v1::ParticipatingOrganisation* const out = out_.add_participating_orgs();
  if (has_ref) {
    out->set_ref(FlowScheme("organisation_prefix") + organisation.ref());
    account_.Keep(Join(path, "ref"), "activity.participating_orgs.ref");
  }
  if (has_name) {
    out->add_narratives()->set_text(name);
    account_.Keep(name_path, "activity.participating_orgs.narratives.text");
  }
  out->set_role(std::string(role));
  const std::vector<std::string> subtypes(organisation.subtype_names().begin(),
                                          organisation.subtype_names().end());
  for (const std::string& type : organisation.type_names()) {
    const FlowOrganisationType found = FindFlowOrganisationType(type, subtypes);
    if (side == kDestinations && !found.role.empty() && &type == &organisation.type_names(0)) {
      out->set_role(std::string(found.role));
    }
    const std::string type_path = Join(path, "type_names");
    if (found.code.empty() || out->has_type()) {
      account_.Lose(type_path, PUENTE_LOSS_NO_EQUIVALENT, type);
      continue;
    }
    out->set_type(std::string(found.code));
    if (!found.is_exact) {
      account_.Lose(type_path, PUENTE_LOSS_PRECISION, type);
      continue;
    }
    account_.Keep(type_path, "activity.participating_orgs.type");
    if (found.has_subtype) account_.KeepUnwritten(Join(path, "subtype_names"));
  }
  return true;
}

void FlowActivity::AddIdentifiers() {
  const v1::Flow& flow = flow_->flow();
  v1::OtherIdentifier* const own = out_.add_other_identifiers();
  own->set_ref(flow.flow_identifier());
  own->set_type("A4");
  account_.Keep(Join(kFlow, "flow_identifier"), "activity.other_identifiers.ref");
  const auto relate = [this](const std::string& ref, const char* type) {
    v1::RelatedActivity* const related = out_.add_related_activities();
    related->set_ref(ref);
    related->set_type(type);
  };
  const std::string prefix = FlowScheme("publisher") + "-";
  const std::string parent_path = Join(kFlow, "parent_flow");
  if (CanSay(parent_path, flow.parent_flow())) {
    relate(prefix + flow.parent_flow(), "1");
    account_.Keep(parent_path, "activity.related_activities.ref");
  }
  for (const std::string& child : flow.child_flows()) {
    if (!CanSay(Join(kFlow, "child_flows"), child)) continue;
    relate(prefix + child, "2");
    account_.Keep(Join(kFlow, "child_flows"), "activity.related_activities.ref");
  }
  const std::string reference_path = Join(kFlow, "ref_code");
  if (CanSay(reference_path, flow.ref_code())) {
    v1::OtherIdentifier* const other = out_.add_other_identifiers();
    other->set_ref(flow.ref_code());
    other->set_type("A9");
    account_.Keep(reference_path, "activity.other_identifiers.ref");
    for (const std::string_view part : SplitText(flow.ref_code(), ';')) {
      const std::string_view ref = ToStd(absl::StripAsciiWhitespace(ToAbsl(part)));
      // What another organisation says of the same money.
      if (LooksLikeIatiIdentifier(ref)) relate(std::string(ref), "5");
    }
  }
  for (const v1::MoneyEndpoint* end : Destinations(v1::MoneyEndpoint::kProject)) {
    const std::string code_path = Join(kDestinations, "project_code");
    if (!CanSay(code_path, end->project_code())) continue;
    v1::OtherIdentifier* const project = out_.add_other_identifiers();
    project->set_ref(end->project_code());
    project->set_type("A9");
    account_.Keep(code_path, "activity.other_identifiers.ref");
    KeepEnd(*end, kDestinations, Destinations(v1::MoneyEndpoint::kProject).size());
  }
}

void FlowActivity::AddDates() {
  const Ends years = Destinations(v1::MoneyEndpoint::kUsageYear);
  const std::string name_path = Join(kDestinations, "usage_year.narratives.text");
  const v1::MoneyEndpoint* first = nullptr;
  const v1::MoneyEndpoint* last = nullptr;
  for (const v1::MoneyEndpoint* end : years) {
    const int year = YearOf(*end);
    if (year == 0) continue;
    if (first == nullptr || year < YearOf(*first)) first = end;
    if (last == nullptr || year > YearOf(*last)) last = end;
  }
  const auto add = [this](const char* type, const v1::Date& date) {
    v1::ActivityDate* const out = out_.add_activity_dates();
    out->set_type(type);
    *out->mutable_iso_date() = date;
  };
  if (first != nullptr) {
    v1::Date date;
    date.set_year(YearOf(*first));
    date.set_month(1);
    date.set_day(1);
    add("1", date);
    constexpr int kLastMonth = 12;
    constexpr int kLastDay = 31;
    date.set_year(YearOf(*last));
    date.set_month(kLastMonth);
    date.set_day(kLastDay);
    add("3", date);
    for (const v1::MoneyEndpoint* end : years) {
      if (end == first || end == last) {
        account_.Keep(name_path, "activity.activity_dates.iso_date");
        KeepEnd(*end, kDestinations, years.size());
      } else {
        account_.Lose(name_path, PUENTE_LOSS_MERGED, NameOf(end->usage_year().narratives()));
      }
    }
    return;
  }
  std::string path;
  if (const v1::Date* date = TransactionDate(&path)) {
    add("1", *date);
  } else {
    Report("IATI-0016", "this flow has neither a usage year nor a date: its activity has no date",
           "IATI asks for one; add it");
  }
}

void FlowActivity::AddTransaction() {
  v1::Transaction out;
  const std::string status_path = Join(kFlow, "status");
  const std::string& status = flow_->flow().status();
  const FlowStatus known = FindFlowStatus(status);
  out_.mutable_activity_status()->set_code(
      known.activity_status.empty() ? "2" : std::string(known.activity_status));
  std::string date_path;
  const v1::Date* const date = TransactionDate(&date_path);
  const bool has_status = CanSay(status_path, status);
  const Amount amount = FindAmount();
  if (!has_status || date == nullptr || amount.value == nullptr) {
    Report("IATI-0017", "this flow has no status, no date or no amount: it has no transaction",
           "IATI asks for all of them; add what is not there");
    return;
  }
  if (known.type.empty()) {
    constexpr size_t kMostShown = 60;
    Report("IATI-0018",
           "the status `" + status.substr(0, kMostShown) + "` is none that IATI has a code for",
           "it stands as it is; `pledge`, `commitment` and `paid` have codes");
  }
  out.mutable_transaction_type()->set_code(known.type.empty() ? status : std::string(known.type));
  account_.Keep(status_path, "activity.transactions.transaction_type.code");
  *out.mutable_transaction_date()->mutable_date() = *date;
  if (date == &transaction_->transaction_date().date() && HasTimeOfDay()) {
    account_.Lose(date_path, PUENTE_LOSS_PRECISION, "the time of day");
  } else {
    account_.Keep(date_path, "activity.transactions.transaction_date.date");
  }
  v1::Money* const money = out.mutable_value();
  *money->mutable_value() = *amount.value;
  account_.Keep(amount.path, "activity.transactions.value.value");
  money->set_currency(amount.currency);
  if (!amount.currency_path.empty()) {
    account_.Keep(amount.currency_path, "activity.transactions.value.currency");
  }
  *money->mutable_value_date() = *date;
  const auto name = [this](int number, v1::MoneyEndpoint* end) {
    const v1::ParticipatingOrganisation& from = out_.participating_orgs(number);
    v1::OrganisationRef* const to = end->mutable_organisation();
    if (from.has_ref()) to->set_ref(from.ref());
    if (from.has_type()) to->set_type(from.type());
    *to->mutable_narratives() = from.narratives();
  };
  if (provider_ >= 0) name(provider_, out.add_sources());
  if (receiver_ >= 0) name(receiver_, out.add_destinations());
  *out_.add_transactions() = out;
}

FlowActivity::Amount FlowActivity::FindAmount() const {
  const auto is_amount = [](const v1::Money& money) {
    std::string text;
    return money.has_value() && AppendDecimal(money.value(), &text);
  };
  const v1::Money& original = transaction_->value();
  const std::string path = Join(kTransaction, "value");
  if (is_amount(original) && !original.currency().empty() &&
      text::CanWriteText(original.currency())) {
    return {&original.value(), Join(path, "value"), original.currency(), Join(path, "currency")};
  }
  const v1::Money& converted = transaction_->reported_conversion().amount();
  const std::string converted_path = Join(kTransaction, "reported_conversion.amount");
  if (!is_amount(converted)) return {};
  if (converted.currency().empty() || !text::CanWriteText(converted.currency())) {
    // What FTS converts into says the name of its key.
    return {&converted.value(), Join(converted_path, "value"), "USD", ""};
  }
  return {&converted.value(), Join(converted_path, "value"), converted.currency(),
          Join(converted_path, "currency")};
}

const v1::Date* FlowActivity::TransactionDate(std::string* path) const {
  const v1::Flow& flow = flow_->flow();
  const std::pair<const v1::Date*, std::string> dates[] = {
      {&transaction_->transaction_date().date(), Join(kTransaction, "transaction_date.date")},
      {&flow.decision_date(), Join(kFlow, "decision_date")},
      {&flow.first_reported_date(), Join(kFlow, "first_reported_date")}};
  for (const auto& [date, date_path] : dates) {
    if (!IsFullDate(*date)) continue;
    *path = date_path;
    return date;
  }
  return nullptr;
}

bool FlowActivity::HasTimeOfDay() const {
  const uint32_t steps[] = {
      v1::Activity::kTransactionsFieldNumber, 0, v1::Transaction::kTransactionDateFieldNumber, 0,
      v1::DateValue::kDateFieldNumber,        0};
  for (const v1::LexicalForm& form : beside_->lexical()) {
    if (!std::equal(form.path().steps().begin(), form.path().steps().end(), std::begin(steps),
                    std::end(steps))) {
      continue;
    }
    const size_t time = form.text().find('T');
    return time != std::string::npos && form.text().find("T00:00:00") != time;
  }
  return false;
}

FlowActivity::Ends FlowActivity::Destinations(v1::MoneyEndpoint::PartyCase kind) const {
  Ends ends;
  for (const v1::MoneyEndpoint& end : transaction_->destinations()) {
    if (end.party_case() == kind) ends.push_back(&end);
  }
  return ends;
}

void FlowActivity::KeepEnd(const v1::MoneyEndpoint& end, std::string_view side, size_t siblings) {
  if (end.has_party_type()) account_.KeepUnwritten(Join(side, "party_type"));
  const v1::SplitKind kind = end.split().kind();
  if (kind == v1::SPLIT_KIND_UNSPECIFIED) return;
  const std::string path = Join(side, "split.kind");
  if (kind == v1::SPLIT_KIND_SINGLE && siblings == 1) {
    account_.KeepUnwritten(path);
    return;
  }
  const bool is_shared = kind == v1::SPLIT_KIND_SHARED;
  has_unknown_split_ |= is_shared || kind == v1::SPLIT_KIND_OVERLAP;
  account_.Lose(path, PUENTE_LOSS_NO_PLACE,
                is_shared                        ? "shared, split unknown"
                : kind == v1::SPLIT_KIND_OVERLAP ? "overlap"
                                                 : "single");
}

bool FlowActivity::CanSay(std::string_view path, const std::string& text) {
  if (text.empty()) return false;
  if (text::CanWriteText(text)) return true;
  account_.Lose(path, PUENTE_LOSS_NO_PLACE, text);
  Report("IATI-0010", "a text cannot be written in XML 1.0", "remove its control characters");
  return false;
}

void FlowActivity::Report(std::string_view code, std::string_view message, std::string_view hint) {
  sdk::Finding finding;
  finding.severity = PUENTE_WARNING;
  finding.code = code;
  finding.message = message;
  finding.hint = hint;
  finding.record_id = info_->id;
  finding.line = info_->origin.line;
  run_.Report(finding);
}

}  // namespace puente::iati
