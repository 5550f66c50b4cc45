// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// `puente plugin list|why|test`: which plugins there are, why one is not used, and whether one
// works.
#include <filesystem>
#include <memory>

#include "core/base/status.h"
#include "core/base/utf8.h"
#include "core/findings/json_text.h"
#include "core/pipeline/exit_code.h"
#include "fmt/format.h"
#include "tools/commands.h"
#include "tools/plugin_kit.h"

namespace puente::tools {
namespace {

std::string VerdictText(const plugin::Verdict& verdict) {
  std::string text = fmt::format("{:<9} {:<10} {}\n", plugin::OutcomeName(verdict.outcome),
                                 verdict.name.empty() ? "-" : EscapeForTerminal(verdict.name),
                                 EscapeForTerminal(verdict.path.string()));
  if (!verdict.reason.empty()) {
    text += fmt::format("          {}{}\n", verdict.code.empty() ? "" : verdict.code + ": ",
                        EscapeForTerminal(verdict.reason));
  }
  if (!verdict.hint.empty()) text += fmt::format("          {}\n", EscapeForTerminal(verdict.hint));
  return text;
}

std::string VerdictJson(const plugin::Verdict& verdict) {
  std::string out = "{";
  AppendJsonMember("plugin", verdict.name, &out);
  AppendJsonMember("path", verdict.path.string(), &out);
  AppendJsonMember("origin", verdict.origin, &out);
  AppendJsonMember("outcome", plugin::OutcomeName(verdict.outcome), &out);
  AppendJsonMember("code", verdict.code, &out);
  AppendJsonMember("reason", verdict.reason, &out);
  AppendJsonKey("formats", &out);
  out += "[";
  for (size_t i = 0; i < verdict.formats.size(); ++i) {
    if (i > 0) out += ",";
    AppendJsonString(verdict.formats[i], &out);
  }
  return out + "]}\n";
}

int RunList(Session& session, bool json, bool why) {
  std::string text;
  for (const plugin::Verdict& verdict : session.catalog().verdicts()) {
    if (json) {
      text += VerdictJson(verdict);
    } else if (why) {
      text += VerdictText(verdict);
    } else if (verdict.outcome == plugin::Outcome::kUsable) {
      std::string formats;
      for (const std::string& format : verdict.formats) formats += " " + format;
      text += fmt::format("{:<10} formats:{}\n", EscapeForTerminal(verdict.name),
                          EscapeForTerminal(formats));
    } else if (verdict.outcome != plugin::Outcome::kAbsent) {
      text += VerdictText(verdict);
    }
  }
  const absl::Status status = WriteStdout(text);
  return status.ok() ? pipeline::kExitDone : session.Fail(status);
}

int RunWhy(Session& session, const std::string& name) {
  const auto verdicts = session.catalog().Why(name);
  if (!verdicts.ok()) return session.Fail(verdicts.status());
  std::string text;
  for (const plugin::Verdict& verdict : *verdicts) text += VerdictText(verdict);
  if (const auto entry = session.catalog().FindPlugin(name); entry.ok()) {
    const auto loaded = session.loader().Load(**entry);
    text += loaded.ok() ? "it loads and keeps the contract\n"
                        : "it does not load: " + FormatError(loaded.status()) + "\n";
  }
  const absl::Status status = WriteStdout(text);
  return status.ok() ? pipeline::kExitDone : session.Fail(status);
}

int RunTest(Session& session, const std::string& what, const std::vector<std::string>& samples) {
  std::string name = what;
  if (what.find('/') != std::string::npos || what.ends_with(".so")) {
    const std::filesystem::path path = std::filesystem::absolute(what);
    session.AddPluginFolder(path.parent_path().string());
    name = path.filename().string();
    if (name.starts_with("puente_")) name.erase(0, 7);
    name = name.substr(0, name.find('.'));
  }
  const auto entry = session.catalog().FindPlugin(name);
  if (!entry.ok()) return session.Fail(entry.status());
  uint64_t passed = 0;
  uint64_t failed = 0;
  uint64_t skipped = 0;
  RunPluginKit(session, **entry, samples, [&](const KitResult& result) {
    const bool pass = result.outcome == KitOutcome::kPassed;
    const bool skip = result.outcome == KitOutcome::kSkipped;
    ++(pass ? passed : skip ? skipped : failed);
    const std::string line =
        fmt::format("{} {}{}{}\n",
                    pass   ? "pass"
                    : skip ? "skip"
                           : "FAIL",
                    result.format.empty() ? "" : result.format + ": ", result.check,
                    result.reason.empty() ? "" : ": " + EscapeForTerminal(result.reason));
    static_cast<void>(WriteStdout(line));
  });
  static_cast<void>(
      WriteStdout(fmt::format("{} passed, {} failed, {} skipped\n", passed, failed, skipped)));
  return failed == 0 ? pipeline::kExitDone : pipeline::kExitData;
}

}  // namespace

void AddPlugin(CLI::App& app, CommandTable* table) {
  CLI::App* command = app.add_subcommand("plugin", "List, explain or test format plugins");
  command->require_subcommand(1);

  CLI::App* list = command->add_subcommand("list", "List the plugins and what was refused");
  auto json = std::make_shared<bool>(false);
  auto all = std::make_shared<bool>(false);
  list->add_flag("--json", *json, "One JSON object a line");
  list->add_flag("--why", *all, "Show every folder and file that was looked at");
  (*table)[list] = [json, all](Session& session) { return RunList(session, *json, *all); };

  CLI::App* why = command->add_subcommand("why", "Say why a plugin is used or not");
  auto name = std::make_shared<std::string>();
  why->add_option("name", *name, "Name of the plugin")->required();
  (*table)[why] = [name](Session& session) { return RunWhy(session, *name); };

  CLI::App* test = command->add_subcommand("test", "Run the conformance kit over a plugin");
  auto what = std::make_shared<std::string>();
  auto samples = std::make_shared<std::vector<std::string>>();
  test->add_option("plugin", *what, "Name of the plugin, or path of its library")->required();
  test->add_option("samples", *samples, "Files in its formats; others are made by its writers");
  (*table)[test] = [what, samples](Session& session) { return RunTest(session, *what, *samples); };
}

}  // namespace puente::tools
