// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// exchange_bench: runs one stage of the exchange once, client and server in one process, and prints
// what it took as JSON; run_bench.py compares the stages.

#include <fmt/format.h>
#include <grpcpp/grpcpp.h>
#include <grpcpp/impl/codegen/sync_stream.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <functional>
#include <future>
#include <iterator>
#include <memory>
#include <mutex>
#include <semaphore>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "core/base/digest.h"
#include "core/base/status.h"
#include "puente/exchange/v1/record_service.grpc.pb.h"
#include "puente/v1/record.pb.h"
#include "services/exchange/push_record.h"
#include "services/exchange/server.h"
#include "services/exchange/wire.h"
#include "services/files/record_frames.h"
#include "services/store/store.h"
#include "services/store/token_secret.h"
#include "tests/bench/stopwatch.h"

namespace puente::bench {
namespace {

namespace xv1 = puente::exchange::v1;

constexpr int64_t kStepBytes = int64_t{256} << 10;
constexpr int kUnderWay = 4;
constexpr int kOffers = 10'000;
constexpr char kDataset[] = "bench";
constexpr char kParent[] = "agencies/bench/datasets/bench";

// One record of the file.
struct Item {
  store::RecordKey key;
  Digest digest = {};
  std::string bytes;
};

[[noreturn]] void Die(const std::string& why) {
  fmt::print(stderr, "exchange_bench: {}\n", why);
  std::exit(1);
}

void Check(const absl::Status& status, const char* what) {
  if (!status.ok()) Die(std::string(what) + ": " + FormatError(status));
}

// Reads a file of the binary format.
std::vector<Item> ReadItems(const std::string& path) {
  std::vector<Item> items;
  exchange::FrameCutter cutter([&items](std::string bytes, const Digest& digest) -> absl::Status {
    puente::v1::Record record;
    if (!record.ParseFromString(bytes)) return absl::InvalidArgumentError("no record");
    record.mutable_identity()->set_dataset(kDataset);
    Item item;
    item.key = {record.has_dataset_header(),
                record.has_dataset_header() ? std::string() : record.identity().id(),
                record.identity().ordinal()};
    item.bytes = record.SerializeAsString();
    item.digest = digest;
    items.push_back(std::move(item));
    return absl::OkStatus();
  });
  std::ifstream file(path, std::ios::binary);
  const std::string data((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  Check(cutter.Add(data), path.c_str());
  if (!cutter.at_end() || items.empty()) Die("the file has no records, or is cut");
  return items;
}

// A store in a folder of its own, with an agency and a token.
class Bed {
 public:
  explicit Bed(bool compress) : compress_(compress) {
    std::string pattern = std::filesystem::temp_directory_path() / "puente-benchXXXXXX";
    if (mkdtemp(pattern.data()) == nullptr) Die("no folder for the store");
    folder_ = pattern;
    Open();
    Check(store_->AddAgency("bench", ""), "agency");
    auto secret = store::MakeTokenSecret();
    Check(secret.status(), "token");
    store::Token token;
    token.id = secret->id;
    token.agency = "bench";
    token.scopes = store::kScopeRead | store::kScopePush;
    token.create_time = 1;
    Check(store_->AddToken(token, secret->hash), "token");
    secret_ = secret->secret;
  }
  ~Bed() {
    server_.reset();
    store_.reset();
    std::error_code error;
    std::filesystem::remove_all(folder_, error);
  }

  store::Store* store() { return store_.get(); }

  // As after a start of the server: what was inserted is in the database, and no longer in its log.
  void Reopen() {
    store_.reset();
    Open();
  }

  std::shared_ptr<grpc::Channel> Serve() {
    exchange::ServerOptions options;
    options.listen = "127.0.0.1:0";
    auto started = exchange::Server::Start(store_.get(), options);
    Check(started.status(), "server");
    server_ = *std::move(started);
    return grpc::CreateChannel(server_->address(), grpc::InsecureChannelCredentials());
  }

  void Admit(grpc::ClientContext* context) const {
    context->AddMetadata("authorization", "Bearer " + secret_);
  }

 private:
  void Open() {
    store::StoreOptions options;
    options.create = true;
    options.compress = compress_;
    auto opened = store::OpenStore("sqlite:" + folder_ + "/store.db", options);
    Check(opened.status(), "store");
    store_ = *std::move(opened);
  }

  const bool compress_;
  std::string folder_;
  std::string secret_;
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<exchange::Server> server_;
};

// Inserts as a server does: digests of what comes are computed, some steps under way at once.
void Insert(store::Store* store, const std::vector<Item>& items) {
  store::PushKey push{{"bench", kDataset}, "insert", store::PushMode::kUpsert};
  Check(store->OpenPush(push).status(), "open");
  std::counting_semaphore<kUnderWay> room(kUnderWay);
  std::mutex mutex;
  absl::Status failed;
  int64_t seq = 0;
  for (size_t at = 0; at < items.size();) {
    store::PushStep step;
    step.push = push;
    for (int64_t bytes = 0; at < items.size() && bytes < kStepBytes; ++at) {
      auto pushed = exchange::ReadPushedRecord(items[at].bytes, push.dataset);
      Check(pushed.status(), "record");
      store::PushOp op;
      op.seq = ++seq;
      op.key = std::move(pushed->key);
      op.digest = pushed->digest;
      op.body = items[at].bytes;
      bytes += static_cast<int64_t>(op.body.size());
      step.ops.push_back(std::move(op));
    }
    step.through_seq = seq;
    room.acquire();
    store->Apply(std::move(step), [&](absl::StatusOr<store::StepResult> result) {
      {
        const std::lock_guard lock(mutex);
        if (!result.ok()) failed = result.status();
      }
      room.release();
    });
  }
  for (int i = 0; i < kUnderWay; ++i) room.acquire();
  Check(failed, "insert");
  std::promise<absl::StatusOr<store::PushSummary>> done;
  store->CommitPush(push, {}, [&done](absl::StatusOr<store::PushSummary> summary) {
    done.set_value(std::move(summary));
  });
  const auto summary = done.get_future().get();
  Check(summary.status(), "commit");
  if (summary->created != static_cast<int64_t>(items.size())) Die("not all records are new");
}

// Pushes over the service: offers, and what is asked for.
void Push(const Bed& bed, const std::shared_ptr<grpc::Channel>& channel,
          const std::vector<Item>& items, const std::string& request_id, bool expect_new) {
  const auto stub = xv1::RecordService::NewStub(channel);
  grpc::ClientContext context;
  bed.Admit(&context);
  const auto stream = stub->PushRecords(&context);
  xv1::PushRecordsRequest request;
  request.mutable_open()->set_parent(kParent);
  request.mutable_open()->set_request_id(request_id);
  request.mutable_open()->set_mode(xv1::PUSH_MODE_UPSERT);
  stream->Write(request);
  xv1::PushRecordsResponse response;
  if (!stream->Read(&response) || !response.has_opened()) Die("the push does not open");
  int64_t credit = response.opened().credit_bytes();
  for (size_t at = 0; at < items.size();) {
    request.Clear();
    auto* offers = request.mutable_offers();
    const size_t first = at;
    for (int i = 0; i < kOffers && at < items.size(); ++i, ++at) {
      auto* offer = offers->add_offers();
      offer->set_seq(static_cast<int64_t>(at) + 1);
      offer->set_id(items[at].key.id);
      offer->set_ordinal(items[at].key.ordinal);
      offer->set_header(items[at].key.header);
      offer->set_digest(items[at].digest.data(), items[at].digest.size());
    }
    stream->Write(request);
    std::vector<int64_t> needed;
    do {
      if (!stream->Read(&response)) Die("the push ends early: " + stream->Finish().error_message());
    } while (!response.has_need());
    needed.assign(response.need().seqs().begin(), response.need().seqs().end());
    if (expect_new != (needed.size() == at - first)) Die("the store needs something else");
    size_t verdicts = 0;
    for (size_t i = 0; i < needed.size();) {
      request.Clear();
      auto* writes = request.mutable_writes();
      for (int64_t bytes = 0; i < needed.size() && bytes < kStepBytes; ++i) {
        auto* write = writes->add_writes();
        write->set_seq(needed[i]);
        const std::string& record = items[static_cast<size_t>(needed[i]) - 1].bytes;
        write->set_record(record);
        bytes += static_cast<int64_t>(record.size());
      }
      const auto size = static_cast<int64_t>(request.ByteSizeLong());
      while (credit < size) {
        if (!stream->Read(&response)) Die("the push ends early");
        credit += response.verdicts().credit_bytes();
        verdicts += static_cast<size_t>(response.verdicts().verdicts_size());
      }
      credit -= size;
      stream->Write(request);
    }
    while (verdicts < needed.size()) {
      if (!stream->Read(&response)) Die("the push ends early");
      credit += response.verdicts().credit_bytes();
      verdicts += static_cast<size_t>(response.verdicts().verdicts_size());
    }
  }
  request.Clear();
  request.mutable_commit();
  stream->Write(request);
  while (!response.has_summary()) {
    if (!stream->Read(&response)) Die("no summary: " + stream->Finish().error_message());
  }
  const int64_t done = expect_new ? response.summary().created() : response.summary().unchanged();
  if (done != static_cast<int64_t>(items.size())) Die("the summary counts something else");
  stream->WritesDone();
  if (!stream->Finish().ok()) Die("the push fails at its end");
}

// Reads a stream of messages as they are; their bytes.
uint64_t ReadRaw(const std::shared_ptr<grpc::Channel>& channel, grpc::ClientContext* context) {
  const grpc::internal::RpcMethod method("/puente.exchange.v1.RecordService/StreamRecords",
                                         grpc::internal::RpcMethod::SERVER_STREAMING);
  xv1::StreamRecordsRequest request;
  request.set_parent(kParent);
  const std::unique_ptr<grpc::ClientReader<grpc::ByteBuffer>> stream(
      grpc::internal::ClientReaderFactory<grpc::ByteBuffer>::Create(channel.get(), method, context,
                                                                    request));
  uint64_t bytes = 0;
  grpc::ByteBuffer message;
  while (stream->Read(&message)) bytes += message.Length();
  const grpc::Status status = stream->Finish();
  if (!status.ok()) Die("the stream fails: " + status.error_message());
  return bytes;
}

// A service that sends messages that are there: what gRPC alone can do.
class BareService final
    : public xv1::RecordService::WithRawCallbackMethod_StreamRecords<xv1::RecordService::Service> {
 public:
  explicit BareService(std::vector<std::shared_ptr<const std::string>> messages)
      : messages_(std::move(messages)) {}

  grpc::ServerWriteReactor<grpc::ByteBuffer>* StreamRecords(
      grpc::CallbackServerContext* /*context*/, const grpc::ByteBuffer* /*request*/) override {
    class Reactor final : public grpc::ServerWriteReactor<grpc::ByteBuffer> {
     public:
      explicit Reactor(const std::vector<std::shared_ptr<const std::string>>* messages)
          : messages_(messages) {
        Next();
      }
      void OnWriteDone(bool ok) override {
        if (ok) {
          Next();
        } else {
          Finish(grpc::Status::CANCELLED);
        }
      }
      void OnDone() override { delete this; }

     private:
      void Next() {
        if (at_ == messages_->size()) {
          Finish(grpc::Status::OK);
          return;
        }
        buffer_ = exchange::ShareBytes((*messages_)[at_++]);
        StartWrite(&buffer_);
      }
      const std::vector<std::shared_ptr<const std::string>>* messages_;
      size_t at_ = 0;
      grpc::ByteBuffer buffer_;
    };
    return new Reactor(&messages_);
  }

 private:
  std::vector<std::shared_ptr<const std::string>> messages_;
};

struct Outcome {
  Times times;
  uint64_t bytes = 0;
};

Outcome StreamBare(const std::vector<Item>& items) {
  std::vector<std::shared_ptr<const std::string>> messages;
  std::string message;
  for (const Item& item : items) {
    store::StoredRecord record;
    record.dataset = {"bench", kDataset};
    record.key = item.key;
    record.generation = 1;
    record.revision = static_cast<int64_t>(messages.size());
    record.digest = item.digest;
    record.time = 1'800'000'000'000'000;
    record.size = static_cast<int64_t>(item.bytes.size());
    const std::string_view body = item.bytes;
    exchange::AppendRecordField(record, xv1::RECORD_VIEW_FULL, &body, &message);
    if (static_cast<int64_t>(message.size()) >= exchange::kMessageBytes) {
      messages.push_back(std::make_shared<const std::string>(std::move(message)));
      message.clear();
    }
  }
  messages.push_back(std::make_shared<const std::string>(std::move(message)));
  BareService service(std::move(messages));
  grpc::ServerBuilder builder;
  int port = 0;
  builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
  builder.RegisterService(&service);
  const auto server = builder.BuildAndStart();
  const auto channel =
      grpc::CreateChannel("127.0.0.1:" + std::to_string(port), grpc::InsecureChannelCredentials());
  channel->WaitForConnected(std::chrono::system_clock::now() + std::chrono::seconds(10));
  grpc::ClientContext context;
  const Stopwatch watch;
  const uint64_t bytes = ReadRaw(channel, &context);
  const Outcome outcome{watch.Elapsed(), bytes};
  server->Shutdown();
  return outcome;
}

Outcome StreamRecords(const std::vector<Item>& items) {
  Bed bed(false);
  Insert(bed.store(), items);
  bed.Reopen();
  const auto channel = bed.Serve();
  channel->WaitForConnected(std::chrono::system_clock::now() + std::chrono::seconds(10));
  grpc::ClientContext context;
  bed.Admit(&context);
  const Stopwatch watch;
  const uint64_t bytes = ReadRaw(channel, &context);
  return {watch.Elapsed(), bytes};
}

Outcome StoreInsert(const std::vector<Item>& items) {
  Bed bed(true);
  const Stopwatch watch;
  Insert(bed.store(), items);
  return {watch.Elapsed(), 0};
}

Outcome PushNew(const std::vector<Item>& items) {
  Bed bed(true);
  const auto channel = bed.Serve();
  channel->WaitForConnected(std::chrono::system_clock::now() + std::chrono::seconds(10));
  const Stopwatch watch;
  Push(bed, channel, items, "first", true);
  return {watch.Elapsed(), 0};
}

Outcome PushAgain(const std::vector<Item>& items) {
  Bed bed(true);
  Insert(bed.store(), items);
  const auto channel = bed.Serve();
  channel->WaitForConnected(std::chrono::system_clock::now() + std::chrono::seconds(10));
  const Stopwatch watch;
  Push(bed, channel, items, "again", false);
  return {watch.Elapsed(), 0};
}

struct Stage {
  const char* name;
  const char* meaning;
  Outcome (*run)(const std::vector<Item>& items);
};

constexpr Stage kStages[] = {
    {"stream_bare", "messages that are there over gRPC", StreamBare},
    {"stream_records", "the same records out of a store, plain bodies", StreamRecords},
    {"store_insert", "records into a store, digests computed", StoreInsert},
    {"push", "the same records pushed over gRPC", PushNew},
    {"push_again", "pushed when the store has them", PushAgain},
};

int Run(const char* name, const char* path) {
  for (const Stage& stage : kStages) {
    if (std::strcmp(stage.name, name) != 0) continue;
    const std::vector<Item> items = ReadItems(path);
    uint64_t bytes = 0;
    for (const Item& item : items) bytes += item.bytes.size();
    const Outcome outcome = stage.run(items);
    if (outcome.bytes != 0 && outcome.bytes < bytes) Die("the stream is not complete");
    fmt::print(
        "{{\"stage\":\"{}\",\"cpu_s\":{:.6f},\"wall_s\":{:.6f},\"peak_kib\":{},\"digest\":\"\","
        "\"counts\":{{\"records\":{},\"record_bytes\":{}}}}}\n",
        name, outcome.times.cpu, outcome.times.wall, PeakMemoryKib(), items.size(), bytes);
    return 0;
  }
  std::string text = "usage: exchange_bench STAGE FILE\n\nRuns a stage once on a binary file:\n";
  for (const Stage& stage : kStages) {
    text += fmt::format("  {:<18} {}\n", stage.name, stage.meaning);
  }
  std::fputs(text.c_str(), stderr);
  return 2;
}

}  // namespace
}  // namespace puente::bench

int main(int argc, char** argv) {
  return puente::bench::Run(argc == 3 ? argv[1] : "", argc == 3 ? argv[2] : "");
}
