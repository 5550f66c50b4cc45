// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Tests of SHA-256, canonical bytes and digests, against known answers and a plain restatement.

#include "core/base/digest.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "core/base/schema.h"
#include "google/protobuf/text_format.h"
#include "google/protobuf/unknown_field_set.h"
#include "gtest/gtest.h"
#include "tests/core/random_record.h"

namespace puente {
namespace {

using ::google::protobuf::FieldDescriptor;
using ::google::protobuf::Message;
using ::google::protobuf::Reflection;
using ::google::protobuf::UnknownField;
using ::google::protobuf::UnknownFieldSet;

v1::Record Parse(const std::string& text) {
  v1::Record record;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &record)) << text;
  return record;
}

std::string Canonical(const v1::Record& record) {
  std::string bytes = "left from before";
  const absl::Status status = CanonicalBytes(record, &bytes);
  EXPECT_TRUE(status.ok()) << status;
  return bytes;
}

std::string Canonical(const std::string& text) { return Canonical(Parse(text)); }

std::string HexDigest(const v1::Record& record) {
  return DigestToHex(RecordDigest(record).value());
}

std::string Hash(const std::string& bytes) {
  Sha256 hash;
  hash.Update(bytes);
  return DigestToHex(hash.Finish().value());
}

TEST(Sha256Test, GivesTheKnownAnswers) {
  EXPECT_EQ(Hash(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(Hash("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(Hash("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  EXPECT_EQ(Hash(std::string(1000000, 'a')),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(Sha256Test, TakesPartsAndIsReused) {
  Sha256 hash;
  for (int round = 0; round < 3; ++round) {
    for (const char c : std::string("abc")) hash.Update(std::string_view(&c, 1));
    hash.Update("");
    EXPECT_EQ(DigestToHex(hash.Finish().value()), Hash("abc"));
  }
  hash.Update("ab");
  Sha256 moved = std::move(hash);
  moved.Update("c");
  EXPECT_EQ(DigestToHex(moved.Finish().value()), Hash("abc"));
}

TEST(DigestTest, WritesAndReadsHex) {
  const std::string hex = Hash("abc");
  EXPECT_EQ(DigestToHex(DigestFromHex(hex).value()), hex);
  std::string upper = hex;
  for (char& c : upper) c = c >= 'a' ? static_cast<char>(c - 'a' + 'A') : c;
  EXPECT_EQ(DigestToHex(DigestFromHex(upper).value()), hex);
  for (const std::string& bad : {std::string(), hex.substr(1), hex + "0", "g" + hex.substr(1),
                                 " " + hex.substr(1), hex.substr(1) + "\n"}) {
    EXPECT_EQ(DigestFromHex(bad).status().code(), absl::StatusCode::kInvalidArgument) << bad;
  }
}

TEST(CanonicalBytesTest, OfARecordWithoutContentAreNone) {
  EXPECT_EQ(Canonical(""), "");
  EXPECT_EQ(HexDigest(v1::Record()), Hash(""));
}

TEST(CanonicalBytesTest, AreTheContentsFields) {
  EXPECT_EQ(Canonical("activity {}"), std::string("\x22\x00", 2));
  EXPECT_EQ(Canonical("activity { lang: 'es' hierarchy: -1 }"),
            "\x22\x0F\x12\x02"
            "es"
            "\x28\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x01");
  EXPECT_EQ(Canonical("row { cells { text: 'a' } cells {} }"),
            std::string("\x42\x07\x0A\x03\x0A\x01"
                        "a"
                        "\x0A\x00",
                        9));
  EXPECT_EQ(Canonical("activity {} residue {} extensions {}"),
            std::string("\x22\x00\x8A\x01\x00\x92\x01\x00", 8));
}

TEST(CanonicalBytesTest, LeaveOutWhatIsBesideTheContent) {
  const std::string content = "activity { lang: 'es' } ";
  EXPECT_EQ(Canonical(content + R"(identity { agency: "a" dataset: "d" id: "i" ordinal: 4 }
                provenance { source: "x" offset: 5 } attributions { agency: "y" }
                import_context { query: "q" } derived { languages { lang: "z" } })"),
            Canonical(content));
}

TEST(CanonicalBytesTest, TellApartWhatIsContent) {
  const std::vector<std::string> all = {
      "",
      "activity {}",
      "organisation {}",
      "activity { iati_identifier: '' }",
      "activity { iati_identifier: 'a' }",
      "activity { lang: 'a' }",
      "activity { transactions { value { value { unscaled: 1000 } } } }",
      "activity { transactions { value { value { unscaled: 100000 scale: 2 } } } }",
      "activity { transactions { value { value { digits: '1000' } } } }",
      "activity { activity_websites: 'a' activity_websites: 'b' }",
      "activity { activity_websites: 'b' activity_websites: 'a' }",
      "activity {} lexical { path { steps: [5, 0] } text: '01' state: LEXICAL_STATE_VARIANT }",
      "activity {} lexical { path { steps: [5, 0] } text: '01' state: LEXICAL_STATE_UNPARSED }",
      "activity {} residue { nodes { xml { comment: 'c' } } }",
      "activity {} residue { nodes { xml { text: 'c' } } }",
      "activity {} residue { orders { order: 'c' } }",
      "activity {} extensions { type_url: 'a' }",
      "dataset_header { format: 'iati' }",
      "dataset_header { root: 'iati' }",
  };
  std::map<std::string, std::string> seen;
  for (const std::string& text : all) {
    const auto [place, is_new] = seen.emplace(HexDigest(Parse(text)), text);
    EXPECT_TRUE(is_new) << text << " has the digest of " << place->second;
  }
}

TEST(CanonicalBytesTest, SortUnknownFieldsInByNumber) {
  v1::Record record = Parse("activity { lang: 'es' hierarchy: 2 }");
  UnknownFieldSet* unknown =
      record.mutable_activity()->GetReflection()->MutableUnknownFields(record.mutable_activity());
  unknown->AddVarint(99, 1);
  unknown->AddLengthDelimited(46, "b");
  unknown->AddLengthDelimited(46, "a");
  UnknownFieldSet* group = unknown->AddGroup(50);
  group->AddVarint(7, 1);
  group->AddVarint(2, 1);
  unknown->AddFixed32(4, 1);  // known, of another wire type
  UnknownFieldSet* beside = record.GetReflection()->MutableUnknownFields(&record);
  beside->AddVarint(28, 1);
  beside->AddVarint(100, 1);
  beside->AddVarint(3, 5);
  EXPECT_EQ(Canonical(record), std::string("\x18\x05"
                                           "\x22\x1E"
                                           "\x12\x02"
                                           "es"
                                           "\x25\x01\x00\x00\x00"
                                           "\x28\x02"
                                           "\xF2\x02\x01"
                                           "b"
                                           "\xF2\x02\x01"
                                           "a"
                                           "\x93\x03\x38\x01\x10\x01\x94\x03"
                                           "\x98\x06\x01"
                                           "\xA0\x06\x01",
                                           37));
}

TEST(CanonicalBytesTest, HoldTheLimitOfDepth) {
  for (const int levels : {kMaxXmlDepth - 1, kMaxXmlDepth, kMaxXmlDepth + 1}) {
    v1::Record record;
    v1::XmlNode* node = record.mutable_residue()->add_nodes()->mutable_xml();
    for (int i = 0; i < levels; ++i) {
      node = i + 1 < levels ? node->mutable_element()->add_children() : node;
    }
    node->mutable_element()->add_attributes()->set_name("a");
    std::string bytes;
    const absl::Status status = CanonicalBytes(record, &bytes);
    EXPECT_EQ(status.ok(), levels <= kMaxXmlDepth) << levels << ' ' << status;
    EXPECT_EQ(RecordDigest(record).ok(), status.ok());
    if (!status.ok()) continue;
    // What passes here can be read again, and sorted too.
    v1::Record read;
    EXPECT_TRUE(ParseRecord(bytes, &read).ok()) << levels;
    record.GetReflection()->MutableUnknownFields(&record)->AddVarint(9, 1);
    EXPECT_TRUE(CanonicalBytes(record, &bytes).ok());
    EXPECT_EQ(bytes.substr(0, 2), "\x48\x01");
  }
}

TEST(DatasetDigestTest, IsTheDigestOfTheRecordsDigests) {
  const v1::Record a = Parse("activity { lang: 'a' }");
  const v1::Record b = Parse("activity { lang: 'b' }");
  const auto digest_of = [](const std::vector<v1::Record>& records) {
    DatasetDigest dataset;
    std::string joined;
    for (const v1::Record& record : records) {
      const Digest digest = RecordDigest(record).value();
      dataset.Add(digest);
      joined.append(digest.begin(), digest.end());
    }
    const std::string hex = DigestToHex(dataset.Finish().value());
    EXPECT_EQ(hex, Hash(joined));
    return hex;
  };
  EXPECT_EQ(digest_of({}), Hash(""));
  EXPECT_NE(digest_of({a, b}), digest_of({b, a}));
  EXPECT_NE(digest_of({a}), digest_of({a, a}));
}

// The definition once more, by reflection and without any speed.
class PlainCanonical {
 public:
  static std::string Of(const v1::Record& record) { return Write(record, /*is_record=*/true); }

 private:
  static std::string Varint(uint64_t value) {
    std::string bytes;
    for (; value >= 0x80; value >>= 7) bytes.push_back(static_cast<char>(value | 0x80));
    bytes.push_back(static_cast<char>(value));
    return bytes;
  }

  static std::string Delimited(const std::string& bytes) { return Varint(bytes.size()) + bytes; }

  static std::string Tag(int number, int wire_tag) {
    return Varint(static_cast<uint64_t>(number) << 3 | static_cast<uint64_t>(wire_tag));
  }

  static std::string Fixed(uint64_t value, int size) {
    std::string bytes;
    for (int i = 0; i < size; ++i) bytes.push_back(static_cast<char>(value >> (8 * i)));
    return bytes;
  }

  static std::string Unknown(const UnknownField& field) {
    const int number = field.number();
    switch (field.type()) {
      case UnknownField::TYPE_VARINT:
        return Tag(number, 0) + Varint(field.varint());
      case UnknownField::TYPE_FIXED64:
        return Tag(number, 1) + Fixed(field.fixed64(), 8);
      case UnknownField::TYPE_LENGTH_DELIMITED:
        return Tag(number, 2) + Delimited(field.length_delimited());
      case UnknownField::TYPE_FIXED32:
        return Tag(number, 5) + Fixed(field.fixed32(), 4);
      case UnknownField::TYPE_GROUP:
        break;
    }
    std::string bytes = Tag(number, 3);
    for (int i = 0; i < field.group().field_count(); ++i) bytes += Unknown(field.group().field(i));
    return bytes + Tag(number, 4);
  }

  // The value of one element of a field, without its tag.
  static std::string Value(const Message& message, const FieldDescriptor& field, int i) {
    const Reflection& r = *message.GetReflection();
    const bool repeated = field.is_repeated();
    switch (field.type()) {
      case FieldDescriptor::TYPE_MESSAGE:
        return Delimited(Write(
            repeated ? r.GetRepeatedMessage(message, &field, i) : r.GetMessage(message, &field),
            false));
      case FieldDescriptor::TYPE_STRING:
      case FieldDescriptor::TYPE_BYTES:
        return Delimited(repeated ? r.GetRepeatedString(message, &field, i)
                                  : r.GetString(message, &field));
      case FieldDescriptor::TYPE_BOOL:
        return Varint(r.GetBool(message, &field));
      case FieldDescriptor::TYPE_ENUM:
        return Varint(
            static_cast<uint64_t>(int64_t{repeated ? r.GetRepeatedEnumValue(message, &field, i)
                                                   : r.GetEnumValue(message, &field)}));
      case FieldDescriptor::TYPE_INT32:
        return Varint(static_cast<uint64_t>(int64_t{r.GetInt32(message, &field)}));
      case FieldDescriptor::TYPE_UINT32:
        return Varint(repeated ? r.GetRepeatedUInt32(message, &field, i)
                               : r.GetUInt32(message, &field));
      case FieldDescriptor::TYPE_UINT64:
        return Varint(r.GetUInt64(message, &field));
      case FieldDescriptor::TYPE_SINT32:
      case FieldDescriptor::TYPE_SINT64: {
        const int64_t value = field.type() == FieldDescriptor::TYPE_SINT32
                                  ? r.GetInt32(message, &field)
                                  : r.GetInt64(message, &field);
        return Varint(static_cast<uint64_t>(value) << 1 ^ static_cast<uint64_t>(value >> 63));
      }
      default:
        ADD_FAILURE() << "a type that the schema had not: " << field.full_name();
        return "";
    }
  }

  static std::string Write(const Message& message, bool is_record) {
    const Reflection& reflection = *message.GetReflection();
    std::map<int, std::string> by_number;
    std::vector<const FieldDescriptor*> fields;
    reflection.ListFields(message, &fields);
    for (const FieldDescriptor* field : fields) {
      std::string& bytes = by_number[field->number()];
      const int size = field->is_repeated() ? reflection.FieldSize(message, field) : 1;
      if (field->is_packed()) {
        std::string packed;
        for (int i = 0; i < size; ++i) packed += Value(message, *field, i);
        bytes += Tag(field->number(), 2) + Delimited(packed);
        continue;
      }
      const bool delimited = field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE ||
                             field->cpp_type() == FieldDescriptor::CPPTYPE_STRING;
      for (int i = 0; i < size; ++i) {
        bytes += Tag(field->number(), delimited ? 2 : 0) + Value(message, *field, i);
      }
    }
    const UnknownFieldSet& unknown = reflection.GetUnknownFields(message);
    for (int i = 0; i < unknown.field_count(); ++i) {
      by_number[unknown.field(i).number()] += Unknown(unknown.field(i));
    }
    std::string all;
    for (const auto& [number, bytes] : by_number) {
      if (!is_record || (number != 1 && (number < 24 || number > 31))) all += bytes;
    }
    return all;
  }
};

TEST(CanonicalBytesTest, RandomRecordsAgreeWithThePlainDefinition) {
  RandomRecords records(20260803);
  int sorted = 0;
  for (int i = 0; i < 4000; ++i) {
    records.set_unknown_fields(i % 2 == 1);
    const v1::Record record = records.Next();
    const std::string bytes = Canonical(record);
    ASSERT_EQ(bytes, PlainCanonical::Of(record)) << record.DebugString();
    ASSERT_EQ(HexDigest(record), Hash(bytes));
    // Canonical bytes are a record, and their own canonical bytes.
    v1::Record read;
    ASSERT_TRUE(ParseRecord(bytes, &read).ok());
    ASSERT_EQ(Canonical(read), bytes);
    // The wire says the same in any order of fields.
    v1::Record reread;
    ASSERT_TRUE(ParseRecord(record.SerializeAsString(), &reread).ok());
    ASSERT_EQ(Canonical(reread), bytes);
    sorted += read.SerializeAsString() != bytes;
  }
  EXPECT_GT(sorted, 500) << "the slow way was hardly taken";
}

TEST(CanonicalBytesTest, ThreadsAgree) {
  RandomRecords records(6);
  std::vector<v1::Record> all;
  std::vector<std::string> expected;
  for (int i = 0; i < 200; ++i) {
    all.push_back(records.Next());
    expected.push_back(HexDigest(all.back()));
  }
  std::vector<std::thread> threads;
  std::vector<std::vector<std::string>> results(4);
  for (std::vector<std::string>& result : results) {
    threads.emplace_back([&all, &result] {
      for (const v1::Record& record : all) result.push_back(HexDigest(record));
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const std::vector<std::string>& result : results) EXPECT_EQ(result, expected);
}

}  // namespace
}  // namespace puente
