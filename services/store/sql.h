// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Connections to SQLite and runs of prepared statements, with errors that have a reason.

#ifndef PUENTE_SERVICES_STORE_SQL_H_
#define PUENTE_SERVICES_STORE_SQL_H_

#include <sqlite3.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace puente::store {

/// How a connection is opened.
struct ConnectionOptions {
  /// Statements that write are refused without it.
  bool writable = false;
  /// Make the file when it is not there.
  bool create = false;
  /// Do not wait for the disk.
  bool no_sync = false;
  /// Memory for pages.
  int cache_kib = 2048;
  /// How long to wait for another process.
  int busy_millis = 10'000;
};

/// A connection to a database under the layer of checked_vfs.h; used by one thread at a time. It
/// checkpoints nothing by itself.
class Connection {
 public:
  static absl::StatusOr<std::unique_ptr<Connection>> Open(const std::string& path,
                                                          const ConnectionOptions& options);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  /// Runs a statement that has no parameters, for its effect.
  absl::Status Run(const char* sql);
  /// A statement that is ready to run, made once. `sql` must live as long as the connection: the
  /// address of the text is its name.
  absl::StatusOr<sqlite3_stmt*> Statement(const char* sql);
  /// The error of a call that answered `code`.
  absl::Status Error(int code);
  /// False when nothing is open: SQLite ends a transaction by itself after some errors.
  bool InTransaction() const { return sqlite3_get_autocommit(db_) == 0; }
  /// True when an error of this connection says that the disk did not take what was written: then
  /// it is not known what the file holds.
  bool broken() const { return broken_; }
  sqlite3* db() const { return db_; }

 private:
  explicit Connection(sqlite3* db) : db_(db) {}

  sqlite3* const db_;
  bool broken_ = false;
  absl::flat_hash_map<const char*, sqlite3_stmt*> statements_;
};

/// One run of a statement. Parameters are bound in their order; bytes that are bound must live as
/// long as the run.
class Query {
 public:
  Query(Connection* connection, const char* sql);
  ~Query();
  Query(const Query&) = delete;
  Query& operator=(const Query&) = delete;

  Query& Bind(int64_t value);
  /// Bytes, as a BLOB.
  Query& Bind(std::string_view bytes);
  Query& BindText(std::string_view text);
  Query& BindNull();
  Query& BindOrNull(bool given, int64_t value) { return given ? Bind(value) : BindNull(); }

  /// Goes to the next row; false when there is none.
  absl::StatusOr<bool> Next();
  /// Runs a statement without rows. It can be bound and run again.
  absl::Status Run();

  /// Columns of the row, from 0. Bytes live until the next call of Next.
  int64_t Int(int column) const { return sqlite3_column_int64(statement_, column); }
  bool IsNull(int column) const { return sqlite3_column_type(statement_, column) == SQLITE_NULL; }
  std::string_view Bytes(int column) const;
  std::string Text(int column) const { return std::string(Bytes(column)); }

 private:
  Connection* const connection_;
  sqlite3_stmt* statement_ = nullptr;
  absl::Status status_;
  int bound_ = 0;
};

}  // namespace puente::store

#endif  // PUENTE_SERVICES_STORE_SQL_H_
