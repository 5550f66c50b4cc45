// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// The texts of values, as IATI writes them.
#ifndef PUENTE_PLUGINS_IATI_LEAF_TEXT_H_
#define PUENTE_PLUGINS_IATI_LEAF_TEXT_H_

#include <optional>
#include <string>
#include <string_view>

#include "plugins/iati/element_table.h"
#include "plugins/iati/message_view.h"

namespace puente::iati {

/// The canonical text of a value, or nothing when it has none. It lies in the value or in
/// `scratch`.
/// `*is_malformed` becomes true when the bytes of the value are.
std::optional<std::string_view> CanonicalText(const LeafRule& rule, WireSpan value,
                                              std::string* scratch, bool* is_malformed);

/// True when the source text still says what the value says: nobody changed it since.
bool StillSays(const LeafRule& rule, WireSpan value, std::string_view source);

}  // namespace puente::iati

#endif  // PUENTE_PLUGINS_IATI_LEAF_TEXT_H_
