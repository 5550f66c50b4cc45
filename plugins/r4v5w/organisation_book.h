// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// The organisations of R4V's lists.
#ifndef PUENTE_PLUGINS_R4V5W_ORGANISATION_BOOK_H_
#define PUENTE_PLUGINS_R4V5W_ORGANISATION_BOOK_H_

#include <string_view>

namespace puente::r4v5w {

/// R4V's id of an organisation, such as `ORG208` or `IP115`, by one of its names in the lists of a
/// year; the last list goes on until there is another. Empty when no list has the name. Names are
/// compared after both are made plain. With `implementing` those that carry activities out for
/// others are looked at first, else they are not.
std::string_view FindOrganisation(std::string_view name, std::string_view year, bool implementing);

/// The name of the same organisation in a language (`en`, `es`); empty when no list has the name.
std::string_view OrganisationName(std::string_view name, std::string_view year, bool implementing,
                                  std::string_view language);

/// The code of IATI's list OrganisationType for the kind of the same organisation in R4V's lists.
/// Empty when no list has the name, or no code says the same or less.
std::string_view OrganisationTypeCode(std::string_view name, std::string_view year,
                                      bool implementing);

}  // namespace puente::r4v5w

#endif  // PUENTE_PLUGINS_R4V5W_ORGANISATION_BOOK_H_
