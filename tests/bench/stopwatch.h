// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// CPU seconds, wall seconds and peak memory of this process.

#ifndef PUENTE_TESTS_BENCH_STOPWATCH_H_
#define PUENTE_TESTS_BENCH_STOPWATCH_H_

#include <cstdint>

namespace puente::bench {

/// Seconds since some moment.
struct Times {
  /// Of all threads of this process, in user and system mode.
  double cpu = 0;
  double wall = 0;
};

/// Runs from its construction on.
class Stopwatch {
 public:
  Stopwatch() : begin_(Now()) {}
  Times Elapsed() const {
    const Times now = Now();
    return {now.cpu - begin_.cpu, now.wall - begin_.wall};
  }

 private:
  static Times Now();
  Times begin_;
};

/// The largest resident memory of this program so far, in KiB; 0 when the system does not tell.
uint64_t PeakMemoryKib();

}  // namespace puente::bench

#endif  // PUENTE_TESTS_BENCH_STOPWATCH_H_
