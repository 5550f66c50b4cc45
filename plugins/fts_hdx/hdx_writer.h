// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Writes the tables that HDX publishes of FTS.
#ifndef PUENTE_PLUGINS_FTS_HDX_HDX_WRITER_H_
#define PUENTE_PLUGINS_FTS_HDX_HDX_WRITER_H_

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/plugin/sdk/puente_sdk.h"
#include "plugins/fts_hdx/account.h"
#include "plugins/fts_hdx/flow_table.h"
#include "plugins/fts_hdx/place_names.h"
#include "plugins/fts_hdx/plan_tables.h"
#include "plugins/fts_hdx/record_view.h"
#include "plugins/fts_hdx/table_out.h"

namespace puente::fts_hdx {

/// Writes one table: of answers of FTS, or of a table that was read, which comes back as it was.
class HdxWriter : public sdk::Writer {
 public:
  static absl::StatusOr<std::unique_ptr<sdk::Writer>> Open(const sdk::Run& run, sdk::Target* target,
                                                           const sdk::Options& options);
  HdxWriter(const sdk::Run& run, sdk::Target* target, std::optional<TableKind> kind,
            FlowChoice choice, const RowStoreBounds& bounds);

  absl::Status Put(const v1::Record& record, const sdk::RecordInfo& info) override;
  absl::Status Finish() override;

 private:
  absl::Status PutHeader(const v1::Record& record, const sdk::RecordInfo& info);
  absl::Status PutOwnHeader(const v1::Record& record, const sdk::RecordInfo& info);
  /// Says which columns of a further table have no place.
  void CheckColumns(const v1::TableLayout& table, const sdk::RecordInfo& info);
  absl::Status PutActivity(const v1::Record& record, const sdk::RecordInfo& info);
  absl::Status PutPlan(const v1::Record& record, const sdk::RecordInfo& info);
  absl::Status PutPlace(const v1::Record& record, const sdk::RecordInfo& info);
  absl::Status PutTotal(const v1::Record& record, const sdk::RecordInfo& info);
  /// Writes a row of a table of requirements that was read.
  absl::Status PutOwnRow(const v1::Record& record, const sdk::RecordInfo& info);
  /// The table is this one, if it was not decided yet.
  void Decide(TableKind kind);
  bool is_flows() const { return kind_ == TableKind::kFlows || kind_ == TableKind::kSite; }
  absl::Status Refuse(const sdk::RecordInfo& info, std::string_view what);

  const sdk::Run run_;
  const FlowChoice choice_;
  const RowStoreBounds bounds_;
  std::optional<TableKind> kind_;
  TableOut out_;
  Account account_;
  HeldBytes held_;
  PlaceNames names_;
  RecordView view_;
  std::unique_ptr<FlowTable> flows_;
  std::unique_ptr<PlanTables> plans_;
  std::unique_ptr<RowMaker> maker_;
  std::vector<CellDraft> cells_;
  std::vector<std::string> texts_;
  std::vector<std::string> hashtags_;
  // What the records at hand are of: a table that was read.
  bool in_own_table_ = false;
  // The table that was read is another one than that which is written.
  bool in_other_table_ = false;
  size_t own_tables_ = 0;
  bool has_answers_ = false;
};

}  // namespace puente::fts_hdx

#endif  // PUENTE_PLUGINS_FTS_HDX_HDX_WRITER_H_
