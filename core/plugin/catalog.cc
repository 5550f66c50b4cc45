// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Walks the search path and decides, without running code, which plugins may be used.
#include "core/plugin/catalog.h"

#include <fmt/format.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/base/status.h"
#include "core/base/strings.h"
#include "core/base/utf8.h"
#include "core/plugin/coded_error.h"
#include "core/plugin/manifest.h"
#include "core/plugin/pins.h"

namespace puente::plugin {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kPluginFolder = "puente/plugins/c1";
constexpr std::string_view kLibraryStart = "puente_";
constexpr std::string_view kLibraryEnding = ".so";
constexpr std::string_view kBuiltIn = "built-in";

struct Folder {
  fs::path path;
  std::string origin;
};

std::string Environment(const char* name) {
  // Null in programs that run with the rights of another user.
  const char* const value = secure_getenv(name);
  return value == nullptr ? std::string() : std::string(value);
}

fs::path UserFolder() {
  const fs::path data = Environment("XDG_DATA_HOME");
  if (data.is_absolute()) return data / kPluginFolder;
  const fs::path home = Environment("HOME");
  if (home.is_absolute()) return home / ".local/share" / kPluginFolder;
  return fs::path();
}

fs::path BuiltInFolder() {
  std::error_code error;
  const fs::path executable = fs::read_symlink("/proc/self/exe", error);
  if (error) return fs::path();
  return (executable.parent_path().parent_path() / "lib" / kPluginFolder).lexically_normal();
}

std::string Shown(const fs::path& path) { return EscapeForTerminalLine(path.string()); }

std::string Quoted(const std::vector<std::string>& names) {
  std::string out;
  for (const std::string& name : names) {
    out += fmt::format("{}`{}`", out.empty() ? "" : ", ", EscapeForTerminalLine(name));
  }
  return out;
}

/// A file of a plugin must be there and out of reach of others; `code` is for when it is not there.
absl::Status CheckShippedFile(const fs::path& path, std::string_view what, std::string_view code) {
  const auto incomplete = [&](std::string_view fault) {
    return CodedError(absl::StatusCode::kNotFound, code,
                      fmt::format("{} {} {}", what, Shown(path), fault));
  };
  struct stat info = {};
  if (lstat(path.c_str(), &info) != 0) {
    return incomplete("is missing");
  }
  const bool is_link = S_ISLNK(info.st_mode);
  if (is_link && stat(path.c_str(), &info) != 0) {
    return incomplete("leads nowhere");
  }
  if (!S_ISREG(info.st_mode)) {
    return incomplete("is not a regular file");
  }
  if (absl::Status status = CheckNotWritableByOthers(path); !status.ok()) return status;
  if (!is_link) return absl::OkStatus();
  std::error_code error;
  const fs::path target = fs::canonical(path, error);
  if (error) return incomplete("leads nowhere");
  return CheckNotWritableByOthers(target.parent_path());
}

absl::StatusOr<std::unique_ptr<CatalogEntry>> ReadEntry(const fs::path& path, const Folder& folder,
                                                        std::string_view name,
                                                        std::vector<std::string>* formats) {
  if (absl::Status status = CheckShippedFile(path, "the manifest", "PUE-0402"); !status.ok())
    return status;
  absl::StatusOr<std::string> text = ReadManifestFile(path);
  if (!text.ok()) return text.status();
  absl::StatusOr<Manifest> manifest = ParseManifest(*text);
  if (!manifest.ok()) return manifest.status();
  for (const Format& format : manifest->formats) formats->push_back(format.id);
  if (manifest->name != name) {
    return CodedError(absl::StatusCode::kInvalidArgument, "PUE-0402",
                      fmt::format("the manifest is that of the plugin `{}`, not of `{}`",
                                  manifest->name, EscapeForTerminalLine(name)),
                      fmt::format("name the file {}{}", manifest->name, kManifestEnding));
  }
  if (manifest->abi != kAbi) {
    return CodedError(absl::StatusCode::kFailedPrecondition, "PUE-0403",
                      fmt::format("it is made for version `{}` of the plugin contract, and this "
                                  "version of Puente loads `{}`",
                                  manifest->abi, kAbi));
  }
  auto entry = std::make_unique<CatalogEntry>();
  entry->manifest_path = path;
  entry->library_path = folder.path / manifest->library;
  entry->origin = folder.origin;
  entry->manifest_text = *std::move(text);
  if (absl::Status status = CheckShippedFile(entry->library_path, "its library", "PUE-0401");
      !status.ok()) {
    return status;
  }
  const Catalogues& files = manifest->catalogues;
  std::vector<std::string> names = files.codelists;
  names.insert(names.end(), files.rules.begin(), files.rules.end());
  if (!files.messages.empty()) names.push_back(files.messages);
  for (const std::string& file : names) {
    if (absl::Status status = CheckShippedFile(folder.path / file, "its catalogue", "PUE-0402");
        !status.ok()) {
      return status;
    }
  }
  entry->manifest = *std::move(manifest);
  return entry;
}

}  // namespace

