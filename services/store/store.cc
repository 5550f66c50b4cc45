// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// What every store does in the same way.

#include "services/store/store.h"

#include <memory>
#include <string>
#include <utility>

namespace puente::store {

absl::StatusOr<ScanPage> Store::Scan(const ScanRequest& request) {
  ScanPage page;
  absl::StatusOr<ScanEnd> end =
      VisitRecords(request, [&page, &request](const StoredRecord& record, std::string_view body) {
        page.records.push_back(record);
        if (!request.with_body || record.deleted) return;
        page.records.back().body = std::make_shared<const std::string>(body);
      });
  if (!end.ok()) return end.status();
  page.next = std::move(end->next);
  page.complete = end->complete;
  return page;
}

}  // namespace puente::store
