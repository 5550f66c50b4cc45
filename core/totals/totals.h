// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Sums of money and people by named methods, each of which says what it left out and why.

#ifndef PUENTE_CORE_TOTALS_TOTALS_H_
#define PUENTE_CORE_TOTALS_TOTALS_H_

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/base/decimal.h"
#include "core/totals/group_fields.h"
#include "core/totals/ledger.h"
#include "core/totals/people_totals.h"
#include "puente/v1/record.pb.h"

namespace puente::totals {

/// A method, as `--method` names it. The version grows when its figures may change.
struct MethodInfo {
  std::string_view name;
  int version = 1;
  /// What it adds up, a clause for people.
  std::string_view summary;
  /// Nothing when it adds up money.
  std::optional<PeopleModel> model = std::nullopt;
};

/// All methods, by name.
std::span<const MethodInfo> Methods();

/// The outcome.
struct Totals {
  MethodInfo method;
  /// True when the method was not asked for.
  bool is_default_method = false;
  /// False when the groups have no total: totals of several months, targets of several years.
  bool adds_up = true;
  /// The table of shares that was used, for people; empty when there was none.
  std::string shares;
  std::vector<GroupField> fields;
  /// In the order of their first record.
  std::vector<Scope> scopes;
};

/// Adds up records one by one. Memory grows with the groups, which may take
/// Ledger::kMaxGroupBytes.
class Adder {
 public:
  /// An adder of a method; `name` empty chooses by the first record: `r4v-sum` when it tells of
  /// people, `fts-boundary` when it is a flow of a known boundary, else `sum`. Invalid-argument
  /// error (PUE-0001) when there is no such method or measure, with the nearest name.
  static absl::StatusOr<std::unique_ptr<Adder>> Make(std::string_view name,
                                                     std::vector<GroupField> fields,
                                                     const PeopleSettings& people = {});

  /// Called for each amount that is left out; may be empty.
  void OnLeftOut(std::function<absl::Status(const LeftOut&)> left_out) {
    ledger_.OnLeftOut(std::move(left_out));
  }

  /// Takes a record or header, read from `source`. `chosen`: false when a filter leaves it out; it
  /// is then only counted, to know whether an answer is complete. Errors: failed-precondition with
  /// PUE-0601 when the method does not fit the record, resource-exhausted with PUE-0203 when there
  /// are too many groups, out-of-range with PUE-0603 when a sum has more than 38 digits, and those
  /// of OnLeftOut.
  absl::Status Add(const v1::Record& record, std::string_view source, bool chosen);

  /// The outcome. Failed-precondition error with PUE-0602 when pages of an answer are missing or
  /// were given twice, or may be missing since no page says how many records there are, with
  /// PUE-0604 when there was nothing to add up, with PUE-0601 when the same people would be counted
  /// again.
  absl::StatusOr<Totals> Finish();

 private:
  Adder(std::vector<GroupField> fields, PeopleSettings people)
      : fields_(std::move(fields)), people_settings_(std::move(people)) {}

  /// Takes a method; an error when it does not go with the fields and settings.
  absl::Status Choose(const MethodInfo& method);
  absl::Status AddHeader(const v1::Record& record, std::string_view source);
  absl::Status CheckFit(const v1::Record& record) const;
  absl::Status AddFlow(const v1::Record& record, Scope* scope);
  absl::Status AddActivity(const v1::Record& record, Scope* scope);
  absl::Status Count(const v1::Activity& activity, const v1::Transaction& transaction,
                     const Measure& measure, const Decimal& amount, Scope* scope);
  absl::Status LeaveOut(const v1::Record& record, std::string_view reason, const Measure& measure,
                        const Decimal* amount, Scope* scope);

  const std::vector<GroupField> fields_;
  const PeopleSettings people_settings_;
  /// Null until the first record when the method is not given.
  const MethodInfo* method_ = nullptr;
  bool is_default_method_ = false;
  Ledger ledger_;
  /// Of a method for people.
  std::unique_ptr<PeopleAdder> people_;
};

}  // namespace puente::totals

#endif  // PUENTE_CORE_TOTALS_TOTALS_H_
