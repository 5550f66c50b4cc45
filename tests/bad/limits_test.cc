// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Tests every limit of the table with inputs just below, at and just above it.
#include "core/base/limits.h"

#include <algorithm>
#include <cstdio>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/status.h"
#include "core/filter/filter.h"
#include "core/pipeline/exit_code.h"
#include "fmt/format.h"
#include "gtest/gtest.h"
#include "tests/bad/boundary_files.h"
#include "tests/bad/reading.h"
#include "tests/core/workbook_maker.h"

namespace puente::bad {
namespace {

/// What an input met: nothing, or a refusal with its place.
struct Seen {
  bool refused = false;
  int exit_code = 0;
  std::string code;
  uint64_t line = 0;
  uint64_t column = 0;
  std::string words;
};

/// One kind of input that a limit holds for.
struct Probe {
  std::string_view limit;
  std::string_view what;
  /// Values of the limit to try; 0 stands for the default.
  std::vector<uint64_t> values;
  /// Reads an input of the size under the limits.
  std::function<Seen(const Limits& limits, uint64_t size)> read;
  /// How an input that is one larger is refused, but for the place.
  std::string_view code = "PUE-0203";
  int exit_code = 7;
  /// Line and column of that, by the value of the limit.
  std::function<std::pair<uint64_t, uint64_t>(uint64_t)> place;
};

auto At(uint64_t line, uint64_t column) {
  return [=](uint64_t) { return std::pair(line, column); };
}

/// Reads with one job and with two; both must say the same. A finding with the code counts as a
/// refusal when it has the words.
Seen ReadBoth(std::string_view format, std::string_view bytes, const Limits& limits,
              std::string_view finding_code = "", std::string_view words = "") {
  const Reading reading = Read(format, bytes, 1, limits);
  EXPECT_EQ(Difference(reading, Read(format, bytes, 2, limits)), "");
  Seen seen;
  if (!reading.error.empty()) {
    seen = {true, reading.exit_code, reading.code, reading.line, reading.column, reading.error};
    return seen;
  }
  for (const std::string& finding : reading.findings) {
    if (finding_code.empty() || !finding.starts_with(finding_code)) continue;
    if (finding.find(words) == std::string::npos) continue;
    unsigned long long line = 0;
    unsigned long long column = 0;
    // `CODE offset:line:column path message`
    EXPECT_EQ(std::sscanf(finding.c_str(), "%*s %*u:%llu:%llu ", &line, &column), 2) << finding;
    seen = {true, 0, std::string(finding_code), line, column, finding};
  }
  return seen;
}

auto IatiProbe(std::function<std::string(uint64_t)> inside) {
  return [inside = std::move(inside)](const Limits& limits, uint64_t size) {
    return ReadBoth("iati", Iati(inside(size)), limits);
  };
}

/// Lines of JSON that break a limit cost the line.
auto LineProbe(std::string_view limit, std::function<std::string(uint64_t)> line) {
  return [limit, line = std::move(line)](const Limits& limits, uint64_t size) {
    return ReadBoth("jsonl", "{\"activity\":{}}\n" + line(size) + "\n", limits, "PUE-0310", limit);
  };
}

auto TableProbe(std::function<std::string(uint64_t)> table) {
  return [table = std::move(table)](const Limits& limits, uint64_t size) {
    return ReadBoth("table", table(size), limits);
  };
}

Seen CompileWhere(const Limits& limits, const std::string& expression) {
  const absl::Status status = filter::Filter::Compile(expression, limits).status();
  if (status.ok()) return {};
  const ErrorDetail detail = GetErrorDetail(status);
  return {true,          pipeline::ExitCodeFor(status), detail.code, detail.line, detail.column,
          detail.message};
}

std::vector<Probe> XmlProbes() {
  const auto repeated = [](std::string_view before, std::string_view text, std::string_view after) {
    return IatiProbe([=](uint64_t size) {
      return std::string(before) + Repeat(text, size) + std::string(after);
    });
  };
  return {
      {"xml_depth",
       "elements that nest",
       {4, 20, 0},
       IatiProbe(
           [](uint64_t size) { return Repeat("<a>\n", size - 2) + Repeat("</a>", size - 2); }),
       "PUE-0203",
       7,
       [](uint64_t n) { return std::pair<uint64_t, uint64_t>(n + 1, 1); }},
      {"attributes_per_element",
       "attributes",
       {1, 5, 0},
       IatiProbe([](uint64_t size) {
         std::string tag = "<a";
         for (uint64_t i = 0; i < size; ++i) tag += fmt::format(" b{}=''", i);
         return tag + "/>";
       }),
       "PUE-0203",
       7,
       At(3, 1)},
      {"attributes_per_element",
       "namespace declarations",
       {1, 5, 0},
       IatiProbe([](uint64_t size) {
         std::string tag = "<a";
         for (uint64_t i = 0; i < size; ++i) tag += fmt::format(" xmlns:b{}='urn:b'", i);
         return tag + "/>";
       }),
       "PUE-0203",
       7,
       At(3, 1)},
      {"attributes_per_element",
       "attributes of the root",
       {5, 0},
       [](const Limits& limits, uint64_t size) {
         std::string tag = "<iati-activities version='2.03'";
         for (uint64_t i = 1; i < size; ++i) tag += fmt::format(" b{}=''", i);
         return ReadBoth("iati", tag + "><iati-activity/></iati-activities>", limits);
       },
       "PUE-0203",
       7,
       At(1, 1)},
      {"attribute_bytes",
       "a value",
       {100, 0},
       repeated("<a b='", "x", "'/>"),
       "PUE-0203",
       7,
       At(3, 1)},
      {"attribute_bytes",
       "a value of references",
       {100, 0},
       repeated("<a b='", "&lt;", "'/>"),
       "PUE-0203",
       7,
       At(3, 1)},
      {"attribute_bytes",
       "a namespace",
       {100},
       repeated("<a xmlns:b='", "x", "'/>"),
       "PUE-0203",
       7,
       At(3, 1)},
      {"name_bytes", "an element", {20, 0}, repeated("<", "n", "/>"), "PUE-0203", 7, At(3, 1)},
      {"name_bytes",
       "an attribute",
       {20, 0},
       repeated("<a ", "n", "='1'/>"),
       "PUE-0203",
       7,
       At(3, 1)},
      {"name_bytes", "a target", {20, 0}, repeated("<?", "n", " x?>"), "PUE-0203", 7, At(3, 1)},
      {"text_bytes",
       "text",
       {40, 0},
       repeated("<title><narrative>", "x", "</narrative></title>"),
       "PUE-0203",
       7,
       At(3, 19)},
      {"text_bytes",
       "text that is not known",
       {40},
       repeated("<a>", "x", "</a>"),
       "PUE-0203",
       7,
       At(3, 4)},
      {"text_bytes",
       "text of references",
       {40},
       repeated("<title><narrative>", "&#65;", "</narrative></title>"),
       "PUE-0203",
       7,
       At(3, 19)},
      {"text_bytes",
       "a section",
       {40},
       repeated("<title><narrative><![CDATA[", "x", "]]></narrative></title>"),
       "PUE-0203",
       7,
       At(3, 19)},
      {"text_bytes", "a comment", {40, 0}, repeated("<!--", "x", "-->"), "PUE-0203", 7, At(3, 1)},
      {"text_bytes", "an instruction", {40}, repeated("<?p ", "x", "?>"), "PUE-0203", 7, At(3, 1)},
      {"record_bytes",
       "an activity",
       {1024},
       [](const Limits& limits, uint64_t size) {
         constexpr std::string_view kEmpty = "<iati-activity></iati-activity>";
         const std::string record =
             "<iati-activity>" + std::string(size - kEmpty.size(), ' ') + "</iati-activity>";
         return ReadBoth(
             "iati", "<iati-activities>\n" + record + "<iati-activity/></iati-activities>", limits);
       },
       "PUE-0203",
       7,
       At(2, 1)},
  };
}

std::vector<Probe> JsonProbes() {
  return {
      {"json_depth",
       "elements that nest",
       {10, 40, 0},
       LineProbe("json_depth", NestedJson),
       "PUE-0310",
       0,
       At(2, 0)},
      {"name_bytes",
       "a key",
       {20, 0},
       LineProbe("name_bytes",
                 [](uint64_t size) { return R"({"activity":{")" + Repeat("k", size) + "\":1}}"; }),
       "PUE-0310",
       0,
       At(2, 0)},
      {"text_bytes",
       "a string",
       {20, 0},
       LineProbe("text_bytes",
                 [](uint64_t size) {
                   return R"({"activity":{"iati_identifier":")" + Repeat("x", size) + "\"}}";
                 }),
       "PUE-0310",
       0,
       At(2, 0)},
      {"text_bytes",
       "a string of escapes",
       {20},
       LineProbe("text_bytes",
                 [](uint64_t size) {
                   return R"({"activity":{"iati_identifier":")" + Repeat("\\u0041", size) + "\"}}";
                 }),
       "PUE-0310",
       0,
       At(2, 0)},
      {"line_bytes",
       "a line",
       {1024},
       [](const Limits& limits, uint64_t size) {
         std::string line = R"({"activity":{}})";
         line.resize(size, ' ');
         return ReadBoth("jsonl", "{\"activity\":{}}\n" + line + "\n", limits);
       },
       "PUE-0203",
       7,
       At(2, 0)},
      {"line_bytes",
       "a last line without an end",
       {1024},
       [](const Limits& limits, uint64_t size) {
         std::string line = R"({"activity":{}})";
         line.resize(size, ' ');
         return ReadBoth("jsonl", "{\"activity\":{}}\n" + line, limits);
       },
       "PUE-0203",
       7,
       At(2, 0)},
      {"decimal_digits",
       "an amount in JSON",
       {0},
       [](const Limits& limits, uint64_t size) {
         return ReadBoth("jsonl",
                         R"({"activity":{"transactions":[{"value":{"value":")" + Repeat("9", size) +
                             "\"}}]}}\n",
                         limits, "PUE-0310");
       },
       "PUE-0310",
       0,
       At(1, 0)},
      {"decimal_scale",
       "an amount in JSON",
       {0},
       [](const Limits& limits, uint64_t size) {
         return ReadBoth("jsonl",
                         R"({"activity":{"transactions":[{"value":{"value":"0.)" +
                             Repeat("9", size) + "\"}}]}}\n",
                         limits, "PUE-0310");
       },
       "PUE-0310",
       0,
       At(1, 0)},
  };
}

