// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// What lists and the format itself say of a row, beside its cells.
#include "plugins/r4v5w/derived_facts.h"

#include <optional>
#include <string>
#include <utility>

#include "core/text/double_encoding.h"
#include "plugins/r4v5w/code_book.h"
#include "plugins/r4v5w/first_text.h"
#include "plugins/r4v5w/indicator_book.h"
#include "plugins/r4v5w/organisation_book.h"
#include "plugins/r4v5w/place_book.h"

namespace puente::r4v5w {
namespace {

using sdk::FieldPlace;

struct Places {
  FieldPlace country = FieldPlace::Own("activity.recipient_countries[0].code");
  FieldPlace level1 = FieldPlace::Own("activity.locations[0].administratives[0].level");
  FieldPlace list1 = FieldPlace::Own("activity.locations[0].administratives[0].vocabulary");
  FieldPlace code1 = FieldPlace::Own("activity.locations[0].administratives[0].code");
  FieldPlace level2 = FieldPlace::Own("activity.locations[0].administratives[1].level");
  FieldPlace list2 = FieldPlace::Own("activity.locations[0].administratives[1].vocabulary");
  FieldPlace code2 = FieldPlace::Own("activity.locations[0].administratives[1].code");
  FieldPlace sector_list = FieldPlace::Own("activity.sectors[0].vocabulary");
  FieldPlace sector = FieldPlace::Own("activity.sectors[0].code");
  FieldPlace indicator = FieldPlace::Own("activity.deliveries[0].indicator.code");
  FieldPlace indicator_type = FieldPlace::Own("activity.deliveries[0].indicator_type.code");
  FieldPlace mechanism = FieldPlace::Own("activity.deliveries[0].delivery_mechanism.code");
  FieldPlace reporter = FieldPlace::Own("activity.reporting_org.ref");
  FieldPlace reporter_type = FieldPlace::Own("activity.reporting_org.type");
  FieldPlace partner_scheme =
      FieldPlace::Own("activity.deliveries[0].implementers[0].foreign_identifiers[0].scheme");
  FieldPlace partner =
      FieldPlace::Own("activity.deliveries[0].implementers[0].foreign_identifiers[0].value");
  FieldPlace currency = FieldPlace::Own("activity.deliveries[0].value.currency");
  FieldPlace in_kind_currency = FieldPlace::Own("activity.deliveries[0].in_kind_value.currency");
  FieldPlace total_currency = FieldPlace::Own("activity.deliveries[0].total_value.currency");
  FieldPlace planned = FieldPlace::Own("activity.deliveries[0].planned");
};

const Places& OurPlaces() {
  static const Places& places = *new Places;
  return places;
}

// Vocabularies of IATI: ISO 3166-2, and a publisher's own.
constexpr std::string_view kIsoPlaces = "A4";
constexpr std::string_view kOwn = "99";
constexpr std::string_view kScheme = "r4v";

/// The words that were meant: those of the first narrative, with a wrong encoding undone. The text
/// stays as it is; it is looked up by what it was meant to be.
class Words {
 public:
  template <typename Message>
  explicit Words(const Message& message) : text_(FirstText(message)) {
    if (std::optional<std::string> meant = text::RepairDoubleEncoding(text_)) {
      meant_ = *std::move(meant);
      text_ = meant_;
    }
  }
  Words(const Words&) = delete;
  Words& operator=(const Words&) = delete;
  std::string_view text() const { return text_; }

 private:
  std::string_view text_;
  std::string meant_;
};

/// Collects the facts that have a value.
class Facts {
 public:
  explicit Facts(std::vector<DerivedFact>* facts) : facts_(facts) {}
  void Add(const FieldPlace& place, std::string_view value) {
    if (!value.empty()) facts_->push_back({&place, value});
  }

