// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Tests of what the SDK has for formats whose fields stand in a table: places, filling, taking.

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/plugin/sdk/field_place.h"
#include "core/plugin/sdk/record_filler.h"
#include "core/plugin/sdk/record_taker.h"
#include "core/text/column_names.h"
#include "core/text/json_value.h"
#include "google/protobuf/text_format.h"
#include "google/protobuf/util/message_differencer.h"
#include "tests/plugins/fake_host.h"

namespace puente::sdk {
namespace {

using Counts = std::map<std::pair<std::string, std::string>, uint32_t>;

class RecordFieldsTest : public ::testing::Test {
 protected:
  RecordFieldsTest() : run_(testing::FakeHostTable(), fake_.handle()), filler_(run_), taker_(run_) {
    Begin();
  }

  void Begin() {
    batch_ = BatchBuilder::Make(false);
    filler_.Begin(batch_->Add());
  }
  uint32_t Id(std::string_view path) const { return run_.Intern(path); }

  /// Ends the record: it is as in `text`, and its leaves are told as in `leaves`, by name in the
  /// source (`-` for derived ones) and field.
  void ExpectRecord(const std::string& text, const Counts& leaves) {
    filler_.Describe(*batch_, "id", {}, 7);
    v1::Record expected;
    ASSERT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &expected)) << text;
    EXPECT_TRUE(google::protobuf::util::MessageDifferencer::Equals(*filler_.record(), expected))
        << filler_.record()->DebugString();
    record_ = *filler_.record();
    absl::StatusOr<PuenteBatch*> batch = BatchBuilder::Finish(std::move(batch_));
    ASSERT_TRUE(batch.ok());
    leaves_.assign((*batch)->records[0].leaves,
                   (*batch)->records[0].leaves + (*batch)->records[0].leaves_size);
    (*batch)->release(*batch);
    Counts told;
    for (const PuenteLeaves& leaf : leaves_) {
      const std::string source =
          leaf.source_path == 0 ? "-" : testing::internal::PathName(leaf.source_path);
      told[{source, testing::internal::PathName(leaf.field_path)}] += leaf.count;
    }
    EXPECT_EQ(told, leaves);
  }

  /// Hands the record that was ended to the taker.
  void Take() {
    RecordInfo info;
    info.leaves = leaves_;
    taker_.Begin(record_, info);
  }

  testing::FakeRun fake_;
  const sdk::Run run_;
  RecordFiller filler_;
  RecordTaker taker_;
  std::unique_ptr<BatchBuilder> batch_;
  v1::Record record_;
  std::vector<PuenteLeaves> leaves_;
};

TEST(FieldPlaceTest, ReadsPaths) {
  const FieldPlace place = FieldPlace::Own("activity.transactions[3].value.currency");
  EXPECT_EQ(place.name(), "activity.transactions.value.currency");
  ASSERT_EQ(place.steps().size(), 3u);
  EXPECT_EQ(place.steps()[0].index, 3u);
  EXPECT_FALSE(place.steps()[0].is_open);
  EXPECT_TRUE(FieldPlace::Own("activity.sectors[].code").steps()[0].is_open);
  const FieldPlace keyed =
      FieldPlace::Own("activity.tags[vocabulary_uri=https://example.org/a.b#c].code");
  EXPECT_EQ(keyed.steps()[0].key_value, "https://example.org/a.b#c");
  EXPECT_EQ(keyed.name(), "activity.tags.code");
  EXPECT_TRUE(FieldPlace::Own("activity").steps().empty());
  EXPECT_EQ(FieldPlace::Own("activity.sectors").steps().size(), 1u);
}

TEST(FieldPlaceTest, RefusesWhatIsNoPlace) {
  for (const std::string_view path :
       {"", "record", "identity.id", "activity.", "activity.titel", "activity..title",
        "activity.title[0].narratives[0].text", "activity.sectors.code", "activity.sectors[x].code",
        "activity.sectors[-1].code", "activity.sectors[99999999999].code", "activity.sectors[0",
        "activity.sectors[0]code", "activity.sectors[nothing=1].code",
        "activity.sectors[percentage=1].code", "activity.activity_websites[x=1]",
        "activity.iati_identifier.more", "activity[0].title"}) {
    const absl::StatusOr<FieldPlace> place = FieldPlace::Parse(path);
    EXPECT_FALSE(place.ok()) << path;
  }
  EXPECT_NE(FieldPlace::Parse("activity.titel").status().message().find("no field titel"),
            std::string::npos);
}

