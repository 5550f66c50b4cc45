// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Canonical bytes of records and the SHA-256 digests over them.

#ifndef PUENTE_CORE_BASE_DIGEST_H_
#define PUENTE_CORE_BASE_DIGEST_H_

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "puente/v1/record.pb.h"

namespace puente {

/// The 32 bytes of a SHA-256 digest.
using Digest = std::array<uint8_t, 32>;

/// The digest as 64 lower-case hexadecimal digits.
std::string DigestToHex(const Digest& digest);

/// Reads 64 hexadecimal digits of either case. Invalid-argument error.
absl::StatusOr<Digest> DigestFromHex(std::string_view hex);

/// SHA-256 of bytes that come in parts; one object digests any number of byte strings in turn.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(Sha256&& other) noexcept;
  Sha256& operator=(Sha256&& other) noexcept;

  /// Takes the next bytes.
  void Update(std::string_view bytes);

  /// The digest of all bytes since the last call of Finish; the object is then as new. Internal
  /// error when libcrypto refuses SHA-256.
  absl::StatusOr<Digest> Finish();

 private:
  struct Context;
  std::unique_ptr<Context> context_;
};

/// Writes the canonical bytes of a record as docs/spec/digest.md defines them; `out` is replaced.
/// Invalid-argument error when residue nests deeper than kMaxXmlDepth; resource-exhausted error for
/// a record beyond 2 GiB.
absl::Status CanonicalBytes(const v1::Record& record, std::string* out);

/// SHA-256 of the canonical bytes. Errors are those of CanonicalBytes.
absl::StatusOr<Digest> RecordDigest(const v1::Record& record);

/// The same of a serialized record. Most are written canonically, and no message is made of those.
/// Invalid-argument error when the bytes are no record.
absl::StatusOr<Digest> RecordDigest(std::string_view bytes);

/// The digest of a dataset: SHA-256 of the digests of its records, 32 bytes each, in their order.
class DatasetDigest {
 public:
  /// Takes the digest of the next record.
  void Add(const Digest& record_digest);

  /// The digest of the records since the last call of Finish. Errors are those of Sha256.
  absl::StatusOr<Digest> Finish();

 private:
  Sha256 hash_;
};

}  // namespace puente

#endif  // PUENTE_CORE_BASE_DIGEST_H_