std::vector<Probe> ValueProbes() {
  const auto amount = [](std::string_view before) {
    return [before](const Limits& limits, uint64_t size) {
      return ReadBoth("iati",
                      Iati("<budget><value value-date='2024-01-01'>" + std::string(before) +
                           Repeat("9", size) + "</value></budget>"),
                      limits, "IATI-0003");
    };
  };
  return {
      {"decimal_digits", "an amount", {0}, amount(""), "IATI-0003", 0, At(3, 40)},
      {"decimal_digits", "a negative amount", {0}, amount("-"), "IATI-0003", 0, At(3, 40)},
      {"decimal_scale", "an amount", {0}, amount("0."), "IATI-0003", 0, At(3, 40)},
      {"findings_per_file",
       "odd dates",
       {0, 1, 3},
       [](const Limits& limits, uint64_t size) {
         const std::string file = Iati(Repeat("<activity-date type='1' iso-date='never'/>", size));
         const Reading reading = Read("iati", file, 1, limits);
         EXPECT_EQ(Difference(reading, Read("iati", file, 2, limits)), "");
         EXPECT_EQ(reading.all_findings, size);  // the rest is counted
         Seen seen;
         seen.refused = reading.findings.size() < size;
         EXPECT_EQ(reading.findings.size(), std::min(size, limits.findings_per_file));
         return seen;
       },
       "",
       0,
       At(0, 0)},
  };
}