TEST_F(RecordFieldsTest, SetsValuesOfAllKinds) {
  const FieldPlace value = FieldPlace::Own("activity.transactions[0].value.value");
  const FieldPlace date = FieldPlace::Own("activity.transactions[0].transaction_date.date");
  EXPECT_EQ(filler_.Set(FieldPlace::Own("activity.iati_identifier"), "XX-1", Id("Id")),
            TextForm::kCanonical);
  EXPECT_EQ(filler_.Set(value, "+5.00", Id("Amount")), TextForm::kVariant);
  EXPECT_EQ(filler_.Set(date, "soon", Id("Date")), TextForm::kInvalid);
  EXPECT_EQ(filler_.Set(FieldPlace::Own("activity.hierarchy"), "2", Id("Level")),
            TextForm::kCanonical);
  EXPECT_EQ(filler_.Set(FieldPlace::Own("activity.humanitarian"), "true", Id("Hum")),
            TextForm::kVariant);
  EXPECT_EQ(filler_.Set(FieldPlace::Own("activity.last_updated_datetime"), "2020-01-02T03:04:05Z",
                        Id("At")),
            TextForm::kCanonical);
  EXPECT_EQ(filler_.Set(FieldPlace::Own("activity.activity_websites[0]"), "a", Id("Url")),
            TextForm::kCanonical);
  EXPECT_EQ(filler_.Set(FieldPlace::Own("activity.lang"), "\xFF", Id("Lang")), TextForm::kInvalid);
  ExpectRecord(R"(activity {
                    last_updated_datetime { year: 2020 month: 1 day: 2 hour: 3 minute: 4 second: 5
                                            utc_offset_minutes: 0 }
                    humanitarian: true hierarchy: 2 iati_identifier: "XX-1"
                    transactions { value { value { unscaled: 500 scale: 2 } } }
                    activity_websites: "a" }
                  lexical { path { steps: 4 steps: 0 } text: "true" state: LEXICAL_STATE_VARIANT }
                  lexical { path { steps: 34 steps: 0 steps: 5 steps: 0 steps: 1 steps: 0 }
                            text: "+5.00" state: LEXICAL_STATE_VARIANT })",
               {{{"Id", "activity.iati_identifier"}, 1},
                {{"Amount", "activity.transactions.value.value"}, 1},
                {{"Level", "activity.hierarchy"}, 1},
                {{"Hum", "activity.humanitarian"}, 1},
                {{"At", "activity.last_updated_datetime"}, 1},
                {{"Url", "activity.activity_websites"}, 1}});
}

TEST_F(RecordFieldsTest, MakesNothingForWhatIsNoValue) {
  filler_.record()->mutable_activity();
  EXPECT_EQ(filler_.Set(FieldPlace::Own("activity.transactions[0].value.value"), "x", Id("A")),
            TextForm::kInvalid);
  EXPECT_FALSE(filler_.SetAs(FieldPlace::Own("activity.activity_dates[type=1].iso_date"), "x", "y",
                             Id("B")));
  EXPECT_FALSE(filler_.SetAs(FieldPlace::Own("activity.lang"), "en", "\xFF", Id("B")));
  EXPECT_EQ(filler_.record()->activity().ByteSizeLong(), 0u);
}

