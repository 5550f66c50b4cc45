// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Fuzzes any records to IATI and back: what does not come back was declared lost.

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

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

/// Whether the file may have names that only the fifth edition of XML allows; expat has the fourth.
bool MayHaveNewNames(std::string_view xml) {
  return xml.find("\xEF\xBB\xBF") != std::string_view::npos ||
         xml.find("\xF0\x9F\x98\x80") != std::string_view::npos;
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

void Fuzz(const uint8_t* data, size_t size) {
  Decisions decisions(data, size);
  const uint8_t way = decisions.Byte();
  const std::vector<v1::Record> records = MakeRecords(&decisions, way % 2 == 0);
  const testing::FakePlugin plugin = IatiPlugin();
  const PathsOfOneInput paths;
  testing::FakeHostTable(way / 2 % 2 == 1);
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
