// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// The table plugin: CSV files and workbooks in and out, mapping tables out.
#include "core/plugin/sdk/puente_sdk.h"
#include "core/text/zip_archive.h"
#include "plugins/table/table_reader.h"
#include "plugins/table/table_writer.h"
#include "plugins/table/workbook_reader.h"

namespace puente::plugins::table {
std::string_view ManifestText();
}  // namespace puente::plugins::table

namespace puente::table {
namespace {

struct TablePlugin {
  static std::string_view Manifest() { return plugins::table::ManifestText(); }

  static void Identify(const sdk::Head& head, sdk::Probe* probe) {
    probe->confidence = TableConfidence(head.name, head.bytes);
    probe->format = "table";
  }
  static absl::StatusOr<std::unique_ptr<sdk::Reader>> OpenReader(sdk::Run run, std::string_view,
                                                                 sdk::Source* source,
                                                                 const sdk::Options& options) {
    // A workbook of the old kind is none that can be read; the error says so.
    if (text::IsZipArchive(source->head()) || text::IsCompoundFile(source->head())) {
      return WorkbookReader::Open(run, source, options);
    }
    if (absl::Status status = sdk::CheckNoMarkup(source->head()); !status.ok()) return status;
    return TableReader::Open(run, source, options);
  }
  static absl::StatusOr<std::unique_ptr<sdk::Writer>> OpenWriter(sdk::Run run, std::string_view,
                                                                 sdk::Target* target,
                                                                 const sdk::Options& options) {
    return TableWriter::Open(run, target, options);
  }
};

}  // namespace
}  // namespace puente::table

PUENTE_PLUGIN(puente::table::TablePlugin)
