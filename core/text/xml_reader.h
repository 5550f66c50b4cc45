// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Pull reader of XML: one event after the other, with positions and within limits.

#ifndef PUENTE_CORE_TEXT_XML_READER_H_
#define PUENTE_CORE_TEXT_XML_READER_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "core/base/limits.h"
#include "core/text/byte_stream.h"

namespace puente::text {

/// An attribute or a namespace declaration: the reader does not process namespaces.
struct XmlAttribute {
  /// Name with prefix, as written.
  std::string_view name;
  /// Value after the normalisation that XML asks for.
  std::string_view value;
};

/// What the reader came to.
enum class XmlEvent {
  /// A start tag, or the first half of an empty-element tag.
  kStart,
  /// An end tag, or the second half of an empty-element tag.
  kEnd,
  /// Character data inside the root element, never empty. All that is adjacent is one event: CDATA
  /// sections and references included.
  kText,
  /// A comment; also outside the root element.
  kComment,
  /// A processing instruction; also outside the root element. The XML declaration is none.
  kProcessingInstruction,
  /// The end. Every further call gives it again.
  kEndOfDocument,
  /// From XmlReader::Step alone: an error, which status() tells. Every further call gives it again.
  kError,
};

/// A place in the input.
struct XmlPosition {
  /// Byte, from 0.
  uint64_t offset = 0;
  /// Line, from 1.
  uint64_t line = 1;
  /// Column, from 1, in characters.
  uint64_t column = 1;
};

/// How to read.
struct XmlReaderOptions {
  /// The limits in force: `xml_depth`, `attributes_per_element`, `attribute_bytes`, `name_bytes`,
  /// `text_bytes`.
  Limits limits;
  /// Name of the input in errors; may be empty.
  std::string source;
  /// How much is read and parsed at a time, in bytes. Memory is bounded by a few times this and the
  /// largest tag.
  size_t chunk_bytes = size_t{256} << 10;

  /// Piece mode: bytes to be parsed before the input, in the encoding of the input, such as the
  /// start tag of a root element. Their events are swallowed and their bytes have no position; the
  /// elements that they leave open count for `depth()`.
  std::string prolog;
  /// Piece mode: the line of the document in which the elements of the prolog begin, for messages;
  /// 0 when it is not known.
  uint64_t prolog_line = 0;
  /// Piece mode: the place of the first byte of the input.
  XmlPosition start;
  /// Encoding of the input, whatever the input says of itself; empty to believe the input.
  std::string encoding_override;
  /// Piece mode: the input may end while exactly the elements of the prolog are open. It may also
  /// close them and go on to the end of a document.
  bool fragment = false;
};

/// What the reader is at. Internal to the reader, here so that its accessors are cheap.
struct XmlEventData {
  std::string_view name;
  std::string_view text;
  const XmlAttribute* attributes = nullptr;
  size_t attribute_count = 0;
  uint64_t offset = 0;
  uint64_t end_offset = 0;
  size_t depth = 0;
  bool is_blank = false;
};

class XmlScanner;

/// Reads XML 1.0. It accepts what expat accepts, except for limits, DOCTYPEs with an internal
/// subset and references to entities that are not declared, which are always errors, and for the
/// names that the fifth edition of XML added, which are taken in UTF-8 without a DOCTYPE. It opens
/// no entity.
///
/// Errors, with line and column: invalid-argument with code PUE-0201 (not well-formed), PUE-0202
/// (DOCTYPE with an internal subset), PUE-0204 (encoding unknown, or not that of the bytes),
/// PUE-0205 (entity); resource-exhausted with code PUE-0203 (limit); the errors of the stream as
/// they are. Events that were complete before the place of an error are delivered first; an error
/// is given again by each further call.
class XmlReader {
 public:
  /// Prepares to read; `input` must outlive the reader. Nothing is read before the first Next.
  /// Invalid-argument error when the prolog is not well-formed or leaves no element open.
  static absl::StatusOr<std::unique_ptr<XmlReader>> Create(InputStream* input,
                                                           const XmlReaderOptions& options);
  ~XmlReader();
  XmlReader(const XmlReader&) = delete;
  XmlReader& operator=(const XmlReader&) = delete;

  /// Goes to the next event. What the accessors gave before is no longer valid.
  absl::StatusOr<XmlEvent> Next() {
    const XmlEvent event = Step();
    if (event == XmlEvent::kError) return status();
    return event;
  }

  /// The same for loops that count every instruction: XmlEvent::kError stands for an error.
  XmlEvent Step();
  /// The error that ended the reading.
  const absl::Status& status() const;

  /// Name of the element, or target of the processing instruction.
  std::string_view name() const { return event_->name; }

  /// Attributes of the start tag, in document order.
  std::span<const XmlAttribute> attributes() const {
    return {event_->attributes, event_->attribute_count};
  }

  /// The text, the comment, or the data of the processing instruction.
  std::string_view text() const { return event_->text; }

  /// True for a kText that is known to be white space; false does not say that it is something
  /// else.
  bool is_blank() const { return event_->is_blank; }

  /// Where the event's markup begins. The kEnd of an empty-element tag begins and ends after the
  /// tag. Lines and columns are counted when they are asked for: it takes time in proportion to the
  /// bytes since the place that was asked for before.
  XmlPosition position() const;

  /// The byte that position() is at, without a count.
  uint64_t offset() const { return event_->offset; }

  /// First byte after the event's markup.
  uint64_t end_offset() const { return event_->end_offset; }

  /// Open elements; the element of a kStart or kEnd is one of them. 1 for the root element.
  size_t depth() const { return event_->depth; }

  /// Encoding of the input: overridden, declared, or known from its first bytes. Complete from the
  /// first event on.
  std::string_view encoding() const;

  /// True when there was a DOCTYPE, from the first event after it on.
  bool saw_doctype() const;

  /// True when expat reads from here on: then no name that only the fifth edition has is taken.
  bool is_handed_over() const;

 private:
  friend class XmlScanner;
  friend class XmlExpatReader;

  explicit XmlReader(std::unique_ptr<XmlScanner> scanner);

  std::unique_ptr<XmlScanner> scanner_;
  const XmlEventData* event_;
};

}  // namespace puente::text

#endif  // PUENTE_CORE_TEXT_XML_READER_H_
