// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Reads ZIP archives part by part, such as workbooks; nothing is put on disk.
#include "core/text/zip_archive.h"

#include <minizip/unzip.h>

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

#include "core/base/status.h"
#include "core/base/utf8.h"
#include "fmt/format.h"

namespace puente::text {
namespace {

constexpr std::string_view kOldWorkbook = "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1";
// Below this a part may be packed as well as it likes.
constexpr uint64_t kFreeBytes = uint64_t{10} << 20;
constexpr uint32_t kDeflated = 8;

/// What minizip reads with: a place in the input, and its error. The library reads its tables byte
/// by byte; what follows is kept, so that the input is not asked for each.
struct Cursor {
  RandomInput* input = nullptr;
  uint64_t at = 0;
  absl::Status status;
  std::array<char, 4096> kept;
  uint64_t kept_at = 0;
  size_t kept_size = 0;
};

Cursor& CursorOf(voidpf stream) { return *static_cast<Cursor*>(stream); }

voidpf OpenCursor(voidpf opaque, const void* /*filename*/, int /*mode*/) { return opaque; }

uLong ReadCursor(voidpf /*opaque*/, voidpf stream, void* buffer, uLong size) {
  Cursor& cursor = CursorOf(stream);
  char* const out = static_cast<char*>(buffer);
  const bool is_kept = cursor.at >= cursor.kept_at &&
                       cursor.at - cursor.kept_at < cursor.kept_size &&
                       size <= cursor.kept_size - (cursor.at - cursor.kept_at);
  const bool is_small = size < cursor.kept.size();
  if (!is_kept) {
    absl::StatusOr<size_t> got =
        is_small ? cursor.input->ReadAt(cursor.at, cursor.kept.data(), cursor.kept.size())
                 : cursor.input->ReadAt(cursor.at, out, static_cast<size_t>(size));
    if (!got.ok()) {
      cursor.status = got.status();
      return 0;
    }
    if (!is_small) {
      cursor.at += *got;
      return static_cast<uLong>(*got);
    }
    cursor.kept_at = cursor.at;
    cursor.kept_size = *got;
  }
  const size_t skipped = static_cast<size_t>(cursor.at - cursor.kept_at);
  const size_t copied = std::min(static_cast<size_t>(size), cursor.kept_size - skipped);
  std::copy_n(cursor.kept.data() + skipped, copied, out);
  cursor.at += copied;
  return static_cast<uLong>(copied);
}

uLong WriteCursor(voidpf /*opaque*/, voidpf /*stream*/, const void* /*buffer*/, uLong /*size*/) {
  return 0;
}

ZPOS64_T TellCursor(voidpf /*opaque*/, voidpf stream) { return CursorOf(stream).at; }

long SeekCursor(voidpf /*opaque*/, voidpf stream, ZPOS64_T offset, int origin) {
  Cursor& cursor = CursorOf(stream);
  uint64_t base = 0;
  if (origin == ZLIB_FILEFUNC_SEEK_CUR) base = cursor.at;
  if (origin == ZLIB_FILEFUNC_SEEK_END) base = cursor.input->size();
  if (offset > std::numeric_limits<uint64_t>::max() - base) return -1;
  cursor.at = base + offset;
  return 0;
}

int CloseCursor(voidpf /*opaque*/, voidpf /*stream*/) { return 0; }
int CursorError(voidpf /*opaque*/, voidpf stream) { return CursorOf(stream).status.ok() ? 0 : 1; }

}  // namespace

/// The library's handle on an input.
class ZipHandle {
 public:
  explicit ZipHandle(RandomInput* input) {
    cursor_.input = input;
    zlib_filefunc64_def functions{};
    functions.zopen64_file = OpenCursor;
    functions.zread_file = ReadCursor;
    functions.zwrite_file = WriteCursor;
    functions.ztell64_file = TellCursor;
    functions.zseek64_file = SeekCursor;
    functions.zclose_file = CloseCursor;
    functions.zerror_file = CursorError;
    functions.opaque = &cursor_;
    file_ = unzOpen2_64("", &functions);
  }
  ~ZipHandle() {
    if (file_ != nullptr) unzClose(file_);
  }
  ZipHandle(const ZipHandle&) = delete;
  ZipHandle& operator=(const ZipHandle&) = delete;

  unzFile file() const { return file_; }
  /// The error of the input, if it failed.
  const absl::Status& status() const { return cursor_.status; }

