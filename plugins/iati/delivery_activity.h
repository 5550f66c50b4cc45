// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Makes of a row of R4V's 5W the activity that says of it what IATI can say.
#ifndef PUENTE_PLUGINS_IATI_DELIVERY_ACTIVITY_H_
#define PUENTE_PLUGINS_IATI_DELIVERY_ACTIVITY_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "core/base/digest.h"
#include "core/plugin/sdk/crosswalk_account.h"
#include "core/plugin/sdk/puente_sdk.h"

namespace puente::iati {

/// Turns what was delivered in a month and place into an activity with a result. No transaction is
/// ever made: a row says what reached people, not who gave money to whom. docs/formats/iati.md says
/// where each value goes. One for each writer.
class DeliveryActivity {
 public:
  explicit DeliveryActivity(const sdk::Run& run) : run_(run), account_(run) {}

  /// True for an activity without an identifier of IATI that has deliveries.
  static bool IsDelivery(const v1::Activity& activity);

  /// Makes the activity of a row, which lives until the next call.
  absl::StatusOr<const v1::Activity*> Build(const v1::Activity& row, const sdk::RecordInfo& info);
  /// What became of the row's values; to be ended when the activity is written.
  sdk::CrosswalkAccount& account() { return account_; }

 private:
  template <typename T>
  using MessageList = google::protobuf::RepeatedPtrField<T>;
  using Narratives = MessageList<v1::Narrative>;
  struct Period {
    v1::Date start;
    v1::Date end;
  };

  /// The identifier of the row: who reports, the month, and what else it says.
  absl::StatusOr<std::string> IdentifierOf(const std::string& reporter);
  void AddReporter();
  void AddTexts();
  void AddOrganisations();
  void AddDates();
  void AddCountries();
  void AddLocations();
  void AddSectors();
  void AddTags(const v1::Delivery& delivery);
  void AddTag(std::string_view field, const v1::CodedValue& value);
  void AddTag(std::string_view field, bool value);
  void AddResult(const v1::Delivery& delivery);
  void AddPeople(const v1::Delivery& delivery, v1::Result* result);
  void AddNumber(const v1::Delivery& delivery, std::string_view field, const v1::Decimal& number,
                 const v1::Money* money, v1::Result* result);
  /// A new indicator of a result with its period, which has the name of the delivery's.
  v1::Indicator* AddIndicator(const v1::Delivery& delivery, v1::Result* result);
  /// A new value: a target of a plan, else an actual. Null when the number is none.
  v1::IndicatorValue* AddValue(const v1::Delivery& delivery, const v1::Decimal& number,
                               const std::string& path, v1::Indicator* indicator);

  /// The days of a month, a year or a day; false when the date is none.
  static bool PeriodOf(const v1::Date& date, Period* period);
  /// Copies texts, with their languages; false when there was none.
  bool MoveTexts(const Narratives& from, const std::string& from_path, Narratives* to,
                 std::string_view to_path);
  /// True when there is a text that can be written; says so when it cannot.
  bool CanSay(const std::string& path, const std::string& text);
  void Report(std::string_view code, std::string_view message, std::string_view hint);

  const sdk::Run run_;
  sdk::CrosswalkAccount account_;
  Sha256 sha_;
  const v1::Activity* row_ = nullptr;
  const sdk::RecordInfo* info_ = nullptr;
  v1::Activity out_;
  // Digests that identifiers have, and how many rows have those that occur again.
  absl::flat_hash_set<uint64_t> seen_;
  absl::flat_hash_map<uint64_t, uint64_t> again_;
  uint64_t rows_ = 0;
};

}  // namespace puente::iati

#endif  // PUENTE_PLUGINS_IATI_DELIVERY_ACTIVITY_H_
