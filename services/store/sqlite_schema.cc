// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Tables, and the first rows.

#include "services/store/sqlite_schema.h"

#include <fcntl.h>
#include <sys/random.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <memory>
#include <string_view>
#include <system_error>

#include "fmt/format.h"
#include "services/store/checked_vfs.h"
#include "services/store/reason_error.h"

namespace puente::store {
namespace {

// Times are microseconds. Names of datasets and ids are bytes, compared as such.
constexpr const char* kTables = R"sql(
CREATE TABLE meta(key TEXT PRIMARY KEY, value) WITHOUT ROWID;

CREATE TABLE agency(
  pk INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  title TEXT NOT NULL,
  head INTEGER NOT NULL,       -- newest revision
  compacted INTEGER NOT NULL,  -- changes up to this revision are forgotten
  created INTEGER NOT NULL);

CREATE TABLE dataset(
  pk INTEGER PRIMARY KEY,
  agency INTEGER NOT NULL,
  name BLOB NOT NULL,
  records INTEGER NOT NULL,   -- not deleted, no headers
  bytes INTEGER NOT NULL,     -- of their bodies
  revision INTEGER NOT NULL,  -- newest one that changed it
  last INTEGER NOT NULL,      -- no position in use is larger
  created INTEGER NOT NULL,
  updated INTEGER NOT NULL,
  UNIQUE(agency, name));

-- The current version of each record. Deleted ones stay, with their tombstone.
CREATE TABLE record(
  dataset INTEGER NOT NULL,
  header INTEGER NOT NULL,
  id BLOB NOT NULL,
  ordinal INTEGER NOT NULL,
  version INTEGER NOT NULL,
  deleted INTEGER NOT NULL,
  PRIMARY KEY(dataset, header, id, ordinal)) WITHOUT ROWID;

-- Generations of records, which are the log of changes too. Its key is VersionOf.
CREATE TABLE version(
  pk INTEGER PRIMARY KEY,
  dataset INTEGER NOT NULL,
  header INTEGER NOT NULL,
  id BLOB NOT NULL,
  ordinal INTEGER NOT NULL,
  generation INTEGER NOT NULL,
  kind INTEGER NOT NULL,      -- ChangeKind
  position INTEGER,           -- NULL: a tombstone
  ended INTEGER,              -- the version that came after it
  previous INTEGER,           -- the version before it
  digest BLOB NOT NULL,
  body INTEGER,               -- NULL: a tombstone; a version that moved has that of the one before
  size INTEGER NOT NULL,
  time INTEGER NOT NULL,
  push INTEGER NOT NULL,      -- 0: none
  reason TEXT NOT NULL);
CREATE INDEX version_place ON version(dataset, position, ended) WHERE position IS NOT NULL;
CREATE INDEX version_ended ON version(ended) WHERE ended IS NOT NULL;

CREATE TABLE body(
  pk INTEGER PRIMARY KEY,
  encoding INTEGER NOT NULL,  -- BodyEncoding
  sum INTEGER NOT NULL,       -- of `bytes`
  bytes BLOB NOT NULL);

-- Numbers are never used again: versions know the push that wrote them after it is forgotten.
CREATE TABLE push(
  pk INTEGER PRIMARY KEY AUTOINCREMENT,
  agency INTEGER NOT NULL,
  request TEXT NOT NULL,
  dataset BLOB NOT NULL,
  mode INTEGER NOT NULL,      -- PushMode
  base INTEGER NOT NULL,      -- the agency's head when it was opened
  through INTEGER NOT NULL,
  complete INTEGER NOT NULL,
  created INTEGER NOT NULL,   -- counts
  updated INTEGER NOT NULL,
  unchanged INTEGER NOT NULL,
  deleted INTEGER NOT NULL,
  rejected INTEGER NOT NULL,
  conflicts INTEGER NOT NULL,
  revision INTEGER NOT NULL,  -- of the summary, when it is complete
  used INTEGER NOT NULL,      -- when it was last written to
  UNIQUE(agency, request));

-- Numbers of a push beyond `through` that are decided, so that each counts once.
CREATE TABLE decided(
  push INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  outcome INTEGER NOT NULL,
  PRIMARY KEY(push, seq)) WITHOUT ROWID;

-- What a snapshot holds for its commit.
CREATE TABLE staged(
  push INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  header INTEGER NOT NULL,
  id BLOB NOT NULL,
  ordinal INTEGER NOT NULL,
  digest BLOB NOT NULL,
  body INTEGER,               -- its own; it goes to the version at the commit
  size INTEGER NOT NULL,
  version INTEGER,            -- or the version that has the content
  if_generation INTEGER,      -- neither body nor version: only its name is known
  PRIMARY KEY(push, seq)) WITHOUT ROWID;
CREATE UNIQUE INDEX staged_key ON staged(push, header, id, ordinal);

CREATE TABLE token(
  id TEXT PRIMARY KEY,
  agency INTEGER NOT NULL,
  secret BLOB NOT NULL UNIQUE,  -- its SHA-256
  scopes INTEGER NOT NULL,
  created INTEGER NOT NULL,
  expires INTEGER NOT NULL,
  revoked INTEGER NOT NULL) WITHOUT ROWID;

CREATE TABLE audit(
  pk INTEGER PRIMARY KEY,
  time INTEGER NOT NULL,
  agency TEXT NOT NULL,
  token TEXT NOT NULL,
  peer TEXT NOT NULL,
  action TEXT NOT NULL,
  resource TEXT NOT NULL,
  outcome TEXT NOT NULL,
  detail TEXT NOT NULL,
  count INTEGER NOT NULL);
)sql";

// "Puen": how `file` and others tell the file from other databases.
constexpr int kApplicationId = 0x5075656e;

constexpr const char* kSetMeta = "INSERT OR REPLACE INTO meta(key, value) VALUES(?, ?)";
constexpr const char* kGetMeta = "SELECT value FROM meta WHERE key = ?";
constexpr const char* kHasMeta = "SELECT 1 FROM sqlite_schema WHERE name = 'meta'";

absl::Status FileError(std::string_view doing, const std::string& path) {
  const int number = errno;
  const bool full = number == ENOSPC || number == EDQUOT;
  return ReasonError(
      full ? exchange::v1::REASON_STORE_FULL : exchange::v1::REASON_STORE_UNAVAILABLE,
      fmt::format("cannot {} {}: {}", doing, path, std::generic_category().message(number)));
}

absl::StatusOr<Digest> RandomKey() {
  Digest key;
  if (getrandom(key.data(), key.size(), 0) != static_cast<ssize_t>(key.size())) {
    return ReasonError(exchange::v1::REASON_STORE_UNAVAILABLE, "the system gives no random bytes");
  }
  return key;
}

absl::Status SetMeta(Connection* connection, std::string_view key, int64_t value) {
  return Query(connection, kSetMeta).BindText(key).Bind(value).Run();
}

absl::Status WriteTables(Connection* connection, bool compress) {
  // The order matters: the size of the pages ends the wish for reserved bytes.
  absl::Status status = connection->Run(
      fmt::format("PRAGMA page_size={}; PRAGMA auto_vacuum=NONE", kPageBytes).c_str());
  if (!status.ok()) return status;
  int reserved = kPageSumBytes;
  const int code =
      sqlite3_file_control(connection->db(), "main", SQLITE_FCNTL_RESERVE_BYTES, &reserved);
  if (code != SQLITE_OK) return connection->Error(code);
  status = connection->Run(fmt::format("PRAGMA application_id={}", kApplicationId).c_str());
  if (status.ok()) status = connection->Run("BEGIN");
  if (status.ok()) status = connection->Run(kTables);
  if (status.ok()) status = SetMeta(connection, "format", kStoreFormat);
  if (status.ok()) status = SetMeta(connection, "compress", compress ? 1 : 0);
  if (status.ok()) status = RenewSealKey(connection);
  if (status.ok()) status = connection->Run("COMMIT");
  if (status.ok()) status = connection->Run("PRAGMA journal_mode=WAL");
  return status;
}

void RemoveLeftOvers(const std::string& path) {
  for (const char* end : {"", "-journal", "-wal", "-shm"}) unlink((path + end).c_str());
}

}  // namespace

