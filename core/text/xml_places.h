// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Counts lines and columns when they are asked for. Internal to the XML reader.

#ifndef PUENTE_CORE_TEXT_XML_PLACES_H_
#define PUENTE_CORE_TEXT_XML_PLACES_H_

#include <cstdint>

#include "core/text/xml_reader.h"

namespace puente::text {

/// Places in the bytes of a window over the input. What lies between two places that are asked for
/// one after the other is counted once.
class XmlPlaces {
 public:
  /// The window begins at `begin`, a place that lies at `bytes`.
  void Reset(const XmlPosition& begin, const char* bytes) {
    begin_ = last_ = begin;
    bytes_ = bytes;
  }

  /// The byte of an offset; it must lie in the window.
  const char* Bytes(uint64_t offset) const { return bytes_ + (offset - begin_.offset); }

  /// Offset of a byte of the window.
  uint64_t Offset(const char* byte) const {
    return begin_.offset + static_cast<uint64_t>(byte - bytes_);
  }

  /// Offset of the first byte of the window.
  uint64_t begin() const { return begin_.offset; }

  /// The place of a byte of the window: no byte within a line end or a character.
  const XmlPosition& At(uint64_t offset);

  /// Line of an offset in the window, when the line of one that is not after it is known.
  uint64_t LineAt(uint64_t offset, uint64_t known_offset, uint64_t known_line) const;

  /// Line at the beginning of the window.
  uint64_t first_line() const { return begin_.line; }

 private:
  XmlPosition begin_;
  XmlPosition last_;
  const char* bytes_ = nullptr;
};

}  // namespace puente::text

#endif  // PUENTE_CORE_TEXT_XML_PLACES_H_
