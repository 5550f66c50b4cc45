// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// The places of R4V: first and second level below the country.
#ifndef PUENTE_PLUGINS_R4V5W_PLACE_BOOK_H_
#define PUENTE_PLUGINS_R4V5W_PLACE_BOOK_H_

#include <string_view>

namespace puente::r4v5w {

/// A place of the first level.
struct Admin1 {
  std::string_view from;
  std::string_view to;
  /// ISO 3166-2 code; empty when it has none, as what is not a part of its country.
  std::string_view iso;
  /// R4V's P-code of 2021; empty when it has none.
  std::string_view pcode;
};

/// The place of a country (ISO 3166-1 code) with a name, as R4V has it in a year; null when there
/// is none. Names are compared after both are made plain, see PlainText.
const Admin1* FindAdmin1(std::string_view country, std::string_view name, std::string_view year);

/// The P-code of a place in one of the first level (ISO 3166-2 code); empty when it is not known.
/// Seven countries have a list.
std::string_view FindAdmin2(std::string_view admin1, std::string_view name);

}  // namespace puente::r4v5w

#endif  // PUENTE_PLUGINS_R4V5W_PLACE_BOOK_H_
