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
#include "puente/v1/money.pb.h"
#include "puente/v1/text.pb.h"

namespace puente::iati {

/// Makes the canonical texts of values; keeps its memory from one to the next.
class LeafTexts {
 public:
  /// The canonical text of a value, or nothing when it has none. It lies in the value, or here
  /// until the next call.
  std::optional<std::string_view> Canonical(const LeafRule& rule, WireSpan value) {
    if (rule.type == LeafType::kString && rule.words == nullptr) return value.text();
    return Make(rule, value);
  }
  /// True when the bytes of a value were malformed.
  bool is_malformed() const { return is_malformed_; }
  void Reset() { is_malformed_ = false; }

 private:
  std::optional<std::string_view> Make(const LeafRule& rule, WireSpan value);

  std::string text_;
  v1::Decimal decimal_;
  v1::Date date_;
  bool is_malformed_ = false;
};

/// True when the source text still says what the value says: nobody changed it since.
bool StillSays(const LeafRule& rule, WireSpan value, std::string_view source);

}  // namespace puente::iati

#endif  // PUENTE_PLUGINS_IATI_LEAF_TEXT_H_
