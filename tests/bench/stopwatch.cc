// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// CPU seconds, wall seconds and peak memory of this process.

#include "tests/bench/stopwatch.h"

#include <sys/resource.h>

#include <chrono>
#include <fstream>
#include <string>

namespace puente::bench {
namespace {

double Seconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

}  // namespace

Times Stopwatch::Now() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto wall = std::chrono::steady_clock::now().time_since_epoch();
  return {Seconds(usage.ru_utime) + Seconds(usage.ru_stime),
          std::chrono::duration<double>(wall).count()};
}

uint64_t PeakMemoryKib() {
  // Not ru_maxrss: that begins with the peak of the program that started this one.
  std::ifstream status("/proc/self/status");
  std::string line;
  while (std::getline(status, line)) {
    if (line.starts_with("VmHWM:")) return std::stoull(line.substr(6));
  }
  return 0;
}

}  // namespace puente::bench
