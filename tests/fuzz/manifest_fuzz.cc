// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Fuzzes manifests: errors tell the place, and what is accepted keeps the rules of the
// specification.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/status.h"
#include "core/base/utf8.h"
#include "core/plugin/manifest.h"
#include "tests/fuzz/fuzz_check.h"

namespace puente::fuzz {
namespace {

using plugin::Direction;
using plugin::Format;
using plugin::IdentifyRule;
using plugin::Manifest;
using plugin::OptionSpec;
using plugin::OptionType;
using plugin::RuleKind;

/// What a refused manifest must tell: the code, and the place as a path of keys.
void CheckRefusal(const absl::Status& status) {
  const ErrorDetail detail = GetErrorDetail(status);
  Check(detail.code == "PUE-0402" && absl::IsInvalidArgument(status), "the code", detail.code);
  Check(!detail.message.empty() && !FirstInvalidUtf8(detail.message).has_value(), "the message",
        detail.message);
  // Keys are known ones; an unknown one is named behind its place.
  constexpr std::string_view kPlaces[] = {"the manifest", "manifest_version", "name",  "version",
                                          "publisher",    "license",          "url",   "maintainer",
                                          "title",        "summary",          "abi",   "library",
                                          "catalogues",   "formats",          "quirks"};
  const std::string_view message = detail.message;
  Check(std::any_of(std::begin(kPlaces), std::end(kPlaces),
                    [message](std::string_view place) {
                      return message.starts_with(place) ||
                             message.starts_with("`" + std::string(place));
                    }),
        "the place", message);
}

bool IsName(std::string_view name) {
  return !name.empty() && name.size() <= 64 && name[0] >= 'a' && name[0] <= 'z' &&
         name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_.-") ==
             std::string_view::npos;
}

/// A text that is shown to people.
void CheckText(std::string_view text, bool needed) {
  Check(!needed || !text.empty(), "a text that must be there");
  Check(!FirstInvalidUtf8(text).has_value(), "a text is UTF-8", text);
  Check(std::none_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }),
        "a text has no control characters", text);
}

void CheckFileName(std::string_view name, bool needed) {
  CheckText(name, needed);
  Check(name.find('/') == std::string_view::npos && name != "." && name != "..",
        "files lie in the manifest's folder", name);
}

void CheckRule(const IdentifyRule& rule) {
  Check(rule.confidence >= 1 && rule.confidence <= 95, "the confidence of a rule");
  switch (rule.kind) {
    case RuleKind::kExtension:
    case RuleKind::kXmlRoot:
      Check(!rule.names.empty(), "a rule has names");
      for (const std::string& name : rule.names) CheckText(name, true);
      break;
    case RuleKind::kMagic:
      Check(!rule.bytes.empty() && rule.bytes.size() <= 256 && rule.offset <= 8192,
            "the bytes of a rule");
      break;
    case RuleKind::kJsonKeys:
      Check(!rule.first_keys.empty() || !rule.keys.empty(), "a rule has keys");
      break;
    case RuleKind::kAny:
      Check(rule.probe, "a rule that always fits asks");
      break;
  }
}

/// Options with a default need no value, and their defaults are values that they take.
void CheckOptions(const Format& format, Direction direction) {
  std::vector<std::pair<std::string, std::string>> given;
  size_t expected = 0;
  for (const OptionSpec& option : format.options) {
    if (!option.AppliesTo(direction)) continue;
    if (option.default_value.has_value()) ++expected;
    if (!option.required) continue;
    // Any value that the option takes.
    std::string value = option.type == OptionType::kBoolean ? "true" : "0";
    if (option.type == OptionType::kEnum) value = option.values.at(0);
    if (option.min.has_value() || option.max.has_value()) {
      value = option.min.has_value() ? *option.min : *option.max;
    }
    given.emplace_back(option.name, value);
    ++expected;
  }
  const auto checked = plugin::CheckOptions(format, direction, given);
  Check(checked.ok(), "defaults and bounds are values of their options",
        checked.ok() ? "" : FormatError(checked.status()));
  Check(checked->size() == expected && std::is_sorted(checked->begin(), checked->end()),
        "options are complete and sorted");
  // What is canonical stays as it is.
  std::vector<std::pair<std::string, std::string>> canonical(checked->begin(), checked->end());
  const auto again = plugin::CheckOptions(format, direction, canonical);
  Check(again.ok() && *again == *checked, "canonical values stay");
}

