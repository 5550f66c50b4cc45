// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Tests what differs between records: values, source texts, residue, order, pairing of elements.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "core/base/digest.h"
#include "core/base/schema.h"
#include "core/diff/change_text.h"
#include "core/diff/pairing.h"
#include "core/diff/record_diff.h"
#include "core/diff/record_matching.h"
#include "core/diff/record_store.h"
#include "core/text/record_json.h"
#include "tests/core/random_record.h"

namespace puente::diff {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

v1::Record Parse(const std::string& json) {
  v1::Record record;
  const absl::Status status = text::ParseRecordJson(json, &record);
  EXPECT_TRUE(status.ok()) << status << json;
  return record;
}

// The differences as text, one a line, without the record's line.
std::vector<std::string> Lines(const v1::Record& before, const v1::Record& after) {
  RecordChange change;
  change.record_kind = "activity";
  change.id = "A";
  change.changes = DiffRecords(before, after).changes;
  std::vector<std::string> lines;
  std::string text = ChangeText(change);
  text.erase(0, text.find('\n') + 1);
  while (!text.empty()) {
    lines.push_back(text.substr(4, text.find('\n') - 4));
    text.erase(0, text.find('\n') + 1);
  }
  return lines;
}

std::vector<std::string> Activity(const std::string& before, const std::string& after) {
  return Lines(Parse("{\"activity\":{" + before + "}}"), Parse("{\"activity\":{" + after + "}}"));
}

TEST(RecordDiffTest, ValuesByPath) {
  EXPECT_THAT(Activity("", ""), IsEmpty());
  EXPECT_THAT(Activity(R"("hierarchy":1,"humanitarian":true,"default_currency":"USD")",
                       R"("hierarchy":2,"humanitarian":false,"default_currency":"EUR")"),
              ElementsAre(R"(~ default_currency: "USD" -> "EUR")", "~ humanitarian: true -> false",
                          "~ hierarchy: 1 -> 2"));
  EXPECT_THAT(Activity("", R"("capital_spend":{"percentage":"12.50"})"),
              ElementsAre("+ capital_spend: percentage 12.50"));
  EXPECT_THAT(Activity(R"("conditions":{})", ""), ElementsAre("- conditions: (holds nothing)"));
  EXPECT_THAT(Activity(R"("activity_status":{"code":"2"})", R"("activity_status":{"code":""})"),
              ElementsAre(R"(~ activity_status.code: "2" -> "")"));
}

TEST(RecordDiffTest, AnEditOfOneElementIsOneChange) {
  const std::string first =
      R"({"transaction_type":{"code":"3"},"transaction_date":{"date":"2024-01-31"},)"
      R"("value":{"value":"100.00","currency":"USD","value_date":"2024-01-31"}})";
  const std::string second =
      R"({"transaction_type":{"code":"3"},"transaction_date":{"date":"2024-02-29"},)"
      R"("value":{"value":"250.00","currency":"USD","value_date":"2024-02-29"}})";
  const std::string edited =
      R"({"transaction_type":{"code":"3"},"transaction_date":{"date":"2024-02-29"},)"
      R"("value":{"value":"205.00","currency":"USD","value_date":"2024-02-29"}})";
  const auto list = [](const std::string& a, const std::string& b) {
    return "\"transactions\":[" + a + (b.empty() ? "" : "," + b) + "]";
  };
  EXPECT_THAT(Activity(list(first, second), list(second, first)), IsEmpty());
  EXPECT_THAT(
      Activity(list(first, second), list(edited, first)),
      ElementsAre("~ transactions[1].value.value: 250.00 -> 205.00  (transaction_type.code \"3\", "
                  "transaction_date.date 2024-02-29)"));
  EXPECT_THAT(Activity(list(first, second), list(second, "")),
              ElementsAre(HasSubstr("- transactions[0]: transaction_type.code \"3\"")));
  EXPECT_THAT(Activity(list(first, ""), list(first, first)),
              ElementsAre(HasSubstr("+ transactions[1]: ")));
  const Change change = DiffRecords(Parse("{\"activity\":{" + list(first, second) + "}}"),
                                    Parse("{\"activity\":{" + list(edited, first) + "}}"))
                            .changes.at(0);
  EXPECT_EQ(change.path, "transactions[1].value.value");
  EXPECT_EQ(change.path_after, "transactions[0].value.value");
}

TEST(RecordDiffTest, UnlikeElementsAreNoChangeOfEachOther) {
  EXPECT_THAT(
      Activity(R"("sectors":[{"code":"111","vocabulary":"1","percentage":"50",)"
               R"("narratives":[{"text":"Education"}]}])",
               R"("sectors":[{"code":"7","vocabulary":"98","percentage":"100",)"
               R"("narratives":[{"text":"Ours"}]}])"),
      ElementsAre(HasSubstr("- sectors[0]: code \"111\""), HasSubstr("+ sectors[0]: code \"7\"")));
  // What has one value or two becomes another: shorter than two lines.
  EXPECT_THAT(Activity(R"("tags":[{"code":"a"}])", R"("tags":[{"code":"b"}])"),
              ElementsAre(R"(~ tags[0].code: "a" -> "b")"));
  EXPECT_THAT(Activity(R"("activity_websites":["a","b"])", R"("activity_websites":["b","c"])"),
              ElementsAre(R"(~ activity_websites[0]: "a" -> "c")"));
  // A ref that is the same tells.
  EXPECT_THAT(Activity(R"("transactions":[{"ref":"T1","value":{"value":"1","currency":"USD"},)"
                       R"("description":{"narratives":[{"text":"x"}]}}])",
                       R"("transactions":[{"ref":"T1","value":{"value":"2","currency":"EUR"},)"
                       R"("description":{"narratives":[{"text":"y"}]}}])")
                  .size(),
              3u);
}

TEST(RecordDiffTest, SourceTexts) {
  const v1::Record plain = Parse(R"({"activity":{"capital_spend":{"percentage":"5"}}})");
  v1::Record written = plain;
  v1::LexicalForm* form = written.add_lexical();
  for (const uint32_t step : {33u, 0u, 1u, 0u}) form->mutable_path()->add_steps(step);
  form->set_text("+5");
  form->set_state(v1::LEXICAL_STATE_VARIANT);
  EXPECT_THAT(Lines(plain, written), ElementsAre("~ capital_spend.percentage: 5 -> \"+5\""));
  v1::Record unreadable = written;
  unreadable.mutable_activity()->mutable_capital_spend()->clear_percentage();
  unreadable.mutable_lexical(0)->set_text("five");
  unreadable.mutable_lexical(0)->set_state(v1::LEXICAL_STATE_UNPARSED);
  EXPECT_THAT(Lines(plain, unreadable),
              ElementsAre("~ capital_spend.percentage: 5 -> \"five\" (not readable)"));
  v1::Record empty = unreadable;
  empty.mutable_lexical(0)->clear_text();
  empty.mutable_lexical(0)->set_state(v1::LEXICAL_STATE_EMPTY);
  EXPECT_THAT(Lines(empty, unreadable),
              ElementsAre("~ capital_spend.percentage: \"\" -> \"five\" (not readable)"));
  empty.mutable_lexical(0)->set_state(v1::LEXICAL_STATE_NULL);
  EXPECT_THAT(Lines(empty, plain), ElementsAre("~ capital_spend.percentage: null -> 5"));
  // White space in an element without text is layout.
  v1::Record spaced = plain;
  form = spaced.add_lexical();
  form->mutable_path()->add_steps(33);
  form->mutable_path()->add_steps(0);
  form->set_text("\n  ");
  form->set_state(v1::LEXICAL_STATE_UNPARSED);
  EXPECT_THAT(Lines(plain, spaced), IsEmpty());
}

v1::ResidueNode* AddResidue(v1::Record* record, std::initializer_list<uint32_t> path) {
  v1::ResidueNode* node = record->mutable_residue()->add_nodes();
  for (const uint32_t step : path) node->mutable_parent()->add_steps(step);
  return node;
}

TEST(RecordDiffTest, Residue) {
  const v1::Record plain = Parse(R"({"activity":{"title":{"narratives":[{"text":"one two"}]}}})");
  v1::Record noted = plain;
  AddResidue(&noted, {10, 0})->mutable_xml()->set_comment("n");
  EXPECT_THAT(Lines(plain, noted), ElementsAre("+ title.<!-- -->[0]: \"n\""));
  v1::Record other = plain;
  AddResidue(&other, {10, 0})->mutable_xml()->set_comment("m");
  EXPECT_THAT(Lines(noted, other), ElementsAre("~ title.<!-- -->[0]: \"n\" -> \"m\""));

  v1::Record foreign = plain;
  v1::XmlElement* element = AddResidue(&foreign, {})->mutable_xml()->mutable_element();
  element->set_name("x:a");
  v1::XmlAttribute* attribute = element->add_attributes();
  attribute->set_name("code");
  attribute->set_value("1");
  v1::XmlElement* below = element->add_children()->mutable_element();
  below->set_name("x:b");
  below->add_children()->set_text("deep");
  v1::Record edited = foreign;
  edited.mutable_residue()
      ->mutable_nodes(0)
      ->mutable_xml()
      ->mutable_element()
      ->mutable_children(0)
      ->mutable_element()
      ->mutable_children(0)
      ->set_text("deeper");
  EXPECT_THAT(Lines(foreign, edited),
              ElementsAre(HasSubstr("~ <x:a>[0].<x:b>[0]: \"deep\" -> \"deeper\"")));
  EXPECT_THAT(Lines(plain, foreign), ElementsAre("+ <x:a>[0]: <x:b>[0] \"deep\", @code \"1\""));

  // Where a comment stands in a text is told, unless the text is another one.
  v1::Record here = plain;
  v1::ResidueNode* node = AddResidue(&here, {10, 0, 1, 0, 1, 0});
  node->mutable_xml()->set_comment("c");
  node->set_text_offset(3);
  v1::Record there = here;
  there.mutable_residue()->mutable_nodes(0)->set_text_offset(4);
  EXPECT_THAT(Lines(here, there),
              ElementsAre(HasSubstr(": at byte 3 of the text -> at byte 4 of the text")));
  there.mutable_activity()->mutable_title()->mutable_narratives(0)->set_text("uno two");
  EXPECT_EQ(Lines(here, there).size(), 1u);

  // The position among the children, and orders of children, are layout.
  v1::Record moved = noted;
  moved.mutable_residue()->mutable_nodes(0)->set_position(7);
  moved.mutable_residue()->add_orders()->set_order("a b");
  EXPECT_THAT(Lines(noted, moved), IsEmpty());

  v1::Record loose = plain;
  node = AddResidue(&loose, {});
  node->set_place(v1::RESIDUE_PLACE_AFTER_RECORD);
  node->mutable_xml()->set_comment("between");
  const RecordDiff diff = DiffRecords(plain, loose);
  EXPECT_THAT(diff.changes, IsEmpty());
  ASSERT_EQ(diff.loose_after.size(), 1u);
  EXPECT_EQ(diff.loose_after[0].value, "between");
}

TEST(RecordDiffTest, WhatTheDigestSetsAsideIsSetAside) {
  const v1::Record plain = Parse(R"({"activity":{"lang":"es"}})");
  v1::Record other = plain;
  other.mutable_identity()->set_id("other");
  other.mutable_provenance()->set_source("elsewhere.xml");
  other.mutable_derived();
  other.mutable_import_context();
  EXPECT_THAT(Lines(plain, other), IsEmpty());
  other.add_extensions()->set_type_url("x/y");
  EXPECT_THAT(Lines(plain, other), ElementsAre(HasSubstr("+ @extension x/y")));
}

TEST(RecordDiffTest, CellsStayInTheirColumns) {
  EXPECT_THAT(Lines(Parse(R"({"row":{"cells":["a","b",null]}})"),
                    Parse(R"({"row":{"cells":["b","a","",null]}})")),
              ElementsAre("~ cells[0]: \"a\" -> \"b\"", "~ cells[1]: \"b\" -> \"a\"",
                          "~ cells[2]: (absent) -> \"\"", "+ cells[3]: (holds nothing)"));
}

TEST(RecordDiffTest, LongTextsAreShownWhereTheyDiffer) {
  const std::string long_text(300, 'x');
  const std::vector<std::string> lines =
      Activity("\"linked_data_uri\":\"" + long_text + "old" + long_text + "\"",
               "\"linked_data_uri\":\"" + long_text + "new" + long_text + "\"");
  ASSERT_EQ(lines.size(), 1u);
  EXPECT_THAT(lines[0], HasSubstr("\"...xxxxxxxxxxxxxxxxxxxxxxxxold"));
  EXPECT_THAT(lines[0], HasSubstr("-> \"...xxxxxxxxxxxxxxxxxxxxxxxxnew"));
  EXPECT_LT(lines[0].size(), 300u);
  EXPECT_THAT(Activity("", R"("lang":"\u001b[31m")"), ElementsAre("+ lang: \"\\u{1b}[31m\""));
}

TEST(RecordDiffTest, Json) {
  RecordChange change;
  change.record_kind = "activity";
  change.id = "A\"1";
  change.changes = DiffRecords(Parse(R"({"activity":{"hierarchy":1,"tags":[{"code":"a"}]}})"),
                               Parse(R"({"activity":{"hierarchy":2}})"))
                       .changes;
  EXPECT_EQ(ChangeJson(change),
            "{\"change\":\"changed\",\"kind\":\"activity\",\"id\":\"A\\\"1\",\"ordinal\":0,"
            "\"path\":\"hierarchy\",\"before\":\"1\",\"after\":\"2\"}\n"
            "{\"change\":\"removed\",\"kind\":\"activity\",\"id\":\"A\\\"1\",\"ordinal\":0,"
            "\"path\":\"tags[0]\",\"values\":[{\"path\":\"code\",\"value\":\"a\"}]}\n");
}

// All texts of a content, to edit one.
void CollectTexts(
    google::protobuf::Message* message,
    std::vector<std::pair<google::protobuf::Message*, const google::protobuf::FieldDescriptor*>>*
        out) {
  const auto* reflection = message->GetReflection();
  std::vector<const google::protobuf::FieldDescriptor*> fields;
  reflection->ListFields(*message, &fields);
  for (const auto* field : fields) {
    if (IsStructural(*field)) continue;
    if (field->cpp_type() == google::protobuf::FieldDescriptor::CPPTYPE_STRING) {
      if (!field->is_repeated()) out->emplace_back(message, field);
    } else if (field->cpp_type() == google::protobuf::FieldDescriptor::CPPTYPE_MESSAGE) {
      if (IsLeafMessage(*field->message_type())) continue;
      const int count = field->is_repeated() ? reflection->FieldSize(*message, field) : 1;
      for (int i = 0; i < count; ++i) {
        CollectTexts(field->is_repeated() ? reflection->MutableRepeatedMessage(message, field, i)
                                          : reflection->MutableMessage(message, field),
                     out);
      }
    }
  }
}

void Shuffle(google::protobuf::Message* message, std::mt19937* random) {
  const auto* reflection = message->GetReflection();
  std::vector<const google::protobuf::FieldDescriptor*> fields;
  reflection->ListFields(*message, &fields);
  for (const auto* field : fields) {
    if (field->message_type() == v1::Cell::descriptor() || IsStructural(*field)) continue;
    const int count = field->is_repeated() ? reflection->FieldSize(*message, field) : 0;
    for (int i = count - 1; i > 0; --i) {
      reflection->SwapElements(message, field, i,
                               static_cast<int>((*random)() % static_cast<unsigned>(i + 1)));
    }
    if (field->cpp_type() != google::protobuf::FieldDescriptor::CPPTYPE_MESSAGE) continue;
    for (int i = 0; i < count; ++i) {
      Shuffle(reflection->MutableRepeatedMessage(message, field, i), random);
    }
    if (!field->is_repeated()) Shuffle(reflection->MutableMessage(message, field), random);
  }
}

TEST(RecordDiffTest, RandomRecords) {
  RandomRecords records(11);
  records.set_unknown_fields(true);
  std::mt19937 random(5);
  int edited = 0;
  v1::Record previous;
  for (int i = 0; i < 400; ++i) {
    v1::Record record = records.Next();
    EXPECT_THAT(DiffRecords(record, record).changes, IsEmpty());
    // Any two records can be compared, and tell the same in both directions.
    const RecordDiff there = DiffRecords(previous, record);
    const RecordDiff back = DiffRecords(record, previous);
    EXPECT_EQ(there.changes.empty(), back.changes.empty());
    RecordChange all;
    all.record_kind = "x";
    all.changes = there.changes;
    EXPECT_FALSE(ChangeText(all).empty());
    EXPECT_EQ(ChangeJson(all).empty(), there.changes.empty());
    previous = record;

    // Paths of these lead to elements by their index.
    record.clear_lexical();
    record.clear_residue();
    v1::Record other = record;
    if (RecordContent(other) == nullptr) continue;
    google::protobuf::Message* content =
        other.GetReflection()->MutableMessage(&other, ContentField(other));
    Shuffle(content, &random);
    EXPECT_THAT(Lines(record, other), IsEmpty());
    std::vector<std::pair<google::protobuf::Message*, const google::protobuf::FieldDescriptor*>>
        texts;
    CollectTexts(content, &texts);
    if (texts.empty()) continue;
    const auto& [message, field] = texts[random() % texts.size()];
    const auto* reflection = message->GetReflection();
    reflection->SetString(message, field, reflection->GetString(*message, field) + " edited");
    const RecordDiff diff = DiffRecords(record, other);
    ASSERT_EQ(diff.changes.size(), 1u) << testing::PrintToString(Lines(record, other));
    EXPECT_EQ(diff.changes[0].kind, ChangeKind::kChanged);
    ++edited;
  }
  EXPECT_GT(edited, 100);
}

TEST(PairingTest, LongListsArePairedTooAndInTime) {
  // Every element is edited, and all are in another order: what tells them apart leads.
  v1::Record before;
  v1::Record after;
  std::vector<int> numbers(3000);
  for (int i = 0; i < 3000; ++i) numbers[static_cast<size_t>(i)] = i;
  const auto fill = [&](v1::Record* record, const std::string& more) {
    for (const int i : numbers) {
      v1::Transaction* transaction = record->mutable_activity()->add_transactions();
      transaction->set_ref("T" + std::to_string(i));
      transaction->mutable_transaction_type()->set_code("3");
      transaction->mutable_description()->add_narratives()->set_text(std::to_string(i) + more);
    }
  };
  fill(&before, "");
  std::shuffle(numbers.begin(), numbers.end(), std::mt19937(3));
  fill(&after, " edited");
  const RecordDiff diff = DiffRecords(before, after);
  EXPECT_EQ(diff.changes.size(), 3000u);
  for (const Change& change : diff.changes) {
    ASSERT_EQ(change.kind, ChangeKind::kChanged);
    ASSERT_EQ(*change.after.value, *change.before.value + " edited");
  }
}

v1::Record Named(const std::string& id, const std::string& title, uint32_t ordinal = 0) {
  v1::Record record;
  record.mutable_identity()->set_id(id);
  record.mutable_identity()->set_ordinal(ordinal);
  record.mutable_activity()->mutable_title()->add_narratives()->set_text(title);
  return record;
}

TEST(RecordStoreTest, GivesBackWhatWasPut) {
  auto store = *RecordStore::Create();
  std::vector<StoredRecord> entries;
  for (int i = 0; i < 300; ++i) {
    // Some are larger than the buffer.
    const std::string title(i % 50 == 3 ? 400'000 : static_cast<size_t>(i) * 40, 'x');
    ShortDigest key{};
    ASSERT_TRUE(
        store->Put(Named("id" + std::to_string(i), title), &entries.emplace_back(), &key).ok());
    LoadedRecord record;
    ASSERT_TRUE(store->Load(entries[static_cast<size_t>(i) / 2], &record).ok());
    EXPECT_EQ(record.id, "id" + std::to_string(i / 2));
  }
  for (int i = 0; i < 300; ++i) {
    LoadedRecord record;
    ASSERT_TRUE(store->Load(entries[static_cast<size_t>(i)], &record).ok());
    EXPECT_EQ(record.content.activity().title().narratives(0).text().size(),
              i % 50 == 3 ? 400'000 : static_cast<size_t>(i) * 40);
    EXPECT_FALSE(record.content.has_identity());
  }
}

// The matches of two lists of records as `before>after` numbers.
std::vector<std::string> Matches(const std::vector<v1::Record>& before,
                                 const std::vector<v1::Record>& after, uint64_t* equal) {
  auto store_a = *RecordStore::Create();
  auto store_b = *RecordStore::Create();
  RecordMatching matching(store_a.get(), store_b.get());
  for (const v1::Record& record : before) {
    StoredRecord entry;
    ShortDigest key{};
    EXPECT_TRUE(store_a->Put(record, &entry, &key).ok());
    EXPECT_TRUE(matching.AddBefore(entry).ok());
  }
  for (const v1::Record& record : after) {
    StoredRecord entry;
    ShortDigest key{};
    EXPECT_TRUE(store_b->Put(record, &entry, &key).ok());
    EXPECT_TRUE(matching.AddAfter(entry).ok());
  }
  EXPECT_TRUE(matching.Run().ok());
  *equal = matching.equal();
  std::vector<std::string> out;
  while (true) {
    const absl::StatusOr<std::optional<Match>> match = matching.Next();
    EXPECT_TRUE(match.ok());
    if (!match.ok() || !match->has_value()) return out;
    const Match& found = **match;
    out.push_back((found.has_before ? std::to_string(found.before.number) : "") + ">" +
                  (found.has_after ? std::to_string(found.after.number) : ""));
  }
}

TEST(RecordMatchingTest, ByIdThenContentThenLikenessThenOrdinal) {
  uint64_t equal = 0;
  EXPECT_THAT(Matches({Named("a", "1"), Named("b", "2"), Named("c", "3")},
                      {Named("c", "3"), Named("b", "two"), Named("d", "4")}, &equal),
              ElementsAre("0>", "1>1", ">2"));
  EXPECT_EQ(equal, 1u);
  // The same id twice: the equal ones go together, whatever their ordinals.
  EXPECT_THAT(Matches({Named("a", "1", 0), Named("a", "2", 1)},
                      {Named("a", "2", 0), Named("a", "one", 1)}, &equal),
              ElementsAre("0>1"));
  EXPECT_EQ(equal, 1u);
  // A kind of its own is another record.
  v1::Record organisation = Named("a", "1");
  organisation.mutable_organisation();
  EXPECT_THAT(Matches({Named("a", "1")}, {organisation}, &equal), ElementsAre("0>", ">0"));
  EXPECT_THAT(Matches({}, {Named("a", "1")}, &equal), ElementsAre(">0"));
}

TEST(RecordMatchingTest, VersionsOfOneFlowGoTogether) {
  const auto flow = [](const std::string& version, const std::string& description, int amount) {
    return Parse(R"({"identity":{"id":"7"},"activity":{"flow":{"flow_identifier":"7","version":")" +
                 version + R"(","status":"paid"},"transactions":[{"description":{"narratives":[)" +
                 R"({"text":")" + description +
                 R"("}]},"reported_conversion":{"amount":{"value":")" + std::to_string(amount) +
                 R"("}}}]}})");
  };
  uint64_t equal = 0;
  // One version is the same, one was corrected, one is new.
  EXPECT_THAT(
      Matches({flow("1", "first", 10), flow("2", "second", 10), flow("3", "third", 30)},
              {flow("4", "fourth", 40), flow("2", "second, corrected", 10), flow("1", "first", 10)},
              &equal),
      ElementsAre("1>1", "2>0"));
  EXPECT_EQ(equal, 1u);
}

TEST(RecordMatchingTest, ManyRecordsOfOneId) {
  std::vector<v1::Record> before;
  std::vector<v1::Record> after;
  for (uint32_t i = 0; i < 200; ++i) before.push_back(Named("a", "b" + std::to_string(i), i));
  for (uint32_t i = 0; i < 150; ++i) after.push_back(Named("a", "c" + std::to_string(i), i));
  after[10] = before[190];
  after[10].mutable_identity()->set_ordinal(10);
  uint64_t equal = 0;
  const std::vector<std::string> matches = Matches(before, after, &equal);
  EXPECT_EQ(equal, 1u);
  ASSERT_EQ(matches.size(), 199u);
  EXPECT_EQ(matches[0], "0>0");
  EXPECT_EQ(matches[10], "10>");
  EXPECT_EQ(matches[149], "149>149");
  EXPECT_EQ(matches[150], "150>");
}

}  // namespace
}  // namespace puente::diff
