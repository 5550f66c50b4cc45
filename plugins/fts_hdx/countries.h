// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Codes of countries by the names that FTS gives them.
#ifndef PUENTE_PLUGINS_FTS_HDX_COUNTRIES_H_
#define PUENTE_PLUGINS_FTS_HDX_COUNTRIES_H_

#include <string>
#include <string_view>
#include <vector>

namespace puente::fts_hdx {

/// The ISO 3166-1 code of three letters of a name in data/countries.tsv; empty when it has none.
std::string_view CountryCode(std::string_view name);
/// True for a code of that file.
bool IsCountryCode(std::string_view code);
/// All codes of that file.
const std::vector<std::string>& CountryCodes();

}  // namespace puente::fts_hdx

#endif  // PUENTE_PLUGINS_FTS_HDX_COUNTRIES_H_
