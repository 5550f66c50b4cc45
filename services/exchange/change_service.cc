// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// ChangeService: the feed of changes.

#include "services/exchange/change_service.h"

#include "services/exchange/call.h"
#include "services/exchange/watch_reactor.h"
#include "services/exchange/wire.h"

namespace puente::exchange {

grpc::ServerWriteReactor<grpc::ByteBuffer>* ChangeService::WatchChanges(
    grpc::CallbackServerContext* context, const grpc::ByteBuffer* request) {
  return MakeWatchReactor(env_, context, *request);
}

grpc::ServerUnaryReactor* ChangeService::GetHead(grpc::CallbackServerContext* context,
                                                 const v1::GetHeadRequest* /*request*/,
                                                 v1::GetHeadResponse* response) {
  return RunUnary(
      env_, context, "/puente.exchange.v1.ChangeService/GetHead",
      [this, response](const Caller& caller) -> absl::Status {
        const absl::Status may = env_->authorizer.MayRead(caller, {});
        if (!may.ok()) return may;
        auto head = env_->store->Head();
        if (!head.ok()) return head.status();
        response->set_watch_token(env_->sealer.Seal(TokenKind::kWatch, "", {*std::move(head), {}}));
        auto agencies = env_->store->ListAgencies();
        if (!agencies.ok()) return agencies.status();
        for (const store::Agency& agency : *agencies) {
          FillAgency(agency, response->add_agencies());
        }
        response->set_version(PUENTE_VERSION);
        response->set_max_record_bytes(env_->limits.record_bytes);
        response->set_max_message_bytes(env_->limits.message_bytes);
        return absl::OkStatus();
      });
}

}  // namespace puente::exchange
