// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Repairs of cells that a fuzzer chooses.
#ifndef PUENTE_TESTS_FUZZ_REPAIR_LIST_H_
#define PUENTE_TESTS_FUZZ_REPAIR_LIST_H_

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "core/base/status.h"
#include "core/text/cell_repair.h"
#include "tests/core/copies.h"
#include "tests/fuzz/fuzz_check.h"

namespace puente::fuzz {

using testing::RepairList;

/// The message of an error; empty when there is none.
inline std::string ErrorOf(const absl::Status& status) {
  return status.ok() ? "" : FormatError(status);
}

/// Which cell, counted among those that there are, and which new text.
struct RepairChoice {
  size_t row = 0;
  size_t column = 0;
  size_t text = 0;
  size_t way = 0;
  /// The repair expects another text than the cell has.
  bool is_wrong = false;
};

/// Up to seven choices: a byte for their number, three for each.
inline std::vector<RepairChoice> ChooseSome(Decisions* decisions) {
  std::vector<RepairChoice> choices(decisions->Below(8));
  for (RepairChoice& choice : choices) {
    choice.row = decisions->Byte();
    const uint8_t column = decisions->Byte();
    choice.column = column % 64;
    choice.is_wrong = column >= 240;
    const uint8_t text = decisions->Byte();
    choice.text = text / 4;
    choice.way = text % 4;
  }
  return choices;
}

/// The new text of a cell: without blanks at its ends, or with one of some odd texts.
inline std::string NewText(std::string_view before, const RepairChoice& choice) {
  constexpr std::string_view kTexts[] = {"",
                                         "x",
                                         "a,b",
                                         "a;b\tc|d",
                                         "say \"a\"",
                                         "\"a\"",
                                         "\n",
                                         "a\rb",
                                         "c\r\n",
                                         "\r",
                                         " ",
                                         "\xC3\xB1",
                                         "\xE6\x97\xA5",
                                         "\xF0\x9F\x98\x80",
                                         "=1+1",
                                         "'=1",
                                         "-5",
                                         "\xEF\xBB\xBF",
                                         "PK\x03\x04",
                                         "<a>&amp;",
                                         "]]>",
                                         "_x000D_",
                                         "_x005F_",
                                         "\x01",
                                         "\xC2\xA0",
                                         "\t",
                                         "\xEF\xBF\xBE",
                                         "\xC2\x85",
                                         "&#10;",
                                         "'"};
  const std::string_view text = kTexts[choice.text % std::size(kTexts)];
  switch (choice.way) {
    case 0: {
      const size_t begin = before.find_first_not_of(" \t\r\n");
      if (begin == std::string_view::npos) return "";
      return std::string(before.substr(begin, before.find_last_not_of(" \t\r\n") + 1 - begin));
    }
    case 1:
      return std::string(text);
    case 2:
      return std::string(before).append(text);
    default:
      return std::string(text).append(before);
  }
}

}  // namespace puente::fuzz

#endif  // PUENTE_TESTS_FUZZ_REPAIR_LIST_H_
