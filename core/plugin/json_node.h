// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Reads the objects of a manifest strictly: known keys only, each of its type.
#ifndef PUENTE_CORE_PLUGIN_JSON_NODE_H_
#define PUENTE_CORE_PLUGIN_JSON_NODE_H_

#include <simdjson.h>

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"

namespace puente::plugin {

/// Size of the longest name in a manifest, in bytes.
inline constexpr size_t kMaxNameBytes = 64;

/// The error of a manifest, PUE-0402.
absl::Status ManifestError(std::string message, std::string hint = "");

/// Keeps the first fault of a manifest; later ones are dropped.
class Faults {
 public:
  /// `what` goes on after the name of the place: `must be a text`. The place is a path of keys,
  /// empty for the whole manifest.
  void Add(std::string_view place, std::string_view what, std::string hint = "");

  bool none() const { return first_.ok(); }
  /// The first fault, or OK.
  const absl::Status& first() const { return first_; }

 private:
  absl::Status first_;
};

/// One object of a manifest. Getters note a fault and give an empty value where there is one.
class JsonNode {
 public:
  /// `known` are all keys that the object may have; any other one is a fault. `place` is the path
  /// of keys to the object.
  JsonNode(Faults* faults, simdjson::dom::element element, std::string place,
           std::initializer_list<std::string_view> known);

  /// The place of a key.
  std::string At(std::string_view key) const;
  /// Notes a fault of a key's value.
  void Fault(std::string_view key, std::string_view what) const { faults_->Add(At(key), what); }

  /// The value of a key as it is.
  std::optional<simdjson::dom::element> Get(std::string_view key) const;
  bool Has(std::string_view key) const { return Get(key).has_value(); }

  /// A text that may be shown to people as it is, not empty when it is there.
  std::optional<std::string> OptionalText(std::string_view key) const;
  /// The same; empty when it is not there.
  std::string Text(std::string_view key) const { return OptionalText(key).value_or(""); }
  /// The same; it is a fault when it is not there.
  std::string NeededText(std::string_view key) const;

  bool Bool(std::string_view key, bool otherwise) const;
  int64_t Int(std::string_view key, int64_t otherwise, int64_t min, int64_t max) const;

  /// The elements of a list with their places.
  std::vector<std::pair<simdjson::dom::element, std::string>> Items(std::string_view key) const;
  /// A list of texts.
  std::vector<std::string> Texts(std::string_view key) const;

  Faults* faults() const { return faults_; }

 private:
  std::string TextOf(simdjson::dom::element element, const std::string& place) const;

  Faults* faults_;
  std::string place_;
  simdjson::dom::object object_;
  bool is_object_ = false;
};

}  // namespace puente::plugin

#endif  // PUENTE_CORE_PLUGIN_JSON_NODE_H_
