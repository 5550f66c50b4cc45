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
#include "core/text/xml_chars.h"
#include "core/text/xml_fault.h"
#include "fmt/format.h"

namespace puente::text {
namespace {

constexpr size_t kBufferBytes = size_t{256} << 10;

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

void XmlWriter::Put(std::string_view bytes) {
  while (status_.ok()) {
    const size_t n = std::min(bytes.size(), kBufferBytes - used_);
    if (n > 0) std::memcpy(buffer_.get() + used_, bytes.data(), n);
    used_ += n;
    bytes.remove_prefix(n);
    if (bytes.empty()) return;
    EmitBuffer().IgnoreError();  // kept in status_
  }
}

void XmlWriter::PutChar(char c) {
  if (used_ == kBufferBytes) EmitBuffer().IgnoreError();  // kept in status_
  if (status_.ok()) buffer_[used_++] = c;
}

template <bool kAttribute>
void XmlWriter::PutEscaped(std::string_view text, uint8_t classes) {
  constexpr uint8_t kEscape = kAttribute ? kEscapeInAttribute : kEscapeInText;
  if ((classes & kEscape) == 0) {
    Put(text);
    return;
  }
  size_t begin = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    if ((ClassOf(text[i]) & kEscape) == 0) continue;
    Put(text.substr(begin, i - begin));
    Put(ReferenceTo(text[i]));
    begin = i + 1;
  }
  Put(text.substr(begin));
}

void XmlWriter::CloseStartTag() {
  if (!in_start_tag_) return;
  PutChar('>');
  in_start_tag_ = false;
}

absl::Status XmlWriter::Declaration() {
  if (bytes_written() > 0) return OutOfOrder("the XML declaration must come first");
  Put("<?xml version=\"1.0\" encoding=\"UTF-8\"?>");
  return status_;
}

absl::Status XmlWriter::StartElement(std::string_view name) {
  if (!CanWriteName(name)) return Refuse("this name of an element", name);
  if (name_ends_.empty() && saw_root_) return OutOfOrder("XML has one root element only");
  CloseStartTag();
  PutChar('<');
  Put(name);
  names_ += name;
  name_ends_.push_back(names_.size());
  attributes_.clear();
  attribute_ends_.clear();
  in_start_tag_ = true;
  saw_root_ = true;
  return status_;
}

bool XmlWriter::IsNewAttribute(std::string_view name) {
  if (attribute_ends_.size() > kManyAttributes) {
    return many_attributes_.emplace(name).second;
  }
  const std::string_view names = attributes_;
  size_t begin = 0;
  for (const size_t end : attribute_ends_) {
    if (names.substr(begin, end - begin) == name) return false;
    begin = end;
  }
  if (attribute_ends_.size() < kManyAttributes) return true;
  many_attributes_.clear();
  begin = 0;
  for (const size_t end : attribute_ends_) {
    many_attributes_.emplace(names.substr(begin, end - begin));
    begin = end;
  }
  many_attributes_.emplace(name);
  return true;
}

absl::Status XmlWriter::Attribute(std::string_view name, std::string_view value) {
  if (!in_start_tag_) return OutOfOrder("attributes come right after the beginning of an element");
  if (!CanWriteName(name)) return Refuse("this name of an attribute", name);
  const uint8_t classes = ClassesIn(value);
  if (!IsXmlText(value, classes)) return Refuse("this value of an attribute", value);
  if (!IsNewAttribute(name)) return Refuse("two attributes of one name in an element", name);
  attributes_ += name;
  attribute_ends_.push_back(attributes_.size());
  PutChar(' ');
  Put(name);
  Put("=\"");
  PutEscaped<true>(value, classes);
  PutChar('"');
  return status_;
}

absl::Status XmlWriter::EndElement() {
  if (name_ends_.empty()) return OutOfOrder("no element is open");
  const size_t begin = name_ends_.size() > 1 ? name_ends_[name_ends_.size() - 2] : 0;
  if (in_start_tag_) {
    Put("/>");
    in_start_tag_ = false;
  } else {
    Put("</");
    Put(std::string_view(names_).substr(begin));
    PutChar('>');
  }
  names_.resize(begin);
  name_ends_.pop_back();
  return status_;
}

absl::Status XmlWriter::Text(std::string_view text) {
  if (name_ends_.empty()) return OutOfOrder("text must be inside the root element");
  const uint8_t classes = ClassesIn(text);
  if (!IsXmlText(text, classes)) return Refuse("this text", text);
  if (text.empty()) return status_;
  CloseStartTag();
  PutEscaped<false>(text, classes);
  return status_;
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
