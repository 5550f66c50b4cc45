// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Random histories in every store, held against a model that keeps every state as plain lists.

#include <algorithm>
#include <map>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "tests/services/store_fixture.h"

namespace puente::store {
namespace {

// A store without any cleverness.
class Model {
 public:
  struct Record {
    RecordKey key;
    std::string text;
    int64_t generation = 0;
  };
  struct State {
    // Present records, in order: the first header, records, more headers.
    std::map<std::string, std::vector<Record>> datasets;
  };

  int64_t Generation(const std::string& dataset, const RecordKey& key) const {
    const auto found = generations_.find({dataset, key});
    return found == generations_.end() ? 0 : found->second;
  }

  Record* Find(const std::string& dataset, const RecordKey& key) {
    for (Record& record : now_.datasets[dataset]) {
      if (record.key == key) return &record;
    }
    return nullptr;
  }

  // Each returns the outcome as a letter.
  char Put(const std::string& dataset, const RecordKey& key, const std::string& text,
           std::optional<int64_t> if_generation) {
    if (if_generation.has_value() && *if_generation != Generation(dataset, key)) return 'X';
    Record* const found = Find(dataset, key);
    if (found != nullptr && found->text == text) return '=';
    const int64_t generation = ++generations_[{dataset, key}];
    if (found != nullptr) {
      found->text = text;
      found->generation = generation;
    } else {
      Add(dataset, {key, text, generation});
    }
    Done();
    return found != nullptr ? 'U' : 'C';
  }

  char Remove(const std::string& dataset, const RecordKey& key,
              std::optional<int64_t> if_generation) {
    if (if_generation.has_value() && *if_generation != Generation(dataset, key)) return 'X';
    Record* const found = Find(dataset, key);
    if (found == nullptr) return 'R';
    ++generations_[{dataset, key}];
    auto& records = now_.datasets[dataset];
    records.erase(records.begin() + (found - records.data()));
    Done();
    return 'D';
  }

  // Which changes a snapshot makes one by one is the store's choice where records move; only what
  // it ends with is the model's, with generations taken from the store.
  void Snapshot(const std::string& dataset, const Texts& texts) {
    std::vector<Record> records;
    for (const auto& [key, text] : texts) records.push_back({key, text, 0});
    std::stable_sort(records.begin(), records.end(),
                     [](const Record& a, const Record& b) { return Rank(a.key) < Rank(b.key); });
    now_.datasets[dataset] = std::move(records);
  }

  void SetGeneration(const std::string& dataset, const RecordKey& key, int64_t generation) {
    generations_[{dataset, key}] = generation;
    if (Record* const found = Find(dataset, key)) found->generation = generation;
  }

  // The state after each revision; those within a snapshot are not known.
  void SetRevision(int64_t revision) { states_[revision] = now_; }
  const std::map<int64_t, State>& states() const { return states_; }
  int64_t revision() const { return states_.empty() ? 0 : states_.rbegin()->first; }
  const State& now() const { return now_; }
  void Forget(int64_t through) { states_.erase(states_.begin(), states_.lower_bound(through)); }

 private:
  // Equal for records, which keep their order.
  static int64_t Rank(const RecordKey& key) {
    if (!key.header) return 1;
    return key.ordinal == 0 ? 0 : 1 + static_cast<int64_t>(key.ordinal);
  }

  void Add(const std::string& dataset, Record record) {
    auto& records = now_.datasets[dataset];
    const auto at = std::find_if(records.begin(), records.end(), [&](const Record& other) {
      return Rank(record.key) < Rank(other.key);
    });
    records.insert(at, std::move(record));
  }

  void Done() { SetRevision(revision() + 1); }

