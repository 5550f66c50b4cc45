// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Watches changes, over cuts and restarts of the server.

#include "services/client/watch.h"

#include <grpcpp/grpcpp.h>

#include <utility>

#include "core/base/status.h"
#include "fmt/format.h"
#include "puente/exchange/v1/change_service.grpc.pb.h"
#include "services/client/channel.h"
#include "services/store/resource_name.h"

namespace puente::client {

namespace v1 = puente::exchange::v1;

absl::Status Watch(Connection& connection, const WatchOptions& options, const TakeChanges& take) {
  const Channel& channel = connection.channel();
  const std::unique_ptr<v1::ChangeService::Stub> stub = v1::ChangeService::NewStub(channel.channel);
  v1::WatchChangesRequest request;
  request.set_parent(
      fmt::format("agencies/{}/datasets/{}", options.agency.empty() ? "-" : options.agency,
                  options.dataset.empty() ? "-" : store::EncodeSegment(options.dataset)));
  request.set_filter(options.filter);
  request.set_view(v1::RECORD_VIEW_DIGEST);
  request.set_resume_token(options.since);
  if (options.since.empty()) {
    request.set_start(options.from_beginning ? v1::WatchChangesRequest::START_BEGINNING
                                             : v1::WatchChangesRequest::START_NOW);
  }
  Backoff backoff(options.retry, channel.cancel);
  bool was_open = false;
  while (true) {
    CallContext context(channel);
    const std::unique_ptr<grpc::ClientReader<v1::WatchChangesResponse>> reader =
        stub->WatchChanges(context.get(), request);
    v1::WatchChangesResponse message;
    absl::Status taken;
    while (taken.ok() && reader->Read(&message)) {
      was_open = true;
      backoff.Progress();
      taken = take(message);
      if (!message.resume_token().empty()) {
        request.set_resume_token(message.resume_token());
        request.clear_start();
      }
    }
    if (!taken.ok()) context.get()->TryCancel();
    const grpc::Status end = reader->Finish();
    if (!taken.ok()) return taken;
    if (channel.is_cancelled()) return InterruptedError();
    absl::Status status = ToStatus(channel, end);
    if (status.ok()) status = absl::UnavailableError("the exchange ended the watch");
    if ((!end.ok() && !IsCut(end)) || !was_open) return status;
    ErrorDetail detail = GetErrorDetail(status);
    if (!backoff.Wait(detail.message)) {
      if (channel.is_cancelled()) return InterruptedError();
      detail.code = "PUE-0709";
      detail.hint.clear();
      return MakeError(absl::StatusCode::kUnavailable, detail);
    }
  }
}

}  // namespace puente::client
