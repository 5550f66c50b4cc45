// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Sums of money by named methods, each of which says what it left out and why.

#ifndef PUENTE_CORE_TOTALS_TOTALS_H_
#define PUENTE_CORE_TOTALS_TOTALS_H_

#include <cstdint>
#include <functional>
#include <map>
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
#include "puente/v1/record.pb.h"

namespace puente::totals {

/// A method, as `--method` names it. The version grows when its figures may change.
struct MethodInfo {
  std::string_view name;
  int version = 1;
  /// What it adds up, a clause for people.
  std::string_view summary;
};

/// All methods, by name.
std::span<const MethodInfo> Methods();

/// Some money, and how many amounts it is the sum of.
struct Sum {
  Decimal amount;
  uint64_t count = 0;
};

/// What an amount is, such as `funding`, `pledges`, `disbursement`, and its currency (empty when
/// the source gives none).
struct Measure {
  std::string name;
  std::string currency;
  friend auto operator<=>(const Measure&, const Measure&) = default;
};

/// Values of the fields that totals are grouped by, in their order.
using GroupKey = std::vector<std::string>;

/// One answer of an API, whose pages may be several files; or all other records together.
struct Scope {
  /// The query of the answer without its page, such as `locationid=1&year=2020`; empty when no
  /// query is known.
  std::string query;
  /// Records of money that were read.
  uint64_t records = 0;
  /// How many records all pages hold, as they say.
  std::optional<Decimal> expected;
  /// A page names a next one.
  bool goes_on = false;
  /// Inputs that it was read from.
  std::vector<std::string> sources;
  /// The totals.
  std::map<GroupKey, std::map<Measure, Sum>> groups;
  /// What was left out: the reason, a clause for people, and the money.
  std::map<std::string, std::map<Measure, Sum>> left_out;
  /// What the answer itself says of its incoming money, in US dollars.
  std::optional<Decimal> reported_funding;
  std::optional<Decimal> reported_pledges;
};

/// The outcome.
struct Totals {
  MethodInfo method;
  std::vector<GroupField> fields;
  /// In the order of their first record.
  std::vector<Scope> scopes;
};

/// An amount that was left out.
struct LeftOut {
  const v1::Record* record = nullptr;
  std::string_view reason;
  Measure measure;
  /// Null when there is none.
  const Decimal* amount = nullptr;
};

/// Adds up records one by one. Memory grows with the groups, which may take kMaxGroupBytes.
class Adder {
 public:
  static constexpr size_t kMaxGroupBytes = size_t{24} << 20;

  /// An adder of a method; `name` empty chooses `fts-boundary` when the first record of money is a
  /// flow of a known boundary, else `sum`. Invalid-argument error (PUE-0001) when there is no such
  /// method, with the nearest name.
  static absl::StatusOr<std::unique_ptr<Adder>> Make(std::string_view name,
                                                     std::vector<GroupField> fields);

  /// Called for each amount that is left out; may be empty.
  void OnLeftOut(std::function<absl::Status(const LeftOut&)> left_out) {
    on_left_out_ = std::move(left_out);
  }

  /// Takes a record or header, read from `source`. `chosen`: false when a filter leaves it out; it
  /// is then only counted, to know whether an answer is complete. Errors: failed-precondition with
  /// PUE-0601 when the method does not fit the record, resource-exhausted with PUE-0203 when there
  /// are too many groups, out-of-range with PUE-0603 when a sum has more than 38 digits, and those
  /// of OnLeftOut.
  absl::Status Add(const v1::Record& record, std::string_view source, bool chosen);

  /// The outcome. Failed-precondition error with PUE-0602 when pages of an answer are missing or
  /// were given twice, or may be missing since no page says how many records there are, with
  /// PUE-0604 when there was nothing to add up.
  absl::StatusOr<Totals> Finish();

 private:
  explicit Adder(std::vector<GroupField> fields) : fields_(std::move(fields)) {}

  absl::StatusOr<Scope*> ScopeOf(const v1::Record& record, std::string_view source);
  absl::Status AddHeader(const v1::Record& record, std::string_view source);
  absl::Status AddFlow(const v1::Record& record, Scope* scope);
  absl::Status AddActivity(const v1::Record& record, Scope* scope);
  absl::Status Count(const v1::Activity& activity, const v1::Transaction& transaction,
                     const Measure& measure, const Decimal& amount, Scope* scope);
  /// The sum of a measure, made where it is not there.
  absl::StatusOr<Sum*> SumOf(const Measure& measure, std::map<Measure, Sum>* sums);
  /// Takes the memory of a new entry into account.
  absl::Status Grow(size_t bytes);
  absl::Status LeaveOut(const v1::Record& record, std::string_view reason, const Measure& measure,
                        const Decimal* amount, Scope* scope);

  const std::vector<GroupField> fields_;
  /// Null until the first record of money when the method is not given.
  const MethodInfo* method_ = nullptr;
  std::vector<Scope> scopes_;
  std::map<std::string, size_t, std::less<>> by_query_;
  size_t group_bytes_ = 0;
  std::function<absl::Status(const LeftOut&)> on_left_out_;
};

}  // namespace puente::totals

#endif  // PUENTE_CORE_TOTALS_TOTALS_H_
