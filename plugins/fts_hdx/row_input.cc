// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Opens CSV or a workbook.
#include "plugins/fts_hdx/row_input.h"

#include <utility>

#include "core/plugin/sdk/run_limits.h"
#include "core/text/zip_archive.h"
#include "plugins/fts_hdx/workbook_input.h"

namespace puente::fts_hdx {
namespace {

/// Rows of CSV.
class CsvInput : public RowInput {
 public:
  CsvInput(sdk::Source* source, text::CsvReaderOptions options)
      : csv_(source, std::move(options)) {}

  absl::StatusOr<bool> Next() override { return csv_.Next(); }
  std::span<const text::CsvCell> cells() const override { return csv_.cells(); }
  void Bind(const Layout* layout) override { static_cast<void>(layout); }
  PuentePosition Position() const override {
    PuentePosition position{};
    position.offset = csv_.offset();
    position.line = csv_.line();
    position.column = 1;
    return position;
  }
  uint64_t end_offset() const override { return csv_.end_offset(); }
  std::span<const std::string> titles() const override { return {}; }

 private:
  text::CsvReader csv_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<RowInput>> OpenRowInput(const sdk::Run& run, sdk::Source* source,
                                                       const sdk::Options& options) {
  if (text::IsZipArchive(source->head()) || text::IsCompoundFile(source->head())) {
    return WorkbookInput::Open(run, source, options);
  }
  text::CsvReaderOptions csv;
  csv.limits = sdk::LimitsOf(run);
  csv.delimiter = ',';
  csv.input_bytes = source->size();
  return std::unique_ptr<RowInput>(std::make_unique<CsvInput>(source, std::move(csv)));
}

}  // namespace puente::fts_hdx
