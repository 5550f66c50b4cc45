// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// An exchange that does what a test says.

#include "tests/services/client_fake.h"

#include <stdlib.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <filesystem>
#include <thread>

#include "core/base/digest.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "puente/v1/record.pb.h"

// The resolver of names that gRPC uses keeps a few bytes for the process.
extern "C" const char* __lsan_default_suppressions();
extern "C" const char* __lsan_default_suppressions() { return "leak:libcares"; }

namespace puente::client {

namespace v1 = puente::exchange::v1;
using Request = v1::PushRecordsRequest;
using Response = v1::PushRecordsResponse;

namespace {

const grpc::Status kCut(grpc::StatusCode::UNAVAILABLE, "cut by the test");

std::string DigestOf(const std::string& bytes) {
  const auto digest = RecordDigest(std::string_view(bytes));
  return digest.ok() ? std::string(digest->begin(), digest->end()) : std::string();
}

}  // namespace

grpc::Status WithReason(grpc::StatusCode code, const std::string& message,
                        const std::string& reason,
                        const std::map<std::string, std::string>& facts) {
  google::rpc::ErrorInfo info;
  info.set_domain("puente.exchange");
  info.set_reason(reason);
  for (const auto& [key, value] : facts) (*info.mutable_metadata())[key] = value;
  google::rpc::Status rpc;
  rpc.set_code(static_cast<int>(code));
  rpc.set_message(message);
  rpc.add_details()->PackFrom(info);
  return grpc::Status(code, message, rpc.SerializeAsString());
}

// One stream of a push. Messages are taken at once; answers go out a little later, from a thread of
// their own, so that what is under way can be counted.
class FakeRecords::PushOne {
 public:
  PushOne(FakeRecords* fake, grpc::ServerReaderWriter<Response, Request>* stream)
      : fake_(fake), stream_(stream), answerer_([this] { AnswerAll(); }) {}
  ~PushOne() { Stop(true); }

  grpc::Status Run() {
    const int cut_after = fake_->push_cuts.Next();
    Request request;
    for (int messages = 0; stream_->Read(&request); ++messages) {
      if (messages == cut_after) {
        Stop(true);
        return kCut;
      }
      const auto size = static_cast<int64_t>(request.ByteSizeLong());
      under_way_ += size;
      const std::lock_guard lock(fake_->mutex_);
      fake_->most_under_way = std::max(fake_->most_under_way, under_way_.load());
      const grpc::Status status = Take(request, size);
      if (!status.ok()) return status;
      if (done_) break;
    }
    Stop(false);
    return grpc::Status::OK;
  }

 private:
  struct Offered {
    std::string id;
    std::string digest;
  };

  grpc::Status Take(const Request& request, int64_t size) {
    switch (request.step_case()) {
      case Request::kOpen:
        return TakeOpen(request.open(), size);
      case Request::kOffers:
        TakeOffers(request.offers(), size);
        break;
      case Request::kWrites:
        TakeWrites(request.writes(), size);
        break;
      case Request::kCommit: {
        if (!open_.empty()) fake_->Fault("commit while records are needed");
        state_->complete = true;
        Response response;
        *response.mutable_summary() = state_->summary;
        Answer(response, size);
        done_ = true;
        break;
      }
      default:
        fake_->Fault("an unexpected step");
    }
    return grpc::Status::OK;
  }

  grpc::Status TakeOpen(const Request::Open& open, int64_t size) {
    if (!fake_->refuse_open.ok()) return fake_->refuse_open;
    fake_->opens.push_back(open);
    state_ = &fake_->pushes_[open.request_id()];
    last_ = state_->through;
    Response response;
    response.mutable_opened()->set_through_seq(state_->through);
    response.mutable_opened()->set_credit_bytes(fake_->credit);
    Answer(response, size);
    if (state_->complete) {
      Response end;
      *end.mutable_summary() = state_->summary;
      end.mutable_summary()->set_replayed(true);
      Answer(end, 0);
      done_ = true;
    }
    return grpc::Status::OK;
  }

