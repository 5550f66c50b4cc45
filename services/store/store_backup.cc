// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// SQLite's copy of pages, made durable.

#include "services/store/store_backup.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include <cerrno>
#include <memory>
#include <system_error>

#include "fmt/format.h"
#include "services/store/reason_error.h"
#include "services/store/sqlite_schema.h"

namespace puente::store {
namespace {

absl::Status Copy(Connection* from, const std::string& aside) {
  ConnectionOptions options;
  options.writable = true;
  options.create = true;
  absl::StatusOr<std::unique_ptr<Connection>> to = Connection::Open(aside, options);
  if (!to.ok()) return to.status();
  sqlite3_backup* const backup = sqlite3_backup_init((*to)->db(), "main", from->db(), "main");
  if (backup == nullptr) return (*to)->Error(sqlite3_errcode((*to)->db()));
  // All pages in one step, of one moment: writers of the store go on beside it.
  const int step = sqlite3_backup_step(backup, -1);
  const int finish = sqlite3_backup_finish(backup);
  if (step != SQLITE_DONE) {
    // The error stands in the connection that met it.
    const int code = finish != SQLITE_OK ? finish : step;
    return sqlite3_errcode((*to)->db()) != SQLITE_OK ? (*to)->Error(code) : from->Error(code);
  }
  absl::Status status = RenewSealKey(to->get());
  if (!status.ok()) return status;
  // Closed, it is one durable file without a log.
  return (*to)->Run("PRAGMA wal_checkpoint(TRUNCATE)");
}

}  // namespace

absl::Status BackUpStore(Connection* from, const std::string& path) {
  const absl::Status exists =
      absl::AlreadyExistsError(fmt::format("{} is there already; a backup is a new file", path));
  if (access(path.c_str(), F_OK) == 0) return exists;
  const std::string aside = fmt::format("{}.{}.part", path, getpid());
  absl::Status status = Copy(from, aside);
  if (status.ok() &&
      renameat2(AT_FDCWD, aside.c_str(), AT_FDCWD, path.c_str(), RENAME_NOREPLACE) != 0) {
    // Not every file system can say no to a file that came meanwhile.
    if (errno == EEXIST) {
      status = exists;
    } else if (errno != EINVAL || rename(aside.c_str(), path.c_str()) != 0) {
      status = ReasonError(
          exchange::v1::REASON_STORE_UNAVAILABLE,
          fmt::format("cannot make {}: {}", path, std::generic_category().message(errno)));
    }
  }
  if (status.ok()) return SyncFolderOf(path);
  for (const char* end : {"", "-journal", "-wal", "-shm"}) unlink((aside + end).c_str());
  return status;
}

}  // namespace puente::store
