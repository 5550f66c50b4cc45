// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Pushes: offers, records, verdicts, order of numbers, resuming, snapshots, limits.

#include <gmock/gmock.h>

#include <array>
#include <functional>
#include <string>
#include <tuple>
#include <vector>

#include "services/store/resource_name.h"
#include "tests/services/exchange_fixture.h"

namespace puente::exchange {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using Response = v1::PushRecordsResponse;

constexpr char kParent[] = "agencies/acme/datasets/d";

std::string Text(const Response::Verdict& verdict) {
  std::string text = std::to_string(verdict.seq()) + " " +
                     Response::Outcome_Name(verdict.outcome()).substr(8) + " " +
                     std::to_string(verdict.generation());
  if (verdict.has_status()) text += " " + Told(verdict.status());
  return text;
}

std::vector<std::string> Texts(const Response& response) {
  std::vector<std::string> out;
  for (const auto& verdict : response.verdicts().verdicts()) out.push_back(Text(verdict));
  return out;
}

class PushTest : public ExchangeTest {};

TEST_F(PushTest, OffersAskOnlyForWhatIsNew) {
  const std::string a = MakeRecord("A", "en");
  const std::string b = MakeRecord("B", "en");
  ASSERT_EQ(Told(Push("d", {a}, "first").status), "OK");

  PushStream push(records_.get(), acme_);
  push.Open(kParent, "second");
  EXPECT_EQ(push.Next().opened().through_seq(), 0);
  v1::PushRecordsRequest offers;
  for (const auto& [seq, id, record] :
       {std::tuple(1, "A", a), std::tuple(2, "B", b), std::tuple(3, "A", MakeRecord("A", "es"))}) {
    auto* offer = offers.mutable_offers()->add_offers();
    offer->set_seq(seq);
    offer->set_id(id);
    offer->set_digest(DigestBytes(record));
    if (seq == 3) offer->set_ordinal(1);
  }
  push.Send(offers);
  EXPECT_THAT(Texts(push.Next()), ElementsAre("1 UNCHANGED 1"));
  EXPECT_THAT(push.Next().need().seqs(), ElementsAre(2, 3));
  v1::PushRecordsRequest writes;
  auto* write = writes.mutable_writes()->add_writes();
  write->set_seq(3);
  write->set_record(MakeRecord("A", "es", 1));
  write = writes.mutable_writes()->add_writes();
  write->set_seq(2);
  write->set_record(b);
  push.Send(writes);
  const Response answer = push.Next();
  EXPECT_THAT(Texts(answer), ElementsAre("2 CREATED 1", "3 CREATED 1"));
  EXPECT_EQ(answer.verdicts().through_seq(), 3);
  EXPECT_EQ(answer.verdicts().credit_bytes(), static_cast<int64_t>(writes.ByteSizeLong()));
  push.Commit();
  const auto summary = push.Next().summary();
  EXPECT_EQ(summary.created(), 2);
  EXPECT_EQ(summary.unchanged(), 1);
  EXPECT_EQ(summary.revision(), 3);
  EXPECT_FALSE(summary.replayed());
  EXPECT_EQ(Told(push.Finish()), "OK");
  EXPECT_EQ(Stream(kParent).size(), 3U);
}

TEST_F(PushTest, OneBadRecordCostsItself) {
  PushStream push(records_.get(), acme_);
  push.Open(kParent, "bad");
  push.Next();
  v1::PushRecordsRequest writes;
  puente::v1::Record other;
  other.mutable_identity()->set_dataset("elsewhere");
  other.mutable_activity();
  puente::v1::Record empty;
  empty.mutable_identity()->set_id("E");
  int64_t seq = 0;
  for (const std::string& record :
       {MakeRecord("A", "en"), std::string("\xff\xff"), empty.SerializeAsString(),
        other.SerializeAsString(), MakeRecord("B", "en")}) {
    auto* write = writes.mutable_writes()->add_writes();
    write->set_seq(++seq);
    write->set_record(record);
  }
  push.Send(writes);
  EXPECT_THAT(Texts(push.Next()), ElementsAre("1 CREATED 1", "2 REJECTED 0 3 RECORD_MALFORMED",
                                              "3 REJECTED 0 3 RECORD_MALFORMED",
                                              "4 REJECTED 0 3 IDENTITY_MISMATCH", "5 CREATED 1"));
  push.Commit();
  const auto summary = push.Next().summary();
  EXPECT_EQ(summary.created(), 2);
  EXPECT_EQ(summary.rejected(), 3);
  EXPECT_EQ(Told(push.Finish()), "OK");
}

TEST_F(PushTest, WhatIsSentMustBeWhatWasOffered) {
  const std::string a = MakeRecord("A", "en");
  PushStream push(records_.get(), acme_);
  push.Open(kParent, "lies");
  push.Next();
  push.Offer(1, "A", DigestBytes(a));
  push.Next();
  push.Next();
  push.Write(1, MakeRecord("A", "es"));
  const Response digest = push.Next();
  EXPECT_THAT(Texts(digest), ElementsAre("1 REJECTED 0 3 DIGEST_MISMATCH"));
  push.Offer(2, "A", DigestBytes(a));
  push.Next();
  push.Next();
  push.Write(2, MakeRecord("B", "en"));
  EXPECT_THAT(Texts(push.Next()), ElementsAre("2 REJECTED 0 3 IDENTITY_MISMATCH"));
  push.Offer(3, "A", "short");
  EXPECT_THAT(Texts(push.Next()), ElementsAre("3 REJECTED 0 3 ARGUMENT_INVALID"));
}

TEST_F(PushTest, GenerationsGuardAgainstLostUpdates) {
  ASSERT_EQ(Told(Push("d", {MakeRecord("A", "en")}, "first").status), "OK");
  PushStream push(records_.get(), acme_);
  push.Open(kParent, "guarded");
  push.Next();
  push.Write(1, MakeRecord("A", "es"), 1);
  EXPECT_THAT(Texts(push.Next()), ElementsAre("1 UPDATED 2"));
  push.Write(2, MakeRecord("A", "pt"), 1);
  const Response conflict = push.Next();
  EXPECT_THAT(Texts(conflict), ElementsAre("2 CONFLICT 2 10 GENERATION_CONFLICT"));
  EXPECT_EQ(InfoOf(conflict.verdicts().verdicts(0).status()).metadata().at("generation"), "2");
  push.Write(3, MakeRecord("A", "pt"), 0);
  EXPECT_THAT(Texts(push.Next()), ElementsAre("3 CONFLICT 2 10 GENERATION_CONFLICT"));
  push.Write(4, MakeRecord("N", "pt"), 0);
  EXPECT_THAT(Texts(push.Next()), ElementsAre("4 CREATED 1"));
  push.Commit();
  EXPECT_EQ(push.Next().summary().conflicts(), 2);
}

TEST_F(PushTest, RemovalsLeaveTombstones) {
  ASSERT_EQ(Told(Push("d", {MakeRecord("A", "en"), MakeRecord("B", "en")}, "first").status), "OK");
  PushStream push(records_.get(), acme_);
  push.Open(kParent, "removals");
  push.Next();
  push.Remove(1, "A", "gone");
  EXPECT_THAT(Texts(push.Next()), ElementsAre("1 DELETED 2"));
  push.Remove(2, "A");
  EXPECT_THAT(Texts(push.Next()), ElementsAre("2 REJECTED 2 5 RECORD_DELETED"));
  push.Remove(3, "none");
  EXPECT_THAT(Texts(push.Next()), ElementsAre("3 REJECTED 0 5 RECORD_NOT_FOUND"));
  push.Commit();
  EXPECT_EQ(push.Next().summary().deleted(), 1);
  EXPECT_EQ(Stream(kParent).size(), 1U);
  // Back again: the next generation.
  const auto again = Push("d", {MakeRecord("A", "en")}, "again");
  ASSERT_EQ(again.verdicts.size(), 1U);
  EXPECT_EQ(Text(again.verdicts[0]), "1 CREATED 3");
}

TEST_F(PushTest, AfterACutItGoesOnBehindWhatWasDecided) {
  {
    PushStream push(records_.get(), acme_);
    push.Open(kParent, "cut");
    push.Next();
    push.Write(1, MakeRecord("A", "en"));
    push.Next();
    push.Write(2, MakeRecord("B", "en"));
    push.Next();
    push.Cancel();
    EXPECT_EQ(push.Finish().error_code(), grpc::StatusCode::CANCELLED);
  }
  StopServer();
  StartServer();
  {
    PushStream push(records_.get(), acme_);
    push.Open(kParent, "cut");
    EXPECT_EQ(push.Next().opened().through_seq(), 2);
    push.Write(3, MakeRecord("C", "en"));
    EXPECT_THAT(Texts(push.Next()), ElementsAre("3 CREATED 1"));
    push.Commit();
    const auto summary = push.Next().summary();
    EXPECT_EQ(summary.created(), 3);
    EXPECT_FALSE(summary.replayed());
    EXPECT_EQ(Told(push.Finish()), "OK");
  }
  for (int i = 0; i < 3; ++i) {
    PushStream push(records_.get(), acme_);
    push.Open(kParent, "cut");
    EXPECT_EQ(push.Next().opened().through_seq(), 3);
    const auto summary = push.Next().summary();
    EXPECT_EQ(summary.created(), 3);
    EXPECT_TRUE(summary.replayed());
    EXPECT_EQ(Told(push.Finish()), "OK");
  }
}

TEST_F(PushTest, ANewerStreamTakesAPushOver) {
  PushStream old(records_.get(), acme_);
  old.Open(kParent, "taken");
  old.Next();
  old.Write(1, MakeRecord("A", "en"));
  old.Next();
  PushStream fresh(records_.get(), acme_);
  fresh.Open(kParent, "taken");
  EXPECT_EQ(fresh.Next().opened().through_seq(), 1);
  EXPECT_EQ(Told(old.Finish()), "10 PUSH_IN_PROGRESS");
  fresh.Write(2, MakeRecord("B", "en"));
  EXPECT_THAT(Texts(fresh.Next()), ElementsAre("2 CREATED 1"));
  fresh.Commit();
  EXPECT_EQ(fresh.Next().summary().created(), 2);
}

TEST_F(PushTest, ARequestIdIsForOnePush) {
  ASSERT_EQ(Told(Push("d", {MakeRecord("A", "en")}, "once").status), "OK");
  EXPECT_EQ(Told(Push("other", {MakeRecord("A", "en")}, "once").status), "9 REQUEST_ID_REUSED");
  EXPECT_EQ(Told(Push("d", {MakeRecord("A", "en")}, "once", v1::PUSH_MODE_SNAPSHOT).status),
            "9 REQUEST_ID_REUSED");
  EXPECT_EQ(Told(Push("d", {}, "").status), "3 ARGUMENT_INVALID");
  EXPECT_EQ(Told(Push("d", {}, std::string(65, 'x')).status), "3 ARGUMENT_INVALID");
  EXPECT_EQ(Told(Push("d", {}, "mode", v1::PUSH_MODE_UNSPECIFIED).status), "3 ARGUMENT_INVALID");
  EXPECT_EQ(Told(Push("d/e", {}, "name").status), "3 NAME_INVALID");
}

TEST_F(PushTest, StepsComeInOrder) {
  const auto ends = [this](const std::function<void(PushStream&)>& steps) {
    static int id = 0;
    PushStream push(records_.get(), acme_);
    push.Open(kParent, "order" + std::to_string(++id));
    push.Next();
    steps(push);
    return Told(push.Finish());
  };
  EXPECT_EQ(ends([](PushStream& push) {
              push.Write(2, MakeRecord("A", "en"));
              push.Write(1, MakeRecord("B", "en"));
            }),
            "3 SEQUENCE_INVALID");
  EXPECT_EQ(ends([](PushStream& push) { push.Write(0, MakeRecord("A", "en")); }),
            "3 SEQUENCE_INVALID");
  EXPECT_EQ(ends([](PushStream& push) { push.Open(kParent, "twice"); }), "3 SEQUENCE_INVALID");
  EXPECT_EQ(ends([](PushStream& push) { push.Send(v1::PushRecordsRequest()); }),
            "3 SEQUENCE_INVALID");
  EXPECT_EQ(ends([](PushStream& push) {
              push.Offer(1, "A", DigestBytes(MakeRecord("A", "x")));
              push.Commit();
            }),
            "3 SEQUENCE_INVALID");
  EXPECT_EQ(ends([](PushStream& /*push*/) {}), "3 SEQUENCE_INVALID");
  PushStream first(records_.get(), acme_);
  first.Commit();
  EXPECT_EQ(Told(first.Finish()), "3 SEQUENCE_INVALID");
}

TEST_F(PushTest, SnapshotsAreTheDataset) {
  std::vector<std::string> records = {MakeHeader("2.03")};
  for (int i = 0; i < 10; ++i) records.push_back(MakeRecord("R" + std::to_string(i), "en"));
  const auto first = Push("d", records, "s1", v1::PUSH_MODE_SNAPSHOT);
  ASSERT_EQ(Told(first.status), "OK");
  EXPECT_EQ(first.summary.created(), 11);
  ASSERT_FALSE(first.verdicts.empty());
  EXPECT_EQ(first.verdicts[0].outcome(), Response::OUTCOME_STAGED);
  EXPECT_EQ(Stream(kParent), records);

  // One in the middle is new, one is gone, one has changed, two have changed places.
  std::vector<std::string> next = records;
  next.erase(next.begin() + 4);
  next.insert(next.begin() + 2, MakeRecord("NEW", "en"));
  next[6] = MakeRecord("R5", "es");
  std::swap(next[8], next[9]);
  const auto second = Push("d", next, "s2", v1::PUSH_MODE_SNAPSHOT);
  ASSERT_EQ(Told(second.status), "OK");
  EXPECT_EQ(second.summary.created(), 1);
  EXPECT_EQ(second.summary.deleted(), 1);
  EXPECT_EQ(Stream(kParent), next);

  // Most of it gone: refused, and nothing has changed.
  const auto third = Push("d", {next[0], next[1]}, "s3", v1::PUSH_MODE_SNAPSHOT);
  EXPECT_EQ(Told(third.status), "9 MASS_REMOVAL");
  EXPECT_EQ(Stream(kParent), next);
  const auto fourth = Push("d", {next[0], next[1]}, "s4", v1::PUSH_MODE_SNAPSHOT, true);
  EXPECT_EQ(Told(fourth.status), "OK");
  EXPECT_EQ(fourth.summary.deleted(), 9);
  EXPECT_EQ(Stream(kParent), (std::vector<std::string>{next[0], next[1]}));

  const auto twice =
      Push("d", {MakeRecord("T", "en"), MakeRecord("T", "es")}, "s5", v1::PUSH_MODE_SNAPSHOT, true);
  ASSERT_EQ(twice.verdicts.size(), 2U);
  EXPECT_EQ(Text(twice.verdicts[1]), "2 REJECTED 0 3 NAME_REPEATED");

  PushStream removal(records_.get(), acme_);
  removal.Open(kParent, "s6", v1::PUSH_MODE_SNAPSHOT);
  removal.Next();
  removal.Remove(1, "T");
  EXPECT_EQ(Told(removal.Finish()), "3 SEQUENCE_INVALID");
}

TEST_F(PushTest, ValidationWritesNothing) {
  ASSERT_EQ(Told(Push("d", {MakeRecord("A", "en")}, "v1").status), "OK");
  const auto result =
      Push("d", {MakeRecord("A", "en"), MakeRecord("A", "es", 0), MakeRecord("B", "en")}, "v2",
           v1::PUSH_MODE_VALIDATE_ONLY);
  ASSERT_EQ(Told(result.status), "OK");
  ASSERT_EQ(result.verdicts.size(), 3U);
  EXPECT_EQ(result.verdicts[0].outcome(), Response::OUTCOME_UNCHANGED);
  EXPECT_EQ(result.verdicts[1].outcome(), Response::OUTCOME_UPDATED);
  EXPECT_EQ(result.verdicts[2].outcome(), Response::OUTCOME_CREATED);
  EXPECT_EQ(Stream(kParent), std::vector<std::string>{MakeRecord("A", "en")});
}

TEST_F(PushTest, LargeRecordsTravelInChunks) {
  const std::string large = MakeRecord("L", std::string(5 << 20, 'x'));
  const auto send = [this](const std::string& record, const std::string& id, size_t total) {
    PushStream push(records_.get(), acme_);
    push.Open(kParent, id);
    push.Next();
    std::vector<std::string> out;
    int64_t credit = 8 << 20;
    for (size_t at = 0; at < record.size(); at += 1 << 20) {
      v1::PushRecordsRequest request;
      auto* write = request.mutable_writes()->add_writes();
      write->set_seq(1);
      write->mutable_chunk()->set_offset(static_cast<int64_t>(at));
      write->mutable_chunk()->set_data(record.substr(at, 1 << 20));
      write->mutable_chunk()->set_total_bytes(static_cast<int64_t>(total));
      credit -= static_cast<int64_t>(request.ByteSizeLong());
      push.Send(request);
      while (true) {
        const Response response = push.Next();
        credit += response.verdicts().credit_bytes();
        for (const std::string& text : Texts(response)) out.push_back(text);
        if (response.verdicts().credit_bytes() > 0) break;
      }
    }
    EXPECT_EQ(credit, 8 << 20);
    push.Commit();
    EXPECT_TRUE(push.Next().has_summary());
    EXPECT_EQ(Told(push.Finish()), "OK");
    return out;
  };
  EXPECT_THAT(send(large, "chunks", large.size()), ElementsAre("1 CREATED 1"));
  EXPECT_EQ(Stream(kParent), std::vector<std::string>{large});

  // One byte over the limit, and at it.
  constexpr size_t kLimit = size_t{16} << 20;
  const size_t rest = MakeRecord("H", std::string(kLimit - 100, 'x')).size() - (kLimit - 100);
  const std::string huge = MakeRecord("H", std::string(kLimit + 1 - rest, 'x'));
  ASSERT_EQ(huge.size(), kLimit + 1);
  EXPECT_THAT(send(huge, "huge", huge.size()), ElementsAre("1 REJECTED 0 8 RECORD_TOO_LARGE"));
  const std::string limit = MakeRecord("H", std::string(kLimit - rest, 'x'));
  ASSERT_EQ(limit.size(), kLimit);
  EXPECT_THAT(send(limit, "limit", limit.size()), ElementsAre("1 CREATED 1"));
  EXPECT_EQ(Stream(kParent), (std::vector<std::string>{large, limit}));

  // Too large for unary methods.
  v1::GetRecordRequest get;
  get.set_name("agencies/acme/datasets/d/records/L");
  v1::GetRecordResponse got;
  auto context = Context(reader_);
  EXPECT_EQ(Told(records_->GetRecord(context.get(), get, &got)), "8 RECORD_TOO_LARGE");
  get.set_view(v1::RECORD_VIEW_DIGEST);
  context = Context(reader_);
  EXPECT_EQ(Told(records_->GetRecord(context.get(), get, &got)), "OK");
  EXPECT_EQ(got.record().record_bytes(), static_cast<int64_t>(large.size()));
}

TEST_F(PushTest, ChunksFollowEachOther) {
  const auto ends = [this](const std::vector<std::array<int64_t, 4>>& chunks) {
    static int id = 0;
    PushStream push(records_.get(), acme_);
    push.Open(kParent, "chunk" + std::to_string(++id));
    push.Next();
    for (const auto& [seq, offset, size, total] : chunks) {
      v1::PushRecordsRequest request;
      auto* write = request.mutable_writes()->add_writes();
      write->set_seq(seq);
      write->mutable_chunk()->set_offset(offset);
      write->mutable_chunk()->set_data(std::string(static_cast<size_t>(size), 'x'));
      write->mutable_chunk()->set_total_bytes(total);
      push.Send(request);
    }
    return Told(push.Finish());
  };
  EXPECT_EQ(ends({{1, 5, 10, 100}}), "3 SEQUENCE_INVALID");
  EXPECT_EQ(ends({{1, 0, 10, 100}, {1, 11, 10, 100}}), "3 SEQUENCE_INVALID");
  EXPECT_EQ(ends({{1, 0, 10, 100}, {2, 10, 10, 100}}), "3 SEQUENCE_INVALID");
  EXPECT_EQ(ends({{1, 0, 10, 100}, {1, 10, 91, 100}}), "3 SEQUENCE_INVALID");
  EXPECT_EQ(ends({{1, 0, 0, 100}}), "3 SEQUENCE_INVALID");
  EXPECT_EQ(ends({{1, 0, 10, 0}}), "3 SEQUENCE_INVALID");
  EXPECT_EQ(ends({{1, 0, (1 << 20) + 1, 5 << 20}}), "3 SEQUENCE_INVALID");
}

TEST_F(PushTest, CreditIsHeld) {
  StopServer();
  options_.limits.push_credit_bytes = 1000;
  StartServer();
  PushStream push(records_.get(), acme_);
  push.Open(kParent, "credit");
  EXPECT_EQ(push.Next().opened().credit_bytes(), 1000);
  push.Write(1, MakeRecord("A", std::string(2000, 'x')));
  EXPECT_EQ(Told(push.Finish()), "8 CREDIT_EXCEEDED");
}

TEST_F(PushTest, PushesAreCounted) {
  StopServer();
  options_.limits.pushes = 2;
  StartServer();
  PushStream one(records_.get(), acme_);
  one.Open(kParent, "p1");
  one.Next();
  PushStream two(records_.get(), acme_);
  two.Open(kParent, "p2");
  two.Next();
  PushStream three(records_.get(), acme_);
  three.Open(kParent, "p3");
  EXPECT_EQ(Told(three.Finish()), "8 TOO_MANY_STREAMS");
}

TEST_F(PushTest, MessagesOverTheLimitAreRefused) {
  const auto push_of = [this](size_t size, const std::string& id) {
    PushStream push(records_.get(), acme_);
    push.Open(kParent, id);
    push.Next();
    v1::PushRecordsRequest request;
    auto* write = request.mutable_writes()->add_writes();
    write->set_seq(1);
    write->set_record(MakeRecord("A", std::string(size, 'x')));
    // What the message takes beside the text.
    const size_t rest = request.ByteSizeLong() - size;
    write->set_record(MakeRecord("A", std::string(size - rest, 'x')));
    EXPECT_EQ(request.ByteSizeLong(), size);
    push.Send(request);
    push.Commit();
    return push.Finish();
  };
  const size_t limit = size_t{4} << 20;
  EXPECT_EQ(Told(push_of(limit, "m1")), "OK");
  const grpc::Status over = push_of(limit + 1, "m2");
  EXPECT_EQ(over.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED) << over.error_message();
}

TEST_F(PushTest, IdsMayHoldAnything) {
  const std::vector<std::string> ids = {
      "", "~", "~1", "a/b", "%", " space ", "ñ", "\xe2\x82\xac", std::string(300, 'y')};
  std::vector<std::string> records;
  for (const std::string& id : ids) {
    records.push_back(MakeRecord(id, "en"));
    records.push_back(MakeRecord(id, "es", 1));
  }
  ASSERT_EQ(Told(Push("d", records, "ids").status), "OK");
  EXPECT_EQ(Stream(kParent), records);
  for (size_t i = 0; i < ids.size(); ++i) {
    for (uint32_t ordinal : {0U, 1U}) {
      v1::GetRecordRequest get;
      get.set_name(store::RecordName({"acme", "d"}, {false, ids[i], ordinal}));
      v1::GetRecordResponse got;
      const auto context = Context(reader_);
      ASSERT_EQ(Told(records_->GetRecord(context.get(), get, &got)), "OK") << get.name();
      EXPECT_EQ(got.record().record(), records[2 * i + ordinal]);
      EXPECT_EQ(got.record().name(), get.name());
    }
  }
}

}  // namespace
}  // namespace puente::exchange
