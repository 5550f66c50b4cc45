// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Completions for bash, zsh and fish.
#include <string>
#include <string_view>
#include <vector>

#include "fmt/format.h"
#include "tools/option_table.h"

namespace puente::tools {
namespace {

std::string Joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : " ") + word;
  return text;
}

// A text in single quotes of a shell.
std::string Quoted(std::string_view text) {
  std::string quoted = "'";
  for (const char c : text) {
    if (c == '\'') {
      quoted += "'\\''";
    } else {
      quoted += c == '\n' ? ' ' : c;
    }
  }
  return quoted + "'";
}

// fish takes a backslash before a quote.
std::string FishQuoted(std::string_view text) {
  std::string quoted = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') quoted += '\\';
    quoted += c == '\n' ? ' ' : c;
  }
  return quoted + "'";
}

std::string PathBelow(const CommandRow& row, const std::string& command) {
  return row.path.empty() ? command : row.path + " " + command;
}

// The lines that find out which command the words before the cursor name, for bash and zsh.
std::string PathCases(const std::vector<CommandRow>& table) {
  std::string text;
  for (const CommandRow& row : table) {
    for (const std::string& command : row.subcommands) {
      text += fmt::format("      {}) where={} ;;\n", Quoted(row.path + "/" + command),
                          Quoted(PathBelow(row, command)));
    }
  }
  return text;
}

// Options of `puente` itself may stand behind any command.
std::vector<const OptionRow*> OptionsOf(const std::vector<CommandRow>& table,
                                        const CommandRow& row) {
  std::vector<const OptionRow*> options;
  for (const OptionRow& option : row.options) options.push_back(&option);
  if (&row == &table.front()) return options;
  for (const OptionRow& option : table.front().options) {
    const bool own = option.names.front() == "--help" || option.names.front() == "--version";
    if (!own) options.push_back(&option);
  }
  return options;
}

}  // namespace

std::string BashCompletion(const std::vector<CommandRow>& table) {
  std::string words;
  std::string values;
  for (const CommandRow& row : table) {
    std::string names;
    for (const OptionRow* option : OptionsOf(table, row)) {
      if (!option->names.empty()) names += (names.empty() ? "" : " ") + Joined(option->names);
      for (const std::string& name : option->names) {
        if (option->value.empty()) continue;
        const std::string reply = option->choices.empty()
                                      ? "files=1"
                                      : fmt::format("words={}", Quoted(Joined(option->choices)));
        values += fmt::format("    {}) {} ;;\n", Quoted(row.path + " " + name), reply);
      }
    }
    words += fmt::format("    {}) options={} commands={} ;;\n", Quoted(row.path), Quoted(names),
                         Quoted(Joined(row.subcommands)));
  }
  return fmt::format(R"(# Completion of puente for bash, made by `puente completion bash`.
_puente() {{
  local where='' options='' commands='' words='' files='' i
  local cur=${{COMP_WORDS[COMP_CWORD]}} prev=${{COMP_WORDS[COMP_CWORD - 1]}}
  for ((i = 1; i < COMP_CWORD; i++)); do
    case "$where/${{COMP_WORDS[i]}}" in
{0}    esac
  done
  COMPREPLY=()
  case "$where" in
{1}  esac
  case "$where $prev" in
{2}  esac
  if [ -n "$words" ]; then
    COMPREPLY=($(compgen -W "$words" -- "$cur"))
  elif [ -z "$files" ] && [[ $cur == -* ]]; then
    COMPREPLY=($(compgen -W "$options" -- "$cur"))
  elif [ -z "$files" ] && [ -n "$commands" ]; then
    COMPREPLY=($(compgen -W "$commands" -- "$cur"))
  else
    compopt -o default 2>/dev/null
  fi
}}
complete -F _puente puente
)",
                     PathCases(table), words, values);
}

std::string ZshCompletion(const std::vector<CommandRow>& table) {
  const auto described = [](std::string_view name, std::string_view description) {
    std::string text;
    // _describe divides name and description by a colon.
    for (const char c : name) text += c == ':' ? std::string("\\:") : std::string(1, c);
    return Quoted(fmt::format("{}:{}", text, description));
  };
  std::string words;
  std::string values;
  for (const CommandRow& row : table) {
    std::string options;
    for (const OptionRow* option : OptionsOf(table, row)) {
      for (const std::string& name : option->names) {
        options += " " + described(name, option->description);
        if (option->value.empty()) continue;
        const std::string reply = option->choices.empty()
                                      ? "_files"
                                      : fmt::format("compadd -- {}", Joined(option->choices));
        values += fmt::format("  {}) {}; return ;;\n", Quoted(row.path + " " + name), reply);
      }
    }
    std::string commands;
    for (const std::string& command : row.subcommands) {
      for (const CommandRow& other : table) {
        if (other.path == PathBelow(row, command)) {
          commands += " " + described(command, other.description);
        }
      }
    }
    words +=
        fmt::format("  {}) options=({} ) commands=({} ) ;;\n", Quoted(row.path), options, commands);
  }
  return fmt::format(R"(#compdef puente
# Completion of puente for zsh, made by `puente completion zsh`.
local where='' i
local -a options commands
for ((i = 2; i < CURRENT; i++)); do
    case "$where/$words[i]" in
{0}    esac
done
case "$where" in
{1}esac
case "$where $words[CURRENT-1]" in
{2}esac
if [[ $words[CURRENT] == -* ]]; then
  _describe -o option options
elif (( $#commands )); then
  _describe command commands
else
  _files
fi
)",
                     PathCases(table), words, values);
}

std::string FishCompletion(const std::vector<CommandRow>& table) {
  std::string paths;
  std::string lines;
  for (const CommandRow& row : table) {
    for (const std::string& command : row.subcommands) {
      paths +=
          fmt::format("            case {}\n                set where {}\n",
                      FishQuoted(row.path + "/" + command), FishQuoted(PathBelow(row, command)));
    }
    const std::string at = fmt::format("complete -c puente -n {}",
                                       FishQuoted(fmt::format("__puente_at '{}'", row.path)));
    for (const std::string& command : row.subcommands) {
      for (const CommandRow& other : table) {
        if (other.path != PathBelow(row, command)) continue;
        lines += fmt::format("{} -f -a {} -d {}\n", at, command, FishQuoted(other.description));
      }
    }
    for (const OptionRow* option : OptionsOf(table, row)) {
      if (option->names.empty()) continue;
      lines += at;
      for (const std::string& name : option->names) {
        lines += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
      }
      if (!option->value.empty()) lines += " -r";
      if (!option->choices.empty()) {
        lines += " -f -a " + FishQuoted(Joined(option->choices));
      }
      lines += " -d " + FishQuoted(option->description) + "\n";
    }
  }
  return fmt::format(R"(# Completion of puente for fish, made by `puente completion fish`.
function __puente_at
    set -l where ''
    for word in (commandline -opc)[2..-1]
        switch "$where/$word"
{0}        end
    end
    test "$where" = "$argv[1]"
end
{1})",
                     paths, lines);
}

}  // namespace puente::tools
