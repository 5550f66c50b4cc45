// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Tests of leaf counting: each rule by example, and random records against a plain restatement.

#include "core/base/leaves.h"

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <map>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "core/base/digest.h"
#include "core/base/field_path.h"
#include "core/base/schema.h"
#include "google/protobuf/stubs/logging.h"
#include "google/protobuf/text_format.h"
#include "google/protobuf/unknown_field_set.h"
#include "gtest/gtest.h"
#include "tests/core/random_record.h"

namespace puente {
namespace {

using ::google::protobuf::FieldDescriptor;
using ::google::protobuf::Message;
using ::google::protobuf::Reflection;

using Counts = std::map<std::string, uint64_t>;

Counts ToCounts(const std::vector<LeafCount>& leaves) {
  Counts counts;
  for (const LeafCount& leaf : leaves) {
    EXPECT_GT(leaf.count, 0);
    EXPECT_LT(leaf.path_id, LeafPathLimit());
    const std::string name(LeafPathName(leaf.path_id));
    EXPECT_TRUE(counts.emplace(name, leaf.count).second) << name << " occurs twice";
  }
  return counts;
}

// Counts both ways, which must agree.
Counts CountsOf(const v1::Record& record) {
  std::vector<LeafCount> leaves = {{12345, 6}};
  CountLeaves(record, &leaves);
  const Counts counts = ToCounts(leaves);
  std::string bytes;
  EXPECT_TRUE(CanonicalBytes(record, &bytes).ok());
  v1::Record beside;
  *beside.mutable_import_context() = record.import_context();
  const std::string rest = beside.SerializeAsString();
  EXPECT_TRUE(CountLeavesInBytes(bytes, rest, &leaves).ok());
  EXPECT_EQ(ToCounts(leaves), counts);
  return counts;
}

v1::Record Parse(const std::string& text) {
  v1::Record record;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &record)) << text;
  return record;
}

Counts CountsOf(const std::string& text) { return CountsOf(Parse(text)); }

TEST(LeavesTest, CountsScalarsAndLeafMessages) {
  EXPECT_EQ(CountsOf(R"(activity {
              iati_identifier: "XM-1"
              lang: ""
              humanitarian: false
              hierarchy: 0
              last_updated_datetime { year: 2020 month: 1 day: 2 }
              title { narratives { text: "a" lang: "en" } narratives { text: "b" } }
              activity_websites: "x" activity_websites: "" activity_websites: "y"
              transactions { value { value { unscaled: 5 } currency: "USD" } }
              transactions { value { value {} } }
              links { kind: LINK_KIND_PARENT target: "t" }
            })"),
            (Counts{{"activity.iati_identifier", 1},
                    {"activity.lang", 1},
                    {"activity.humanitarian", 1},
                    {"activity.hierarchy", 1},
                    {"activity.last_updated_datetime", 1},
                    {"activity.title.narratives.text", 2},
                    {"activity.title.narratives.lang", 1},
                    {"activity.activity_websites", 3},
                    {"activity.transactions.value.value", 2},
                    {"activity.transactions.value.currency", 1},
                    {"activity.links.kind", 1},
                    {"activity.links.target", 1}}));
}

TEST(LeavesTest, CountsEveryCell) {
  EXPECT_EQ(CountsOf(R"(row { cells { text: "a" } cells {} cells { text: "" } })"),
            (Counts{{"row.cells", 3}}));
}

TEST(LeavesTest, CountsMessagesThatHoldNothing) {
  EXPECT_EQ(CountsOf("activity {}"), (Counts{{"activity", 1}}));
  EXPECT_EQ(CountsOf("activity { transactions { transaction_type {} } transactions {} }"),
            (Counts{{"activity.transactions.transaction_type", 1}, {"activity.transactions", 1}}));
  // An enumeration without presence that has its zero value holds nothing.
  EXPECT_EQ(CountsOf("activity { links { kind: LINK_KIND_UNSPECIFIED } }"),
            (Counts{{"activity.links", 1}}));
}

