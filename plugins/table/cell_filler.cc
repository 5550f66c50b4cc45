// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Fills cells: texts in the wanted language, organisations, places, sectors, currencies.
#include "plugins/table/cell_filler.h"

#include "core/base/calendar.h"
#include "core/base/decimal.h"

namespace puente::table {
namespace {

constexpr std::string_view kActivity = "activity";

bool SameLetters(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  for (size_t i = 0; i < a.size(); ++i) {
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c; };
    if (lower(a[i]) != lower(b[i])) return false;
  }
  return true;
}

/// True when a language tag such as `es-CO` is of the language `es`.
bool IsOfLanguage(std::string_view tag, std::string_view lang) {
  tag = TrimXmlSpace(tag);
  if (SameLetters(tag, lang)) return true;
  return tag.size() > lang.size() && (tag[lang.size()] == '-' || tag[lang.size()] == '_') &&
         SameLetters(tag.substr(0, lang.size()), lang);
}

}  // namespace

const v1::Narrative* CellFiller::Pick(const Narratives& narratives) const {
  const v1::Narrative* first = nullptr;
  for (const v1::Narrative& narrative : narratives) {
    if (TrimXmlSpace(narrative.text()).empty()) continue;
    const std::string& lang = narrative.has_lang() ? narrative.lang() : activity().lang();
    if (IsOfLanguage(lang, lang_)) return &narrative;
    if (first == nullptr) first = &narrative;
  }
  return first;
}

void CellFiller::TextOf(size_t column, std::string_view base, const Narratives& narratives) {
  const v1::Narrative* narrative = Pick(narratives);
  if (narrative == nullptr) return;
  Value(column, base, "narratives.text", narrative, narrative->text());
}

void CellFiller::Value(size_t column, std::string_view base, std::string_view field,
                       const void* owner, std::string_view text) {
  text = TrimXmlSpace(text);
  if (text.empty()) return;
  table_.Add(column, text);
  table_.Take(column, {owner, table_.Field(base, field)});
}

bool CellFiller::DateOf(size_t column, std::string_view base, std::string_view field,
                        const void* owner, const v1::Date& date) {
  std::string text;
  if (!AppendDate(date, &text)) return false;
  Value(column, base, field, owner, text);
  return true;
}

void CellFiller::DecimalOf(size_t column, std::string_view base, std::string_view field,
                           const void* owner, const v1::Decimal& decimal) {
  std::string text;
  if (AppendDecimal(decimal, &text)) Value(column, base, field, owner, text);
}

bool CellFiller::Named(NameAndCode columns, std::string_view base, const Narratives& narratives,
                       std::string_view code_field, const void* owner, std::string_view code,
                       std::string_view codelist, std::string_view prefix) {
  code = TrimXmlSpace(code);
  const v1::Narrative* narrative = Pick(narratives);
  std::string_view name;
  if (narrative != nullptr) {
    name = TrimXmlSpace(narrative->text());
  } else {
    if (!codelist.empty() && !code.empty()) name = CodeName(run_, codelist, code, lang_);
    if (name.empty()) name = code;
    if (name.empty()) return false;
  }
  std::string full_code(prefix);
  if (!prefix.empty()) full_code += ':';
  full_code += code;
  table_.AddPair(columns.name, name, columns.code,
                 code.empty() ? code : std::string_view(full_code));
  if (narrative != nullptr) {
    table_.Take(columns.name, {narrative, table_.Field(base, "narratives.text")});
  }
  if (!code.empty()) table_.Take(columns.code, {owner, table_.Field(base, code_field)});
  return true;
}

void CellFiller::Identity(size_t id, size_t ordinal, size_t title) {
  const std::string_view own = TrimXmlSpace(activity().iati_identifier());
  if (own.empty()) {
    table_.Add(id, record_->identity().id());
  } else {
    Value(id, kActivity, "iati_identifier", &activity(), own);
  }
  table_.Add(ordinal, std::to_string(record_->identity().ordinal()));
  TextOf(title, "activity.title", activity().title().narratives());
}

void CellFiller::Source(size_t file, size_t line) {
  const v1::Provenance& provenance = record_->provenance();
  table_.Add(file, provenance.source());
  const uint64_t number = provenance.line() != 0 ? provenance.line() : info_->origin.line;
  if (number != 0) table_.Add(line, std::to_string(number));
}

