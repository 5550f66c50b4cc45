// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// History in every store: generations, reading as of a moment, the log of changes, the feed,
// compaction.

#include <algorithm>
#include <atomic>
#include <mutex>
#include <set>
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

class HistoryTest : public StoreTest {};

INSTANTIATE_TEST_SUITE_P(Stores, HistoryTest, testing::ValuesIn(AllStoreKinds()),
                         [](const auto& kind) { return kind.param.name; });

std::vector<std::string> TextsOf(const absl::StatusOr<std::vector<StoredRecord>>& records) {
  if (!records.ok()) return {Reason(records)};
  std::vector<std::string> texts;
  for (const StoredRecord& record : *records) texts.push_back(record.key.id + TextOf(record));
  return texts;
}

TEST_P(HistoryTest, GenerationsAreKept) {
  for (int i = 1; i <= 5; ++i) {
    now_ += 1;
    PushAll(store_.get(), dataset_, {{Key("a"), std::to_string(i)}});
  }
  ASSERT_TRUE(store_->DeleteRecord(dataset_, Key("a"), {}, "x").ok());
  const auto list = [this](int64_t before, int64_t max) {
    std::string out;
    const auto generations = store_->ListGenerations(dataset_, Key("a"), before, max);
    EXPECT_TRUE(generations.ok());
    for (const StoredRecord& record : *generations) {
      out += std::to_string(record.generation) + (record.deleted ? "d " : " ");
      EXPECT_EQ(record.body, nullptr);
    }
    return out;
  };
  EXPECT_EQ(list(0, 10), "6d 5 4 3 2 1 ");
  EXPECT_EQ(list(0, 2), "6d 5 ");
  EXPECT_EQ(list(5, 2), "4 3 ");
  EXPECT_EQ(list(1, 2), "");
  EXPECT_EQ(Reason(store_->ListGenerations(dataset_, Key("z"), 0, 9)), "RECORD_NOT_FOUND");
  EXPECT_EQ(TextOf(*store_->GetRecord(dataset_, Key("a"), 3, true)), "3");
  EXPECT_EQ(store_->GetRecord(dataset_, Key("a"), 3, false)->body, nullptr);
  EXPECT_EQ(Reason(store_->GetRecord(dataset_, Key("a"), 7, true)), "GENERATION_NOT_FOUND");
  EXPECT_EQ(store_->Compact("acme", 4).value(), 4);
  EXPECT_EQ(list(0, 10), "6d 5 4 ");
  EXPECT_EQ(Reason(store_->GetRecord(dataset_, Key("a"), 3, true)), "GENERATION_NOT_FOUND");
  ExpectWhole(store_.get());
}

TEST_P(HistoryTest, ScansShowOneMoment) {
  ASSERT_TRUE(store_->AddAgency("beta", "").ok());
  PushAll(store_.get(), dataset_, {{Key("a"), "1"}, {Key("b"), "2"}});
  PushAll(store_.get(), {"acme", "2023"}, {{Key("x"), "0"}});
  PushAll(store_.get(), {"beta", "2024"}, {{Key("y"), "9"}});
  const RevisionVector before = *store_->Head();
  EXPECT_EQ(before, (RevisionVector{{"acme", 3}, {"beta", 1}}));
  PushAll(store_.get(), dataset_, {{Key("b"), "2b"}, {Key("c"), "3"}, {Key("a"), "1"}},
          PushMode::kSnapshot);
  ASSERT_TRUE(store_->DeleteRecord({"beta", "2024"}, Key("y"), {}, "").ok());
  PushAll(store_.get(), {"acme", "2022"}, {{Key("w"), "7"}});
  for (const int64_t page : {0, 1, 2, 3}) {
    EXPECT_THAT(TextsOf(ScanAll(store_.get(), before, {}, page)),
                ElementsAre("x0", "a1", "b2", "y9"));
    EXPECT_THAT(TextsOf(ScanAll(store_.get(), *store_->Head(), {}, page)),
                ElementsAre("w7", "x0", "b2b", "c3", "a1"));
  }
  EXPECT_THAT(TextsOf(ScanAll(store_.get(), before, {}, 0, 1)),
              ElementsAre("x0", "a1", "b2", "y9"));
  EXPECT_THAT(TextsOf(ScanAll(store_.get(), before, {"acme", ""})), ElementsAre("x0", "a1", "b2"));
  EXPECT_THAT(TextsOf(ScanAll(store_.get(), before, {"", "2024"}, 1)),
              ElementsAre("a1", "b2", "y9"));
  EXPECT_THAT(TextsOf(ScanAll(store_.get(), before, {"beta", "2023"})), IsEmpty());
  EXPECT_THAT(TextsOf(ScanAll(store_.get(), {{"acme", 1}})), ElementsAre("a1"));
  EXPECT_THAT(TextsOf(ScanAll(store_.get(), {{"acme", 0}, {"beta", 0}})), IsEmpty());
  EXPECT_THAT(TextsOf(ScanAll(store_.get(), {{"acme", 99}})), ElementsAre("RESUME_TOKEN_INVALID"));
  EXPECT_THAT(TextsOf(ScanAll(store_.get(), {{"none", 0}})), ElementsAre("AGENCY_NOT_FOUND"));
  const auto rows = ScanAll(store_.get(), before, {}, 2, 0, false);
  ASSERT_TRUE(rows.ok());
  EXPECT_EQ(rows->at(1).body, nullptr);
  EXPECT_EQ(rows->at(1).digest, MakeContent(Key("a"), "1").digest);
  EXPECT_LT(rows->at(1).position, rows->at(2).position);
  // A page goes on behind a cursor whose dataset is of another selection.
  ScanRequest request;
  request.as_of = before;
  request.after = ScanCursor{{"acme", "2023x"}, 0};
  EXPECT_EQ(store_->Scan(request)->records.front().key.id, "a");
  request.selector.dataset = "2023";
  EXPECT_TRUE(store_->Scan(request)->records.empty());
}

