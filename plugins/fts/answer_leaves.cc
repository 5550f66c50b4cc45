// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Counts the values of an answer while a record is read or written.
#include "plugins/fts/answer_leaves.h"

#include <cstddef>

#include "plugins/fts/key_table.h"

namespace puente::fts {
namespace {

// Paths of values without a field: an answer has some dozens, a hostile one another for each value.
constexpr size_t kMaxInterned = 4096;

}  // namespace

AnswerLeaves::AnswerLeaves(const sdk::Run& run)
    : run_(run),
      residue_field_(run_.Intern("residue.json")),
      counts_(PathCount(), 0),
      ids_(PathCount(), {0, 0}) {}

void AnswerLeaves::CountEmptyArray(const std::string& array) {
  leaves_.push_back({Intern(array), run_.Intern("dataset_header.no_content"), 1});
}

const std::vector<PuenteLeaves>& AnswerLeaves::Take() {
  // What CountEmptyArray put there comes first.
  taken_.swap(leaves_);
  leaves_.clear();
  for (const uint32_t number : touched_) {
    auto& [source, field] = ids_[number];
    if (source == 0) {
      source = run_.Intern(PathsOf(number).source);
      field = run_.Intern(PathsOf(number).field);
    }
    taken_.push_back({source, field, counts_[number]});
    counts_[number] = 0;
  }
  touched_.clear();
  for (const auto& [source, count] : residue_counts_) {
    taken_.push_back({source, residue_field_, count});
  }
  residue_counts_.clear();
  return taken_;
}

uint32_t AnswerLeaves::Intern(const std::string& path) {
  if (interned_.size() > kMaxInterned) interned_.clear();
  auto it = interned_.find(path);
  if (it == interned_.end()) it = interned_.emplace(path, run_.Intern(path)).first;
  return it->second;
}

}  // namespace puente::fts
