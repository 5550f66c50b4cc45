// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// A folder of plugins for one test, removed at its end.
#ifndef PUENTE_TESTS_CORE_PLUGIN_FOLDER_H_
#define PUENTE_TESTS_CORE_PLUGIN_FOLDER_H_

#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "core/base/status.h"
#include "core/plugin/catalog.h"

namespace puente::testing {

/// A new folder that only this user can write to.
class PluginFolder {
 public:
  PluginFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "puente-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) abort();
    path_ = std::filesystem::canonical(name);
  }
  PluginFolder(const PluginFolder&) = delete;
  PluginFolder& operator=(const PluginFolder&) = delete;
  ~PluginFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }

  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path operator/(std::string_view name) const { return path_ / name; }

  /// Writes a file that others cannot change.
  void Write(std::string_view name, std::string_view text) const {
    std::ofstream(path_ / name, std::ios::binary) << text;
    std::filesystem::permissions(path_ / name, std::filesystem::perms(0644));
  }
  /// Copies a library to the name that the manifest of a plugin asks for by default.
  void CopyLibrary(const std::filesystem::path& from, std::string_view plugin) const {
    const std::filesystem::path to = path_ / ("puente_" + std::string(plugin) + ".so");
    std::filesystem::copy_file(from, to);
    std::filesystem::permissions(to, std::filesystem::perms(0755));
  }
  /// Adds a plugin with this manifest and a library that is none.
  void AddPlugin(std::string_view name, std::string_view manifest) const {
    Write(std::string(name) + ".puente.json", manifest);
    Write("puente_" + std::string(name) + ".so", "");
  }
  /// The plugins of this folder alone.
  plugin::Catalog Open() const {
    plugin::SearchOptions options;
    options.use_environment = false;
    options.use_user_folder = false;
    options.built_in = path_;
    return plugin::Catalog::Open(options);
  }

 private:
  std::filesystem::path path_;
};

/// A manifest with these formats, a JSON list.
inline std::string ManifestWith(std::string_view name, std::string_view formats) {
  return R"({"manifest_version": 1, "name": ")" + std::string(name) +
         R"(", "version": "1", "publisher": "us", "license": "Apache-2.0", "title": "t",)" +
         R"("abi": "c1", "formats": )" + std::string(formats) + "}";
}

/// A manifest with one format that is read, of the plugin's name, with these keys added.
inline std::string SimpleManifest(std::string_view name, std::string_view more = "") {
  return ManifestWith(name, R"([{"id": ")" + std::string(name) +
                                R"(", "title": "f", "read": true)" + std::string(more) + "}]");
}

/// The code of an error, `OK` for none.
inline std::string CodeOf(const absl::Status& status) {
  return status.ok() ? "OK" : GetErrorDetail(status).code;
}

}  // namespace puente::testing

#endif  // PUENTE_TESTS_CORE_PLUGIN_FOLDER_H_
