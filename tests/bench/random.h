// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Random numbers that are the same on every machine, and choices that are as uneven as in real
// data.

#ifndef PUENTE_TESTS_BENCH_RANDOM_H_
#define PUENTE_TESTS_BENCH_RANDOM_H_

#include <cstddef>
#include <cstdint>
#include <iterator>

namespace puente::bench {

/// Random numbers from a seed: splitmix64. Integers only, so that no library changes them.
class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed) {}

  uint64_t Next() {
    uint64_t z = (state_ += 0x9E3779B97F4A7C15u);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
  }
  /// 0 to n - 1; n is at least 1 and below 2^32.
  uint32_t Below(uint32_t n) { return static_cast<uint32_t>(((Next() >> 32) * n) >> 32); }
  /// `low` to `high`, both included.
  uint32_t Between(uint32_t low, uint32_t high) { return low + Below(high - low + 1); }
  /// True in `permille` of 1000 cases.
  bool Chance(uint32_t permille) { return Below(1000) < permille; }
  /// One of a range that has size() and [].
  template <typename Range>
  const auto& Of(const Range& range) {
    return range[Below(static_cast<uint32_t>(std::size(range)))];
  }

 private:
  uint64_t state_;
};

/// Chooses 0 to n - 1 so that the r-th is met about 1 / (r + 3) as often: words, names and
/// publishers of real files are spread like that.
class Zipf {
 public:
  explicit Zipf(uint32_t n) {
    uint64_t sum = 0;
    for (uint32_t r = 0; r < n; ++r) sum += Weight(r);
    uint64_t done = 0;
    uint32_t rank = 0;
    for (uint32_t i = 0; i <= kSteps; ++i) {
      const uint64_t goal = sum / kSteps * i;
      while (rank + 1 < n && done + Weight(rank) <= goal) done += Weight(rank++);
      steps_[i] = rank;
    }
    steps_[kSteps] = n;
  }

  uint32_t operator()(Random& random) const {
    const uint64_t bits = random.Next();
    const uint32_t step = static_cast<uint32_t>(bits >> 52);
    const uint32_t low = steps_[step];
    const uint32_t width = steps_[step + 1] - low;
    return width < 2 ? low : low + static_cast<uint32_t>(((bits & 0xFFFFFFFFu) * width) >> 32);
  }

 private:
  static constexpr uint32_t kSteps = 4096;
  static uint64_t Weight(uint32_t rank) { return (uint64_t{1} << 40) / (rank + 3); }
  uint32_t steps_[kSteps + 1];
};

}  // namespace puente::bench

#endif  // PUENTE_TESTS_BENCH_RANDOM_H_