std::vector<Probe> TableProbes() {
  return {
      {"csv_columns",
       "columns of the header",
       {2, 0},
       TableProbe([](uint64_t size) { return Repeat("a,", size - 1) + "a\n"; }),
       "PUE-0203",
       7,
       At(1, 0)},
      {"csv_columns",
       "cells of a row",
       {2, 0},
       TableProbe([](uint64_t size) { return "a,b\n1,2\n" + Repeat("1,", size - 1) + "1\n"; }),
       "PUE-0203",
       7,
       At(3, 0)},
      {"csv_cell_bytes",
       "a cell",
       {10, 0},
       TableProbe([](uint64_t size) { return "a,b\n1," + Repeat("x", size) + "\n"; }),
       "PUE-0203",
       7,
       At(2, 0)},
      {"csv_cell_bytes",
       "a cell in quotes",
       {10},
       TableProbe([](uint64_t size) { return "a,b\n1,\"" + Repeat("x", size) + "\"\n"; }),
       "PUE-0203",
       7,
       At(2, 0)},
      {"csv_cell_bytes",
       "a cell of quotes",
       {10},
       TableProbe([](uint64_t size) { return "a,b\n1,\"" + Repeat("\"\"", size) + "\"\n"; }),
       "PUE-0203",
       7,
       At(2, 0)},
      {"name_bytes",
       "a column",
       {10, 0},
       TableProbe([](uint64_t size) { return "a," + Repeat("n", size) + "\n1,2\n"; }),
       "PUE-0203",
       7,
       At(1, 0)},
      {"line_bytes",
       "a row with its end",
       {1024},
       TableProbe([](uint64_t size) {
         return "a,b\n" + Repeat("x", size / 2) + "," + Repeat("x", size - size / 2 - 2) + "\n";
       }),
       "PUE-0203",
       7,
       At(2, 0)},
  };
}

