// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// What is in a file: counts, publishers, dates, totals, countries, sectors and languages.
#ifndef PUENTE_TOOLS_FILE_PROFILE_H_
#define PUENTE_TOOLS_FILE_PROFILE_H_

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "core/base/decimal.h"
#include "puente/v1/record.pb.h"

namespace puente::tools {

/// Sums up records one by one. Memory grows with the number of different codes only.
class FileProfile {
 public:
  /// The sum of one currency and transaction type, exact.
  struct Total {
    Decimal sum;
    uint64_t count = 0;
    /// True when the sum has more digits than a decimal holds; it is not shown then.
    bool overflow = false;
  };

  void Add(const v1::Record& record);

  /// The profile as one JSON object without a line end.
  std::string Json(const std::string& file, const std::string& format,
                   const std::string& version) const;
  /// The profile for people, several lines.
  std::string Text(const std::string& file, const std::string& format,
                   const std::string& version) const;

 private:
  void AddActivity(const v1::Record& record);
  void AddLanguages(const v1::Record& record);
  void AddDate(const v1::Date& date);

  std::map<std::string, uint64_t> kinds_;
  uint64_t activities_ = 0;
  uint64_t organisations_ = 0;
  uint64_t transactions_ = 0;
  uint64_t not_a_number_ = 0;
  std::map<std::string, uint64_t> publishers_;
  std::map<std::string, std::string> publisher_names_;
  std::map<std::pair<std::string, std::string>, Total> totals_;
  std::map<std::string, uint64_t> countries_;
  std::map<std::pair<std::string, std::string>, uint64_t> sectors_;
  std::map<std::string, uint64_t> languages_;
  std::vector<std::string> columns_;
  std::string first_date_;
  std::string last_date_;
};

}  // namespace puente::tools

#endif  // PUENTE_TOOLS_FILE_PROFILE_H_
