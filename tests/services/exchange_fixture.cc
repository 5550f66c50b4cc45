// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// A server over a store of its own, for tests.

#include "tests/services/exchange_fixture.h"

#include <stdlib.h>

#include <filesystem>
#include <mutex>

#include "puente/v1/record.pb.h"
#include "services/store/token_secret.h"

namespace puente::exchange {
namespace {

std::mutex log_mutex;

}  // namespace

std::set<std::string>& ReasonsSeen() {
  static std::set<std::string> seen;
  return seen;
}

google::rpc::ErrorInfo InfoOf(const google::rpc::Status& status) {
  google::rpc::ErrorInfo info;
  int found = 0;
  for (const auto& detail : status.details()) {
    if (detail.Is<google::rpc::ErrorInfo>()) {
      ++found;
      detail.UnpackTo(&info);
    }
  }
  EXPECT_EQ(found, 1) << status.ShortDebugString();
  EXPECT_EQ(info.domain(), "puente.exchange");
  if (found == 1) ReasonsSeen().insert(info.reason());
  return info;
}

google::rpc::ErrorInfo InfoOf(const grpc::Status& status) {
  google::rpc::Status rpc;
  EXPECT_TRUE(rpc.ParseFromString(status.error_details()));
  EXPECT_EQ(rpc.code(), static_cast<int>(status.error_code())) << status.error_message();
  return InfoOf(rpc);
}

std::string Told(const google::rpc::Status& status) {
  if (status.code() == 0) return "OK";
  return std::to_string(status.code()) + " " + InfoOf(status).reason();
}

std::string Told(const grpc::Status& status) {
  if (status.ok()) return "OK";
  if (status.error_details().empty()) {
    return std::to_string(status.error_code()) + " without details: " + status.error_message();
  }
  return std::to_string(status.error_code()) + " " + InfoOf(status).reason();
}

std::string MakeRecord(const std::string& id, const std::string& text, uint32_t ordinal) {
  puente::v1::Record record;
  record.mutable_identity()->set_id(id);
  record.mutable_identity()->set_ordinal(ordinal);
  record.mutable_activity()->set_iati_identifier(id);
  record.mutable_activity()->set_lang(text);
  return record.SerializeAsString();
}

std::string MakeHeader(const std::string& version) {
  puente::v1::Record record;
  record.mutable_dataset_header()->set_version(version);
  return record.SerializeAsString();
}

std::string DigestBytes(const std::string& record) {
  const auto digest = RecordDigest(std::string_view(record));
  EXPECT_TRUE(digest.ok());
  return std::string(reinterpret_cast<const char*>(digest->data()), digest->size());
}

void ExchangeTest::SetUp() {
  std::string pattern = testing::TempDir() + "puenteXXXXXX";
  ASSERT_NE(mkdtemp(pattern.data()), nullptr);
  folder_ = pattern;
  store::StoreOptions store_options;
  store_options.create = true;
  auto opened = store::OpenStore("sqlite:" + folder_ + "/store.db", store_options);
  ASSERT_TRUE(opened.ok()) << opened.status();
  store_ = *std::move(opened);
  ASSERT_TRUE(store_->AddAgency("acme", "Acme").ok());
  ASSERT_TRUE(store_->AddAgency("globex", "Globex").ok());
  acme_ = AddToken("acme", store::kScopeRead | store::kScopePush);
  globex_ = AddToken("globex", store::kScopeRead | store::kScopePush);
  reader_ = AddToken("acme", store::kScopeRead);
  admin_ = AddToken("acme", store::kScopeAdmin);
  options_.listen = "unix:" + folder_ + "/socket";
  options_.log = [this](std::string_view line) {
    const std::lock_guard lock(log_mutex);
    log_.emplace_back(line);
  };
  StartServer();
}

void ExchangeTest::TearDown() {
  StopServer();
  store_.reset();
  std::error_code error;
  std::filesystem::remove_all(folder_, error);
}

void ExchangeTest::StartServer() {
  auto started = Server::Start(store_.get(), options_);
  ASSERT_TRUE(started.ok()) << started.status();
  server_ = *std::move(started);
  address_ = server_->address();
  channel_ = grpc::CreateChannel(address_, grpc::InsecureChannelCredentials());
  records_ = v1::RecordService::NewStub(channel_);
  changes_ = v1::ChangeService::NewStub(channel_);
  datasets_ = v1::DatasetService::NewStub(channel_);
  formats_ = v1::FormatService::NewStub(channel_);
  agencies_ = v1::AgencyService::NewStub(channel_);
}

void ExchangeTest::StopServer() { server_.reset(); }

std::string ExchangeTest::AddToken(const std::string& agency, uint32_t scopes,
                                   store::TimeMicros expire_time) {
  auto secret = store::MakeTokenSecret();
  EXPECT_TRUE(secret.ok());
  store::Token token;
  token.id = secret->id;
  token.agency = agency;
  token.scopes = scopes;
  token.create_time = 1;
  token.expire_time = expire_time;
  EXPECT_TRUE(store_->AddToken(token, secret->hash).ok());
  return secret->secret;
}

std::unique_ptr<grpc::ClientContext> ExchangeTest::Context(const std::string& token) const {
  auto context = std::make_unique<grpc::ClientContext>();
  if (!token.empty()) context->AddMetadata("authorization", "Bearer " + token);
  context->set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(30));
  return context;
}

