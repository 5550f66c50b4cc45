// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// A server over a store of its own, agencies with tokens, and clients of it, for tests.

#ifndef PUENTE_TESTS_SERVICES_EXCHANGE_FIXTURE_H_
#define PUENTE_TESTS_SERVICES_EXCHANGE_FIXTURE_H_

#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "core/base/digest.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "puente/exchange/v1/agency_service.grpc.pb.h"
#include "puente/exchange/v1/change_service.grpc.pb.h"
#include "puente/exchange/v1/dataset_service.grpc.pb.h"
#include "puente/exchange/v1/format_service.grpc.pb.h"
#include "puente/exchange/v1/record_service.grpc.pb.h"
#include "services/exchange/server.h"
#include "services/store/store.h"

namespace puente::exchange {

/// Names of the reasons that clients of this program were told.
std::set<std::string>& ReasonsSeen();

/// The ErrorInfo of an error, noted in ReasonsSeen; a failure of the test when there is not exactly
/// one.
google::rpc::ErrorInfo InfoOf(const google::rpc::Status& status);
google::rpc::ErrorInfo InfoOf(const grpc::Status& status);
/// `CODE REASON`, or `OK`.
std::string Told(const grpc::Status& status);
std::string Told(const google::rpc::Status& status);

/// A serialized record: an activity with an id, an ordinal and a text.
std::string MakeRecord(const std::string& id, const std::string& text, uint32_t ordinal = 0);
/// The header of a dataset.
std::string MakeHeader(const std::string& version);
/// Its digest.
std::string DigestBytes(const std::string& record);

/// A server, started for each test.
class ExchangeTest : public testing::Test {
 protected:
  void SetUp() override;
  void TearDown() override;

  /// What the server is started with; to be changed before StartServer. Tests that do call it in a
  /// SetUp of their own.
  ServerOptions options_;
  void StartServer();
  void StopServer();

  /// A token of an agency.
  std::string AddToken(const std::string& agency, uint32_t scopes,
                       store::TimeMicros expire_time = 0);
  std::shared_ptr<grpc::Channel> Channel() const { return channel_; }
  std::unique_ptr<grpc::ClientContext> Context(const std::string& token) const;

  /// Lines of the audit log so far, as `outcome action agency`.
  std::vector<std::string> Audit();

  /// Pushes records in one message each of `per_message`; the verdicts as `seq outcome`.
  struct PushResult {
    grpc::Status status;
    std::vector<v1::PushRecordsResponse::Verdict> verdicts;
    v1::PushRecordsResponse::Summary summary;
    v1::PushRecordsResponse::Opened opened;
  };
  PushResult Push(const std::string& dataset, const std::vector<std::string>& records,
                  const std::string& request_id, v1::PushMode mode = v1::PUSH_MODE_UPSERT,
                  bool allow_mass_removal = false, size_t per_message = 100);
  /// Everything of a dataset by StreamRecords, bytes in order.
  std::vector<std::string> Stream(const std::string& parent, std::string* watch_token = nullptr);

  std::string folder_;
  std::string address_;
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<Server> server_;
  std::shared_ptr<grpc::Channel> channel_;
  std::unique_ptr<v1::RecordService::Stub> records_;
  std::unique_ptr<v1::ChangeService::Stub> changes_;
  std::unique_ptr<v1::DatasetService::Stub> datasets_;
  std::unique_ptr<v1::FormatService::Stub> formats_;
  std::unique_ptr<v1::AgencyService::Stub> agencies_;
  /// Tokens: of agency `acme` to read and push, of `globex` the same, of `acme` to read only, of
  /// `acme` as admin.
  std::string acme_;
  std::string globex_;
  std::string reader_;
  std::string admin_;
  std::vector<std::string> log_;
};

/// One push, step by step.
class PushStream {
 public:
  PushStream(v1::RecordService::Stub* stub, const std::string& token);
  ~PushStream();

  void Open(const std::string& parent, const std::string& request_id,
            v1::PushMode mode = v1::PUSH_MODE_UPSERT);
  void Offer(int64_t seq, const std::string& id, const std::string& digest, uint32_t ordinal = 0,
             std::optional<int64_t> if_generation = {});
  void Write(int64_t seq, const std::string& record, std::optional<int64_t> if_generation = {});
  void Remove(int64_t seq, const std::string& id, const std::string& reason = "");
  void Commit();
  void Send(const v1::PushRecordsRequest& request) { (void)stream_->Write(request); }
  /// The next message; false at the end.
  bool Read(v1::PushRecordsResponse* response) { return stream_->Read(response); }
  /// The next message, which must be there.
  v1::PushRecordsResponse Next();
  void WritesDone();
  void Cancel() { context_.TryCancel(); }
  /// Reads what is left, then the end.
  grpc::Status Finish();

 private:
  grpc::ClientContext context_;
  std::unique_ptr<grpc::ClientReaderWriter<v1::PushRecordsRequest, v1::PushRecordsResponse>>
      stream_;
  bool writes_done_ = false;
  bool finished_ = false;
};

}  // namespace puente::exchange

#endif  // PUENTE_TESTS_SERVICES_EXCHANGE_FIXTURE_H_
