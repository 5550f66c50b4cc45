// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Reads and writes agencies, tokens and lines of the audit log.

#include "services/store/agency_table.h"

#include <algorithm>
#include <utility>

#include "services/store/reason_error.h"
#include "services/store/record_reader.h"
#include "services/store/resource_name.h"
#include "services/store/version_rows.h"

namespace puente::store {
namespace {

constexpr const char* kHasAgency = "SELECT 1 FROM agency WHERE name = ?";
constexpr const char* kAddAgency =
    "INSERT INTO agency(name, title, head, compacted, created) VALUES(?, ?, 0, 0, ?)";
constexpr const char* kHasToken = "SELECT 1 FROM token WHERE id = ? OR secret = ?";
constexpr const char* kAddToken =
    "INSERT INTO token(id, agency, secret, scopes, created, expires, revoked) "
    "VALUES(?, ?, ?, ?, ?, ?, ?)";
constexpr const char* kFindToken =
    "SELECT t.id, a.name, t.scopes, t.created, t.expires, t.revoked "
    "FROM token t JOIN agency a ON a.pk = t.agency WHERE t.secret = ?";
constexpr const char* kTokenById =
    "SELECT t.id, a.name, t.scopes, t.created, t.expires, t.revoked "
    "FROM token t JOIN agency a ON a.pk = t.agency WHERE t.id = ?";
constexpr const char* kTokensOf =
    "SELECT t.id, a.name, t.scopes, t.created, t.expires, t.revoked "
    "FROM token t JOIN agency a ON a.pk = t.agency WHERE a.name = ? "
    "ORDER BY t.created DESC, t.id";
constexpr const char* kRevokeToken = "UPDATE token SET revoked = ? WHERE id = ? AND revoked = 0";
constexpr const char* kAddAudit =
    "INSERT INTO audit(time, agency, token, peer, action, resource, outcome, detail, count) "
    "VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?)";
constexpr const char* kReadAudit =
    "SELECT time, agency, token, peer, action, resource, outcome, detail, count FROM audit "
    "ORDER BY pk DESC LIMIT ?";

Token TokenOf(const Query& row) {
  Token token;
  token.id = row.Text(0);
  token.agency = row.Text(1);
  token.scopes = static_cast<uint32_t>(row.Int(2));
  token.create_time = row.Int(3);
  token.expire_time = row.Int(4);
  token.revoke_time = row.Int(5);
  return token;
}

absl::StatusOr<Token> TokenById(Connection* connection, const std::string& id) {
  Query query(connection, kTokenById);
  absl::StatusOr<bool> row = query.BindText(id).Next();
  if (!row.ok()) return row.status();
  if (!*row) {
    return ReasonError(exchange::v1::REASON_TOKEN_NOT_FOUND, "there is no such token",
                       {{"name", id}});
  }
  return TokenOf(query);
}

}  // namespace

absl::Status AddAgency(WriteSession* session, const std::string& name, const std::string& title) {
  if (!IsAgencyId(name)) {
    return ReasonError(exchange::v1::REASON_NAME_INVALID,
                       "the name of an agency has 1 to 63 of a-z, 0-9 and -, no - at its ends",
                       {{"name", name}});
  }
  {
    Query query(session->connection(), kHasAgency);
    absl::StatusOr<bool> row = query.BindText(name).Next();
    if (!row.ok()) return row.status();
    if (*row) return absl::AlreadyExistsError("the agency " + name + " is there already");
  }
  session->Touch();
  return Query(session->connection(), kAddAgency)
      .BindText(name)
      .BindText(title)
      .Bind(session->now())
      .Run();
}

absl::Status AddToken(WriteSession* session, const Token& token, const Digest& secret_hash) {
  absl::StatusOr<AgencyRow*> agency = session->FindAgency(token.agency);
  if (!agency.ok()) return agency.status();
  {
    Query query(session->connection(), kHasToken);
    absl::StatusOr<bool> row = query.BindText(token.id).Bind(DigestBytes(secret_hash)).Next();
    if (!row.ok()) return row.status();
    if (*row) return absl::AlreadyExistsError("the token " + token.id + " is there already");
  }
  session->Touch();
  return Query(session->connection(), kAddToken)
      .BindText(token.id)
      .Bind((*agency)->pk)
      .Bind(DigestBytes(secret_hash))
      .Bind(token.scopes)
      .Bind(token.create_time)
      .Bind(token.expire_time)
      .Bind(token.revoke_time)
      .Run();
}

absl::StatusOr<Token> FindToken(Connection* connection, const Digest& secret_hash) {
  Query query(connection, kFindToken);
  absl::StatusOr<bool> row = query.Bind(DigestBytes(secret_hash)).Next();
  if (!row.ok()) return row.status();
  if (!*row) {
    return ReasonError(exchange::v1::REASON_TOKEN_UNKNOWN, "the token is not one of this store");
  }
  return TokenOf(query);
}

absl::StatusOr<std::vector<Token>> ListTokens(Connection* connection, const std::string& agency) {
  absl::StatusOr<Agency> there = ReadAgency(connection, agency);
  if (!there.ok()) return there.status();
  std::vector<Token> tokens;
  Query query(connection, kTokensOf);
  query.BindText(agency);
  while (true) {
    absl::StatusOr<bool> row = query.Next();
    if (!row.ok()) return row.status();
    if (!*row) return tokens;
    tokens.push_back(TokenOf(query));
  }
}

absl::StatusOr<Token> RevokeToken(WriteSession* session, const std::string& id, TimeMicros time) {
  absl::StatusOr<Token> token = TokenById(session->connection(), id);
  if (!token.ok() || token->revoke_time != 0) return token;
  session->Touch();
  const absl::Status status =
      Query(session->connection(), kRevokeToken).Bind(time).BindText(id).Run();
  if (!status.ok()) return status;
  token->revoke_time = time;
  return token;
}

absl::Status AppendAudit(WriteSession* session, const std::vector<AuditEntry>& entries) {
  session->Touch();
  for (const AuditEntry& entry : entries) {
    const absl::Status status = Query(session->connection(), kAddAudit)
                                    .Bind(entry.time)
                                    .BindText(entry.agency)
                                    .BindText(entry.token_id)
                                    .BindText(entry.peer)
                                    .BindText(entry.action)
                                    .BindText(entry.resource)
                                    .BindText(entry.outcome)
                                    .BindText(entry.detail)
                                    .Bind(entry.count)
                                    .Run();
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<AuditEntry>> ReadAudit(Connection* connection, int64_t max) {
  std::vector<AuditEntry> entries;
  Query query(connection, kReadAudit);
  query.Bind(std::max<int64_t>(max, 0));
  while (true) {
    absl::StatusOr<bool> row = query.Next();
    if (!row.ok()) return row.status();
    if (!*row) break;
    AuditEntry entry;
    entry.time = query.Int(0);
    entry.agency = query.Text(1);
    entry.token_id = query.Text(2);
    entry.peer = query.Text(3);
    entry.action = query.Text(4);
    entry.resource = query.Text(5);
    entry.outcome = query.Text(6);
    entry.detail = query.Text(7);
    entry.count = query.Int(8);
    entries.push_back(std::move(entry));
  }
  std::reverse(entries.begin(), entries.end());
  return entries;
}

}  // namespace puente::store
