// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Escapes and checks what goes into XML.

#include "core/text/xml_writer.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "core/base/lexical.h"
#include "core/base/status.h"
#include "core/base/strings.h"
#include "core/base/utf8.h"
#include "core/text/byte_words.h"
#include "core/text/xml_chars.h"
#include "core/text/xml_fault.h"
#include "fmt/format.h"

namespace puente::text {
namespace {

// Long texts are written in parts: there must be room for the escapes of each.
constexpr size_t kPart = size_t{16} << 10;
// The longest reference, `&quot;`, and what is written beyond the end of a part.
constexpr size_t kEscapeBytes = 6;
constexpr size_t kSlack = 16;

// From this many attributes on their names are looked up in a set.
constexpr size_t kManyAttributes = 16;

/// What to do with a byte.
enum : uint8_t {
  kPlain = 0,
  kEscapeInText = 1,
  kEscapeInAttribute = 2,
  kNotAscii = 4,
  kForbidden = 8
};

constexpr std::array<uint8_t, 256> MakeClasses() {
  std::array<uint8_t, 256> classes{};
  for (size_t c = 0; c < 0x20; ++c) classes[c] = kForbidden;
  for (size_t c = 0x80; c < 0x100; ++c) classes[c] = kNotAscii;
  classes['\t'] = classes['\n'] = classes['"'] = kEscapeInAttribute;
  classes['\r'] = classes['&'] = classes['<'] = classes['>'] = kEscapeInText | kEscapeInAttribute;
  return classes;
}

constexpr std::array<uint8_t, 256> kClasses = MakeClasses();

uint8_t ClassOf(char c) { return kClasses[static_cast<unsigned char>(c)]; }

/// All classes that occur in a text, in one value.
uint8_t ClassesIn(std::string_view text) {
  uint8_t classes = 0;
  for (const char c : text) classes |= ClassOf(c);
  return classes;
}

bool IsXmlText(std::string_view text, uint8_t classes) {
  if ((classes & kForbidden) != 0) return false;
  return (classes & kNotAscii) == 0 || !FirstNonXmlChar(text).has_value();
}

std::string_view ReferenceTo(char c) {
  switch (c) {
    case '&':
      return "&amp;";
    case '<':
      return "&lt;";
    case '>':
      return "&gt;";
    case '"':
      return "&quot;";
    case '\t':
      return "&#9;";
    case '\n':
      return "&#10;";
    default:
      return "&#13;";
  }
}

// Writes a part into room for all of its escapes and kSlack bytes more. Null when it has a
// character that XML cannot carry.
template <bool kAttribute>
[[gnu::always_inline]] inline char* PutPart(std::string_view part, char* to, uint64_t* bytes_seen) {
  constexpr uint8_t kEscape = kAttribute ? kEscapeInAttribute : kEscapeInText;
  const auto has_special = [](uint64_t word) {
    // `<` and `>` differ in one bit.
    const uint64_t angles = HasByte(word | kByteOnes * 2, '>');
    const uint64_t others = HasBelow(word, 0x20) | HasByte(word, '&') | angles;
    return kAttribute ? others | HasByte(word, '"') : others;
  };
  const auto put_bytes = [&to](const char* from, size_t size) {
    for (size_t i = 0; i < size; ++i) {
      const uint8_t classes = ClassOf(from[i]);
      if ((classes & kForbidden) != 0) return false;
      if ((classes & kEscape) == 0) {
        *to++ = from[i];
      } else {
        const std::string_view reference = ReferenceTo(from[i]);
        std::memcpy(to, reference.data(), reference.size());
        to += reference.size();
      }
    }
    return true;
  };
  const char* from = part.data();
  size_t left = part.size();
  uint64_t seen = *bytes_seen;
  for (; left >= 8; left -= 8, from += 8) {
    const uint64_t word = LoadBytes(from);
    seen |= word;
    if (has_special(word) == 0) {
      StoreBytes(word, to);
      to += 8;
    } else if (!put_bytes(from, 8)) {
      return nullptr;
    }
  }
  if (left != 0) {
    const uint64_t word = LoadFew(from, left, part.size());
    seen |= word;
    if (has_special(word) == 0) {
      StoreBytes(word, to);
      to += left;
    } else if (!put_bytes(from, left)) {
      return nullptr;
    }
  }
  *bytes_seen = seen;
  return to;
}

bool IsXmlTarget(std::string_view target) {
  return target.size() == 3 && (target[0] | 0x20) == 'x' && (target[1] | 0x20) == 'm' &&
         (target[2] | 0x20) == 'l';
}

absl::Status OutOfOrder(std::string_view message) {
  return absl::FailedPreconditionError(ToAbsl(message));
}

}  // namespace

bool CanWriteText(std::string_view text) { return IsXmlText(text, ClassesIn(text)); }

bool CanWriteName(std::string_view name) { return IsXmlNameOfFifthEdition(name); }

bool CanWriteComment(std::string_view text) {
  return (text.empty() || text.back() != '-') && text.find("--") == std::string_view::npos &&
         text.find('\r') == std::string_view::npos && CanWriteText(text);
}

bool CanWriteProcessingInstruction(std::string_view target, std::string_view data) {
  return CanWriteName(target) && !IsXmlTarget(target) && CanWriteText(data) &&
         data.find("?>") == std::string_view::npos && data.find('\r') == std::string_view::npos &&
         (data.empty() || !IsXmlSpace(data[0]));
}

XmlName::XmlName(std::string_view name)
    : start_tag_(fmt::format("<{}", name)),
      end_tag_(fmt::format("</{}>", name)),
      attribute_(fmt::format(" {}=\"", name)),
      is_valid_(CanWriteName(name)) {}

XmlWriter::XmlWriter(OutputStream* output) : output_(output), buffer_(new char[kBufferBytes]) {}

absl::Status XmlWriter::Refuse(std::string_view what, std::string_view text) const {
  ErrorDetail detail;
  detail.code = "PUE-0206";
  detail.message = fmt::format("XML cannot carry {}: {}", what, QuoteForMessage(text));
  return MakeError(absl::StatusCode::kInvalidArgument, detail);
}

absl::Status XmlWriter::EmitBuffer() {
  if (status_.ok() && used_ > 0) {
    status_ = output_->Write(std::string_view(buffer_.get(), used_));
    if (status_.ok()) {
      flushed_ += used_;
      used_ = 0;
    }
  }
  return status_;
}

void XmlWriter::MakeRoom() {
  if (!EmitBuffer().ok()) used_ = 0;
}

void XmlWriter::Put(std::string_view bytes) {
  if (bytes.size() > kBufferBytes - used_) return PutLong(bytes);
  std::memcpy(buffer_.get() + used_, bytes.data(), bytes.size());
  used_ += bytes.size();
}

void XmlWriter::PutLong(std::string_view bytes) {
  while (status_.ok()) {
    const size_t n = std::min(bytes.size(), kBufferBytes - used_);
    if (n > 0) std::memcpy(buffer_.get() + used_, bytes.data(), n);
    used_ += n;
    bytes.remove_prefix(n);
    if (bytes.empty()) return;
    EmitBuffer().IgnoreError();  // kept in status_
  }
}

// Writes a text of up to kPart bytes with its escapes, for which there must be room. False, and
// nothing is written of it, when XML cannot carry it.
template <bool kAttribute>
[[gnu::always_inline]] inline bool XmlWriter::PutShort(std::string_view text) {
  uint64_t seen = 0;
  char* const begin = buffer_.get() + used_;
  const char* const end = PutPart<kAttribute>(text, begin, &seen);
  if (end == nullptr) return false;
  if ((seen & kByteHighs) != 0 && FirstNonXmlChar(text).has_value()) return false;
  used_ += static_cast<size_t>(end - begin);
  return true;
}

// Writes a text that XML can carry, of any length.
template <bool kAttribute>
void XmlWriter::PutLongEscaped(std::string_view text) {
  uint64_t seen = 0;
  for (; !text.empty(); text.remove_prefix(std::min(text.size(), kPart))) {
    const std::string_view part = text.substr(0, kPart);
    char* const begin = Room(part.size() * kEscapeBytes + kSlack);
    used_ += static_cast<size_t>(PutPart<kAttribute>(part, begin, &seen) - begin);
  }
}

absl::Status XmlWriter::Declaration() {
  if (bytes_written() > 0) return OutOfOrder("the XML declaration must come first");
  Put("<?xml version=\"1.0\" encoding=\"UTF-8\"?>");
  return status_;
}

void XmlWriter::BeginTag() {
  CloseStartTag();
  known_attributes_.clear();
  attributes_.clear();
  attribute_ends_.clear();
  in_start_tag_ = true;
  saw_root_ = true;
}

absl::Status XmlWriter::StartElement(std::string_view name) {
  if (!CanWriteName(name)) return Refuse("this name of an element", name);
  if (open_.empty() && saw_root_) return OutOfOrder("XML has one root element only");
  BeginTag();
  PutChar('<');
  Put(name);
  names_ += name;
  open_.push_back({nullptr, names_.size()});
  return status_;
}

absl::Status XmlWriter::StartElement(const XmlName& name) {
  if (!name.is_valid()) return Refuse("this name of an element", name.name());
  if (open_.empty() && saw_root_) return OutOfOrder("XML has one root element only");
  BeginTag();
  Put(name.start_tag_);
  open_.push_back({&name, names_.size()});
  return status_;
}

bool XmlWriter::IsNewAttribute(std::string_view name) const {
  for (const XmlName* known : known_attributes_) {
    if (known->name() == name) return false;
  }
  if (attribute_ends_.size() > kManyAttributes) return !many_attributes_.contains(ToAbsl(name));
  size_t begin = 0;
  for (const size_t end : attribute_ends_) {
    if (std::string_view(attributes_).substr(begin, end - begin) == name) return false;
    begin = end;
  }
  return true;
}

void XmlWriter::RememberAttribute(std::string_view name) {
  attributes_ += name;
  attribute_ends_.push_back(attributes_.size());
  if (attribute_ends_.size() > kManyAttributes + 1) {
    many_attributes_.emplace(name);
  } else if (attribute_ends_.size() == kManyAttributes + 1) {
    many_attributes_.clear();
    size_t begin = 0;
    for (const size_t end : attribute_ends_) {
      many_attributes_.emplace(attributes_.substr(begin, end - begin));
      begin = end;
    }
  }
}

// Writes an attribute; `begin` is all that stands before its value. False, and nothing is written,
// when XML cannot carry the value.
template <typename Begin>
bool XmlWriter::PutAttribute(const Begin& begin, std::string_view value) {
  static_assert(kPart * (kEscapeBytes + 1) + 4 * kSlack < kBufferBytes);
  if (begin.size() > kPart || value.size() > kPart) {
    if (!CanWriteText(value)) return false;
    Put(begin);
    PutLongEscaped<true>(value);
  } else {
    // From here on nothing leaves the buffer, so that it can be taken back.
    Room(begin.size() + XmlName::Piece::kSize + value.size() * kEscapeBytes + kSlack);
    const size_t before = used_;
    Put(begin);
    if (!PutShort<true>(value)) {
      used_ = before;
      return false;
    }
  }
  PutChar('"');
  return true;
}

template bool XmlWriter::PutAttribute(const XmlName::Piece& begin, std::string_view value);

/// The error for an attribute whose name is good.
absl::Status XmlWriter::RefuseAttribute(std::string_view name, std::string_view value) const {
  return CanWriteText(value) ? Refuse("two attributes of one name in an element", name)
                             : Refuse("this value of an attribute", value);
}

absl::Status XmlWriter::Attribute(std::string_view name, std::string_view value) {
  if (!in_start_tag_) return OutOfOrder("attributes come right after the beginning of an element");
  if (!CanWriteName(name)) return Refuse("this name of an attribute", name);
  attribute_begin_.assign(" ");
  attribute_begin_ += name;
  attribute_begin_ += "=\"";
  if (!IsNewAttribute(name) || !PutAttribute(std::string_view(attribute_begin_), value)) {
    return RefuseAttribute(name, value);
  }
  RememberAttribute(name);
  return status_;
}

absl::Status XmlWriter::Attribute(const XmlName& name, std::string_view value) {
  if (!in_start_tag_) return OutOfOrder("attributes come right after the beginning of an element");
  if (!name.is_valid()) return Refuse("this name of an attribute", name.name());
  if (!IsNewAttribute(name.name()) || !PutAttribute(name.attribute_, value)) {
    return RefuseAttribute(name.name(), value);
  }
  known_attributes_.push_back(&name);
  return status_;
}

absl::Status XmlWriter::EndElement() {
  if (open_.empty()) return OutOfOrder("no element is open");
  const Open element = open_.back();
  open_.pop_back();
  const size_t begin = open_.empty() ? 0 : open_.back().name_end;
  if (in_start_tag_) {
    Put("/>");
    in_start_tag_ = false;
  } else if (element.known != nullptr) {
    Put(element.known->end_tag_);
  } else {
    Put("</");
    Put(std::string_view(names_).substr(begin));
    PutChar('>');
  }
  names_.resize(begin);
  return status_;
}

absl::Status XmlWriter::Text(std::string_view text) {
  if (open_.empty()) return OutOfOrder("text must be inside the root element");
  if (text.empty()) return status_;
  if (!PutText(in_start_tag_, text)) return Refuse("this text", text);
  in_start_tag_ = false;
  return status_;
}

// Writes a text, after the end of a start tag if need be. False, and nothing is written, when XML
// cannot carry it.
bool XmlWriter::PutText(bool closes_tag, std::string_view text) {
  if (text.size() > kPart) {
    if (!CanWriteText(text)) return false;
    if (closes_tag) PutChar('>');
    PutLongEscaped<false>(text);
    return true;
  }
  // From here on nothing leaves the buffer, so that it can be taken back.
  Room(1 + text.size() * kEscapeBytes + kSlack);
  const size_t before = used_;
  if (closes_tag) PutChar('>');
  if (PutShort<false>(text)) return true;
  used_ = before;
  return false;
}

absl::Status XmlWriter::Comment(std::string_view text) {
  if (!CanWriteComment(text)) return Refuse("this comment", text);
  CloseStartTag();
  Put("<!--");
  Put(text);
  Put("-->");
  return status_;
}

absl::Status XmlWriter::ProcessingInstruction(std::string_view target, std::string_view data) {
  if (!CanWriteProcessingInstruction(target, data)) {
    return Refuse("this processing instruction", fmt::format("{} {}", target, data));
  }
  CloseStartTag();
  Put("<?");
  Put(target);
  if (!data.empty()) PutChar(' ');
  Put(data);
  Put("?>");
  return status_;
}

absl::Status XmlWriter::NewlineIndent(size_t depth) {
  CloseStartTag();
  if (depth <= kFewLevels) {
    PlainLine(depth);
    return status_;
  }
  PutChar('\n');
  for (; depth > 0; --depth) Put("  ");
  return status_;
}

absl::Status XmlWriter::Raw(std::string_view bytes) {
  CloseStartTag();
  Put(bytes);
  return status_;
}

absl::Status XmlWriter::Flush() { return EmitBuffer(); }

}  // namespace puente::text
