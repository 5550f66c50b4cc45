// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Inputs of the host: files, standard input and memory.

#include "core/plugin/source.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>
#include <vector>

#include "core/base/status.h"
#include "core/plugin/coded_error.h"
#include "fmt/format.h"

namespace puente::plugin {
namespace {

// How much is read at once of what no plugin has asked for.
constexpr size_t kRestBytes = size_t{64} << 10;

// How long a read may wait for bytes before it looks whether it was cancelled.
constexpr int kPollMilliseconds = 200;

std::string Quoted(const std::string& name) {
  return name == "-" ? "standard input" : fmt::format("\"{}\"", name);
}

absl::Status InputError(absl::StatusCode code, std::string message, std::string hint = "") {
  return CodedError(code, "PUE-0101", std::move(message), std::move(hint));
}

absl::Status SystemError(int error_number, std::string_view doing, const std::string& name) {
  absl::StatusCode code = absl::StatusCode::kDataLoss;
  if (error_number == ENOENT || error_number == ENOTDIR) code = absl::StatusCode::kNotFound;
  if (error_number == EACCES || error_number == EPERM) code = absl::StatusCode::kPermissionDenied;
  return InputError(code, fmt::format("cannot {} {}: {}", doing, Quoted(name),
                                      std::generic_category().message(error_number)));
}

absl::Status FolderError(const std::string& name) {
  return InputError(absl::StatusCode::kDataLoss,
                    fmt::format("cannot read {}: it is a folder", Quoted(name)),
                    "name the files in it");
}

absl::Status Interrupted() { return absl::CancelledError("interrupted"); }

// A regular file. Its size is that of the moment when it was opened: what is appended later is not
// read, so that reading in pieces and in one go see the same bytes.
class FileInput : public ByteInput {
 public:
  FileInput(std::string name, int fd, uint64_t size)
      : name_(std::move(name)), fd_(fd), size_(size) {}
  ~FileInput() override { close(fd_); }

  absl::StatusOr<size_t> Read(char* buffer, size_t capacity) override {
    absl::StatusOr<size_t> got = ReadAt(position_, buffer, capacity);
    if (got.ok()) position_ += *got;
    return got;
  }
  absl::StatusOr<size_t> ReadAt(uint64_t offset, char* buffer, size_t capacity) override {
    if (offset >= size_) return 0;
    capacity = static_cast<size_t>(std::min<uint64_t>(capacity, size_ - offset));
    size_t done = 0;
    while (done < capacity) {
      const ssize_t got =
          pread(fd_, buffer + done, capacity - done, static_cast<off_t>(offset + done));
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) return SystemError(errno, "read", name_);
      if (got == 0) {
        return InputError(
            absl::StatusCode::kDataLoss,
            fmt::format("{} became shorter while it was read: it had {} bytes, now it "
                        "ends at byte {}",
                        Quoted(name_), size_, offset + done));
      }
      done += static_cast<size_t>(got);
    }
    return done;
  }
  bool can_seek() const override { return true; }
  uint64_t size() const override { return size_; }

 private:
  const std::string name_;
  const int fd_;
  const uint64_t size_;
  uint64_t position_ = 0;
};

// Standard input, a pipe or a device.
class StreamInput : public ByteInput {
 public:
  StreamInput(std::string name, int fd, bool owned, const std::atomic<bool>* cancel)
      : name_(std::move(name)), fd_(fd), owned_(owned), cancel_(cancel) {}
  ~StreamInput() override {
    if (owned_) close(fd_);
  }

  absl::StatusOr<size_t> Read(char* buffer, size_t capacity) override {
    while (true) {
      if (stopped_.load(std::memory_order_relaxed) ||
          (cancel_ != nullptr && cancel_->load(std::memory_order_relaxed))) {
        return Interrupted();
      }
      pollfd waited{fd_, POLLIN, 0};
      const int ready = poll(&waited, 1, kPollMilliseconds);
      if (ready == 0 || (ready < 0 && errno == EINTR)) continue;
      // What poll() cannot wait for is read directly.
      const ssize_t got = read(fd_, buffer, capacity);
      if (got >= 0) return static_cast<size_t>(got);
      if (errno != EINTR && errno != EAGAIN) return SystemError(errno, "read", name_);
    }
  }
  absl::StatusOr<size_t> ReadAt(uint64_t /*offset*/, char* /*buffer*/,
                                size_t /*capacity*/) override {
    return absl::FailedPreconditionError("a stream cannot seek");
  }
  bool can_seek() const override { return false; }
  uint64_t size() const override { return kUnknownSize; }
  void Stop() override { stopped_.store(true, std::memory_order_relaxed); }

