// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// The rows of agencies, tokens and the audit log.

#ifndef PUENTE_SERVICES_STORE_AGENCY_TABLE_H_
#define PUENTE_SERVICES_STORE_AGENCY_TABLE_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/store/sql.h"
#include "services/store/store.h"
#include "services/store/write_session.h"

namespace puente::store {

/// As the functions of Store with these names.
absl::Status AddAgency(WriteSession* session, const std::string& name, const std::string& title);
absl::Status AddToken(WriteSession* session, const Token& token, const Digest& secret_hash);
absl::StatusOr<Token> FindToken(Connection* connection, const Digest& secret_hash);
absl::StatusOr<std::vector<Token>> ListTokens(Connection* connection, const std::string& agency);
absl::StatusOr<Token> RevokeToken(WriteSession* session, const std::string& id, TimeMicros time);
absl::Status AppendAudit(WriteSession* session, const std::vector<AuditEntry>& entries);
absl::StatusOr<std::vector<AuditEntry>> ReadAudit(Connection* connection, int64_t max);

}  // namespace puente::store

#endif  // PUENTE_SERVICES_STORE_AGENCY_TABLE_H_
