// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Fuzzes expressions: written back they are the same, and choose the same records.

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/status.h"
#include "core/filter/filter.h"
#include "google/protobuf/text_format.h"
#include "tests/core/random_record.h"

namespace puente::filter {
namespace {

constexpr char kActivity[] = R"pb(
  identity { dataset: "co" id: "A-1" }
  activity {
    lang: "es"
    humanitarian: true
    hierarchy: 2
    iati_identifier: "A-1"
    last_updated_datetime { year: 2024 month: 5 day: 1 hour: 23 utc_offset_minutes: -300 }
    reporting_org {
      ref: "GB-GOV-1"
      narratives { text: "FCDO" }
    }
    title {
      narratives { text: "Agua" }
      narratives { text: "Water" lang: "en" }
    }
    activity_dates {
      type: "1"
      iso_date { year: 2020 }
    }
    activity_dates {
      type: "2"
      iso_date { year: 2021 month: 2 }
    }
    recipient_countries {
      code: "CO"
      percentage { unscaled: 605 scale: 1 }
    }
    transactions {
      value {
        value { digits: "12345678901234567890123456789" scale: 9 }
        currency: "EUR"
      }
    }
    links { kind: LINK_KIND_PARENT target: "A" }
  }
)pb";

std::vector<v1::Record> MakeRecords() {
  std::vector<v1::Record> records(2);
  if (!google::protobuf::TextFormat::ParseFromString(kActivity, &records[1])) std::abort();
  RandomRecords random(160);
  while (records.size() < 8) records.push_back(random.Next());
  return records;
}

void Expect(bool holds, const char* what, std::string_view text) {
  if (holds) return;
  std::fprintf(stderr, "%s: %.*s\n", what, static_cast<int>(text.size()), text.data());
  std::abort();
}

void CheckError(const absl::Status& status, std::string_view text) {
  const ErrorDetail detail = GetErrorDetail(status);
  Expect(detail.code == "PUE-0112" && absl::IsInvalidArgument(status), "the code", text);
  Expect(detail.line >= 1 && detail.column >= 1, "the place", text);
  Expect(!detail.message.empty(), "the message", text);
  Expect(text.find(detail.text) != std::string_view::npos, "the marked text", text);
}

void Check(std::string_view text) {
  const auto expression = Parse(text);
  const auto filter = Filter::Compile(text);
  if (!expression.ok()) {
    CheckError(expression.status(), text);
    Expect(!filter.ok(), "compiled but not read", text);
    return;
  }
  // Escapes may make it longer.
  Limits limits;
  limits.where_bytes = uint64_t{1} << 20;
  const std::string written = ExpressionText(*expression);
  const auto again = Parse(written, limits);
  Expect(again.ok() && SameExpression(*expression, *again), "written back", text);
  Expect(ExpressionText(*again) == written, "written back twice", text);
  if (!filter.ok()) {
    CheckError(filter.status(), text);
    return;
  }
  limits.where_depth += 1;
  const auto same = Filter::Compile(written, limits);
  const auto opposite = Filter::Compile("NOT (" + written + ")", limits);
  Expect(same.ok() && opposite.ok(), "compiled again", text);
  static const std::vector<v1::Record>* const records = new std::vector<v1::Record>(MakeRecords());
  for (const v1::Record& record : *records) {
    const bool matches = filter->Matches(record);
    Expect(same->Matches(record) == matches, "chooses the same", text);
    Expect(opposite->Matches(record) != matches, "NOT chooses the others", text);
  }
}

}  // namespace
}  // namespace puente::filter

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  puente::filter::Check(std::string_view(reinterpret_cast<const char*>(data), size));
  return 0;
}
