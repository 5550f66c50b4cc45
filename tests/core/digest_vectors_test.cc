// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Holds docs/spec/digest_vectors.jsonl and the digests to each other; writes the file when asked
// to.
//
// To write it anew after a deliberate change, run this test with PUENTE_UPDATE_VECTORS=1. It is
// looked for under PUENTE_SOURCE_DIR (compile definition), else under the current folder.

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "core/base/digest.h"
#include "core/base/schema.h"
#include "fmt/format.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"
#include "puente/v1/record.pb.h"

#ifndef PUENTE_SOURCE_DIR
#define PUENTE_SOURCE_DIR "."
#endif

namespace puente {
namespace {

constexpr char kFile[] = PUENTE_SOURCE_DIR "/docs/spec/digest_vectors.jsonl";

struct Vector {
  std::string name;
  // Protobuf bytes of the record, as some writer may have written them.
  std::string record;
};

std::string Bytes(const std::string& text) {
  v1::Record record;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &record)) << text;
  return record.SerializeAsString();
}

std::string Hex(const std::string& bytes) {
  std::string hex;
  for (const char c : bytes) hex += fmt::format("{:02x}", static_cast<unsigned char>(c));
  return hex;
}

// Reads hexadecimal digits; spaces between bytes are for people.
std::string FromHex(const std::string& hex) {
  std::string bytes;
  for (size_t i = 0; i + 1 < hex.size(); i += 2) {
    while (hex[i] == ' ') ++i;
    bytes.push_back(static_cast<char>(std::stoi(hex.substr(i, 2), nullptr, 16)));
  }
  return bytes;
}

constexpr char kDecimals[] = R"(activity {
  sectors { percentage { unscaled: 3333 scale: 2 } }
  sectors { percentage { unscaled: 50 } }
  sectors { percentage { unscaled: 500 scale: 1 } }
  sectors { percentage {} }
  transactions { value { value { unscaled: -5 } currency: "USD" } }
  transactions { value { value { unscaled: 9223372036854775807 scale: 18 } } }
  transactions { value { value { unscaled: -9223372036854775808 } } }
  transactions { value { value { digits: "123456789012345678901234567" scale: 3 } } }
  transactions { value { value { digits: "-99999999999999999999999999999999999999" } } } })";

constexpr char kTexts[] = R"(activity {
  iati_identifier: "XM-DAC-1-\303\241"
  title { narratives { text: "Agua y saneamiento" lang: "es" } narratives { text: "" } narratives {} }
  descriptions {}
  humanitarian: false
  activity_websites: "" })";

constexpr char kBeside[] = R"(
  identity { agency: "a" dataset: "d" id: "XM-DAC-1" ordinal: 7 }
  provenance { source: "f.xml" format: "iati" format_version: "2.03" offset: 1 length: 2 line: 3 }
  attributions { path { steps: [8, 0] } agency: "a" dataset: "d" }
  import_context { query: "q" facts { name: "boundary" value: "incoming" } }
  derived { amounts { path { steps: [34, 0] } effective { value { unscaled: 1 } currency: "EUR" } } })";

constexpr char kResidue[] = R"(activity { lang: "es" } residue {
  nodes { parent { steps: [34, 0, 5, 0] } xml { attribute { name: "x:note" value: "\n" } } }
  nodes { parent { steps: [10, 0, 1, 0, 1, 0] } position: 3 text_offset: 0 splits_text: true
          xml { comment: " a comment " } }
  nodes { place: RESIDUE_PLACE_AFTER_RECORD
          xml { element { name: "x:a" attributes { name: "xmlns:x" value: "urn:x" }
                          children { text: "t" } children { element { name: "x:b" } } } } }
  nodes { xml { processing_instruction { target: "p" data: "d" } } }
  orders { parent {} order: "title iati-identifier budget*3" } })";

// Bytes that protobuf for C++ reads but does not write. Field 4 of a record is the activity.
constexpr char kUnknownInRecord[] =
    "a00601 4802 e00103 c00204"  // 100, 9, 28 (beside the content), 40
    "2206 12026573 2802";        // the activity: lang, hierarchy

constexpr char kUnknownBelow[] =
    "2233"                      // the activity
    "12026573"                  // lang
    "f00207 f2020162 f2020161"  // 46, three times
    "420169"                    // iati_identifier
    "2501020304"                // 4, with a wire type that it has not
    "5208 0a06 f80101 0a0174"   // title, narrative: 31, then text
    "9303 3801 1001 9403"       // 50, a group: its own order stays
    "91030102030405060708";     // 50 again, eight bytes

constexpr char kLoose[] =
    "8a0110 0a0e"                 // residue, node, before the content
    "0a08 0822 0800 0805 0800"    // parent, its steps not packed
    "1000 2801"                   // place, though it is 0; splits_text
    "2204 28828000"               // an activity, its hierarchy longer than needed
    "2a00"                        // a plan: the activity is gone
    "2204 12026672"               // an activity with a lang
    "2204 12026573"               // the same activity goes on, with another lang
    "2206 28feffffff0f"           // hierarchy -2, as 32 bits
    "220b 0a07 08e40f 1005 2000"  // last_updated_datetime, its hour though it is 0
    "2002"                        // humanitarian as 2
    "2204 0a02 1804";             // last_updated_datetime goes on

