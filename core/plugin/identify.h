// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Tells the format of a file from its name and its first bytes.
#ifndef PUENTE_CORE_PLUGIN_IDENTIFY_H_
#define PUENTE_CORE_PLUGIN_IDENTIFY_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "core/plugin/catalog.h"
#include "core/plugin/loader.h"
#include "core/plugin/puente_plugin.h"

namespace puente::plugin {

/// How many first bytes of a file are looked at.
inline constexpr size_t kHeadBytes = 8192;
/// How many bytes of a file that can seek a plugin may read to identify it.
inline constexpr uint64_t kIdentifyBytes = uint64_t{4} << 20;
/// A format with this confidence is certain: two of them for one file are an error.
inline constexpr uint32_t kCertain = 80;

/// A format that a file may be in.
struct Candidate {
  const CatalogEntry* entry = nullptr;
  const Format* format = nullptr;
  /// 1 to 100.
  uint32_t confidence = 0;
  /// Version of the format; empty when it is not told.
  std::string version;
  /// What the confidence comes from, such as `root element <iati-activities>`.
  std::string reason;
};

/// The formats that an input may be in, best first; formats that cannot be read are left out. The
/// rules of the manifests are tried first; a plugin is loaded and asked only when its rule says so
/// or when the best ones tie. A format that has rules on content, none of which fits, is no
/// candidate, whatever the name of the file. Without a loader no plugin is asked. `head` is the
/// beginning of the input, uncompressed; more than kHeadBytes of it are not looked at. `file_name`
/// may be `-`. `source`, which may be null, is the input: where it can seek a plugin may read at
/// most kIdentifyBytes of it, such as the names in a workbook.
std::vector<Candidate> Identify(const Catalog& catalog, Loader* loader, std::string_view file_name,
                                std::string_view head, const PuenteSource* source = nullptr);

/// What a rule says of an input.
enum class RuleAnswer {
  kNo,
  /// The first bytes do not reach far enough to tell.
  kUnknown,
  /// The name fits, but the content is not of the format, and that says more.
  kNotCounted,
  /// It fits as far as it goes: the plugin decides.
  kAsk,
  kYes,
};

/// `yes`, `no`, `unknown`, `not counted` or `ask`.
std::string_view RuleAnswerName(RuleAnswer answer);

/// One rule of a manifest, or the extensions of a format without rules on names.
struct RuleScore {
  /// What it looks for, in words: `root element <iati-activities>`.
  std::string looks_for;
  RuleAnswer answer = RuleAnswer::kNo;
  /// The confidence that it gives where it fits, 1 to 95.
  uint32_t confidence = 0;
  /// What fits, in words; empty when nothing does.
  std::string reason;
};

/// How a format came to its confidence.
struct FormatScore {
  const CatalogEntry* entry = nullptr;
  const Format* format = nullptr;
  /// 0 when it is no candidate.
  uint32_t confidence = 0;
  std::vector<RuleScore> rules;
  /// What the plugin said when it was asked, or why it was not though a rule says so; empty when
  /// there was no need.
  std::string plugin;
};

/// The candidates, and all that led to them.
struct Identification {
  std::vector<Candidate> candidates;
  /// Of every format that can be read, best first.
  std::vector<FormatScore> scores;
};

/// The same as Identify, with every score.
Identification IdentifyWithScores(const Catalog& catalog, Loader* loader,
                                  std::string_view file_name, std::string_view head,
                                  const PuenteSource* source = nullptr);

/// The one format to read an input in, among the candidates that Identify gave for it. PUE-0107
/// when there is none, with what was tried and what the input looks like; PUE-0108 when several are
/// certain or equally likely, with their names for `flag`: the option that chooses.
absl::StatusOr<Candidate> Choose(const Catalog& catalog, std::span<const Candidate> candidates,
                                 std::string_view file_name, std::string_view head,
                                 std::string_view flag = "--from");

/// The one format to write a file of this name in, by its extension. `of_inputs`: the format that
/// all inputs are in, empty when there is none; it is the one when its shared extensions fit at
/// least as well as the extensions of others. PUE-0107 and PUE-0108 as above.
absl::StatusOr<FormatRef> ChooseForOutput(const Catalog& catalog, std::string_view file_name,
                                          std::string_view flag = "--to",
                                          std::string_view of_inputs = {});

/// What an input looks like, in words that go on after "this is": `an XML file with root element
/// <html>`. Safe to show.
std::string DescribeHead(std::string_view head);

}  // namespace puente::plugin

#endif  // PUENTE_CORE_PLUGIN_IDENTIFY_H_
