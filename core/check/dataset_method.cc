// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Rules that need many records: the methods by name, and rows that say the same.
#include "core/check/dataset_method.h"

#include <algorithm>
#include <cstring>
#include <string>
#include <vector>

#include "core/base/external_sort.h"
#include "core/check/method_parts.h"

namespace puente::check {
namespace {

constexpr std::string_view kOutlierLimits[] = {"values", "spreads", "times_median"};
constexpr std::string_view kFirst[] = {"first"};
constexpr std::string_view kSumSaid[] = {"first", "sum", "bound"};
constexpr std::string_view kOutlierSaid[] = {"first", "value", "median", "count"};

constexpr MethodKind kKinds[] = {
    {"duplicate_rows", false, false, false, false, {}, kFirst, MakeDuplicateRows},
    {"sum_above", true, true, true, true, {}, kSumSaid, MakeSumAbove},
    {"outliers", true, true, false, false, kOutlierLimits, kOutlierSaid, MakeOutliers},
};

/// A row by what it says.
struct RowMark {
  HalfDigest digest = {};
  uint64_t number = 0;
  RowPlace place;
};

/// By what they say, then in their order.
struct BySaying {
  bool operator()(const RowMark& a, const RowMark& b) const {
    const int order = std::memcmp(a.digest.data(), b.digest.data(), a.digest.size());
    return order != 0 ? order < 0 : a.number < b.number;
  }
};

/// Sorts the marks of all rows, in a file when there are many: equal ones come together.
class DuplicateRows : public DatasetMethod {
 public:
  absl::Status Add(const MethodRow& row) override {
    TakeActivity(row.record->activity());
    for (const v1::LexicalForm& form : row.record->lexical()) {
      // Another spelling of a value is the same value.
      if (form.state() != v1::LEXICAL_STATE_VARIANT) Take(form);
    }
    for (const v1::JsonResidue& json : row.record->residue().json()) {
      if (!IsEmpty(json) && !IsSource(json, row.sheet)) AddPart(json);
    }
    TakeParts();
    const absl::StatusOr<HalfDigest> digest = hash_.Finish();
    if (!digest.ok()) return digest.status();
    return marks_.Add({*digest, number_++, row.place});
  }

  absl::Status Finish(absl::FunctionRef<absl::Status(const DatasetHit&)> take) override {
    if (absl::Status status = marks_.Finish(); !status.ok()) return status;
    HitSorter found;
    std::optional<RowMark> first;
    while (true) {
      const absl::StatusOr<std::optional<RowMark>> next = marks_.Next();
      if (!next.ok()) return next.status();
      if (!next->has_value()) break;
      if (!first.has_value() || first->digest != (*next)->digest) {
        first = **next;
        continue;
      }
      DatasetHit hit;
      hit.place = (*next)->place;
      hit.first = first->place;
      if (absl::Status status = found.Add((*next)->number, hit); !status.ok()) return status;
    }
    return found.Pass(take);
  }

 private:
  /// True for an empty cell, which CSV has and a workbook does not.
  static bool IsEmpty(const v1::JsonResidue& json) {
    return json.parent().steps_size() == 0 && json.member().value().scalar() == "\"\"";
  }
  /// True for a cell that says where the row is from: another file may have the same row.
  static bool IsSource(const v1::JsonResidue& json, const SheetColumns* sheet) {
    if (sheet == nullptr || json.parent().steps_size() > 0) return false;
    const std::optional<uint32_t> column = sheet->ColumnNamed(json.member().name());
    return column.has_value() && sheet->IsSource(*column);
  }
  void Take(const google::protobuf::Message& message) {
    bytes_.clear();
    message.SerializePartialToString(&bytes_);
    hash_.Take(bytes_);
  }
  /// A part of what a row says; columns may be in another order elsewhere.
  void AddPart(const google::protobuf::Message& message) {
    message.SerializePartialToString(&parts_.emplace_back());
  }
  /// Takes the parts in an order of their own.
  void TakeParts() {
    std::sort(parts_.begin(), parts_.end());
    for (const std::string& part : parts_) hash_.Take(part);
    parts_.clear();
  }
  void TakeActivity(const v1::Activity& activity) {
    rest_ = activity;
    for (v1::Delivery& delivery : *rest_.mutable_deliveries()) {
      for (const v1::PeopleCount& people : delivery.people()) AddPart(people);
      delivery.clear_people();
    }
    Take(rest_);
    TakeParts();
  }

  HalfHash hash_;
  std::string bytes_;
  v1::Activity rest_;
  std::vector<std::string> parts_;
  uint64_t number_ = 0;
  ExternalSorter<RowMark, BySaying> marks_;
};

}  // namespace

std::span<const MethodKind> MethodKinds() { return kKinds; }

const MethodKind* FindMethod(std::string_view name) {
  const auto* const found = std::find_if(std::begin(kKinds), std::end(kKinds),
                                         [&](const MethodKind& kind) { return kind.name == name; });
  return found == std::end(kKinds) ? nullptr : found;
}

std::unique_ptr<DatasetMethod> MakeDuplicateRows(const Rule& /*rule*/) {
  return std::make_unique<DuplicateRows>();
}

std::unique_ptr<DatasetMethod> MakeDatasetMethod(const Rule& rule) {
  return FindMethod(rule.method)->make(rule);
}

}  // namespace puente::check
