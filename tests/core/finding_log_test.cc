// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Tests of findings as text and JSON, and of the log that keeps them.

#include "core/findings/finding_log.h"

#include <gtest/gtest.h>
#include <simdjson.h>

#include <optional>
#include <string>
#include <string_view>

#include "core/findings/finding_text.h"
#include "core/findings/json_text.h"

namespace puente {
namespace {

Finding DecimalFinding() {
  Finding finding;
  finding.severity = Severity::kError;
  finding.code = "IATI-0012";
  finding.message = "the value is no decimal: \"1.234,50\"";
  finding.hint = "write 1234.50";
  finding.path = "iati-activities/iati-activity/transaction/value";
  finding.text = "1.234,50";
  finding.record_id = "XM-DAC-99999-A1";
  finding.location.source = "ayuda.xml";
  finding.location.line = 18;
  finding.location.column = 27;
  return finding;
}

FindingTextOptions WithLine(std::string line) {
  FindingTextOptions options;
  options.source_line = [line](const Location&) { return std::optional<std::string>(line); };
  return options;
}

TEST(FindingTextTest, ShowsTheSourceLine) {
  EXPECT_EQ(
      FindingText(DecimalFinding(), WithLine("    <value currency=\"USD\">1.234,50</value>\r\n")),
      "error[IATI-0012]: the value is no decimal: \"1.234,50\"\n"
      "  --> ayuda.xml:18:27  iati-activities/iati-activity/transaction/value\n"
      "   |\n"
      "18 |     <value currency=\"USD\">1.234,50</value>\n"
      "   |                           ^^^^^^^^\n"
      "   = record: XM-DAC-99999-A1\n"
      "  help: write 1234.50\n");
}

TEST(FindingTextTest, FindsTheTextBehindItsElement) {
  Finding finding = DecimalFinding();
  finding.location.column = 5;
  const std::string text =
      FindingText(finding, WithLine("    <value currency=\"USD\">1.234,50</value>"));
  EXPECT_NE(text.find("   |                           ^^^^^^^^\n"), std::string::npos) << text;
}

TEST(FindingTextTest, WorksWithoutSourceAndWithLittle) {
  Finding finding = DecimalFinding();
  finding.message = "the value is no decimal";
  EXPECT_EQ(FindingText(finding, FindingTextOptions()),
            "error[IATI-0012]: the value is no decimal\n"
            " --> ayuda.xml:18:27  iati-activities/iati-activity/transaction/value\n"
            "  = text: 1.234,50\n"
            "  = record: XM-DAC-99999-A1\n"
            " help: write 1234.50\n");
  Finding bare;
  bare.message = "odd";
  EXPECT_EQ(FindingText(bare, WithLine("not asked for")), "warning: odd\n");
  bare.path = "a/b";
  EXPECT_EQ(FindingText(bare, FindingTextOptions()), "warning: odd\n --> a/b\n");
}

TEST(FindingTextTest, CountsCharactersAndColumns) {
  Finding finding;
  finding.message = "m";
  finding.location.source = "f";
  finding.location.line = 1;
  finding.location.column = 4;
  // Three characters before the place: a letter with an accent, a wide one, a tab.
  EXPECT_EQ(FindingText(finding, WithLine("\xC3\xA9\xE6\xB0\xB4\tX")),
            "warning: m\n"
            " --> f:1:4\n"
            "  |\n"
            "1 | \xC3\xA9\xE6\xB0\xB4    X\n"
            "  |        ^\n");
}

TEST(FindingTextTest, AColumnBehindTheLinePointsAtItsEnd) {
  Finding finding;
  finding.message = "m";
  finding.location.line = 1;
  finding.location.column = 900;
  EXPECT_EQ(FindingText(finding, WithLine("ab")),
            "warning: m\n --> <input>:1:900\n  |\n1 | ab\n  |   ^\n");
}

TEST(FindingTextTest, CutsLongLinesAroundThePlace) {
  Finding finding;
  finding.message = "m";
  finding.location.line = 1;
  finding.location.column = 5001;
  finding.text = "HERE";
  const std::string line = std::string(5000, 'a') + "HERE" + std::string(5000, 'b');
  const std::string text = FindingText(finding, WithLine(line));
  const size_t source = text.find("1 | ") + 4;
  const size_t carets = text.find("^^^^");
  ASSERT_NE(carets, std::string::npos) << text;
  EXPECT_EQ(text.substr(source, 4), "...a");
  EXPECT_NE(text.find("b...\n"), std::string::npos);
  const size_t caret_line = text.rfind('\n', carets) + 1;
  EXPECT_EQ(carets - caret_line - 4, text.find("HERE") - source);
  for (size_t begin = 0; begin < text.size(); begin = text.find('\n', begin) + 1) {
    EXPECT_LE(text.find('\n', begin) - begin, 115u);
  }
  finding.location.column = 3;
  finding.text.clear();
  EXPECT_NE(FindingText(finding, WithLine(line)).find("1 | aaaa"), std::string::npos);
}

TEST(FindingTextTest, CutsALongSpan) {
  Finding finding;
  finding.message = "m";
  finding.location.line = 1;
  finding.location.column = 61;
  finding.text = std::string(3000, 'z');
  const std::string text = FindingText(finding, WithLine(std::string(60, ' ') + finding.text));
  EXPECT_NE(text.find("z..."), std::string::npos);
  EXPECT_NE(text.find("^^^^^^^^^^\n"), std::string::npos);
  EXPECT_LT(text.size(), 1500u);
}

TEST(FindingTextTest, IsSafeForTerminals) {
  Finding finding = DecimalFinding();
  finding.message = "bad \x1b]0;title\x07 and\nmore";
  finding.path = "a/\x1b[2J";
  finding.record_id = "\xE2\x80\xAEid";
  finding.location.source = "f\x1b.xml";
  finding.location.column = 1;
  finding.text.clear();
  finding.hint = "\xFF";
  const std::string text = FindingText(finding, WithLine("\x1b[31mred\xFF"));
  EXPECT_EQ(text.find('\x1b'), std::string::npos) << text;
  EXPECT_EQ(text.find('\x07'), std::string::npos);
  EXPECT_EQ(text.find("\xE2\x80\xAE"), std::string::npos);
  EXPECT_EQ(text.find('\xFF'), std::string::npos);
  EXPECT_NE(text.find("18 | \\u{1b}[31mred\\x{ff}\n   | ^^^^^^\n"), std::string::npos) << text;
}

TEST(FindingTextTest, Colours) {
  FindingTextOptions options = WithLine("x");
  options.colour = true;
  Finding finding = DecimalFinding();
  finding.location.column = 1;
  const std::string text = FindingText(finding, options);
  EXPECT_EQ(text.find("\033[1;31merror[IATI-0012]\033[0m"), 0u) << text;
  EXPECT_NE(text.find("\033[1;31m^\033[0m"), std::string::npos);
}

TEST(LocationTextTest, Forms) {
  Location location;
  EXPECT_EQ(LocationText(location), "");
  location.offset = 1024;
  EXPECT_EQ(LocationText(location), "byte 1,024");
  location.source = "f.puente";
  EXPECT_EQ(LocationText(location), "f.puente, byte 1,024");
  location.source = "-";
  location.line = 3;
  EXPECT_EQ(LocationText(location), "<stdin>:3");
  location.column = 9;
  location.cell = "B3";
  EXPECT_EQ(LocationText(location), "<stdin>:3:9");
  location.source = "book.xlsx";
  location.sheet = "5W - it's";
  location.cell = "Q14";
  EXPECT_EQ(LocationText(location), "book.xlsx!'5W - it''s'!Q14");
}

TEST(FormatCountTest, PutsCommas) {
  EXPECT_EQ(FormatCount(0), "0");
  EXPECT_EQ(FormatCount(999), "999");
  EXPECT_EQ(FormatCount(1000), "1,000");
  EXPECT_EQ(FormatCount(UINT64_MAX), "18,446,744,073,709,551,615");
}

TEST(SeverityTest, NamesGoBothWays) {
  for (const Severity severity :
       {Severity::kInfo, Severity::kWarning, Severity::kError, Severity::kCritical}) {
    EXPECT_EQ(SeverityFromName(SeverityName(severity)), severity);
  }
  EXPECT_EQ(SeverityFromName("Error"), std::nullopt);
  EXPECT_EQ(SeverityName(static_cast<Severity>(9)), "error");
}

TEST(FindingJsonTest, HasEveryKey) {
  Finding finding = DecimalFinding();
  finding.location.offset = 400;
  EXPECT_EQ(FindingJson(finding),
            "{\"severity\":\"error\",\"code\":\"IATI-0012\","
            "\"message\":\"the value is no decimal: \\\"1.234,50\\\"\",\"hint\":\"write 1234.50\","
            "\"source\":\"ayuda.xml\",\"line\":18,\"column\":27,\"offset\":400,\"sheet\":\"\","
            "\"cell\":\"\",\"record\":\"XM-DAC-99999-A1\","
            "\"path\":\"iati-activities/iati-activity/transaction/value\","
            "\"text\":\"1.234,50\"}\n");
}

TEST(JsonTextTest, EveryTextComesBack) {
  std::string all;
  for (int c = 0; c < 128; ++c) all.push_back(static_cast<char>(c));
  all += "\xC3\xA9\xE6\xB0\xB4\xF0\x9F\x8C\x8A\xE2\x80\xA8";
  std::string json;
  AppendJsonString(all, &json);
  EXPECT_EQ(json.find('\n'), std::string::npos);
  simdjson::dom::parser parser;
  std::string_view back;
  ASSERT_EQ(parser.parse(json).get(back), simdjson::SUCCESS) << json;
  EXPECT_EQ(back, all);
  std::string broken;
  AppendJsonString("a\xFF\xC3z", &broken);
  EXPECT_EQ(broken, "\"a\xEF\xBF\xBD\xEF\xBF\xBDz\"");
}

Finding Coded(std::string code, Severity severity, std::string source = "a.xml") {
  Finding finding;
  finding.code = std::move(code);
  finding.severity = severity;
  finding.message = "m";
  finding.location.source = std::move(source);
  return finding;
}

TEST(FindingLogTest, KeepsTheFirstOfEachSourceAndCountsAll) {
  FindingLog log(3);
  for (int i = 0; i < 5; ++i) log.Report(Coded("A-0001", Severity::kWarning, "a.xml"));
  for (int i = 0; i < 2; ++i) log.Report(Coded("A-0002", Severity::kError, "b.xml"));
  EXPECT_EQ(log.findings().size(), 5u);
  EXPECT_EQ(log.total(), 7u);
  EXPECT_EQ(log.CountOf(Severity::kWarning), 5u);
  EXPECT_EQ(log.by_severity(), (std::map<std::string, uint64_t>{{"error", 2}, {"warning", 5}}));
  EXPECT_EQ(log.by_code(), (std::map<std::string, uint64_t>{{"A-0001", 5}, {"A-0002", 2}}));
  EXPECT_EQ(log.by_source(), (std::map<std::string, uint64_t>{{"a.xml", 5}, {"b.xml", 2}}));
  EXPECT_EQ(log.Counts(), "2 errors, 5 warnings");
  EXPECT_EQ(FindingLog().Counts(), "no findings");
}

TEST(FindingLogTest, ItsLimitIsExact) {
  FindingLog log;
  for (int i = 0; i < 1001; ++i) log.Report(Coded("A-0001", Severity::kInfo));
  EXPECT_EQ(log.findings().size(), 1000u);
  EXPECT_EQ(log.total(), 1001u);
  EXPECT_EQ(log.Counts(), "1,001 remarks");
}

TEST(FindingLogTest, GroupsTheSameCode) {
  FindingLog log(30);
  for (int i = 0; i < 42; ++i) log.Report(Coded("IATI-0012", Severity::kWarning));
  log.Report(Coded("IATI-0013", Severity::kWarning, "b.xml"));
  const std::string text = log.Text(FindingTextOptions());
  size_t shown = 0;
  for (size_t at = 0; (at = text.find("warning[IATI-0012]", at)) != std::string::npos; ++at)
    ++shown;
  EXPECT_EQ(shown, 5u);
  EXPECT_NE(text.find("warning[IATI-0013]: m\n --> b.xml\n"), std::string::npos);
  constexpr std::string_view kEnd = "\n... and 37 more of IATI-0012\n";
  ASSERT_GT(text.size(), kEnd.size());
  EXPECT_EQ(text.substr(text.size() - kEnd.size()), kEnd);
}

TEST(FindingLogTest, JsonLinesAreOneEach) {
  FindingLog log;
  log.Report(Coded("A-0001", Severity::kWarning));
  log.Report(Coded("A-0002", Severity::kError));
  EXPECT_EQ(log.JsonLines(), FindingJson(log.findings()[0]) + FindingJson(log.findings()[1]));
}

TEST(FindingLogTest, MemoryIsBounded) {
  FindingLog log;
  for (int i = 0; i < 3000; ++i) {
    Finding finding = Coded("X-" + std::to_string(i), static_cast<Severity>(i));
    finding.text = std::string(20'000, 't');
    finding.message = std::string(20'000, 'm');
    log.Report(std::move(finding));
  }
  EXPECT_LE(log.by_code().size(), 1001u);
  EXPECT_EQ(log.by_code().at("(other codes)"), 2000u);
  for (const Finding& finding : log.findings()) {
    ASSERT_LE(finding.text.size() + finding.message.size(), 4000u);
  }
}

TEST(FindingPrinterTest, PrintsWhileTheyCome) {
  std::string out;
  FindingPrinter printer(
      FindingTextOptions(), [&out](std::string_view text) { out += text; }, 2);
  for (int i = 0; i < 4; ++i) printer.Report(Coded("A-0001", Severity::kWarning));
  printer.Report(Coded("", Severity::kWarning));
  EXPECT_EQ(out,
            "warning[A-0001]: m\n --> a.xml\nwarning[A-0001]: m\n --> a.xml\n"
            "warning: m\n --> a.xml\n");
  out.clear();
  printer.Finish();
  EXPECT_EQ(out, "... and 2 more of A-0001\n");
}

TEST(FindingPrinterTest, CountsWhatALogKnowsOf) {
  std::string out;
  FindingPrinter printer(
      FindingTextOptions(), [&out](std::string_view text) { out += text; }, 2);
  for (int i = 0; i < 4; ++i) printer.Report(Coded("A-0001", Severity::kWarning));
  printer.Report(Coded("A-0002", Severity::kWarning));
  out.clear();
  printer.Finish({{"A-0001", 2000000}, {"A-0002", 1}});
  EXPECT_EQ(out, "... and 1,999,998 more of A-0001\n");
}

}  // namespace
}  // namespace puente
