// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Tests of the jsonl plugin: nothing is lost, and a bad line costs that line.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/leaves.h"
#include "plugins/jsonl/line_text.h"
#include "tests/core/random_record.h"
#include "tests/plugins/fake_host.h"

extern "C" PuenteStatus puente_plugin_v1(const PuenteHost* host, PuentePlugin* plugin);

namespace puente::jsonl {
namespace {

using ::puente::testing::FakePlugin;
using ::puente::testing::FakeReading;
using ::puente::testing::FakeWriting;

constexpr std::string_view kLine1 = R"({"activity":{"iati_identifier":"XX-1"}})";
constexpr std::string_view kLine2 = R"({"activity":{"iati_identifier":"XX-2"}})";
constexpr std::string_view kLine3 = R"({"activity":{"iati_identifier":"XX-3"}})";

FakePlugin Plugin(bool force_bytes = false) {
  return FakePlugin(puente_plugin_v1, "jsonl", force_bytes);
}

std::vector<v1::Record> RandomList(uint64_t seed, size_t size, bool unknown_fields) {
  RandomRecords random(seed);
  random.set_unknown_fields(unknown_fields);
  std::vector<v1::Record> records;
  for (size_t i = 0; i < size; ++i) records.push_back(random.Next());
  return records;
}

std::string Joined(const std::vector<std::string_view>& lines, std::string_view end = "\n") {
  std::string out;
  for (const std::string_view line : lines) out.append(line).append(end);
  return out;
}

std::string WriteAll(const std::vector<v1::Record>& records) {
  const FakeWriting writing = Plugin().Write(records);
  EXPECT_EQ(writing.status, PUENTE_OK) << writing.run.error.message;
  return writing.bytes;
}

std::vector<std::string> Ids(const FakeReading& reading) {
  std::vector<std::string> ids;
  for (const testing::FakeRecord& record : reading.records) ids.push_back(record.id);
  return ids;
}

void ExpectSame(const FakeReading& reading, const std::vector<v1::Record>& records) {
  ASSERT_EQ(reading.status, PUENTE_END) << reading.run.error.message;
  for (const testing::FakeFinding& finding : reading.run.findings) {
    ADD_FAILURE() << finding.message;
  }
  ASSERT_EQ(reading.records.size(), records.size());
  for (size_t i = 0; i < records.size(); ++i) {
    EXPECT_EQ(reading.records[i].record.SerializeAsString(), records[i].SerializeAsString()) << i;
    EXPECT_EQ(reading.records[i].kind, static_cast<uint32_t>(records[i].content_case()));
  }
}

void ExpectError(const FakeReading& reading, std::string_view code, std::string_view part) {
  EXPECT_EQ(reading.status,
            code == "PUE-0203" ? PUENTE_RESOURCE_EXHAUSTED : PUENTE_INVALID_ARGUMENT);
  EXPECT_EQ(reading.run.error.code, code) << reading.run.error.message;
  EXPECT_NE(reading.run.error.message.find(part), std::string::npos) << reading.run.error.message;
}

/// Reading in pieces must tell what reading in one go tells.
void ExpectPiecesEqualWhole(std::string_view bytes, uint64_t piece_bytes) {
  FakePlugin plugin = Plugin();
  const FakeReading whole = plugin.Read(bytes);
  plugin.limits["piece_bytes"] = piece_bytes;
  const FakeReading pieces = plugin.ReadPieces(bytes);
  EXPECT_EQ(pieces.status, whole.status) << pieces.run.error.message;
  EXPECT_EQ(pieces.run.error.code, whole.run.error.code);
  EXPECT_EQ(pieces.run.error.message, whole.run.error.message);
  EXPECT_EQ(pieces.run.error.line, whole.run.error.line);
  EXPECT_EQ(pieces.run.findings, whole.run.findings);
  EXPECT_EQ(pieces.run.read, whole.run.read);
  EXPECT_EQ(pieces.run.rejected, whole.run.rejected);
  EXPECT_EQ(pieces.leaves, whole.leaves);
  ASSERT_EQ(pieces.records.size(), whole.records.size());
  for (size_t i = 0; i < whole.records.size(); ++i) {
    EXPECT_EQ(pieces.records[i].record.SerializeAsString(),
              whole.records[i].record.SerializeAsString());
    EXPECT_EQ(pieces.records[i].offset, whole.records[i].offset);
    EXPECT_EQ(pieces.records[i].line, whole.records[i].line);
    EXPECT_EQ(pieces.records[i].length, whole.records[i].length);
  }
}

TEST(JsonlTest, RandomRecordsComeBack) {
  for (uint64_t seed = 1; seed <= 4; ++seed) {
    const std::vector<v1::Record> records = RandomList(seed, 100, seed % 2 == 0);
    for (const bool as_bytes : {false, true}) {
      const FakePlugin plugin = Plugin(as_bytes);
      const FakeWriting writing = plugin.Write(records, {}, as_bytes);
      ASSERT_EQ(writing.status, PUENTE_OK) << writing.run.error.message;
      EXPECT_EQ(std::count(writing.bytes.begin(), writing.bytes.end(), '\n'),
                static_cast<int64_t>(records.size()));
      const FakeReading reading = plugin.Read(writing.bytes);
      ExpectSame(reading, records);
      EXPECT_EQ(reading.leaves, writing.run.KeptByOutPath());
      EXPECT_TRUE(writing.run.lost.empty());
      EXPECT_TRUE(writing.run.derived.empty());
    }
  }
}

TEST(JsonlTest, TheBytesAreTheSameEachTime) {
  const std::vector<v1::Record> records = RandomList(6, 50, true);
  const std::string bytes = WriteAll(records);
  EXPECT_EQ(Plugin().Write(records, {}, true).bytes, bytes);
  std::vector<v1::Record> again;
  for (const testing::FakeRecord& record : Plugin().Read(bytes).records) {
    again.push_back(record.record);
  }
  EXPECT_EQ(WriteAll(again), bytes);
}

TEST(JsonlTest, TextsWithEverythingInThem) {
  v1::Record record;
  std::string text =
      "quote \" backslash \\ slash / \xC3\xA9 \xE2\x80\xA8 \xF0\x9F\x8C\x8D \x7F end";
  for (char c = 0; c < 0x20; ++c) text.push_back(c);
  record.mutable_activity()->set_iati_identifier(text);
  record.mutable_activity()->mutable_title()->add_narratives()->set_text("\n\r\n");
  const std::string bytes = WriteAll({record, record});
  EXPECT_EQ(std::count(bytes.begin(), bytes.end(), '\n'), 2);
  ExpectSame(Plugin().Read(bytes), {record, record});
  ExpectPiecesEqualWhole(bytes, 1);
}

TEST(JsonlTest, IdentityAndProvenance) {
  v1::Record activity;
  activity.mutable_identity()->set_id("XX-1");
  activity.mutable_identity()->set_dataset("old");
  activity.mutable_identity()->set_ordinal(3);
  activity.mutable_activity()->set_iati_identifier(" XX-1\n");
  activity.mutable_provenance()->set_source("old.xml");
  activity.mutable_provenance()->set_line(77);
  v1::Record organisation;
  organisation.mutable_identity()->set_id("XX");
  organisation.mutable_organisation()->set_organisation_identifier("XX");
  v1::Record row;
  row.mutable_identity()->set_id("\tR 1 ");
  row.mutable_row()->add_cells()->set_text("a");
  const std::vector<v1::Record> records = {activity, organisation, row};

  const FakeReading kept = Plugin().Read(WriteAll(records));
  ExpectSame(kept, records);
  EXPECT_EQ(Ids(kept), (std::vector<std::string>{"XX-1", "XX", "R 1"}));

  const FakeWriting writing = Plugin().Write(records, {{"provenance", "false"}});
  EXPECT_EQ(writing.bytes.find("identity"), std::string::npos);
  EXPECT_EQ(writing.bytes.find("provenance"), std::string::npos);
  const FakeReading bare = Plugin().Read(writing.bytes);
  std::vector<v1::Record> expected = records;
  for (v1::Record& record : expected) {
    record.clear_identity();
    record.clear_provenance();
  }
  ExpectSame(bare, expected);
  EXPECT_EQ(Ids(bare), (std::vector<std::string>{"XX-1", "XX", ""}));
  EXPECT_EQ(bare.leaves, kept.leaves);
  EXPECT_EQ(bare.leaves, writing.run.KeptByOutPath());
}

TEST(JsonlTest, FilesWithoutRecords) {
  EXPECT_EQ(WriteAll({}), "");
  for (const std::string_view bytes : {"", "\n", "\xEF\xBB\xBF", "\xEF\xBB\xBF\r\n \t\r\n", " "}) {
    ExpectSame(Plugin().Read(bytes), {});
    ExpectPiecesEqualWhole(bytes, 1);
  }
}

TEST(JsonlTest, LineEndsBlankLinesAndMarks) {
  const std::vector<std::string_view> lines = {kLine1, kLine2, kLine3};
  const std::string plain = Joined(lines);
  const std::vector<std::string> files = {
      plain,
      plain.substr(0, plain.size() - 1),
      Joined(lines, "\r\n"),
      Joined(lines, "\n\n \t\n\r\n"),
      "\xEF\xBB\xBF" + plain,
      "\n\n" + plain,
      "\xEF\xBB\xBF\r\n\r\n" + Joined(lines, "  \r\n"),
  };
  const FakeReading expected = Plugin().Read(plain);
  EXPECT_EQ(Ids(expected), (std::vector<std::string>{"XX-1", "XX-2", "XX-3"}));
  for (const std::string& file : files) {
    const FakeReading reading = Plugin().Read(file);
    EXPECT_EQ(reading.status, PUENTE_END) << reading.run.error.message;
    EXPECT_TRUE(reading.run.findings.empty());
    EXPECT_EQ(Ids(reading), Ids(expected));
    EXPECT_EQ(reading.leaves, expected.leaves);
    for (const testing::FakeRecord& record : reading.records) {
      EXPECT_EQ(file.substr(record.offset, 10), kLine1.substr(0, 10));
      EXPECT_EQ(std::count(file.begin(), file.begin() + static_cast<int64_t>(record.offset), '\n'),
                static_cast<int64_t>(record.line) - 1);
    }
    for (const size_t portion : {1, 3, 50}) {
      EXPECT_EQ(Ids(Plugin().Read(file, {}, portion)), Ids(expected));
    }
    for (const uint64_t piece_bytes : {1, 39, 40, 41, 100}) {
      ExpectPiecesEqualWhole(file, piece_bytes);
    }
  }
}

TEST(JsonlTest, ABadLineCostsThatLine) {
  const std::vector<std::string_view> bad = {
      "nonsense",
      R"({"activity":{"iati_identifier":"XX-9"})",
      R"({"activity":{"iati_identifier":"XX-9"}}})",
      R"({"activity":{"no_such_field":1}})",
      R"({"data":[1,2],"status":"ok"})",
      R"({"activity":{"iati_identifier":"a","iati_identifier":"b"}})",
      R"({"activity":{},"row":{}})",
      R"({"activity":null})",
      R"({"activity":{"iati_identifier":5}})",
      R"({"identity":{"id":"XX-9"}})",
      "{}",
      "[]",
      "\"text\"",
      "{\"activity\":{\"iati_identifier\":\"\xFF\"}}",
      std::string_view("{\"activity\":{\"iati_identifier\":\"\0\"}}", 36),
  };
  for (const std::string_view line : bad) {
    const std::string file = Joined({kLine1, "", line, kLine2, line, kLine3});
    const FakeReading reading = Plugin().Read(file);
    EXPECT_EQ(reading.status, PUENTE_END) << line << ": " << reading.run.error.message;
    EXPECT_EQ(Ids(reading), (std::vector<std::string>{"XX-1", "XX-2", "XX-3"}));
    ASSERT_EQ(reading.run.findings.size(), 2u) << line;
    const testing::FakeFinding& finding = reading.run.findings[0];
    EXPECT_EQ(finding.code, "PUE-0310");
    EXPECT_EQ(finding.severity, PUENTE_ERROR);
    EXPECT_EQ(finding.line, 3u);
    EXPECT_EQ(finding.offset, kLine1.size() + 2);
    EXPECT_EQ(finding.text, line);
    EXPECT_TRUE(finding.message.starts_with("line 3 is left out: ")) << finding.message;
    EXPECT_EQ(reading.run.findings[1].line, 5u);
    EXPECT_EQ(reading.run.read, (testing::PathCounts{{"line", 2}}));
    EXPECT_EQ(reading.run.rejected, (testing::PathCounts{{"line", 2}}));
    ExpectPiecesEqualWhole(file, 1);
    ExpectPiecesEqualWhole(file, 60);
  }
}

TEST(JsonlTest, TheFirstLineTellsWhatTheFileIs) {
  for (const std::string_view file :
       {"<?xml version=\"1.0\"?>\n<iati-activities/>\n", "id,title\n1,a\n",
        "{\n  \"activity\": {}\n}\n", "[\n{\"activity\":{}}\n]\n", "[{\"activity\":{}}]\n",
        "nonsense\nnonsense\n", "\"text\"\n", "5\n", "null", "\n\n\nnonsense\n",
        "{\"activity\":{}}x\n", "\x1F\x8B\x08\n"}) {
    const FakeReading reading = Plugin().Read(file);
    ExpectError(reading, "PUE-0301", "not JSON Lines");
    EXPECT_NE(reading.run.error.line, 0u);
    EXPECT_TRUE(reading.records.empty());
    EXPECT_TRUE(reading.run.findings.empty());
    ExpectPiecesEqualWhole(file, 1);
  }
  ExpectError(Plugin().Read("{\n  \"activity\": {}\n}\n"), "PUE-0301", "one document");
  ExpectError(Plugin().Read(std::string_view("\xFF\xFE{\0\"\0", 6)), "PUE-0204", "UTF-16");
  ExpectError(Plugin().Read("[{\"activity\":{}}]\n"), "PUE-0301", "a list in JSON");
  ExpectError(Plugin().Read("{'activity':{}}\n"), "PUE-0301", "line 1 is no object");
  ExpectError(Plugin().Read("{\"activity\":{}},\n"), "PUE-0301", "line 1 is no object");
  // Whole JSON of another kind is for the rule of bad lines.
  const FakeReading foreign = Plugin().Read("{\"data\":{},\"status\":\"ok\"}");
  EXPECT_EQ(foreign.status, PUENTE_END);
  EXPECT_EQ(foreign.run.findings.size(), 1u);
  // And so are objects with a fault inside, wherever they stand.
  const std::string file = Joined({"{\"activity\":{\"iati_identifier\":\"\xFF\"}}", kLine2});
  EXPECT_EQ(Ids(Plugin().Read(file)), (std::vector<std::string>{"XX-2"}));
  ExpectPiecesEqualWhole(file, 1);
}

TEST(JsonlTest, EveryTruncationInsideALineIsFound) {
  const std::string file = Joined({kLine1, kLine2, kLine3});
  for (size_t size = 0; size < file.size(); ++size) {
    const std::string cut = file.substr(0, size);
    const FakeReading reading = Plugin().Read(cut);
    const size_t line = 1 + static_cast<size_t>(std::count(cut.begin(), cut.end(), '\n'));
    if (cut.empty() || cut.back() == '\n' || size % 40 == 39) {
      EXPECT_EQ(reading.status, PUENTE_END) << cut;
      EXPECT_EQ(reading.records.size(), (size + 1) / 40);
    } else {
      ExpectError(reading, "PUE-0301", "the file ended inside line " + std::to_string(line));
      EXPECT_EQ(reading.run.error.line, line);
      EXPECT_EQ(reading.records.size(), line - 1);
    }
    EXPECT_TRUE(reading.run.findings.empty());
    ExpectPiecesEqualWhole(cut, 1);
  }
}

TEST(JsonlTest, ChangedBytesNeverMixPiecesUp) {
  const std::string file = WriteAll(RandomList(7, 12, true));
  RandomRecords random(8);
  for (int i = 0; i < 200; ++i) {
    std::string damaged = file;
    for (uint64_t n = 1 + random.Below(3); n > 0; --n) {
      constexpr std::string_view kTricky = "\n\r\"\\{}[],: \xEF\xFF";
      damaged[random.Below(file.size())] = kTricky[random.Below(kTricky.size())];
    }
    ExpectPiecesEqualWhole(damaged, 1 + random.Below(5000));
  }
}

TEST(JsonlTest, PiecesAreTheWhole) {
  const std::vector<v1::Record> records = RandomList(9, 300, false);
  const std::string file = WriteAll(records);
  for (const uint64_t piece_bytes : {1, 1000, 65536, 262144, 300000, 100000000}) {
    ExpectPiecesEqualWhole(file, piece_bytes);
  }
  FakePlugin plugin = Plugin();
  plugin.limits["piece_bytes"] = 1;
  EXPECT_EQ(plugin.ReadPieces(file).pieces, records.size());
  plugin.limits["piece_bytes"] = file.size();
  EXPECT_EQ(plugin.ReadPieces(file).pieces, 1u);
}

TEST(JsonlTest, LongLinesMeetTheLimit) {
  v1::Record large;
  large.mutable_activity()->set_iati_identifier(std::string(3000, 'x'));
  v1::Record small;
  small.mutable_activity()->set_iati_identifier("XX-1");
  const std::string file = WriteAll({small, large, small});
  const uint64_t line_bytes = file.size() - 2 * (kLine1.size() + 1) - 1;
  FakePlugin plugin = Plugin();
  plugin.limits["line_bytes"] = line_bytes;
  EXPECT_EQ(plugin.Read(file).records.size(), 3u);
  plugin.limits["line_bytes"] = line_bytes - 1;
  const FakeReading reading = plugin.Read(file);
  ExpectError(reading, "PUE-0203", "line 2 has more bytes than the limit line_bytes");
  EXPECT_EQ(reading.run.error.line, 2u);
  EXPECT_EQ(reading.records.size(), 1u);
  ExpectError(plugin.Read(file, {}, 10), "PUE-0203", "line 2");
  plugin.limits["piece_bytes"] = 1;
  ExpectError(plugin.ReadPieces(file), "PUE-0203", "line 2");
  // The writer refuses what readers would; the file stays whole.
  const FakeWriting writing = plugin.Write({small, large, v1::Record(), small}, {}, false, true);
  EXPECT_EQ(writing.status, PUENTE_RESOURCE_EXHAUSTED);
  EXPECT_EQ(writing.run.error.code, "PUE-0506");
  EXPECT_EQ(writing.bytes, Joined({kLine1, kLine1}));
}

TEST(JsonlTest, LongLinesBetweenShortOnes) {
  std::vector<v1::Record> records(8);
  for (size_t i = 0; i < records.size(); ++i) {
    const size_t size = i % 2 == 0 ? 10 : (size_t{1} << 20) * i;
    records[i].mutable_activity()->set_iati_identifier(
        std::string(size, static_cast<char>('a' + i)));
  }
  const std::string file = WriteAll(records);
  ExpectSame(Plugin().Read(file), records);
  ExpectSame(Plugin().Read(file, {}, 60000), records);
  ExpectPiecesEqualWhole(file, 1000000);
}

TEST(JsonlTest, StopsWhenCancelled) {
  const std::string file(kLine1);
  const FakePlugin plugin = Plugin();
  testing::FakeRun run;
  run.cancelled = true;
  const testing::FakeSource source(file);
  void* reader = nullptr;
  ASSERT_EQ(plugin.table().reader_open(run.handle(), testing::ToContract("jsonl"), source.get(),
                                       nullptr, 0, &reader),
            PUENTE_OK);
  PuenteBatch* batch = nullptr;
  EXPECT_EQ(plugin.table().reader_next(reader, &batch), PUENTE_CANCELLED);
  plugin.table().reader_close(reader);
}

TEST(JsonlTest, KnowsItsOwn) {
  const auto confidence = [](std::string_view head) {
    const PuenteProbe probe = Plugin().Identify("file.json", head);
    EXPECT_EQ(testing::ToString(probe.format), "jsonl");
    return probe.confidence;
  };
  EXPECT_EQ(confidence(kLine1), 85u);
  EXPECT_EQ(confidence("\xEF\xBB\xBF\r\n { \"row\" : {\"cells\":[\"}\",null]} , \"identity\":{} }"),
            85u);
  EXPECT_EQ(confidence(kLine1.substr(0, 20)), 80u);
  EXPECT_EQ(confidence(R"({"provenance":{},"lexical":[],"place":{}})"), 85u);
  EXPECT_EQ(confidence(R"({"provenance":{"source":"a)"), 60u);
  EXPECT_EQ(confidence(R"({"@unknown":"AAAA","plan":{}})"), 85u);
  const std::vector<v1::Record> records = RandomList(11, 50, true);
  for (const v1::Record& record : records) {
    const std::string line = WriteAll({record});
    EXPECT_EQ(confidence(line.substr(0, 8192)), line.size() <= 8192 ? 85u : 80u) << line;
  }
  for (const std::string_view foreign :
       {R"({"data":{},"status":"ok"})", R"({"plan":5})", R"({"activity":[{}]})",
        R"({"plan":{"id":1},"totals":{}})", R"({"plans":[]})", R"({"identity":{}})", "{}", "[]",
        R"([{"activity":{}}])", "", "text", R"({"plan" {}})", R"({"row":{} 5})"}) {
    EXPECT_EQ(confidence(foreign), 0u) << foreign;
  }
}

TEST(JsonlTest, CutLines) {
  for (const std::string_view cut :
       {"{", "[", "{\"a", "{\"a\":\"}", "{\"a\":{}", "{\"a\":\"\\\"}", "[{}", " {"}) {
    EXPECT_TRUE(IsCut(cut)) << cut;
  }
  for (const std::string_view whole :
       {"", "  ", "{}", "[]", "{\"a\":\"{\"}", "x{", "5", "\"a", "{}}", "{\"\\\"\":1}"}) {
    EXPECT_FALSE(IsCut(whole)) << whole;
  }
}

}  // namespace
}  // namespace puente::jsonl