absl::Status SyncFolderOf(const std::string& path) {
  const size_t slash = path.rfind('/');
  const std::string folder =
      slash == std::string::npos ? "." : path.substr(0, std::max<size_t>(slash, 1));
  const int fd = open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return FileError("open the folder", folder);
  const int result = fsync(fd);
  absl::Status status;
  if (result != 0) status = FileError("write the folder", folder);
  close(fd);
  return status;
}

absl::Status MakeStore(const std::string& path, bool compress) {
  const std::string aside = path + ".new";
  RemoveLeftOvers(aside);
  absl::Status status;
  // Nobody else reads it; its log will have the same rights.
  const int fd = open(aside.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd < 0) return FileError("make", aside);
  close(fd);
  {
    ConnectionOptions options;
    options.writable = true;
    options.create = true;
    absl::StatusOr<std::unique_ptr<Connection>> connection = Connection::Open(aside, options);
    if (!connection.ok()) return connection.status();
    status = WriteTables(connection->get(), compress);
  }
  // Closed it is one file, without a log.
  if (status.ok() && rename(aside.c_str(), path.c_str()) != 0) status = FileError("make", path);
  if (!status.ok()) {
    RemoveLeftOvers(aside);
    return status;
  }
  return SyncFolderOf(path);
}

absl::StatusOr<StoreFacts> ReadStoreFacts(Connection* connection) {
  {
    Query query(connection, kHasMeta);
    absl::StatusOr<bool> row = query.Next();
    if (!row.ok()) return row.status();
    if (!*row) {
      return ReasonError(exchange::v1::REASON_STORE_DAMAGED, "the file is no store of Puente");
    }
  }
  const auto get = [connection](const char* key, const auto& take) -> absl::Status {
    Query query(connection, kGetMeta);
    query.BindText(key);
    absl::StatusOr<bool> row = query.Next();
    if (!row.ok()) return row.status();
    if (*row && take(query)) return absl::OkStatus();
    return ReasonError(exchange::v1::REASON_STORE_DAMAGED,
                       fmt::format("the store does not say its {}", key));
  };
  StoreFacts facts;
  int64_t format = 0;
  absl::Status status = get("format", [&](const Query& row) {
    format = row.Int(0);
    return format > 0;
  });
  if (!status.ok()) return status;
  if (format > kStoreFormat) {
    return ReasonError(exchange::v1::REASON_STORE_UNAVAILABLE,
                       fmt::format("the store has format {}; this program knows formats up to {}: "
                                   "use a newer one",
                                   format, kStoreFormat));
  }
  status = get("compress", [&](const Query& row) {
    facts.compress = row.Int(0) != 0;
    return true;
  });
  if (!status.ok()) return status;
  status = get("seal_key", [&](const Query& row) {
    const std::string_view key = row.Bytes(0);
    if (key.size() != facts.seal_key.size()) return false;
    std::copy(key.begin(), key.end(), facts.seal_key.begin());
    return true;
  });
  if (!status.ok()) return status;
  return facts;
}

absl::Status RenewSealKey(Connection* connection) {
  absl::StatusOr<Digest> key = RandomKey();
  if (!key.ok()) return key.status();
  const std::string_view bytes(reinterpret_cast<const char*>(key->data()), key->size());
  return Query(connection, kSetMeta).BindText("seal_key").Bind(bytes).Run();
}

}  // namespace puente::store
