// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Reads XML with expat: encodings other than UTF-8, odd cases, and faults. Internal to the XML
// reader.

#ifndef PUENTE_CORE_TEXT_XML_EXPAT_READER_H_
#define PUENTE_CORE_TEXT_XML_EXPAT_READER_H_

#include <expat.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/base/limits.h"
#include "core/base/status.h"
#include "core/text/byte_stream.h"
#include "core/text/xml_event_queue.h"
#include "core/text/xml_reader.h"

namespace puente::text {

/// Where another reader of a document in UTF-8 has stopped, between two pieces of markup or text.
struct XmlHandover {
  /// An open element.
  struct Element {
    std::string_view name;
    /// Line in which it begins.
    uint64_t line = 0;
  };
  /// The open elements, the root first.
  std::vector<Element> open;
  /// The root element was closed.
  bool after_root = false;
  /// How many of the open elements are those of the prolog of a fragment.
  size_t prolog_depth = 0;
  /// The encoding as it is to be named: UTF-8 in any writing.
  std::string encoding;
};

/// The reader over expat: events of a part of the input wait in one buffer. Meaning and errors are
/// those of XmlReader.
class XmlExpatReader {
 public:
  /// Begins a document or a piece of one; see XmlReader::Create.
  static absl::StatusOr<std::unique_ptr<XmlExpatReader>> Create(InputStream* input,
                                                                const XmlReaderOptions& options);

  /// Goes on with a document at `options.start`; the prolog of `options` does not count.
  static absl::StatusOr<std::unique_ptr<XmlExpatReader>> Continue(InputStream* input,
                                                                  const XmlReaderOptions& options,
                                                                  const XmlHandover& handover);
  ~XmlExpatReader();
  XmlExpatReader(const XmlExpatReader&) = delete;
  XmlExpatReader& operator=(const XmlExpatReader&) = delete;

  /// Goes to the next event and fills in `*data`; XmlEvent::kError at an error, see status().
  XmlEvent Next(XmlEventData* data);

  /// Place of the event.
  const XmlPosition& position() const { return position_; }
  /// The error that ended the reading.
  const absl::Status& status() const { return status_; }
  /// See XmlReader.
  std::string_view encoding() const { return encoding_; }
  /// See XmlReader.
  bool saw_doctype() const { return saw_doctype_; }

 private:
  struct OpenElement {
    size_t name_begin = 0;
    uint64_t line = 0;
  };

  XmlExpatReader(InputStream* input, const XmlReaderOptions& options);

  absl::Status MakeParser(const std::string& encoding);
  absl::Status Open();
  absl::Status OpenHandover(const XmlHandover& handover);
  absl::Status ReadProlog();
  absl::Status BadProlog() const;
  void Refill();
  void FeedChunk();
  void CheckPending(uint64_t pending);
  void TakeParserStatus(XML_Status status);
  void TakeParserError();
  void Fail(absl::StatusCode code, ErrorDetail detail, const XmlPosition& place);
  void FailOnLimit(std::string what, uint64_t limit, LimitUnit unit, std::string_view option,
                   const XmlPosition& place);
  bool HasUndeclaredReference() const;

  XmlPosition Here() const;
  std::string_view RawFromHere(std::string_view* before) const;
  void AddEvent(XmlEventQueue::Event event, XmlEvent kind, const XmlPosition& here);
  void CloseText() { queue_.CloseText(static_cast<uint32_t>(open_.size())); }
  bool IsSwallowed() const { return in_prolog_ || failed_; }

  void OnStart(const char* name, const char** attributes);
  void OnEnd(std::string_view name);
  void OnText(std::string_view text);
  void OnComment(std::string_view text);
  void OnInstruction(std::string_view target, std::string_view data);
  void OnDeclaredEncoding(std::string_view declared);
  void OnDoctype(bool is_external, bool has_internal_subset);
  void OnSkippedEntity(const char* name);
  int OnUnknownEncoding(const char* name, XML_Encoding* info);

  InputStream* input_;
  XmlReaderOptions options_;
  XML_Parser parser_ = nullptr;

  XmlEventQueue queue_;

  // Where the parser is.
  uint64_t fed_ = 0;
  size_t next_chunk_ = 0;
  bool fed_all_ = false;
  bool holds_return_ = false;
  bool suspended_ = false;
  bool finished_ = false;
  bool failed_ = false;  // status_ is an error, the parser is not called any more
  absl::Status status_;
  XmlPosition position_;  // of the event
  std::string open_names_;
  std::vector<OpenElement> open_;

  bool in_prolog_ = false;
  size_t prolog_depth_ = 0;
  uint64_t prolog_line_ = 1;  // expat's line and column where the input begins
  uint64_t prolog_column_ = 0;
  bool has_mark_ = false;
  bool has_utf8_mark_ = false;  // the input begins with a byte order mark, which has no column
  bool saw_doctype_ = false;
  bool is_external_ = false;  // the DOCTYPE names a DTD, so that expat skips unknown entities
  std::string encoding_;
  std::string encoding_reason_;
};

}  // namespace puente::text

#endif  // PUENTE_CORE_TEXT_XML_EXPAT_READER_H_
