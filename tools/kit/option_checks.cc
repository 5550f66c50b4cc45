// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Checks of options: what is not declared is refused, what is declared works.
#include <set>

#include "core/base/status.h"
#include "fmt/format.h"
#include "tools/kit/checks.h"

namespace puente::tools {
namespace {

using plugin::Direction;

/// Values of an option that must work; `strict` is false for those that a plugin may refuse.
struct TryValue {
  std::string value;
  bool strict = true;
};

std::vector<TryValue> ValuesOf(const plugin::OptionSpec& option) {
  std::vector<TryValue> values;
  switch (option.type) {
    case plugin::OptionType::kEnum:
      for (const std::string& value : option.values) values.push_back({value});
      break;
    case plugin::OptionType::kBoolean:
      values = {{"true"}, {"false"}};
      break;
    case plugin::OptionType::kInteger:
    case plugin::OptionType::kDecimal:
      if (option.min.has_value()) values.push_back({*option.min});
      if (option.max.has_value()) values.push_back({*option.max});
      values.push_back({option.default_value.value_or(option.min.value_or("1")),
                        option.default_value.has_value()});
      break;
    case plugin::OptionType::kString:
      // What a text may be only the plugin knows; it must say what is wrong with it.
      values = {{"kit", false}, {"\xE9\xA3\xB2 = <&>\"", false}};
      break;
  }
  if (option.default_value.has_value()) values.push_back({*option.default_value});
  return values;
}

/// A value that is none of an option's; empty when every text is one.
std::string WrongValue(const plugin::OptionSpec& option) {
  return option.type == plugin::OptionType::kString ? "" : "no-such-value";
}

void CheckUnknown(KitContext& kit, const plugin::Format& format) {
  std::string wrong;
  for (const Direction direction : {Direction::kRead, Direction::kWrite}) {
    if (!format.Supports(direction)) continue;
    const plugin::OptionList unknown = {{"no-such-option-of-anyone", "1"}};
    if (plugin::CheckOptions(format, direction, unknown).ok()) wrong = "an unknown option is taken";
    for (const plugin::OptionSpec& option : format.options) {
      const std::string value = WrongValue(option);
      const plugin::OptionList given = {{option.name, value}};
      if (!value.empty() && plugin::CheckOptions(format, direction, given).ok()) {
        wrong = fmt::format("the option `{}` takes `{}`", option.name, value);
      }
      const plugin::OptionList twice = {{option.name, "1"}, {option.name, "1"}};
      if (plugin::CheckOptions(format, direction, twice).ok()) {
        wrong = fmt::format("the option `{}` may be given twice", option.name);
      }
    }
  }
  kit.Add("options-unknown", &format, wrong.empty() ? KitOutcome::kPassed : KitOutcome::kFailed,
          wrong);
}

Drive Use(const Driver& driver, const plugin::Format& format, const KitSample* sample,
          Direction direction, const plugin::OptionList& given) {
  DriveSettings settings;
  settings.options = KitOptions(format, direction, given);
  if (direction == Direction::kRead) {
    KitSource source{std::string_view(sample->bytes)};
    return driver.Read(format.id, source, settings);
  }
  Drive drive;
  const auto records = KitRecordsForWriter();
  if (records.ok()) {
    drive = driver.Write(format.id, *records, 1, settings, [](std::string_view) { return true; });
  }
  return drive;
}

}  // namespace

void CheckOptionUse(KitContext& kit, const plugin::Format& format, const KitSample* sample) {
  CheckUnknown(kit, format);
  if (format.options.empty()) {
    kit.Add("options-declared", &format, KitOutcome::kNotApplicable, "the format has no options");
    return;
  }
  kit.Run(&format, sample, {"options-declared"}, [&](ChildReport& report) {
    const auto driver = KitContext::LoadDriver(kit.entry(), report, "options-declared");
    if (driver == nullptr) return;
    std::string wrong;
    for (const Direction direction : {Direction::kRead, Direction::kWrite}) {
      if (!format.Supports(direction)) continue;
      if (direction == Direction::kRead && sample == nullptr) continue;
      for (const plugin::OptionSpec& option : format.options) {
        if (!option.AppliesTo(direction)) continue;
        for (const TryValue& attempt : ValuesOf(option)) {
          const std::string what =
              fmt::format("{}={} ({})", option.name, attempt.value, DirectionName(direction));
          report.Step(what + " is used");
          const Drive drive =
              Use(*driver, format, sample, direction, {{option.name, attempt.value}});
          const ErrorDetail detail = GetErrorDetail(drive.status);
          const bool fault = !drive.status.ok() && (attempt.strict || detail.code == "PUE-0408" ||
                                                    detail.message.empty());
          if (fault && wrong.empty()) {
            wrong = fmt::format("{}: {}", what, FormatError(drive.status));
          }
        }
      }
    }
    KitContext::TellWatch(report);
    report.Expect("options-declared", wrong.empty(), wrong);
  });
}

}  // namespace puente::tools
