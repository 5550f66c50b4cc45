// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// The fts plugin: answers of the API of OCHA's Financial Tracking Service.
#include "core/plugin/sdk/puente_sdk.h"
#include "plugins/fts/fts_reader.h"
#include "plugins/fts/fts_writer.h"

namespace puente::plugins::fts {
std::string_view ManifestText();
}  // namespace puente::plugins::fts

namespace puente::fts {
namespace {

/// Names that stand early in each kind of answer, all of one line.
constexpr std::string_view kMarks[][2] = {
    {"\"flows\"", "\"amountUSD\""},       {"\"flows\"", "\"incoming\""},
    {"\"report3\"", "\"fundingTotals\""}, {"\"requirements\"", "\"totalRevisedReqs\""},
    {"\"plans\"", "\"planVersionId\""},   {"\"totals\"", "\"sharedFunding\""},
    {"\"year\"", "\"totalFunding\""},     {"\"iso3\"", "\"adminLevel\""}};

struct FtsPlugin {
  static std::string_view Manifest() { return plugins::fts::ManifestText(); }

  static void Identify(const sdk::Head& head, sdk::Probe* probe) {
    probe->format = "fts";
    if (head.bytes.find("\"data\"") == std::string_view::npos) return;
    for (const auto& [first, second] : kMarks) {
      if (head.bytes.find(first) != std::string_view::npos &&
          head.bytes.find(second) != std::string_view::npos) {
        probe->confidence = 85;
        return;
      }
    }
    // An answer without any flow.
    if (head.bytes.find("\"flows\"") != std::string_view::npos) probe->confidence = 60;
  }
  static absl::StatusOr<std::unique_ptr<sdk::Reader>> OpenReader(sdk::Run run, std::string_view,
                                                                 sdk::Source* source,
                                                                 const sdk::Options& options) {
    return FtsReader::Open(run, source, options);
  }
  static absl::StatusOr<std::unique_ptr<sdk::Writer>> OpenWriter(sdk::Run run, std::string_view,
                                                                 sdk::Target* target,
                                                                 const sdk::Options&) {
    return FtsWriter::Open(run, target);
  }
};

}  // namespace
}  // namespace puente::fts

PUENTE_PLUGIN(puente::fts::FtsPlugin)
