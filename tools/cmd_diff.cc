// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// `puente diff`: what differs between two files, record by record and field by field.
#include <memory>

#include "core/diff/change_text.h"
#include "core/diff/dataset_diff.h"
#include "core/findings/finding_text.h"
#include "core/pipeline/exit_code.h"
#include "fmt/format.h"
#include "tools/commands.h"
#include "tools/convert.h"

namespace puente::tools {
namespace {

constexpr size_t kBufferBytes = size_t{32} << 10;

struct DiffOptions {
  std::vector<std::string> files;
  std::string from;
  std::vector<std::string> in_options;
  bool json = false;
  bool verbose = false;
  int jobs = DefaultJobs();
};

int RunDiff(Session& session, const DiffOptions& options) {
  if (options.files[0] == "-" && options.files[1] == "-") {
    return session.Fail(
        UsageError("standard input can be only one of both", "name a file for the other one"));
  }
  auto before = session.OpenInput(options.files[0], options.from, options.in_options, true);
  if (!before.ok()) return session.Fail(before.status());
  auto after = session.OpenInput(options.files[1], options.from, options.in_options, true);
  if (!after.ok()) return session.Fail(after.status());

  pipeline::ReadSettings settings = session.Settings(options.jobs);
  // What was rejected is not compared, so it is told; warnings are those of `puente info`.
  if (const auto report = settings.on_finding; report) {
    settings.on_finding = [report](const Finding& finding) {
      if (finding.severity >= Severity::kError) report(finding);
    };
  }
  std::string text;
  const diff::DiffResult result = diff::DiffDatasets(
      *before, *after, settings, [&](const diff::RecordChange& change) -> absl::Status {
        text += options.json ? diff::ChangeJson(change) : diff::ChangeText(change);
        if (text.size() < kBufferBytes) return absl::OkStatus();
        absl::Status status = WriteStdout(text);
        text.clear();
        return status;
      });
  if (result.status.ok() && options.json) text += diff::TotalsJson(result.totals);
  const absl::Status written = WriteStdout(text);
  session.FinishMessages();
  if (!result.status.ok()) return session.Fail(result.status);
  if (!written.ok()) return session.Fail(written);
  session.Say(diff::TotalsText(result.totals));
  if (result.errors > 0) {
    session.Say(fmt::format(
        "{} in the inputs: what they cost was not compared",
        result.errors == 1 ? "1 error was" : FormatCount(result.errors) + " errors were"));
  }
  if (options.verbose && result.totals.reordered > 0) {
    session.Say(fmt::format("{} of the same records are written in another order",
                            FormatCount(result.totals.reordered)));
  }
  return result.totals.differ() ? pipeline::kExitStrict : pipeline::kExitDone;
}

}  // namespace

void AddDiff(CLI::App& app, CommandTable* table) {
  auto options = std::make_shared<DiffOptions>();
  CLI::App* command = app.add_subcommand("diff", "Say what differs between two files, by field");
  command->footer(
      "Records go together by their id, elements by what they hold: another order is no\n"
      "difference. The formats may be different ones; `-` is standard input.\n"
      "Exit code: 0 no difference, 3 differences, others as for all commands.\n\n"
      "  puente diff march.xml april.xml\n"
      "  puente diff activities.xml activities.puente\n"
      "  puente diff march.xml april.xml --json | grep transactions");
  command->add_option("files", options->files, "The file before, and the file after")
      ->required()
      ->expected(2)
      ->type_name("BEFORE AFTER");
  command->add_option("--from", options->from, "Format of both files");
  command->add_option("--in-opt", options->in_options, "Option for reading, KEY=VALUE")
      ->allow_extra_args(false);
  command->add_flag("--json", options->json, "One JSON object for each difference, then a summary");
  command->add_flag("-v,--verbose", options->verbose,
                    "Say how many records are written in another order");
  command->add_option("--jobs", options->jobs, "Threads; the result is the same for any number")
      ->check(CLI::Range(1, 256));
  (*table)[command] = [options](Session& session) { return RunDiff(session, *options); };
}

}  // namespace puente::tools
