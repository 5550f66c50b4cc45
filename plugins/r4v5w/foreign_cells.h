// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// What a row of the 5W can say of an activity of another format, such as IATI.
#ifndef PUENTE_PLUGINS_R4V5W_FOREIGN_CELLS_H_
#define PUENTE_PLUGINS_R4V5W_FOREIGN_CELLS_H_

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/plugin/sdk/field_place.h"
#include "puente/v1/activity.pb.h"

namespace puente::r4v5w {

/// A value of an activity.
struct ForeignPlace {
  const sdk::FieldPlace* place = nullptr;
  std::vector<uint32_t> indices;
};

/// A cell that is made of an activity.
struct ForeignCell {
  std::string text;
  bool is_number = false;
  /// The value that the text says; no place when it says less than what it is made of.
  ForeignPlace value;
  /// Other values that the cell says, too.
  std::vector<ForeignPlace> said;
  /// Values of which it says less.
  std::vector<ForeignPlace> rounded;
};

/// Finds the cells of one activity after the other. An activity becomes at most one row. Numbers of
/// people and amounts are those of results that were made of a row (iati_names.tsv) alone: no
/// number of another kind becomes people, and no money becomes a value of cash. Codes become words
/// where the reviewed crosswalk says that they mean the same. One for each writer.
class ForeignCells {
 public:
  /// Reads an activity, which must live until the next; texts are in the words of a year and
  /// language.
  void Read(const v1::Activity& activity, std::string_view year, std::string_view language);
  /// The cell of a concept; null when the activity has nothing for it.
  const ForeignCell* Find(std::string_view concept_name) const;

 private:
  void ReadTexts();
  void ReadOrganisations();
  /// True when an organisation of a row with the reporter's name is the reporter once more.
  bool IsReporter(const v1::ParticipatingOrganisation& organisation) const;
  /// The name of an organisation in the language, else as it is.
  std::string OrganisationWords(std::string_view name, bool implementing) const;
  void ReadMonth();
  void ReadPlaces();
  void ReadSector();
  /// Of activities that were made of rows.
  void ReadTags();
  void ReadResult();
  void ReadNumber(uint32_t indicator, std::string_view concept_name, std::string_view currency);
  void ReadPeople(uint32_t indicator, std::string_view measure);
  /// Adds a number that a result has as a text; false when it is none.
  bool AddNumber(std::string_view concept_name, uint32_t indicator, uint32_t actual);
  ForeignCell& Add(std::string_view concept_name, std::string text, ForeignPlace value);
  /// The first date of a type; -1 when there is none.
  int DateOf(std::string_view type) const;

  const v1::Activity* activity_ = nullptr;
  std::string year_;
  std::string language_;
  /// The year of the activity's month, whose lists know its words.
  std::string source_year_;
  /// The activity was made of a row.
  bool is_row_ = false;
  std::map<std::string, ForeignCell, std::less<>> cells_;
};

}  // namespace puente::r4v5w

#endif  // PUENTE_PLUGINS_R4V5W_FOREIGN_CELLS_H_
