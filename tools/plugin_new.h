// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// The beginning of a plugin: a folder that builds, and passes the conformance kit, as it is.
#ifndef PUENTE_TOOLS_PLUGIN_NEW_H_
#define PUENTE_TOOLS_PLUGIN_NEW_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace puente::tools {

/// What the plugin shall be.
struct NewPlugin {
  /// Lower-case letters, digits and `_`, a letter first: the name of plugin and format.
  std::string name;
  /// `cpp`, or `c`: then it needs headers alone.
  std::string language = "cpp";
  bool reads = true;
  bool writes = true;
  /// Where to make it; a folder of this name must not be there yet.
  std::string folder;
};

/// Writes the folder; the names of its files, in order. PUE-0001 for a name that cannot be,
/// PUE-0102 when the folder is there, PUE-0103 when it cannot be written.
absl::StatusOr<std::vector<std::string>> WriteNewPlugin(const NewPlugin& plugin);

}  // namespace puente::tools

#endif  // PUENTE_TOOLS_PLUGIN_NEW_H_
