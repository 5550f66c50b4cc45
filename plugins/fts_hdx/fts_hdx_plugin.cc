// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// The fts_hdx plugin: the tables that HDX publishes of OCHA's Financial Tracking Service.
#include "core/plugin/sdk/puente_sdk.h"
#include "plugins/fts_hdx/hdx_reader.h"
#include "plugins/fts_hdx/hdx_writer.h"

namespace puente::plugins::fts_hdx {
std::string_view ManifestText();
}  // namespace puente::plugins::fts_hdx

namespace puente::fts_hdx {
namespace {

struct FtsHdxPlugin {
  static std::string_view Manifest() { return plugins::fts_hdx::ManifestText(); }

  static void Identify(const sdk::Head& head, sdk::Probe* probe) {
    probe->format = "fts-hdx";
    probe->confidence = HdxConfidence(head.bytes);
  }
  static absl::StatusOr<std::unique_ptr<sdk::Reader>> OpenReader(sdk::Run run, std::string_view,
                                                                 sdk::Source* source,
                                                                 const sdk::Options& options) {
    return HdxReader::Open(run, source, options);
  }
  static absl::StatusOr<std::unique_ptr<sdk::Writer>> OpenWriter(sdk::Run run, std::string_view,
                                                                 sdk::Target* target,
                                                                 const sdk::Options& options) {
    return HdxWriter::Open(run, target, options);
  }
};

}  // namespace
}  // namespace puente::fts_hdx

PUENTE_PLUGIN(puente::fts_hdx::FtsHdxPlugin)
