// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// The manual page.
#include <string>
#include <string_view>
#include <vector>

#include "fmt/format.h"
#include "tools/option_table.h"

namespace puente::tools {
namespace {

// Text that groff takes as it is.
std::string Plain(std::string_view text) {
  std::string out;
  bool begins_line = true;
  for (const char c : text) {
    if (begins_line && (c == '.' || c == '\'')) out += "\\&";
    if (c == '\\') {
      out += "\\e";
    } else if (c == '-') {
      out += "\\-";
    } else {
      out += c;
    }
    begins_line = c == '\n';
  }
  return out;
}

std::string OptionText(const OptionRow& option) {
  std::string head;
  for (const std::string& name : option.names) {
    head += fmt::format("{}\\fB{}\\fR", head.empty() ? "" : ", ", Plain(name));
  }
  if (!option.value.empty()) {
    head += fmt::format("{}\\fI{}\\fR", head.empty() ? "" : " ", Plain(option.value));
  }
  std::string text = fmt::format(".TP\n{}\n{}\n", head, Plain(option.description));
  if (!option.choices.empty()) {
    std::string choices;
    for (const std::string& choice : option.choices) {
      choices += (choices.empty() ? "" : ", ") + choice;
    }
    text += fmt::format("One of: {}.\n", Plain(choices));
  }
  return text;
}

std::string FooterText(std::string_view footer) {
  while (footer.starts_with('\n')) footer.remove_prefix(1);
  while (footer.ends_with('\n')) footer.remove_suffix(1);
  if (footer.empty()) return "";
  return fmt::format(".PP\n.nf\n{}\n.fi\n", Plain(footer));
}

}  // namespace

std::string ManualPage(const std::vector<CommandRow>& table) {
  const CommandRow& top = table.front();
  std::string text = fmt::format(
      ".TH PUENTE 1 \"\" \"puente {}\" \"User Commands\"\n"
      ".SH NAME\npuente \\- carry donor\\-activity data between agencies\n"
      ".SH SYNOPSIS\n.B puente\n[\\fIOPTIONS\\fR] \\fICOMMAND\\fR ...\n"
      ".SH DESCRIPTION\n{}\n.SH OPTIONS\n",
      PUENTE_VERSION, Plain(top.description));
  for (const OptionRow& option : top.options) text += OptionText(option);
  text += ".SH COMMANDS\n";
  for (const CommandRow& row : table) {
    if (&row == &top) continue;
    text += fmt::format(".SS puente {}\n{}\n", Plain(row.path), Plain(row.description));
    for (const OptionRow& option : row.options) {
      if (!option.names.empty() && option.names.front() == "--help") continue;
      text += OptionText(option);
    }
    text += FooterText(row.footer);
  }
  text +=
      ".SH EXIT STATUS\n"
      ".TP\n0\nDone.\n"
      ".TP\n1\nThe data are at fault.\n"
      ".TP\n2\nThe command is at fault: an option, a format, a plugin, an output that exists.\n"
      ".TP\n3\nDone, but \\-\\-strict or \\-\\-on\\-loss fail met what they forbid, or diff found "
      "differences.\n"
      ".TP\n4\nNot allowed by an exchange.\n"
      ".TP\n5\nA conflict with what an exchange holds.\n"
      ".TP\n6\nReading, writing or the network failed.\n"
      ".TP\n7\nA limit was reached; puente limits lists them.\n"
      ".TP\n130\nInterrupted.\n"
      ".SH ENVIRONMENT\n"
      ".TP\nPUENTE_PLUGIN_PATH\nFolders of plugins, with colons between.\n"
      ".TP\nPUENTE_TOKEN\nThe token for an exchange.\n"
      ".TP\nNO_COLOR\nWhen it is set, nothing is coloured.\n";
  text += ".SH EXAMPLES\n" + FooterText(top.footer);
  return text;
}

}  // namespace puente::tools
