// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// The plugin: the data files of ForeignAssistance.gov.
#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "columns.h"
#include "core/plugin/sdk/puente_sdk.h"
#include "row_reader.h"
#include "row_writer.h"

// The text of foreign_assistance.puente.json, put into the library by the build.
namespace puente::plugins::foreign_assistance {
std::string_view ManifestText();
}

namespace {

namespace sdk = puente::sdk;

struct ForeignAssistancePlugin {
  static std::string_view Manifest() { return puente::plugins::foreign_assistance::ManifestText(); }
  static void Identify(const sdk::Head& head, sdk::Probe* probe) {
    // The first line alone: what is behind it may be cut anywhere.
    const std::string_view line = head.bytes.substr(0, head.bytes.find('\n'));
    puente::text::StringInput input(line);
    puente::text::CsvReaderOptions options;
    options.delimiter = ',';
    options.input_bytes = line.size();
    puente::text::CsvReader csv(&input, options);
    const absl::StatusOr<bool> more = csv.Next();
    if (!more.ok() || !*more) return;
    std::vector<std::string> names;
    for (const puente::text::CsvCell& cell : csv.cells()) names.emplace_back(cell.text);
    if (!foreign_assistance::IsHeader(names)) return;
    constexpr uint32_t kSure = 90;
    probe->confidence = kSure;
    probe->format = "foreign-assistance";
  }
  static absl::StatusOr<std::unique_ptr<sdk::Reader>> OpenReader(sdk::Run run,
                                                                 std::string_view /*format*/,
                                                                 sdk::Source* source,
                                                                 const sdk::Options& /*options*/) {
    return std::make_unique<foreign_assistance::RowReader>(run, source);
  }
  static absl::StatusOr<std::unique_ptr<sdk::Writer>> OpenWriter(sdk::Run run,
                                                                 std::string_view /*format*/,
                                                                 sdk::Target* target,
                                                                 const sdk::Options& /*options*/) {
    return std::make_unique<foreign_assistance::RowWriter>(run, target);
  }
};

}  // namespace

PUENTE_PLUGIN(ForeignAssistancePlugin)
