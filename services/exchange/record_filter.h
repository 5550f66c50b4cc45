// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// The `filter` of requests, held against stored records.

#ifndef PUENTE_SERVICES_EXCHANGE_RECORD_FILTER_H_
#define PUENTE_SERVICES_EXCHANGE_RECORD_FILTER_H_

#include <memory>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "core/filter/filter.h"

namespace puente::exchange {

/// An expression, or none. Copies share it; any thread.
class RecordFilter {
 public:
  /// Lets every record pass.
  RecordFilter() = default;
  /// FILTER_INVALID with the column. An empty text lets every record pass.
  static absl::StatusOr<RecordFilter> Compile(const std::string& text);

  bool empty() const { return filter_ == nullptr; }
  /// Whether a serialized record passes. Dataset headers always do.
  bool Matches(std::string_view record) const;

 private:
  std::shared_ptr<const filter::Filter> filter_;
};

}  // namespace puente::exchange

#endif  // PUENTE_SERVICES_EXCHANGE_RECORD_FILTER_H_
