// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// What tests of stores share: records, pushes step by step, and the kinds of stores that there are.

#ifndef PUENTE_TESTS_SERVICES_STORE_FIXTURE_H_
#define PUENTE_TESTS_SERVICES_STORE_FIXTURE_H_

#include <gtest/gtest.h>

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/store/reason_error.h"
#include "services/store/store.h"
#include "services/store/store_writer.h"

namespace puente::store {

/// A folder that is removed with all that is in it.
class TempFolder {
 public:
  TempFolder();
  ~TempFolder();
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;

  const std::string& path() const { return path_; }
  std::string File(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

/// A serialized record and its digest.
struct Content {
  std::string bytes;
  Digest digest = {};
};

/// The record with this id and text; of the header, the dataset's header.
Content MakeContent(const RecordKey& key, const std::string& text);
/// The text of a record that MakeContent made.
std::string TextOf(const StoredRecord& record);

/// Ops of a push.
PushOp MakePut(int64_t seq, const RecordKey& key, const std::string& text,
               std::optional<int64_t> if_generation = {});
PushOp MakeOffer(int64_t seq, const RecordKey& key, const std::string& text,
                 std::optional<int64_t> if_generation = {});
PushOp MakeRemove(int64_t seq, const RecordKey& key, const std::string& reason = "",
                  std::optional<int64_t> if_generation = {});

/// Waits for the end of a step or a push.
absl::StatusOr<StepResult> ApplyAndWait(Store* store, PushStep step);
absl::StatusOr<PushSummary> CommitAndWait(Store* store, const PushKey& push,
                                          const CommitOptions& options = {});

/// The outcomes of a step as letters, in order: C created, U updated, = unchanged, D deleted,
/// R rejected, X conflict, S staged, N needed. An error is its reason.
std::string Outcomes(const absl::StatusOr<StepResult>& result);
/// The name of the reason of an error, or OK.
std::string Reason(const absl::Status& status);
template <typename Value>
std::string Reason(const absl::StatusOr<Value>& value) {
  return Reason(value.status());
}

/// One push that is opened.
class TestPush {
 public:
  TestPush(Store* store, const DatasetKey& dataset, const std::string& request_id,
           PushMode mode = PushMode::kUpsert);

  /// Applies ops in one step. The number up to which all is decided is that of the last op, unless
  /// it is given.
  absl::StatusOr<StepResult> Apply(std::vector<PushOp> ops,
                                   std::optional<int64_t> through = std::nullopt);
  absl::StatusOr<PushSummary> Commit(const CommitOptions& options = {});
  const PushKey& key() const { return key_; }
  const PushState& state() const { return state_; }

 private:
  Store* const store_;
  PushKey key_;
  PushState state_;
};

/// Records of a dataset, as key and text, in order: pushed and committed. The summary.
using Texts = std::vector<std::pair<RecordKey, std::string>>;
PushSummary PushAll(Store* store, const DatasetKey& dataset, const Texts& texts,
                    PushMode mode = PushMode::kUpsert);

/// All records at a moment, read in pages of some size.
absl::StatusOr<std::vector<StoredRecord>> ScanAll(Store* store, const RevisionVector& as_of,
                                                  const Selector& selector = {},
                                                  int64_t max_records = 0, int64_t max_bytes = 0,
                                                  bool with_body = true);
/// `id~ordinal=text` of all records now, in order.
std::vector<std::string> TextsNow(Store* store, const Selector& selector = {});

/// Fails the test when the store's check finds something.
void ExpectWhole(Store* store);

/// One kind of store.
struct StoreKind {
  std::string name;
  std::function<absl::StatusOr<std::unique_ptr<Store>>(const std::string& folder, Clock clock)>
      open;
};

/// The tests that every kind of store passes.
class StoreTest : public testing::TestWithParam<StoreKind> {
 protected:
  void SetUp() override;

  /// Closes the store and opens it again.
  void Reopen();

  TempFolder folder_;
  /// The time that the store sees.
  std::atomic<TimeMicros> now_{1'700'000'000'000'000};
  std::unique_ptr<Store> store_;
  /// Of an agency that is there.
  const DatasetKey dataset_{"acme", "2024"};
};

/// All kinds of stores.
std::vector<StoreKind> AllStoreKinds();

/// A key of a record without ordinal.
inline RecordKey Key(const std::string& id, uint32_t ordinal = 0) { return {false, id, ordinal}; }
inline RecordKey Header(uint32_t ordinal = 0) { return {true, "", ordinal}; }

}  // namespace puente::store

#endif  // PUENTE_TESTS_SERVICES_STORE_FIXTURE_H_
