// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Loads plugins through Boost.DLL into a registry that is never destroyed.
#define BOOST_DLL_USE_STD_FS
#include "core/plugin/loader.h"

#include <fmt/format.h>
#include <google/protobuf/descriptor.h>

#include <array>
#include <boost/dll/shared_library.hpp>
#include <cstddef>
#include <cstring>
#include <exception>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/base/status.h"
#include "core/base/utf8.h"
#include "core/plugin/catalog.h"
#include "core/plugin/coded_error.h"
#include "core/plugin/host.h"
#include "core/plugin/manifest.h"
#include "core/plugin/pins.h"
#include "core/plugin/puente_plugin.h"
#include "core/plugin/scan.h"

namespace puente::plugin {
namespace {

namespace dll = boost::dll;

/// A table with room behind it, to see whether a plugin writes past the end.
struct GuardedTable {
  static constexpr unsigned char kMark = 0xa5;

  PuentePlugin table = {};
  std::array<unsigned char, 512> behind;

  GuardedTable() {
    table.struct_size = sizeof(PuentePlugin);
    behind.fill(kMark);
  }
  bool intact() const {
    for (const unsigned char byte : behind) {
      if (byte != kMark) return false;
    }
    return true;
  }
};

/// One library that is in.
struct Loaded {
  std::unique_ptr<dll::shared_library> library;
  /// Whether its entry filled in the table; the entry is called once only.
  absl::Status state;
  PuentePlugin table = {};
  /// Made when a manifest was found to be the right one.
  std::unique_ptr<const CatalogEntry> entry;
  std::unique_ptr<const LoadedPlugin> plugin;
};

/// All libraries of the process. Leaked, so that nothing is unloaded when the process ends.
struct Registry {
  std::mutex mutex;
  /// By canonical path.
  std::map<std::string, Loaded> libraries;
  /// Descriptors that plugins brought, with the plugin's name.
  std::map<std::string, std::string, std::less<>> descriptors;

