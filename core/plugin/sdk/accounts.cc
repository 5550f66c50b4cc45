// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Counts the leaves of records by the fields of a format.
#include "core/plugin/sdk/accounts.h"

#include <algorithm>
#include <cstddef>

namespace puente::sdk {
namespace {

std::vector<std::pair<uint32_t, uint32_t>> Interned(const Run& run,
                                                    std::span<const FieldName> names) {
  std::vector<std::pair<uint32_t, uint32_t>> ids;
  ids.reserve(names.size());
  for (const FieldName& name : names) {
    ids.emplace_back(run.Intern(name.field), run.Intern(name.source));
  }
  return ids;
}

}  // namespace

ReadAccount::ReadAccount(const Run& run, std::span<const FieldName> names)
    : run_(run), paths_(run), names_(Interned(run, names)) {}

void ReadAccount::Describe(BatchBuilder& batch, std::string_view id, const PuentePosition& origin,
                           uint64_t length) {
  CountLeaves(*batch.last(), &counts_);
  leaves_.clear();
  for (const LeafCount& leaf : counts_) {
    const uint32_t field = paths_.HostId(leaf.path_id);
    const auto name = std::find_if(names_.begin(), names_.end(),
                                   [field](const auto& known) { return known.first == field; });
    leaves_.push_back({name == names_.end() ? field : name->second, field, leaf.count});
  }
  batch.Describe(id, origin, length, leaves_);
}

void ReadAccount::Reject(std::string_view source) const {
  const uint32_t path = run_.Intern(source);
  run_.CountRead(path, 1);
  run_.CountRejected(path, 1);
}

WriteAccount::WriteAccount(const Run& run, std::span<const FieldName> names)
    : run_(run), names_(Interned(run, names)) {}

void WriteAccount::Settle(const RecordInfo& info, std::span<const uint32_t> written) const {
  // Values of one field may have come from several places of the source.
  std::vector<uint32_t> left(written.begin(), written.end());
  for (const PuenteLeaves& leaf : info.leaves) {
    uint32_t kept = 0;
    for (size_t i = 0; i < names_.size() && i < left.size(); ++i) {
      if (names_[i].first != leaf.field_path || left[i] == 0) continue;
      kept = std::min(left[i], leaf.count);
      left[i] -= kept;
      run_.CountKept(leaf.field_path, names_[i].second, kept);
    }
    if (kept < leaf.count) {
      run_.ReportLoss(leaf.field_path, leaf.count - kept, PUENTE_LOSS_NO_PLACE, "");
    }
  }
}

}  // namespace puente::sdk