TEST(LeavesTest, CountsNoStructure) {
  EXPECT_EQ(CountsOf(R"(dataset_header {
              version: "2.03" format: "iati" root: "iati-activities"
              table { columns: "a" delimiter: ";" } })"),
            (Counts{{"dataset_header.version", 1}}));
  // A message that has structure alone is no leaf, but it is not empty.
  EXPECT_EQ(CountsOf(R"(dataset_header { format: "csv" table {} })"), Counts());
  EXPECT_EQ(CountsOf("dataset_header {}"), (Counts{{"dataset_header", 1}}));
  EXPECT_EQ(CountsOf(R"(row { cells {} } residue { orders { order: "a b" } })"),
            (Counts{{"row.cells", 1}}));
}

TEST(LeavesTest, CountsNothingBesideTheContent) {
  EXPECT_EQ(CountsOf(R"(identity { id: "a" dataset: "d" ordinal: 2 } provenance { source: "f" }
              attributions { agency: "x" } import_context { query: "q" }
              derived { languages { lang: "es" } })"),
            Counts());
  EXPECT_EQ(CountsOf(""), Counts());
}

TEST(LeavesTest, CountsFactsOfTheQuery) {
  EXPECT_EQ(CountsOf(R"(activity {} import_context {
              query: "q" boundary: "incoming" on_boundary: "" facts { name: "a" } facts {} })"),
            (Counts{{"import_context.boundary", 1},
                    {"import_context.on_boundary", 1},
                    {"import_context.facts", 2}}));
  // Without facts, a content that holds nothing is a value.
  EXPECT_EQ(CountsOf(R"(activity {} import_context { query: "q" })"), (Counts{{"activity", 1}}));
  EXPECT_EQ(CountsOf(R"(activity { title {} } import_context { boundary: "x" })"),
            (Counts{{"activity.title", 1}, {"import_context.boundary", 1}}));
}

TEST(LeavesTest, CountsValuesOfJsonResidue) {
  EXPECT_EQ(CountsOf(R"(activity {} residue {
          json { member { name: "a" value { scalar: "null" } } }
          json { within: "b" within: "c" member { name: "d" value { object {
            members { name: "e" value { array { items { scalar: "1" } items { scalar: "{}" } } } }
            members { name: "f" value { array {} } } members { name: "g" value { object {} } }
            members { name: "h" value {} } members {} } } } }
          json {} })"),
            (Counts{{"residue.json", 5}}));
  // An object with nothing that the schema knows is not empty.
  EXPECT_EQ(CountsOf(R"(activity { flow { reports {} reports {} } } residue { json {
              parent { steps: [47, 0, 18, 1] } member { name: "a" value { scalar: "1" } } } })"),
            (Counts{{"activity.flow.reports", 1}, {"residue.json", 1}}));
}

TEST(LeavesTest, LexicalFormsStandForTheirFields) {
  // transactions[0].value.value and .value_date, hierarchy.
  EXPECT_EQ(CountsOf(R"(activity { hierarchy: 1 transactions { value {} } }
              lexical { path { steps: [5, 0] } text: "01" state: LEXICAL_STATE_VARIANT }
              lexical { path { steps: [34, 0, 5, 0, 1, 0] } text: "x" state: LEXICAL_STATE_UNPARSED }
              lexical { path { steps: [34, 0, 5, 0, 3, 0] } state: LEXICAL_STATE_EMPTY })"),
            (Counts{{"activity.hierarchy", 1},
                    {"activity.transactions.value.value", 1},
                    {"activity.transactions.value.value_date", 1}}));
  // One that stands for another message's field does not help.
  EXPECT_EQ(CountsOf(R"(activity { transactions { value {} } transactions { value {} } }
              lexical { path { steps: [34, 1, 5, 0, 1, 0] } state: LEXICAL_STATE_NULL })"),
            (Counts{{"activity.transactions.value", 1}, {"activity.transactions.value.value", 1}}));
  EXPECT_EQ(CountsOf(R"(activity { transactions {} }
              lexical { path { steps: [34, 0] } state: LEXICAL_STATE_NULL })"),
            (Counts{{"activity.transactions", 1}}));
  EXPECT_EQ(
      CountsOf(R"(activity {} lexical { path { steps: [8, 0] } state: LEXICAL_STATE_EMPTY })"),
      (Counts{{"activity.iati_identifier", 1}}));
  // Out of order, as a hostile peer may send them.
  EXPECT_EQ(
      CountsOf(R"(activity { transactions { value {} } crs_add {} }
              lexical { path { steps: [40, 0, 4, 0] } state: LEXICAL_STATE_EMPTY }
              lexical { path { steps: [34, 0, 5, 0, 1, 0] } state: LEXICAL_STATE_EMPTY })"),
      (Counts{{"activity.transactions.value.value", 1}, {"activity.crs_add.channel_code", 1}}));
}