  static Registry& Get() {
    static Registry* const registry = new Registry;
    return *registry;
  }
};

std::string_view View(PuenteString text) {
  return text.data == nullptr ? std::string_view() : std::string_view(text.data, text.size);
}

absl::Status Fault(std::string_view code, const CatalogEntry& entry, std::string message,
                   std::string hint = "") {
  return WithSource(
      CodedError(absl::StatusCode::kFailedPrecondition, code, std::move(message), std::move(hint)),
      entry.library_path.string());
}

/// What the system's loader said, without what Boost.DLL puts around it.
std::string LoaderMessage(std::string_view what) {
  constexpr std::string_view kStart = "dlerror system message: ";
  const size_t start = what.find(kStart);
  if (start != std::string_view::npos) {
    what.remove_prefix(start + kStart.size());
    what = what.substr(0, what.rfind("):"));
  }
  return EscapeForTerminalLine(what);
}

absl::Status CheckOwners(const CatalogEntry& entry, const std::filesystem::path& canonical) {
  for (const std::filesystem::path& path :
       {canonical, canonical.parent_path(), entry.manifest_path}) {
    if (path.empty()) continue;
    if (absl::Status status = CheckNotWritableByOthers(path); !status.ok()) return status;
  }
  return absl::OkStatus();
}

/// What is loaded: the library itself or, where the folder has a lock, a copy of the bytes that
/// were compared with it.
absl::StatusOr<std::filesystem::path> PinnedPath(const CatalogEntry& entry,
                                                 const std::filesystem::path& canonical) {
  const auto pins = Pins::Read(entry.manifest_path.parent_path());
  if (!pins.ok()) return pins.status();
  if (!pins->has_value()) return canonical;
  const absl::StatusOr<std::string> bytes = ReadWholeFile(canonical);
  if (!bytes.ok()) return bytes.status();
  for (const auto& [file, content] :
       {std::pair(entry.library_path, std::string_view(*bytes)),
        std::pair(entry.manifest_path, std::string_view(entry.manifest_text))}) {
    if (absl::Status status = (*pins)->Check(file, content); !status.ok()) return status;
  }
  return SealedCopy(entry.library_path.filename().string(), *bytes);
}

/// Loads the library and calls its entry. `library` is set once it is in, also when its entry
/// fails.
absl::Status LoadLibrary(const CatalogEntry& entry, const std::filesystem::path& path,
                         std::unique_ptr<dll::shared_library>* library, PuentePlugin* table) {
  try {
    *library = std::make_unique<dll::shared_library>(
        path, dll::load_mode::rtld_now | dll::load_mode::rtld_local);
    const auto& function =
        (*library)->get<PuenteStatus(const PuenteHost*, PuentePlugin*)>(PUENTE_ENTRY_SYMBOL);
    GuardedTable guarded;
    const PuenteStatus status = function(HostTable(), &guarded.table);
    if (!guarded.intact()) {
      return Fault("PUE-0408", entry, "the entry of the plugin writes past the end of its table",
                   "it is made for a later version of Puente, and does not heed `struct_size`");
    }
    if (status != PUENTE_OK) {
      return Fault("PUE-0408", entry,
                   fmt::format("the entry of the plugin refuses this version of Puente (status {})",
                               status));
    }
    *table = guarded.table;
    return absl::OkStatus();
  } catch (const std::system_error& error) {
    return Fault("PUE-0406", entry, "the library cannot be loaded: " + LoaderMessage(error.what()));
  } catch (const std::exception& error) {
    return Fault("PUE-0408", entry,
                 fmt::format("the entry of the plugin fails: {}", LoaderMessage(error.what())));
  } catch (...) {
    return Fault("PUE-0408", entry, "the entry of the plugin fails with an exception");
  }
}

std::string OwnerOfDescriptor(const Registry& registry, std::string_view name) {
  const auto plugin = registry.descriptors.find(name);
  if (plugin != registry.descriptors.end()) {
    return fmt::format("the plugin `{}`", plugin->second);
  }
  const google::protobuf::DescriptorPool* const pool =
      google::protobuf::DescriptorPool::generated_pool();
  return pool->FindFileByName(std::string(name)) == nullptr ? "" : "this program";
}

}  // namespace

absl::Status CheckTable(const PuentePlugin& table, const CatalogEntry& entry) {
  if (table.abi_version != PUENTE_ABI_VERSION) {
    return Fault("PUE-0403", entry,
                 fmt::format("the plugin says that it has version {} of the plugin contract, and "
                             "this version of Puente loads version {}",
                             table.abi_version, PUENTE_ABI_VERSION));
  }
  const auto broken = [&entry](std::string_view what) {
    return Fault("PUE-0408", entry, fmt::format("the table of the plugin {}", what));
  };
  if (table.struct_size != sizeof(PuentePlugin)) {
    return broken(fmt::format("has a size of {} bytes instead of {}", table.struct_size,
                              sizeof(PuentePlugin)));
  }
  for (const PuenteString& text : {table.manifest_json, table.build_id}) {
    if (text.data == nullptr && text.size != 0) return broken("has a text without place");
  }
  if (NormalizeManifest(View(table.manifest_json)) != NormalizeManifest(entry.manifest_text)) {
    return Fault("PUE-0407", entry,
                 fmt::format("the manifest {} is not the one that the library was built with",
                             EscapeForTerminalLine(entry.manifest_path.string())),
                 "install library and manifest together, from one build");
  }
  const bool reads = table.reader_open != nullptr;
  const bool splits = table.splitter_open != nullptr;
  const bool writes = table.writer_open != nullptr;
  if (reads && (table.reader_next == nullptr || table.reader_close == nullptr)) {
    return broken("has `reader_open` without `reader_next` or `reader_close`");
  }
  if (splits && (table.splitter_next == nullptr || table.splitter_close == nullptr ||
                 table.reader_open_piece == nullptr || !reads)) {
    return broken("has `splitter_open` without what belongs to it");
  }
  if (writes && (table.writer_put == nullptr || table.writer_finish == nullptr ||
                 table.writer_close == nullptr)) {
    return broken("has `writer_open` without `writer_put`, `writer_finish` or `writer_close`");
  }
  for (const Format& format : entry.manifest.formats) {
    const auto misses = [&](std::string_view what) {
      return broken(
          fmt::format("has no {}, which the manifest says of the format `{}`", what, format.id));
    };
    if (format.read && !reads) return misses("reader");
    if (format.write && !writes) return misses("writer");
    if (format.splits && !splits) return misses("splitter");
    for (const IdentifyRule& rule : format.identify) {
      if (rule.probe && table.identify == nullptr) return misses("`identify`");
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<const LoadedPlugin*> Loader::Load(const CatalogEntry& entry) {
  std::error_code error;
  const std::filesystem::path canonical = std::filesystem::canonical(entry.library_path, error);
  if (error) {
    return Fault("PUE-0401", entry,
                 fmt::format("the library cannot be found: {}", error.message()));
  }
  Registry& registry = Registry::Get();
  const std::lock_guard<std::mutex> lock(registry.mutex);
  auto found = registry.libraries.find(canonical.string());
  if (found == registry.libraries.end()) {
    if (absl::Status status = CheckOwners(entry, canonical); !status.ok()) return status;
    const absl::StatusOr<std::filesystem::path> path = PinnedPath(entry, canonical);
    if (!path.ok()) return path.status();
    const absl::StatusOr<LibraryScan> scan = ScanLibrary(*path);
    if (!scan.ok()) return scan.status();
    absl::Status checked = CheckScan(*scan, canonical, [&registry](std::string_view name) {
      return OwnerOfDescriptor(registry, name);
    });
    if (!checked.ok()) return checked;
    Loaded loaded;
    loaded.state = LoadLibrary(entry, *path, &loaded.library, &loaded.table);
    // What never got in may be tried again.
    if (loaded.library == nullptr) return loaded.state;
    for (const std::string& name : scan->descriptors) {
      registry.descriptors.emplace(name, entry.manifest.name);
    }
    found = registry.libraries.emplace(canonical.string(), std::move(loaded)).first;
  }
  Loaded& loaded = found->second;
  if (!loaded.state.ok()) return loaded.state;
  if (loaded.entry != nullptr && loaded.entry->manifest_text == entry.manifest_text) {
    return loaded.plugin.get();
  }
  if (absl::Status status = CheckTable(loaded.table, entry); !status.ok()) return status;
  if (loaded.entry == nullptr) {
    loaded.entry = std::make_unique<const CatalogEntry>(entry);
    loaded.plugin =
        std::make_unique<const LoadedPlugin>(LoadedPlugin{loaded.entry.get(), loaded.table});
  }
  return loaded.plugin.get();
}

}  // namespace puente::plugin
