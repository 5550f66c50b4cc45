// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// XXH3 of libxxhash.

#include "services/store/checksum.h"

#ifdef PUENTE_XXHASH_DISPATCH
// The same sums by the widest instructions of the processor.
#include <xxh_x86dispatch.h>
#else
#include <xxhash.h>
#endif

#include <bit>

namespace puente::store {

// Sums are stored as words of the machine.
static_assert(std::endian::native == std::endian::little, "sums are of little-endian words");

uint64_t Checksum64(std::string_view bytes, uint64_t seed) {
  return XXH3_64bits_withSeed(bytes.data(), bytes.size(), seed);
}

}  // namespace puente::store
