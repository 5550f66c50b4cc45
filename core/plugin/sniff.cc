// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Looks at the first bytes of a file without parsing it: is it XML, JSON, something else?
#include "core/plugin/sniff.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/utf8.h"

namespace puente::plugin {
namespace {

constexpr std::string_view kSpace = " \t\r\n";

bool IsSpace(char c) { return kSpace.find(c) != std::string_view::npos; }

/// UTF-16 with or without a mark, little or big endian.
enum class Utf16 { kNo, kLittle, kBig };

Utf16 Utf16Kind(std::string_view head) {
  if (head.size() < 4) return Utf16::kNo;
  if (head.starts_with("\xff\xfe")) return Utf16::kLittle;
  if (head.starts_with("\xfe\xff")) return Utf16::kBig;
  // Without a mark only what XML and JSON begin with tells.
  constexpr std::string_view kFirst = "<{[";
  if (kFirst.find(head[0]) != std::string_view::npos && head[1] == 0 && head[2] != 0) {
    return Utf16::kLittle;
  }
  if (head[0] == 0 && kFirst.find(head[1]) != std::string_view::npos && head[2] == 0) {
    return Utf16::kBig;
  }
  return Utf16::kNo;
}

std::string FromUtf16(std::string_view head, Utf16 kind) {
  std::string out;
  out.reserve(head.size());
  const auto unit = [&](size_t i) -> uint32_t {
    const uint32_t a = static_cast<unsigned char>(head[i]);
    const uint32_t b = static_cast<unsigned char>(head[i + 1]);
    return kind == Utf16::kBig ? a << 8 | b : b << 8 | a;
  };
  for (size_t i = 0; i + 1 < head.size(); i += 2) {
    uint32_t c = unit(i);
    if (c >= 0xd800 && c < 0xdc00 && i + 3 < head.size()) {
      const uint32_t low = unit(i + 2);
      if (low >= 0xdc00 && low < 0xe000) {
        c = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
        i += 2;
      }
    }
    if (c == 0xfeff && out.empty()) continue;
    AppendUtf8(c >= 0xd800 && c < 0xe000 ? 0xfffd : c, &out);
  }
  return out;
}

/// A place in a text that may end anywhere.
class Cursor {
 public:
  explicit Cursor(std::string_view text) : rest_(text) {}

  bool at_end() const { return rest_.empty(); }
  char peek() const { return rest_.empty() ? '\0' : rest_[0]; }
  std::string_view rest() const { return rest_; }
  void Advance(size_t count) { rest_.remove_prefix(std::min(count, rest_.size())); }
  void SkipSpace() {
    while (!rest_.empty() && IsSpace(rest_[0])) rest_.remove_prefix(1);
  }
  bool Take(std::string_view text) {
    if (!rest_.starts_with(text)) return false;
    rest_.remove_prefix(text.size());
    return true;
  }
  /// Goes on behind the next `text`; to the end when there is none.
  void SkipPast(std::string_view text) {
    const size_t found = rest_.find(text);
    Advance(found == std::string_view::npos ? rest_.size() : found + text.size());
  }
  /// Everything before the next of `ends`, or all.
  std::string_view TakeUntil(std::string_view ends) {
    const std::string_view taken = rest_.substr(0, rest_.find_first_of(ends));
    Advance(taken.size());
    return taken;
  }

