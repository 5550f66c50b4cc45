// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Tables of the encodings that have one byte a character.

#ifndef PUENTE_CORE_TEXT_ENCODING_H_
#define PUENTE_CORE_TEXT_ENCODING_H_

#include <array>
#include <cstdint>
#include <string_view>

#include "absl/status/statusor.h"

namespace puente::text {

/// Code points of the 256 bytes; -1 for a byte without a character.
using EncodingTable = std::array<int32_t, 256>;

/// The table of an encoding such as `windows-1252` or `ISO-8859-15`, letters of either case.
/// Not-found error when the name is not known; unimplemented error when a character may take
/// several bytes, or when bytes 0x20 to 0x7E are not those of ASCII.
absl::StatusOr<EncodingTable> EightBitTable(std::string_view name);

}  // namespace puente::text

#endif  // PUENTE_CORE_TEXT_ENCODING_H_
