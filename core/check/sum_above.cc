// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Rows that belong together and whose values add up to more than their bounds do.
#include <cstring>
#include <optional>

#include "core/base/external_sort.h"
#include "core/check/dataset_method.h"
#include "core/check/method_parts.h"

namespace puente::check {
namespace {

/// What a row brings to the sums of its group.
struct Share {
  HalfDigest group = {};
  uint64_t number = 0;
  RowPlace place;
  uint32_t column = UINT32_MAX;
  /// Of `across`: a day as one number.
  int32_t across = 0;
  Decimal value;
  Decimal bound;
  bool has_bound = false;
  bool is_unread = false;
};

struct ByGroup {
  bool operator()(const Share& a, const Share& b) const {
    const int order = std::memcmp(a.group.data(), b.group.data(), a.group.size());
    return order != 0 ? order < 0 : a.number < b.number;
  }
};

/// Sorts the shares of all rows by group, in a file when there are many.
class SumAbove : public DatasetMethod {
 public:
  absl::Status Add(const MethodRow& row) override {
    if (row.across.kind != ValueKind::kDate) return absl::OkStatus();
    Share share;
    const absl::StatusOr<HalfDigest> group = GroupOf(row.by, &hash_);
    if (!group.ok()) return group.status();
    share.group = *group;
    share.number = number_++;
    share.place = row.place;
    share.column = row.column.value_or(UINT32_MAX);
    constexpr int32_t kHundred = 100;
    share.across = (row.across.year * kHundred + row.across.month) * kHundred + row.across.day;
    share.value = row.value.number;
    share.bound = row.bound.number;
    share.has_bound = row.bound.kind == ValueKind::kNumber;
    share.is_unread = IsUnread(row.value) || IsUnread(row.bound);
    return shares_.Add(share);
  }

  absl::Status Finish(absl::FunctionRef<absl::Status(const DatasetHit&)> take) override {
    if (absl::Status status = shares_.Finish(); !status.ok()) return status;
    while (true) {
      const absl::StatusOr<std::optional<Share>> next = shares_.Next();
      if (!next.ok()) return next.status();
      const bool goes_on = next->has_value() && last_.has_value() && last_->group == (*next)->group;
      if (!goes_on) {
        if (absl::Status status = EndGroup(); !status.ok()) return status;
        if (!next->has_value()) break;
        first_ = **next;
        sum_ = bound_ = Decimal();
        is_known_ = true;
        has_bound_ = differs_ = false;
      }
      last_ = **next;
      AddShare(*last_);
    }
    return found_.Pass(take);
  }

 private:
  static bool IsUnread(const Value& value) {
    return value.kind != ValueKind::kNumber && value.kind != ValueKind::kAbsent;
  }

  void AddShare(const Share& share) {
    const absl::StatusOr<Decimal> sum = Decimal::Add(sum_, share.value);
    const absl::StatusOr<Decimal> bound = Decimal::Add(bound_, share.bound);
    is_known_ = is_known_ && !share.is_unread && sum.ok() && bound.ok();
    if (!is_known_) return;
    sum_ = *sum;
    bound_ = *bound;
    has_bound_ |= share.has_bound;
    differs_ |= share.across != first_.across;
  }

  absl::Status EndGroup() {
    if (!last_.has_value()) return absl::OkStatus();
    if (!is_known_ || !has_bound_ || !differs_ || Decimal::Compare(sum_, bound_) <= 0) {
      return absl::OkStatus();
    }
    DatasetHit hit;
    hit.place = last_->place;
    hit.first = first_.place;
    if (last_->column != UINT32_MAX) hit.column = last_->column;
    hit.value = last_->value;
    hit.said = {sum_, bound_};
    return found_.Add(last_->number, hit);
  }

  HalfHash hash_;
  uint64_t number_ = 0;
  ExternalSorter<Share, ByGroup> shares_{kGroupRun};
  HitSorter found_;
  // The group that is read.
  Share first_;
  std::optional<Share> last_;
  Decimal sum_;
  Decimal bound_;
  bool is_known_ = true;
  bool has_bound_ = false;
  bool differs_ = false;
};

}  // namespace

std::unique_ptr<DatasetMethod> MakeSumAbove(const Rule& /*rule*/) {
  return std::make_unique<SumAbove>();
}

}  // namespace puente::check
