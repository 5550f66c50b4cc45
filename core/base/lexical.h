// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Booleans and whole numbers as sources write them, and XML white space.

#ifndef PUENTE_CORE_BASE_LEXICAL_H_
#define PUENTE_CORE_BASE_LEXICAL_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/text_form.h"

namespace puente {

/// True for the white space of XML: space, tab, line feed, carriage return.
constexpr bool IsXmlSpace(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

/// The text without XML white space at its ends. No other white space is touched.
constexpr std::string_view TrimXmlSpace(std::string_view text) {
  while (!text.empty() && IsXmlSpace(text.front())) text.remove_prefix(1);
  while (!text.empty() && IsXmlSpace(text.back())) text.remove_suffix(1);
  return text;
}

/// Reads a boolean. Canonical: `1`, `0`. Variants: `true`, `false`, and XML white space around any
/// of the four. All else is invalid, other cases of letters too.
TextForm ParseBool(std::string_view text, bool* out);

/// Reads a whole number of 32 bits. Canonical: decimal digits without leading zeros, `-` before
/// them for negative ones. Variants: a plus sign, leading zeros, minus zero, XML white space
/// around.
TextForm ParseInt32(std::string_view text, int32_t* out);

/// Appends `1` or `0`.
void AppendBool(bool value, std::string* out);

/// Appends the canonical text of a whole number.
void AppendInt32(int32_t value, std::string* out);

}  // namespace puente

#endif  // PUENTE_CORE_BASE_LEXICAL_H_
