// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// What methods over many records share: groups by what rows say, and findings put in order.
#ifndef PUENTE_CORE_CHECK_METHOD_PARTS_H_
#define PUENTE_CORE_CHECK_METHOD_PARTS_H_

#include <array>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/base/digest.h"
#include "core/base/external_sort.h"
#include "core/check/dataset_method.h"
#include "core/check/value.h"

namespace puente::check {

/// Half a SHA-256: 2^64 rows until two that differ are taken for the same.
using HalfDigest = std::array<uint8_t, 16>;

/// Digests of texts, each with its length before it.
class HalfHash {
 public:
  void Take(std::string_view bytes) {
    const uint64_t size = bytes.size();
    std::array<char, sizeof size> number{};
    std::memcpy(number.data(), &size, sizeof size);
    hash_.Update({number.data(), number.size()});
    hash_.Update(bytes);
  }
  /// The digest of what was taken since the last call.
  absl::StatusOr<HalfDigest> Finish() {
    const absl::StatusOr<Digest> digest = hash_.Finish();
    if (!digest.ok()) return digest.status();
    HalfDigest half{};
    std::memcpy(half.data(), digest->data(), half.size());
    return half;
  }

 private:
  Sha256 hash_;
};

/// The group of a row: what it says in the values that make rows belong together.
inline absl::StatusOr<HalfDigest> GroupOf(std::span<const Value> by, HalfHash* hash) {
  for (const Value& value : by) hash->Take(ShownValue(value));
  return hash->Finish();
}

/// Puts hits into the order of their rows.
class HitSorter {
 public:
  absl::Status Add(uint64_t number, const DatasetHit& hit) { return sorter_.Add({number, hit}); }

  absl::Status Pass(absl::FunctionRef<absl::Status(const DatasetHit&)> take) {
    if (absl::Status status = sorter_.Finish(); !status.ok()) return status;
    while (true) {
      const absl::StatusOr<std::optional<Entry>> next = sorter_.Next();
      if (!next.ok()) return next.status();
      if (!next->has_value()) return absl::OkStatus();
      if (absl::Status status = take((*next)->hit); !status.ok()) return status;
    }
  }

 private:
  struct Entry {
    uint64_t number = 0;
    DatasetHit hit;
  };
  struct ByNumber {
    bool operator()(const Entry& a, const Entry& b) const { return a.number < b.number; }
  };

  ExternalSorter<Entry, ByNumber> sorter_{size_t{1} << 13};
};

/// Entries that methods with groups hold in memory at most; more go to a file.
inline constexpr size_t kGroupRun = size_t{1} << 14;

}  // namespace puente::check

#endif  // PUENTE_CORE_CHECK_METHOD_PARTS_H_
