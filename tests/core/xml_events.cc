// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// A harness of callbacks over expat, and the same lines from our reader.

#include "tests/core/xml_events.h"

#include <expat.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <span>
#include <sstream>

#include "core/base/status.h"
#include "core/base/utf8.h"
#include "core/text/byte_stream.h"
#include "core/text/encoding.h"
#include "core/text/xml_chars.h"
#include "core/text/xml_expat_reader.h"
#include "fmt/format.h"

namespace puente::text {
namespace {

struct Place {
  uint64_t offset = 0;
  uint64_t line = 0;
  uint64_t column = 0;
};

std::string Line(char kind, const Place& place, uint64_t end, size_t depth, std::string_view name,
                 std::string_view rest) {
  return fmt::format("{} {}..{} {}:{} /{} {}{}", kind, place.offset, end, place.line, place.column,
                     depth, name, rest);
}

/// Callbacks of bare expat.
class Harness {
 public:
  explicit Harness(const std::string& xml) : parser_(XML_ParserCreate(nullptr)) {
    mark_ = xml.substr(0, 3) == "\xEF\xBB\xBF" || xml.substr(0, 2) == "\xFF\xFE" ||
            xml.substr(0, 2) == "\xFE\xFF";
    XML_SetUserData(parser_, this);
    XML_SetElementHandler(
        parser_,
        [](void* self, const char* name, const char** attributes) {
          static_cast<Harness*>(self)->Start(name, attributes);
        },
        [](void* self, const char* name) {
          Harness* h = static_cast<Harness*>(self);
          h->Add('E', h->depth_, name, "");
          --h->depth_;
        });
    XML_SetCharacterDataHandler(parser_, [](void* self, const char* text, int size) {
      static_cast<Harness*>(self)->Text(std::string_view(text, static_cast<size_t>(size)));
    });
    XML_SetCdataSectionHandler(
        parser_, [](void* self) { static_cast<Harness*>(self)->Text(""); },
        [](void* self) { static_cast<Harness*>(self)->Text(""); });
    XML_SetCommentHandler(parser_, [](void* self, const char* text) {
      Harness* h = static_cast<Harness*>(self);
      h->Add('C', h->depth_, "", text);
    });
    XML_SetProcessingInstructionHandler(parser_,
                                        [](void* self, const char* target, const char* data) {
                                          Harness* h = static_cast<Harness*>(self);
                                          h->Add('P', h->depth_, target, fmt::format("|{}", data));
                                        });
    XML_SetStartDoctypeDeclHandler(parser_, [](void* self, const char*, const char* system_id,
                                               const char* public_id, int has_internal_subset) {
      Harness* h = static_cast<Harness*>(self);
      if (has_internal_subset != 0) h->events_.is_refused_by_policy = true;
      h->events_.has_dtd = system_id != nullptr || public_id != nullptr;
    });
    XML_SetSkippedEntityHandler(parser_, [](void* self, const char*, int) {
      static_cast<Harness*>(self)->events_.is_refused_by_policy = true;
    });
    XML_SetUnknownEncodingHandler(
        parser_,
        [](void*, const char* name, XML_Encoding* info) -> int {
          const absl::StatusOr<EncodingTable> table = EightBitTable(name);
          if (!table.ok()) return XML_STATUS_ERROR;
          std::copy(table->begin(), table->end(), info->map);
          return XML_STATUS_OK;
        },
        nullptr);
    if (XML_Parse(parser_, xml.data(), static_cast<int>(xml.size()), 1) != XML_STATUS_OK) {
      events_.expat_code = XML_GetErrorCode(parser_);
      events_.status =
          absl::InvalidArgumentError(XML_ErrorString(static_cast<XML_Error>(events_.expat_code)));
      events_.error_offset = static_cast<uint64_t>(XML_GetCurrentByteIndex(parser_));
      const size_t complete = events_.lines.size();
      Flush();
      if (events_.lines.size() > complete) {
        events_.open_text = events_.lines.back();
        events_.lines.pop_back();
      }
    }
  }
  Harness(const Harness&) = delete;
  Harness& operator=(const Harness&) = delete;
  ~Harness() { XML_ParserFree(parser_); }

  XmlEvents Take() { return std::move(events_); }

