// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Tells whether the bytes of a record are written canonically, without making a message of them.

#ifndef PUENTE_CORE_BASE_CANONICAL_FORM_H_
#define PUENTE_CORE_BASE_CANONICAL_FORM_H_

#include <string_view>

namespace puente {

/// The parts of a serialized record that is written canonically; they follow each other.
struct CanonicalParts {
  /// Field `identity`, if it is there.
  std::string_view identity;
  /// The canonical bytes of docs/spec/digest.md.
  std::string_view content;
  /// The fields that stand beside the content and after it: provenance and what was computed.
  std::string_view rest;
};

/// Splits a serialized record whose every message is written as docs/spec/digest.md has it,
/// identity and rest too, so that parsing and serializing it gives the same bytes. False for all
/// others, and for some that are: those with unknown fields, or with messages nested deeper
/// than 64.
bool SplitCanonical(std::string_view record, CanonicalParts* parts);

}  // namespace puente

#endif  // PUENTE_CORE_BASE_CANONICAL_FORM_H_