 private:
  const std::string name_;
  const int fd_;
  const bool owned_;
  const std::atomic<bool>* const cancel_;
  std::atomic<bool> stopped_{false};
};

// Reads `size` bytes, or all that there are.
template <typename ReadSome>
absl::Status ReadUpTo(size_t size, std::string* out, const ReadSome& read) {
  out->resize(size);
  size_t done = 0;
  while (done < size) {
    absl::StatusOr<size_t> got = read(out->data() + done, size - done);
    if (!got.ok()) return got.status();
    if (*got == 0) break;
    done += *got;
  }
  out->resize(done);
  return absl::OkStatus();
}

class MemoryInput : public ByteInput {
 public:
  explicit MemoryInput(std::string bytes) : bytes_(std::move(bytes)) {}

  absl::StatusOr<size_t> Read(char* buffer, size_t capacity) override {
    absl::StatusOr<size_t> got = ReadAt(position_, buffer, capacity);
    if (got.ok()) position_ += *got;
    return got;
  }
  absl::StatusOr<size_t> ReadAt(uint64_t offset, char* buffer, size_t capacity) override {
    if (offset >= bytes_.size()) return 0;
    capacity = std::min(capacity, bytes_.size() - static_cast<size_t>(offset));
    std::memcpy(buffer, bytes_.data() + offset, capacity);
    return capacity;
  }
  bool can_seek() const override { return true; }
  uint64_t size() const override { return bytes_.size(); }

 private:
  const std::string bytes_;
  uint64_t position_ = 0;
};

}  // namespace

absl::StatusOr<uint64_t> CheckInput(const std::string& path) {
  if (path == "-") return kUnknownSize;
  struct stat info;
  if (stat(path.c_str(), &info) != 0) return SystemError(errno, "open", path);
  if (S_ISDIR(info.st_mode)) return FolderError(path);
  if (access(path.c_str(), R_OK) != 0) return SystemError(errno, "open", path);
  if (!S_ISREG(info.st_mode) || info.st_size == 0) return kUnknownSize;
  return static_cast<uint64_t>(info.st_size);
}

// A part of another source, read at offsets of that.
class Source::SliceInput : public ByteInput {
 public:
  SliceInput(Source* parent, uint64_t offset, uint64_t length)
      : parent_(parent), offset_(offset), length_(length) {}

  absl::StatusOr<size_t> Read(char* buffer, size_t capacity) override {
    absl::StatusOr<size_t> got = ReadAt(position_, buffer, capacity);
    if (got.ok()) position_ += *got;
    return got;
  }
  absl::StatusOr<size_t> ReadAt(uint64_t offset, char* buffer, size_t capacity) override {
    if (offset >= length_) return 0;
    capacity = static_cast<size_t>(std::min<uint64_t>(capacity, length_ - offset));
    return parent_->ReadAt(offset_ + offset, buffer, capacity);
  }
  bool can_seek() const override { return true; }
  uint64_t size() const override { return length_; }

 private:
  Source* const parent_;
  const uint64_t offset_;
  const uint64_t length_;
  uint64_t position_ = 0;
};

Source::Source(std::string name, std::unique_ptr<ByteInput> input, const SourceOptions& options)
    : name_(std::move(name)), input_(std::move(input)), options_(options) {
  if (options_.hash) hash_ = std::make_unique<Sha256>();
}

Source::~Source() = default;

