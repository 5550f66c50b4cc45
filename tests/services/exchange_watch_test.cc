// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Watches: order, nothing left out, tokens over restarts, slow readers, compaction, draining.

#include <gmock/gmock.h>

#include <chrono>
#include <cstdlib>
#include <map>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "services/store/resource_name.h"
#include "tests/services/exchange_fixture.h"

namespace puente::exchange {
namespace {

using Change = v1::WatchChangesResponse::Change;

// One watch, read message by message.
class Watch {
 public:
  Watch(v1::ChangeService::Stub* stub, std::unique_ptr<grpc::ClientContext> context,
        const v1::WatchChangesRequest& request)
      : context_(std::move(context)), stream_(stub->WatchChanges(context_.get(), request)) {}
  ~Watch() {
    if (stream_ != nullptr) {
      context_->TryCancel();
      (void)End();
    }
  }

  bool Read(v1::WatchChangesResponse* response) { return stream_->Read(response); }
  grpc::Status End() {
    v1::WatchChangesResponse response;
    while (stream_->Read(&response)) {
    }
    const grpc::Status status = stream_->Finish();
    stream_.reset();
    return status;
  }
  void Cancel() { context_->TryCancel(); }

 private:
  std::unique_ptr<grpc::ClientContext> context_;
  std::unique_ptr<grpc::ClientReader<v1::WatchChangesResponse>> stream_;
};

// What holds for every reader of a feed: order, each once, none left out, progress true.
class Validator {
 public:
  // Takes a message; says what is wrong with it.
  void Take(const v1::WatchChangesResponse& response) {
    for (const Change& change : response.changes()) {
      const std::string agency =
          change.record().name().substr(0, change.record().name().find("/d"));
      const int64_t revision = change.record().revision();
      // With no filter revisions have no gaps.
      EXPECT_EQ(revision, last_[agency] + 1) << agency;
      last_[agency] = revision;
      int64_t& generation = generations_[change.record().name()];
      EXPECT_EQ(change.record().generation(), generation + 1);
      generation = change.record().generation();
      EXPECT_EQ(change.kind() == Change::KIND_DELETED, change.record().deleted());
      ++count_;
    }
    EXPECT_FALSE(response.resume_token().empty());
    token_ = response.resume_token();
    EXPECT_EQ(response.progress(), response.changes().empty());
  }
  const std::string& token() const { return token_; }
  int64_t count() const { return count_; }
  int64_t last(const std::string& agency) { return last_["agencies/" + agency]; }

