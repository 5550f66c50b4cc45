// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// The catalogue of messages: what every code means, in three languages, and what to do about it.

#ifndef PUENTE_CORE_FINDINGS_CODES_H_
#define PUENTE_CORE_FINDINGS_CODES_H_

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/findings/finding.h"

namespace puente {

/// A text in English, Spanish and Portuguese.
struct CodeText {
  std::string en;
  std::string es;
  std::string pt;

  /// The text in a language, `en`, `es` or `pt`, also with a region (`pt-BR`, `es_CO.UTF-8`);
  /// English for other languages and for texts that were not translated.
  std::string_view In(std::string_view language) const;
};

/// What the catalogue knows of one code.
struct CodeEntry {
  /// Such as `PUE-0201`.
  std::string code;
  Severity severity = Severity::kError;
  /// One line without a full stop.
  CodeText title;
  /// What it means and why it matters.
  CodeText explain;
  /// What to do.
  CodeText fix;
  /// An input or a command that leads to it; the same in all languages, may be empty.
  std::string example;
  /// Who brought it: `core`, or the name of a plugin.
  std::string origin;
};

/// All codes that are known. Reading it is thread safe, adding is not.
class CodeCatalogue {
 public:
  /// A catalogue with the codes of the core. Internal error when the text in the build is damaged.
  static absl::StatusOr<CodeCatalogue> WithCoreCodes();

  /// Adds a catalogue: a JSON object of codes, each `{"severity", "title": {"en", "es", "pt"},
  /// "explain": {..}, "fix": {..}, "example"}`. English must be there, the other languages and the
  /// example may be left out; other keys are refused. All or nothing: invalid-argument error for a
  /// text that is not so, already-exists error for a code that is known already.
  absl::Status Add(std::string_view json, std::string_view origin);

  /// The entry of a code in letters of either case, or null. It stays valid as long as the
  /// catalogue and also when codes are added.
  const CodeEntry* Find(std::string_view code) const;

  /// All entries, by code.
  std::vector<const CodeEntry*> List() const;

  /// The known code that is nearest to a mistyped one (`PUE-21`, `pue_0201`); empty when none is
  /// near.
  std::string Nearest(std::string_view code) const;

 private:
  std::map<std::string, CodeEntry, std::less<>> entries_;
};

/// The codes of the core as JSON; the build makes it from core/findings/codes.json.
std::string_view CoreCodesJson();

}  // namespace puente

#endif  // PUENTE_CORE_FINDINGS_CODES_H_
