// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Pins: a file beside plugins says which bytes they must have.
#ifndef PUENTE_CORE_PLUGIN_PINS_H_
#define PUENTE_CORE_PLUGIN_PINS_H_

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/base/digest.h"

namespace puente::plugin {

/// The file's name. Its lines are those of `sha256sum`: 64 hexadecimal digits, two blanks, the name
/// of a file of the folder; those that are blank or begin with `#` say nothing.
inline constexpr std::string_view kLockFile = "plugins.lock";

/// What the lock of a folder asks for.
class Pins {
 public:
  /// The lock of a folder; nothing when it has none. PUE-0412 when it cannot be read or understood,
  /// PUE-0405 when others may write to it.
  static absl::StatusOr<std::optional<Pins>> Read(const std::filesystem::path& folder);
  /// Pins for all files that are in a folder now, but for the lock itself. PUE-0101.
  static absl::StatusOr<Pins> Of(const std::filesystem::path& folder);

  /// Whether a file of the folder may have these bytes. PUE-0412 when its name is not in the lock,
  /// or with another sum.
  absl::Status Check(const std::filesystem::path& file, std::string_view bytes) const;

  /// Whether a file of the folder is in the lock, whatever its bytes. PUE-0412.
  absl::Status CheckListed(const std::filesystem::path& file) const;

  /// The lock as text, by name.
  std::string Text() const;
  const std::map<std::string, Digest>& sums() const { return sums_; }

 private:
  std::map<std::string, Digest> sums_;
};

/// A copy of bytes that nobody can change, under a name that can be loaded until the process ends.
/// Internal error when there is no room for it.
absl::StatusOr<std::filesystem::path> SealedCopy(const std::string& name, std::string_view bytes);

/// All bytes of a file. PUE-0101.
absl::StatusOr<std::string> ReadWholeFile(const std::filesystem::path& path);

}  // namespace puente::plugin

#endif  // PUENTE_CORE_PLUGIN_PINS_H_
