// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Checks what a user gave as options against what a format takes.
#include "core/plugin/option_value.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/base/decimal.h"
#include "core/base/strings.h"
#include "core/base/utf8.h"
#include "core/plugin/coded_error.h"
#include "core/plugin/manifest.h"

namespace puente::plugin {
namespace {

constexpr size_t kShownValueBytes = 80;

std::string Shown(std::string_view text) {
  return EscapeForTerminalLine(ClipTextWithEllipsis(text, kShownValueBytes));
}

std::string Quoted(std::span<const std::string> names) {
  std::string out;
  for (const std::string& name : names) {
    if (!out.empty()) out += ", ";
    out += fmt::format("`{}`", name);
  }
  return out;
}

std::optional<std::string> CanonicalBoolean(std::string_view text) {
  for (const std::string_view yes : {"true", "yes", "on", "1"}) {
    if (text == yes) return "true";
  }
  for (const std::string_view no : {"false", "no", "off", "0"}) {
    if (text == no) return "false";
  }
  return std::nullopt;
}

std::optional<std::string> CanonicalInteger(std::string_view text) {
  int64_t value = 0;
  const char* const end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, value);
  if (text.empty() || error != std::errc() || stopped != end) return std::nullopt;
  return std::to_string(value);
}

std::optional<std::string> CanonicalDecimal(std::string_view text) {
  const absl::StatusOr<Decimal> value = Decimal::Parse(text);
  if (!value.ok()) return std::nullopt;
  return value->ToString();
}

std::string RangeInWords(const OptionSpec& spec, std::string_view what) {
  if (spec.min.has_value() && spec.max.has_value()) {
    return fmt::format("must be {} from {} to {}", what, *spec.min, *spec.max);
  }
  if (spec.min.has_value()) return fmt::format("must be {}, at least {}", what, *spec.min);
  if (spec.max.has_value()) return fmt::format("must be {}, at most {}", what, *spec.max);
  return fmt::format("must be {}", what);
}

absl::StatusOr<std::string> Number(const OptionSpec& spec, std::optional<std::string> value,
                                   std::string_view what) {
  if (!value.has_value() || (spec.min.has_value() && CompareOptionNumbers(*value, *spec.min) < 0) ||
      (spec.max.has_value() && CompareOptionNumbers(*value, *spec.max) > 0)) {
    return absl::InvalidArgumentError(RangeInWords(spec, what));
  }
  return *std::move(value);
}

absl::Status UnknownOption(const Format& format, Direction direction, std::string_view name) {
  const std::string_view doing = direction == Direction::kRead ? "reading" : "writing";
  if (format.FindOption(name) != nullptr) {
    const bool for_read = direction == Direction::kWrite;
    return CodedError(absl::StatusCode::kInvalidArgument, "PUE-0106",
                      fmt::format("the option `{}` of the format `{}` is not for {}", Shown(name),
                                  format.id, doing),
                      for_read ? "give it with --in-opt" : "give it with --out-opt");
  }
  std::vector<std::string> names;
  for (const OptionSpec& spec : format.options) {
    if (spec.AppliesTo(direction)) names.push_back(spec.name);
  }
  std::sort(names.begin(), names.end());
  const std::string nearest = NearestName(name, names);
  std::string hint;
  if (!nearest.empty()) {
    hint = fmt::format("did you mean `{}`?", nearest);
  } else if (names.empty()) {
    hint = fmt::format("it takes no options for {}", doing);
  } else {
    hint = fmt::format("its options for {}: {}", doing, Quoted(names));
  }
  return CodedError(absl::StatusCode::kInvalidArgument, "PUE-0106",
                    fmt::format("the format `{}` has no option `{}`", format.id, Shown(name)),
                    std::move(hint));
}

absl::Status BadValue(std::string message, std::string hint) {
  return CodedError(absl::StatusCode::kInvalidArgument, "PUE-0109", std::move(message),
                    std::move(hint));
}

}  // namespace

int CompareOptionNumbers(std::string_view a, std::string_view b) {
  const absl::StatusOr<Decimal> left = Decimal::Parse(a);
  const absl::StatusOr<Decimal> right = Decimal::Parse(b);
  if (!left.ok() || !right.ok()) return a.compare(b);
  return Decimal::Compare(*left, *right);
}

absl::StatusOr<std::string> CanonicalOptionValue(const OptionSpec& spec, std::string_view text) {
  switch (spec.type) {
    case OptionType::kString:
      if (FirstInvalidUtf8(text).has_value() || text.find('\0') != std::string_view::npos) {
        return absl::InvalidArgumentError("must be a text in UTF-8");
      }
      return std::string(text);
    case OptionType::kInteger:
      return Number(spec, CanonicalInteger(text), "a whole number");
    case OptionType::kDecimal:
      return Number(spec, CanonicalDecimal(text), "a decimal number");
    case OptionType::kBoolean: {
      std::optional<std::string> value = CanonicalBoolean(text);
      if (!value.has_value()) return absl::InvalidArgumentError("must be `true` or `false`");
      return *std::move(value);
    }
    case OptionType::kEnum:
      break;
  }
  if (std::find(spec.values.begin(), spec.values.end(), text) == spec.values.end()) {
    return absl::InvalidArgumentError("must be one of " + Quoted(spec.values));
  }
  return std::string(text);
}

absl::StatusOr<OptionList> CheckOptions(
    const Format& format, Direction direction,
    std::span<const std::pair<std::string, std::string>> given) {
  OptionList out;
  const auto find = [&out](std::string_view name) {
    return std::find_if(out.begin(), out.end(),
                        [name](const auto& option) { return option.first == name; });
  };
  for (const auto& [name, text] : given) {
    const OptionSpec* const spec = format.FindOption(name);
    if (spec == nullptr || !spec->AppliesTo(direction)) {
      return UnknownOption(format, direction, name);
    }
    if (find(name) != out.end()) {
      return BadValue(fmt::format("the option `{}` is given twice", name), "give it once");
    }
    absl::StatusOr<std::string> value = CanonicalOptionValue(*spec, text);
    if (!value.ok()) {
      const std::string nearest = NearestName(text, spec->values);
      return BadValue(fmt::format("the option `{}` of the format `{}` {}, not `{}`", name,
                                  format.id, ToStd(value.status().message()), Shown(text)),
                      nearest.empty() ? spec->help : fmt::format("did you mean `{}`?", nearest));
    }
    out.emplace_back(name, *std::move(value));
  }
  for (const OptionSpec& spec : format.options) {
    if (!spec.AppliesTo(direction) || find(spec.name) != out.end()) continue;
    if (spec.default_value.has_value()) {
      out.emplace_back(spec.name, *spec.default_value);
    } else if (spec.required) {
      const std::string_view flag = direction == Direction::kRead ? "--in-opt" : "--out-opt";
      return BadValue(fmt::format("the format `{}` needs the option `{}`", format.id, spec.name),
                      fmt::format("give it with {} {}=VALUE: {}", flag, spec.name, spec.help));
    }
  }
  std::sort(out.begin(), out.end());
  return out;
}

}  // namespace puente::plugin