  State now_;
  std::map<int64_t, State> states_;
  std::map<std::pair<std::string, RecordKey>, int64_t> generations_;
};

class ModelTest : public StoreTest {
 protected:
  RecordKey RandomKey() {
    if (random_() % 8 == 0) return Header(random_() % 2);
    return Key(std::string(1, static_cast<char>('a' + random_() % 7)), random_() % 5 == 0 ? 1 : 0);
  }
  std::string RandomText() {
    return random_() % 30 == 0 ? std::string(40'000, 'x') : std::to_string(random_() % 4);
  }
  std::string RandomDataset() { return random_() % 3 == 0 ? "p" : "q"; }

  void Upsert();
  void Snapshot();
  void Compare(int64_t revision);

  std::mt19937 random_{20240611};
  Model model_;
  int pushes_ = 0;
};

INSTANTIATE_TEST_SUITE_P(Stores, ModelTest, testing::ValuesIn(AllStoreKinds()),
                         [](const auto& kind) { return kind.param.name; });

void ModelTest::Upsert() {
  const std::string dataset = RandomDataset();
  TestPush push(store_.get(), {"acme", dataset}, "r" + std::to_string(++pushes_));
  int64_t seq = 0;
  PushSummary expected;
  for (unsigned steps = 1 + random_() % 3; steps > 0; --steps) {
    std::vector<PushOp> ops;
    std::string outcomes;
    for (unsigned n = random_() % 6; n > 0; --n) {
      const RecordKey key = RandomKey();
      const std::string text = RandomText();
      std::optional<int64_t> if_generation;
      if (random_() % 4 == 0) {
        if_generation = std::max<int64_t>(
            0, model_.Generation(dataset, key) + static_cast<int64_t>(random_() % 3) - 1);
      }
      if (random_() % 4 == 0) {
        ops.push_back(MakeRemove(++seq, key, "why", if_generation));
        outcomes += model_.Remove(dataset, key, if_generation);
      } else {
        ops.push_back(MakePut(++seq, key, text, if_generation));
        outcomes += model_.Put(dataset, key, text, if_generation);
      }
      switch (outcomes.back()) {
        case 'C':
          ++expected.created;
          break;
        case 'U':
          ++expected.updated;
          break;
        case '=':
          ++expected.unchanged;
          break;
        case 'D':
          ++expected.deleted;
          break;
        case 'R':
          ++expected.rejected;
          break;
        default:
          ++expected.conflicts;
      }
    }
    const auto result = push.Apply(std::move(ops));
    ASSERT_EQ(Outcomes(result), outcomes);
  }
  expected.revision = model_.revision();
  if (random_() % 4 == 0) return;
  const auto summary = push.Commit();
  ASSERT_TRUE(summary.ok());
  EXPECT_EQ(*summary, expected);
}

void ModelTest::Snapshot() {
  const std::string dataset = RandomDataset();
  Texts texts;
  if (random_() % 2 == 0) {
    // Near to what is there.
    const auto found = model_.now().datasets.find(dataset);
    if (found != model_.now().datasets.end()) {
      for (const Model::Record& record : found->second) {
        if (random_() % 8 != 0) texts.push_back({record.key, record.text});
      }
    }
    for (unsigned n = random_() % 3; n > 0 && !texts.empty(); --n) {
      std::swap(texts[random_() % texts.size()], texts[random_() % texts.size()]);
    }
  }
  for (unsigned n = random_() % 4; n > 0; --n) {
    const RecordKey key = RandomKey();
    const bool there = std::any_of(texts.begin(), texts.end(),
                                   [&key](const auto& text) { return text.first == key; });
    if (!there) {
      texts.insert(texts.begin() + static_cast<std::ptrdiff_t>(random_() % (texts.size() + 1)),
                   {key, RandomText()});
    }
  }
  TestPush push(store_.get(), {"acme", dataset}, "r" + std::to_string(++pushes_),
                PushMode::kSnapshot);
  std::vector<PushOp> offers;
  for (size_t i = 0; i < texts.size(); ++i) {
    offers.push_back(MakeOffer(static_cast<int64_t>(i) + 1, texts[i].first, texts[i].second));
  }
  const auto offered = push.Apply(std::move(offers), 0);
  ASSERT_TRUE(offered.ok());
  std::vector<PushOp> puts;
  for (size_t i = 0; i < texts.size(); ++i) {
    if (offered->verdicts[i].outcome != Outcome::kNeeded) continue;
    puts.push_back(MakePut(static_cast<int64_t>(i) + 1, texts[i].first, texts[i].second));
  }
  ASSERT_TRUE(push.Apply(std::move(puts), static_cast<int64_t>(texts.size())).ok());
  CommitOptions options;
  options.allow_mass_removal = true;
  const auto summary = push.Commit(options);
  ASSERT_TRUE(summary.ok()) << summary.status();
  // The changes must lead from the old state to the new one.
  const int64_t before = model_.revision();
  const auto log = store_->ReadChanges("acme", "", before, 0, 0, true);
  ASSERT_TRUE(log.ok());
  ASSERT_EQ(log->through, summary->revision);
  model_.Snapshot(dataset, texts);
  int64_t content_changes = 0;
  for (const Change& change : log->changes) {
    EXPECT_EQ(change.record.dataset.dataset, dataset);
    EXPECT_EQ(change.record.generation, model_.Generation(dataset, change.record.key) + 1);
    model_.SetGeneration(dataset, change.record.key, change.record.generation);
    if (change.kind != ChangeKind::kMoved) ++content_changes;
  }
  for (const auto& [key, text] : texts) {
    model_.SetGeneration(dataset, key, model_.Generation(dataset, key));
  }
  EXPECT_EQ(content_changes, summary->created + summary->updated + summary->deleted);
  EXPECT_EQ(static_cast<int64_t>(texts.size()),
            summary->created + summary->updated + summary->unchanged);
  model_.SetRevision(summary->revision);
}

void ModelTest::Compare(int64_t revision) {
  const auto records =
      ScanAll(store_.get(), {{"acme", revision}}, {}, static_cast<int64_t>(random_() % 5));
  ASSERT_TRUE(records.ok()) << records.status();
  size_t at = 0;
  for (const auto& [dataset, expected] : model_.states().at(revision).datasets) {
    for (const Model::Record& record : expected) {
      ASSERT_LT(at, records->size());
      const StoredRecord& stored = records->at(at++);
      EXPECT_EQ(stored.dataset.dataset, dataset);
      EXPECT_EQ(stored.key, record.key);
      EXPECT_EQ(TextOf(stored), record.text);
      EXPECT_EQ(stored.generation, record.generation);
      EXPECT_LE(stored.revision, revision);
    }
  }
  EXPECT_EQ(at, records->size());
}

TEST_P(ModelTest, RandomHistories) {
  model_.SetRevision(0);
  for (int round = 0; round < 120; ++round) {
    random_() % 3 == 0 ? Snapshot() : Upsert();
    ASSERT_FALSE(HasFatalFailure() || HasNonfatalFailure()) << "round " << round;
    ASSERT_EQ(store_->GetAgency("acme")->head, model_.revision());
    Compare(model_.revision());
    // Any moment that is kept.
    auto moment = model_.states().begin();
    std::advance(moment, random_() % model_.states().size());
    Compare(moment->first);
    if (round % 40 == 39) {
      const int64_t through = model_.revision() - static_cast<int64_t>(random_() % 20);
      ASSERT_TRUE(store_->Compact("acme", through).ok());
      model_.Forget(std::max<int64_t>(through, 0));
      Reopen();
    }
    if (round % 20 == 19) ExpectWhole(store_.get());
    ASSERT_FALSE(HasFailure()) << "round " << round;
  }
}

}  // namespace
}  // namespace puente::store
