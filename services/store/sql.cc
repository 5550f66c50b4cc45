// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Connections, statements, and what the codes of SQLite mean for a store.

#include "services/store/sql.h"

#include <utility>

#include "fmt/format.h"
#include "services/store/checked_vfs.h"
#include "services/store/reason_error.h"

namespace puente::store {
namespace {

using exchange::v1::Reason;

// Writes that failed for lack of room leave the file as it was, and later ones may have it.
bool IsFull(int extended) {
  return (extended & 0xff) == SQLITE_FULL || extended == SQLITE_IOERR_SHMSIZE;
}

bool IsDamage(int extended) {
  switch (extended & 0xff) {
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_FORMAT:
      return true;
    default:
      return extended == SQLITE_IOERR_DATA || extended == SQLITE_IOERR_SHORT_READ ||
             extended == SQLITE_IOERR_CORRUPTFS;
  }
}

bool IsLostWrite(int extended) {
  switch (extended) {
    case SQLITE_IOERR_WRITE:
    case SQLITE_IOERR_FSYNC:
    case SQLITE_IOERR_DIR_FSYNC:
    case SQLITE_IOERR_TRUNCATE:
    case SQLITE_IOERR_CLOSE:
      return true;
    default:
      return false;
  }
}

}  // namespace

absl::StatusOr<std::unique_ptr<Connection>> Connection::Open(const std::string& path,
                                                             const ConnectionOptions& options) {
  absl::StatusOr<const char*> vfs = CheckedVfs();
  if (!vfs.ok()) return vfs.status();
  int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE;
  if (options.create) flags |= SQLITE_OPEN_CREATE;
  sqlite3* db = nullptr;
  const int code = sqlite3_open_v2(path.c_str(), &db, flags, *vfs);
  if (db == nullptr) return absl::ResourceExhaustedError("no memory for a connection to the store");
  std::unique_ptr<Connection> connection(new Connection(db));
  if (code != SQLITE_OK) return connection->Error(code);
  sqlite3_extended_result_codes(db, 1);
  sqlite3_busy_timeout(db, options.busy_millis);
  sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  // SQLite of Debian overwrites what is deleted, by more writing; pages that are written anyhow are
  // enough.
  const std::string pragmas = fmt::format(
      "PRAGMA cache_size=-{}; PRAGMA synchronous={}; PRAGMA temp_store=MEMORY; "
      "PRAGMA wal_autocheckpoint=0; PRAGMA secure_delete=FAST; PRAGMA cell_size_check=ON; "
      "PRAGMA query_only={}",
      options.cache_kib, options.no_sync ? "OFF" : "FULL", options.writable ? "OFF" : "ON");
  const absl::Status status = connection->Run(pragmas.c_str());
  if (!status.ok()) return status;
  return connection;
}

Connection::~Connection() {
  for (const auto& [sql, statement] : statements_) sqlite3_finalize(statement);
  // What the file holds is not known: leave it to the next opening, which reads the log.
  if (broken_) sqlite3_db_config(db_, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
  sqlite3_close_v2(db_);
}

absl::Status Connection::Run(const char* sql) {
  const int code = sqlite3_exec(db_, sql, nullptr, nullptr, nullptr);
  return code == SQLITE_OK ? absl::OkStatus() : Error(code);
}

absl::StatusOr<sqlite3_stmt*> Connection::Statement(const char* sql) {
  sqlite3_stmt*& statement = statements_[sql];
  if (statement == nullptr) {
    const int code =
        sqlite3_prepare_v3(db_, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
    if (code != SQLITE_OK) return Error(code);
  }
  return statement;
}

absl::Status Connection::Error(int code) {
  const int last = sqlite3_extended_errcode(db_);
  const int extended = (last & 0xff) == (code & 0xff) ? last : code;
  const char* const what = sqlite3_errmsg(db_);
  if (IsFull(extended)) {
    return ReasonError(exchange::v1::REASON_STORE_FULL,
                       "there is no room for it on the disk of the store; nothing was written");
  }
  if (IsDamage(extended)) {
    return ReasonError(exchange::v1::REASON_STORE_DAMAGED,
                       fmt::format("the store is damaged: {} ({})", what, extended));
  }
  broken_ = broken_ || IsLostWrite(extended);
  Reason reason = exchange::v1::REASON_INTERNAL;
  switch (extended & 0xff) {
    case SQLITE_IOERR:
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH:
    case SQLITE_NOMEM:
    case SQLITE_NOLFS:
    case SQLITE_PROTOCOL:
    case SQLITE_INTERRUPT:
      reason = exchange::v1::REASON_STORE_UNAVAILABLE;
      break;
    default:
      break;
  }
  return ReasonError(reason, fmt::format("the store does not answer: {} ({})", what, extended));
}

Query::Query(Connection* connection, const char* sql) : connection_(connection) {
  absl::StatusOr<sqlite3_stmt*> statement = connection->Statement(sql);
  if (!statement.ok()) {
    status_ = statement.status();
  } else if (sqlite3_stmt_busy(*statement) != 0) {
    status_ = absl::InternalError("a statement of the store is run within itself");
  } else {
    statement_ = *statement;
  }
}

Query::~Query() {
  if (statement_ == nullptr) return;
  sqlite3_reset(statement_);
  sqlite3_clear_bindings(statement_);
}

Query& Query::Bind(int64_t value) {
  if (statement_ != nullptr) sqlite3_bind_int64(statement_, ++bound_, value);
  return *this;
}

Query& Query::Bind(std::string_view bytes) {
  if (statement_ != nullptr) {
    // An empty blob is not NULL.
    sqlite3_bind_blob64(statement_, ++bound_, bytes.empty() ? "" : bytes.data(), bytes.size(),
                        SQLITE_STATIC);
  }
  return *this;
}

Query& Query::BindText(std::string_view text) {
  if (statement_ != nullptr) {
    sqlite3_bind_text64(statement_, ++bound_, text.empty() ? "" : text.data(), text.size(),
                        SQLITE_STATIC, SQLITE_UTF8);
  }
  return *this;
}

Query& Query::BindNull() {
  if (statement_ != nullptr) sqlite3_bind_null(statement_, ++bound_);
  return *this;
}

absl::StatusOr<bool> Query::Next() {
  if (statement_ == nullptr) return status_;
  const int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  return connection_->Error(code);
}

absl::Status Query::Run() {
  absl::StatusOr<bool> row = Next();
  if (statement_ != nullptr) sqlite3_reset(statement_);
  bound_ = 0;
  return row.status();
}

std::string_view Query::Bytes(int column) const {
  const void* const bytes = sqlite3_column_blob(statement_, column);
  const int size = sqlite3_column_bytes(statement_, column);
  return bytes == nullptr
             ? std::string_view()
             : std::string_view(static_cast<const char*>(bytes), static_cast<size_t>(size));
}

}  // namespace puente::store
