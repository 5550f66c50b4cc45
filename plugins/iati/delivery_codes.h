// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// The codes and names of IATI for what a row of R4V's 5W says, by the reviewed crosswalks.
#ifndef PUENTE_PLUGINS_IATI_DELIVERY_CODES_H_
#define PUENTE_PLUGINS_IATI_DELIVERY_CODES_H_

#include <string>
#include <string_view>

namespace puente::iati {

/// How something of a delivery is named in IATI: a row of iati_names.tsv.
struct DeliveryName {
  /// Empty when the table has no such row.
  std::string_view name;
  /// In words; empty when there are none.
  std::string_view title;
};

/// By part and field of the table.
DeliveryName FindDeliveryName(std::string_view part, std::string_view field);

/// The address of the vocabulary of a concept, such as `cva`.
std::string DeliveryVocabulary(std::string_view concept_name);

/// The code in a scheme (`hrinfo`, which is sector vocabulary 10; `dac`) that says the same as a
/// sector of R4V, or less; empty when none does.
std::string_view FindR4vSector(std::string_view sector, std::string_view scheme);

/// True for a code of IATI's list GeographicVocabulary.
bool IsGeographicVocabulary(std::string_view code);

/// A name in lower-case letters of ASCII, digits and hyphens: `Fundación Ejemplo` is
/// `fundacion-ejemplo`. Empty when nothing of it is left.
std::string SlugOf(std::string_view name);

}  // namespace puente::iati

#endif  // PUENTE_PLUGINS_IATI_DELIVERY_CODES_H_