std::vector<std::string> ExchangeTest::Audit() {
  std::vector<std::string> out;
  auto entries = store_->ReadAudit(10'000);
  EXPECT_TRUE(entries.ok()) << entries.status();
  for (const store::AuditEntry& entry : *entries) {
    out.push_back(entry.outcome + " " + entry.action + " " + entry.agency);
  }
  return out;
}

ExchangeTest::PushResult ExchangeTest::Push(const std::string& dataset,
                                            const std::vector<std::string>& records,
                                            const std::string& request_id, v1::PushMode mode,
                                            bool allow_mass_removal, size_t per_message) {
  PushResult result;
  PushStream push(records_.get(), acme_);
  v1::PushRecordsRequest open;
  open.mutable_open()->set_parent("agencies/acme/datasets/" + dataset);
  open.mutable_open()->set_request_id(request_id);
  open.mutable_open()->set_mode(mode);
  open.mutable_open()->set_allow_mass_removal(allow_mass_removal);
  push.Send(open);
  int64_t seq = 0;
  for (size_t at = 0; at < records.size();) {
    v1::PushRecordsRequest writes;
    for (size_t i = 0; i < per_message && at < records.size(); ++i, ++at) {
      auto* write = writes.mutable_writes()->add_writes();
      write->set_seq(++seq);
      write->set_record(records[at]);
    }
    push.Send(writes);
  }
  push.Commit();
  push.WritesDone();
  v1::PushRecordsResponse response;
  while (push.Read(&response)) {
    if (response.has_opened()) result.opened = response.opened();
    if (response.has_summary()) result.summary = response.summary();
    for (const auto& verdict : response.verdicts().verdicts()) result.verdicts.push_back(verdict);
  }
  result.status = push.Finish();
  return result;
}

std::vector<std::string> ExchangeTest::Stream(const std::string& parent, std::string* watch_token) {
  std::vector<std::string> records;
  const auto context = Context(reader_);
  v1::StreamRecordsRequest request;
  request.set_parent(parent);
  const auto stream = records_->StreamRecords(context.get(), request);
  v1::StreamRecordsResponse response;
  bool complete = false;
  while (stream->Read(&response)) {
    EXPECT_FALSE(complete);
    for (const auto& record : response.records()) records.push_back(record.record());
    if (response.has_chunk()) {
      EXPECT_EQ(static_cast<size_t>(response.chunk().offset()), records.back().size());
      records.back() += response.chunk().data();
    }
    complete = response.complete();
    if (complete && watch_token != nullptr) *watch_token = response.watch_token();
  }
  const grpc::Status status = stream->Finish();
  EXPECT_EQ(Told(status), "OK");
  EXPECT_TRUE(complete);
  return records;
}

PushStream::PushStream(v1::RecordService::Stub* stub, const std::string& token) {
  if (!token.empty()) context_.AddMetadata("authorization", "Bearer " + token);
  context_.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(60));
  stream_ = stub->PushRecords(&context_);
}

PushStream::~PushStream() {
  if (finished_) return;
  context_.TryCancel();
  (void)Finish();
}

void PushStream::Open(const std::string& parent, const std::string& request_id, v1::PushMode mode) {
  v1::PushRecordsRequest request;
  request.mutable_open()->set_parent(parent);
  request.mutable_open()->set_request_id(request_id);
  request.mutable_open()->set_mode(mode);
  Send(request);
}

void PushStream::Offer(int64_t seq, const std::string& id, const std::string& digest,
                       uint32_t ordinal, std::optional<int64_t> if_generation) {
  v1::PushRecordsRequest request;
  auto* offer = request.mutable_offers()->add_offers();
  offer->set_seq(seq);
  offer->set_id(id);
  offer->set_ordinal(ordinal);
  offer->set_digest(digest);
  if (if_generation.has_value()) offer->set_if_generation(*if_generation);
  Send(request);
}

void PushStream::Write(int64_t seq, const std::string& record,
                       std::optional<int64_t> if_generation) {
  v1::PushRecordsRequest request;
  auto* write = request.mutable_writes()->add_writes();
  write->set_seq(seq);
  write->set_record(record);
  if (if_generation.has_value()) write->set_if_generation(*if_generation);
  Send(request);
}

void PushStream::Remove(int64_t seq, const std::string& id, const std::string& reason) {
  v1::PushRecordsRequest request;
  auto* removal = request.mutable_removals()->add_removals();
  removal->set_seq(seq);
  removal->set_id(id);
  removal->set_reason(reason);
  Send(request);
}

void PushStream::Commit() {
  v1::PushRecordsRequest request;
  request.mutable_commit();
  Send(request);
}

v1::PushRecordsResponse PushStream::Next() {
  v1::PushRecordsResponse response;
  EXPECT_TRUE(stream_->Read(&response));
  return response;
}

void PushStream::WritesDone() {
  if (!std::exchange(writes_done_, true)) stream_->WritesDone();
}

grpc::Status PushStream::Finish() {
  finished_ = true;
  v1::PushRecordsResponse response;
  WritesDone();
  while (stream_->Read(&response)) {
  }
  return stream_->Finish();
}

}  // namespace puente::exchange
