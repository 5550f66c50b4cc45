// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// The records of a push, as the client reads them: forward, and again after a cut.

#ifndef PUENTE_SERVICES_CLIENT_PUSH_SOURCE_H_
#define PUENTE_SERVICES_CLIENT_PUSH_SOURCE_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/base/digest.h"

namespace puente::client {

/// What a record is offered by.
struct RecordHead {
  std::string id;
  uint32_t ordinal = 0;
  /// It is a dataset header.
  bool header = false;
  Digest digest = {};
  /// Size of its bytes, and where the source has them.
  uint64_t size = 0;
  uint64_t where = 0;
};

/// The records of one push, numbered from 1.
class PushSource {
 public:
  virtual ~PushSource() = default;
  /// How many there are.
  virtual int64_t records() const = 0;
  /// Makes `Next` go on with this number.
  virtual absl::Status Seek(int64_t number) = 0;
  /// The next head; false at the end.
  virtual absl::StatusOr<bool> Next(RecordHead* head) = 0;
  /// The bytes of a record.
  virtual absl::Status Read(uint64_t where, uint64_t size, std::string* bytes) = 0;
};

}  // namespace puente::client

#endif  // PUENTE_SERVICES_CLIENT_PUSH_SOURCE_H_
