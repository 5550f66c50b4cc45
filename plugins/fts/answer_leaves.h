// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Counts the values of an answer while a record is read or written.
#ifndef PUENTE_PLUGINS_FTS_ANSWER_LEAVES_H_
#define PUENTE_PLUGINS_FTS_ANSWER_LEAVES_H_

#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "core/plugin/sdk/puente_sdk.h"

namespace puente::fts {

/// What a record's values are counted by: their path in the answer and their field path. One for
/// each reader and writer.
class AnswerLeaves {
 public:
  explicit AnswerLeaves(const sdk::Run& run);

  /// A value of the table of keys, by the number of its paths.
  void Count(uint32_t number) {
    if (counts_[number]++ == 0) touched_.push_back(number);
  }
  /// A value that the schema does not name, by its path in the answer.
  void CountResidue(const std::string& path) { ++residue_counts_[Intern(path)]; }
  /// A header's array that has no element.
  void CountEmptyArray(const std::string& array);
  /// What was counted since the last call. It stays until the next one.
  const std::vector<PuenteLeaves>& Take();
  /// The host's number of a path.
  uint32_t Intern(const std::string& path);

 private:
  const sdk::Run run_;
  const uint32_t residue_field_;
  std::vector<uint32_t> counts_;
  std::vector<uint32_t> touched_;
  std::vector<std::pair<uint32_t, uint32_t>> ids_;  // the host's, by number; 0 is not known yet
  std::vector<PuenteLeaves> leaves_;
  std::vector<PuenteLeaves> taken_;
  absl::flat_hash_map<uint32_t, uint32_t> residue_counts_;
  absl::flat_hash_map<std::string, uint32_t> interned_;
};

}  // namespace puente::fts

#endif  // PUENTE_PLUGINS_FTS_ANSWER_LEAVES_H_
