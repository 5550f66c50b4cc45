// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// A temporary file without a name, read and written at offsets.

#include "core/base/temp_file.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <system_error>

#include "core/base/status.h"
#include "fmt/format.h"

namespace puente {
namespace {

absl::Status TempError(int error_number, std::string_view doing, const std::string& folder) {
  ErrorDetail detail;
  detail.code = "PUE-0103";
  detail.message = fmt::format("cannot {} a temporary file in \"{}\": {}", doing, folder,
                               std::generic_category().message(error_number));
  detail.hint = "set TMPDIR to a folder with room";
  return MakeError(absl::StatusCode::kDataLoss, detail);
}

}  // namespace

absl::StatusOr<std::unique_ptr<TempFile>> TempFile::Create() {
  const char* named = secure_getenv("TMPDIR");
  std::string folder = named == nullptr || *named == '\0' ? "/tmp" : named;
  int fd = open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  if (fd < 0) {
    // Not every file system makes files without a name.
    std::string path = folder + "/puente-XXXXXX";
    fd = mkostemp(path.data(), O_CLOEXEC);
    if (fd < 0) return TempError(errno, "make", folder);
    unlink(path.c_str());
  }
  return std::unique_ptr<TempFile>(new TempFile(fd, std::move(folder)));
}

TempFile::~TempFile() { close(fd_); }

absl::Status TempFile::WriteAt(uint64_t offset, std::string_view data) {
  while (!data.empty()) {
    const ssize_t done = pwrite(fd_, data.data(), data.size(), static_cast<off_t>(offset));
    if (done < 0) {
      if (errno == EINTR) continue;
      return TempError(errno, "write", folder_);
    }
    offset += static_cast<uint64_t>(done);
    data.remove_prefix(static_cast<size_t>(done));
  }
  return absl::OkStatus();
}

absl::Status TempFile::ReadAt(uint64_t offset, char* buffer, size_t size) {
  while (size > 0) {
    const ssize_t done = pread(fd_, buffer, size, static_cast<off_t>(offset));
    if (done < 0) {
      if (errno == EINTR) continue;
      return TempError(errno, "read", folder_);
    }
    if (done == 0) {
      std::memset(buffer, 0, size);
      return absl::OkStatus();
    }
    offset += static_cast<uint64_t>(done);
    buffer += done;
    size -= static_cast<size_t>(done);
  }
  return absl::OkStatus();
}

}  // namespace puente
