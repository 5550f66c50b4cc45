// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Looks at the raw bytes of tags: what is too long before it ends, what refers to an entity.
// Internal to the XML reader.

#ifndef PUENTE_CORE_TEXT_XML_PENDING_H_
#define PUENTE_CORE_TEXT_XML_PENDING_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/limits.h"

namespace puente::text {

/// A limit that markup exceeds although its end has not been read.
struct PendingExcess {
  /// Beginning of the message, such as `the comment is longer than`.
  std::string what;
  uint64_t limit = 0;
  LimitUnit unit = LimitUnit::kBytes;
  /// Name of the limit.
  std::string_view option;
};

/// Looks at markup whose end has not been read. It finds an excess late, since the raw bytes can be
/// more than what they stand for, but before the memory for them gets out of hand.
std::optional<PendingExcess> FindPendingExcess(std::string_view raw, const Limits& limits);

/// True when a tag holds a reference to an entity other than the five that XML knows. The bytes are
/// UTF-16 or hold ASCII as it is.
bool HasNamedReference(std::string_view raw_tag);

}  // namespace puente::text

#endif  // PUENTE_CORE_TEXT_XML_PENDING_H_
