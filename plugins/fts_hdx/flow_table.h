// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// The table of flows: which are in it, and what their cells are looked up in.
#ifndef PUENTE_PLUGINS_FTS_HDX_FLOW_TABLE_H_
#define PUENTE_PLUGINS_FTS_HDX_FLOW_TABLE_H_

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/plugin/sdk/puente_sdk.h"
#include "plugins/fts_hdx/account.h"
#include "plugins/fts_hdx/place_names.h"
#include "plugins/fts_hdx/record_view.h"
#include "plugins/fts_hdx/row_maker.h"
#include "plugins/fts_hdx/row_store.h"
#include "plugins/fts_hdx/table_out.h"

namespace puente::fts_hdx {

/// Which flows are wanted; what is empty is not asked for.
struct FlowChoice {
  std::string boundary;
  std::string country;
};

/// Keeps the rows of flows until all places and plans are known.
class FlowTable {
 public:
  FlowTable(const sdk::Run& run, FlowChoice choice, PlaceNames* names, TableOut* out,
            Account* account, const RowStoreBounds& bounds);

  /// Takes a flow. `is_own`: it was read from such a table.
  absl::Status Put(const RecordView& view, const sdk::RecordInfo& info, bool is_own);
  /// Writes the rows. `as_they_came`: not by date. Error HDX-0009 when flows were asked for of a
  /// country, and all are of others.
  absl::Status Finish(bool as_they_came);

 private:
  enum class OfCountry { kYes, kNo, kUnknown };

  OfCountry IsOfCountry(const v1::Record& record);
  std::string PlacesText(const CellDraft& cell);
  void Tell(int32_t severity, std::string_view code, std::string_view message,
            std::string_view hint);
  absl::Status TellWhatIsLeftOut();

  const sdk::Run run_;
  const FlowChoice choice_;
  PlaceNames& names_;
  TableOut& out_;
  Account& account_;
  RowMaker maker_;
  RowStore store_;
  std::vector<CellDraft> cells_;
  std::map<std::string, uint64_t> boundaries_;    // of the flows in the table
  std::map<std::string, uint64_t> other_;         // flows left out, by boundary
  std::map<std::string, uint64_t> of_others_;     // flows left out, by country
  std::set<std::string, std::less<>> undecided_;  // locations that nobody names yet
  std::map<std::string, uint64_t> nameless_;      // locations left out, by name
  uint64_t unchecked_ = 0;
};

}  // namespace puente::fts_hdx

#endif  // PUENTE_PLUGINS_FTS_HDX_FLOW_TABLE_H_
