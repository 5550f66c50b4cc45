// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// `puente watch`: changes as they become durable, one a line.
#include "services/client/watch.h"

#include <utility>

#include "core/base/digest.h"
#include "core/base/status.h"
#include "core/base/utf8.h"
#include "core/findings/json_text.h"
#include "core/pipeline/exit_code.h"
#include "fmt/format.h"
#include "services/store/time_text.h"
#include "tools/exchange/commands.h"
#include "tools/exchange/connect.h"
#include "tools/where.h"

namespace puente::tools {
namespace {

namespace v1 = puente::exchange::v1;
using Change = v1::WatchChangesResponse::Change;

std::string_view KindName(Change::Kind kind) {
  switch (kind) {
    case Change::KIND_CREATED:
      return "created";
    case Change::KIND_UPDATED:
      return "updated";
    case Change::KIND_DELETED:
      return "deleted";
    case Change::KIND_MOVED:
      return "moved";
    default:
      return "unknown";
  }
}

std::string TimeText(const Change& change) {
  return store::UtcText(change.commit_time().seconds() * 1'000'000);
}

std::string ChangeText(const Change& change) {
  const v1::StoredRecord& record = change.record();
  std::string text =
      fmt::format("{} {:<7} {}  generation {}", TimeText(change), KindName(change.kind()),
                  EscapeForTerminalLine(record.name()), record.generation());
  if (!change.delete_reason().empty()) {
    text += fmt::format("  ({})", EscapeForTerminalLine(change.delete_reason()));
  }
  return text + "\n";
}

// The token stands with the last change of a message: it covers all of them.
std::string ChangeJson(const Change& change, const std::string& token) {
  const v1::StoredRecord& record = change.record();
  std::string out = "{";
  AppendJsonMember("change", KindName(change.kind()), &out);
  AppendJsonMember("name", record.name(), &out);
  AppendJsonMember("generation", static_cast<uint64_t>(record.generation()), &out);
  AppendJsonMember("revision", static_cast<uint64_t>(record.revision()), &out);
  Digest digest = {};
  if (record.digest().size() == digest.size()) {
    std::copy(record.digest().begin(), record.digest().end(), digest.begin());
    AppendJsonMember("digest", DigestToHex(digest), &out);
  }
  AppendJsonMember("bytes", static_cast<uint64_t>(record.record_bytes()), &out);
  AppendJsonMember("time", TimeText(change), &out);
  if (!change.delete_reason().empty()) {
    AppendJsonMember("delete_reason", change.delete_reason(), &out);
  }
  if (!token.empty()) AppendJsonMember("resume_token", token, &out);
  return out + "}\n";
}

std::string ProgressJson(const std::string& token) {
  std::string out = "{";
  AppendJsonMember("change", "none", &out);
  AppendJsonMember("resume_token", token, &out);
  return out + "}\n";
}

// Prints what comes, and knows where to go on.
class Printer {
 public:
  explicit Printer(const WatchArguments& watch) : watch_(watch), token_(watch.since) {}

  absl::Status Take(const v1::WatchChangesResponse& message) {
    std::string text;
    for (int i = 0; i < message.changes_size(); ++i) {
      const bool is_last = i + 1 == message.changes_size();
      text += watch_.json
                  ? ChangeJson(message.changes(i), is_last ? message.resume_token() : std::string())
                  : ChangeText(message.changes(i));
      ++changes_;
    }
    if (message.progress() && watch_.json) text += ProgressJson(message.resume_token());
    if (!text.empty()) {
      if (absl::Status status = WriteStdout(text); !status.ok()) return status;
    }
    token_ = message.resume_token();
    if ((watch_.limit > 0 && changes_ >= watch_.limit) ||
        (watch_.until_now && message.progress())) {
      enough_ = true;
      return absl::FailedPreconditionError("enough");
    }
    return absl::OkStatus();
  }

  bool enough() const { return enough_; }
  const std::string& token() const { return token_; }

 private:
  const WatchArguments& watch_;
  std::string token_;
  uint64_t changes_ = 0;
  bool enough_ = false;
};

}  // namespace

int Watch(Session& session, const void* options, const std::atomic<bool>* interrupted) {
  const auto& watch = *static_cast<const WatchArguments*>(options);
  RecordFilter unused;
  if (const int code = MakeRecordFilter(session, watch.where, &unused); code != 0) return code;
  auto connection = Connect(watch.connect, interrupted);
  if (!connection.ok()) return session.Fail(connection.status());
  client::WatchOptions watching;
  watching.agency = watch.agency;
  watching.dataset = watch.dataset;
  watching.filter = watch.where.value_or("");
  watching.since = watch.since;
  watching.from_beginning = watch.from_beginning;
  watching.retry = Patience(session);
  // A server that comes back tomorrow is watched on.
  watching.retry.give_up.reset();
  Printer printer(watch);
  const absl::Status status =
      client::Watch(**connection, watching,
                    [&](const v1::WatchChangesResponse& message) { return printer.Take(message); });
  if (!printer.token().empty()) {
    session.Say(fmt::format("go on with --since {}", EscapeForTerminalLine(printer.token())));
  }
  return printer.enough() ? pipeline::kExitDone : session.Fail(status);
}

}  // namespace puente::tools
