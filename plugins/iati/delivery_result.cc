// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Makes of a row of R4V's 5W the places, sectors, tags and the result of its activity.
#include <string>
#include <utility>

#include "core/base/decimal.h"
#include "core/text/xml_writer.h"
#include "plugins/iati/delivery_activity.h"
#include "plugins/iati/delivery_codes.h"
#include "plugins/iati/flow_codes.h"
#include "plugins/iati/flow_paths.h"

namespace puente::iati {
namespace {

constexpr std::string_view kDeliveries = "activity.deliveries";
constexpr std::string_view kIndicators = "activity.results.indicators";
// Codes of IATI: a publisher's own vocabulary, that of the DAC, that of the global clusters, and
// what says that something is not said.
constexpr const char* kOwn = "99";
constexpr const char* kDac = "1";
constexpr const char* kClusters = "10";
constexpr const char* kSectorNotSpecified = "99810";
constexpr const char* kRegionNotSpecified = "998";

}  // namespace

void DeliveryActivity::AddCountries() {
  constexpr std::string_view kCountries = "activity.recipient_countries";
  constexpr std::string_view kRegions = "activity.recipient_regions";
  const std::string names = Join(kCountries, "narratives");
  const std::string code_path = Join(kCountries, "code");
  for (const v1::RecipientCountry& from : row_->recipient_countries()) {
    const FlowCountry* const known = FindFlowCountry(NameOf(from.narratives()));
    if (CanSay(code_path, from.code()) || known != nullptr) {
      v1::RecipientCountry* const out = out_.add_recipient_countries();
      out->set_code(from.code().empty() ? std::string(known->code) : from.code());
      if (from.has_code()) account_.Keep(code_path, code_path);
      MoveTexts(from.narratives(), names, out->mutable_narratives(), names);
      continue;
    }
    // `Regional` and words that are no country that we know.
    v1::RecipientRegion* const out = out_.add_recipient_regions();
    out->set_code(kRegionNotSpecified);
    out->set_vocabulary("1");
    MoveTexts(from.narratives(), names, out->mutable_narratives(), Join(kRegions, "narratives"));
  }
}

void DeliveryActivity::AddLocations() {
  const std::string path = "activity.locations.administratives";
  const std::string names = Join(path, "narratives");
  for (const v1::Location& from : row_->locations()) {
    v1::Location out;
    for (int level = 0; level < from.administratives_size(); ++level) {
      const v1::Administrative& division = from.administratives(level);
      // IATI has names of a place and no names of divisions: the wider one is the name of the
      // place, the narrower one describes it.
      if (level == 0) {
        MoveTexts(division.narratives(), names, out.mutable_name()->mutable_narratives(),
                  "activity.locations.name.narratives");
      } else if (level == 1) {
        MoveTexts(division.narratives(), names, out.mutable_description()->mutable_narratives(),
                  "activity.locations.description.narratives");
      }
      const std::string code_path = Join(path, "code");
      if (!CanSay(code_path, division.code())) continue;
      if (!IsGeographicVocabulary(division.vocabulary())) {
        account_.Lose(code_path, PUENTE_LOSS_NO_EQUIVALENT, division.code());
        continue;
      }
      v1::Administrative* const code = out.add_administratives();
      code->set_code(division.code());
      code->set_vocabulary(division.vocabulary());
      account_.Keep(code_path, code_path);
      account_.Keep(Join(path, "vocabulary"), Join(path, "vocabulary"));
      if (!division.has_level() || division.level() < 0) continue;
      code->set_level(division.level());
      account_.Keep(Join(path, "level"), Join(path, "level"));
    }
    if (out.name().narratives().empty()) out.clear_name();
    if (out.description().narratives().empty()) out.clear_description();
    if (out.has_name() || out.has_description() || !out.administratives().empty()) {
      *out_.add_locations() = out;
    }
  }
}

void DeliveryActivity::AddSectors() {
  constexpr std::string_view kSectors = "activity.sectors";
  const std::string code_path = Join(kSectors, "code");
  const std::string vocabulary_path = Join(kSectors, "vocabulary");
  const std::string names = Join(kSectors, "narratives");
  for (const v1::Sector& from : row_->sectors()) {
    v1::Sector out;
    const bool is_own = !from.has_vocabulary() || from.vocabulary() == kOwn;
    if (CanSay(code_path, from.code())) {
      out.set_code(from.code());
      account_.Keep(code_path, code_path);
    }
    MoveTexts(from.narratives(), names, out.mutable_narratives(), names);
    if (!out.has_code()) {
      if (out.narratives().empty()) continue;
      // A sector that no list knows is called by its own words.
      out.set_code(NameOf(out.narratives()));
    }
    out.set_vocabulary(kOwn);
    if (CanSay(vocabulary_path, from.vocabulary())) {
      out.set_vocabulary(from.vocabulary());
      account_.Keep(vocabulary_path, vocabulary_path);
    }
    if (is_own) out.set_vocabulary_uri(DeliveryVocabulary("sector"));
    *out_.add_sectors() = out;
  }
  if (out_.sectors().empty()) {
    v1::Sector* const none = out_.add_sectors();
    none->set_vocabulary(kDac);
    none->set_code(kSectorNotSpecified);
    return;
  }
  // Several would need shares, which nobody said.
  if (out_.sectors_size() != 1 || out_.sectors(0).vocabulary() != kOwn) return;
  const std::string own = out_.sectors(0).code();
  for (const auto& [scheme, vocabulary] : {std::pair("hrinfo", kClusters), {"dac", kDac}}) {
    const std::string_view code = FindR4vSector(own, scheme);
    if (code.empty()) continue;
    v1::Sector* const out = out_.add_sectors();
    out->set_vocabulary(vocabulary);
    out->set_code(std::string(code));
  }
}

void DeliveryActivity::AddTags(const v1::Delivery& delivery) {
  if (delivery.has_through_partner()) AddTag("through_partner", delivery.through_partner());
  if (delivery.has_in_plan()) AddTag("in_plan", delivery.in_plan());
  if (delivery.has_covid19()) AddTag("covid19", delivery.covid19());
  if (delivery.has_support_space()) AddTag("support_space", delivery.support_space());
  if (delivery.has_cash_or_voucher()) AddTag("cash_or_voucher", delivery.cash_or_voucher());
  AddTag("delivery_mechanism", delivery.delivery_mechanism());
  AddTag("indicator_type", delivery.indicator_type());
  AddTag("platform", delivery.platform());
  AddTag("modality", delivery.modality());
  // Results have targets where a plan has them.
  if (delivery.has_planned()) account_.KeepUnwritten(Join(kDeliveries, "planned"));
}

void DeliveryActivity::AddTag(std::string_view field, bool value) {
  const DeliveryName name = FindDeliveryName("tag", field);
  v1::CodedValue* const tag = out_.add_tags();
  tag->set_code(value ? "yes" : "no");
  tag->set_vocabulary(kOwn);
  tag->set_vocabulary_uri(DeliveryVocabulary(name.name));
  std::string words(name.title);
  words += value ? ": yes" : ": no";
  tag->add_narratives()->set_text(words);
  account_.Keep(Join(kDeliveries, field), "activity.tags.code");
}

void DeliveryActivity::AddTag(std::string_view field, const v1::CodedValue& value) {
  const std::string path = Join(kDeliveries, field);
  v1::CodedValue tag;
  const std::string code_path = Join(path, "code");
  const std::string names = Join(path, "narratives");
  if (CanSay(code_path, value.code())) {
    tag.set_code(value.code());
    account_.Keep(code_path, "activity.tags.code");
  }
  MoveTexts(value.narratives(), names, tag.mutable_narratives(), "activity.tags.narratives");
  if (!tag.has_code()) {
    if (tag.narratives().empty()) return;
    tag.set_code(NameOf(tag.narratives()));
  }
  tag.set_vocabulary(kOwn);
  tag.set_vocabulary_uri(DeliveryVocabulary(FindDeliveryName("tag", field).name));
  *out_.add_tags() = tag;
}

void DeliveryActivity::AddResult(const v1::Delivery& delivery) {
  v1::Result result;
  Period period;
  // Without a month there is no period, and without that no number.
  if (PeriodOf(delivery.period(), &period)) {
    AddPeople(delivery, &result);
    if (delivery.has_quantity()) {
      AddNumber(delivery, "quantity", delivery.quantity(), nullptr, &result);
    }
    const auto add = [&](std::string_view field, const v1::Money& money) {
      if (money.has_value()) AddNumber(delivery, field, money.value(), &money, &result);
    };
    add("value", delivery.value());
    add("in_kind_value", delivery.in_kind_value());
    add("total_value", delivery.total_value());
  }
  const std::string path = Join(kDeliveries, "indicator");
  // A result has an indicator, even where no number is known of it.
  if (result.indicators().empty()) {
    if (NameOf(delivery.indicator().narratives()).empty()) return;
    AddIndicator(delivery, &result)->clear_periods();
  }
  result.set_type("1");
  if (!MoveTexts(delivery.indicator().narratives(), Join(path, "narratives"),
                 result.mutable_title()->mutable_narratives(),
                 "activity.results.title.narratives")) {
    // IATI asks for a title, and the row has none.
    result.mutable_title()->add_narratives()->set_text(
        std::string(FindDeliveryName("scheme", "mark").name));
  }
  const std::string code_path = Join(path, "code");
  const bool has_code = CanSay(code_path, delivery.indicator().code());
  if (has_code) account_.Keep(code_path, Join(kIndicators, "references.code"));
  for (v1::Indicator& indicator : *result.mutable_indicators()) {
    *indicator.mutable_title() = result.title();
    if (!has_code) continue;
    v1::ResultReference* const reference = indicator.add_references();
    reference->set_vocabulary(kOwn);
    reference->set_code(delivery.indicator().code());
    reference->set_indicator_uri(DeliveryVocabulary("indicator"));
  }
  *out_.add_results() = result;
}

v1::Indicator* DeliveryActivity::AddIndicator(const v1::Delivery& delivery, v1::Result* result) {
  v1::Indicator* const indicator = result->add_indicators();
  indicator->set_measure("1");
  indicator->set_ascending(true);
  Period days;
  PeriodOf(delivery.period(), &days);
  v1::IndicatorPeriod* const period = indicator->add_periods();
  *period->mutable_period_start()->mutable_date() = days.start;
  *period->mutable_period_end()->mutable_date() = days.end;
  return indicator;
}

v1::IndicatorValue* DeliveryActivity::AddValue(const v1::Delivery& delivery,
                                               const v1::Decimal& number, const std::string& path,
                                               v1::Indicator* indicator) {
  std::string text;
  if (!AppendDecimal(number, &text)) return nullptr;
  v1::IndicatorPeriod* const period = indicator->mutable_periods(0);
  v1::IndicatorValue* const value =
      delivery.planned() ? period->add_targets() : period->add_actuals();
  value->set_value(text);
  account_.Keep(path, Join(kIndicators,
                           delivery.planned() ? "periods.targets.value" : "periods.actuals.value"));
  return value;
}

void DeliveryActivity::AddPeople(const v1::Delivery& delivery, v1::Result* result) {
  const std::string path = Join(kDeliveries, "people");
  const std::string values =
      Join(kIndicators, delivery.planned() ? "periods.targets" : "periods.actuals");
  // One indicator for each measure: what has no dimension is the total of those that have some.
  absl::flat_hash_map<std::string, int> by_measure;
  for (const v1::PeopleCount& people : delivery.people()) {
    const std::string measure_path = Join(path, "measure");
    std::string count;
    if (!AppendDecimal(people.count(), &count)) continue;
    const bool has_measure = CanSay(measure_path, people.measure());
    const std::string measure = has_measure ? people.measure() : "";
    const auto [known, is_new] = by_measure.try_emplace(measure, result->indicators_size());
    if (is_new) {
      v1::Indicator* const indicator = AddIndicator(delivery, result);
      if (has_measure) {
        indicator->mutable_description()->add_narratives()->set_text(measure);
        account_.Keep(measure_path, Join(kIndicators, "description.narratives.text"));
      }
    } else if (has_measure) {
      account_.KeepUnwritten(measure_path);
    }
    v1::IndicatorValue* const value = AddValue(delivery, people.count(), Join(path, "count"),
                                               result->mutable_indicators(known->second));
    for (const v1::PeopleDimension& dimension : people.dimensions()) {
      const std::string name_path = Join(path, "dimensions.name");
      const std::string value_path = Join(path, "dimensions.value");
      v1::Dimension out;
      if (CanSay(name_path, dimension.name())) {
        out.set_name(dimension.name());
        account_.Keep(name_path, Join(values, "dimensions.name"));
      }
      if (CanSay(value_path, dimension.value())) {
        out.set_value(dimension.value());
        account_.Keep(value_path, Join(values, "dimensions.value"));
      }
      if (out.has_name() || out.has_value()) *value->add_dimensions() = out;
    }
  }
}

void DeliveryActivity::AddNumber(const v1::Delivery& delivery, std::string_view field,
                                 const v1::Decimal& number, const v1::Money* money,
                                 v1::Result* result) {
  std::string text;
  if (!AppendDecimal(number, &text)) return;
  const std::string path = Join(kDeliveries, field);
  const std::string values =
      Join(kIndicators, delivery.planned() ? "periods.targets" : "periods.actuals");
  v1::Indicator* const indicator = AddIndicator(delivery, result);
  indicator->mutable_description()->add_narratives()->set_text(
      std::string(FindDeliveryName("indicator", field).name));
  v1::IndicatorValue* const value =
      AddValue(delivery, number, money == nullptr ? path : Join(path, "value"), indicator);
  const auto narrow = [&](const char* name, const std::string& from_path, const std::string& said) {
    if (!CanSay(from_path, said)) return;
    v1::Dimension* const dimension = value->add_dimensions();
    dimension->set_name(name);
    dimension->set_value(said);
    account_.Keep(from_path, Join(values, "dimensions.value"));
  };
  if (money != nullptr) narrow("currency", Join(path, "currency"), money->currency());
  if (money == nullptr) narrow("unit", Join(kDeliveries, "unit"), delivery.unit());
}

}  // namespace puente::iati
