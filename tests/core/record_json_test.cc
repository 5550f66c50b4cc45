// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Records through JSON: random and hostile ones come back the same, wrong JSON is refused.

#include "core/text/record_json.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <random>
#include <thread>
#include <vector>

#include "core/base/schema.h"
#include "core/base/status.h"
#include "core/text/base64.h"
#include "fmt/format.h"
#include "gtest/gtest.h"
#include "tests/core/hostile_records.h"

namespace puente::text {
namespace {

using ::google::protobuf::Descriptor;
using ::google::protobuf::FieldDescriptor;
using ::google::protobuf::Message;
using ::google::protobuf::Reflection;

std::string Json(const Message& message) {
  std::string out;
  const absl::Status status = AppendRecordJson(message, &out);
  EXPECT_TRUE(status.ok()) << status;
  return out;
}

v1::Record Parsed(std::string_view json) {
  v1::Record record;
  const absl::Status status = ParseRecordJson(json, &record);
  EXPECT_TRUE(status.ok()) << FormatError(status) << "\n" << json;
  return record;
}

void ExpectSameAfterJson(const v1::Record& record) {
  const std::string json = Json(record);
  ASSERT_EQ(json.find('\n'), std::string::npos);
  v1::Record again;
  const absl::Status status = ParseRecordJson(json, &again);
  ASSERT_TRUE(status.ok()) << FormatError(status) << "\n" << json;
  ASSERT_EQ(again.SerializeAsString(), record.SerializeAsString()) << json;
  ASSERT_EQ(Json(again), json);
}

TEST(RecordJsonTest, WritesWhatTheDesignSays) {
  v1::Record record;
  record.mutable_identity()->set_id("XM-1");
  record.mutable_identity()->set_ordinal(2);
  v1::Activity* activity = record.mutable_activity();
  v1::Transaction* transaction = activity->add_transactions();
  v1::Money* value = transaction->mutable_value();
  value->mutable_value()->set_unscaled(-100050);
  value->mutable_value()->set_scale(2);
  value->set_currency("");
  value->mutable_value_date()->set_year(2024);
  value->mutable_value_date()->set_month(2);
  v1::LexicalForm* form = record.add_lexical();
  form->mutable_path()->add_steps(34);
  form->mutable_path()->add_steps(0);
  form->set_text("a\"\\\n\x01\xE2\x80\xA8\x7F");
  form->set_state(v1::LEXICAL_STATE_VARIANT);
  record.add_lexical()->mutable_path();
  record.add_lexical()->mutable_path()->add_steps(9999);
  record.add_extensions()->set_type_url("t/x");
  record.mutable_extensions(0)->set_value("\xFF\x01");
  record.mutable_provenance()->set_offset(std::numeric_limits<uint64_t>::max());
  record.mutable_lexical(1)->set_state(static_cast<v1::LexicalState>(77));
  record.GetReflection()->MutableUnknownFields(&record)->AddVarint(1000, 1);
  EXPECT_EQ(
      Json(record),
      "{\"identity\":{\"id\":\"XM-1\",\"ordinal\":2},\"activity\":{\"transactions\":[{\"value\":{"
      "\"value\":\"-1000.50\",\"currency\":\"\",\"value_date\":\"2024-02\"}}]},\"lexical\":[{"
      "\"path\":\"transactions[0]\",\"text\":\"a\\\"\\\\\\n\\u0001\xE2\x80\xA8\x7F\",\"state\":"
      "\"LEXICAL_STATE_VARIANT\"},{\"path\":\"\",\"state\":77},{\"path\":{\"steps\":[9999]}}],"
      "\"extensions\":[{\"@type\":\"t/x\",\"@bytes\":\"/wE=\"}],\"provenance\":{\"offset\":"
      "18446744073709551615},\"@unknown\":\"wD4B\"}");
  ExpectSameAfterJson(record);
}

TEST(RecordJsonTest, KeepsWhatIsPresentButEmpty) {
  v1::Record record;
  EXPECT_EQ(Json(record), "{}");
  ExpectSameAfterJson(record);
  record.mutable_row()->add_cells();
  record.mutable_row()->add_cells()->set_text("");
  record.mutable_row()->add_cells()->set_text("x");
  record.mutable_residue();
  EXPECT_EQ(Json(record), "{\"row\":{\"cells\":[null,\"\",\"x\"]},\"residue\":{}}");
  ExpectSameAfterJson(record);
  record.mutable_residue()->add_nodes()->mutable_xml()->set_text("");
  record.mutable_plan()->mutable_start();
  record.mutable_plan()->add_requirements()->mutable_value();
  EXPECT_EQ(
      Json(record),
      "{\"plan\":{\"start\":{},\"requirements\":[{\"value\":\"0\"}]},\"residue\":{\"nodes\":[{"
      "\"xml\":{\"text\":\"\"}}]}}");
  ExpectSameAfterJson(record);
}

TEST(RecordJsonTest, WritesLeavesThatAreNoneAsObjects) {
  v1::Record record;
  v1::Plan* plan = record.mutable_plan();
  plan->mutable_start()->set_year(2023);
  plan->mutable_start()->set_day(5);
  plan->mutable_end()->set_year(2023);
  plan->mutable_end()->set_month(2);
  plan->mutable_end()->set_day(29);
  v1::Decimal* decimal = plan->add_requirements()->mutable_value();
  decimal->set_unscaled(5);
  decimal->set_scale(-1);
  decimal = plan->add_requirements()->mutable_value();
  decimal->set_unscaled(5);
  decimal->set_digits("123456789012345678901234567890");
  plan->add_requirements()->mutable_value()->set_digits("12");
  EXPECT_EQ(
      Json(record),
      "{\"plan\":{\"start\":{\"year\":2023,\"day\":5},\"end\":{\"year\":2023,\"month\":2,\"day\":"
      "29},"
      "\"requirements\":[{\"value\":{\"unscaled\":5,\"scale\":-1}},{\"value\":{\"unscaled\":5,"
      "\"digits\":\"123456789012345678901234567890\"}},{\"value\":{\"digits\":\"12\"}}]}}");
  ExpectSameAfterJson(record);
}

// ---- random records ---------------------------------------------------------------------------

void NoteFields(const Message& message, std::vector<std::string>* names) {
  std::vector<const FieldDescriptor*> fields;
  const Reflection* reflection = message.GetReflection();
  reflection->ListFields(message, &fields);
  for (const FieldDescriptor* field : fields) {
    names->push_back(field->full_name());
    if (field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) continue;
    if (!field->is_repeated()) {
      NoteFields(reflection->GetMessage(message, field), names);
      continue;
    }
    for (int i = 0; i < reflection->FieldSize(message, field); ++i) {
      NoteFields(reflection->GetRepeatedMessage(message, field, i), names);
    }
  }
}

void NoteSchema(const Descriptor* type, std::vector<std::string>* names,
                std::vector<const Descriptor*>* seen) {
  if (std::find(seen->begin(), seen->end(), type) != seen->end()) return;
  seen->push_back(type);
  for (int i = 0; i < type->field_count(); ++i) {
    names->push_back(type->field(i)->full_name());
    if (type->field(i)->message_type() != nullptr)
      NoteSchema(type->field(i)->message_type(), names, seen);
  }
}

TEST(RecordJsonTest, GivesBackHostileRecords) {
  HostileRecords random(2026);
  v1::Record record;
  std::vector<std::string> set;
  for (int round = 0; round < 25000; ++round) {
    random.Fill(&record);
    NoteFields(record, &set);
    ASSERT_NO_FATAL_FAILURE(ExpectSameAfterJson(record)) << "round " << round;
    std::sort(set.begin(), set.end());
    set.erase(std::unique(set.begin(), set.end()), set.end());
  }
  // Every field of the schema was part of it.
  std::vector<std::string> all;
  std::vector<const Descriptor*> seen;
  NoteSchema(v1::Record::descriptor(), &all, &seen);
  for (const std::string& name : all) {
    EXPECT_TRUE(std::binary_search(set.begin(), set.end(), name)) << name << " was never set";
  }
}

TEST(RecordJsonTest, WritesBatchesAndOtherMessages) {
  v1::RecordBatch batch;
  batch.add_records()->mutable_plan();
  v1::LexicalForm* form = batch.mutable_records(0)->add_lexical();
  form->mutable_path()->add_steps(4);
  form->mutable_path()->add_steps(0);
  EXPECT_EQ(Json(batch), "{\"records\":[{\"plan\":{},\"lexical\":[{\"path\":\"name\"}]}]}");
  EXPECT_EQ(Json(*form), "{\"path\":{\"steps\":[4,0]}}");  // no content to be relative to
  v1::Decimal decimal;
  EXPECT_EQ(Json(decimal), "\"0\"");
  std::string out = "x";
  EXPECT_FALSE(AppendRecordJson(google::protobuf::FileDescriptorProto(), &out).ok());
  EXPECT_EQ(out, "x");
}

TEST(RecordJsonTest, RefusesTextThatIsNotUtf8) {
  v1::Record record;
  record.mutable_row()->add_cells()->set_text("ok");
  record.mutable_row()->add_cells()->set_text("\xFF");
  std::string out = "before";
  const absl::Status status = AppendRecordJson(record, &out);
  EXPECT_EQ(GetErrorDetail(status).code, "PUE-0206");
  EXPECT_EQ(GetErrorDetail(status).message, "/row/cells/1/text: the text is not UTF-8");
  EXPECT_EQ(out, "before");
}

TEST(RecordJsonTest, KeepsResidueAsDeepAsTheLimitAllows) {
  const auto nested = [](int levels) {
    v1::Record record;
    v1::XmlNode* node = record.mutable_residue()->add_nodes()->mutable_xml();
    for (int i = 0; i < levels; ++i) {
      node->mutable_element()->set_name("e");
      node = node->mutable_element()->add_children();
    }
    return record;
  };
  ExpectSameAfterJson(nested(255));
  std::string out;
  EXPECT_TRUE(absl::IsResourceExhausted(AppendRecordJson(nested(300), &out)));
  std::string json = "{\"residue\":{\"nodes\":[{\"xml\":";
  for (int i = 0; i < 300; ++i) json += "{\"element\":{\"children\":[";
  for (int i = 0; i < 300; ++i) json += "]}}";
  json += "}]}}";
  v1::Record record;
  const absl::Status status = ParseRecordJson(json, &record);
  EXPECT_TRUE(absl::IsResourceExhausted(status)) << status;
  EXPECT_EQ(GetErrorDetail(status).code, "PUE-0203");
  const std::string brackets = std::string(1000000, '[') + std::string(1000000, ']');
  EXPECT_TRUE(absl::IsResourceExhausted(ParseRecordJson(brackets, &record)));
  EXPECT_EQ(record.ByteSizeLong(), 0u);
}

TEST(RecordJsonTest, TakesMembersInAnyOrderWithWhiteSpace) {
  const v1::Record record = Parsed(
      " {\"lexical\" : [ {\"path\": \"transactions[2].value\"} ] "
      ",\t\"activity\":{\"transactions\":[{},{"
      "},{}],\"title\":{}}} \n");
  EXPECT_EQ(record.lexical(0).path().steps_size(), 4);
  EXPECT_EQ(record.lexical(0).path().steps(1), 2u);
  EXPECT_EQ(record.activity().transactions_size(), 3);
}

TEST(RecordJsonTest, RefusesWrongJsonAndSaysWhere) {
  struct Case {
    std::string_view json;
    std::string_view code;
    std::string_view message;
    std::string_view hint;
  };
  const std::string_view cut =
      "one record in braces is expected, with nothing after it; was the line cut short?";
  const Case cases[] = {
      {"", "PUE-0301", "there is nothing here", ""},
      {"  ", "PUE-0301", "there is nothing here", ""},
      {"{", "PUE-0301", "the line is not JSON", cut},
      {"{}{}", "PUE-0301", "the line is not JSON", cut},
      {"{} x", "PUE-0301", "the line is not JSON", cut},
      {"{\"row\":{},}", "PUE-0301", "the line is not JSON", cut},
      {"{'row':{}}", "PUE-0301", "the line is not JSON", cut},
      {"{\"identity\":{\"ordinal\":NaN}}", "PUE-0301", "the line is not JSON", cut},
      {"{\"identity\":{\"ordinal\":1e999}}", "PUE-0301",
       "a number is not written as JSON wants it, or is too large", ""},
      {"{\"identity\":{\"ordinal\":01}}", "PUE-0301",
       "a number is not written as JSON wants it, or is too large", ""},
      {"{\"identity\":{\"id\":\"\xFF\"}}", "PUE-0301", "the line is not UTF-8", ""},
      {"{\"identity\":{\"id\":\"\n\"}}", "PUE-0301",
       "a string has a control character that is not escaped", ""},
      {"{\"identity\":{\"id\":\"x", "PUE-0301", "a string has no end", ""},
      {"[]", "PUE-0304", "/: an object is expected here, not an array", ""},
      {"null", "PUE-0304", "/: an object is expected here, not null", ""},
      {"{\"identiti\":{}}", "PUE-0304", "/identiti: Record has no member of this name",
       "did you mean \"identity\"?"},
      {"{\"x~/y\":{}}", "PUE-0304", "/x~0~1y: Record has no member of this name", ""},
      {"{\"identity\":{},\"identity\":{}}", "PUE-0304", "/identity: this member occurs twice", ""},
      {"{\"@unknown\":\"\",\"@unknown\":\"\"}", "PUE-0304", "/@unknown: this member occurs twice",
       ""},
      {"{\"row\":{},\"plan\":{}}", "PUE-0304",
       "/plan: row is here already, and only one of the two may be", ""},
      {"{\"identity\":null}", "PUE-0304", "/identity: an object is expected here, not null", ""},
      {"{\"identity\":{\"id\":null}}", "PUE-0304",
       "/identity/id: a string is expected here, not null", ""},
      {"{\"identity\":{\"id\":5}}", "PUE-0304",
       "/identity/id: a string is expected here, not a number", ""},
      {"{\"identity\":{\"ordinal\":\"5\"}}", "PUE-0304",
       "/identity/ordinal: a whole number is expected here, not a string", ""},
      {"{\"identity\":{\"ordinal\":1.0}}", "PUE-0304",
       "/identity/ordinal: a whole number is expected here, not a number with a fraction or an "
       "exponent",
       ""},
      {"{\"identity\":{\"ordinal\":-1}}", "PUE-0304", "/identity/ordinal: -1 is out of range here",
       ""},
      {"{\"identity\":{\"ordinal\":4294967296}}", "PUE-0304",
       "/identity/ordinal: 4294967296 is too large here", ""},
      {"{\"lexical\":{}}", "PUE-0304", "/lexical: an array is expected here, not an object", ""},
      {"{\"lexical\":[{},null]}", "PUE-0304", "/lexical/1: an object is expected here, not null",
       ""},
      {"{\"lexical\":[{\"state\":\"LEXICAL_STATE_EMTY\"}]}", "PUE-0304",
       "/lexical/0/state: LexicalState has no value \"LEXICAL_STATE_EMTY\"",
       "did you mean \"LEXICAL_STATE_EMPTY\"?"},
      {"{\"lexical\":[{\"state\":2147483648}]}", "PUE-0304",
       "/lexical/0/state: 2147483648 is too large here", ""},
      {"{\"lexical\":[{\"path\":\"title\"}]}", "PUE-0304",
       "/lexical/0/path: a field path means nothing without content", ""},
      {"{\"plan\":{\"start\":\"2024-02-30\"}}", "PUE-0304",
       "/plan/start: \"2024-02-30\" is no date", ""},
      {"{\"plan\":{\"start\":\"2024-02-03Z\"}}", "PUE-0304",
       "/plan/start: \"2024-02-03Z\" is no date in its canonical form", "write \"2024-02-03\""},
      {"{\"plan\":{\"requirements\":[{\"value\":5}]}}", "PUE-0304",
       "/plan/requirements/0/value: a string is expected here, not a number", ""},
      {"{\"plan\":{\"requirements\":[{\"value\":\"+5\"}]}}", "PUE-0304",
       "/plan/requirements/0/value: \"+5\" is no decimal number in its canonical form",
       "write \"5\""},
      {"{\"plan\":{\"requirements\":[{\"value\":\"1e400\"}]}}", "PUE-0304",
       "/plan/requirements/0/value: \"1e400\" is no decimal number", ""},
      {"{\"row\":{\"cells\":[5]}}", "PUE-0304",
       "/row/cells/0: a string is expected here, not a number", ""},
      {"{\"extensions\":[{\"@type\":\"x\"}]}", "PUE-0304",
       "/extensions/0: an extension needs the members @type and @bytes", ""},
      {"{\"extensions\":[{\"@type\":\"x\",\"value\":1}]}", "PUE-0304",
       "/extensions/0/value: an extension has the members @type and @bytes only", ""},
      {"{\"extensions\":[{\"@type\":\"x\",\"@bytes\":\"/w\"}]}", "PUE-0304",
       "/extensions/0/@bytes: this is not base64 with its padding", ""},
      {"{\"@unknown\":\"/w==\"}", "PUE-0304",
       "/@unknown: these bytes are not fields in protobuf's wire format", ""},
      {"{\"@unknown\":\"CgA=\"}", "PUE-0304",
       "/@unknown: these bytes hold the field identity, which is known",
       "write it as a member of its own"},
  };
  for (const Case& c : cases) {
    v1::Record record;
    record.mutable_row();
    const absl::Status status = ParseRecordJson(c.json, &record);
    const ErrorDetail detail = GetErrorDetail(status);
    EXPECT_EQ(detail.code, c.code) << c.json;
    EXPECT_EQ(detail.message, c.message) << c.json;
    EXPECT_EQ(detail.hint, c.hint) << c.json;
    EXPECT_EQ(record.ByteSizeLong(), 0u);
  }
}

TEST(RecordJsonTest, RefusesHalfCharacters) {
  for (const char* escape :
       {"\\ud800", "\\udc00", "\\ud800\\u0041", "\\udc00\\ud800", "\\ud800x", "\\ud83d\\\\ude00"}) {
    v1::Record record;
    const std::string json = fmt::format("{{\"identity\":{{\"id\":\"a{}\"}}}}", escape);
    EXPECT_TRUE(absl::IsInvalidArgument(ParseRecordJson(json, &record))) << json;
  }
  EXPECT_EQ(Parsed("{\"identity\":{\"id\":\"\\ud83d\\ude00\\u0000\\u00e9\"}}").identity().id(),
            std::string("\xF0\x9F\x98\x80\0\xC3\xA9", 7));
}

// Any edit of good JSON is refused or read; what is read is written and read again the same.
TEST(RecordJsonTest, SurvivesMutants) {
  HostileRecords random(5);
  std::mt19937_64 edits(6);
  v1::Record record;
  RecordJsonParser parser;
  size_t accepted = 0;
  for (int round = 0; round < 3000; ++round) {
    random.Fill(&record);
    std::string json = Json(record);
    for (uint64_t n = 1 + edits() % 3; n > 0; --n) {
      const size_t at = edits() % json.size();
      switch (edits() % 3) {
        case 0:
          json[at] = static_cast<char>(edits());
          break;
        case 1:
          json.erase(at, 1 + edits() % 3);
          break;
        default:
          json.insert(at, 1, "{}[]\",:\\0e-"[edits() % 11]);
      }
      if (json.empty()) json = "{}";
    }
    v1::Record read;
    if (!parser.Parse(json, &read).ok()) continue;
    ++accepted;
    ASSERT_NO_FATAL_FAILURE(ExpectSameAfterJson(read));
  }
  EXPECT_GT(accepted, 50u);
}

TEST(RecordJsonTest, WorksInSeveralThreads) {
  std::vector<std::thread> threads;
  for (uint64_t t = 0; t < 4; ++t) {
    threads.emplace_back([t] {
      HostileRecords random(t);
      v1::Record record;
      for (int round = 0; round < 200; ++round) {
        random.Fill(&record);
        ExpectSameAfterJson(record);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

TEST(Base64Test, HasOneTextForEachByteString) {
  std::mt19937_64 random(3);
  for (int round = 0; round < 2000; ++round) {
    std::string bytes(random() % 20, '\0');
    for (char& c : bytes) c = static_cast<char>(random());
    std::string text;
    AppendBase64(bytes, &text);
    std::string again;
    ASSERT_TRUE(ParseBase64(text, &again));
    ASSERT_EQ(again, bytes);
    if (text.empty()) continue;
    // Any other text that reads is that of other bytes.
    std::string other = text;
    other[random() % other.size()] = "ABCdefg019+/=_ \n"[random() % 16];
    if (other != text && ParseBase64(other, &again)) {
      std::string written;
      AppendBase64(again, &written);
      ASSERT_EQ(written, other);
    }
  }
  std::string text;
  AppendBase64("foobar", &text);
  EXPECT_EQ(text, "Zm9vYmFy");
}

}  // namespace
}  // namespace puente::text
