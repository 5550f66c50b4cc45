// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// `puente completion` and `puente manual`: what shells and `man` know of the commands.
#include <memory>
#include <string>

#include "core/pipeline/exit_code.h"
#include "tools/commands.h"
#include "tools/option_table.h"

namespace puente::tools {
namespace {

int Print(Session& session, const std::string& text) {
  const absl::Status status = WriteStdout(text);
  return status.ok() ? pipeline::kExitDone : session.Fail(status);
}

}  // namespace

void AddCompletion(CLI::App& app, CommandTable* table) {
  CLI::App* completion =
      app.add_subcommand("completion", "Print a script that completes commands in a shell");
  auto shell = std::make_shared<std::string>();
  completion->add_option("shell", *shell, "bash, zsh or fish")
      ->required()
      ->check(CLI::IsMember({"bash", "zsh", "fish"}));
  completion->footer(
      "\n  source <(puente completion bash)                                    in ~/.bashrc\n"
      "  puente completion zsh > \"${fpath[1]}/_puente\"\n"
      "  puente completion fish > ~/.config/fish/completions/puente.fish\n");
  (*table)[completion] = [shell, &app](Session& session) {
    const std::vector<CommandRow> rows = OptionTable(app);
    if (*shell == "bash") return Print(session, BashCompletion(rows));
    return Print(session, *shell == "zsh" ? ZshCompletion(rows) : FishCompletion(rows));
  };
  CLI::App* manual = app.add_subcommand("manual", "Print the manual page, for `man -l -`");
  (*table)[manual] = [&app](Session& session) {
    return Print(session, ManualPage(OptionTable(app)));
  };
}

}  // namespace puente::tools
