// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Looks through a plugin's library before it is loaded; runs none of its code.
#ifndef PUENTE_CORE_PLUGIN_SCAN_H_
#define PUENTE_CORE_PLUGIN_SCAN_H_

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace puente::plugin {

/// What a library says of itself.
struct LibraryScan {
  /// Names of the symbols that it defines and exports, sorted.
  std::vector<std::string> exports;
  /// Libraries that it asks for by name (DT_NEEDED), in order.
  std::vector<std::string> needed;
  /// Names of the protobuf file descriptors inside it, such as `puente/v1/record.proto`, sorted.
  /// They are registered as soon as the library is loaded, and a second registration of a name
  /// aborts the process.
  std::vector<std::string> descriptors;
};

/// Scans a library: an ELF file for this machine, stripped or not. PUE-0406 for what is none, or a
/// damaged one.
absl::StatusOr<LibraryScan> ScanLibrary(const std::filesystem::path& path);

/// Names of protobuf file descriptors in any bytes, sorted.
std::vector<std::string> FindDescriptors(std::string_view bytes);

/// Says who registered a descriptor in this process (`this program`, or the name of a plugin);
/// empty when nobody did.
using DescriptorOwner = std::function<std::string(std::string_view descriptor)>;

/// Whether a library may be loaded: it has the entry of this contract (PUE-0403, naming both
/// versions, when it has another one, PUE-0406 when it has none) and no descriptor of the schema or
/// of somebody else (PUE-0404).
absl::Status CheckScan(const LibraryScan& scan, const std::filesystem::path& path,
                       const DescriptorOwner& owner);

}  // namespace puente::plugin

#endif  // PUENTE_CORE_PLUGIN_SCAN_H_
