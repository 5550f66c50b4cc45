// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Reads diaries: a line each, with the defects that the kit must find.
#ifndef PUENTE_TESTS_PLUGINS_DEFECTIVE_DIARY_READER_H_
#define PUENTE_TESTS_PLUGINS_DEFECTIVE_DIARY_READER_H_

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/leaves.h"
#include "core/plugin/sdk/puente_sdk.h"

namespace puente::diary {

/// Puts `\t`, `\n` and `\\` for what would end a cell, and `\0` for what is absent.
std::string Escaped(std::string_view text);

/// Reads a whole diary or a piece of one.
class DiaryReader : public sdk::Reader {
 public:
  /// A whole diary: `first` and `last` are true. A piece: whether it is the first or last one.
  DiaryReader(const sdk::Run& run, sdk::Source* source, uint64_t offset, uint64_t line, bool first,
              bool last);

  absl::StatusOr<bool> Read(sdk::BatchBuilder& batch) override;

 private:
  /// The next line without its end; nothing at the end of the input.
  absl::StatusOr<std::optional<std::string_view>> NextLine();
  absl::Status Fault(std::string_view message) const;
  void Add(std::string_view id, std::string_view title, sdk::BatchBuilder& batch);
  void Reject(std::string_view line);

  const sdk::Run run_;
  sdk::Source* const source_;
  sdk::FieldPaths paths_;
  const uint64_t max_line_;
  std::string buffer_;
  size_t at_ = 0;
  uint64_t offset_;
  uint64_t line_;
  bool expect_first_;
  bool expect_end_;
  bool at_end_ = false;
  bool has_newline_ = false;
  uint64_t line_start_ = 0;
  uint64_t got_ = 0;
  std::vector<std::string> hoard_;
};

/// Cuts diaries at line ends.
class DiarySplitter : public sdk::Splitter {
 public:
  DiarySplitter(const sdk::Run& run, sdk::Source* source);
  absl::StatusOr<bool> Next(PuentePiece* piece) override;

 private:
  sdk::Source* const source_;
  const uint64_t piece_bytes_;
  uint64_t at_ = 0;
  uint64_t line_ = 1;
  bool done_ = false;
};

}  // namespace puente::diary

#endif  // PUENTE_TESTS_PLUGINS_DEFECTIVE_DIARY_READER_H_
