// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Reads the objects of a manifest strictly: known keys only, each of its type.
#include "core/plugin/json_node.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "core/base/strings.h"
#include "core/base/utf8.h"
#include "core/plugin/coded_error.h"

namespace puente::plugin {

namespace dom = simdjson::dom;

absl::Status ManifestError(std::string message, std::string hint) {
  return CodedError(absl::StatusCode::kInvalidArgument, "PUE-0402", std::move(message),
                    std::move(hint));
}

void Faults::Add(std::string_view place, std::string_view what, std::string hint) {
  if (!first_.ok()) return;
  first_ = ManifestError(place.empty() ? fmt::format("the manifest {}", what)
                                       : fmt::format("the manifest's `{}` {}", place, what),
                         std::move(hint));
}

JsonNode::JsonNode(Faults* faults, dom::element element, std::string place,
                   std::initializer_list<std::string_view> known)
    : faults_(faults), place_(std::move(place)) {
  if (element.get(object_) != simdjson::SUCCESS) {
    faults_->Add(place_, "must be an object");
    return;
  }
  is_object_ = true;
  std::set<std::string_view> seen;
  for (const dom::key_value_pair field : object_) {
    const std::string_view key = field.key;
    const bool is_known = std::find(known.begin(), known.end(), key) != known.end();
    if (is_known && seen.insert(key).second) continue;
    const std::string shown = EscapeForTerminalLine(ClipText(key, kMaxNameBytes));
    if (is_known) {
      faults_->Add(At(shown), "is there twice");
    } else {
      const std::vector<std::string> names(known.begin(), known.end());
      const std::string nearest = NearestName(key, names);
      faults_->Add(At(shown), "is a key that is not known here",
                   nearest.empty() ? "" : fmt::format("did you mean `{}`?", nearest));
    }
  }
}

std::string JsonNode::At(std::string_view key) const {
  return place_.empty() ? std::string(key) : fmt::format("{}.{}", place_, key);
}

std::optional<dom::element> JsonNode::Get(std::string_view key) const {
  dom::element value;
  if (!is_object_ || object_.at_key(key).get(value) != simdjson::SUCCESS) return std::nullopt;
  return value;
}

std::optional<std::string> JsonNode::OptionalText(std::string_view key) const {
  const std::optional<dom::element> value = Get(key);
  if (!value.has_value()) return std::nullopt;
  return TextOf(*value, At(key));
}

std::string JsonNode::NeededText(std::string_view key) const {
  if (is_object_ && !Has(key)) Fault(key, "is missing");
  return Text(key);
}

bool JsonNode::Bool(std::string_view key, bool otherwise) const {
  const std::optional<dom::element> value = Get(key);
  if (!value.has_value()) return otherwise;
  bool answer = otherwise;
  if (value->get(answer) != simdjson::SUCCESS) Fault(key, "must be true or false");
  return answer;
}

int64_t JsonNode::Int(std::string_view key, int64_t otherwise, int64_t min, int64_t max) const {
  const std::optional<dom::element> value = Get(key);
  if (!value.has_value()) return otherwise;
  int64_t answer = otherwise;
  if (value->get(answer) != simdjson::SUCCESS || answer < min || answer > max) {
    Fault(key, fmt::format("must be a whole number from {} to {}", min, max));
    return otherwise;
  }
  return answer;
}

std::vector<std::pair<dom::element, std::string>> JsonNode::Items(std::string_view key) const {
  std::vector<std::pair<dom::element, std::string>> items;
  const std::optional<dom::element> value = Get(key);
  if (!value.has_value()) return items;
  dom::array array;
  if (value->get(array) != simdjson::SUCCESS) {
    Fault(key, "must be a list");
    return items;
  }
  for (const dom::element item : array) {
    items.emplace_back(item, fmt::format("{}[{}]", At(key), items.size()));
  }
  return items;
}

std::vector<std::string> JsonNode::Texts(std::string_view key) const {
  std::vector<std::string> texts;
  for (const auto& [item, place] : Items(key)) texts.push_back(TextOf(item, place));
  return texts;
}

std::string JsonNode::TextOf(dom::element element, const std::string& place) const {
  std::string_view text;
  if (element.get(text) != simdjson::SUCCESS) {
    faults_->Add(place, "must be a text");
  } else if (text.empty()) {
    faults_->Add(place, "is empty");
  } else if (EscapeForTerminalLine(text) != text) {
    faults_->Add(place, "has control characters");
    return "";
  }
  return std::string(text);
}

}  // namespace puente::plugin
