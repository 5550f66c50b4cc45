// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Bodies of records as they lie in a store: plain or compressed, with a checksum.

#ifndef PUENTE_SERVICES_STORE_BODY_CODEC_H_
#define PUENTE_SERVICES_STORE_BODY_CODEC_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace puente::store {

/// How the bytes of a body lie in a store. The numbers are in stores.
enum class BodyEncoding : uint8_t { kPlain = 0, kZstd = 1 };

/// A body that is ready to be stored.
struct EncodedBody {
  BodyEncoding encoding = BodyEncoding::kPlain;
  /// What is stored when it is compressed; a plain body is stored as it came.
  std::string compressed;
  /// Of the bytes that are stored.
  int64_t sum = 0;

  /// The bytes to store.
  std::string_view Bytes(const std::string& body) const {
    return encoding == BodyEncoding::kPlain ? std::string_view(body) : compressed;
  }
};

/// Makes a body ready; one that does not get smaller stays plain. Any thread.
EncodedBody EncodeBody(const std::string& body, bool compress);

/// The body from what is stored: `bytes` themselves when they are plain, else those of `buffer`.
/// `size`: what it must have. STORE_DAMAGED.
absl::StatusOr<std::string_view> DecodeBody(int64_t encoding, int64_t sum, std::string_view bytes,
                                            int64_t size, std::string* buffer);

}  // namespace puente::store

#endif  // PUENTE_SERVICES_STORE_BODY_CODEC_H_
