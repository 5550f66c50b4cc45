// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Numbers and texts that wait in a temporary file until they are read again in their order.
#ifndef PUENTE_TOOLS_CMD_CHECK_SPOOL_H_
#define PUENTE_TOOLS_CMD_CHECK_SPOOL_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/base/temp_file.h"

namespace puente::tools {

/// Takes parts, then gives them back. Errors are those of TempFile.
class Spool {
 public:
  static absl::StatusOr<std::unique_ptr<Spool>> Make();

  void Add(uint64_t number);
  void Add(std::string_view text);
  /// Call it now and then, so that what was added leaves the memory.
  absl::Status Tick() { return buffer_.size() < kBufferBytes ? absl::OkStatus() : Flush(); }

  /// Ends the adding. Reading begins with the first part.
  absl::Status Rewind();
  /// True when all was read.
  bool AtEnd() const { return at_ == written_; }
  absl::Status Read(uint64_t* number);
  absl::Status Read(std::string* text);

 private:
  static constexpr size_t kBufferBytes = size_t{64} << 10;

  explicit Spool(std::unique_ptr<TempFile> file) : file_(std::move(file)) {}
  absl::Status Flush();
  absl::Status ReadBytes(char* to, size_t size);

  const std::unique_ptr<TempFile> file_;
  std::string buffer_;
  uint64_t written_ = 0;
  uint64_t at_ = 0;
  uint64_t loaded_ = 0;
  size_t used_ = 0;
};

}  // namespace puente::tools

#endif  // PUENTE_TOOLS_CMD_CHECK_SPOOL_H_