 private:
  Place Here() const {
    Place place;
    place.offset = static_cast<uint64_t>(XML_GetCurrentByteIndex(parser_));
    place.line = XML_GetCurrentLineNumber(parser_);
    place.column = XML_GetCurrentColumnNumber(parser_) + 1;
    if (mark_ && place.line == 1 && place.column > 1) --place.column;
    return place;
  }
  uint64_t End() const {
    return static_cast<uint64_t>(XML_GetCurrentByteIndex(parser_)) +
           static_cast<uint64_t>(XML_GetCurrentByteCount(parser_));
  }
  void Flush() {
    if (!text_.empty()) events_.lines.push_back(Line('T', begin_, end_, depth_, "", text_));
    text_.clear();
    in_text_ = false;
  }
  void Add(char kind, size_t depth, std::string_view name, std::string_view rest) {
    Flush();
    events_.lines.push_back(Line(kind, Here(), End(), depth, name, rest));
  }
  void Start(const char* name, const char** attributes) {
    std::string rest;
    for (; *attributes != nullptr; attributes += 2) {
      rest += fmt::format(" {}={}", attributes[0], attributes[1]);
    }
    Flush();
    Add('S', ++depth_, name, rest);
  }
  void Text(std::string_view text) {
    if (!in_text_) begin_ = Here();
    in_text_ = true;
    text_ += text;
    end_ = End();
  }

  XML_Parser parser_;
  XmlEvents events_;
  bool mark_ = false;
  size_t depth_ = 0;
  bool in_text_ = false;
  std::string text_;
  Place begin_;
  uint64_t end_ = 0;
};

/// Our engine over expat behind the interface of XmlReader.
class ExpatSource {
 public:
  explicit ExpatSource(XmlExpatReader* reader) : reader_(reader) {}
  absl::StatusOr<XmlEvent> Next() {
    const XmlEvent event = reader_->Next(&data_);
    if (!reader_->status().ok() && event == XmlEvent::kError) return reader_->status();
    return event;
  }
  std::string_view name() const { return data_.name; }
  std::string_view text() const { return data_.text; }
  std::span<const XmlAttribute> attributes() const {
    return {data_.attributes, data_.attribute_count};
  }
  XmlPosition position() const { return reader_->position(); }
  uint64_t end_offset() const { return data_.end_offset; }
  size_t depth() const { return data_.depth; }
  bool is_blank() const { return data_.is_blank; }

