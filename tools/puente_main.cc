// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// The command `puente`: parses the command line and runs one command.
#include <google/protobuf/stubs/logging.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <string>
#include <vector>

#include "core/base/strings.h"
#include "core/pipeline/exit_code.h"
#include "core/pipeline/memory.h"
#include "fmt/format.h"
#include "tools/commands.h"
#include "tools/session.h"

namespace puente::tools {
namespace {

constexpr char kExamples[] =
    "Examples:\n"
    "  puente info activities.xml                         what is in a file\n"
    "  puente convert activities.xml activities.jsonl     convert, with a receipt of every value\n"
    "  puente map activities.xml -o mapping.csv           who funds what, where, with how much "
    "money\n"
    "\n"
    "`puente COMMAND --help` explains a command, `puente explain CODE` a message.\n";

/// The command that the arguments name, as deep as they go.
const CLI::App* Deepest(const CLI::App* app) {
  const std::vector<CLI::App*> named = app->get_subcommands();
  return named.empty() ? app : Deepest(named.front());
}

/// Long option names of a command and of those above it.
std::vector<std::string> OptionNames(const CLI::App* app) {
  std::vector<std::string> names;
  for (; app != nullptr; app = app->get_parent()) {
    for (const CLI::Option* option : app->get_options()) {
      for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
    }
  }
  return names;
}

std::vector<std::string> CommandNames(const CLI::App* app) {
  std::vector<std::string> names;
  for (const CLI::App* child : app->get_subcommands([](const CLI::App*) { return true; })) {
    names.push_back(child->get_name());
  }
  return names;
}

/// Says what is wrong with the command line, and what was probably meant.
int UsageFailure(Session& session, const CLI::App& app, const CLI::ParseError& error,
                 const std::vector<std::string>& arguments) {
  const CLI::App* command = Deepest(&app);
  const std::string path = command == &app ? "puente" : "puente " + command->get_display_name();
  std::string message = error.what();
  std::string hint = fmt::format("`{} --help` shows what there is", path);
  const auto* extras = dynamic_cast<const CLI::ExtrasError*>(&error);
  if (extras != nullptr || error.get_name() == "RequiredError") {
    for (const std::string& argument : arguments) {
      const std::string word = argument.substr(0, argument.find('='));
      if (word.starts_with("--") && word.size() > 2) {
        const std::vector<std::string> names = OptionNames(command);
        if (std::find(names.begin(), names.end(), word) != names.end()) continue;
        const std::string near = NearestName(word, names);
        message = fmt::format("there is no option `{}`", word);
        if (!near.empty()) hint = fmt::format("did you mean `{}`?", near);
        return session.Fail(UsageError(message, hint));
      }
    }
    if (command == &app || !CommandNames(command).empty()) {
      for (const std::string& argument : arguments) {
        if (argument.starts_with("-")) continue;
        const std::vector<std::string> names = CommandNames(command);
        if (argument == command->get_name() ||
            std::find(names.begin(), names.end(), argument) != names.end()) {
          continue;
        }
        const std::string near = NearestName(argument, names);
        message = fmt::format("there is no command `{}`", argument);
        if (!near.empty()) hint = fmt::format("did you mean `{}`?", near);
        return session.Fail(UsageError(message, hint));
      }
    }
  }
  return session.Fail(UsageError(message, hint));
}

/// Help and version, which come before anything else.
int Shown(Session& session, const std::string& text) {
  const absl::Status status = WriteStdout(text);
  if (status.ok()) return pipeline::kExitDone;
  static_cast<void>(session.Start());
  return session.Fail(status);
}

int Main(int argc, char** argv) {
  pipeline::TuneAllocator();
  Session::HandleSignals();
  Session session;
  // What protobuf says of bytes that are no record is in our findings, once and in our words.
  google::protobuf::SetLogHandler(nullptr);
  CLI::App app(
      "Carries donor-activity data between agencies: who funds what, who does it, where, "
      "when, for whom, with how much money. Every value is kept, or named in the receipt.");
  app.name("puente");
  app.footer(kExamples);
  app.set_version_flag("--version",
                       "puente " PUENTE_VERSION "\nplugin contract c1, schema puente.v1");
  app.add_option("--plugin-dir", session.options().plugin_dirs,
                 "Look for plugins in this folder first (may be given again)")
      ->allow_extra_args(false);
  app.add_option("--limit-set", session.options().limits,
                 "Set a limit, NAME=VALUE; `puente limits` lists them")
      ->allow_extra_args(false);
  app.add_flag("-q,--quiet", session.options().quiet, "Say nothing but errors");
  app.add_option("--color", session.options().colour, "auto (default), always or never")
      ->check(CLI::IsMember({"auto", "always", "never"}));
  app.fallthrough();
  CommandTable table;
  AddConvert(app, &table);
  AddInfo(app, &table);
  AddMap(app, &table);
  AddCheck(app, &table);
  AddTotals(app, &table);
  AddDiff(app, &table);
  AddIdentify(app, &table);
  AddFormats(app, &table);
  AddExplain(app, &table);
  AddLimits(app, &table);
  AddPlugin(app, &table);
  AddPush(app, &table);
  AddPull(app, &table);
  AddWatch(app, &table);
  AddCall(app, &table);
  AddServe(app, &table);
  AddAgency(app, &table);
  AddStore(app, &table);
  AddCompletion(app, &table);

  std::vector<std::string> arguments(argv + 1, argv + argc);
  if (arguments.empty()) {
    std::fputs("usage: puente COMMAND ...\n\n", stderr);
    for (const std::string& name : CommandNames(&app)) {
      std::fprintf(stderr, "  %-10s %s\n", name.c_str(),
                   app.get_subcommand(name)->get_description().c_str());
    }
    std::fprintf(stderr, "\n%s", kExamples);
    return pipeline::kExitUsage;
  }
  if (arguments[0] == "help") {
    arguments.erase(arguments.begin());
    arguments.push_back("--help");
  }
  try {
    std::vector<std::string> reversed(arguments.rbegin(), arguments.rend());
    app.parse(reversed);
  } catch (const CLI::CallForHelp&) {
    const CLI::App* command = Deepest(&app);
    return Shown(session, command->help("", CLI::AppFormatMode::Normal));
  } catch (const CLI::CallForVersion& version) {
    return Shown(session, std::string(version.what()) + "\n");
  } catch (const CLI::ParseError& error) {
    static_cast<void>(session.Start());
    return UsageFailure(session, app, error, arguments);
  }
  if (absl::Status status = session.Start(); !status.ok()) return session.Fail(status);
  const auto run = table.find(Deepest(&app));
  if (run == table.end()) {
    return session.Fail(UsageError("no command was given", "`puente --help` shows what there is"));
  }
  return run->second(session);
}

}  // namespace
}  // namespace puente::tools

int main(int argc, char** argv) { return puente::tools::Main(argc, argv); }
