// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// The mapping table with one row for each activity.
#include <array>
#include <map>
#include <optional>
#include <string>

#include "core/base/decimal.h"
#include "plugins/table/flow_cells.h"
#include "plugins/table/mapping_rows.h"

namespace puente::table {
namespace {

enum Column : size_t {
  kActivityId,
  kOrdinal,
  kTitle,
  kReportingOrgRef,
  kReportingOrg,
  kFunders,
  kFunderRefs,
  kFundersFrom,
  kAccountable,
  kAccountableRefs,
  kExtending,
  kExtendingRefs,
  kImplementers,
  kImplementerRefs,
  kCountries,
  kCountryNames,
  kRegions,
  kRegionNames,
  kPlaces,
  kStatusCode,
  kStatus,
  kStartDate,
  kStartIs,
  kEndDate,
  kEndIs,
  kCurrency,
  kCommitments,
  kSpent,
  kCommitmentsByCurrency,
  kSpentByCurrency,
  kSectors,
  kSectorNames,
  kHumanitarian,
  kLanguage,
  kSourceFile,
  kSourceLine,
  kColumns
};

constexpr std::array<std::string_view, kColumns> kNames = {
    "activity_id",
    "ordinal",
    "title",
    "reporting_org_ref",
    "reporting_org",
    "funders",
    "funder_refs",
    "funders_from",
    "accountable",
    "accountable_refs",
    "extending",
    "extending_refs",
    "implementers",
    "implementer_refs",
    "countries",
    "country_names",
    "regions",
    "region_names",
    "places",
    "status_code",
    "status",
    "start_date",
    "start_is",
    "end_date",
    "end_is",
    "currency",
    "commitments",
    "disbursements_and_expenditure",
    "commitments_by_currency",
    "disbursements_and_expenditure_by_currency",
    "sectors",
    "sector_names",
    "humanitarian",
    "language",
    "source_file",
    "source_line"};

/// What stands for the currency of an amount that has none.
constexpr std::string_view kNoCurrency = "unknown";
constexpr std::string_view kMixed = "mixed";

/// The sum of one kind of transactions, by currency. Nothing when it cannot be told exactly.
using Sums = std::map<std::string, std::optional<Decimal>, std::less<>>;

/// The column of the figure that a TransactionType code counts for.
std::optional<Column> FigureOf(std::string_view type) {
  if (type == "2") return kCommitments;
  if (type == "3" || type == "4") return kSpent;
  return std::nullopt;
}

void ReportTooLarge(const sdk::Run& run, const v1::Activity& activity) {
  sdk::Finding finding;
  finding.severity = PUENTE_ERROR;
  finding.code = "TABLE-0003";
  finding.message = "the total of the transactions has more than 38 digits; its cell is left empty";
  finding.record_id = TrimXmlSpace(activity.iati_identifier());
  run.Report(finding);
}

void FillFigure(MappingTable& table, Column figure, Column by_currency, const Sums& sums,
                bool is_mixed) {
  for (const auto& [currency, sum] : sums) {
    if (!sum.has_value()) continue;
    const std::string text = sum->ToString();
    if (!is_mixed) {
      table.Add(figure, text);
    } else {
      table.Add(by_currency, std::string(currency.empty() ? kNoCurrency : currency) + " " + text);
    }
  }
}

void FillFigures(const sdk::Run& run, CellFiller& filler) {
  const v1::Activity& activity = filler.activity();
  MappingTable& table = filler.table();
  Sums commitments;
  Sums spent;
  std::map<std::string, bool, std::less<>> currencies;
  for (const v1::Transaction& transaction : activity.transactions()) {
    const auto figure = FigureOf(TrimXmlSpace(transaction.transaction_type().code()));
    if (!figure.has_value() || !transaction.value().has_value()) continue;
    const absl::StatusOr<Decimal> value = DecimalFromProto(transaction.value().value());
    if (!value.ok()) continue;
    const std::string currency(filler.CurrencyOf(transaction.value()));
    currencies[currency] = true;
    Sums& sums = *figure == kCommitments ? commitments : spent;
    auto [sum, is_new] = sums.try_emplace(currency, *value);
    if (!is_new && sum->second.has_value()) {
      const absl::StatusOr<Decimal> total = Decimal::Add(*sum->second, *value);
      if (!total.ok()) ReportTooLarge(run, activity);
      sum->second = total.ok() ? std::optional<Decimal>(*total) : std::nullopt;
    }
  }
  const bool is_mixed = currencies.size() > 1;
  FillFigure(table, kCommitments, kCommitmentsByCurrency, commitments, is_mixed);
  FillFigure(table, kSpent, kSpentByCurrency, spent, is_mixed);
  if (currencies.empty()) {
    filler.Value(kCurrency, "activity", "default_currency", &activity, activity.default_currency());
    return;
  }
  table.Add(kCurrency, is_mixed ? kMixed : std::string_view(currencies.begin()->first));
  const uint32_t amounts = table.Field("activity.transactions.value", "value");
  for (const v1::Transaction& transaction : activity.transactions()) {
    const v1::Money& money = transaction.value();
    const auto figure = FigureOf(TrimXmlSpace(transaction.transaction_type().code()));
    if (!figure.has_value() || !money.has_value()) continue;
    const Sums& sums = *figure == kCommitments ? commitments : spent;
    const auto sum = sums.find(filler.CurrencyOf(money));
    if (sum == sums.end() || !sum->second.has_value()) continue;
    table.Merge({&money, amounts});
    const Column shown = !is_mixed                 ? kCurrency
                         : *figure == kCommitments ? kCommitmentsByCurrency
                                                   : kSpentByCurrency;
    filler.TakeCurrency(shown, "activity.transactions.value", money);
  }
}

/// The actual date, else the planned one, by their ActivityDateType codes.
void FillDate(CellFiller& filler, std::string_view actual, std::string_view planned, Column date,
              Column is) {
  for (const std::string_view type : {actual, planned}) {
    for (const v1::ActivityDate& entry : filler.activity().activity_dates()) {
      if (TrimXmlSpace(entry.type()) != type || !entry.has_iso_date()) continue;
      if (!filler.DateOf(date, "activity.activity_dates", "iso_date", &entry, entry.iso_date())) {
        continue;
      }
      filler.Value(is, "activity.activity_dates", "type", &entry,
                   type == actual ? "actual" : "planned");
      return;
    }
  }
}

void FillWhereAndWhat(CellFiller& filler) {
  const v1::Activity& activity = filler.activity();
  constexpr NameAndCode kCountryColumns = {kCountryNames, kCountries};
  constexpr NameAndCode kRegionColumns = {kRegionNames, kRegions};
  constexpr NameAndCode kSectorColumns = {kSectorNames, kSectors};
  filler.Countries(kCountryColumns, "activity.recipient_countries", activity.recipient_countries());
  filler.Regions(kRegionColumns, "activity.recipient_regions", activity.recipient_regions());
  filler.Sectors(kSectorColumns, "activity.sectors", activity.sectors());
  // Where the activity itself says nothing, its transactions do.
  const bool no_place =
      activity.recipient_countries().empty() && activity.recipient_regions().empty();
  for (const v1::Transaction& transaction : activity.transactions()) {
    if (no_place) {
      filler.Countries(kCountryColumns, "activity.transactions.recipient_countries",
                       transaction.recipient_countries());
      filler.Regions(kRegionColumns, "activity.transactions.recipient_regions",
                     transaction.recipient_regions());
    }
    if (activity.sectors().empty()) {
      filler.Sectors(kSectorColumns, "activity.transactions.sectors", transaction.sectors());
    }
  }
  for (const v1::Location& location : activity.locations()) {
    filler.TextOf(kPlaces, "activity.locations.name", location.name().narratives());
  }
}

absl::Status WriteActivity(const sdk::Run& run, CellFiller& filler, TableSink* out) {
  const v1::Activity& activity = filler.activity();
  MappingTable& table = filler.table();
  table.BeginRow();
  filler.Identity(kActivityId, kOrdinal, kTitle);
  filler.OrganisationOf({kReportingOrg, kReportingOrgRef}, "activity.reporting_org",
                        activity.reporting_org());
  filler.Funders({kFunders, kFunderRefs}, kFundersFrom);
  filler.Participants({kAccountable, kAccountableRefs}, "2");
  filler.Participants({kExtending, kExtendingRefs}, "3");
  filler.Participants({kImplementers, kImplementerRefs}, "4");
  FillWhereAndWhat(filler);
  filler.Coded({kStatus, kStatusCode}, "activity.activity_status", activity.activity_status(),
               "ActivityStatus");
  FillDate(filler, "2", "1", kStartDate, kStartIs);
  FillDate(filler, "4", "3", kEndDate, kEndIs);
  FillFigures(run, filler);
  FillFlow(filler, {.title = kTitle,
                    .implementers = {kImplementers, kImplementerRefs},
                    .country_names = kCountryNames,
                    .countries = kCountries,
                    .sector_names = kSectorNames,
                    .status = kStatus,
                    .date = kStartDate,
                    .date_is = kStartIs,
                    .currency = kCurrency,
                    .committed = kCommitments,
                    .paid = kSpent});
  if (activity.has_humanitarian()) {
    filler.Value(kHumanitarian, "activity", "humanitarian", &activity,
                 activity.humanitarian() ? "yes" : "no");
  }
  filler.Value(kLanguage, "activity", "lang", &activity, activity.lang());
  filler.Source(kSourceFile, kSourceLine);
  return table.WriteRow(out);
}

}  // namespace

const MappingRows& ActivityRows() {
  static constexpr MappingRows kRows = {kNames, WriteActivity};
  return kRows;
}

}  // namespace puente::table
