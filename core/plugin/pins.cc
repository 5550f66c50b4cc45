// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Reads and writes locks, and compares sums.
#include "core/plugin/pins.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>
#include <system_error>
#include <utility>

#include "core/base/status.h"
#include "core/base/utf8.h"
#include "core/plugin/catalog.h"
#include "core/plugin/coded_error.h"

namespace puente::plugin {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kHint =
    "if you know where it comes from, pin it: `puente plugin pin` and its folder";

absl::Status NotPinned(const fs::path& file, std::string message, std::string hint) {
  return WithSource(CodedError(absl::StatusCode::kFailedPrecondition, "PUE-0412",
                               std::move(message), std::move(hint)),
                    file.string());
}

absl::StatusOr<Digest> SumOf(std::string_view bytes) {
  Sha256 hash;
  hash.Update(bytes);
  return hash.Finish();
}

absl::Status NoRoom(std::string_view what) {
  return absl::InternalError(
      fmt::format("a library cannot be copied into memory: {}: {}", what, std::strerror(errno)));
}

}  // namespace

absl::StatusOr<std::string> ReadWholeFile(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::string bytes((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  if (in.bad() || !in.is_open()) {
    return WithSource(CodedError(absl::StatusCode::kNotFound, "PUE-0101", "the file cannot be read",
                                 "see that it is there, and that you may read it"),
                      path.string());
  }
  return bytes;
}

absl::StatusOr<std::optional<Pins>> Pins::Read(const fs::path& folder) {
  const fs::path path = folder / kLockFile;
  std::error_code error;
  if (fs::symlink_status(path, error).type() == fs::file_type::not_found) return std::nullopt;
  if (absl::Status status = CheckNotWritableByOthers(path); !status.ok()) return status;
  const absl::StatusOr<std::string> text = ReadWholeFile(path);
  if (!text.ok()) return NotPinned(path, "the lock cannot be read", "see that you may read it");
  Pins pins;
  std::string_view rest = *text;
  for (size_t number = 1; !rest.empty(); ++number) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(rest.size(), line.size() + 1));
    if (line.empty() || line.starts_with('#')) continue;
    constexpr size_t kSum = 64;
    const auto sum = DigestFromHex(line.substr(0, kSum));
    // `sha256sum --binary` puts an asterisk before the name.
    const bool is_line = sum.ok() && line.size() > kSum + 2 && line[kSum] == ' ' &&
                         (line[kSum + 1] == ' ' || line[kSum + 1] == '*') &&
                         line.find('/') == std::string_view::npos;
    if (!is_line) {
      return WithPlace(NotPinned(path, fmt::format("line {} is no sum and name of a file", number),
                                 "make it again with `puente plugin pin`"),
                       number, 1);
    }
    pins.sums_[std::string(line.substr(kSum + 2))] = *sum;
  }
  return pins;
}

absl::StatusOr<Pins> Pins::Of(const fs::path& folder) {
  Pins pins;
  std::error_code error;
  fs::directory_iterator files(folder, error);
  for (; !error && files != fs::directory_iterator(); files.increment(error)) {
    const std::string name = files->path().filename().string();
    if (name == kLockFile || !files->is_regular_file()) continue;
    const absl::StatusOr<std::string> bytes = ReadWholeFile(files->path());
    if (!bytes.ok()) return bytes.status();
    const absl::StatusOr<Digest> sum = SumOf(*bytes);
    if (!sum.ok()) return sum.status();
    pins.sums_[name] = *sum;
  }
  if (error) {
    return WithSource(CodedError(absl::StatusCode::kNotFound, "PUE-0101",
                                 fmt::format("the folder cannot be read: {}", error.message()),
                                 "name a folder of plugins"),
                      folder.string());
  }
  return pins;
}

absl::Status Pins::CheckListed(const fs::path& file) const {
  const std::string name = file.filename().string();
  if (sums_.contains(name)) return absl::OkStatus();
  return NotPinned(
      file,
      fmt::format("{} is not in the {} of its folder", EscapeForTerminalLine(name), kLockFile),
      std::string(kHint));
}

absl::Status Pins::Check(const fs::path& file, std::string_view bytes) const {
  if (absl::Status status = CheckListed(file); !status.ok()) return status;
  const std::string name = file.filename().string();
  const absl::StatusOr<Digest> sum = SumOf(bytes);
  if (!sum.ok()) return sum.status();
  if (*sum == sums_.at(name)) return absl::OkStatus();
  return NotPinned(file,
                   fmt::format("{} is not the file that {} pins: its SHA-256 is {}",
                               EscapeForTerminalLine(name), kLockFile, DigestToHex(*sum)),
                   std::string(kHint));
}

std::string Pins::Text() const {
  std::string text;
  for (const auto& [name, sum] : sums_) text += fmt::format("{}  {}\n", DigestToHex(sum), name);
  return text;
}

absl::StatusOr<fs::path> SealedCopy(const std::string& name, std::string_view bytes) {
  const int fd = memfd_create(name.c_str(), MFD_CLOEXEC | MFD_ALLOW_SEALING);
  if (fd < 0) return NoRoom("memfd_create");
  while (!bytes.empty()) {
    const ssize_t written = write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) {
      const absl::Status status = NoRoom("write");
      close(fd);
      return status;
    }
    bytes.remove_prefix(static_cast<size_t>(written));
  }
  if (fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) != 0) {
    const absl::Status status = NoRoom("sealing");
    close(fd);
    return status;
  }
  // Left open: the system's loader knows libraries by their names, and another copy must not get
  // this one's.
  return fs::path(fmt::format("/proc/self/fd/{}", fd));
}

}  // namespace puente::plugin
