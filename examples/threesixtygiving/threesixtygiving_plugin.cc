// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// The plugin: grants as 360Giving publishes them.
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "core/base/status.h"
#include "core/plugin/sdk/puente_sdk.h"
#include "fields.h"
#include "grant_reader.h"
#include "grant_writer.h"

// The text of threesixtygiving.puente.json, put into the library by the build.
namespace puente::plugins::threesixtygiving {
std::string_view ManifestText();
}

namespace {

namespace sdk = puente::sdk;

/// What of a file's name can stand in an identifier, behind a hyphen: grants of several files need
/// identifiers that differ.
std::string NameIn(std::string_view path) {
  const std::string_view file = path.substr(path.rfind('/') + 1);
  std::string name;
  for (const char c : file.substr(0, file.find('.'))) {
    const bool fits = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
    if (fits || (!name.empty() && name.back() != '-')) name += fits ? c : '-';
  }
  return name.empty() ? name : name.insert(0, 1, '-');
}

struct ThreeSixtyGivingPlugin {
  static std::string_view Manifest() { return puente::plugins::threesixtygiving::ManifestText(); }
  static absl::StatusOr<std::unique_ptr<sdk::Reader>> OpenReader(sdk::Run run,
                                                                 std::string_view /*format*/,
                                                                 sdk::Source* source,
                                                                 const sdk::Options& options) {
    threesixtygiving::Missing missing;
    missing.id = options.GetOr("missing_id", "");
    if (!missing.id.empty()) missing.id += NameIn(source->name());
    const std::string_view day = options.GetOr("missing_date", "");
    const auto date = threesixtygiving::DateOf(day);
    if (!day.empty() &&
        (!date.has_value() || date->form != threesixtygiving::ReadDate::Form::kPlain)) {
      puente::ErrorDetail detail;
      detail.code = "TSG-0008";
      detail.message = "missing_date is no date: `" + std::string(day) + "`";
      detail.hint = "write it as 2024-03-31";
      return puente::MakeError(absl::StatusCode::kInvalidArgument, detail);
    }
    missing.date = date.has_value() ? date->day : "";
    return std::make_unique<threesixtygiving::GrantReader>(run, source, std::move(missing));
  }
  static absl::StatusOr<std::unique_ptr<sdk::Writer>> OpenWriter(sdk::Run run,
                                                                 std::string_view /*format*/,
                                                                 sdk::Target* target,
                                                                 const sdk::Options& /*options*/) {
    return std::make_unique<threesixtygiving::GrantWriter>(run, target);
  }
};

}  // namespace

PUENTE_PLUGIN(ThreeSixtyGivingPlugin)
