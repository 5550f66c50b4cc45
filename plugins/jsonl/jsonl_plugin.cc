// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// The jsonl plugin: one record of puente.v1 a line, as JSON.
#include "core/plugin/sdk/puente_sdk.h"
#include "plugins/jsonl/jsonl_reader.h"
#include "plugins/jsonl/jsonl_splitter.h"
#include "plugins/jsonl/jsonl_writer.h"
#include "plugins/jsonl/line_text.h"

namespace puente::plugins::jsonl {
std::string_view ManifestText();
}  // namespace puente::plugins::jsonl

namespace puente::jsonl {
namespace {

struct JsonlPlugin {
  static std::string_view Manifest() { return plugins::jsonl::ManifestText(); }

  static void Identify(const sdk::Head& head, sdk::Probe* probe) {
    probe->confidence = FitsRecord(head.bytes);
    probe->format = "jsonl";
  }
  static absl::StatusOr<std::unique_ptr<sdk::Reader>> OpenReader(sdk::Run run, std::string_view,
                                                                 sdk::Source* source,
                                                                 const sdk::Options&) {
    return JsonlReader::Open(run, source);
  }
  static absl::StatusOr<std::unique_ptr<sdk::Reader>> OpenPiece(sdk::Run run, std::string_view,
                                                                sdk::Source* source,
                                                                const PuentePiece& piece,
                                                                const sdk::Options&) {
    return JsonlReader::OpenPiece(run, source, piece);
  }
  static absl::StatusOr<std::unique_ptr<sdk::Splitter>> OpenSplitter(sdk::Run run, std::string_view,
                                                                     sdk::Source* source,
                                                                     const sdk::Options&) {
    return JsonlSplitter::Open(run, source);
  }
  static absl::StatusOr<std::unique_ptr<sdk::Writer>> OpenWriter(sdk::Run run, std::string_view,
                                                                 sdk::Target* target,
                                                                 const sdk::Options& options) {
    return JsonlWriter::Open(run, target, options);
  }
};

}  // namespace
}  // namespace puente::jsonl

PUENTE_PLUGIN(puente::jsonl::JsonlPlugin)
