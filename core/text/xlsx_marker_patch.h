// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Changes a part of a workbook in places; every other byte of it stays.
// Internal to the marker and the repairer.

#ifndef PUENTE_CORE_TEXT_XLSX_MARKER_PATCH_H_
#define PUENTE_CORE_TEXT_XLSX_MARKER_PATCH_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/text/byte_stream.h"
#include "core/text/xml_reader.h"

namespace puente::text {

/// Invalid-argument error PUE-0345: this workbook cannot be changed.
absl::Status CannotMark(std::string_view why, std::string hint);

/// The start tag with an attribute set, whose value is XML already: replaced, or put last.
std::string WithXmlAttribute(std::string_view tag, std::string_view name, std::string_view value);

/// Invalid-argument error PUE-0345: rows or cells of a sheet are not where they must be.
absl::Status SheetDisorder(std::string_view what);

/// True for a value that stands for yes.
bool IsXmlTrue(std::string_view value);

/// The prefix of a name, `x:` of `x:row`.
std::string XmlPrefix(std::string_view name);

/// Reads XML event by event and writes its bytes as they are, but for what is put in or replaced.
class XmlPatcher {
 public:
  /// Both streams must outlive the patcher.
  static absl::StatusOr<std::unique_ptr<XmlPatcher>> Create(InputStream* input,
                                                            const XmlReaderOptions& options,
                                                            OutputStream* output);
  ~XmlPatcher();

  /// Goes to the next event. Error PUE-0345 when the XML is not in UTF-8.
  absl::StatusOr<XmlEvent> Next();
  const XmlReader& xml() const { return *xml_; }
  /// The event's bytes, unless they were replaced.
  std::string_view Bytes() const;
  /// True when the element that begins is an empty-element tag.
  bool IsEmptyTag() const { return Bytes().ends_with("/>"); }

  /// Writes bytes before the event.
  absl::Status PutBefore(std::string_view bytes);
  /// Writes bytes in place of the event's.
  absl::Status Replace(std::string_view bytes);
  /// Writes bytes as the content of the element that begins, which must be an empty-element tag.
  absl::Status Fill(std::string_view tag, std::string_view content);
  /// From the event on nothing is written until ReplaceHeld or Release, and all of it is in memory.
  absl::Status Hold();
  /// The bytes between two offsets since Hold.
  std::string_view Held(uint64_t begin, uint64_t end) const;
  /// Writes bytes in place of all since Hold, the event's included.
  absl::Status ReplaceHeld(std::string_view bytes);
  /// Lets all since Hold be as it is.
  void Release() { is_held_ = false; }
  /// Reads and writes what is left.
  absl::Status Finish();

 private:
  /// Keeps what was read until it was written.
  class Tap;

  XmlPatcher(std::unique_ptr<Tap> tap, std::unique_ptr<XmlReader> xml, OutputStream* output);
  absl::Status CopyUpTo(uint64_t offset);

  const std::unique_ptr<Tap> tap_;
  const std::unique_ptr<XmlReader> xml_;
  OutputStream& output_;
  uint64_t copied_ = 0;
  bool is_checked_ = false;
  bool is_held_ = false;
};

}  // namespace puente::text

#endif  // PUENTE_CORE_TEXT_XLSX_MARKER_PATCH_H_
