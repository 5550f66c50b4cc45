// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// The tables of requirements: rows of plans, put together from overviews, answers and totals.
#ifndef PUENTE_PLUGINS_FTS_HDX_PLAN_TABLES_H_
#define PUENTE_PLUGINS_FTS_HDX_PLAN_TABLES_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/plugin/sdk/puente_sdk.h"
#include "plugins/fts_hdx/account.h"
#include "plugins/fts_hdx/amounts.h"
#include "plugins/fts_hdx/place_names.h"
#include "plugins/fts_hdx/plan_answers.h"
#include "plugins/fts_hdx/record_view.h"
#include "plugins/fts_hdx/table_out.h"

namespace puente::fts_hdx {

/// Builds the rows of one table as soon as all that a row needs has come, in any order. Values of
/// the record that comes last are kept; those that came before are counted as put together with
/// others, since it was not known then whether they would be in the table.
class PlanTables {
 public:
  /// `country` is the code of the country that is asked for; empty for all.
  PlanTables(const sdk::Run& run, TableKind kind, std::string country, PlaceNames* names,
             HeldBytes* held, TableOut* out, Account* account);

  /// Takes a plan of an overview. Error HDX-0016 when it is not known which year it is of.
  absl::Status PutPlan(const RecordView& view, const sdk::RecordInfo& info);
  /// Takes the header of an answer. Error HDX-0014 when the table needs it and it is not known what
  /// it answers.
  absl::Status PutAnswer(const RecordView& view, const sdk::RecordInfo& info);
  /// Takes the total of a year. Error HDX-0014 when it is not known of which country it is.
  absl::Status PutTotal(const RecordView& view, const sdk::RecordInfo& info);
  /// Writes the rows. Error HDX-0009 when there are none of the country that was asked for.
  absl::Status Finish();

 private:
  /// Which record a value comes from.
  enum class Origin : uint8_t { kNone, kPlan, kAnswer };

  struct Value {
    std::string text;
    Origin origin = Origin::kNone;
    /// The leaf; 0 when it is none.
    uint32_t field = 0;
  };
  using Values = std::map<std::string_view, Value>;  // by column

  struct PlanPlace {
    std::string id;
    std::string code;
    std::string name;
  };
  struct Plan {
    std::string id;
    std::string year;
    Values values;
    std::optional<Decimal> requirement;
    std::optional<Decimal> funding;
    std::optional<Decimal> progress;
    size_t places = 0;
    bool is_left_out = false;
  };
  /// A plan in one of its countries.
  struct Entry {
    size_t plan = 0;
    PlanPlace place;
    bool is_done = false;
    /// What of the plan goes into the total of the country.
    std::optional<Decimal> funding;
    std::vector<std::vector<std::string>> rows;
  };
  /// What all tables say of an entry.
  struct Base {
    std::optional<Decimal> funding;
    Values values;
  };

  static bool HasText(const Values& values, std::string_view column);
  /// Fills in a plan; returns about how many bytes it takes.
  static size_t TakePlan(const RecordView& view, const sdk::Run& run, Plan* plan);
  bool IsWanted(const GroupedAnswer& answer) const;
  /// Builds the rows of an entry when all is there; `now` is where the record at hand belongs.
  void Build(Entry* entry, Origin now);
  std::optional<Base> BaseOf(const Entry& entry) const;
  void BuildClusters(const GroupedAnswer& answer, Values base, Origin now, Entry* entry);
  void BuildCovid(Base base, Origin now, Entry* entry);
  const GroupedAnswer* AnswerFor(std::string_view party_type, const Entry& entry,
                                 bool of_covid) const;
  void AddRow(const Values& values, Origin now, Entry* entry);
  absl::Status WriteCountry(const std::string& code);
  void TellWhatIsMissing();
  static Value Of(const sdk::Run& run, std::string text, Origin origin, std::string_view path);
  Value Of(std::string text, Origin origin, std::string_view path) const {
    return Of(run_, std::move(text), origin, path);
  }
  void Tell(std::string_view code, std::string_view message, std::string_view hint);

  const sdk::Run run_;
  const TableKind kind_;
  const std::string country_;
  PlaceNames& names_;
  HeldBytes& held_;
  TableOut& out_;
  Account& account_;

  std::vector<Plan> plans_;
  std::vector<Entry> entries_;
  // Answers for one plan, by what they are grouped by and the plan; those on the emergency apart.
  std::map<std::pair<std::string, std::string>, GroupedAnswer, std::less<>> answers_;
  std::map<std::pair<std::string, std::string>, GroupedAnswer, std::less<>> covid_answers_;
  // What plans got for the emergency, by plan.
  std::map<std::string, Decimal, std::less<>> covid_of_plans_;
  bool has_covid_ = false;
  /// Bytes of rows that were built since it was last looked at.
  size_t built_bytes_ = 0;
  // Totals of countries, by location and year.
  std::map<std::string, std::map<std::string, Decimal>> totals_;
};

}  // namespace puente::fts_hdx

#endif  // PUENTE_PLUGINS_FTS_HDX_PLAN_TABLES_H_
