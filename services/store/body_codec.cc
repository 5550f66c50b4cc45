// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Compresses bodies with zstd.

#include "services/store/body_codec.h"

#include <zstd.h>

#include <utility>

#include "services/store/checksum.h"
#include "services/store/reason_error.h"

namespace puente::store {
namespace {

constexpr int kLevel = 1;
// Smaller bodies have nothing to win.
constexpr size_t kSmallest = 128;
// Compressed bodies must be smaller by this part of their size, or reading them is not worth it.
constexpr size_t kLeastGain = 8;
// No body is larger; a damaged size must not take all memory.
constexpr int64_t kLargest = int64_t{1} << 30;

struct FreeContexts {
  void operator()(ZSTD_CCtx* context) const { ZSTD_freeCCtx(context); }
  void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
};

int64_t SumOf(std::string_view bytes) { return static_cast<int64_t>(Checksum64(bytes, 0)); }

absl::Status Damaged(std::string_view what) {
  return ReasonError(exchange::v1::REASON_STORE_DAMAGED,
                     "the store is damaged: a record " + std::string(what));
}

}  // namespace

EncodedBody EncodeBody(const std::string& body, bool compress) {
  EncodedBody encoded;
  if (compress && body.size() >= kSmallest) {
    thread_local const std::unique_ptr<ZSTD_CCtx, FreeContexts> context(ZSTD_createCCtx());
    encoded.compressed.resize(ZSTD_compressBound(body.size()));
    const size_t size =
        ZSTD_compressCCtx(context.get(), encoded.compressed.data(), encoded.compressed.size(),
                          body.data(), body.size(), kLevel);
    if (ZSTD_isError(size) == 0 && size <= body.size() - body.size() / kLeastGain) {
      encoded.encoding = BodyEncoding::kZstd;
      encoded.compressed.resize(size);
      encoded.compressed.shrink_to_fit();
    } else {
      encoded.compressed = std::string();
    }
  }
  encoded.sum = SumOf(encoded.Bytes(body));
  return encoded;
}

absl::StatusOr<std::string_view> DecodeBody(int64_t encoding, int64_t sum, std::string_view bytes,
                                            int64_t size, std::string* buffer) {
  if (SumOf(bytes) != sum) return Damaged("has another checksum");
  if (encoding == static_cast<int64_t>(BodyEncoding::kPlain)) {
    if (static_cast<int64_t>(bytes.size()) != size) return Damaged("has another size");
    return bytes;
  }
  if (encoding != static_cast<int64_t>(BodyEncoding::kZstd)) return Damaged("is not readable");
  if (size < 0 || size > kLargest ||
      ZSTD_getFrameContentSize(bytes.data(), bytes.size()) != static_cast<uint64_t>(size)) {
    return Damaged("has another size");
  }
  thread_local const std::unique_ptr<ZSTD_DCtx, FreeContexts> context(ZSTD_createDCtx());
  buffer->resize(static_cast<size_t>(size));
  const size_t done = ZSTD_decompressDCtx(context.get(), buffer->data(), buffer->size(),
                                          bytes.data(), bytes.size());
  if (ZSTD_isError(done) != 0 || done != buffer->size()) return Damaged("cannot be decompressed");
  return std::string_view(*buffer);
}

}  // namespace puente::store
