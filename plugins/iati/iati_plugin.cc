// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// The IATI plugin: activity and organisation files of IATI 1.01 to 2.03.
#include "core/plugin/sdk/puente_sdk.h"
#include "plugins/iati/iati_reader.h"
#include "plugins/iati/iati_splitter.h"
#include "plugins/iati/iati_writer.h"

namespace puente::plugins::iati {
std::string_view ManifestText();
}  // namespace puente::plugins::iati

namespace puente::iati {
namespace {

struct IatiPlugin {
  static std::string_view Manifest() { return plugins::iati::ManifestText(); }

  static absl::StatusOr<std::unique_ptr<sdk::Reader>> OpenReader(sdk::Run run, std::string_view,
                                                                 sdk::Source* source,
                                                                 const sdk::Options&) {
    return IatiReader::Open(run, source);
  }
  static absl::StatusOr<std::unique_ptr<sdk::Reader>> OpenPiece(sdk::Run run, std::string_view,
                                                                sdk::Source* source,
                                                                const PuentePiece& piece,
                                                                const sdk::Options&) {
    return IatiReader::OpenPiece(run, source, piece);
  }
  static absl::StatusOr<std::unique_ptr<sdk::Splitter>> OpenSplitter(sdk::Run run, std::string_view,
                                                                     sdk::Source* source,
                                                                     const sdk::Options&) {
    return IatiSplitter::Open(run, source);
  }
  static absl::StatusOr<std::unique_ptr<sdk::Writer>> OpenWriter(sdk::Run run, std::string_view,
                                                                 sdk::Target* target,
                                                                 const sdk::Options& options) {
    return IatiWriter::Open(run, target, options);
  }
};

}  // namespace
}  // namespace puente::iati

PUENTE_PLUGIN(puente::iati::IatiPlugin)
