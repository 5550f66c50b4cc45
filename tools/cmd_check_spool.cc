// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Numbers and texts that wait in a temporary file until they are read again in their order.
#include "tools/cmd_check_spool.h"

#include <algorithm>
#include <array>
#include <cstring>

namespace puente::tools {

absl::StatusOr<std::unique_ptr<Spool>> Spool::Make() {
  auto file = TempFile::Create();
  if (!file.ok()) return file.status();
  return std::unique_ptr<Spool>(new Spool(*std::move(file)));
}

void Spool::Add(uint64_t number) {
  std::array<char, sizeof number> bytes{};
  std::memcpy(bytes.data(), &number, sizeof number);
  buffer_.append(bytes.data(), bytes.size());
}

void Spool::Add(std::string_view text) {
  Add(uint64_t{text.size()});
  buffer_ += text;
}

absl::Status Spool::Flush() {
  absl::Status status = file_->WriteAt(written_, buffer_);
  written_ += buffer_.size();
  buffer_.clear();
  return status;
}

absl::Status Spool::Rewind() {
  if (absl::Status status = Flush(); !status.ok()) return status;
  at_ = loaded_ = used_ = 0;
  return absl::OkStatus();
}

absl::Status Spool::Read(uint64_t* number) {
  std::array<char, sizeof *number> bytes{};
  if (absl::Status status = ReadBytes(bytes.data(), bytes.size()); !status.ok()) return status;
  std::memcpy(number, bytes.data(), bytes.size());
  return absl::OkStatus();
}

absl::Status Spool::Read(std::string* text) {
  uint64_t size = 0;
  if (absl::Status status = Read(&size); !status.ok()) return status;
  text->resize(static_cast<size_t>(size));
  return ReadBytes(text->data(), text->size());
}

absl::Status Spool::ReadBytes(char* to, size_t size) {
  while (size > 0) {
    if (used_ == buffer_.size()) {
      buffer_.resize(static_cast<size_t>(std::min<uint64_t>(kBufferBytes, written_ - loaded_)));
      if (buffer_.empty()) return absl::InternalError("what was put aside ends too early");
      absl::Status status = file_->ReadAt(loaded_, buffer_.data(), buffer_.size());
      if (!status.ok()) return status;
      loaded_ += buffer_.size();
      used_ = 0;
    }
    const size_t n = std::min(size, buffer_.size() - used_);
    std::memcpy(to, buffer_.data() + used_, n);
    used_ += n;
    at_ += n;
    to += n;
    size -= n;
  }
  return absl::OkStatus();
}

}  // namespace puente::tools
