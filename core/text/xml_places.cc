// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Counts from the last place that is known.

#include "core/text/xml_places.h"

#include <algorithm>
#include <cstring>

#include "core/text/xml_scan.h"

namespace puente::text {
namespace {

/// The byte after the last `c` in [begin, end); null if there is none.
const char* LastAfter(const char* begin, const char* end, char c) {
  const void* last = memrchr(begin, c, static_cast<size_t>(end - begin));
  return last == nullptr ? nullptr : static_cast<const char*>(last) + 1;
}

}  // namespace

void XmlPlaces::Advance(uint64_t offset, XmlPosition* place) const {
  const char* from = Bytes(place->offset);
  const char* const to = Bytes(offset);
  // Near places are gone to in one step; far ones only from the beginning of their line.
  constexpr ptrdiff_t kNear = 256;
  if (to - from > kNear) {
    const char* cut = to - kNear;
    if (cut[-1] == '\r') --cut;  // it may be the first half of a line end
    place->line += XmlScan::CountLineEnds(from, cut);
    const char* line = std::max(LastAfter(from, cut, '\n'), LastAfter(from, cut, '\r'));
    if (line != nullptr) {
      place->column = 1;
      from = line;
    }
  }
  XmlScan::CountNear(from, to, &place->line, &place->column);
  place->offset = offset;
}

}  // namespace puente::text
