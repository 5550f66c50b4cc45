// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// A list of codes with their labels by year and language, such as that of sectors.
#ifndef PUENTE_PLUGINS_R4V5W_CODE_BOOK_H_
#define PUENTE_PLUGINS_R4V5W_CODE_BOOK_H_

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "core/base/tsv_table.h"

namespace puente::r4v5w {

/// Codes by text and texts by code. Texts are compared after both are made plain, see PlainText.
class CodeBook {
 public:
  /// Reads a table with the columns `code`, `from`, `to`, `language`, `kind` (`label` or
  /// `variant`) and `text`. It must outlive the book.
  explicit CodeBook(const TsvTable& table);

  /// The code of a text: of the year when one is given and knows it, else of any year if all years
  /// agree. Empty when there is none.
  std::string_view CodeOf(std::string_view text, std::string_view year) const;
  /// All labels of a year and language, in the order of the list.
  std::vector<std::string> LabelsOf(std::string_view year, std::string_view language) const;
  /// What is written for a code in a year and language; empty when the list has nothing.
  std::string_view LabelOf(std::string_view code, std::string_view year,
                           std::string_view language) const;

 private:
  struct Entry {
    std::string_view code;
    std::string_view from;
    std::string_view to;
    std::string_view language;
    bool is_label = false;
    std::string_view text;
  };

  std::vector<Entry> entries_;
  absl::flat_hash_map<std::string, std::vector<size_t>> by_text_;
  absl::flat_hash_map<std::string_view, std::vector<size_t>> by_code_;
};

/// The lists that the plugin ships.
const CodeBook& Countries();
const CodeBook& DeliveryMechanisms();
const CodeBook& IndicatorTypes();
const CodeBook& Months();
const CodeBook& Sectors();
const CodeBook& YesNo();

}  // namespace puente::r4v5w

#endif  // PUENTE_PLUGINS_R4V5W_CODE_BOOK_H_
