// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Copies a store while it is in use.

#ifndef PUENTE_SERVICES_STORE_STORE_BACKUP_H_
#define PUENTE_SERVICES_STORE_STORE_BACKUP_H_

#include <string>

#include "absl/status/status.h"
#include "services/store/sql.h"

namespace puente::store {

/// Writes a copy of one moment: aside, then renamed, when it is durable. Already-exists error when
/// the file is there. The copy has another key for tokens: what a client has seen of the store
/// after that moment must not be gone on with in the copy, whose revisions will be others.
absl::Status BackUpStore(Connection* from, const std::string& path);

}  // namespace puente::store

#endif  // PUENTE_SERVICES_STORE_STORE_BACKUP_H_
