// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// What the inputs say about places and plans, for looking up from flows.
#ifndef PUENTE_PLUGINS_FTS_HDX_PLACE_NAMES_H_
#define PUENTE_PLUGINS_FTS_HDX_PLACE_NAMES_H_

#include <cstddef>
#include <string>
#include <string_view>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "puente/v1/record.pb.h"

namespace puente::fts_hdx {

/// Bytes that texts held for look-ups may have together.
class HeldBytes {
 public:
  /// Resource-exhausted error HDX-0012 beyond the bound.
  absl::Status Add(size_t bytes);

 private:
  size_t held_ = 0;
};

/// Codes of places by name and identifier, and of plans by identifier.
class PlaceNames {
 public:
  explicit PlaceNames(HeldBytes* held) : held_(*held) {}

  /// Takes a place of a list of locations. From then on only names of such lists are known.
  absl::Status AddPlace(const v1::Place& place);
  /// Takes the code of a plan, and the codes of its places by their identifiers.
  absl::Status AddPlan(const v1::Plan& plan);
  /// Takes the identifier of a place whose name is known.
  absl::Status AddId(std::string_view id, std::string_view code);

  /// The code of a name; empty when it has none.
  std::string_view CodeOfName(std::string_view name) const;
  /// The code of a location's identifier; empty when it is not known.
  std::string_view CodeOfId(std::string_view id) const;
  /// The code of a plan's identifier; empty when it is not known.
  std::string_view CodeOfPlan(std::string_view id) const;

 private:
  using Map = absl::flat_hash_map<std::string, std::string>;

  absl::Status Set(std::string_view key, std::string_view value, Map* map);

  HeldBytes& held_;
  bool has_list_ = false;
  Map by_name_;
  Map by_id_;
  Map plans_;
};

/// The value of a key in the query that an answer is of; empty when it has none.
std::string_view QueryValue(std::string_view query, std::string_view key);

}  // namespace puente::fts_hdx

#endif  // PUENTE_PLUGINS_FTS_HDX_PLACE_NAMES_H_
