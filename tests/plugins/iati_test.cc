// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Tests of the iati plugin: what it writes does not depend on the form in which records come.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/wire_schema.h"
#include "google/protobuf/stubs/logging.h"
#include "tests/core/hostile_records.h"
#include "tests/core/random_record.h"
#include "tests/plugins/fake_host.h"

extern "C" PuenteStatus puente_plugin_v1(const PuenteHost* host, PuentePlugin* plugin);

namespace puente::iati {
namespace {

using ::google::protobuf::Descriptor;
using ::google::protobuf::FieldDescriptor;
using ::puente::testing::FakePlugin;
using ::puente::testing::FakeWriting;

FakeWriting Write(const std::vector<v1::Record>& records, bool as_bytes) {
  return FakePlugin(puente_plugin_v1, "iati").Write(records, {}, as_bytes, /*skip_errors=*/true);
}

void ExpectSame(const FakeWriting& a, const FakeWriting& b) {
  EXPECT_EQ(a.bytes, b.bytes);
  EXPECT_EQ(a.run.kept, b.run.kept);
  EXPECT_EQ(a.run.lost, b.run.lost);
  EXPECT_EQ(a.run.derived, b.run.derived);
  EXPECT_TRUE(a.run.findings == b.run.findings);
}

std::vector<v1::Record> WithHeader(std::string_view root, std::string_view model) {
  std::vector<v1::Record> records(1);
  v1::DatasetHeader* header = records[0].mutable_dataset_header();
  header->set_format("iati");
  header->set_root(std::string(root));
  header->set_model(std::string(model));
  return records;
}

TEST(IatiWriterTest, WritesBytesAsItWritesMessages) {
  RandomRecords random(21);
  size_t written = 0;
  for (int round = 0; round < 300; ++round) {
    random.set_unknown_fields(round % 3 == 0);
    std::vector<v1::Record> records = WithHeader(
        round % 4 < 3 ? "iati-activities" : "iati-organisations", round % 2 == 0 ? "2" : "1");
    for (int i = 0; i < 4; ++i) records.push_back(random.Next());
    const FakeWriting as_messages = Write(records, false);
    ExpectSame(Write(records, true), as_messages);
    written += as_messages.bytes.size();
  }
  EXPECT_GT(written, 100000u);
}

TEST(IatiWriterTest, WritesHostileBytesAsItWritesMessages) {
  google::protobuf::LogSilencer silence;  // protobuf would report each text that is not UTF-8
  text::HostileRecords hostile(22);
  for (int round = 0; round < 300; ++round) {
    std::vector<v1::Record> records = WithHeader("iati-activities", "2");
    v1::Record& record = records.emplace_back();
    hostile.Fill(&record);
    const FakeWriting as_messages = Write(records, false);
    const FakeWriting as_bytes = Write(records, true);
    // Bytes with a text that is not UTF-8 are no record.
    if (as_bytes.status == as_messages.status) ExpectSame(as_bytes, as_messages);
  }
}

/// Serialized bytes with the fields of each message in another order, as other programs may write
/// them: default values too, and messages in two parts.
class Shuffler {
 public:
  explicit Shuffler(uint64_t seed) : random_(seed) {}

  std::string Shuffle(std::string_view bytes, const Descriptor& type) {
    std::vector<std::pair<uint32_t, std::string>> fields;
    const uint8_t* const end = internal::BytesOf(bytes) + bytes.size();
    internal::WireValue value;
    for (const uint8_t* at = internal::BytesOf(bytes); at != end; at = value.end) {
      EXPECT_TRUE(internal::ReadField(at, end, &value));
      const FieldDescriptor* field = type.FindFieldByNumber(static_cast<int>(value.number));
      const std::string_view whole(reinterpret_cast<const char*>(at),
                                   static_cast<size_t>(value.end - at));
      const std::string_view inner(reinterpret_cast<const char*>(value.begin),
                                   static_cast<size_t>(value.end - value.begin));
      if (field == nullptr || field->message_type() == nullptr) {
        fields.emplace_back(value.number, whole);
        continue;
      }
      if (!field->is_repeated() && random_() % 4 == 0) {
        fields.emplace_back(value.number, Delimited(value.number, ""));
      }
      fields.emplace_back(value.number,
                          Delimited(value.number, Shuffle(inner, *field->message_type())));
    }
    AddDefaults(type, &fields);
    // The values of one field stay in their order.
    std::map<uint32_t, std::vector<std::string>> by_number;
    std::vector<uint32_t> order;
    for (auto& [number, field] : fields) {
      order.push_back(number);
      by_number[number].push_back(std::move(field));
    }
    std::shuffle(order.begin(), order.end(), random_);
    std::map<uint32_t, size_t> next;
    std::string shuffled;
    for (const uint32_t number : order) shuffled += by_number[number][next[number]++];
    return shuffled;
  }

