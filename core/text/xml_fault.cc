// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Turns expat's reasons, and the bytes around them, into messages that help.

#include "core/text/xml_fault.h"

#include <expat.h>

#include <cstddef>
#include <utility>

#include "core/base/lexical.h"
#include "core/base/utf8.h"
#include "core/text/xml_chars.h"
#include "fmt/format.h"

namespace puente::text {
namespace {

constexpr size_t kShownBytes = 60;

ErrorDetail Detail(std::string_view code, std::string message, std::string hint = "") {
  ErrorDetail detail;
  detail.code = std::string(code);
  detail.message = std::move(message);
  detail.hint = std::move(hint);
  return detail;
}

ErrorDetail NotWellFormed(std::string message, std::string hint = "") {
  return Detail("PUE-0201", std::move(message), std::move(hint));
}

bool IsUtf8(std::string_view encoding) {
  constexpr std::string_view kName = "utf-8";
  if (encoding.size() != kName.size()) return false;
  for (size_t i = 0; i < kName.size(); ++i) {
    const char c = encoding[i];
    if ((c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c) != kName[i]) return false;
  }
  return true;
}

/// True when the bytes have one or more bytes a character, of which those of ASCII are ASCII.
bool LooksLikeAscii(const XmlFault& fault) {
  return fault.before.substr(0, 2).find('\0') == std::string_view::npos &&
         fault.at.substr(0, 2).find('\0') == std::string_view::npos;
}

/// The bytes of a name at the beginning of a text.
std::string_view NameAt(std::string_view text) {
  size_t size = 0;
  while (size < text.size()) {
    const Utf8Char c = DecodeUtf8(text.substr(size));
    if (!c.valid || !IsXmlNameChar(c.code_point)) break;
    size += c.size;
  }
  return text.substr(0, size);
}

/// The unfinished reference that a text ends with, `&` included; empty when there is none.
std::string_view OpenReference(std::string_view before) {
  const size_t at = before.substr(before.size() > 64 ? before.size() - 64 : 0).rfind('&');
  if (at == std::string_view::npos) return {};
  const std::string_view tail = before.substr((before.size() > 64 ? before.size() - 64 : 0) + at);
  for (const char c : tail.substr(1)) {
    if (c != '#' &&
        (static_cast<unsigned char>(c) < 0x80 && !IsXmlNameChar(static_cast<unsigned char>(c)))) {
      return {};
    }
  }
  return tail;
}

std::string HexBytes(std::string_view bytes) {
  std::string text;
  for (const char c : bytes.substr(0, 4)) {
    text += fmt::format("{}0x{:02X}", text.empty() ? "" : " ", static_cast<unsigned char>(c));
  }
  return text;
}

bool EndsWith(std::string_view text, std::string_view end) {
  return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

bool IsUnclosedComment(std::string_view before) {
  const size_t begin = before.rfind("<!--");
  return begin != std::string_view::npos && before.find("-->", begin) == std::string_view::npos;
}

ErrorDetail ExplainBeforeRoot(const XmlFault& fault) {
  return NotWellFormed(
      "only comments, processing instructions and one DOCTYPE may come before the root element",
      fault.at.substr(0, 1) == "{" || fault.at.substr(0, 1) == "[" ? "this looks like JSON, not XML"
                                                                   : "");
}

ErrorDetail ExplainInvalidToken(const XmlFault& fault) {
  const std::string_view at = fault.at;
  const std::string_view before = fault.before;
  if (at.empty() || !LooksLikeAscii(fault)) return NotWellFormed("the markup is broken here");
  const Utf8Char c = DecodeUtf8(at);
  if (IsUtf8(fault.encoding)) {
    if (!c.valid) {
      return NotWellFormed(
          fmt::format("the byte {} is not UTF-8, which this file is read as",
                      HexBytes(at.substr(0, 1))),
          "save the file as UTF-8, or name its encoding in the first line, such as "
          "<?xml version=\"1.0\" encoding=\"windows-1252\"?>");
    }
    if (!IsXmlChar(c.code_point)) {
      return NotWellFormed(fmt::format("the character U+{:04X} is not allowed in XML",
                                       static_cast<uint32_t>(c.code_point)),
                           "take it out; a reference such as &#1; is not allowed either");
    }
  } else if (static_cast<unsigned char>(at[0]) >= 0x80) {
    return NotWellFormed(fmt::format("the byte {} has no character in {}, or not here",
                                     HexBytes(at.substr(0, 1)), fault.encoding));
  }
  if (fault.open_name.empty() && TrimXmlSpace(before).empty()) return ExplainBeforeRoot(fault);
  if (const std::string_view reference = OpenReference(before); !reference.empty()) {
    return NotWellFormed(
        fmt::format("{} begins a reference, but it has no {}", QuoteForMessage(reference),
                    reference.size() > 1 ? "semicolon" : "name"),
        "write &amp; for an ampersand");
  }
  if (at[0] == '<') {
    return NotWellFormed(
        "\"<\" is not allowed inside a tag or the value of an attribute",
        "write &lt; for a less-than sign; is the quote or \">\" before it missing?");
  }
  if (EndsWith(before, "<")) {
    return NotWellFormed("\"<\" begins a tag, but no name comes after it",
                         "write &lt; for a less-than sign");
  }
  if (at.substr(0, 3) == "]]>" || EndsWith(before, "]]")) {
    return NotWellFormed("\"]]>\" is not allowed in text", "write ]]&gt;");
  }
  if (EndsWith(before, "--") && IsUnclosedComment(before)) {
    return NotWellFormed("\"--\" is not allowed inside a comment");
  }
  if (EndsWith(before, "=")) {
    return NotWellFormed("the value of an attribute must be in quotes");
  }
  if ((at[0] == '"' || at[0] == '\'') || EndsWith(before, "\"") || EndsWith(before, "'")) {
    return NotWellFormed(
        fmt::format("{} is not expected here: an attribute looks like name=\"value\", "
                    "with white space before it",
                    QuoteForMessage(at.substr(0, c.size))));
  }
  return NotWellFormed(
      fmt::format("{} is not expected here", QuoteForMessage(at.substr(0, c.valid ? c.size : 1))));
}

ErrorDetail ExplainMismatch(const XmlFault& fault) {
  // The place is the end tag's: its name, or the tag itself.
  std::string_view tag = fault.at;
  if (tag.substr(0, 2) == "</") tag.remove_prefix(2);
  const std::string_view name = NameAt(tag);
  const std::string expected =
      fmt::format("</{}>", ClipTextWithEllipsis(fault.open_name, kShownBytes));
  if (name.empty()) {
    return NotWellFormed(fmt::format("this end tag is not {}, which closes the element of line {}",
                                     expected, fault.open_line));
  }
  return NotWellFormed(
      fmt::format("</{}> does not match <{}> of line {}", ClipTextWithEllipsis(name, kShownBytes),
                  ClipTextWithEllipsis(fault.open_name, kShownBytes), fault.open_line),
      fmt::format("write {} here, or close the elements in the order in which they were opened",
                  expected));
}

ErrorDetail ExplainEnd(const XmlFault& fault) {
  if (fault.open_name.empty()) {
    return NotWellFormed("there is no element: the file is empty or holds no XML");
  }
  return NotWellFormed(
      fmt::format("the file ends inside <{}>, which begins in line {}",
                  ClipTextWithEllipsis(fault.open_name, kShownBytes), fault.open_line),
      "the file may have been cut short: fetch it again");
}

ErrorDetail ExplainUnclosed(const XmlFault& fault) {
  const std::string_view what = fault.at.substr(0, 4) == "<!--" ? "comment"
                                : fault.at.substr(0, 2) == "<?" ? "processing instruction"
                                : fault.at.substr(0, 2) == "<!" ? "declaration"
                                : fault.at.substr(0, 1) == "&"  ? "reference"
                                : fault.at.substr(0, 1) == "<"  ? "tag"
                                                                : "markup";
  return NotWellFormed(fmt::format("the file ends inside the {} that begins here", what),
                       "the file may have been cut short: fetch it again");
}

}  // namespace

std::string QuoteForMessage(std::string_view text) {
  return fmt::format("\"{}\"", EscapeForTerminalLine(ClipTextWithEllipsis(text, kShownBytes)));
}

ErrorDetail ExplainXmlFault(const XmlFault& fault) {
  switch (fault.expat_code) {
    case XML_ERROR_NO_ELEMENTS:
      return ExplainEnd(fault);
    case XML_ERROR_INVALID_TOKEN:
      return ExplainInvalidToken(fault);
    case XML_ERROR_SYNTAX:
      return ExplainBeforeRoot(fault);
    case XML_ERROR_UNCLOSED_TOKEN:
      return ExplainUnclosed(fault);
    case XML_ERROR_UNCLOSED_CDATA_SECTION:
      return NotWellFormed("the file ends inside a CDATA section",
                           "the file may have been cut short: fetch it again");
    case XML_ERROR_PARTIAL_CHAR:
      return NotWellFormed("the file ends inside a character",
                           "the file may have been cut short: fetch it again");
    case XML_ERROR_TAG_MISMATCH:
      return ExplainMismatch(fault);
    case XML_ERROR_DUPLICATE_ATTRIBUTE:
      return NotWellFormed(fmt::format("the attribute {} occurs twice in one tag",
                                       QuoteForMessage(NameAt(fault.at))));
    case XML_ERROR_JUNK_AFTER_DOC_ELEMENT:
      return NotWellFormed(
          "only comments and processing instructions may come after the root element",
          "two documents may have been joined: each must be a file of its own");
    case XML_ERROR_BAD_CHAR_REF:
      return NotWellFormed("this reference stands for a character that is not allowed in XML",
                           "take it out");
    case XML_ERROR_MISPLACED_XML_PI:
      return NotWellFormed("the XML declaration must be the very first thing in the file",
                           "take out what comes before it, white space included");
    case XML_ERROR_XML_DECL:
      return NotWellFormed("the XML declaration is not well-formed",
                           "write <?xml version=\"1.0\" encoding=\"UTF-8\"?>");
    case XML_ERROR_UNDEFINED_ENTITY:
    case XML_ERROR_ENTITY_DECLARED_IN_PE: {
      std::string_view name = fault.at;
      if (name.substr(0, 1) == "&") name.remove_prefix(1);
      return Detail("PUE-0205",
                    fmt::format("the entity {} is not declared", QuoteForMessage(NameAt(name))),
                    "XML knows &amp; &lt; &gt; &quot; &apos; only: write other characters as they "
                    "are, or as &#number;");
    }
    case XML_ERROR_UNKNOWN_ENCODING:
      return Detail("PUE-0204",
                    fault.encoding_reason.empty() ? "the encoding cannot be read"
                                                  : std::string(fault.encoding_reason),
                    "convert the file to UTF-8 and say so in its first line");
    case XML_ERROR_INCORRECT_ENCODING:
      return Detail("PUE-0204", "the declared encoding is not that of the bytes",
                    "name the true encoding in the first line, or convert the file");
    case XML_ERROR_NO_MEMORY:
      return Detail("PUE-0203", "there is not enough memory to go on");
    default: {
      const char* reason = XML_ErrorString(static_cast<XML_Error>(fault.expat_code));
      return NotWellFormed(reason == nullptr ? "the file is not well-formed" : reason);
    }
  }
}

}  // namespace puente::text