  void TakeOffers(const Request::Offers& offers, int64_t size) {
    Response decided;
    Response need;
    need.mutable_need();
    for (const auto& offer : offers.offers()) {
      if (offer.seq() != last_ + 1) fake_->Fault("numbers do not follow each other");
      last_ = offer.seq();
      const std::string key = offer.id() + "~" + std::to_string(offer.ordinal());
      const auto found = fake_->stored.find(key);
      if (found != fake_->stored.end() && DigestOf(found->second) == offer.digest()) {
        auto* verdict = decided.mutable_verdicts()->add_verdicts();
        verdict->set_seq(offer.seq());
        verdict->set_outcome(Response::OUTCOME_UNCHANGED);
        state_->summary.set_unchanged(state_->summary.unchanged() + 1);
        continue;
      }
      open_[offer.seq()] = {key, offer.digest()};
      need.mutable_need()->add_seqs(offer.seq());
    }
    if (fake_->needs_what_was_not_offered) need.mutable_need()->add_seqs(last_ + 7);
    Decide(&decided, size);
    Answer(need, 0);
  }

  void TakeWrites(const Request::Writes& writes, int64_t size) {
    Response decided;
    decided.mutable_verdicts();
    for (const auto& write : writes.writes()) {
      if (write.seq() < last_write_) fake_->Fault("records went backwards");
      last_write_ = write.seq();
      std::string bytes = write.record();
      if (write.has_chunk()) {
        if (write.chunk().offset() != static_cast<int64_t>(chunks_.size()) ||
            write.chunk().data().size() > size_t{1} << 20) {
          fake_->Fault("pieces do not fit");
        }
        chunks_ += write.chunk().data();
        if (static_cast<int64_t>(chunks_.size()) < write.chunk().total_bytes()) continue;
        bytes.swap(chunks_);
        chunks_.clear();
      }
      const auto found = open_.find(write.seq());
      if (found == open_.end()) {
        fake_->Fault("a record that was not needed");
        continue;
      }
      ++fake_->writes_seen;
      auto* verdict = decided.mutable_verdicts()->add_verdicts();
      verdict->set_seq(write.seq());
      if (DigestOf(bytes) != found->second.digest) fake_->Fault("another record than was offered");
      if (fake_->refused_ids.contains(found->second.id)) {
        verdict->set_outcome(Response::OUTCOME_REJECTED);
        const grpc::Status why =
            WithReason(grpc::StatusCode::INVALID_ARGUMENT, "not today", "RECORD_MALFORMED");
        verdict->mutable_status()->ParseFromString(why.error_details());
        state_->summary.set_rejected(state_->summary.rejected() + 1);
      } else {
        verdict->set_outcome(Response::OUTCOME_CREATED);
        state_->summary.set_created(state_->summary.created() + 1);
        fake_->stored[found->second.id] = bytes;
      }
      open_.erase(found);
    }
    Decide(&decided, size);
  }

  void Decide(Response* response, int64_t size) {
    state_->through = open_.empty() ? last_ : open_.begin()->first - 1;
    response->mutable_verdicts()->set_through_seq(state_->through);
    response->mutable_verdicts()->set_credit_bytes(size);
    Answer(*response, size);
  }

  void Answer(const Response& response, int64_t size) {
    const std::lock_guard lock(mutex_);
    answers_.emplace_back(response, size);
    news_.notify_all();
  }

  void AnswerAll() {
    std::unique_lock lock(mutex_);
    while (true) {
      news_.wait(lock, [this] { return stopping_ || !answers_.empty(); });
      if (answers_.empty() || drop_) return;
      const auto [response, size] = answers_.front();
      answers_.pop_front();
      lock.unlock();
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
      under_way_ -= size;
      stream_->Write(response);
      lock.lock();
    }
  }

  void Stop(bool drop) {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
      drop_ = drop_ || drop;
      news_.notify_all();
    }
    if (answerer_.joinable()) answerer_.join();
  }

