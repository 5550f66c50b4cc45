// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// JSON values in the residue of records: from a parsed document, and back to text.
#include "core/text/json_value.h"

#include <cstdint>
#include <utility>
#include <vector>

#include "core/base/limits.h"
#include "core/text/json_string.h"
#include "core/text/text_buffer.h"

namespace puente::text {
namespace {

// Longer paths go on without further names.
constexpr size_t kMaxPath = 1024;
// What JsonTree reads is less deep; protobuf cannot parse what is deeper.
constexpr int kMaxDepth = 2000;

bool HoldsOthers(const JsonNode& node) {
  return node.kind == JsonKind::kArray || node.kind == JsonKind::kObject;
}

std::string Below(const std::string& path, std::string_view name, char separator) {
  if (name.empty() || path.size() > kMaxPath) return path;
  std::string below = path;
  if (!below.empty()) below += separator;
  below += name;
  return below;
}

}  // namespace

void CopyJsonValue(const JsonTree& tree, const JsonNode& value, v1::JsonValue* out) {
  // Values are nested as deep as the limit json_depth allows: no recursion.
  std::vector<std::pair<uint32_t, v1::JsonValue*>> open = {{tree.NumberOf(value), out}};
  while (!open.empty()) {
    const JsonNode& node = tree[open.back().first];
    v1::JsonValue* const copy = open.back().second;
    open.pop_back();
    if (!HoldsOthers(node)) {
      copy->mutable_scalar()->assign(node.raw);
    } else if (tree.IsLeaf(node)) {
      copy->set_scalar(node.kind == JsonKind::kArray ? "[]" : "{}");
    } else if (node.kind == JsonKind::kArray) {
      tree.ForEach(node, [&](const JsonNode& item) {
        open.emplace_back(tree.NumberOf(item), copy->mutable_array()->add_items());
      });
    } else {
      tree.ForEach(node, [&](const JsonNode& below) {
        v1::JsonMember* const member = copy->mutable_object()->add_members();
        member->mutable_name()->assign(below.name);
        open.emplace_back(tree.NumberOf(below), member->mutable_value());
      });
    }
  }
}

void ForEachJsonLeaf(const JsonTree& tree, const JsonNode& value, std::string_view path,
                     char separator, TakePath take) {
  std::vector<std::pair<uint32_t, std::string>> open = {{tree.NumberOf(value), std::string(path)}};
  while (!open.empty()) {
    const JsonNode& node = tree[open.back().first];
    const std::string at = std::move(open.back().second);
    open.pop_back();
    if (tree.IsLeaf(node)) {
      take(at);
      continue;
    }
    tree.ForEach(node, [&](const JsonNode& below) {
      open.emplace_back(tree.NumberOf(below), Below(at, below.name, separator));
    });
  }
}

void AppendJsonValue(const v1::JsonValue& root, std::string_view path, char separator,
                     std::string* out, TakePath take, TakePath refuse) {
  // What is still to be written: a value, or a text that stands between values.
  struct Open {
    const v1::JsonValue* value = nullptr;
    std::string path;
    std::string before;
    int depth = 0;
  };
  std::vector<Open> open;
  open.push_back({&root, std::string(path), "", 0});
  while (!open.empty()) {
    const Open next = std::move(open.back());
    open.pop_back();
    *out += next.before;
    if (next.value == nullptr) continue;
    const v1::JsonValue& value = *next.value;
    if (value.has_scalar() &&
        (value.scalar() == "[]" || value.scalar() == "{}" || IsJsonScalar(value.scalar()))) {
      *out += value.scalar();
      take(next.path);
    } else if (next.depth < kMaxDepth && value.array().items_size() > 0) {
      open.push_back({nullptr, "", "]", 0});
      for (int i = value.array().items_size(); i-- > 0;) {
        open.push_back({&value.array().items(i), next.path, i == 0 ? "" : ",", next.depth + 1});
      }
      *out += '[';
    } else if (next.depth < kMaxDepth && value.object().members_size() > 0) {
      open.push_back({nullptr, "", "}", 0});
      for (int i = value.object().members_size(); i-- > 0;) {
        const v1::JsonMember& member = value.object().members(i);
        std::string before = i == 0 ? "" : ",";
        AppendJsonText(member.name(), &before);
        before += ':';
        open.push_back({&member.value(), Below(next.path, member.name(), separator),
                        std::move(before), next.depth + 1});
      }
      *out += '{';
    } else {
      *out += "null";
      refuse(next.path);
    }
  }
}

void AppendJsonText(std::string_view text, std::string* out) {
  TextBuffer buffer;
  uint64_t seen = 0;
  AppendJsonString(text, &buffer, &seen);
  *out += buffer.text();
}

bool IsJsonScalar(std::string_view json) {
  JsonTree tree{DefaultLimits()};
  return tree.Parse(json).ok() && tree.root().end == 1 && !HoldsOthers(tree.root()) &&
         tree.root().raw == json;
}

std::optional<std::string> JsonStringText(std::string_view json) {
  JsonTree tree{DefaultLimits()};
  if (!tree.Parse(json).ok() || tree.root().kind != JsonKind::kString) return std::nullopt;
  return std::string(tree.root().text);
}

}  // namespace puente::text
