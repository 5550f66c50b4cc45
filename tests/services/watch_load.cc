// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// watch_load: many watchers of one server, some that never read, and a push that all must be told
// of.
//
// watch_load ADDRESS WATCHERS MUTE CHANGES   (token of agency `acme` in PUENTE_TOKEN)

#include <fmt/format.h>
#include <grpcpp/grpcpp.h>

#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "puente/exchange/v1/change_service.grpc.pb.h"
#include "puente/exchange/v1/record_service.grpc.pb.h"
#include "puente/v1/record.pb.h"

namespace puente::exchange {
namespace {

// Streams of one connection, below the server's limit of 100.
constexpr int kPerChannel = 90;
constexpr int kPerMessage = 20;

struct Totals {
  std::mutex mutex;
  std::condition_variable wake;
  int ready = 0;
  int done = 0;
  int ended = 0;
  int64_t deliveries = 0;
  std::string fault;

  void Fault(const std::string& what) {
    const std::lock_guard lock(mutex);
    if (fault.empty()) fault = what;
    wake.notify_all();
  }
};

// One watcher. Reads at once what comes and holds it against what must come.
class Watcher final : public grpc::ClientReadReactor<v1::WatchChangesResponse> {
 public:
  Watcher(v1::ChangeService::Stub* stub, const std::string& token, int64_t changes, bool mute,
          Totals* totals)
      : changes_(changes), mute_(mute), totals_(totals) {
    context_.AddMetadata("authorization", "Bearer " + token);
    request_.set_parent("agencies/-/datasets/-");
    request_.set_start(mute ? v1::WatchChangesRequest::START_BEGINNING
                            : v1::WatchChangesRequest::START_NOW);
    if (mute) request_.set_view(v1::RECORD_VIEW_FULL);
    stub->async()->WatchChanges(&context_, &request_, this);
    if (!mute_) StartRead(&response_);
    StartCall();
  }

  void OnReadDone(bool ok) override {
    if (!ok) return;
    for (const auto& change : response_.changes()) {
      const int64_t revision = change.record().revision();
      if (last_ != 0 && revision != last_ + 1) {
        totals_->Fault(fmt::format("revision {} after {}", revision, last_));
      }
      last_ = revision;
      ++count_;
    }
    const std::lock_guard lock(totals_->mutex);
    totals_->deliveries += response_.changes_size();
    if (response_.progress() && !std::exchange(ready_, true)) ++totals_->ready;
    if (count_ >= changes_ && !std::exchange(done_, true)) ++totals_->done;
    if (count_ > changes_ && totals_->fault.empty()) totals_->fault = "more changes than were made";
    totals_->wake.notify_all();
    StartRead(&response_);
  }

  void OnDone(const grpc::Status& /*status*/) override {
    const std::lock_guard lock(totals_->mutex);
    ++totals_->ended;
    totals_->wake.notify_all();
  }

  void Cancel() { context_.TryCancel(); }

