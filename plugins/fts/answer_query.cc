// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// The question that an answer answers: answers do not repeat it, but the names of files may.
#include "plugins/fts/answer_query.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

namespace puente::fts {
namespace {

// What the API can be asked for, and what stands in its path: `country/1/summary/trends/2025`.
constexpr std::array<std::string_view, 11> kAsked = {
    "locationid", "planid",  "emergencyid", "organizationid", "globalclusterid", "clusterid",
    "year",       "groupby", "page",        "limit",          "flowid"};

bool IsAsked(std::string_view word) {
  return std::find(kAsked.begin(), kAsked.end(), word) != kAsked.end();
}

bool IsWord(std::string_view word) {
  return !word.empty() && std::all_of(word.begin(), word.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  });
}

}  // namespace

std::string QueryOfName(std::string_view name) {
  name = name.substr(name.rfind('/') + 1);
  for (const std::string_view end : {".gz", ".zst", ".json"}) {
    if (name.ends_with(end)) name.remove_suffix(end.size());
  }
  std::vector<std::string_view> words;
  while (!name.empty()) {
    const size_t end = std::min(name.find('-'), name.size());
    words.push_back(name.substr(0, end));
    name.remove_prefix(std::min(end + 1, name.size()));
  }
  std::string query;
  for (size_t i = 0; i + 1 < words.size(); ++i) {
    if (!IsAsked(words[i]) || !IsWord(words[i + 1])) continue;
    if (!query.empty()) query += '&';
    query += words[i];
    query += '=';
    query += words[++i];
  }
  return query;
}

std::string QueryOfUrl(std::string_view url) {
  const size_t mark = url.find('?');
  if (mark != std::string_view::npos) {
    const std::string_view query = url.substr(mark + 1);
    return std::string(query.substr(0, query.find('#')));
  }
  return url.find("://") == std::string_view::npos ? std::string(url) : std::string();
}

}  // namespace puente::fts