TEST(LeavesTest, HostileLexicalPathsCountAsLexical) {
  for (const std::string steps : {"[999, 0]", "[34]", "[8, 0, 1, 0]", "[34, 0, 5, 0, 1, 0, 1, 0]",
                                  "[4294967295, 0]", "[0, 0]"}) {
    EXPECT_EQ(CountsOf("activity { lang: 'es' } lexical { path { steps: " + steps +
                       " } state: LEXICAL_STATE_EMPTY }"),
              (Counts{{"activity.lang", 1}, {"lexical", 1}}))
        << steps;
  }
  EXPECT_EQ(CountsOf("lexical { state: LEXICAL_STATE_NULL }"), (Counts{{"lexical", 1}}));
}

TEST(LeavesTest, CountsResidue) {
  EXPECT_EQ(CountsOf(R"(activity { lang: "es" } residue {
              nodes { xml { attribute { name: "a" value: "b" } } }
              nodes { xml { comment: "" } }
              nodes { xml { text: "t" } }
              nodes { xml { processing_instruction { target: "p" } } splits_text: true }
              nodes { xml { element { name: "e" } } }
              nodes { xml { element { name: "e" attributes { name: "x" } attributes { name: "y" }
                children { text: "1" }
                children { element { name: "f" children { comment: "2" } } }
                children { element { name: "g" } } } } }
            })"),
            (Counts{{"activity.lang", 1}, {"residue", 4 + 1 + 1 + 2 + 1 + 1 + 1}}));
}

TEST(LeavesTest, ResidueStandsForWhatItIsIn) {
  const std::string attribute = "xml { attribute { name: 'x:a' value: 'b' } }";
  EXPECT_EQ(CountsOf("activity { transactions { transaction_type {} } } residue { nodes { parent { "
                     "steps: [34, 0, 3, 0] } " +
                     attribute + " } }"),
            (Counts{{"residue", 1}}));
  // In the message above: the message below holds nothing still.
  EXPECT_EQ(CountsOf("activity { transactions { transaction_type {} } } residue { nodes { parent { "
                     "steps: [34, 0] } " +
                     attribute + " } }"),
            (Counts{{"residue", 1}, {"activity.transactions.transaction_type", 1}}));
  EXPECT_EQ(CountsOf("activity {} residue { nodes { " + attribute + " } }"),
            (Counts{{"residue", 1}}));
  // Beside the record is not in it.
  EXPECT_EQ(CountsOf("activity {} residue { nodes { place: RESIDUE_PLACE_AFTER_RECORD " +
                     attribute + " } }"),
            (Counts{{"residue", 1}, {"activity", 1}}));
  // A text that is empty but for a comment.
  EXPECT_EQ(CountsOf(R"(activity { iati_identifier: "" activity_websites: "" activity_websites: "" }
              residue { nodes { parent { steps: [8, 0] } xml { comment: "c" } }
                        nodes { parent { steps: [42, 1] } xml { comment: "c" } } })"),
            (Counts{{"residue", 2}, {"activity.activity_websites", 1}}));
  EXPECT_EQ(CountsOf(R"(activity { iati_identifier: "x" }
              residue { nodes { parent { steps: [8, 0] } xml { comment: "c" } } })"),
            (Counts{{"residue", 1}, {"activity.iati_identifier", 1}}));
}

