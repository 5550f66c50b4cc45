// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// The members of a grant, and the values that publishers write in ways of their own.
#include "fields.h"

#include <algorithm>
#include <map>

#include "core/base/calendar.h"
#include "core/base/tsv_table.h"

namespace threesixtygiving {

// Put in by the build.
std::string_view FieldsTsv();

namespace {

using puente::TextForm;
using puente::TsvTable;

Shape ShapeNamed(std::string_view word) {
  if (word == "number") return Shape::kNumber;
  if (word == "date") return Shape::kDate;
  if (word == "instant") return Shape::kInstant;
  if (word == "objects") return Shape::kObjects;
  if (word == "event") return Shape::kEvent;
  return Shape::kText;
}

using FieldMap = std::map<std::string, std::vector<Field>, std::less<>>;

FieldMap ReadFields() {
  FieldMap fields;
  const TsvTable& table = puente::EmbeddedTable<FieldsTsv>();
  for (const TsvTable::Row& row : table.rows()) {
    Field field;
    field.member = row[table.Column("member")];
    const std::vector<std::string_view> shape = puente::SplitText(row[table.Column("shape")], ' ');
    field.shape = ShapeNamed(shape[0]);
    if (shape.size() > 1) field.object = shape[1];
    field.is_needed = row[table.Column("needed")] == "yes";
    const std::string place(row[table.Column("place")]);
    field.place = sdk::FieldPlace::Own(place);
    if (field.shape == Shape::kObjects) field.element = sdk::FieldPlace::Own(place + "[]");
    fields[std::string(row[table.Column("object")])].push_back(std::move(field));
  }
  return fields;
}

/// `24/07/2014` or `24-07-2014` as `2014-07-24`; whether there is such a day is for the parser.
std::optional<std::string> TurnedRound(std::string_view text) {
  for (const char separator : {'/', '-'}) {
    const std::vector<std::string_view> parts = puente::SplitText(text, separator);
    constexpr size_t kParts = 3;
    constexpr size_t kYear = 4;
    if (parts.size() != kParts || parts[2].size() != kYear) continue;
    std::string day(parts[2]);
    for (const std::string_view part : {parts[1], parts[0]}) {
      if (part.empty() || part.size() > 2) return std::nullopt;
      day += part.size() == 1 ? "-0" : "-";
      day += part;
    }
    return day;
  }
  return std::nullopt;
}

}  // namespace

const std::vector<Field>& FieldsOf(std::string_view object) {
  static const FieldMap& fields = *new FieldMap(ReadFields());
  static const std::vector<Field>& none = *new std::vector<Field>();
  const auto found = fields.find(object);
  return found == fields.end() ? none : found->second;
}

const Field* FindField(const std::vector<Field>& fields, std::string_view member) {
  const auto found = std::find_if(fields.begin(), fields.end(),
                                  [member](const Field& field) { return field.member == member; });
  return found == fields.end() ? nullptr : &*found;
}

const Places& OurPlaces() {
  static const Places& places = *new Places();
  return places;
}

std::string Below(std::string_view path, std::string_view member) {
  std::string below(path);
  if (!member.empty()) below.append("/").append(member);
  return below;
}

std::optional<ReadDate> DateOf(std::string_view text) {
  puente::v1::Date date;
  ReadDate read;
  if (puente::ParseDate(text, &date) == TextForm::kInvalid) {
    const std::optional<std::string> turned = TurnedRound(text);
    if (!turned.has_value() || puente::ParseDate(*turned, &date) == TextForm::kInvalid) {
      return std::nullopt;
    }
    read.form = ReadDate::Form::kDayFirst;
  } else if (date.day() == 0) {
    read.form = ReadDate::Form::kPart;
  }
  if (date.month() == 0) date.set_month(1);
  if (date.day() == 0) date.set_day(1);
  puente::AppendDate(date, &read.day);
  return read;
}

std::optional<ReadDate> InstantOf(std::string_view text) {
  puente::v1::DateTime time;
  ReadDate read;
  if (puente::ParseDateTime(text, &time) != TextForm::kInvalid) {
    puente::AppendDateTime(time, &read.day);
    return read;
  }
  std::optional<ReadDate> date = DateOf(text);
  if (date.has_value()) date->day += "T00:00:00";
  return date;
}

std::string_view PublisherOf(std::string_view grant_id) {
  constexpr std::string_view kStart = "360G-";
  if (!grant_id.starts_with(kStart)) return {};
  const size_t end = grant_id.find('-', kStart.size());
  return end == std::string_view::npos ? std::string_view() : grant_id.substr(0, end);
}

std::string_view OrganisationType(std::string_view id) {
  // Lists of org-id.guide: UK government organisations and local authorities.
  if (id.starts_with("GB-GOR-")) return "10";
  if (id.starts_with("GB-LAE-") || id.starts_with("GB-LAS-") || id.starts_with("GB-PLA-")) {
    return "11";
  }
  return "60";
}

std::string MadeUpTitle(std::string_view grant_id) {
  if (grant_id.empty()) return std::string(kNotSpecified);
  return std::string("Grant ").append(grant_id);
}

std::string VocabularyOf(std::string_view array) {
  return "https://standard.threesixtygiving.org/#" + std::string(array);
}

}  // namespace threesixtygiving
