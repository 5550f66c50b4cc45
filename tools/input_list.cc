// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// The inputs that a command line names: files, folders, pages of answers.
#include "tools/input_list.h"

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>

#include "core/base/status.h"
#include "core/pipeline/page_order.h"
#include "fmt/format.h"

namespace puente::tools {
namespace {

absl::Status FolderError(const std::string& path, std::string message, std::string hint) {
  ErrorDetail detail;
  detail.code = "PUE-0101";
  detail.source = path;
  detail.message = std::move(message);
  detail.hint = std::move(hint);
  return MakeError(absl::StatusCode::kNotFound, detail);
}

}  // namespace

absl::StatusOr<std::vector<std::string>> ExpandFolders(const std::vector<std::string>& paths) {
  std::vector<std::string> files;
  for (const std::string& path : paths) {
    std::error_code error;
    if (path == "-" || !std::filesystem::is_directory(path, error)) {
      files.push_back(path);
      continue;
    }
    std::vector<std::string> found;
    std::filesystem::directory_iterator at(path, error);
    while (!error && at != std::filesystem::directory_iterator()) {
      const std::string name = at->path().filename().string();
      std::error_code ignored;
      if (!name.starts_with('.') && at->is_regular_file(ignored)) {
        found.push_back(at->path().string());
      }
      at.increment(error);
    }
    if (error) {
      return FolderError(path, fmt::format("the folder cannot be read: {}", error.message()),
                         "check the permissions of the folder");
    }
    if (found.empty()) {
      return FolderError(path, "there is no file in this folder",
                         "name the files, or the folder that they are in");
    }
    std::sort(found.begin(), found.end(), [](const std::string& a, const std::string& b) {
      return pipeline::CompareNaturally(a, b) < 0;
    });
    files.insert(files.end(), found.begin(), found.end());
  }
  return files;
}

absl::StatusOr<std::vector<pipeline::Input>> OpenInputs(Session& session,
                                                        const std::vector<std::string>& paths,
                                                        const std::string& format,
                                                        const std::vector<std::string>& options,
                                                        bool say) {
  const absl::StatusOr<std::vector<std::string>> files = ExpandFolders(paths);
  if (!files.ok()) return files.status();
  std::vector<pipeline::Input> inputs;
  for (const std::string& path : *files) {
    absl::StatusOr<pipeline::Input> input = session.OpenInput(path, format, options, say);
    if (!input.ok()) return input.status();
    inputs.push_back(*std::move(input));
  }
  pipeline::OrderPages(&inputs);
  return inputs;
}

}  // namespace puente::tools
