// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Where totals are written down: sums by group, and what was left out, within a bound of memory.

#ifndef PUENTE_CORE_TOTALS_LEDGER_H_
#define PUENTE_CORE_TOTALS_LEDGER_H_

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/base/decimal.h"
#include "puente/v1/record.pb.h"

namespace puente::totals {

/// The unit of sums of people.
inline constexpr std::string_view kPeopleUnit = "people";

/// Some money or people, and how many amounts it is the sum of.
struct Sum {
  Decimal amount;
  uint64_t count = 0;
};

/// What an amount is, such as `funding`, `disbursement`, `new of the month`, and its unit: the
/// currency (empty when the source gives none), or `people`.
struct Measure {
  std::string name;
  std::string unit;
  friend auto operator<=>(const Measure&, const Measure&) = default;
};

/// Values of the fields that totals are grouped by, in their order.
using GroupKey = std::vector<std::string>;

/// One answer of an API, whose pages may be several files; or all other records together.
struct Scope {
  /// The query of the answer without its page, such as `locationid=1&year=2020`; empty when no
  /// query is known.
  std::string query;
  /// Records that were read.
  uint64_t records = 0;
  /// How many records all pages hold, as they say.
  std::optional<Decimal> expected;
  /// A page names a next one.
  bool goes_on = false;
  /// Inputs that it was read from.
  std::vector<std::string> sources;
  /// The totals.
  std::map<GroupKey, std::map<Measure, Sum>> groups;
  /// The sums of all groups, where a record may be in several groups; empty where it is not.
  std::map<Measure, Sum> sums;
  /// What was left out: the reason, a clause for people, and the sum.
  std::map<std::string, std::map<Measure, Sum>> left_out;
  /// What the answer itself says of its incoming money, in US dollars.
  std::optional<Decimal> reported_funding;
  std::optional<Decimal> reported_pledges;
};

/// An amount that was left out.
struct LeftOut {
  /// Null when it is no record's but a place's.
  const v1::Record* record = nullptr;
  /// The place, month and more of an amount that is no record's: names and values.
  std::vector<std::pair<std::string, std::string>> place;
  std::string_view reason;
  Measure measure;
  /// Null when there is none.
  const Decimal* amount = nullptr;
};

/// An error with its parts.
absl::Status TotalsError(absl::StatusCode code, std::string_view id, std::string message,
                         std::string hint);

/// The exact sum; out-of-range error (PUE-0603) beyond 38 digits.
absl::Status AddTo(const Decimal& amount, Decimal* sum);

/// Keeps the scopes and what they hold.
class Ledger {
 public:
  static constexpr size_t kMaxGroupBytes = size_t{24} << 20;

  /// Called for each amount that is left out; may be empty.
  void OnLeftOut(std::function<absl::Status(const LeftOut&)> left_out) {
    on_left_out_ = std::move(left_out);
  }

  /// The number of the scope of a record.
  absl::StatusOr<size_t> ScopeOf(const v1::Record& record, std::string_view source);
  std::vector<Scope>& scopes() { return scopes_; }

  /// Adds to a group, made where it is not there; `count`: of how many amounts it is the sum.
  absl::Status Count(GroupKey key, const Measure& measure, const Decimal& amount, uint64_t count,
                     Scope* scope);
  /// Adds to the sums of all groups.
  absl::Status CountAll(const Measure& measure, const Decimal& amount, uint64_t count,
                        Scope* scope);
  /// Adds to what is left out, and says so.
  absl::Status LeaveOut(const LeftOut& left_out, uint64_t count, Scope* scope);

  /// Takes the memory of a new entry into account; resource-exhausted error (PUE-0203) beyond
  /// kMaxGroupBytes.
  absl::Status Grow(size_t bytes);

 private:
  absl::Status AddSum(const Measure& measure, const Decimal* amount, uint64_t count,
                      std::map<Measure, Sum>* sums);

  std::vector<Scope> scopes_;
  std::map<std::string, size_t, std::less<>> by_query_;
  size_t group_bytes_ = 0;
  std::function<absl::Status(const LeftOut&)> on_left_out_;
};

}  // namespace puente::totals

#endif  // PUENTE_CORE_TOTALS_LEDGER_H_
