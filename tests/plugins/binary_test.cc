// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Tests of the binary plugin: nothing is lost, and no damage goes unseen.
#include <gtest/gtest.h>

#include <cstdint>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/digest.h"
#include "core/base/leaves.h"
#include "plugins/binary/frame.h"
#include "tests/core/random_record.h"
#include "tests/plugins/fake_host.h"

extern "C" PuenteStatus puente_plugin_v1(const PuenteHost* host, PuentePlugin* plugin);

namespace puente::binary {
namespace {

using ::puente::testing::FakePlugin;
using ::puente::testing::FakeReading;
using ::puente::testing::FakeWriting;

FakePlugin Plugin(bool force_bytes = false) {
  return FakePlugin(puente_plugin_v1, "binary", force_bytes);
}

std::vector<v1::Record> RandomList(uint64_t seed, size_t size, bool unknown_fields) {
  RandomRecords random(seed);
  random.set_unknown_fields(unknown_fields);
  std::vector<v1::Record> records;
  for (size_t i = 0; i < size; ++i) records.push_back(random.Next());
  return records;
}

v1::Record SmallRecord(std::string_view id) {
  v1::Record record;
  record.mutable_identity()->set_id(std::string(id));
  record.mutable_activity()->set_iati_identifier(std::string(id));
  record.mutable_provenance()->set_source("example.xml");
  return record;
}

std::vector<v1::Record> SmallList() {
  return {SmallRecord("XX-1"), SmallRecord("XX-2"), SmallRecord("XX-3")};
}

std::string WriteAll(const std::vector<v1::Record>& records) {
  const FakeWriting writing = Plugin().Write(records);
  EXPECT_EQ(writing.status, PUENTE_OK) << writing.run.error.message;
  return writing.bytes;
}

/// A file of frames with these payloads and digests, and the end frame that belongs to them.
struct RawFrame {
  std::string payload;
  Digest digest{};
};
std::string RawFile(const std::vector<RawFrame>& frames) {
  std::string out;
  AppendFileHeader(&out);
  DatasetDigest dataset;
  for (const RawFrame& frame : frames) {
    FrameHeader header;
    header.length = static_cast<uint32_t>(frame.payload.size());
    header.digest = frame.digest;
    header.payload_crc = Crc32(frame.payload);
    char bytes[kFrameHeaderSize];
    EncodeFrameHeader(header, bytes);
    out.append(bytes, sizeof(bytes));
    out.append(frame.payload);
    dataset.Add(frame.digest);
  }
  AppendEndFrame({frames.size(), *dataset.Finish()}, &out);
  return out;
}

RawFrame Raw(const v1::Record& record) {
  return {record.SerializeAsString(), *RecordDigest(record)};
}

void ExpectSame(const FakeReading& reading, const std::vector<v1::Record>& records) {
  ASSERT_EQ(reading.status, PUENTE_END) << reading.run.error.message;
  EXPECT_TRUE(reading.run.findings.empty());
  ASSERT_EQ(reading.records.size(), records.size());
  for (size_t i = 0; i < records.size(); ++i) {
    EXPECT_EQ(reading.records[i].record.SerializeAsString(), records[i].SerializeAsString()) << i;
    EXPECT_EQ(reading.records[i].id, records[i].identity().id());
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
  EXPECT_EQ(pieces.run.findings, whole.run.findings);
  EXPECT_EQ(pieces.run.read, whole.run.read);
  EXPECT_EQ(pieces.run.rejected, whole.run.rejected);
  EXPECT_EQ(pieces.leaves, whole.leaves);
  ASSERT_EQ(pieces.records.size(), whole.records.size());
  for (size_t i = 0; i < whole.records.size(); ++i) {
    EXPECT_EQ(pieces.records[i].record.SerializeAsString(),
              whole.records[i].record.SerializeAsString());
    EXPECT_EQ(pieces.records[i].offset, whole.records[i].offset);
    EXPECT_EQ(pieces.records[i].length, whole.records[i].length);
  }
}

TEST(BinaryTest, RandomRecordsComeBack) {
  for (uint64_t seed = 1; seed <= 4; ++seed) {
    const std::vector<v1::Record> records = RandomList(seed, 100, seed % 2 == 0);
    for (const bool as_bytes : {false, true}) {
      const FakePlugin plugin = Plugin(as_bytes);
      const FakeWriting writing = plugin.Write(records, {}, as_bytes);
      ASSERT_EQ(writing.status, PUENTE_OK) << writing.run.error.message;
      const FakeReading reading = plugin.Read(writing.bytes);
      ExpectSame(reading, records);
      EXPECT_EQ(reading.leaves, writing.run.KeptByOutPath());
      EXPECT_EQ(reading.run.progress, writing.bytes.size());
      ExpectSame(plugin.Read(writing.bytes, {{"verify_digests", "false"}}), records);
    }
  }
}

TEST(BinaryTest, CountsTheLeavesOfWhatItWrote) {
  const std::vector<v1::Record> records = RandomList(5, 50, true);
  const FakeWriting writing = Plugin().Write(records);
  testing::PathCounts expected;
  std::vector<LeafCount> counts;
  for (const v1::Record& record : records) {
    CountLeaves(record, &counts);
    for (const LeafCount& leaf : counts) {
      expected[std::string(LeafPathName(leaf.path_id))] += leaf.count;
    }
  }
  EXPECT_EQ(writing.run.KeptByOutPath(), expected);
  for (const auto& [paths, count] : writing.run.kept) EXPECT_EQ(paths.first, paths.second);
  EXPECT_TRUE(writing.run.lost.empty());
  EXPECT_TRUE(writing.run.derived.empty());
}

TEST(BinaryTest, TheBytesAreTheSameEachTime) {
  const std::vector<v1::Record> records = RandomList(6, 50, true);
  const std::string bytes = WriteAll(records);
  EXPECT_EQ(Plugin().Write(records, {}, true).bytes, bytes);
  std::vector<v1::Record> again;
  for (const testing::FakeRecord& record : Plugin().Read(bytes).records) {
    again.push_back(record.record);
  }
  EXPECT_EQ(WriteAll(again), bytes);
}

TEST(BinaryTest, PositionsAreThoseOfTheFrames) {
  const std::string bytes = WriteAll(SmallList());
  const FakeReading reading = Plugin().Read(bytes);
  uint64_t next = kFileHeaderSize;
  for (const testing::FakeRecord& record : reading.records) {
    EXPECT_EQ(record.offset, next);
    EXPECT_EQ(record.line, 0u);
    EXPECT_EQ(bytes[record.offset], 'R');
    next += record.length;
  }
  EXPECT_EQ(bytes.size(), next + kFrameHeaderSize + kEndPayloadSize);
}

TEST(BinaryTest, ReadsAnyPortions) {
  const std::vector<v1::Record> records = RandomList(7, 20, false);
  const std::string bytes = WriteAll(records);
  for (const size_t portion : {1, 7, 45, 4096}) {
    ExpectSame(Plugin().Read(bytes, {}, portion), records);
  }
}

// The bytes that docs/spec/binary.md shows.
TEST(BinaryTest, TheExampleOfTheSpecification) {
  v1::Record record;
  record.mutable_activity()->set_iati_identifier("XX-1");
  const std::string bytes = WriteAll({record});
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string hex;
  for (const char c : bytes) {
    hex.push_back(kDigits[static_cast<unsigned char>(c) >> 4]);
    hex.push_back(kDigits[c & 15]);
  }
  EXPECT_EQ(hex,
            "895055454e54450d0a1a0a0001000000b5b10e33"
            "5208000000"
            "9478aafb78374b6f10bdaca05cf4b5ae5d2eb0ec0fdf6cbcc8d2ae94f569d4ec"
            "4f805317cff6b1dd"
            "2206420458582d31"
            "4508000000"
            "ac809fe2a691873fd07f0f5d2bd64c5e233e38fd88413ee5dee3a72f8305aeff"
            "f7df88a9c153f152"
            "0100000000000000");
}

TEST(BinaryTest, FilesWithoutRecords) {
  const std::string empty = WriteAll({});
  EXPECT_EQ(empty.size(), kFileHeaderSize + kFrameHeaderSize + kEndPayloadSize);
  ExpectSame(Plugin().Read(empty), {});
  ExpectPiecesEqualWhole(empty, 1);
  ExpectError(Plugin().Read(""), "PUE-0322", "the file is empty");
  ExpectPiecesEqualWhole("", 1);
  ExpectError(Plugin().Read(empty.substr(0, kFileHeaderSize)), "PUE-0322",
              "the file ends before its closing part, at byte 20");
}

TEST(BinaryTest, EveryTruncationIsFound) {
  const std::vector<v1::Record> records = SmallList();
  const std::string bytes = WriteAll(records);
  for (size_t size = 0; size < bytes.size(); ++size) {
    const FakeReading reading = Plugin().Read(bytes.substr(0, size));
    ExpectError(reading, "PUE-0322", size == 0 ? "empty" : "at byte " + std::to_string(size));
    EXPECT_LE(reading.records.size(), records.size());
    ExpectPiecesEqualWhole(bytes.substr(0, size), 100);
  }
}

TEST(BinaryTest, EveryChangedByteIsFound) {
  const std::vector<v1::Record> records = SmallList();
  const std::string bytes = WriteAll(records);
  // Each bit, and some of several.
  constexpr int kChanges[] = {1, 2, 4, 8, 16, 32, 64, 128, 3, 0x55, 0xF0, 0xFF};
  size_t errors = 0;
  size_t rejected = 0;
  for (size_t at = 0; at < bytes.size(); ++at) {
    for (const int change : kChanges) {
      std::string damaged = bytes;
      damaged[at] = static_cast<char>(damaged[at] ^ change);
      const FakeReading reading = Plugin().Read(damaged, {{"verify_digests", "false"}});
      if (reading.status != PUENTE_END) {
        ++errors;
        EXPECT_FALSE(reading.run.error.code.empty());
      } else {
        // One record is left out and named; the others are whole.
        ++rejected;
        ASSERT_EQ(reading.run.findings.size(), 1u) << "byte " << at;
        EXPECT_EQ(reading.run.findings[0].code, "PUE-0321");
        EXPECT_EQ(reading.run.read.at("record"), 1u);
        EXPECT_EQ(reading.run.rejected.at("record"), 1u);
        EXPECT_EQ(reading.records.size(), records.size() - 1);
      }
      for (const testing::FakeRecord& record : reading.records) {
        const auto number = static_cast<size_t>(record.id.back() - '1');
        ASSERT_LT(number, records.size());
        EXPECT_EQ(record.record.SerializeAsString(), records[number].SerializeAsString());
      }
    }
  }
  size_t payload = 0;
  for (const v1::Record& record : records) payload += record.ByteSizeLong();
  EXPECT_EQ(rejected, payload * std::size(kChanges));
  EXPECT_EQ(errors, (bytes.size() - payload) * std::size(kChanges));
}

TEST(BinaryTest, ADamagedRecordCostsThatRecord) {
  const std::vector<v1::Record> records = SmallList();
  std::vector<RawFrame> frames = {Raw(records[0]), Raw(records[1]), Raw(records[2])};
  frames[1].digest[31] ^= 1;  // the checksums are right
  const std::string bytes = RawFile(frames);
  const FakeReading reading = Plugin().Read(bytes);
  EXPECT_EQ(reading.status, PUENTE_END);
  ASSERT_EQ(reading.records.size(), 2u);
  EXPECT_EQ(reading.records[1].record.SerializeAsString(), records[2].SerializeAsString());
  EXPECT_EQ(reading.records[1].leaves.size(), 1u);
  ASSERT_EQ(reading.run.findings.size(), 1u);
  EXPECT_EQ(reading.run.findings[0].code, "PUE-0321");
  EXPECT_EQ(reading.run.findings[0].severity, PUENTE_ERROR);
  EXPECT_EQ(reading.run.findings[0].record_id, "XX-2");
  EXPECT_EQ(reading.run.findings[0].offset,
            kFileHeaderSize + kFrameHeaderSize + frames[0].payload.size());
  EXPECT_EQ(reading.run.read, (testing::PathCounts{{"record", 1}}));
  EXPECT_EQ(reading.run.rejected, (testing::PathCounts{{"record", 1}}));
  EXPECT_EQ(Plugin().Read(bytes, {{"verify_digests", "false"}}).records.size(), 3u);
  ExpectPiecesEqualWhole(bytes, 1);
}

TEST(BinaryTest, RecordsThatAreNone) {
  v1::Record no_content;
  no_content.mutable_identity()->set_id("XX-9");
  const std::string bytes = RawFile({{"\xff\xff", {}},
                                     Raw(SmallRecord("XX-1")),
                                     {"", {}},
                                     Raw(no_content),
                                     Raw(SmallRecord("XX-2"))});
  for (const char* verify : {"true", "false"}) {
    const FakeReading reading = Plugin().Read(bytes, {{"verify_digests", verify}});
    EXPECT_EQ(reading.status, PUENTE_END) << reading.run.error.message;
    ASSERT_EQ(reading.records.size(), 2u);
    EXPECT_EQ(reading.records[0].id, "XX-1");
    EXPECT_EQ(reading.records[1].id, "XX-2");
    ASSERT_EQ(reading.run.findings.size(), 3u);
    EXPECT_EQ(reading.run.findings[0].code, "PUE-0321");
    EXPECT_EQ(reading.run.findings[1].code, "PUE-0506");
    EXPECT_EQ(reading.run.findings[2].code, "PUE-0506");
    EXPECT_EQ(reading.run.findings[2].record_id, "XX-9");
    EXPECT_EQ(reading.run.rejected.at("record"), 3u);
  }
  ExpectPiecesEqualWhole(bytes, 1);
}

// Found by binary_reader_fuzz: what the contract asks of identifiers holds for hostile files too.
TEST(BinaryTest, IdentifiersAreCleanText) {
  const std::string not_utf8("\x0a\x03\x1a\x01\xff\x22\x00", 7);  // identity {id: FF} activity {}
  const std::string bytes = RawFile({Raw(SmallRecord(" XX-1\n")), {not_utf8, {}}});
  const FakeReading reading = Plugin().Read(bytes);
  EXPECT_EQ(reading.status, PUENTE_END) << reading.run.error.message;
  ASSERT_EQ(reading.records.size(), 1u);
  EXPECT_EQ(reading.records[0].id, "XX-1");
  EXPECT_EQ(reading.records[0].record.identity().id(), " XX-1\n");
  ASSERT_EQ(reading.run.findings.size(), 1u);
  EXPECT_EQ(reading.run.findings[0].code, "PUE-0321");
  EXPECT_EQ(reading.run.findings[0].record_id, "");
}

TEST(BinaryTest, FramesThatAreMovedAddedOrGone) {
  const std::string bytes = WriteAll(SmallList());
  const FakeReading good = Plugin().Read(bytes);
  const auto frame = [&](size_t i) {
    return bytes.substr(good.records[i].offset, good.records[i].length);
  };
  const std::string head = bytes.substr(0, kFileHeaderSize);
  const std::string tail = bytes.substr(good.records[2].offset + good.records[2].length);

  const std::string moved = head + frame(1) + frame(0) + frame(2) + tail;
  ExpectError(Plugin().Read(moved), "PUE-0321", "the digest of all records differs");
  const std::string gone = head + frame(0) + frame(2) + tail;
  ExpectError(Plugin().Read(gone), "PUE-0320", "tells of 3 records, but there are 2");
  const std::string twice = head + frame(0) + frame(1) + frame(1) + frame(2) + tail;
  ExpectError(Plugin().Read(twice), "PUE-0320", "tells of 3 records, but there are 4");
  const std::string longer = bytes + "\n";
  ExpectError(Plugin().Read(longer), "PUE-0320", "bytes behind the closing part");
  const std::string joined = bytes + bytes;
  ExpectError(Plugin().Read(joined), "PUE-0320", "bytes behind the closing part");
  for (const std::string& file : {moved, gone, twice, longer, joined}) {
    ExpectPiecesEqualWhole(file, 1);
  }
}

TEST(BinaryTest, PiecesAreTheWhole) {
  const std::vector<v1::Record> records = RandomList(8, 300, true);
  const std::string bytes = WriteAll(records);
  for (const uint64_t piece_bytes : {1, 1000, 65536, 100000000}) {
    ExpectPiecesEqualWhole(bytes, piece_bytes);
  }
  FakePlugin plugin = Plugin();
  plugin.limits["piece_bytes"] = 1;
  // A piece for the header and one for each record; the end frame goes with the last one.
  EXPECT_EQ(plugin.ReadPieces(bytes).pieces, records.size() + 2);
  plugin.limits["piece_bytes"] = bytes.size();
  EXPECT_EQ(plugin.ReadPieces(bytes).pieces, 1u);
  const std::string few = WriteAll(RandomList(10, 20, true));
  RandomRecords random(9);
  for (int i = 0; i < 100; ++i) {
    std::string damaged = few;
    damaged[random.Below(few.size())] ^= static_cast<char>(1 + random.Below(255));
    ExpectPiecesEqualWhole(damaged, 1 + random.Below(20000));
  }
}

TEST(BinaryTest, DamageAsTextIsNamed) {
  const std::string bytes = WriteAll(SmallList());
  const auto replaced = [&](std::string_view from, std::string_view to) {
    std::string text = bytes;
    size_t at = 0;
    while ((at = text.find(from, at)) != std::string::npos) {
      text.replace(at, from.size(), to);
      at += to.size();
    }
    return text;
  };
  ExpectError(Plugin().Read(replaced("\r\n", "\n")), "PUE-0320", "its line ends are not");
  ExpectError(Plugin().Read(replaced("\n", "\r\n")), "PUE-0320", "its line ends are not");
  ExpectError(Plugin().Read(replaced("\x89", "\x09")), "PUE-0320", "bytes above 127");
  ExpectError(Plugin().Read(replaced("\x89", "\xc2\x89")), "PUE-0320", "bytes above 127");
  ExpectError(Plugin().Read(replaced("\x89", "\xef\xbf\xbd")), "PUE-0320", "bytes above 127");
  ExpectError(Plugin().Read("<?xml version=\"1.0\"?><iati-activities/>"), "PUE-0320",
              "does not begin as a Puente binary file does");
  ExpectError(Plugin().Read("P"), "PUE-0320", "does not begin");
}

TEST(BinaryTest, LaterVersionsAreRefused) {
  const auto with = [](size_t at, char value) {
    std::string bytes = WriteAll({});
    bytes[at] = value;
    const uint32_t crc = Crc32(std::string_view(bytes).substr(0, 16));
    for (size_t i = 0; i < 4; ++i) bytes[16 + i] = static_cast<char>(crc >> (8 * i));
    return bytes;
  };
  ExpectError(Plugin().Read(with(12, 2)), "PUE-0320", "version 2 of the binary format");
  ExpectError(Plugin().Read(with(13, 1)), "PUE-0320", "features");
  ExpectError(Plugin().Read(with(15, 1)), "PUE-0320", "features");
  FrameHeader header;
  header.type = static_cast<FrameType>('Z');
  char bytes[kFrameHeaderSize];
  EncodeFrameHeader(header, bytes);
  const std::string file =
      WriteAll({}).substr(0, kFileHeaderSize) + std::string(bytes, sizeof(bytes));
  ExpectError(Plugin().Read(file), "PUE-0320", "a part of a kind");
}

TEST(BinaryTest, LargeRecordsMeetTheLimit) {
  v1::Record large = SmallRecord("XX-2");
  large.mutable_activity()->set_iati_identifier(std::string(5000, 'x'));
  const std::vector<v1::Record> records = {SmallRecord("XX-1"), large, SmallRecord("XX-3")};
  const std::string bytes = WriteAll(records);
  FakePlugin plugin = Plugin();
  plugin.limits["record_bytes"] = 1024;
  const FakeReading reading = plugin.Read(bytes);
  ExpectError(reading, "PUE-0203", "more than the limit record_bytes (1024)");
  EXPECT_EQ(reading.records.size(), 1u);
  ExpectError(plugin.ReadPieces(bytes), "PUE-0203", "record_bytes");
  // The writer refuses what readers would; the file stays whole.
  const FakeWriting writing =
      plugin.Write({records[0], large, v1::Record(), records[2]}, {}, false, true);
  EXPECT_EQ(writing.status, PUENTE_RESOURCE_EXHAUSTED);
  ExpectSame(plugin.Read(writing.bytes), {records[0], records[2]});
  plugin.limits["record_bytes"] = large.ByteSizeLong();
  ExpectSame(plugin.Read(bytes), records);
}

TEST(BinaryTest, ALengthThatLiesCostsNothing) {
  FrameHeader header;
  header.length = kMaxPayload;
  char bytes[kFrameHeaderSize];
  EncodeFrameHeader(header, bytes);
  const std::string file =
      WriteAll({}).substr(0, kFileHeaderSize) + std::string(bytes, sizeof(bytes)) + "payload";
  FakePlugin plugin = Plugin();
  plugin.limits["record_bytes"] = kMaxPayload;
  ExpectError(plugin.Read(file), "PUE-0322", "inside the record at byte 20");
  header.length = kMaxPayload + 1;
  EncodeFrameHeader(header, bytes);
  const std::string impossible =
      WriteAll({}).substr(0, kFileHeaderSize) + std::string(bytes, sizeof(bytes));
  ExpectError(plugin.Read(impossible), "PUE-0320", "impossible length");
}

TEST(BinaryTest, LargeRecordsBetweenSmallOnes) {
  std::vector<v1::Record> records;
  for (int i = 0; i < 6; ++i) {
    records.push_back(SmallRecord("XX-" + std::to_string(i)));
    records.push_back(SmallRecord("YY-" + std::to_string(i)));
    records.back().mutable_activity()->set_iati_identifier(
        std::string((size_t{1} << 20) * static_cast<size_t>(1 + i), static_cast<char>('a' + i)));
  }
  const std::string bytes = WriteAll(records);
  ExpectSame(Plugin().Read(bytes), records);
  ExpectSame(Plugin().Read(bytes, {}, 60000), records);
  ExpectPiecesEqualWhole(bytes, 1000000);
}

TEST(BinaryTest, StopsWhenCancelled) {
  const std::string bytes = WriteAll(SmallList());
  const FakePlugin plugin = Plugin();
  testing::FakeRun run;
  run.cancelled = true;
  const testing::FakeSource source(bytes);
  void* reader = nullptr;
  ASSERT_EQ(plugin.table().reader_open(run.handle(), testing::ToContract("binary"), source.get(),
                                       nullptr, 0, &reader),
            PUENTE_OK);
  PuenteBatch* batch = nullptr;
  EXPECT_EQ(plugin.table().reader_next(reader, &batch), PUENTE_CANCELLED);
  plugin.table().reader_close(reader);
}

}  // namespace
}  // namespace puente::binary
