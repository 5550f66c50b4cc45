// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Finds the header of a matrix in a CSV file.
#ifndef PUENTE_PLUGINS_R4V5W_CSV_HEADER_H_
#define PUENTE_PLUGINS_R4V5W_CSV_HEADER_H_

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace puente::r4v5w {

/// Where a header is looked for: titles and instructions may stand above it.
inline constexpr size_t kRowsWithHeader = 30;

/// The character between cells under which one of the first rows has most names of columns that are
/// known. Nothing when none of them is the header of a matrix. `head` is the beginning of the
/// input, in an encoding as CsvReaderOptions have it.
std::optional<char> FindCsvDelimiter(std::string_view head, const std::string& encoding);

}  // namespace puente::r4v5w

#endif  // PUENTE_PLUGINS_R4V5W_CSV_HEADER_H_