  FakeRecords* const fake_;
  grpc::ServerReaderWriter<Response, Request>* const stream_;
  PushState* state_ = nullptr;
  int64_t last_ = 0;
  int64_t last_write_ = 0;
  std::map<int64_t, Offered> open_;
  std::string chunks_;
  bool done_ = false;
  std::atomic<int64_t> under_way_ = 0;
  std::mutex mutex_;
  std::condition_variable news_;
  std::deque<std::pair<Response, int64_t>> answers_;
  bool stopping_ = false;
  bool drop_ = false;
  std::thread answerer_;
};

grpc::Status FakeRecords::PushRecords(grpc::ServerContext* context,
                                      grpc::ServerReaderWriter<Response, Request>* stream) {
  {
    const std::lock_guard lock(mutex_);
    ++streams_opened;
    const auto found = context->client_metadata().find("authorization");
    authorizations.push_back(found == context->client_metadata().end()
                                 ? std::string()
                                 : std::string(found->second.data(), found->second.size()));
  }
  while (hang && !context->IsCancelled()) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return PushOne(this, stream).Run();
}

grpc::Status FakeRecords::StreamRecords(grpc::ServerContext* context,
                                        const v1::StreamRecordsRequest* request,
                                        grpc::ServerWriter<v1::StreamRecordsResponse>* writer) {
  std::vector<v1::StreamRecordsResponse> all;
  {
    const std::lock_guard lock(mutex_);
    stream_requests.push_back(*request);
    all = stream;
  }
  const int cut_after = stream_cuts.Next();
  size_t at = request->resume_token().empty() ? 0 : std::stoul(request->resume_token());
  for (int messages = 0; at < all.size(); ++messages, ++at) {
    if (messages == cut_after) return kCut;
    writer->Write(all[at]);
  }
  while (hang && !context->IsCancelled()) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return grpc::Status::OK;
}

grpc::Status FakeRecords::GetRecord(grpc::ServerContext* /*context*/,
                                    const v1::GetRecordRequest* request,
                                    v1::GetRecordResponse* response) {
  if (request->name() != "agencies/a/datasets/d/records/x") {
    return WithReason(grpc::StatusCode::NOT_FOUND, "there never was such a record",
                      "RECORD_NOT_FOUND", {{"name", request->name()}});
  }
  response->mutable_record()->set_name(request->name());
  response->mutable_record()->set_record_bytes(7);
  return grpc::Status::OK;
}

grpc::Status FakeChanges::WatchChanges(grpc::ServerContext* context,
                                       const v1::WatchChangesRequest* request,
                                       grpc::ServerWriter<v1::WatchChangesResponse>* writer) {
  int last = 0;
  grpc::Status end;
  {
    const std::lock_guard lock(mutex_);
    requests.push_back(*request);
    last = changes;
    end = end_with;
  }
  const int cut_after = cuts.Next();
  int at = request->resume_token().empty() ? 0 : std::stoi(request->resume_token());
  for (int messages = 0; at < last; ++messages) {
    if (messages == cut_after) return kCut;
    v1::WatchChangesResponse response;
    for (int i = 0; i < 3 && at < last; ++i) {
      auto* change = response.add_changes();
      change->set_kind(v1::WatchChangesResponse::Change::KIND_CREATED);
      change->mutable_record()->set_revision(++at);
    }
    response.set_resume_token(std::to_string(at));
    writer->Write(response);
  }
  if (!end.ok()) return end;
  v1::WatchChangesResponse progress;
  progress.set_progress(true);
  progress.set_resume_token(std::to_string(at));
  writer->Write(progress);
  while (!context->IsCancelled()) std::this_thread::sleep_for(std::chrono::milliseconds(5));
  return grpc::Status::OK;
}

FakeServer::FakeServer() {
  std::string name = (std::filesystem::temp_directory_path() / "puente-fake-XXXXXX").string();
  folder_ = mkdtemp(name.data());
  address_ = "unix:" + folder_ + "/s";
  grpc::ServerBuilder builder;
  builder.AddListeningPort(address_, grpc::InsecureServerCredentials());
  builder.RegisterService(&records);
  builder.RegisterService(&changes);
  server_ = builder.BuildAndStart();
}

FakeServer::~FakeServer() {
  server_->Shutdown(std::chrono::system_clock::now());
  server_->Wait();
  std::filesystem::remove_all(folder_);
}

}  // namespace puente::client
