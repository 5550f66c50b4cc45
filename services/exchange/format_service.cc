// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// FormatService: which formats there are, which one a file has, and conversion.

#include "services/exchange/format_service.h"

#include "services/exchange/call.h"
#include "services/exchange/file_jobs.h"
#include "services/exchange/file_reactors.h"
#include "services/exchange/paging.h"

namespace puente::exchange {
namespace {

constexpr size_t kMaxHead = size_t{64} << 10;

}  // namespace

grpc::ServerUnaryReactor* FormatService::ListFormats(grpc::CallbackServerContext* context,
                                                     const v1::ListFormatsRequest* /*request*/,
                                                     v1::ListFormatsResponse* response) {
  return RunUnary(env_, context, "/puente.exchange.v1.FormatService/ListFormats",
                  [this, response](const Caller&) -> absl::Status {
                    if (env_->formats == nullptr) return absl::OkStatus();
                    for (const FormatEntry& entry : env_->formats->List()) {
                      auto* format = response->add_formats();
                      format->set_id(entry.id);
                      format->set_title(entry.title);
                      format->set_plugin(entry.plugin);
                      format->set_can_read(entry.can_read);
                      format->set_can_write(entry.can_write);
                    }
                    return absl::OkStatus();
                  });
}

grpc::ServerUnaryReactor* FormatService::IdentifyFormat(grpc::CallbackServerContext* context,
                                                        const v1::IdentifyFormatRequest* request,
                                                        v1::IdentifyFormatResponse* response) {
  return RunUnary(env_, context, "/puente.exchange.v1.FormatService/IdentifyFormat",
                  [this, request, response](const Caller&) -> absl::Status {
                    const absl::Status status = CheckFormats(*env_);
                    if (!status.ok()) return status;
                    if (request->head().size() > kMaxHead) {
                      return BadField("head", "at most 64 KiB of a file tell its format");
                    }
                    for (const FormatGuess& guess :
                         env_->formats->Identify(request->file_name(), request->head())) {
                      auto* candidate = response->add_candidates();
                      candidate->set_format(guess.format);
                      candidate->set_confidence(guess.confidence);
                      candidate->set_reason(guess.reason);
                      candidate->set_version(guess.version);
                    }
                    return absl::OkStatus();
                  });
}

grpc::ServerBidiReactor<v1::ConvertRequest, v1::ConvertResponse>* FormatService::Convert(
    grpc::CallbackServerContext* context) {
  return MakeConvertReactor(env_, context);
}

}  // namespace puente::exchange
