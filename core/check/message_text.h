// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Messages of rules, with values of the row in them.
#ifndef PUENTE_CORE_CHECK_MESSAGE_TEXT_H_
#define PUENTE_CORE_CHECK_MESSAGE_TEXT_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "core/check/program.h"

namespace puente::check {

/// A message with `{name}` for the value of a field, a term or `cell`.
class MessageText {
 public:
  /// `{first}` stands for another row when `with_first`. Invalid-argument error PUE-0801.
  static absl::StatusOr<MessageText> Compile(std::string_view text, const Names& names,
                                             bool with_first);

  /// The message for a row; what is absent is `-`.
  std::string For(RowValues& row, const Value* cell) const;
  /// The message with the name of another row.
  std::string For(std::string_view first) const;

 private:
  struct Part {
    std::string text;
    /// What stands behind the text; nothing for the last part and for `{first}`.
    std::optional<Program> value;
    bool is_first = false;
  };
  std::vector<Part> parts_;
};

}  // namespace puente::check

#endif  // PUENTE_CORE_CHECK_MESSAGE_TEXT_H_
