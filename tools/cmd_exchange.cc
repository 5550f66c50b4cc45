// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// `puente push`, `pull`, `watch` and `call`: their options. The work is in libpuente_exchange.so.
#include <memory>

#include "tools/commands.h"
#include "tools/exchange_jobs.h"
#include "tools/where.h"

namespace puente::tools {
namespace {

/// Adds the options that say where an exchange is; `name` is --to or --from.
CLI::Option* AddConnectOptions(CLI::App* command, const char* name, ConnectArguments* connect) {
  CLI::Option* address =
      command
          ->add_option(name, connect->address,
                       "The exchange: HOST:PORT or unix:PATH. TLS is used but for this machine")
          ->type_name("ADDR")
          ->allow_extra_args(false);
  command
      ->add_option("--token-file", connect->token_file,
                   "File with the token; without it the variable PUENTE_TOKEN is read")
      ->type_name("FILE")
      ->allow_extra_args(false);
  command
      ->add_option("--tls-ca", connect->tls_ca,
                   "Authorities that may vouch for the server, PEM; those of this machine by "
                   "default")
      ->type_name("FILE")
      ->allow_extra_args(false);
  return address;
}

}  // namespace

void AddPush(CLI::App& app, CommandTable* table) {
  auto push = std::make_shared<PushArguments>();
  CLI::App* command =
      app.add_subcommand("push", "Push inputs of any format to an exchange, as an agency");
  command->footer(
      "All inputs are read before anything is sent; their records lie in temporary files (TMPDIR)\n"
      "meanwhile. Each input becomes a dataset, named by its file; records that name their "
      "dataset\n"
      "keep it. What the exchange has already is not sent again,\n"
      "and a push that was cut goes on by itself. Exit code 1 when records were refused, 5 for\n"
      "conflicts.\n\n"
      "  puente push activities.xml --to exchange.example.org:7443 --agency acme\n"
      "  puente push 2025/*.json --to unix:exchange.sock --agency acme --dataset fts --snapshot\n"
      "  puente push activities.xml --to unix:exchange.sock --agency acme --validate");
  command->add_option("inputs", push->convert.inputs, "Inputs; - is standard input")
      ->required()
      ->type_name("IN..");
  AddConnectOptions(command, "--to", &push->connect)->required();
  command->add_option("--agency", push->agency, "The agency; the token must be one of it")
      ->required()
      ->allow_extra_args(false);
  command->add_option("--dataset", push->dataset, "Put all records into this dataset")
      ->allow_extra_args(false);
  CLI::Option* snapshot = command->add_flag(
      "--snapshot", push->snapshot,
      "What is pushed is the whole dataset: all other records of it are deleted, at once");
  command->add_flag("--validate", push->validate, "Write nothing, only say what would happen")
      ->excludes(snapshot);
  command
      ->add_flag("--allow-mass-removal", push->allow_mass_removal,
                 "Let a snapshot delete more than a fifth of the records")
      ->needs(snapshot);
  command
      ->add_option("--request-id", push->request_id,
                   "Id of this push, up to 60 characters: with the same inputs and id a push goes "
                   "on where an earlier one was")
      ->check([](const std::string& id) {
        return id.empty() || id.size() > 60 ? std::string("an id has 1 to 60 characters")
                                            : std::string();
      })
      ->type_name("ID")
      ->allow_extra_args(false);
  command->add_option("--format", push->convert.from, "Format of the inputs")
      ->allow_extra_args(false);
  command->add_option("--in-opt", push->convert.in_options, "Option for reading, KEY=VALUE")
      ->allow_extra_args(false);
  AddWhereOption(command, &push->convert.where);
  AddReadingOptions(command, &push->convert);
  command->add_flag("--json", push->json, "Print what was pushed, one JSON object a dataset");
  (*table)[command] = [push](Session& session) {
    return RunExchangeJob(session, "push", push.get());
  };
}

void AddPull(CLI::App& app, CommandTable* table) {
  auto pull = std::make_shared<PullArguments>();
  CLI::App* command =
      app.add_subcommand("pull", "Write records of an exchange to a file of any format");
  command->footer(
      "The records are those of one moment. Each is compared with its digest; a cut is mended.\n\n"
      "  puente pull --from exchange.example.org:7443 --agency acme --dataset activities "
      "-o acme.xml\n"
      "  puente pull --from unix:exchange.sock --where 'recipient_country.code = CO' "
      "-o co.jsonl\n"
      "  puente pull --from unix:exchange.sock -o - --format table | head");
  AddConnectOptions(command, "--from", &pull->connect)->required();
  command->add_option("--agency", pull->agency, "Of this agency; of all by default")
      ->allow_extra_args(false);
  command->add_option("--dataset", pull->dataset, "Of this dataset; of all by default")
      ->allow_extra_args(false);
  AddWhereOption(command, &pull->convert.where);
  command->add_option("-o,--output", pull->convert.output, "The file; - is standard output")
      ->required()
      ->type_name("OUT")
      ->allow_extra_args(false);
  command->add_option("--format", pull->convert.to, "Format of the output")
      ->allow_extra_args(false);
  command->add_option("--out-opt", pull->convert.out_options, "Option for writing, KEY=VALUE")
      ->allow_extra_args(false);
  AddReadingOptions(command, &pull->convert);
  AddWritingOptions(command, &pull->convert);
  (*table)[command] = [pull](Session& session) {
    return RunExchangeJob(session, "pull", pull.get());
  };
}

void AddWatch(CLI::App& app, CommandTable* table) {
  auto watch = std::make_shared<WatchArguments>();
  CLI::App* command =
      app.add_subcommand("watch", "Print the changes of an exchange as they become durable");
  command->footer(
      "One line a change. At the end the token to go on with is told on standard error; with\n"
      "--json it stands in the lines. Goes on by itself when the server was away.\n\n"
      "  puente watch --from exchange.example.org:7443 --agency acme\n"
      "  puente watch --from unix:exchange.sock --from-beginning --until-now --json");
  AddConnectOptions(command, "--from", &watch->connect)->required();
  command->add_option("--agency", watch->agency, "Of this agency; of all by default")
      ->allow_extra_args(false);
  command->add_option("--dataset", watch->dataset, "Of this dataset; of all by default")
      ->allow_extra_args(false);
  AddWhereOption(command, &watch->where);
  CLI::Option* since =
      command
          ->add_option("--since", watch->since,
                       "Begin behind this token, of a watch or a pull; with what comes by default")
          ->type_name("TOKEN")
          ->allow_extra_args(false);
  command
      ->add_flag("--from-beginning", watch->from_beginning,
                 "Begin with the oldest change that is kept")
      ->excludes(since);
  command->add_flag("--until-now", watch->until_now,
                    "End when all changes were printed that there are");
  command->add_option("--limit", watch->limit, "End after at least this many changes")
      ->check(CLI::PositiveNumber);
  command->add_flag("--json", watch->json, "One JSON object a line");
  (*table)[command] = [watch](Session& session) {
    return RunExchangeJob(session, "watch", watch.get());
  };
}

void AddCall(CLI::App& app, CommandTable* table) {
  auto call = std::make_shared<CallArguments>();
  CLI::App* command = app.add_subcommand("call", "Call a method of an exchange with JSON");
  command->footer(
      "The request is the JSON of protobuf, with - from standard input; each answer is one "
      "line.\n\n"
      "  puente call --list\n"
      "  puente call GetHead --to unix:exchange.sock\n"
      "  puente call ListRecords '{\"parent\": \"agencies/acme/datasets/-\", \"page_size\": 5}' "
      "--to unix:exchange.sock");
  command->add_option("method", call->method,
                      "Such as RecordService/GetRecord, or GetRecord alone");
  command->add_option("json", call->json, "The request; {} by default");
  AddConnectOptions(command, "--to", &call->connect);
  command->add_flag("--list", call->list, "Show the methods and the fields that they take");
  (*table)[command] = [call](Session& session) {
    return RunExchangeJob(session, "call", call.get());
  };
}

}  // namespace puente::tools
