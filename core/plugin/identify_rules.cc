// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Holds the identify rules of manifests against the name and the first bytes of a file.
#include "core/plugin/identify_rules.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>

#include "core/base/utf8.h"
#include "core/plugin/catalog.h"
#include "core/plugin/identify.h"
#include "core/plugin/puente_plugin.h"

namespace puente::plugin {
namespace {

constexpr size_t kShownBytes = 60;
constexpr size_t kShownKeys = 4;
constexpr size_t kShownMagic = 8;
constexpr uint32_t kExtensionConfidence = 30;

Fit FitMagic(const IdentifyRule& rule, std::string_view head) {
  Fit fit;
  if (head.size() < rule.offset + rule.bytes.size()) {
    // The bytes that are there may rule it out already.
    const std::string_view there = head.substr(std::min<size_t>(rule.offset, head.size()));
    const bool may = std::string_view(rule.bytes).starts_with(there);
    fit.answer =
        may && (head.empty() || head.size() >= kHeadBytes) ? Fit::kCannotTell : Fit::kDoesNot;
    return fit;
  }
  if (head.substr(rule.offset, rule.bytes.size()) != rule.bytes) return fit;
  fit.answer = Fit::kFits;
  fit.reason = rule.offset == 0 ? "its first bytes" : fmt::format("its bytes at {}", rule.offset);
  return fit;
}

Fit FitXmlRoot(const IdentifyRule& rule, const Sniffed& sniffed) {
  Fit fit;
  if (sniffed.look == Look::kXml && !sniffed.root.has_value()) {
    fit.answer = Fit::kCannotTell;
    return fit;
  }
  if (!sniffed.root.has_value()) return fit;
  const XmlRoot& root = *sniffed.root;
  if (std::find(rule.names.begin(), rule.names.end(), root.name) == rule.names.end()) return fit;
  if (rule.xml_namespace.has_value() && *rule.xml_namespace != root.xml_namespace) return fit;
  if (!rule.attribute.empty()) {
    const std::optional<std::string_view> value = root.Attribute(rule.attribute);
    if (!value.has_value()) return fit;
    if (rule.attribute_value.has_value() && *rule.attribute_value != *value) return fit;
  }
  fit.answer = Fit::kFits;
  fit.reason = fmt::format("root element <{}>", root.name);
  if (!rule.version_attribute.empty()) {
    const std::optional<std::string_view> value = root.Attribute(rule.version_attribute);
    // As long as the contract lets plugins tell a version.
    if (value.has_value()) {
      const size_t room = sizeof(PuenteProbe::version) - 1;
      fit.version = EscapeForTerminalLine(ClipText(*value, room));
      fit.reason = fmt::format("root element <{} {}=\"{}\">", root.name, rule.version_attribute,
                               fit.version);
    }
  }
  return fit;
}

Fit FitJsonKeys(const IdentifyRule& rule, const Sniffed& sniffed) {
  Fit fit;
  const std::vector<std::string>& keys = sniffed.keys;
  if (keys.empty()) return fit;
  const auto has = [](const std::vector<std::string>& list, const std::string& key) {
    return std::find(list.begin(), list.end(), key) != list.end();
  };
  if (!rule.first_keys.empty() && !has(rule.first_keys, keys.front())) return fit;
  for (const std::string& key : rule.keys) {
    if (!has(keys, key)) return fit;
  }
  fit.answer = Fit::kFits;
  fit.reason = fmt::format("JSON with {}",
                           rule.keys.empty() ? ShownKeys({keys.front()}) : ShownKeys(rule.keys));
  return fit;
}

Fit FitExtension(const std::vector<std::string>& extensions, const InputView& input) {
  const std::string_view extension = MatchExtension(input.name, extensions);
  if (extension.empty()) return {};
  return {Fit::kFits, "", fmt::format("the name ends with {}", extension)};
}

Fit FitRule(const IdentifyRule& rule, const InputView& input) {
  Fit fit;
  switch (rule.kind) {
    case RuleKind::kExtension:
      fit = FitExtension(rule.names, input);
      break;
    case RuleKind::kMagic:
      fit = FitMagic(rule, input.head);
      break;
    case RuleKind::kXmlRoot:
      fit = FitXmlRoot(rule, input.sniffed);
      break;
    case RuleKind::kJsonKeys:
      fit = FitJsonKeys(rule, input.sniffed);
      break;
    case RuleKind::kAny:
      fit = {Fit::kFits, "", "nothing speaks against it"};
      break;
  }
  // An empty file says nothing, whatever the rule.
  const bool content = rule.kind != RuleKind::kExtension && rule.kind != RuleKind::kAny;
  if (content && input.head.empty()) fit.answer = Fit::kCannotTell;
  if (fit.version.empty()) fit.version = rule.version;
  return fit;
}

}  // namespace

InputView LookAt(std::string_view file_name, std::string_view head) {
  InputView input;
  input.file_name = file_name;
  input.head = head.substr(0, kHeadBytes);
  input.name = NameForExtension(file_name);
  input.sniffed = Sniff(input.head);
  return input;
}

std::vector<RuleFit> FitRules(const Format& format, const InputView& input) {
  std::vector<RuleFit> content;
  std::vector<RuleFit> names;
  bool content_rules = false;
  bool content_may_fit = false;
  for (const IdentifyRule& rule : format.identify) {
    RuleFit held;
    held.rule = &rule;
    held.fit = FitRule(rule, input);
    held.confidence = rule.confidence;
    if (rule.kind == RuleKind::kExtension) {
      names.push_back(std::move(held));
      continue;
    }
    content_rules = content_rules || !held.any();
    content_may_fit = content_may_fit || (!held.any() && held.fit.answer != Fit::kDoesNot);
    content.push_back(std::move(held));
  }
  if (names.empty() && !format.extensions.empty()) {
    RuleFit held;
    held.fit = FitExtension(format.extensions, input);
    held.confidence = kExtensionConfidence;
    names.push_back(std::move(held));
  }
  for (RuleFit& held : names) {
    held.counts = !content_rules || content_may_fit;
    content.push_back(std::move(held));
  }
  return content;
}

std::string RuleText(const Format& format, const IdentifyRule* given) {
  if (given == nullptr) return "a name with " + JoinedParts(format.extensions);
  const IdentifyRule& rule = *given;
  switch (rule.kind) {
    case RuleKind::kExtension:
      return "a name with " + JoinedParts(rule.names);
    case RuleKind::kMagic: {
      std::string bytes;
      for (const char c : rule.bytes.substr(0, kShownMagic)) {
        bytes += fmt::format(" {:02x}", static_cast<unsigned char>(c));
      }
      if (rule.bytes.size() > kShownMagic) bytes += " ...";
      return rule.offset == 0 ? "first bytes" + bytes
                              : fmt::format("at byte {}:{}", rule.offset, bytes);
    }
    case RuleKind::kXmlRoot: {
      std::vector<std::string> names;
      names.reserve(rule.names.size());
      for (const std::string& name : rule.names) names.push_back("<" + name + ">");
      std::string text = "root element " + JoinedParts(names);
      if (rule.xml_namespace.has_value()) text += " in " + ShownText(*rule.xml_namespace);
      if (rule.attribute.empty()) return text;
      return text + " with " + ShownText(rule.attribute) +
             (rule.attribute_value.has_value() ? "=" + ShownText(*rule.attribute_value) : "");
    }
    case RuleKind::kJsonKeys:
      if (rule.first_keys.empty()) return "JSON with " + ShownKeys(rule.keys);
      return fmt::format("JSON that begins with {}{}", ShownKeys(rule.first_keys),
                         rule.keys.empty() ? "" : " and has " + ShownKeys(rule.keys));
    case RuleKind::kAny:
      return "anything that its plugin knows";
  }
  return "";
}

std::string ShownText(std::string_view text) {
  return EscapeForTerminalLine(ClipTextWithEllipsis(text, kShownBytes));
}

std::string ShownKeys(const std::vector<std::string>& keys) {
  std::vector<std::string> shown;
  for (const std::string& key : keys) {
    if (shown.size() == kShownKeys) {
      shown.push_back("...");
      break;
    }
    shown.push_back("`" + ShownText(key) + "`");
  }
  return JoinedParts(shown);
}

std::string JoinedParts(const std::vector<std::string>& parts) {
  std::string out;
  for (const std::string& part : parts) out += (out.empty() ? "" : ", ") + part;
  return out;
}

}  // namespace puente::plugin
