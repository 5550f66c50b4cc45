// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// puente_bench: runs one stage once and prints what it took as JSON; run_bench.py compares them.

#include <cstdio>
#include <string>

#include "core/base/status.h"
#include "fmt/format.h"
#include "tests/bench/stages.h"

namespace puente::bench {
namespace {

int Usage() {
  std::string text =
      "usage: puente_bench STAGE FILE\n\nRuns a stage once on a file of IATI, FTS or, .xlsx, of a "
      "5W sheet:\n";
  for (const Stage& stage : Stages()) {
    text += fmt::format("  {:<18} {}\n", stage.name, stage.meaning);
  }
  std::fputs(text.c_str(), stderr);
  return 2;
}

int Run(std::string_view name, const std::string& path) {
  for (const Stage& stage : Stages()) {
    if (stage.name != name) continue;
    const absl::StatusOr<Outcome> outcome = stage.run(path);
    if (!outcome.ok()) {
      fmt::print(stderr, "{}: {}\n", name, FormatError(outcome.status()));
      return 1;
    }
    std::string counts;
    for (const auto& [what, count] : outcome->counts) {
      counts += fmt::format("{}\"{}\":{}", counts.empty() ? "" : ",", what, count);
    }
    fmt::print(
        "{{\"stage\":\"{}\",\"cpu_s\":{:.6f},\"wall_s\":{:.6f},\"peak_kib\":{},"
        "\"digest\":\"{}\",\"counts\":{{{}}}}}\n",
        name, outcome->times.cpu, outcome->times.wall, PeakMemoryKib(), outcome->digest, counts);
    return 0;
  }
  return Usage();
}

}  // namespace
}  // namespace puente::bench

int main(int argc, char** argv) {
  if (argc != 3) return puente::bench::Usage();
  return puente::bench::Run(argv[1], argv[2]);
}
