// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// `puente convert`: one or more inputs into one output, with a receipt.
#include <memory>
#include <span>
#include <string_view>
#include <thread>

#include "core/base/status.h"
#include "core/pipeline/exit_code.h"
#include "core/plugin/target.h"
#include "fmt/format.h"
#include "tools/commands.h"
#include "tools/convert.h"
#include "tools/input_list.h"
#include "tools/where.h"

namespace puente::tools {

int DefaultJobs() {
  const unsigned cores = std::thread::hardware_concurrency();
  return cores == 0 ? 1 : static_cast<int>(cores);
}

void AddReadingOptions(CLI::App* command, ConvertOptions* options) {
  command->add_option("--receipt", options->receipt, "Write the receipt as JSON to this file");
  command
      ->add_option("--on-error", options->on_error,
                   "skip the bad value or record (default), or stop and leave nothing")
      ->check(CLI::IsMember({"stop", "skip"}));
  command->add_flag("--strict", options->strict, "Exit code 3 when there was a warning or error");
  command->add_option("--rejects", options->rejects,
                      "Write what was refused as JSON Lines to this file");
  command->add_option("--jobs", options->jobs, "Threads; the result is the same for any number")
      ->check(CLI::Range(1, 256));
  command->add_flag("--force", options->force, "Replace files that exist");
}

void AddWritingOptions(CLI::App* command, ConvertOptions* options) {
  command->add_flag("--verify", options->verify, "Read the output again and compare");
  command->add_option("--on-loss", options->on_loss, "report (default), or fail with exit code 3")
      ->check(CLI::IsMember({"report", "fail"}));
}

void AddConvertOptions(CLI::App* command, ConvertOptions* options) {
  command->add_option("--in-opt", options->in_options, "Option for reading, KEY=VALUE")
      ->allow_extra_args(false);
  command->add_option("--out-opt", options->out_options, "Option for writing, KEY=VALUE")
      ->allow_extra_args(false);
  AddWhereOption(command, &options->where);
  command->add_option("--limit", options->limit, "Stop after this many records")
      ->check(CLI::PositiveNumber);
  AddReadingOptions(command, options);
  AddWritingOptions(command, options);
  command
      ->add_option("--record-carrier", options->carrier,
                   "How records go through the host: message (default) or bytes")
      ->check(CLI::IsMember({"message", "bytes"}))
      ->group("");
}

namespace {

/// Writes a small file aside and gives it its name.
absl::Status WriteFile(const std::string& path, std::string_view text, bool force) {
  plugin::TargetOptions options;
  options.force = force;
  auto target = plugin::Target::Open(path, options);
  if (!target.ok()) return target.status();
  if (absl::Status status = (*target)->Write(text); !status.ok()) return status;
  return (*target)->Commit();
}

/// The format that all inputs are in; empty when there is none.
std::string_view FormatOfAll(std::span<const pipeline::Input> inputs) {
  std::string_view id;
  for (const pipeline::Input& input : inputs) {
    const std::string_view own = input.binding.format->id;
    if (!id.empty() && own != id) return {};
    id = own;
  }
  return id;
}

}  // namespace

absl::Status CheckReceiptFile(const ConvertOptions& options) {
  if (options.receipt.empty() || options.force) return absl::OkStatus();
  return plugin::Target::Open(options.receipt, plugin::TargetOptions()).status();
}

absl::StatusOr<pipeline::Output> OpenConvertOutput(Session& session, const ConvertOptions& options,
                                                   std::string_view of_inputs) {
  if (absl::Status status = CheckReceiptFile(options); !status.ok()) return status;
  auto output = session.OpenOutput(options.output, options.to, options.out_options, of_inputs);
  if (output.ok()) output->force = options.force;
  return output;
}

int RunConvert(Session& session, const ConvertOptions& options) {
  pipeline::ConvertRequest request;
  if (const int code = MakeRecordFilter(session, options.where, &request.filter); code != 0) {
    return code;
  }
  // An output that is named is opened first: inputs may be waited for.
  const auto open_output = [&](std::string_view of_inputs) {
    auto output = OpenConvertOutput(session, options, of_inputs);
    if (!output.ok()) return output.status();
    request.output = *std::move(output);
    return absl::OkStatus();
  };
  const bool is_named = !options.to.empty() || options.output == "-";
  absl::Status status = is_named ? open_output({}) : CheckReceiptFile(options);
  if (!status.ok()) return session.Fail(status);
  if (!options.receipt.empty()) session.HashInputs();
  auto inputs = OpenInputs(session, options.inputs, options.from, options.in_options, true);
  if (!inputs.ok()) return session.Fail(inputs.status());
  if (!is_named) status = open_output(FormatOfAll(*inputs));
  if (!status.ok()) return session.Fail(status);
  request.inputs = *std::move(inputs);
  return RunOpenConvert(session, options, std::move(request));
}

int RunOpenConvert(Session& session, const ConvertOptions& options,
                   pipeline::ConvertRequest request, const ExplainError& explain) {
  request.settings = session.Settings(options.jobs);
  request.settings.limit = options.limit;
  request.settings.on_error =
      options.on_error == "stop" ? pipeline::OnError::kStop : pipeline::OnError::kSkip;
  request.settings.carrier = options.carrier == "bytes" ? pipeline::RecordCarrier::kBytes
                                                        : pipeline::RecordCarrier::kMessage;
  request.settings.hash_inputs = !options.receipt.empty();
  request.on_loss = options.on_loss == "fail" ? pipeline::OnLoss::kFail : pipeline::OnLoss::kReport;
  request.strict = options.strict;
  request.verify = options.verify;
  request.receipt = !options.receipt.empty();
  request.rejects_path = options.rejects;

  const pipeline::ConvertResult result = pipeline::Convert(request);
  session.FinishMessages(&result.findings);
  if (!result.status.ok()) {
    return session.Fail(explain ? explain(result.status) : result.status);
  }
  if (request.receipt) {
    const std::string json = ReceiptJson(result.ledger, result.frame);
    if (absl::Status status = WriteFile(options.receipt, json, options.force); !status.ok()) {
      return session.Fail(status);
    }
  }
  if (options.summary) session.Say(ReceiptSummary(result.ledger, result.frame));
  if (result.limit_reached) {
    session.Say(fmt::format("stopped after {} records, as --limit asks",
                            result.records_read - result.ledger.records_filtered()));
  }
  if (result.loss_met) {
    ErrorDetail detail;
    detail.code = "PUE-0501";
    detail.message = "values were lost, and --on-loss fail forbids it; the output is written";
    detail.hint = "the receipt names them: add --receipt FILE";
    session.Fail(MakeError(absl::StatusCode::kFailedPrecondition, detail));
  }
  if (result.strict_met) {
    ErrorDetail detail;
    detail.code = "PUE-0502";
    detail.message =
        "there were warnings or errors, and --strict forbids them; the output is written";
    session.Fail(MakeError(absl::StatusCode::kFailedPrecondition, detail));
  }
  return pipeline::ExitCodeFor(result);
}

void AddConvert(CLI::App& app, CommandTable* table) {
  auto options = std::make_shared<ConvertOptions>();
  CLI::App* command = app.add_subcommand("convert", "Convert inputs into one output");
  command->footer(
      "Formats are guessed from names and content and said; `puente formats` lists them.\n"
      "`-` is standard input or output.\n\n"
      "  puente convert activities.xml activities.jsonl --receipt receipt.json --verify\n"
      "  puente convert a.xml b.xml all.puente\n"
      "  puente convert a.xml b.xml co.xml --where 'recipient_country.code = CO'\n"
      "  cat activities.xml | puente convert - - --to jsonl | head -3");
  command->add_option("files", options->inputs, "Inputs, then the output")
      ->required()
      ->expected(2, 100000)
      ->type_name("IN.. OUT");
  command->add_option("--from", options->from, "Format of the inputs");
  command->add_option("--to", options->to, "Format of the output");
  AddConvertOptions(command, options.get());
  (*table)[command] = [options](Session& session) {
    options->output = options->inputs.back();
    options->inputs.pop_back();
    return RunConvert(session, *options);
  };
}

void AddMap(CLI::App& app, CommandTable* table) {
  auto options = std::make_shared<ConvertOptions>();
  auto rows = std::make_shared<std::string>("activity");
  CLI::App* command = app.add_subcommand(
      "map", "Make a table: who funds, who implements, where, when, how much, what for");
  command->footer(
      "Each row names the file and line that it comes from.\n\n"
      "  puente map activities.xml -o mapping.csv\n"
      "  puente map a.xml b.xml -o transactions.csv --rows transaction");
  command->add_option("files", options->inputs, "Inputs")->required()->type_name("IN..");
  command->add_option("-o,--output", options->output, "The table, a CSV file; - is standard output")
      ->required();
  command->add_option("--rows", *rows, "One row for each activity (default), transaction or place")
      ->check(CLI::IsMember({"activity", "transaction", "place"}));
  command->add_option("--from", options->from, "Format of the inputs");
  AddConvertOptions(command, options.get());
  (*table)[command] = [options, rows](Session& session) {
    options->to = "table";
    options->out_options.push_back("rows=" + *rows);
    return RunConvert(session, *options);
  };
}

}  // namespace puente::tools
