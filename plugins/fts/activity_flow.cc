// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Makes of an activity the flows that say of its money what FTS can say.
#include "plugins/fts/activity_flow.h"

#include <algorithm>
#include <initializer_list>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "core/base/calendar.h"
#include "core/base/decimal.h"
#include "core/base/strings.h"
#include "fmt/format.h"
#include "plugins/fts/flow_words.h"

namespace puente::fts {
namespace {

// Where the values of an activity and of a flow stand.
constexpr std::string_view kTransaction = "activity.transactions";
constexpr std::string_view kSources = "activity.transactions.sources";
constexpr std::string_view kDestinations = "activity.transactions.destinations";
constexpr std::string_view kFlow = "activity.flow";

constexpr const char* kNotHumanitarian = "not humanitarian";
constexpr const char* kOtherKind = "of a kind that FTS does not know";
constexpr const char* kNoAmount = "without an amount or its currency";
constexpr const char* kNegative = "negative";

std::string Join(std::string_view path, std::string_view name) {
  std::string joined(path);
  joined += '.';
  joined += name;
  return joined;
}

/// A currency as written on the amount, else that of the activity.
const std::string& CurrencyOf(const v1::Activity& activity, const v1::Transaction& transaction) {
  const std::string& own = transaction.value().currency();
  return own.empty() ? activity.default_currency() : own;
}

/// The id that FTS has for an organisation whose identifier is made of it; else empty.
std::string_view FtsIdOf(std::string_view ref) {
  const std::string& prefix = FlowScheme("organisation_prefix");
  if (!ref.starts_with(prefix)) return {};
  ref.remove_prefix(prefix.size());
  const bool is_number = std::all_of(ref.begin(), ref.end(), [](char c) {
    return absl::ascii_isdigit(static_cast<unsigned char>(c));
  });
  return is_number ? ref : std::string_view();
}

v1::MoneyEndpoint* AddEnd(const char* type, bool is_only,
                          google::protobuf::RepeatedPtrField<v1::MoneyEndpoint>* out) {
  v1::MoneyEndpoint* const end = out->Add();
  end->set_party_type(type);
  end->mutable_split()->set_kind(is_only ? v1::SPLIT_KIND_SINGLE : v1::SPLIT_KIND_SHARED);
  return end;
}

bool IsGlobalCluster(const v1::Sector& sector) {
  return sector.vocabulary() == "10" ||
         (sector.vocabulary() == "99" &&
          sector.vocabulary_uri() == FlowScheme("global_cluster_vocabulary"));
}

}  // namespace

void ActivityFlows::Begin(const v1::Activity& activity, const sdk::RecordInfo& info) {
  activity_ = &activity;
  flows_.clear();
  next_ = 0;
  seen_.clear();
  for (const v1::Transaction& transaction : activity.transactions()) {
    if (WhyNone(transaction) == nullptr) flows_.push_back(&transaction);
  }
  ReportOthers(info);
  ReportTwice(info);
}

const char* ActivityFlows::WhyNone(const v1::Transaction& transaction) const {
  const bool is_humanitarian =
      transaction.has_humanitarian() ? transaction.humanitarian() : activity_->humanitarian();
  if (!is_humanitarian) return kNotHumanitarian;
  if (KindOfTransaction(transaction.transaction_type().code()).status.empty()) return kOtherKind;
  const auto amount = DecimalFromProto(transaction.value().value());
  if (!transaction.value().has_value() || !amount.ok() ||
      CurrencyOf(*activity_, transaction).empty()) {
    return kNoAmount;
  }
  return amount->is_negative() ? kNegative : nullptr;
}

void ActivityFlows::ReportOthers(const sdk::RecordInfo& info) {
  if (activity_->transactions().empty()) {
    Report(info, PUENTE_WARNING, "FTS-0011", "an activity without transactions makes no flow",
           "flows are made of pledges, commitments and payments");
    return;
  }
  std::string reasons;
  for (const char* const reason : {kNotHumanitarian, kOtherKind, kNoAmount, kNegative}) {
    const auto count = std::count_if(
        activity_->transactions().begin(), activity_->transactions().end(),
        [&](const v1::Transaction& transaction) { return WhyNone(transaction) == reason; });
    if (count > 0) reasons += fmt::format("{}{} {}", reasons.empty() ? "" : ", ", count, reason);
  }
  if (reasons.empty()) return;
  Report(info, PUENTE_WARNING, "FTS-0012",
         fmt::format("of {} transactions, these make no flow: {}", activity_->transactions_size(),
                     reasons),
         "FTS holds pledges, commitments and payments of humanitarian money");
}

void ActivityFlows::ReportTwice(const sdk::RecordInfo& info) {
  const auto has = [this](bool is_incoming, bool is_paid) {
    return std::any_of(flows_.begin(), flows_.end(), [&](const v1::Transaction* transaction) {
      const TransactionKind kind = KindOfTransaction(transaction->transaction_type().code());
      return kind.is_incoming == is_incoming && (kind.status == "paid") == is_paid;
    });
  };
  if (!(has(true, true) && has(true, false)) && !(has(false, true) && has(false, false))) return;
  Report(info, PUENTE_INFO, "FTS-0013",
         "this activity has payments beside what was committed or pledged before",
         "add up the flows of one status only, else the same money counts twice");
}

const v1::Record* ActivityFlows::Next() {
  if (next_ == flows_.size()) return nullptr;
  const v1::Transaction& from = *flows_[next_++];
  out_.Clear();
  v1::Flow* const flow = out_.mutable_activity()->mutable_flow();
  v1::Transaction* const out = out_.mutable_activity()->add_transactions();
  const TransactionKind kind = KindOfTransaction(from.transaction_type().code());
  flow->set_status(std::string(kind.status));
  Move(&from.transaction_type().code(), Join(kTransaction, "transaction_type.code"),
       Join(kFlow, "status"));
  if (from.has_humanitarian()) {
    MoveUnwritten(&from, Join(kTransaction, "humanitarian"));
  } else {
    MoveUnwritten(activity_, "activity.humanitarian");
  }
  const v1::Date& date = from.transaction_date().date();
  if (IsValid(date) && date.day() != 0) {
    *out->mutable_transaction_date()->mutable_date() = date;
    Move(&date, Join(kTransaction, "transaction_date.date"),
         Join(kTransaction, "transaction_date.date"));
  }
  if (activity_->has_last_updated_datetime() && IsValid(activity_->last_updated_datetime())) {
    *flow->mutable_updated_at() = activity_->last_updated_datetime();
    Move(&activity_->last_updated_datetime(), "activity.last_updated_datetime",
         Join(kFlow, "updated_at"));
  }
  AddIds(from, flow);
  AddAmount(from, out);
  AddTexts(from, out);
  AddOrganisations(from, out);
  AddScopes("2", out->mutable_destinations());
  AddClusters(from, out->mutable_destinations());
  AddPlaces(from, out->mutable_destinations());
  AddScopes("1", out->mutable_destinations());
  AddAidTypes(from, flow);
  AddReport(flow);
  AddNulls();
  return &out_;
}

void ActivityFlows::AddIds(const v1::Transaction& from, v1::Flow* out) {
  std::string reference;
  const std::string path = Join(kFlow, "ref_code");
  if (!activity_->iati_identifier().empty()) {
    reference = activity_->iati_identifier();
    Move(&activity_->iati_identifier(), "activity.iati_identifier", path);
  }
  if (!from.ref().empty()) {
    if (reference.empty()) {
      Move(&from.ref(), Join(kTransaction, "ref"), path);
    } else {
      reference += ';';
      MoveUnwritten(&from.ref(), Join(kTransaction, "ref"));
    }
    reference += from.ref();
  }
  if (!reference.empty()) out->set_ref_code(reference);
  // The id of a flow that FTS made of this activity; of which of several nobody says.
  const v1::OtherIdentifier* own = nullptr;
  for (const v1::OtherIdentifier& other : activity_->other_identifiers()) {
    if (other.type() != "A4" || other.ref().empty()) continue;
    if (own != nullptr) return;
    own = &other;
  }
  if (own == nullptr || flows_.size() != 1) return;
  out->set_flow_identifier(own->ref());
  Move(&own->ref(), "activity.other_identifiers.ref", Join(kFlow, "flow_identifier"));
  MoveUnwritten(&own->type(), "activity.other_identifiers.type");
}

void ActivityFlows::AddAmount(const v1::Transaction& from, v1::Transaction* out) {
  const std::string& currency = CurrencyOf(*activity_, from);
  const std::string currency_path = &currency == &activity_->default_currency()
                                        ? "activity.default_currency"
                                        : Join(kTransaction, "value.currency");
  const std::string path = Join(kTransaction, "value.value");
  if (currency == "USD") {
    *out->mutable_reported_conversion()->mutable_amount()->mutable_value() = from.value().value();
    Move(&from.value().value(), path, Join(kTransaction, "reported_conversion.amount.value"));
    MoveUnwritten(&currency, currency_path);
    return;
  }
  *out->mutable_value()->mutable_value() = from.value().value();
  out->mutable_value()->set_currency(currency);
  Move(&from.value().value(), path, path);
  Move(&currency, currency_path, Join(kTransaction, "value.currency"));
}

void ActivityFlows::AddTexts(const v1::Transaction& from, v1::Transaction* out) {
  Text text = Pick(from.description().narratives(), Join(kTransaction, "description.narratives"));
  if (text.text == nullptr)
    text = Pick(activity_->title().narratives(), "activity.title.narratives");
  if (text.text == nullptr) return;
  out->mutable_description()->add_narratives()->set_text(*text.text);
  Move(text.text, text.path, Join(kTransaction, "description.narratives.text"));
}

ActivityFlows::Party ActivityFlows::PartyOf(const v1::MoneyEndpoint& end,
                                            std::string_view side) const {
  const v1::OrganisationRef& organisation = end.organisation();
  return {&organisation.ref(), &organisation.type(), &organisation.narratives(),
          Join(side, "organisation")};
}

ActivityFlows::Party ActivityFlows::Reporter() const {
  const v1::ReportingOrganisation& reporter = activity_->reporting_org();
  return {&reporter.ref(), &reporter.type(), &reporter.narratives(), "activity.reporting_org"};
}

void ActivityFlows::AddOrganisations(const v1::Transaction& from, v1::Transaction* out) {
  const bool is_incoming = KindOfTransaction(from.transaction_type().code()).is_incoming;
  const auto organisation = [](const Ends& ends) -> const v1::MoneyEndpoint* {
    for (const v1::MoneyEndpoint& end : ends) {
      const v1::OrganisationRef& named = end.organisation();
      if (!named.ref().empty() || !named.narratives().empty()) return &end;
    }
    return nullptr;
  };
  // IATI takes the publisher for its own side of a transaction that does not name it.
  if (const v1::MoneyEndpoint* provider = organisation(from.sources())) {
    AddOrganisation(PartyOf(*provider, kSources), kSources, out->mutable_sources());
  } else if (!is_incoming) {
    AddOrganisation(Reporter(), kSources, out->mutable_sources());
  }
  if (const v1::MoneyEndpoint* receiver = organisation(from.destinations())) {
    AddOrganisation(PartyOf(*receiver, kDestinations), kDestinations, out->mutable_destinations());
  } else if (is_incoming) {
    AddOrganisation(Reporter(), kDestinations, out->mutable_destinations());
  }
}

void ActivityFlows::AddOrganisation(const Party& party, std::string_view side, Ends* out) {
  const std::string_view id = FtsIdOf(*party.ref);
  const Text name = NameOf(party);
  if (!party.ref->empty() && id.empty()) {
    Lose(party.ref, Join(party.path, "ref"), PUENTE_LOSS_NO_EQUIVALENT, *party.ref);
  }
  if (id.empty() && name.text == nullptr) return;
  v1::OrganisationRef* const organisation =
      AddEnd("Organization", true, out)->mutable_organisation();
  const std::string to = Join(side, "organisation");
  if (!id.empty()) {
    organisation->set_ref(std::string(id));
    Move(party.ref, Join(party.path, "ref"), Join(to, "ref"));
  }
  if (name.text != nullptr) {
    organisation->add_narratives()->set_text(*name.text);
    Move(name.text, name.path, Join(to, "narratives.text"));
  }
  if (party.type->empty()) return;
  const OrganisationWords words = WordsOfOrganisationType(*party.type);
  if (words.type.empty()) {
    Lose(party.type, Join(party.path, "type"), PUENTE_LOSS_NO_EQUIVALENT, *party.type);
    return;
  }
  organisation->add_type_names(std::string(words.type));
  if (!words.subtype.empty()) organisation->add_subtype_names(std::string(words.subtype));
  Move(party.type, Join(party.path, "type"), Join(to, "type_names"));
}

ActivityFlows::Text ActivityFlows::NameOf(const Party& party) const {
  Text name = Pick(*party.narratives, Join(party.path, "narratives"));
  if (name.text != nullptr || party.ref->empty()) return name;
  const v1::ReportingOrganisation& reporter = activity_->reporting_org();
  if (reporter.ref() == *party.ref) {
    name = Pick(reporter.narratives(), "activity.reporting_org.narratives");
    if (name.text != nullptr) return name;
  }
  for (const v1::ParticipatingOrganisation& other : activity_->participating_orgs()) {
    if (other.ref() != *party.ref) continue;
    name = Pick(other.narratives(), "activity.participating_orgs.narratives");
    if (name.text != nullptr) return name;
  }
  return name;
}

void ActivityFlows::AddScopes(std::string_view type, Ends* out) {
  const bool is_plan = type == "2";
  const std::string& vocabulary = FlowScheme(is_plan ? "plan_vocabulary" : "emergency_vocabulary");
  const auto count = std::count_if(
      activity_->humanitarian_scopes().begin(), activity_->humanitarian_scopes().end(),
      [type](const v1::HumanitarianScope& scope) { return scope.type() == type; });
  constexpr std::string_view kPath = "activity.humanitarian_scopes";
  for (const v1::HumanitarianScope& scope : activity_->humanitarian_scopes()) {
    if (scope.type() != type) continue;
    const bool has_id =
        scope.vocabulary() == "99" && scope.vocabulary_uri() == vocabulary && !scope.code().empty();
    const Text name = Pick(scope.narratives(), Join(kPath, "narratives"));
    if (!has_id && !scope.code().empty()) {
      Lose(&scope.code(), Join(kPath, "code"), PUENTE_LOSS_NO_EQUIVALENT, scope.code());
    }
    if (!has_id && name.text == nullptr) continue;
    v1::MoneyEndpoint* const end = AddEnd(is_plan ? "Plan" : "Emergency", count == 1, out);
    v1::CodedValue* const value = is_plan ? end->mutable_plan() : end->mutable_emergency();
    const std::string to = Join(kDestinations, is_plan ? "plan" : "emergency");
    MoveUnwritten(&scope.type(), Join(kPath, "type"));
    if (has_id) {
      value->set_code(scope.code());
      Move(&scope.code(), Join(kPath, "code"), Join(to, "code"));
      MoveUnwritten(&scope.vocabulary(), Join(kPath, "vocabulary"));
      MoveUnwritten(&scope.vocabulary_uri(), Join(kPath, "vocabulary_uri"));
    }
    if (name.text != nullptr) {
      value->add_narratives()->set_text(*name.text);
      Move(name.text, name.path, Join(to, "narratives.text"));
    }
  }
}

void ActivityFlows::AddClusters(const v1::Transaction& from, Ends* out) {
  const bool is_own = !from.sectors().empty();
  const auto& sectors = is_own ? from.sectors() : activity_->sectors();
  const std::string path = is_own ? Join(kTransaction, "sectors") : "activity.sectors";
  const auto count = std::count_if(sectors.begin(), sectors.end(), IsGlobalCluster);
  const std::string to = Join(kDestinations, "global_cluster");
  for (const v1::Sector& sector : sectors) {
    if (!IsGlobalCluster(sector) || sector.code().empty()) continue;
    const bool is_fts = sector.vocabulary() != "10";
    const NamedThing known =
        is_fts ? NamedThing{sector.code(), {}} : GlobalClusterOfCode(sector.code());
    if (known.id.empty()) {
      Lose(&sector.code(), Join(path, "code"), PUENTE_LOSS_NO_EQUIVALENT, sector.code());
      continue;
    }
    v1::CodedValue* const cluster =
        AddEnd("GlobalCluster", count == 1, out)->mutable_global_cluster();
    cluster->set_code(std::string(known.id));
    Move(&sector.code(), Join(path, "code"), Join(to, "code"));
    MoveUnwritten(&sector.vocabulary(), Join(path, "vocabulary"));
    if (is_fts) MoveUnwritten(&sector.vocabulary_uri(), Join(path, "vocabulary_uri"));
    const Text name = Pick(sector.narratives(), Join(path, "narratives"));
    if (!known.name.empty()) {
      // FTS has one name for it.
      cluster->add_narratives()->set_text(std::string(known.name));
      if (name.text != nullptr && *name.text == known.name) {
        Move(name.text, name.path, Join(to, "narratives.text"));
      }
    } else if (name.text != nullptr) {
      cluster->add_narratives()->set_text(*name.text);
      Move(name.text, name.path, Join(to, "narratives.text"));
    }
    if (sector.has_percentage()) {
      MoveShare(sector.percentage(), Join(path, "percentage"), count == 1);
    }
  }
}

void ActivityFlows::AddPlaces(const v1::Transaction& from, Ends* out) {
  const bool is_own = !from.recipient_countries().empty() || !from.recipient_regions().empty();
  const auto& countries = is_own ? from.recipient_countries() : activity_->recipient_countries();
  const bool has_regions =
      !(is_own ? from.recipient_regions() : activity_->recipient_regions()).empty();
  const std::string path =
      is_own ? Join(kTransaction, "recipient_countries") : "activity.recipient_countries";
  const std::string to = Join(kDestinations, "place");
  for (const v1::RecipientCountry& country : countries) {
    const bool is_only = countries.size() == 1 && !has_regions;
    const NamedThing known = LocationOfCountry(country.code());
    const Text name = Pick(country.narratives(), Join(path, "narratives"));
    if (known.name.empty() && !country.code().empty()) {
      Lose(&country.code(), Join(path, "code"), PUENTE_LOSS_NO_EQUIVALENT, country.code());
    }
    if (known.name.empty() && name.text == nullptr) continue;
    v1::PlaceRef* const place = AddEnd("Location", is_only, out)->mutable_place();
    if (!known.id.empty()) place->set_ref(std::string(known.id));
    if (!known.name.empty()) {
      place->add_narratives()->set_text(std::string(known.name));
      Move(&country.code(), Join(path, "code"), Join(to, "narratives.text"));
      if (name.text != nullptr && *name.text == known.name) MoveUnwritten(name.text, name.path);
    } else {
      place->add_narratives()->set_text(*name.text);
      Move(name.text, name.path, Join(to, "narratives.text"));
    }
    if (country.has_percentage()) {
      MoveShare(country.percentage(), Join(path, "percentage"), is_only);
    }
  }
}

void ActivityFlows::AddAidTypes(const v1::Transaction& from, v1::Flow* out) {
  const bool is_own = !from.aid_types().empty();
  const auto& types = is_own ? from.aid_types() : activity_->default_aid_types();
  const std::string path = is_own ? Join(kTransaction, "aid_types") : "activity.default_aid_types";
  for (const v1::CodedValue& type : types) {
    const AidWord word = WordOfAidType(type.vocabulary(), type.code());
    if (word.key.empty()) continue;
    const bool is_method = word.key == "method";
    const bool is_said =
        is_method ? out->has_method()
                  : std::find(out->earmarking_types().begin(), out->earmarking_types().end(),
                              word.word) != out->earmarking_types().end();
    if (is_said) {
      Lose(&type.code(), Join(path, "code"), PUENTE_LOSS_MERGED, type.code());
      continue;
    }
    if (is_method) {
      out->set_method(std::string(word.word));
    } else {
      out->add_earmarking_types(std::string(word.word));
    }
    if (!word.is_exact) {
      Lose(&type.code(), Join(path, "code"), PUENTE_LOSS_PRECISION, type.code());
      continue;
    }
    Move(&type.code(), Join(path, "code"), Join(kFlow, is_method ? "method" : "earmarking_types"));
    MoveUnwritten(&type.vocabulary(), Join(path, "vocabulary"));
  }
}

void ActivityFlows::AddReport(v1::Flow* out) {
  v1::FlowReport* const report = out->add_reports();
  report->set_channel("IATI");
  const Text name = NameOf(Reporter());
  if (name.text == nullptr) return;
  report->set_organisation(*name.text);
  Move(name.text, name.path, Join(kFlow, "reports.organisation"));
}

void ActivityFlows::AddNulls() {
  using Steps = std::initializer_list<uint32_t>;
  const auto add = [this](Steps steps, v1::LexicalState state) {
    v1::LexicalForm* const form = out_.add_lexical();
    form->set_state(state);
    for (const uint32_t step : steps) {
      form->mutable_path()->add_steps(step);
      form->mutable_path()->add_steps(0);
    }
  };
  constexpr uint32_t kInFlow = v1::Activity::kFlowFieldNumber;
  constexpr uint32_t kInTransaction = v1::Activity::kTransactionsFieldNumber;
  for (const uint32_t field : {v1::Flow::kBudgetYearFieldNumber, v1::Flow::kDecisionDateFieldNumber,
                               v1::Flow::kParentFlowFieldNumber, v1::Flow::kChildFlowsFieldNumber,
                               v1::Flow::kKeywordsFieldNumber}) {
    add({kInFlow, field}, v1::LEXICAL_STATE_NULL);
  }
  const v1::Activity& flow = out_.activity();
  if (flow.flow().earmarking_types().empty()) {
    add({kInFlow, v1::Flow::kEarmarkingTypesFieldNumber}, v1::LEXICAL_STATE_NULL);
  }
  add({kInTransaction, v1::Transaction::kReportedConversionFieldNumber,
       v1::ReportedConversion::kRateFieldNumber},
      v1::LEXICAL_STATE_NULL);
  if (flow.transactions(0).sources().empty()) {
    add({kInTransaction, v1::Transaction::kSourcesFieldNumber}, v1::LEXICAL_STATE_EMPTY);
  }
  if (flow.transactions(0).destinations().empty()) {
    add({kInTransaction, v1::Transaction::kDestinationsFieldNumber}, v1::LEXICAL_STATE_EMPTY);
  }
}

ActivityFlows::Text ActivityFlows::Pick(const Narratives& narratives, std::string_view path) const {
  const v1::Narrative* best = nullptr;
  int best_rank = 0;
  for (const v1::Narrative& narrative : narratives) {
    if (narrative.text().empty()) continue;
    const std::string& own = narrative.has_lang() ? narrative.lang() : activity_->lang();
    const int rank = absl::EqualsIgnoreCase(own, "en") ? 3 : narrative.has_lang() ? 1 : 2;
    if (rank <= best_rank) continue;
    best = &narrative;
    best_rank = rank;
  }
  if (best == nullptr) return {};
  return {&best->text(), Join(path, "text")};
}

void ActivityFlows::Move(const void* value, std::string_view from, std::string_view to) {
  if (seen_.insert(value).second) account_.Keep(from, to);
}

void ActivityFlows::MoveUnwritten(const void* value, std::string_view from) {
  if (seen_.insert(value).second) account_.KeepUnwritten(from);
}

void ActivityFlows::Lose(const void* value, std::string_view from, int32_t reason,
                         std::string_view example) {
  if (seen_.insert(value).second) account_.Lose(from, reason, example);
}

void ActivityFlows::MoveShare(const v1::Decimal& percentage, std::string_view from, bool is_only) {
  const auto share = DecimalFromProto(percentage);
  const auto whole = Decimal::Make(100, 0);
  if (is_only && share.ok() && whole.ok() && Decimal::Compare(*share, *whole) == 0) {
    MoveUnwritten(&percentage, from);
  } else {
    Lose(&percentage, from, PUENTE_LOSS_NO_PLACE, share.ok() ? share->ToString() : "");
  }
}

void ActivityFlows::Report(const sdk::RecordInfo& info, int32_t severity, std::string_view code,
                           std::string_view message, std::string_view hint) {
  sdk::Finding finding;
  finding.severity = severity;
  finding.code = code;
  finding.message = message;
  finding.hint = hint;
  finding.record_id = info.id;
  finding.line = info.origin.line;
  run_.Report(finding);
}

}  // namespace puente::fts
