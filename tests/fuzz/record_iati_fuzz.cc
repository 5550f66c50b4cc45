// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Fuzzes any records to IATI and back: what does not come back was declared lost.

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "core/base/schema.h"
#include "tests/fuzz/fuzz_check.h"
#include "tests/fuzz/iati_target.h"
#include "tests/fuzz/made_record.h"
#include "tests/fuzz/plugin_checks.h"
#include "tests/fuzz/xml_judge.h"

namespace puente::fuzz {
namespace {

// The first writing of a made record: whether its account is checked to the leaf. Open until the
// writer refuses all that XML cannot hold by itself: an element that a refused text leaves empty is
// counted, second texts of IATI 1.0x are not, a refused comment leaves a line, and what cannot
// stand outside of the root ends the writing. What a reader gave is checked in full.
constexpr bool kCheckFirstAccount = false;

v1::Record Header(Decisions* decisions) {
  RecordMaker maker(decisions);
  maker.set_kind(v1::Record::kDatasetHeaderFieldNumber);
  v1::Record record;
  if (decisions->Chance(20)) record = maker.Make();
  v1::DatasetHeader* header = record.mutable_dataset_header();
  header->set_format("iati");
  header->set_root(std::string(kIatiRoots[decisions->Below(4)]));
  header->set_model(decisions->Below(2) == 0 ? "2" : "1");
  return record;
}

std::vector<v1::Record> MakeRecords(Decisions* decisions, bool sound) {
  std::vector<v1::Record> records;
  const uint8_t way = decisions->Byte();
  if (way % 4 == 1) records.push_back(Header(decisions));
  RecordMaker maker(decisions);
  maker.set_sound(sound);
  // Mostly the kinds that IATI holds.
  if (way % 8 < 7) {
    const bool organisation = !records.empty() && records[0].dataset_header().root().find(
                                                      "organisation") != std::string::npos;
    maker.set_kind(organisation ? v1::Record::kOrganisationFieldNumber
                                : v1::Record::kActivityFieldNumber);
  }
  records.push_back(maker.Make());
  return records;
}

/// What IATI makes of records: written, and read again.
struct Held {
  std::vector<v1::Record> records;
  uint64_t lost = 0;
};
Held ThereAndBack(const testing::FakePlugin& plugin, const std::vector<v1::Record>& records,
                  bool as_bytes, bool check_account) {
  Held held;
  const testing::FakeWriting writing = plugin.Write(records, {}, as_bytes);
  if (check_account) {
    held.lost = CheckWriting(records, writing);
  } else if (writing.status == PUENTE_INVALID_ARGUMENT) {
    return held;
  }
  Check(writing.status == PUENTE_OK, "writing", writing.run.error.message);
  const JudgedXml written = JudgeXml(writing.bytes);
  Check(written.error.empty() || MayHaveNewNames(writing.bytes), "what is written is well-formed",
        written.error + "\n" + writing.bytes);
  const testing::FakeReading again = plugin.Read(writing.bytes);
  CheckReading(again, writing.bytes);
  Check(again.status == PUENTE_END, "what is written can be read", again.run.error.message);
  if (check_account) CheckDeclaredIsVerified(writing, again);
  held.records = RecordsOf(again);
  return held;
}

/// Bytes of a record as no serializer makes them: two records merged, bytes changed. Where they are
/// a record all the same, writing them must do what writing the record does.
void WriteRawBytes(const testing::FakePlugin& plugin, Decisions* decisions) {
  const uint8_t way = decisions->Byte();
  RecordMaker maker(decisions);
  maker.set_kind(way % 2 == 0 ? v1::Record::kActivityFieldNumber
                              : v1::Record::kOrganisationFieldNumber);
  const size_t changes = way / 2 % 3;
  const std::string places = decisions->Bytes(changes * 3);
  std::string bytes = maker.Make().SerializeAsString();
  if (way / 8 % 2 == 1) bytes += maker.Make().SerializeAsString();
  for (size_t i = 0; i + 2 < places.size() && !bytes.empty(); i += 3) {
    const auto at = [&](size_t n) { return static_cast<unsigned char>(places[i + n]); };
    bytes[(at(0) * size_t{256} + at(1)) % bytes.size()] = places[i + 2];
  }
  v1::Record record;
  const bool is_record = ParseRecord(bytes, &record).ok() && RecordContent(record) != nullptr;
  if (!is_record) {
    record.Clear();
    record.mutable_activity();
  }
  const testing::FakeWriting raw = plugin.WriteBytes({record}, {bytes});
  if (!is_record) return;
  const testing::FakeWriting whole = plugin.Write({record});
  Check(raw.status == whole.status, "the status of bytes and of a record", raw.run.error.message);
  if (raw.status != PUENTE_OK) return;
  Check(raw.bytes == whole.bytes && raw.run.kept == whole.run.kept &&
            raw.run.lost == whole.run.lost && raw.run.findings == whole.run.findings,
        "bytes are written as their record is", whole.bytes + "\n" + raw.bytes);
}

void Fuzz(const uint8_t* data, size_t size) {
  Decisions decisions(data, size);
  const uint8_t way = decisions.Byte();
  const testing::FakePlugin plugin = IatiPlugin();
  const PathsOfOneInput paths;
  testing::FakeHostTable(way / 2 % 2 == 1);
  if (way / 8 % 4 == 3) {
    WriteRawBytes(plugin, &decisions);
    return;
  }
  const std::vector<v1::Record> records = MakeRecords(&decisions, way % 2 == 0);
  const Held first = ThereAndBack(plugin, records, way / 4 % 2 == 1, kCheckFirstAccount);
  if (first.records.empty()) return;
  // What IATI made of the records once, it holds for good.
  const Held second = ThereAndBack(plugin, first.records, false, true);
  Check(second.lost == 0, "nothing is lost the second time");
  CheckSameContent("the second time", first.records, second.records);
}

}  // namespace
}  // namespace puente::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  puente::fuzz::Fuzz(data, size);
  return 0;
}