absl::StatusOr<std::unique_ptr<Source>> Source::Open(const std::string& path,
                                                     const SourceOptions& options) {
  const std::string name = options.name.empty() ? path : options.name;
  if (path == "-") {
    return Make(name, std::make_unique<StreamInput>(name, STDIN_FILENO, false, options.cancel),
                options);
  }
  int fd;
  do {
    fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  } while (fd < 0 && errno == EINTR &&
           !(options.cancel != nullptr && options.cancel->load(std::memory_order_relaxed)));
  if (fd < 0) return errno == EINTR ? Interrupted() : SystemError(errno, "open", name);
  struct stat info;
  if (fstat(fd, &info) != 0) {
    const int error_number = errno;
    close(fd);
    return SystemError(error_number, "open", name);
  }
  if (S_ISDIR(info.st_mode)) {
    close(fd);
    return FolderError(name);
  }
  // Files of the system that say they are empty may have content all the same.
  if (S_ISREG(info.st_mode) && info.st_size > 0) {
    (void)posix_fadvise(fd, 0, 0, POSIX_FADV_SEQUENTIAL);
    return Make(name, std::make_unique<FileInput>(name, fd, static_cast<uint64_t>(info.st_size)),
                options);
  }
  return Make(name, std::make_unique<StreamInput>(name, fd, true, options.cancel), options);
}

absl::StatusOr<std::unique_ptr<Source>> Source::FromMemory(std::string name, std::string bytes,
                                                           const SourceOptions& options) {
  return Make(std::move(name), std::make_unique<MemoryInput>(std::move(bytes)), options);
}

absl::StatusOr<std::unique_ptr<Source>> Source::Make(std::string name,
                                                     std::unique_ptr<ByteInput> input,
                                                     const SourceOptions& options) {
  std::unique_ptr<Source> source(new Source(std::move(name), std::move(input), options));
  if (absl::Status status = source->ReadHead(); !status.ok()) return status;
  PuenteSource& c = source->c_source_;
  c.struct_size = sizeof(PuenteSource);
  c.ctx = source.get();
  c.name = {source->name_.data(), source->name_.size()};
  c.head = {source->head_.data(), source->head_.size()};
  const bool packed = source->packing_ != Packing::kNone;
  c.size = packed ? kUnknownSize : source->input_->size();
  c.read = &Source::CRead;
  c.read_at = !packed && source->input_->can_seek() ? &Source::CReadAt : nullptr;
  return source;
}

absl::StatusOr<std::unique_ptr<Source>> Source::Slice(uint64_t offset, uint64_t length) {
  if (!can_seek()) return absl::FailedPreconditionError("the input cannot seek");
  const uint64_t begin = std::min(offset, size());
  SourceOptions options = options_;
  options.hash = false;
  options.unpack = false;
  return Make(name_, std::make_unique<SliceInput>(this, begin, std::min(length, size() - begin)),
              options);
}

absl::Status Source::ReadHead() {
  absl::Status status =
      ReadUpTo(kSourceHeadBytes, &given_head_,
               [this](char* buffer, size_t capacity) { return input_->Read(buffer, capacity); });
  head_ = given_head_;
  if (!status.ok() || !options_.unpack) return status;
  packing_ = PackingOf(given_head_);
  return packing_ == Packing::kNone ? absl::OkStatus() : Unpack();
}

absl::Status Source::Unpack() {
  const Limits& limits = options_.limits == nullptr ? DefaultLimits() : *options_.limits;
  absl::StatusOr<std::unique_ptr<Unpacker>> unpacker = Unpacker::Create(
      packing_, limits,
      [this](char* buffer, size_t capacity) { return ReadGiven(buffer, capacity); });
  if (!unpacker.ok()) return unpacker.status();
  unpacker_ = *std::move(unpacker);
  absl::Status status =
      ReadUpTo(kSourceHeadBytes, &unpacked_head_,
               [this](char* buffer, size_t capacity) { return unpacker_->Read(buffer, capacity); });
  head_ = unpacked_head_;
  return WithSource(std::move(status), name_);
}

bool Source::cancelled() const {
  return stopped_.load(std::memory_order_relaxed) ||
         (options_.cancel != nullptr && options_.cancel->load(std::memory_order_relaxed));
}

