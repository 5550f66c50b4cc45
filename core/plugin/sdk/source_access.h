// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// An input of the host as bytes that can be read anywhere, for formats such as workbooks.

#ifndef PUENTE_CORE_PLUGIN_SDK_SOURCE_ACCESS_H_
#define PUENTE_CORE_PLUGIN_SDK_SOURCE_ACCESS_H_

#include <algorithm>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/status.h"
#include "core/base/temp_file.h"
#include "core/plugin/sdk/puente_sdk.h"
#include "core/text/random_access.h"

namespace puente::sdk {

/// The bytes of a source in any order. A source that cannot seek, such as standard input or a file
/// that is unpacked, is copied to a TempFile first.
class SourceAccess : public text::RandomInput {
 public:
  /// `source` must outlive it. `most_bytes` is what a copy may have. Errors: those of the source
  /// and of TempFile; resource-exhausted error PUE-0203 beyond `most_bytes`; cancelled error.
  static absl::StatusOr<std::unique_ptr<SourceAccess>> Open(const Run& run, Source* source,
                                                            uint64_t most_bytes) {
    if (source->can_seek()) return OfSeekable(source);
    std::unique_ptr<SourceAccess> access(new SourceAccess(source));
    if (absl::Status status = access->Copy(run, source, most_bytes); !status.ok()) return status;
    return access;
  }

  /// The same of a source that can seek.
  static std::unique_ptr<SourceAccess> OfSeekable(const Source* source) {
    std::unique_ptr<SourceAccess> access(new SourceAccess(source));
    access->size_ = source->size();
    return access;
  }

  uint64_t size() const override { return size_; }
  absl::StatusOr<size_t> ReadAt(uint64_t offset, char* buffer, size_t size) override {
    if (offset >= size_) return size_t{0};
    size = static_cast<size_t>(std::min<uint64_t>(size, size_ - offset));
    if (copy_ == nullptr) return ReadSource(offset, buffer, size);
    if (absl::Status status = copy_->ReadAt(offset, buffer, size); !status.ok()) return status;
    return size;
  }

 private:
  explicit SourceAccess(const Source* source) : source_(source) {}

  /// A source may give fewer bytes than are asked for.
  absl::StatusOr<size_t> ReadSource(uint64_t offset, char* buffer, size_t size) {
    size_t done = 0;
    while (done < size) {
      absl::StatusOr<size_t> got = source_->ReadAt(offset + done, buffer + done, size - done);
      if (!got.ok()) return got.status();
      if (*got == 0) break;
      done += *got;
    }
    return done;
  }
  absl::Status Copy(const Run& run, Source* source, uint64_t most_bytes) {
    absl::StatusOr<std::unique_ptr<TempFile>> file = TempFile::Create();
    if (!file.ok()) return file.status();
    copy_ = *std::move(file);
    std::vector<char> buffer(size_t{1} << 20);
    while (true) {
      if (run.IsCancelled()) return absl::CancelledError("interrupted");
      absl::StatusOr<size_t> got = source->Read(buffer.data(), buffer.size());
      if (!got.ok()) return got.status();
      if (*got == 0) return absl::OkStatus();
      if (size_ + *got > most_bytes) {
        ErrorDetail detail;
        detail.code = "PUE-0203";
        detail.message = "the input that comes through a pipe is too large to be put aside";
        detail.hint = "save it to a file, and name that";
        return MakeError(absl::StatusCode::kResourceExhausted, detail);
      }
      if (absl::Status status = copy_->WriteAt(size_, std::string_view(buffer.data(), *got));
          !status.ok()) {
        return status;
      }
      size_ += *got;
    }
  }

  const Source* const source_;
  uint64_t size_ = 0;
  std::unique_ptr<TempFile> copy_;
};

}  // namespace puente::sdk

#endif  // PUENTE_CORE_PLUGIN_SDK_SOURCE_ACCESS_H_