TEST_F(RecordFieldsTest, ChoosesElementsByKeyAndByIndex) {
  const FieldPlace code = FieldPlace::Own("activity.sectors[vocabulary=2].code");
  const FieldPlace name = FieldPlace::Own("activity.sectors[vocabulary=2].narratives[0].text");
  const FieldPlace other = FieldPlace::Own("activity.sectors[vocabulary=99].code");
  const FieldPlace ref = FieldPlace::Own("activity.participating_orgs[].ref");
  filler_.Set(other, "7", Id("Other"));
  filler_.Set(code, "122", Id("Code"));
  filler_.Set(name, "Health", Id("Name"));
  const uint32_t second[] = {1};
  const uint32_t first[] = {0};
  filler_.Set(ref, "A", Id("Ref"), first);
  filler_.Set(ref, "B", Id("Ref"), second);
  filler_.Derive(FieldPlace::Own("activity.default_currency"), "USD");
  ExpectRecord(R"(activity { default_currency: "USD" participating_orgs { ref: "A" }
                             participating_orgs { ref: "B" }
                             sectors { code: "7" vocabulary: "99" }
                             sectors { code: "122" vocabulary: "2" narratives { text: "Health" } } })",
               {{{"Other", "activity.sectors.code"}, 1},
                {{"Code", "activity.sectors.code"}, 1},
                {{"Name", "activity.sectors.narratives.text"}, 1},
                {{"Ref", "activity.participating_orgs.ref"}, 2},
                {{"-", "activity.sectors.vocabulary"}, 2},
                {{"-", "activity.default_currency"}, 1}});
  Take();
  EXPECT_EQ(taker_.Size(FieldPlace::Own("activity.sectors")), 2u);
  EXPECT_EQ(taker_.Take(code, Id("Code"))->value, "122");
  EXPECT_FALSE(taker_.Take(code, Id("Code")).has_value()) << "it was taken before";
  EXPECT_EQ(taker_.Take(ref, Id("Ref"), second)->value, "B");
  EXPECT_FALSE(taker_.Take(FieldPlace::Own("activity.sectors[vocabulary=3].code"), Id("C")));
  EXPECT_FALSE(taker_.TakeDerived(FieldPlace::Own("activity.default_currency"), "EUR"));
  EXPECT_TRUE(taker_.TakeDerived(FieldPlace::Own("activity.default_currency"), "USD"));
  taker_.Lose(other, PUENTE_LOSS_NO_EQUIVALENT, "7");
  taker_.Settle();
  const std::string none = testing::internal::PathName(0);
  EXPECT_EQ(fake_.kept, (std::map<std::pair<std::string, std::string>, uint64_t>{
                            {{"activity.sectors.code", "Code"}, 1},
                            {{"activity.sectors.vocabulary", none}, 1},
                            {{"activity.participating_orgs.ref", "Ref"}, 1},
                            {{"activity.default_currency", none}, 1}}));
  EXPECT_EQ(fake_.lost, (std::map<std::pair<std::string, int32_t>, uint64_t>{
                            {{"activity.sectors.code", PUENTE_LOSS_NO_EQUIVALENT}, 1},
                            {{"activity.sectors.narratives.text", PUENTE_LOSS_NO_PLACE}, 1},
                            {{"activity.sectors.vocabulary", PUENTE_LOSS_NO_PLACE}, 1},
                            {{"activity.participating_orgs.ref", PUENTE_LOSS_NO_PLACE}, 1}}));
}

TEST_F(RecordFieldsTest, GivesBackWhatTheSourceWrote) {
  const FieldPlace value = FieldPlace::Own("activity.transactions[0].value.value");
  const FieldPlace country = FieldPlace::Own("activity.recipient_countries[0].code");
  filler_.Set(value, "+5.00", Id("Amount"));
  filler_.SetAs(country, "PE", "PER", Id("Country"));
  filler_.Describe(*batch_, "", {}, 0);
  record_ = *filler_.record();
  std::vector<LeafCount> counts;
  CountLeaves(record_, &counts);
  FieldPaths paths(run_);
  for (const LeafCount& leaf : counts) {
    leaves_.push_back({paths.HostId(leaf.path_id), paths.HostId(leaf.path_id), leaf.count});
  }
  Take();
  EXPECT_EQ(taker_.Look(value)->text(), "+5.00");
  EXPECT_EQ(taker_.Look(value)->value, "5.00");
  EXPECT_EQ(taker_.Look(country)->text(), "PE") << "a code of another list is for the plugin";
  EXPECT_EQ(taker_.Look(country)->written, "PER");
  // The value was changed since: the text is out of date.
  record_.mutable_activity()
      ->mutable_transactions(0)
      ->mutable_value()
      ->mutable_value()
      ->set_unscaled(1);
  Take();
  EXPECT_EQ(taker_.Look(value)->text(), "0.01");
}

