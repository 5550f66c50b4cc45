// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Messages of rules, with values of the row in them.
#ifndef PUENTE_CORE_CHECK_MESSAGE_TEXT_H_
#define PUENTE_CORE_CHECK_MESSAGE_TEXT_H_

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "core/check/program.h"

namespace puente::check {

/// A message with `{name}` for the value of a field, a term or `cell`.
class MessageText {
 public:
  /// `said` are names whose texts For is given. Invalid-argument error PUE-0801.
  static absl::StatusOr<MessageText> Compile(std::string_view text, const Names& names,
                                             std::span<const std::string_view> said);

  /// The message for a row; what is absent is `-`.
  std::string For(RowValues& row, const Value* cell) const;
  /// The message with the texts of the names that Compile was given.
  std::string For(std::span<const std::string> said) const;

 private:
  struct Part {
    std::string text;
    /// What stands behind the text: a value, or a text that For is given; nothing for the last
    /// part.
    std::optional<Program> value;
    std::optional<size_t> said;
  };
  std::vector<Part> parts_;
};

}  // namespace puente::check

#endif  // PUENTE_CORE_CHECK_MESSAGE_TEXT_H_
