// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Holds the identify rules of manifests against the name and the first bytes of a file.
#ifndef PUENTE_CORE_PLUGIN_IDENTIFY_RULES_H_
#define PUENTE_CORE_PLUGIN_IDENTIFY_RULES_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/plugin/manifest.h"
#include "core/plugin/puente_plugin.h"
#include "core/plugin/sniff.h"

namespace puente::plugin {

/// One input on its way through the rules.
struct InputView {
  std::string_view file_name;
  /// Its first bytes, at most kHeadBytes.
  std::string_view head;
  /// The input itself; may be null.
  const PuenteSource* source = nullptr;
  /// As NameForExtension gives it.
  std::string name;
  Sniffed sniffed;
};

/// Looks at an input; both views must outlive the answer.
InputView LookAt(std::string_view file_name, std::string_view head);

/// What a rule says of an input.
struct Fit {
  enum Answer { kFits, kDoesNot, kCannotTell } answer = kDoesNot;
  std::string version;
  /// What fits, in words.
  std::string reason;
};

/// One rule of a format, held against an input.
struct RuleFit {
  /// Null for the extensions of a format that has no rules on names.
  const IdentifyRule* rule = nullptr;
  Fit fit;
  /// False for a rule on the name where the content is not of the format: that says more.
  bool counts = true;
  uint32_t confidence = 0;

  bool probe() const { return rule != nullptr && rule->probe; }
  bool any() const { return rule != nullptr && rule->kind == RuleKind::kAny; }
};

/// Holds all rules of a format against an input, those on content first.
std::vector<RuleFit> FitRules(const Format& format, const InputView& input);

/// What a rule of a format looks for, in words: `root element <iati-activities>`. Null stands for
/// the extensions of the format.
std::string RuleText(const Format& format, const IdentifyRule* rule);

/// A text from an input, cut and safe to show.
std::string ShownText(std::string_view text);

/// The first few keys, quoted.
std::string ShownKeys(const std::vector<std::string>& keys);

/// The parts with a comma between them.
std::string JoinedParts(const std::vector<std::string>& parts);

}  // namespace puente::plugin

#endif  // PUENTE_CORE_PLUGIN_IDENTIFY_RULES_H_