void CheckFormat(const Format& format) {
  Check(IsName(format.id), "the id of a format", format.id);
  CheckText(format.title, true);
  Check(format.read || format.write, "a format can be read or written");
  Check(!format.splits || format.read, "what is cut is read");
  for (const std::string& extension : format.extensions) {
    Check(extension.size() > 1 && extension[0] == '.', "an extension", extension);
  }
  for (const IdentifyRule& rule : format.identify) CheckRule(rule);
  std::set<std::string> names;
  for (const OptionSpec& option : format.options) {
    Check(IsName(option.name) && names.insert(option.name).second, "the name of an option",
          option.name);
    CheckText(option.help, true);
    Check((option.type == OptionType::kEnum) == !option.values.empty(), "the values of an enum");
    Check(option.for_read || option.for_write, "an option is for something");
    Check(!option.required || !option.default_value.has_value(), "required, or a default");
  }
  for (const Direction direction : {Direction::kRead, Direction::kWrite}) {
    CheckOptions(format, direction);
  }
}

bool SameManifest(const Manifest& a, const Manifest& b) {
  if (a.name != b.name || a.library != b.library || a.formats.size() != b.formats.size() ||
      a.quirks.size() != b.quirks.size()) {
    return false;
  }
  return std::equal(
      a.formats.begin(), a.formats.end(), b.formats.begin(), [](const Format& x, const Format& y) {
        return x.id == y.id && x.title == y.title && x.options.size() == y.options.size() &&
               x.identify.size() == y.identify.size();
      });
}

void Fuzz(std::string_view json) {
  const auto manifest = plugin::ParseManifest(json);
  const std::string normal = plugin::NormalizeManifest(json);
  Check(plugin::NormalizeManifest(normal) == normal, "normalized once and for all", normal);
  const auto again = plugin::ParseManifest(normal);
  if (!manifest.ok()) {
    CheckRefusal(manifest.status());
    return;
  }
  Check(again.ok() && SameManifest(*manifest, *again), "white space says nothing", normal);

  Check(manifest->manifest_version == plugin::kManifestVersion, "the version of the manifest");
  Check(IsName(manifest->name), "the name", manifest->name);
  for (const std::string* text : {&manifest->version, &manifest->publisher, &manifest->license,
                                  &manifest->title, &manifest->abi}) {
    CheckText(*text, true);
  }
  for (const std::string* text : {&manifest->url, &manifest->maintainer, &manifest->summary}) {
    CheckText(*text, false);
  }
  CheckFileName(manifest->library, true);
  CheckFileName(manifest->catalogues.messages, false);
  for (const std::string& name : manifest->catalogues.codelists) CheckFileName(name, true);
  for (const std::string& name : manifest->catalogues.rules) CheckFileName(name, true);
  Check(!manifest->formats.empty(), "a format");
  std::set<std::string> ids;
  for (const Format& format : manifest->formats) {
    Check(ids.insert(format.id).second, "ids of formats differ", format.id);
    CheckFormat(format);
  }
  for (const plugin::Quirk& quirk : manifest->quirks) {
    CheckText(quirk.reason, true);
    Check(quirk.format.empty() || manifest->FindFormat(quirk.format) != nullptr,
          "the format of a quirk", quirk.format);
  }
}

}  // namespace
}  // namespace puente::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  puente::fuzz::Fuzz(std::string_view(reinterpret_cast<const char*>(data), size));
  return 0;
}
