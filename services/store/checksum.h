// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// A fast 64-bit checksum (XXH3) that finds damage; it does not withstand forgery.

#ifndef PUENTE_SERVICES_STORE_CHECKSUM_H_
#define PUENTE_SERVICES_STORE_CHECKSUM_H_

#include <cstdint>
#include <string_view>

namespace puente::store {

/// The 64-bit XXH3 of bytes. Equal bytes under another seed have another sum.
uint64_t Checksum64(std::string_view bytes, uint64_t seed);

}  // namespace puente::store

#endif  // PUENTE_SERVICES_STORE_CHECKSUM_H_
