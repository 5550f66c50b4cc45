// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Makes of a row of R4V's 5W the activity that says of it what IATI can say.
#include "plugins/iati/delivery_activity.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "core/base/calendar.h"
#include "core/base/decimal.h"
#include "core/text/xml_writer.h"
#include "fmt/format.h"
#include "plugins/iati/delivery_codes.h"
#include "plugins/iati/flow_codes.h"
#include "plugins/iati/flow_paths.h"

namespace puente::iati {
namespace {

constexpr std::string_view kDeliveries = "activity.deliveries";

/// Takes away what lists say of a row, so that its identifier does not depend on them.
void KeepOwnWords(v1::Activity* row) {
  row->mutable_reporting_org()->clear_ref();
  row->mutable_reporting_org()->clear_type();
  for (v1::RecipientCountry& country : *row->mutable_recipient_countries()) country.clear_code();
  for (v1::Location& location : *row->mutable_locations()) {
    for (v1::Administrative& division : *location.mutable_administratives()) {
      division.clear_code();
      division.clear_vocabulary();
      division.clear_level();
    }
  }
  for (v1::Sector& sector : *row->mutable_sectors()) {
    sector.clear_code();
    sector.clear_vocabulary();
  }
  for (v1::Delivery& delivery : *row->mutable_deliveries()) {
    delivery.mutable_indicator()->clear_code();
    delivery.mutable_indicator_type()->clear_code();
    delivery.mutable_delivery_mechanism()->clear_code();
    delivery.mutable_platform()->clear_code();
    for (v1::OrganisationRef& partner : *delivery.mutable_implementers()) {
      partner.clear_ref();
      partner.clear_foreign_identifiers();
    }
  }
}

/// An id of R4V's list is none of org-id.guide and gets our prefix; others are as they are.
std::string ReferenceOf(std::string_view id) {
  if (id.find('-') != std::string_view::npos) return std::string(id);
  return fmt::format("{}-{}", FindDeliveryName("scheme", "prefix").name, id);
}

}  // namespace

bool DeliveryActivity::IsDelivery(const v1::Activity& activity) {
  return !activity.has_iati_identifier() && !activity.deliveries().empty();
}

absl::StatusOr<const v1::Activity*> DeliveryActivity::Build(const v1::Activity& row,
                                                            const sdk::RecordInfo& info) {
  row_ = &row;
  info_ = &info;
  out_.Clear();
  AddReporter();
  absl::StatusOr<std::string> identifier = IdentifierOf(out_.reporting_org().ref());
  if (!identifier.ok()) return identifier.status();
  out_.set_iati_identifier(*std::move(identifier));
  out_.set_humanitarian(true);
  AddTexts();
  AddOrganisations();
  AddDates();
  AddCountries();
  AddLocations();
  AddSectors();
  for (const v1::Delivery& delivery : row.deliveries()) {
    AddTags(delivery);
    AddResult(delivery);
  }
  return &out_;
}

absl::StatusOr<std::string> DeliveryActivity::IdentifierOf(const std::string& reporter) {
  v1::Activity words = *row_;
  KeepOwnWords(&words);
  sha_.Update(words.SerializeAsString());
  const absl::StatusOr<Digest> digest = sha_.Finish();
  if (!digest.ok()) return digest.status();
  constexpr size_t kDigits = 12;
  constexpr int kBitsOfByte = 8;
  uint64_t key = 0;
  for (size_t i = 0; i < kDigits / 2; ++i) key = key << kBitsOfByte | (*digest)[i];
  std::string month;
  const v1::Date& date = row_->deliveries(0).period();
  Period period;
  if (PeriodOf(date, &period)) AppendDate(date, &month);
  std::string identifier =
      fmt::format("{}-{}-{}{}{}", reporter, FindDeliveryName("scheme", "mark").name, month,
                  month.empty() ? "" : "-", DigestToHex(*digest).substr(0, kDigits));
  // What is remembered has a limit: behind it the number of the row tells equal ones apart.
  constexpr size_t kMostSeen = 1'000'000;
  ++rows_;
  if (seen_.size() >= kMostSeen && !seen_.contains(key))
    return fmt::format("{}-row{}", identifier, rows_);
  if (seen_.insert(key).second) return identifier;
  return fmt::format("{}-{}", identifier, ++again_[key] + 1);
}

void DeliveryActivity::AddReporter() {
  constexpr std::string_view kReporter = "activity.reporting_org";
  const v1::ReportingOrganisation& from = row_->reporting_org();
  const std::string& name = NameOf(from.narratives());
  v1::ReportingOrganisation* const out = out_.mutable_reporting_org();
  const std::string ref_path = Join(kReporter, "ref");
  if (CanSay(ref_path, from.ref())) {
    out->set_ref(ReferenceOf(from.ref()));
    account_.Keep(ref_path, ref_path);
  } else {
    const std::string slug = SlugOf(name);
    out->set_ref(slug.empty() ? std::string(FindDeliveryName("scheme", "prefix").name)
                              : ReferenceOf("") + slug);
  }
  const std::string type_path = Join(kReporter, "type");
  // IATI asks for a kind of organisation, and R4V's list may not have this one.
  out->set_type("90");
  if (CanSay(type_path, from.type())) {
    out->set_type(from.type());
    account_.Keep(type_path, type_path);
  }
  const std::string names = Join(kReporter, "narratives");
  if (!MoveTexts(from.narratives(), names, out->mutable_narratives(), names)) {
    out->add_narratives()->set_text("Not specified");
  }
}

void DeliveryActivity::AddTexts() {
  constexpr std::string_view kTitle = "activity.title.narratives";
  constexpr std::string_view kDescriptions = "activity.descriptions";
  const std::string titles(kTitle);
  if (!MoveTexts(row_->title().narratives(), titles, out_.mutable_title()->mutable_narratives(),
                 titles)) {
    const std::string& indicator = NameOf(row_->deliveries(0).indicator().narratives());
    const bool has_indicator = !indicator.empty() && text::CanWriteText(indicator);
    const std::string mark(FindDeliveryName("scheme", "mark").name);
    out_.mutable_title()->add_narratives()->set_text(has_indicator ? mark + ": " + indicator
                                                                   : mark);
  }
  const std::string path = Join(kDescriptions, "narratives");
  for (const v1::Description& from : row_->descriptions()) {
    v1::Description out;
    if (!MoveTexts(from.narratives(), path, out.mutable_narratives(), path)) continue;
    out.set_type("1");
    const std::string type_path = Join(kDescriptions, "type");
    if (CanSay(type_path, from.type())) {
      out.set_type(from.type());
      account_.Keep(type_path, type_path);
    }
    *out_.add_descriptions() = out;
  }
  if (!out_.descriptions().empty()) return;
  // IATI asks for one. Without a type, it is that of a row which has none.
  *out_.add_descriptions()->mutable_narratives() = out_.title().narratives();
}

void DeliveryActivity::AddOrganisations() {
  const auto report = [this](const char* role) {
    v1::ParticipatingOrganisation* const out = out_.add_participating_orgs();
    out->set_ref(out_.reporting_org().ref());
    if (row_->reporting_org().has_type()) out->set_type(out_.reporting_org().type());
    out->set_role(role);
    *out->mutable_narratives() = out_.reporting_org().narratives();
  };
  report("2");
  const std::string path = Join(kDeliveries, "implementers");
  bool by_itself = false;
  for (const v1::Delivery& delivery : row_->deliveries()) {
    by_itself |= delivery.has_through_partner() && !delivery.through_partner() &&
                 delivery.implementers().empty();
    for (const v1::OrganisationRef& partner : delivery.implementers()) {
      v1::ParticipatingOrganisation out;
      out.set_role("4");
      const std::string ref_path = Join(path, "ref");
      const std::string id_path = Join(path, "foreign_identifiers.value");
      if (CanSay(ref_path, partner.ref())) {
        out.set_ref(partner.ref());
        account_.Keep(ref_path, "activity.participating_orgs.ref");
      } else if (partner.foreign_identifiers_size() > 0 &&
                 CanSay(id_path, partner.foreign_identifiers(0).value())) {
        out.set_ref(ReferenceOf(partner.foreign_identifiers(0).value()));
        account_.Keep(id_path, "activity.participating_orgs.ref");
        // The prefix of the reference says the scheme.
        if (partner.foreign_identifiers(0).has_scheme()) {
          account_.KeepUnwritten(Join(path, "foreign_identifiers.scheme"));
        }
      }
      MoveTexts(partner.narratives(), Join(path, "narratives"), out.mutable_narratives(),
                "activity.participating_orgs.narratives");
      if (out.has_ref() || !out.narratives().empty()) *out_.add_participating_orgs() = out;
    }
  }
  if (by_itself) report("4");
}

bool DeliveryActivity::PeriodOf(const v1::Date& date, Period* period) {
  if (!IsValid(date)) return false;
  constexpr int kLastMonth = 12;
  period->start = date;
  period->end = date;
  if (date.day() != 0) return true;
  if (date.month() == 0) {
    period->start.set_month(1);
    period->end.set_month(kLastMonth);
  }
  period->start.set_day(1);
  period->end.set_day(DaysInMonth(period->end.year(), period->end.month()));
  return true;
}

void DeliveryActivity::AddDates() {
  Period all;
  bool has_period = false;
  bool is_planned = false;
  const auto number = [](const v1::Date& date) {
    return std::make_tuple(date.year(), date.month(), date.day());
  };
  for (const v1::Delivery& delivery : row_->deliveries()) {
    is_planned |= delivery.planned();
    Period period;
    if (!delivery.has_period() || !PeriodOf(delivery.period(), &period)) continue;
    account_.Keep(Join(kDeliveries, "period"), "activity.activity_dates.iso_date");
    if (!has_period || number(period.start) < number(all.start)) all.start = period.start;
    if (!has_period || number(all.end) < number(period.end)) all.end = period.end;
    has_period = true;
  }
  // A month that was reported is over.
  out_.mutable_activity_status()->set_code(is_planned ? "1" : "4");
  if (!has_period) {
    Report("IATI-0019", "this row has no month: its activity has no date, and its result no period",
           "IATI asks for both; add the month");
    return;
  }
  const auto add = [this](const char* type, const v1::Date& date) {
    v1::ActivityDate* const out = out_.add_activity_dates();
    out->set_type(type);
    *out->mutable_iso_date() = date;
  };
  add(is_planned ? "1" : "2", all.start);
  add(is_planned ? "3" : "4", all.end);
}

bool DeliveryActivity::MoveTexts(const Narratives& from, const std::string& from_path,
                                 Narratives* to, std::string_view to_path) {
  for (const v1::Narrative& narrative : from) {
    const std::string path = Join(from_path, "text");
    if (!CanSay(path, narrative.text())) continue;
    v1::Narrative* const out = to->Add();
    out->set_text(narrative.text());
    account_.Keep(path, Join(to_path, "text"));
    const std::string lang_path = Join(from_path, "lang");
    if (!CanSay(lang_path, narrative.lang())) continue;
    out->set_lang(narrative.lang());
    account_.Keep(lang_path, Join(to_path, "lang"));
  }
  return !to->empty();
}

bool DeliveryActivity::CanSay(const std::string& path, const std::string& text) {
  if (text.empty()) return false;
  if (text::CanWriteText(text)) return true;
  account_.Lose(path, PUENTE_LOSS_NO_PLACE, text);
  Report("IATI-0010", "a text cannot be written in XML 1.0", "remove its control characters");
  return false;
}

void DeliveryActivity::Report(std::string_view code, std::string_view message,
                              std::string_view hint) {
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
