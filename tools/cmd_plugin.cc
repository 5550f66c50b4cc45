// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// `puente plugin list|why|test|pin|new`: which plugins there are, why one is not used, whether one
// works, which bytes it must have, and how to begin one.
#include <algorithm>
#include <array>
#include <chrono>
#include <filesystem>
#include <map>
#include <memory>

#include "core/base/status.h"
#include "core/base/utf8.h"
#include "core/findings/json_text.h"
#include "core/pipeline/exit_code.h"
#include "core/plugin/pins.h"
#include "core/plugin/target.h"
#include "fmt/format.h"
#include "tools/commands.h"
#include "tools/kit/child.h"
#include "tools/kit/junit.h"
#include "tools/plugin_kit.h"
#include "tools/plugin_new.h"

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

/// Whether a plugin loads, tried in a process of its own: what its static initialisers do is not
/// known before.
std::string TryLoading(Session& session, const plugin::CatalogEntry& entry) {
  const ChildRun run = RunInChild(std::chrono::seconds(20), [&](ChildReport& report) {
    report.Step("the library is loaded");
    const auto loaded = session.loader().Load(entry);
    report.Value("fault", loaded.ok() ? "" : FormatError(loaded.status()));
  });
  if (!run.death.empty()) return "it does not load: " + run.death;
  const auto fault = run.values.find("fault");
  if (fault != run.values.end() && !fault->second.empty()) {
    return "it does not load: " + fault->second;
  }
  return "it loads and keeps the contract";
}

int RunWhy(Session& session, const std::string& name) {
  const auto verdicts = session.catalog().Why(name);
  if (!verdicts.ok()) return session.Fail(verdicts.status());
  std::string text;
  for (const plugin::Verdict& verdict : *verdicts) text += VerdictText(verdict);
  if (const auto entry = session.catalog().FindPlugin(name); entry.ok()) {
    text += EscapeForTerminalLine(TryLoading(session, **entry)) + "\n";
  }
  const absl::Status status = WriteStdout(text);
  return status.ok() ? pipeline::kExitDone : session.Fail(status);
}

/// What `plugin test` is asked to do.
struct TestRequest {
  std::string plugin;
  std::vector<std::string> samples;
  std::string junit;
  bool json = false;
  bool list = false;
  bool failures_only = false;
  uint64_t seconds = 60;
};

std::string ResultText(const KitResult& result) {
  std::string text = fmt::format("{:<5} {}", KitOutcomeName(result.outcome), result.check);
  if (!result.format.empty()) text += " " + result.format;
  if (!result.sample.empty()) text += " " + EscapeForTerminalLine(result.sample);
  if (!result.reason.empty()) text += ": " + EscapeForTerminalLine(result.reason);
  return text + "\n";
}

std::string ResultJson(std::string_view plugin, const KitResult& result) {
  const KitCheck* check = FindKitCheck(result.check);
  std::string out = "{";
  AppendJsonMember("plugin", plugin, &out);
  AppendJsonMember("check", result.check, &out);
  AppendJsonMember("family", check == nullptr ? "" : check->family, &out);
  AppendJsonMember("format", result.format, &out);
  AppendJsonMember("sample", result.sample, &out);
  AppendJsonMember("outcome", KitOutcomeName(result.outcome), &out);
  AppendJsonMember("reason", result.reason, &out);
  return out + "}\n";
}

int ListChecks(Session& session, bool json) {
  std::string text;
  for (const KitCheck& check : KitChecks()) {
    if (json) {
      text += "{";
      AppendJsonMember("check", check.id, &text);
      AppendJsonMember("family", check.family, &text);
      AppendJsonMember("what", check.what, &text);
      text += fmt::format(",\"may_be_quirk\":{}}}\n", check.may_be_quirk);
    } else {
      text += fmt::format("{:<18} {:<9} {}\n", check.id, check.family, check.what);
    }
  }
  const absl::Status status = WriteStdout(text);
  return status.ok() ? pipeline::kExitDone : session.Fail(status);
}

int RunTest(Session& session, const TestRequest& request) {
  if (request.list) return ListChecks(session, request.json);
  if (request.plugin.empty()) {
    return session.Fail(
        UsageError("no plugin was named", "name one, or give the path of its library"));
  }
  std::string name = request.plugin;
  if (name.find('/') != std::string::npos || name.ends_with(".so")) {
    const std::filesystem::path path = std::filesystem::absolute(name);
    session.AddPluginFolder(path.parent_path().string());
    name = path.filename().string();
    if (name.starts_with("puente_")) name.erase(0, 7);
    name = name.substr(0, name.find('.'));
  }
  const auto entry = session.catalog().FindPlugin(name);
  if (!entry.ok()) return session.Fail(entry.status());
  std::array<uint64_t, 4> counts{};
  KitSettings settings;
  settings.samples = request.samples;
  settings.time_limit = std::chrono::seconds(request.seconds);
  settings.report = [&](const KitResult& result) {
    ++counts[static_cast<size_t>(result.outcome)];
    const bool quiet = request.failures_only && result.outcome != KitOutcome::kFailed;
    if (quiet && !request.json) return;
    static_cast<void>(WriteStdout(request.json ? ResultJson(name, result) : ResultText(result)));
  };
  const std::vector<KitResult> results = RunPluginKit(session, **entry, settings);
  if (!request.json) {
    static_cast<void>(
        WriteStdout(fmt::format("{}: {} passed, {} failed, {} quirks, {} not applicable\n", name,
                                counts[0], counts[1], counts[2], counts[3])));
  }
  if (!request.junit.empty()) {
    auto file = plugin::Target::Open(request.junit, {.force = true});
    absl::Status status = file.ok() ? (*file)->Write(JUnitXml(name, results)) : file.status();
    if (status.ok()) status = (*file)->Commit();
    if (!status.ok()) return session.Fail(status);
  }
  if (Session::Interrupted()->load()) return session.Fail(absl::CancelledError("interrupted"));
  return counts[1] == 0 ? pipeline::kExitDone : pipeline::kExitData;
}

