// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// The layer under SQLite: forwards everything, but for reads and writes of database files.

#include "services/store/checked_vfs.h"

#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <new>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "services/store/checksum.h"

namespace puente::store {
namespace {

constexpr const char* kName = "puente-checked";
constexpr int kHeaderBytes = 100;

// Bytes of the header: size of pages, reserved bytes, nothing of automatic vacuum.
constexpr std::pair<int, char> kLayout[] = {
    {16, kPageBytes >> 8},
    {17, kPageBytes & 255},
    {20, kPageSumBytes},
    {52, 0},
    {53, 0},
    {54, 0},
    {55, 0},
    {64, 0},
    {65, 0},
    {66, 0},
    {67, 0},
};

// What SQLite allocates for each file: this, and the file of the layer below behind it.
struct CheckedFile {
  sqlite3_file base;
  sqlite3_file* below;
};

sqlite3_vfs* BelowVfs(sqlite3_vfs* vfs) { return static_cast<sqlite3_vfs*>(vfs->pAppData); }

sqlite3_file* Below(sqlite3_file* file) { return reinterpret_cast<CheckedFile*>(file)->below; }

// The number of the page is in its sum: a page at another's place is found, too.
uint64_t PageSum(const char* page, sqlite3_int64 offset) {
  return Checksum64(std::string_view(page, kPageBytes - kPageSumBytes),
                    static_cast<uint64_t>(offset / kPageBytes) + 1);
}

bool IsGood(const char* page, sqlite3_int64 offset) {
  uint64_t sum = 0;
  std::memcpy(&sum, page + kPageBytes - kPageSumBytes, sizeof(sum));
  if (sum == PageSum(page, offset)) return true;
  return std::all_of(page, page + kPageBytes, [](char c) { return c == 0; });
}

// SQLite reads the header when it opens a file, before it looks into the log, to learn how the
// pages are laid out. In the file the first page may be cut by a crash while the log has it whole,
// so the sum cannot be asked for here; what SQLite takes from these bytes is the same for all
// stores.
int ReadHeader(sqlite3_file* below, char* header) {
  const int result = below->pMethods->xRead(below, header, kHeaderBytes, 0);
  if (result != SQLITE_OK) {
    sqlite3_int64 bytes = 0;
    const bool is_new = result == SQLITE_IOERR_SHORT_READ &&
                        below->pMethods->xFileSize(below, &bytes) == SQLITE_OK && bytes == 0;
    return is_new || result != SQLITE_IOERR_SHORT_READ ? result : SQLITE_NOTADB;
  }
  for (const auto& [offset, value] : kLayout) {
    if (header[offset] != value) return SQLITE_NOTADB;
  }
  return SQLITE_OK;
}

// SQLite knows one way of a full disk; there are more. errno is that of the write.
int FullOr(int result) {
  if (result != SQLITE_IOERR_WRITE) return result;
  return errno == EDQUOT || errno == EFBIG ? SQLITE_FULL : result;
}

int FileClose(sqlite3_file* file) { return Below(file)->pMethods->xClose(Below(file)); }

int FileRead(sqlite3_file* file, void* buffer, int size, sqlite3_int64 offset) {
  sqlite3_file* const below = Below(file);
  char* const bytes = static_cast<char*>(buffer);
  if (size != kPageBytes || offset % kPageBytes != 0) {
    if (offset == 0 && size == kHeaderBytes) return ReadHeader(below, bytes);
    // Within the header: a counter that SQLite compares to know that its cache is old.
    if (size < 512) return below->pMethods->xRead(below, buffer, size, offset);
    return SQLITE_IOERR_DATA;
  }
  const int result = below->pMethods->xRead(below, buffer, size, offset);
  if (result == SQLITE_OK && !IsGood(bytes, offset)) {
    sqlite3_log(SQLITE_IOERR_DATA, "page %lld is damaged", offset / kPageBytes + 1);
    return SQLITE_IOERR_DATA;
  }
  return result;
}

int FileWrite(sqlite3_file* file, const void* buffer, int size, sqlite3_int64 offset) {
  sqlite3_file* const below = Below(file);
  // Pages are written as a whole; anything else would leave one without its sum.
  if (size != kPageBytes || offset % kPageBytes != 0) return SQLITE_IOERR_WRITE;
  std::array<char, kPageBytes> page;
  std::memcpy(page.data(), buffer, kPageBytes - kPageSumBytes);
  const uint64_t sum = PageSum(page.data(), offset);
  std::memcpy(page.data() + kPageBytes - kPageSumBytes, &sum, sizeof(sum));
  return FullOr(below->pMethods->xWrite(below, page.data(), size, offset));
}

int LogRead(sqlite3_file* file, void* buffer, int size, sqlite3_int64 offset) {
  return Below(file)->pMethods->xRead(Below(file), buffer, size, offset);
}

int LogWrite(sqlite3_file* file, const void* buffer, int size, sqlite3_int64 offset) {
  return FullOr(Below(file)->pMethods->xWrite(Below(file), buffer, size, offset));
}

int FileTruncate(sqlite3_file* file, sqlite3_int64 size) {
  return Below(file)->pMethods->xTruncate(Below(file), size);
}

int FileSync(sqlite3_file* file, int flags) {
  return Below(file)->pMethods->xSync(Below(file), flags);
}

int FileSize(sqlite3_file* file, sqlite3_int64* size) {
  return Below(file)->pMethods->xFileSize(Below(file), size);
}

int FileLock(sqlite3_file* file, int level) {
  return Below(file)->pMethods->xLock(Below(file), level);
}

int FileUnlock(sqlite3_file* file, int level) {
  return Below(file)->pMethods->xUnlock(Below(file), level);
}

int FileCheckReserved(sqlite3_file* file, int* result) {
  return Below(file)->pMethods->xCheckReservedLock(Below(file), result);
}

int FileControl(sqlite3_file* file, int op, void* argument) {
  return Below(file)->pMethods->xFileControl(Below(file), op, argument);
}

int FileSectorSize(sqlite3_file* file) { return Below(file)->pMethods->xSectorSize(Below(file)); }

int FileCharacteristics(sqlite3_file* file) {
  return Below(file)->pMethods->xDeviceCharacteristics(Below(file));
}

int FileShmMap(sqlite3_file* file, int page, int size, int extend, void volatile** memory) {
  return Below(file)->pMethods->xShmMap(Below(file), page, size, extend, memory);
}

int FileShmLock(sqlite3_file* file, int offset, int count, int flags) {
  return Below(file)->pMethods->xShmLock(Below(file), offset, count, flags);
}

void FileShmBarrier(sqlite3_file* file) { Below(file)->pMethods->xShmBarrier(Below(file)); }

int FileShmUnmap(sqlite3_file* file, int remove) {
  return Below(file)->pMethods->xShmUnmap(Below(file), remove);
}

// Version 2: no mapped memory, which would go round the checks.
constexpr sqlite3_io_methods kMethods = {
    2,
    FileClose,
    FileRead,
    FileWrite,
    FileTruncate,
    FileSync,
    FileSize,
    FileLock,
    FileUnlock,
    FileCheckReserved,
    FileControl,
    FileSectorSize,
    FileCharacteristics,
    FileShmMap,
    FileShmLock,
    FileShmBarrier,
    FileShmUnmap,
    nullptr,
    nullptr,
};

// The write-ahead log: as it is, but for full disks.
constexpr sqlite3_io_methods kLogMethods = [] {
  sqlite3_io_methods methods = kMethods;
  methods.iVersion = 1;
  methods.xRead = LogRead;
  methods.xWrite = LogWrite;
  return methods;
}();

int VfsOpen(sqlite3_vfs* vfs, sqlite3_filename name, sqlite3_file* file, int flags,
            int* out_flags) {
  sqlite3_vfs* const below = BelowVfs(vfs);
  // Journals and temporary files are those of the layer below.
  if ((flags & (SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_WAL)) == 0) {
    return below->xOpen(below, name, file, flags, out_flags);
  }
  auto* const checked = new (file) CheckedFile();
  checked->below = reinterpret_cast<sqlite3_file*>(checked + 1);
  const int result = below->xOpen(below, name, checked->below, flags, out_flags);
  // Without methods SQLite closes nothing.
  const sqlite3_io_methods* const methods =
      (flags & SQLITE_OPEN_MAIN_DB) != 0 ? &kMethods : &kLogMethods;
  checked->base.pMethods = checked->below->pMethods == nullptr ? nullptr : methods;
  return result;
}

int VfsDelete(sqlite3_vfs* vfs, const char* name, int sync_folder) {
  return BelowVfs(vfs)->xDelete(BelowVfs(vfs), name, sync_folder);
}

int VfsAccess(sqlite3_vfs* vfs, const char* name, int flags, int* result) {
  return BelowVfs(vfs)->xAccess(BelowVfs(vfs), name, flags, result);
}

int VfsFullPathname(sqlite3_vfs* vfs, const char* name, int size, char* out) {
  return BelowVfs(vfs)->xFullPathname(BelowVfs(vfs), name, size, out);
}

int VfsRandomness(sqlite3_vfs* vfs, int size, char* out) {
  return BelowVfs(vfs)->xRandomness(BelowVfs(vfs), size, out);
}

int VfsSleep(sqlite3_vfs* vfs, int micros) { return BelowVfs(vfs)->xSleep(BelowVfs(vfs), micros); }

int VfsCurrentTime(sqlite3_vfs* vfs, double* time) {
  return BelowVfs(vfs)->xCurrentTime(BelowVfs(vfs), time);
}

int VfsLastError(sqlite3_vfs* vfs, int size, char* out) {
  return BelowVfs(vfs)->xGetLastError(BelowVfs(vfs), size, out);
}

int VfsCurrentTimeInt64(sqlite3_vfs* vfs, sqlite3_int64* time) {
  return BelowVfs(vfs)->xCurrentTimeInt64(BelowVfs(vfs), time);
}

bool Register() {
  sqlite3_vfs* const below = sqlite3_vfs_find(nullptr);
  if (below == nullptr || below->iVersion < 2) return false;
  static sqlite3_vfs vfs = {};
  vfs.iVersion = 2;
  vfs.szOsFile = static_cast<int>(sizeof(CheckedFile)) + below->szOsFile;
  vfs.mxPathname = below->mxPathname;
  vfs.zName = kName;
  vfs.pAppData = below;
  vfs.xOpen = VfsOpen;
  vfs.xDelete = VfsDelete;
  vfs.xAccess = VfsAccess;
  vfs.xFullPathname = VfsFullPathname;
  vfs.xRandomness = VfsRandomness;
  vfs.xSleep = VfsSleep;
  vfs.xCurrentTime = VfsCurrentTime;
  vfs.xGetLastError = VfsLastError;
  vfs.xCurrentTimeInt64 = VfsCurrentTimeInt64;
  return sqlite3_vfs_register(&vfs, 0) == SQLITE_OK;
}

}  // namespace

absl::StatusOr<const char*> CheckedVfs() {
  static const bool registered = Register();
  if (!registered) return absl::InternalError("SQLite has no file system to build upon");
  return kName;
}

}  // namespace puente::store
