// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// The results of the conformance kit as JUnit XML, for build servers.
#include "tools/kit/junit.h"

#include <array>

#include "core/base/utf8.h"
#include "fmt/format.h"

namespace puente::tools {
namespace {

/// A text as the value of an attribute. What XML cannot hold is escaped as for terminals.
std::string Attribute(std::string_view text) {
  std::string out = "\"";
  for (const char c : EscapeForTerminalLine(text)) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        out += c;
    }
  }
  return out + "\"";
}

}  // namespace

std::string JUnitXml(std::string_view plugin, std::span<const KitResult> results) {
  std::array<size_t, 4> counts{};
  double seconds = 0;
  for (const KitResult& result : results) {
    ++counts[static_cast<size_t>(result.outcome)];
    seconds += result.seconds;
  }
  const size_t failures = counts[static_cast<size_t>(KitOutcome::kFailed)];
  const size_t skipped = counts[static_cast<size_t>(KitOutcome::kQuirk)] +
                         counts[static_cast<size_t>(KitOutcome::kNotApplicable)];
  const std::string totals =
      fmt::format("tests=\"{}\" failures=\"{}\" errors=\"0\"", results.size(), failures);
  std::string xml = fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites {} time=\"{:.3f}\">\n"
      "  <testsuite name={} {} skipped=\"{}\" time=\"{:.3f}\">\n",
      totals, seconds, Attribute(fmt::format("puente plugin {}", plugin)), totals, skipped,
      seconds);
  for (const KitResult& result : results) {
    const KitCheck* check = FindKitCheck(result.check);
    std::string name = result.check;
    if (!result.format.empty()) name += " " + result.format;
    if (!result.sample.empty()) name += " " + result.sample;
    xml +=
        fmt::format("    <testcase classname={} name={} time=\"{:.3f}\"",
                    Attribute(fmt::format("{}.{}", plugin, check == nullptr ? "" : check->family)),
                    Attribute(name), result.seconds);
    switch (result.outcome) {
      case KitOutcome::kPassed:
        xml += "/>\n";
        break;
      case KitOutcome::kFailed:
        xml += fmt::format(">\n      <failure type={} message={}/>\n    </testcase>\n",
                           Attribute(result.check), Attribute(result.reason));
        break;
      default:
        xml += fmt::format(
            ">\n      <skipped message={}/>\n    </testcase>\n",
            Attribute(fmt::format("{}: {}", KitOutcomeName(result.outcome), result.reason)));
    }
  }
  return xml + "  </testsuite>\n</testsuites>\n";
}

}  // namespace puente::tools