TEST_P(HistoryTest, ScansAreConsistentWhileOthersWrite) {
  // Each push changes all records to one text; a moment shows one text.
  constexpr int kRecords = 40;
  Texts texts;
  for (int i = 0; i < kRecords; ++i) texts.push_back({Key("k" + std::to_string(i)), "0"});
  PushAll(store_.get(), dataset_, texts, PushMode::kSnapshot);
  std::atomic<bool> stop = false;
  std::thread writer([&] {
    for (int round = 1; !stop; ++round) {
      for (auto& [key, text] : texts) text = std::to_string(round);
      if (round % 3 == 0) std::rotate(texts.begin(), texts.begin() + 7, texts.end());
      PushAll(store_.get(), dataset_, texts, PushMode::kSnapshot);
    }
  });
  for (int i = 0; i < 30; ++i) {
    // Between two commits the head is that of a whole round.
    const RevisionVector head = *store_->Head();
    const auto records = ScanAll(store_.get(), head, {}, 7);
    ASSERT_TRUE(records.ok()) << records.status();
    std::set<std::string> seen;
    std::set<std::string> ids;
    for (const StoredRecord& record : *records) {
      seen.insert(TextOf(record));
      ids.insert(record.key.id);
      EXPECT_LE(record.revision, head.at("acme"));
    }
    EXPECT_EQ(seen.size(), 1u);
    EXPECT_EQ(ids.size(), static_cast<size_t>(kRecords));
    EXPECT_EQ(records->size(), static_cast<size_t>(kRecords));
  }
  stop = true;
  writer.join();
  ExpectWhole(store_.get());
}

TEST_P(HistoryTest, TheLogIsDenseAndInOrder) {
  PushAll(store_.get(), dataset_, {{Key("a"), "1"}, {Key("b"), "2"}});
  PushAll(store_.get(), {"acme", "x"}, {{Key("c"), "3"}});
  PushAll(store_.get(), dataset_, {{Key("a"), "1b"}});
  ASSERT_TRUE(store_->DeleteRecord(dataset_, Key("b"), {}, "gone").ok());
  const auto read = [this](const std::string& dataset, int64_t after, int64_t max,
                           int64_t max_bytes = 0) {
    std::string out;
    const auto page = store_->ReadChanges("acme", dataset, after, max, max_bytes, true);
    if (!page.ok()) return Reason(page);
    for (const Change& change : page->changes) {
      out += std::to_string(change.record.revision) + change.record.dataset.dataset + "/" +
             change.record.key.id + TextOf(change.record) + " ";
    }
    return out + "to " + std::to_string(page->through);
  };
  EXPECT_EQ(read("", 0, 0), "12024/a1 22024/b2 3x/c3 42024/a1b 52024/b(none) to 5");
  EXPECT_EQ(read("", 0, 2), "12024/a1 22024/b2 to 2");
  EXPECT_EQ(read("", 2, 0, 1), "3x/c3 to 3");
  EXPECT_EQ(read("x", 0, 0), "3x/c3 to 5");
  EXPECT_EQ(read("2024", 2, 1), "42024/a1b to 4");
  EXPECT_EQ(read("none", 2, 1), "to 5");
  EXPECT_EQ(read("", 5, 0), "to 5");
  EXPECT_EQ(read("", 6, 0), "RESUME_TOKEN_INVALID");
  EXPECT_EQ(Reason(store_->ReadChanges("none", "", 0, 0, 0, true)), "AGENCY_NOT_FOUND");
  const auto tombstone = store_->ReadChanges("acme", "", 4, 0, 0, false);
  EXPECT_EQ(tombstone->changes.at(0).kind, ChangeKind::kDeleted);
  EXPECT_EQ(tombstone->changes.at(0).record.delete_reason, "gone");
}

