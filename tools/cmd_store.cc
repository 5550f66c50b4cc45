// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// `puente store`: checking, copying and reading the log of a store.
#include <fmt/format.h>

#include <memory>
#include <utility>

#include "core/base/status.h"
#include "core/base/utf8.h"
#include "core/findings/json_text.h"
#include "core/pipeline/exit_code.h"
#include "services/store/time_text.h"
#include "tools/commands.h"
#include "tools/store_option.h"

namespace puente::tools {
namespace {

struct StoreCommandOptions {
  std::string store;
  std::string output;
  int64_t max = 100;
  bool json = false;
};

int RunCheck(Session& session, const StoreCommandOptions& options) {
  auto opened = OpenSharedStore(options.store, false);
  if (!opened.ok()) return session.Fail(opened.status());
  auto check = (*opened)->Check();
  if (!check.ok()) return session.Fail(StoreError(check.status()));
  std::string text;
  for (const store::StoreProblem& problem : check->problems) {
    text += fmt::format("{}: {}\n", problem.place, problem.what);
  }
  text += fmt::format("{} agencies, {} datasets, {} records in {} generations, {} bytes: {}\n",
                      check->agencies, check->datasets, check->records, check->generations,
                      check->bytes,
                      check->problem_count == 0 ? std::string("whole")
                                                : fmt::format("{} problems", check->problem_count));
  const absl::Status written = WriteStdout(text);
  if (!written.ok()) return session.Fail(written);
  return check->problem_count == 0 ? pipeline::kExitDone : pipeline::kExitData;
}

int RunBackup(Session& session, const StoreCommandOptions& options) {
  auto opened = OpenSharedStore(options.store, false);
  if (!opened.ok()) return session.Fail(opened.status());
  const absl::Status copied = (*opened)->Backup(options.output);
  if (absl::IsAlreadyExists(copied)) {
    ErrorDetail detail = GetErrorDetail(copied);
    detail.code = "PUE-0102";
    return session.Fail(MakeError(copied.code(), detail));
  }
  if (!copied.ok()) return session.Fail(StoreError(copied));
  session.Say(fmt::format("wrote {}", options.output));
  return pipeline::kExitDone;
}

// What callers chose themselves, such as names of resources, is not let loose on a terminal.
std::string AuditText(const store::AuditEntry& entry) {
  const auto shown = [](const std::string& text) {
    return text.empty() ? std::string("-") : EscapeForTerminalLine(text);
  };
  return fmt::format("{} {} {} {} {} {} {}{}{}\n", store::UtcText(entry.time), entry.outcome,
                     shown(entry.agency), shown(entry.token_id), shown(entry.action),
                     shown(entry.resource), shown(entry.peer),
                     entry.detail.empty() ? "" : "  " + EscapeForTerminalLine(entry.detail),
                     entry.count == 1 ? "" : fmt::format("  ({} times)", entry.count));
}

std::string AuditJson(const store::AuditEntry& entry) {
  std::string out = "{";
  AppendJsonMember("time", store::UtcText(entry.time), &out);
  AppendJsonMember("outcome", entry.outcome, &out);
  AppendJsonMember("agency", entry.agency, &out);
  AppendJsonMember("token", entry.token_id, &out);
  AppendJsonMember("action", entry.action, &out);
  AppendJsonMember("resource", entry.resource, &out);
  AppendJsonMember("peer", entry.peer, &out);
  AppendJsonMember("detail", entry.detail, &out);
  AppendJsonMember("count", static_cast<uint64_t>(entry.count), &out);
  return out + "}\n";
}

int RunAudit(Session& session, const StoreCommandOptions& options) {
  auto opened = OpenSharedStore(options.store, false);
  if (!opened.ok()) return session.Fail(opened.status());
  auto entries = (*opened)->ReadAudit(options.max);
  if (!entries.ok()) return session.Fail(StoreError(entries.status()));
  std::string out;
  for (const store::AuditEntry& entry : *entries) {
    out += options.json ? AuditJson(entry) : AuditText(entry);
  }
  const absl::Status written = WriteStdout(out);
  return written.ok() ? pipeline::kExitDone : session.Fail(written);
}

}  // namespace

void AddStore(CLI::App& app, CommandTable* table) {
  CLI::App* store =
      app.add_subcommand("store", "Check, copy and look into the store of an exchange");
  store->require_subcommand(0, 1);
  store->footer(
      "All of them work beside a running server.\n\n"
      "  puente store check --store sqlite:exchange.db\n"
      "  puente store backup --store sqlite:exchange.db -o copy.db\n"
      "  puente store audit --store sqlite:exchange.db --max 20");
  const auto add = [&](const char* name, const char* meaning,
                       int (*run)(Session&, const StoreCommandOptions&)) {
    auto options = std::make_shared<StoreCommandOptions>();
    CLI::App* command = store->add_subcommand(name, meaning);
    AddStoreOption(command, &options->store);
    (*table)[command] = [options, run](Session& session) { return run(session, *options); };
    return std::pair(command, options);
  };
  add("check", "Read everything and compare: pages, digests, counts, the log; exit 1 for damage",
      RunCheck);
  const auto [backup, backup_options] = add("backup", "Write a consistent copy", RunBackup);
  backup->add_option("-o,--output", backup_options->output, "The copy; it must not exist")
      ->required()
      ->type_name("FILE");
  const auto [audit, audit_options] =
      add("audit", "The newest lines of the audit log: who did what, and every refusal", RunAudit);
  audit->add_option("--max", audit_options->max, "How many lines; 100 by default")
      ->check(CLI::Range(1, 1'000'000));
  audit->add_flag("--json", audit_options->json, "One JSON object a line");
  (*table)[store] = [](Session& session) {
    return session.Fail(UsageError("`puente store` needs a command: check, backup or audit",
                                   "`puente store --help` explains them"));
  };
}

}  // namespace puente::tools