TEST(LeavesTest, ResidueStandsForAnEmptyLexicalForm) {
  const std::string residue = "residue { nodes { parent { steps: [5, 0] } xml { comment: 'c' } } }";
  EXPECT_EQ(CountsOf("activity { lang: 'es' } lexical { path { steps: [5, 0] } state: "
                     "LEXICAL_STATE_EMPTY } " +
                     residue),
            (Counts{{"activity.lang", 1}, {"residue", 1}}));
  EXPECT_EQ(CountsOf("activity { lang: 'es' } lexical { path { steps: [5, 0] } text: 'x' state: "
                     "LEXICAL_STATE_UNPARSED } " +
                     residue),
            (Counts{{"activity.lang", 1}, {"residue", 1}, {"activity.hierarchy", 1}}));
}

TEST(LeavesTest, CountsExtensions) {
  EXPECT_EQ(CountsOf(R"(activity { lang: "es" } extensions { type_url: "a/b" value: "xyz" }
              extensions {})"),
            (Counts{{"activity.lang", 1}, {"extensions", 2}}));
}

void AddUnknown(Message* message, int number) {
  message->GetReflection()->MutableUnknownFields(message)->AddVarint(number, 7);
}

TEST(LeavesTest, CountsUnknownFields) {
  v1::Record record = Parse(R"(activity { transactions { value { value { unscaled: 1 } } } }
    lexical { path { steps: [5, 0] } state: LEXICAL_STATE_VARIANT }
    residue { nodes { xml { element { children { text: "x" } } } } } extensions {})");
  AddUnknown(&record, 9);
  AddUnknown(&record, 30);  // beside the content
  AddUnknown(&record, 100);
  AddUnknown(record.mutable_activity(), 99);
  AddUnknown(record.mutable_activity()->mutable_transactions(0), 99);
  AddUnknown(record.mutable_activity()->mutable_transactions(0), 100);
  AddUnknown(record.mutable_activity()->mutable_transactions(0)->mutable_value()->mutable_value(),
             4);
  AddUnknown(record.mutable_lexical(0), 99);
  AddUnknown(record.mutable_residue()->mutable_nodes(0)->mutable_xml()->mutable_element(), 99);
  AddUnknown(record.mutable_extensions(0), 99);
  EXPECT_EQ(CountsOf(record), (Counts{{"activity.transactions.value.value", 1},
                                      {"residue", 1},
                                      {"extensions", 1},
                                      {"@unknown", 2},
                                      {"activity.@unknown", 1},
                                      {"activity.transactions.@unknown", 2},
                                      {"activity.transactions.value.value.@unknown", 1},
                                      {"lexical.@unknown", 1},
                                      {"residue.@unknown", 1},
                                      {"extensions.@unknown", 1}}));
}

TEST(LeavesTest, AMessageWithAnUnknownFieldIsNotEmpty) {
  v1::Record record;
  AddUnknown(record.mutable_activity(), 99);
  EXPECT_EQ(CountsOf(record), (Counts{{"activity.@unknown", 1}}));
}

TEST(LeavesTest, AKnownNumberOfAnotherWireTypeIsUnknown) {
  v1::Record record;
  record.mutable_activity()->set_lang("es");
  AddUnknown(record.mutable_activity(), 8);
  AddUnknown(&record, 3);  // sorts before the content
  EXPECT_EQ(CountsOf(record),
            (Counts{{"activity.lang", 1}, {"activity.@unknown", 1}, {"@unknown", 1}}));
}

TEST(LeavesTest, TakesResidueDeeperThanAnyLimit) {
  // Builders are not bound by the limits of parsers.
  constexpr int kLevels = 2000;
  v1::Record record;
  v1::XmlNode* node = record.mutable_residue()->add_nodes()->mutable_xml();
  for (int i = 0; i < kLevels; ++i) node = node->mutable_element()->add_children();
  node->set_text("x");
  std::vector<LeafCount> leaves;
  CountLeaves(record, &leaves);
  EXPECT_EQ(ToCounts(leaves), (Counts{{"residue", 1}}));
  std::string bytes;
  EXPECT_EQ(CanonicalBytes(record, &bytes).code(), absl::StatusCode::kInvalidArgument);
}

