// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// What callers are told when the store fails: the reason, nothing of the inside, and no wrong data.

#include <gmock/gmock.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "services/store/reason_error.h"
#include "tests/services/exchange_fixture.h"

namespace puente::exchange {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::Not;

// A store that does what another one does, until it is told to fail.
class FailingStore final : public store::Store {
 public:
  explicit FailingStore(store::Store* inner) : inner_(inner) {}
  absl::Status failure;

  absl::Status AddAgency(const std::string& name, const std::string& title) override {
    return inner_->AddAgency(name, title);
  }
  absl::StatusOr<store::Agency> GetAgency(const std::string& name) override {
    return inner_->GetAgency(name);
  }
  absl::StatusOr<std::vector<store::Agency>> ListAgencies() override {
    return inner_->ListAgencies();
  }
  absl::Status AddToken(const store::Token& token, const Digest& hash) override {
    return inner_->AddToken(token, hash);
  }
  absl::StatusOr<store::Token> FindToken(const Digest& hash) override {
    return inner_->FindToken(hash);
  }
  absl::StatusOr<std::vector<store::Token>> ListTokens(const std::string& agency) override {
    return inner_->ListTokens(agency);
  }
  absl::StatusOr<store::Token> RevokeToken(const std::string& id, store::TimeMicros time) override {
    return inner_->RevokeToken(id, time);
  }
  absl::Status AppendAudit(const std::vector<store::AuditEntry>& entries) override {
    return inner_->AppendAudit(entries);
  }
  absl::StatusOr<std::vector<store::AuditEntry>> ReadAudit(int64_t max) override {
    return inner_->ReadAudit(max);
  }
  const Digest& seal_key() const override { return inner_->seal_key(); }
  absl::StatusOr<store::PushState> OpenPush(const store::PushKey& push) override {
    return inner_->OpenPush(push);
  }
  void Apply(store::PushStep step, store::StepDone done) override {
    if (!failure.ok()) {
      done(failure);
      return;
    }
    inner_->Apply(std::move(step), std::move(done));
  }
  void CommitPush(const store::PushKey& push, const store::CommitOptions& options,
                  store::CommitDone done) override {
    if (!failure.ok()) {
      done(failure);
      return;
    }
    inner_->CommitPush(push, options, std::move(done));
  }
  absl::StatusOr<store::StoredRecord> DeleteRecord(const store::DatasetKey& dataset,
                                                   const store::RecordKey& key,
                                                   std::optional<int64_t> if_generation,
                                                   const std::string& reason) override {
    return inner_->DeleteRecord(dataset, key, if_generation, reason);
  }
  absl::StatusOr<store::StoredRecord> GetRecord(const store::DatasetKey& dataset,
                                                const store::RecordKey& key, int64_t generation,
                                                bool with_body) override {
    if (!failure.ok()) return failure;
    return inner_->GetRecord(dataset, key, generation, with_body);
  }
  absl::StatusOr<std::vector<store::StoredRecord>> GetRecords(
      const std::vector<std::pair<store::DatasetKey, store::RecordKey>>& names,
      bool with_body) override {
    return inner_->GetRecords(names, with_body);
  }
  absl::StatusOr<std::vector<store::StoredRecord>> ListGenerations(const store::DatasetKey& dataset,
                                                                   const store::RecordKey& key,
                                                                   int64_t before,
                                                                   int64_t max) override {
    return inner_->ListGenerations(dataset, key, before, max);
  }
  absl::StatusOr<store::Dataset> GetDataset(const store::DatasetKey& key) override {
    return inner_->GetDataset(key);
  }
  absl::StatusOr<std::vector<store::Dataset>> ListDatasets(
      const std::string& agency, const std::optional<store::DatasetKey>& after,
      int64_t max) override {
    return inner_->ListDatasets(agency, after, max);
  }
  absl::StatusOr<store::RevisionVector> Head() override { return inner_->Head(); }
  absl::StatusOr<store::ScanEnd> VisitRecords(const store::ScanRequest& request,
                                              const store::RecordVisitor& visit) override {
    if (!failure.ok()) return failure;
    return inner_->VisitRecords(request, visit);
  }
  absl::StatusOr<store::ChangePage> ReadChanges(const std::string& agency,
                                                const std::string& dataset, int64_t after,
                                                int64_t max_changes, int64_t max_bytes,
                                                bool with_body) override {
    if (!failure.ok()) return failure;
    return inner_->ReadChanges(agency, dataset, after, max_changes, max_bytes, with_body);
  }
  void SetCommitListener(CommitListener listener) override {
    inner_->SetCommitListener(std::move(listener));
  }
  absl::StatusOr<int64_t> Compact(const std::string& agency, int64_t through) override {
    return inner_->Compact(agency, through);
  }
  absl::Status CompactBefore(store::TimeMicros time) override {
    return inner_->CompactBefore(time);
  }
  absl::StatusOr<store::StoreCheck> Check() override { return inner_->Check(); }
  absl::Status Backup(const std::string& path) override { return inner_->Backup(path); }

