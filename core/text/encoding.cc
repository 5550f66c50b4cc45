// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Makes tables of encodings with the iconv of the C library.

#include "core/text/encoding.h"

#include <iconv.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "core/base/strings.h"

namespace puente::text {
namespace {

/// A name that cannot mean anything but an encoding: no path, no option of iconv.
bool IsPlainName(std::string_view name) {
  return !name.empty() && name.size() <= 40 && absl::ascii_isalnum(name[0]) &&
         std::all_of(name.begin(), name.end(), [](char c) {
           return absl::ascii_isalnum(c) || c == '-' || c == '_' || c == '.' || c == ':';
         });
}

}  // namespace

absl::StatusOr<EncodingTable> EightBitTable(std::string_view name) {
  const auto unknown = [name] {
    return absl::NotFoundError(absl::StrCat("the encoding \"", ToAbsl(name), "\" is not known"));
  };
  if (!IsPlainName(name)) return unknown();
  const iconv_t converter = iconv_open("UTF-32LE", std::string(name).c_str());
  if (converter == reinterpret_cast<iconv_t>(-1)) return unknown();
  EncodingTable table;
  bool usable = true;
  for (int byte = 0; byte < 256 && usable; ++byte) {
    char in = static_cast<char>(byte);
    unsigned char out[16] = {};
    char* from = &in;
    char* to = reinterpret_cast<char*>(out);
    size_t from_left = 1;
    size_t to_left = sizeof(out);
    iconv(converter, nullptr, nullptr, nullptr, nullptr);  // back to the first state
    const size_t result = iconv(converter, &from, &from_left, &to, &to_left);
    if (result == static_cast<size_t>(-1)) {
      usable = errno == EILSEQ;  // else the byte begins a longer sequence
      table[byte] = -1;
    } else {
      // Fewer than one character: the byte is held back to be joined with the next one.
      usable = from_left == 0 && to_left == sizeof(out) - 4;
      table[byte] = out[0] | out[1] << 8 | out[2] << 16 | out[3] << 24;
    }
    if (byte >= 0x20 && byte < 0x7F) usable = usable && table[byte] == byte;
  }
  iconv_close(converter);
  if (!usable) {
    return absl::UnimplementedError(
        absl::StrCat("\"", ToAbsl(name), "\" is no encoding with one byte a character"));
  }
  return table;
}

}  // namespace puente::text