int RunPin(Session& session, const std::string& folder) {
  const std::string shown = EscapeForTerminalLine(folder);
  const auto pins = plugin::Pins::Of(folder);
  if (!pins.ok()) return session.Fail(pins.status());
  // A lock that cannot be read is made anew.
  const auto before = plugin::Pins::Read(folder);
  std::map<std::string, Digest> old;
  if (before.ok() && before->has_value()) old = (*before)->sums();
  std::string text;
  for (const auto& [name, sum] : pins->sums()) {
    const auto known = old.find(name);
    std::string_view what = "new";
    if (known != old.end()) {
      what = known->second == sum ? "same" : "changed";
      old.erase(known);
    }
    text += fmt::format("{:<8} {}\n", what, EscapeForTerminalLine(name));
  }
  for (const auto& [name, sum] : old) {
    text += fmt::format("gone     {}\n", EscapeForTerminalLine(name));
  }
  const std::string path = (std::filesystem::path(folder) / plugin::kLockFile).string();
  auto file = plugin::Target::Open(path, {.force = true});
  absl::Status status = file.ok() ? (*file)->Write(pins->Text()) : file.status();
  if (status.ok()) status = (*file)->Commit();
  if (status.ok()) status = WriteStdout(text);
  if (!status.ok()) return session.Fail(status);
  session.Say(fmt::format("{}/{}: {} files are pinned; others in this folder are not loaded", shown,
                          plugin::kLockFile, pins->sums().size()));
  return pipeline::kExitDone;
}

int RunNew(Session& session, const NewPlugin& plugin) {
  const auto files = WriteNewPlugin(plugin);
  if (!files.ok()) return session.Fail(files.status());
  std::string text;
  for (const std::string& file : *files) text += fmt::format("{}/{}\n", plugin.folder, file);
  const absl::Status status = WriteStdout(text);
  if (!status.ok()) return session.Fail(status);
  session.Say(
      fmt::format("next: cmake -B {0}/build -S {0} && cmake --build {0}/build && "
                  "ctest --test-dir {0}/build --output-on-failure",
                  plugin.folder));
  return pipeline::kExitDone;
}

}  // namespace

void AddPlugin(CLI::App& app, CommandTable* table) {
  CLI::App* command = app.add_subcommand("plugin", "List, explain, test or begin format plugins");
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
  auto request = std::make_shared<TestRequest>();
  test->add_option("plugin", request->plugin, "Name of the plugin, or path of its library");
  test->add_option("samples", request->samples,
                   "Files in its formats; others are made by its writers");
  test->add_option("--junit", request->junit, "Write the results to this file as JUnit XML");
  test->add_flag("--json", request->json, "One JSON object a line");
  test->add_flag("--failures", request->failures_only, "Show only what fails");
  test->add_flag("--list", request->list, "List the checks and what they are about");
  test->add_option("--time-limit", request->seconds, "Seconds that one check may take (60)")
      ->check(CLI::Range(1, 3600));
  (*table)[test] = [request](Session& session) { return RunTest(session, *request); };

  CLI::App* pin = command->add_subcommand(
      "pin", "Pin the plugins of a folder: only these bytes are loaded from it");
  auto folder = std::make_shared<std::string>();
  pin->add_option("folder", *folder, "Folder of plugins; its plugins.lock is written")->required();
  (*table)[pin] = [folder](Session& session) { return RunPin(session, *folder); };

  CLI::App* make =
      command->add_subcommand("new", "Begin a plugin: a folder that builds and passes the kit");
  auto plugin = std::make_shared<NewPlugin>();
  auto kind =
      std::make_shared<std::vector<std::string>>(std::vector<std::string>{"reader", "writer"});
  make->add_option("name", plugin->name, "Name of the plugin and of its format")->required();
  make->add_option("--kind", *kind, "reader, writer, or both with a comma between (default)")
      ->delimiter(',')
      ->check(CLI::IsMember({"reader", "writer"}));
  make->add_option("--lang", plugin->language, "cpp (default), or c: headers alone, no libraries")
      ->check(CLI::IsMember({"cpp", "c"}));
  make->add_option("--dir", plugin->folder, "Folder to make (default: the name)");
  make->footer("\n  puente plugin new censo\n  puente plugin new censo --lang c --kind reader\n");
  (*table)[make] = [plugin, kind](Session& session) {
    NewPlugin wanted = *plugin;
    if (wanted.folder.empty()) wanted.folder = wanted.name;
    wanted.reads = std::count(kind->begin(), kind->end(), "reader") > 0;
    wanted.writes = std::count(kind->begin(), kind->end(), "writer") > 0;
    return RunNew(session, wanted);
  };
}

}  // namespace puente::tools