bool CellFiller::Participants(NameAndCode columns, std::string_view role) {
  bool any = false;
  for (const v1::ParticipatingOrganisation& org : activity().participating_orgs()) {
    if (TrimXmlSpace(org.role()) != role) continue;
    if (!OrganisationOf(columns, "activity.participating_orgs", org)) continue;
    // The column says what the role is.
    table_.Take(columns.name, {&org, table_.Field("activity.participating_orgs", "role")});
    any = true;
  }
  return any;
}

void CellFiller::Funders(NameAndCode columns, size_t basis) {
  if (Participants(columns, "1")) {
    table_.Add(basis, "participating organisations");
    return;
  }
  bool any = false;
  for (const v1::Transaction& transaction : activity().transactions()) {
    any |= Endpoints(columns, "activity.transactions.sources", transaction.sources());
  }
  if (any) table_.Add(basis, "transaction providers");
}

bool CellFiller::Endpoints(NameAndCode columns, std::string_view base,
                           const Repeated<v1::MoneyEndpoint>& endpoints) {
  const std::string path = std::string(base) + ".organisation";
  bool any = false;
  for (const v1::MoneyEndpoint& end : endpoints) {
    if (end.has_organisation()) any |= OrganisationOf(columns, path, end.organisation());
  }
  return any;
}

void CellFiller::Country(NameAndCode columns, std::string_view base,
                         const v1::RecipientCountry& country) {
  Named(columns, base, country.narratives(), "code", &country, country.code(), "Country", "");
}

void CellFiller::Countries(NameAndCode columns, std::string_view base,
                           const Repeated<v1::RecipientCountry>& countries) {
  for (const v1::RecipientCountry& country : countries) Country(columns, base, country);
}

void CellFiller::Region(NameAndCode columns, std::string_view base,
                        const v1::RecipientRegion& region) {
  const std::string_view vocabulary = TrimXmlSpace(region.vocabulary());
  const bool usual = vocabulary.empty() || vocabulary == "1";
  Named(columns, base, region.narratives(), "code", &region, region.code(), usual ? "Region" : "",
        usual ? "" : vocabulary);
  if (!usual && !TrimXmlSpace(region.code()).empty()) {
    table_.Take(columns.code, {&region, table_.Field(base, "vocabulary")});
  }
}

void CellFiller::Regions(NameAndCode columns, std::string_view base,
                         const Repeated<v1::RecipientRegion>& regions) {
  for (const v1::RecipientRegion& region : regions) Region(columns, base, region);
}

void CellFiller::Sectors(NameAndCode columns, std::string_view base,
                         const Repeated<v1::Sector>& sectors) {
  for (const v1::Sector& sector : sectors) {
    const std::string_view vocabulary = TrimXmlSpace(sector.vocabulary());
    const bool usual = vocabulary.empty() || vocabulary == "1";
    const bool category = vocabulary == "2";
    Named(columns, base, sector.narratives(), "code", &sector, sector.code(),
          usual      ? "Sector"
          : category ? "SectorCategory"
                     : "",
          usual || category ? "" : vocabulary);
    if (!usual && !category && !TrimXmlSpace(sector.code()).empty()) {
      table_.Take(columns.code, {&sector, table_.Field(base, "vocabulary")});
    }
  }
}

void CellFiller::Coded(NameAndCode columns, std::string_view base, const v1::CodedValue& value,
                       std::string_view codelist) {
  Named(columns, base, value.narratives(), "code", &value, value.code(), codelist, "");
}

std::string_view CellFiller::CurrencyOf(const v1::Money& money) const {
  const std::string_view own = TrimXmlSpace(money.currency());
  return own.empty() ? TrimXmlSpace(activity().default_currency()) : own;
}

void CellFiller::TakeCurrency(size_t column, std::string_view base, const v1::Money& money) {
  if (!TrimXmlSpace(money.currency()).empty()) {
    table_.Take(column, {&money, table_.Field(base, "currency")});
  } else if (!TrimXmlSpace(activity().default_currency()).empty()) {
    table_.Take(column, {&activity(), table_.Field(kActivity, "default_currency")});
  }
}

}  // namespace puente::table
