// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Strings of JSON: writing texts as such.

#ifndef PUENTE_CORE_TEXT_JSON_STRING_H_
#define PUENTE_CORE_TEXT_JSON_STRING_H_

#include <cstdint>
#include <string_view>

#include "core/text/text_buffer.h"

namespace puente::text {

/// Appends a text between quotes, with escapes for what must not stand in a string of JSON and for
/// nothing else. It is not checked that the text is UTF-8: `*bytes_seen` takes in the bits of all
/// bytes, of which one of kByteHighs is set when one is not ASCII.
void AppendJsonString(std::string_view text, TextBuffer* out, uint64_t* bytes_seen);

}  // namespace puente::text

#endif  // PUENTE_CORE_TEXT_JSON_STRING_H_
