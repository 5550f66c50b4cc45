// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Reads an output again and compares it with what its writer declared.

#ifndef PUENTE_CORE_PIPELINE_VERIFY_H_
#define PUENTE_CORE_PIPELINE_VERIFY_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "core/base/digest.h"
#include "core/pipeline/pipeline.h"

namespace puente::pipeline {

/// What an output should hold.
struct Expected {
  /// Leaves by output path (id of PathTable), as ReceiptLedger::written gives them.
  const std::map<uint32_t, uint64_t>* leaves = nullptr;
  /// Records, and dataset headers beside them.
  uint64_t records = 0;
  uint64_t headers = 0;
  /// Digests over all records, and over all but the dataset headers.
  Digest digest_of_all{};
  Digest digest_of_content{};
};

/// How many differences are named.
inline constexpr size_t kMaxDifferences = 20;

/// Reads `path`, which holds what will become `output`, with the reader of the output's format, and
/// says what is not as expected, one sentence for each difference, the first kMaxDifferences of
/// them. Digests are compared when the format keeps all of a record; those of headers only when
/// there are as many as expected, since a format may merge them. Cancelled error when it was
/// interrupted; all else that goes wrong is a difference.
absl::StatusOr<std::vector<std::string>> FindDifferences(const std::string& path,
                                                         const Output& output,
                                                         const Expected& expected,
                                                         const ReadSettings& settings);

}  // namespace puente::pipeline

#endif  // PUENTE_CORE_PIPELINE_VERIFY_H_