TEST(LeavesTest, RefusesMalformedBytes) {
  std::vector<LeafCount> leaves;
  EXPECT_TRUE(CountLeavesInBytes("", "", &leaves).ok());
  EXPECT_TRUE(leaves.empty());
  for (const std::string& bytes :
       {std::string("\x22"),
        std::string("\x22\x05"
                    "ab"),
        std::string("\x22\x02\x42\x05"), std::string("\x22\x01\x07"),
        std::string("\x22\x02\x0B\x0C\x22\x01\xFF", 7), std::string("\x0C"), std::string("\0\0", 2),
        std::string("\x22\x00\x22\x00", 4), std::string("\x22\x00\x8A\x01\x01\xFF", 6)}) {
    EXPECT_EQ(CountLeavesInBytes(bytes, "", &leaves).code(), absl::StatusCode::kDataLoss)
        << ::testing::PrintToString(bytes);
    EXPECT_TRUE(leaves.empty());
  }
  // What a failure left behind must not show up in the next count.
  EXPECT_EQ(CountsOf("activity { lang: 'es' }"), (Counts{{"activity.lang", 1}}));
}

TEST(LeavesTest, ReadsTagsAndLengthsAsProtobufDoes) {
  const struct {
    std::string_view bytes;
    bool is_record;
  } kCases[] = {{{"\x80\xA8\xC3\xA9\x2A\x01", 6}, true},       // a tag of 35 bits
                {{"\x88\xA8\x83\x80\x80\x00\x01", 7}, false},  // a tag of six bytes
                {{"\x8A\x7D\x81\x80\x80\x80\x00x", 8}, true},  // a length of five bytes
                {{"\x8A\x7D\x81\x80\x80\x80\x80\x00x", 9}, false}};
  for (const auto& [bytes, is_record] : kCases) {
    const std::string record =
        std::string("\x22") + static_cast<char>(bytes.size()) + std::string(bytes);
    std::vector<LeafCount> leaves;
    EXPECT_EQ(CountLeavesInBytes(record, "", &leaves).ok(), is_record)
        << ::testing::PrintToString(record);
    v1::Record parsed;
    EXPECT_EQ(ParseRecord(record, &parsed).ok(), is_record) << ::testing::PrintToString(record);
  }
}

TEST(LeavesTest, NamesNoOtherPath) {
  EXPECT_EQ(LeafPathName(static_cast<uint32_t>(LeafPathLimit()) + 1000), "");
}

// The rules once more, by reflection and without any speed.
class PlainCounter {
 public:
  explicit PlainCounter(const v1::Record& record) : record_(record) {}

  Counts Count() {
    const v1::ImportContext& facts = record_.import_context();
    const bool has_facts =
        facts.has_boundary() || facts.has_on_boundary() || facts.facts_size() > 0;
    const Message* content = RecordContent(record_);
    if (content != nullptr && !(has_facts && content->ByteSizeLong() == 0)) {
      CountMessage(*content, std::string(RecordKind(record_)), v1::FieldPath());
    }
    for (const v1::LexicalForm& entry : record_.lexical()) CountLexical(entry);
    for (const v1::ResidueNode& node : record_.residue().nodes()) {
      counts_["residue"] += CountXml(node.xml()) + (node.splits_text() ? 1 : 0);
    }
    v1::Residue nodes = record_.residue();
    nodes.clear_json();
    counts_["residue.@unknown"] += UnknownBelow(nodes, /*skip_structural=*/true);
    for (const v1::JsonResidue& entry : record_.residue().json()) {
      counts_["residue.json"] += CountJson(entry.member().value());
      counts_["residue.json.@unknown"] += UnknownBelow(entry, /*skip_structural=*/true);
    }
    const v1::ImportContext& context = record_.import_context();
    counts_["import_context.boundary"] += context.has_boundary() ? 1 : 0;
    counts_["import_context.on_boundary"] += context.has_on_boundary() ? 1 : 0;
    counts_["import_context.facts"] += static_cast<uint64_t>(context.facts_size());
    counts_["extensions"] += static_cast<uint64_t>(record_.extensions_size());
    for (const auto& any : record_.extensions()) counts_["extensions.@unknown"] += UnknownOf(any);
    const auto& unknown = record_.GetReflection()->GetUnknownFields(record_);
    for (int i = 0; i < unknown.field_count(); ++i) {
      const int number = unknown.field(i).number();
      counts_["@unknown"] += number != 1 && (number < 24 || number > 31);
    }
    for (auto entry = counts_.begin(); entry != counts_.end();) {
      entry = entry->second == 0 ? counts_.erase(entry) : std::next(entry);
    }
    return counts_;
  }

