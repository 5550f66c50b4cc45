// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// The encoding of a table in text: named or found, and what is said of it.
#ifndef PUENTE_CORE_PLUGIN_SDK_TABLE_ENCODING_H_
#define PUENTE_CORE_PLUGIN_SDK_TABLE_ENCODING_H_

#include <optional>
#include <string>
#include <string_view>

#include "core/plugin/sdk/puente_sdk.h"
#include "core/text/csv.h"
#include "core/text/text_encoding.h"

namespace puente::sdk {

/// Chooses how the text of one input is read, and says once what was guessed.
class TableEncoding {
 public:
  /// The codes of the findings that the encoding was guessed, and that there are two in one file.
  /// They must outlive it.
  TableEncoding(const Run& run, std::string_view guessed, std::string_view mixed)
      : run_(run), guessed_code_(guessed), mixed_code_(mixed) {}

  /// Before the first record: when `csv` says `auto` and the source can seek, all of it is looked
  /// at, and what was found is put into `csv`. Where nothing was, and of other sources, `auto` is
  /// left to the reader. The errors of the source; cancelled error.
  absl::Status Choose(const Source& source, text::CsvReaderOptions* csv);

  /// After each record of the reader, also one in error: says what is to be said as soon as the
  /// first bytes come that it is about.
  void Tell(const text::CsvReader& csv) {
    if (!is_told_) TellNow(csv);
  }

  /// Fills in what a layout says of the text, once the first record was read.
  void FillLayout(const text::CsvReader& csv, v1::TableLayout* layout) const;

 private:
  void TellNow(const text::CsvReader& csv);
  void Report(const text::CsvReader& csv, std::string_view code, std::string_view message,
              std::string_view hint);

  const Run run_;
  const std::string_view guessed_code_;
  const std::string_view mixed_code_;
  /// What all bytes of the input say; absent when they were not looked at.
  std::optional<text::DetectedEncoding> found_;
  bool is_told_ = true;
};

}  // namespace puente::sdk

#endif  // PUENTE_CORE_PLUGIN_SDK_TABLE_ENCODING_H_
