// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Cuts an IATI file into pieces of whole records without reading them.
#ifndef PUENTE_PLUGINS_IATI_IATI_SPLITTER_H_
#define PUENTE_PLUGINS_IATI_IATI_SPLITTER_H_

#include <memory>
#include <string>
#include <string_view>

#include "core/plugin/sdk/puente_sdk.h"
#include "plugins/iati/file_frame.h"

namespace puente::iati {

/// Follows the markup only as far as depth needs it: comments, CDATA sections and processing
/// instructions everywhere, tags with their quotes beside records, tags of the record's own name
/// inside of one. A piece begins at the start tag of a record that is a
/// child of the root. Files that it does not understand (other encodings, a DOCTYPE, a root of
/// something else) come out as one piece, and the reader says what is wrong with them.
class IatiSplitter : public sdk::Splitter {
 public:
  static absl::StatusOr<std::unique_ptr<sdk::Splitter>> Open(const sdk::Run& run,
                                                             sdk::Source* source);
  absl::StatusOr<bool> Next(PuentePiece* piece) override;

 private:
  IatiSplitter(const sdk::Run& run, sdk::Source* source);

  /// The buffer from `at` on: at least `want` bytes (no more than the buffer has), when the file
  /// has them. Good until the next call. Lines up to `at` may be counted by it.
  absl::StatusOr<std::string_view> Look(uint64_t at, size_t want);
  /// Finds a byte or a text from `at` on; the end of the file when it is not there.
  absl::StatusOr<uint64_t> Find(uint64_t at, std::string_view text);
  /// The place after the next `text`.
  absl::StatusOr<uint64_t> SkipPast(uint64_t at, std::string_view text);
  /// The end of the start tag at `at`, which may be one of an empty element.
  absl::StatusOr<uint64_t> SkipTag(uint64_t at, bool* is_empty);
  /// The end of the markup that begins with `<` at `at`; tells how it changes the depth.
  absl::StatusOr<uint64_t> SkipMarkup(uint64_t at, int* depth_change);
  /// The end of the record that begins at `at`.
  absl::StatusOr<uint64_t> SkipRecord(uint64_t at);
  /// True when a text begins with the whole name of a record.
  bool IsRecordName(std::string_view text) const;
  /// Reads up to the root's start tag; leaves `whole_` set when the file is not to be cut.
  absl::Status ReadProlog();
  /// Counts lines and columns up to an offset in the buffer, not beyond the next cut. Lines end in
  /// LF, CR LF or CR, as for the reader.
  void Count(uint64_t to);
  void CountBlock(std::string_view block);
  /// True when the record that begins at `at` declares no namespace for itself.
  absl::StatusOr<bool> MayCut(uint64_t at);

  const sdk::Run run_;
  sdk::Source* const source_;
  const uint64_t size_;
  const uint64_t piece_bytes_;
  std::string buffer_;  // its first `have_` bytes are those from `buffer_at_` on, then nulls
  size_t block_ = 0;    // bytes of the file that it holds at most
  uint64_t buffer_at_ = 0;
  size_t have_ = 0;
  bool whole_ = false;
  bool done_ = false;
  bool started_ = false;
  std::string record_name_;
  std::string context_;
  uint64_t at_ = 0;  // where the scan goes on
  int64_t depth_ = 0;
  uint64_t piece_at_ = 0;  // where the next piece begins
  uint64_t counted_ = 0;   // lines and columns are known up to here
  uint64_t line_ = 1;
  uint64_t column_ = 1;
  uint64_t piece_line_ = 1;
  uint64_t piece_column_ = 1;
  bool one_byte_ = false;  // characters are bytes
  bool after_cr_ = false;  // the last byte counted was CR
};

}  // namespace puente::iati

#endif  // PUENTE_PLUGINS_IATI_IATI_SPLITTER_H_
