// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Finds the header of a matrix in a CSV file.
#include "plugins/r4v5w/csv_header.h"

#include <vector>

#include "core/text/byte_stream.h"
#include "core/text/csv.h"
#include "plugins/r4v5w/header_book.h"

namespace puente::r4v5w {
namespace {

/// How many columns of the best header are known.
size_t KnownColumns(std::string_view head, const std::string& encoding, char delimiter) {
  text::StringInput input(head);
  text::CsvReaderOptions options;
  options.input_bytes = head.size();
  options.encoding = encoding;
  options.delimiter = delimiter;
  text::CsvReader csv(&input, options);
  std::vector<std::string> names;
  for (size_t i = 0; i < kRowsWithHeader; ++i) {
    const absl::StatusOr<bool> more = csv.Next();
    if (!more.ok() || !*more) break;
    names.clear();
    for (const text::CsvCell& cell : csv.cells()) names.emplace_back(cell.text);
    const Binding binding = BindHeader(names);
    if (binding.matrix != Matrix::kNone) return binding.known;
  }
  return 0;
}

}  // namespace

std::optional<char> FindCsvDelimiter(std::string_view head, const std::string& encoding) {
  std::optional<char> best;
  size_t most = 0;
  for (const char delimiter : {',', ';', '\t', '|'}) {
    const size_t known = KnownColumns(head, encoding, delimiter);
    if (known <= most) continue;
    most = known;
    best = delimiter;
  }
  return best;
}

}  // namespace puente::r4v5w
