// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// What the XML writer writes reads back the same, and what XML cannot carry is refused.

#include "core/text/xml_writer.h"

#include <random>

#include "core/base/status.h"
#include "core/base/utf8.h"
#include "core/text/xml_chars.h"
#include "fmt/format.h"
#include "gtest/gtest.h"
#include "tests/core/xml_events.h"

namespace puente::text {
namespace {

TEST(XmlWriterTest, WritesADocument) {
  std::string out;
  StringOutput stream(&out);
  XmlWriter writer(&stream);
  ASSERT_TRUE(writer.Declaration().ok());
  ASSERT_TRUE(writer.NewlineIndent(0).ok());
  ASSERT_TRUE(writer.ProcessingInstruction("p", "").ok());
  ASSERT_TRUE(writer.StartElement("a").ok());
  ASSERT_TRUE(writer.Attribute("x", "1 & \"2\" <3>\t\n\r'").ok());
  ASSERT_TRUE(writer.Attribute("xml:y", "").ok());
  ASSERT_TRUE(writer.NewlineIndent(1).ok());
  ASSERT_TRUE(writer.StartElement("b").ok());
  EXPECT_EQ(writer.depth(), 2u);
  ASSERT_TRUE(writer.Text("").ok());
  ASSERT_TRUE(writer.EndElement().ok());
  ASSERT_TRUE(writer.StartElement("c").ok());
  ASSERT_TRUE(writer.Text("1 & \"2\" <3> ]]>\t\n\r'\xC3\xA9").ok());
  ASSERT_TRUE(writer.EndElement().ok());
  ASSERT_TRUE(writer.Comment("- x -y").ok());
  ASSERT_TRUE(writer.ProcessingInstruction("t", "d ?").ok());
  ASSERT_TRUE(writer.Raw("<raw/>").ok());
  ASSERT_TRUE(writer.NewlineIndent(0).ok());
  ASSERT_TRUE(writer.EndElement().ok());
  EXPECT_EQ(out, "");
  ASSERT_TRUE(writer.Flush().ok());
  EXPECT_EQ(
      out,
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<?p?><a x=\"1 &amp; &quot;2&quot; &lt;3&gt;"
      "&#9;&#10;&#13;'\" xml:y=\"\">\n  <b/><c>1 &amp; \"2\" &lt;3&gt; ]]&gt;\t\n&#13;'\xC3\xA9"
      "</c><!--- x -y--><?t d ?\?><raw/>\n</a>");
  EXPECT_EQ(writer.bytes_written(), out.size());
}

TEST(XmlWriterTest, RefusesWhatXmlCannotCarry) {
  for (const std::string_view text :
       {std::string_view("\0", 1), std::string_view("a\x01"), std::string_view("\x1F"),
        std::string_view("\xEF\xBF\xBE"), std::string_view("\xEF\xBF\xBF"),
        std::string_view("\xFF"), std::string_view("\xED\xA0\x80"), std::string_view("\xC0\x80"),
        std::string_view("ab\xC3")}) {
    EXPECT_FALSE(CanWriteText(text));
    EXPECT_FALSE(CanWriteComment(text));
    EXPECT_FALSE(CanWriteProcessingInstruction("a", text));
    EXPECT_FALSE(CanWriteName(text));
  }
  for (const std::string_view text : {"", "a", "\t\n\r", "\x7F", "\xC2\x80", "\xEF\xBF\xBD",
                                      "\xF4\x8F\xBF\xBF", "\xEE\x80\x80"}) {
    EXPECT_TRUE(CanWriteText(text));
  }
  for (const char* name : {"", "1", "-a", ".a", "a b", "a<", "a=", "a/", "a>", "a\"",
                           "\xC2\xB7"
                           "a",
                           "\xF3\xB0\x80\x80", "a\xE2\x80\x8B"}) {
    EXPECT_FALSE(CanWriteName(name)) << name;
  }
  for (const char* name :
       {"a", "_", ":", "a-1.b", "iati:x", "\xC3\xA9t\xC3\xA9", "a\xC2\xB7", "\xF0\x90\x80\x80"}) {
    EXPECT_TRUE(CanWriteName(name)) << name;
  }
  for (const char* text : {"-", "a-", "a--b", "--", "a\rb"}) EXPECT_FALSE(CanWriteComment(text));
  for (const char* text : {"", "a", "-a", "- -x", "&<>"}) EXPECT_TRUE(CanWriteComment(text));
  EXPECT_TRUE(CanWriteProcessingInstruction("xml-stylesheet", "href='x'? >"));
  EXPECT_FALSE(CanWriteProcessingInstruction("xml", ""));
  EXPECT_FALSE(CanWriteProcessingInstruction("XmL", ""));
  EXPECT_FALSE(CanWriteProcessingInstruction("a", "?>"));
  EXPECT_FALSE(CanWriteProcessingInstruction("a", " b"));
  EXPECT_FALSE(CanWriteProcessingInstruction("a", "b\rc"));
  EXPECT_FALSE(CanWriteProcessingInstruction("a b", ""));
}

TEST(XmlWriterTest, WritesNothingOfWhatItRefuses) {
  std::string out;
  StringOutput stream(&out);
  XmlWriter writer(&stream);
  const auto code = [](const absl::Status& status) { return GetErrorDetail(status).code; };
  EXPECT_TRUE(absl::IsFailedPrecondition(writer.Text("x")));
  EXPECT_TRUE(absl::IsFailedPrecondition(writer.EndElement()));
  EXPECT_TRUE(absl::IsFailedPrecondition(writer.Attribute("a", "")));
  EXPECT_EQ(code(writer.StartElement("a b")), "PUE-0206");
  ASSERT_TRUE(writer.StartElement("a").ok());
  EXPECT_TRUE(absl::IsFailedPrecondition(writer.Declaration()));
  ASSERT_TRUE(writer.Attribute("b", "1").ok());
  EXPECT_EQ(code(writer.Attribute("b", "2")), "PUE-0206");
  EXPECT_EQ(code(writer.Attribute("c", "\x01")), "PUE-0206");
  EXPECT_EQ(code(writer.Attribute("c d", "1")), "PUE-0206");
  ASSERT_TRUE(writer.Attribute("c", "2").ok());
  EXPECT_EQ(code(writer.Text("\xFF")), "PUE-0206");
  EXPECT_EQ(code(writer.Comment("--")), "PUE-0206");
  EXPECT_EQ(code(writer.ProcessingInstruction("xml", "")), "PUE-0206");
  ASSERT_TRUE(writer.EndElement().ok());
  EXPECT_TRUE(absl::IsFailedPrecondition(writer.StartElement("a")));
  EXPECT_TRUE(absl::IsFailedPrecondition(writer.Text("x")));
  ASSERT_TRUE(writer.Comment("c").ok());
  ASSERT_TRUE(writer.Flush().ok());
  EXPECT_EQ(out, "<a b=\"1\" c=\"2\"/><!--c-->");
}

TEST(XmlWriterTest, FindsOneOfManyAttributesTwice) {
  std::string out;
  StringOutput stream(&out);
  XmlWriter writer(&stream);
  for (const char* element : {"a", "b"}) {
    ASSERT_TRUE(writer.StartElement(element).ok());
    for (int i = 0; i < 200; ++i) {
      ASSERT_TRUE(writer.Attribute(fmt::format("n{}", i), "").ok()) << i;
      EXPECT_FALSE(writer.Attribute(fmt::format("n{}", i / 2), "").ok()) << i;
    }
  }
}

TEST(XmlWriterTest, WritesKnownNamesAsAnyOther) {
  const XmlName a("a");
  const XmlName b("b");
  const XmlName bad("b b");
  const XmlName long_name(std::string(100, 'x'));
  EXPECT_EQ(long_name.name(), std::string(100, 'x'));
  std::string out;
  StringOutput stream(&out);
  XmlWriter writer(&stream);
  EXPECT_TRUE(absl::IsFailedPrecondition(writer.Attribute(a, "")));
  EXPECT_EQ(GetErrorDetail(writer.StartElement(bad)).code, "PUE-0206");
  ASSERT_TRUE(writer.StartElement(a).ok());
  EXPECT_EQ(GetErrorDetail(writer.Attribute(bad, "1")).code, "PUE-0206");
  EXPECT_FALSE(writer.Attribute(a, "\x01").ok());
  ASSERT_TRUE(writer.Attribute(a, "<1>").ok());
  EXPECT_FALSE(writer.Attribute(a, "2").ok());
  EXPECT_FALSE(writer.Attribute("a", "2").ok());
  ASSERT_TRUE(writer.Attribute("b", "3").ok());
  EXPECT_FALSE(writer.Attribute(b, "4").ok());
  ASSERT_TRUE(writer.Attribute(long_name, "").ok());
  ASSERT_TRUE(writer.StartElement("c").ok());
  ASSERT_TRUE(writer.StartElement(b).ok());
  ASSERT_TRUE(writer.Text("t").ok());
  ASSERT_TRUE(writer.EndElement().ok());
  ASSERT_TRUE(writer.EndElement().ok());
  ASSERT_TRUE(writer.StartElement(long_name).ok());
  ASSERT_TRUE(writer.EndElement().ok());
  ASSERT_TRUE(writer.EndElement().ok());
  EXPECT_TRUE(absl::IsFailedPrecondition(writer.StartElement(a)));
  ASSERT_TRUE(writer.Flush().ok());
  const std::string x(100, 'x');
  EXPECT_EQ(out, "<a a=\"&lt;1&gt;\" b=\"3\" " + x + "=\"\"><c><b>t</b></c><" + x + "/></a>");
}

/// Each way to write elements gives the same bytes, wherever in them the buffer is handed on.
TEST(XmlWriterTest, WritesPlainElementsAsAnyOther) {
  const XmlName e("element");
  const XmlName f("attribute");
  std::mt19937_64 random(3);
  std::string plain_out;
  std::string out;
  StringOutput plain_stream(&plain_out);
  StringOutput stream(&out);
  XmlWriter plain(&plain_stream);
  XmlWriter writer(&stream);
  const std::vector<std::string> pieces = {"a",  "abcdefgh", "&",    "<b>",  "\"", "\n\t",
                                           "\r", "\xC3\xA9", "\x01", "\xFF", " "};
  ASSERT_TRUE(writer.StartElement("r").ok());
  ASSERT_TRUE(plain.StartElement("r").ok());
  for (int round = 0; round < 20000; ++round) {
    const size_t depth = random() % 16;
    std::string value;
    std::string text;
    for (uint64_t n = random() % 12; n > 0; --n) value += pieces[random() % pieces.size()];
    for (uint64_t n = random() % 12; n > 0; --n) text += pieces[random() % pieces.size()];
    if (round % 1000 == 0) text.append(random() % 100000, 'x');
    if (round % 1000 == 500) value.append(random() % 100000, '&');
    ASSERT_TRUE(writer.NewlineIndent(depth).ok());
    ASSERT_TRUE(writer.StartElement(e).ok());
    const bool has_value = writer.Attribute(f, value).ok();
    const bool has_text = !text.empty() && writer.Text(text).ok();
    ASSERT_TRUE(writer.EndElement().ok());
    plain.PlainLine(depth);
    plain.PlainStart(e);
    ASSERT_EQ(plain.PlainAttribute(f, value), has_value);
    if (!text.empty() && plain.PlainContent(text)) {
      ASSERT_TRUE(has_text);
      plain.PlainEnd(e);
    } else {
      ASSERT_FALSE(has_text);
      plain.PlainEmpty();
    }
    ASSERT_TRUE(plain.status().ok());
    ASSERT_EQ(plain.bytes_written(), writer.bytes_written());
  }
  ASSERT_TRUE(writer.EndElement().ok());
  ASSERT_TRUE(plain.EndElement().ok());
  ASSERT_TRUE(writer.Flush().ok());
  ASSERT_TRUE(plain.Flush().ok());
  EXPECT_GT(out.size(), 1000000u);
  EXPECT_EQ(plain_out, out);
}

TEST(XmlWriterTest, KeepsTheErrorOfTheStream) {
  class Full : public OutputStream {
   public:
    absl::Status Write(std::string_view) override { return absl::ResourceExhaustedError("full"); }
  };
  Full stream;
  XmlWriter writer(&stream);
  ASSERT_TRUE(writer.StartElement("a").ok());
  const std::string large(300000, 'x');
  EXPECT_TRUE(absl::IsResourceExhausted(writer.Text(large)));
  EXPECT_TRUE(absl::IsResourceExhausted(writer.Text("x")));
  EXPECT_TRUE(absl::IsResourceExhausted(writer.Flush()));
}

// All code points, against expat: the fourth edition's names are what expat reads as names.
TEST(XmlWriterTest, KnowsTheNamesOfExpat) {
  std::string good_starts = "<r>";
  std::string good_rests = "<r>";
  size_t checked_bad = 0;
  for (char32_t c = 1; c <= 0x10FFFF; ++c) {
    if (c >= 0xD800 && c < 0xE000) continue;
    std::string text;
    AppendUtf8(c, &text);
    if (IsXmlNameStart(c)) good_starts += "<" + text + "/>";
    if (IsXmlNameChar(c)) good_rests += "<a" + text + "/>";
    // Each refused character of the basic plane is refused by expat too.
    if (c > 0xFFFF || text == ">" || text == "/" || text == " " || text == "\t" || text == "\n" ||
        text == "\r") {
      continue;
    }
    if (!IsXmlNameStart(c)) {
      ASSERT_FALSE(BareExpatEvents("<" + text + "/>").status.ok()) << static_cast<uint32_t>(c);
      ++checked_bad;
    }
    if (!IsXmlNameChar(c)) {
      ASSERT_FALSE(BareExpatEvents("<a" + text + "/>").status.ok()) << static_cast<uint32_t>(c);
      ++checked_bad;
    }
  }
  EXPECT_TRUE(BareExpatEvents(good_starts + "</r>").status.ok());
  EXPECT_TRUE(BareExpatEvents(good_rests + "</r>").status.ok());
  EXPECT_GT(checked_bad, 10000u);
}

// What is read can be written: names that the fifth edition of XML added come back.
TEST(XmlWriterTest, WritesTheNamesThatTheReaderTakes) {
  std::string name;
  AppendUtf8(0x1F600, &name);
  ASSERT_FALSE(IsXmlName(name));
  ASSERT_TRUE(CanWriteName(name));
  EXPECT_FALSE(CanWriteName("-" + name));
  std::string out;
  StringOutput stream(&out);
  XmlWriter writer(&stream);
  ASSERT_TRUE(writer.StartElement(name).ok());
  ASSERT_TRUE(writer.EndElement().ok());
  ASSERT_TRUE(writer.Flush().ok());
  StringInput input(out);
  auto reader = XmlReader::Create(&input, {});
  ASSERT_TRUE(reader.ok());
  auto event = (*reader)->Next();
  ASSERT_TRUE(event.ok()) << event.status();
  EXPECT_EQ(*event, XmlEvent::kStart);
  EXPECT_EQ((*reader)->name(), name);
}

/// A text over an alphabet of characters that writers get wrong.
std::string NastyText(std::mt19937_64* random, bool also_bad) {
  static const std::vector<std::string> good = {"a",
                                                " ",
                                                "  ",
                                                "\t",
                                                "\n",
                                                "\r",
                                                "\r\n",
                                                "&",
                                                "<",
                                                ">",
                                                "]]>",
                                                "\"",
                                                "'",
                                                "&amp;",
                                                "&#1;",
                                                "--",
                                                "-",
                                                "?>",
                                                "<!--",
                                                "<![CDATA[",
                                                "\x7F",
                                                "\xC2\x85",
                                                "\xE2\x80\xA8",
                                                "\xEF\xBB\xBF",
                                                "\xC3\xA9",
                                                "\xF0\x9F\x98\x80",
                                                "\xEF\xBF\xBD",
                                                "\xE2\x80\xAE"};
  static const std::vector<std::string> bad = {
      std::string(1, '\0'), "\x01", "\x1B", "\xEF\xBF\xBE",
      "\xED\xB0\x80",       "\xFF", "\xC3", "\xF8\x88\x80\x80"};
  std::string text;
  for (size_t n = (*random)() % 8; n > 0; --n) {
    text += also_bad && (*random)() % 8 == 0 ? bad[(*random)() % bad.size()]
                                             : good[(*random)() % good.size()];
  }
  return text;
}

// Random calls with hostile texts: the output is always well-formed and reads as what was accepted.
TEST(XmlWriterTest, GivesBackWhatItTook) {
  std::mt19937_64 random(7);
  size_t refused = 0;
  for (int round = 0; round < 5000; ++round) {
    std::string out;
    StringOutput stream(&out);
    XmlWriter writer(&stream);
    std::vector<std::string> expected;
    std::vector<std::string> open = {"root"};
    std::string text;
    bool in_tag = true;
    const auto flush_text = [&] {
      if (!text.empty()) expected.push_back("T " + text);
      text.clear();
    };
    const auto took = [&](const absl::Status& status) {
      if (!status.ok()) {
        EXPECT_EQ(GetErrorDetail(status).code, "PUE-0206");
        ++refused;
      }
      return status.ok();
    };
    ASSERT_TRUE(writer.StartElement("root").ok());
    expected.push_back("S root");
    for (int step = 0; step < 20; ++step) {
      const std::string value = NastyText(&random, true);
      const std::string name =
          random() % 4 == 0 ? NastyText(&random, true) : fmt::format("n{}", random() % 6);
      switch (random() % 6) {
        case 0:
          if (took(writer.StartElement(name))) {
            flush_text();
            expected.push_back("S " + name);
            open.push_back(name);
            in_tag = true;
          }
          break;
        case 1:
          if (in_tag && took(writer.Attribute(name, value))) {
            expected.back() += fmt::format(" {}={}", name, value);
          }
          break;
        case 2:
          if (open.size() > 1) {
            ASSERT_TRUE(writer.EndElement().ok());
            flush_text();
            expected.push_back("E " + open.back());
            open.pop_back();
            in_tag = false;
          }
          break;
        case 3:
          if (took(writer.Text(value)) && !value.empty()) {
            text += value;
            in_tag = false;
          }
          break;
        case 4:
          if (took(writer.Comment(value))) {
            flush_text();
            expected.push_back("C " + value);
            in_tag = false;
          }
          break;
        default:
          if (took(writer.ProcessingInstruction(name, value))) {
            flush_text();
            expected.push_back("P " + name + "|" + value);
            in_tag = false;
          }
      }
    }
    for (; !open.empty(); open.pop_back()) {
      ASSERT_TRUE(writer.EndElement().ok());
      flush_text();
      expected.push_back("E " + open.back());
    }
    ASSERT_TRUE(writer.Flush().ok());
    const XmlEvents events = ReadEvents(out);
    ASSERT_TRUE(events.status.ok()) << events.status << "\n" << out;
    ASSERT_EQ(events.nodes, expected) << out;
  }
  EXPECT_GT(refused, 1000u);
}

}  // namespace
}  // namespace puente::text
