// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// The inputs that a command line names: files, folders, pages of answers.
#ifndef PUENTE_TOOLS_INPUT_LIST_H_
#define PUENTE_TOOLS_INPUT_LIST_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "tools/session.h"

namespace puente::tools {

/// The files that the arguments name: a folder stands for the files in it, hidden ones and folders
/// left out, in the order of their names. Not-found error PUE-0101 for a folder without files.
absl::StatusOr<std::vector<std::string>> ExpandFolders(const std::vector<std::string>& paths);

/// Opens the inputs that the arguments name (Session::OpenInput), with the pages of answers in
/// their order (pipeline::OrderPages).
absl::StatusOr<std::vector<pipeline::Input>> OpenInputs(Session& session,
                                                        const std::vector<std::string>& paths,
                                                        const std::string& format,
                                                        const std::vector<std::string>& options,
                                                        bool say);

}  // namespace puente::tools

#endif  // PUENTE_TOOLS_INPUT_LIST_H_
