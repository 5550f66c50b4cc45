// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// The words, names and ids of FTS for the codes of IATI, by the reviewed crosswalks.
#ifndef PUENTE_PLUGINS_FTS_FLOW_WORDS_H_
#define PUENTE_PLUGINS_FTS_FLOW_WORDS_H_

#include <string>
#include <string_view>

namespace puente::fts {

/// A thing of FTS: its id, empty where none is known, and its name.
struct NamedThing {
  std::string_view id;
  std::string_view name;
};

/// The location of a country's code of two letters; no name when there is none.
NamedThing LocationOfCountry(std::string_view code);

/// The global cluster of a code of sector vocabulary 10; no name when there is none.
NamedThing GlobalClusterOfCode(std::string_view code);

/// The words for an OrganisationType that says the same; no type when there are none.
struct OrganisationWords {
  std::string_view type;
  std::string_view subtype;
};
OrganisationWords WordsOfOrganisationType(std::string_view code);

/// What a TransactionType is as a flow; no status when it is none.
struct TransactionKind {
  std::string_view status;
  /// True when the money goes to the publisher, false when it comes from it.
  bool is_incoming = false;
};
TransactionKind KindOfTransaction(std::string_view code);

/// The word of FTS that an AidType says; no key when it says none.
struct AidWord {
  std::string_view key;
  std::string_view word;
  /// False when the code says more than the word.
  bool is_exact = false;
};
AidWord WordOfAidType(std::string_view vocabulary, std::string_view code);

/// The text of a name in schemes.tsv.
const std::string& FlowScheme(std::string_view name);

}  // namespace puente::fts

#endif  // PUENTE_PLUGINS_FTS_FLOW_WORDS_H_
