// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Messages of rules, with values of the row in them.
#include "core/check/message_text.h"

#include <algorithm>
#include <utility>

#include "core/base/utf8.h"
#include "core/check/rule_pack.h"
#include "fmt/format.h"

namespace puente::check {
namespace {

// A cell can hold a page of text.
constexpr size_t kMostShown = 80;

}  // namespace

absl::StatusOr<MessageText> MessageText::Compile(std::string_view text, const Names& names,
                                                 std::span<const std::string_view> said) {
  MessageText message;
  while (true) {
    Part part;
    const size_t open = text.find('{');
    part.text = std::string(text.substr(0, open));
    if (open == text.npos) {
      message.parts_.push_back(std::move(part));
      return message;
    }
    const size_t close = text.find('}', open);
    if (close == text.npos) {
      return PackError(fmt::format("a `{{` has no `}}` in the message: {}", text));
    }
    const std::string_view name = text.substr(open + 1, close - open - 1);
    const auto found = std::find(said.begin(), said.end(), name);
    if (found != said.end()) {
      part.said = static_cast<size_t>(found - said.begin());
    } else {
      absl::StatusOr<Program> value = Program::Compile(name, names, ValueType::kAny);
      if (!value.ok()) return value.status();
      part.value = *std::move(value);
    }
    message.parts_.push_back(std::move(part));
    text.remove_prefix(close + 1);
  }
}

std::string MessageText::For(RowValues& row, const Value* cell) const {
  std::string out;
  for (const Part& part : parts_) {
    out += part.text;
    if (!part.value.has_value()) continue;
    const std::string shown = ShownValue(part.value->Evaluate(row, cell));
    out += shown.empty() ? "-" : ClipTextWithEllipsis(shown, kMostShown);
  }
  return out;
}

std::string MessageText::For(std::span<const std::string> said) const {
  std::string out;
  for (const Part& part : parts_) {
    out += part.text;
    if (part.said.has_value()) out += said[*part.said];
  }
  return out;
}

}  // namespace puente::check