/// Makes a catalogue folder by folder.
class CatalogBuilder {
 public:
  explicit CatalogBuilder(const std::optional<std::vector<std::string>>& allowed)
      : allowed_(allowed) {}
  void Add(const Folder& folder);
  Catalog Finish();

 private:
  void AddVerdict(Verdict verdict) { catalog_.verdicts_.push_back(std::move(verdict)); }
  void RefuseFolder(const Folder& folder, std::string_view reason, std::string hint = "");
  void AddManifest(const Folder& folder, const std::string& file, const absl::Status& folder_state);
  void RemarkSecondFormats(const CatalogEntry& entry, Verdict* verdict) const;

  const std::optional<std::vector<std::string>>& allowed_;
  Catalog catalog_;
  std::set<fs::path> seen_;
  // Of the folder that is being looked at.
  std::optional<Pins> pins_;
};

void CatalogBuilder::RefuseFolder(const Folder& folder, std::string_view reason, std::string hint) {
  Verdict verdict;
  verdict.path = folder.path;
  verdict.origin = folder.origin;
  verdict.outcome = Outcome::kRefused;
  verdict.code = "PUE-0410";
  verdict.reason = std::string(reason);
  verdict.hint = std::move(hint);
  AddVerdict(std::move(verdict));
}

void CatalogBuilder::Add(const Folder& folder) {
  if (folder.path.empty()) return;
  std::error_code error;
  if (!folder.path.is_absolute()) {
    const fs::path absolute = fs::absolute(folder.path, error).lexically_normal();
    RefuseFolder(folder,
                 "the folder is not given from the root; plugins are not looked for relative "
                 "to the working directory",
                 error ? "" : fmt::format("give it as {}", Shown(absolute)));
    return;
  }
  const fs::path canonical = fs::canonical(folder.path, error);
  if (error == std::errc::no_such_file_or_directory) {
    Verdict verdict;
    verdict.path = folder.path;
    verdict.origin = folder.origin;
    verdict.outcome = Outcome::kAbsent;
    verdict.reason = "there is no such folder";
    AddVerdict(std::move(verdict));
    return;
  }
  if (error) {
    RefuseFolder(folder, fmt::format("the folder cannot be read: {}", error.message()));
    return;
  }
  if (!seen_.insert(canonical).second) return;
  std::vector<std::string> manifests;
  std::vector<std::string> libraries;
  fs::directory_iterator files(canonical, error);
  for (; !error && files != fs::directory_iterator(); files.increment(error)) {
    std::string name = files->path().filename().string();
    if (name.ends_with(kManifestEnding) && name.size() > kManifestEnding.size()) {
      manifests.push_back(std::move(name));
    } else if (name.starts_with(kLibraryStart) && name.ends_with(kLibraryEnding) &&
               name.size() > kLibraryStart.size() + kLibraryEnding.size()) {
      libraries.push_back(std::move(name));
    }
  }
  if (error) {
    RefuseFolder(folder, fmt::format("the folder cannot be read: {}", error.message()));
    return;
  }
  absl::Status folder_state = CheckNotWritableByOthers(canonical);
  pins_.reset();
  if (folder_state.ok()) {
    absl::StatusOr<std::optional<Pins>> pins = Pins::Read(canonical);
    folder_state = pins.status();
    if (pins.ok()) pins_ = *std::move(pins);
  }
  const Folder real = {canonical, folder.origin};
  std::sort(manifests.begin(), manifests.end());
  for (const std::string& file : manifests) AddManifest(real, file, folder_state);
  std::sort(libraries.begin(), libraries.end());
  for (const std::string& file : libraries) {
    Verdict verdict;
    verdict.name = file.substr(kLibraryStart.size(),
                               file.size() - kLibraryStart.size() - kLibraryEnding.size());
    const std::string wanted = verdict.name + std::string(kManifestEnding);
    if (std::binary_search(manifests.begin(), manifests.end(), wanted)) continue;
    verdict.path = canonical / file;
    verdict.origin = folder.origin;
    verdict.outcome = Outcome::kRefused;
    verdict.code = "PUE-0402";
    verdict.reason = fmt::format("the library has no manifest: {} is missing beside it",
                                 EscapeForTerminalLine(wanted));
    // A manifest of another name may own it.
    const bool owned =
        std::any_of(catalog_.entries_.begin(), catalog_.entries_.end(),
                    [&verdict](const auto& entry) { return entry->library_path == verdict.path; });
    if (!owned) AddVerdict(std::move(verdict));
  }
}

