// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Makes records, drives pushes, opens stores.

#include "tests/services/store_fixture.h"

#include <stdlib.h>

#include <filesystem>
#include <future>
#include <string_view>
#include <system_error>
#include <utility>

#include "core/base/strings.h"
#include "puente/v1/record.pb.h"
#include "services/store/sqlite_store.h"

namespace puente::store {

TempFolder::TempFolder() {
  std::string pattern = testing::TempDir() + "puente-store-XXXXXX";
  if (mkdtemp(pattern.data()) == nullptr) ADD_FAILURE() << "no folder " << pattern;
  path_ = pattern;
}

TempFolder::~TempFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

Content MakeContent(const RecordKey& key, const std::string& text) {
  v1::Record record;
  if (key.header) {
    record.mutable_dataset_header()->set_version(text);
  } else {
    record.mutable_identity()->set_id(key.id);
    record.mutable_identity()->set_ordinal(key.ordinal);
    record.mutable_activity()->set_iati_identifier(key.id);
    record.mutable_activity()->set_lang(text);
  }
  Content content;
  content.bytes = record.SerializeAsString();
  const absl::StatusOr<Digest> digest = RecordDigest(std::string_view(content.bytes));
  if (digest.ok()) {
    content.digest = *digest;
  } else {
    ADD_FAILURE() << digest.status();
  }
  return content;
}

std::string TextOf(const StoredRecord& record) {
  if (record.body == nullptr) return "(none)";
  v1::Record parsed;
  if (!parsed.ParseFromString(*record.body)) return "(not a record)";
  return record.key.header ? parsed.dataset_header().version() : parsed.activity().lang();
}

PushOp MakePut(int64_t seq, const RecordKey& key, const std::string& text,
               std::optional<int64_t> if_generation) {
  PushOp op = MakeOffer(seq, key, text, if_generation);
  op.kind = PushOp::Kind::kPut;
  op.body = MakeContent(key, text).bytes;
  return op;
}

PushOp MakeOffer(int64_t seq, const RecordKey& key, const std::string& text,
                 std::optional<int64_t> if_generation) {
  PushOp op;
  op.kind = PushOp::Kind::kOffer;
  op.seq = seq;
  op.key = key;
  op.digest = MakeContent(key, text).digest;
  op.if_generation = if_generation;
  return op;
}

PushOp MakeRemove(int64_t seq, const RecordKey& key, const std::string& reason,
                  std::optional<int64_t> if_generation) {
  PushOp op;
  op.kind = PushOp::Kind::kRemove;
  op.seq = seq;
  op.key = key;
  op.reason = reason;
  op.if_generation = if_generation;
  return op;
}

absl::StatusOr<StepResult> ApplyAndWait(Store* store, PushStep step) {
  std::promise<absl::StatusOr<StepResult>> promise;
  store->Apply(std::move(step), [&promise](absl::StatusOr<StepResult> result) {
    promise.set_value(std::move(result));
  });
  return promise.get_future().get();
}

absl::StatusOr<PushSummary> CommitAndWait(Store* store, const PushKey& push,
                                          const CommitOptions& options) {
  std::promise<absl::StatusOr<PushSummary>> promise;
  store->CommitPush(push, options, [&promise](absl::StatusOr<PushSummary> result) {
    promise.set_value(std::move(result));
  });
  return promise.get_future().get();
}

std::string Outcomes(const absl::StatusOr<StepResult>& result) {
  if (!result.ok()) return Reason(result.status());
  constexpr std::string_view letters = "?CU=DRXSN";
  std::string out;
  for (const PushVerdict& verdict : result->verdicts) {
    out += letters[static_cast<size_t>(verdict.outcome)];
  }
  return out;
}

std::string Reason(const absl::Status& status) {
  if (status.ok()) return "OK";
  if (ReasonOf(status) == exchange::v1::REASON_UNSPECIFIED) return status.ToString();
  return ReasonName(ReasonOf(status));
}

TestPush::TestPush(Store* store, const DatasetKey& dataset, const std::string& request_id,
                   PushMode mode)
    : store_(store), key_{dataset, request_id, mode} {
  const absl::StatusOr<PushState> state = store->OpenPush(key_);
  if (state.ok()) {
    state_ = *state;
  } else {
    ADD_FAILURE() << state.status();
  }
}

absl::StatusOr<StepResult> TestPush::Apply(std::vector<PushOp> ops,
                                           std::optional<int64_t> through) {
  PushStep step;
  step.push = key_;
  step.through_seq = through.value_or(ops.empty() ? 0 : ops.back().seq);
  step.ops = std::move(ops);
  return ApplyAndWait(store_, std::move(step));
}

absl::StatusOr<PushSummary> TestPush::Commit(const CommitOptions& options) {
  return CommitAndWait(store_, key_, options);
}

PushSummary PushAll(Store* store, const DatasetKey& dataset, const Texts& texts, PushMode mode) {
  static std::atomic<int> number = 0;
  TestPush push(store, dataset, "push-all-" + std::to_string(++number), mode);
  std::vector<PushOp> ops;
  int64_t seq = 0;
  for (const auto& [key, text] : texts) ops.push_back(MakePut(++seq, key, text));
  const absl::StatusOr<StepResult> result = push.Apply(std::move(ops));
  EXPECT_TRUE(result.ok()) << result.status();
  CommitOptions options;
  options.allow_mass_removal = true;
  const absl::StatusOr<PushSummary> summary = push.Commit(options);
  EXPECT_TRUE(summary.ok()) << summary.status();
  return summary.ok() ? *summary : PushSummary();
}

absl::StatusOr<std::vector<StoredRecord>> ScanAll(Store* store, const RevisionVector& as_of,
                                                  const Selector& selector, int64_t max_records,
                                                  int64_t max_bytes, bool with_body) {
  std::vector<StoredRecord> records;
  ScanRequest request;
  request.as_of = as_of;
  request.selector = selector;
  request.max_records = max_records;
  request.max_bytes = max_bytes;
  request.with_body = with_body;
  while (true) {
    absl::StatusOr<ScanPage> page = store->Scan(request);
    if (!page.ok()) return page.status();
    if (max_records > 0) {
      EXPECT_LE(static_cast<int64_t>(page->records.size()), max_records);
    }
    for (StoredRecord& record : page->records) records.push_back(std::move(record));
    if (page->complete) return records;
    if (page->records.empty()) return absl::InternalError("an empty page that is not the last");
    request.after = page->next;
  }
}

std::vector<std::string> TextsNow(Store* store, const Selector& selector) {
  std::vector<std::string> texts;
  const absl::StatusOr<RevisionVector> head = store->Head();
  EXPECT_TRUE(head.ok()) << head.status();
  if (!head.ok()) return texts;
  const auto records = ScanAll(store, *head, selector);
  EXPECT_TRUE(records.ok()) << records.status();
  if (!records.ok()) return texts;
  for (const StoredRecord& record : *records) {
    std::string name = record.key.header ? "header" : record.key.id;
    if (record.key.ordinal != 0) name += "~" + std::to_string(record.key.ordinal);
    texts.push_back(name + "=" + TextOf(record));
  }
  return texts;
}

void ExpectWhole(Store* store) {
  const absl::StatusOr<StoreCheck> check = store->Check();
  ASSERT_TRUE(check.ok()) << check.status();
  EXPECT_EQ(check->problem_count, 0);
  for (const StoreProblem& problem : check->problems) {
    ADD_FAILURE() << problem.place << ": " << problem.what;
  }
}

void StoreTest::SetUp() {
  Reopen();
  ASSERT_TRUE(store_->AddAgency("acme", "Acme").ok());
}

void StoreTest::Reopen() {
  store_ = nullptr;
  auto store = GetParam().open(folder_.path(), [this] { return now_.load(); });
  ASSERT_TRUE(store.ok()) << store.status();
  store_ = *std::move(store);
}

std::vector<StoreKind> AllStoreKinds() {
  const auto sqlite = [](bool compress) {
    return [compress](const std::string& folder, Clock clock) {
      StoreOptions options;
      options.create = true;
      options.compress = compress;
      SqliteTuning tuning;
      tuning.clock = std::move(clock);
      // Small, so that tests meet checkpoints.
      tuning.checkpoint_pages = 50;
      return OpenSqliteStore(folder + "/store", options, tuning);
    };
  };
  return {{"sqlite", sqlite(true)}, {"sqlite_plain", sqlite(false)}};
}

}  // namespace puente::store
