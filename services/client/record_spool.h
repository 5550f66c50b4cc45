// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Keeps the records of files aside in temporary files, dataset by dataset, to be pushed from there.

#ifndef PUENTE_SERVICES_CLIENT_RECORD_SPOOL_H_
#define PUENTE_SERVICES_CLIENT_RECORD_SPOOL_H_

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/base/digest.h"
#include "core/base/temp_file.h"
#include "services/client/push_source.h"

namespace puente::client {

/// Records of any number of datasets, in the order that they came in. What is held in memory does
/// not grow with them. Not thread safe.
class RecordSpool {
 public:
  static absl::StatusOr<std::unique_ptr<RecordSpool>> Create();

  /// Takes a serialized record. Errors: PUE-0103 and PUE-0111 of temporary files, PUE-0001 when the
  /// records of many datasets are mixed.
  absl::Status Add(std::string_view bytes, const Digest& digest);
  /// To be called after the last one.
  absl::Status Finish();

  /// Datasets in the order of their first records.
  const std::vector<std::string>& datasets() const { return names_; }
  /// Records of all datasets, headers counted, and their bytes.
  int64_t records() const { return records_; }
  uint64_t bytes() const { return body_end_; }

  /// The records of one dataset; borrows the spool.
  std::unique_ptr<PushSource> Open(const std::string& dataset) const;

 private:
  // Heads that follow each other in the file of heads.
  struct Run {
    uint64_t begin = 0;
    uint64_t end = 0;
    int64_t records = 0;
  };
  struct Dataset {
    std::vector<Run> runs;
    int64_t records = 0;
  };
  class Source;

  RecordSpool() = default;
  absl::Status Flush(std::string* buffer, uint64_t* flushed, TempFile* file);

  std::unique_ptr<TempFile> head_file_;
  std::unique_ptr<TempFile> body_file_;
  std::string heads_;
  std::string bodies_;
  uint64_t heads_flushed_ = 0;
  uint64_t bodies_flushed_ = 0;
  uint64_t head_end_ = 0;
  uint64_t body_end_ = 0;
  int64_t records_ = 0;
  int64_t runs_ = 0;
  std::vector<std::string> names_;
  std::map<std::string, Dataset, std::less<>> datasets_;
  // Of the record before.
  Dataset* current_ = nullptr;
  std::string current_name_;
};

}  // namespace puente::client

#endif  // PUENTE_SERVICES_CLIENT_RECORD_SPOOL_H_
