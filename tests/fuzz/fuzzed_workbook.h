// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Puts the bytes of a fuzzer into a workbook that is good otherwise.
#ifndef PUENTE_TESTS_FUZZ_FUZZED_WORKBOOK_H_
#define PUENTE_TESTS_FUZZ_FUZZED_WORKBOOK_H_

#include <cstddef>
#include <string>
#include <string_view>

namespace puente::fuzz {

/// Where the bytes come to stand.
inline constexpr size_t kWorkbookPlaces = 8;

/// A workbook with `header`, the XML of a row, in its first sheet. By `place` the bytes are: more
/// rows behind it (0 to 2), shared texts and a row that has them (3), the styles (4), the list of
/// sheets (5), the relations (6), or the whole file (7).
std::string FuzzedWorkbook(size_t place, std::string_view header, std::string_view bytes);

}  // namespace puente::fuzz

#endif  // PUENTE_TESTS_FUZZ_FUZZED_WORKBOOK_H_
