// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Where totals are written down: sums by group, and what was left out, within a bound of memory.

#include "core/totals/ledger.h"

#include <algorithm>

#include "core/base/status.h"
#include "fmt/format.h"

namespace puente::totals {
namespace {

// About what an entry of a map, and a scope, take beside their texts.
constexpr size_t kEntryBytes = 96;
constexpr size_t kScopeBytes = 512;

/// A query without its page.
std::string WithoutPage(std::string_view query) {
  std::string kept;
  while (!query.empty()) {
    const std::string_view part = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(part.size() + 1, query.size()));
    if (part.starts_with("page=") || part.starts_with("limit=")) continue;
    if (!kept.empty()) kept += '&';
    kept += part;
  }
  return kept;
}

}  // namespace

absl::Status TotalsError(absl::StatusCode code, std::string_view id, std::string message,
                         std::string hint) {
  ErrorDetail detail;
  detail.code = id;
  detail.message = std::move(message);
  detail.hint = std::move(hint);
  return MakeError(code, detail);
}

absl::Status AddTo(const Decimal& amount, Decimal* sum) {
  const absl::StatusOr<Decimal> added = Decimal::Add(*sum, amount);
  if (!added.ok()) {
    return TotalsError(absl::StatusCode::kOutOfRange, "PUE-0603",
                       "a sum has more digits than a decimal holds",
                       "group by a field, or leave out absurd amounts with --where");
  }
  *sum = *added;
  return absl::OkStatus();
}

absl::Status Ledger::Grow(size_t bytes) {
  group_bytes_ += bytes;
  if (group_bytes_ <= kMaxGroupBytes) return absl::OkStatus();
  return TotalsError(
      absl::StatusCode::kResourceExhausted, "PUE-0203",
      fmt::format("the groups of the totals take more than {} MB", kMaxGroupBytes >> 20),
      "group by fewer fields, or choose records with --where");
}

absl::StatusOr<size_t> Ledger::ScopeOf(const v1::Record& record, std::string_view source) {
  std::string query = WithoutPage(record.import_context().query());
  // Answers without a known query are told apart by their files.
  const bool is_answer = record.import_context().has_boundary() ||
                         record.dataset_header().has_answer() || !query.empty();
  const std::string key = !query.empty() ? query : is_answer ? fmt::format("\n{}", source) : "";
  const auto [at, is_new] = by_query_.emplace(key, scopes_.size());
  if (is_new) {
    if (absl::Status status = Grow(kScopeBytes + key.size()); !status.ok()) return status;
    scopes_.emplace_back().query = std::move(query);
  }
  std::vector<std::string>& sources = scopes_[at->second].sources;
  if (sources.empty() || sources.back() != source) {
    if (absl::Status status = Grow(kEntryBytes + source.size()); !status.ok()) return status;
    sources.emplace_back(source);
  }
  return at->second;
}

absl::Status Ledger::AddSum(const Measure& measure, const Decimal* amount, uint64_t count,
                            std::map<Measure, Sum>* sums) {
  const auto [at, is_new] = sums->try_emplace(measure);
  if (is_new) {
    const absl::Status status = Grow(kEntryBytes + measure.name.size() + measure.unit.size());
    if (!status.ok()) return status;
  }
  if (amount != nullptr) {
    if (absl::Status status = AddTo(*amount, &at->second.amount); !status.ok()) return status;
  }
  at->second.count += count;
  return absl::OkStatus();
}

absl::Status Ledger::Count(GroupKey key, const Measure& measure, const Decimal& amount,
                           uint64_t count, Scope* scope) {
  size_t bytes = kEntryBytes;
  for (const std::string& value : key) bytes += kEntryBytes + value.size();
  const auto [group, is_new] = scope->groups.try_emplace(std::move(key));
  if (is_new) {
    if (absl::Status status = Grow(bytes); !status.ok()) return status;
  }
  return AddSum(measure, &amount, count, &group->second);
}

absl::Status Ledger::CountAll(const Measure& measure, const Decimal& amount, uint64_t count,
                              Scope* scope) {
  return AddSum(measure, &amount, count, &scope->sums);
}

absl::Status Ledger::LeaveOut(const LeftOut& left_out, uint64_t count, Scope* scope) {
  const auto [sums, is_new] = scope->left_out.try_emplace(std::string(left_out.reason));
  if (is_new) {
    if (absl::Status status = Grow(kEntryBytes + left_out.reason.size()); !status.ok()) {
      return status;
    }
  }
  absl::Status status = AddSum(left_out.measure, left_out.amount, count, &sums->second);
  if (!status.ok() || !on_left_out_) return status;
  return on_left_out_(left_out);
}

}  // namespace puente::totals
