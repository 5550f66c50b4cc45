// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Reads leaf messages from protobuf's wire format.

#include "core/base/wire_leaves.h"

#include <cstdint>

#include "core/base/wire_schema.h"
#include "google/protobuf/wire_format_lite.h"

namespace puente {
namespace {

/// Reads a message of varints with the field numbers 1 to `count`, of which the last one counts
/// where there are several. False when there is anything else in it.
bool ReadNumbers(std::string_view bytes, uint64_t* numbers, uint32_t count) {
  const uint8_t* const end = internal::BytesOf(bytes) + bytes.size();
  for (const uint8_t* at = internal::BytesOf(bytes); at != end;) {
    const uint32_t number = *at >> 3;
    if (*at >= 0x80 || (*at & 7) != internal::kVarint || number == 0 || number > count)
      return false;
    at = internal::ReadVarint(at + 1, end, &numbers[number - 1]);
    if (at == nullptr) return false;
  }
  return true;
}

}  // namespace

bool ReadWireDecimal(std::string_view bytes, v1::Decimal* out) {
  uint64_t numbers[2] = {0, 0};
  if (!ReadNumbers(bytes, numbers, 2)) {
    return out->ParseFromArray(bytes.data(), static_cast<int>(bytes.size()));
  }
  out->Clear();
  out->set_unscaled(google::protobuf::internal::WireFormatLite::ZigZagDecode64(numbers[0]));
  out->set_scale(static_cast<int32_t>(numbers[1]));
  return true;
}

bool ReadWireDate(std::string_view bytes, v1::Date* out) {
  uint64_t numbers[3] = {0, 0, 0};
  if (!ReadNumbers(bytes, numbers, 3)) {
    return out->ParseFromArray(bytes.data(), static_cast<int>(bytes.size()));
  }
  out->Clear();
  out->set_year(static_cast<int32_t>(numbers[0]));
  out->set_month(static_cast<int32_t>(numbers[1]));
  out->set_day(static_cast<int32_t>(numbers[2]));
  return true;
}

}  // namespace puente
