// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Tests of the client against an exchange that cuts streams, refuses and breaks rules.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include "core/base/digest.h"
#include "core/base/status.h"
#include "core/pipeline/exit_code.h"
#include "puente/v1/record.pb.h"
#include "services/client/method_call.h"
#include "services/client/push.h"
#include "services/client/record_stream.h"
#include "services/client/watch.h"
#include "services/store/reason_error.h"
#include "tests/services/client_fake.h"

namespace puente::client {
namespace {

namespace v1 = puente::exchange::v1;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::string CodeOf(const absl::Status& status) { return GetErrorDetail(status).code; }

std::string Made(const std::string& id, size_t size) {
  puente::v1::Record record;
  record.mutable_identity()->set_dataset("d");
  record.mutable_identity()->set_id(id);
  record.mutable_activity()->set_iati_identifier(id);
  record.mutable_activity()->mutable_title()->add_narratives()->set_text(std::string(size, 't'));
  return record.SerializeAsString();
}

// Records in memory.
class MemorySource : public PushSource {
 public:
  explicit MemorySource(std::vector<std::string> ids, size_t size = 500) {
    for (const std::string& id : ids) Add(id, size);
  }
  void Add(const std::string& id, size_t size) {
    ids_.push_back(id);
    bytes_.push_back(Made(id, size));
  }
  int64_t records() const override { return static_cast<int64_t>(ids_.size()); }
  absl::Status Seek(int64_t number) override {
    at_ = static_cast<size_t>(number - 1);
    return absl::OkStatus();
  }
  absl::StatusOr<bool> Next(RecordHead* head) override {
    if (at_ >= ids_.size()) return false;
    head->id = ids_[at_];
    head->digest = *RecordDigest(std::string_view(bytes_[at_]));
    head->size = bytes_[at_].size();
    head->where = at_ << 32;
    ++at_;
    return true;
  }
  absl::Status Read(uint64_t where, uint64_t size, std::string* bytes) override {
    *bytes = bytes_[where >> 32].substr(where & 0xffffffff, size);
    return absl::OkStatus();
  }
  const std::string& bytes(size_t i) const { return bytes_[i]; }

 private:
  std::vector<std::string> ids_;
  std::vector<std::string> bytes_;
  size_t at_ = 0;
};

std::vector<std::string> Ids(int count) {
  std::vector<std::string> ids;
  for (int i = 0; i < count; ++i) ids.push_back("XX-" + std::to_string(i));
  return ids;
}

class ClientTest : public ::testing::Test {
 protected:
  ClientTest() {
    QuietGrpc();
    ConnectOptions options;
    options.address = server_.address();
    options.token = "pnt_secret";
    options.cancel = &cancel_;
    auto opened = Connection::Open(options);
    if (!opened.ok()) abort();
    connection_ = *std::move(opened);
    push_.agency = "a";
    push_.dataset = "d";
    push_.retry.first = std::chrono::milliseconds(5);
    push_.retry.give_up = std::chrono::milliseconds(3000);
  }

  PushResult Push(PushSource& source) {
    server_.records.Sync();
    PushResult result = client::Push(*connection_, source, push_);
    server_.records.Sync();
    return result;
  }

