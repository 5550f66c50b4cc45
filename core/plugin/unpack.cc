// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Unpacks gzip and zstd streams within limits, without trusting what they say of themselves.

#include "core/plugin/unpack.h"

#include <fmt/format.h>
#include <zlib.h>
#include <zstd.h>
#include <zstd_errors.h>

#include <algorithm>
#include <climits>
#include <cstring>
#include <string>
#include <utility>

#include "core/findings/finding_text.h"
#include "core/plugin/coded_error.h"

namespace puente::plugin {
namespace {

constexpr size_t kBufferBytes = size_t{64} << 10;
// Enough to tell what a member or frame begins with.
constexpr size_t kMarkBytes = 4;

bool BeginsGzip(std::string_view bytes) { return bytes.starts_with("\x1f\x8b"); }

// A frame, or one that is to be skipped: tools put such before the data.
bool BeginsZstd(std::string_view bytes) {
  if (bytes.size() < kMarkBytes) return false;
  if (bytes.starts_with("\x28\xb5\x2f\xfd")) return true;
  return (static_cast<unsigned char>(bytes[0]) & 0xf0) == 0x50 &&
         bytes.substr(1).starts_with("\x2a\x4d\x18");
}

absl::Status NoMemory() {
  return CodedError(absl::StatusCode::kResourceExhausted, "PUE-0203",
                    "there is not enough memory to unpack the input");
}

class GzipUnpacker : public Unpacker {
 public:
  GzipUnpacker(const Limits& limits, ReadPacked read)
      : Unpacker(Packing::kGzip, limits, std::move(read)) {}
  ~GzipUnpacker() override {
    if (open_) inflateEnd(&stream_);
  }

 protected:
  bool BeginsPart(std::string_view bytes) const override { return BeginsGzip(bytes); }

  absl::Status BeginPart() override {
    // 16: a gzip header, and no other.
    const int status = open_ ? inflateReset(&stream_) : inflateInit2(&stream_, 16 + MAX_WBITS);
    if (status != Z_OK) return NoMemory();
    open_ = true;
    return absl::OkStatus();
  }

  absl::StatusOr<Step> Unpack(std::string_view packed, char* buffer, size_t capacity) override {
    capacity = std::min<size_t>(capacity, INT_MAX);
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
    stream_.avail_in = static_cast<uInt>(packed.size());
    stream_.next_out = reinterpret_cast<Bytef*>(buffer);
    stream_.avail_out = static_cast<uInt>(capacity);
    const int status = inflate(&stream_, Z_NO_FLUSH);
    Step step;
    step.used = packed.size() - stream_.avail_in;
    step.made = capacity - stream_.avail_out;
    step.part_done = status == Z_STREAM_END;
    if (status == Z_MEM_ERROR) return NoMemory();
    if (status != Z_OK && status != Z_STREAM_END && status != Z_BUF_ERROR) {
      return Damaged(stream_.msg == nullptr ? "it cannot be unpacked" : stream_.msg);
    }
    return step;
  }

 private:
  z_stream stream_{};
  bool open_ = false;
};

class ZstdUnpacker : public Unpacker {
 public:
  ZstdUnpacker(const Limits& limits, ReadPacked read)
      : Unpacker(Packing::kZstd, limits, std::move(read)), context_(ZSTD_createDCtx()) {}
  ~ZstdUnpacker() override { ZSTD_freeDCtx(context_); }

 protected:
  bool BeginsPart(std::string_view bytes) const override { return BeginsZstd(bytes); }

  absl::Status BeginPart() override {
    if (context_ == nullptr) return NoMemory();
    const size_t reset = ZSTD_DCtx_reset(context_, ZSTD_reset_session_only);
    const size_t set = ZSTD_DCtx_setParameter(context_, ZSTD_d_windowLogMax,
                                              static_cast<int>(limits().zstd_window_log));
    if (ZSTD_isError(reset) != 0 || ZSTD_isError(set) != 0) return NoMemory();
    return absl::OkStatus();
  }

  absl::StatusOr<Step> Unpack(std::string_view packed, char* buffer, size_t capacity) override {
    ZSTD_inBuffer in{packed.data(), packed.size(), 0};
    ZSTD_outBuffer out{buffer, capacity, 0};
    const size_t result = ZSTD_decompressStream(context_, &out, &in);
    if (ZSTD_isError(result) != 0) {
      const ZSTD_ErrorCode code = ZSTD_getErrorCode(result);
      if (code == ZSTD_error_memory_allocation) return NoMemory();
      if (code == ZSTD_error_frameParameter_windowTooLarge) {
        return Beyond(
            fmt::format("needs a window of more than {}, which is",
                        FormatLimit(uint64_t{1} << limits().zstd_window_log, LimitUnit::kBytes)),
            "zstd_window_log");
      }
      return Damaged(ZSTD_getErrorName(result));
    }
    Step step;
    step.used = in.pos;
    step.made = out.pos;
    step.part_done = result == 0;
    return step;
  }