 private:
  static std::string Varint(uint64_t number) {
    std::string bytes;
    for (; number >= 0x80; number >>= 7) bytes += static_cast<char>(number | 0x80);
    return bytes + static_cast<char>(number);
  }
  static std::string Delimited(uint32_t number, std::string_view inner) {
    return Varint(number << 3 | 2) + Varint(inner.size()) + std::string(inner);
  }
  void AddDefaults(const Descriptor& type, std::vector<std::pair<uint32_t, std::string>>* fields) {
    for (int i = 0; i < type.field_count(); ++i) {
      const FieldDescriptor& field = *type.field(i);
      const auto number = static_cast<uint32_t>(field.number());
      const bool is_set = std::any_of(fields->begin(), fields->end(),
                                      [&](const auto& set) { return set.first == number; });
      if (is_set || field.has_presence() || field.is_repeated() || random_() % 4 != 0) continue;
      const bool is_text = field.cpp_type() == FieldDescriptor::CPPTYPE_STRING;
      fields->emplace_back(number, is_text ? Delimited(number, "") : Varint(number << 3) + '\0');
    }
  }

  std::mt19937_64 random_;
};

TEST(IatiWriterTest, TakesFieldsInAnyOrder) {
  RandomRecords random(23);
  Shuffler shuffler(24);
  size_t changed = 0;
  for (int round = 0; round < 200; ++round) {
    const v1::Record record = random.Next();
    if (!record.has_activity()) continue;
    const std::string bytes = record.SerializeAsString();
    const std::string shuffled = shuffler.Shuffle(bytes, *v1::Record::descriptor());
    v1::Record again;
    ASSERT_TRUE(ParseRecord(shuffled, &again).ok());
    ASSERT_EQ(again.SerializeAsString(), bytes);
    changed += shuffled != bytes ? 1 : 0;

    FakePlugin plugin(puente_plugin_v1, "iati");
    const FakeWriting expected = plugin.Write({record});
    const FakeWriting writing = plugin.WriteBytes({{record, shuffled}});
    EXPECT_EQ(writing.status, expected.status);
    ExpectSame(writing, expected);
  }
  EXPECT_GT(changed, 20u);
}

TEST(IatiWriterTest, AFileHasARootWhenItsOnlyRecordIsRefused) {
  v1::Record header;
  header.mutable_dataset_header()->set_format("iati");
  header.mutable_dataset_header()->set_root("iati-activity");
  v1::Record plan;
  plan.mutable_plan()->set_code("P");
  const FakeWriting writing = Write({header, plan}, false);
  EXPECT_EQ(writing.status, PUENTE_OK);
  EXPECT_EQ(writing.bytes,
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<iati-activities version=\"2.03\"/>\n");
}

TEST(IatiWriterTest, RefusesBytesThatAreNoRecord) {
  google::protobuf::LogSilencer silence;
  v1::Record record;
  record.mutable_activity()->set_iati_identifier("XM-1");
  record.mutable_activity()->mutable_title()->add_narratives()->set_text("abc");
  const std::string good = record.SerializeAsString();
  FakePlugin plugin(puente_plugin_v1, "iati");
  EXPECT_EQ(plugin.WriteBytes({{record, good}}).status, PUENTE_OK);
  std::string bad = good;
  bad[bad.find("abc")] = '\xFF';
  EXPECT_EQ(plugin.WriteBytes({{record, bad}}).status, PUENTE_INVALID_ARGUMENT);
  bad = good;
  bad[bad.find("abc") - 1] = 4;  // longer than what is around it
  EXPECT_EQ(plugin.WriteBytes({{record, bad}}).status, PUENTE_INVALID_ARGUMENT);
  EXPECT_EQ(plugin.WriteBytes({{record, good.substr(0, good.size() - 1)}}).status,
            PUENTE_INVALID_ARGUMENT);
}

}  // namespace
}  // namespace puente::iati
