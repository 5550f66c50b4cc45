// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// `puente push`: reads all inputs first, then pushes dataset by dataset.
#include "services/client/push.h"

#include <filesystem>
#include <utility>

#include "core/base/schema.h"
#include "core/base/status.h"
#include "core/base/utf8.h"
#include "core/findings/finding_text.h"
#include "core/findings/json_text.h"
#include "core/pipeline/exit_code.h"
#include "fmt/format.h"
#include "services/client/record_spool.h"
#include "services/files/record_pipe.h"
#include "services/store/reason_error.h"
#include "services/store/resource_name.h"
#include "tools/exchange/commands.h"
#include "tools/exchange/connect.h"
#include "tools/input_list.h"
#include "tools/where.h"

namespace puente::tools {
namespace {

namespace v1 = puente::exchange::v1;

// Refused records that are told one by one.
constexpr int64_t kMaxTold = 20;

v1::PushMode ModeOf(const PushArguments& push) {
  if (push.validate) return v1::PUSH_MODE_VALIDATE_ONLY;
  return push.snapshot ? v1::PUSH_MODE_SNAPSHOT : v1::PUSH_MODE_UPSERT;
}

// Reads the inputs into the spool; the exit code.
int ReadInputs(Session& session, const PushArguments& push, client::RecordSpool* spool) {
  ConvertOptions options = push.convert;
  options.summary = false;
  pipeline::ConvertRequest request;
  if (const int code = MakeRecordFilter(session, options.where, &request.filter); code != 0) {
    return code;
  }
  if (absl::Status status = CheckReceiptFile(options); !status.ok()) return session.Fail(status);
  if (!options.receipt.empty()) session.HashInputs();
  auto inputs = OpenInputs(session, options.inputs, options.from, options.in_options, true);
  if (!inputs.ok()) return session.Fail(inputs.status());
  request.inputs = *std::move(inputs);
  for (pipeline::Input& input : request.inputs) {
    input.take_over = true;
    input.dataset = push.dataset;
  }
  auto records = exchange::RecordsTo(
      session.catalog(), &session.loader(), "the exchange",
      [spool](std::string bytes, const Digest& digest) { return spool->Add(bytes, digest); });
  if (!records.ok()) return session.Fail(records.status());
  request.output = records->output;
  const int code =
      RunOpenConvert(session, options, std::move(request),
                     [&](const absl::Status& status) { return records->Explain(status); });
  if (code != pipeline::kExitDone && code != pipeline::kExitStrict) return code;
  if (absl::Status status = spool->Finish(); !status.ok()) return session.Fail(status);
  return code;
}

// The input that a record names as its source: it knows no folder. Empty when several may be meant.
std::string InputNamed(const PushArguments& push, const std::string& source) {
  const auto inputs = ExpandFolders(push.convert.inputs);
  std::string found;
  if (!inputs.ok()) return found;
  for (const std::string& input : *inputs) {
    if (std::filesystem::path(input).filename() != source) continue;
    if (!found.empty()) return "";
    found = input;
  }
  return found;
}

// A record that was not taken, with the place that it was read from.
void TellRefusal(Session& session, const PushArguments& push, client::PushSource& source,
                 const client::PushRefusal& refusal) {
  Finding finding;
  finding.severity = Severity::kError;
  finding.code = refusal.is_conflict ? "PUE-0707" : "PUE-0706";
  finding.message = GetErrorDetail(refusal.why).message;
  client::RecordHead head;
  std::string bytes;
  if (source.Seek(refusal.number).ok()) {
    const absl::StatusOr<bool> found = source.Next(&head);
    if (found.ok() && *found) {
      finding.record_id = head.id;
      puente::v1::Record record;
      if (source.Read(head.where, head.size, &bytes).ok() && ParseRecord(bytes, &record).ok()) {
        finding.location.source = InputNamed(push, record.provenance().source());
        if (!finding.location.source.empty()) finding.location.line = record.provenance().line();
      }
    }
  }
  session.Tell(finding);
}

std::string SummaryText(const PushArguments& push, const std::string& dataset,
                        const client::PushResult& result) {
  const auto& summary = result.summary;
  std::string text = fmt::format(
      "{} {}: {} created, {} updated, {} unchanged", push.validate ? "would push to" : "pushed to",
      DatasetForPeople(push.agency, dataset), FormatCount(static_cast<uint64_t>(summary.created())),
      FormatCount(static_cast<uint64_t>(summary.updated())),
      FormatCount(static_cast<uint64_t>(summary.unchanged())));
  const auto add = [&text](int64_t count, std::string_view what) {
    if (count > 0) text += fmt::format(", {} {}", FormatCount(static_cast<uint64_t>(count)), what);
  };
  add(summary.deleted(), "deleted");
  add(summary.rejected(), "refused");
  add(summary.conflicts(), "in conflict");
  if (!push.validate) text += fmt::format("; revision {}", summary.revision());
  if (summary.replayed()) text += "; it had been pushed before, with this request id";
  if (result.resumed_behind > 0 && !summary.replayed()) {
    text += fmt::format("; went on behind {} records",
                        FormatCount(static_cast<uint64_t>(result.resumed_behind)));
  }
  return text;
}

std::string SummaryJson(const PushArguments& push, const std::string& dataset,
                        const client::PushResult& result) {
  const auto& summary = result.summary;
  std::string out = "{";
  AppendJsonMember("dataset", store::DatasetName({push.agency, dataset}), &out);
  AppendJsonMember("request_id", result.request_id, &out);
  const std::pair<std::string_view, int64_t> counts[] = {{"records", result.progress.records},
                                                         {"created", summary.created()},
                                                         {"updated", summary.updated()},
                                                         {"unchanged", summary.unchanged()},
                                                         {"deleted", summary.deleted()},
                                                         {"rejected", summary.rejected()},
                                                         {"conflicts", summary.conflicts()},
                                                         {"revision", summary.revision()},
                                                         {"sent", result.progress.sent},
                                                         {"sent_bytes", result.progress.sent_bytes},
                                                         {"cuts", result.cuts}};
  for (const auto& [key, count] : counts) {
    AppendJsonMember(key, static_cast<uint64_t>(std::max<int64_t>(count, 0)), &out);
  }
  AppendJsonKey("replayed", &out);
  out += summary.replayed() ? "true}\n" : "false}\n";
  return out;
}

// Ends with what was refused; the exit code.
int RefusedCode(Session& session, int64_t rejected, int64_t conflicts) {
  if (rejected + conflicts == 0) return pipeline::kExitDone;
  ErrorDetail detail;
  detail.code = rejected > 0 ? "PUE-0706" : "PUE-0707";
  detail.message = fmt::format("{} {} not taken; all others are stored", rejected + conflicts,
                               rejected + conflicts == 1 ? "record was" : "records were");
  return session.Fail(MakeError(absl::StatusCode::kInvalidArgument, detail));
}

}  // namespace

int Push(Session& session, const void* options, const std::atomic<bool>* interrupted) {
  const auto& push = *static_cast<const PushArguments*>(options);
  session.NameFormatOption("--format");
  auto connection = Connect(push.connect, interrupted);
  if (!connection.ok()) return session.Fail(connection.status());
  auto spool = client::RecordSpool::Create();
  if (!spool.ok()) return session.Fail(spool.status());
  const int read_code = ReadInputs(session, push, spool->get());
  if (read_code != pipeline::kExitDone) return read_code;
  if ((*spool)->records() == 0) {
    session.Say("there is no record in the inputs; nothing was pushed");
    return pipeline::kExitDone;
  }
  client::PushOptions pushing;
  pushing.agency = push.agency;
  pushing.mode = ModeOf(push);
  pushing.allow_mass_removal = push.allow_mass_removal;
  pushing.retry = Patience(session);
  int64_t rejected = 0;
  int64_t conflicts = 0;
  int number = 0;
  for (const std::string& dataset : (*spool)->datasets()) {
    ++number;
    const std::unique_ptr<client::PushSource> source = (*spool)->Open(dataset);
    const std::unique_ptr<client::PushSource> told = (*spool)->Open(dataset);
    pushing.dataset = dataset;
    // Each dataset is a push of its own, so it has an id of its own.
    pushing.request_id = push.request_id.empty() || number == 1
                             ? push.request_id
                             : fmt::format("{}.{}", push.request_id, number);
    int64_t refusals = 0;
    pushing.on_refusal = [&](const client::PushRefusal& refusal) {
      if (++refusals <= kMaxTold) TellRefusal(session, push, *told, refusal);
    };
    pushing.on_progress = [&](const client::PushProgress& progress) {
      session.ShowProgress(fmt::format("{}: {} of {} records stored, {} sent",
                                       DatasetForPeople(push.agency, dataset),
                                       FormatCount(static_cast<uint64_t>(progress.decided)),
                                       FormatCount(static_cast<uint64_t>(progress.records)),
                                       FormatCount(static_cast<uint64_t>(progress.sent))));
    };
    const client::PushResult result = client::Push(**connection, *source, pushing);
    if (refusals > kMaxTold) {
      session.Say(fmt::format("{} more records were not taken", refusals - kMaxTold));
    }
    if (!result.status.ok()) {
      if (absl::IsCancelled(result.status) && !push.snapshot && !push.validate) {
        session.Say(fmt::format("{} of {} records are stored; go on with --request-id {}",
                                result.progress.decided, result.progress.records,
                                EscapeForTerminalLine(result.request_id)));
      }
      return session.Fail(result.status);
    }
    session.Say(SummaryText(push, dataset, result));
    if (push.json) {
      const absl::Status written = WriteStdout(SummaryJson(push, dataset, result));
      if (!written.ok()) return session.Fail(written);
    }
    rejected += result.summary.rejected();
    conflicts += result.summary.conflicts();
  }
  return RefusedCode(session, rejected, conflicts);
}

}  // namespace puente::tools