std::vector<Vector> MakeVectors() {
  return {
      {"empty record", ""},
      {"empty activity", Bytes("activity {}")},
      {"dataset header", Bytes(R"(dataset_header { version: "2.03"
          generated_datetime { year: 2024 month: 2 day: 29 hour: 23 nanos: 500000000
                               utc_offset_minutes: 0 }
          format: "iati" root: "iati-activities"
          table { columns: "a" columns: "" delimiter: ";" has_header: true } })")},
      {"decimals of all kinds", Bytes(kDecimals)},
      {"negative numbers", Bytes(R"(activity { hierarchy: -2147483648
          last_updated_datetime { year: 1 month: 1 day: 1 utc_offset_minutes: -210 }
          crs_add { loan_status { year: -1 } } })")},
      {"texts, absent and empty", Bytes(kTexts)},
      {"the same beside identity, provenance and derived values",
       Bytes(std::string(kTexts) + kBeside)},
      {"nothing but identity and provenance", Bytes(kBeside)},
      {"lexical forms", Bytes(R"(activity { hierarchy: 1 }
          lexical { path { steps: [5, 0] } text: "+01" state: LEXICAL_STATE_VARIANT }
          lexical { path { steps: [34, 300, 5, 0, 1, 0] } text: "1,000" state: LEXICAL_STATE_UNPARSED }
          lexical { path {} state: LEXICAL_STATE_NULL })")},
      {"residue", Bytes(kResidue)},
      {"extensions are opaque", Bytes(R"(place { scheme: "pcode" }
          extensions { type_url: "type.googleapis.com/x.Y" value: "\020\001\010\002" }
          extensions { type_url: "a/b" } extensions {})")},
      {"repeated values", Bytes("activity { activity_websites: 'a' activity_websites: 'b' }")},
      {"repeated values the other way round",
       Bytes("activity { activity_websites: 'b' activity_websites: 'a' }")},
      {"row", Bytes("row { cells { text: 'a' } cells { text: '' } cells {} }")},
      {"unknown fields of the record", FromHex(kUnknownInRecord)},
      {"unknown fields below", FromHex(kUnknownBelow)},
      {"loose wire bytes", FromHex(kLoose)},
  };
}

std::string LineOf(const Vector& vector) {
  v1::Record record;
  EXPECT_TRUE(ParseRecord(vector.record, &record).ok()) << vector.name;
  std::string canonical;
  EXPECT_TRUE(CanonicalBytes(record, &canonical).ok()) << vector.name;
  return fmt::format(R"({{"name":"{}","record":"{}","canonical":"{}","digest":"{}"}})", vector.name,
                     Hex(vector.record), Hex(canonical), DigestToHex(RecordDigest(record).value()));
}

// The last line: the digest of a dataset that has the records of all lines before, in their order.
std::string DatasetLine(const std::vector<Vector>& vectors) {
  DatasetDigest dataset;
  for (const Vector& vector : vectors) {
    v1::Record record;
    EXPECT_TRUE(ParseRecord(vector.record, &record).ok()) << vector.name;
    dataset.Add(RecordDigest(record).value());
  }
  return fmt::format(R"({{"name":"dataset of all records above","dataset_digest":"{}"}})",
                     DigestToHex(dataset.Finish().value()));
}

std::string FileText() {
  const std::vector<Vector> vectors = MakeVectors();
  std::string text;
  for (const Vector& vector : vectors) text += LineOf(vector) + "\n";
  return text + DatasetLine(vectors) + "\n";
}

TEST(DigestVectorsTest, TheFileSaysWhatTheCodeDoes) {
  const std::string expected = FileText();
  if (const char* update = std::getenv("PUENTE_UPDATE_VECTORS");
      update != nullptr && std::string(update) == "1") {
    std::ofstream(kFile, std::ios::binary) << expected;
  }
  std::ifstream file(kFile, std::ios::binary);
  ASSERT_TRUE(file.good()) << kFile << " is missing";
  std::ostringstream text;
  text << file.rdbuf();
  EXPECT_EQ(text.str(), expected) << "after a deliberate change: PUENTE_UPDATE_VECTORS=1";
}

std::string CanonicalHex(const std::string& name) {
  for (const Vector& vector : MakeVectors()) {
    if (vector.name != name) continue;
    v1::Record record;
    EXPECT_TRUE(ParseRecord(vector.record, &record).ok());
    std::string canonical;
    EXPECT_TRUE(CanonicalBytes(record, &canonical).ok());
    return Hex(canonical);
  }
  ADD_FAILURE() << "no vector " << name;
  return "";
}

// What was worked out by hand, so that updating the file cannot hide a change.
TEST(DigestVectorsTest, HandMadeBytesStand) {
  EXPECT_EQ(CanonicalHex("empty record"), "");
  EXPECT_EQ(CanonicalHex("nothing but identity and provenance"), "");
  EXPECT_EQ(CanonicalHex("texts, absent and empty"),
            CanonicalHex("the same beside identity, provenance and derived values"));
  EXPECT_NE(CanonicalHex("repeated values"), CanonicalHex("repeated values the other way round"));
  EXPECT_EQ(CanonicalHex("unknown fields of the record"),
            "2206120265732802"
            "4802"
            "c00204"
            "a00601");
  EXPECT_EQ(CanonicalHex("unknown fields below"),
            "2233"
            "12026573"
            "2501020304"
            "420169"
            "5208"
            "0a06"
            "0a0174"
            "f80101"
            "f00207"
            "f2020162"
            "f2020161"
            "9303380110019403"
            "91030102030405060708");
  EXPECT_EQ(CanonicalHex("loose wire bytes"),
            "221a"
            "0a07"
            "08e40f"
            "1005"
            "1804"
            "12026573"
            "2001"
            "28feffffffffffffffff01"
            "8a010c"
            "0a0a"
            "0a06"
            "0a0422000500"
            "2801");
}

}  // namespace
}  // namespace puente
