// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Fuzzes the XML reader: its verdict and its events must be those of bare expat.

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "tests/core/xml_events.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  // The first byte says in what portions the rest is read.
  if (size == 0) return 0;
  const std::string xml(reinterpret_cast<const char*>(data) + 1, size - 1);
  const size_t chunk = size_t{1} + data[0] % 64;
  const size_t portion = size_t{1} + data[0] / 64 * 7;
  const std::string difference = puente::text::Disagreement(xml, chunk, portion);
  if (difference.empty()) return 0;
  std::fprintf(stderr, "in chunks of %zu, portions of %zu: %s\n", chunk, portion,
               difference.c_str());
  std::abort();
}
