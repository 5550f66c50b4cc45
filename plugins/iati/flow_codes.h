// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// The codes of IATI for the words, names and ids of FTS, by the reviewed crosswalks.
#ifndef PUENTE_PLUGINS_IATI_FLOW_CODES_H_
#define PUENTE_PLUGINS_IATI_FLOW_CODES_H_

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace puente::iati {

/// A country that FTS names.
struct FlowCountry {
  /// ISO 3166-1 code of two letters.
  std::string_view code;
  /// Its regions of the UN's M49, from the narrowest to the widest.
  std::vector<std::string_view> regions;
};

/// The country of a name, ASCII letters of either case alike; null when no country has it.
const FlowCountry* FindFlowCountry(std::string_view name);

/// The narrowest region of M49 that all countries lie in; `001`, the world, when there is no other.
std::string_view CommonRegion(std::span<const FlowCountry* const> countries);

/// What IATI calls a kind of organisation.
struct FlowOrganisationType {
  /// OrganisationType; empty when no code says the same or something wider.
  std::string_view code;
  /// OrganisationRole of such an organisation where it gets money.
  std::string_view role;
  /// False when the code says less than the words.
  bool is_exact = false;
  /// True when the code says the subtype too, and which of them.
  bool has_subtype = false;
  size_t subtype = 0;
};

/// By one type and all subtypes of an organisation.
FlowOrganisationType FindFlowOrganisationType(std::string_view type,
                                              std::span<const std::string> subtypes);

/// What IATI calls a status of a flow.
struct FlowStatus {
  /// TransactionType; empty when the status is not known.
  std::string_view type;
  /// ActivityStatus.
  std::string_view activity_status;
};
FlowStatus FindFlowStatus(std::string_view status);

/// EarmarkingCategory (aid type vocabulary 2) of a word; empty when there is none.
std::string_view FindEarmarkingCategory(std::string_view word);

/// Code of sector vocabulary 10 of a global cluster; empty when there is none.
std::string_view FindGlobalCluster(std::string_view id);

/// The text of a name in schemes.tsv.
const std::string& FlowScheme(std::string_view name);

/// True for a part of a reference that has the form of an identifier of IATI: a register of a
/// country or an international one, then what it registers.
bool LooksLikeIatiIdentifier(std::string_view text);

}  // namespace puente::iati

#endif  // PUENTE_PLUGINS_IATI_FLOW_CODES_H_
