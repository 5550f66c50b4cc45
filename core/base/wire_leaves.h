// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Reads leaf messages from protobuf's wire format.

#ifndef PUENTE_CORE_BASE_WIRE_LEAVES_H_
#define PUENTE_CORE_BASE_WIRE_LEAVES_H_

#include <string_view>

#include "puente/v1/money.pb.h"
#include "puente/v1/text.pb.h"

namespace puente {

/// Read a message from its bytes as protobuf does, only faster for what such messages mostly hold.
/// False when the bytes are malformed; what `out` holds then is undefined.
bool ReadWireDecimal(std::string_view bytes, v1::Decimal* out);
bool ReadWireDate(std::string_view bytes, v1::Date* out);

}  // namespace puente

#endif  // PUENTE_CORE_BASE_WIRE_LEAVES_H_