 private:
  std::vector<DerivedFact>* facts_;
};

void FindPlaces(const v1::Activity& activity, std::string_view country, std::string_view year,
                Facts* facts) {
  if (activity.locations().empty()) return;
  const auto& divisions = activity.locations(0).administratives();
  if (divisions.empty()) return;
  const Places& at = OurPlaces();
  facts->Add(at.level1, "1");
  const Admin1* const first = FindAdmin1(country, Words(divisions[0]).text(), year);
  if (first != nullptr) {
    facts->Add(at.list1, first->iso.empty() ? kScheme : kIsoPlaces);
    facts->Add(at.code1, first->iso.empty() ? first->pcode : first->iso);
  }
  if (divisions.size() < 2) return;
  facts->Add(at.level2, "2");
  const std::string_view second =
      first == nullptr ? std::string_view() : FindAdmin2(first->iso, Words(divisions[1]).text());
  if (second.empty()) return;
  facts->Add(at.list2, kScheme);
  facts->Add(at.code2, second);
}

void FindIndicatorFacts(const v1::Delivery& delivery, std::string_view sector,
                        std::string_view year, Facts* facts) {
  const Places& at = OurPlaces();
  const Indicator* const indicator =
      FindIndicator(sector, Words(delivery.indicator()).text(), year);
  // Another wording is understood, but is none of the list.
  const bool is_listed = indicator != nullptr && indicator->is_label;
  // A plan says the type itself.
  const bool says_type = delivery.indicator_type().narratives_size() > 0;
  std::string_view type;
  if (says_type) {
    type = IndicatorTypes().CodeOf(Words(delivery.indicator_type()).text(), year);
  } else if (is_listed) {
    type = indicator->type;
  }
  facts->Add(at.indicator_type, type);
  if (is_listed && (!says_type || indicator->type.empty() || type == indicator->type)) {
    facts->Add(at.indicator, indicator->code);
  }
}

}  // namespace

void FindFacts(const v1::Activity& activity, Matrix matrix, std::string_view year,
               std::vector<DerivedFact>* out) {
  out->clear();
  Facts facts(out);
  const Places& at = OurPlaces();
  std::string_view country;
  if (!activity.recipient_countries().empty()) {
    country = Countries().CodeOf(Words(activity.recipient_countries(0)).text(), year);
    // `regional` is a word for no country.
    if (country.size() == 2) facts.Add(at.country, country);
  }
  FindPlaces(activity, country, year, &facts);
  std::string_view sector;
  if (!activity.sectors().empty()) {
    facts.Add(at.sector_list, kOwn);
    sector = Sectors().CodeOf(Words(activity.sectors(0)).text(), year);
    facts.Add(at.sector, sector);
  }
  if (activity.has_reporting_org()) {
    const Words reporter(activity.reporting_org());
    facts.Add(at.reporter, FindOrganisation(reporter.text(), year, false));
    facts.Add(at.reporter_type, OrganisationTypeCode(reporter.text(), year, false));
  }
  if (activity.deliveries().empty()) return;
  const v1::Delivery& delivery = activity.deliveries(0);
  FindIndicatorFacts(delivery, sector, year, &facts);
  if (delivery.has_delivery_mechanism()) {
    facts.Add(at.mechanism,
              DeliveryMechanisms().CodeOf(Words(delivery.delivery_mechanism()).text(), year));
  }
  if (!delivery.implementers().empty()) {
    const std::string_view partner =
        FindOrganisation(Words(delivery.implementers(0)).text(), year, true);
    if (!partner.empty()) facts.Add(at.partner_scheme, kScheme);
    facts.Add(at.partner, partner);
  }
  if (delivery.has_value()) facts.Add(at.currency, "USD");
  if (delivery.has_in_kind_value()) facts.Add(at.in_kind_currency, "USD");
  if (delivery.has_total_value()) facts.Add(at.total_currency, "USD");
  if (matrix == Matrix::kPlanning) facts.Add(at.planned, "1");
}

}  // namespace puente::r4v5w
