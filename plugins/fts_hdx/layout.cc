// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Matches headers with the known columns, and takes lists apart.
#include "plugins/fts_hdx/layout.h"

#include <algorithm>
#include <utility>

#include "core/base/utf8.h"

namespace puente::fts_hdx {
namespace {

std::vector<std::string> NamesOf(const Table& table) {
  std::vector<std::string> names;
  for (const Column& column : table.columns) names.push_back(column.name);
  return names;
}

}  // namespace

Layout::Layout(TableKind kind) : Layout(kind, NamesOf(TableOf(kind))) {}

Layout::Layout(TableKind kind, std::vector<std::string> names)
    : kind_(kind), names_(std::move(names)), paths_(names_) {
  for (size_t i = 0; i < names_.size(); ++i) {
    columns_.push_back(paths_.IsOwn(i) ? TableOf(kind).Find(names_[i]) : nullptr);
  }
}

std::vector<std::string> Layout::Missing() const {
  std::vector<std::string> missing;
  for (const Column& column : TableOf(kind_).columns) {
    if (std::find(columns_.begin(), columns_.end(), &column) == columns_.end()) {
      missing.push_back(column.name);
    }
  }
  return missing;
}

std::vector<std::string> Layout::Unknown() const {
  std::vector<std::string> unknown;
  for (size_t i = 0; i < columns_.size(); ++i) {
    if (columns_[i] == nullptr) unknown.push_back(PathOf(i));
  }
  return unknown;
}

bool IsListShape(Shape shape) {
  return shape == Shape::kList || shape == Shape::kJoined || shape == Shape::kPlaces;
}

std::vector<std::string_view> SplitList(std::string_view text, Shape shape) {
  std::vector<std::string_view> parts;
  size_t begin = 0;
  for (size_t at = text.find(','); at != std::string_view::npos; at = text.find(',', at + 1)) {
    if (at + 1 < text.size() && text[at + 1] == ' ') continue;
    parts.push_back(text.substr(begin, at - begin));
    begin = at + 1;
  }
  parts.push_back(text.substr(begin));
  const bool is_list =
      std::none_of(parts.begin(), parts.end(), [](std::string_view p) { return p.empty(); }) &&
      (shape == Shape::kJoined || std::is_sorted(parts.begin(), parts.end()));
  if (!is_list) parts = {text};
  return parts;
}

std::string_view FirstCharacters(std::string_view text, size_t count) {
  size_t at = 0;
  while (count-- > 0 && at < text.size()) at += DecodeUtf8(text.substr(at)).size;
  return text.substr(0, at);
}

}  // namespace puente::fts_hdx