TEST_P(HistoryTest, CompactionForgetsWhatIsOver) {
  PushAll(store_.get(), dataset_, {{Key("a"), "1"}, {Key("b"), "2"}, {Key("c"), "3"}});
  PushAll(store_.get(), dataset_, {{Key("c"), "3"}, {Key("a"), "1"}, {Key("b"), "2"}},
          PushMode::kSnapshot);
  PushAll(store_.get(), dataset_, {{Key("a"), "1b"}});
  ASSERT_TRUE(store_->DeleteRecord(dataset_, Key("b"), {}, "").ok());
  EXPECT_EQ(store_->GetAgency("acme")->head, 6);
  const auto now = TextsNow(store_.get());
  EXPECT_EQ(Reason(store_->Compact("none", 5)), "AGENCY_NOT_FOUND");
  EXPECT_EQ(store_->Compact("acme", 4).value(), 4);
  EXPECT_EQ(store_->Compact("acme", 4).value(), 0);
  EXPECT_EQ(store_->Compact("acme", -1).value(), 0);
  EXPECT_EQ(store_->GetAgency("acme")->compacted, 4);
  EXPECT_EQ(TextsNow(store_.get()), now);
  const auto old = store_->ReadChanges("acme", "", 3, 0, 0, true);
  EXPECT_EQ(Reason(old), "REVISION_COMPACTED");
  EXPECT_EQ(ReasonFact(old.status(), "oldest"), "4");
  EXPECT_EQ(ReasonFact(old.status(), "agency"), "acme");
  EXPECT_EQ(store_->ReadChanges("acme", "", 4, 0, 0, true)->changes.size(), 2u);
  EXPECT_EQ(Reason(ScanAll(store_.get(), {{"acme", 3}})), "REVISION_COMPACTED");
  EXPECT_THAT(TextsOf(ScanAll(store_.get(), {{"acme", 4}})), ElementsAre("c3", "a1", "b2"));
  ExpectWhole(store_.get());
  EXPECT_EQ(store_->Compact("acme", 99).value(), 2);
  EXPECT_EQ(TextsNow(store_.get()), now);
  // The tombstone is kept: the name is known.
  EXPECT_EQ(Reason(store_->GetRecord(dataset_, Key("b"), 0, true)), "RECORD_DELETED");
  EXPECT_EQ(Outcomes(TestPush(store_.get(), dataset_, "r").Apply({MakePut(1, Key("b"), "5", 0)})),
            "X");
  ExpectWhole(store_.get());
  Reopen();
  EXPECT_EQ(TextsNow(store_.get()), now);
}

TEST_P(HistoryTest, OldChangesAreForgottenByTime) {
  for (int i = 0; i < 4; ++i) {
    now_ += 1000;
    PushAll(store_.get(), dataset_, {{Key("a"), std::to_string(i)}});
  }
  const auto compacted = [this](TimeMicros time) {
    EXPECT_TRUE(store_->CompactBefore(time).ok());
    return store_->GetAgency("acme")->compacted;
  };
  EXPECT_EQ(compacted(0), 0);
  EXPECT_EQ(compacted(now_ - 1500), 2);
  EXPECT_EQ(compacted(now_ - 1500), 2);
  EXPECT_EQ(compacted(now_), 3);
  EXPECT_EQ(compacted(now_ + 1), 4);
  ExpectWhole(store_.get());
}