 private:
  std::map<std::string, int64_t> last_;
  std::map<std::string, int64_t> generations_;
  std::string token_;
  int64_t count_ = 0;
};

class WatchTest : public ExchangeTest {
 protected:
  void PushSome(int number, int count) {
    std::vector<std::string> records;
    for (int i = 0; i < count; ++i) {
      records.push_back(MakeRecord("R" + std::to_string(i), std::to_string(number)));
    }
    ASSERT_EQ(Told(Push("d", records, "p" + std::to_string(number)).status), "OK");
  }
  v1::WatchChangesRequest All() const {
    v1::WatchChangesRequest request;
    request.set_parent("agencies/-/datasets/-");
    request.set_start(v1::WatchChangesRequest::START_BEGINNING);
    return request;
  }
};

TEST_F(WatchTest, TellsChangesAsTheyCome) {
  PushSome(1, 3);
  v1::WatchChangesRequest request;
  request.set_parent("agencies/acme/datasets/d");
  request.set_view(v1::RECORD_VIEW_FULL);
  Watch watch(changes_.get(), Context(reader_), request);
  v1::WatchChangesResponse response;
  // The beginning is now: nothing yet.
  ASSERT_TRUE(watch.Read(&response));
  EXPECT_TRUE(response.progress());
  EXPECT_EQ(response.changes_size(), 0);
  PushSome(2, 1);
  ASSERT_TRUE(watch.Read(&response));
  ASSERT_EQ(response.changes_size(), 1);
  EXPECT_EQ(response.changes(0).kind(), Change::KIND_UPDATED);
  EXPECT_EQ(response.changes(0).record().record(), MakeRecord("R0", "2"));
  EXPECT_EQ(response.changes(0).record().revision(), 4);
  ASSERT_TRUE(watch.Read(&response));
  EXPECT_TRUE(response.progress());
  v1::DeleteRecordRequest remove;
  remove.set_name("agencies/acme/datasets/d/records/R1");
  remove.set_reason("twice");
  v1::DeleteRecordResponse removed;
  const auto context = Context(acme_);
  ASSERT_EQ(Told(records_->DeleteRecord(context.get(), remove, &removed)), "OK");
  ASSERT_TRUE(watch.Read(&response));
  ASSERT_EQ(response.changes_size(), 1);
  EXPECT_EQ(response.changes(0).kind(), Change::KIND_DELETED);
  EXPECT_EQ(response.changes(0).delete_reason(), "twice");
  EXPECT_FALSE(response.changes(0).record().has_record());
}

TEST_F(WatchTest, BeginsWhereAStreamEnded) {
  PushSome(1, 5);
  std::string token;
  EXPECT_EQ(Stream("agencies/acme/datasets/d", &token).size(), 5U);
  PushSome(2, 2);
  v1::WatchChangesRequest request;
  request.set_parent("agencies/acme/datasets/d");
  request.set_resume_token(token);
  Watch watch(changes_.get(), Context(reader_), request);
  v1::WatchChangesResponse response;
  int changes = 0;
  while (watch.Read(&response) && !response.progress()) changes += response.changes_size();
  EXPECT_EQ(changes, 2);
}

TEST_F(WatchTest, ATokenIsGoodAfterARestart) {
  Validator validator;
  std::string token;
  std::mt19937 random(7);
  int pushed = 0;
  for (int round = 0; round < 6; ++round) {
    PushSome(100 + round, 20 + static_cast<int>(random() % 400));
    v1::WatchChangesRequest request = All();
    if (!validator.token().empty()) {
      request.set_start(v1::WatchChangesRequest::START_UNSPECIFIED);
      request.set_resume_token(validator.token());
    }
    {
      Watch watch(changes_.get(), Context(reader_), request);
      v1::WatchChangesResponse response;
      // Some messages only, so that the token lies within what is there.
      for (int i = 0; i < 1 + static_cast<int>(random() % 2) && watch.Read(&response); ++i) {
        validator.Take(response);
      }
      if (round % 2 == 0) PushSome(200 + round, 50);
    }
    StopServer();
    StartServer();
    ++pushed;
  }
  v1::WatchChangesRequest request = All();
  request.set_start(v1::WatchChangesRequest::START_UNSPECIFIED);
  request.set_resume_token(validator.token());
  Watch watch(changes_.get(), Context(reader_), request);
  v1::WatchChangesResponse response;
  do {
    ASSERT_TRUE(watch.Read(&response));
    validator.Take(response);
  } while (!response.progress());
  auto head = store_->Head();
  ASSERT_TRUE(head.ok());
  EXPECT_EQ(validator.last("acme"), head->at("acme"));
}

TEST_F(WatchTest, SlowReadersMissNothing) {
  StopServer();
  options_.limits.recent_change_bytes = 20'000;
  StartServer();
  v1::WatchChangesRequest request = All();
  request.set_view(v1::RECORD_VIEW_FULL);
  Watch slow(changes_.get(), Context(reader_), request);
  Validator fast_validator;
  std::thread fast([&] {
    Watch watch(changes_.get(), Context(reader_), request);
    v1::WatchChangesResponse response;
    while (fast_validator.count() < 4001 && watch.Read(&response)) fast_validator.Take(response);
  });
  for (int i = 0; i < 40; ++i) PushSome(i, 100);
  PushSome(41, 1);
  fast.join();
  Validator validator;
  v1::WatchChangesResponse response;
  while (validator.count() < 4001) {
    ASSERT_TRUE(slow.Read(&response));
    validator.Take(response);
  }
  EXPECT_EQ(validator.count(), 4001);
  EXPECT_EQ(fast_validator.count(), 4001);
}

TEST_F(WatchTest, FiltersAndSelectorsChoose) {
  v1::WatchChangesRequest request = All();
  request.set_parent("agencies/acme/datasets/d");
  request.set_filter("lang = \"7\"");
  PushSome(6, 3);
  PushSome(7, 2);
  ASSERT_EQ(Told(Push("other", {MakeRecord("X", "7")}, "other").status), "OK");
  Watch watch(changes_.get(), Context(reader_), request);
  v1::WatchChangesResponse response;
  int changes = 0;
  while (watch.Read(&response) && !response.progress()) changes += response.changes_size();
  EXPECT_EQ(changes, 2);
  PushSome(8, 3);
  PushSome(7, 1);  // the request id is used: replayed, no change
  ASSERT_EQ(Told(Push("d", {MakeRecord("R2", "7")}, "last").status), "OK");
  // What does not pass shows as progress only.
  do {
    ASSERT_TRUE(watch.Read(&response));
  } while (response.progress());
  ASSERT_EQ(response.changes_size(), 1) << response.ShortDebugString();
  EXPECT_EQ(response.changes(0).record().name(), "agencies/acme/datasets/d/records/R2");
}

TEST_F(WatchTest, CompactedChangesAreAnError) {
  PushSome(1, 10);
  v1::WatchChangesRequest request = All();
  std::string early;
  {
    Watch watch(changes_.get(), Context(reader_), request);
    v1::WatchChangesResponse response;
    ASSERT_TRUE(watch.Read(&response));
    early = response.resume_token();
  }
  PushSome(2, 10);
  ASSERT_TRUE(store_->Compact("acme", 15).ok());
  request.set_start(v1::WatchChangesRequest::START_UNSPECIFIED);
  request.set_resume_token(early);
  Watch watch(changes_.get(), Context(reader_), request);
  const grpc::Status status = watch.End();
  EXPECT_EQ(Told(status), "11 REVISION_COMPACTED");
  EXPECT_EQ(InfoOf(status).metadata().at("oldest"), "15");
  EXPECT_EQ(InfoOf(status).metadata().at("agency"), "acme");
  // From the beginning is from the oldest that is kept.
  Watch from_start(changes_.get(), Context(reader_), All());
  v1::WatchChangesResponse response;
  int changes = 0;
  while (from_start.Read(&response) && !response.progress()) changes += response.changes_size();
  EXPECT_EQ(changes, 5);
}

TEST_F(WatchTest, BadRequestsAreRefused) {
  const auto told = [this](const v1::WatchChangesRequest& request) {
    Watch watch(changes_.get(), Context(reader_), request);
    return Told(watch.End());
  };
  v1::WatchChangesRequest request;
  EXPECT_EQ(told(request), "3 NAME_INVALID");
  request = All();
  request.set_resume_token("x");
  EXPECT_EQ(told(request), "3 ARGUMENT_INVALID");
  request.set_start(v1::WatchChangesRequest::START_UNSPECIFIED);
  EXPECT_EQ(told(request), "3 RESUME_TOKEN_INVALID");
  request = All();
  request.set_parent("agencies/nobody/datasets/-");
  EXPECT_EQ(told(request), "5 AGENCY_NOT_FOUND");
  request = All();
  request.set_filter("no such field = 1");
  EXPECT_EQ(told(request), "3 FILTER_INVALID");
  request = All();
  request.mutable_progress_interval()->set_nanos(5);
  EXPECT_EQ(told(request), "3 ARGUMENT_INVALID");
}

TEST_F(WatchTest, ADrainEndsWatchesAndRefusesCalls) {
  Watch watch(changes_.get(), Context(reader_), All());
  v1::WatchChangesResponse response;
  ASSERT_TRUE(watch.Read(&response));
  PushStream push(records_.get(), acme_);
  push.Open("agencies/acme/datasets/d", "drain");
  push.Next();
  std::thread drain([this] { server_->Shutdown(std::chrono::seconds(20)); });
  EXPECT_EQ(Told(watch.End()), "14 SHUTTING_DOWN");
  // A push that is open may end.
  push.Write(1, MakeRecord("A", "en"));
  EXPECT_EQ(push.Next().verdicts().verdicts_size(), 1);
  push.Commit();
  EXPECT_EQ(push.Next().summary().created(), 1);
  // The summary ends the push; the connection may be closed before its status has come.
  (void)push.Finish();
  drain.join();
}

// Random histories: pushes of all kinds, deletions, restarts and readers at their own pace. What
// each reader got must be the log, change by change. PUENTE_HISTORIES sets how many.
TEST_F(WatchTest, RandomHistoriesAreToldWhole) {
  struct Reader {
    std::string token;
    int64_t begin = 0;
    std::vector<std::string> told;
  };
  const char* const asked = std::getenv("PUENTE_HISTORIES");
  const int histories = asked == nullptr ? 3 : std::atoi(asked);
  const auto text_of = [](const std::string& name, int64_t revision, int64_t generation,
                          bool deleted) {
    return name + " " + std::to_string(revision) + " " + std::to_string(generation) +
           (deleted ? " deleted" : "");
  };
  for (int history = 0; history < histories; ++history) {
    SCOPED_TRACE("history " + std::to_string(history));
    std::mt19937 random(static_cast<unsigned>(history));
    const auto chance = [&random](int below) { return static_cast<int>(random() % below); };
    std::vector<Reader> readers(4);
    {
      const auto head = store_->Head();
      ASSERT_TRUE(head.ok());
      std::string token;
      Stream("agencies/-/datasets/-", &token);
      for (Reader& reader : readers) {
        reader.token = token;
        reader.begin = head->at("acme");
      }
    }
    // Reads some messages, or all there are.
    const auto read = [&](Reader& reader, int messages, bool to_end) {
      v1::WatchChangesRequest request;
      request.set_parent("agencies/-/datasets/-");
      request.set_resume_token(reader.token);
      Watch watch(changes_.get(), Context(reader_), request);
      v1::WatchChangesResponse response;
      for (int i = 0; (to_end || i < messages) && watch.Read(&response); ++i) {
        for (const Change& change : response.changes()) {
          reader.told.push_back(text_of(change.record().name(), change.record().revision(),
                                        change.record().generation(), change.record().deleted()));
        }
        reader.token = response.resume_token();
        if (response.progress()) break;
        if (chance(4) == 0) std::this_thread::sleep_for(std::chrono::milliseconds(chance(5)));
      }
    };
    for (int step = 0; step < 40; ++step) {
      const std::string id = std::to_string(history) + "." + std::to_string(step);
      std::vector<std::string> records;
      for (int i = 0; i < 1 + chance(60); ++i) {
        records.push_back(
            MakeRecord("R" + std::to_string(chance(80)), id, static_cast<uint32_t>(i)));
      }
      switch (chance(6)) {
        case 0:
        case 1:
          EXPECT_EQ(Told(Push("d" + std::to_string(chance(2)), records, id).status), "OK");
          break;
        case 2:
          EXPECT_EQ(Told(Push("d", records, id, v1::PUSH_MODE_SNAPSHOT, true).status), "OK");
          break;
        case 3: {
          v1::DeleteRecordRequest remove;
          remove.set_name("agencies/acme/datasets/d0/records/R" + std::to_string(chance(80)));
          v1::DeleteRecordResponse removed;
          const auto context = Context(acme_);
          (void)records_->DeleteRecord(context.get(), remove, &removed);
          break;
        }
        case 4:
          if (chance(3) == 0) {
            StopServer();
            options_.limits.recent_change_bytes = 2000 + chance(100'000);
            StartServer();
          }
          break;
        default:
          read(readers[static_cast<size_t>(chance(4))], 1 + chance(3), false);
      }
    }
    std::vector<std::string> log;
    int64_t after = readers[0].begin;
    const auto head = store_->Head();
    ASSERT_TRUE(head.ok());
    while (after < head->at("acme")) {
      auto page = store_->ReadChanges("acme", "", after, 100, 0, false);
      ASSERT_TRUE(page.ok()) << page.status();
      for (const store::Change& change : page->changes) {
        log.push_back(text_of(store::RecordName(change.record.dataset, change.record.key),
                              change.record.revision, change.record.generation,
                              change.record.deleted));
      }
      ASSERT_GT(page->through, after);
      after = page->through;
    }
    for (Reader& reader : readers) {
      read(reader, 0, true);
      EXPECT_EQ(reader.told, log);
    }
  }
}

TEST_F(WatchTest, WatchesAreCounted) {
  StopServer();
  options_.limits.watches = 1;
  StartServer();
  Watch one(changes_.get(), Context(reader_), All());
  v1::WatchChangesResponse response;
  ASSERT_TRUE(one.Read(&response));
  Watch two(changes_.get(), Context(reader_), All());
  EXPECT_EQ(Told(two.End()), "8 TOO_MANY_STREAMS");
}

}  // namespace
}  // namespace puente::exchange
