// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Holds records against the rules of the packs that are for them.
#ifndef PUENTE_CORE_CHECK_CHECKER_H_
#define PUENTE_CORE_CHECK_CHECKER_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/check/compiled_pack.h"
#include "core/check/dataset_method.h"
#include "core/check/record_row.h"
#include "core/check/rule_finding.h"
#include "core/check/rule_pack.h"
#include "core/check/sheet_columns.h"
#include "core/check/summary.h"
#include "puente/v1/record.pb.h"

namespace puente::check {

struct CheckerOptions {
  /// Of messages and hints: `en`, `es`, `pt`, also with a region.
  std::string language = "en";
  /// Ids of packs that hold whatever the datasets are. None: those that are for each of them.
  std::vector<std::string> packs;
};

/// Takes a finding; an error ends the check.
using TakeFinding = absl::FunctionRef<absl::Status(const RuleFinding&)>;

/// Checks one dataset after the other, record by record, in bounded memory. For one thread.
class Checker {
 public:
  /// Makes packs ready, bases included. Invalid-argument error PUE-0801 for what is wrong with a
  /// pack; PUE-0001 with the nearest name for a pack that is asked for and not there.
  static absl::StatusOr<std::unique_ptr<Checker>> Make(std::span<const RulePack> packs,
                                                       const CheckerOptions& options);
  Checker(const Checker&) = delete;
  Checker& operator=(const Checker&) = delete;

  /// Chooses the packs for a dataset. `source` is its name in findings.
  void BeginDataset(const v1::DatasetHeader& header, std::string_view source);
  /// The packs that hold for the present dataset.
  std::vector<const RulePack*> ActivePacks() const;

  /// Checks a record of the present dataset; all that is no activity passes. Findings come in the
  /// order of packs and rules. Errors are those of `take` and of temporary files.
  absl::Status Check(const v1::Record& record, TakeFinding take);

  /// What rules over all datasets found, in the order of the rows. Call it once, at the end.
  absl::Status Finish(TakeFinding take);

  /// The counts so far. Findings of Finish count by rule only.
  const Summary& summary() const { return summary_; }

 private:
  struct Dataset {
    std::string source;
    std::vector<std::string> sheets;
    /// Of the columns that findings of Finish may name, by sheet and column.
    std::map<std::pair<uint32_t, uint32_t>, std::string> headers;
  };
  struct ActiveRule {
    const CompiledPack* pack = nullptr;
    const CompiledRule* rule = nullptr;
    /// In the summary.
    size_t number = 0;
    /// Of a rule of Scope::kDataset.
    DatasetMethod* method = nullptr;
  };

  explicit Checker(const CheckerOptions& options) : options_(options) {}

  absl::Status AddToMethod(const ActiveRule& rule);
  RuleFinding FindingOf(const ActiveRule& rule, const DatasetHit& hit) const;
  absl::Status CheckCells(const ActiveRule& rule, TakeFinding take);
  absl::Status Tell(const ActiveRule& rule, const Value* cell, std::span<const size_t> fields,
                    const KeptText* kept, TakeFinding take);
  void AddCell(uint32_t column, std::string_view concept_name, std::string value,
               RuleFinding* finding) const;
  void CountRow();

  const CheckerOptions options_;
  FieldTable fields_;
  std::vector<CompiledPack> packs_;
  /// Of all packs.
  std::vector<ActiveRule> rules_;
  std::vector<std::unique_ptr<DatasetMethod>> methods_;
  Summary summary_;

  std::vector<Dataset> datasets_;
  std::vector<SheetColumns> sheets_;
  /// Numbers in rules_ of the rules that hold for the present dataset.
  std::vector<size_t> active_;
  const CompiledPack* counting_ = nullptr;
  std::unique_ptr<RecordRow> row_;
  std::vector<Value> by_;
  RowPlace place_;
  uint64_t row_findings_ = 0;
};

}  // namespace puente::check

#endif  // PUENTE_CORE_CHECK_CHECKER_H_