TEST_F(RecordFieldsTest, KeepsWhatHasNoField) {
  const std::string json = R"({"a":[1,{"b":null,"":"x"}],"":7,"n":[]})";
  text::JsonTree tree{DefaultLimits()};
  ASSERT_TRUE(tree.Parse(json).ok());
  const FieldPlace organisation = FieldPlace::Own("activity.participating_orgs[]");
  const uint32_t first[] = {0};
  filler_.record()->mutable_activity()->add_participating_orgs()->set_ref("R");
  filler_.KeepText("Own column", "say \"x\"", Id("Own column"));
  tree.ForEach(tree.root(), [&](const text::JsonNode& member) {
    filler_.KeepJson(member.name, tree, member, "org/" + std::string(member.name), organisation,
                     first);
  });
  filler_.Describe(*batch_, "", {}, 0);
  record_ = *filler_.record();
  EXPECT_EQ(record_.residue().json_size(), 4);
  absl::StatusOr<PuenteBatch*> batch = BatchBuilder::Finish(std::move(batch_));
  ASSERT_TRUE(batch.ok());
  Counts told;
  for (size_t i = 0; i < (*batch)->records[0].leaves_size; ++i) {
    const PuenteLeaves& leaf = (*batch)->records[0].leaves[i];
    leaves_.push_back(leaf);
    if (leaf.source_path == 0) continue;
    told[{testing::internal::PathName(leaf.source_path), ""}] += leaf.count;
  }
  (*batch)->release(*batch);
  EXPECT_EQ(told, (Counts{{{"Own column", ""}, 1},
                          {{"org/a", ""}, 2},
                          {{"org/a/b", ""}, 1},
                          {{"org/", ""}, 1},
                          {{"org/n", ""}, 1}}));
  Take();
  EXPECT_FALSE(taker_.TakeText("other", Id("o")).has_value());
  EXPECT_EQ(taker_.TakeText("Own column", Id("Own column")), "say \"x\"");
  EXPECT_FALSE(taker_.TakeText("Own column", Id("Own column")).has_value());
  std::string out;
  taker_.ForEachJson(organisation, first, [&](std::string_view name, const v1::JsonValue& value) {
    out += std::string(name) + "=";
    taker_.TakeJson(value, "org", &out);
    out += ";";
  });
  EXPECT_EQ(out, "a=[1,{\"b\":null,\"\":\"x\"}];=7;n=[];");
  taker_.Settle();
  EXPECT_EQ((fake_.kept[{"residue.json", "org"}]), 4u);
  EXPECT_EQ((fake_.kept[{"residue.json", "org/b"}]), 1u);
  EXPECT_EQ((fake_.lost[{"residue.json", PUENTE_LOSS_NO_PLACE}]), 0u);
}

TEST_F(RecordFieldsTest, WrongUseDoesNothing) {
  const FieldPlace title = FieldPlace::Own("activity.title.narratives[0].text");
  const FieldPlace ref = FieldPlace::Own("activity.participating_orgs[].ref");
  const uint32_t second[] = {1};
  const uint32_t both[] = {0, 0};
  EXPECT_EQ(filler_.Set(title, "a", Id("A")), TextForm::kCanonical);
  EXPECT_EQ(filler_.Set(title, "b", Id("B")), TextForm::kInvalid) << "it was set before";
  EXPECT_EQ(filler_.Set(ref, "R", Id("R")), TextForm::kInvalid) << "an index is missing";
  EXPECT_EQ(filler_.Set(ref, "R", Id("R"), both), TextForm::kInvalid) << "one too many";
  EXPECT_EQ(filler_.Set(ref, "R", Id("R"), second), TextForm::kInvalid) << "there is no first one";
  EXPECT_EQ(filler_.Set(FieldPlace::Own("organisation.lang"), "en", Id("L")), TextForm::kInvalid)
      << "the record is an activity";
  EXPECT_FALSE(filler_.KeepText("n", "\xFF", Id("N")));
  EXPECT_TRUE(filler_.KeepText("", "nameless", Id("N")));
  ExpectRecord(R"(activity { title { narratives { text: "a" } } }
                  residue { json { member { value { object {
                      members { value { scalar: "\"nameless\"" } } } } } } })",
               {{{"A", "activity.title.narratives.text"}, 1}, {{"N", "residue.json"}, 1}});
  Take();
  EXPECT_FALSE(taker_.Look(ref).has_value());
  EXPECT_EQ(taker_.TakeText("", Id("N")), "nameless");
  taker_.SetForeign(true);
  Take();
  EXPECT_FALSE(taker_.TakeText("", Id("N")).has_value()) << "it is residue of another format";
}

TEST_F(RecordFieldsTest, KeepingMakesTheElementThatItStandsAt) {
  text::JsonTree tree{DefaultLimits()};
  ASSERT_TRUE(tree.Parse("7").ok());
  filler_.KeepJson("n", tree, tree.root(), "s/n",
                   FieldPlace::Own("activity.sectors[vocabulary=9]"));
  ExpectRecord(R"(activity { sectors { vocabulary: "9" } }
                  residue { json { parent { steps: 21 steps: 0 }
                                   member { name: "n" value { scalar: "7" } } } })",
               {{{"s/n", "residue.json"}, 1}, {{"-", "activity.sectors.vocabulary"}, 1}});
}

