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

/// Follows the markup only as far as depth needs it: tags with their quotes, comments, CDATA
/// sections and processing instructions. A piece begins at the start tag of a record that is a
/// child of the root. Files that it does not understand (other encodings, a DOCTYPE with an
/// internal subset, a root of something else) come out as one piece, and the reader says what is
/// wrong with them.
class IatiSplitter : public sdk::Splitter {
 public:
  static absl::StatusOr<std::unique_ptr<sdk::Splitter>> Open(const sdk::Run& run,
                                                             sdk::Source* source);
  absl::StatusOr<bool> Next(PuentePiece* piece) override;

 private:
  IatiSplitter(const sdk::Run& run, sdk::Source* source);

  /// Makes sure that `want` bytes from `at` are in the buffer, when the file has them.
  absl::Status Fill(uint64_t at, size_t want);
  /// The byte at an offset of the file, or -1 at the end.
  absl::StatusOr<int> Byte(uint64_t at);
  /// Finds a byte or a text from `at` on; the end of the file when it is not there.
  absl::StatusOr<uint64_t> Find(uint64_t at, std::string_view text);
  /// The end of the markup that begins with `<` at `at`; tells how it changes the depth.
  absl::StatusOr<uint64_t> SkipMarkup(uint64_t at, int* depth_change);
  /// Reads up to the root's start tag; leaves `whole_` set when the file is not to be cut.
  absl::Status ReadProlog();
  /// Counts lines and columns up to an offset. Lines end in LF, CR LF or CR, as for the reader.
  absl::Status Count(uint64_t to);
  void CountBlock(std::string_view block);
  /// True when a record, and nothing of another namespace, begins at `at`.
  absl::StatusOr<bool> StartsRecord(uint64_t at);

  const sdk::Run run_;
  sdk::Source* const source_;
  const uint64_t size_;
  const uint64_t piece_bytes_;
  std::string buffer_;
  uint64_t buffer_at_ = 0;
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
