// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// `puente info`: what is in files.
#include <memory>

#include "core/pipeline/exit_code.h"
#include "tools/commands.h"
#include "tools/convert.h"
#include "tools/file_profile.h"
#include "tools/where.h"

namespace puente::tools {
namespace {

struct InfoOptions {
  std::vector<std::string> files;
  std::string from;
  std::vector<std::string> in_options;
  std::optional<std::string> where;
  bool json = false;
  bool findings = false;
  int jobs = DefaultJobs();
};

int RunInfo(Session& session, const InfoOptions& options) {
  RecordFilter filter;
  int exit_code = MakeRecordFilter(session, options.where, &filter);
  if (exit_code != pipeline::kExitDone) return exit_code;
  for (const std::string& path : options.files) {
    auto input = session.OpenInput(path, options.from, options.in_options, false);
    if (!input.ok()) {
      exit_code = session.Fail(input.status());
      continue;
    }
    const std::string format = input->binding.format->id;
    std::string version = input->binding.version;
    pipeline::ReadSettings settings = session.Settings(options.jobs);
    if (!options.findings) settings.on_finding = nullptr;
    FileProfile profile;
    std::vector<pipeline::Input> inputs;
    inputs.push_back(*std::move(input));
    const pipeline::ReadResult result =
        pipeline::ReadRecords(inputs, settings, [&](const v1::Record& record, const PuenteRecord&) {
          if (record.has_dataset_header() && version.empty()) {
            version = record.dataset_header().version();
          }
          if (!filter || record.has_dataset_header() || filter(record)) profile.Add(record);
          return absl::OkStatus();
        });
    session.FinishMessages(&result.findings);
    if (!result.status.ok()) {
      exit_code = session.Fail(result.status);
      if (exit_code == pipeline::kExitInterrupted) return exit_code;
      continue;
    }
    const absl::Status written =
        WriteStdout(options.json ? profile.Json(path, format, version) + "\n"
                                 : profile.Text(path, format, version));
    if (!written.ok()) return session.Fail(written);
    const uint64_t findings = result.findings.total();
    if (findings > 0 && !options.findings && !options.json) {
      session.Say("  " + FormatCount(findings) + (findings == 1 ? " finding" : " findings") +
                  " in the data; --findings shows them");
    }
  }
  return exit_code;
}

}  // namespace

void AddInfo(CLI::App& app, CommandTable* table) {
  auto options = std::make_shared<InfoOptions>();
  CLI::App* command = app.add_subcommand(
      "info", "Say what is in files: counts, publishers, dates, totals, countries, sectors");
  command->add_option("files", options->files, "Files; - is standard input")->required();
  command->add_option("--from", options->from, "Format of the files");
  command->add_option("--in-opt", options->in_options, "Option for reading, KEY=VALUE")
      ->allow_extra_args(false);
  AddWhereOption(command, &options->where);
  command->add_flag("--json", options->json, "One JSON object a line");
  command->add_flag("--findings", options->findings, "Show what is remarkable in the data");
  command->add_option("--jobs", options->jobs, "Threads; the result is the same for any number")
      ->check(CLI::Range(1, 256));
  (*table)[command] = [options](Session& session) { return RunInfo(session, *options); };
}

}  // namespace puente::tools
