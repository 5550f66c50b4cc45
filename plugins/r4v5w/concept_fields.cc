// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Where the cells of the 5W stand in a record.
#include "plugins/r4v5w/concept_fields.h"

#include <array>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "core/base/tsv_table.h"

namespace puente::r4v5w {

// Put in by the build.
std::string_view FieldsTsv();

namespace {

Shape ShapeNamed(std::string_view name) {
  if (name == "number") return Shape::kNumber;
  if (name == "yes_no") return Shape::kYesNo;
  if (name == "month") return Shape::kMonth;
  if (name == "people") return Shape::kPeople;
  return Shape::kText;
}

/// A cell of the table; `-` is empty.
std::string_view Given(std::string_view cell) { return cell == "-" ? std::string_view() : cell; }

/// The dimensions of a field by name; those that are empty are none.
std::array<std::pair<std::string_view, std::string_view>, 3> Dimensions(const ConceptField& field) {
  return {{{"population-type", field.population}, {"sex", field.sex}, {"age", field.age}}};
}

}  // namespace

const std::vector<ConceptField>& ConceptFields() {
  static const std::vector<ConceptField>& fields = *new std::vector<ConceptField>([] {
    const TsvTable& table = EmbeddedTable<FieldsTsv>();
    std::vector<ConceptField> made;
    for (const TsvTable::Row& row : table.rows()) {
      ConceptField field;
      field.concept_name = row[table.Column("concept")];
      field.shape = ShapeNamed(row[table.Column("shape")]);
      field.place = sdk::FieldPlace::Own(row[table.Column("place")]);
      field.measure = Given(row[table.Column("measure")]);
      field.population = Given(row[table.Column("population")]);
      field.sex = Given(row[table.Column("sex")]);
      field.age = Given(row[table.Column("age")]);
      made.push_back(std::move(field));
    }
    return made;
  }());
  return fields;
}

const ConceptField* FieldOf(std::string_view concept_name) {
  using Map = absl::flat_hash_map<std::string_view, const ConceptField*>;
  static const Map& by_concept = *new Map([] {
    Map made;
    for (const ConceptField& field : ConceptFields()) made.emplace(field.concept_name, &field);
    return made;
  }());
  const auto found = by_concept.find(concept_name);
  return found == by_concept.end() ? nullptr : found->second;
}

void SetDimensions(const ConceptField& field, v1::PeopleCount* people) {
  people->set_measure(field.measure.data(), field.measure.size());
  for (const auto& [name, value] : Dimensions(field)) {
    if (value.empty()) continue;
    v1::PeopleDimension* const dimension = people->add_dimensions();
    dimension->set_name(name.data(), name.size());
    dimension->set_value(value.data(), value.size());
  }
}

int FindPeople(const ConceptField& field, const v1::Delivery& delivery) {
  for (int i = 0; i < delivery.people_size(); ++i) {
    const v1::PeopleCount& people = delivery.people(i);
    if (people.measure() != field.measure) continue;
    int matched = 0;
    int wanted = 0;
    for (const auto& [name, value] : Dimensions(field)) {
      if (value.empty()) continue;
      ++wanted;
      for (const v1::PeopleDimension& dimension : people.dimensions()) {
        if (dimension.name() == name && dimension.value() == value) ++matched;
      }
    }
    if (matched == wanted && people.dimensions_size() == wanted) return i;
  }
  return -1;
}

}  // namespace puente::r4v5w
