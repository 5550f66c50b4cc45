// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Names and direction of the transaction types of IATI 2.0x.

#include "core/totals/transaction_types.h"

#include <utility>

namespace puente::totals {

std::string_view TransactionTypeName(std::string_view code) {
  static constexpr std::pair<std::string_view, std::string_view> kNames[] = {
      {"1", "incoming funds"},    {"2", "outgoing commitment"},  {"3", "disbursement"},
      {"4", "expenditure"},       {"5", "interest payment"},     {"6", "loan repayment"},
      {"7", "reimbursement"},     {"8", "purchase of equity"},   {"9", "sale of equity"},
      {"10", "credit guarantee"}, {"11", "incoming commitment"}, {"12", "outgoing pledge"},
      {"13", "incoming pledge"},
  };
  for (const auto& [key, name] : kNames) {
    if (key == code) return name;
  }
  return "";
}

bool IsIncomingTransaction(std::string_view code) {
  return code == "1" || code == "11" || code == "13";
}

}  // namespace puente::totals