  // A stream of records, the last message complete.
  void Serve(const std::vector<std::string>& records) {
    auto& stream = server_.records.stream;
    stream.clear();
    for (size_t i = 0; i < records.size(); ++i) {
      v1::StreamRecordsResponse message;
      v1::StoredRecord* record = message.add_records();
      record->set_name("agencies/a/datasets/d/records/XX-" + std::to_string(i));
      const auto digest = RecordDigest(std::string_view(records[i]));
      record->set_digest(digest->data(), digest->size());
      record->set_record_bytes(static_cast<int64_t>(records[i].size()));
      constexpr size_t kPiece = size_t{1} << 20;
      if (records[i].size() <= kPiece) {
        record->set_record(records[i]);
        message.set_resume_token(std::to_string(stream.size() + 1));
        stream.push_back(message);
        continue;
      }
      stream.push_back(message);
      for (size_t at = 0; at < records[i].size(); at += kPiece) {
        v1::StreamRecordsResponse piece;
        piece.mutable_chunk()->set_offset(static_cast<int64_t>(at));
        piece.mutable_chunk()->set_data(records[i].substr(at, kPiece));
        piece.mutable_chunk()->set_total_bytes(static_cast<int64_t>(records[i].size()));
        if (at + kPiece >= records[i].size()) {
          piece.set_resume_token(std::to_string(stream.size() + 1));
        }
        stream.push_back(piece);
      }
    }
    v1::StreamRecordsResponse end;
    end.set_complete(true);
    end.set_watch_token("from here");
    stream.push_back(end);
  }

  // All records of a pull, or the error that ended it.
  absl::StatusOr<std::vector<std::string>> PullAll(std::string* watch_token = nullptr) {
    RecordStreamOptions options;
    options.agency = "a";
    options.dataset = "d e";
    options.filter = "f";
    options.retry = push_.retry;
    server_.records.Sync();
    RecordStream stream(connection_.get(), options);
    std::vector<std::string> ids;
    std::string bytes;
    Digest digest;
    while (true) {
      const absl::StatusOr<bool> more = stream.Next(&bytes, &digest);
      server_.records.Sync();
      if (!more.ok()) return more.status();
      if (!*more) break;
      puente::v1::Record record;
      EXPECT_TRUE(record.ParseFromString(bytes));
      EXPECT_EQ(record.identity().agency(), "a");
      ids.push_back(record.activity().iati_identifier());
    }
    if (watch_token != nullptr) *watch_token = stream.watch_token();
    return ids;
  }

