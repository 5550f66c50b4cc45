// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Writes ZIP archives part by part to a stream, such as workbooks.
#include "core/text/zip_writer.h"

#include <minizip/zip.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <string>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "core/base/status.h"
#include "core/base/temp_file.h"
#include "core/base/utf8.h"
#include "fmt/format.h"

namespace puente::text {
namespace {

// Of the archive, and of the part that is packed, what is beyond this goes to a file.
constexpr size_t kInMemory = size_t{1} << 20;
constexpr size_t kChunk = size_t{64} << 10;
// 1 January 1980, 00:00, the first day that an archive can tell.
constexpr uLong kFirstDay = (1U << 5U) | 1U;
constexpr uLong kNameIsUtf8 = 1U << 11U;
// Sizes from here on need Zip64.
constexpr uint64_t kNoSize = 0xFFFFFFFF;

/// Bytes at offsets, in memory while they are few.
class Store {
 public:
  uint64_t size() const { return size_; }
  void Clear() {
    size_ = 0;
    memory_.clear();
  }

  absl::Status WriteAt(uint64_t at, std::string_view bytes) {
    const uint64_t end = at + bytes.size();
    if (file_ == nullptr && end > kInMemory) {
      absl::StatusOr<std::unique_ptr<TempFile>> file = TempFile::Create();
      if (!file.ok()) return file.status();
      file_ = *std::move(file);
      if (absl::Status status = file_->WriteAt(0, memory_); !status.ok()) return status;
      memory_ = std::string();
    }
    size_ = std::max(size_, end);
    if (file_ != nullptr) return file_->WriteAt(at, bytes);
    if (memory_.size() < end) memory_.resize(static_cast<size_t>(end));
    memory_.replace(static_cast<size_t>(at), bytes.size(), bytes);
    return absl::OkStatus();
  }

  absl::Status ReadAt(uint64_t at, char* buffer, size_t size) {
    if (file_ != nullptr) return file_->ReadAt(at, buffer, size);
    std::memcpy(buffer, memory_.data() + at, size);
    return absl::OkStatus();
  }

 private:
  std::string memory_;
  uint64_t size_ = 0;
  std::unique_ptr<TempFile> file_;
};

/// What minizip writes with: a place in the archive, and its error.
struct Cursor {
  Store store;
  uint64_t at = 0;
  absl::Status status;
};

Cursor& CursorOf(voidpf stream) { return *static_cast<Cursor*>(stream); }

voidpf OpenCursor(voidpf opaque, const void* /*filename*/, int /*mode*/) { return opaque; }

// A new archive is never read.
uLong ReadCursor(voidpf /*opaque*/, voidpf /*stream*/, void* /*buffer*/, uLong /*size*/) {
  return 0;
}

uLong WriteCursor(voidpf /*opaque*/, voidpf stream, const void* buffer, uLong size) {
  Cursor& cursor = CursorOf(stream);
  if (!cursor.status.ok()) return 0;
  cursor.status = cursor.store.WriteAt(
      cursor.at, std::string_view(static_cast<const char*>(buffer), static_cast<size_t>(size)));
  if (!cursor.status.ok()) return 0;
  cursor.at += size;
  return size;
}

ZPOS64_T TellCursor(voidpf /*opaque*/, voidpf stream) { return CursorOf(stream).at; }

long SeekCursor(voidpf /*opaque*/, voidpf stream, ZPOS64_T offset, int origin) {
  Cursor& cursor = CursorOf(stream);
  uint64_t base = 0;
  if (origin == ZLIB_FILEFUNC_SEEK_CUR) base = cursor.at;
  if (origin == ZLIB_FILEFUNC_SEEK_END) base = cursor.store.size();
  cursor.at = base + offset;
  return 0;
}

int CloseCursor(voidpf /*opaque*/, voidpf /*stream*/) { return 0; }
int CursorError(voidpf /*opaque*/, voidpf stream) { return CursorOf(stream).status.ok() ? 0 : 1; }

absl::Status WrongOrder(std::string_view call) {
  return absl::FailedPreconditionError(fmt::format("ZipWriter: {} in the wrong order", call));
}

}  // namespace

struct ZipWriter::State {
  explicit State(OutputStream* out) : output(out) {}
  ~State() {
    if (archive != nullptr) zipClose(archive, nullptr);
    if (can_pack) deflateEnd(&packer);
  }

  absl::Status Start(int level);
  absl::Status CheckName(const std::string& part);
  absl::Status Pack(std::string_view bytes, int flush);
  absl::Status BeginEntry(uint64_t size, uint64_t packed_size, uint32_t method);
  absl::Status PutEntry(const char* bytes, size_t size);
  absl::Status EndEntry(uint64_t size, uint32_t sum);
  absl::Status PutPacked();
  absl::Status CopyPacked(const ZipPart& part, InputStream* input);
  absl::Status Flush();
  /// The error of minizip, which is that of the file below it.
  absl::Status ArchiveError() const {
    if (!cursor.status.ok()) return cursor.status;
    return absl::InternalError(fmt::format("minizip cannot write the part `{}`", name));
  }
  /// Keeps an error: what comes after it cannot be right.
  absl::Status Keep(absl::Status result) {
    if (!result.ok()) status = result;
    return result;
  }

