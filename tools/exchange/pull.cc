// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// `puente pull`: records of an exchange into a file of any format.
#include <utility>

#include "core/base/status.h"
#include "core/base/utf8.h"
#include "core/pipeline/exit_code.h"
#include "fmt/format.h"
#include "services/client/record_stream.h"
#include "services/files/record_pipe.h"
#include "tools/exchange/commands.h"
#include "tools/exchange/connect.h"
#include "tools/where.h"

namespace puente::tools {
namespace {

absl::Status NothingThere(const PullArguments& pull) {
  ErrorDetail detail;
  detail.code = "PUE-0705";
  detail.message =
      fmt::format("there is no record in {}", DatasetForPeople(pull.agency, pull.dataset));
  detail.hint = "`puente call ListDatasets '{\"parent\": \"agencies/-\"}'` lists what is there";
  return MakeError(absl::StatusCode::kNotFound, detail);
}

}  // namespace

int Pull(Session& session, const void* options, const std::atomic<bool>* interrupted) {
  const auto& pull = *static_cast<const PullArguments*>(options);
  const ConvertOptions& convert = pull.convert;
  // An expression that is wrong is told here, with its place; the server holds it against records.
  RecordFilter unused;
  if (const int code = MakeRecordFilter(session, convert.where, &unused); code != 0) return code;
  session.NameFormatOption("--format");
  auto connection = Connect(pull.connect, interrupted);
  if (!connection.ok()) return session.Fail(connection.status());
  auto output = OpenConvertOutput(session, convert);
  if (!output.ok()) return session.Fail(output.status());

  client::RecordStreamOptions streaming;
  streaming.agency = pull.agency;
  streaming.dataset = pull.dataset;
  streaming.filter = convert.where.value_or("");
  streaming.retry = Patience(session);
  client::RecordStream stream(connection->get(), std::move(streaming));
  exchange::RecordInputOptions input;
  input.name = DatasetForPeople(pull.agency, pull.dataset);
  input.cancel = interrupted;
  input.limits = &session.limits();
  auto records = exchange::RecordsFrom(
      session.catalog(), &session.loader(), input,
      [&stream](std::string* bytes, Digest* digest) { return stream.Next(bytes, digest); });
  if (!records.ok()) return session.Fail(records.status());
  // The first records are here now.
  if (stream.records() == 0 && !convert.where.has_value()) {
    return session.Fail(NothingThere(pull));
  }
  pipeline::ConvertRequest request;
  request.inputs.push_back(records->input);
  request.output = *std::move(output);
  const int code =
      RunOpenConvert(session, convert, std::move(request),
                     [&](const absl::Status& status) { return records->Explain(status); });
  if ((code == pipeline::kExitDone || code == pipeline::kExitStrict) &&
      !stream.watch_token().empty()) {
    session.Say(fmt::format("changes from here on: puente watch --from {} --since {}",
                            EscapeForTerminalLine(pull.connect.address), stream.watch_token()));
  }
  return code;
}

}  // namespace puente::tools
