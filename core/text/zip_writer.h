// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Writes ZIP archives part by part to a stream, such as workbooks.

#ifndef PUENTE_CORE_TEXT_ZIP_WRITER_H_
#define PUENTE_CORE_TEXT_ZIP_WRITER_H_

#include <memory>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/text/byte_stream.h"
#include "core/text/zip_archive.h"

namespace puente::text {

/// How hard parts are packed, 1 to 9, unless the caller says otherwise: sheets become no smaller by
/// 6, which takes half as long again.
inline constexpr int kZipLevel = 5;

/// Writes an archive. The same parts give the same bytes: every part is of 1980-01-01. A part of
/// 4 GiB and more has Zip64 sizes, no other has, since some programs refuse them.
///
/// What does not fit in a few MiB of memory is kept in a TempFile; the stream gets nothing before
/// Finish. Errors: those of TempFile and of the stream, which are final; invalid-argument error
/// PUE-0344 for a name that cannot be that of a part, or is that of an earlier one, letters of
/// either case: then nothing is written, and writing may go on. A failed-precondition error is a
/// call in the wrong order.
class ZipWriter final : public OutputStream {
 public:
  /// Writes to `output`, which must outlive the writer. `level` is 1 (fast) to 9 (small).
  static absl::StatusOr<std::unique_ptr<ZipWriter>> Open(OutputStream* output,
                                                         int level = kZipLevel);
  ~ZipWriter() override;

  /// Begins a part.
  absl::Status Begin(std::string_view name);
  /// Writes bytes of the part.
  absl::Status Write(std::string_view bytes) override;
  /// Ends the part.
  absl::Status End();
  /// Copies a part of another archive packed as it is, under its name: it is not looked into, and
  /// damaged if it was. The errors of ZipArchive::OpenPacked.
  absl::Status CopyRaw(const ZipPart& part, ZipArchive* from);
  /// Writes the table of contents, and everything to the stream. The last call.
  absl::Status Finish();

 private:
  struct State;
  explicit ZipWriter(std::unique_ptr<State> state);

  const std::unique_ptr<State> state_;
};

}  // namespace puente::text

#endif  // PUENTE_CORE_TEXT_ZIP_WRITER_H_