  OutputStream* const output;
  Cursor cursor;
  zipFile archive = nullptr;
  absl::flat_hash_set<std::string> names;  // in lower case
  absl::Status status;
  bool is_finished = false;

  // The part that is open.
  bool is_open = false;
  std::string name;
  z_stream packer{};
  bool can_pack = false;
  uint64_t size = 0;
  uLong sum = 0;
  Store packed;
  std::array<char, kChunk> chunk;
};

absl::Status ZipWriter::State::Start(int level) {
  zlib_filefunc64_def functions{};
  functions.zopen64_file = OpenCursor;
  functions.zread_file = ReadCursor;
  functions.zwrite_file = WriteCursor;
  functions.ztell64_file = TellCursor;
  functions.zseek64_file = SeekCursor;
  functions.zclose_file = CloseCursor;
  functions.zerror_file = CursorError;
  functions.opaque = &cursor;
  archive = zipOpen2_64("", APPEND_STATUS_CREATE, nullptr, &functions);
  constexpr int kMemoryLevel = 8;
  can_pack = deflateInit2(&packer, level, Z_DEFLATED, -MAX_WBITS, kMemoryLevel,
                          Z_DEFAULT_STRATEGY) == Z_OK;
  if (archive == nullptr || !can_pack) return absl::InternalError("minizip or zlib does not start");
  return absl::OkStatus();
}

absl::Status ZipWriter::State::CheckName(const std::string& part) {
  std::string problem;
  if (names.size() >= kMaxZipParts) {
    problem = fmt::format("it would have more than {} parts", kMaxZipParts);
  } else if (part.empty() || part.ends_with('/') || !IsSafeZipName(part) ||
             part.size() > std::numeric_limits<uint16_t>::max()) {
    problem = fmt::format("`{}` cannot be the name of a part", ClipText(part, 100));
  } else if (!names.insert(ZipNameKey(part)).second) {
    problem = fmt::format("it has a part `{}` already", part);
  } else {
    return absl::OkStatus();
  }
  ErrorDetail detail;
  detail.code = "PUE-0344";
  detail.message = "the archive cannot be written: " + problem;
  return MakeError(absl::StatusCode::kInvalidArgument, detail);
}

absl::Status ZipWriter::State::Pack(std::string_view bytes, int flush) {
  constexpr size_t kMost = size_t{1} << 30;
  while (true) {
    const size_t portion = std::min(bytes.size(), kMost);
    // zlib reads only, though it does not say so.
    packer.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
    packer.avail_in = static_cast<uInt>(portion);
    bytes.remove_prefix(portion);
    const int now = bytes.empty() ? flush : Z_NO_FLUSH;
    do {
      packer.next_out = reinterpret_cast<Bytef*>(chunk.data());
      packer.avail_out = static_cast<uInt>(chunk.size());
      if (deflate(&packer, now) == Z_STREAM_ERROR) return absl::InternalError("zlib cannot pack");
      const std::string_view done(chunk.data(), chunk.size() - packer.avail_out);
      if (done.empty()) break;
      if (absl::Status put = packed.WriteAt(packed.size(), done); !put.ok()) return put;
    } while (packer.avail_out == 0);
    if (bytes.empty()) return absl::OkStatus();
  }
}

absl::Status ZipWriter::State::BeginEntry(uint64_t entry_size, uint64_t packed_size,
                                          uint32_t method) {
  zip_fileinfo info{};
  info.dosDate = kFirstDay << 16U;
  const bool is_ascii =
      std::all_of(name.begin(), name.end(), [](char c) { return static_cast<uint8_t>(c) < 0x80; });
  const uLong flags = is_ascii || FirstInvalidUtf8(name).has_value() ? 0 : kNameIsUtf8;
  const int zip64 = entry_size >= kNoSize || packed_size >= kNoSize ? 1 : 0;
  if (zipOpenNewFileInZip4_64(archive, name.c_str(), &info, nullptr, 0, nullptr, 0, nullptr,
                              static_cast<int>(method), 0, /*raw=*/1, -MAX_WBITS, DEF_MEM_LEVEL,
                              Z_DEFAULT_STRATEGY, nullptr, 0, 0, flags, zip64) != ZIP_OK) {
    return ArchiveError();
  }
  return absl::OkStatus();
}

absl::Status ZipWriter::State::PutEntry(const char* bytes, size_t count) {
  if (zipWriteInFileInZip(archive, bytes, static_cast<unsigned>(count)) != ZIP_OK) {
    return ArchiveError();
  }
  return absl::OkStatus();
}

absl::Status ZipWriter::State::EndEntry(uint64_t entry_size, uint32_t entry_sum) {
  if (zipCloseFileInZipRaw64(archive, entry_size, entry_sum) != ZIP_OK) return ArchiveError();
  return absl::OkStatus();
}

absl::Status ZipWriter::State::PutPacked() {
  absl::Status result = BeginEntry(size, packed.size(), Z_DEFLATED);
  for (uint64_t at = 0; result.ok() && at < packed.size();) {
    const auto count = static_cast<size_t>(std::min<uint64_t>(chunk.size(), packed.size() - at));
    result = packed.ReadAt(at, chunk.data(), count);
    if (result.ok()) result = PutEntry(chunk.data(), count);
    at += count;
  }
  if (result.ok()) result = EndEntry(size, static_cast<uint32_t>(sum));
  return result;
}

absl::Status ZipWriter::State::CopyPacked(const ZipPart& part, InputStream* input) {
  absl::Status result = BeginEntry(part.size, part.packed_size, part.method);
  while (result.ok()) {
    const absl::StatusOr<size_t> got = input->Read(chunk.data(), chunk.size());
    if (!got.ok()) return got.status();
    if (*got == 0) break;
    result = PutEntry(chunk.data(), *got);
  }
  if (result.ok()) result = EndEntry(part.size, part.sum);
  return result;
}

absl::Status ZipWriter::State::Flush() {
  const int closed = zipClose(archive, nullptr);
  archive = nullptr;
  if (closed != ZIP_OK) return ArchiveError();
  for (uint64_t at = 0; at < cursor.store.size();) {
    const auto count =
        static_cast<size_t>(std::min<uint64_t>(chunk.size(), cursor.store.size() - at));
    if (absl::Status read = cursor.store.ReadAt(at, chunk.data(), count); !read.ok()) return read;
    if (absl::Status put = output->Write(std::string_view(chunk.data(), count)); !put.ok()) {
      return put;
    }
    at += count;
  }
  return absl::OkStatus();
}

ZipWriter::ZipWriter(std::unique_ptr<State> state) : state_(std::move(state)) {}
ZipWriter::~ZipWriter() = default;

absl::StatusOr<std::unique_ptr<ZipWriter>> ZipWriter::Open(OutputStream* output, int level) {
  auto state = std::make_unique<State>(output);
  if (absl::Status status = state->Start(std::clamp(level, 1, 9)); !status.ok()) return status;
  return std::unique_ptr<ZipWriter>(new ZipWriter(std::move(state)));
}

absl::Status ZipWriter::Begin(std::string_view name) {
  State& state = *state_;
  if (!state.status.ok()) return state.status;
  if (state.is_open || state.is_finished) return WrongOrder("Begin");
  std::string part(name);
  if (absl::Status status = state.CheckName(part); !status.ok()) return status;
  state.name = std::move(part);
  state.is_open = true;
  state.size = 0;
  state.sum = crc32_z(0, nullptr, 0);
  state.packed.Clear();
  deflateReset(&state.packer);
  return absl::OkStatus();
}

absl::Status ZipWriter::Write(std::string_view bytes) {
  State& state = *state_;
  if (!state.status.ok()) return state.status;
  if (!state.is_open) return WrongOrder("Write");
  if (bytes.empty()) return absl::OkStatus();
  state.sum = crc32_z(state.sum, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size());
  state.size += bytes.size();
  return state.Keep(state.Pack(bytes, Z_NO_FLUSH));
}

absl::Status ZipWriter::End() {
  State& state = *state_;
  if (!state.status.ok()) return state.status;
  if (!state.is_open) return WrongOrder("End");
  state.is_open = false;
  absl::Status status = state.Pack({}, Z_FINISH);
  if (status.ok()) status = state.PutPacked();
  return state.Keep(std::move(status));
}

absl::Status ZipWriter::CopyRaw(const ZipPart& part, ZipArchive* from) {
  State& state = *state_;
  if (!state.status.ok()) return state.status;
  if (state.is_open || state.is_finished) return WrongOrder("CopyRaw");
  absl::StatusOr<std::unique_ptr<InputStream>> input = from->OpenPacked(part);
  if (!input.ok()) return input.status();
  if (absl::Status status = state.CheckName(part.name); !status.ok()) return status;
  state.name = part.name;
  return state.Keep(state.CopyPacked(part, input->get()));
}

absl::Status ZipWriter::Finish() {
  State& state = *state_;
  if (!state.status.ok()) return state.status;
  if (state.is_open || state.is_finished) return WrongOrder("Finish");
  state.is_finished = true;
  return state.Keep(state.Flush());
}

}  // namespace puente::text