void CatalogBuilder::AddManifest(const Folder& folder, const std::string& file,
                                 const absl::Status& folder_state) {
  Verdict verdict;
  verdict.name = file.substr(0, file.size() - kManifestEnding.size());
  verdict.path = folder.path / file;
  verdict.origin = folder.origin;
  absl::StatusOr<std::unique_ptr<CatalogEntry>> entry =
      folder_state.ok() ? ReadEntry(verdict.path, folder, verdict.name, &verdict.formats)
                        : folder_state;
  // Of the library the sum is compared when it is loaded.
  if (entry.ok() && pins_.has_value()) {
    absl::Status status = pins_->Check((*entry)->manifest_path, (*entry)->manifest_text);
    if (status.ok()) status = pins_->CheckListed((*entry)->library_path);
    if (!status.ok()) entry = status;
    verdict.reason = "pinned";
  }
  if (!entry.ok()) {
    const ErrorDetail detail = GetErrorDetail(entry.status());
    verdict.outcome = Outcome::kRefused;
    verdict.code = detail.code;
    verdict.reason = detail.message;
    verdict.hint = detail.hint;
    AddVerdict(std::move(verdict));
    return;
  }
  if (allowed_.has_value() && folder.origin != kBuiltIn &&
      std::find(allowed_->begin(), allowed_->end(), verdict.name) == allowed_->end()) {
    verdict.outcome = Outcome::kRefused;
    verdict.code = "PUE-0411";
    verdict.reason = "it is not one of the plugins that may run here";
    verdict.hint = fmt::format("allow it: --allow-plugins {}", EscapeForTerminalLine(verdict.name));
    AddVerdict(std::move(verdict));
    return;
  }
  for (const auto& earlier : catalog_.entries_) {
    if (earlier->manifest.name != verdict.name) continue;
    verdict.outcome = Outcome::kShadowed;
    verdict.code = "PUE-0409";
    verdict.reason =
        fmt::format("{} comes first on the search path", Shown(earlier->manifest_path));
    AddVerdict(std::move(verdict));
    return;
  }
  RemarkSecondFormats(**entry, &verdict);
  catalog_.entries_.push_back(*std::move(entry));
  AddVerdict(std::move(verdict));
}

void CatalogBuilder::RemarkSecondFormats(const CatalogEntry& entry, Verdict* verdict) const {
  for (const Format& format : entry.manifest.formats) {
    for (const auto& earlier : catalog_.entries_) {
      if (earlier->manifest.FindFormat(format.id) == nullptr) continue;
      if (!verdict->reason.empty()) verdict->reason += "; ";
      verdict->reason += fmt::format("the plugin `{}` also has a format `{}` and comes first",
                                     earlier->manifest.name, format.id);
      verdict->code = "PUE-0409";
      verdict->hint = fmt::format("name this one `{}:{}`", entry.manifest.name, format.id);
      break;
    }
  }
}

