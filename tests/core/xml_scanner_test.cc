// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// The scanner against expat: mutants, windows of every size, and what each machine scans with.

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <iostream>
#include <random>
#include <string>
#include <vector>

#include "core/base/status.h"
#include "core/base/utf8.h"
#include "core/text/xml_chars.h"
#include "core/text/xml_scan.h"
#include "fmt/format.h"
#include "gtest/gtest.h"
#include "tests/core/xml_events.h"

namespace puente::text {
namespace {

std::string Utf16(std::string_view ascii) {
  std::string out("\xFE\xFF");
  for (const char c : ascii) {
    out += '\0';
    out += c;
  }
  return out;
}

/// Documents that hold one of each thing, and small real files when they are there.
std::vector<std::string> Seeds() {
  std::vector<std::string> seeds = {
      "<?xml version='1.0' encoding='UTF-8'?>\n<a x='1' y=\"&lt;2\"><b>t&amp;u</b><!-- c --><?p "
      "d?>\r\n<![CDATA[x]]></a>\n<!-- e -->",
      "<!DOCTYPE a SYSTEM 'x'><a>&#65;&#x42;<b "
      "c='&quot;'/>\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80</a>",
      "\xEF\xBB\xBF<a xmlns='u' xml:lang='es'>]] ]]&gt;<b/><b></b>\t\r</a>",
      "<?xml version=\"1.0\" encoding=\"windows-1252\"?><a b='\x80'>\xE9</a>",
      Utf16("<?xml version='1.0'?><a b='c'>d&amp;</a>"),
      "<!-- \xC3\xA9 -->\r\n<?p?><?xml-stylesheet href='x'?><a\r\n  b = 'c\td\ne\r\nf&#9;g'\n>"
      "<narrative-of-a-long-name>\xE2\x80\x9Clong text, seventeen bytes and more\xE2\x80\x9D"
      "</narrative-of-a-long-name ><c d=\"'\" e='\"'\t/></a><!----><?q ?>\r\n",
      "<a><b1 c='1' d='2' e='3' f='4' g='5' h='6' i='7' j='8' k='9' l='10' m='11' n='12' o='13'/>"
      "<\xC3\xA9l\xC3\xA9ment \xC3\xA9='\xC3\xA9'>x<![CDATA[<&\r\n]] >]]>y<![CDATA[]]>"
      "</\xC3\xA9l\xC3\xA9ment></a>"};
  const std::string data = ExternalDataFolder();
  for (const std::string& path : FilesBelow(data + "/iati", ".xml")) {
    std::string xml = FileBytes(path);
    if (xml.size() < 1200) seeds.push_back(std::move(xml));
  }
  return seeds;
}

void Mutate(std::mt19937_64& random, std::string* xml) {
  static const std::vector<std::string>& pieces =
      *new std::vector<std::string>{"<",
                                    ">",
                                    "&",
                                    ";",
                                    "]]>",
                                    "--",
                                    "<!--",
                                    "-->",
                                    "<?",
                                    "?>",
                                    "</a>",
                                    "'",
                                    "\"",
                                    "\r",
                                    "\n",
                                    "<b>",
                                    "/",
                                    "=",
                                    "&#0;",
                                    std::string(1, '\0'),
                                    "<![CDATA[",
                                    "]]",
                                    "\xC3",
                                    "\xFF",
                                    " ",
                                    "&lt;",
                                    "&x;",
                                    "x",
                                    "</b>",
                                    "<b/>",
                                    ":",
                                    "\xED\xA0\x80",
                                    "\xEF\xBF\xBE",
                                    "\xEF\xBB\xBF",
                                    "\xF0\x90\x80\x80",
                                    "\xE0\xB8\xB1",
                                    "<?xml version='1.0'?>",
                                    " b=''",
                                    "&#x10FFFF;",
                                    "&#xD800;",
                                    "\r\n",
                                    "<!DOCTYPE a>",
                                    "<?xMl ?>"};
  for (size_t edits = random() % 4 == 0 ? 3 : 1; edits > 0; --edits) {
    const size_t at = random() % (xml->size() + 1);
    switch (random() % 4) {
      case 0:
        xml->insert(at, pieces[random() % pieces.size()]);
        break;
      case 1:
        xml->erase(at, 1 + random() % 4);
        break;
      case 2:
        if (at < xml->size()) (*xml)[at] = static_cast<char>(random());
        break;
      default:
        if (!xml->empty()) xml->insert(at, xml->substr(random() % xml->size(), random() % 20));
    }
  }
}

TEST(XmlScannerTest, AgreesWithExpatOnMutants) {
  const char* set = std::getenv("PUENTE_XML_MUTANTS");
  const size_t rounds = set != nullptr && *set != '\0' ? std::strtoull(set, nullptr, 10) : 200000;
  const std::vector<std::string> seeds = Seeds();
  std::mt19937_64 random(20261123);
  size_t accepted = 0;
  for (size_t round = 0; round < rounds; ++round) {
    // A small part is made from real files.
    std::string xml = seeds[random() % (random() % 16 == 0 ? seeds.size() : 7)];
    Mutate(random, &xml);
    XmlReaderOptions options;
    options.chunk_bytes = 1 + random() % 60;
    const size_t portion = 1 + random() % 9;
    if (random() % 4 == 0) {
      options.prolog = random() % 2 == 0 ? "<r>\n<s t='1'>" : "<?xml version='1.0'?><a>";
      options.start = {1000, 5, 7};
      options.fragment = random() % 4 != 0;
      options.encoding_override = random() % 2 == 0 ? "UTF-8" : "";
      ASSERT_EQ(PieceDisagreement(xml, options, portion), "")
          << xml << "\nin chunks of " << options.chunk_bytes;
      continue;
    }
    bool is_good = false;
    ASSERT_EQ(Disagreement(xml, options.chunk_bytes, portion, &is_good), "")
        << xml << "\nin chunks of " << options.chunk_bytes;
    if (is_good) ++accepted;
  }
  std::cout << rounds << " mutants of " << seeds.size() << " documents, " << accepted
            << " accepted by both\n";
  EXPECT_GT(accepted, rounds / 20);
}

TEST(XmlScannerTest, ReadsThroughWindowsOfEverySize) {
  for (const std::string& seed : Seeds()) {
    for (size_t chunk = 1; chunk < 70; ++chunk) {
      ASSERT_EQ(Disagreement(seed, chunk, static_cast<size_t>(-1)), "") << seed << chunk;
    }
  }
}

TEST(XmlScannerTest, TakesNamesOfTheFifthEdition) {
  for (const char* name : {"\xF0\x90\x80\x80", "a\xF0\x90\x80\x80", "\xE0\xB8\xB1x", "\xC4\xB2"}) {
    EXPECT_EQ(ReadEvents(fmt::format("<{0} {0}='1'><?{0} x?></{0}>", name)).nodes,
              (std::vector<std::string>{fmt::format("S {0} {0}=1", name),
                                        fmt::format("P {}|x", name), fmt::format("E {}", name)}));
    // The fault that is told is the fault, not the name.
    const ErrorDetail detail = GetErrorDetail(ReadEvents(fmt::format("<{}>\n</b>", name)).status);
    EXPECT_EQ(detail.message, fmt::format("</b> does not match <{}> of line 1", name));
    EXPECT_EQ(detail.line, 2u);
  }
  EXPECT_FALSE(ReadEvents("<\xC3\x97/>").status.ok());
  for (char32_t c = 0; c < 0x11000; ++c) {
    const bool starts = IsXmlNameStartOfFifthEdition(c);
    const bool continues = IsXmlNameCharOfFifthEdition(c);
    ASSERT_TRUE(starts || !IsXmlNameStart(c)) << static_cast<uint32_t>(c);
    ASSERT_TRUE(continues || !IsXmlNameChar(c)) << static_cast<uint32_t>(c);
    ASSERT_TRUE(continues || !starts) << static_cast<uint32_t>(c);
  }
}

TEST(XmlScannerTest, FindsDuplicatesAmongFewAndMany) {
  for (const size_t count : {2, 11, 12, 13, 1000}) {
    std::string good = "<a";
    for (size_t i = 0; i < count; ++i) good += fmt::format(" b{}=''", i);
    EXPECT_TRUE(ReadEvents(good + "/>").status.ok()) << count;
    for (const size_t again : {size_t{0}, count / 2, count - 1}) {
      Limits limits;
      limits.attributes_per_element = count + 1;
      XmlReaderOptions options;
      options.limits = limits;
      const absl::Status status =
          ReadEvents(fmt::format("{} b{}=''/>", good, again), options).status;
      EXPECT_EQ(GetErrorDetail(status).message,
                fmt::format("the attribute \"b{}\" occurs twice in one tag", again));
    }
  }
}

TEST(XmlScannerTest, ReadsHostileShapesInLinearTime) {
  const auto repeat = [](std::string_view text, size_t bytes) {
    std::string out;
    while (out.size() < bytes) out += text;
    return out;
  };
  constexpr size_t kBytes = size_t{8} << 20;
  const std::string attributes = [] {
    std::string out;
    for (int i = 0; i < 200000; ++i) out += fmt::format(" a{}=''", i);
    return out;
  }();
  const std::vector<std::string> documents = {
      "<a>" + repeat("]", kBytes) + "</a>",
      "<a><![CDATA[" + repeat("]", kBytes) + "]]></a>",
      "<a>" + repeat("<![CDATA[]]>", kBytes) + "</a>",
      "<a>" + repeat("&#65;", kBytes) + "</a>",
      "<a>" + repeat("\r", kBytes) + "</a>",
      "<a b='" + repeat("\n", kBytes) + "'/>",
      "<a b='" + repeat("&amp;", kBytes) + "'/>",
      "<a><!--" + repeat("- ", kBytes) + "--></a>",
      "<a><?p " + repeat("?", kBytes) + "?></a>",
      "<a" + attributes + "/>",
      repeat("<a>", 3 * 100000) + repeat("</a>", 4 * 100000),
      "<a>" + repeat("<b/>", kBytes) + "</a>",
  };
  for (const std::string& xml : documents) {
    XmlReaderOptions options;
    options.chunk_bytes = 4096;
    options.limits.xml_depth = 200000;
    options.limits.attributes_per_element = 300000;
    options.limits.attribute_bytes = options.limits.text_bytes = 2 * kBytes;
    StringInput input(xml);
    const auto begin = std::chrono::steady_clock::now();
    auto reader = XmlReader::Create(&input, options);
    absl::StatusOr<XmlEvent> event = (*reader)->Next();
    uint64_t lines = 0;
    while (event.ok() && *event != XmlEvent::kEndOfDocument) {
      lines += (*reader)->position().line;
      event = (*reader)->Next();
    }
    EXPECT_TRUE(event.ok()) << xml.substr(0, 40) << event.status();
    EXPECT_GT(lines, 0u);
    // Each takes well below a second; what is not linear takes minutes.
    EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(20))
        << xml.substr(0, 40);
  }
}

TEST(XmlScannerTest, FindsTheSameTagsOnEveryMachine) {
  std::mt19937_64 random(8);
  for (int round = 0; round < 20000; ++round) {
    const size_t size = random() % 80;
    std::string text(size + kXmlScanSlack, 'x');
    for (char& c : text) {
      if (random() % 4 == 0) c = "<<!?/i\n "[random() % 8];
    }
    const char* begin = text.data();
    ASSERT_EQ(XmlScan::SpecialOrNamed(begin, begin + size, 'i') - begin,
              XmlScalarScan::SpecialOrNamed(begin, begin + size, 'i') - begin)
        << text;
  }
}

TEST(XmlScannerTest, ScansTheSameOnEveryMachine) {
  std::mt19937_64 random(7);
  const std::string_view likely = "abz AZ09-._:<>&]'\"\n\t\r\x1F\x7F\x80\xBF\xC3\xEF\xFF@[`{/;";
  for (int round = 0; round < 20000; ++round) {
    std::string text(random() % 80, 'x');
    for (char& c : text) {
      if (random() % 8 == 0) c = likely[random() % likely.size()];
    }
    if (random() % 50 == 0) text.insert(0, 9000, '\n');
    text += '\0';
    const size_t size = text.size() - 1;
    text += std::string(kXmlScanSlack, '\xFF');
    const char* begin = text.data();
    const char* end = begin + size;
    ASSERT_EQ(XmlScan::NameEnd(begin), std::find_if_not(begin, end, XmlScan::IsNameByte)) << text;
    bool high = false;
    bool expected_high = false;
    ASSERT_EQ(XmlScan::TextStop(begin, &high), XmlScalarScan::TextStop(begin, &expected_high));
    ASSERT_EQ(high, expected_high) << text;
    high = expected_high = false;
    ASSERT_EQ(XmlScan::ValueStop(begin, '"', &high),
              XmlScalarScan::ValueStop(begin, '"', &expected_high));
    ASSERT_EQ(high, expected_high) << text;
    ASSERT_EQ(XmlScan::CountLineEnds(begin, end), XmlScalarScan::CountLineEnds(begin, end));
    XmlPosition place;
    XmlPosition expected;
    XmlScan::CountNear(begin, end, &place.line, &place.column);
    XmlScalarScan::CountNear(begin, end, &expected.line, &expected.column);
    ASSERT_EQ(place.line, expected.line) << text;
    ASSERT_EQ(place.column, expected.column) << text;
    if (size <= 16) {
      std::string other = text;
      if (size > 0 && random() % 2 == 0) other[random() % size] ^= 1;
      ASSERT_EQ(XmlScan::IsSameBeginning(begin, other.data(), size),
                XmlScalarScan::IsSameBeginning(begin, other.data(), size));
    }
  }
}

}  // namespace
}  // namespace puente::text
