// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// push_load: clients that push without end and write down what was acknowledged, while somebody
// kills the server; and a reader that holds what is there against it.
//
// push_load push ADDRESS CLIENTS ACKS     until standard input ends; ACKS gets a line a batch
// push_load verify ADDRESS ACKS           every acknowledged batch is there whole, and no half
// batch is (token of agency `acme` in PUENTE_TOKEN)

#include <fcntl.h>
#include <fmt/format.h>
#include <grpcpp/grpcpp.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "puente/exchange/v1/record_service.grpc.pb.h"
#include "puente/v1/record.pb.h"

namespace puente::exchange {
namespace {

constexpr int kBatch = 10;
constexpr char kParent[] = "agencies/acme/datasets/kills";

std::string Token() {
  const char* const token = std::getenv("PUENTE_TOKEN");
  return token == nullptr ? std::string() : token;
}

// A record whose text follows from its name, so that a reader can tell what it must hold.
std::string MakeRecord(const std::string& batch, int number) {
  puente::v1::Record record;
  record.mutable_identity()->set_id(batch + "/" + std::to_string(number));
  record.mutable_activity()->set_iati_identifier(record.identity().id());
  std::string text;
  while (text.size() < 400) text += record.identity().id() + ";";
  record.mutable_activity()->set_lang(text);
  return record.SerializeAsString();
}

// Pushes batches over one stream after the other, until told to stop.
void PushBatches(const std::string& address, int client, int64_t run, int acks,
                 const std::atomic<bool>* stop) {
  int64_t batch = 0;
  while (!*stop) {
    grpc::ChannelArguments arguments;
    arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 50);
    arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 10);
    arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, 10);
    arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
    const auto stub = v1::RecordService::NewStub(
        grpc::CreateCustomChannel(address, grpc::InsecureChannelCredentials(), arguments));
    grpc::ClientContext context;
    context.AddMetadata("authorization", "Bearer " + Token());
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(20));
    const auto stream = stub->PushRecords(&context);
    v1::PushRecordsRequest request;
    request.mutable_open()->set_parent(kParent);
    request.mutable_open()->set_request_id(fmt::format("{}-{}-{}", run, client, batch));
    request.mutable_open()->set_mode(v1::PUSH_MODE_UPSERT);
    v1::PushRecordsResponse response;
    bool good = stream->Write(request) && stream->Read(&response) && response.has_opened();
    int64_t seq = 0;
    while (good && !*stop) {
      const std::string name = fmt::format("{}.{}.{}", run, client, batch++);
      request.Clear();
      for (int i = 0; i < kBatch; ++i) {
        auto* write = request.mutable_writes()->add_writes();
        write->set_seq(++seq);
        write->set_record(MakeRecord(name, i));
      }
      good = stream->Write(request) && stream->Read(&response) &&
             response.verdicts().verdicts_size() == kBatch &&
             response.verdicts().through_seq() == seq;
      for (const auto& verdict : response.verdicts().verdicts()) {
        good = good && verdict.outcome() == v1::PushRecordsResponse::OUTCOME_CREATED;
      }
      if (!good) break;
      const std::string line = name + "\n";
      if (write(acks, line.data(), line.size()) != static_cast<ssize_t>(line.size())) std::abort();
    }
    context.TryCancel();
    while (stream->Read(&response)) {
    }
    (void)stream->Finish();
    if (!*stop) std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
}

int Push(const std::string& address, int clients, const std::string& path) {
  const int acks = open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0644);
  if (acks < 0) return 1;
  const int64_t run = std::chrono::system_clock::now().time_since_epoch().count() / 1000;
  std::atomic<bool> stop = false;
  std::vector<std::thread> threads;
  for (int i = 0; i < clients; ++i) {
    threads.emplace_back(PushBatches, address, i, run, acks, &stop);
  }
  while (std::getchar() != EOF) {
  }
  stop = true;
  for (std::thread& thread : threads) thread.join();
  close(acks);
  return 0;
}

int Verify(const std::string& address, const std::string& path) {
  // Clients may go on meanwhile: what was acknowledged before the reading began must be in it.
  std::vector<std::string> acknowledged;
  {
    std::ifstream acks(path);
    for (std::string batch; std::getline(acks, batch);) acknowledged.push_back(batch);
  }
  const auto stub =
      v1::RecordService::NewStub(grpc::CreateChannel(address, grpc::InsecureChannelCredentials()));
  grpc::ClientContext context;
  context.AddMetadata("authorization", "Bearer " + Token());
  v1::StreamRecordsRequest request;
  request.set_parent(kParent);
  const auto stream = stub->StreamRecords(&context, request);
  v1::StreamRecordsResponse response;
  std::map<std::string, int> found;
  int64_t wrong = 0;
  while (stream->Read(&response)) {
    for (const auto& stored : response.records()) {
      puente::v1::Record record;
      if (!record.ParseFromString(stored.record())) {
        ++wrong;
        continue;
      }
      const std::string& id = record.identity().id();
      const size_t slash = id.find('/');
      const std::string batch = id.substr(0, slash);
      if (stored.record() != MakeRecord(batch, std::atoi(id.c_str() + slash + 1))) ++wrong;
      ++found[batch];
    }
  }
  const grpc::Status status = stream->Finish();
  int64_t half = 0;
  for (const auto& [batch, count] : found) half += count == kBatch ? 0 : 1;
  int64_t lost = 0;
  for (const std::string& batch : acknowledged) {
    const auto there = found.find(batch);
    lost += there != found.end() && there->second == kBatch ? 0 : 1;
  }
  fmt::print(
      "{{\"acknowledged\":{},\"batches\":{},\"lost\":{},\"half\":{},\"wrong\":{},"
      "\"error\":\"{}\"}}\n",
      acknowledged.size(), found.size(), lost, half, wrong, status.error_message());
  return status.ok() && lost == 0 && half == 0 && wrong == 0 ? 0 : 1;
}

}  // namespace
}  // namespace puente::exchange

int main(int argc, char** argv) {
  const std::string what = argc > 1 ? argv[1] : "";
  if (what == "push" && argc == 5) {
    return puente::exchange::Push(argv[2], std::atoi(argv[3]), argv[4]);
  }
  if (what == "verify" && argc == 4) return puente::exchange::Verify(argv[2], argv[3]);
  fmt::print(stderr,
             "usage: push_load push ADDRESS CLIENTS ACKS | push_load verify ADDRESS ACKS\n");
  return 2;
}
