// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// The commands and their options as data, and what is made of them: completions and the manual.
#ifndef PUENTE_TOOLS_OPTION_TABLE_H_
#define PUENTE_TOOLS_OPTION_TABLE_H_

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

namespace puente::tools {

/// An option of a command, as it was declared.
struct OptionRow {
  /// With their dashes, long ones first; empty for a positional argument.
  std::vector<std::string> names;
  /// What the help shows for the value; empty for a flag.
  std::string value;
  /// The values that it takes, when these are few words.
  std::vector<std::string> choices;
  std::string description;
};

/// A command, `puente` itself first.
struct CommandRow {
  /// `convert`, `plugin list`; empty for `puente` itself.
  std::string path;
  std::string description;
  /// Examples and notes below the help; may be empty.
  std::string footer;
  std::vector<std::string> subcommands;
  std::vector<OptionRow> options;
};

/// All commands, each before those below it.
std::vector<CommandRow> OptionTable(const CLI::App& app);

/// Scripts that complete commands, options and their values.
std::string BashCompletion(const std::vector<CommandRow>& table);
std::string ZshCompletion(const std::vector<CommandRow>& table);
std::string FishCompletion(const std::vector<CommandRow>& table);

/// The manual page puente(1) in the macros of man(7).
std::string ManualPage(const std::vector<CommandRow>& table);

}  // namespace puente::tools

#endif  // PUENTE_TOOLS_OPTION_TABLE_H_
