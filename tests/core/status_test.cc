// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Tests of errors with code, place and hint.

#include "core/base/status.h"

#include <string>

#include "gtest/gtest.h"

namespace puente {
namespace {

ErrorDetail Detail() {
  return {.code = "PUE-0103",
          .message = "the text is not UTF-8",
          .source = "a.xml",
          .line = 70076,
          .column = 5,
          .hint = "save the file as UTF-8",
          .text = "C\xFA"};
}

TEST(StatusTest, CarriesAllDetails) {
  const absl::Status status = MakeError(absl::StatusCode::kDataLoss, Detail());
  EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(status.message(), "the text is not UTF-8");
  const ErrorDetail detail = GetErrorDetail(status);
  EXPECT_EQ(detail.code, "PUE-0103");
  EXPECT_EQ(detail.message, "the text is not UTF-8");
  EXPECT_EQ(detail.source, "a.xml");
  EXPECT_EQ(detail.line, 70076);
  EXPECT_EQ(detail.column, 5);
  EXPECT_EQ(detail.hint, "save the file as UTF-8");
  EXPECT_EQ(detail.text, "C\xFA");
}

TEST(StatusTest, ReadsPlainErrorsToo) {
  const ErrorDetail detail = GetErrorDetail(absl::NotFoundError("no such file"));
  EXPECT_EQ(detail.message, "no such file");
  EXPECT_EQ(detail.code, "");
  EXPECT_EQ(detail.line, 0);
}

TEST(StatusTest, IsNeverOk) {
  EXPECT_EQ(MakeError(absl::StatusCode::kOk, Detail()).code(), absl::StatusCode::kInternal);
}

TEST(StatusTest, AddsWhatIsMissingOnly) {
  absl::Status status = absl::InvalidArgumentError("bad");
  status = WithPlace(status, 3, 4);
  status = WithPlace(status, 5, 6);
  status = WithSource(status, "x.csv");
  status = WithSource(status, "y.csv");
  EXPECT_EQ(FormatError(status), "x.csv:3:4: bad");
  EXPECT_TRUE(WithPlace(WithSource(absl::OkStatus(), "x"), 1, 1).ok());
}

TEST(StatusTest, FormatsWhatIsKnown) {
  EXPECT_EQ(FormatError(MakeError(absl::StatusCode::kDataLoss, Detail())),
            "a.xml:70076:5: the text is not UTF-8 [PUE-0103]; save the file as UTF-8");
  EXPECT_EQ(FormatError(absl::NotFoundError("gone")), "gone");
  EXPECT_EQ(FormatError(WithPlace(absl::NotFoundError("gone"), 7, 0)), "line 7: gone");
  EXPECT_EQ(FormatError(absl::OkStatus()), "");
}

TEST(StatusTest, SurvivesBrokenPayloads) {
  absl::Status status = absl::InvalidArgumentError("bad");
  status.SetPayload("puente/line", absl::Cord("not a number"));
  EXPECT_EQ(GetErrorDetail(status).line, 0);
  EXPECT_EQ(FormatError(status), "bad");
}

}  // namespace
}  // namespace puente
