// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Pages.

#include "services/exchange/paging.h"

#include <algorithm>

#include "services/store/reason_error.h"
#include "services/store/resource_name.h"

namespace puente::exchange {
namespace {

constexpr int64_t kDefaultPage = 50;
constexpr int64_t kMaxPage = 1000;

}  // namespace

absl::StatusOr<int64_t> PageSize(int32_t asked) {
  if (asked < 0) return BadField("page_size", "page_size must not be negative");
  return asked == 0 ? kDefaultPage : std::min<int64_t>(asked, kMaxPage);
}

std::string RequestKey(std::initializer_list<std::string_view> parts) {
  std::string key;
  for (const std::string_view part : parts) {
    key.append(std::to_string(part.size())).append(":").append(part);
  }
  return key;
}

absl::StatusOr<store::RevisionVector> RevisionsNow(Environment* env,
                                                   const store::Selector& selector) {
  auto head = env->store->Head();
  if (!head.ok() || selector.agency.empty()) return head;
  const auto found = head->find(selector.agency);
  if (found == head->end()) {
    return store::ReasonError(v1::REASON_AGENCY_NOT_FOUND, "there is no such agency",
                              {{"name", store::AgencyName(selector.agency)}});
  }
  const store::RevisionVector revisions = {*found};
  if (!selector.dataset.empty()) {
    auto dataset = env->store->GetDataset({selector.agency, selector.dataset});
    if (!dataset.ok()) return dataset.status();
  }
  return revisions;
}

absl::Status BadField(std::string_view field, std::string_view message) {
  return store::ReasonError(v1::REASON_ARGUMENT_INVALID, message, {{"field", std::string(field)}});
}

}  // namespace puente::exchange