 private:
  store::Store* inner_;
};

class FaultsTest : public ExchangeTest {
 protected:
  void SetUp() override {
    ExchangeTest::SetUp();
    StopServer();
    auto failing = std::make_unique<FailingStore>(store_.get());
    failing_ = failing.get();
    inner_ = std::exchange(store_, std::move(failing));
    StartServer();
  }
  void TearDown() override {
    StopServer();
    store_ = std::move(inner_);
    ExchangeTest::TearDown();
  }

  std::string Get() {
    v1::GetRecordRequest request;
    request.set_name("agencies/acme/datasets/d/records/A");
    v1::GetRecordResponse response;
    const auto context = Context(reader_);
    return Told(records_->GetRecord(context.get(), request, &response));
  }

  std::unique_ptr<store::Store> inner_;
  FailingStore* failing_ = nullptr;
};

TEST_F(FaultsTest, FailuresOfTheStoreAreTold) {
  ASSERT_EQ(Told(Push("d", {MakeRecord("A", "en")}, "f0").status), "OK");
  int number = 0;
  for (const auto& [reason, told] :
       {std::pair(v1::REASON_STORE_FULL, "8 STORE_FULL"),
        std::pair(v1::REASON_STORE_UNAVAILABLE, "14 STORE_UNAVAILABLE"),
        std::pair(v1::REASON_STORE_DAMAGED, "15 STORE_DAMAGED")}) {
    failing_->failure = store::ReasonError(reason, "as told");
    const std::string id = "f" + std::to_string(++number);
    EXPECT_EQ(Told(Push("d", {MakeRecord("A", id)}, id).status), told);
    EXPECT_EQ(Get(), told);
    v1::StreamRecordsRequest stream;
    stream.set_parent("agencies/acme/datasets/d");
    auto context = Context(reader_);
    EXPECT_EQ(Told(records_->StreamRecords(context.get(), stream)->Finish()), told);
    v1::WatchChangesRequest watch;
    watch.set_parent("agencies/acme/datasets/d");
    watch.set_start(v1::WatchChangesRequest::START_BEGINNING);
    context = Context(reader_);
    EXPECT_EQ(Told(changes_->WatchChanges(context.get(), watch)->Finish()), told);
    failing_->failure = absl::OkStatus();
    // The push goes on once the store does.
    EXPECT_EQ(Told(Push("d", {MakeRecord("A", id)}, id).status), "OK");
    EXPECT_EQ(Get(), "OK");
  }
}

TEST_F(FaultsTest, FaultsTellNothingOfTheInside) {
  failing_->failure = absl::InternalError("SELECT secret FROM inside");
  v1::GetRecordRequest request;
  request.set_name("agencies/acme/datasets/d/records/A");
  v1::GetRecordResponse response;
  const auto context = Context(reader_);
  const grpc::Status status = records_->GetRecord(context.get(), request, &response);
  EXPECT_EQ(Told(status), "13 INTERNAL");
  EXPECT_THAT(status.error_message(), Not(HasSubstr("secret")));
  EXPECT_THAT(status.error_details(), Not(HasSubstr("secret")));
  // The log of the server has it.
  StopServer();
  EXPECT_THAT(log_, Contains(HasSubstr("SELECT secret")));
}

}  // namespace
}  // namespace puente::exchange
