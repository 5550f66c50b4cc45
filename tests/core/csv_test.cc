// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// CSV cell for cell: round trips over nasty texts, dialects, limits, the formula guard.

#include "core/text/csv.h"

#include <iostream>
#include <random>

#include "core/base/status.h"
#include "core/base/utf8.h"
#include "fmt/format.h"
#include "gtest/gtest.h"
#include "tests/core/xml_events.h"

namespace puente::text {
namespace {

using std::string_literals::operator""s;

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

std::string Utf16(std::string_view text, bool big) {
  std::string out;
  const auto put = [&](char32_t unit) {
    const char bytes[2] = {static_cast<char>(unit >> 8), static_cast<char>(unit & 0xFF)};
    out += bytes[big ? 0 : 1];
    out += bytes[big ? 1 : 0];
  };
  while (!text.empty()) {
    const Utf8Char c = DecodeUtf8(text);
    EXPECT_TRUE(c.valid);
    text.remove_prefix(c.size);
    if (c.code_point < 0x10000) {
      put(c.code_point);
    } else {
      put(0xD800 + ((c.code_point - 0x10000) >> 10));
      put(0xDC00 + ((c.code_point - 0x10000) & 0x3FF));
    }
  }
  return out;
}

CsvReaderOptions Encoded(std::string_view encoding) {
  CsvReaderOptions options = Delimited(',');
  options.source = "x.csv";
  options.encoding = encoding;
  return options;
}

/// The encoding that is found, with a `?` when it is not certain, then the rows or errors.
std::string Found(std::string_view csv, std::string_view encoding = "auto") {
  StringInput input(csv);
  CsvReader reader(&input, Encoded(encoding));
  std::string rows;
  for (int n = 0; n < 10; ++n) {
    const absl::StatusOr<bool> more = reader.Next();
    if (more.ok() && !*more) break;
    if (!more.ok()) rows += " " + GetErrorDetail(more.status()).code;
    for (const CsvCell& cell : reader.cells()) rows += fmt::format(" [{}]", cell.text);
    if (!more.ok() && GetErrorDetail(more.status()).code != "PUE-0206") break;
  }
  return reader.encoding() + (reader.encoding_is_certain() ? "" : "?") + rows;
}

TEST(CsvTest, ReadsUtf16WithPlacesOfTheFile) {
  const std::string_view text = "a,caf\xC3\xA9\r\n\"\xF0\x9F\x98\x80\n\",\"x\"\"y\"\nlast";
  const Table cells = {{"a", "caf\xC3\xA9"}, {"\xF0\x9F\x98\x80\n", "x\"y"}, {"last"}};
  for (const bool big : {false, true}) {
    const std::string mark = big ? "\xFE\xFF" : "\xFF\xFE";
    const std::string_view name = big ? "UTF-16BE" : "UTF-16LE";
    for (const std::string_view encoding :
         {name, std::string_view("utf-16"), std::string_view("auto")}) {
      for (const size_t portion : {size_t{1}, size_t{3}, size_t{1000}}) {
        const Reading reading = Read(mark + Utf16(text, big), Encoded(encoding), portion);
        ASSERT_TRUE(reading.status.ok()) << reading.status;
        EXPECT_EQ(reading.cells, cells);
        EXPECT_EQ(reading.places, "1:2-18 2:18-44 4:44-52 ");
        EXPECT_EQ(Read(Utf16(text, big), Encoded(encoding), portion).places,
                  "1:0-16 2:16-42 4:42-50 ");
      }
    }
    StringInput input(mark);
    CsvReader reader(&input, Encoded("auto"));
    EXPECT_FALSE(reader.Next().value());
    EXPECT_TRUE(reader.saw_bom());
    EXPECT_EQ(reader.encoding(), name);
    EXPECT_EQ(reader.offset(), 2u);
  }
}

TEST(CsvTest, RefusesWhatIsNotUtf16AndGoesOn) {
  std::string csv = "\xFE\xFF" + Utf16("a,b\nc,d\ne,f\ng,h\n", true) + "\0"s;
  csv.replace(2 + 2 * 6, 2, "\xD8\x3D");
  csv.replace(2 + 2 * 8, 2, "\xDC\x01");
  StringInput input(csv);
  CsvReader reader(&input, Encoded("auto"));
  ASSERT_TRUE(reader.Next().value());
  EXPECT_EQ(FormatError(reader.Next().status()),
            "x.csv:2: the unit 0xD83D in column 2 (byte 14 of the file) is half a character, which "
            "is not UTF-16BE [PUE-0206]; the text was cut inside a character: enter the cell anew");
  EXPECT_EQ(reader.offset(), 10u);
  EXPECT_EQ(reader.end_offset(), 18u);
  EXPECT_EQ(
      FormatError(reader.Next().status()),
      "x.csv:3: the unit 0xDC01 in column 1 (byte 18 of the file) is half a character, which is "
      "not UTF-16BE [PUE-0206]; the text was cut inside a character: enter the cell anew");
  ASSERT_TRUE(reader.Next().value());
  EXPECT_EQ(reader.cells()[0].text, "g");
  EXPECT_EQ(FormatError(reader.Next().status()),
            "x.csv:5: the single byte at the end, in column 1 (byte 34 of the file), is not "
            "UTF-16BE [PUE-0206]; the file was cut, or is in another encoding: name it");
  EXPECT_EQ(reader.offset(), 34u);
  EXPECT_EQ(reader.end_offset(), csv.size());
  EXPECT_FALSE(reader.Next().value());
}

TEST(CsvTest, HoldsFilesToTheirEncoding) {
  const std::string little = "\xFF\xFE" + Utf16("a\n", false);
  EXPECT_EQ(Found(little, "UTF-16BE"), "UTF-16BE PUE-0204");
  EXPECT_EQ(Found(little, "UTF-8"), "UTF-8 PUE-0204");
  EXPECT_EQ(Found(little, "windows-1252"), "windows-1252 PUE-0204");
  EXPECT_EQ(Found("\xEF\xBB\xBF"
                  "a",
                  "UTF-16LE"),
            "UTF-16LE PUE-0204");
  EXPECT_EQ(Found("a,b\n", "UTF-16"), "UTF-16 PUE-0204");
  EXPECT_EQ(Found("", "UTF-16"), "UTF-16");
  EXPECT_EQ(Found("\xFF\xFE\0\0a\0\0\0"s), "UTF-8? PUE-0204");
  for (const std::string_view encoding : {"auto", "UTF-8", "UTF-16", "ISO-8859-1"}) {
    EXPECT_EQ(FormatError(Read("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1\1", Encoded(encoding)).status),
              "x.csv:1: the file is an old Excel workbook (.xls), not a text that can be read "
              "[PUE-0204]; open it in a spreadsheet program and save it as \"CSV UTF-8\"");
    EXPECT_EQ(
        FormatError(Read("PK\3\4", Encoded(encoding)).status),
        "x.csv:1: the file is a ZIP archive, as workbooks (.xlsx) are, not a text that can be "
        "read [PUE-0204]; if it is a workbook, give it the ending .xlsx");
  }
}

TEST(CsvTest, FindsTheEncoding) {
  EXPECT_EQ(Found(""), "UTF-8");
  EXPECT_EQ(Found("a,b\n"), "UTF-8 [a] [b]");
  EXPECT_EQ(Found("a,caf\xC3\xA9\n"), "UTF-8 [a] [caf\xC3\xA9]");
  EXPECT_EQ(Found("\xEF\xBB\xBF"
                  "a\n\xE9\n"),
            "UTF-8 [a] PUE-0206");
  EXPECT_EQ(Found("a,caf\xE9\n"), "windows-1252? [a] [caf\xC3\xA9]");
  EXPECT_EQ(Found(Utf16("a,b\n", false)), "UTF-16LE [a] [b]");
  // UTF-8 and others: what is not UTF-8 is refused.
  EXPECT_EQ(Found("caf\xC3\xA9\ncaf\xE9\n"), "UTF-8? [caf\xC3\xA9] PUE-0206");
  EXPECT_EQ(
      FormatError(Read("a\n\nx,caf\xE9 \x81\n", Encoded("auto")).status),
      "x.csv:3: the encoding cannot be told: the file is not UTF-8, and the byte 0x81 (byte 10 "
      "of the file) has no character in windows-1252 [PUE-0204]; name its encoding, such as "
      "IBM850 or macintosh, or save it as \"CSV UTF-8\"");
  EXPECT_EQ(
      FormatError(Read("poblaci\xA2n\n", Encoded("auto")).status),
      "x.csv:1: the encoding cannot be told: the file is not UTF-8, and words would have signs "
      "between their letters in windows-1252 [PUE-0204]; name its encoding, such as IBM850 or "
      "macintosh, or save it as \"CSV UTF-8\"");
}

// The first megabytes are ASCII; what comes then decides, and nothing was read wrongly.
TEST(CsvTest, LeavesTheEncodingOpenAsLongAsThereIsOnlyAscii) {
  std::string ascii;
  while (ascii.size() < 2'000'000) ascii += "1234,abcdefghij\n";
  const auto last_of = [&](std::string_view end, std::string* encoding) {
    const std::string csv = ascii + std::string(end);
    StringInput input(csv);
    CsvReader reader(&input, Encoded("auto"));
    std::string last;
    uint64_t offset = 0;
    while (true) {
      const absl::StatusOr<bool> more = reader.Next();
      if (more.ok() && !*more) break;
      last =
          more.ok() ? std::string(reader.cells().back().text) : GetErrorDetail(more.status()).code;
      if (last == "PUE-0204") break;
      EXPECT_EQ(reader.offset(), offset);
      offset = reader.end_offset();
    }
    *encoding = reader.encoding() + (reader.encoding_is_certain() ? "" : "?");
    return last;
  };
  std::string encoding;
  EXPECT_EQ(last_of("", &encoding), "abcdefghij");
  EXPECT_EQ(encoding, "UTF-8");
  EXPECT_EQ(last_of("caf\xC3\xA9\n", &encoding), "caf\xC3\xA9");
  EXPECT_EQ(encoding, "UTF-8");
  EXPECT_EQ(last_of("caf\xE9\n", &encoding), "caf\xC3\xA9");
  EXPECT_EQ(encoding, "windows-1252?");
  // By chance the first one is UTF-8, but what follows is not.
  EXPECT_EQ(last_of("PER\xDA\x94\ncaf\xE9,ni\xF1o\n", &encoding), "ni\xC3\xB1o");
  EXPECT_EQ(encoding, "windows-1252?");
  EXPECT_EQ(last_of("\x8F\n", &encoding), "PUE-0204");
  // Neither is hidden: a file of two encodings, the second one far behind the first.
  EXPECT_EQ(last_of("caf\xC3\xA9\n" + ascii + "caf\xE9\n", &encoding), "PUE-0206");
  EXPECT_EQ(last_of("caf\xE9\n" + ascii + "caf\xC3\xA9\n", &encoding), "PUE-0206");
}

// Random tables in each encoding, found and read in portions: the same cells, and records that
// follow each other to the end of the file.
TEST(CsvTest, ReadsEveryTableInEveryEncoding) {
  const std::string_view alphabet[] = {
      "a",           "b",        "\"",       "\n",           "\r\n",
      "1",           "\xC3\xA9", "\xC3\xB1", "\xE2\x82\xAC", "\xF0\x9F\x98\x80",
      "\xE4\xB8\x8A"};
  const std::string_view latin[] = {"\xE9", "\xF1", "\x80"};
  std::mt19937_64 random(8);
  for (int round = 0; round < 5000; ++round) {
    const size_t kind = random() % 4;  // UTF-8, windows-1252, UTF-16
    Table table(1 + random() % 6);
    std::string csv;
    StringOutput stream(&csv);
    CsvWriter writer(&stream, {});
    for (auto& row : table) {
      row.assign(1 + random() % 4, "word");
      for (std::string& text : row) {
        for (size_t n = random() % 5; n > 0; --n) text += alphabet[random() % (kind == 1 ? 9 : 11)];
      }
      ASSERT_TRUE(writer.WriteRecord(row).ok());
    }
    ASSERT_TRUE(writer.Flush().ok());
    std::string source = csv;
    if (kind == 1) {
      source.clear();
      for (std::string_view rest = csv; !rest.empty();) {
        const Utf8Char c = DecodeUtf8(rest);
        const size_t at = c.code_point == 0xE9 ? 0 : c.code_point == 0xF1 ? 1 : 2;
        source += c.code_point < 0x80 ? rest.substr(0, 1) : latin[at];
        rest.remove_prefix(c.size);
      }
    } else if (kind >= 2) {
      source = Utf16(csv, kind == 2);
      if (random() % 2 == 0) source.insert(0, kind == 2 ? "\xFE\xFF" : "\xFF\xFE");
    }
    const std::string_view names[] = {"UTF-8", "windows-1252", "UTF-16BE", "UTF-16LE"};
    for (const std::string_view encoding : {std::string_view("auto"), names[kind]}) {
      StringInput input(source, 1 + random() % 9);
      CsvReaderOptions options = Encoded(encoding);
      options.input_bytes = random() % 2 == 0 ? source.size() : UINT64_MAX;
      CsvReader reader(&input, options);
      uint64_t end = 0;
      for (const auto& row : table) {
        const absl::StatusOr<bool> more = reader.Next();
        ASSERT_TRUE(more.ok() && *more) << more.status() << EscapeForTerminal(source);
        std::vector<std::string> cells;
        for (const CsvCell& cell : reader.cells()) cells.emplace_back(cell.text);
        ASSERT_EQ(cells, row);
        if (end != 0) {
          ASSERT_EQ(reader.offset(), end);
        }
        end = reader.end_offset();
      }
      ASSERT_FALSE(reader.Next().value());
      ASSERT_EQ(end, source.size());
    }
  }
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

TEST(CsvTest, WritesWhatIsFoundToBeUtf8) {
  const std::string first_cells[] = {"\xEF\xBB\xBF", "PK\3\4", "a\0\0b\0\0"s, "\0"s, "caf\xC3\xA9"};
  for (const std::string& first : first_cells) {
    std::string out;
    StringOutput stream(&out);
    CsvWriter writer(&stream, {});
    const std::vector<std::string> row = {first, "x"};
    ASSERT_TRUE(writer.WriteRecord(row).ok());
    ASSERT_TRUE(writer.Flush().ok());
    EXPECT_EQ(Read(out, Encoded("auto")).cells, (Table{row})) << EscapeForTerminal(out);
    EXPECT_EQ(Read(out).cells, (Table{row})) << EscapeForTerminal(out);
  }
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
    if (round % 2 == 0) reading.encoding = "auto";
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

// The same in all encodings; portions make no difference.
TEST(CsvTest, ReadsAnyBytesInAnyEncoding) {
  const std::string alphabet("a,\"\r\n\xEF\xBB\xBF\xC3\xA9\0\0\0\xFF\xFE\xD8\xDC\x81", 19);
  const std::string_view encodings[] = {"auto", "UTF-16", "UTF-16LE", "UTF-16BE", "windows-1252"};
  std::mt19937_64 random(2);
  for (int round = 0; round < 20000; ++round) {
    std::string csv;
    for (size_t n = random() % 30; n > 0; --n) csv += alphabet[random() % alphabet.size()];
    const std::string_view encoding = encodings[random() % std::size(encodings)];
    std::string first;
    for (const size_t portion : {size_t{1000}, 1 + random() % 5}) {
      StringInput input(csv, portion);
      CsvReader reader(&input, Encoded(encoding));
      std::string seen;
      uint64_t end = 0;
      while (true) {
        const absl::StatusOr<bool> more = reader.Next();
        seen += FormatError(more.status());
        if (!more.ok() && GetErrorDetail(more.status()).code != "PUE-0206") break;
        if (more.ok() && !*more) {
          ASSERT_EQ(reader.offset(), csv.size());
          break;
        }
        ASSERT_EQ(reader.cells().empty(), !more.ok());
        if (reader.record_number() > 1) {
          ASSERT_EQ(reader.offset(), end);
        }
        ASSERT_GT(reader.end_offset(), reader.offset());
        end = reader.end_offset();
        for (const CsvCell& cell : reader.cells()) {
          ASSERT_FALSE(FirstInvalidUtf8(cell.text).has_value());
          seen += fmt::format("[{}]", cell.text);
        }
        seen += fmt::format("{}:{} {}\n", reader.line(), reader.offset(), reader.encoding());
      }
      if (first.empty()) first = seen;
      ASSERT_EQ(seen, first);
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
