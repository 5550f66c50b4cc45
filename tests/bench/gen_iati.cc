// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// gen_iati: writes an IATI file of any size that looks real and is the same for the same seed.

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "CLI/CLI.hpp"
#include "tests/bench/activity_maker.h"

namespace puente::bench {
namespace {

constexpr size_t kBlock = size_t{1} << 20;

struct Request {
  double megabytes = 10;
  uint64_t seed = 1;
  std::string path = "-";
  bool one_activity = false;
};

// Writes what is there and forgets it.
bool Flush(ActivityMaker& maker, std::FILE* file, uint64_t* written) {
  std::string& bytes = maker.bytes();
  *written += bytes.size();
  const bool done = std::fwrite(bytes.data(), 1, bytes.size(), file) == bytes.size();
  bytes.clear();
  return done;
}

int Run(const Request& request) {
  std::FILE* const file = request.path == "-" ? stdout : std::fopen(request.path.c_str(), "wb");
  if (file == nullptr) {
    std::perror(request.path.c_str());
    return 1;
  }
  const auto goal = static_cast<uint64_t>(request.megabytes * 1e6);
  ActivityMaker maker(request.seed);
  maker.BeginFile();
  uint64_t written = 0;
  uint64_t activities = 0;
  size_t largest = 0;
  bool good = true;
  do {
    const size_t begin = maker.bytes().size();
    maker.Activity(activities++, request.one_activity ? static_cast<size_t>(goal) : 0);
    largest = std::max(largest, maker.bytes().size() - begin);
    if (maker.bytes().size() >= kBlock) good = Flush(maker, file, &written);
  } while (good && written + maker.bytes().size() < goal && !request.one_activity);
  maker.EndFile();
  good = good && Flush(maker, file, &written);
  if (std::fflush(file) != 0 || (file != stdout && std::fclose(file) != 0)) good = false;
  if (!good) {
    std::perror(request.path.c_str());
    return 1;
  }
  std::fprintf(stderr, "%s: %llu bytes, %llu activities, the largest of %zu bytes\n",
               request.path.c_str(), static_cast<unsigned long long>(written),
               static_cast<unsigned long long>(activities), largest);
  return 0;
}

}  // namespace
}  // namespace puente::bench

int main(int argc, char** argv) {
  puente::bench::Request request;
  CLI::App app(
      "Writes an IATI 2.03 file for load tests. The same options give the same bytes; a "
      "longer file begins with the activities of a shorter one of its seed.");
  app.add_option("--mb", request.megabytes, "size in megabytes (1,000,000 bytes), about")
      ->check(CLI::Range(0.001, 1e6))
      ->capture_default_str();
  app.add_option("--seed", request.seed, "another seed, another file")->capture_default_str();
  app.add_option("-o,--output", request.path, "the file to write, - for standard output")
      ->capture_default_str();
  app.add_flag("--one-activity", request.one_activity, "a single activity of this size");
  CLI11_PARSE(app, argc, argv);
  return puente::bench::Run(request);
}
