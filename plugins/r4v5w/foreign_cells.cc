// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// What a row of the 5W can say of an activity of another format, such as IATI.
#include "plugins/r4v5w/foreign_cells.h"

#include <utility>

#include "absl/container/flat_hash_map.h"
#include "core/base/calendar.h"
#include "core/base/decimal.h"
#include "core/base/tsv_table.h"
#include "fmt/format.h"
#include "plugins/r4v5w/code_book.h"
#include "plugins/r4v5w/concept_fields.h"
#include "plugins/r4v5w/first_text.h"
#include "plugins/r4v5w/indicator_book.h"
#include "plugins/r4v5w/organisation_book.h"
#include "plugins/r4v5w/place_book.h"

namespace puente::r4v5w {

// The data files, embedded by the build.
std::string_view IatiNamesTsv();
std::string_view R4vSectorsTsv();

namespace {

using sdk::FieldPlace;

struct Places {
  FieldPlace title = FieldPlace::Own("activity.title.narratives[].text");
  FieldPlace description = FieldPlace::Own("activity.descriptions[0].narratives[].text");
  FieldPlace description_type = FieldPlace::Own("activity.descriptions[0].type");
  FieldPlace reporter = FieldPlace::Own("activity.reporting_org.narratives[0].text");
  FieldPlace reporter_ref = FieldPlace::Own("activity.reporting_org.ref");
  FieldPlace organisation = FieldPlace::Own("activity.participating_orgs[].narratives[0].text");
  FieldPlace organisation_ref = FieldPlace::Own("activity.participating_orgs[].ref");
  FieldPlace organisation_role = FieldPlace::Own("activity.participating_orgs[].role");
  FieldPlace date = FieldPlace::Own("activity.activity_dates[].iso_date");
  FieldPlace date_type = FieldPlace::Own("activity.activity_dates[].type");
  FieldPlace country = FieldPlace::Own("activity.recipient_countries[0].narratives[0].text");
  FieldPlace country_code = FieldPlace::Own("activity.recipient_countries[0].code");
  FieldPlace region = FieldPlace::Own("activity.recipient_regions[0].narratives[0].text");
  FieldPlace place = FieldPlace::Own("activity.locations[0].name.narratives[0].text");
  FieldPlace inner_place = FieldPlace::Own("activity.locations[0].description.narratives[0].text");
  FieldPlace division = FieldPlace::Own("activity.locations[0].administratives[0].code");
  FieldPlace division_list = FieldPlace::Own("activity.locations[0].administratives[0].vocabulary");
  FieldPlace division_level = FieldPlace::Own("activity.locations[0].administratives[0].level");
  FieldPlace sector = FieldPlace::Own("activity.sectors[].narratives[0].text");
  FieldPlace sector_code = FieldPlace::Own("activity.sectors[].code");
  FieldPlace sector_list = FieldPlace::Own("activity.sectors[].vocabulary");
  FieldPlace sector_address = FieldPlace::Own("activity.sectors[].vocabulary_uri");
  FieldPlace tag = FieldPlace::Own("activity.tags[].narratives[0].text");
  FieldPlace tag_code = FieldPlace::Own("activity.tags[].code");
  FieldPlace tag_list = FieldPlace::Own("activity.tags[].vocabulary");
  FieldPlace tag_address = FieldPlace::Own("activity.tags[].vocabulary_uri");
  FieldPlace result = FieldPlace::Own("activity.results[0].title.narratives[0].text");
  FieldPlace indicator =
      FieldPlace::Own("activity.results[0].indicators[].title.narratives[0].text");
  FieldPlace measure =
      FieldPlace::Own("activity.results[0].indicators[].description.narratives[0].text");
  FieldPlace start =
      FieldPlace::Own("activity.results[0].indicators[].periods[0].period_start.date");
  FieldPlace end = FieldPlace::Own("activity.results[0].indicators[].periods[0].period_end.date");
  FieldPlace number =
      FieldPlace::Own("activity.results[0].indicators[].periods[0].actuals[].value");
  FieldPlace dimension =
      FieldPlace::Own("activity.results[0].indicators[].periods[0].actuals[].dimensions[].name");
  FieldPlace dimension_value =
      FieldPlace::Own("activity.results[0].indicators[].periods[0].actuals[].dimensions[].value");
};

const Places& At() {
  static const Places& places = *new Places;
  return places;
}

/// The name in IATI of a row of iati_names.tsv; empty when there is none.
std::string_view IatiName(std::string_view part, std::string_view field) {
  const TsvTable& table = EmbeddedTable<IatiNamesTsv>();
  for (const TsvTable::Row& row : table.rows()) {
    if (row[table.Column("part")] == part && row[table.Column("field")] == field) {
      return row[table.Column("name")];
    }
  }
  return {};
}

/// The only sector of R4V that means the same as a code of a scheme; empty when there is none.
std::string_view SectorOf(std::string_view scheme, std::string_view code) {
  const TsvTable& table = EmbeddedTable<R4vSectorsTsv>();
  std::string_view found;
  for (const TsvTable::Row& row : table.rows()) {
    if (row[table.Column("scheme")] != scheme || row[table.Column("code")] != code ||
        row[table.Column("match")] != "exact") {
      continue;
    }
    if (!found.empty()) return {};
    found = row[table.Column("sector")];
  }
  return found;
}

/// True for an identifier that the IATI writer made for a row.
bool IsOfRow(std::string_view identifier) {
  const std::string prefix = fmt::format("{}-", IatiName("scheme", "prefix"));
  const std::string mark = fmt::format("-{}-", IatiName("scheme", "mark"));
  return identifier.substr(0, prefix.size()) == prefix &&
         identifier.find(mark) != std::string_view::npos;
}

/// The number of the text in a language, else of the first.
uint32_t TextIn(const google::protobuf::RepeatedPtrField<v1::Narrative>& texts,
                std::string_view language) {
  for (int i = 0; i < texts.size(); ++i) {
    if (texts[i].lang() == language) return static_cast<uint32_t>(i);
  }
  return 0;
}

bool IsFirstOfMonth(const v1::Date& date) { return date.day() == 1; }
bool IsLastOfMonth(const v1::Date& date) {
  return date.day() == DaysInMonth(date.year(), date.month());
}

}  // namespace

void ForeignCells::Read(const v1::Activity& activity, std::string_view year,
                        std::string_view language) {
  cells_.clear();
  activity_ = &activity;
  year_ = year;
  language_ = language.empty() ? "en" : language;
  is_row_ = IsOfRow(activity.iati_identifier());
  source_year_ = year_;
  ReadTexts();
  ReadMonth();
  ReadOrganisations();
  ReadPlaces();
  ReadSector();
  if (!is_row_) return;
  ReadTags();
  ReadResult();
}

const ForeignCell* ForeignCells::Find(std::string_view concept_name) const {
  const auto found = cells_.find(concept_name);
  return found == cells_.end() ? nullptr : &found->second;
}

ForeignCell& ForeignCells::Add(std::string_view concept_name, std::string text,
                               ForeignPlace value) {
  ForeignCell& cell = cells_[std::string(concept_name)];
  cell = ForeignCell{std::move(text), false, std::move(value), {}, {}};
  return cell;
}

void ForeignCells::ReadTexts() {
  const auto& titles = activity_->title().narratives();
  if (!titles.empty()) {
    const uint32_t number = TextIn(titles, language_);
    const std::string& title = titles[static_cast<int>(number)].text();
    // A row without a name has its indicator's.
    const std::string mark(IatiName("scheme", "mark"));
    const bool is_made =
        is_row_ &&
        (title == mark ||
         (!activity_->results().empty() &&
          title == fmt::format("{}: {}", mark, FirstText(activity_->results(0).title()))));
    if (!is_made && !title.empty()) Add("activity_name", title, {&At().title, {number}});
  }
  if (activity_->descriptions().empty()) return;
  const v1::Description& description = activity_->descriptions(0);
  // One without a type was made of the title.
  if (description.narratives().empty() || (is_row_ && !description.has_type())) return;
  const uint32_t number = TextIn(description.narratives(), language_);
  ForeignCell& cell =
      Add("activity_description", description.narratives(static_cast<int>(number)).text(),
          {&At().description, {number}});
  if (is_row_) cell.said.push_back({&At().description_type, {}});
}

bool ForeignCells::IsReporter(const v1::ParticipatingOrganisation& organisation) const {
  if (organisation.ref() != activity_->reporting_org().ref()) return false;
  if (organisation.role() != "4") return true;
  // Who names itself as its partner is one; who says that it has none is not.
  const std::string address =
      fmt::format("{}implementation_setup", IatiName("scheme", "vocabulary"));
  for (const v1::CodedValue& tag : activity_->tags()) {
    if (tag.vocabulary_uri() == address) return tag.code() == "no";
  }
  return false;
}

std::string ForeignCells::OrganisationWords(std::string_view name, bool implementing) const {
  const std::string_view label = OrganisationName(name, source_year_, implementing, language_);
  return std::string(label.empty() ? name : label);
}

void ForeignCells::ReadOrganisations() {
  const std::string_view reporter = FirstText(activity_->reporting_org());
  std::vector<uint32_t> partners;
  std::vector<ForeignPlace> same;
  for (int i = 0; i < activity_->participating_orgs_size(); ++i) {
    const v1::ParticipatingOrganisation& organisation = activity_->participating_orgs(i);
    const std::string_view name = FirstText(organisation);
    const auto number = static_cast<uint32_t>(i);
    if (name.empty()) continue;
    const bool is_reporter = name == reporter && (!is_row_ || IsReporter(organisation));
    if (!is_reporter) {
      if (organisation.role() == "4") partners.push_back(number);
    } else if (is_row_) {
      same.push_back({&At().organisation, {number}});
      same.push_back({&At().organisation_ref, {number}});
      same.push_back({&At().organisation_role, {number}});
    }
  }
  if (!reporter.empty()) {
    ForeignCell& cell =
        Add("appealing_org", OrganisationWords(reporter, false), {&At().reporter, {}});
    cell.said = std::move(same);
    const std::string_view id = FindOrganisation(reporter, source_year_, false);
    if (!id.empty() && activity_->reporting_org().ref() ==
                           fmt::format("{}-{}", IatiName("scheme", "prefix"), id)) {
      cell.said.push_back({&At().reporter_ref, {}});
    }
  }
  // A row has one.
  if (partners.size() != 1) return;
  const auto& partner = activity_->participating_orgs(static_cast<int>(partners[0]));
  ForeignCell& cell = Add("implementing_org", OrganisationWords(FirstText(partner), true),
                          {&At().organisation, {partners[0]}});
  cell.said.push_back({&At().organisation_role, {partners[0]}});
  if (is_row_) cell.said.push_back({&At().organisation_ref, {partners[0]}});
}

int ForeignCells::DateOf(std::string_view type) const {
  for (int i = 0; i < activity_->activity_dates_size(); ++i) {
    const v1::ActivityDate& date = activity_->activity_dates(i);
    if (date.type() == type && IsValid(date.iso_date()) && date.iso_date().day() != 0) return i;
  }
  return -1;
}

void ForeignCells::ReadMonth() {
  // What was, else what is planned.
  for (const auto& [first, last] : {std::pair("2", "4"), {"1", "3"}}) {
    const int start = DateOf(first);
    const int end = DateOf(last);
    if (start < 0 || end < 0) continue;
    const v1::Date& from = activity_->activity_dates(start).iso_date();
    const v1::Date& to = activity_->activity_dates(end).iso_date();
    if (from.year() != to.year() || from.month() != to.month()) return;
    const std::string month = fmt::format("{:04}-{:02}", from.year(), from.month());
    source_year_ = fmt::format("{:04}", from.year());
    const ForeignPlace start_place{&At().date, {static_cast<uint32_t>(start)}};
    const ForeignPlace end_place{&At().date, {static_cast<uint32_t>(end)}};
    if (!IsFirstOfMonth(from) || !IsLastOfMonth(to)) {
      Add("month", month, {}).rounded = {start_place, end_place};
      return;
    }
    ForeignCell& cell = Add("month", month, start_place);
    cell.said = {end_place,
                 {&At().date_type, {static_cast<uint32_t>(start)}},
                 {&At().date_type, {static_cast<uint32_t>(end)}}};
    return;
  }
}

void ForeignCells::ReadPlaces() {
  std::string_view code;
  if (activity_->recipient_countries_size() == 1) {
    // Of several countries a row could name one only.
    const v1::RecipientCountry& country = activity_->recipient_countries(0);
    const std::string_view name = FirstText(country);
    code = country.code();
    const std::string_view named = Countries().CodeOf(name, year_);
    const std::string_view label = Countries().LabelOf(code, year_, "en");
    if (!name.empty() && (code.empty() || named == code || label.empty())) {
      ForeignCell& cell = Add("country", std::string(name), {&At().country, {}});
      if (named == code) cell.said.push_back({&At().country_code, {}});
    } else if (!label.empty()) {
      Add("country", std::string(label), {&At().country_code, {}});
    }
  } else if (is_row_ && activity_->recipient_countries().empty() &&
             activity_->recipient_regions_size() == 1) {
    const std::string_view name = FirstText(activity_->recipient_regions(0));
    code = Countries().CodeOf(name, year_);
    if (!name.empty()) Add("country", std::string(name), {&At().region, {}});
  }
  if (activity_->locations_size() != 1) return;
  const v1::Location& location = activity_->locations(0);
  const std::string_view name = FirstText(location.name());
  const Admin1* const known = name.empty() ? nullptr : FindAdmin1(code, name, year_);
  // A place of IATI may be anything, such as a hospital.
  if (!name.empty() && (is_row_ || known != nullptr)) {
    ForeignCell& cell = Add("admin1", std::string(name), {&At().place, {}});
    if (known != nullptr && location.administratives_size() == 1 &&
        location.administratives(0).vocabulary() == "A4" &&
        location.administratives(0).code() == known->iso) {
      cell.said = {{&At().division, {}}, {&At().division_list, {}}, {&At().division_level, {}}};
    }
  }
  const std::string_view inner = FirstText(location.description());
  if (is_row_ && !inner.empty()) Add("admin2", std::string(inner), {&At().inner_place, {}});
}

void ForeignCells::ReadSector() {
  const std::string own_address = fmt::format("{}sector", IatiName("scheme", "vocabulary"));
  absl::flat_hash_map<std::string_view, std::vector<uint32_t>> by_list;
  for (int i = 0; i < activity_->sectors_size(); ++i) {
    const v1::Sector& sector = activity_->sectors(i);
    const bool is_own = sector.vocabulary() == "99" && sector.vocabulary_uri() == own_address;
    // Without a vocabulary it is one of the DAC.
    const std::string_view list = is_own                        ? std::string_view("r4v")
                                  : sector.vocabulary().empty() ? std::string_view("1")
                                                                : sector.vocabulary();
    by_list[list].push_back(static_cast<uint32_t>(i));
  }
  for (const auto& [list, scheme] : {std::pair("r4v", ""), {"10", "hrinfo"}, {"1", "dac"}}) {
    const auto found = by_list.find(list);
    // Several of one list have shares, which a row cannot say.
    if (found == by_list.end() || found->second.size() != 1) continue;
    const uint32_t number = found->second[0];
    const v1::Sector& sector = activity_->sectors(static_cast<int>(number));
    const bool is_own = found->first == "r4v";
    const std::string_view code =
        is_own ? std::string_view(sector.code()) : SectorOf(scheme, sector.code());
    const std::string_view label = Sectors().LabelOf(code, year_, language_);
    const std::string_view name = FirstText(sector);
    if (!is_own && label.empty()) continue;
    ForeignPlace value{is_own && !name.empty() ? &At().sector : &At().sector_code, {number}};
    std::string text(!label.empty()  ? label
                     : !name.empty() ? name
                                     : std::string_view(sector.code()));
    ForeignCell& cell = Add("sector", std::move(text), std::move(value));
    cell.said.push_back({&At().sector_list, {number}});
    if (!is_own) return;
    cell.said.push_back({&At().sector_code, {number}});
    cell.said.push_back({&At().sector_address, {number}});
    // The others were made of it.
    for (int i = 0; is_row_ && i < activity_->sectors_size(); ++i) {
      cell.said.push_back({&At().sector_code, {static_cast<uint32_t>(i)}});
      cell.said.push_back({&At().sector_list, {static_cast<uint32_t>(i)}});
    }
    return;
  }
}

void ForeignCells::ReadTags() {
  const std::string address(IatiName("scheme", "vocabulary"));
  for (int i = 0; i < activity_->tags_size(); ++i) {
    const v1::CodedValue& tag = activity_->tags(i);
    if (tag.vocabulary_uri().compare(0, address.size(), address) != 0) continue;
    const std::string concept_name = tag.vocabulary_uri().substr(address.size());
    const ConceptField* const field = FieldOf(concept_name);
    if (field == nullptr || cells_.contains(concept_name)) continue;
    const auto number = static_cast<uint32_t>(i);
    const std::string_view name = FirstText(tag);
    ForeignPlace value{&At().tag_code, {number}};
    std::string text;
    if (field->shape == Shape::kYesNo) {
      text = YesNo().LabelOf(tag.code(), year_, language_);
      if (text.empty()) continue;
    } else {
      if (concept_name == "delivery_mechanism") {
        text = DeliveryMechanisms().LabelOf(tag.code(), year_, language_);
      } else if (concept_name == "indicator_type") {
        text = IndicatorTypes().LabelOf(tag.code(), year_, language_);
      }
      if (text.empty()) text = name.empty() ? std::string_view(tag.code()) : name;
      if (!name.empty()) value.place = &At().tag;
    }
    ForeignCell& cell = Add(concept_name, std::move(text), std::move(value));
    for (const FieldPlace* const said :
         {&At().tag_code, &At().tag, &At().tag_list, &At().tag_address}) {
      cell.said.push_back({said, {number}});
    }
  }
}

void ForeignCells::ReadResult() {
  if (activity_->results().empty()) return;
  const v1::Result& result = activity_->results(0);
  const std::string_view title = FirstText(result.title());
  // A row without an indicator has the mark there.
  ForeignCell* indicator_cell = nullptr;
  if (!title.empty() && title != IatiName("scheme", "mark")) {
    indicator_cell = &Add("indicator", std::string(title), {&At().result, {}});
  }
  const auto month = cells_.find("month");
  if (indicator_cell != nullptr && !activity_->sectors().empty()) {
    const std::string_view label =
        IndicatorText(activity_->sectors(0).code(), title, source_year_, language_);
    if (!label.empty()) indicator_cell->text = label;
  }
  for (int i = 0; i < result.indicators_size(); ++i) {
    const v1::Indicator& indicator = result.indicators(i);
    const auto number = static_cast<uint32_t>(i);
    if (indicator_cell != nullptr && FirstText(indicator.title()) == title) {
      indicator_cell->said.push_back({&At().indicator, {number}});
    }
    if (indicator.periods_size() != 1) continue;
    // Whatever was changed to other days is no number of the month.
    const v1::Date& start = indicator.periods(0).period_start().date();
    const v1::Date& end = indicator.periods(0).period_end().date();
    if (month == cells_.end() ||
        month->second.text != fmt::format("{:04}-{:02}", start.year(), start.month()) ||
        start.year() != end.year() || start.month() != end.month()) {
      continue;
    }
    if (month->second.value.place != nullptr && IsFirstOfMonth(start) && IsLastOfMonth(end)) {
      month->second.said.push_back({&At().start, {number}});
      month->second.said.push_back({&At().end, {number}});
    }
    const std::string_view measure = FirstText(indicator.description());
    if (measure == IatiName("indicator", "quantity")) {
      ReadNumber(number, "quantity", "");
    } else if (measure == IatiName("indicator", "value")) {
      ReadNumber(number, "cva_value", "USD");
    } else if (!measure.empty()) {
      ReadPeople(number, measure);
    }
  }
}

bool ForeignCells::AddNumber(std::string_view concept_name, uint32_t indicator, uint32_t actual) {
  const v1::IndicatorValue& value = activity_->results(0)
                                        .indicators(static_cast<int>(indicator))
                                        .periods(0)
                                        .actuals(static_cast<int>(actual));
  v1::Decimal number;
  std::string text;
  if (cells_.contains(concept_name) || ParseDecimal(value.value(), &number) == TextForm::kInvalid ||
      !AppendDecimal(number, &text)) {
    return false;
  }
  ForeignCell& cell = Add(concept_name, std::move(text), {&At().number, {indicator, actual}});
  cell.is_number = true;
  cell.said.push_back({&At().measure, {indicator}});
  for (int i = 0; i < value.dimensions_size(); ++i) {
    const auto dimension = static_cast<uint32_t>(i);
    cell.said.push_back({&At().dimension, {indicator, actual, dimension}});
    cell.said.push_back({&At().dimension_value, {indicator, actual, dimension}});
  }
  return true;
}

void ForeignCells::ReadNumber(uint32_t indicator, std::string_view concept_name,
                              std::string_view currency) {
  const auto& actuals =
      activity_->results(0).indicators(static_cast<int>(indicator)).periods(0).actuals();
  if (actuals.size() != 1) return;
  const auto& dimensions = actuals[0].dimensions();
  // A value is in dollars, and a quantity has no unit in the 5W.
  const bool fits = currency.empty()
                        ? dimensions.empty()
                        : dimensions.size() == 1 && dimensions[0].name() == "currency" &&
                              dimensions[0].value() == currency;
  if (fits) AddNumber(concept_name, indicator, 0);
}

void ForeignCells::ReadPeople(uint32_t indicator, std::string_view measure) {
  const auto& actuals =
      activity_->results(0).indicators(static_cast<int>(indicator)).periods(0).actuals();
  v1::Delivery delivery;
  for (const v1::IndicatorValue& actual : actuals) {
    v1::PeopleCount* const people = delivery.add_people();
    people->set_measure(std::string(measure));
    for (const v1::Dimension& from : actual.dimensions()) {
      v1::PeopleDimension* const to = people->add_dimensions();
      to->set_name(from.name());
      to->set_value(from.value());
    }
  }
  for (const ConceptField& field : ConceptFields()) {
    if (field.shape != Shape::kPeople || field.measure != measure) continue;
    const int found = FindPeople(field, delivery);
    if (found >= 0) AddNumber(field.concept_name, indicator, static_cast<uint32_t>(found));
  }
}

}  // namespace puente::r4v5w
