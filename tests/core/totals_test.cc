// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Tests what totals count, leave out and refuse, and how much memory they take.

#include "core/totals/totals.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "core/base/decimal.h"
#include "core/base/status.h"

namespace puente::totals {
namespace {

using testing::HasSubstr;

v1::Record Flow(std::string_view amount, std::string_view boundary, std::string_view on_boundary,
                std::string_view status = "paid") {
  v1::Record record;
  record.mutable_identity()->set_id("1");
  record.mutable_activity()->mutable_flow()->set_status(std::string(status));
  v1::Transaction* transaction = record.mutable_activity()->add_transactions();
  if (!amount.empty()) {
    Decimal::Parse(amount)->ToProto(
        transaction->mutable_reported_conversion()->mutable_amount()->mutable_value());
  }
  if (!boundary.empty()) record.mutable_import_context()->set_boundary(std::string(boundary));
  record.mutable_import_context()->set_on_boundary(std::string(on_boundary));
  return record;
}

v1::Record Activity(std::string_view amount, std::string_view type, std::string_view currency) {
  v1::Record record;
  record.mutable_activity()->set_default_currency("EUR");
  v1::Transaction* transaction = record.mutable_activity()->add_transactions();
  transaction->mutable_transaction_type()->set_code(std::string(type));
  Decimal::Parse(amount)->ToProto(transaction->mutable_value()->mutable_value());
  if (!currency.empty()) transaction->mutable_value()->set_currency(std::string(currency));
  return record;
}

v1::Record Tail(int count, bool has_next) {
  v1::Record record;
  v1::Answer* answer = record.mutable_dataset_header()->mutable_answer();
  Decimal::Make(count, 0)->ToProto(answer->mutable_count());
  if (has_next) answer->set_next_link("page=2");
  return record;
}

std::unique_ptr<Adder> MakeAdder(std::string_view method,
                                 const std::vector<std::string>& fields = {}) {
  std::vector<GroupField> found;
  for (const std::string& field : fields) found.push_back(*FindGroupField(field));
  return *Adder::Make(method, std::move(found));
}

std::string Amount(const Scope& scope, const Measure& measure, const GroupKey& key = {}) {
  const auto group = scope.groups.find(key);
  if (group == scope.groups.end()) return "no group";
  const auto sum = group->second.find(measure);
  return sum == group->second.end() ? "nothing" : sum->second.amount.ToString();
}

TEST(TotalsTest, BoundaryCountsWhatComesInAlone) {
  auto adder = MakeAdder("fts-boundary");
  for (const v1::Record& flow :
       {Flow("10", "incoming", "single"), Flow("5", "incoming", "single", "pledge"),
        Flow("100", "incoming", "shared"), Flow("200", "incoming", "shared", "pledge"),
        Flow("1000", "internal", "single"), Flow("2000", "outgoing", "single"),
        Flow("4000", "sideways", "single"), Flow("", "incoming", "single")}) {
    ASSERT_TRUE(adder->Add(flow, "a.json", true).ok());
  }
  const absl::StatusOr<Totals> totals = adder->Finish();
  ASSERT_TRUE(totals.ok()) << totals.status();
  ASSERT_EQ(totals->scopes.size(), 1u);
  const Scope& scope = totals->scopes[0];
  EXPECT_EQ(Amount(scope, {"funding", "USD"}), "10");
  EXPECT_EQ(Amount(scope, {"pledges", "USD"}), "5");
  // Shared, internal, outgoing, an unknown word, no amount.
  EXPECT_EQ(scope.left_out.size(), 5u);
  uint64_t left_out = 0;
  for (const auto& [reason, sums] : scope.left_out) {
    for (const auto& [measure, sum] : sums) left_out += sum.count;
  }
  EXPECT_EQ(left_out, 6u);
}

TEST(TotalsTest, DefaultMethodIsThatOfTheFirstRecord) {
  auto flows = MakeAdder("");
  ASSERT_TRUE(flows->Add(Flow("10", "incoming", "single"), "a", true).ok());
  EXPECT_EQ(flows->Finish()->method.name, "fts-boundary");
  auto activities = MakeAdder("");
  ASSERT_TRUE(activities->Add(Activity("10", "3", ""), "a", true).ok());
  EXPECT_EQ(activities->Finish()->method.name, "sum");
  // Flows without a boundary, as other tools write them.
  auto bare = MakeAdder("");
  ASSERT_TRUE(bare->Add(Flow("10", "", ""), "a", true).ok());
  EXPECT_EQ(bare->Finish()->method.name, "sum");
}

TEST(TotalsTest, MethodThatDoesNotFitIsRefused) {
  auto adder = MakeAdder("fts-boundary");
  EXPECT_EQ(GetErrorDetail(adder->Add(Activity("1", "3", ""), "a", true)).code, "PUE-0601");
  EXPECT_EQ(GetErrorDetail(adder->Add(Flow("1", "", ""), "a", true)).code, "PUE-0601");
  const absl::Status unknown = Adder::Make("fts-boundry", {}).status();
  EXPECT_THAT(GetErrorDetail(unknown).hint, HasSubstr("fts-boundary"));
}

TEST(TotalsTest, CurrenciesAndTypesAreNeverMixed) {
  auto adder = MakeAdder("sum");
  for (const v1::Record& activity :
       {Activity("1.50", "3", ""), Activity("2.25", "3", "EUR"), Activity("4", "3", "USD"),
        Activity("8", "2", "EUR"), Activity("-0.75", "3", "EUR"), Activity("16", "99", "EUR")}) {
    ASSERT_TRUE(adder->Add(activity, "a.xml", true).ok());
  }
  const Totals totals = *adder->Finish();
  EXPECT_EQ(Amount(totals.scopes[0], {"disbursement", "EUR"}), "3.00");
  EXPECT_EQ(Amount(totals.scopes[0], {"disbursement", "USD"}), "4");
  EXPECT_EQ(Amount(totals.scopes[0], {"outgoing commitment", "EUR"}), "8");
  EXPECT_EQ(Amount(totals.scopes[0], {"transaction type 99", "EUR"}), "16");
}

TEST(TotalsTest, IncompleteAnswersAreRefused) {
  for (const int count : {0, 1, 3}) {
    auto adder = MakeAdder("sum");
    ASSERT_TRUE(adder->Add(Flow("1", "incoming", "single"), "a", true).ok());
    ASSERT_TRUE(adder->Add(Flow("1", "incoming", "single"), "a", true).ok());
    ASSERT_TRUE(adder->Add(Tail(count, false), "a", true).ok());
    EXPECT_EQ(GetErrorDetail(adder->Finish().status()).code, "PUE-0602") << count;
  }
  // What a filter leaves out was there.
  auto adder = MakeAdder("sum");
  ASSERT_TRUE(adder->Add(Flow("1", "incoming", "single"), "a", true).ok());
  ASSERT_TRUE(adder->Add(Flow("1", "incoming", "single"), "a", false).ok());
  ASSERT_TRUE(adder->Add(Tail(2, false), "a", true).ok());
  const absl::StatusOr<Totals> totals = adder->Finish();
  ASSERT_TRUE(totals.ok()) << totals.status();
  EXPECT_EQ(Amount(totals->scopes[0], {"funding", "USD"}), "1");
  // Without a count, a link to a next page is all that is known.
  auto open = MakeAdder("sum");
  v1::Record tail = Tail(1, true);
  tail.mutable_dataset_header()->mutable_answer()->clear_count();
  ASSERT_TRUE(open->Add(Flow("1", "incoming", "single"), "a", true).ok());
  ASSERT_TRUE(open->Add(tail, "a", true).ok());
  EXPECT_EQ(GetErrorDetail(open->Finish().status()).code, "PUE-0602");
  auto nothing = MakeAdder("sum");
  EXPECT_EQ(GetErrorDetail(nothing->Finish().status()).code, "PUE-0604");
}

TEST(TotalsTest, SumsBeyondADecimalAreRefused) {
  auto adder = MakeAdder("sum");
  const std::string huge(kMaxDecimalDigits, '9');
  ASSERT_TRUE(adder->Add(Activity(huge, "3", ""), "a", true).ok());
  EXPECT_EQ(GetErrorDetail(adder->Add(Activity("1", "3", ""), "a", true)).code, "PUE-0603");
}

TEST(TotalsTest, GroupsAreBounded) {
  auto adder = MakeAdder("sum", {"plan"});
  absl::Status status;
  for (int i = 0; i < 100000 && status.ok(); ++i) {
    v1::Record flow = Flow("1", "incoming", "single");
    v1::MoneyEndpoint* end = flow.mutable_activity()->mutable_transactions(0)->add_destinations();
    end->mutable_plan()->set_code(std::string(1000, 'x') + std::to_string(i));
    status = adder->Add(flow, "a", true);
  }
  EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted) << status;
  EXPECT_EQ(GetErrorDetail(status).code, "PUE-0203");
}

TEST(TotalsTest, FieldsTakeAllNamesTogether) {
  v1::Record flow = Flow("1", "incoming", "single");
  v1::Transaction* transaction = flow.mutable_activity()->mutable_transactions(0);
  for (const std::string_view name : {"Nutrition", "Health"}) {
    transaction->add_destinations()->mutable_global_cluster()->add_narratives()->set_text(
        std::string(name));
  }
  transaction->add_sources()->mutable_organisation()->set_ref("2915");
  auto adder = MakeAdder("sum", {"global-cluster", "donor", "location"});
  ASSERT_TRUE(adder->Add(flow, "a", true).ok());
  const Totals totals = *adder->Finish();
  EXPECT_EQ(
      Amount(totals.scopes[0], {"funding", "USD"}, {"Health; Nutrition", "2915", "Not specified"}),
      "1");
}

TEST(TotalsTest, ReportingOrganisationIsTheOtherSideOfATransaction) {
  v1::Record paid = Activity("5", "3", "");
  paid.mutable_activity()->mutable_reporting_org()->set_ref("XM-1");
  v1::Record received = Activity("7", "1", "");
  received.mutable_activity()->mutable_reporting_org()->set_ref("XM-1");
  auto adder = MakeAdder("sum", {"donor", "organisation"});
  ASSERT_TRUE(adder->Add(paid, "a", true).ok());
  ASSERT_TRUE(adder->Add(received, "a", true).ok());
  const Totals totals = *adder->Finish();
  EXPECT_EQ(Amount(totals.scopes[0], {"disbursement", "EUR"}, {"XM-1", "Not specified"}), "5");
  EXPECT_EQ(Amount(totals.scopes[0], {"incoming funds", "EUR"}, {"Not specified", "XM-1"}), "7");
}

}  // namespace
}  // namespace puente::totals
