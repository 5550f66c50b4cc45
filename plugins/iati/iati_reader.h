// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Reads IATI files, whole or piece by piece.
#ifndef PUENTE_PLUGINS_IATI_IATI_READER_H_
#define PUENTE_PLUGINS_IATI_IATI_READER_H_

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/plugin/sdk/puente_sdk.h"
#include "core/text/xml_reader.h"
#include "plugins/iati/element_table.h"
#include "plugins/iati/file_frame.h"
#include "plugins/iati/record_builder.h"

namespace puente::iati {

/// The reader's limits, by the names of `puente limits`.
text::XmlReaderOptions XmlOptions(const sdk::Run& run);

/// Reads one file or one piece of it.
class IatiReader : public sdk::Reader {
 public:
  /// Reads a whole file.
  static absl::StatusOr<std::unique_ptr<sdk::Reader>> Open(const sdk::Run& run,
                                                           sdk::Source* source);
  /// Reads a piece that IatiSplitter made.
  static absl::StatusOr<std::unique_ptr<sdk::Reader>> OpenPiece(const sdk::Run& run,
                                                                sdk::Source* source,
                                                                const PuentePiece& piece);

  absl::StatusOr<bool> Read(sdk::BatchBuilder& batch) override;

 private:
  /// The piece, then the end tag of the root element, which all pieces but the last lack.
  class ClosedInput : public text::InputStream {
   public:
    ClosedInput(text::InputStream* input, std::string end) : input_(input), end_(std::move(end)) {}
    absl::StatusOr<size_t> Read(char* buffer, size_t size) override;

   private:
    text::InputStream* input_;
    std::string end_;
    bool at_end_ = false;
    size_t given_ = 0;
  };

  IatiReader(const sdk::Run& run, sdk::Source* source)
      : run_(run), source_(source), limits_(XmlOptions(run).limits) {}

  /// Reads up to the root element and begins the header.
  absl::StatusOr<bool> ReadHeader(sdk::BatchBuilder& batch);
  absl::StatusOr<bool> ReadRecord(sdk::BatchBuilder& batch);
  /// Reads what stands beside records, up to the next record or the end, into the current one.
  absl::Status ReadBeside();
  absl::Status Use(const FileFrame& frame);
  /// Resource-exhausted error when the record so far, or the text of the open element, is beyond
  /// its limit: the XML reader knows neither.
  absl::Status CheckSize() const;
  void RememberRecordStart();
  absl::Status Complete(sdk::BatchBuilder& batch, uint64_t end);
  bool IsRecordStart() const;

  const sdk::Run run_;
  sdk::Source* const source_;
  const Limits limits_;
  std::unique_ptr<ClosedInput> closed_;
  std::unique_ptr<text::XmlReader> xml_;
  FileFrame frame_;
  std::optional<FileFrame> whole_frame_;  // for a first piece, whose own bytes may not tell
  const ElementTable* table_ = nullptr;
  NamespaceScope scope_;
  std::unique_ptr<RecordBuilder> builder_;

  bool header_done_ = false;
  bool header_open_ = false;  // the root's own frame is the builder's
  bool at_record_ = false;    // the current event is the start of a record
  bool at_end_ = false;
  bool after_root_ = false;
  // The start tag of the record that comes next.
  std::string start_text_;
  std::vector<text::XmlAttribute> attributes_;
  text::XmlPosition start_;
  text::XmlPosition begin_;  // of the record that is read, or of the file for its header
};

}  // namespace puente::iati

#endif  // PUENTE_PLUGINS_IATI_IATI_READER_H_
