// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// The manifest of a plugin: what is known of it without running its code.
#ifndef PUENTE_CORE_PLUGIN_MANIFEST_H_
#define PUENTE_CORE_PLUGIN_MANIFEST_H_

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"

namespace puente::plugin {

/// The version of the manifest that this build reads; a higher one is refused.
inline constexpr int64_t kManifestVersion = 1;
/// The `abi` of plugins that this build loads: the C contract, first version.
inline constexpr std::string_view kAbi = "c1";
/// How the name of a manifest file ends; the plugin's name stands before it.
inline constexpr std::string_view kManifestEnding = ".puente.json";
/// Size of the largest manifest file, in bytes.
inline constexpr size_t kMaxManifestBytes = size_t{1} << 20;

/// Which way records go.
enum class Direction { kRead, kWrite };

/// `read` or `write`.
std::string_view DirectionName(Direction direction);

/// What values an option takes.
enum class OptionType { kString, kInteger, kBoolean, kEnum, kDecimal };

/// `string`, `integer`, `boolean`, `enum` or `decimal`, as in a manifest.
std::string_view OptionTypeName(OptionType type);

/// One option of a format.
struct OptionSpec {
  std::string name;
  OptionType type = OptionType::kString;
  /// What holds when the user says nothing, in the form that CheckOptions gives; may be absent.
  std::optional<std::string> default_value;
  /// All values of an enum, in the order of the manifest.
  std::vector<std::string> values;
  /// Smallest and largest value of an integer or decimal, canonical text; either may be absent.
  std::optional<std::string> min;
  std::optional<std::string> max;
  /// True when the user must give it.
  bool required = false;
  /// The directions that know the option.
  bool for_read = true;
  bool for_write = true;
  /// One sentence for `--help`.
  std::string help;

  bool AppliesTo(Direction direction) const {
    return direction == Direction::kRead ? for_read : for_write;
  }
};

/// What a rule looks at.
enum class RuleKind {
  /// The end of the file's name.
  kExtension,
  /// Bytes at an offset.
  kMagic,
  /// The root element of an XML document.
  kXmlRoot,
  /// Keys of the first object of a JSON document or of JSON Lines.
  kJsonKeys,
  /// Nothing: it always fits. For formats that only their plugin's code can tell.
  kAny,
};

/// `extension`, `magic`, `xml_root`, `json_keys` or `any`, as in a manifest.
std::string_view RuleKindName(RuleKind kind);

/// One way to know a format by the name or the first bytes of a file.
struct IdentifyRule {
  RuleKind kind = RuleKind::kExtension;
  /// 1 to 95. Two formats at 80 or more for one file are an error of ambiguity.
  uint32_t confidence = 0;
  /// True when a fit is only a reason to ask the plugin's `identify`, whose answer then decides.
  bool probe = false;
  /// kExtension: lower case, with the point. kXmlRoot: local names, any of them.
  std::vector<std::string> names;
  /// kMagic: where the bytes are.
  uint64_t offset = 0;
  std::string bytes;
  /// kXmlRoot: namespace name that the root must be in; absent when any will do.
  std::optional<std::string> xml_namespace;
  /// kXmlRoot: attribute that the root must have, and its value unless any will do.
  std::string attribute;
  std::optional<std::string> attribute_value;
  /// kXmlRoot: attribute of the root that tells the version of the format; may be empty.
  std::string version_attribute;
  /// kJsonKeys: the first key must be one of these, unless there are none.
  std::vector<std::string> first_keys;
  /// kJsonKeys: all of these must be among the keys within the first bytes.
  std::vector<std::string> keys;
  /// The version of the format that a fit tells; may be empty.
  std::string version;
};

/// What a format keeps of any record.
enum class Lossless {
  /// All of it.
  kFull,
  /// Not all of it; the writer says what it drops.
  kDeclared,
  /// A view for people or other tools, not made to be read back.
  kNone,
};

/// `full`, `declared` or `none`, as in a manifest.
std::string_view LosslessName(Lossless lossless);

/// One format of a plugin.
struct Format {
  /// Name for `--from` and `--to`, such as `iati`.
  std::string id;
  std::string title;
  /// Versions that the plugin knows, oldest first; may be empty.
  std::vector<std::string> versions;
  std::vector<std::string> media_types;
  /// How names of such files end: lower case, with the point.
  std::vector<std::string> extensions;
  /// Endings that such files share with those of other formats: they do not tell the format, but an
  /// output that is named so is in it when all inputs are.
  std::vector<std::string> shared_extensions;
  bool read = false;
  bool write = false;
  Lossless lossless = Lossless::kDeclared;
  /// False when a reader or writer holds the whole file in memory.
  bool streaming = true;
  /// True when an input can be cut into pieces that are read apart.
  bool splits = false;
  /// JSON member of a file that holds the address of the page after it; empty when the format has
  /// no pages.
  std::string next_page;
  /// True when a file has one header, written before the records: the headers of several inputs are
  /// merged.
  bool needs_header = false;
  std::vector<IdentifyRule> identify;
  std::vector<OptionSpec> options;

  bool Supports(Direction direction) const { return direction == Direction::kRead ? read : write; }
  /// The option of this name, or null.
  const OptionSpec* FindOption(std::string_view name) const;
};

/// Files that a plugin ships beside its library; file names without folder, may be empty.
struct Catalogues {
  /// Messages of the plugin's codes in several languages.
  std::string messages;
  std::vector<std::string> codelists;
  std::vector<std::string> rules;
};

/// A check of the conformance kit that the plugin does not pass, and why that is so.
struct Quirk {
  /// Name of the check.
  std::string check;
  /// The format that it is about; empty for all.
  std::string format;
  std::string reason;
};

/// The manifest of one plugin. `docs/spec/manifest.md` is the specification.
struct Manifest {
  int64_t manifest_version = kManifestVersion;
  std::string name;
  std::string version;
  std::string publisher;
  std::string license;
  std::string url;
  std::string maintainer;
  std::string title;
  std::string summary;
  std::string abi;
  /// File name of the library, in the manifest's folder.
  std::string library;
  Catalogues catalogues;
  std::vector<Format> formats;
  /// Known deviations; shown by `puente plugin test`, without effect elsewhere.
  std::vector<Quirk> quirks;

  /// The format of this id, or null.
  const Format* FindFormat(std::string_view id) const;
};

/// Reads a manifest from its text. Errors are PUE-0402 with the place as a path of keys, such as
/// `formats[0].options[2].type`; an unknown key is an error that names the nearest known one.
absl::StatusOr<Manifest> ParseManifest(std::string_view json);

/// The text of a manifest file: a regular file of at most kMaxManifestBytes. Errors are PUE-0402.
absl::StatusOr<std::string> ReadManifestFile(const std::filesystem::path& path);

/// The text without the white space between the tokens of JSON; two manifests are the same when
/// these are. Nothing is checked.
std::string NormalizeManifest(std::string_view json);

/// Options by name.
using OptionList = std::vector<std::pair<std::string, std::string>>;

/// Checks what a user gave against the options of a format. The answer is sorted by name, has the
/// defaults filled in and values in canonical form (`true` and `false`, `12`, `0.5`). Errors:
/// PUE-0106 for an option that the format does not have (in this direction), with the nearest name;
/// PUE-0109 for a value of the wrong type or range, an option given twice, and a required one not
/// given.
absl::StatusOr<OptionList> CheckOptions(const Format& format, Direction direction,
                                        std::span<const std::pair<std::string, std::string>> given);

}  // namespace puente::plugin

#endif  // PUENTE_CORE_PLUGIN_MANIFEST_H_