 private:
  static uint64_t UnknownOf(const Message& message) {
    return static_cast<uint64_t>(message.GetReflection()->GetUnknownFields(message).field_count());
  }

  static uint64_t CountJson(const v1::JsonValue& value) {
    uint64_t count = value.has_scalar() ? 1 : 0;
    if (value.has_array()) {
      for (const v1::JsonValue& item : value.array().items()) count += CountJson(item);
      if (value.array().items().empty()) ++count;
    }
    if (value.has_object()) {
      for (const auto& member : value.object().members()) count += CountJson(member.value());
      if (value.object().members().empty()) ++count;
    }
    return count;
  }

  static uint64_t UnknownBelow(const Message& message, bool skip_structural) {
    uint64_t count = UnknownOf(message);
    std::vector<const FieldDescriptor*> fields;
    message.GetReflection()->ListFields(message, &fields);
    for (const FieldDescriptor* field : fields) {
      if (field->message_type() == nullptr || (skip_structural && IsStructural(*field))) continue;
      ForEach(message, *field,
              [&](const Message& below, int) { count += UnknownBelow(below, skip_structural); });
    }
    return count;
  }

  template <typename Visitor>
  static void ForEach(const Message& message, const FieldDescriptor& field, Visitor visit) {
    const Reflection* reflection = message.GetReflection();
    if (!field.is_repeated()) {
      visit(reflection->GetMessage(message, &field), 0);
      return;
    }
    for (int i = 0; i < reflection->FieldSize(message, &field); ++i) {
      visit(reflection->GetRepeatedMessage(message, &field, i), i);
    }
  }

  static bool IsPrefix(const v1::FieldPath& a, const v1::FieldPath& b) {
    return a.steps_size() <= b.steps_size() &&
           std::equal(a.steps().begin(), a.steps().end(), b.steps().begin());
  }

  bool ResidueAt(const v1::FieldPath& path) const {
    for (const v1::ResidueNode& node : record_.residue().nodes()) {
      if (node.place() == v1::RESIDUE_PLACE_UNSPECIFIED && IsPrefix(path, node.parent()) &&
          IsPrefix(node.parent(), path)) {
        return true;
      }
    }
    for (const v1::JsonResidue& entry : record_.residue().json()) {
      if (IsPrefix(path, entry.parent()) && IsPrefix(entry.parent(), path)) return true;
    }
    return false;
  }

  bool LexicalBelow(const v1::FieldPath& path) const {
    for (const v1::LexicalForm& entry : record_.lexical()) {
      if (entry.state() != v1::LEXICAL_STATE_VARIANT && IsPrefix(path, entry.path())) return true;
    }
    return false;
  }

  void CountLexical(const v1::LexicalForm& entry) {
    counts_["lexical.@unknown"] += UnknownOf(entry) + UnknownOf(entry.path());
    if (entry.state() == v1::LEXICAL_STATE_VARIANT) return;
    if (entry.state() == v1::LEXICAL_STATE_EMPTY && ResidueAt(entry.path())) return;
    const absl::StatusOr<std::string> name =
        FieldPathName(entry.path(), *RecordContent(record_)->GetDescriptor());
    const std::string kind(RecordKind(record_));
    ++counts_[name->empty() ? kind : kind + "." + *name];
  }

