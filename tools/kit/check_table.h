// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// The checks of the conformance kit by name, and what comes out of one.
#ifndef PUENTE_TOOLS_KIT_CHECK_TABLE_H_
#define PUENTE_TOOLS_KIT_CHECK_TABLE_H_

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace puente::tools {

/// What came out of one check.
enum class KitOutcome {
  kPassed,
  kFailed,
  /// It failed, and the plugin's manifest declares that with a reason.
  kQuirk,
  /// There is nothing to check; the reason says why.
  kNotApplicable,
};

/// `pass`, `FAIL`, `QUIRK` or `n/a`.
std::string_view KitOutcomeName(KitOutcome outcome);

/// One check of one plugin, format or sample.
struct KitResult {
  /// Id of the check, see KitChecks.
  std::string check;
  /// Format that was checked; empty for what concerns the whole plugin.
  std::string format;
  /// File that was used; may be empty.
  std::string sample;
  KitOutcome outcome = KitOutcome::kPassed;
  /// Why it failed, is a quirk or could not be checked; empty when it passed.
  std::string reason;
  /// Wall time since the result before, in seconds.
  double seconds = 0;
};

/// One line of the table of checks.
struct KitCheck {
  /// Stable name, used by quirks, JUnit and the documents.
  std::string_view id;
  /// The room that it belongs to: `library`, `identify`, `input`, `limits`, `lifetime`, `output`,
  /// `options` or `manners`.
  std::string_view family;
  /// What must hold, in one sentence.
  std::string_view what;
  /// Whether a plugin may declare that it does otherwise.
  bool may_be_quirk;
};

/// All checks, in the order in which they are run.
std::span<const KitCheck> KitChecks();

/// The check of this name, or null.
const KitCheck* FindKitCheck(std::string_view id);

/// Names of all checks, in order.
std::vector<std::string> KitCheckNames();

}  // namespace puente::tools

#endif  // PUENTE_TOOLS_KIT_CHECK_TABLE_H_
