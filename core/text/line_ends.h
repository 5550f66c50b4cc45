// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Where lines end: with LF, CR LF or CR.

#ifndef PUENTE_CORE_TEXT_LINE_ENDS_H_
#define PUENTE_CORE_TEXT_LINE_ENDS_H_

#include <cstddef>
#include <cstring>
#include <string_view>

namespace puente::text {

/// Where the last LF or CR of a text stands; npos when it has none.
inline size_t LastLineEnd(std::string_view text) {
  const void* const feed = memrchr(text.data(), '\n', text.size());
  const size_t after =
      feed == nullptr ? 0 : static_cast<size_t>(static_cast<const char*>(feed) - text.data()) + 1;
  const void* const carriage = memrchr(text.data() + after, '\r', text.size() - after);
  if (carriage != nullptr) {
    return static_cast<size_t>(static_cast<const char*>(carriage) - text.data());
  }
  return after == 0 ? std::string_view::npos : after - 1;
}

}  // namespace puente::text

#endif  // PUENTE_CORE_TEXT_LINE_ENDS_H_