 private:
  grpc::ClientContext context_;
  v1::WatchChangesRequest request_;
  v1::WatchChangesResponse response_;
  const int64_t changes_;
  const bool mute_;
  Totals* totals_;
  int64_t last_ = 0;
  int64_t count_ = 0;
  bool ready_ = false;
  bool done_ = false;
};

std::shared_ptr<grpc::Channel> NewChannel(const std::string& address) {
  grpc::ChannelArguments arguments;
  // Channels of one process share a connection unless they are told not to.
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  return grpc::CreateCustomChannel(address, grpc::InsecureChannelCredentials(), arguments);
}

grpc::Status Push(v1::RecordService::Stub* stub, const std::string& token, int changes) {
  grpc::ClientContext context;
  context.AddMetadata("authorization", "Bearer " + token);
  const auto stream = stub->PushRecords(&context);
  v1::PushRecordsRequest request;
  request.mutable_open()->set_parent("agencies/acme/datasets/load");
  request.mutable_open()->set_request_id(
      std::to_string(std::chrono::steady_clock::now().time_since_epoch().count()));
  request.mutable_open()->set_mode(v1::PUSH_MODE_UPSERT);
  stream->Write(request);
  v1::PushRecordsResponse response;
  for (int made = 0; made < changes;) {
    request.Clear();
    for (int i = 0; i < kPerMessage && made < changes; ++i) {
      puente::v1::Record record;
      record.mutable_identity()->set_id("L" + std::to_string(++made));
      record.mutable_activity()->set_lang(std::string(1000, 'x'));
      record.mutable_activity()->set_iati_identifier(
          std::to_string(std::chrono::steady_clock::now().time_since_epoch().count()));
      auto* write = request.mutable_writes()->add_writes();
      write->set_seq(made);
      record.SerializeToString(write->mutable_record());
    }
    stream->Write(request);
    // One message after the other, so that each is a commit of its own.
    while (stream->Read(&response) && !response.has_verdicts()) {
    }
  }
  request.Clear();
  request.mutable_commit();
  stream->Write(request);
  stream->WritesDone();
  while (stream->Read(&response)) {
  }
  return stream->Finish();
}

int Run(const std::string& address, int watchers, int mute, int changes) {
  const char* const token = std::getenv("PUENTE_TOKEN");
  if (token == nullptr) return 2;
  Totals totals;
  std::vector<std::shared_ptr<grpc::Channel>> channels;
  std::vector<std::unique_ptr<v1::ChangeService::Stub>> stubs;
  std::vector<std::unique_ptr<Watcher>> all;
  for (int i = 0; i < watchers + mute; ++i) {
    if (i % kPerChannel == 0) {
      channels.push_back(NewChannel(address));
      stubs.push_back(v1::ChangeService::NewStub(channels.back()));
    }
    all.push_back(
        std::make_unique<Watcher>(stubs.back().get(), token, changes, i >= watchers, &totals));
  }
  const auto wait = [&totals](const char* what, auto holds) {
    std::unique_lock lock(totals.mutex);
    const bool good = totals.wake.wait_for(lock, std::chrono::seconds(120),
                                           [&] { return !totals.fault.empty() || holds(); });
    if (!good && totals.fault.empty()) totals.fault = std::string("no end: ") + what;
    return totals.fault.empty();
  };
  bool good = wait("ready", [&] { return totals.ready == watchers; });
  const auto begin = std::chrono::steady_clock::now();
  const auto channel = NewChannel(address);
  const auto stub = v1::RecordService::NewStub(channel);
  if (good) {
    const grpc::Status status = Push(stub.get(), token, changes);
    if (!status.ok()) totals.Fault("push: " + status.error_message());
    good = wait("deliveries", [&] { return totals.done == watchers; });
  }
  const double seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  fmt::print(
      "{{\"watchers\":{},\"mute\":{},\"changes\":{},\"deliveries\":{},\"seconds\":{:.3f},"
      "\"fault\":\"{}\"}}\n",
      watchers, mute, changes, totals.deliveries, seconds, totals.fault);
  std::fflush(stdout);
  // The script looks at the memory of the server while all are there.
  (void)std::getchar();
  for (const auto& watcher : all) watcher->Cancel();
  std::unique_lock lock(totals.mutex);
  totals.wake.wait_for(lock, std::chrono::seconds(30),
                       [&] { return totals.ended == static_cast<int>(all.size()); });
  return good && totals.fault.empty() ? 0 : 1;
}

}  // namespace
}  // namespace puente::exchange

int main(int argc, char** argv) {
  if (argc != 5) {
    fmt::print(stderr, "usage: watch_load ADDRESS WATCHERS MUTE CHANGES\n");
    return 2;
  }
  return puente::exchange::Run(argv[1], std::atoi(argv[2]), std::atoi(argv[3]), std::atoi(argv[4]));
}
