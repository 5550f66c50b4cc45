// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// The catalogue: which plugins there are, where they were found, and why others are not used.
#ifndef PUENTE_CORE_PLUGIN_CATALOG_H_
#define PUENTE_CORE_PLUGIN_CATALOG_H_

#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/plugin/manifest.h"

namespace puente::plugin {

/// One plugin that may be loaded.
struct CatalogEntry {
  Manifest manifest;
  /// The manifest as it is in its file.
  std::string manifest_text;
  std::filesystem::path manifest_path;
  std::filesystem::path library_path;
  /// What named the folder: `--plugin-dir`, `PUENTE_PLUGIN_PATH`, `user` or `built-in`.
  std::string origin;
};

/// A format and the plugin that has it. Both live as long as the catalogue.
struct FormatRef {
  const CatalogEntry* entry = nullptr;
  const Format* format = nullptr;
};

/// What became of a folder, manifest or library that was met on the search path.
enum class Outcome {
  /// A plugin that may be loaded.
  kUsable,
  /// A plugin whose name was taken by one earlier on the search path.
  kShadowed,
  /// Not used; the reason says why.
  kRefused,
  /// A folder of the search path that does not exist, which is no error.
  kAbsent,
};

/// `usable`, `shadowed`, `refused` or `absent`.
std::string_view OutcomeName(Outcome outcome);

/// One line of `plugin list` and `plugin why`.
struct Verdict {
  /// Name of the plugin; empty for folders.
  std::string name;
  /// The manifest, or the folder, or a library without manifest.
  std::filesystem::path path;
  /// As in CatalogEntry.
  std::string origin;
  Outcome outcome = Outcome::kUsable;
  /// Code of the error, such as `PUE-0405`; empty when there is none.
  std::string code;
  /// Why, in one sentence; empty for a usable plugin without remark.
  std::string reason;
  /// What to do about it; may be empty.
  std::string hint;
  /// Ids of its formats, as far as the manifest could be read.
  std::vector<std::string> formats;
};

/// Where to look for plugins.
struct SearchOptions {
  /// Folders named by `--plugin-dir`, first to last. Searched before all others.
  std::vector<std::string> plugin_dirs;
  /// Whether `PUENTE_PLUGIN_PATH` (folders, divided by colons) is searched next.
  bool use_environment = true;
  /// Whether the user's folder is searched next: `puente/plugins/c1` in `XDG_DATA_HOME`, which is
  /// `~/.local/share` by default.
  bool use_user_folder = true;
  /// The last folder; when empty, `../lib/puente/plugins/c1` from the folder of the executable.
  std::filesystem::path built_in;
  /// For who serves others: the built-in folder is searched first, and of all other folders only
  /// plugins of these names are used (PUE-0411).
  std::optional<std::vector<std::string>> allowed = std::nullopt;
};

/// The plugins on the search path. Runs no code of theirs. Immutable once made; const use from
/// several threads is safe. Pointers into it stay valid when it is moved.
class Catalog {
 public:
  /// Looks through the search path. Never fails: what cannot be used is in the verdicts.
  static Catalog Open(const SearchOptions& options);

  Catalog(Catalog&&) = default;
  Catalog& operator=(Catalog&&) = default;

  /// Usable plugins, in the order of the search path, by name within a folder.
  std::span<const std::unique_ptr<const CatalogEntry>> entries() const { return entries_; }

  /// Everything that was met, in the order of the search path, by name within a folder.
  std::span<const Verdict> verdicts() const { return verdicts_; }

  /// What is known of a plugin: verdicts of this name, the one in use first. PUE-0401 when nothing
  /// of this name was met, with the nearest name and the folders that were searched.
  absl::StatusOr<std::vector<Verdict>> Why(std::string_view name) const;

  /// The usable plugin of this name. PUE-0401 with the nearest name, or the code and reason for
  /// which it is not used.
  absl::StatusOr<const CatalogEntry*> FindPlugin(std::string_view name) const;

  /// The format of this id (or `plugin:format`, which names the plugin too) that can be read or
  /// written. Of equal ids the first on the search path counts. PUE-0105 with the nearest id, or
  /// with the reason why a plugin that has the format is not used.
  absl::StatusOr<FormatRef> FindFormat(std::string_view id, Direction direction) const;

  /// Formats, in order, whose extensions fit the end of a file's name; only those with the longest
  /// fit. An ending `.gz` or `.zst` is left aside.
  std::vector<FormatRef> FormatsForExtension(std::string_view file_name, Direction direction) const;

  /// All formats in one direction, in order.
  std::vector<FormatRef> Formats(Direction direction) const;

 private:
  Catalog() = default;
  friend class CatalogBuilder;

  std::vector<std::unique_ptr<const CatalogEntry>> entries_;
  std::vector<Verdict> verdicts_;
};

/// The file's name without an ending `.gz` or `.zst`, in lower case and without folders.
std::string NameForExtension(std::string_view file_name);

/// The longest of the extensions that the name, as NameForExtension gives it, ends with; empty when
/// there is none.
std::string_view MatchExtension(std::string_view name, std::span<const std::string> extensions);

/// Checks that nobody but root and this user can change a file or folder: owned by one of them, and
/// not writable for group and others. PUE-0405 otherwise. Symbolic links are followed.
absl::Status CheckNotWritableByOthers(const std::filesystem::path& path);

}  // namespace puente::plugin

#endif  // PUENTE_CORE_PLUGIN_CATALOG_H_
