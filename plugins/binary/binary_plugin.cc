// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// The binary plugin: records of puente.v1 with digests, length-delimited.
#include "core/plugin/sdk/puente_sdk.h"
#include "plugins/binary/binary_reader.h"
#include "plugins/binary/binary_splitter.h"
#include "plugins/binary/binary_writer.h"

namespace puente::plugins::binary {
std::string_view ManifestText();
}  // namespace puente::plugins::binary

namespace puente::binary {
namespace {

struct BinaryPlugin {
  static std::string_view Manifest() { return plugins::binary::ManifestText(); }

  static absl::StatusOr<std::unique_ptr<sdk::Reader>> OpenReader(sdk::Run run, std::string_view,
                                                                 sdk::Source* source,
                                                                 const sdk::Options& options) {
    return BinaryReader::Open(run, source, options);
  }
  static absl::StatusOr<std::unique_ptr<sdk::Reader>> OpenPiece(sdk::Run run, std::string_view,
                                                                sdk::Source* source,
                                                                const PuentePiece& piece,
                                                                const sdk::Options& options) {
    return BinaryReader::OpenPiece(run, source, piece, options);
  }
  static absl::StatusOr<std::unique_ptr<sdk::Splitter>> OpenSplitter(sdk::Run run, std::string_view,
                                                                     sdk::Source* source,
                                                                     const sdk::Options&) {
    return BinarySplitter::Open(run, source);
  }
  static absl::StatusOr<std::unique_ptr<sdk::Writer>> OpenWriter(sdk::Run run, std::string_view,
                                                                 sdk::Target* target,
                                                                 const sdk::Options&) {
    return BinaryWriter::Open(run, target);
  }
};

}  // namespace
}  // namespace puente::binary

PUENTE_PLUGIN(puente::binary::BinaryPlugin)
