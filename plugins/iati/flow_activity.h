// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Makes of a flow of humanitarian money the activity that says of it what IATI can say.
#ifndef PUENTE_PLUGINS_IATI_FLOW_ACTIVITY_H_
#define PUENTE_PLUGINS_IATI_FLOW_ACTIVITY_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "core/plugin/sdk/crosswalk_account.h"
#include "core/plugin/sdk/puente_sdk.h"

namespace puente::iati {

/// Turns flows into activities that OCHA FTS reports as a secondary publisher: one flow is one
/// activity with one transaction. docs/formats/iati.md says where each value goes. One for each
/// writer.
class FlowActivity {
 public:
  explicit FlowActivity(const sdk::Run& run) : run_(run), account_(run) {}

  /// False for an activity, in wire format, that has an identifier of IATI. Cheap.
  static bool MayBeFlow(std::string_view content);
  /// True for a flow: an activity without an identifier of IATI that has what only flows have.
  static bool IsFlow(const v1::Activity& activity);

  /// Makes the activity of a flow, which lives until the next call. Null, with a finding, when the
  /// flow has no id, so that no identifier can be made.
  const v1::Activity* Build(const v1::Activity& flow, const v1::Record& beside,
                            const sdk::RecordInfo& info);
  /// What became of the flow's values; to be ended when the activity is written.
  sdk::CrosswalkAccount& account() { return account_; }

 private:
  using Ends = std::vector<const v1::MoneyEndpoint*>;
  template <typename T>
  using MessageList = google::protobuf::RepeatedPtrField<T>;

  // The money of a flow, its currency, and the field paths of both; no path for a currency that is
  // said by the name of the key.
  struct Amount {
    const v1::Decimal* value = nullptr;
    std::string path;
    std::string currency;
    std::string currency_path;
  };

  void AddTexts();
  void AddOrganisations();
  /// Adds the organisations of one side; gives the number of the only one, or -1.
  int AddOrganisations(const MessageList<v1::MoneyEndpoint>& ends, std::string_view side,
                       std::string_view role);
  /// False when it has neither a name nor an id.
  bool AddOrganisation(const v1::OrganisationRef& organisation, std::string_view side,
                       std::string_view role);
  void AddIdentifiers();
  void AddDates();
  void AddPlaces();
  bool AddLocation(const v1::PlaceRef& place, std::string_view code);
  void AddSectors();
  bool AddSector(const v1::CodedValue& cluster, const std::string& path, std::string_view code,
                 const char* vocabulary);
  bool AddTag(const v1::CodedValue& value, const std::string& path, const std::string& vocabulary);
  void AddScopes();
  void AddAidTypes();
  void AddWords();
  void AddTransaction();
  /// The money in the currency that it was given in, else as FTS converted it.
  Amount FindAmount() const;
  /// The first of the flow's dates that is a full one, and its field path; null when none is.
  const v1::Date* TransactionDate(std::string* path) const;
  /// True when the date of the flow came with a time that is not midnight.
  bool HasTimeOfDay() const;

  /// The ends of one kind on the side that gets the money.
  Ends Destinations(v1::MoneyEndpoint::PartyCase kind) const;
  /// Says of an end that is written that its kind is too, and whether its share is.
  void KeepEnd(const v1::MoneyEndpoint& end, std::string_view side, size_t siblings);
  /// True when there is a text that can be written; says so when it cannot.
  bool CanSay(std::string_view path, const std::string& text);
  /// Moves a code and its name; false when there is no code.
  template <typename Coded>
  bool MoveCoded(const v1::CodedValue& from, const std::string& path, std::string_view to,
                 Coded* out);
  void Report(std::string_view code, std::string_view message, std::string_view hint);

  const sdk::Run run_;
  sdk::CrosswalkAccount account_;
  const v1::Activity* flow_ = nullptr;
  const v1::Transaction* transaction_ = nullptr;
  const v1::Record* beside_ = nullptr;
  const sdk::RecordInfo* info_ = nullptr;
  v1::Activity out_;
  // Numbers of the participating organisations that are the only ones of their side, or -1.
  int provider_ = -1;
  int receiver_ = -1;
  bool has_unknown_split_ = false;
};

}  // namespace puente::iati

#endif  // PUENTE_PLUGINS_IATI_FLOW_ACTIVITY_H_
