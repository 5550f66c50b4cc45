// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Remembers the host's ids of paths, for those that come by their text. Beside the SDK.
#ifndef PUENTE_CORE_PLUGIN_SDK_PATH_IDS_H_
#define PUENTE_CORE_PLUGIN_SDK_PATH_IDS_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "absl/container/flat_hash_map.h"
#include "core/base/strings.h"
#include "core/plugin/sdk/puente_sdk.h"

namespace puente::sdk {

/// Ids of `Run::Intern`, without its lock for a path that was asked for before. One for each reader
/// or writer.
class PathIds {
 public:
  explicit PathIds(const Run& run) : run_(run) {}

  uint32_t Id(std::string_view path) {
    // Members without a name add nothing to a path, and it is one all the same.
    if (path.empty()) path = "(nameless)";
    const auto found = ids_.find(ToAbsl(path));
    if (found != ids_.end()) return found->second;
    const uint32_t id = run_.Intern(path);
    // The host knows no more paths than this; hostile names must not fill the memory.
    constexpr size_t kMostIds = 65536;
    if (ids_.size() < kMostIds) ids_.emplace(std::string(path), id);
    return id;
  }

 private:
  const Run run_;
  absl::flat_hash_map<std::string, uint32_t> ids_;
};

}  // namespace puente::sdk

#endif  // PUENTE_CORE_PLUGIN_SDK_PATH_IDS_H_
