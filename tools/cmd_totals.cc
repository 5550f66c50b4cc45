// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// `puente totals`: how much money, or how many people, by a named method, and what it left out.
#include <memory>
#include <utility>

#include "core/base/status.h"
#include "core/pipeline/exit_code.h"
#include "core/plugin/target.h"
#include "core/totals/totals.h"
#include "fmt/format.h"
#include "tools/commands.h"
#include "tools/convert.h"
#include "tools/input_list.h"
#include "tools/totals_text.h"
#include "tools/where.h"

namespace puente::tools {
namespace {

struct TotalsOptions {
  std::vector<std::string> files;
  std::string from;
  std::vector<std::string> in_options;
  std::string method;
  totals::PeopleSettings people;
  std::string shares;
  std::string shares_sheet;
  std::vector<std::string> by;
  std::optional<std::string> where;
  std::string left_out;
  bool force = false;
  bool json = false;
  int jobs = DefaultJobs();
};

/// Reads the shares; nothing when none were given. Errors are told; returns the exit code.
int ReadShares(Session& session, const TotalsOptions& options,
               std::unique_ptr<totals::PeopleShares>* shares) {
  if (options.shares.empty()) {
    if (options.shares_sheet.empty()) return pipeline::kExitDone;
    ErrorDetail detail;
    detail.code = "PUE-0001";
    detail.message = "--shares-sheet names a sheet of no workbook";
    detail.hint = "--shares FILE names the workbook";
    return session.Fail(MakeError(absl::StatusCode::kInvalidArgument, detail));
  }
  auto input = session.OpenInput(options.shares, "table", {}, false);
  if (!input.ok()) return session.Fail(input.status());
  *shares = std::make_unique<totals::PeopleShares>(options.shares_sheet);
  pipeline::ReadSettings settings = session.Settings(options.jobs);
  settings.on_finding = {};
  const pipeline::ReadResult result = pipeline::ReadRecords(
      {*std::move(input)}, settings,
      [&](const v1::Record& record, const PuenteRecord&) { return (*shares)->Add(record); });
  if (!result.status.ok()) return session.Fail(result.status);
  if (absl::Status status = (*shares)->Finish(); !status.ok()) return session.Fail(status);
  return pipeline::kExitDone;
}

int RunTotals(Session& session, const TotalsOptions& options) {
  std::vector<totals::GroupField> fields;
  for (const std::string& name : options.by) {
    absl::StatusOr<totals::GroupField> field = totals::FindGroupField(name);
    if (!field.ok()) return session.Fail(field.status());
    fields.push_back(*field);
  }
  std::unique_ptr<totals::PeopleShares> shares;
  if (const int code = ReadShares(session, options, &shares); code != 0) return code;
  totals::PeopleSettings people = options.people;
  people.shares = shares.get();
  auto adder = totals::Adder::Make(options.method, std::move(fields), people);
  if (!adder.ok()) return session.Fail(adder.status());
  RecordFilter filter;
  if (const int code = MakeRecordFilter(session, options.where, &filter); code != 0) return code;
  std::unique_ptr<plugin::Target> left_out;
  if (!options.left_out.empty()) {
    plugin::TargetOptions target_options;
    target_options.force = options.force;
    auto target = plugin::Target::Open(options.left_out, target_options);
    if (!target.ok()) return session.Fail(target.status());
    left_out = *std::move(target);
  }
  auto inputs = OpenInputs(session, options.files, options.from, options.in_options, false);
  if (!inputs.ok()) return session.Fail(inputs.status());

  std::string source;
  if (left_out != nullptr) {
    (*adder)->OnLeftOut([&](const totals::LeftOut& amount) {
      return left_out->Write(LeftOutJson(amount, source));
    });
  }
  pipeline::ReadSettings settings = session.Settings(options.jobs);
  // What costs a record changes the totals, so it is told; the rest is what `puente info` tells.
  if (const auto report = settings.on_finding; report) {
    settings.on_finding = [report](const Finding& finding) {
      if (finding.severity >= Severity::kError) report(finding);
    };
  }
  const pipeline::ReadResult result =
      pipeline::ReadRecords(*inputs, settings, [&](const v1::Record& record, const PuenteRecord&) {
        source = record.provenance().source();
        const bool chosen = !filter || record.has_dataset_header() || filter(record);
        return (*adder)->Add(record, source, chosen);
      });
  session.FinishMessages();
  if (!result.status.ok()) return session.Fail(result.status);
  absl::StatusOr<totals::Totals> totals = (*adder)->Finish();
  if (!totals.ok()) return session.Fail(totals.status());
  if (shares != nullptr) {
    totals->shares = options.shares;
    if (!shares->sheet_name().empty()) {
      totals->shares += fmt::format(", sheet {}", shares->sheet_name());
    }
  }
  if (totals->is_default_method && totals->method.model.has_value()) {
    session.Say(
        "people are added up by r4v-sum; --method r4v-maxsector and "
        "--method r4v-southernconemodel count fewer of them twice (docs/totals.md)");
  }
  const bool is_filtered = filter != nullptr;
  const absl::Status written = WriteStdout(options.json ? TotalsJson(*totals, is_filtered)
                                                        : TotalsText(*totals, is_filtered));
  if (!written.ok()) return session.Fail(written);
  if (left_out != nullptr) {
    if (absl::Status status = left_out->Commit(); !status.ok()) return session.Fail(status);
  }
  return pipeline::kExitDone;
}

/// The methods and fields for --help.
std::string Footer() {
  std::string text =
      "Methods (the default is r4v-sum for people, fts-boundary where it fits, else sum):\n";
  for (const totals::MethodInfo& method : totals::Methods()) {
    text += fmt::format("  {:<21} {}\n", method.name, method.summary);
  }
  text += "Fields of --by:\n";
  for (const totals::GroupField& field : totals::GroupFields()) {
    text += fmt::format("  {:<15} {}\n", field.name, field.summary);
  }
  return text +
         "\n  puente totals answers/ --by organisation,plan\n"
         "  puente totals page-1.json page-2.json --method fts-boundary --left-out left_out.jsonl\n"
         "  puente totals activities.xml --by year --where 'humanitarian = true'\n"
         "  puente totals 5w_march.xlsx --method r4v-maxsector --by country,population";
}

}  // namespace

void AddTotals(CLI::App& app, CommandTable* table) {
  auto options = std::make_shared<TotalsOptions>();
  CLI::App* command = app.add_subcommand(
      "totals",
      "Add up money or people by a named method, and list what the method leaves out and why");
  command->footer(Footer());
  command->add_option("files", options->files, "Files or folders; - is standard input")
      ->required()
      ->type_name("IN..");
  command->add_option("--method", options->method, "How money or people are added up");
  command->add_option("--measure", options->people.measure,
                      "Of people: new (default), total or target; totals of months and targets of "
                      "years are never added up");
  command->add_flag("--count-unknown", options->people.counts_unknown,
                    "Of people: count rows too when no list says what their indicator counts");
  command->add_option("--shares", options->shares,
                      "Of people: a table of the shares of girls, boys, women and men by place and "
                      "sector, for methods that take the largest sector");
  command->add_option("--shares-sheet", options->shares_sheet,
                      "Sheet of the shares (default: the first that has them)");
  command->add_option("--by", options->by, "Fields to group by, separated by commas")
      ->delimiter(',')
      ->allow_extra_args(false);
  command->add_option("--from", options->from, "Format of the inputs");
  command->add_option("--in-opt", options->in_options, "Option for reading, KEY=VALUE")
      ->allow_extra_args(false);
  AddWhereOption(command, &options->where);
  command->add_option("--left-out", options->left_out,
                      "Write each amount that is left out as JSON Lines to this file");
  command->add_flag("--force", options->force, "Replace files that exist");
  command->add_flag("--json", options->json, "One JSON object");
  command->add_option("--jobs", options->jobs, "Threads; the result is the same for any number")
      ->check(CLI::Range(1, 256));
  (*table)[command] = [options](Session& session) { return RunTotals(session, *options); };
}

}  // namespace puente::tools
