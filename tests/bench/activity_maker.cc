// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Makes IATI 2.03 activities: who does what, when and where.

#include "tests/bench/activity_maker.h"

#include <algorithm>
#include <array>

namespace puente::bench {
namespace {

constexpr uint32_t kPublishers = 60;
constexpr uint32_t kOrganisations = 5000;
constexpr size_t kMinBytes = 2048;

constexpr std::array<std::string_view, 40> kCountries = {
    "CO", "PE", "EC", "BR", "BO", "CL", "VE", "GT", "HN", "SV", "NI", "MX", "HT", "DO",
    "MZ", "AO", "SN", "ML", "BF", "NE", "TD", "CM", "CD", "RW", "KE", "UG", "TZ", "ET",
    "SS", "SD", "SO", "YE", "SY", "JO", "LB", "BD", "NP", "PK", "AF", "PH"};
constexpr std::array<std::string_view, 32> kSectors = {
    "11120", "11220", "11320", "12110", "12220", "12240", "12261", "13020",
    "13040", "14021", "14031", "14032", "15110", "15130", "15150", "15160",
    "15170", "15190", "15220", "16010", "16020", "23210", "24030", "31120",
    "31140", "32130", "41010", "43040", "72010", "72040", "72050", "74020"};
constexpr std::array<std::string_view, 8> kCurrencies = {"USD", "EUR", "GBP", "CAD",
                                                         "SEK", "BRL", "XAF", "JPY"};
constexpr std::array<std::string_view, 8> kOrganisationTypes = {"10", "15", "21", "22",
                                                                "40", "60", "70", "80"};
constexpr std::array<std::string_view, 6> kRegisters = {"XM-DAC", "GB-CHC",    "US-EIN",
                                                        "NL-KVK", "XI-IATI-X", "CO-CCB"};
constexpr std::array<std::string_view, 5> kFormats = {"application/pdf", "text/html", "text/csv",
                                                      "application/msword", "image/jpeg"};
constexpr std::string_view kLang = "xml:lang";

XmlStyle AnyStyle(Random& random) {
  XmlStyle style;
  const uint32_t kind = random.Below(10);
  if (kind < 2) {
    style.indent = "\t";
  } else if (kind < 4) {
    style.indent = "    ";
  } else if (kind < 6) {
    style.indent = "";
    style.lines = kind == 4;
  }
  style.carriage_return = random.Chance(60);
  if (random.Chance(60)) style.quote = '\'';
  style.long_empty = random.Chance(200);
  style.ascii = random.Chance(80);
  return style;
}

}  // namespace

ActivityMaker::ActivityMaker(uint64_t seed)
    : seed_(seed),
      random_(seed),
      choose_publisher_(kPublishers),
      choose_organisation_(kOrganisations) {
  for (uint32_t i = 0; i < kPublishers; ++i) {
    Publisher publisher;
    publisher.index = i;
    publisher.ref = random_.Of(kRegisters);
    publisher.ref += "-" + std::to_string(random_.Between(1000, 9'999'999));
    publisher.type = random_.Of(kOrganisationTypes);
    publisher.currency = random_.Of(kCurrencies);
    const uint32_t language = i == 0 ? 0 : random_.Below(8);
    publisher.language = static_cast<Language>(language < kLanguages ? language : 0);
    publisher.second = static_cast<Language>((language + 1 + random_.Below(3)) % kLanguages);
    if (publisher.second == publisher.language) publisher.second = Language::kFrench;
    publisher.style = i == 0 ? XmlStyle() : AnyStyle(random_);
    publisher.bilingual = random_.Chance(300);
    publisher.names_language = random_.Chance(500);
    publisher.by_transaction = random_.Chance(300);
    publisher.results = random_.Chance(600);
    publisher.comments = random_.Chance(250);
    publisher.extensions = random_.Chance(300);
    publisher.loans = random_.Chance(150);
    publisher.cents = random_.Chance(500) ? 2 : random_.Below(4);
    publishers_.push_back(std::move(publisher));
  }
}

void ActivityMaker::BeginFile() {
  xml_.bytes() += "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!-- generated for load tests -->";
  xml_.set_style(XmlStyle());
  xml_.Begin("iati-activities");
  xml_.Attribute("version", "2.03");
  xml_.Attribute("generated-datetime", "2026-01-31T08:30:00Z");
  xml_.Attribute("xmlns:ext", "https://example.org/ns/extension");
  xml_.Attribute("xmlns:gis", "https://example.org/ns/gis/1.0");
  xml_.Attribute("ext:run", Number(static_cast<uint32_t>(seed_ % 1'000'000)));
}

void ActivityMaker::EndFile() {
  xml_.set_style(XmlStyle());
  xml_.Leaf("ext:summary", "end of the generated activities");
  xml_.End();
  xml_.bytes() += '\n';
}

void ActivityMaker::Activity(uint64_t index, size_t bytes) {
  random_ = Random(seed_ * 0x9E3779B97F4A7C15u ^ (index + 1) * 0xD1B54A32D192ED03u);
  if (bytes == 0) {
    // Each doubling of the size is half as frequent, up to half a megabyte.
    bytes = kMinBytes;
    while (bytes < kMinBytes << 7 && random_.Chance(500)) bytes *= 2;
    bytes += random_.Below(static_cast<uint32_t>(bytes));
  }
  publisher_ = &publishers_[choose_publisher_(random_)];
  xml_.set_style(publisher_->style);
  const size_t begin = size();
  Head(index);
  Narratives("title", 0);
  for (uint32_t type = 1; type == 1 || (type < 5 && random_.Chance(300)); ++type) {
    xml_.Begin("description");
    xml_.Attribute("type", Number(type));
    const size_t prose = std::min<size_t>(bytes / 10 + random_.Below(300), 6000);
    NarrativesInside(prose / type + 40);
    xml_.End();
  }
  Organisations();
  xml_.Empty("activity-status", "code", Number(random_.Between(1, 5)));
  Dates();
  if (random_.Chance(350)) Contact();
  Geography(size() + bytes / 12);
  Classification();
  const size_t rest = begin + bytes > size() + 400 ? begin + bytes - size() - 400 : 0;
  Budgets(size() + rest / 10);
  if (rest > 3000) PlannedDisbursements(size() + rest / 20);
  if (random_.Chance(60)) xml_.Empty("capital-spend", "percentage", Percentage());
  const bool results = publisher_->results && rest > 2500;
  Transactions(size() + (results ? rest * 45 / 100 : rest * 80 / 100));
  Documents(size() + (rest > 1000 ? rest / 16 : 0));
  Odds();
  if (results) Results(begin + bytes);
  if (publisher_->loans && random_.Chance(300)) Loans();
  if (publisher_->extensions) Foreign();
  xml_.End();
}

void ActivityMaker::Head(uint64_t index) {
  identifier_ = publisher_->ref + "-";
  identifier_ += publisher_->index % 3 == 0 ? "P" : "";
  identifier_ += std::to_string(seed_ % 1000 * 100'000'000 + index);
  if (publisher_->comments && random_.Chance(300)) {
    text_ = " ";
    words_.Title(publisher_->language, random_, &text_);
    xml_.Comment(text_ += ' ');
  }
  if (Rare()) xml_.Instruction("publisher-note reviewed=\"yes\"");
  xml_.Begin("iati-activity");
  if (!publisher_->names_language || random_.Chance(800)) {
    xml_.Attribute(kLang, LanguageCode(publisher_->language));
  }
  xml_.Attribute("default-currency", publisher_->currency);
  if (random_.Chance(700)) {
    std::string updated(DateText(AnyDate()));
    xml_.Attribute("last-updated-datetime",
                   updated + (Rare() ? "T00:00:00.000+02:00" : "T00:00:00Z"));
  }
  if (random_.Chance(600)) xml_.Attribute("hierarchy", Number(random_.Between(1, 2)));
  if (random_.Chance(250)) xml_.Attribute("humanitarian", random_.Chance(700) ? "1" : "true");
  if (random_.Chance(60)) xml_.Attribute("budget-not-provided", Number(random_.Between(1, 3)));
  if (publisher_->extensions) {
    xml_.Attribute("ext:row", Number(static_cast<uint32_t>(index % 100'000)));
    if (random_.Chance(200)) xml_.Attribute("xmlns:local", "https://example.org/ns/local");
  }
  xml_.Begin("iati-identifier");
  xml_.Text(Rare() ? " " + identifier_ + "\n" : identifier_);
  xml_.End();
  xml_.Begin("reporting-org");
  xml_.Attribute("ref", publisher_->ref);
  xml_.Attribute("type", publisher_->type);
  if (random_.Chance(100)) xml_.Attribute("secondary-reporter", "0");
  text_.clear();
  words_.Organisation(publisher_->language, publisher_->index, &text_);
  Narrative(text_, publisher_->language);
  xml_.End();
}

void ActivityMaker::Organisations() {
  for (uint32_t role = 1; role <= 4; ++role) {
    if (role != 1 && random_.Chance(250)) continue;
    for (uint32_t i = random_.Chance(200) ? 3 : 1; i > 0; --i) {
      xml_.Begin("participating-org");
      xml_.Attribute("role", Number(role));
      const uint32_t organisation = choose_organisation_(random_);
      if (random_.Chance(600))
        xml_.Attribute("ref", "XM-DAC-" + std::to_string(organisation + 100));
      xml_.Attribute("type", random_.Of(kOrganisationTypes));
      if (random_.Chance(60)) xml_.Attribute("activity-id", identifier_ + "-A");
      text_.clear();
      words_.Organisation(publisher_->language, organisation, &text_);
      Narrative(text_, publisher_->language);
      xml_.End();
    }
  }
  if (!random_.Chance(250)) return;
  xml_.Begin("other-identifier");
  xml_.Attribute("ref", "N-" + std::to_string(random_.Below(1'000'000'000)));
  xml_.Attribute("type", random_.Chance(500) ? "A1" : "B9");
  if (random_.Chance(300)) {
    xml_.Begin("owner-org");
    xml_.Attribute("ref", publisher_->ref);
    xml_.End();
  }
  xml_.End();
}

void ActivityMaker::Dates() {
  start_ = AnyDate();
  for (uint32_t type = 1; type <= 4; ++type) {
    if (type != 1 && random_.Chance(350)) continue;
    Date date = start_;
    if (type >= 3) date.year += static_cast<int>(random_.Between(1, 5));
    xml_.Begin("activity-date");
    xml_.Attribute("iso-date", DateText(date));
    xml_.Attribute("type", Number(type));
    if (random_.Chance(20)) Narrative(std::to_string(date.year) + "Q1", publisher_->language);
    xml_.End();
  }
}

void ActivityMaker::Contact() {
  xml_.Begin("contact-info");
  xml_.Attribute("type", Number(random_.Between(1, 4)));
  text_.clear();
  words_.Organisation(publisher_->language, publisher_->index, &text_);
  xml_.Begin("organisation");
  Narrative(text_, publisher_->language);
  xml_.End();
  if (random_.Chance(300)) {
    text_.clear();
    words_.Person(random_, &text_);
    xml_.Begin("person-name");
    Narrative(text_, publisher_->language);
    xml_.End();
  }
  if (random_.Chance(400))
    xml_.Leaf("telephone", "+000 " + std::to_string(random_.Below(9'999'999)));
  xml_.Leaf("email", "office" + std::to_string(random_.Below(999)) + "@example.org");
  if (random_.Chance(500))
    xml_.Leaf("website", "https://example.org/?a=1&b=" + std::string(Number(random_.Below(99))));
  if (random_.Chance(400)) {
    text_ = std::to_string(random_.Between(1, 400)) + " ";
    words_.Place(random_, &text_);
    text_ += "\n";
    words_.Place(random_, &text_);
    xml_.Begin("mailing-address");
    Narrative(text_, publisher_->language);
    xml_.End();
  }
  xml_.End();
}

void ActivityMaker::Geography(size_t locations_end) {
  if (random_.Chance(400)) xml_.Empty("activity-scope", "code", Number(random_.Between(1, 8)));
  if (!publisher_->by_transaction) {
    const uint32_t countries = random_.Chance(150) ? random_.Between(2, 6) : 1;
    for (uint32_t i = 0; i < countries; ++i) {
      xml_.Begin("recipient-country");
      xml_.Attribute("code", random_.Of(kCountries));
      if (countries > 1 || random_.Chance(300)) xml_.Attribute("percentage", Percentage());
      if (random_.Chance(100)) NarrativesInside(0);
      xml_.End();
    }
    if (random_.Chance(120)) {
      xml_.Begin("recipient-region");
      xml_.Attribute("code", random_.Chance(500) ? "298" : "489");
      xml_.Attribute("vocabulary", "1");
      xml_.Attribute("percentage", Percentage());
      xml_.End();
    }
  }
  if (random_.Chance(500)) {
    do {
      Location();
    } while (size() < locations_end);
  }
}

void ActivityMaker::Location() {
  MaybeComment(20);
  xml_.Begin("location");
  if (random_.Chance(300)) xml_.Attribute("ref", "L" + std::to_string(random_.Below(9999)));
  if (random_.Chance(500)) xml_.Empty("location-reach", "code", Number(random_.Between(1, 2)));
  if (random_.Chance(300)) {
    xml_.Begin("location-id");
    xml_.Attribute("vocabulary", "G1");
    xml_.Attribute("code", Number(random_.Below(9'999'999)));
    xml_.End();
  }
  text_.clear();
  words_.Place(random_, &text_);
  xml_.Begin("name");
  Narrative(text_, publisher_->language);
  xml_.End();
  if (random_.Chance(200)) Narratives("activity-description", 120);
  for (uint32_t level = 1; level <= 2 && random_.Chance(300); ++level) {
    xml_.Begin("administrative");
    xml_.Attribute("vocabulary", "G1");
    xml_.Attribute("level", Number(level));
    xml_.Attribute("code", Number(random_.Below(9'999'999)));
    xml_.End();
  }
  if (random_.Chance(800)) {
    xml_.Begin("point");
    xml_.Attribute("srsName", "http://www.opengis.net/def/crs/EPSG/0/4326");
    text_ = random_.Chance(500) ? "-" : "";
    text_ += std::to_string(random_.Below(89)) + "." + std::to_string(random_.Between(1, 999'999));
    text_ += random_.Chance(500) ? " -" : " ";
    text_ += std::to_string(random_.Below(179)) + "." + std::to_string(random_.Between(1, 999'999));
    xml_.Leaf("pos", text_);
    xml_.End();
    if (random_.Chance(500)) xml_.Empty("exactness", "code", Number(random_.Between(1, 2)));
  }
  if (random_.Chance(300)) xml_.Empty("feature-designation", "code", "PPLA");
  if (publisher_->extensions && random_.Chance(200)) {
    xml_.Begin("gis:outline");
    xml_.Attribute("gis:srid", "4326");
    xml_.Text("POLYGON((0 0, 0 1, 1 1, 0 0))");
    xml_.End();
  }
  xml_.End();
}

void ActivityMaker::Sector(bool in_transaction, std::string_view percentage) {
  xml_.Begin("sector");
  const bool own = random_.Chance(150);
  xml_.Attribute("vocabulary", own ? "99" : "1");
  if (own) {
    xml_.Attribute("vocabulary-uri", "https://example.org/codes");
    xml_.Attribute("code", "S" + std::to_string(random_.Below(400)));
  } else {
    xml_.Attribute("code", random_.Of(kSectors));
  }
  if (!percentage.empty()) xml_.Attribute("percentage", percentage);
  if (own || (!in_transaction && random_.Chance(200))) NarrativesInside(0);
  xml_.End();
}

void ActivityMaker::Classification() {
  if (!publisher_->by_transaction) {
    const uint32_t sectors = random_.Chance(350) ? random_.Between(2, 6) : 1;
    for (uint32_t i = 0; i < sectors; ++i) Sector(false, sectors > 1 ? Percentage() : "");
  }
  for (uint32_t i = random_.Chance(300) ? random_.Between(1, 4) : 0; i > 0; --i) {
    xml_.Begin("tag");
    xml_.Attribute("vocabulary", "2");
    xml_.Attribute("code", Number(random_.Between(1, 17)));
    xml_.End();
  }
  if (random_.Chance(80)) {
    xml_.Begin("country-budget-items");
    xml_.Attribute("vocabulary", "2");
    xml_.Begin("budget-item");
    xml_.Attribute("code", "1.1.1");
    xml_.Attribute("percentage", "100");
    Narratives("description", 0);
    xml_.End();
    xml_.End();
  }
  if (random_.Chance(150)) {
    xml_.Begin("humanitarian-scope");
    xml_.Attribute("type", "1");
    xml_.Attribute("vocabulary", "1-2");
    xml_.Attribute("code", "EQ-2015-000048-NPL");
    xml_.End();
  }
  for (uint32_t code = 1; code <= 12; ++code) {
    if (!random_.Chance(250)) continue;
    xml_.Begin("policy-marker");
    xml_.Attribute("vocabulary", "1");
    xml_.Attribute("code", Number(code));
    xml_.Attribute("significance", Number(random_.Below(3)));
    xml_.End();
  }
  MaybeComment(40);
  if (random_.Chance(500)) xml_.Empty("collaboration-type", "code", Number(random_.Between(1, 8)));
  if (random_.Chance(700))
    xml_.Empty("default-flow-type", "code", random_.Chance(800) ? "10" : "30");
  if (random_.Chance(700))
    xml_.Empty("default-finance-type", "code", random_.Chance(800) ? "110" : "421");
  if (random_.Chance(700))
    xml_.Empty("default-aid-type", "code", random_.Chance(800) ? "C01" : "B03");
  if (random_.Chance(600)) xml_.Empty("default-tied-status", "code", Number(random_.Between(3, 5)));
}

void ActivityMaker::Documents(size_t end) {
  while (size() < end) Document(false);
}

void ActivityMaker::Document(bool in_result) {
  xml_.Begin("document-link");
  xml_.Attribute("format", random_.Of(kFormats));
  text_ = "https://example.org/documents/" + std::to_string(random_.Below(1'000'000));
  text_ += random_.Chance(300) ? "/view?lang=en&id=" : "/";
  xml_.Attribute("url", text_ + std::to_string(random_.Below(1000)));
  Narratives("title", 0);
  if (random_.Chance(200)) Narratives("description", 150);
  xml_.Empty("category", "code", in_result ? "A08" : random_.Chance(500) ? "A01" : "B07");
  if (random_.Chance(600)) xml_.Empty("language", "code", LanguageCode(publisher_->language));
  if (random_.Chance(400)) DateElement("document-date", AnyDate());
  xml_.End();
}

void ActivityMaker::Odds() {
  for (uint32_t i = random_.Chance(200) ? random_.Between(1, 5) : 0; i > 0; --i) {
    xml_.Begin("related-activity");
    xml_.Attribute("ref", publisher_->ref + "-" + std::to_string(random_.Below(100'000)));
    xml_.Attribute("type", Number(random_.Between(1, 5)));
    xml_.End();
  }
  for (uint32_t i = random_.Chance(50) ? 4 : 0; i > 0; --i) {
    xml_.Begin("legacy-data");
    xml_.Attribute("name", "Project Status " + std::to_string(i));
    xml_.Attribute("value", "2 < 3");
    if (i == 1) xml_.Attribute("iati-equivalent", "activity-status");
    xml_.End();
  }
  if (random_.Chance(150)) {
    xml_.Begin("conditions");
    xml_.Attribute("attached", random_.Chance(500) ? "1" : "true");
    xml_.Begin("condition");
    xml_.Attribute("type", Number(random_.Between(1, 3)));
    NarrativesInside(200);
    xml_.End();
    xml_.End();
  }
}

void ActivityMaker::Foreign() {
  xml_.Begin("ext:internal");
  xml_.Attribute("ext:desk", Number(random_.Below(40)));
  if (random_.Chance(300)) xml_.Attribute("plain", "unqualified");
  xml_.Begin("ext:code");
  xml_.Text(Number(random_.Below(100'000)));
  xml_.End();
  if (random_.Chance(500)) {
    xml_.Begin("note");
    xml_.Attribute("xmlns", "https://example.org/ns/note");
    text_.clear();
    words_.Prose(publisher_->language, 60, random_, &text_);
    xml_.Text(text_);
    xml_.Leaf("by", "desk");
    xml_.Text(" ; ");
    xml_.Leaf("seen", "");
    xml_.End();
  }
  xml_.End();
}

void ActivityMaker::Narrative(std::string_view text, Language language) {
  xml_.Begin("narrative");
  if (language != publisher_->language || publisher_->names_language) {
    xml_.Attribute(kLang, LanguageCode(language));
  }
  if (publisher_->extensions && random_.Chance(10)) xml_.Attribute("ext:checked", "no");
  if (Rare()) {
    xml_.Raw("<![CDATA[<p>");
    xml_.bytes() += text;
    xml_.Raw("</p>]]>");
  } else if (Rare()) {
    xml_.Text("No ");
    xml_.Raw("&#8211;&#x2014;&#x1F30D;");
    xml_.Comment(" draft ");
    xml_.Text(" ...");
  } else if (!text.empty() && !Rare()) {
    xml_.Text(text);
  }
  xml_.End();
}

void ActivityMaker::NarrativesInside(size_t prose_bytes) {
  for (const bool second : {false, true}) {
    if (second && !(publisher_->bilingual && random_.Chance(700))) break;
    const Language language = second ? publisher_->second : publisher_->language;
    text_.clear();
    if (prose_bytes == 0) {
      words_.Title(language, random_, &text_);
    } else {
      words_.Prose(language, prose_bytes, random_, &text_);
    }
    Narrative(text_, language);
  }
}

void ActivityMaker::Narratives(std::string_view element, size_t prose_bytes) {
  xml_.Begin(element);
  NarrativesInside(prose_bytes);
  xml_.End();
}

void ActivityMaker::Organisation(std::string_view element, std::string_view activity_attribute) {
  xml_.Begin(element);
  const uint32_t organisation = choose_organisation_(random_);
  if (random_.Chance(700)) xml_.Attribute("ref", "XM-DAC-" + std::to_string(organisation + 100));
  if (random_.Chance(300)) xml_.Attribute("type", random_.Of(kOrganisationTypes));
  if (random_.Chance(250)) xml_.Attribute(activity_attribute, identifier_);
  if (random_.Chance(800)) {
    text_.clear();
    words_.Organisation(publisher_->language, organisation, &text_);
    Narrative(text_, publisher_->language);
  }
  xml_.End();
}

void ActivityMaker::DateElement(std::string_view element, const Date& date) {
  xml_.Begin(element);
  xml_.Attribute("iso-date", DateText(date));
  xml_.End();
}

void ActivityMaker::MaybeComment(uint32_t permille) {
  if (!publisher_->comments || !random_.Chance(permille)) return;
  text_ = " ";
  words_.Title(publisher_->language, random_, &text_);
  xml_.Comment(text_ += " <checked> & filed ");
}

ActivityMaker::Date ActivityMaker::AnyDate() {
  Date date{};
  date.year = static_cast<int>(random_.Between(2008, 2028));
  date.month = static_cast<int>(random_.Between(1, 12));
  date.day = static_cast<int>(random_.Chance(300) ? 1 : random_.Between(1, 28));
  return date;
}

std::string_view ActivityMaker::DateText(const Date& date) {
  date_ = std::to_string(date.year);
  for (const int part : {date.month, date.day}) {
    date_ += '-';
    date_ += static_cast<char>('0' + part / 10);
    date_ += static_cast<char>('0' + part % 10);
  }
  if (Rare()) date_ += 'Z';
  return date_;
}

std::string_view ActivityMaker::Percentage() {
  number_ = std::to_string(random_.Between(1, 99));
  if (random_.Chance(400)) number_ += "." + std::to_string(random_.Below(100));
  if (random_.Chance(50)) number_ += "0";
  return number_;
}

std::string_view ActivityMaker::Number(uint32_t number) {
  number_ = std::to_string(number);
  return number_;
}

}  // namespace puente::bench
