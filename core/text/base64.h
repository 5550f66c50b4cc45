// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Base64 (RFC 4648, section 4): one text for each byte string.

#ifndef PUENTE_CORE_TEXT_BASE64_H_
#define PUENTE_CORE_TEXT_BASE64_H_

#include <string>
#include <string_view>

namespace puente::text {

/// Appends bytes in base64, with `=` at the end where it is needed.
void AppendBase64(std::string_view bytes, std::string* out);

/// Reads what AppendBase64 writes; `out` is replaced. False for any other text: other characters,
/// white space, `=` missing or too many, bits at the end that are not zero.
bool ParseBase64(std::string_view text, std::string* out);

}  // namespace puente::text

#endif  // PUENTE_CORE_TEXT_BASE64_H_
