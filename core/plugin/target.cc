// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Outputs of the host: files that appear whole or not at all, standard output, memory and sinks.

#include "core/plugin/target.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <mutex>
#include <optional>
#include <system_error>
#include <utility>

#include "core/base/utf8.h"
#include "core/plugin/coded_error.h"
#include "fmt/format.h"

namespace puente::plugin {
namespace {

constexpr size_t kBufferBytes = size_t{64} << 10;
/// Bytes written between two times that the system is asked to begin to store them.
constexpr uint64_t kStoreEvery = uint64_t{8} << 20;
// How much of a file's name goes into the name of the file aside; names have 255 bytes at most.
constexpr size_t kMaxNameInAside = 200;

std::string Quoted(const std::string& name) {
  return name == "-" ? "standard output" : fmt::format("\"{}\"", name);
}

absl::Status ExistsError(const std::string& name) {
  return CodedError(absl::StatusCode::kAlreadyExists, "PUE-0102",
                    fmt::format("{} exists", Quoted(name)), "replace it with --force");
}

// A pipe whose reader went away shall fail the write, not end the process.
void IgnoreBrokenPipes() {
  static std::once_flag once;
  std::call_once(once, [] {
    struct sigaction now = {};
    if (sigaction(SIGPIPE, nullptr, &now) == 0 && now.sa_handler == SIG_DFL) {
      signal(SIGPIPE, SIG_IGN);
    }
  });
}

// Six letters that are hard to guess.
std::string RandomLetters() {
  constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyz234567";
  unsigned char bytes[6] = {};
  if (getrandom(bytes, sizeof(bytes), 0) != static_cast<ssize_t>(sizeof(bytes))) {
    const auto pid = static_cast<unsigned>(getpid());
    for (size_t i = 0; i < sizeof(bytes); ++i)
      bytes[i] = static_cast<unsigned char>(pid >> (5 * i));
  }
  std::string letters;
  for (const unsigned char byte : bytes) letters.push_back(kLetters[byte % kLetters.size()]);
  return letters;
}

std::string FolderOf(const std::string& path) {
  const size_t slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

}  // namespace

Target::Target(std::string name, const TargetOptions& options)
    : name_(std::move(name)), options_(options) {
  if (options_.hash) hash_ = std::make_unique<Sha256>();
  c_target_.struct_size = sizeof(PuenteTarget);
  c_target_.ctx = this;
  c_target_.name = {name_.data(), name_.size()};
  c_target_.write = &Target::CWrite;
}

Target::~Target() {
  Discard();
  if (owns_fd_ && fd_ >= 0) close(fd_);
}

absl::StatusOr<std::unique_ptr<Target>> Target::Open(const std::string& path,
                                                     const TargetOptions& options) {
  std::unique_ptr<Target> target(new Target(path, options));
  if (path == "-") {
    IgnoreBrokenPipes();
    target->fd_ = STDOUT_FILENO;
    return target;
  }
  if (path.empty() || path.back() == '/') {
    return CodedError(absl::StatusCode::kDataLoss, "PUE-0103",
                      fmt::format("cannot write {}: a file name is missing", Quoted(path)));
  }
  struct stat info;
  const bool exists = stat(path.c_str(), &info) == 0;
  if (exists && S_ISDIR(info.st_mode)) {
    return CodedError(absl::StatusCode::kDataLoss, "PUE-0103",
                      fmt::format("cannot write {}: it is a folder", Quoted(path)));
  }
  if (exists && !S_ISREG(info.st_mode)) {
    IgnoreBrokenPipes();
    do {
      target->fd_ = open(path.c_str(), O_WRONLY | O_CLOEXEC | O_NOCTTY);
    } while (target->fd_ < 0 && errno == EINTR &&
             !(options.cancel != nullptr && options.cancel->load(std::memory_order_relaxed)));
    if (target->fd_ < 0) {
      if (errno == EINTR) return absl::CancelledError("interrupted");
      return target->Fail(errno, "open");
    }
    target->owns_fd_ = true;
    return target;
  }
  struct stat link_info;
  if (!options.force && (exists || lstat(path.c_str(), &link_info) == 0)) return ExistsError(path);
  if (absl::Status status = target->OpenAside(path, options); !status.ok()) return status;
  return target;
}

std::unique_ptr<Target> Target::ToMemory(std::string name, std::string* out,
                                         const TargetOptions& options) {
  std::unique_ptr<Target> target(new Target(std::move(name), options));
  target->memory_ = out;
  target->memory_start_ = out->size();
  return target;
}

std::unique_ptr<Target> Target::ToSink(std::string name, ByteSink sink,
                                       const TargetOptions& options) {
  std::unique_ptr<Target> target(new Target(std::move(name), options));
  target->sink_ = std::move(sink);
  return target;
}

absl::Status Target::OpenAside(const std::string& path, const TargetOptions& options) {
  // A symbolic link stays: the file that it leads to is replaced.
  final_path_ = path;
  std::optional<mode_t> mode;
  struct stat info;
  if (options.force && stat(path.c_str(), &info) == 0) {
    mode = info.st_mode & 07777;
    if (char* real = realpath(path.c_str(), nullptr); real != nullptr) {
      final_path_ = real;
      free(real);
    }
  }
  const std::string folder = FolderOf(final_path_);
  const std::string name =
      ClipText(final_path_.substr(
                   final_path_.rfind('/') == std::string::npos ? 0 : final_path_.rfind('/') + 1),
               kMaxNameInAside);
  for (int attempt = 0; attempt < 100; ++attempt) {
    std::string aside = fmt::format("{}/.{}.puente-{}.part", folder, name, RandomLetters());
    fd_ = open(aside.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0666);
    if (fd_ >= 0) {
      owns_fd_ = true;
      aside_path_ = std::move(aside);
      // The mode of the file that is replaced; where that is not allowed, the usual one is good
      // enough.
      if (mode.has_value()) (void)!fchmod(fd_, *mode);
      return absl::OkStatus();
    }
    if (errno != EEXIST && errno != EINTR) break;
  }
  return Fail(errno, "make");
}

absl::Status Target::Fail(int error_number, std::string_view doing) {
  absl::StatusCode code = absl::StatusCode::kDataLoss;
  std::string hint;
  if (error_number == ENOENT || error_number == ENOTDIR) {
    code = absl::StatusCode::kNotFound;
    hint = "make the folder first";
  } else if (error_number == EACCES || error_number == EPERM || error_number == EROFS) {
    code = absl::StatusCode::kPermissionDenied;
  } else if (error_number == ENOSPC || error_number == EDQUOT) {
    hint = "make room, or write to another disk";
  } else if (error_number == EPIPE) {
    hint = "the program that reads it ended before the output did";
  }
  std::string message = fmt::format("cannot {} {}: {}", doing, Quoted(name_),
                                    std::generic_category().message(error_number));
  if (doing == "write") {
    message += fmt::format(", after {} {}", written_, written_ == 1 ? "byte" : "bytes");
  }
  error_ = CodedError(code, "PUE-0103", std::move(message), std::move(hint));
  return error_;
}

absl::Status Target::Write(std::string_view data) {
  if (!error_.ok()) return error_;
  if (hash_ != nullptr) hash_->Update(data);
  bytes_ += data.size();
  if (memory_ != nullptr) {
    memory_->append(data);
    return absl::OkStatus();
  }
  if (buffer_.size() + data.size() < kBufferBytes) {
    buffer_.append(data);
    return absl::OkStatus();
  }
  if (absl::Status status = Flush(); !status.ok()) return status;
  if (data.size() >= kBufferBytes) return WriteOut(data);
  buffer_.append(data);
  return absl::OkStatus();
}

absl::Status Target::Flush() {
  if (!error_.ok() || buffer_.empty()) return error_;
  const absl::Status status = WriteOut(buffer_);
  buffer_.clear();
  return status;
}

absl::Status Target::WriteOut(std::string_view data) {
  if (sink_) {
    error_ = sink_(data);
    if (error_.ok()) written_ += data.size();
    return error_;
  }
  while (!data.empty()) {
    const ssize_t done = write(fd_, data.data(), data.size());
    if (done >= 0) {
      written_ += static_cast<uint64_t>(done);
      data.remove_prefix(static_cast<size_t>(done));
      StartStoring();
    } else if (errno == EINTR) {
      if (options_.cancel != nullptr && options_.cancel->load(std::memory_order_relaxed)) {
        error_ = absl::CancelledError("interrupted");
        return error_;
      }
    } else {
      return Fail(errno, "write");
    }
  }
  return absl::OkStatus();
}

void Target::StartStoring() {
#ifdef SYNC_FILE_RANGE_WRITE
  if (aside_path_.empty() || written_ < storing_ + kStoreEvery) return;
  // A help only: where it is not to be had, the last fsync takes longer.
  (void)sync_file_range(fd_, static_cast<off_t>(storing_), static_cast<off_t>(written_ - storing_),
                        SYNC_FILE_RANGE_WRITE);
  storing_ = written_;
#endif
}

absl::Status Target::Rename() {
  if (!options_.force) {
    if (renameat2(AT_FDCWD, aside_path_.c_str(), AT_FDCWD, final_path_.c_str(), RENAME_NOREPLACE) ==
        0) {
      return absl::OkStatus();
    }
    if (errno == EEXIST) {
      error_ = ExistsError(name_);
      return error_;
    }
    // Not every file system can refuse to replace.
    if (errno != EINVAL && errno != ENOSYS) return Fail(errno, "write");
    struct stat info;
    if (lstat(final_path_.c_str(), &info) == 0) {
      error_ = ExistsError(name_);
      return error_;
    }
  }
  if (rename(aside_path_.c_str(), final_path_.c_str()) != 0) return Fail(errno, "write");
  return absl::OkStatus();
}

absl::Status Target::Commit() {
  if (absl::Status status = Flush(); !status.ok()) return status;
  if (memory_ != nullptr) {
    memory_ = nullptr;
    return absl::OkStatus();
  }
  if (aside_path_.empty()) return absl::OkStatus();
  if (fsync(fd_) != 0) return Fail(errno, "write");
  if (absl::Status status = Rename(); !status.ok()) return status;
  aside_path_.clear();
  const int fd = std::exchange(fd_, -1);
  if (close(fd) != 0 && errno != EINTR) return Fail(errno, "write");
  const int folder = open(FolderOf(final_path_).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0) return absl::OkStatus();  // A folder that may be written but not read.
  const bool synced = fsync(folder) == 0 || errno == EINVAL;
  const int error_number = errno;
  close(folder);
  return synced ? absl::OkStatus() : Fail(error_number, "write");
}

void Target::Discard() {
  if (memory_ != nullptr) {
    memory_->resize(memory_start_);
    memory_ = nullptr;
    return;
  }
  if (!aside_path_.empty()) {
    unlink(aside_path_.c_str());
    aside_path_.clear();
    buffer_.clear();
    if (error_.ok()) error_ = absl::FailedPreconditionError("the output was discarded");
  } else if (fd_ >= 0 || sink_) {
    (void)Flush();
  }
}

absl::StatusOr<std::string> Target::FinishSha256() {
  if (hash_ == nullptr) return std::string();
  absl::StatusOr<Digest> digest = hash_->Finish();
  if (!digest.ok()) return digest.status();
  return DigestToHex(*digest);
}

PuenteStatus Target::CWrite(void* ctx, const char* data, size_t size) noexcept {
  auto* target = static_cast<Target*>(ctx);
  try {
    if (data == nullptr) return size == 0 ? PUENTE_OK : PUENTE_INVALID_ARGUMENT;
    const absl::Status status = target->Write(std::string_view(data, size));
    if (status.ok()) return PUENTE_OK;
    return absl::IsCancelled(status) ? PUENTE_CANCELLED : PUENTE_DATA_LOSS;
  } catch (...) {
    return PUENTE_RESOURCE_EXHAUSTED;
  }
}

}  // namespace puente::plugin