TEST_F(RecordFieldsTest, WhatIsLostIsOneValueAndNotTakenAfterwards) {
  const FieldPlace code = FieldPlace::Own("activity.recipient_countries[].code");
  const uint32_t first[] = {0};
  const uint32_t second[] = {1};
  filler_.Set(code, "ZZ", Id("C"), first);
  filler_.Set(code, "PE", Id("C"), second);
  ExpectRecord(
      R"(activity { recipient_countries { code: "ZZ" } recipient_countries { code: "PE" } })",
      {{{"C", "activity.recipient_countries.code"}, 2}});
  Take();
  for (int i = 0; i < 3; ++i) taker_.Lose(code, PUENTE_LOSS_NO_EQUIVALENT, "ZZ", first);
  EXPECT_FALSE(taker_.Take(code, Id("C"), first).has_value());
  EXPECT_EQ(taker_.Take(code, Id("C"), second)->value, "PE");
  taker_.Settle();
  EXPECT_EQ((fake_.lost[{"activity.recipient_countries.code", PUENTE_LOSS_NO_EQUIVALENT}]), 1u);
  EXPECT_EQ((fake_.kept[{"activity.recipient_countries.code", "C"}]), 1u);
}

TEST_F(RecordFieldsTest, ARecordOfAnotherKindHasNoneOfTheFields) {
  filler_.record()->mutable_organisation()->set_organisation_identifier("X");
  filler_.Describe(*batch_, "", {}, 0);
  record_ = *filler_.record();
  leaves_ = {{Id("o"), Id("organisation.organisation_identifier"), 1}};
  Take();
  EXPECT_FALSE(taker_.Look(FieldPlace::Own("activity.iati_identifier")).has_value());
  EXPECT_EQ(taker_.Size(FieldPlace::Own("activity.sectors")), 0u);
  taker_.Settle();
  EXPECT_EQ((fake_.lost[{"organisation.organisation_identifier", PUENTE_LOSS_NO_PLACE}]), 1u);
}

TEST(JsonValueTest, WhatIsNoValueIsRefused) {
  v1::JsonValue value;
  value.mutable_array()->add_items()->set_scalar("no json");
  value.mutable_array()->add_items()->set_scalar(" 1");
  value.mutable_array()->add_items();
  value.mutable_array()->add_items()->set_scalar("1");
  std::string out;
  int taken = 0;
  int refused = 0;
  text::AppendJsonValue(
      value, "p", '/', &out, [&](const std::string&) { ++taken; },
      [&](const std::string& path) { refused += path == "p" ? 1 : 0; });
  EXPECT_EQ(out, "[null,null,null,1]");
  EXPECT_EQ(taken, 1);
  EXPECT_EQ(refused, 3);
  EXPECT_EQ(text::JsonStringText("\"a\\u0041\""), "aA");
  EXPECT_EQ(text::JsonStringText("1"), std::nullopt);
  EXPECT_FALSE(text::IsJsonScalar("[]"));
  EXPECT_FALSE(text::IsJsonScalar(""));
}

TEST(ColumnNamesTest, EachColumnHasANameOfItsOwn) {
  const std::vector<std::string> header = {"a", "", "a", "column 2", std::string(257, 'x')};
  text::ColumnNames names(header);
  EXPECT_EQ(names.Name(0), "a");
  EXPECT_EQ(names.Name(1), "column 2*");
  EXPECT_EQ(names.Name(2), "column 3");
  EXPECT_EQ(names.Name(3), "column 2");
  EXPECT_EQ(names.Name(4), "column 5");
  EXPECT_EQ(names.Name(6), "column 7");
  EXPECT_TRUE(names.IsOwn(3));
  EXPECT_FALSE(names.IsOwn(4));
  EXPECT_FALSE(names.IsOwn(6));
}

TEST(ColumnNamesTest, CopiesGoOnByThemselves) {
  const std::vector<std::string> header = {"a", "column 3"};
  auto names = std::make_unique<text::ColumnNames>(header);
  text::ColumnNames copy = *names;
  text::ColumnNames moved = std::move(*names);
  names.reset();
  EXPECT_EQ(copy.Name(2), "column 3*");
  EXPECT_EQ(moved.Name(3), "column 4");
  EXPECT_EQ(copy.size(), 3u);
  EXPECT_TRUE(copy.IsOwn(1));
}

}  // namespace
}  // namespace puente::sdk
