// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Who is let in: every method that reflection finds, tokens of all kinds, the audit log.

#include <gmock/gmock.h>
#include <grpcpp/impl/codegen/sync_stream.h>

#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

#include "google/protobuf/descriptor.h"
#include "google/protobuf/unknown_field_set.h"
#include "puente/exchange/v1/reason.pb.h"
#include "services/exchange/access_rules.h"
#include "services/exchange/listener.h"
#include "services/store/time_text.h"
#include "tests/services/exchange_fixture.h"

namespace puente::exchange {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::Not;

// Calls any method, with an empty request unless one is given, as a stream, which has the same form
// on the wire.
grpc::Status CallRaw(const std::shared_ptr<grpc::Channel>& channel, const std::string& method,
                     grpc::ClientContext* context, const std::string& request = "",
                     std::string* answer = nullptr) {
  const grpc::internal::RpcMethod rpc(method.c_str(), grpc::internal::RpcMethod::BIDI_STREAMING);
  const std::unique_ptr<grpc::ClientReaderWriter<grpc::ByteBuffer, grpc::ByteBuffer>> stream(
      grpc::internal::ClientReaderWriterFactory<grpc::ByteBuffer, grpc::ByteBuffer>::Create(
          channel.get(), rpc, context));
  const grpc::Slice bytes(request);
  stream->Write(grpc::ByteBuffer(&bytes, 1));
  stream->WritesDone();
  grpc::ByteBuffer message;
  while (stream->Read(&message)) {
    grpc::Slice whole;
    if (answer != nullptr && message.DumpToSingleSlice(&whole).ok()) {
      answer->assign(reinterpret_cast<const char*>(whole.begin()), whole.size());
    }
  }
  return stream->Finish();
}

class AccessTest : public ExchangeTest {};

// Names of the services that reflection tells, without a token. Its messages have no header in
// Debian's packages, so they are made and read by their numbers.
std::vector<std::string> ReflectedServices(const std::shared_ptr<grpc::Channel>& channel) {
  constexpr int kListServices = 7;  // ServerReflectionRequest
  constexpr int kListResponse = 6;  // ServerReflectionResponse
  constexpr int kService = 1;       // ListServiceResponse
  constexpr int kName = 1;          // ServiceResponse
  google::protobuf::UnknownFieldSet request;
  request.AddLengthDelimited(kListServices, "*");
  std::string bytes;
  request.SerializeToString(&bytes);
  grpc::ClientContext context;
  std::string answer;
  EXPECT_TRUE(CallRaw(channel, "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo",
                      &context, bytes, &answer)
                  .ok());
  std::vector<std::string> names;
  const auto each = [](const std::string& message, int number, const auto& take) {
    google::protobuf::UnknownFieldSet fields;
    EXPECT_TRUE(fields.ParseFromString(message));
    for (int i = 0; i < fields.field_count(); ++i) {
      if (fields.field(i).number() == number) take(fields.field(i).length_delimited());
    }
  };
  each(answer, kListResponse, [&](const std::string& list) {
    each(list, kService, [&](const std::string& service) {
      each(service, kName, [&](const std::string& name) { names.push_back(name); });
    });
  });
  return names;
}

TEST_F(AccessTest, EveryMethodThatReflectionFindsHasARule) {
  std::vector<std::string> methods;
  std::vector<std::string> open;
  for (const std::string& name : ReflectedServices(channel_)) {
    if (std::find(OpenServices().begin(), OpenServices().end(), name) != OpenServices().end()) {
      open.push_back(name);
      continue;
    }
    const auto* service =
        google::protobuf::DescriptorPool::generated_pool()->FindServiceByName(name);
    ASSERT_NE(service, nullptr) << name;
    for (int i = 0; i < service->method_count(); ++i) {
      methods.push_back("/" + service->full_name() + "/" + service->method(i)->name());
    }
  }
  EXPECT_EQ(open.size(), OpenServices().size());
  EXPECT_EQ(methods.size(), AccessRules().size());
  for (const std::string& method : methods) {
    EXPECT_TRUE(std::any_of(AccessRules().begin(), AccessRules().end(),
                            [&method](const AccessRule& rule) { return rule.method == method; }))
        << method;
    const auto none = Context("");
    EXPECT_EQ(Told(CallRaw(channel_, method, none.get())), "16 TOKEN_MISSING") << method;
    const auto unknown = Context("pnt_nobody");
    EXPECT_EQ(Told(CallRaw(channel_, method, unknown.get())), "16 TOKEN_UNKNOWN") << method;
  }
  StopServer();
  const std::vector<std::string> audit = Audit();
  for (const std::string& method : methods) {
    EXPECT_THAT(audit, Contains("TOKEN_MISSING " + method + " ")) << method;
    EXPECT_THAT(audit, Contains("TOKEN_UNKNOWN " + method + " ")) << method;
  }
}

TEST_F(AccessTest, ScopesAreHeld) {
  for (const AccessRule& rule : AccessRules()) {
    const std::string method(rule.method);
    // A token that has all scopes but the one that is needed.
    uint32_t scopes = store::kScopeRead | store::kScopePush | store::kScopeAdmin;
    if (rule.scope == v1::SCOPE_READ) scopes &= ~uint32_t{store::kScopeRead};
    if (rule.scope == v1::SCOPE_PUSH) scopes &= ~uint32_t{store::kScopePush};
    if (rule.scope == v1::SCOPE_ADMIN) scopes &= ~uint32_t{store::kScopeAdmin};
    const auto context = Context(AddToken("acme", scopes));
    EXPECT_EQ(Told(CallRaw(channel_, method, context.get())), "7 SCOPE_MISSING") << method;
  }
}

TEST_F(AccessTest, ExpiredAndRevokedTokensAreRefused) {
  const std::string expired = AddToken("acme", store::kScopeRead, store::NowMicros() - 1);
  v1::GetHeadRequest request;
  v1::GetHeadResponse response;
  auto context = Context(expired);
  EXPECT_EQ(Told(changes_->GetHead(context.get(), request, &response)), "16 TOKEN_EXPIRED");

  // Made and revoked over the service.
  v1::CreateTokenRequest create;
  create.set_parent("agencies/globex");
  create.mutable_lifetime()->set_seconds(3600);
  v1::CreateTokenResponse created;
  context = Context(admin_);
  ASSERT_EQ(Told(agencies_->CreateToken(context.get(), create, &created)), "OK");
  EXPECT_EQ(created.token().scopes_size(), 2);
  context = Context(created.secret());
  ASSERT_EQ(Told(changes_->GetHead(context.get(), request, &response)), "OK");
  EXPECT_EQ(response.agencies_size(), 2);

  v1::RevokeTokenRequest revoke;
  revoke.set_name(created.token().name());
  v1::RevokeTokenResponse revoked;
  context = Context(admin_);
  ASSERT_EQ(Told(agencies_->RevokeToken(context.get(), revoke, &revoked)), "OK");
  EXPECT_TRUE(revoked.token().has_revoke_time());
  context = Context(created.secret());
  EXPECT_EQ(Told(changes_->GetHead(context.get(), request, &response)), "16 TOKEN_REVOKED");

  revoke.set_name("agencies/globex/tokens/none");
  context = Context(admin_);
  EXPECT_EQ(Told(agencies_->RevokeToken(context.get(), revoke, &revoked)), "5 TOKEN_NOT_FOUND");

  v1::ListTokensRequest list;
  list.set_parent("agencies/globex");
  v1::ListTokensResponse tokens;
  context = Context(admin_);
  ASSERT_EQ(Told(agencies_->ListTokens(context.get(), list, &tokens)), "OK");
  EXPECT_EQ(tokens.tokens_size(), 2);
  EXPECT_THAT(tokens.ShortDebugString(), Not(HasSubstr(created.secret())));

  StopServer();
  const std::vector<std::string> audit = Audit();
  EXPECT_THAT(audit, Contains("TOKEN_EXPIRED /puente.exchange.v1.ChangeService/GetHead acme"));
  EXPECT_THAT(audit, Contains("TOKEN_REVOKED /puente.exchange.v1.ChangeService/GetHead globex"));
  EXPECT_THAT(audit, Contains("OK /puente.exchange.v1.AgencyService/RevokeToken acme"));
  for (const std::string& line : log_) EXPECT_THAT(line, Not(HasSubstr(created.secret())));
}

TEST_F(AccessTest, AnAgencyWritesOnlyAsItself) {
  PushStream push(records_.get(), globex_);
  push.Open("agencies/acme/datasets/d", "r1");
  EXPECT_EQ(Told(push.Finish()), "7 AGENCY_MISMATCH");

  ASSERT_EQ(Told(Push("d", {MakeRecord("A", "en")}, "r2").status), "OK");
  v1::DeleteRecordRequest request;
  request.set_name("agencies/acme/datasets/d/records/A");
  v1::DeleteRecordResponse response;
  auto context = Context(globex_);
  EXPECT_EQ(Told(records_->DeleteRecord(context.get(), request, &response)), "7 AGENCY_MISMATCH");

  // Reading another agency's records is allowed.
  v1::GetRecordRequest get;
  get.set_name("agencies/acme/datasets/d/records/A");
  v1::GetRecordResponse got;
  context = Context(globex_);
  EXPECT_EQ(Told(records_->GetRecord(context.get(), get, &got)), "OK");
  StopServer();
  EXPECT_THAT(Audit(),
              Contains("AGENCY_MISMATCH /puente.exchange.v1.RecordService/PushRecords globex"));
  EXPECT_THAT(Audit(),
              Contains("AGENCY_MISMATCH /puente.exchange.v1.RecordService/DeleteRecord globex"));
}

TEST_F(AccessTest, OddTokensAreNone) {
  v1::GetHeadRequest request;
  v1::GetHeadResponse response;
  for (const std::string& header :
       {std::string("Basic abc"), std::string("Bearer"), std::string("Bearer "), acme_,
        "Bearer " + std::string(400, 'x')}) {
    grpc::ClientContext context;
    context.AddMetadata("authorization", header);
    EXPECT_EQ(Told(changes_->GetHead(&context, request, &response)), "16 TOKEN_MISSING") << header;
  }
  grpc::ClientContext twice;
  twice.AddMetadata("authorization", "Bearer " + acme_);
  twice.AddMetadata("authorization", "Bearer " + globex_);
  EXPECT_EQ(Told(changes_->GetHead(&twice, request, &response)), "16 TOKEN_MISSING");
  grpc::ClientContext lower;
  lower.AddMetadata("authorization", "bearer " + acme_);
  EXPECT_EQ(Told(changes_->GetHead(&lower, request, &response)), "OK");
}

TEST_F(AccessTest, PlaintextOnAPublicAddressIsRefused) {
  StopServer();
  for (const char* address : {"0.0.0.0:0", "[::]:0", "192.0.2.1:4000", "example.org:1"}) {
    ServerOptions options;
    options.listen = address;
    const auto started = Server::Start(store_.get(), options);
    ASSERT_FALSE(started.ok()) << address;
    EXPECT_EQ(started.status().code(), absl::StatusCode::kPermissionDenied) << address;
  }
  EXPECT_THAT(Audit(), Contains("PLAINTEXT_REFUSED serve "));
  for (const char* address : {"", ":", "nothing", "127.0.0.1:", "127.0.0.1:x", "127.0.0.1:65536",
                              "::1:80", "[::1:80", "unix:"}) {
    ServerOptions options;
    options.listen = address;
    const auto started = Server::Start(store_.get(), options);
    ASSERT_FALSE(started.ok()) << address;
    EXPECT_EQ(started.status().code(), absl::StatusCode::kInvalidArgument) << address;
  }
}

TEST(Listener, KnowsWhatIsLocal) {
  for (const char* text : {"127.0.0.1:1", "127.255.0.9:1", "localhost:1", "[::1]:1", "unix:x"}) {
    EXPECT_TRUE(IsLocal(*ParseListenAddress(text))) << text;
  }
  for (const char* text :
       {"0.0.0.0:1", "128.0.0.1:1", "[::]:1", "127.example.org:1", "10.0.0.1:1"}) {
    EXPECT_FALSE(IsLocal(*ParseListenAddress(text))) << text;
  }
}

// The last test of the program: every reason of the list was told to some client.
class ReasonsCheck : public testing::Environment {
 public:
  void TearDown() override {
    if (testing::GTEST_FLAG(filter) != "*") return;
    const auto* reasons = v1::Reason_descriptor();
    for (int i = 0; i < reasons->value_count(); ++i) {
      const std::string name = reasons->value(i)->name().substr(7);
      // No library sends more metadata than it was told; tests/services/hostile_clients.py does.
      if (name == "METADATA_TOO_LARGE") continue;
      if (name == "UNSPECIFIED") continue;
      EXPECT_TRUE(ReasonsSeen().contains(name)) << name << " was told to no client";
    }
  }
};
const auto* const reasons_check = testing::AddGlobalTestEnvironment(new ReasonsCheck);

}  // namespace
}  // namespace puente::exchange
