// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Says in plain words what expat found wrong. Internal to the XML reader.

#ifndef PUENTE_CORE_TEXT_XML_FAULT_H_
#define PUENTE_CORE_TEXT_XML_FAULT_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/status.h"

namespace puente::text {

/// What is known where expat stopped.
struct XmlFault {
  /// The XML_Error of expat.
  int expat_code = 0;
  /// Bytes of the input before the place, at most a few hundred.
  std::string_view before;
  /// Bytes of the input from the place on; empty at the end of the input.
  std::string_view at;
  /// Innermost open element; empty outside the root element.
  std::string_view open_name;
  /// Line in which it begins.
  uint64_t open_line = 0;
  /// Encoding of the input.
  std::string_view encoding;
  /// Why the declared encoding cannot be used; empty otherwise.
  std::string_view encoding_reason;
};

/// Code, message and hint for a fault; source and place are left to the caller.
ErrorDetail ExplainXmlFault(const XmlFault& fault);

/// A text of the input as it may stand in a message: in quotes, cut when it is long.
std::string QuoteForMessage(std::string_view text);

}  // namespace puente::text

#endif  // PUENTE_CORE_TEXT_XML_FAULT_H_
