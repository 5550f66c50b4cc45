// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Values far above the median of those that belong together.
#include <algorithm>
#include <cmath>
#include <cstring>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "core/base/external_sort.h"
#include "core/base/temp_file.h"
#include "core/check/dataset_method.h"
#include "core/check/method_parts.h"

namespace puente::check {
namespace {

/// What makes the median of the distances of a normal distribution its standard deviation.
constexpr double kDeviation = 1.4826;

struct Entry {
  HalfDigest group = {};
  uint64_t number = 0;
  RowPlace place;
  uint32_t column = UINT32_MAX;
  Decimal value;
};

/// By group, then by value.
struct ByValue {
  bool operator()(const Entry& a, const Entry& b) const {
    int order = std::memcmp(a.group.data(), b.group.data(), a.group.size());
    if (order == 0) order = Decimal::Compare(a.value, b.value);
    return order != 0 ? order < 0 : a.number < b.number;
  }
};

double Number(const Decimal& value) {
  return static_cast<double>(value.unscaled()) * std::pow(10.0, -value.scale());
}

/// The values of one group in their order: in memory, or in a file when there are many.
class SortedValues {
 public:
  void Clear() {
    size_ = 0;
    tail_.clear();
  }
  uint64_t size() const { return size_; }

  absl::Status Add(const Entry& entry) {
    if (tail_.size() == kGroupRun) {
      if (absl::Status status = Spill(); !status.ok()) return status;
    }
    tail_.push_back(entry);
    ++size_;
    return absl::OkStatus();
  }

  absl::StatusOr<Entry> Get(uint64_t number) {
    const uint64_t in_file = size_ - tail_.size();
    if (number >= in_file) return tail_[static_cast<size_t>(number - in_file)];
    Entry entry;
    absl::Status status =
        file_->ReadAt(number * sizeof(Entry), reinterpret_cast<char*>(&entry), sizeof(Entry));
    if (!status.ok()) return status;
    return entry;
  }

 private:
  absl::Status Spill() {
    if (file_ == nullptr) {
      absl::StatusOr<std::unique_ptr<TempFile>> made = TempFile::Create();
      if (!made.ok()) return made.status();
      file_ = *std::move(made);
    }
    const uint64_t in_file = size_ - tail_.size();
    const std::string_view bytes(reinterpret_cast<const char*>(tail_.data()),
                                 tail_.size() * sizeof(Entry));
    tail_.clear();
    return file_->WriteAt(in_file * sizeof(Entry), bytes);
  }

  uint64_t size_ = 0;
  std::vector<Entry> tail_;
  std::unique_ptr<TempFile> file_;
};

/// Sorts the values of all rows by group, in a file when there are many.
class Outliers : public DatasetMethod {
 public:
  explicit Outliers(const Rule& rule)
      : least_(static_cast<uint64_t>(rule.limits.at("values"))),
        spreads_(rule.limits.at("spreads")),
        times_(rule.limits.at("times_median")) {}

  absl::Status Add(const MethodRow& row) override {
    // Nothing is far above 0 or below it by a factor.
    if (row.value.kind != ValueKind::kNumber || row.value.number.is_zero() ||
        row.value.number.is_negative()) {
      return absl::OkStatus();
    }
    Entry entry;
    const absl::StatusOr<HalfDigest> group = GroupOf(row.by, &hash_);
    if (!group.ok()) return group.status();
    entry.group = *group;
    entry.number = number_++;
    entry.place = row.place;
    entry.column = row.column.value_or(UINT32_MAX);
    entry.value = row.value.number;
    return entries_.Add(entry);
  }

  absl::Status Finish(absl::FunctionRef<absl::Status(const DatasetHit&)> take) override {
    if (absl::Status status = entries_.Finish(); !status.ok()) return status;
    std::optional<HalfDigest> group;
    while (true) {
      const absl::StatusOr<std::optional<Entry>> next = entries_.Next();
      if (!next.ok()) return next.status();
      if (!next->has_value() || !group.has_value() || *group != (*next)->group) {
        if (absl::Status status = EndGroup(); !status.ok()) return status;
        if (!next->has_value()) break;
        group = (*next)->group;
        values_.Clear();
      }
      if (absl::Status status = values_.Add(**next); !status.ok()) return status;
    }
    return found_.Pass(take);
  }

 private:
  absl::Status EndGroup() {
    const uint64_t size = values_.size();
    if (size == 0 || size < least_) return absl::OkStatus();
    const uint64_t middle = (size - 1) / 2;
    const absl::StatusOr<Entry> median = values_.Get(middle);
    if (!median.ok()) return median.status();
    const double center = Number(median->value);
    const absl::StatusOr<double> spread = MedianDistance(middle, center);
    if (!spread.ok()) return spread.status();
    const double most = std::max(spreads_ * kDeviation * *spread, std::log(times_));
    for (uint64_t i = size; i-- > middle + 1;) {
      const absl::StatusOr<Entry> entry = values_.Get(i);
      if (!entry.ok()) return entry.status();
      if (!(std::log(Number(entry->value) / center) > most)) break;
      DatasetHit hit;
      hit.place = hit.first = entry->place;
      if (entry->column != UINT32_MAX) hit.column = entry->column;
      hit.value = entry->value;
      const absl::StatusOr<Decimal> count = Decimal::Make(static_cast<Int128>(size), 0);
      hit.said = {entry->value, median->value, count.ok() ? *count : Decimal()};
      if (absl::Status status = found_.Add(entry->number, hit); !status.ok()) return status;
    }
    return absl::OkStatus();
  }

  /// The median of how far the values are from it, as logarithms of factors: those below it and
  /// those above are both in order, so that few are looked at.
  absl::StatusOr<double> MedianDistance(uint64_t middle, double center) {
    absl::Status status;
    const auto distance = [&](uint64_t number) {
      const absl::StatusOr<Entry> entry = values_.Get(number);
      if (!entry.ok()) {
        status = entry.status();
        return 0.0;
      }
      return std::fabs(std::log(Number(entry->value) / center));
    };
    const uint64_t below = middle;  // values before the median
    const uint64_t wanted = middle + 1;
    // How many of the nearest ones are below: the fewest for which the next below is not nearer
    // than the last above.
    uint64_t low = 0;
    uint64_t high = std::min(below, wanted);
    while (low < high && status.ok()) {
      const uint64_t from_below = (low + high) / 2;
      const uint64_t from_above = wanted - from_below;
      if (distance(middle - 1 - from_below) < distance(middle + from_above - 1)) {
        low = from_below + 1;
      } else {
        high = from_below;
      }
    }
    double farthest = 0;
    if (low > 0) farthest = distance(middle - low);
    if (wanted > low) farthest = std::max(farthest, distance(middle + (wanted - low) - 1));
    if (!status.ok()) return status;
    return farthest;
  }

  const uint64_t least_;
  const double spreads_;
  const double times_;
  HalfHash hash_;
  uint64_t number_ = 0;
  ExternalSorter<Entry, ByValue> entries_{kGroupRun};
  SortedValues values_;
  HitSorter found_;
};

}  // namespace

std::unique_ptr<DatasetMethod> MakeOutliers(const Rule& rule) {
  return std::make_unique<Outliers>(rule);
}

}  // namespace puente::check
