// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Where the cells of the 5W stand in a record.
#ifndef PUENTE_PLUGINS_R4V5W_CONCEPT_FIELDS_H_
#define PUENTE_PLUGINS_R4V5W_CONCEPT_FIELDS_H_

#include <cstdint>
#include <string_view>
#include <vector>

#include "core/plugin/sdk/field_place.h"
#include "puente/v1/delivery.pb.h"

namespace puente::r4v5w {

/// What the text of a cell is.
enum class Shape {
  kText,
  kNumber,
  kYesNo,
  kMonth,   ///< A month or a year.
  kPeople,  ///< A number of people, with what it is of.
};

/// The field of a concept, such as `admin1`.
struct ConceptField {
  std::string_view concept_name;
  Shape shape = Shape::kText;
  sdk::FieldPlace place;
  /// Of a number of people: what it is of, and the population type, sex and age; empty for all.
  std::string_view measure;
  std::string_view population;
  std::string_view sex;
  std::string_view age;
};

/// All of them, in the order of data/fields.tsv.
const std::vector<ConceptField>& ConceptFields();

/// The field of a concept; null when the schema has none.
const ConceptField* FieldOf(std::string_view concept_name);

/// Says in a record what a number of people is of.
void SetDimensions(const ConceptField& field, v1::PeopleCount* people);

/// The number of people of a delivery that a concept stands for, from 0; -1 when there is none.
int FindPeople(const ConceptField& field, const v1::Delivery& delivery);

}  // namespace puente::r4v5w

#endif  // PUENTE_PLUGINS_R4V5W_CONCEPT_FIELDS_H_
