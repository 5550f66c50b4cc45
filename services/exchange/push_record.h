// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Records as they come in a push: their name and digest from their bytes.

#ifndef PUENTE_SERVICES_EXCHANGE_PUSH_RECORD_H_
#define PUENTE_SERVICES_EXCHANGE_PUSH_RECORD_H_

#include <string_view>

#include "absl/status/statusor.h"
#include "core/base/digest.h"
#include "services/store/store.h"

namespace puente::exchange {

/// What the bytes of a record say.
struct PushedRecord {
  store::RecordKey key;
  Digest digest = {};
};

/// Reads name and digest of a serialized record. RECORD_MALFORMED when it is none or has no
/// content, IDENTITY_MISMATCH when it names another agency or dataset than `dataset`.
absl::StatusOr<PushedRecord> ReadPushedRecord(std::string_view bytes,
                                              const store::DatasetKey& dataset);

}  // namespace puente::exchange

#endif  // PUENTE_SERVICES_EXCHANGE_PUSH_RECORD_H_