 private:
  XmlExpatReader* reader_;
  XmlEventData data_;
};

/// Writes down the events of a source with the interface of XmlReader.
template <typename Source>
void WriteDown(Source& source, XmlEvents* events) {
  while (true) {
    const absl::StatusOr<XmlEvent> event = source.Next();
    if (!event.ok()) {
      events->status = event.status();
      return;
    }
    char kind = '?';
    std::string rest;
    switch (*event) {
      case XmlEvent::kStart:
        kind = 'S';
        for (const XmlAttribute& attribute : source.attributes()) {
          rest += fmt::format(" {}={}", attribute.name, attribute.value);
        }
        break;
      case XmlEvent::kEnd:
        kind = 'E';
        break;
      case XmlEvent::kText:
        kind = 'T';
        rest = source.text();
        if (source.is_blank() && rest.find_first_not_of(" \t\n") != std::string::npos) {
          rest += " (said to be blank)";
        }
        break;
      case XmlEvent::kComment:
        kind = 'C';
        rest = source.text();
        break;
      case XmlEvent::kProcessingInstruction:
        kind = 'P';
        rest = fmt::format("|{}", source.text());
        break;
      case XmlEvent::kEndOfDocument:
      case XmlEvent::kError:
        return;
    }
    events->nodes.push_back(fmt::format("{} {}{}", kind, source.name(), rest));
    const XmlPosition& place = source.position();
    events->lines.push_back(Line(kind, {place.offset, place.line, place.column},
                                 source.end_offset(), source.depth(), source.name(), rest));
  }
}

/// True for a character that names may hold, or begin with, in the fifth edition of XML only.
bool IsOfFifthEdition(std::string_view bytes) {
  if (bytes.empty()) return false;
  const Utf8Char c = DecodeUtf8(bytes);
  return c.valid && ((IsXmlNameCharOfFifthEdition(c.code_point) && !IsXmlNameChar(c.code_point)) ||
                     (IsXmlNameStartOfFifthEdition(c.code_point) && !IsXmlNameStart(c.code_point)));
}

}  // namespace

XmlEvents ReadEvents(std::string_view xml, const XmlReaderOptions& options, size_t portion) {
  XmlEvents events;
  StringInput input(xml, portion);
  const absl::StatusOr<std::unique_ptr<XmlReader>> reader = XmlReader::Create(&input, options);
  events.status = reader.status();
  if (reader.ok()) WriteDown(**reader, &events);
  return events;
}

XmlEvents ReadEventsWithExpat(std::string_view xml, const XmlReaderOptions& options,
                              size_t portion) {
  XmlEvents events;
  StringInput input(xml, portion);
  const auto reader = XmlExpatReader::Create(&input, options);
  events.status = reader.status();
  if (reader.ok()) {
    ExpatSource source(reader->get());
    WriteDown(source, &events);
  }
  return events;
}

XmlEvents BareExpatEvents(const std::string& xml) { return Harness(xml).Take(); }

std::string FirstDifference(const std::vector<std::string>& expected,
                            const std::vector<std::string>& actual) {
  for (size_t i = 0; i < std::max(expected.size(), actual.size()); ++i) {
    const std::string a = i < expected.size() ? expected[i] : "(end)";
    const std::string b = i < actual.size() ? actual[i] : "(end)";
    if (a != b)
      return fmt::format("event {}: expected {}, got {}", i, a.substr(0, 300), b.substr(0, 300));
  }
  return "";
}

std::string Disagreement(const std::string& xml, size_t chunk, size_t portion, bool* accepted) {
  XmlEvents expected = BareExpatEvents(xml);
  if (accepted != nullptr) *accepted = expected.status.ok();
  XmlReaderOptions options;
  options.chunk_bytes = chunk;
  const XmlEvents actual = ReadEvents(xml, options, portion);
  if (actual.status.ok() && expected.is_refused_by_policy) return "policy was not applied";
  const ErrorDetail detail = GetErrorDetail(actual.status);
  if (!expected.status.ok() && xml.size() > expected.error_offset &&
      IsOfFifthEdition(std::string_view(xml).substr(expected.error_offset))) {
    return "";
  }
  if (!actual.status.ok()) {
    const auto place = [](const ErrorDetail& error) {
      return fmt::format("{}:{} {}", error.line, error.column, error.code);
    };
    // Outside the root element expat's place depends on where a chunk ends.
    const ErrorDetail whole = GetErrorDetail(ReadEventsWithExpat(xml).status);
    const ErrorDetail ours = GetErrorDetail(ReadEventsWithExpat(xml, options, portion).status);
    if (place(detail) != place(whole) && place(detail) != place(ours)) {
      return fmt::format("over expat we say {} {}, else {} {}", place(whole), whole.message,
                         place(detail), detail.message);
    }
    // Expat believes a declaration that contradicts the mark of UTF-8 before it.
    if (detail.code == "PUE-0204" && xml.substr(0, 3) == "\xEF\xBB\xBF") return "";
    if (expected.is_refused_by_policy || detail.code == "PUE-0203" ||
        (detail.code == "PUE-0205" && expected.has_dtd)) {
      return "";
    }
  }
  if (actual.status.ok() != expected.status.ok()) {
    return fmt::format("expat says \"{}\", we say \"{}\"", expected.status.ToString(),
                       FormatError(actual.status));
  }
  // A text that ends before broken markup was complete.
  if (!expected.open_text.empty() && actual.lines.size() == expected.lines.size() + 1) {
    expected.lines.push_back(expected.open_text);
  }
  return FirstDifference(expected.lines, actual.lines);
}

std::string PieceDisagreement(std::string_view piece, const XmlReaderOptions& options,
                              size_t portion) {
  const XmlEvents expected = ReadEventsWithExpat(piece, options, portion);
  XmlEvents actual = ReadEvents(piece, options, portion);
  const ErrorDetail detail = GetErrorDetail(actual.status);
  const ErrorDetail wanted = GetErrorDetail(expected.status);
  const auto holds_fifth_edition = [&] {
    for (size_t i = 0; i < piece.size(); ++i) {
      if (IsOfFifthEdition(piece.substr(i))) return true;
    }
    return false;
  };
  const bool same = actual.status.ok() == expected.status.ok() && detail.code == wanted.code &&
                    detail.line == wanted.line && detail.column == wanted.column;
  if (!same) {
    if (!expected.status.ok() && holds_fifth_edition()) return "";
    return fmt::format("over expat we say {}, else {}", FormatError(expected.status),
                       FormatError(actual.status));
  }
  // A text that ends before broken markup was complete.
  if (!actual.status.ok() && actual.lines.size() == expected.lines.size() + 1 &&
      actual.lines.back().substr(0, 1) == "T") {
    actual.lines.pop_back();
  }
  return FirstDifference(expected.lines, actual.lines);
}

std::string ExternalDataFolder() {
  const char* set = std::getenv("PUENTE_TEST_DATA");
  const std::string folder = set != nullptr && *set != '\0' ? set : "../shared/data";
  std::error_code error;
  return std::filesystem::is_directory(folder, error) ? folder : "";
}

std::vector<std::string> FilesBelow(const std::string& folder, std::string_view suffix) {
  std::vector<std::string> paths;
  std::error_code error;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder, error)) {
    const std::string path = entry.path().string();
    if (entry.is_regular_file() && path.size() >= suffix.size() &&
        path.compare(path.size() - suffix.size(), suffix.size(), suffix) == 0) {
      paths.push_back(path);
    }
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

std::string FileBytes(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream bytes;
  bytes << file.rdbuf();
  return bytes.str();
}

}  // namespace puente::text
