// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Snapshots in every store: the dataset becomes what was pushed, at once, with few records moved.

#include <string>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "tests/services/store_fixture.h"

namespace puente::store {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class SnapshotTest : public StoreTest {
 protected:
  // Changes behind a revision, as `kind id revision`.
  std::vector<std::string> Changes(int64_t after) {
    std::vector<std::string> out;
    const auto page = store_->ReadChanges("acme", "", after, 0, 0, false);
    EXPECT_TRUE(page.ok()) << page.status();
    if (!page.ok()) return out;
    constexpr const char* names[] = {"", "created", "updated", "deleted", "moved"};
    for (const Change& change : page->changes) {
      const RecordKey& key = change.record.key;
      out.push_back(std::string(names[static_cast<int>(change.kind)]) + " " +
                    (key.header ? "header" : key.id) + " " +
                    std::to_string(change.record.revision));
    }
    return out;
  }
};

INSTANTIATE_TEST_SUITE_P(Stores, SnapshotTest, testing::ValuesIn(AllStoreKinds()),
                         [](const auto& kind) { return kind.param.name; });

TEST_P(SnapshotTest, NothingShowsBeforeTheCommit) {
  TestPush push(store_.get(), dataset_, "r", PushMode::kSnapshot);
  EXPECT_EQ(Outcomes(push.Apply({MakeOffer(1, Header(), "h"), MakeOffer(2, Key("a"), "1")}, 0)),
            "NN");
  EXPECT_EQ(Outcomes(push.Apply({MakePut(1, Header(), "h"), MakePut(2, Key("a"), "1"),
                                 MakePut(3, Key("b"), "2"), MakePut(4, Key("c"), "3")})),
            "SSSS");
  EXPECT_THAT(TextsNow(store_.get()), IsEmpty());
  EXPECT_EQ(store_->GetAgency("acme")->head, 0);
  EXPECT_EQ(Reason(store_->GetDataset(dataset_)), "DATASET_NOT_FOUND");
  ExpectWhole(store_.get());
  EXPECT_EQ(*push.Commit(), (PushSummary{4, 0, 0, 0, 0, 0, 4}));
  EXPECT_THAT(TextsNow(store_.get()), ElementsAre("header=h", "a=1", "b=2", "c=3"));
  EXPECT_THAT(Changes(0),
              ElementsAre("created header 1", "created a 2", "created b 3", "created c 4"));
  ExpectWhole(store_.get());
}

TEST_P(SnapshotTest, WhatIsNotNamedGoesAndWhatIsEqualStays) {
  PushAll(store_.get(), dataset_,
          {{Header(), "h"}, {Key("a"), "1"}, {Key("b"), "2"}, {Key("c"), "3"}, {Key("d"), "4"}});
  PushAll(store_.get(), {"acme", "other"}, {{Key("a"), "1"}});
  TestPush push(store_.get(), dataset_, "r", PushMode::kSnapshot);
  EXPECT_EQ(Outcomes(push.Apply({MakeOffer(1, Key("a"), "1"), MakeOffer(2, Key("b"), "2b"),
                                 MakeOffer(3, Key("c"), "3"), MakeOffer(4, Key("e"), "5")},
                                0)),
            "SNSN");
  EXPECT_EQ(Outcomes(push.Apply({MakePut(2, Key("b"), "2b"), MakePut(4, Key("e"), "5")}, 4)), "SS");
  EXPECT_EQ(*push.Commit(), (PushSummary{1, 1, 2, 2, 0, 0, 10}));
  EXPECT_THAT(TextsNow(store_.get(), {"acme", "2024"}), ElementsAre("a=1", "b=2b", "c=3", "e=5"));
  EXPECT_THAT(TextsNow(store_.get(), {"acme", "other"}), ElementsAre("a=1"));
  EXPECT_THAT(Changes(6),
              ElementsAre("updated b 7", "created e 8", "deleted d 9", "deleted header 10"));
  EXPECT_EQ(store_->GetRecord(dataset_, Key("a"), 0, false)->generation, 1);
  EXPECT_EQ(store_->GetDataset(dataset_)->records, 4);
  // The same again changes nothing.
  EXPECT_EQ(PushAll(store_.get(), dataset_,
                    {{Key("a"), "1"}, {Key("b"), "2b"}, {Key("c"), "3"}, {Key("e"), "5"}},
                    PushMode::kSnapshot),
            (PushSummary{0, 0, 4, 0, 0, 0, 10}));
  ExpectWhole(store_.get());
}

TEST_P(SnapshotTest, TheOrderBecomesThatOfTheNumbers) {
  Texts texts;
  for (const char* id : {"a", "b", "c", "d", "e"}) texts.push_back({Key(id), id});
  PushAll(store_.get(), dataset_, texts);
  // d goes to the front, a new one comes between b and c.
  PushAll(store_.get(), dataset_,
          {{Key("d"), "d"},
           {Key("a"), "a"},
           {Key("b"), "b"},
           {Key("n"), "n"},
           {Key("c"), "c"},
           {Key("e"), "e"}},
          PushMode::kSnapshot);
  EXPECT_THAT(TextsNow(store_.get()), ElementsAre("d=d", "a=a", "b=b", "n=n", "c=c", "e=e"));
  EXPECT_THAT(Changes(5), ElementsAre("moved d 6", "created n 7"));
  const auto moved = store_->GetRecord(dataset_, Key("d"), 0, true);
  EXPECT_EQ(moved->generation, 2);
  EXPECT_EQ(TextOf(*moved), "d");
  EXPECT_EQ(TextOf(*store_->GetRecord(dataset_, Key("d"), 1, true)), "d");
  // A record that moves and changes has one change.
  PushAll(store_.get(), dataset_,
          {{Key("a"), "a"},
           {Key("b"), "b"},
           {Key("n"), "n"},
           {Key("c"), "c"},
           {Key("e"), "e"},
           {Key("d"), "D"}},
          PushMode::kSnapshot);
  EXPECT_THAT(Changes(7), ElementsAre("updated d 8"));
  EXPECT_THAT(TextsNow(store_.get()), ElementsAre("a=a", "b=b", "n=n", "c=c", "e=e", "d=D"));
  // What was deleted comes back in its place of the numbers.
  ASSERT_TRUE(store_->DeleteRecord(dataset_, Key("a"), {}, "").ok());
  PushAll(store_.get(), dataset_,
          {{Key("b"), "b"},
           {Key("a"), "a"},
           {Key("n"), "n"},
           {Key("c"), "c"},
           {Key("e"), "e"},
           {Key("d"), "D"}},
          PushMode::kSnapshot);
  EXPECT_THAT(Changes(9), ElementsAre("created a 10"));
  EXPECT_THAT(TextsNow(store_.get()), ElementsAre("b=b", "a=a", "n=n", "c=c", "e=e", "d=D"));
  ExpectWhole(store_.get());
}

TEST_P(SnapshotTest, GapsThatAreUsedUpAreMadeWider) {
  Texts texts = {{Key("first"), "1"}, {Key("last"), "1"}};
  PushAll(store_.get(), dataset_, texts, PushMode::kSnapshot);
  // Always behind the first: the gap halves each time.
  int64_t moved = 0;
  for (int i = 0; i < 70; ++i) {
    texts.insert(texts.begin() + 1, {Key("n" + std::to_string(i)), "1"});
    const int64_t head = store_->GetAgency("acme")->head;
    PushAll(store_.get(), dataset_, texts, PushMode::kSnapshot);
    moved += store_->GetAgency("acme")->head - head - 1;
    std::vector<std::string> expected;
    for (const auto& [key, text] : texts) expected.push_back(key.id + "=" + text);
    ASSERT_EQ(TextsNow(store_.get()), expected);
  }
  EXPECT_GT(moved, 0);
  EXPECT_LT(moved, 100);
  ExpectWhole(store_.get());
}

TEST_P(SnapshotTest, MassRemovalIsRefused) {
  Texts texts;
  for (int i = 0; i < 10; ++i) texts.push_back({Key("k" + std::to_string(i)), "1"});
  PushAll(store_.get(), dataset_, texts);
  TestPush push(store_.get(), dataset_, "r", PushMode::kSnapshot);
  std::vector<PushOp> ops;
  for (int i = 0; i < 7; ++i) ops.push_back(MakePut(i + 1, texts[i].first, "1"));
  ASSERT_EQ(Outcomes(push.Apply(std::move(ops))), "SSSSSSS");
  const auto refused = push.Commit();
  EXPECT_EQ(Reason(refused), "MASS_REMOVAL");
  EXPECT_EQ(ReasonFact(refused.status(), "removed"), "3");
  EXPECT_EQ(ReasonFact(refused.status(), "present"), "10");
  EXPECT_EQ(ReasonFact(refused.status(), "percent"), "20");
  EXPECT_EQ(TextsNow(store_.get()).size(), 10u);
  // It stays open: more records, or leave, make it pass.
  EXPECT_EQ(Outcomes(push.Apply({MakePut(8, texts[9].first, "1")})), "S");
  EXPECT_EQ(push.Commit()->deleted, 2);
  TestPush bold(store_.get(), dataset_, "r2", PushMode::kSnapshot);
  CommitOptions options;
  EXPECT_EQ(Reason(bold.Commit(options)), "MASS_REMOVAL");
  options.allow_mass_removal = true;
  EXPECT_EQ(bold.Commit(options)->deleted, 8);
  EXPECT_THAT(TextsNow(store_.get()), IsEmpty());
  // One record may always go.
  PushAll(store_.get(), dataset_, {{Key("a"), "1"}});
  TestPush last(store_.get(), dataset_, "r3", PushMode::kSnapshot);
  EXPECT_EQ(last.Commit()->deleted, 1);
  ExpectWhole(store_.get());
}

TEST_P(SnapshotTest, NamesComeOnce) {
  TestPush push(store_.get(), dataset_, "r", PushMode::kSnapshot);
  const auto result = push.Apply({MakePut(1, Key("a"), "1"), MakePut(2, Key("a"), "2"),
                                  MakePut(3, Key("a", 1), "3"), MakeRemove(4, Key("b")),
                                  MakePut(5, Key("c"), "1"), MakePut(5, Key("d"), "1")});
  EXPECT_EQ(Outcomes(result), "SRSRSR");
  EXPECT_EQ(Reason(result->verdicts[1].status), "NAME_REPEATED");
  EXPECT_EQ(ReasonFact(result->verdicts[1].status, "name"),
            "agencies/acme/datasets/2024/records/a");
  EXPECT_EQ(Reason(result->verdicts[3].status), "SEQUENCE_INVALID");
  EXPECT_EQ(Reason(result->verdicts[5].status), "SEQUENCE_INVALID");
  EXPECT_EQ(*push.Commit(), (PushSummary{3, 0, 0, 0, 3, 0, 3}));
  EXPECT_THAT(TextsNow(store_.get()), ElementsAre("a=1", "a~1=3", "c=1"));
  ExpectWhole(store_.get());
}

TEST_P(SnapshotTest, RefusedRecordsAreNotDeleted) {
  PushAll(store_.get(), dataset_, {{Key("a"), "1"}, {Key("b"), "2"}, {Key("c"), "3"}});
  TestPush push(store_.get(), dataset_, "r", PushMode::kSnapshot);
  // b was offered and what came was refused before it reached the store; c is in conflict; d was
  // never there.
  EXPECT_EQ(Outcomes(push.Apply({MakeOffer(1, Key("b"), "2b"), MakePut(2, Key("a"), "1"),
                                 MakePut(3, Key("c"), "3b", 9), MakeOffer(4, Key("d"), "4")},
                                0)),
            "NSXN");
  PushStep step;
  step.push = push.key();
  step.rejected_seqs = {1, 4};
  step.through_seq = 4;
  ASSERT_TRUE(ApplyAndWait(store_.get(), step).ok());
  EXPECT_EQ(*push.Commit(), (PushSummary{0, 0, 1, 0, 2, 1, 4}));
  EXPECT_THAT(TextsNow(store_.get()), ElementsAre("b=2", "a=1", "c=3"));
  ExpectWhole(store_.get());
}

TEST_P(SnapshotTest, OthersMayWriteMeanwhile) {
  PushAll(store_.get(), dataset_, {{Key("a"), "1"}, {Key("b"), "2"}, {Key("c"), "3"}});
  TestPush push(store_.get(), dataset_, "r", PushMode::kSnapshot);
  EXPECT_EQ(Outcomes(push.Apply({MakeOffer(1, Key("a"), "1"), MakeOffer(2, Key("b"), "2"),
                                 MakePut(3, Key("c"), "3", 1)})),
            "SSS");
  // a changes, and its old content is compacted as far as that may be; b goes; c changes.
  PushAll(store_.get(), dataset_, {{Key("a"), "1x"}, {Key("c"), "3x"}, {Key("d"), "4"}});
  ASSERT_TRUE(store_->DeleteRecord(dataset_, Key("b"), {}, "").ok());
  ASSERT_TRUE(store_->Compact("acme", 100).ok());
  ExpectWhole(store_.get());
  EXPECT_EQ(*push.Commit(), (PushSummary{1, 1, 0, 1, 0, 1, 10}));
  EXPECT_THAT(TextsNow(store_.get()), ElementsAre("a=1", "b=2", "c=3x"));
  ASSERT_TRUE(store_->Compact("acme", 100).ok());
  EXPECT_THAT(TextsNow(store_.get()), ElementsAre("a=1", "b=2", "c=3x"));
  ExpectWhole(store_.get());
}

TEST_P(SnapshotTest, GoesOnAfterACut) {
  PushAll(store_.get(), dataset_, {{Key("a"), "1"}});
  {
    TestPush push(store_.get(), dataset_, "r", PushMode::kSnapshot);
    EXPECT_EQ(Outcomes(push.Apply({MakeOffer(1, Key("a"), "1"), MakeOffer(2, Key("b"), "2"),
                                   MakeOffer(3, Key("c"), "3")},
                                  0)),
              "SNN");
    EXPECT_EQ(Outcomes(push.Apply({MakePut(3, Key("c"), "3")}, 1)), "S");
  }
  Reopen();
  TestPush push(store_.get(), dataset_, "r", PushMode::kSnapshot);
  EXPECT_EQ(push.state().through_seq, 1);
  EXPECT_EQ(Outcomes(push.Apply({MakeOffer(2, Key("b"), "2"), MakeOffer(3, Key("c"), "3")}, 1)),
            "NS");
  EXPECT_EQ(Outcomes(push.Apply({MakePut(2, Key("b"), "2")}, 3)), "S");
  EXPECT_EQ(*push.Commit(), (PushSummary{2, 0, 1, 0, 0, 0, 3}));
  EXPECT_THAT(TextsNow(store_.get()), ElementsAre("a=1", "b=2", "c=3"));
  ExpectWhole(store_.get());
}

TEST_P(SnapshotTest, WhatNobodyCommitsIsForgotten) {
  PushAll(store_.get(), {"acme", "other"}, {{Key("a"), "1"}});
  {
    TestPush push(store_.get(), dataset_, "r", PushMode::kSnapshot);
    std::vector<PushOp> ops;
    for (int i = 0; i < 3000; ++i) ops.push_back(MakePut(i + 1, Key(std::to_string(i)), "1"));
    ASSERT_TRUE(push.Apply(std::move(ops)).ok());
    EXPECT_EQ(Outcomes(push.Apply({MakePut(4000, Key("x"), "1", 7)}, 0)), "X");
  }
  ExpectWhole(store_.get());
  // It may need what there was when it began, and so holds history; but not for ever.
  PushAll(store_.get(), {"acme", "other"}, {{Key("a"), "2"}});
  now_ += 1;
  ASSERT_TRUE(store_->CompactBefore(now_).ok());
  EXPECT_TRUE(store_->GetRecord({"acme", "other"}, Key("a"), 1, true).ok());
  now_ += TimeMicros{8} * 24 * 3600 * 1'000'000;
  ASSERT_TRUE(store_->CompactBefore(now_).ok());
  EXPECT_EQ(Reason(store_->GetRecord({"acme", "other"}, Key("a"), 1, true)),
            "GENERATION_NOT_FOUND");
  // What it held is gone, too; the check counts bodies.
  ExpectWhole(store_.get());
  TestPush push(store_.get(), dataset_, "r", PushMode::kSnapshot);
  EXPECT_EQ(push.state().through_seq, 0);
  EXPECT_EQ(push.Commit()->created, 0);
}

}  // namespace
}  // namespace puente::store
