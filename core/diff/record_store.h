// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// The records of one input in a temporary file, with a compact entry for each.

#ifndef PUENTE_CORE_DIFF_RECORD_STORE_H_
#define PUENTE_CORE_DIFF_RECORD_STORE_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/base/temp_file.h"
#include "puente/v1/record.pb.h"

namespace puente::diff {

/// The first half of a SHA-256 digest.
using ShortDigest = std::array<uint8_t, 16>;

/// Where a record is in a store, and what it is found by.
struct StoredRecord {
  /// Of kind and id; of the dataset too, where it counts.
  ShortDigest key{};
  /// Of the content.
  ShortDigest content{};
  /// Which record of the input it is.
  uint64_t number = 0;
  uint64_t offset = 0;
  uint32_t size = 0;
  uint32_t ordinal = 0;
};

/// A record that was put in a store.
struct LoadedRecord {
  std::string id;
  std::string dataset;
  v1::Record content;
};

/// Keeps the content of records, without what the digest sets aside, in an unlinked file. Errors
/// are those of TempFile, of CanonicalBytes, and resource-exhausted for records beyond 4 GiB.
class RecordStore {
 public:
  static absl::StatusOr<std::unique_ptr<RecordStore>> Create();

  /// Puts a record in. `entry->key` is without the dataset, `key_with_dataset` has it: which one
  /// counts is known only when all records were seen.
  absl::Status Put(const v1::Record& record, StoredRecord* entry, ShortDigest* key_with_dataset);
  /// Takes a record out; `out` is replaced.
  absl::Status Load(const StoredRecord& entry, LoadedRecord* out);

 private:
  explicit RecordStore(std::unique_ptr<TempFile> file) : file_(std::move(file)) {}
  absl::Status Append(std::string_view bytes);

  const std::unique_ptr<TempFile> file_;
  uint64_t records_ = 0;
  uint64_t written_ = 0;
  // What follows the bytes in the file.
  std::string buffer_;
  std::string canonical_;
  std::string loaded_;
};

}  // namespace puente::diff

#endif  // PUENTE_CORE_DIFF_RECORD_STORE_H_
