// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Where the values of a flow stand in its record.
#ifndef PUENTE_PLUGINS_IATI_FLOW_PATHS_H_
#define PUENTE_PLUGINS_IATI_FLOW_PATHS_H_

#include <string>
#include <string_view>

#include "google/protobuf/repeated_field.h"
#include "puente/v1/text.pb.h"

namespace puente::iati {

/// What only flows have, their transaction, its two sides, and its description.
inline constexpr std::string_view kFlow = "activity.flow";
inline constexpr std::string_view kTransaction = "activity.transactions";
inline constexpr std::string_view kSources = "activity.transactions.sources";
inline constexpr std::string_view kDestinations = "activity.transactions.destinations";
inline constexpr std::string_view kDescription =
    "activity.transactions.description.narratives.text";

/// A field below another.
inline std::string Join(std::string_view path, std::string_view name) {
  std::string joined(path);
  joined += '.';
  joined += name;
  return joined;
}

/// The first name of a thing; empty when it has none.
inline const std::string& NameOf(
    const google::protobuf::RepeatedPtrField<v1::Narrative>& narratives) {
  static const std::string& none = *new std::string;
  return narratives.empty() ? none : narratives[0].text();
}

}  // namespace puente::iati

#endif  // PUENTE_PLUGINS_IATI_FLOW_PATHS_H_
