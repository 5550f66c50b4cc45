// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Walks the declared options.
#include "tools/option_table.h"

#include <utility>

namespace puente::tools {
namespace {

// `TEXT:{skip,stop}` has the choices skip and stop.
std::vector<std::string> ChoicesOf(const std::string& type) {
  std::vector<std::string> choices;
  const size_t open = type.find('{');
  const size_t close = type.find('}', open == std::string::npos ? 0 : open);
  if (open == std::string::npos || close == std::string::npos) return choices;
  std::string word;
  for (size_t i = open + 1; i <= close; ++i) {
    if (type[i] != ',' && i != close) {
      word += type[i];
      continue;
    }
    if (!word.empty()) choices.push_back(std::move(word));
    word.clear();
  }
  return choices;
}

OptionRow RowOf(const CLI::Option& option) {
  OptionRow row;
  for (const std::string& name : option.get_lnames()) row.names.push_back("--" + name);
  for (const std::string& name : option.get_snames()) row.names.push_back("-" + name);
  row.description = option.get_description();
  if (option.get_type_size_max() == 0) return row;
  row.value = option.get_type_name();
  row.choices = ChoicesOf(row.value);
  // What follows the colon is for the parser.
  row.value = row.value.substr(0, row.value.find(':'));
  if (row.names.empty()) row.value = option.get_name(true);
  return row;
}

void Collect(const CLI::App& app, const std::string& path, std::vector<CommandRow>* table) {
  CommandRow row;
  row.path = path;
  row.description = app.get_description();
  row.footer = app.get_footer();
  const std::vector<const CLI::App*> below =
      app.get_subcommands([](const CLI::App*) { return true; });
  for (const CLI::App* command : below) row.subcommands.push_back(command->get_name());
  for (const CLI::Option* option : app.get_options()) row.options.push_back(RowOf(*option));
  table->push_back(std::move(row));
  for (const CLI::App* command : below) {
    Collect(*command, path.empty() ? command->get_name() : path + " " + command->get_name(), table);
  }
}

}  // namespace

std::vector<CommandRow> OptionTable(const CLI::App& app) {
  std::vector<CommandRow> table;
  Collect(app, "", &table);
  return table;
}

}  // namespace puente::tools
