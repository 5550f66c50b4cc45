// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// What every store does: identity, order, pushes of each mode, conflicts, resuming.

#include <algorithm>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "tests/services/store_fixture.h"

namespace puente::store {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

INSTANTIATE_TEST_SUITE_P(Stores, StoreTest, testing::ValuesIn(AllStoreKinds()),
                         [](const auto& kind) { return kind.param.name; });

TEST_P(StoreTest, AnUpsertAddsAndChangesAndKeepsOrder) {
  TestPush push(store_.get(), dataset_, "r1");
  EXPECT_EQ(push.state().through_seq, 0);
  EXPECT_FALSE(push.state().complete);
  EXPECT_EQ(Outcomes(push.Apply({MakePut(1, Key("b"), "1"), MakePut(2, Key("a"), "2"),
                                 MakePut(3, Header(), "h"), MakePut(4, Key("a", 1), "3")})),
            "CCCC");
  const auto summary = push.Commit();
  ASSERT_TRUE(summary.ok());
  EXPECT_EQ(summary->created, 4);
  EXPECT_EQ(summary->revision, 4);
  EXPECT_THAT(TextsNow(store_.get()), ElementsAre("header=h", "b=1", "a=2", "a~1=3"));

  EXPECT_EQ(PushAll(store_.get(), dataset_, {{Key("a"), "2b"}, {Key("c"), "4"}, {Key("b"), "1"}}),
            (PushSummary{1, 1, 1, 0, 0, 0, 6}));
  EXPECT_THAT(TextsNow(store_.get()), ElementsAre("header=h", "b=1", "a=2b", "a~1=3", "c=4"));

  const auto record = store_->GetRecord(dataset_, Key("a"), 0, true);
  ASSERT_TRUE(record.ok());
  EXPECT_EQ(record->generation, 2);
  EXPECT_EQ(record->revision, 5);
  EXPECT_EQ(TextOf(*record), "2b");
  EXPECT_EQ(record->digest, MakeContent(Key("a"), "2b").digest);
  EXPECT_EQ(*record->body, MakeContent(Key("a"), "2b").bytes);
  EXPECT_EQ(record->size, static_cast<int64_t>(record->body->size()));
  EXPECT_EQ(record->time, now_.load());
  ExpectWhole(store_.get());
}

TEST_P(StoreTest, EqualIdsAreToldApart) {
  PushAll(store_.get(), dataset_, {{Key("x"), "1"}, {Key("x", 1), "2"}, {Key("", 0), "3"}});
  PushAll(store_.get(), {"acme", "other"}, {{Key("x"), "4"}});
  EXPECT_EQ(TextOf(*store_->GetRecord(dataset_, Key("x"), 0, true)), "1");
  EXPECT_EQ(TextOf(*store_->GetRecord(dataset_, Key("x", 1), 0, true)), "2");
  EXPECT_EQ(TextOf(*store_->GetRecord(dataset_, Key(""), 0, true)), "3");
  EXPECT_EQ(TextOf(*store_->GetRecord({"acme", "other"}, Key("x"), 0, true)), "4");
  EXPECT_EQ(Reason(store_->GetRecord(dataset_, Key("x", 2), 0, true)), "RECORD_NOT_FOUND");
  EXPECT_EQ(Reason(store_->GetRecord(dataset_, Header(), 0, true)), "RECORD_NOT_FOUND");
  EXPECT_EQ(Reason(store_->GetRecord({"acme", "none"}, Key("x"), 0, true)), "RECORD_NOT_FOUND");
  EXPECT_EQ(Reason(store_->GetRecord({"none", "2024"}, Key("x"), 0, true)), "RECORD_NOT_FOUND");
}

TEST_P(StoreTest, IdsMayHoldAnyBytes) {
  const std::string odd("a\0b/~%\n\xc3\xb1", 9);
  const std::string odd_dataset("d\0 /-", 5);
  const DatasetKey dataset{"acme", odd_dataset};
  PushAll(store_.get(), dataset, {{Key(odd), "1"}, {Key(odd.substr(0, 1)), "2"}});
  PushAll(store_.get(), {"acme", "d"}, {{Key("z"), "3"}});
  EXPECT_EQ(TextOf(*store_->GetRecord(dataset, Key(odd), 0, true)), "1");
  EXPECT_EQ(store_->ListDatasets("acme", {}, 10)->size(), 2u);
  EXPECT_EQ(store_->ListDatasets("acme", {}, 10)->at(1).key, dataset);
}

TEST_P(StoreTest, OffersAskOnlyForWhatIsNew) {
  PushAll(store_.get(), dataset_, {{Key("a"), "1"}, {Key("b"), "2"}});
  TestPush push(store_.get(), dataset_, "r2");
  EXPECT_EQ(Outcomes(push.Apply({MakeOffer(1, Key("a"), "1"), MakeOffer(2, Key("b"), "2b"),
                                 MakeOffer(3, Key("c"), "3"), MakeOffer(4, Key("b"), "2", 7)},
                                0)),
            "=NNX");
  const auto result = push.Apply({MakePut(2, Key("b"), "2b"), MakePut(3, Key("c"), "3")}, 4);
  EXPECT_EQ(Outcomes(result), "UC");
  EXPECT_EQ(result->verdicts[0].generation, 2);
  EXPECT_EQ(result->verdicts[1].generation, 1);
  EXPECT_EQ(*push.Commit(), (PushSummary{1, 1, 1, 0, 0, 1, 4}));
}

TEST_P(StoreTest, GenerationsAreExpected) {
  PushAll(store_.get(), dataset_, {{Key("a"), "1"}});
  TestPush push(store_.get(), dataset_, "r");
  const auto result = push.Apply({
      MakePut(1, Key("a"), "2", 0),  // there is one
      MakePut(2, Key("b"), "1", 1),  // there is none
      MakePut(3, Key("b"), "1", 0),  //
      MakePut(4, Key("a"), "2", 1),  //
      MakePut(5, Key("a"), "3", 1),  // it is 2 now
      MakePut(6, Key("a"), "2", 1),  // the same content does not help
      MakeRemove(7, Key("a"), "", 1),
      MakeRemove(8, Key("a"), "gone", 2),
      MakePut(9, Key("a"), "4", 0),  // a tombstone is something
      MakePut(10, Key("a"), "4", 3),
  });
  EXPECT_EQ(Outcomes(result), "XXCUXXXDXC");
  EXPECT_EQ(result->verdicts[4].generation, 2);
  EXPECT_EQ(Reason(result->verdicts[4].status), "GENERATION_CONFLICT");
  EXPECT_EQ(ReasonFact(result->verdicts[4].status, "generation"), "2");
  EXPECT_EQ(ReasonFact(result->verdicts[4].status, "name"),
            "agencies/acme/datasets/2024/records/a");
  EXPECT_EQ(result->verdicts[9].generation, 4);
  EXPECT_EQ(result->summary, (PushSummary{2, 1, 0, 1, 0, 6, 5}));
}

TEST_P(StoreTest, RemovalsLeaveTombstones) {
  PushAll(store_.get(), dataset_, {{Key("a"), "1"}, {Key("b"), "2"}, {Header(), "h"}});
  TestPush push(store_.get(), dataset_, "r");
  const auto result = push.Apply({MakeRemove(1, Key("a"), "withdrawn"), MakeRemove(2, Key("a")),
                                  MakeRemove(3, Key("z")), MakeRemove(4, Key("b"), "", 9)});
  EXPECT_EQ(Outcomes(result), "DRRX");
  EXPECT_EQ(Reason(result->verdicts[1].status), "RECORD_DELETED");
  EXPECT_EQ(Reason(result->verdicts[2].status), "RECORD_NOT_FOUND");
  EXPECT_THAT(TextsNow(store_.get()), ElementsAre("header=h", "b=2"));
  const auto gone = store_->GetRecord(dataset_, Key("a"), 0, true);
  EXPECT_EQ(Reason(gone), "RECORD_DELETED");
  EXPECT_EQ(ReasonFact(gone.status(), "generation"), "2");
  const auto tombstone = store_->GetRecord(dataset_, Key("a"), 2, true);
  ASSERT_TRUE(tombstone.ok());
  EXPECT_TRUE(tombstone->deleted);
  EXPECT_EQ(tombstone->delete_reason, "withdrawn");
  EXPECT_EQ(tombstone->size, 0);
  EXPECT_EQ(tombstone->body, nullptr);
  EXPECT_EQ(tombstone->digest, MakeContent(Key("a"), "1").digest);
  EXPECT_EQ(store_->GetDataset(dataset_)->records, 1);

  // It comes back as new, at the end, with the next generation.
  EXPECT_EQ(PushAll(store_.get(), dataset_, {{Key("a"), "1"}}).created, 1);
  EXPECT_EQ(store_->GetRecord(dataset_, Key("a"), 0, false)->generation, 3);
  EXPECT_THAT(TextsNow(store_.get()), ElementsAre("header=h", "b=2", "a=1"));
  ExpectWhole(store_.get());
}

TEST_P(StoreTest, DeletesOneRecord) {
  PushAll(store_.get(), dataset_, {{Key("a"), "1"}});
  EXPECT_EQ(Reason(store_->DeleteRecord(dataset_, Key("z"), {}, "")), "RECORD_NOT_FOUND");
  EXPECT_EQ(Reason(store_->DeleteRecord({"acme", "z"}, Key("a"), {}, "")), "RECORD_NOT_FOUND");
  EXPECT_EQ(Reason(store_->DeleteRecord({"none", "2024"}, Key("a"), {}, "")), "AGENCY_NOT_FOUND");
  EXPECT_EQ(Reason(store_->DeleteRecord(dataset_, Key("a"), 2, "")), "GENERATION_CONFLICT");
  const auto gone = store_->DeleteRecord(dataset_, Key("a"), 1, "why");
  ASSERT_TRUE(gone.ok());
  EXPECT_TRUE(gone->deleted);
  EXPECT_EQ(gone->generation, 2);
  EXPECT_EQ(gone->revision, 2);
  EXPECT_EQ(gone->delete_reason, "why");
  EXPECT_EQ(Reason(store_->DeleteRecord(dataset_, Key("a"), {}, "")), "RECORD_DELETED");
  ExpectWhole(store_.get());
}

TEST_P(StoreTest, ValidationWritesNothing) {
  PushAll(store_.get(), dataset_, {{Key("a"), "1"}});
  const DatasetKey fresh{"acme", "new"};
  TestPush push(store_.get(), dataset_, "r", PushMode::kValidateOnly);
  EXPECT_EQ(Outcomes(push.Apply({MakeOffer(1, Key("a"), "1"), MakeOffer(2, Key("a"), "2")}, 1)),
            "=N");
  const auto result =
      push.Apply({MakePut(2, Key("a"), "2"), MakePut(3, Key("b"), "3"), MakeRemove(4, Key("a")),
                  MakeRemove(5, Key("b")), MakePut(6, Key("a"), "2", 9)});
  EXPECT_EQ(Outcomes(result), "UCDRX");
  EXPECT_EQ(result->verdicts[0].generation, 1);
  EXPECT_EQ(result->verdicts[1].generation, 0);
  EXPECT_EQ(*push.Commit(), (PushSummary{1, 1, 1, 1, 1, 1, 1}));
  TestPush other(store_.get(), fresh, "r2", PushMode::kValidateOnly);
  EXPECT_EQ(Outcomes(other.Apply({MakePut(1, Key("a"), "2")})), "C");
  ASSERT_TRUE(other.Commit().ok());
  EXPECT_EQ(Reason(store_->GetDataset(fresh)), "DATASET_NOT_FOUND");
  EXPECT_EQ(store_->GetAgency("acme")->head, 1);
  EXPECT_THAT(TextsNow(store_.get()), ElementsAre("a=1"));
}

TEST_P(StoreTest, PushesAreKnownByTheirRequest) {
  PushKey key{dataset_, "r", PushMode::kUpsert};
  EXPECT_EQ(Reason(store_->OpenPush({{"none", "d"}, "r", PushMode::kUpsert})), "AGENCY_NOT_FOUND");
  PushStep step;
  step.push = key;
  EXPECT_EQ(Outcomes(ApplyAndWait(store_.get(), step)), "SEQUENCE_INVALID");
  EXPECT_EQ(Reason(CommitAndWait(store_.get(), key)), "SEQUENCE_INVALID");
  TestPush push(store_.get(), dataset_, "r");
  EXPECT_EQ(Outcomes(push.Apply({MakePut(1, Key("a"), "1")})), "C");
  EXPECT_EQ(Reason(store_->OpenPush({dataset_, "r", PushMode::kSnapshot})), "REQUEST_ID_REUSED");
  EXPECT_EQ(Reason(store_->OpenPush({{"acme", "x"}, "r", PushMode::kUpsert})), "REQUEST_ID_REUSED");
  // Another agency has ids of its own.
  ASSERT_TRUE(store_->AddAgency("other", "").ok());
  EXPECT_TRUE(store_->OpenPush({{"other", "x"}, "r", PushMode::kUpsert}).ok());
  const auto summary = push.Commit();
  ASSERT_TRUE(summary.ok());
  PushAll(store_.get(), dataset_, {{Key("b"), "1"}});
  // The end is answered again as it was.
  EXPECT_EQ(*push.Commit(), *summary);
  const auto state = store_->OpenPush(key);
  EXPECT_TRUE(state->complete);
  EXPECT_EQ(state->summary, *summary);
  EXPECT_EQ(Outcomes(push.Apply({MakePut(2, Key("b"), "2")})), "SEQUENCE_INVALID");
  // A week later it is forgotten.
  now_ += TimeMicros{7} * 24 * 3600 * 1'000'000 + 1;
  EXPECT_FALSE(store_->OpenPush(key)->complete);
}

TEST_P(StoreTest, ResumingCountsEachNumberOnce) {
  PushAll(store_.get(), dataset_, {{Key("a"), "1"}, {Key("b"), "1"}});
  std::vector<PushOp> offers = {MakeOffer(1, Key("a"), "1"), MakeOffer(2, Key("n"), "1", 0),
                                MakeOffer(3, Key("b"), "1"), MakeOffer(4, Key("c"), "9", 9)};
  {
    TestPush push(store_.get(), dataset_, "r");
    EXPECT_EQ(Outcomes(push.Apply(offers, 0)), "=N=X");
    EXPECT_EQ(Outcomes(push.Apply({MakePut(6, Key("e"), "1", 0)}, 0)), "C");
    // The answers are lost.
  }
  Reopen();
  TestPush push(store_.get(), dataset_, "r");
  EXPECT_EQ(push.state().through_seq, 1);
  EXPECT_EQ(push.state().summary, (PushSummary{0, 0, 1, 0, 0, 0, 3}));
  // Behind it everything comes again, with the verdicts of the first time.
  offers.erase(offers.begin());
  EXPECT_EQ(Outcomes(push.Apply(offers, 1)), "N=X");
  EXPECT_EQ(Outcomes(push.Apply({MakePut(2, Key("n"), "1", 0)}, 4)), "C");
  const auto again = push.Apply({MakePut(6, Key("e"), "1", 0)}, 6);
  EXPECT_EQ(Outcomes(again), "C");
  EXPECT_EQ(again->verdicts[0].generation, 1);
  // What was decided long ago and comes all the same is told, not written.
  EXPECT_EQ(Outcomes(push.Apply({MakePut(2, Key("n"), "1", 0), MakePut(2, Key("n"), "other")}, 6)),
            "CR");
  EXPECT_EQ(*push.Commit(), (PushSummary{2, 0, 2, 0, 0, 1, 4}));
  ExpectWhole(store_.get());
}

TEST_P(StoreTest, RefusedNumbersCountOnce) {
  TestPush push(store_.get(), dataset_, "r");
  PushStep step;
  step.push = push.key();
  step.ops = {MakePut(1, Key("a"), "1"), MakePut(3, Key("b"), "1")};
  step.rejected_seqs = {2, 5};
  EXPECT_EQ(Outcomes(ApplyAndWait(store_.get(), step)), "CC");
  step.ops = {};
  step.rejected_seqs = {5};
  EXPECT_EQ(ApplyAndWait(store_.get(), step)->summary, (PushSummary{2, 0, 0, 0, 2, 0, 2}));
  const auto state = store_->OpenPush(push.key());
  EXPECT_EQ(state->through_seq, 3);
  EXPECT_EQ(state->summary.rejected, 1);
  step.rejected_seqs = {};
  step.rejected = 2;
  EXPECT_EQ(ApplyAndWait(store_.get(), step)->summary.rejected, 4);
}

TEST_P(StoreTest, ManyThreadsShareCommits) {
  constexpr int kThreads = 4;
  constexpr int kSteps = 40;
  for (int i = 0; i < kThreads; ++i) {
    ASSERT_TRUE(store_->AddAgency("t" + std::to_string(i), "").ok());
  }
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([this, i] {
      const DatasetKey dataset{"t" + std::to_string(i % 2), "d" + std::to_string(i)};
      TestPush push(store_.get(), dataset, "r" + std::to_string(i));
      for (int step = 0; step < kSteps; ++step) {
        const std::string id = "x" + std::to_string(step / 2);
        EXPECT_EQ(Outcomes(push.Apply({MakePut(step + 1, Key(id), std::to_string(step))})),
                  step % 2 == 0 ? "C" : "U");
      }
      EXPECT_TRUE(push.Commit().ok());
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(store_->GetAgency("t0")->head, 2 * kSteps);
  EXPECT_EQ(store_->GetAgency("t1")->head, 2 * kSteps);
  EXPECT_EQ(store_->GetDataset({"t0", "d2"})->records, kSteps / 2);
  ExpectWhole(store_.get());
}

TEST_P(StoreTest, AgenciesTokensAndAudit) {
  EXPECT_EQ(Reason(store_->AddAgency("No", "")), "NAME_INVALID");
  EXPECT_EQ(store_->AddAgency("acme", "x").code(), absl::StatusCode::kAlreadyExists);
  ASSERT_TRUE(store_->AddAgency("aaa", "First").ok());
  const auto agencies = store_->ListAgencies();
  ASSERT_EQ(agencies->size(), 2u);
  EXPECT_EQ(agencies->at(0).name, "aaa");
  EXPECT_EQ(agencies->at(0).title, "First");
  EXPECT_EQ(agencies->at(0).create_time, now_.load());
  EXPECT_EQ(Reason(store_->GetAgency("none")), "AGENCY_NOT_FOUND");

  Digest secret = {1, 2, 3};
  Token token{"t1", "acme", kScopeRead | kScopePush, 5, 6, 0};
  ASSERT_TRUE(store_->AddToken(token, secret).ok());
  EXPECT_EQ(store_->AddToken(token, {9}).code(), absl::StatusCode::kAlreadyExists);
  token.agency = "none";
  EXPECT_EQ(Reason(store_->AddToken(token, {8})), "AGENCY_NOT_FOUND");
  token = {"t2", "acme", kScopeAdmin, 7, 0, 0};
  ASSERT_TRUE(store_->AddToken(token, {4}).ok());
  const auto found = store_->FindToken(secret);
  ASSERT_TRUE(found.ok());
  EXPECT_EQ(found->id, "t1");
  EXPECT_EQ(found->agency, "acme");
  EXPECT_EQ(found->scopes, kScopeRead | kScopePush);
  EXPECT_EQ(found->expire_time, 6);
  EXPECT_EQ(Reason(store_->FindToken({7})), "TOKEN_UNKNOWN");
  EXPECT_EQ(Reason(store_->RevokeToken("none", 9)), "TOKEN_NOT_FOUND");
  EXPECT_EQ(store_->RevokeToken("t1", 9)->revoke_time, 9);
  EXPECT_EQ(store_->RevokeToken("t1", 10)->revoke_time, 9);
  EXPECT_EQ(store_->FindToken(secret)->revoke_time, 9);
  const auto tokens = store_->ListTokens("acme");
  ASSERT_EQ(tokens->size(), 2u);
  EXPECT_EQ(tokens->at(0).id, "t2");
  EXPECT_THAT(*store_->ListTokens("aaa"), IsEmpty());
  EXPECT_EQ(Reason(store_->ListTokens("none")), "AGENCY_NOT_FOUND");

  std::vector<AuditEntry> entries;
  for (int i = 1; i <= 5; ++i) {
    entries.push_back({i, "acme", "t1", "peer", "action", "res", "OK", "d", i});
  }
  ASSERT_TRUE(store_->AppendAudit(entries).ok());
  Reopen();
  const auto audit = store_->ReadAudit(2);
  ASSERT_EQ(audit->size(), 2u);
  EXPECT_EQ(audit->at(0).time, 4);
  EXPECT_EQ(audit->at(1).time, 5);
  EXPECT_EQ(audit->at(1).agency, "acme");
  EXPECT_EQ(audit->at(1).token_id, "t1");
  EXPECT_EQ(audit->at(1).peer, "peer");
  EXPECT_EQ(audit->at(1).action, "action");
  EXPECT_EQ(audit->at(1).resource, "res");
  EXPECT_EQ(audit->at(1).outcome, "OK");
  EXPECT_EQ(audit->at(1).detail, "d");
  EXPECT_EQ(audit->at(1).count, 5);
  EXPECT_EQ(store_->FindToken(secret)->id, "t1");
}

TEST_P(StoreTest, EverythingIsThereAfterClosing) {
  const Digest key = store_->seal_key();
  PushAll(store_.get(), dataset_, {{Key("a"), "1"}, {Key("b"), std::string(300'000, 'x')}});
  now_ += 10;
  PushAll(store_.get(), dataset_, {{Key("a"), "2"}});
  const auto before = TextsNow(store_.get());
  Reopen();
  EXPECT_EQ(TextsNow(store_.get()), before);
  EXPECT_EQ(store_->seal_key(), key);
  const auto dataset = store_->GetDataset(dataset_);
  EXPECT_EQ(dataset->records, 2);
  EXPECT_EQ(dataset->revision, 3);
  EXPECT_EQ(dataset->create_time + 10, dataset->update_time);
  EXPECT_EQ(dataset->bytes,
            static_cast<int64_t>(MakeContent(Key("a"), "2").bytes.size() +
                                 MakeContent(Key("b"), std::string(300'000, 'x')).bytes.size()));
  ExpectWhole(store_.get());
}

TEST_P(StoreTest, DatasetsAreListedByName) {
  ASSERT_TRUE(store_->AddAgency("zeta", "").ok());
  ASSERT_TRUE(store_->AddAgency("beta", "").ok());
  for (const DatasetKey& key : std::vector<DatasetKey>{
           {"zeta", "1"}, {"acme", "b"}, {"acme", "B"}, {"acme", "a"}, {"zeta", "0"}}) {
    PushAll(store_.get(), key, {{Key("x"), "1"}});
  }
  const auto list = [this](const std::string& agency, const std::optional<DatasetKey>& after,
                           int64_t max) {
    std::string out;
    const auto datasets = store_->ListDatasets(agency, after, max);
    if (!datasets.ok()) return Reason(datasets);
    for (const Dataset& dataset : *datasets) {
      out += dataset.key.agency + "/" + dataset.key.dataset + " ";
    }
    return out;
  };
  EXPECT_EQ(list("", {}, 10), "acme/B acme/a acme/b zeta/0 zeta/1 ");
  EXPECT_EQ(list("", DatasetKey{"acme", "a"}, 2), "acme/b zeta/0 ");
  EXPECT_EQ(list("", DatasetKey{"acme", "zz"}, 9), "zeta/0 zeta/1 ");
  EXPECT_EQ(list("", DatasetKey{"zeta", "1"}, 9), "");
  EXPECT_EQ(list("acme", {}, 2), "acme/B acme/a ");
  EXPECT_EQ(list("acme", DatasetKey{"acme", "a"}, 9), "acme/b ");
  EXPECT_EQ(list("acme", DatasetKey{"zeta", "0"}, 9), "");
  EXPECT_EQ(list("zeta", DatasetKey{"acme", "b"}, 9), "zeta/0 zeta/1 ");
  EXPECT_EQ(list("beta", {}, 9), "");
  EXPECT_EQ(list("none", {}, 9), "AGENCY_NOT_FOUND");
  EXPECT_EQ(Reason(store_->GetDataset({"beta", "x"})), "DATASET_NOT_FOUND");
}

}  // namespace
}  // namespace puente::store