 private:
  std::string_view rest_;
};

bool StartsName(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == ':' ||
         static_cast<unsigned char>(c) >= 0x80;
}

bool IsDoctype(std::string_view rest) {
  constexpr std::string_view kWord = "<!doctype";
  if (rest.size() < kWord.size()) return false;
  return std::equal(kWord.begin(), kWord.end(), rest.begin(), [](char wanted, char c) {
    return wanted == (c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c);
  });
}

/// Goes on behind a DOCTYPE with its internal subset.
void SkipDoctype(Cursor* cursor) {
  bool in_subset = false;
  while (!cursor->at_end()) {
    const char c = cursor->peek();
    if (c == '"' || c == '\'') {
      cursor->Advance(1);
      cursor->SkipPast(std::string_view(&c, 1));
    } else if (in_subset && cursor->Take("<!--")) {
      cursor->SkipPast("-->");
    } else if (in_subset && cursor->Take("<?")) {
      cursor->SkipPast("?>");
    } else {
      cursor->Advance(1);
      if (c == '[') in_subset = true;
      if (c == ']') in_subset = false;
      if (c == '>' && !in_subset) return;
    }
  }
}

/// The attributes of a start tag behind its name.
void ReadAttributes(Cursor cursor, XmlRoot* root) {
  for (;;) {
    cursor.SkipSpace();
    if (!StartsName(cursor.peek())) return;
    const std::string_view name = cursor.TakeUntil(" \t\r\n=/>");
    cursor.SkipSpace();
    if (!cursor.Take("=")) return;
    cursor.SkipSpace();
    const char quote = cursor.peek();
    if (quote != '"' && quote != '\'') return;
    cursor.Advance(1);
    const std::string_view value = cursor.TakeUntil(std::string_view(&quote, 1));
    // A value that is cut is none.
    if (cursor.at_end()) return;
    cursor.Advance(1);
    root->attributes.emplace_back(name, value);
  }
}

/// The root element at a `<`; nothing when its name is cut.
std::optional<XmlRoot> ReadRoot(Cursor cursor) {
  cursor.Advance(1);
  const std::string_view name = cursor.TakeUntil(" \t\r\n/>");
  if (cursor.at_end()) return std::nullopt;
  XmlRoot root;
  ReadAttributes(cursor, &root);
  const size_t colon = name.find(':');
  const bool prefixed = colon != std::string_view::npos;
  root.name = std::string(prefixed ? name.substr(colon + 1) : name);
  std::string declaration = "xmlns";
  if (prefixed) declaration += ":" + std::string(name.substr(0, colon));
  root.xml_namespace = std::string(root.Attribute(declaration).value_or(""));
  return root;
}

/// True when the text begins as XML does; fills in what is seen of the root.
bool SniffXml(std::string_view text, Sniffed* out) {
  Cursor cursor(text);
  cursor.SkipSpace();
  const bool declared = cursor.rest().starts_with("<?xml");
  bool any = false;
  while (!cursor.at_end()) {
    if (cursor.Take("<?")) {
      cursor.SkipPast("?>");
    } else if (cursor.Take("<!--")) {
      cursor.SkipPast("-->");
    } else if (IsDoctype(cursor.rest())) {
      const std::string_view doctype = cursor.rest().substr(0, cursor.rest().find('>'));
      out->is_html = !declared && (doctype.find("html") != std::string_view::npos ||
                                   doctype.find("HTML") != std::string_view::npos);
      SkipDoctype(&cursor);
    } else if (cursor.peek() == '<' && cursor.rest().size() > 1 && StartsName(cursor.rest()[1])) {
      out->root = ReadRoot(cursor);
      if (!declared && out->root.has_value() && out->root->name == "html") out->is_html = true;
      return true;
    } else {
      // A tag that is cut after its first characters may still become one.
      constexpr std::string_view kComment = "<!--";
      return any && kComment.starts_with(cursor.rest());
    }
    any = true;
    cursor.SkipSpace();
  }
  return any;
}

/// A string of JSON behind its first quote; escapes stay as they are. Nothing when it is cut.
std::optional<std::string> TakeJsonString(Cursor* cursor) {
  std::string out;
  while (!cursor->at_end()) {
    const char c = cursor->peek();
    cursor->Advance(1);
    if (c == '"') return out;
    out.push_back(c);
    if (c == '\\' && !cursor->at_end()) {
      out.push_back(cursor->peek());
      cursor->Advance(1);
    }
  }
  return std::nullopt;
}

/// Goes to the comma or brace that follows a value; false when there is none.
bool SkipJsonValue(Cursor* cursor) {
  size_t depth = 0;
  while (!cursor->at_end()) {
    const char c = cursor->peek();
    if (depth == 0 && (c == ',' || c == '}')) return true;
    cursor->Advance(1);
    if (c == '"' && !TakeJsonString(cursor).has_value()) return false;
    if (c == '{' || c == '[') ++depth;
    if ((c == '}' || c == ']') && depth-- == 0) return false;
  }
  return false;
}

/// The keys of an object behind its first brace. False when it is no JSON from the first key on.
bool TakeJsonKeys(Cursor* cursor, std::vector<std::string>* keys) {
  cursor->SkipSpace();
  if (cursor->peek() == '}') return true;
  for (;;) {
    cursor->SkipSpace();
    if (cursor->at_end()) return true;
    if (!cursor->Take("\"")) return !keys->empty();
    std::optional<std::string> key = TakeJsonString(cursor);
    if (!key.has_value()) return true;
    cursor->SkipSpace();
    if (!cursor->at_end() && cursor->peek() != ':') return !keys->empty();
    keys->push_back(*std::move(key));
    cursor->Advance(1);
    if (!SkipJsonValue(cursor) || cursor->peek() == '}') return true;
    cursor->Advance(1);
  }
}

bool SniffJson(std::string_view text, Sniffed* out) {
  Cursor cursor(text);
  cursor.SkipSpace();
  if (cursor.Take("[")) {
    out->is_list = true;
    cursor.SkipSpace();
    // Other lists than those of objects and lists are told from text by their first value.
    constexpr std::string_view kValue = "]\"[-0123456789";
    if (cursor.at_end() || kValue.find(cursor.peek()) != std::string_view::npos) return true;
  }
  return cursor.Take("{") && TakeJsonKeys(&cursor, &out->keys);
}

bool IsText(std::string_view text) {
  return std::none_of(text.begin(), text.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x20 && !IsSpace(c) && c != '\f' && c != '\x1b';
  });
}

}  // namespace

std::optional<std::string_view> XmlRoot::Attribute(std::string_view attribute) const {
  for (const auto& [key, value] : attributes) {
    if (key == attribute) return value;
  }
  return std::nullopt;
}

Sniffed Sniff(std::string_view head) {
  Sniffed out;
  if (head.empty()) return out;
  const Utf16 utf16 = Utf16Kind(head);
  if (utf16 != Utf16::kNo) {
    out.text = FromUtf16(head, utf16);
  } else {
    if (head.starts_with("\xef\xbb\xbf")) head.remove_prefix(3);
    out.text = std::string(head);
  }
  // A control character in what begins as XML or JSON is a fault of theirs, for their readers to
  // tell.
  if (SniffXml(out.text, &out)) {
    out.look = Look::kXml;
  } else if (SniffJson(out.text, &out)) {
    out.look = Look::kJson;
  } else if (IsText(out.text)) {
    out.look = Look::kText;
  } else {
    out.look = Look::kBinary;
    out.text.clear();
  }
  return out;
}

}  // namespace puente::plugin
