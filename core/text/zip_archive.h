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

/// True when the first bytes of a file are those of an archive, as workbooks are.
inline bool IsZipArchive(std::string_view head) {
  return head.starts_with("PK\x03\x04") || head.starts_with("PK\x05\x06");
}
/// True when they are those of a file of older programs of Microsoft, such as .xls, or of a
/// workbook with a password; ZipArchive says so.
inline bool IsCompoundFile(std::string_view head) {
  return head.starts_with("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1");
}

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
  /// The sum (CRC-32) of its bytes.
  uint32_t sum = 0;
};

class ZipHandle;

/// False for a name that no program may use: it would lead out of the archive, were it put on disk,
/// or is empty or not UTF-8, as names of parts never are.
bool IsSafeZipName(std::string_view name);

/// The name that is the same for all names of one part: letters of either case are equal.
std::string ZipNameKey(std::string_view name);

/// An archive that is open for reading.
class ZipArchive {
 public:
  ~ZipArchive();

  /// Reads the table of contents. `input` must outlive the archive and its parts. `source` is the
  /// name of the input in errors; may be empty.
  ///
  /// Invalid-argument error PUE-0340 when it is no archive, or damaged, and PUE-0341 when two parts
  /// have one name, letters of either case taken for equal, as OPC has it; resource-exhausted error
  /// PUE-0203 beyond the limit `zip_parts`. Parts that together are larger than the archive
  /// are damage: they would have the same bytes, a bomb that no limit of one part sees.
  static absl::StatusOr<std::unique_ptr<ZipArchive>> Open(RandomInput* input, const Limits& limits,
                                                          std::string source);

  /// All parts but folders and those that are ignored, in the order of the table of contents.
  const std::vector<ZipPart>& parts() const { return parts_; }
  /// Names of parts that no program may use, as IsSafeZipName says; they need not be UTF-8.
  const std::vector<std::string>& ignored() const { return ignored_; }
  /// The part of a name, letters of either case; null when there is none.
  const ZipPart* Find(std::string_view name) const;

  /// Opens a part. Several may be open at a time. Errors while reading: PUE-0340 when it is
  /// damaged, at its end also when its sum is wrong; PUE-0342 when it is encrypted or packed in a
  /// way that is not known; PUE-0203 beyond `max_bytes`, the limit `unpacked_bytes` for all parts
  /// together (each counts once, however often it is read), or `unpacked_ratio`.
  absl::StatusOr<std::unique_ptr<InputStream>> OpenPart(const ZipPart& part, uint64_t max_bytes);
  /// Opens a part to read it packed as it is; its sum is not compared. Errors: PUE-0340, PUE-0342.
  absl::StatusOr<std::unique_ptr<InputStream>> OpenPacked(const ZipPart& part);
  /// The bytes of a part. The errors of OpenPart and of reading.
  absl::StatusOr<std::string> ReadPart(const ZipPart& part, uint64_t max_bytes);

 private:
  friend class ZipPartStream;
  friend class ZipPackedStream;

  ZipArchive(RandomInput* input, const Limits& limits, std::string source);
  absl::Status ReadContents();
  absl::Status CheckMethod(const ZipPart& part) const;
  /// A handle of the library that is at the beginning of no part. To find the table of contents
  /// anew for each part would take longer than to read it.
  std::unique_ptr<ZipHandle> TakeHandle();
  void GiveBack(std::unique_ptr<ZipHandle> handle);
  absl::Status Damaged(const ZipPart& part, const absl::Status& input, std::string_view what) const;
  absl::Status Error(absl::StatusCode status, std::string_view code, std::string message,
                     std::string hint) const;

  RandomInput* const input_;
  const Limits limits_;
  const std::string source_;
  std::vector<std::unique_ptr<ZipHandle>> idle_;
  std::vector<ZipPart> parts_;
  std::vector<std::string> ignored_;
  absl::flat_hash_map<std::string, size_t> by_name_;  // in lower case
  // The most that was read of each part, by its place, and all of them together.
  absl::flat_hash_map<uint64_t, uint64_t> unpacked_parts_;
  uint64_t unpacked_ = 0;
};

}  // namespace puente::text

#endif  // PUENTE_CORE_TEXT_ZIP_ARCHIVE_H_
