// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Reads ZIP archives part by part, such as workbooks; nothing is put on disk.

#ifndef PUENTE_CORE_TEXT_ZIP_ARCHIVE_H_
#define PUENTE_CORE_TEXT_ZIP_ARCHIVE_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/base/limits.h"
#include "core/text/byte_stream.h"
#include "core/text/random_access.h"

namespace puente::text {

/// The most parts of an archive; workbooks have some dozens.
inline constexpr uint64_t kMaxZipParts = 10000;

/// A part of an archive, as its table of contents says.
struct ZipPart {
  /// The name, with `/` between folders.
  std::string name;
  /// Size in bytes, and packed.
  uint64_t size = 0;
  uint64_t packed_size = 0;
  /// Where the library finds it.
  uint64_t place = 0;
  bool is_encrypted = false;
  /// 0 stored, 8 deflated; no other is read.
  uint32_t method = 0;
};

/// An archive that is open for reading.
class ZipArchive {
 public:
  /// Reads the table of contents. `input` must outlive the archive and its parts. `source` is the
  /// name of the input in errors; may be empty.
  ///
  /// Invalid-argument error PUE-0340 when it is no archive, or damaged, and PUE-0341 when two parts
  /// have one name, letters of either case taken for equal, as OPC has it; resource-exhausted error
  /// PUE-0203 when it has more than kMaxZipParts.
  static absl::StatusOr<std::unique_ptr<ZipArchive>> Open(RandomInput* input, const Limits& limits,
                                                          std::string source);

  /// All parts but folders and those that are ignored, in the order of the table of contents.
  const std::vector<ZipPart>& parts() const { return parts_; }
  /// Names of parts that no program may use: those that lead out of the archive.
  const std::vector<std::string>& ignored() const { return ignored_; }
  /// The part of a name, letters of either case; null when there is none.
  const ZipPart* Find(std::string_view name) const;

  /// Opens a part. Several may be open at a time. Errors while reading: PUE-0340 when it is
  /// damaged, at its end also when its sum is wrong; PUE-0342 when it is encrypted or packed in a
  /// way that is not known; PUE-0203 beyond `max_bytes`, the limit `unpacked_bytes` for all parts
  /// together, or `unpacked_ratio`.
  absl::StatusOr<std::unique_ptr<InputStream>> OpenPart(const ZipPart& part, uint64_t max_bytes);

 private:
  friend class ZipPartStream;

  ZipArchive(RandomInput* input, const Limits& limits, std::string source);
  absl::Status ReadContents();
  absl::Status Error(absl::StatusCode status, std::string_view code, std::string message,
                     std::string hint) const;

  RandomInput* const input_;
  const Limits limits_;
  const std::string source_;
  std::vector<ZipPart> parts_;
  std::vector<std::string> ignored_;
  absl::flat_hash_map<std::string, size_t> by_name_;  // in lower case
  uint64_t unpacked_ = 0;
};

}  // namespace puente::text

#endif  // PUENTE_CORE_TEXT_ZIP_ARCHIVE_H_
