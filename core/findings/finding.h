// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// A finding: a located, coded fault or remarkable fact of the data.
#ifndef PUENTE_CORE_FINDINGS_FINDING_H_
#define PUENTE_CORE_FINDINGS_FINDING_H_

#include <cstdint>
#include <string>

namespace puente {

/// How bad a finding is; the numbers are those of the plugin contract.
enum class Severity : int32_t { kInfo = 0, kWarning = 1, kError = 2, kCritical = 3 };

/// Where in an input. Zero and empty mean "not known"; lines and columns count from 1, columns in
/// characters.
struct Location {
  std::string source;
  uint64_t offset = 0;
  uint64_t line = 0;
  uint64_t column = 0;
  std::string sheet;
  std::string cell;
};

/// A finding, ready to be shown. Texts are English; other languages come from the catalogue by
/// code.
struct Finding {
  Severity severity = Severity::kWarning;
  /// Stable code, such as `IATI-0012`.
  std::string code;
  /// Stands alone.
  std::string message;
  /// What to do about it; may be empty.
  std::string hint;
  /// Path in the source, without indices; may be empty.
  std::string path;
  /// Text of the source that it is about; may be empty.
  std::string text;
  /// Identifier of the record; may be empty.
  std::string record_id;
  Location location;
};

/// Takes findings. Implementations say whether they are thread safe.
class FindingSink {
 public:
  virtual ~FindingSink() = default;
  virtual void Report(Finding finding) = 0;
};

}  // namespace puente

#endif  // PUENTE_CORE_FINDINGS_FINDING_H_
