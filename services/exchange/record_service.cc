// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// RecordService: its unary methods.

#include "services/exchange/record_service.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "services/exchange/call.h"
#include "services/exchange/paging.h"
#include "services/exchange/push_reactor.h"
#include "services/exchange/push_steps.h"
#include "services/exchange/record_filter.h"
#include "services/exchange/stream_reactor.h"
#include "services/exchange/wire.h"
#include "services/store/reason_error.h"
#include "services/store/resource_name.h"

namespace puente::exchange {
namespace {

constexpr size_t kMaxBatch = 100;
// Records that one page looks at, when a filter leaves most of them out.
constexpr int64_t kMaxLookedAt = 20'000;

v1::RecordView ViewOr(v1::RecordView view, v1::RecordView otherwise) {
  return view == v1::RECORD_VIEW_UNSPECIFIED ? otherwise : view;
}

absl::Status TooLarge(const store::StoredRecord& record) {
  return store::ReasonError(v1::REASON_RECORD_TOO_LARGE,
                            "the record is too large for a unary method; StreamRecords gives it",
                            {{"name", store::RecordName(record.dataset, record.key)},
                             {"bytes", std::to_string(record.size)},
                             {"limit", std::to_string(kPageBytes)}});
}

}  // namespace

grpc::ServerUnaryReactor* RecordService::GetRecord(grpc::CallbackServerContext* context,
                                                   const v1::GetRecordRequest* request,
                                                   v1::GetRecordResponse* response) {
  return RunUnary(env_, context, "/puente.exchange.v1.RecordService/GetRecord",
                  [this, request, response](const Caller& caller) -> absl::Status {
                    auto name = store::ParseRecordName(request->name());
                    if (!name.ok()) return name.status();
                    const auto& [dataset, key] = *name;
                    if (request->generation() < 0)
                      return BadField("generation", "must not be negative");
                    const absl::Status may =
                        env_->authorizer.MayRead(caller, {dataset.agency, dataset.dataset});
                    if (!may.ok()) return may;
                    const v1::RecordView view = ViewOr(request->view(), v1::RECORD_VIEW_FULL);
                    auto record = env_->store->GetRecord(dataset, key, request->generation(),
                                                         view == v1::RECORD_VIEW_FULL);
                    if (!record.ok()) return record.status();
                    if (view == v1::RECORD_VIEW_FULL && record->size > kPageBytes)
                      return TooLarge(*record);
                    FillRecord(*record, view, true, response->mutable_record());
                    env_->metrics.RecordsSent("GetRecord", 1, record->size);
                    return absl::OkStatus();
                  });
}

grpc::ServerUnaryReactor* RecordService::BatchGetRecords(grpc::CallbackServerContext* context,
                                                         const v1::BatchGetRecordsRequest* request,
                                                         v1::BatchGetRecordsResponse* response) {
  return RunUnary(env_, context, "/puente.exchange.v1.RecordService/BatchGetRecords",
                  [this, request, response](const Caller& caller) -> absl::Status {
                    const auto count = static_cast<size_t>(request->names_size());
                    if (count == 0 || count > kMaxBatch)
                      return BadField("names", "1 to 100 names are taken");
                    std::vector<std::pair<store::DatasetKey, store::RecordKey>> names;
                    for (const std::string& text : request->names()) {
                      auto name = store::ParseRecordName(text);
                      if (!name.ok()) return name.status();
                      const absl::Status may = env_->authorizer.MayRead(
                          caller, {name->first.agency, name->first.dataset});
                      if (!may.ok()) return may;
                      names.push_back(*std::move(name));
                    }
                    const v1::RecordView view = ViewOr(request->view(), v1::RECORD_VIEW_FULL);
                    const bool full = view == v1::RECORD_VIEW_FULL;
                    auto records = env_->store->GetRecords(names, full);
                    if (!records.ok()) return records.status();
                    int64_t bytes = 0;
                    for (const store::StoredRecord& record : *records) {
                      bytes += record.size;
                      if (full && bytes > kPageBytes) return TooLarge(record);
                      FillRecord(record, view, true, response->add_records());
                    }
                    env_->metrics.RecordsSent("BatchGetRecords", response->records_size(), bytes);
                    return absl::OkStatus();
                  });
}

grpc::ServerUnaryReactor* RecordService::ListRecords(grpc::CallbackServerContext* context,
                                                     const v1::ListRecordsRequest* request,
                                                     v1::ListRecordsResponse* response) {
  return RunUnary(env_, context, "/puente.exchange.v1.RecordService/ListRecords",
                  [this, request, response](const Caller& caller) -> absl::Status {
                    auto selector = store::ParseSelector(request->parent());
                    if (!selector.ok()) return selector.status();
                    const absl::Status may = env_->authorizer.MayRead(caller, *selector);
                    if (!may.ok()) return may;
                    auto filter = RecordFilter::Compile(request->filter());
                    if (!filter.ok()) return filter.status();
                    auto page_size = PageSize(request->page_size());
                    if (!page_size.ok()) return page_size.status();
                    const v1::RecordView view = ViewOr(request->view(), v1::RECORD_VIEW_DIGEST);
                    const bool full = view == v1::RECORD_VIEW_FULL;
                    const std::string key = RequestKey({request->parent(), request->filter()});

                    store::ScanRequest scan;
                    scan.selector = *selector;
                    scan.with_body = full || !filter->empty();
                    if (request->page_token().empty()) {
                      auto now = RevisionsNow(env_, *selector);
                      if (!now.ok()) return now.status();
                      scan.as_of = *std::move(now);
                    } else {
                      auto token = env_->sealer.Open(TokenKind::kPage, key, request->page_token());
                      if (!token.ok()) return token.status();
                      scan.as_of = std::move(token->revisions);
                      scan.after = std::move(token->cursor);
                    }
                    int64_t bytes = 0;
                    int64_t looked_at = 0;
                    bool complete = false;
                    while (!complete && response->records_size() < *page_size &&
                           looked_at < kMaxLookedAt && bytes < kPageBytes) {
                      scan.max_records = *page_size - response->records_size();
                      scan.max_bytes = full ? kPageBytes - bytes : kPageBytes;
                      auto page = env_->store->Scan(scan);
                      if (!page.ok()) return page.status();
                      bool stopped = false;
                      for (const store::StoredRecord& record : page->records) {
                        // A record that does not fit any more begins the next page; too large for
                        // any page, it comes without its bytes.
                        const int64_t size = full && record.size <= kPageBytes ? record.size : 0;
                        const bool passes = filter->empty() || (record.body != nullptr &&
                                                                filter->Matches(*record.body));
                        if (passes && bytes + size > kPageBytes && response->records_size() > 0) {
                          stopped = true;
                          break;
                        }
                        ++looked_at;
                        scan.after = store::ScanCursor{record.dataset, record.position};
                        if (!passes) continue;
                        bytes += size;
                        FillRecord(record, view, size > 0, response->add_records());
                      }
                      if (stopped) break;
                      scan.after = page->next;
                      complete = page->complete;
                    }
                    if (!complete) {
                      response->set_next_page_token(
                          env_->sealer.Seal(TokenKind::kPage, key, {scan.as_of, scan.after}));
                    }
                    env_->metrics.RecordsSent("ListRecords", response->records_size(), bytes);
                    return absl::OkStatus();
                  });
}

grpc::ServerUnaryReactor* RecordService::ListGenerations(grpc::CallbackServerContext* context,
                                                         const v1::ListGenerationsRequest* request,
                                                         v1::ListGenerationsResponse* response) {
  return RunUnary(
      env_, context, "/puente.exchange.v1.RecordService/ListGenerations",
      [this, request, response](const Caller& caller) -> absl::Status {
        auto name = store::ParseRecordName(request->name());
        if (!name.ok()) return name.status();
        const auto& [dataset, key] = *name;
        const absl::Status may =
            env_->authorizer.MayRead(caller, {dataset.agency, dataset.dataset});
        if (!may.ok()) return may;
        auto page_size = PageSize(request->page_size());
        if (!page_size.ok()) return page_size.status();
        int64_t before = 0;
        const std::string request_key = RequestKey({request->name()});
        if (!request->page_token().empty()) {
          auto token =
              env_->sealer.Open(TokenKind::kGenerations, request_key, request->page_token());
          if (!token.ok()) return token.status();
          before = token->cursor.has_value() ? token->cursor->position : 0;
        }
        auto generations = env_->store->ListGenerations(dataset, key, before, *page_size);
        if (!generations.ok()) return generations.status();
        for (const store::StoredRecord& generation : *generations) {
          FillRecord(generation, v1::RECORD_VIEW_DIGEST, false, response->add_generations());
        }
        if (response->generations_size() == *page_size && generations->back().generation > 1) {
          response->set_next_page_token(
              env_->sealer.Seal(TokenKind::kGenerations, request_key,
                                {{}, store::ScanCursor{dataset, generations->back().generation}}));
        }
        return absl::OkStatus();
      });
}

grpc::ServerUnaryReactor* RecordService::DeleteRecord(grpc::CallbackServerContext* context,
                                                      const v1::DeleteRecordRequest* request,
                                                      v1::DeleteRecordResponse* response) {
  return RunUnary(
      env_, context, "/puente.exchange.v1.RecordService/DeleteRecord",
      [this, request, response](const Caller& caller) -> absl::Status {
        auto name = store::ParseRecordName(request->name());
        if (!name.ok()) return name.status();
        const auto& [dataset, key] = *name;
        const absl::Status may = env_->authorizer.MayWrite(caller, dataset.agency, request->name());
        if (!may.ok()) return may;
        const absl::Status short_enough = CheckDeleteReason("reason", request->reason());
        if (!short_enough.ok()) return short_enough;
        std::optional<int64_t> if_generation;
        if (request->has_if_generation()) if_generation = request->if_generation();
        auto tombstone = env_->store->DeleteRecord(dataset, key, if_generation, request->reason());
        if (!tombstone.ok()) return tombstone.status();
        FillRecord(*tombstone, v1::RECORD_VIEW_DIGEST, false, response->mutable_record());
        env_->authorizer.Did(caller, request->name(),
                             "revision " + std::to_string(tombstone->revision));
        return absl::OkStatus();
      });
}

grpc::ServerWriteReactor<grpc::ByteBuffer>* RecordService::StreamRecords(
    grpc::CallbackServerContext* context, const grpc::ByteBuffer* request) {
  return MakeStreamReactor(env_, context, *request);
}

grpc::ServerBidiReactor<v1::PushRecordsRequest, v1::PushRecordsResponse>*
RecordService::PushRecords(grpc::CallbackServerContext* context) {
  return MakePushReactor(env_, &pushes_, context);
}

}  // namespace puente::exchange