Catalog CatalogBuilder::Finish() { return std::move(catalog_); }

std::string_view OutcomeName(Outcome outcome) {
  constexpr std::array<std::string_view, 4> kNames = {"usable", "shadowed", "refused", "absent"};
  return kNames[static_cast<size_t>(outcome)];
}

Catalog Catalog::Open(const SearchOptions& options) {
  CatalogBuilder builder(options.allowed);
  const Folder built_in = {options.built_in.empty() ? BuiltInFolder() : options.built_in,
                           std::string(kBuiltIn)};
  if (options.allowed.has_value()) builder.Add(built_in);
  for (const std::string& folder : options.plugin_dirs) builder.Add({folder, "--plugin-dir"});
  if (options.use_environment) {
    const std::string folders = Environment("PUENTE_PLUGIN_PATH");
    for (size_t start = 0; start < folders.size();) {
      const size_t end = std::min(folders.find(':', start), folders.size());
      builder.Add({folders.substr(start, end - start), "PUENTE_PLUGIN_PATH"});
      start = end + 1;
    }
  }
  if (options.use_user_folder) builder.Add({UserFolder(), "user"});
  if (!options.allowed.has_value()) builder.Add(built_in);
  return builder.Finish();
}

absl::StatusOr<std::vector<Verdict>> Catalog::Why(std::string_view name) const {
  std::vector<Verdict> found;
  std::vector<std::string> names;
  std::vector<std::string> folders;
  for (const Verdict& verdict : verdicts_) {
    if (verdict.name == name) found.push_back(verdict);
    if (!verdict.name.empty()) names.push_back(verdict.name);
    const std::string folder =
        (verdict.name.empty() ? verdict.path : verdict.path.parent_path()).string();
    if (std::find(folders.begin(), folders.end(), folder) == folders.end()) {
      folders.push_back(folder);
    }
  }
  if (found.empty() || name.empty()) {
    const std::string nearest = NearestName(name, names);
    return CodedError(absl::StatusCode::kNotFound, "PUE-0401",
                      fmt::format("there is no plugin `{}`; searched: {}",
                                  EscapeForTerminalLine(name), Quoted(folders)),
                      nearest.empty() ? "`puente plugin list` shows all plugins"
                                      : fmt::format("did you mean `{}`?", nearest));
  }
  std::stable_sort(found.begin(), found.end(), [](const Verdict& a, const Verdict& b) {
    return (a.outcome == Outcome::kUsable) > (b.outcome == Outcome::kUsable);
  });
  return found;
}

absl::StatusOr<const CatalogEntry*> Catalog::FindPlugin(std::string_view name) const {
  for (const auto& entry : entries_) {
    if (entry->manifest.name == name) return entry.get();
  }
  const absl::StatusOr<std::vector<Verdict>> verdicts = Why(name);
  if (!verdicts.ok()) return verdicts.status();
  const Verdict& verdict = verdicts->front();
  return CodedError(absl::StatusCode::kFailedPrecondition,
                    verdict.code.empty() ? "PUE-0401" : verdict.code,
                    fmt::format("the plugin `{}` at {} is not used: {}", verdict.name,
                                Shown(verdict.path), verdict.reason),
                    verdict.hint);
}

