// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// The part of the scanner for what is rare: references, sections, comments, instructions.

#include <array>
#include <cstring>
#include <string>
#include <utility>

#include "core/base/utf8.h"
#include "core/text/xml_chars.h"
#include "core/text/xml_scan.h"
#include "core/text/xml_scanner.h"

namespace puente::text {
namespace {

constexpr std::string_view kSectionStart = "<![CDATA[";
constexpr std::string_view kCommentStart = "<!--";

constexpr std::array<std::pair<std::string_view, char>, 5> kEntities = {
    {{"amp;", '&'}, {"lt;", '<'}, {"gt;", '>'}, {"quot;", '"'}, {"apos;", '\''}}};

// Bytes of the longest character of UTF-8.
constexpr ptrdiff_t kCharacterBytes = 4;

bool IsSpace(char c) { return c == ' ' || c == '\n' || c == '\t' || c == '\r'; }

/// Value of a digit, 16 for what is none.
uint32_t DigitValue(char c) {
  if (c >= '0' && c <= '9') return static_cast<uint32_t>(c - '0');
  const char lower = static_cast<char>(c | 0x20);
  return lower >= 'a' && lower <= 'f' ? static_cast<uint32_t>(lower - 'a' + 10) : 16;
}

void Append(const char* begin, const char* end, char** out) {
  const size_t size = static_cast<size_t>(end - begin);
  if (size == 0) return;
  std::memcpy(*out, begin, size);
  *out += size;
}

/// Appends bytes with each line end as a line feed.
void AppendLines(const char* begin, const char* end, char** out) {
  while (begin < end) {
    const void* found = std::memchr(begin, '\r', static_cast<size_t>(end - begin));
    const char* stop = found == nullptr ? end : static_cast<const char*>(found);
    Append(begin, stop, out);
    begin = stop;
    if (begin == end) break;
    *(*out)++ = '\n';
    ++begin;
    if (begin < end && *begin == '\n') ++begin;
  }
}

/// The first place from `begin` on where `c` stands; `end` if there is none.
const char* Find(const char* begin, const char* end, char c) {
  const void* found = std::memchr(begin, c, static_cast<size_t>(end - begin));
  return found == nullptr ? end : static_cast<const char*>(found);
}

}  // namespace

bool XmlScanner::Begins(const char* at, std::string_view word) {
  const std::string_view there(at, static_cast<size_t>(end_ - at));
  if (there.substr(0, word.size()) == word) return true;
  rare_ = word.substr(0, there.size()) == there ? kMore : kDoubt;
  return false;
}

char* XmlScanner::Scratch() {
  // What is kept of a token is never longer than the token.
  if (scratch_capacity_ < capacity_) {
    scratch_ = std::make_unique_for_overwrite<char[]>(capacity_);
    scratch_capacity_ = capacity_;
  }
  return scratch_.get();
}

const char* XmlScanner::LongName(const char* begin) {
  const char* p = begin;
  while (true) {
    if (static_cast<unsigned char>(*p) < 0x80) {
      if (!XmlScalarScan::IsNameByte(*p) ||
          (p == begin && !IsXmlNameStart(static_cast<unsigned char>(*p)))) {
        break;
      }
      ++p;
      continue;
    }
    const Utf8Char c = DecodeUtf8(std::string_view(p, static_cast<size_t>(end_ - p)));
    const bool fits = p == begin ? IsXmlNameStartOfFifthEdition(c.code_point)
                                 : IsXmlNameCharOfFifthEdition(c.code_point);
    if (!c.valid || !fits) {
      rare_ = !c.valid && end_ - p < kCharacterBytes ? kMore : kDoubt;
      return nullptr;
    }
    p += c.size;
  }
  if (p != begin) return p;
  rare_ = Stuck(p);
  return nullptr;
}

const char* XmlScanner::LongValue(const char* begin, char quote, std::string_view* value,
                                  bool* uses_scratch) {
  char* const scratch = Scratch();
  if (!*uses_scratch) scratch_size_ = 0;
  *uses_scratch = true;
  char* const kept = scratch + scratch_size_;
  char* out = kept;
  const char* p = begin;
  bool high = false;
  while (true) {
    const char* const run = p;
    p = XmlScan::ValueStop(p, quote, &high);
    Append(run, p, &out);
    if (*p == quote) break;
    if (*p == '&') {
      p = Reference(p, &out);
      if (p == nullptr) return nullptr;
    } else if (*p == '\t' || *p == '\n') {
      *out++ = ' ';
      ++p;
    } else if (*p == '\r') {
      *out++ = ' ';
      ++p;
      if (*p == '\n') ++p;
    } else {
      rare_ = Stuck(p);
      return nullptr;
    }
  }
  if (high &&
      FirstNonXmlChar(std::string_view(begin, static_cast<size_t>(p - begin))).has_value()) {
    rare_ = kDoubt;
    return nullptr;
  }
  *value = std::string_view(kept, static_cast<size_t>(out - kept));
  scratch_size_ += value->size();
  return p;
}

const char* XmlScanner::Reference(const char* begin, char** out) {
  const char* p = begin + 1;
  if (*p != '#') {
    for (const auto& [name, c] : kEntities) {
      if (Begins(p, name)) {
        *(*out)++ = c;
        return p + name.size();
      }
      if (rare_ == kMore) return nullptr;
    }
    return nullptr;
  }
  ++p;
  const uint32_t base = *p == 'x' ? 16 : 10;
  if (base == 16) ++p;
  const char* const digits = p;
  uint32_t value = 0;
  for (uint32_t digit; (digit = DigitValue(*p)) < base; ++p) {
    if (value < 0x110000) value = value * base + digit;
  }
  if (*p != ';' || p == digits) {
    rare_ = Stuck(p);
    return nullptr;
  }
  if (!IsXmlChar(value)) {
    rare_ = kDoubt;
    return nullptr;
  }
  std::string bytes;
  AppendUtf8(value, &bytes);
  Append(bytes.data(), bytes.data() + bytes.size(), out);
  return p + 1;
}

const char* XmlScanner::Section(const char* begin, char** out) {
  const char* const content = begin + kSectionStart.size();
  const char* p = content;
  while (true) {
    p = Find(p, end_, ']');
    if (p == end_) {
      rare_ = kMore;
      return nullptr;
    }
    if (p[1] == ']' && p[2] == '>') break;
    ++p;
  }
  AppendLines(content, p, out);
  return p + 3;
}

int XmlScanner::JoinText(const char* begin) {
  event_.is_blank = false;
  char* const kept = Scratch();
  char* out = kept;
  const char* run = begin;  // what has not been copied yet
  const char* p = begin;
  bool check = false;
  bool differs = false;
  while (true) {
    p = XmlScan::TextStop(p, &check);
    if (*p == ']') {
      if (p[1] == ']' && p[2] == '>') return kDoubt;
      ++p;
      continue;
    }
    if (*p == '<') {
      if (!Begins(p, kSectionStart)) {
        if (rare_ == kMore && p + 1 < end_) return p[1] == '!' ? kMore : kDoubt;
        if (rare_ == kMore) return kMore;
        break;
      }
      Append(run, p, &out);
      p = Section(p, &out);
      // The bytes of the section have not been looked at.
      check = true;
    } else if (*p == '&') {
      Append(run, p, &out);
      p = Reference(p, &out);
    } else if (*p == '\r') {
      Append(run, p, &out);
      *out++ = '\n';
      ++p;
      if (*p == '\n') ++p;
    } else if (p == end_) {
      if (p == begin || !IsFragmentEnd()) return kMore;
      break;
    } else {
      return kDoubt;
    }
    if (p == nullptr) return rare_;
    differs = true;
    run = p;
  }
  if (check && FirstNonXmlChar(std::string_view(begin, static_cast<size_t>(p - begin)))) {
    return kDoubt;
  }
  if (differs) Append(run, p, &out);
  event_.text = differs ? std::string_view(kept, static_cast<size_t>(out - kept))
                        : std::string_view(begin, static_cast<size_t>(p - begin));
  if (event_.text.size() > options_.limits.text_bytes) return kDoubt;
  event_.name = std::string_view();
  event_.attribute_count = 0;
  event_.depth = open_.size();
  if (event_.text.empty()) {
    token_ = p;
    return kAgain;
  }
  return Outcome(begin, p, XmlEvent::kText);
}

int XmlScanner::Declaration(const char* begin) {
  if (Begins(begin, kCommentStart)) return Comment(begin);
  if (rare_ == kMore || state_ != State::kContent) return rare_;
  if (Begins(begin, kSectionStart)) return JoinText(begin);
  return rare_;
}

bool XmlScanner::KeepMarkupText(const char* begin, const char* end) {
  const std::string_view bytes(begin, static_cast<size_t>(end - begin));
  if (FirstNonXmlChar(bytes).has_value()) return false;
  event_.text = bytes;
  if (Find(begin, end, '\r') != end) {
    char* const kept = Scratch();
    char* out = kept;
    AppendLines(begin, end, &out);
    event_.text = std::string_view(kept, static_cast<size_t>(out - kept));
  }
  if (event_.text.size() > options_.limits.text_bytes) return false;
  event_.attribute_count = 0;
  event_.depth = open_.size();
  return true;
}

int XmlScanner::Comment(const char* begin) {
  const char* const content = begin + kCommentStart.size();
  const char* p = content;
  while (true) {
    p = Find(p, end_, '-');
    if (p == end_) return kMore;
    if (p[1] == '-') break;
    ++p;
  }
  if (p[2] != '>') return Stuck(p + 2);
  if (!KeepMarkupText(content, p)) return kDoubt;
  event_.name = std::string_view();
  return Outcome(begin, p + 3, XmlEvent::kComment);
}

int XmlScanner::Instruction(const char* begin) {
  const char* const target = begin + 2;
  const char* p = LongName(target);
  if (p == nullptr) return rare_;
  const std::string_view name(target, static_cast<size_t>(p - target));
  if (name.size() == 3 && (name[0] | 0x20) == 'x' && (name[1] | 0x20) == 'm' &&
      (name[2] | 0x20) == 'l') {
    return kDoubt;
  }
  const char* content = p;
  if (*p == '?') {
    if (p[1] != '>') return Stuck(p + 1);
  } else {
    if (!IsSpace(*p)) return Stuck(p);
    while (IsSpace(*p)) ++p;
    content = p;
    while (true) {
      p = Find(p, end_, '?');
      if (p == end_) return kMore;
      if (p[1] == '>') break;
      ++p;
    }
  }
  if (name.size() > options_.limits.name_bytes || !KeepMarkupText(content, p)) return kDoubt;
  event_.name = name;
  return Outcome(begin, p + 2, XmlEvent::kProcessingInstruction);
}

}  // namespace puente::text
