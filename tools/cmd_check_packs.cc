// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// The rule packs that plugins ship.
#include "tools/cmd_check_packs.h"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <utility>

#include "core/base/status.h"
#include "fmt/format.h"

namespace puente::tools {
namespace {

/// Largest pack in bytes; those of R4V have 25 kB.
constexpr std::uintmax_t kMaxPackBytes = std::uintmax_t{4} << 20;

absl::StatusOr<std::string> ReadPackFile(const std::filesystem::path& path) {
  std::error_code error;
  const std::uintmax_t size = std::filesystem::file_size(path, error);
  if (error) {
    return check::PackError(fmt::format("the rule pack cannot be read: {}", error.message()));
  }
  if (size > kMaxPackBytes) return check::PackError("the rule pack has more than 4 MiB");
  std::ifstream in(path, std::ios::binary);
  std::string json((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  if (json.size() != size) return check::PackError("the rule pack cannot be read");
  return json;
}

}  // namespace

absl::StatusOr<std::vector<check::RulePack>> ReadRulePacks(const plugin::Catalog& catalog) {
  std::vector<check::RulePack> packs;
  for (const auto& entry : catalog.entries()) {
    for (const std::string& file : entry->manifest.catalogues.rules) {
      const std::filesystem::path path = entry->manifest_path.parent_path() / file;
      const absl::StatusOr<std::string> json = ReadPackFile(path);
      if (!json.ok()) return WithSource(json.status(), path.string());
      absl::StatusOr<check::RulePack> pack = check::ParseRulePack(*json);
      if (!pack.ok()) {
        ErrorDetail detail = GetErrorDetail(pack.status());
        // Text that is no JSON has the code of that.
        detail.code = "PUE-0801";
        detail.source = path.string();
        return MakeError(absl::StatusCode::kInvalidArgument, detail);
      }
      packs.push_back(*std::move(pack));
    }
  }
  return packs;
}

}  // namespace puente::tools
