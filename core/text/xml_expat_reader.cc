// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Drives expat and queues what its callbacks tell.

#include "core/text/xml_expat_reader.h"

#include <expat.h>

#include <algorithm>
#include <cstring>
#include <optional>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "core/base/status.h"
#include "core/base/strings.h"
#include "core/text/encoding.h"
#include "core/text/xml_chars.h"
#include "core/text/xml_fault.h"
#include "core/text/xml_pending.h"
#include "fmt/format.h"

namespace puente::text {
namespace {

// The first read is small: many inputs are.
constexpr size_t kFirstChunkBytes = size_t{64} << 10;

// A carriage return that waits must leave room for what comes after it, and a byte order mark must
// be whole.
constexpr size_t kLeastChunkBytes = 4;

// Bytes around a fault that its message is made from.
constexpr size_t kContextBytes = 256;

}  // namespace

absl::Status XmlExpatReader::MakeParser(const std::string& encoding) {
  parser_ = XML_ParserCreate(encoding.empty() ? nullptr : encoding.c_str());
  if (parser_ == nullptr) return absl::ResourceExhaustedError("no memory for an XML parser");
  XML_SetUserData(parser_, this);
  XML_SetElementHandler(
      parser_,
      [](void* self, const char* name, const char** attributes) {
        static_cast<XmlExpatReader*>(self)->OnStart(name, attributes);
      },
      [](void* self, const char* name) { static_cast<XmlExpatReader*>(self)->OnEnd(name); });
  XML_SetCharacterDataHandler(parser_, [](void* self, const char* text, int size) {
    static_cast<XmlExpatReader*>(self)->OnText(std::string_view(text, static_cast<size_t>(size)));
  });
  // The markup of a CDATA section belongs to the text.
  XML_SetCdataSectionHandler(
      parser_, [](void* self) { static_cast<XmlExpatReader*>(self)->OnText(""); },
      [](void* self) { static_cast<XmlExpatReader*>(self)->OnText(""); });
  XML_SetCommentHandler(parser_, [](void* self, const char* text) {
    static_cast<XmlExpatReader*>(self)->OnComment(text);
  });
  XML_SetProcessingInstructionHandler(
      parser_, [](void* self, const char* target, const char* data) {
        static_cast<XmlExpatReader*>(self)->OnInstruction(target, data);
      });
  XML_SetStartDoctypeDeclHandler(parser_, [](void* self, const char*, const char* system_id,
                                             const char* public_id, int has_internal_subset) {
    static_cast<XmlExpatReader*>(self)->OnDoctype(system_id != nullptr || public_id != nullptr,
                                                  has_internal_subset != 0);
  });
  XML_SetSkippedEntityHandler(parser_, [](void* self, const char* name, int) {
    static_cast<XmlExpatReader*>(self)->OnSkippedEntity(name);
  });
  XML_SetXmlDeclHandler(parser_, [](void* self, const char*, const char* declared, int) {
    if (declared != nullptr) static_cast<XmlExpatReader*>(self)->OnDeclaredEncoding(declared);
  });
  XML_SetUnknownEncodingHandler(
      parser_,
      [](void* self, const char* name, XML_Encoding* info) {
        return static_cast<XmlExpatReader*>(self)->OnUnknownEncoding(name, info);
      },
      this);
  encoding_ = encoding.empty() ? "UTF-8" : encoding;
  next_chunk_ = std::clamp(options_.chunk_bytes, kLeastChunkBytes, kFirstChunkBytes);

  return absl::OkStatus();
}

absl::Status XmlExpatReader::Open() {
  if (absl::Status status = MakeParser(options_.encoding_override); !status.ok()) return status;
  if (options_.prolog.empty()) {
    if (options_.fragment) return absl::InvalidArgumentError("a fragment of XML needs a prolog");
    return absl::OkStatus();
  }
  if (absl::Status status = ReadProlog(); !status.ok()) return status;
  if (open_.empty()) return BadProlog();
  prolog_depth_ = open_.size();
  return absl::OkStatus();
}

absl::Status XmlExpatReader::OpenHandover(const XmlHandover& handover) {
  if (absl::Status status = MakeParser("UTF-8"); !status.ok()) return status;
  encoding_ = handover.encoding;
  options_.encoding_override = handover.encoding;
  // Markup that brings expat to the same state.
  std::string& prolog = options_.prolog;
  prolog = handover.after_root ? "<a></a>" : handover.open.empty() ? "<?a?>" : "";
  for (const XmlHandover::Element& element : handover.open) {
    // The names of later editions are not expat's: any other will do.
    prolog += fmt::format("<{}>", IsXmlName(element.name) ? element.name : "_");
  }
  if (absl::Status status = ReadProlog(); !status.ok()) return status;
  if (open_.size() != handover.open.size()) return BadProlog();
  prolog_depth_ = handover.prolog_depth;
  open_names_.clear();
  for (size_t i = 0; i < open_.size(); ++i) {
    open_[i] = {open_names_.size(), handover.open[i].line};
    open_names_ += handover.open[i].name;
  }
  return absl::OkStatus();
}

absl::Status XmlExpatReader::BadProlog() const {
  return absl::InvalidArgumentError(fmt::format(
      "the prolog of a piece of XML is no sequence of start tags: {}", options_.prolog));
}

absl::Status XmlExpatReader::ReadProlog() {
  const std::string& prolog = options_.prolog;
  in_prolog_ = true;
  void* buffer = XML_GetBuffer(parser_, static_cast<int>(prolog.size()));
  if (buffer == nullptr) return absl::ResourceExhaustedError("no memory for an XML parser");
  std::memcpy(buffer, prolog.data(), prolog.size());
  const XML_Status status = XML_ParseBuffer(parser_, static_cast<int>(prolog.size()), 0);
  if (failed_) return status_;
  if (status != XML_STATUS_OK ||
      XML_GetCurrentByteIndex(parser_) != static_cast<XML_Index>(prolog.size())) {
    return BadProlog();
  }
  in_prolog_ = false;
  prolog_line_ = XML_GetCurrentLineNumber(parser_);
  prolog_column_ = XML_GetCurrentColumnNumber(parser_);
  fed_ = prolog.size();
  return absl::OkStatus();
}

void XmlExpatReader::Refill() {
  queue_.Clear();
  while (queue_.empty() && !failed_ && !finished_) {
    if (suspended_) {
      TakeParserStatus(XML_ResumeParser(parser_));
    } else {
      FeedChunk();
    }
  }
}

void XmlExpatReader::FeedChunk() {
  constexpr size_t kMostBytes = size_t{512} << 20;  // expat counts in int
  const size_t size = std::min(next_chunk_, kMostBytes);
  char* buffer = static_cast<char*>(XML_GetBuffer(parser_, static_cast<int>(size)));
  if (buffer == nullptr) {
    status_ =
        WithSource(absl::ResourceExhaustedError("no memory for an XML parser"), options_.source);
    failed_ = true;
    return;
  }
  // A carriage return at the end of a chunk waits for the next one: after the root element expat
  // would count it and its line feed as two lines.
  const size_t held = holds_return_ ? 1 : 0;
  if (held > 0) buffer[0] = '\r';
  const absl::StatusOr<size_t> read = ReadFully(input_, buffer + held, size - held);
  if (!read.ok()) {
    status_ = WithSource(read.status(), options_.source);
    failed_ = true;
    return;
  }
  size_t filled = held + *read;
  fed_all_ = filled < size;
  holds_return_ = !fed_all_ && buffer[filled - 1] == '\r';
  if (holds_return_) --filled;
  if (fed_ == 0) {
    const std::string_view head(buffer, std::min<size_t>(filled, 3));
    has_mark_ = has_utf8_mark_ = head == "\xEF\xBB\xBF";
    if (head.substr(0, 2) == "\xFF\xFE" || head.substr(0, 2) == "\xFE\xFF") {
      has_mark_ = true;
      if (options_.encoding_override.empty()) encoding_ = "UTF-16";
    }
  }
  fed_ += filled;
  next_chunk_ = std::max(options_.chunk_bytes, kLeastChunkBytes);
  TakeParserStatus(XML_ParseBuffer(parser_, static_cast<int>(filled), fed_all_ ? 1 : 0));
}

void XmlExpatReader::TakeParserStatus(XML_Status status) {
  if (failed_) return;
  suspended_ = status == XML_STATUS_SUSPENDED;
  if (status == XML_STATUS_ERROR) {
    TakeParserError();
  } else if (!suspended_ && fed_all_) {
    finished_ = true;
  } else if (!suspended_) {
    const XML_Index done = XML_GetCurrentByteIndex(parser_);
    const uint64_t pending = done < 0 ? fed_ : fed_ - static_cast<uint64_t>(done);
    // A tag that does not end in one chunk is parsed again with the next: let the chunks grow with
    // it, so that the time stays linear.
    next_chunk_ = std::max<uint64_t>(next_chunk_, pending);
    if (pending > 0) CheckPending(pending);
  }
}

void XmlExpatReader::CheckPending(uint64_t pending) {
  const std::string_view raw = RawFromHere(nullptr);
  if (raw.size() != pending) return;
  if (const std::optional<PendingExcess> excess = FindPendingExcess(raw, options_.limits)) {
    FailOnLimit(excess->what, excess->limit, excess->unit, excess->option, Here());
  }
}

void XmlExpatReader::TakeParserError() {
  const XML_Error code = XML_GetErrorCode(parser_);
  if (code == XML_ERROR_NO_ELEMENTS && options_.fragment && open_.size() == prolog_depth_) {
    // A bracket at the very end is told without its end.
    if (queue_.text_is_open()) {
      queue_.AppendText("", fed_ - options_.prolog.size() + options_.start.offset);
    }
    CloseText();
    finished_ = true;
    return;
  }
  XmlFault fault;
  // The end of a piece is not that of the file: what follows does not complete the character.
  fault.expat_code =
      code == XML_ERROR_PARTIAL_CHAR && options_.fragment ? XML_ERROR_INVALID_TOKEN : code;
  fault.at = RawFromHere(&fault.before);
  if (!open_.empty()) {
    fault.open_name = std::string_view(open_names_).substr(open_.back().name_begin);
    fault.open_line = open_.back().line;
  }
  fault.encoding = encoding_;
  fault.encoding_reason = encoding_reason_;
  Fail(code == XML_ERROR_NO_MEMORY ? absl::StatusCode::kResourceExhausted
                                   : absl::StatusCode::kInvalidArgument,
       ExplainXmlFault(fault), Here());
}

void XmlExpatReader::Fail(absl::StatusCode code, ErrorDetail detail, const XmlPosition& place) {
  if (failed_) return;
  failed_ = true;
  detail.source = options_.source;
  detail.line = place.line;
  detail.column = place.column;
  status_ = MakeError(code, detail);
  XML_StopParser(parser_, XML_FALSE);
}

void XmlExpatReader::FailOnLimit(std::string what, uint64_t limit, LimitUnit unit,
                                 std::string_view option, const XmlPosition& place) {
  ErrorDetail detail;
  detail.code = "PUE-0203";
  detail.message = fmt::format("{} the limit of {}", what, FormatLimit(limit, unit));
  detail.hint = fmt::format("if the file is to be trusted, raise the limit {}", option);
  Fail(absl::StatusCode::kResourceExhausted, std::move(detail), place);
}

XmlPosition XmlExpatReader::Here() const {
  XmlPosition place;
  const XML_Index index = XML_GetCurrentByteIndex(parser_);
  const uint64_t offset = index < 0 ? fed_ : static_cast<uint64_t>(index);
  const uint64_t line = XML_GetCurrentLineNumber(parser_);
  const uint64_t column = XML_GetCurrentColumnNumber(parser_);
  place.offset = offset - options_.prolog.size() + options_.start.offset;
  place.line = line - prolog_line_ + options_.start.line;
  if (line == prolog_line_) {
    place.column = column - prolog_column_ + options_.start.column;
    if (has_mark_ && column > 0) --place.column;
  } else {
    place.column = column + 1;
  }
  return place;
}

std::string_view XmlExpatReader::RawFromHere(std::string_view* before) const {
  int offset = 0;
  int size = 0;
  const char* buffer = XML_GetInputContext(parser_, &offset, &size);
  if (buffer == nullptr || offset > size) return {};
  const std::string_view all(buffer, static_cast<size_t>(size));
  const size_t at = static_cast<size_t>(offset);
  if (before != nullptr) {
    const size_t begin = at > kContextBytes ? at - kContextBytes : 0;
    *before = all.substr(begin, at - begin);
  }
  return all.substr(at);
}

void XmlExpatReader::AddEvent(XmlEventQueue::Event event, XmlEvent kind, const XmlPosition& here) {
  event.kind = kind;
  event.position = here;
  event.end_offset = here.offset + static_cast<uint64_t>(XML_GetCurrentByteCount(parser_));
  queue_.Add(event);
  if (queue_.is_full()) XML_StopParser(parser_, XML_TRUE);
}

void XmlExpatReader::OnStart(const char* name, const char** attributes) {
  if (failed_) return;
  CloseText();
  const Limits& limits = options_.limits;
  const size_t name_size = std::strlen(name);
  const XmlPosition here = Here();
  const bool has_own_line = in_prolog_ && options_.prolog_line != 0;
  open_.push_back({open_names_.size(), has_own_line ? options_.prolog_line : here.line});
  open_names_.append(name, name_size);
  if (in_prolog_) return;
  if (open_.size() > limits.xml_depth) {
    FailOnLimit("elements are nested deeper than", limits.xml_depth, LimitUnit::kCount, "xml_depth",
                here);
    return;
  }
  if (is_external_ && HasUndeclaredReference()) {
    ErrorDetail detail;
    detail.code = "PUE-0205";
    detail.message = "a value in this tag refers to an entity that is not declared";
    detail.hint = "DTDs are not opened: write the character itself, or &#number;";
    Fail(absl::StatusCode::kInvalidArgument, std::move(detail), here);
    return;
  }
  XmlEventQueue::Event event;
  event.depth = static_cast<uint32_t>(open_.size());
  event.name = queue_.Keep(std::string_view(name, name_size));
  event.first_attribute = queue_.attribute_count();
  size_t longest_name = name_size;
  for (; *attributes != nullptr; attributes += 2) {
    const std::string_view key(attributes[0]);
    const std::string_view value(attributes[1]);
    longest_name = std::max(longest_name, key.size());
    if (++event.attribute_count > limits.attributes_per_element) {
      FailOnLimit("the element has more attributes than", limits.attributes_per_element,
                  LimitUnit::kCount, "attributes_per_element", here);
      return;
    }
    if (value.size() > limits.attribute_bytes) {
      FailOnLimit(fmt::format("the attribute {} is longer than", QuoteForMessage(key)),
                  limits.attribute_bytes, LimitUnit::kBytes, "attribute_bytes", here);
      return;
    }
    queue_.AddAttribute(key, value);
  }
  if (longest_name > limits.name_bytes) {
    FailOnLimit("a name in this tag is longer than", limits.name_bytes, LimitUnit::kBytes,
                "name_bytes", here);
    return;
  }
  AddEvent(event, XmlEvent::kStart, here);
}

void XmlExpatReader::OnEnd(std::string_view name) {
  if (failed_) return;
  CloseText();
  XmlEventQueue::Event event;
  event.depth = static_cast<uint32_t>(open_.size());
  open_names_.resize(open_.back().name_begin);
  open_.pop_back();
  if (in_prolog_) return;
  event.name = queue_.Keep(name);
  AddEvent(event, XmlEvent::kEnd, Here());
}

void XmlExpatReader::OnText(std::string_view text) {
  if (IsSwallowed()) return;
  if (!queue_.text_is_open()) queue_.OpenText(Here());
  if (queue_.text_size() + text.size() > options_.limits.text_bytes) {
    FailOnLimit("the text that begins here is longer than", options_.limits.text_bytes,
                LimitUnit::kBytes, "text_bytes", queue_.text_position());
    return;
  }
  const uint64_t end = static_cast<uint64_t>(XML_GetCurrentByteIndex(parser_)) +
                       static_cast<uint64_t>(XML_GetCurrentByteCount(parser_));
  queue_.AppendText(text, end - options_.prolog.size() + options_.start.offset);
}

void XmlExpatReader::OnComment(std::string_view text) {
  if (IsSwallowed()) return;
  CloseText();
  const XmlPosition here = Here();
  if (text.size() > options_.limits.text_bytes) {
    FailOnLimit("the comment is longer than", options_.limits.text_bytes, LimitUnit::kBytes,
                "text_bytes", here);
    return;
  }
  XmlEventQueue::Event event;
  event.depth = static_cast<uint32_t>(open_.size());
  event.text = queue_.Keep(text);
  AddEvent(event, XmlEvent::kComment, here);
}

void XmlExpatReader::OnInstruction(std::string_view target, std::string_view data) {
  if (IsSwallowed()) return;
  CloseText();
  const XmlPosition here = Here();
  if (data.size() > options_.limits.text_bytes) {
    FailOnLimit("the processing instruction is longer than", options_.limits.text_bytes,
                LimitUnit::kBytes, "text_bytes", here);
    return;
  }
  if (target.size() > options_.limits.name_bytes) {
    FailOnLimit("the target of the processing instruction is longer than",
                options_.limits.name_bytes, LimitUnit::kBytes, "name_bytes", here);
    return;
  }
  XmlEventQueue::Event event;
  event.depth = static_cast<uint32_t>(open_.size());
  event.name = queue_.Keep(target);
  event.text = queue_.Keep(data);
  AddEvent(event, XmlEvent::kProcessingInstruction, here);
}

void XmlExpatReader::OnDeclaredEncoding(std::string_view declared) {
  if (failed_ || !options_.encoding_override.empty()) return;
  // Expat would take the declaration's word, and read the mark's bytes wrongly.
  if (has_utf8_mark_ && !absl::EqualsIgnoreCase(ToAbsl(declared), "UTF-8")) {
    ErrorDetail detail;
    detail.code = "PUE-0204";
    detail.message = fmt::format("the file begins with the mark of UTF-8, but declares {}",
                                 QuoteForMessage(declared));
    detail.hint = "take the encoding out of the first line, or convert the file";
    Fail(absl::StatusCode::kInvalidArgument, std::move(detail), Here());
    return;
  }
  encoding_ = declared;
}

void XmlExpatReader::OnDoctype(bool is_external, bool has_internal_subset) {
  if (failed_) return;
  saw_doctype_ = true;
  is_external_ = is_external;
  if (!has_internal_subset) return;
  ErrorDetail detail;
  detail.code = "PUE-0202";
  detail.message = "the DOCTYPE has declarations of its own, which are not accepted";
  detail.hint =
      "they can make a small file grow without bounds: take out the part in [ ], and write the "
      "entities that it declares as plain text";
  Fail(absl::StatusCode::kInvalidArgument, std::move(detail), Here());
}

void XmlExpatReader::OnSkippedEntity(const char* name) {
  if (failed_) return;
  ErrorDetail detail;
  detail.code = "PUE-0205";
  detail.message = fmt::format("the entity {} is not declared", QuoteForMessage(name));
  detail.hint = "DTDs are not opened: write the character itself, or &#number;";
  Fail(absl::StatusCode::kInvalidArgument, std::move(detail), Here());
}

bool XmlExpatReader::HasUndeclaredReference() const {
  const int size = XML_GetCurrentByteCount(parser_);
  return HasNamedReference(RawFromHere(nullptr).substr(0, static_cast<size_t>(std::max(size, 0))));
}

int XmlExpatReader::OnUnknownEncoding(const char* name, XML_Encoding* info) {
  const absl::StatusOr<EncodingTable> table = EightBitTable(name);
  if (!table.ok()) {
    encoding_reason_ = absl::IsNotFound(table.status())
                           ? fmt::format("the encoding {} is not known", QuoteForMessage(name))
                           : fmt::format(
                                 "the encoding {} is not supported: it is not UTF-8, UTF-16 "
                                 "or an encoding with one byte a character",
                                 QuoteForMessage(name));
    return XML_STATUS_ERROR;
  }
  std::copy(table->begin(), table->end(), info->map);
  info->data = nullptr;
  info->convert = nullptr;
  info->release = nullptr;
  return XML_STATUS_OK;
}

XmlExpatReader::XmlExpatReader(InputStream* input, const XmlReaderOptions& options)
    : input_(input), options_(options) {}

XmlExpatReader::~XmlExpatReader() {
  if (parser_ != nullptr) XML_ParserFree(parser_);
}

absl::StatusOr<std::unique_ptr<XmlExpatReader>> XmlExpatReader::Create(
    InputStream* input, const XmlReaderOptions& options) {
  std::unique_ptr<XmlExpatReader> reader(new XmlExpatReader(input, options));
  if (absl::Status status = reader->Open(); !status.ok()) return status;
  return reader;
}

absl::StatusOr<std::unique_ptr<XmlExpatReader>> XmlExpatReader::Continue(
    InputStream* input, const XmlReaderOptions& options, const XmlHandover& handover) {
  std::unique_ptr<XmlExpatReader> reader(new XmlExpatReader(input, options));
  if (absl::Status status = reader->OpenHandover(handover); !status.ok()) return status;
  return reader;
}

XmlEvent XmlExpatReader::Next(XmlEventData* data) {
  if (queue_.empty()) Refill();
  data->name = data->text = std::string_view();
  data->attributes = nullptr;
  data->attribute_count = 0;
  if (queue_.empty()) {
    if (!status_.ok()) return XmlEvent::kError;
    data->depth = 0;
    return XmlEvent::kEndOfDocument;
  }
  const XmlEventQueue::Event& event = queue_.Take();
  data->name = queue_.Get(event.name);
  data->text = queue_.Get(event.text);
  data->is_blank = false;
  if (event.attribute_count > 0) {
    const std::span<const XmlAttribute> attributes = queue_.GetAttributes(event);
    data->attributes = attributes.data();
    data->attribute_count = attributes.size();
  }
  data->offset = event.position.offset;
  data->end_offset = event.end_offset;
  data->depth = event.depth;
  position_ = event.position;
  return event.kind;
}

}  // namespace puente::text
