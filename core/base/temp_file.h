// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// A temporary file without a name, read and written at offsets.

#ifndef PUENTE_CORE_BASE_TEMP_FILE_H_
#define PUENTE_CORE_BASE_TEMP_FILE_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace puente {

/// A file in the folder for temporary files (`TMPDIR`, else /tmp) that no name leads to: it
/// vanishes with the object and with the process. Errors are data-loss errors PUE-0103.
class TempFile {
 public:
  static absl::StatusOr<std::unique_ptr<TempFile>> Create();
  ~TempFile();
  TempFile(const TempFile&) = delete;
  TempFile& operator=(const TempFile&) = delete;

  /// Writes all bytes at an offset; the file grows as needed.
  absl::Status WriteAt(uint64_t offset, std::string_view data);
  /// Reads exactly `size` bytes; what was never written is zero.
  absl::Status ReadAt(uint64_t offset, char* buffer, size_t size);

 private:
  TempFile(int fd, std::string folder) : fd_(fd), folder_(std::move(folder)) {}
  const int fd_;
  const std::string folder_;
};

}  // namespace puente

#endif  // PUENTE_CORE_BASE_TEMP_FILE_H_
