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

std::string_view CppCmake();
std::string_view CppGolden();
std::string_view CppGoldenRecords();
std::string_view CppManifest();
std::string_view CppMessages();
std::string_view CppPlugin();
std::string_view CppSample();
std::string_view CppCi();
std::string_view CppReadme();

}  // namespace templates

namespace {

struct Template {
  // May hold @name@.
  std::string_view file;
  std::string_view (*text)();
  // Of no use for a plugin that cannot read.
  bool for_readers = false;
};

constexpr Template kTemplates[] = {
    {"CMakeLists.txt", templates::CppCmake},
    {"README.md", templates::CppReadme},
    {"@name@.puente.json", templates::CppManifest},
    {"@name@.messages.json", templates::CppMessages},
    {"@name@_plugin.cc", templates::CppPlugin},
    {"sample.@name@", templates::CppSample},
    {"golden.jsonl", templates::CppGoldenRecords, true},
    {"golden.cmake", templates::CppGolden, true},
    {".github/workflows/test.yml", templates::CppCi},
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
  const Values values = {
      {"@name@", plugin.name},
      {"@class@", ClassOf(plugin.name)},
      {"@CODE@", CodeOf(plugin.name)},
      {"@read@", plugin.reads ? "true" : "false"},
      {"@write@", plugin.writes ? "true" : "false"},
      {"@lossless@", plugin.writes && plugin.reads ? "declared" : "none"},
  };
  std::vector<std::string> files;
  for (const Template& item : kTemplates) {
    if (item.for_readers && !plugin.reads) continue;
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
