// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Finds names of codes in the host and in the plugin's own list.
#include "plugins/table/code_names.h"

#include <string>
#include <unordered_map>

namespace puente::table {

/// The text of data/code_names.tsv, put into the library by the build.
std::string_view CodeNamesTsv();

namespace {

using Names = std::unordered_map<std::string_view, std::string_view>;

/// By codelist, a tab and the code, which is how the lines of the list begin.
const Names& OwnNames() {
  static const Names& names = *[] {
    auto* made = new Names;
    std::string_view rest = CodeNamesTsv();
    while (!rest.empty()) {
      const std::string_view line = rest.substr(0, rest.find('\n'));
      rest.remove_prefix(std::min(line.size() + 1, rest.size()));
      if (line.empty() || line.front() == '#') continue;
      const size_t tab = line.rfind('\t');
      if (tab != std::string_view::npos) made->emplace(line.substr(0, tab), line.substr(tab + 1));
    }
    return made;
  }();
  return names;
}

}  // namespace

std::string_view CodeName(const sdk::Run& run, std::string_view codelist, std::string_view code,
                          std::string_view language) {
  if (const auto name = run.LookupCode(codelist, code, language)) return *name;
  std::string key(codelist);
  key += '\t';
  key += code;
  const auto found = OwnNames().find(key);
  return found == OwnNames().end() ? std::string_view() : found->second;
}

}  // namespace puente::table