  void CountMessage(const Message& message, const std::string& name, const v1::FieldPath& path) {
    const Reflection* reflection = message.GetReflection();
    counts_[name + ".@unknown"] += UnknownOf(message);
    bool empty = UnknownOf(message) == 0;
    std::vector<const FieldDescriptor*> fields;
    reflection->ListFields(message, &fields);
    for (const FieldDescriptor* field : fields) {
      empty = false;
      if (IsStructural(*field)) continue;
      const std::string below = name + "." + field->name();
      const auto step = [&](int index) {
        v1::FieldPath longer = path;
        longer.add_steps(static_cast<uint32_t>(field->number()));
        longer.add_steps(static_cast<uint32_t>(index));
        return longer;
      };
      const int size = field->is_repeated() ? reflection->FieldSize(message, field) : 1;
      if (field->message_type() != nullptr && !IsLeafMessage(*field->message_type())) {
        ForEach(message, *field,
                [&](const Message& child, int i) { CountMessage(child, below, step(i)); });
      } else if (field->message_type() != nullptr) {
        ForEach(message, *field, [&](const Message& child, int) {
          ++counts_[below];
          counts_[below + ".@unknown"] += UnknownOf(child);
        });
      } else {
        for (int i = 0; i < size; ++i) {
          const bool is_empty_text =
              field->cpp_type() == FieldDescriptor::CPPTYPE_STRING &&
              (field->is_repeated() ? reflection->GetRepeatedString(message, field, i)
                                    : reflection->GetString(message, field))
                  .empty();
          counts_[below] += !(is_empty_text && ResidueAt(step(i)));
        }
      }
    }
    if (empty && !LexicalBelow(path) && !ResidueAt(path)) ++counts_[name];
  }

  static uint64_t CountXml(const v1::XmlNode& node) {
    if (node.node_case() == v1::XmlNode::NODE_NOT_SET) return 0;
    if (!node.has_element()) return 1;
    const v1::XmlElement& element = node.element();
    if (element.attributes().empty() && element.children().empty()) return 1;
    uint64_t count = static_cast<uint64_t>(element.attributes_size());
    for (const v1::XmlNode& child : element.children()) count += CountXml(child);
    return count;
  }

  const v1::Record& record_;
  Counts counts_;
};

TEST(LeavesTest, RandomRecordsAgreeWithThePlainRules) {
  RandomRecords records(20260802);
  std::set<std::string> paths;
  for (int i = 0; i < 4000; ++i) {
    records.set_unknown_fields(i % 2 == 1);
    const v1::Record record = records.Next();
    const Counts counts = CountsOf(record);
    ASSERT_EQ(counts, PlainCounter(record).Count()) << record.DebugString();
    for (const auto& [name, count] : counts) paths.insert(name);
  }
  EXPECT_GT(paths.size(), 1000);
}

TEST(LeavesTest, CutAndChangedBytesDoNoHarm) {
  const google::protobuf::LogSilencer no_complaints_about_utf8;
  RandomRecords records(5);
  records.set_unknown_fields(true);
  std::vector<LeafCount> leaves;
  for (int i = 0; i < 300; ++i) {
    std::string bytes;
    ASSERT_TRUE(CanonicalBytes(records.Next(), &bytes).ok());
    if (bytes.empty()) continue;
    for (int k = 0; k < 100; ++k) {
      std::string broken = bytes;
      broken[records.Below(broken.size())] = static_cast<char>(records.Below(256));
      if (records.Below(2) == 0) broken.resize(records.Below(broken.size()));
      (void)CountLeavesInBytes(broken, "", &leaves);
    }
  }
}

TEST(LeavesTest, ThreadsAgree) {
  std::vector<v1::Record> all;
  RandomRecords records(99);
  for (int i = 0; i < 200; ++i) all.push_back(records.Next());
  std::vector<std::vector<Counts>> results(4);
  std::vector<std::thread> threads;
  for (std::vector<Counts>& result : results) {
    threads.emplace_back([&all, &result] {
      std::vector<LeafCount> leaves;
      for (const v1::Record& record : all) {
        CountLeaves(record, &leaves);
        Counts counts;
        for (const LeafCount& leaf : leaves) {
          counts[std::string(LeafPathName(leaf.path_id))] += leaf.count;
        }
        result.push_back(counts);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const std::vector<Counts>& result : results) EXPECT_EQ(result, results[0]);
}

}  // namespace
}  // namespace puente
