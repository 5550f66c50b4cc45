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
  const XmlPosition& At(uint64_t offset) {
    if (offset < last_.offset) last_ = begin_;
    Advance(offset, &last_);
    return last_;
  }

  /// A place to count from for offsets from `offset` on.
  const XmlPosition& Before(uint64_t offset) const {
    return offset < last_.offset ? begin_ : last_;
  }

  /// Goes on with a place of the window to an offset that is not before it.
  void Advance(uint64_t offset, XmlPosition* place) const;

  /// Counts from this place on, if it is the last one that is known.
  void Remember(const XmlPosition& place) {
    if (place.offset > last_.offset) last_ = place;
  }

 private:
  XmlPosition begin_;
  XmlPosition last_;
  const char* bytes_ = nullptr;
};

}  // namespace puente::text

#endif  // PUENTE_CORE_TEXT_XML_PLACES_H_
