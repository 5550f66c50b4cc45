// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// The r4v5w plugin: R4V's matrices in and out.
#include "core/plugin/sdk/puente_sdk.h"
#include "plugins/r4v5w/matrix_probe.h"
#include "plugins/r4v5w/matrix_reader.h"
#include "plugins/r4v5w/matrix_writer.h"

namespace puente::plugins::r4v5w {
std::string_view ManifestText();
}  // namespace puente::plugins::r4v5w

namespace puente::r4v5w {
namespace {

struct R4vPlugin {
  static std::string_view Manifest() { return plugins::r4v5w::ManifestText(); }

  static void Identify(const sdk::Head& head, sdk::Probe* probe) {
    probe->confidence = MatrixConfidence(head);
    probe->format = "r4v5w";
  }
  static absl::StatusOr<std::unique_ptr<sdk::Reader>> OpenReader(sdk::Run run, std::string_view,
                                                                 sdk::Source* source,
                                                                 const sdk::Options& options) {
    return MatrixReader::Open(run, source, options);
  }
  static absl::StatusOr<std::unique_ptr<sdk::Writer>> OpenWriter(sdk::Run run, std::string_view,
                                                                 sdk::Target* target,
                                                                 const sdk::Options& options) {
    return MatrixWriter::Open(run, target, options);
  }
};

}  // namespace
}  // namespace puente::r4v5w

PUENTE_PLUGIN(puente::r4v5w::R4vPlugin)
