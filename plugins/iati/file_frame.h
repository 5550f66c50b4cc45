// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// What the root of an IATI file says about the whole file.
#ifndef PUENTE_PLUGINS_IATI_FILE_FRAME_H_
#define PUENTE_PLUGINS_IATI_FILE_FRAME_H_

#include <span>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "core/text/xml_reader.h"
#include "plugins/iati/element_table.h"

namespace puente::iati {

/// What holds for all records of a file.
struct FileFrame {
  Root root = Root::kActivities;
  Model model = Model::kTwo;
  std::string version;
  /// True when `xml:space="preserve"` holds in the root element.
  bool preserve = false;
};

/// Reads the frame from the root element's start tag. `head` is the beginning of the file: files
/// without a version are taken for 2.0x when a `narrative` occurs in it. An error, code IATI-0001,
/// when the root element is not one of IATI.
absl::StatusOr<FileFrame> ReadFileFrame(std::string_view root_name,
                                        std::span<const text::XmlAttribute> attributes,
                                        std::string_view head);

/// The frame and the root's start tag as the bytes of a piece's context, and back.
struct PieceContext {
  FileFrame frame;
  std::string encoding;
  /// The start tag of the root element as it stands in the file.
  std::string root_tag;
  /// The line in which it begins.
  uint64_t root_line = 1;
};
std::string EncodeContext(const PieceContext& context);
absl::StatusOr<PieceContext> DecodeContext(std::string_view bytes);

}  // namespace puente::iati

#endif  // PUENTE_PLUGINS_IATI_FILE_FRAME_H_