 private:
  Cursor cursor_;
  unzFile file_ = nullptr;
};

std::string ZipNameKey(std::string_view name) {
  std::string lower(name);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

bool IsSafeZipName(std::string_view name) {
  if (name.empty() || FirstInvalidUtf8(name).has_value()) return false;
  if (name.starts_with('/') || name.find('\\') != std::string_view::npos ||
      name.find(':') != std::string_view::npos || name.find('\0') != std::string_view::npos) {
    return false;
  }
  while (!name.empty()) {
    const size_t end = std::min(name.find('/'), name.size());
    if (name.substr(0, end) == "..") return false;
    name.remove_prefix(std::min(end + 1, name.size()));
  }
  return true;
}

/// One part while it is read.
class ZipPartStream final : public InputStream {
 public:
  ZipPartStream(ZipArchive* archive, const ZipPart& part, uint64_t max_bytes)
      : archive_(*archive), part_(part), max_bytes_(max_bytes), handle_(archive->TakeHandle()) {}
  ~ZipPartStream() override {
    if (is_open_) unzCloseCurrentFile(handle_->file());
    archive_.GiveBack(std::move(handle_));
  }

  absl::Status Begin() {
    if (handle_->file() == nullptr || unzSetOffset64(handle_->file(), part_.place) != UNZ_OK ||
        unzOpenCurrentFile(handle_->file()) != UNZ_OK) {
      return Damaged("its beginning is damaged");
    }
    is_open_ = true;
    return absl::OkStatus();
  }

  absl::StatusOr<size_t> Read(char* buffer, size_t size) override {
    if (!status_.ok()) return status_;
    if (!is_open_) return size_t{0};
    constexpr size_t kMost = size_t{1} << 20;
    const int got =
        unzReadCurrentFile(handle_->file(), buffer, static_cast<unsigned>(std::min(size, kMost)));
    if (got < 0) {
      status_ = Damaged("its data is damaged");
    } else if (got == 0) {
      // The sum is compared here.
      is_open_ = false;
      if (unzCloseCurrentFile(handle_->file()) != UNZ_OK || read_ != part_.size) {
        status_ = Damaged("its data is damaged: sum or size is not what the archive says");
      }
    } else {
      status_ = Count(static_cast<uint64_t>(got));
    }
    if (!status_.ok()) return status_;
    return static_cast<size_t>(got);
  }

 private:
  absl::Status Damaged(std::string_view what) const {
    return archive_.Damaged(part_, handle_->status(), what);
  }
  absl::Status Count(uint64_t bytes) {
    read_ += bytes;
    uint64_t& counted = archive_.unpacked_parts_[part_.place];
    archive_.unpacked_ += std::max(counted, read_) - counted;
    counted = std::max(counted, read_);
    const Limits& limits = archive_.limits_;
    std::string_view limit;
    uint64_t value = 0;
    if (read_ > max_bytes_) {
      limit = "this part";
      value = max_bytes_;
    } else if (archive_.unpacked_ > limits.unpacked_bytes) {
      limit = "unpacked_bytes";
      value = limits.unpacked_bytes;
    } else if (read_ > kFreeBytes && read_ / limits.unpacked_ratio > part_.packed_size) {
      limit = "unpacked_ratio";
      value = limits.unpacked_ratio;
    } else {
      return absl::OkStatus();
    }
    return archive_.Error(
        absl::StatusCode::kResourceExhausted, "PUE-0203",
        fmt::format("the part `{}` unpacks to more than the limit of {}", part_.name,
                    limit == "unpacked_ratio" ? fmt::format("{} times its size", value)
                                              : FormatLimit(value, LimitUnit::kBytes)),
        limit == "this part"
            ? std::string("a part of this kind is never so large; the file is damaged or hostile")
            : fmt::format("if the file is to be trusted, raise the limit {}", limit));
  }

  ZipArchive& archive_;
  const ZipPart part_;
  const uint64_t max_bytes_;
  std::unique_ptr<ZipHandle> handle_;
  bool is_open_ = false;
  uint64_t read_ = 0;
  absl::Status status_;
};

/// One part while it is read packed.
class ZipPackedStream final : public InputStream {
 public:
  ZipPackedStream(ZipArchive* archive, const ZipPart& part)
      : archive_(*archive), part_(part), handle_(archive->TakeHandle()) {}
  ~ZipPackedStream() override {
    if (is_open_) unzCloseCurrentFile(handle_->file());
    archive_.GiveBack(std::move(handle_));
  }

  absl::Status Begin() {
    int method = 0;
    int level = 0;
    if (handle_->file() == nullptr || unzSetOffset64(handle_->file(), part_.place) != UNZ_OK ||
        unzOpenCurrentFile2(handle_->file(), &method, &level, /*raw=*/1) != UNZ_OK) {
      return archive_.Damaged(part_, handle_->status(), "its beginning is damaged");
    }
    is_open_ = true;
    return absl::OkStatus();
  }

  absl::StatusOr<size_t> Read(char* buffer, size_t size) override {
    constexpr size_t kMost = size_t{1} << 20;
    const int got =
        unzReadCurrentFile(handle_->file(), buffer, static_cast<unsigned>(std::min(size, kMost)));
    read_ += static_cast<uint64_t>(std::max(got, 0));
    if (got < 0 || (got == 0 && read_ != part_.packed_size)) {
      return archive_.Damaged(part_, handle_->status(), "its data is damaged");
    }
    return static_cast<size_t>(got);
  }

 private:
  ZipArchive& archive_;
  const ZipPart part_;
  std::unique_ptr<ZipHandle> handle_;
  bool is_open_ = false;
  uint64_t read_ = 0;
};

ZipArchive::ZipArchive(RandomInput* input, const Limits& limits, std::string source)
    : input_(input), limits_(limits), source_(std::move(source)) {}

ZipArchive::~ZipArchive() = default;

std::unique_ptr<ZipHandle> ZipArchive::TakeHandle() {
  if (idle_.empty()) return std::make_unique<ZipHandle>(input_);
  std::unique_ptr<ZipHandle> handle = std::move(idle_.back());
  idle_.pop_back();
  return handle;
}

void ZipArchive::GiveBack(std::unique_ptr<ZipHandle> handle) {
  // One that failed would fail again.
  if (handle->file() != nullptr && handle->status().ok()) idle_.push_back(std::move(handle));
}

absl::Status ZipArchive::Error(absl::StatusCode status, std::string_view code, std::string message,
                               std::string hint) const {
  ErrorDetail detail;
  detail.code = code;
  detail.message = std::move(message);
  detail.source = source_;
  detail.hint = std::move(hint);
  return MakeError(status, detail);
}

absl::StatusOr<std::unique_ptr<ZipArchive>> ZipArchive::Open(RandomInput* input,
                                                             const Limits& limits,
                                                             std::string source) {
  std::unique_ptr<ZipArchive> archive(new ZipArchive(input, limits, std::move(source)));
  if (absl::Status status = archive->ReadContents(); !status.ok()) return status;
  return archive;
}

absl::Status ZipArchive::ReadContents() {
  const auto damaged = [this](std::string message, std::string hint) {
    return Error(absl::StatusCode::kInvalidArgument, "PUE-0340", std::move(message),
                 std::move(hint));
  };
  char head[kOldWorkbook.size()];
  const absl::StatusOr<size_t> got = input_->ReadAt(0, head, sizeof(head));
  if (!got.ok()) return got.status();
  if (std::string_view(head, *got) == kOldWorkbook) {
    return damaged("from byte 0 on this is a workbook of the old kind (.xls), or an encrypted one",
                   "open it, take its password away, and save it as .xlsx");
  }
  const ZipHandle handle(input_);
  unz_global_info64 info{};
  if (handle.file() == nullptr || unzGetGlobalInfo64(handle.file(), &info) != UNZ_OK) {
    if (!handle.status().ok()) return handle.status();
    return damaged(fmt::format("this is no ZIP archive, or its end is missing: it ends at byte {}",
                               input_->size()),
                   "get the file again; a workbook ends with its table of contents");
  }
  if (info.number_entry == 0) {
    return damaged(
        fmt::format("the archive has no parts, or its end is damaged: it ends at byte {}",
                    input_->size()),
        "get the file again; a workbook ends with its table of contents");
  }
  if (info.number_entry > limits_.zip_parts) {
    return Error(absl::StatusCode::kResourceExhausted, "PUE-0203",
                 fmt::format("the archive has {} parts, and the limit is {}", info.number_entry,
                             limits_.zip_parts),
                 "no workbook has so many; the file is damaged or hostile");
  }
  std::string name(static_cast<size_t>(limits_.name_bytes) + 1, '\0');
  uint64_t read = 0;
  uint64_t packed = 0;
  for (int next = unzGoToFirstFile(handle.file()); next == UNZ_OK;
       next = unzGoToNextFile(handle.file())) {
    unz_file_info64 entry{};
    if (unzGetCurrentFileInfo64(handle.file(), &entry, name.data(), static_cast<uLong>(name.size()),
                                nullptr, 0, nullptr, 0) != UNZ_OK) {
      break;
    }
    ++read;
    packed += std::min<uint64_t>(entry.compressed_size, input_->size() + 1);
    if (entry.size_filename > limits_.name_bytes) {
      return Error(absl::StatusCode::kResourceExhausted, "PUE-0203",
                   "the name of a part is longer than the limit of " +
                       FormatLimit(limits_.name_bytes, LimitUnit::kBytes),
                   "the file is damaged or hostile");
    }
    ZipPart part;
    part.name.assign(name.data(), entry.size_filename);
    if (part.name.ends_with('/')) continue;
    if (!IsSafeZipName(part.name)) {
      ignored_.push_back(std::move(part.name));
      continue;
    }
    part.size = entry.uncompressed_size;
    part.packed_size = entry.compressed_size;
    part.place = unzGetOffset64(handle.file());
    part.is_encrypted = (entry.flag & 1) != 0;
    part.sum = static_cast<uint32_t>(entry.crc);
    part.method = static_cast<uint32_t>(entry.compression_method);
    if (!by_name_.try_emplace(ZipNameKey(part.name), parts_.size()).second) {
      return Error(absl::StatusCode::kInvalidArgument, "PUE-0341",
                   fmt::format("the archive has two parts `{}`", part.name),
                   "programs disagree on which one counts; open the file and save it anew");
    }
    parts_.push_back(std::move(part));
  }
  if (read != info.number_entry) {
    if (!handle.status().ok()) return handle.status();
    return damaged(
        fmt::format("the table of contents ends after {} of {} parts", read, info.number_entry),
        "get the file again, or open it and save it anew");
  }
  if (packed > input_->size()) {
    return damaged(
        fmt::format("the parts have {} bytes by the table of contents, and the archive ends at "
                    "byte {}",
                    packed, input_->size()),
        "the file is cut, damaged or hostile: get it again, or open it and save it anew");
  }
  return absl::OkStatus();
}

const ZipPart* ZipArchive::Find(std::string_view name) const {
  const auto found = by_name_.find(ZipNameKey(name));
  return found == by_name_.end() ? nullptr : &parts_[found->second];
}

absl::Status ZipArchive::Damaged(const ZipPart& part, const absl::Status& input,
                                 std::string_view what) const {
  if (!input.ok()) return input;
  return Error(absl::StatusCode::kInvalidArgument, "PUE-0340",
               fmt::format("the part `{}` cannot be read: {}", part.name, what),
               "get the file again, or open it and save it anew");
}

absl::Status ZipArchive::CheckMethod(const ZipPart& part) const {
  if (!part.is_encrypted && (part.method == 0 || part.method == kDeflated)) return absl::OkStatus();
  return Error(absl::StatusCode::kInvalidArgument, "PUE-0342",
               fmt::format("the part `{}` is {}", part.name,
                           part.is_encrypted
                               ? std::string("encrypted")
                               : fmt::format("packed by method {}, which workbooks do not have",
                                             part.method)),
               "open the file, take its password away, and save it anew");
}

absl::StatusOr<std::unique_ptr<InputStream>> ZipArchive::OpenPart(const ZipPart& part,
                                                                  uint64_t max_bytes) {
  if (absl::Status status = CheckMethod(part); !status.ok()) return status;
  auto stream = std::make_unique<ZipPartStream>(this, part, max_bytes);
  if (absl::Status status = stream->Begin(); !status.ok()) return status;
  return stream;
}

absl::StatusOr<std::unique_ptr<InputStream>> ZipArchive::OpenPacked(const ZipPart& part) {
  if (absl::Status status = CheckMethod(part); !status.ok()) return status;
  auto stream = std::make_unique<ZipPackedStream>(this, part);
  if (absl::Status status = stream->Begin(); !status.ok()) return status;
  return stream;
}

absl::StatusOr<std::string> ZipArchive::ReadPart(const ZipPart& part, uint64_t max_bytes) {
  absl::StatusOr<std::unique_ptr<InputStream>> stream = OpenPart(part, max_bytes);
  if (!stream.ok()) return stream.status();
  constexpr size_t kPortion = size_t{64} << 10;
  std::string bytes;
  while (true) {
    const size_t before = bytes.size();
    bytes.resize(before + kPortion);
    const absl::StatusOr<size_t> got = (*stream)->Read(bytes.data() + before, kPortion);
    if (!got.ok()) return got.status();
    bytes.resize(before + *got);
    if (*got == 0) return bytes;
  }
}

}  // namespace puente::text