TEST_P(HistoryTest, TheFeedTellsEachChangeOnceInOrder) {
  std::mutex mutex;
  std::vector<Change> fed;
  store_->SetCommitListener([&](const std::vector<Change>& changes) {
    const std::lock_guard lock(mutex);
    fed.insert(fed.end(), changes.begin(), changes.end());
  });
  const std::string large(2 << 20, 'x');
  std::vector<std::thread> threads;
  for (int i = 0; i < 3; ++i) {
    threads.emplace_back([this, i] {
      const DatasetKey dataset{"acme", std::to_string(i)};
      for (int round = 0; round < 10; ++round) {
        Texts texts;
        for (int k = 0; k < 5; ++k)
          texts.push_back({Key(std::to_string(k)), std::to_string(round)});
        if (round % 2 == 1) std::swap(texts[0], texts[4]);
        PushAll(store_.get(), dataset, texts, i == 0 ? PushMode::kUpsert : PushMode::kSnapshot);
      }
      EXPECT_TRUE(store_->DeleteRecord(dataset, Key("3"), {}, "end").ok());
    });
  }
  for (std::thread& thread : threads) thread.join();
  Texts many;
  for (int i = 0; i < 2500; ++i) many.push_back({Key("m" + std::to_string(i)), "text"});
  PushAll(store_.get(), {"acme", "many"}, many, PushMode::kSnapshot);
  PushAll(store_.get(), dataset_, {{Key("large"), large}, {Header(), "h"}});
  store_->SetCommitListener(nullptr);
  PushAll(store_.get(), dataset_, {{Key("late"), "1"}});

  const auto log = store_->ReadChanges("acme", "", 0, 0, 0, true);
  ASSERT_TRUE(log.ok());
  ASSERT_EQ(fed.size() + 1, log->changes.size());
  for (size_t i = 0; i < fed.size(); ++i) {
    const StoredRecord& a = fed[i].record;
    const StoredRecord& b = log->changes[i].record;
    ASSERT_EQ(a.revision, static_cast<int64_t>(i) + 1);
    EXPECT_EQ(fed[i].kind, log->changes[i].kind);
    EXPECT_EQ(a.revision, b.revision);
    EXPECT_EQ(a.dataset, b.dataset);
    EXPECT_EQ(a.key, b.key);
    EXPECT_EQ(a.generation, b.generation);
    EXPECT_EQ(a.position, b.position);
    EXPECT_EQ(a.digest, b.digest);
    EXPECT_EQ(a.time, b.time);
    EXPECT_EQ(a.deleted, b.deleted);
    EXPECT_EQ(a.delete_reason, b.delete_reason);
    EXPECT_EQ(a.size, b.size);
    if (a.key.id == "large") {
      EXPECT_EQ(a.body, nullptr);
    } else {
      ASSERT_EQ(a.body == nullptr, b.body == nullptr);
      if (a.body != nullptr) {
        EXPECT_EQ(*a.body, *b.body);
      }
    }
  }
}

TEST_P(HistoryTest, SeveralRecordsAreReadAtOnce) {
  PushAll(store_.get(), dataset_, {{Key("a"), "1"}, {Key("b"), "2"}, {Header(), "h"}});
  const auto records =
      store_->GetRecords({{dataset_, Key("b")}, {dataset_, Header()}, {dataset_, Key("a")}}, true);
  ASSERT_TRUE(records.ok());
  EXPECT_EQ(TextOf(records->at(0)), "2");
  EXPECT_EQ(TextOf(records->at(1)), "h");
  EXPECT_EQ(TextOf(records->at(2)), "1");
  EXPECT_EQ(Reason(store_->GetRecords({{dataset_, Key("b")}, {dataset_, Key("z")}}, true)),
            "RECORD_NOT_FOUND");
  EXPECT_TRUE(store_->GetRecords({}, true)->empty());
}

TEST_P(HistoryTest, ChangesOfOtherDatasetsArePassedOverInParts) {
  Texts many;
  for (int i = 0; i < 21'000; ++i) many.push_back({Key(std::to_string(i)), ""});
  PushAll(store_.get(), {"acme", "many"}, many);
  PushAll(store_.get(), dataset_, {{Key("a"), "1"}});
  int64_t after = 0;
  int parts = 0;
  std::vector<Change> found;
  while (after < 21'001) {
    const auto page = store_->ReadChanges("acme", "2024", after, 0, 0, true);
    ASSERT_TRUE(page.ok());
    ASSERT_GT(page->through, after);
    after = page->through;
    ++parts;
    found.insert(found.end(), page->changes.begin(), page->changes.end());
  }
  EXPECT_EQ(parts, 2);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(TextOf(found[0].record), "1");
}

}  // namespace
}  // namespace puente::store
