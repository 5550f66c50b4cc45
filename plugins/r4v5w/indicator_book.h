// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// The indicators of R4V by year.
#ifndef PUENTE_PLUGINS_R4V5W_INDICATOR_BOOK_H_
#define PUENTE_PLUGINS_R4V5W_INDICATOR_BOOK_H_

#include <string>
#include <string_view>
#include <vector>

namespace puente::r4v5w {

/// An indicator of data/indicators.tsv. Empty is not known; nothing is guessed.
struct Indicator {
  std::string_view from;
  std::string_view to;
  /// R4V's code, which means other indicators in other years.
  std::string_view code;
  /// Code of the sector, of data/sectors.tsv.
  std::string_view sector;
  /// Code of the type, of data/indicator_types.tsv.
  std::string_view type;
  /// False for a text that is read only.
  bool is_label = false;
  /// Texts in English and Spanish.
  std::string english;
  std::string spanish;
};

/// The indicator that a row of a year means by the code of its sector and a text in either
/// language; null when the list of that year has none. Texts are compared after both are made
/// plain.
const Indicator* FindIndicator(std::string_view sector, std::string_view text,
                               std::string_view year);

/// All texts of a year in a language, in the order of the list.
std::vector<std::string> IndicatorTexts(std::string_view year, std::string_view language);

/// The text of an indicator in a language, as a row of `year` has it: that of the year's own list,
/// else of another year with the same sector and text. Empty when no list has it.
std::string_view IndicatorText(std::string_view sector, std::string_view text,
                               std::string_view year, std::string_view language);

}  // namespace puente::r4v5w

#endif  // PUENTE_PLUGINS_R4V5W_INDICATOR_BOOK_H_
