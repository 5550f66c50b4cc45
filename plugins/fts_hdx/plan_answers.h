// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// What grouped answers of FTS say about plans.
#ifndef PUENTE_PLUGINS_FTS_HDX_PLAN_ANSWERS_H_
#define PUENTE_PLUGINS_FTS_HDX_PLAN_ANSWERS_H_

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "core/base/decimal.h"
#include "puente/v1/record.pb.h"

namespace puente::fts_hdx {

/// The money of one group, and what it needs.
struct GroupAmount {
  std::string code;
  std::string name;
  Decimal amount;
};

/// Amounts of groups in the order of the answer, each code once.
class Groups {
 public:
  /// Sets the entry of a code: a later one takes the place of an earlier one.
  void Set(std::string_view code, std::string_view name, const Decimal& amount);
  /// The entry of a code; null when there is none.
  const GroupAmount* Find(std::string_view code) const;
  const std::vector<GroupAmount>& list() const { return list_; }

 private:
  std::vector<GroupAmount> list_;
  absl::flat_hash_map<std::string, size_t> places_;
};

/// An answer with totals by group.
struct GroupedAnswer {
  /// What the groups are, such as `Location`.
  std::string party_type;
  /// What was asked for; empty where it is not known.
  std::string plan_id;
  std::string emergency_id;
  bool is_query_known = false;

  /// What all of it needs.
  std::optional<Decimal> requirement;
  /// Requirements by group.
  Groups requirements;
  /// How many ways of grouping the answer has.
  size_t groupings = 0;
  /// Money by group.
  Groups funding;
  /// Money of which no group is known.
  std::optional<Decimal> not_specified;
  /// Money that several groups share.
  std::optional<Decimal> shared;

  /// About the bytes that it takes.
  size_t Size() const;
};

/// What the header of an answer says; nothing when it has no totals by group.
std::optional<GroupedAnswer> GroupedAnswerOf(const v1::Record& header);

/// The code that stands for a place which is named and has none.
std::string CodeOfNamed(std::string_view name);

}  // namespace puente::fts_hdx

#endif  // PUENTE_PLUGINS_FTS_HDX_PLAN_ANSWERS_H_
