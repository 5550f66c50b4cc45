// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// A list of texts of which many go to a file without a name.

#ifndef PUENTE_CORE_TEXT_SPILLED_TEXTS_H_
#define PUENTE_CORE_TEXT_SPILLED_TEXTS_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/base/temp_file.h"

namespace puente::text {

/// Texts by number, in the order in which they were added. Up to `memory_bytes` of them stay in
/// memory; when there are more, all go to a TempFile. Memory is then some four bytes for each text.
class SpilledTexts {
 public:
  explicit SpilledTexts(size_t memory_bytes) : memory_bytes_(memory_bytes) {}

  /// Adds a text. The errors of TempFile.
  absl::Status Add(std::string_view text);
  /// How many there are.
  size_t size() const { return sizes_.size(); }
  /// The text of a number below size(); valid until the next call of a method.
  absl::StatusOr<std::string_view> Get(size_t number);

 private:
  absl::Status Spill();

  const size_t memory_bytes_;
  std::vector<uint32_t> sizes_;
  // Where every kStride-th text begins.
  std::vector<uint64_t> begins_;
  // What is not in the file, from `begin_` on.
  std::string tail_;
  uint64_t begin_ = 0;
  std::unique_ptr<TempFile> file_;
  // What was read of the file last.
  std::string window_;
  uint64_t window_begin_ = 0;
};

}  // namespace puente::text

#endif  // PUENTE_CORE_TEXT_SPILLED_TEXTS_H_