  FakeServer server_;
  std::atomic<bool> cancel_ = false;
  std::unique_ptr<Connection> connection_;
  PushOptions push_;
};

TEST_F(ClientTest, PushesWhatIsNeeded) {
  MemorySource first(Ids(5000));
  PushResult result = Push(first);
  ASSERT_TRUE(result.status.ok()) << result.status;
  EXPECT_EQ(result.summary.created(), 5000);
  EXPECT_EQ(result.progress.sent, 5000);
  EXPECT_EQ(result.progress.decided, 5000);
  EXPECT_EQ(server_.records.stored.size(), 5000u);
  EXPECT_THAT(server_.records.authorizations, Each("Bearer pnt_secret"));
  ASSERT_EQ(server_.records.opens.size(), 1u);
  EXPECT_EQ(server_.records.opens[0].parent(), "agencies/a/datasets/d");
  EXPECT_EQ(server_.records.opens[0].mode(), v1::PUSH_MODE_UPSERT);
  EXPECT_EQ(server_.records.opens[0].request_id().size(), 32u);

  // The same with one that is new and one that is larger than a message.
  std::vector<std::string> ids = Ids(5000);
  MemorySource second(ids);
  second.Add("large", 3'500'000);
  second.Add("small", 10);
  result = Push(second);
  ASSERT_TRUE(result.status.ok()) << result.status;
  EXPECT_EQ(result.summary.unchanged(), 5000);
  EXPECT_EQ(result.summary.created(), 2);
  EXPECT_EQ(result.progress.sent, 2);
  EXPECT_EQ(server_.records.stored["large~0"], second.bytes(5000));
  EXPECT_THAT(server_.records.faults, IsEmpty());
}

TEST_F(ClientTest, KeepsToItsCredit) {
  server_.records.credit = 2 << 20;
  MemorySource source(Ids(300), 40'000);
  source.Add("large", 3'000'000);
  const PushResult result = Push(source);
  ASSERT_TRUE(result.status.ok()) << result.status;
  EXPECT_LE(server_.records.most_under_way, 2 << 20);
  EXPECT_GE(server_.records.most_under_way, 1 << 20);
  EXPECT_EQ(server_.records.stored.size(), 301u);
  EXPECT_THAT(server_.records.faults, IsEmpty());
}

TEST_F(ClientTest, MendsACutWhereverItIs) {
  // Each stream passes one message more than the one before; what it answered may be lost.
  std::vector<int> cuts;
  for (int i = 1; i < 14; ++i) cuts.push_back(i);
  server_.records.push_cuts.Plan(cuts);
  MemorySource source(Ids(9000));
  source.Add("large", 2'500'000);
  const PushResult result = Push(source);
  ASSERT_TRUE(result.status.ok()) << result.status;
  EXPECT_GE(result.cuts, 8);
  EXPECT_EQ(result.summary.created(), 9001);
  EXPECT_EQ(server_.records.stored.size(), 9001u);
  for (const auto& open : server_.records.opens) {
    EXPECT_EQ(open.request_id(), result.request_id);
  }
  EXPECT_THAT(server_.records.faults, IsEmpty());
}

TEST_F(ClientTest, GoesOnBehindAnEarlierRun) {
  push_.request_id = "today";
  push_.retry.give_up = std::chrono::milliseconds(0);
  server_.records.push_cuts.Plan({10});
  MemorySource source(Ids(9000));
  PushResult result = Push(source);
  EXPECT_EQ(CodeOf(result.status), "PUE-0709");
  EXPECT_THAT(GetErrorDetail(result.status).hint, HasSubstr("--request-id today"));
  const int64_t before = server_.records.writes_seen;
  result = Push(source);
  ASSERT_TRUE(result.status.ok()) << result.status;
  EXPECT_EQ(server_.records.stored.size(), 9000u);
  // What was stored without being decided up to it is offered again, and not sent again.
  EXPECT_EQ(server_.records.writes_seen, 9000);
  EXPECT_GT(before, 0);
  EXPECT_THAT(server_.records.faults, IsEmpty());
  // Committed: only the summary comes back.
  result = Push(source);
  ASSERT_TRUE(result.status.ok()) << result.status;
  EXPECT_TRUE(result.summary.replayed());
  EXPECT_EQ(result.progress.sent, 0);
  // Fewer records than were decided are not the same push.
  MemorySource other(Ids(3));
  result = Push(other);
  EXPECT_EQ(CodeOf(result.status), "PUE-0705");
}

TEST_F(ClientTest, TellsRefusedRecords) {
  server_.records.refused_ids = {"XX-3~0", "XX-77~0"};
  std::vector<int64_t> numbers;
  std::vector<std::string> reasons;
  push_.on_refusal = [&](const PushRefusal& refusal) {
    numbers.push_back(refusal.number);
    EXPECT_FALSE(refusal.is_conflict);
    reasons.push_back(store::ReasonName(store::ReasonOf(refusal.why)));
  };
  MemorySource source(Ids(100));
  const PushResult result = Push(source);
  ASSERT_TRUE(result.status.ok()) << result.status;
  EXPECT_EQ(result.summary.rejected(), 2);
  EXPECT_EQ(result.summary.created(), 98);
  EXPECT_THAT(numbers, ElementsAre(4, 78));
  EXPECT_THAT(reasons, Each("RECORD_MALFORMED"));
}

TEST_F(ClientTest, ErrorsHaveCodesAndExitCodes) {
  struct Row {
    grpc::Status status;
    std::string code;
    int exit_code;
  };
  using grpc::StatusCode;
  const std::vector<Row> rows = {
      {WithReason(StatusCode::UNAUTHENTICATED, "m", "TOKEN_MISSING"), "PUE-0702", 4},
      {WithReason(StatusCode::UNAUTHENTICATED, "m", "TOKEN_EXPIRED"), "PUE-0702", 4},
      {WithReason(StatusCode::PERMISSION_DENIED, "m", "AGENCY_MISMATCH"), "PUE-0703", 4},
      {WithReason(StatusCode::PERMISSION_DENIED, "m", "PLUGIN_NOT_ALLOWED"), "PUE-0411", 4},
      {WithReason(StatusCode::NOT_FOUND, "m", "AGENCY_NOT_FOUND"), "PUE-0705", 2},
      {WithReason(StatusCode::ABORTED, "m", "PUSH_IN_PROGRESS"), "PUE-0707", 5},
      {WithReason(StatusCode::FAILED_PRECONDITION, "m", "MASS_REMOVAL"), "PUE-0708", 5},
      {WithReason(StatusCode::RESOURCE_EXHAUSTED, "m", "STORE_FULL"), "PUE-0710", 7},
      {WithReason(StatusCode::INTERNAL, "m", "INTERNAL"), "PUE-0711", 6},
      {WithReason(StatusCode::DATA_LOSS, "m", "STORE_DAMAGED"), "PUE-0711", 6},
      {WithReason(StatusCode::OUT_OF_RANGE, "m", "REVISION_COMPACTED"), "PUE-0713", 5},
      {WithReason(StatusCode::UNKNOWN, "m", "SOMETHING_LATER"), "PUE-0711", 6},
      {grpc::Status(StatusCode::UNIMPLEMENTED, ""), "PUE-0705", 2},
      {grpc::Status(StatusCode::UNAVAILABLE, "gone"), "PUE-0701", 6}};
  MemorySource source(Ids(1));
  for (const Row& row : rows) {
    server_.records.refuse_open = row.status;
    const PushResult result = Push(source);
    EXPECT_EQ(CodeOf(result.status), row.code) << row.status.error_message() << result.status;
    EXPECT_EQ(pipeline::ExitCodeFor(result.status), row.exit_code) << result.status;
  }
  // None of them was tried twice: the push had never been open.
  EXPECT_EQ(server_.records.streams_opened, static_cast<int>(rows.size()));
}

TEST_F(ClientTest, AServerThatBreaksTheRulesIsToldSo) {
  server_.records.needs_what_was_not_offered = true;
  MemorySource source(Ids(10));
  EXPECT_EQ(CodeOf(Push(source).status), "PUE-0712");
}

TEST_F(ClientTest, InterruptedWhileTheServerHangs) {
  server_.records.hang = true;
  std::thread later([this] {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    cancel_ = true;
  });
  const auto begin = std::chrono::steady_clock::now();
  MemorySource source(Ids(10));
  const absl::Status status = Push(source).status;
  EXPECT_EQ(CodeOf(status), "PUE-0104") << status;
  EXPECT_TRUE(absl::IsCancelled(status));
  EXPECT_EQ(CodeOf(PullAll().status()), "PUE-0104");
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(3));
  later.join();
}

TEST_F(ClientTest, PullsAndMendsCutsWhereverTheyAre) {
  const std::vector<std::string> records = {Made("XX-0", 2'500'000), Made("XX-1", 10),
                                            Made("XX-2", 1'200'000), Made("XX-3", 10)};
  Serve(records);
  const std::vector<std::string> expected = {"XX-0", "XX-1", "XX-2", "XX-3"};
  std::string watch_token;
  auto pulled = PullAll(&watch_token);
  ASSERT_TRUE(pulled.ok()) << pulled.status();
  EXPECT_EQ(*pulled, expected);
  EXPECT_EQ(watch_token, "from here");
  EXPECT_EQ(server_.records.stream_requests[0].parent(), "agencies/a/datasets/d%20e");
  EXPECT_EQ(server_.records.stream_requests[0].filter(), "f");
  const int messages = static_cast<int>(server_.records.stream.size());
  for (int cut = 1; cut < messages; ++cut) {
    // Again in the stream that goes on, too.
    server_.records.stream_cuts.Plan({cut, 1});
    pulled = PullAll();
    ASSERT_TRUE(pulled.ok()) << cut << pulled.status();
    EXPECT_EQ(*pulled, expected) << cut;
  }
}

TEST_F(ClientTest, RecordsThatAreNotWhatTheyShouldBe) {
  const auto code = [this](auto&& change) {
    Serve({Made("XX-0", 10), Made("XX-1", 1'200'000)});
    change(server_.records.stream);
    return CodeOf(PullAll().status());
  };
  using Stream = std::vector<v1::StreamRecordsResponse>;
  EXPECT_EQ(code([](Stream&) {}), "");
  EXPECT_EQ(code([](Stream& stream) { stream.pop_back(); }), "PUE-0712");
  EXPECT_EQ(
      code([](Stream& stream) { (*stream[0].mutable_records(0)->mutable_record())[20] ^= 1; }),
      "PUE-0712");
  EXPECT_EQ(code([](Stream& stream) { stream[0].mutable_records(0)->set_record("nonsense"); }),
            "PUE-0712");
  EXPECT_EQ(code([](Stream& stream) { stream[0].mutable_records(0)->clear_digest(); }), "PUE-0712");
  EXPECT_EQ(code([](Stream& stream) { stream.erase(stream.begin() + 2); }), "PUE-0712");
  EXPECT_EQ(code([](Stream& stream) { stream.erase(stream.begin() + 1); }), "PUE-0712");
  EXPECT_EQ(code([](Stream& stream) { stream[2].mutable_chunk()->set_total_bytes(7); }),
            "PUE-0712");
}

TEST_F(ClientTest, WatchesOverCuts) {
  server_.changes.changes = 40;
  server_.changes.cuts.Plan({1, 2, 1, 5});
  WatchOptions options;
  options.from_beginning = true;
  options.retry = push_.retry;
  std::vector<int64_t> revisions;
  const absl::Status enough = absl::FailedPreconditionError("enough");
  server_.changes.Sync();
  const absl::Status status =
      Watch(*connection_, options, [&](const v1::WatchChangesResponse& message) -> absl::Status {
        for (const auto& change : message.changes()) {
          revisions.push_back(change.record().revision());
        }
        return message.progress() ? enough : absl::OkStatus();
      });
  server_.changes.Sync();
  EXPECT_EQ(status, enough);
  ASSERT_EQ(revisions.size(), 40u);
  for (int64_t i = 0; i < 40; ++i) EXPECT_EQ(revisions[static_cast<size_t>(i)], i + 1);
  const auto& requests = server_.changes.requests;
  ASSERT_EQ(requests.size(), 5u);
  EXPECT_EQ(requests[0].parent(), "agencies/-/datasets/-");
  EXPECT_EQ(requests[0].start(), v1::WatchChangesRequest::START_BEGINNING);
  for (size_t i = 1; i < requests.size(); ++i) {
    EXPECT_EQ(requests[i].start(), v1::WatchChangesRequest::START_UNSPECIFIED);
    EXPECT_FALSE(requests[i].resume_token().empty());
  }
}

TEST_F(ClientTest, AWatchThatIsRefusedEnds) {
  server_.changes.changes = 3;
  server_.changes.end_with =
      WithReason(grpc::StatusCode::OUT_OF_RANGE, "gone", "REVISION_COMPACTED");
  WatchOptions options;
  options.since = "0";
  options.retry = push_.retry;
  int taken = 0;
  server_.changes.Sync();
  const absl::Status status = Watch(*connection_, options, [&](const auto&) {
    ++taken;
    return absl::OkStatus();
  });
  server_.changes.Sync();
  EXPECT_EQ(CodeOf(status), "PUE-0713");
  EXPECT_EQ(taken, 1);
  EXPECT_EQ(server_.changes.requests.size(), 1u);
  EXPECT_EQ(server_.changes.requests[0].resume_token(), "0");
}

TEST_F(ClientTest, CallsAnyMethod) {
  std::vector<std::string> answers;
  const TakeJson take = [&](std::string_view json) {
    answers.emplace_back(json);
    return absl::OkStatus();
  };
  const std::string name = R"({"name": "agencies/a/datasets/d/records/x"})";
  for (const char* method :
       {"GetRecord", "RecordService/GetRecord", "/puente.exchange.v1.RecordService/GetRecord"}) {
    EXPECT_TRUE(CallMethod(*connection_, method, name, take).ok());
  }
  EXPECT_THAT(answers, ElementsAre(answers[0], answers[0], answers[0]));
  EXPECT_EQ(answers[0],
            R"({"record":{"name":"agencies/a/datasets/d/records/x","record_bytes":"7"}})");

  answers.clear();
  Serve({Made("XX-0", 10), Made("XX-1", 10)});
  server_.records.Sync();
  EXPECT_TRUE(CallMethod(*connection_, "StreamRecords", "{}", take).ok());
  ASSERT_EQ(answers.size(), 3u);
  EXPECT_THAT(answers[2], HasSubstr(R"("complete":true)"));
  // The taker may have enough.
  int taken = 0;
  const absl::Status enough = absl::FailedPreconditionError("enough");
  EXPECT_EQ(CallMethod(*connection_, "StreamRecords", "{}",
                       [&](std::string_view) { return ++taken == 2 ? enough : absl::OkStatus(); }),
            enough);

  const auto error = [&](const char* method, const std::string& json) {
    return CallMethod(*connection_, method, json, take);
  };
  const absl::Status missing = error("GetRecord", "{}");
  EXPECT_EQ(CodeOf(missing), "PUE-0705");
  EXPECT_EQ(store::ReasonOf(missing), v1::REASON_RECORD_NOT_FOUND);
  EXPECT_EQ(GetErrorDetail(error("GetRecrd", "{}")).hint, "did you mean `GetRecord`?");
  EXPECT_EQ(CodeOf(error("GetRecord", "{\"nam\": 1}")), "PUE-0714");
  EXPECT_EQ(CodeOf(error("GetRecord", "{")), "PUE-0714");
  EXPECT_EQ(CodeOf(error("PushRecords", "{}")), "PUE-0714");
  EXPECT_EQ(CodeOf(error("GetHead", "{}")), "PUE-0705");

  bool pushes = false;
  bool streams = false;
  for (const MethodInfo& method : ListMethods()) {
    pushes = pushes || method.name.ends_with("/PushRecords");
    streams = streams || (method.name.ends_with("/WatchChanges") && method.is_stream);
  }
  EXPECT_FALSE(pushes);
  EXPECT_TRUE(streams);
}

TEST_F(ClientTest, OnlyThisMachineIsCalledWithoutTls) {
  // A server on a loopback address, with the token, without TLS.
  grpc::ServerBuilder builder;
  int port = 0;
  FakeRecords records;
  builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
  builder.RegisterService(&records);
  const std::unique_ptr<grpc::Server> server = builder.BuildAndStart();
  MemorySource source(Ids(3));
  for (const std::string host : {"127.0.0.1", "localhost", "http://127.0.0.1"}) {
    ConnectOptions options;
    options.address = host + ":" + std::to_string(port);
    options.token = "pnt_secret";
    const auto connection = Connection::Open(options);
    ASSERT_TRUE(connection.ok());
    push_.request_id = host;
    const PushResult result = client::Push(**connection, source, push_);
    EXPECT_TRUE(result.status.ok()) << host << result.status;
  }
  records.Sync();
  EXPECT_THAT(records.authorizations, Each("Bearer pnt_secret"));
  // Asked for TLS, nothing is sent to a server that has none.
  ConnectOptions options;
  options.address = "https://127.0.0.1:" + std::to_string(port);
  options.token = "pnt_secret";
  const auto connection = Connection::Open(options);
  ASSERT_TRUE(connection.ok());
  const PushResult result = client::Push(**connection, source, push_);
  EXPECT_EQ(CodeOf(result.status), "PUE-0701") << result.status;
  EXPECT_EQ(records.authorizations.size(), 3u);
  server->Shutdown();
}

}  // namespace
}  // namespace puente::client
