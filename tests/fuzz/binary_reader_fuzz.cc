// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Fuzzes binary files: any bytes, files with right checksums, records there and back with damage.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/digest.h"
#include "core/base/schema.h"
#include "plugins/binary/frame.h"
#include "tests/fuzz/fuzz_check.h"
#include "tests/fuzz/made_record.h"
#include "tests/fuzz/plugin_checks.h"

extern "C" PuenteStatus puente_plugin_v1(const PuenteHost* host, PuentePlugin* plugin);

namespace puente::fuzz {
namespace {

using binary::FrameHeader;
using binary::FrameType;

void AppendFrame(FrameHeader header, std::string_view payload, std::string* out) {
  char bytes[binary::kFrameHeaderSize];
  binary::EncodeFrameHeader(header, bytes);
  out->append(bytes, sizeof(bytes));
  out->append(payload);
}

/// A file whose frames have the payloads that the input says. Checksums are right, for the most
/// part, so that what is behind them is reached.
std::string FramedFile(Decisions* decisions) {
  std::string file;
  binary::AppendFileHeader(&file);
  DatasetDigest dataset;
  uint64_t records = 0;
  while (!decisions->empty()) {
    const uint8_t way = decisions->Byte();
    FrameHeader header;
    std::string payload;
    if (way % 4 == 3) {
      payload = RecordMaker(decisions).Make().SerializeAsString();
    } else {
      payload = decisions->Bytes(decisions->Byte());
    }
    v1::Record record;
    if (way / 4 % 8 != 7 && ParseRecord(payload, &record).ok()) {
      if (const auto digest = RecordDigest(record); digest.ok()) header.digest = *digest;
    }
    header.length = static_cast<uint32_t>(payload.size());
    if (way / 32 == 6) header.length += decisions->Byte();
    header.payload_crc = binary::Crc32(payload);
    if (way / 32 == 7) header.type = static_cast<FrameType>(decisions->Byte());
    AppendFrame(header, payload, &file);
    dataset.Add(header.digest);
    ++records;
  }
  const auto digest = dataset.Finish();
  Check(digest.ok(), "a digest");
  binary::AppendEndFrame({records, *digest}, &file);
  return file;
}

/// Reads a file in one go and in another way, which must tell the same.
testing::FakeReading Read(const testing::FakePlugin& made, std::string_view file, uint8_t way) {
  testing::FakePlugin plugin = made;
  if (way % 8 == 7) plugin.limits = {{"record_bytes", 40}};
  testing::FakeHostTable(false);
  testing::OptionMap options;
  if (way / 8 % 4 == 3) options["verify_digests"] = "false";
  testing::FakeReading whole = plugin.Read(file, options);
  CheckReading(whole, file);
  testing::FakeHostTable(way % 2 == 1);
  if (way / 32 % 2 == 0) {
    CheckSameReading("in portions", whole, plugin.Read(file, options, size_t{1} + way / 64 * 40));
  } else {
    plugin.limits["piece_bytes"] = uint64_t{1} + way / 64 * uint64_t{50};
    CheckSameReading("in pieces", whole, plugin.ReadPieces(file, options));
  }
  return whole;
}

/// Writes records and reads them back; then changes one byte, which must not go unseen.
void ThereAndBack(const testing::FakePlugin& plugin, Decisions* decisions) {
  const uint8_t way = decisions->Byte();
  const size_t damage_at = decisions->Byte() * size_t{256} + decisions->Byte();
  const auto damage = static_cast<char>(decisions->Byte());
  const std::vector<v1::Record> records = {RecordMaker(decisions).Make()};
  const testing::FakeWriting writing = plugin.Write(records, {}, way % 2 == 1);
  Check(CheckWriting(records, writing) == 0, "nothing is lost");
  const testing::FakeReading again = Read(plugin, writing.bytes, way / 16 * 16);
  Check(again.status == PUENTE_END && again.run.findings.empty(), "what is written can be read",
        again.run.error.message);
  CheckSameContent("written, and read again", records, RecordsOf(again));
  CheckDeclaredIsVerified(writing, again);
  Check(records[0].SerializeAsString().size() == again.records[0].record.SerializeAsString().size(),
        "what the digest leaves out");

  std::string damaged = writing.bytes;
  if (damage == 0) return;
  damaged[damage_at % damaged.size()] ^= damage;
  const testing::FakeReading seen = plugin.Read(damaged);
  Check(seen.status != PUENTE_END || !seen.run.findings.empty(), "a changed byte is seen",
        std::to_string(damage_at % damaged.size()));
}

void Fuzz(const uint8_t* data, size_t size) {
  static const testing::FakePlugin& plugin = *[] {
    SilenceProtobuf();
    return new testing::FakePlugin(puente_plugin_v1, "binary");
  }();
  const PathsOfOneInput paths;
  Decisions decisions(data, size);
  switch (decisions.Below(3)) {
    case 0: {
      const uint8_t way = decisions.Byte();
      Read(plugin, decisions.Rest(), way);
      break;
    }
    case 1: {
      const uint8_t way = decisions.Byte();
      Read(plugin, FramedFile(&decisions), way);
      break;
    }
    default:
      ThereAndBack(plugin, &decisions);
      break;
  }
}

}  // namespace
}  // namespace puente::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  puente::fuzz::Fuzz(data, size);
  return 0;
}