std::vector<Probe> WorkbookProbes() {
  return {
      {"zip_parts",
       "a workbook",
       {50, 0},
       [](const Limits& limits, uint64_t size) {
         std::vector<testing::Part> parts = testing::Parts("<worksheet><sheetData/></worksheet>");
         while (parts.size() < size) parts.push_back({"xl/" + std::to_string(parts.size()), ""});
         return ReadBoth("table", testing::Zip(parts), limits);
       },
       "PUE-0203",
       7,
       At(0, 0)},
      {"shared_text_bytes",
       "a workbook",
       {1000, 50'000},
       [](const Limits& limits, uint64_t size) {
         constexpr std::string_view kAround = "<sst><si><t></t></si></sst>";
         const std::string text = Repeat("x", size - kAround.size());
         return ReadBoth("table",
                         testing::Zip(testing::Parts("<worksheet><sheetData/></worksheet>",
                                                     "<si><t>" + text + "</t></si>")),
                         limits);
       },
       "PUE-0203",
       7,
       At(0, 0)},
  };
}

std::vector<Probe> FileProbes() {
  return {
      {"record_bytes",
       "a record in binary",
       {1024},
       [](const Limits& limits, uint64_t size) {
         const std::string file = BinaryRecord(size);
         EXPECT_EQ(FirstLength(file), size);
         return ReadBoth("binary", file, limits);
       },
       "PUE-0203",
       7,
       At(0, 0)},
      {"unpacked_bytes",
       "gzip",
       {2000},
       [](const Limits& limits, uint64_t size) {
         return ReadBoth("iati", Gzip(IatiOfSize(size)), limits);
       },
       "PUE-0203",
       7,
       At(0, 0)},
      {"unpacked_bytes",
       "zstd",
       {2000},
       [](const Limits& limits, uint64_t size) {
         return ReadBoth("iati", ZstdFrame(17, RawBlock(IatiOfSize(size), true)), limits);
       },
       "PUE-0203",
       7,
       At(0, 0)},
      // The size of the input stands for the ratio, and one byte more or less for the rest.
      {"unpacked_ratio",
       "zstd",
       {1000},
       [](const Limits& limits, uint64_t size) {
         const auto ratio = static_cast<int64_t>(limits.unpacked_ratio);
         return ReadBoth("iati",
                         PackedByRatio(limits.unpacked_ratio, static_cast<int64_t>(size) - ratio),
                         limits);
       },
       "PUE-0203",
       7,
       At(0, 0)},
      {"zstd_window_log",
       "zstd",
       {12, 0, 25},
       [](const Limits& limits, uint64_t size) {
         return ReadBoth("iati", ZstdFrame(static_cast<int>(size), RawBlock(Iati(""), true)),
                         limits);
       },
       "PUE-0203",
       7,
       At(0, 0)},
      {"where_bytes",
       "an expression",
       {40, 0},
       [](const Limits& limits, uint64_t size) {
         std::string expression = "iati_identifier = \"\"";
         expression.insert(expression.size() - 1, size - expression.size(), 'x');
         return CompileWhere(limits, expression);
       },
       "PUE-0112",
       2,
       At(1, 1)},
      {"where_depth",
       "parentheses",
       {1, 8, 0},
       [](const Limits& limits, uint64_t size) {
         return CompileWhere(
             limits, std::string(size, '(') + "iati_identifier = \"x\"" + std::string(size, ')'));
       },
       "PUE-0112",
       2,
       [](uint64_t n) { return std::pair<uint64_t, uint64_t>(1, n + 1); }},
  };
}

/// A limit that refuses nothing: the sizes of pieces follow it.
void TestPieces() {
  std::string line = R"({"activity":{}})";
  line.resize(99, ' ');
  line += '\n';
  const std::string file = Repeat(line, 10);
  for (const auto& [bytes, pieces] :
       std::map<uint64_t, size_t>{{99, 10}, {100, 10}, {101, 5}, {200, 5}, {201, 4}}) {
    EXPECT_EQ(CountPieces("jsonl", file, bytes), pieces) << bytes;
    Limits limits;
    limits.piece_bytes = bytes;
    EXPECT_EQ(Difference(Read("jsonl", file, 1, limits), Read("jsonl", file, 2, limits)), "");
  }
}

void Hold(const Probe& probe, const Limit& limit) {
  for (const uint64_t value : probe.values) {
    Limits limits;
    if (value != 0) limits.*limit.member = value;
    const uint64_t n = limits.*limit.member;
    for (const uint64_t size : {n - 1, n, n + 1}) {
      SCOPED_TRACE(fmt::format("{} = {}: {} of {}", limit.name, n, probe.what, size));
      const Seen seen = probe.read(limits, size);
      ASSERT_EQ(seen.refused, size > n) << seen.code << ' ' << seen.words;
      if (!seen.refused) continue;
      EXPECT_EQ(seen.code, probe.code) << seen.words;
      EXPECT_EQ(seen.exit_code, probe.exit_code) << seen.words;
      EXPECT_EQ(std::pair(seen.line, seen.column), probe.place(n)) << seen.words;
    }
  }
}

TEST(BoundaryTest, EveryLimitHoldsAtItsValueAndNotAbove) {
  std::set<std::string_view> tested;
  std::vector<Probe> probes;
  for (const auto& make :
       {XmlProbes, JsonProbes, ValueProbes, TableProbes, WorkbookProbes, FileProbes}) {
    for (Probe& probe : make()) probes.push_back(std::move(probe));
  }
  for (const Limit& limit : LimitTable()) {
    for (const Probe& probe : probes) {
      if (probe.limit != limit.name) continue;
      tested.insert(limit.name);
      Hold(probe, limit);
    }
    if (limit.name == "piece_bytes") {
      tested.insert(limit.name);
      TestPieces();
    }
    // A new limit needs its probe here.
    EXPECT_TRUE(tested.contains(limit.name)) << limit.name << " is not tested at its boundary";
  }
  for (const Probe& probe : probes) {
    EXPECT_TRUE(tested.contains(probe.limit)) << probe.limit << " is in no table";
  }
}

}  // namespace
}  // namespace puente::bad
