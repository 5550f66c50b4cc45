// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Tests errors with reasons: their codes, facts and bytes.

#include <fstream>
#include <map>
#include <sstream>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/cord.h"
#include "google/protobuf/descriptor.h"
#include "google/rpc/error_details.pb.h"
#include "gtest/gtest.h"
#include "services/store/reason_error.h"

namespace puente::store {
namespace {

namespace exv1 = exchange::v1;

TEST(ReasonErrorTest, CarriesReasonMessageAndFacts) {
  const absl::Status status =
      ReasonError(exv1::REASON_GENERATION_CONFLICT, "another generation",
                  {{"name", "agencies/a/datasets/d/records/r"}, {"generation", "7"}});
  EXPECT_EQ(status.code(), absl::StatusCode::kAborted);
  EXPECT_EQ(status.message(), "another generation");
  EXPECT_EQ(ReasonOf(status), exv1::REASON_GENERATION_CONFLICT);
  EXPECT_EQ(ReasonFact(status, "generation"), "7");
  EXPECT_EQ(ReasonFact(status, "name"), "agencies/a/datasets/d/records/r");
  EXPECT_EQ(ReasonFact(status, "none"), "");

  google::rpc::ErrorInfo info;
  const auto payload = status.GetPayload("type.googleapis.com/google.rpc.ErrorInfo");
  ASSERT_TRUE(payload.has_value());
  ASSERT_TRUE(info.ParseFromString(std::string(*payload)));
  EXPECT_EQ(info.domain(), "puente.exchange");
  EXPECT_EQ(info.reason(), "GENERATION_CONFLICT");
}

TEST(ReasonErrorTest, FactsAreAlwaysText) {
  const absl::Status status = ReasonError(exv1::REASON_NAME_INVALID, "bad",
                                          {{"name",
                                            "a\xff"
                                            "b"}});
  EXPECT_EQ(ReasonFact(status, "name"), "a\\x{ff}b");
}

TEST(ReasonErrorTest, OtherErrorsHaveNoReason) {
  EXPECT_EQ(ReasonOf(absl::OkStatus()), exv1::REASON_UNSPECIFIED);
  absl::Status status = absl::InternalError("plain");
  EXPECT_EQ(ReasonOf(status), exv1::REASON_UNSPECIFIED);
  EXPECT_EQ(ReasonFact(status, "name"), "");
  google::rpc::ErrorInfo info;
  info.set_domain("another.domain");
  info.set_reason("STORE_FULL");
  status.SetPayload("type.googleapis.com/google.rpc.ErrorInfo",
                    absl::Cord(info.SerializeAsString()));
  EXPECT_EQ(ReasonOf(status), exv1::REASON_UNSPECIFIED);
}

// The proto says in brackets which code belongs to a reason.
TEST(ReasonErrorTest, CodesAreThoseOfTheProto) {
  std::ifstream file(std::string(PUENTE_SOURCE_DIR) + "/proto/puente/exchange/v1/reason.proto");
  std::ostringstream text;
  text << file.rdbuf();
  const std::string proto = text.str();
  const auto* reasons = exv1::Reason_descriptor();
  ASSERT_GT(reasons->value_count(), 40);
  for (int i = 0; i < reasons->value_count(); ++i) {
    const auto reason = static_cast<exv1::Reason>(reasons->value(i)->number());
    if (reason == exv1::REASON_UNSPECIFIED) continue;
    const std::string& name = reasons->value(i)->name();
    EXPECT_EQ("REASON_" + ReasonName(reason), name);
    const size_t place = proto.find("  " + name + " = ");
    ASSERT_NE(place, std::string::npos) << name;
    const size_t open = proto.rfind('[', place);
    const size_t close = proto.find(']', open);
    std::string code = absl::StatusCodeToString(CodeOfReason(reason));
    EXPECT_EQ(proto.substr(open + 1, close - open - 1), code) << name;
    const absl::Status status = ReasonError(reason, "x");
    EXPECT_EQ(status.code(), CodeOfReason(reason));
    EXPECT_EQ(ReasonOf(status), reason);
  }
}

}  // namespace
}  // namespace puente::store
