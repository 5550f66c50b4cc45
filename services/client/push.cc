// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Pushes the records of one dataset, resumed after cuts.

#include "services/client/push.h"

#include <sys/random.h>

#include <utility>

#include "core/base/status.h"
#include "fmt/format.h"
#include "services/client/push_stream.h"

namespace puente::client {
namespace {

std::string RandomId() {
  unsigned char bytes[16] = {};
  (void)!getrandom(bytes, sizeof(bytes), 0);
  std::string id;
  for (const unsigned char byte : bytes) id += fmt::format("{:02x}", byte);
  return id;
}

// A cut that could not be mended, with what to do.
absl::Status GiveUp(const absl::Status& cut, const PushResult& result) {
  ErrorDetail detail = GetErrorDetail(cut);
  detail.code = "PUE-0709";
  detail.message = fmt::format("{}; of {} records {} are stored", detail.message,
                               result.progress.records, result.progress.decided);
  detail.hint = fmt::format("go on later with --request-id {}", result.request_id);
  return MakeError(absl::StatusCode::kUnavailable, detail);
}

}  // namespace

PushResult Push(Connection& connection, PushSource& source, const PushOptions& options) {
  PushResult result;
  result.request_id = options.request_id.empty() ? RandomId() : options.request_id;
  result.progress.records = source.records();
  PushOptions told = options;
  int64_t refusals = 0;
  told.on_refusal = [&](const PushRefusal& refusal) {
    if (refusals++ < options.max_refusals && options.on_refusal) options.on_refusal(refusal);
  };
  Channel& channel = connection.channel();
  Backoff backoff(options.retry, channel.cancel);
  bool was_opened = false;
  while (true) {
    const int64_t before = result.progress.decided;
    PushStream stream(&channel, &source, &told, &result);
    absl::Status status = stream.Run();
    if (stream.opened() && !was_opened) {
      was_opened = true;
      result.resumed_behind = stream.through_at_open();
    }
    if (!status.ok() || stream.status().ok()) {
      result.status = channel.is_cancelled() && !status.ok() ? InterruptedError() : status;
      return result;
    }
    result.status = ToStatus(channel, stream.status());
    if (!IsCut(stream.status()) || !was_opened) return result;
    if (result.progress.decided > before) backoff.Progress();
    if (!backoff.Wait(GetErrorDetail(result.status).message)) {
      result.status = channel.is_cancelled() ? InterruptedError() : GiveUp(result.status, result);
      return result;
    }
    ++result.cuts;
  }
}

}  // namespace puente::client
