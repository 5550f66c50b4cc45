// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Counts what became of every leaf of the input of a conversion.

#include "core/findings/receipt.h"

#include <algorithm>
#include <mutex>

#include "core/base/utf8.h"

namespace puente {
namespace {

constexpr std::string_view kOtherPaths = "(other paths)";

// Counts come from plugins: they must not wrap.
void Add(uint64_t* sum, uint64_t count) {
  *sum = count > UINT64_MAX - *sum ? UINT64_MAX : *sum + count;
}

// Ids come from plugins too: one that the table cannot have given is none to allocate memory for.
uint32_t Checked(uint32_t id) { return std::min(id, PathTable::kMaxId); }

template <typename T>
T& At(std::vector<T>* values, uint32_t id) {
  if (id >= values->size()) values->resize(std::max<size_t>(id + size_t{1}, 2 * values->size()));
  return (*values)[id];
}

bool IsZero(const PathAccount& account) {
  return (account.read | account.kept | account.lost | account.filtered | account.rejected) == 0;
}

bool Holds(const PathAccount& account) {
  uint64_t sum = account.kept;
  Add(&sum, account.lost);
  Add(&sum, account.filtered);
  Add(&sum, account.rejected);
  return account.read == sum;
}

}  // namespace

PathTable& PathTable::Global() {
  static PathTable* const table = new PathTable;
  return *table;
}

uint32_t PathTable::Intern(std::string_view path) {
  {
    std::shared_lock lock(mutex_);
    const auto found = ids_.find(path);
    if (found != ids_.end()) return found->second;
  }
  std::unique_lock lock(mutex_);
  const auto found = ids_.find(path);
  if (found != ids_.end()) return found->second;
  if (path == kOtherPaths || names_.size() + 1 >= kMaxId || path.size() > kMaxBytes - bytes_) {
    return kMaxId;
  }
  bytes_ += path.size();
  const uint32_t id = static_cast<uint32_t>(names_.size() + 1);
  ids_.emplace(names_.emplace_back(path), id);
  return id;
}

std::string_view PathTable::Name(uint32_t id) const {
  if (id == kMaxId) return kOtherPaths;
  std::shared_lock lock(mutex_);
  return id == 0 || id > names_.size() ? std::string_view() : names_[id - 1];
}

std::string_view LossReasonName(LossReason reason) {
  switch (reason) {
    case LossReason::kUnreported:
      return "unreported";
    case LossReason::kNoPlace:
      return "no_place";
    case LossReason::kTruncated:
      return "truncated";
    case LossReason::kNoEquivalent:
      return "no_equivalent";
    case LossReason::kPrecision:
      return "precision";
    case LossReason::kMerged:
      return "merged";
  }
  return "unreported";
}

PathAccount& ReceiptLedger::Account(uint32_t source_path) {
  return At(&by_source_, Checked(source_path));
}

void ReceiptLedger::RecordRead(std::span<const LeafFlow> flows) {
  ++records_read_;
  accounts_made_ = false;
  for (const LeafFlow& flow : flows) {
    if (flow.source_path != 0) Add(&Account(flow.source_path).read, flow.count);
  }
}

void ReceiptLedger::RecordFiltered(std::span<const LeafFlow> flows) {
  ++records_filtered_;
  accounts_made_ = false;
  for (const LeafFlow& flow : flows) {
    if (flow.source_path != 0) Add(&Account(flow.source_path).filtered, flow.count);
  }
}

void ReceiptLedger::RecordRejected(std::span<const LeafFlow> flows) {
  ++records_rejected_;
  accounts_made_ = false;
  for (const LeafFlow& flow : flows) {
    if (flow.source_path != 0) Add(&Account(flow.source_path).rejected, flow.count);
  }
}

void ReceiptLedger::BeginPut(std::span<const LeafFlow> flows, const Location& location,
                             std::string_view record_id) {
  if (in_put_) EndPut();
  in_put_ = true;
  flows_.assign(flows.begin(), flows.end());
  location_ = location;
  record_id_ = record_id;
}

ReceiptLedger::FieldState& ReceiptLedger::Touch(uint32_t field_path) {
  field_path = Checked(field_path);
  FieldState& field = At(&fields_, field_path);
  if (!field.touched) {
    field.touched = true;
    touched_.push_back(field_path);
  }
  return field;
}

void ReceiptLedger::Written(uint32_t out_path, uint64_t count) {
  if (out_path == 0) return;
  written_made_ = false;
  Add(&At(&by_out_path_, Checked(out_path)), count);
}

void ReceiptLedger::Kept(uint32_t field_path, uint32_t out_path, uint64_t count) {
  if (count == 0) return;
  Written(out_path, count);
  if (in_put_) {
    FieldState& field = Touch(field_path);
    Add(&field.kept, count);
    if (out_path == 0) Add(&field.unwritten, count);
  } else {
    Add(&overcounted_[Checked(field_path)], count);
  }
}

void ReceiptLedger::Lost(uint32_t field_path, uint64_t count, LossReason reason,
                         std::string_view example) {
  if (count == 0) return;
  if (!in_put_) {
    Add(&overcounted_[Checked(field_path)], count);
    return;
  }
  if (static_cast<uint32_t>(reason) >= kReasons) reason = LossReason::kUnreported;
  const uint32_t index = static_cast<uint32_t>(pending_.size());
  FieldState& field = Touch(field_path);
  PendingLoss loss;
  loss.count = count;
  loss.reason = reason;
  if (field.last_loss == kNone) {
    field.first_loss = index;
  } else {
    PendingLoss& last = pending_[field.last_loss];
    if (last.reason == reason) {
      // Writers may report value by value: what comes after enough examples is only counted.
      if (last.run == kMaxExamples) {
        Add(&last.count, count);
        return;
      }
      loss.run = last.run + 1;
    }
    last.next = index;
  }
  field.last_loss = index;
  if (loss.run < kMaxExamples) {
    loss.example_begin = example_text_.size();
    if (example.size() <= kMaxExampleBytes) {
      example_text_ += example;
    } else {
      example_text_ += ClipTextWithEllipsis(example, kMaxExampleBytes);
    }
    loss.example_size = example_text_.size() - loss.example_begin;
  }
  pending_.push_back(loss);
}

void ReceiptLedger::AddLoss(uint32_t source_path, LossReason reason, uint64_t count,
                            std::string_view example) {
  uint32_t& index = At(&losses_by_source_, Checked(source_path));
  if (index == 0) {
    losses_store_.emplace_back();
    index = static_cast<uint32_t>(losses_store_.size());
  }
  losses_made_ = false;
  LossAccount& account = losses_store_[index - 1][static_cast<size_t>(reason)];
  Add(&account.count, count);
  if (account.examples.size() < kMaxExamples) {
    account.examples.push_back({location_, record_id_, std::string(example)});
  }
}

void ReceiptLedger::Settle(const LeafFlow& flow) {
  if (flow.count == 0) return;
  PathAccount& account = Account(flow.source_path);
  uint64_t left = flow.count;
  FieldState& field = At(&fields_, Checked(flow.field_path));
  const uint64_t kept = std::min(left, field.kept);
  field.kept -= kept;
  left -= kept;
  Add(&account.kept, kept);
  if (left == 0) return;
  Add(&account.lost, left);
  while (left != 0 && field.first_loss != kNone) {
    PendingLoss& loss = pending_[field.first_loss];
    const uint64_t lost = std::min(left, loss.count);
    AddLoss(flow.source_path, loss.reason, lost,
            std::string_view(example_text_).substr(loss.example_begin, loss.example_size));
    left -= lost;
    loss.count -= lost;
    if (loss.count == 0) field.first_loss = loss.next;
  }
  if (left != 0) AddLoss(flow.source_path, LossReason::kUnreported, left, {});
}

void ReceiptLedger::SettleUnwritten(LeafFlow* flow) {
  // A derived value that the output says without writing it is none of the output's.
  FieldState& field = At(&fields_, Checked(flow->field_path));
  const auto unwritten = static_cast<uint32_t>(std::min<uint64_t>(flow->count, field.unwritten));
  field.unwritten -= unwritten;
  field.kept -= unwritten;
  flow->count -= unwritten;
}

void ReceiptLedger::SettleDerived(const LeafFlow& flow) {
  uint64_t left = flow.count;
  FieldState& field = At(&fields_, Checked(flow.field_path));
  const uint64_t kept = std::min(left, field.kept);
  field.kept -= kept;
  left -= kept;
  Add(&derived_, kept);
  // A value that no source has is not lost when it is not written.
  while (left != 0 && field.first_loss != kNone) {
    PendingLoss& loss = pending_[field.first_loss];
    const uint64_t lost = std::min(left, loss.count);
    left -= lost;
    loss.count -= lost;
    if (loss.count == 0) field.first_loss = loss.next;
  }
}

void ReceiptLedger::SettleWithDerived() {
  // Where what the reader derived shares a field with values of the source, it is said without
  // being written before they are, and written after them.
  for (LeafFlow& flow : flows_) {
    if (flow.source_path == 0) SettleUnwritten(&flow);
  }
  for (const LeafFlow& flow : flows_) {
    if (flow.source_path != 0) Settle(flow);
  }
  for (const LeafFlow& flow : flows_) {
    if (flow.source_path == 0) SettleDerived(flow);
  }
}

void ReceiptLedger::EndPut() {
  if (!in_put_) return;
  in_put_ = false;
  accounts_made_ = false;
  ++records_written_;
  if (std::none_of(flows_.begin(), flows_.end(),
                   [](const LeafFlow& flow) { return flow.source_path == 0; })) {
    for (const LeafFlow& flow : flows_) Settle(flow);
  } else {
    SettleWithDerived();
  }
  for (const uint32_t id : touched_) {
    FieldState& field = fields_[id];
    uint64_t surplus = field.kept;
    for (uint32_t i = field.first_loss; i != kNone; i = pending_[i].next) {
      Add(&surplus, pending_[i].count);
    }
    if (surplus != 0) Add(&overcounted_[id], surplus);
    field = FieldState();
  }
  touched_.clear();
  pending_.clear();
  example_text_.clear();
}

void ReceiptLedger::Derived(uint32_t out_path, uint64_t count) {
  Add(&derived_, count);
  Written(out_path, count);
}

void ReceiptLedger::LooseRead(uint32_t source_path, uint64_t count) {
  accounts_made_ = false;
  Add(&Account(source_path).read, count);
}

void ReceiptLedger::LooseRejected(uint32_t source_path, uint64_t count) {
  accounts_made_ = false;
  Add(&Account(source_path).rejected, count);
}

const std::map<uint32_t, PathAccount>& ReceiptLedger::accounts() const {
  if (!accounts_made_) {
    accounts_.clear();
    for (uint32_t id = 0; id < by_source_.size(); ++id) {
      if (!IsZero(by_source_[id])) accounts_.emplace_hint(accounts_.end(), id, by_source_[id]);
    }
    accounts_made_ = true;
  }
  return accounts_;
}

const std::map<std::pair<uint32_t, LossReason>, LossAccount>& ReceiptLedger::losses() const {
  if (!losses_made_) {
    losses_.clear();
    for (uint32_t id = 0; id < losses_by_source_.size(); ++id) {
      if (losses_by_source_[id] == 0) continue;
      for (size_t reason = 0; reason < kReasons; ++reason) {
        const LossAccount& account = losses_store_[losses_by_source_[id] - 1][reason];
        if (account.count == 0) continue;
        losses_.emplace_hint(losses_.end(), std::pair(id, static_cast<LossReason>(reason)),
                             account);
      }
    }
    losses_made_ = true;
  }
  return losses_;
}

const std::map<uint32_t, uint64_t>& ReceiptLedger::written() const {
  if (!written_made_) {
    written_.clear();
    for (uint32_t id = 0; id < by_out_path_.size(); ++id) {
      if (by_out_path_[id] != 0) written_.emplace_hint(written_.end(), id, by_out_path_[id]);
    }
    written_made_ = true;
  }
  return written_;
}

PathAccount ReceiptLedger::totals() const {
  PathAccount sum;
  for (const PathAccount& account : by_source_) {
    Add(&sum.read, account.read);
    Add(&sum.kept, account.kept);
    Add(&sum.lost, account.lost);
    Add(&sum.filtered, account.filtered);
    Add(&sum.rejected, account.rejected);
  }
  return sum;
}

bool ReceiptLedger::LawHolds() const {
  return overcounted_.empty() && std::all_of(by_source_.begin(), by_source_.end(), Holds);
}

}  // namespace puente
