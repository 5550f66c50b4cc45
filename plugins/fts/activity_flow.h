// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Makes of an activity the flows that say of its money what FTS can say.
#ifndef PUENTE_PLUGINS_FTS_ACTIVITY_FLOW_H_
#define PUENTE_PLUGINS_FTS_ACTIVITY_FLOW_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "core/plugin/sdk/crosswalk_account.h"
#include "core/plugin/sdk/puente_sdk.h"

namespace puente::fts {

/// Turns each transaction of humanitarian money of an activity into a flow: pledges, commitments
/// and payments of either side. docs/formats/fts.md says where each value goes. One for each
/// writer.
class ActivityFlows {
 public:
  explicit ActivityFlows(const sdk::Run& run) : run_(run), account_(run) {}

  /// Takes an activity, which must outlive the calls of Next, and reports which of its
  /// transactions are no flows.
  void Begin(const v1::Activity& activity, const sdk::RecordInfo& info);
  /// The next flow as a record, which lives until the next call; null behind the last one.
  const v1::Record* Next();
  /// What became of the activity's values; to be ended when all flows are written.
  sdk::CrosswalkAccount& account() { return account_; }

 private:
  using Narratives = google::protobuf::RepeatedPtrField<v1::Narrative>;
  using Ends = google::protobuf::RepeatedPtrField<v1::MoneyEndpoint>;

  // An organisation, whatever message it is in, with the field path of that.
  struct Party {
    const std::string* ref = nullptr;
    const std::string* type = nullptr;
    const Narratives* narratives = nullptr;
    std::string path;
  };
  // A text and its field path.
  struct Text {
    const std::string* text = nullptr;
    std::string path;
  };

  /// Why a transaction is no flow; null when it is one.
  const char* WhyNone(const v1::Transaction& transaction) const;
  void ReportOthers(const sdk::RecordInfo& info);
  void ReportTwice(const sdk::RecordInfo& info);
  void AddIds(const v1::Transaction& from, v1::Flow* out);
  void AddAmount(const v1::Transaction& from, v1::Transaction* out);
  void AddTexts(const v1::Transaction& from, v1::Transaction* out);
  void AddOrganisations(const v1::Transaction& from, v1::Transaction* out);
  void AddOrganisation(const Party& party, std::string_view side, Ends* out);
  void AddScopes(std::string_view type, Ends* out);
  void AddClusters(const v1::Transaction& from, Ends* out);
  void AddPlaces(const v1::Transaction& from, Ends* out);
  void AddAidTypes(const v1::Transaction& from, v1::Flow* out);
  void AddReport(v1::Flow* out);
  /// Keys that FTS writes as null, and arrays that it writes as empty, when it has nothing to say.
  void AddNulls();

  Party PartyOf(const v1::MoneyEndpoint& end, std::string_view side) const;
  Party Reporter() const;
  /// The name of an organisation, also where only another mention of it has one.
  Text NameOf(const Party& party) const;
  /// The text in English or, without one, in the activity's language; no text when there is none.
  Text Pick(const Narratives& narratives, std::string_view path) const;
  /// A value of the activity goes to a field of the flow. The first time it is kept, later derived.
  void Move(const void* value, std::string_view from, std::string_view to);
  /// A value that the flow says without a value of its own.
  void MoveUnwritten(const void* value, std::string_view from);
  void Lose(const void* value, std::string_view from, int32_t reason, std::string_view example);
  /// What becomes of a share in percent.
  void MoveShare(const v1::Decimal& percentage, std::string_view from, bool is_only);
  void Report(const sdk::RecordInfo& info, int32_t severity, std::string_view code,
              std::string_view message, std::string_view hint);

  const sdk::Run run_;
  sdk::CrosswalkAccount account_;
  const v1::Activity* activity_ = nullptr;
  std::vector<const v1::Transaction*> flows_;
  size_t next_ = 0;
  v1::Record out_;
  // Values that are accounted for, by their place in memory.
  absl::flat_hash_set<const void*> seen_;
};

}  // namespace puente::fts

#endif  // PUENTE_PLUGINS_FTS_ACTIVITY_FLOW_H_