absl::StatusOr<size_t> Source::Read(char* buffer, size_t capacity) {
  if (unpacker_ == nullptr) return ReadGiven(buffer, capacity);
  const size_t ready = std::min(capacity, unpacked_head_.size() - unpacked_head_used_);
  if (ready > 0) {
    std::memcpy(buffer, unpacked_head_.data() + unpacked_head_used_, ready);
    unpacked_head_used_ += ready;
    return ready;
  }
  if (cancelled()) return Interrupted();
  absl::StatusOr<size_t> read = unpacker_->Read(buffer, capacity);
  return read.ok() ? read : absl::StatusOr<size_t>(WithSource(read.status(), name_));
}

// Reads on in the input as given.
absl::StatusOr<size_t> Source::ReadGiven(char* buffer, size_t capacity) {
  if (cancelled()) return Interrupted();
  size_t got = std::min(capacity, given_head_.size() - given_head_used_);
  if (got > 0) {
    std::memcpy(buffer, given_head_.data() + given_head_used_, got);
    given_head_used_ += got;
  } else {
    absl::StatusOr<size_t> read = input_->Read(buffer, capacity);
    if (!read.ok()) return read.status();
    got = *read;
  }
  if (hash_ != nullptr) hash_->Update(std::string_view(buffer, got));
  position_.fetch_add(got, std::memory_order_relaxed);
  if (got == 0 && capacity > 0) at_end_ = true;
  return got;
}

absl::StatusOr<size_t> Source::ReadAt(uint64_t offset, char* buffer, size_t capacity) {
  if (cancelled()) return Interrupted();
  return input_->ReadAt(offset, buffer, capacity);
}

absl::Status Source::error() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return error_;
}

void Source::Stop() {
  stopped_.store(true, std::memory_order_relaxed);
  input_->Stop();
}

absl::Status Source::CheckRest() {
  if (unpacker_ == nullptr) return absl::OkStatus();
  std::vector<char> buffer(kRestBytes);
  while (true) {
    absl::StatusOr<size_t> got = Read(buffer.data(), buffer.size());
    if (!got.ok()) return got.status();
    if (*got == 0) return absl::OkStatus();
  }
}

absl::StatusOr<std::string> Source::FinishSha256() {
  if (hash_ == nullptr) return std::string();
  if (input_->can_seek()) {
    uint64_t offset = consumed();
    std::vector<char> buffer(offset < given_size() ? kRestBytes : 0);
    while (offset < given_size()) {
      absl::StatusOr<size_t> got = ReadAt(offset, buffer.data(), buffer.size());
      if (!got.ok()) return got.status();
      if (*got == 0) break;
      hash_->Update(std::string_view(buffer.data(), *got));
      offset += *got;
    }
  } else if (!at_end_) {
    return std::string();
  }
  absl::StatusOr<Digest> digest = hash_->Finish();
  if (!digest.ok()) return digest.status();
  return DigestToHex(*digest);
}

PuenteStatus Source::Keep(absl::Status status) {
  if (status.ok()) return PUENTE_OK;
  const bool cancelled = absl::IsCancelled(status);
  const std::lock_guard<std::mutex> lock(mutex_);
  if (error_.ok()) error_ = std::move(status);
  return cancelled ? PUENTE_CANCELLED : PUENTE_DATA_LOSS;
}

PuenteStatus Source::CRead(void* ctx, char* buffer, size_t capacity, size_t* got) noexcept {
  auto* source = static_cast<Source*>(ctx);
  try {
    *got = 0;
    absl::StatusOr<size_t> read = source->Read(buffer, capacity);
    if (!read.ok()) return source->Keep(read.status());
    *got = *read;
    return PUENTE_OK;
  } catch (...) {
    return PUENTE_RESOURCE_EXHAUSTED;
  }
}

PuenteStatus Source::CReadAt(void* ctx, uint64_t offset, char* buffer, size_t capacity,
                             size_t* got) noexcept {
  auto* source = static_cast<Source*>(ctx);
  try {
    *got = 0;
    absl::StatusOr<size_t> read = source->ReadAt(offset, buffer, capacity);
    if (!read.ok()) return source->Keep(read.status());
    *got = *read;
    return PUENTE_OK;
  } catch (...) {
    return PUENTE_RESOURCE_EXHAUSTED;
  }
}

}  // namespace puente::plugin
