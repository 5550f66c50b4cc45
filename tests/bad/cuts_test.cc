// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Cuts files at every byte, and large ones at every kilobyte: what is cut is never complete.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <string>
#include <string_view>

#include "fmt/format.h"
#include "gtest/gtest.h"
#include "tests/bad/reading.h"

namespace puente::bad {
namespace {

// Every kind of markup, so that a cut falls inside of each.
constexpr std::string_view kIati =
    "\xEF\xBB\xBF<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
    "<!-- before -->\n"
    "<iati-activities version=\"2.03\" xmlns:x='urn:x'>\r\n"
    "  <iati-activity xml:lang=\"es\" default-currency='USD'>\n"
    "    <iati-identifier>XX-CUT-1</iati-identifier>\n"
    "    <title><narrative>C\xC3\xBA"
    "cuta &amp; \xE6\xB0\xB4 &#x1F4A7; \xF0\x9F\x92\xA7</narrative>"
    "</title>\n"
    "    <description type=\"1\"><narrative><![CDATA[a < b ]] > c]]></narrative></description>\n"
    "    <x:note x:a=\"&quot;'\"/><?keep this?>\n"
    "    <transaction><value currency=\"USD\" "
    "value-date=\"2024-01-31\">12.50</value></transaction>\n"
    "  </iati-activity>\n"
    "  <iati-activity><iati-identifier>XX-CUT-2</iati-identifier></iati-activity>\n"
    "</iati-activities  >\n"
    "<!-- after -->\n";

// Cuts of kIati behind its root leave a whole document: right behind the root, behind the line end,
// and behind the comment.
constexpr size_t kWholeIati = 3;

/// The records of kIati as lines.
std::string Lines(std::string_view iati) { return Convert("iati", iati, "jsonl"); }

/// One and two readers in turn, so that the splitters see cut files as well.
int JobsFor(size_t cut) { return cut % 2 == 0 ? 1 : 2; }

Limits SmallPieces() {
  Limits limits;
  limits.piece_bytes = 100;
  return limits;
}

size_t LineEnds(std::string_view text) {
  return static_cast<size_t>(std::count(text.begin(), text.end(), '\n'));
}

/// A large file is cut each so many bytes: a few dozen cuts, or as the environment says.
size_t Step() {
  constexpr size_t kSparse = size_t{256} << 10;
  const char* set = std::getenv("PUENTE_CUT_STEP");
  const size_t step = set == nullptr ? 0 : std::strtoull(set, nullptr, 10);
  return step == 0 ? kSparse : step;
}

/// An IATI file of so many bytes in many records.
std::string LargeIati(size_t bytes) {
  const size_t begin = kIati.find("  <iati-activity");
  const size_t end = kIati.find("</iati-activities");
  std::string file(kIati.substr(0, begin));
  while (file.size() < bytes) file += kIati.substr(begin, end - begin);
  return file + std::string(kIati.substr(end));
}

void ExpectCutIati(const Outcome& cut, std::string_view file, size_t size) {
  EXPECT_EQ(cut.exit_code, 1) << size;
  EXPECT_EQ(cut.code, "PUE-0201") << size;
  EXPECT_GT(cut.line, 0U) << size;
  EXPECT_GT(cut.column, 0U) << size;
  EXPECT_LE(cut.line, LineEnds(file.substr(0, size)) + 1) << size;
}

TEST(CutTest, IatiAtEveryByte) {
  const Outcome all = ReadOutcome("iati", kIati);
  ASSERT_EQ(all.exit_code, 0) << all.message;
  ASSERT_EQ(all.records, 2U);
  size_t whole = 0;
  for (size_t size = 0; size < kIati.size(); ++size) {
    for (const int jobs : {1, 2}) {
      const Outcome cut = ReadOutcome("iati", kIati.substr(0, size), jobs, SmallPieces());
      if (cut.exit_code == 0) {
        EXPECT_EQ(cut.records, all.records) << size;
        EXPECT_GT(size, kIati.find("</iati-activities  ")) << size;
        ++whole;
      } else {
        ExpectCutIati(cut, kIati, size);
      }
    }
  }
  EXPECT_EQ(whole, 2 * kWholeIati);
}

TEST(CutTest, JsonLinesAtEveryByte) {
  const std::string file = Lines(kIati);
  const size_t lines = LineEnds(file);
  ASSERT_EQ(lines, 3U);  // one for the header
  size_t whole = 0;
  for (size_t size = 0; size < file.size(); ++size) {
    const std::string_view kept = std::string_view(file).substr(0, size);
    // Lines know nothing of each other: where one ends, nobody can see that more came. The reader
    // says how many records there were; the receipt of who sent the file says how many there are.
    const bool at_end = kept.empty() || kept.back() == '\n' || file[size] == '\n';
    for (const int jobs : {1, 2}) {
      const Outcome cut = ReadOutcome("jsonl", kept, jobs, SmallPieces());
      if (at_end) {
        EXPECT_EQ(cut.exit_code, 0) << size << ' ' << cut.message;
        const size_t kept_lines = LineEnds(kept) + (!kept.empty() && kept.back() != '\n' ? 1 : 0);
        EXPECT_EQ(cut.records + (kept_lines > 0 ? 1 : 0), kept_lines) << size;
        ++whole;
      } else {
        EXPECT_EQ(cut.exit_code, 1) << size;
        EXPECT_EQ(cut.code, "PUE-0301") << size;
        EXPECT_EQ(cut.line, LineEnds(kept) + 1) << size;
      }
    }
  }
  // Nothing, and for each line its end without and with the line end, but for the whole file.
  EXPECT_EQ(whole, 2 * (2 * lines));
}

TEST(CutTest, BinaryAtEveryByte) {
  const std::string file = Convert("iati", kIati, "binary");
  ASSERT_EQ(ReadOutcome("binary", file).records, 2U);
  for (size_t size = 0; size < file.size(); ++size) {
    for (const int jobs : {1, 2}) {
      const Outcome cut =
          ReadOutcome("binary", std::string_view(file).substr(0, size), jobs, SmallPieces());
      EXPECT_EQ(cut.exit_code, 1) << size;
      EXPECT_EQ(cut.code, "PUE-0322") << size;
      EXPECT_TRUE(size == 0 || cut.message.ends_with(fmt::format("at byte {}", size))) << size;
    }
  }
}

TEST(CutTest, TableAtEveryByte) {
  const std::string_view file = "id,title\n1,\"Water, \"\"clean\"\"\"\n2,Food\n";
  size_t open = 0;
  size_t short_row = 0;
  size_t silent = 0;
  for (size_t size = 0; size < file.size(); ++size) {
    const std::string_view kept = file.substr(0, size);
    const Outcome cut = ReadOutcome("table", kept);
    if (cut.exit_code == 1) {
      EXPECT_EQ(cut.code, "PUE-0330") << size;
      EXPECT_EQ(cut.line, 2U);
      ++open;
    } else if (cut.findings > 0) {
      EXPECT_EQ(cut.exit_code, 0) << size;
      EXPECT_NE(kept.back(), '\n');
      ++short_row;
    } else {
      EXPECT_EQ(cut.exit_code, 0) << size << cut.message;
      ++silent;
    }
  }
  const std::string_view quoted = "\"Water, \"\"clean\"\"\"";
  // Inside the quotes; where the quote seen last may be the closing one, the cell looks whole.
  EXPECT_EQ(open, quoted.size() - 3);
  // A row without its second cell.
  EXPECT_EQ(short_row, 2U);
  // The rest nobody can know: nothing, the header, line ends, and inside the last cell of a row.
  EXPECT_EQ(silent, file.size() - open - short_row);
}

/// A 5W of two rows as a workbook whose parts are packed: from CSV, by the plugin.
std::string Workbook() {
  constexpr std::string_view kMatrix =
      "Country,Admin1,Appealing Organisation Name,Month,Subsector,Indicator,Activity Name,CVA,"
      "Value (in USD),New beneficiaries of the month\n"
      "Colombia,Arauca,Org,2022-08,WASH,x,\"Water, clean\",No,12.5,7\n"
      "Ecuador,Pichincha,Org,2022-09,WASH,x,Food,No,1,8\n";
  return Convert("r4v5w", kMatrix, "r4v5w", {{"carrier", "xlsx"}});
}

TEST(CutTest, WorkbookAtEveryByte) {
  const std::string file = Workbook();
  ASSERT_TRUE(file.starts_with("PK"));
  for (const std::string_view format : {"table", "r4v5w"}) {
    const Reading all = Read(format, file, 1);
    ASSERT_EQ(all.exit_code, 0) << all;
    ASSERT_EQ(all.records.size(), 3U) << all;
    size_t whole = 0;
    // What is too short to look like an archive is text.
    constexpr size_t kMark = 4;
    for (size_t size = kMark; size < file.size(); ++size) {
      const Reading cut = Read(format, std::string_view(file).substr(0, size), 1);
      if (cut.exit_code == 0) {
        // The last bytes say where the table of contents is, which is found without them, and that
        // there is no comment.
        EXPECT_EQ(cut.records, all.records) << format << ' ' << size;
        EXPECT_GE(size + 6, file.size()) << format;
        ++whole;
        continue;
      }
      EXPECT_EQ(cut.exit_code, 1) << format << ' ' << size << ' ' << cut;
      EXPECT_EQ(cut.code, "PUE-0340") << format << ' ' << size << ' ' << cut;
      if (HasFailure()) return;
    }
    std::cout << format << ": " << whole << " cuts of " << file.size() << " leave all\n";
  }
}

TEST(CutTest, LargeIati) {
  const std::string file = LargeIati(5'000'000);
  const Outcome all = ReadOutcome("iati", file);
  ASSERT_EQ(all.exit_code, 0) << all.message;
  size_t cuts = 0;
  for (size_t size = Step(); size + kIati.size() < file.size(); size += Step(), ++cuts) {
    const Outcome cut =
        ReadOutcome("iati", std::string_view(file).substr(0, size), JobsFor(size / Step()));
    ExpectCutIati(cut, file, size);
    if (HasFailure()) break;
  }
  std::cout << cuts << " cuts\n";
  EXPECT_GT(cuts, 15U);
}

TEST(CutTest, LargeJsonLines) {
  const std::string file = Lines(LargeIati(2'800'000));
  ASSERT_GT(file.size(), 5'000'000U);
  size_t cuts = 0;
  for (size_t size = Step(); size < file.size(); size += Step(), ++cuts) {
    const std::string_view kept = std::string_view(file).substr(0, size);
    const Outcome cut = ReadOutcome("jsonl", kept, JobsFor(size / Step()));
    const bool at_end = kept.back() == '\n' || file[size] == '\n';
    const size_t line = LineEnds(kept) + (kept.back() == '\n' ? 0 : 1);
    EXPECT_EQ(cut.exit_code, at_end ? 0 : 1) << size << cut.message;
    if (at_end) {
      EXPECT_EQ(cut.records + 1, line) << size;
    } else {
      EXPECT_EQ(cut.code, "PUE-0301") << size;
      EXPECT_EQ(cut.line, line) << size;
    }
    if (HasFailure()) break;
  }
  std::cout << cuts << " cuts\n";
  EXPECT_GT(cuts, 15U);
}

TEST(CutTest, LargeBinary) {
  const std::string file = Convert("iati", LargeIati(7'000'000), "binary");
  ASSERT_GT(file.size(), 5'000'000U);
  size_t cuts = 0;
  for (size_t size = Step(); size < file.size(); size += Step(), ++cuts) {
    const Outcome cut =
        ReadOutcome("binary", std::string_view(file).substr(0, size), JobsFor(size / Step()));
    EXPECT_EQ(cut.exit_code, 1) << size;
    EXPECT_EQ(cut.code, "PUE-0322") << size;
    EXPECT_TRUE(cut.message.ends_with(fmt::format("at byte {}", size))) << cut.message;
    if (HasFailure()) break;
  }
  std::cout << cuts << " cuts\n";
  EXPECT_GT(cuts, 15U);
}

}  // namespace
}  // namespace puente::bad
