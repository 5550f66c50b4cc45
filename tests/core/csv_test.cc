// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// CSV cell for cell: round trips over nasty texts, dialects, limits, the formula guard.

#include "core/text/csv.h"

#include <iostream>
#include <random>

#include "core/base/status.h"
#include "fmt/format.h"
#include "gtest/gtest.h"
#include "tests/core/xml_events.h"

namespace puente::text {
namespace {

using Table = std::vector<std::vector<std::string>>;

CsvReaderOptions Delimited(char delimiter) {
  CsvReaderOptions options;
  options.delimiter = delimiter;
  return options;
}

struct Reading {
  Table cells;
  std::string places;  // line:offset-end of each record
  absl::Status status;
};

Reading Read(std::string_view csv, const CsvReaderOptions& options = Delimited(','),
             size_t portion = static_cast<size_t>(-1)) {
  Reading reading;
  StringInput input(csv, portion);
  CsvReader reader(&input, options);
  absl::StatusOr<bool> more = reader.Next();
  for (; more.ok() && *more; more = reader.Next()) {
    auto& row = reading.cells.emplace_back();
    for (const CsvCell& cell : reader.cells()) row.emplace_back(cell.text);
    reading.places += fmt::format("{}:{}-{} ", reader.line(), reader.offset(), reader.end_offset());
  }
  reading.status = more.status();
  return reading;
}

TEST(CsvTest, ReadsRecordsWithPlaces) {
  const Reading reading = Read("a,b\r\n\"c\r\nd\",\"e\"\"f\"\n,\r\rlast");
  ASSERT_TRUE(reading.status.ok()) << reading.status;
  EXPECT_EQ(reading.cells, (Table{{"a", "b"}, {"c\r\nd", "e\"f"}, {"", ""}, {""}, {"last"}}));
  EXPECT_EQ(reading.places, "1:0-5 2:5-19 4:19-21 5:21-22 6:22-26 ");
}

TEST(CsvTest, ReadsEveryEnd) {
  EXPECT_EQ(Read("").cells, Table());
  EXPECT_EQ(Read("\n").cells, (Table{{""}}));
  EXPECT_EQ(Read("a").cells, (Table{{"a"}}));
  EXPECT_EQ(Read("a\n").cells, (Table{{"a"}}));
  EXPECT_EQ(Read("a\r").cells, (Table{{"a"}}));
  EXPECT_EQ(Read("a,").cells, (Table{{"a", ""}}));
  EXPECT_EQ(Read("a\n\n").cells, (Table{{"a"}, {""}}));
  EXPECT_EQ(Read("\"\"").cells, (Table{{""}}));
  EXPECT_EQ(Read("\"a\"\r\n").cells, (Table{{"a"}}));
  EXPECT_EQ(Read("\xEF\xBB\xBF").cells, Table());
}

TEST(CsvTest, TellsEmptyFromQuoted) {
  StringInput input(",\"\",x,\"x\"");
  CsvReader reader(&input, Delimited(','));
  ASSERT_TRUE(reader.Next().value());
  std::string quoted;
  for (const CsvCell& cell : reader.cells()) quoted += cell.quoted ? 'q' : '-';
  EXPECT_EQ(quoted, "-q-q");
}

TEST(CsvTest, KeepsStrayQuotes) {
  EXPECT_EQ(Read("a\"b,\"c\"d,\"e\"\"f\"g\"\",\"h,i\" ,\"j\"\n").cells,
            (Table{{"a\"b", "\"c\"d", "\"e\"\"f\"g\"\"", "\"h,i\" ", "j"}}));
  StringInput input("\"c\"d,e");
  CsvReader reader(&input, Delimited(','));
  ASSERT_TRUE(reader.Next().value());
  EXPECT_TRUE(reader.cells()[0].stray);
  EXPECT_FALSE(reader.cells()[1].stray);
}

TEST(CsvTest, SaysWhereQuotesWereOpened) {
  const Reading reading = Read("a,b\n\"x\ny\",\"never\nclosed\n,z\n");
  EXPECT_EQ(reading.cells.size(), 1u);
  const ErrorDetail detail = GetErrorDetail(reading.status);
  EXPECT_EQ(detail.code, "PUE-0330");
  EXPECT_EQ(detail.line, 3u);
  EXPECT_EQ(detail.message, "the file ends inside the quotes of the cell in column 2");
}

TEST(CsvTest, SkipsTheMarkAndSaysSo) {
  StringInput input("\xEF\xBB\xBF\"a\";b\r\n");
  CsvReader reader(&input, {});
  ASSERT_TRUE(reader.Next().value());
  EXPECT_TRUE(reader.saw_bom());
  EXPECT_EQ(reader.cells()[0].text, "a");
  EXPECT_EQ(reader.offset(), 3u);
  EXPECT_EQ(reader.delimiter(), ';');
  EXPECT_EQ(reader.line_end(), CsvLineEnd::kCrLf);
  EXPECT_EQ(GetErrorDetail(Read(std::string_view("\xFF\xFE"
                                                 "a\0",
                                                 4))
                               .status)
                .code,
            "PUE-0204");
}

TEST(CsvTest, FindsTheDelimiter) {
  const auto delimiter_of = [](std::string_view csv) {
    StringInput input(csv);
    CsvReader reader(&input, {});
    (void)reader.Next();
    return std::string(1, reader.delimiter());
  };
  EXPECT_EQ(delimiter_of("a,b,c\n1,2,3\n"), ",");
  EXPECT_EQ(delimiter_of("a;b;c\n1,5;2,5;3,5\n1;2;3\n"), ";");
  EXPECT_EQ(delimiter_of("name;value\na;1,5\nb;2,5\nc;3,5\n"), ";");
  EXPECT_EQ(delimiter_of("a\tb\n1,2\t3\n"), "\t");
  EXPECT_EQ(delimiter_of("a|b|c\n\"1|x\"|2|3\n"), "|");
  EXPECT_EQ(delimiter_of("\"a;b;c\",d\n\"1;2;3\",4\n"), ",");
  EXPECT_EQ(delimiter_of("one\ntwo\n"), ",");
  EXPECT_EQ(delimiter_of(""), ",");
  EXPECT_EQ(delimiter_of("title of the sheet\n\na;b;c;d\n1;2;3;4\n5;6;7;8\n"), ";");
}

TEST(CsvTest, RefusesBytesThatAreNotUtf8AndGoesOn) {
  StringInput input("a,b\nc,caf\xE9\nd,e\n");
  CsvReaderOptions options = Delimited(',');
  options.source = "x.csv";
  CsvReader reader(&input, options);
  ASSERT_TRUE(reader.Next().value());
  EXPECT_EQ(
      FormatError(reader.Next().status()),
      "x.csv:2: the byte 0xE9 in column 2 (byte 9 of the file) is not UTF-8 [PUE-0206]; save the "
      "file as \"CSV UTF-8\", or name its encoding, such as windows-1252");
  ASSERT_TRUE(reader.Next().value());
  EXPECT_EQ(reader.cells()[0].text, "d");
  EXPECT_EQ(reader.record_number(), 3u);
  EXPECT_FALSE(reader.Next().value());
  EXPECT_FALSE(reader.Next().value());
}

TEST(CsvTest, ReadsEightBitEncodings) {
  CsvReaderOptions options = Delimited(',');
  options.encoding = "windows-1252";
  EXPECT_EQ(Read("caf\xE9,\"\x80 \"\"x\"\"\"\n", options).cells,
            (Table{{"caf\xC3\xA9", "\xE2\x82\xAC \"x\""}}));
  EXPECT_EQ(GetErrorDetail(Read("\x81", options).status).code, "PUE-0206");
  options.encoding = "Shift_JIS";
  EXPECT_EQ(GetErrorDetail(Read("a", options).status).code, "PUE-0204");
}

TEST(CsvTest, KeepsToLimits) {
  CsvReaderOptions options = Delimited(',');
  options.limits.csv_columns = 5;
  options.limits.csv_cell_bytes = 10;
  options.limits.line_bytes = 40;
  const auto code = [&](std::string_view csv) {
    for (const size_t portion : {size_t{1}, size_t{1000}}) {
      const absl::Status status = Read(csv, options, portion).status;
      if (!status.ok()) {
        EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted);
        return GetErrorDetail(status).code;
      }
    }
    return std::string("ok");
  };
  EXPECT_EQ(code("a,a,a,a,a\n"), "ok");
  EXPECT_EQ(code("a,a,a,a,a,a\n"), "PUE-0203");
  EXPECT_EQ(code("0123456789"), "ok");
  EXPECT_EQ(code("01234567890"), "PUE-0203");
  EXPECT_EQ(code("\"\"\"123456789\""), "ok");
  EXPECT_EQ(code("\"\"\"1234567890\""), "PUE-0203");
  EXPECT_EQ(code("\"12345678\n\",123456,123456,123456,123456\n"), "ok");
  EXPECT_EQ(code("\"123456789\n\",123456,123456,123456,123456\n"), "PUE-0203");
}

TEST(CsvTest, GivesUpOnACellWithoutAnEnd) {
  class Endless : public InputStream {
   public:
    absl::StatusOr<size_t> Read(char* buffer, size_t size) override {
      std::fill_n(buffer, size, 'x');
      if (read == 0) buffer[0] = '"';
      read += size;
      return size;
    }
    uint64_t read = 0;
  };
  Endless input;
  CsvReader reader(&input, {});
  EXPECT_TRUE(absl::IsResourceExhausted(reader.Next().status()));
  EXPECT_LT(input.read, uint64_t{40} << 20);
}

TEST(CsvTest, WritesQuotesOnlyWhereNeeded) {
  std::string out;
  StringOutput stream(&out);
  CsvWriter writer(&stream, {});
  const std::vector<std::string> row = {"a", "", "b,c", "d\"e", "f\ng", " h ", "i;j", "\r"};
  ASSERT_TRUE(writer.WriteRecord(row).ok());
  const CsvCell forced[] = {{"k", true, false}, {"", true, false}};
  ASSERT_TRUE(writer.WriteRecord(forced).ok());
  ASSERT_TRUE(writer.Flush().ok());
  EXPECT_EQ(out, "a,,\"b,c\",\"d\"\"e\",\"f\ng\", h ,i;j,\"\r\"\r\n\"k\",\"\"\r\n");
  EXPECT_EQ(writer.bytes_written(), out.size());
  EXPECT_TRUE(absl::IsInvalidArgument(writer.WriteRecord(std::span<const CsvCell>())));
  EXPECT_EQ(GetErrorDetail(writer.WriteRecord(std::vector<std::string>{"ok", "\xFF"})).code,
            "PUE-0206");
  EXPECT_EQ(writer.bytes_written(), out.size());
}

TEST(CsvTest, GuardsFormulasButNotNumbers) {
  for (const std::string_view text : {"=1+1",
                                      "+x",
                                      "-x",
                                      "@x",
                                      "\tx",
                                      "\rx",
                                      "\nx",
                                      "'=x",
                                      "''=x",
                                      "-",
                                      "+",
                                      "=",
                                      "-1-1",
                                      "+57 300",
                                      "-1,5",
                                      "-e5",
                                      "-.",
                                      "\xEF\xBC\x9D"
                                      "1",
                                      "\xEF\xBC\x8B"
                                      "1",
                                      "\xEF\xBC\x8D"
                                      "1",
                                      "\xEF\xBC\xA0x"}) {
    EXPECT_TRUE(NeedsFormulaGuard(text)) << text;
  }
  EXPECT_TRUE(NeedsFormulaGuard(std::string_view("\0", 1)));
  for (const std::string_view text : {"", "a", "'", "''", "'a", "-5", "+5", "-5.25", "-.5", "5.",
                                      "+1e3", "-1E-3", "'-5", "5=5", " =x"}) {
    EXPECT_FALSE(NeedsFormulaGuard(text)) << text;
  }
}

// Random tables over the characters that CSV gets wrong, in all dialects, with and without the
// guard.
TEST(CsvTest, GivesBackEveryTable) {
  const std::vector<std::string> alphabet = {"a",
                                             "b",
                                             ",",
                                             ";",
                                             "\t",
                                             "|",
                                             "\"",
                                             "\"\"",
                                             "'",
                                             "=",
                                             "+",
                                             "-",
                                             "@",
                                             "\r",
                                             "\n",
                                             "\r\n",
                                             " ",
                                             "1",
                                             ".",
                                             "e",
                                             std::string(1, '\0'),
                                             "\xEF\xBB\xBF",
                                             "\xEF\xBC\x9D",
                                             "\xC3\xA9",
                                             "\xF0\x9F\x98\x80",
                                             "\\",
                                             "#"};
  std::mt19937_64 random(42);
  for (int round = 0; round < 20000; ++round) {
    Table table(random() % 5);
    std::vector<std::string> quoted;
    CsvWriterOptions options;
    options.delimiter = ",;\t|"[random() % 4];
    options.line_end = static_cast<CsvLineEnd>(random() % 3);
    options.byte_order_mark = random() % 2 == 0;
    options.guard_formulas = random() % 2 == 0;
    std::string out;
    StringOutput stream(&out);
    CsvWriter writer(&stream, options);
    for (auto& row : table) {
      std::vector<CsvCell> cells;
      row.resize(1 + random() % 4);
      for (std::string& text : row) {
        for (size_t n = random() % 6; n > 0; --n) text += alphabet[random() % alphabet.size()];
      }
      for (const std::string& text : row) cells.push_back({text, random() % 8 == 0, false});
      ASSERT_TRUE(writer.WriteRecord(cells).ok());
    }
    ASSERT_TRUE(writer.Flush().ok());
    CsvReaderOptions reading = Delimited(options.delimiter);
    reading.guard_formulas = options.guard_formulas;
    const Reading read = Read(out, reading, 1 + random() % 9);
    ASSERT_TRUE(read.status.ok()) << read.status;
    ASSERT_EQ(read.cells, table) << out;
  }
}

// Any bytes at all: no crash, and each record has a cell and ends after it begins.
TEST(CsvTest, ReadsAnyBytes) {
  const std::string alphabet("a,;\"\r\n\t|\xEF\xBB\xBF\xC3\xA9\0'", 15);
  std::mt19937_64 random(1);
  for (int round = 0; round < 20000; ++round) {
    std::string csv;
    for (size_t n = random() % 30; n > 0; --n) csv += alphabet[random() % alphabet.size()];
    StringInput input(csv, 1 + random() % 5);
    CsvReader reader(&input, {});
    uint64_t end = csv.substr(0, 3) == "\xEF\xBB\xBF" ? 3 : 0;
    while (true) {
      const absl::StatusOr<bool> more = reader.Next();
      if (!more.ok() && GetErrorDetail(more.status()).code != "PUE-0206") break;
      if (more.ok() && !*more) {
        EXPECT_EQ(end, csv.size());
        break;
      }
      EXPECT_EQ(reader.offset(), end);
      EXPECT_GT(reader.end_offset(), end);
      EXPECT_EQ(reader.cells().empty(), !more.ok());
      end = reader.end_offset();
    }
  }
}

TEST(CsvTest, GivesBackRealTables) {
  const std::string data = ExternalDataFolder();
  if (data.empty()) GTEST_SKIP() << "NO TEST DATA: set PUENTE_TEST_DATA to read real tables";
  size_t cells = 0;
  size_t refused = 0;
  const std::vector<std::string> paths = FilesBelow(data, ".csv");
  for (const std::string& path : paths) {
    const std::string bytes = FileBytes(path);
    StringInput input(bytes);
    CsvReader reader(&input, {});
    Table table;
    absl::StatusOr<bool> more = reader.Next();
    std::string out;
    StringOutput stream(&out);
    CsvWriterOptions options;
    options.delimiter = reader.delimiter();
    CsvWriter writer(&stream, options);
    for (; more.ok() && *more; more = reader.Next()) {
      ASSERT_TRUE(writer.WriteRecord(reader.cells()).ok());
      auto& row = table.emplace_back();
      for (const CsvCell& cell : reader.cells()) row.emplace_back(cell.text);
      cells += row.size();
    }
    if (!more.ok()) {
      std::cout << path.substr(data.size()) << ": " << FormatError(more.status()) << "\n";
      ++refused;
      continue;
    }
    ASSERT_TRUE(writer.Flush().ok());
    const Reading again = Read(out, Delimited(options.delimiter));
    ASSERT_EQ(again.cells, table) << path;
  }
  std::cout << paths.size() << " files, " << cells << " cells, " << refused << " files refused\n";
}

}  // namespace
}  // namespace puente::text