 private:
  ZSTD_DCtx* const context_;
};

}  // namespace

std::string_view PackingName(Packing packing) {
  switch (packing) {
    case Packing::kNone:
      return "";
    case Packing::kGzip:
      return "gzip";
    case Packing::kZstd:
      return "zstd";
  }
  return "";
}

Packing PackingOf(std::string_view head) {
  if (BeginsGzip(head)) return Packing::kGzip;
  return BeginsZstd(head) ? Packing::kZstd : Packing::kNone;
}

Unpacker::Unpacker(Packing packing, const Limits& limits, ReadPacked read)
    : packing_(packing),
      limits_(limits),
      read_(std::move(read)),
      buffer_(std::make_unique<char[]>(kBufferBytes)) {}

absl::StatusOr<std::unique_ptr<Unpacker>> Unpacker::Create(Packing packing, const Limits& limits,
                                                           ReadPacked read) {
  switch (packing) {
    case Packing::kGzip:
      return std::make_unique<GzipUnpacker>(limits, std::move(read));
    case Packing::kZstd:
      return std::make_unique<ZstdUnpacker>(limits, std::move(read));
    case Packing::kNone:
      break;
  }
  return absl::InvalidArgumentError("nothing is packed");
}

absl::StatusOr<size_t> Unpacker::Read(char* buffer, size_t capacity) {
  while (capacity > 0) {
    if (!in_part_) {
      absl::StatusOr<bool> part = NextPart();
      if (!part.ok()) return part.status();
      if (!*part) return 0;
    }
    if (begin_ == end_ && !more_ready_) {
      if (absl::Status status = Fill(); !status.ok()) return status;
      if (begin_ == end_) {
        return Error(fmt::format("the input ends within its {} data, after byte {}: it is cut",
                                 PackingName(packing_), FormatCount(packed_bytes_)));
      }
    }
    absl::StatusOr<Step> step = Unpack(ahead(), buffer, capacity);
    if (!step.ok()) return step.status();
    begin_ += step->used;
    packed_bytes_ += step->used;
    unpacked_bytes_ += step->made;
    more_ready_ = step->made == capacity;
    if (step->part_done) in_part_ = more_ready_ = false;
    if (absl::Status status = CheckSize(); !status.ok()) return status;
    if (step->made > 0) return step->made;
  }
  return 0;
}

// Finds the next member or frame; false at the end of the input.
absl::StatusOr<bool> Unpacker::NextPart() {
  while (end_ - begin_ < kMarkBytes) {
    const size_t before = end_ - begin_;
    if (absl::Status status = Fill(); !status.ok()) return status;
    if (end_ - begin_ == before) break;
  }
  if (begin_ == end_) return false;
  if (!BeginsPart(ahead())) {
    return Error(fmt::format("what follows the {} data from byte {} on is no such data",
                             PackingName(packing_), FormatCount(packed_bytes_)));
  }
  if (absl::Status status = BeginPart(); !status.ok()) return status;
  in_part_ = true;
  return true;
}

// Reads on behind what is there; nothing more comes at the end of the input.
absl::Status Unpacker::Fill() {
  if (begin_ > 0) std::memmove(buffer_.get(), buffer_.get() + begin_, end_ - begin_);
  end_ -= begin_;
  begin_ = 0;
  absl::StatusOr<size_t> got = read_(buffer_.get() + end_, kBufferBytes - end_);
  if (!got.ok()) return got.status();
  end_ += *got;
  return absl::OkStatus();
}

absl::Status Unpacker::CheckSize() const {
  if (unpacked_bytes_ > limits_.unpacked_bytes) {
    return Beyond(fmt::format("unpacks to more than {}, which is",
                              FormatLimit(limits_.unpacked_bytes, LimitUnit::kBytes)),
                  "unpacked_bytes");
  }
  if (unpacked_bytes_ > kRatioHoldsFrom &&
      unpacked_bytes_ > packed_bytes_ * limits_.unpacked_ratio) {
    return Beyond(fmt::format("unpacks to more than {} times its size, which is",
                              FormatCount(limits_.unpacked_ratio)),
                  "unpacked_ratio");
  }
  return absl::OkStatus();
}

absl::Status Unpacker::Error(std::string what) const {
  return CodedError(
      absl::StatusCode::kDataLoss, "PUE-0120", std::move(what),
      fmt::format("get the file again; `{} -t FILE` tests it", PackingName(packing_)));
}

absl::Status Unpacker::Damaged(std::string_view why) const {
  return Error(fmt::format("the {} data are damaged near byte {}: {}", PackingName(packing_),
                           FormatCount(packed_bytes_ + 1), why));
}

absl::Status Unpacker::Beyond(std::string_view what, std::string_view limit) const {
  return CodedError(absl::StatusCode::kResourceExhausted, "PUE-0203",
                    fmt::format("the {} data {} the limit; near byte {} of the input",
                                PackingName(packing_), what, FormatCount(packed_bytes_ + 1)),
                    fmt::format("if the file is to be trusted, raise the limit {}", limit));
}

}  // namespace puente::plugin