absl::StatusOr<FormatRef> Catalog::FindFormat(std::string_view id, Direction direction) const {
  const size_t colon = id.find(':');
  const bool qualified = colon != std::string_view::npos;
  const std::string_view plugin = qualified ? id.substr(0, colon) : std::string_view();
  const std::string_view wanted = qualified ? id.substr(colon + 1) : id;
  const std::string shown = EscapeForTerminalLine(id);
  const std::string_view done = direction == Direction::kRead ? "read" : "written";
  std::vector<std::string> names;
  bool other_direction = false;
  for (const auto& entry : entries_) {
    for (const Format& format : entry->manifest.formats) {
      const bool fits = format.id == wanted && (!qualified || entry->manifest.name == plugin);
      if (format.Supports(direction)) {
        if (fits) return FormatRef{entry.get(), &format};
        if (std::find(names.begin(), names.end(), format.id) == names.end()) {
          names.push_back(format.id);
        }
      } else if (fits) {
        other_direction = true;
      }
    }
  }
  std::sort(names.begin(), names.end());
  const std::string all =
      names.empty() ? fmt::format("no format can be {}; `puente plugin list` says why", done)
                    : fmt::format("formats that can be {}: {}", done, Quoted(names));
  if (other_direction) {
    return CodedError(absl::StatusCode::kNotFound, "PUE-0105",
                      fmt::format("the format `{}` can be {}, but not {}", shown,
                                  direction == Direction::kRead ? "written" : "read", done),
                      all);
  }
  for (const Verdict& verdict : verdicts_) {
    if (verdict.outcome != Outcome::kRefused || (qualified && verdict.name != plugin)) continue;
    const bool known =
        verdict.name == wanted ||
        std::find(verdict.formats.begin(), verdict.formats.end(), wanted) != verdict.formats.end();
    if (!known) continue;
    return CodedError(
        absl::StatusCode::kNotFound, "PUE-0105",
        fmt::format("the format `{}` needs the plugin `{}` at {}, which is not used: {}", shown,
                    EscapeForTerminalLine(verdict.name), Shown(verdict.path), verdict.reason),
        verdict.hint);
  }
  const std::string nearest = NearestName(wanted, names);
  return CodedError(absl::StatusCode::kNotFound, "PUE-0105",
                    fmt::format("there is no format `{}` that can be {}", shown, done),
                    nearest.empty() ? all : fmt::format("did you mean `{}`?", nearest));
}

std::vector<FormatRef> Catalog::FormatsForExtension(std::string_view file_name,
                                                    Direction direction) const {
  const std::string name = NameForExtension(file_name);
  std::vector<FormatRef> found;
  size_t longest = 1;
  for (const FormatRef& ref : Formats(direction)) {
    const size_t length = MatchExtension(name, ref.format->extensions).size();
    if (length < longest) continue;
    if (length > longest) found.clear();
    longest = length;
    found.push_back(ref);
  }
  return found;
}

std::vector<FormatRef> Catalog::Formats(Direction direction) const {
  std::vector<FormatRef> all;
  for (const auto& entry : entries_) {
    for (const Format& format : entry->manifest.formats) {
      if (format.Supports(direction)) all.push_back({entry.get(), &format});
    }
  }
  return all;
}

std::string NameForExtension(std::string_view file_name) {
  const size_t slash = file_name.rfind('/');
  if (slash != std::string_view::npos) file_name.remove_prefix(slash + 1);
  std::string name(file_name);
  for (char& c : name) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  for (const std::string_view packed : {".gz", ".zst"}) {
    if (name.size() > packed.size() && name.ends_with(packed)) {
      name.resize(name.size() - packed.size());
      break;
    }
  }
  return name;
}

std::string_view MatchExtension(std::string_view name, std::span<const std::string> extensions) {
  std::string_view longest;
  for (const std::string& extension : extensions) {
    if (extension.size() > longest.size() && name.size() > extension.size() &&
        name.ends_with(extension)) {
      longest = extension;
    }
  }
  return longest;
}

absl::Status CheckNotWritableByOthers(const std::filesystem::path& path) {
  struct stat info = {};
  if (stat(path.c_str(), &info) != 0) {
    return CodedError(absl::StatusCode::kNotFound, "PUE-0406",
                      fmt::format("{} cannot be examined: {}", Shown(path), std::strerror(errno)));
  }
  if (info.st_uid != 0 && info.st_uid != geteuid()) {
    return CodedError(absl::StatusCode::kPermissionDenied, "PUE-0405",
                      fmt::format("{} belongs to another user (number {}), who could change what "
                                  "runs here",
                                  Shown(path), info.st_uid),
                      fmt::format("make it yours: chown {} '{}'", geteuid(), Shown(path)));
  }
  if ((info.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
    return CodedError(absl::StatusCode::kPermissionDenied, "PUE-0405",
                      fmt::format("{} can be changed by {}", Shown(path),
                                  (info.st_mode & S_IWOTH) != 0 ? "anybody" : "its group"),
                      fmt::format("chmod go-w '{}'", Shown(path)));
  }
  return absl::OkStatus();
}

}  // namespace puente::plugin
