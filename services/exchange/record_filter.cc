// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// The `filter` of requests, held against stored records.

#include "services/exchange/record_filter.h"

#include <utility>

#include "core/base/schema.h"
#include "core/base/status.h"
#include "puente/v1/record.pb.h"
#include "services/store/reason_error.h"

namespace puente::exchange {

absl::StatusOr<RecordFilter> RecordFilter::Compile(const std::string& text) {
  RecordFilter out;
  if (text.empty()) return out;
  auto compiled = filter::Filter::Compile(text);
  if (!compiled.ok()) {
    const ErrorDetail detail = GetErrorDetail(compiled.status());
    std::string message = detail.message;
    if (!detail.hint.empty()) message += "; " + detail.hint;
    return store::ReasonError(puente::exchange::v1::REASON_FILTER_INVALID, message,
                              {{"field", "filter"}, {"column", std::to_string(detail.column)}});
  }
  out.filter_ = std::make_shared<const filter::Filter>(*std::move(compiled));
  return out;
}

bool RecordFilter::Matches(std::string_view record) const {
  if (filter_ == nullptr) return true;
  puente::v1::Record parsed;
  if (!ParseRecord(record, &parsed).ok()) return false;
  return parsed.has_dataset_header() || filter_->Matches(parsed);
}

}  // namespace puente::exchange
