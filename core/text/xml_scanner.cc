// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// The part of the scanner that runs for each tag and text.

#include "core/text/xml_scanner.h"

#include <algorithm>
#include <cstring>

#include "core/base/utf8.h"
#include "core/text/xml_scan.h"

// The hot path is one function, called once for an event; the attribute is known to GCC and Clang.
#define PUENTE_XML_HOT [[gnu::always_inline]] inline

namespace puente::text {
namespace {

// From so many attributes on, names are looked up instead of compared with each other.
constexpr size_t kManyAttributes = 12;

bool IsSpace(char c) { return c == ' ' || c == '\n' || c == '\t' || c == '\r'; }

/// True for a byte of ASCII that a name may begin with, if it is one that it may hold.
bool MayBeginName(char c) { return static_cast<unsigned char>(c) >= ':'; }

bool IsHigh(char c) { return static_cast<unsigned char>(c) >= 0x80; }

/// True when two names are the same; 16 bytes can be read of each.
bool IsSame(const char* a, const char* b, size_t size) {
  if (size > 16) return std::memcmp(a, b, size) == 0;
  return XmlScan::IsSameBeginning(a, b, size);
}

}  // namespace

PUENTE_XML_HOT int XmlScanner::ScanStart(const char* begin) {
  const char* const name = begin + 1;
  const char* p = XmlScan::NameEnd(name);
  if (p == name || !MayBeginName(*name) || IsHigh(*p)) [[unlikely]] {
    p = LongName(name);
    if (p == nullptr) return rare_;
  }
  const size_t name_size = static_cast<size_t>(p - name);
  XmlAttribute* attributes = attributes_.data();
  size_t attribute_room = attributes_.size();
  size_t count = 0;
  bool uses_scratch = false;
  bool is_empty = false;
  while (true) {
    char c = *p;
    if (c == '>') {
      ++p;
      break;
    }
    if (IsSpace(c)) {
      do {
        c = *++p;
      } while (IsSpace(c));
      if (c == '>') {
        ++p;
        break;
      }
    } else if (c != '/') {
      return Stuck(p);
    }
    if (c == '/') {
      if (p[1] != '>') return Stuck(p + 1);
      p += 2;
      is_empty = true;
      break;
    }
    const char* const key = p;
    p = XmlScan::NameEnd(key);
    if (p == key || !MayBeginName(*key) || IsHigh(*p)) [[unlikely]] {
      p = LongName(key);
      if (p == nullptr) return rare_;
    }
    const size_t key_size = static_cast<size_t>(p - key);
    while (*p != '=') {
      if (!IsSpace(*p)) return Stuck(p);
      ++p;
    }
    char quote = *++p;
    while (quote != '"' && quote != '\'') {
      if (!IsSpace(quote)) return Stuck(p);
      quote = *++p;
    }
    const char* const value = ++p;
    bool high = false;
    p = XmlScan::ValueStop(value, quote, &high);
    if (count == attribute_room) [[unlikely]] {
      attributes_.resize(count * 2);
      attribute_room = count * 2;
      attributes = attributes_.data();
    }
    XmlAttribute& attribute = attributes[count++];
    attribute.name = std::string_view(key, key_size);
    if (*p == quote) [[likely]] {
      attribute.value = std::string_view(value, static_cast<size_t>(p - value));
      if (high && FirstNonXmlChar(attribute.value).has_value()) [[unlikely]]
        return kDoubt;
    } else {
      p = LongValue(value, quote, &attribute.value, &uses_scratch);
      if (p == nullptr) return rare_;
    }
    ++p;
  }
  if (count > 1 && HasDuplicate(count)) [[unlikely]]
    return kDoubt;
  if (static_cast<size_t>(p - begin) > safe_size_ && !IsWithinLimits(name_size, count))
    return kDoubt;
  const size_t depth = open_.size() + 1;
  if (count > options_.limits.attributes_per_element || depth > options_.limits.xml_depth) {
    return kDoubt;
  }
  event_.name = std::string_view(name, name_size);
  event_.text = std::string_view();
  event_.attributes = attributes;
  event_.attribute_count = count;
  event_.depth = depth;
  const int outcome = Outcome(begin, p, XmlEvent::kStart);
  if (is_empty) {
    end_is_due_ = true;
  } else {
    open_.push_back({name, name_size, event_.offset, 0});
  }
  return outcome;
}

PUENTE_XML_HOT int XmlScanner::ScanEnd(const char* begin) {
  const OpenElement& open = open_.back();
  const char* const name = begin + 2;
  const size_t size = open.name_size;
  if (static_cast<size_t>(end_ - name) <= size || name[size] != '>' ||
      !IsSame(name, open.name, size)) [[unlikely]] {
    return ScanEndSlowly(begin, open);
  }
  event_.name = std::string_view(name, size);
  event_.text = std::string_view();
  event_.attribute_count = 0;
  event_.depth = open_.size();
  open_.pop_back();
  if (open_.empty()) state_ = State::kAfterRoot;
  return Outcome(begin, name + size + 1, XmlEvent::kEnd);
}

int XmlScanner::ScanEndSlowly(const char* begin, const OpenElement& open) {
  const char* const name = begin + 2;
  const size_t size = open.name_size;
  const size_t there = std::min(size, static_cast<size_t>(end_ - name));
  if (std::memcmp(name, open.name, there) != 0) return kDoubt;
  const char* p = name + there;
  while (IsSpace(*p)) ++p;
  if (*p != '>') return Stuck(p);
  event_.name = std::string_view(name, size);
  event_.text = std::string_view();
  event_.attribute_count = 0;
  event_.depth = open_.size();
  open_.pop_back();
  if (open_.empty()) state_ = State::kAfterRoot;
  return Outcome(begin, p + 1, XmlEvent::kEnd);
}

PUENTE_XML_HOT int XmlScanner::ScanText(const char* begin) {
  bool high = false;
  // Between two tags there is mostly white space.
  const char* p = *begin <= ' ' ? XmlScan::BlankEnd(begin) : begin;
  event_.is_blank = *p == '<';
  if (*p != '<') p = XmlScan::TextStop(p, &high);
  if (*p != '<' || p[1] == '!' || p[1] == '\0') [[unlikely]]
    return JoinText(begin);
  const size_t size = static_cast<size_t>(p - begin);
  if (high && FirstNonXmlChar(std::string_view(begin, size)).has_value()) return kDoubt;
  if (size > options_.limits.text_bytes) [[unlikely]]
    return kDoubt;
  event_.name = std::string_view();
  event_.text = std::string_view(begin, size);
  event_.attribute_count = 0;
  event_.depth = open_.size();
  return Outcome(begin, p, XmlEvent::kText);
}

PUENTE_XML_HOT int XmlScanner::Scan() {
  if (end_is_due_) {
    end_is_due_ = false;
    event_.attribute_count = 0;
    event_.offset = event_.end_offset;
    if (open_.empty()) state_ = State::kAfterRoot;
    return static_cast<int>(XmlEvent::kEnd);
  }
  if (state_ != State::kContent) [[unlikely]]
    return Outside();
  const char* const begin = token_;
  if (*begin != '<') return ScanText(begin);
  const char c = begin[1];
  if (c == '/') return ScanEnd(begin);
  if (c == '!') return Declaration(begin);
  if (c == '?') return Instruction(begin);
  return ScanStart(begin);
}

XmlEvent XmlReader::Step() {
  XmlScanner& scanner = *scanner_;
  const int outcome = scanner.Scan();
  return outcome >= 0 ? static_cast<XmlEvent>(outcome) : scanner.NextSlowly(outcome);
}

int XmlScanner::ScanAgain() { return Scan(); }

int XmlScanner::Outside() {
  if (state_ != State::kBeforeRoot && state_ != State::kAfterRoot) return kAgain;
  const char* p = token_;
  while (IsSpace(*p)) ++p;
  // A carriage return stays with its line feed.
  token_ = p == end_ && p > token_ && p[-1] == '\r' ? p - 1 : p;
  if (*p != '<') return Stuck(p);
  if (p[1] == '!') return Declaration(p);
  if (p[1] == '?') return Instruction(p);
  if (p[1] == '\0' || p[1] == '/' || state_ == State::kAfterRoot) return Stuck(p + 1);
  state_ = State::kContent;
  const int outcome = ScanAgain();
  if (outcome < 0) state_ = State::kBeforeRoot;
  return outcome;
}

bool XmlScanner::HasDuplicate(size_t count) {
  const XmlAttribute* const attributes = attributes_.data();
  if (count >= kManyAttributes) {
    attribute_names_.clear();
    for (size_t i = 0; i < count; ++i) {
      if (!attribute_names_.insert(attributes[i].name).second) return true;
    }
    return false;
  }
  for (size_t i = 1; i < count; ++i) {
    const std::string_view name = attributes[i].name;
    for (size_t j = 0; j < i; ++j) {
      const std::string_view other = attributes[j].name;
      if (name.size() == other.size() && name[0] == other[0] &&
          IsSame(name.data(), other.data(), name.size())) {
        return true;
      }
    }
  }
  return false;
}

bool XmlScanner::IsWithinLimits(size_t name_size, size_t count) const {
  const Limits& limits = options_.limits;
  size_t longest_name = name_size;
  for (size_t i = 0; i < count; ++i) {
    longest_name = std::max(longest_name, attributes_[i].name.size());
    if (attributes_[i].value.size() > limits.attribute_bytes) return false;
  }
  return longest_name <= limits.name_bytes;
}

}  // namespace puente::text
