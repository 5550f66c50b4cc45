// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Names and direction of the transaction types of IATI 2.0x.

#ifndef PUENTE_CORE_TOTALS_TRANSACTION_TYPES_H_
#define PUENTE_CORE_TOTALS_TRANSACTION_TYPES_H_

#include <string_view>

namespace puente::totals {

/// The name of a transaction type's code for people, such as `disbursement`; empty when the code is
/// not known.
std::string_view TransactionTypeName(std::string_view code);

/// True for money that comes to the reporting organisation.
bool IsIncomingTransaction(std::string_view code);

}  // namespace puente::totals

#endif  // PUENTE_CORE_TOTALS_TRANSACTION_TYPES_H_
