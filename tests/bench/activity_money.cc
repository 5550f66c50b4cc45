// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Makes the budgets, transactions and loans of generated activities.

#include <array>

#include "tests/bench/activity_maker.h"

namespace puente::bench {
namespace {

constexpr std::array<std::string_view, 8> kTransactionTypes = {"2", "3", "3",  "3",
                                                               "4", "1", "11", "12"};
constexpr std::array<std::string_view, 6> kCountries = {"CO", "PE", "MZ", "SN", "BD", "KE"};
constexpr std::array<std::string_view, 4> kForeignCurrencies = {"CHF", "NOK", "COP", "XOF"};

}  // namespace

void ActivityMaker::Budgets(size_t end) {
  int year = start_.year;
  while (size() < end) {
    xml_.Begin("budget");
    if (random_.Chance(600)) xml_.Attribute("type", Number(random_.Between(1, 2)));
    if (random_.Chance(500)) xml_.Attribute("status", Number(random_.Between(1, 2)));
    DateElement("period-start", {year, 1, 1});
    DateElement("period-end", {year, 12, 31});
    Value("value");
    xml_.End();
    ++year;
    if (year > start_.year + 40) year = start_.year;
  }
}

void ActivityMaker::PlannedDisbursements(size_t end) {
  while (size() < end) {
    xml_.Begin("planned-disbursement");
    if (random_.Chance(600)) xml_.Attribute("type", Number(random_.Between(1, 2)));
    Date date = AnyDate();
    DateElement("period-start", date);
    if (random_.Chance(700)) {
      ++date.year;
      DateElement("period-end", date);
    }
    Value("value");
    if (random_.Chance(300)) Organisation("provider-org", "provider-activity-id");
    if (random_.Chance(300)) Organisation("receiver-org", "receiver-activity-id");
    xml_.End();
  }
}

void ActivityMaker::Transactions(size_t end) {
  while (size() < end) {
    MaybeComment(8);
    Transaction();
  }
}

void ActivityMaker::Transaction() {
  xml_.Begin("transaction");
  if (random_.Chance(500)) xml_.Attribute("ref", std::to_string(random_.Below(10'000'000)));
  if (random_.Chance(50)) xml_.Attribute("humanitarian", "1");
  xml_.Empty("transaction-type", "code", random_.Of(kTransactionTypes));
  DateElement("transaction-date", AnyDate());
  Value("value");
  if (random_.Chance(500)) Narratives("description", random_.Chance(300) ? 90 : 0);
  if (random_.Chance(600)) Organisation("provider-org", "provider-activity-id");
  if (random_.Chance(700)) Organisation("receiver-org", "receiver-activity-id");
  if (random_.Chance(150))
    xml_.Empty("disbursement-channel", "code", Number(random_.Between(1, 4)));
  if (publisher_->by_transaction) {
    Sector(true, "");
    if (random_.Chance(800)) {
      xml_.Empty("recipient-country", "code", random_.Of(kCountries));
    } else {
      xml_.Begin("recipient-region");
      xml_.Attribute("code", "298");
      xml_.Attribute("vocabulary", "1");
      xml_.End();
    }
  }
  if (random_.Chance(400)) xml_.Empty("flow-type", "code", "10");
  if (random_.Chance(400)) xml_.Empty("finance-type", "code", "110");
  if (random_.Chance(400)) xml_.Empty("aid-type", "code", "C01");
  if (random_.Chance(300)) xml_.Empty("tied-status", "code", "5");
  if (publisher_->extensions && random_.Chance(60)) {
    xml_.Begin("ext:booking");
    xml_.Attribute("ext:ledger", Number(random_.Below(99)));
    xml_.End();
  }
  xml_.End();
}

void ActivityMaker::Value(std::string_view element) {
  xml_.Begin(element);
  if (random_.Chance(100)) xml_.Attribute("currency", random_.Of(kForeignCurrencies));
  xml_.Attribute("value-date", DateText(AnyDate()));
  Amount();
  xml_.End();
}

void ActivityMaker::Amount() {
  text_.clear();
  if (random_.Chance(30)) text_ += '-';
  const uint32_t magnitude = random_.Below(7);
  static constexpr std::array<uint32_t, 7> kLimits = {100,       1000,       10'000,       100'000,
                                                      1'000'000, 10'000'000, 2'000'000'000};
  text_ += std::to_string(random_.Below(kLimits[magnitude]));
  uint32_t digits = publisher_->cents;
  if (random_.Chance(20)) digits = random_.Below(9);
  if (digits > 0) {
    text_ += '.';
    const bool round = random_.Chance(400);
    for (; digits > 0; --digits) {
      text_ += static_cast<char>('0' + (round ? 0 : random_.Below(10)));
    }
  }
  // What is a decimal by the schema of IATI, but not written as the rest of the world writes it.
  if (Rare() && text_[0] != '-') text_.insert(0, random_.Chance(500) ? "+" : "00");
  if (Rare()) text_ = "\n   " + text_ + "\n";
  if (Rare()) text_ = random_.Chance(500) ? ".50" : "7.";
  xml_.Text(text_);
}

void ActivityMaker::Loans() {
  xml_.Begin("crs-add");
  xml_.Begin("other-flags");
  xml_.Attribute("code", Number(random_.Between(1, 4)));
  xml_.Attribute("significance", "1");
  xml_.End();
  xml_.Begin("loan-terms");
  xml_.Attribute("rate-1", "4.25");
  xml_.Attribute("rate-2", "3.10");
  xml_.Empty("repayment-type", "code", "1");
  xml_.Empty("repayment-plan", "code", "4");
  DateElement("commitment-date", AnyDate());
  DateElement("repayment-first-date", AnyDate());
  DateElement("repayment-final-date", AnyDate());
  xml_.End();
  xml_.Begin("loan-status");
  xml_.Attribute("year", Number(random_.Between(2010, 2026)));
  xml_.Attribute("currency", publisher_->currency);
  xml_.Attribute("value-date", DateText(AnyDate()));
  for (const std::string_view part :
       {"interest-received", "principal-outstanding", "principal-arrears", "interest-arrears"}) {
    xml_.Begin(part);
    Amount();
    xml_.End();
  }
  xml_.End();
  if (random_.Chance(500)) xml_.Leaf("channel-code", "21039");
  xml_.End();
  if (!random_.Chance(300)) return;
  xml_.Begin("fss");
  xml_.Attribute("extraction-date", DateText(AnyDate()));
  xml_.Attribute("priority", "1");
  xml_.Attribute("phaseout-year", "2030");
  for (uint32_t year = 2026; year < 2029; ++year) {
    xml_.Begin("forecast");
    xml_.Attribute("year", Number(year));
    xml_.Attribute("value-date", DateText(AnyDate()));
    Amount();
    xml_.End();
  }
  xml_.End();
}

}  // namespace puente::bench
