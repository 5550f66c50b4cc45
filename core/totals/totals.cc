// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Sums of money by named methods, each of which says what it left out and why.

#include "core/totals/totals.h"

#include <algorithm>
#include <utility>

#include "core/base/status.h"
#include "core/base/strings.h"
#include "core/totals/transaction_types.h"
#include "fmt/format.h"

namespace puente::totals {
namespace {

constexpr std::string_view kBoundary = "fts-boundary";
constexpr std::string_view kSum = "sum";
constexpr std::string_view kDollars = "USD";
constexpr std::string_view kPledges = "pledges";

// About what an entry of a map, and a scope, take beside their texts.
constexpr size_t kEntryBytes = 96;
constexpr size_t kScopeBytes = 512;

constexpr MethodInfo kMethods[] = {
    {kBoundary, 1,
     "flows that come into what was asked for, without those that others share in; pledges apart"},
    {kSum, 1, "every amount, whatever else counts the same money"},
};

const MethodInfo& Method(std::string_view name) {
  return *std::find_if(std::begin(kMethods), std::end(kMethods),
                       [name](const MethodInfo& method) { return method.name == name; });
}

absl::Status Error(absl::StatusCode code, std::string_view id, std::string message,
                   std::string hint) {
  ErrorDetail detail;
  detail.code = id;
  detail.message = std::move(message);
  detail.hint = std::move(hint);
  return MakeError(code, detail);
}

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

std::optional<Decimal> Number(const v1::Decimal& decimal) {
  const absl::StatusOr<Decimal> number = DecimalFromProto(decimal);
  return number.ok() ? std::optional<Decimal>(*number) : std::nullopt;
}

std::string NameOf(const v1::Record& record) {
  return record.identity().id().empty() ? "a record without an identifier"
                                        : fmt::format("record `{}`", record.identity().id());
}

/// Adds an amount to a sum.
absl::Status AddTo(const Decimal& amount, Sum* sum) {
  const absl::StatusOr<Decimal> added = Decimal::Add(sum->amount, amount);
  if (!added.ok()) {
    return Error(absl::StatusCode::kOutOfRange, "PUE-0603",
                 "a sum has more digits than a decimal holds",
                 "group by a field, or leave out absurd amounts with --where");
  }
  sum->amount = *added;
  ++sum->count;
  return absl::OkStatus();
}

/// The reason to leave a flow out; empty when it counts.
std::string_view WhyNot(const v1::ImportContext& context) {
  if (context.boundary() == "internal") {
    return "internal: it stays inside and was counted when it came in";
  }
  if (context.boundary() == "outgoing") return "outgoing: it leaves what was asked for";
  if (context.boundary() != "incoming") return "its boundary is no word that FTS is known to use";
  if (context.on_boundary() == "shared") {
    return "shared: others that were not asked for have a part in it, and no one knows which";
  }
  return "";
}

}  // namespace

std::span<const MethodInfo> Methods() { return kMethods; }

absl::StatusOr<std::unique_ptr<Adder>> Adder::Make(std::string_view name,
                                                   std::vector<GroupField> fields) {
  std::unique_ptr<Adder> adder(new Adder(std::move(fields)));
  if (name.empty()) return adder;
  std::vector<std::string> names;
  for (const MethodInfo& method : kMethods) {
    if (method.name == name) adder->method_ = &method;
    names.emplace_back(method.name);
  }
  if (adder->method_ != nullptr) return adder;
  const std::string near = NearestName(name, names);
  return Error(absl::StatusCode::kInvalidArgument, "PUE-0001",
               fmt::format("there is no method `{}`", name),
               near.empty() ? fmt::format("there are {}", fmt::join(names, ", "))
                            : fmt::format("did you mean `{}`?", near));
}

absl::Status Adder::Grow(size_t bytes) {
  group_bytes_ += bytes;
  if (group_bytes_ <= kMaxGroupBytes) return absl::OkStatus();
  return Error(absl::StatusCode::kResourceExhausted, "PUE-0203",
               fmt::format("the groups of the totals take more than {} MB", kMaxGroupBytes >> 20),
               "group by fewer fields, or choose records with --where");
}

absl::StatusOr<Sum*> Adder::SumOf(const Measure& measure, std::map<Measure, Sum>* sums) {
  const auto [at, is_new] = sums->try_emplace(measure);
  if (is_new) {
    const absl::Status status = Grow(kEntryBytes + measure.name.size() + measure.currency.size());
    if (!status.ok()) return status;
  }
  return &at->second;
}

absl::StatusOr<Scope*> Adder::ScopeOf(const v1::Record& record, std::string_view source) {
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
  Scope* const scope = &scopes_[at->second];
  if (scope->sources.empty() || scope->sources.back() != source) {
    if (absl::Status status = Grow(kEntryBytes + source.size()); !status.ok()) return status;
    scope->sources.emplace_back(source);
  }
  return scope;
}

absl::Status Adder::AddHeader(const v1::Record& record, std::string_view source) {
  const v1::DatasetHeader& header = record.dataset_header();
  if (!header.has_answer()) return absl::OkStatus();
  const v1::Answer& answer = header.answer();
  const absl::StatusOr<Scope*> found = ScopeOf(record, source);
  if (!found.ok()) return found.status();
  Scope& scope = **found;
  if (answer.has_next_link()) scope.goes_on = true;
  if (answer.has_count()) scope.expected = Number(answer.count());
  if (answer.incoming().has_funding_total()) {
    scope.reported_funding = Number(answer.incoming().funding_total());
  }
  if (answer.incoming().has_pledge_total()) {
    scope.reported_pledges = Number(answer.incoming().pledge_total());
  }
  return absl::OkStatus();
}

absl::Status Adder::Add(const v1::Record& record, std::string_view source, bool chosen) {
  if (record.has_dataset_header()) return AddHeader(record, source);
  if (!record.has_activity()) return absl::OkStatus();
  const absl::StatusOr<Scope*> found = ScopeOf(record, source);
  if (!found.ok()) return found.status();
  Scope& scope = **found;
  ++scope.records;
  if (!chosen) return absl::OkStatus();
  const bool is_flow = record.activity().has_flow() || record.import_context().has_boundary();
  if (method_ == nullptr) {
    method_ = &Method(record.import_context().has_boundary() ? kBoundary : kSum);
  }
  if (method_->name == kBoundary && !record.import_context().has_boundary()) {
    return Error(
        absl::StatusCode::kFailedPrecondition, "PUE-0601",
        fmt::format("method `{}` does not fit: {} has no boundary", kBoundary, NameOf(record)),
        is_flow ? "the boundary comes with answers of /v1/fts/flow/custom-search; "
                  "--method sum needs none"
                : "only flows of FTS have one; --method sum needs none");
  }
  return is_flow ? AddFlow(record, &scope) : AddActivity(record, &scope);
}

absl::Status Adder::AddFlow(const v1::Record& record, Scope* scope) {
  const v1::Activity& activity = record.activity();
  static const v1::Transaction& kNone = v1::Transaction::default_instance();
  const v1::Transaction& transaction =
      activity.transactions().empty() ? kNone : activity.transactions(0);
  const bool is_pledge = activity.flow().status() == "pledge";
  const Measure measure = {std::string(is_pledge ? kPledges : "funding"), std::string(kDollars)};
  const std::optional<Decimal> amount =
      transaction.reported_conversion().amount().has_value()
          ? Number(transaction.reported_conversion().amount().value())
          : std::nullopt;
  if (!amount.has_value()) {
    return LeaveOut(record, "it has no amount in US dollars", measure, nullptr, scope);
  }
  if (method_->name == kBoundary) {
    const std::string_view reason = WhyNot(record.import_context());
    if (!reason.empty()) return LeaveOut(record, reason, measure, &*amount, scope);
  }
  return Count(activity, transaction, measure, *amount, scope);
}

absl::Status Adder::AddActivity(const v1::Record& record, Scope* scope) {
  const v1::Activity& activity = record.activity();
  for (const v1::Transaction& transaction : activity.transactions()) {
    const std::string& type = transaction.transaction_type().code();
    const std::string_view name = TransactionTypeName(type);
    Measure measure;
    measure.name = !name.empty()  ? std::string(name)
                   : type.empty() ? "without a transaction type"
                                  : fmt::format("transaction type {}", type);
    measure.currency = transaction.value().has_currency() ? transaction.value().currency()
                                                          : activity.default_currency();
    const std::optional<Decimal> amount =
        transaction.value().has_value() ? Number(transaction.value().value()) : std::nullopt;
    const absl::Status status = amount.has_value()
                                    ? Count(activity, transaction, measure, *amount, scope)
                                    : LeaveOut(record, "it has no amount", measure, nullptr, scope);
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::Status Adder::Count(const v1::Activity& activity, const v1::Transaction& transaction,
                          const Measure& measure, const Decimal& amount, Scope* scope) {
  GroupKey key;
  for (const GroupField& field : fields_) key.push_back(field.value(activity, transaction));
  size_t bytes = kEntryBytes;
  for (const std::string& value : key) bytes += kEntryBytes + value.size();
  const auto [group, is_new] = scope->groups.try_emplace(std::move(key));
  if (is_new) {
    if (absl::Status status = Grow(bytes); !status.ok()) return status;
  }
  const absl::StatusOr<Sum*> sum = SumOf(measure, &group->second);
  return sum.ok() ? AddTo(amount, *sum) : sum.status();
}

absl::Status Adder::LeaveOut(const v1::Record& record, std::string_view reason,
                             const Measure& measure, const Decimal* amount, Scope* scope) {
  const absl::StatusOr<Sum*> sum = SumOf(measure, &scope->left_out[std::string(reason)]);
  if (!sum.ok()) return sum.status();
  if (amount == nullptr) {
    ++(*sum)->count;
  } else if (absl::Status status = AddTo(*amount, *sum); !status.ok()) {
    return status;
  }
  if (!on_left_out_) return absl::OkStatus();
  return on_left_out_({&record, reason, measure, amount});
}

absl::StatusOr<Totals> Adder::Finish() {
  Totals totals;
  totals.fields = fields_;
  // Places, plans and grouped answers among the inputs have no flows to add up.
  std::erase_if(scopes_, [](const Scope& scope) { return scope.records == 0; });
  if (scopes_.empty()) {
    return Error(absl::StatusCode::kFailedPrecondition, "PUE-0604",
                 "there is no money to add up in the inputs",
                 "totals are made of activities and flows; `puente info` shows what is in a file");
  }
  for (const Scope& scope : scopes_) {
    const Decimal read = *Decimal::Make(static_cast<Int128>(scope.records), 0);
    const int difference = scope.expected.has_value() ? Decimal::Compare(read, *scope.expected) : 0;
    const std::string name = scope.query.empty() ? scope.sources.front() : scope.query;
    if (difference < 0 || (!scope.expected.has_value() && scope.goes_on)) {
      return Error(
          absl::StatusCode::kFailedPrecondition, "PUE-0602",
          scope.expected.has_value()
              ? fmt::format("pages are missing: {} of {} flows of {} are there", scope.records,
                            scope.expected->ToString(), name)
              : fmt::format(
                    "pages may be missing: {} names a next page, and not how many flows there are",
                    name),
          scope.query.empty() ? "give all pages, and say the query: --in-opt query=URL"
                              : "give all pages of the answer, or the folder that they are in");
    }
    if (difference > 0) {
      return Error(absl::StatusCode::kFailedPrecondition, "PUE-0602",
                   fmt::format("{} has {} flows, and {} were read", name,
                               scope.expected->ToString(), scope.records),
                   "give each page once, all of them of the same day");
    }
  }
  totals.method = method_ == nullptr ? Method(kSum) : *method_;
  totals.scopes = std::move(scopes_);
  return totals;
}

}  // namespace puente::totals
