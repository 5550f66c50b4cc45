// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Counts from the last place that is known.

#include "core/text/xml_places.h"

#include "core/text/xml_scan.h"

namespace puente::text {

const XmlPosition& XmlPlaces::At(uint64_t offset) {
  if (offset < last_.offset) last_ = begin_;
  const char* from = Bytes(last_.offset);
  const char* to = Bytes(offset);
  if (const size_t lines = XmlScan::CountLineEnds(from, to); lines > 0) {
    last_.line += lines;
    last_.column = 1;
    const char* line = to;
    while (line[-1] != '\n' && line[-1] != '\r') --line;
    from = line;
  }
  last_.column += XmlScan::CountCharacters(from, to);
  last_.offset = offset;
  return last_;
}

uint64_t XmlPlaces::LineAt(uint64_t offset, uint64_t known_offset, uint64_t known_line) const {
  return known_line + XmlScan::CountLineEnds(Bytes(known_offset), Bytes(offset));
}

}  // namespace puente::text
