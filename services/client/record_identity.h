// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// The identity of serialized records, read and completed without parsing the rest.

#ifndef PUENTE_SERVICES_CLIENT_RECORD_IDENTITY_H_
#define PUENTE_SERVICES_CLIENT_RECORD_IDENTITY_H_

#include <cstdint>
#include <string>
#include <string_view>

namespace puente::client {

/// What a record says of which one it is.
struct RecordIdentity {
  std::string dataset;
  std::string id;
  uint32_t ordinal = 0;
  /// It is a dataset header.
  bool header = false;
};

/// Reads it; false when the bytes are no message.
bool ReadIdentity(std::string_view record, RecordIdentity* identity);

/// Puts the agency into the identity of a record.
void SetAgency(std::string_view agency, std::string* record);

}  // namespace puente::client

#endif  // PUENTE_SERVICES_CLIENT_RECORD_IDENTITY_H_
