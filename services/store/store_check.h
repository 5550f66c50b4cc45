// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Reads a whole store and compares all that is said twice in it.

#ifndef PUENTE_SERVICES_STORE_STORE_CHECK_H_
#define PUENTE_SERVICES_STORE_STORE_CHECK_H_

#include "absl/status/statusor.h"
#include "services/store/sql.h"
#include "services/store/store.h"

namespace puente::store {

/// As Store::Check, in one transaction. Errors are those that let nothing be checked.
absl::StatusOr<StoreCheck> CheckStore(Connection* connection);

}  // namespace puente::store

#endif  // PUENTE_SERVICES_STORE_STORE_CHECK_H_
