// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Which characters may stand in the names of XML.

#ifndef PUENTE_CORE_TEXT_XML_CHARS_H_
#define PUENTE_CORE_TEXT_XML_CHARS_H_

#include <string_view>

namespace puente::text {

/// True for a character that a name may begin with: XML 1.0, fourth edition, which is what expat
/// and many other parsers read. The fifth edition allows more.
bool IsXmlNameStart(char32_t c);

/// True for a character that a name may hold after its first one; same edition.
bool IsXmlNameChar(char32_t c);

/// True for a character that a name may begin with in the fifth edition of XML 1.0, which takes all
/// that the fourth does.
bool IsXmlNameStartOfFifthEdition(char32_t c);

/// True for a character that a name may hold after its first one; same edition.
bool IsXmlNameCharOfFifthEdition(char32_t c);

/// True for a name of the fourth edition in UTF-8, with any number of colons.
bool IsXmlName(std::string_view name);

/// True for a name of the fifth edition in UTF-8, with any number of colons: all that is read.
bool IsXmlNameOfFifthEdition(std::string_view name);

}  // namespace puente::text

#endif  // PUENTE_CORE_TEXT_XML_CHARS_H_
