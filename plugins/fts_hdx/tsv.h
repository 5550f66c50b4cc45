// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Lines and cells of the plugin's own data files.
#ifndef PUENTE_PLUGINS_FTS_HDX_TSV_H_
#define PUENTE_PLUGINS_FTS_HDX_TSV_H_

#include <cstddef>
#include <string_view>
#include <vector>

namespace puente::fts_hdx {

/// The parts of a text between a character.
inline std::vector<std::string_view> Split(std::string_view text, char at) {
  std::vector<std::string_view> parts;
  while (true) {
    const size_t end = text.find(at);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

/// The cells of each line that is neither empty nor a comment.
inline std::vector<std::vector<std::string_view>> TsvLines(std::string_view text) {
  std::vector<std::vector<std::string_view>> lines;
  for (const std::string_view line : Split(text, '\n')) {
    if (!line.empty() && line[0] != '#') lines.push_back(Split(line, '\t'));
  }
  return lines;
}

}  // namespace puente::fts_hdx

#endif  // PUENTE_PLUGINS_FTS_HDX_TSV_H_
