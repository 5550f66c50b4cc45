// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Fills in the templates of tools/templates.
#include "tools/plugin_new.h"

#include <filesystem>
#include <string_view>
#include <system_error>
#include <utility>

#include "core/base/status.h"
#include "core/plugin/target.h"
#include "fmt/format.h"
#include "tools/session.h"

namespace puente::tools {
namespace templates {

std::string_view Cmake();
std::string_view Golden();
std::string_view GoldenRecords();
std::string_view Manifest();
std::string_view Messages();
std::string_view PluginC();
std::string_view PluginCpp();
std::string_view Sample();
std::string_view Ci();
std::string_view Readme();

}  // namespace templates

namespace {

struct Template {
  // May hold @name@.
  std::string_view file;
  std::string_view (*text)();
  // Of no use for a plugin that cannot read.
  bool for_readers = false;
  // The language that it is for; empty for all.
  std::string_view language = {};
};

constexpr Template kTemplates[] = {
    {"CMakeLists.txt", templates::Cmake},
    {"README.md", templates::Readme},
    {"@name@.puente.json", templates::Manifest},
    {"@name@.messages.json", templates::Messages},
    {"@name@_plugin.cc", templates::PluginCpp, false, "cpp"},
    {"@name@_plugin.c", templates::PluginC, false, "c"},
    {"sample.@name@", templates::Sample},
    {"golden.jsonl", templates::GoldenRecords, true},
    {"golden.cmake", templates::Golden, true},
    {".github/workflows/test.yml", templates::Ci},
};

constexpr size_t kMaxName = 40;

bool IsName(std::string_view name) {
  if (name.empty() || name.size() > kMaxName || name[0] < 'a' || name[0] > 'z') return false;
  return name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") == name.npos;
}

// `my_format` as MyFormat.
std::string ClassOf(std::string_view name) {
  std::string text;
  bool begins = true;
  for (const char c : name) {
    if (c != '_') text += begins && c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    begins = c == '_';
  }
  return text;
}

// `my_format` as MYFORMAT, the prefix of its codes.
std::string CodeOf(std::string_view name) {
  std::string text;
  for (const char c : name) {
    if (c != '_') text += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  }
  return text;
}

using Values = std::vector<std::pair<std::string_view, std::string>>;

std::string Filled(std::string_view text, const Values& values) {
  std::string out;
  while (!text.empty()) {
    const size_t mark = text.find('@');
    out.append(text.substr(0, mark));
    if (mark == text.npos) break;
    text.remove_prefix(mark);
    bool found = false;
    for (const auto& [key, value] : values) {
      if (!text.starts_with(key)) continue;
      out.append(value);
      text.remove_prefix(key.size());
      found = true;
      break;
    }
    if (found) continue;
    out += '@';
    text.remove_prefix(1);
  }
  return out;
}

// Leaves out the lines between {{reader}} or {{writer}} and {{end}} of what is not wanted.
std::string Chosen(std::string_view text, const NewPlugin& plugin) {
  std::string out;
  bool keep = true;
  while (!text.empty()) {
    const size_t end = text.find('\n');
    const std::string_view line = text.substr(0, end == text.npos ? end : end + 1);
    text.remove_prefix(line.size());
    if (line.starts_with("{{reader}}")) {
      keep = plugin.reads;
    } else if (line.starts_with("{{writer}}")) {
      keep = plugin.writes;
    } else if (line.starts_with("{{end}}")) {
      keep = true;
    } else if (keep) {
      out.append(line);
    }
  }
  return out;
}

absl::Status CannotWrite(const std::string& path, const std::error_code& error) {
  ErrorDetail detail;
  detail.code = "PUE-0103";
  detail.message = fmt::format("the folder cannot be made: {}", error.message());
  detail.source = path;
  detail.hint = "name another place with --dir";
  return MakeError(absl::StatusCode::kUnavailable, detail);
}

absl::Status WriteFile(const std::string& path, std::string_view text) {
  auto file = plugin::Target::Open(path, {});
  if (!file.ok()) return file.status();
  absl::Status status = (*file)->Write(text);
  return status.ok() ? (*file)->Commit() : status;
}

}  // namespace

absl::StatusOr<std::vector<std::string>> WriteNewPlugin(const NewPlugin& plugin) {
  if (!IsName(plugin.name)) {
    return UsageError(
        fmt::format("\"{}\" is no name for a plugin", plugin.name),
        fmt::format("use at most {} lower-case letters, digits and _, a letter first", kMaxName));
  }
  if (!plugin.reads && !plugin.writes) {
    return UsageError("a plugin reads or writes", "--kind reader,writer");
  }
  std::error_code error;
  if (std::filesystem::exists(plugin.folder, error)) {
    ErrorDetail detail;
    detail.code = "PUE-0102";
    detail.message = "there is something of this name already";
    detail.source = plugin.folder;
    detail.hint = "name another folder with --dir";
    return MakeError(absl::StatusCode::kAlreadyExists, detail);
  }
  const bool is_c = plugin.language == "c";
  const Values values = {
      {"@name@", plugin.name},
      {"@class@", ClassOf(plugin.name)},
      {"@CODE@", CodeOf(plugin.name)},
      {"@languages@", is_c ? "C" : "CXX"},
      {"@c@", is_c ? " C" : ""},
      {"@ext@", is_c ? "c" : "cc"},
      {"@read@", plugin.reads ? "true" : "false"},
      {"@write@", plugin.writes ? "true" : "false"},
      {"@lossless@", plugin.writes && plugin.reads ? "declared" : "none"},
  };
  std::vector<std::string> files;
  for (const Template& item : kTemplates) {
    if (item.for_readers && !plugin.reads) continue;
    if (!item.language.empty() && item.language != plugin.language) continue;
    const std::string file = Filled(item.file, values);
    const std::filesystem::path path = std::filesystem::path(plugin.folder) / file;
    std::filesystem::create_directories(path.parent_path(), error);
    if (error) return CannotWrite(plugin.folder, error);
    const absl::Status status =
        WriteFile(path.string(), Filled(Chosen(item.text(), plugin), values));
    if (!status.ok()) return status;
    files.push_back(file);
  }
  return files;
}

}  // namespace puente::tools
