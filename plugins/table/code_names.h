// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Names of codes for people who read a mapping table.
#ifndef PUENTE_PLUGINS_TABLE_CODE_NAMES_H_
#define PUENTE_PLUGINS_TABLE_CODE_NAMES_H_

#include <string_view>

#include "core/plugin/sdk/puente_sdk.h"

namespace puente::table {

/// The name of a code of an IATI codelist (`Country`, `Sector`, `TransactionType` and so on): what
/// the host knows in this language, else the English name of the plugin's own list, else empty.
/// The text lives for ever.
std::string_view CodeName(const sdk::Run& run, std::string_view codelist, std::string_view code,
                          std::string_view language);

}  // namespace puente::table

#endif  // PUENTE_PLUGINS_TABLE_CODE_NAMES_H_
