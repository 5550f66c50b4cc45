// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// The mapping table with one row for each transaction.
#include <array>
#include <string>

#include "plugins/table/mapping_rows.h"

namespace puente::table {
namespace {

enum Column : size_t {
  kActivityId,
  kOrdinal,
  kTitle,
  kNumber,
  kRef,
  kTypeCode,
  kType,
  kDate,
  kValue,
  kCurrency,
  kValueDate,
  kProvider,
  kProviderRef,
  kReceiver,
  kReceiverRef,
  kSectors,
  kSectorNames,
  kCountries,
  kCountryNames,
  kRegions,
  kRegionNames,
  kDescription,
  kHumanitarian,
  kSourceFile,
  kSourceLine,
  kColumns
};

constexpr std::array<std::string_view, kColumns> kNames = {
    "activity_id",     "ordinal",     "title",         "transaction_number",
    "transaction_ref", "type_code",   "type",          "date",
    "value",           "currency",    "value_date",    "provider",
    "provider_ref",    "receiver",    "receiver_ref",  "sectors",
    "sector_names",    "countries",   "country_names", "regions",
    "region_names",    "description", "humanitarian",  "source_file",
    "source_line"};

constexpr std::string_view kBase = "activity.transactions";

void FillMoney(CellFiller& filler, const v1::Transaction& transaction) {
  constexpr std::string_view kMoney = "activity.transactions.value";
  const v1::Money& money = transaction.value();
  if (money.has_value()) filler.DecimalOf(kValue, kMoney, "value", &money, money.value());
  filler.table().Add(kCurrency, filler.CurrencyOf(money));
  filler.TakeCurrency(kCurrency, kMoney, money);
  if (money.has_value_date()) {
    filler.DateOf(kValueDate, kMoney, "value_date", &money, money.value_date());
  }
}

/// Sectors and places: the transaction's own, else those of the activity.
void FillWhereAndWhat(CellFiller& filler, const v1::Transaction& transaction) {
  const v1::Activity& activity = filler.activity();
  constexpr NameAndCode kSectorColumns = {kSectorNames, kSectors};
  constexpr NameAndCode kCountryColumns = {kCountryNames, kCountries};
  constexpr NameAndCode kRegionColumns = {kRegionNames, kRegions};
  if (transaction.sectors().empty()) {
    filler.Sectors(kSectorColumns, "activity.sectors", activity.sectors());
  } else {
    filler.Sectors(kSectorColumns, "activity.transactions.sectors", transaction.sectors());
  }
  if (transaction.recipient_countries().empty() && transaction.recipient_regions().empty()) {
    filler.Countries(kCountryColumns, "activity.recipient_countries",
                     activity.recipient_countries());
    filler.Regions(kRegionColumns, "activity.recipient_regions", activity.recipient_regions());
  } else {
    filler.Countries(kCountryColumns, "activity.transactions.recipient_countries",
                     transaction.recipient_countries());
    filler.Regions(kRegionColumns, "activity.transactions.recipient_regions",
                   transaction.recipient_regions());
  }
}

absl::Status WriteTransactions(const sdk::Run& run, CellFiller& filler, TableSink* out) {
  MappingTable& table = filler.table();
  size_t number = 0;
  for (const v1::Transaction& transaction : filler.activity().transactions()) {
    if (run.IsCancelled()) return absl::CancelledError("interrupted");
    table.BeginRow();
    filler.Identity(kActivityId, kOrdinal, kTitle);
    table.Add(kNumber, std::to_string(++number));
    filler.Value(kRef, kBase, "ref", &transaction, transaction.ref());
    filler.Coded({kType, kTypeCode}, "activity.transactions.transaction_type",
                 transaction.transaction_type(), "TransactionType");
    const v1::DateValue& date = transaction.transaction_date();
    if (date.has_date()) {
      filler.DateOf(kDate, "activity.transactions.transaction_date", "date", &date, date.date());
    }
    FillMoney(filler, transaction);
    filler.Endpoints({kProvider, kProviderRef}, "activity.transactions.sources",
                     transaction.sources());
    filler.Endpoints({kReceiver, kReceiverRef}, "activity.transactions.destinations",
                     transaction.destinations());
    FillWhereAndWhat(filler, transaction);
    filler.TextOf(kDescription, "activity.transactions.description",
                  transaction.description().narratives());
    if (transaction.has_humanitarian()) {
      filler.Value(kHumanitarian, kBase, "humanitarian", &transaction,
                   transaction.humanitarian() ? "yes" : "no");
    }
    filler.Source(kSourceFile, kSourceLine);
    if (absl::Status status = table.WriteRow(out); !status.ok()) return status;
  }
  return absl::OkStatus();
}

}  // namespace

const MappingRows& TransactionRows() {
  static constexpr MappingRows kRows = {kNames, WriteTransactions};
  return kRows;
}

}  // namespace puente::table
