// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Rule packs made ready to be held against rows.
#ifndef PUENTE_CORE_CHECK_COMPILED_PACK_H_
#define PUENTE_CORE_CHECK_COMPILED_PACK_H_

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/check/dataset_method.h"
#include "core/check/field_table.h"
#include "core/check/message_text.h"
#include "core/check/program.h"
#include "core/check/rule_pack.h"

namespace puente::check {

/// A rule, ready.
struct CompiledRule {
  Rule rule;
  std::optional<Program> when;
  /// None of a rule of Scope::kDataset.
  std::optional<Program> fires;
  std::optional<Program> repair;
  /// Of Scope::kDataset, see MethodKind.
  std::vector<Program> by;
  std::optional<Program> value;
  std::optional<Program> bound;
  std::optional<Program> across;
  /// Fields by number: those whose cells are marked, and of Scope::kCell those that it looks at.
  std::vector<size_t> cells;
  std::vector<size_t> over;
  MessageText message;
  MessageText hint;

  /// True when a row counts for a rule of Scope::kDataset.
  bool Counts(RowValues& row) const { return !when.has_value() || when->Test(row) == Truth::kTrue; }
  /// Fills in what a rule of Scope::kDataset looks at. `by` holds values for the row to point to.
  void FillIn(RowValues& row, std::vector<Value>* by, MethodRow* out) const;
  /// True when the rule finds something; only a condition that is true does.
  bool Fires(RowValues& row, const Value* cell = nullptr) const {
    return fires->Test(row, cell) == Truth::kTrue &&
           (!when.has_value() || when->Test(row, cell) == Truth::kTrue);
  }
};

/// A pack, ready.
struct CompiledPack {
  RulePack pack;
  Names names;
  std::vector<CompiledRule> rules;
  /// The fields of summaries.
  std::optional<size_t> organisation;
  std::optional<size_t> month;

  /// True when a dataset with this format and model is what the pack is for.
  bool AppliesTo(std::string_view format, std::string_view model) const;
};

/// Checks a whole pack (see WithBases) and makes it ready. Its fields are added to `fields`; texts
/// are in `language`. Errors are PUE-0801 and name pack and rule.
absl::StatusOr<CompiledPack> CompilePack(const RulePack& pack, std::string_view language,
                                         FieldTable* fields);

/// Tries each rule that was written in this very pack on its own test rows, as if all lists were
/// there. `pack` is whole (see WithBases). Failed-precondition error PUE-0801 for the first test
/// that does not do what it says, and for a rule without one that fires and one that passes; else
/// those of CompilePack.
absl::Status TryRules(const RulePack& pack);

}  // namespace puente::check

#endif  // PUENTE_CORE_CHECK_COMPILED_PACK_H_
