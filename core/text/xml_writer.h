// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Writes XML fast, and refuses what XML cannot carry.

#ifndef PUENTE_CORE_TEXT_XML_WRITER_H_
#define PUENTE_CORE_TEXT_XML_WRITER_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "core/text/byte_stream.h"

namespace puente::text {

/// True when a text or an attribute's value can be written: UTF-8, and characters of XML 1.0 only.
bool CanWriteText(std::string_view text);

/// True when it can be the name of an element or an attribute: what the reader accepts as one.
bool CanWriteName(std::string_view name);

/// True when it can be a comment that reads the same: no `--`, no `-` at its end, no carriage
/// return.
bool CanWriteComment(std::string_view text);

/// True when it can be a processing instruction that reads the same: the target a name other than
/// `xml` in any case, no `?>` and no carriage return in the data, no white space at its beginning.
bool CanWriteProcessingInstruction(std::string_view target, std::string_view data);

/// Writes UTF-8 through a buffer of its own. The caller decides on layout.
///
/// Every call either writes the whole of its node or, on an invalid-argument error (code PUE-0206),
/// nothing; writing may go on after such an error. A failed-precondition error is a call in the
/// wrong order: it writes nothing too. An error of the stream is final: each later call gives it
/// again.
class XmlWriter {
 public:
  /// Writes to `output`, which must outlive the writer. What is buffered is lost unless Flush is
  /// called at the end.
  explicit XmlWriter(OutputStream* output);
  XmlWriter(const XmlWriter&) = delete;
  XmlWriter& operator=(const XmlWriter&) = delete;

  /// Writes `<?xml version="1.0" encoding="UTF-8"?>`; as the first call only.
  absl::Status Declaration();

  /// Begins an element. Its attributes come next.
  absl::Status StartElement(std::string_view name);

  /// Writes an attribute of the element that has just begun. A name that it has already is an
  /// invalid-argument error.
  absl::Status Attribute(std::string_view name, std::string_view value);

  /// Ends the innermost element: `<a/>` when nothing came after its attributes.
  absl::Status EndElement();

  /// Writes text inside the root element. An empty text writes nothing.
  absl::Status Text(std::string_view text);

  /// Writes a comment.
  absl::Status Comment(std::string_view text);

  /// Writes a processing instruction.
  absl::Status ProcessingInstruction(std::string_view target, std::string_view data);

  /// Writes a line feed and two spaces for each level of `depth`.
  absl::Status NewlineIndent(size_t depth);

  /// Writes bytes as they are. They must be balanced content; nothing is checked.
  absl::Status Raw(std::string_view bytes);

  /// Hands all that is buffered to the stream. A start tag that is still open stays so.
  absl::Status Flush();

  /// Bytes written so far, those in the buffer included.
  uint64_t bytes_written() const { return flushed_ + used_; }

  /// Elements that are open.
  size_t depth() const { return name_ends_.size(); }

 private:
  absl::Status Refuse(std::string_view what, std::string_view text) const;
  absl::Status EmitBuffer();
  void Put(std::string_view bytes);
  void PutChar(char c);
  template <bool kAttribute>
  void PutEscaped(std::string_view text, uint8_t classes);
  void CloseStartTag();
  bool IsNewAttribute(std::string_view name);

  OutputStream* output_;
  std::unique_ptr<char[]> buffer_;
  size_t used_ = 0;
  uint64_t flushed_ = 0;
  absl::Status status_;
  bool in_start_tag_ = false;
  bool saw_root_ = false;
  std::string names_;                   // names of the open elements, one after the other
  std::vector<size_t> name_ends_;       // where each ends in names_
  std::string attributes_;              // names of the attributes of the open start tag
  std::vector<size_t> attribute_ends_;  // where each ends in attributes_
  absl::flat_hash_set<std::string> many_attributes_;  // the same, once there are many
};

}  // namespace puente::text

#endif  // PUENTE_CORE_TEXT_XML_WRITER_H_
