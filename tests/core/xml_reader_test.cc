// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// The XML reader against bare expat, in pieces, at its limits and on bad input.

#include "core/text/xml_reader.h"

#include <algorithm>
#include <chrono>
#include <iostream>

#include "core/base/status.h"
#include "fmt/format.h"
#include "gtest/gtest.h"
#include "tests/core/xml_events.h"

namespace puente::text {
namespace {

using Lines = std::vector<std::string>;

XmlReaderOptions Chunks(size_t bytes) {
  XmlReaderOptions options;
  options.chunk_bytes = bytes;
  return options;
}

ErrorDetail ErrorOf(std::string_view xml, const XmlReaderOptions& options = {}) {
  return GetErrorDetail(ReadEvents(xml, options).status);
}

TEST(XmlReaderTest, GivesEventsWithPlaces) {
  const XmlEvents events = ReadEvents(
      "<?xml version='1.0'?>\n<!-- c -->\n<a x='1' b:y=\"2 &amp;&#10;3\">t<![CDATA[<u>]]>&lt;v"
      "<b/>\r\n<?pi  some data ?></a>\n");
  ASSERT_TRUE(events.status.ok()) << events.status;
  EXPECT_EQ(events.lines, (Lines{"C 22..32 2:1 /0  c ", "S 33..62 3:1 /1 a x=1 b:y=2 &\n3",
                                 "T 62..83 3:30 /1 t<u><v", "S 83..87 3:51 /2 b",
                                 "E 87..87 3:55 /2 b", "T 87..89 3:55 /1 \n",
                                 "P 89..107 4:1 /1 pi|some data ", "E 107..111 4:19 /1 a"}));
}

TEST(XmlReaderTest, GivesTheEndAgainAndAgain) {
  StringInput input("<a/>");
  const auto reader = XmlReader::Create(&input, {});
  ASSERT_TRUE(reader.ok());
  ASSERT_EQ((*reader)->Next().value(), XmlEvent::kStart);
  ASSERT_EQ((*reader)->Next().value(), XmlEvent::kEnd);
  EXPECT_EQ((*reader)->Next().value(), XmlEvent::kEndOfDocument);
  EXPECT_EQ((*reader)->Next().value(), XmlEvent::kEndOfDocument);
  EXPECT_EQ((*reader)->depth(), 0u);
}

TEST(XmlReaderTest, DeliversWhatIsBeforeAnErrorAndGivesTheErrorAgain) {
  StringInput input("<a><b>x</b>\n<d/></c>");
  const auto reader = XmlReader::Create(&input, {});
  ASSERT_TRUE(reader.ok());
  int events = 0;
  absl::StatusOr<XmlEvent> event = (*reader)->Next();
  for (; event.ok(); event = (*reader)->Next()) ++events;
  EXPECT_EQ(events, 7);
  EXPECT_EQ((*reader)->Next().status(), event.status());
  const ErrorDetail detail = GetErrorDetail(event.status());
  EXPECT_EQ(detail.code, "PUE-0201");
  EXPECT_EQ(detail.line, 2u);
  EXPECT_EQ(detail.column, 7u);
  EXPECT_EQ(detail.message, "</c> does not match <a> of line 1");
}

TEST(XmlReaderTest, JoinsTextThatIsAdjacent) {
  const std::string xml = "<a>one<![CDATA[]]>&#x74;wo<![CDATA[ three]]>\r\nfour<![CDATA[]]></a>";
  for (const size_t chunk : {1, 2, 3, 7, 1000}) {
    const XmlEvents events = ReadEvents(xml, Chunks(chunk));
    ASSERT_EQ(events.lines.size(), 3u);
    EXPECT_EQ(events.lines[1], "T 3..62 1:4 /1 onetwo three\nfour");
  }
  EXPECT_EQ(ReadEvents("<a><![CDATA[]]></a>").lines.size(), 2u);
}

TEST(XmlReaderTest, HoldsManyEventsOfOneChunk) {
  std::string xml = "<r>";
  for (int i = 0; i < 100000; ++i) xml += i % 3 == 0 ? "<a/>" : i % 3 == 1 ? "text" : "<!---->";
  xml += "</r>";
  for (const size_t chunk : {size_t{977}, size_t{1} << 20}) {
    EXPECT_EQ(Disagreement(xml, chunk, static_cast<size_t>(-1)), "");
  }
}

TEST(XmlReaderTest, CountsColumnsInCharactersWithoutTheMark) {
  EXPECT_EQ(ReadEvents("\xEF\xBB\xBF<a>\xC3\xA9\xE2\x82\xAC<b/></a>").lines,
            (Lines{"S 3..6 1:1 /1 a", "T 6..11 1:4 /1 \xC3\xA9\xE2\x82\xAC", "S 11..15 1:6 /2 b",
                   "E 15..15 1:10 /2 b", "E 15..19 1:10 /1 a"}));
}

std::string Utf16(std::string_view ascii, bool big) {
  std::string out(big ? "\xFE\xFF" : "\xFF\xFE");
  for (const char c : ascii) {
    if (big) out += '\0';
    out += c;
    if (!big) out += '\0';
  }
  return out;
}

TEST(XmlReaderTest, ReadsEncodings) {
  for (const bool big : {false, true}) {
    const XmlEvents events = ReadEvents(Utf16("<a b='c'>d</a>", big));
    ASSERT_TRUE(events.status.ok()) << events.status;
    EXPECT_EQ(events.lines[0], "S 2..20 1:1 /1 a b=c");
  }
  const auto text_of = [](std::string_view encoding, std::string_view bytes) {
    const XmlEvents events =
        ReadEvents(fmt::format("<?xml version='1.0' encoding='{}'?><a>{}</a>", encoding, bytes));
    if (!events.status.ok()) return GetErrorDetail(events.status).code;
    return events.lines[1].substr(events.lines[1].find(" /1 ") + 4);
  };
  EXPECT_EQ(text_of("ISO-8859-1", "\xE9"), "\xC3\xA9");
  EXPECT_EQ(text_of("us-ascii", "e"), "e");
  EXPECT_EQ(text_of("windows-1252", "\x80\xE9"), "\xE2\x82\xAC\xC3\xA9");
  EXPECT_EQ(text_of("ISO-8859-15", "\xA4"), "\xE2\x82\xAC");
  EXPECT_EQ(text_of("windows-1252", "\x81"), "PUE-0201");
  EXPECT_EQ(text_of("us-ascii", "\xE9"), "PUE-0201");
  for (const char* name : {"Shift_JIS", "UTF-7", "utf8", "no-such", "../etc/passwd", "UTF-32",
                           "EBCDIC-US", "ISO-2022-JP", "GB18030", "windows-1258//TRANSLIT"}) {
    const std::string code = text_of(name, "x");
    // Expat's own syntax of encoding names is stricter than ours.
    EXPECT_TRUE(code == "PUE-0204" || code == "PUE-0201") << name << " " << code;
  }
  EXPECT_EQ(text_of("Shift_JIS", "x"), "PUE-0204");
  EXPECT_EQ(text_of("UTF-16", "x"), "PUE-0204");

  // The mark of UTF-8 is believed, and nothing that contradicts it.
  const auto marked = [](std::string_view encoding) {
    return ReadEvents(fmt::format("\xEF\xBB\xBF<?xml version='1.0' encoding='{}'?><a>\xC3\xA9</a>",
                                  encoding))
        .status;
  };
  EXPECT_TRUE(marked("utf-8").ok());
  EXPECT_EQ(GetErrorDetail(marked("ISO-8859-1")).code, "PUE-0204");
  EXPECT_EQ(GetErrorDetail(marked("ISO-8859-1")).message,
            "the file begins with the mark of UTF-8, but declares \"ISO-8859-1\"");
  EXPECT_EQ(GetErrorDetail(marked("windows-1252")).code, "PUE-0204");

  XmlReaderOptions options;
  options.encoding_override = "windows-1252";
  const XmlEvents events = ReadEvents("<?xml version='1.0' encoding='UTF-8'?><a>\x80</a>", options);
  ASSERT_TRUE(events.status.ok()) << events.status;
  EXPECT_EQ(events.lines[1], "T 41..42 1:42 /1 \xE2\x82\xAC");
}

TEST(XmlReaderTest, NamesTheEncoding) {
  const auto encoding_of = [](std::string_view xml, std::string override_name = "") {
    StringInput input(xml);
    XmlReaderOptions options;
    options.encoding_override = std::move(override_name);
    const auto reader = XmlReader::Create(&input, options);
    EXPECT_TRUE((*reader)->Next().ok());
    return std::string((*reader)->encoding());
  };
  EXPECT_EQ(encoding_of("<a/>"), "UTF-8");
  EXPECT_EQ(encoding_of("<?xml version='1.0' encoding='iso-8859-1'?><a/>"), "iso-8859-1");
  EXPECT_EQ(encoding_of(Utf16("<a/>", false)), "UTF-16");
  EXPECT_EQ(encoding_of("<?xml version='1.0' encoding='utf-8'?><a/>", "ISO-8859-15"),
            "ISO-8859-15");
}

TEST(XmlReaderTest, TakesADoctypeOnlyWithoutDeclarations) {
  const auto read = [](std::string_view xml) {
    StringInput input(xml);
    const auto reader = XmlReader::Create(&input, {});
    absl::StatusOr<XmlEvent> event = (*reader)->Next();
    while (event.ok() && *event != XmlEvent::kEndOfDocument) event = (*reader)->Next();
    return event.ok() ? fmt::format("ok {}", (*reader)->saw_doctype())
                      : FormatError(event.status());
  };
  EXPECT_EQ(read("<a/>"), "ok false");
  EXPECT_EQ(read("<!DOCTYPE a><a/>"), "ok true");
  EXPECT_EQ(read("<!DOCTYPE a SYSTEM 'file:///etc/passwd'><a/>"), "ok true");
  EXPECT_EQ(read("<!DOCTYPE a PUBLIC 'p' 'http://localhost/x.dtd'><a/>"), "ok true");
  for (const char* xml :
       {"<?xml version='1.0'?>\n<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", "\n<!DOCTYPE a []><a/>",
        "\n<!DOCTYPE a SYSTEM 'x' [<!ENTITY % b SYSTEM 'file:///etc/passwd'> %b;]><a/>"}) {
    const ErrorDetail detail = ErrorOf(xml);
    EXPECT_EQ(detail.code, "PUE-0202") << xml;
    EXPECT_EQ(detail.line, 2u);
    EXPECT_FALSE(detail.hint.empty());
  }
}

TEST(XmlReaderTest, RefusesEntitiesThatAreNotDeclared) {
  for (const std::string& doctype : {std::string(), std::string("<!DOCTYPE a SYSTEM 'x.dtd'>"),
                                     std::string("<!DOCTYPE a PUBLIC 'p' 'x.dtd'>")}) {
    for (const char* root : {"<a>\n&eacute;</a>", "<a>\n<b c='&eacute;'/></a>",
                             "<a>\n<b c='&lt;' d='&#65;&eacute;'/></a>"}) {
      const ErrorDetail detail = ErrorOf(doctype + root);
      EXPECT_EQ(detail.code, "PUE-0205") << doctype << root << detail.message;
      EXPECT_EQ(detail.line, 2u);
      EXPECT_EQ(ErrorOf(Utf16(doctype + root, false)).code, "PUE-0205");
      EXPECT_EQ(ErrorOf(Utf16(doctype + root, true)).code, "PUE-0205");
    }
    const std::string good =
        doctype + "<a b='&lt;&gt;&amp;&quot;&apos;&#65;&#x42;'>&lt;&gt;&amp;&quot;&apos;&#65;</a>";
    EXPECT_TRUE(ReadEvents(good).status.ok()) << good;
    EXPECT_TRUE(ReadEvents(Utf16(good, true)).status.ok()) << good;
  }
  EXPECT_EQ(ErrorOf("<a>&nbsp;</a>").message, "the entity \"nbsp\" is not declared");
}

TEST(XmlReaderTest, ExplainsWhatIsNotWellFormed) {
  struct Case {
    std::string_view xml;
    uint64_t line;
    uint64_t column;
    std::string_view message;
  };
  const Case cases[] = {
      {"", 1, 1, "there is no element: the file is empty or holds no XML"},
      {"  \n", 2, 1, "there is no element: the file is empty or holds no XML"},
      {"<a>\n<b>", 2, 4, "the file ends inside <b>, which begins in line 2"},
      {"<a>\n<b", 2, 1, "the file ends inside the tag that begins here"},
      {"<a><!-- x", 1, 4, "the file ends inside the comment that begins here"},
      {"<a>x & y</a>", 1, 7, "\"&\" begins a reference, but it has no name"},
      {"<a>AT&T x</a>", 1, 8, "\"&T\" begins a reference, but it has no semicolon"},
      {"<a>1 < 2</a>", 1, 7, "\"<\" begins a tag, but no name comes after it"},
      {"<a b='<'/>", 1, 7, "\"<\" is not allowed inside a tag or the value of an attribute"},
      {"<a>\n]]></a>", 2, 3, "\"]]>\" is not allowed in text"},
      {"<a><!-- x -- y --></a>", 1, 13, "\"--\" is not allowed inside a comment"},
      {"<a>\x01</a>", 1, 4, "the character U+0001 is not allowed in XML"},
      {"<a>\xEF\xBF\xBE</a>", 1, 4, "the character U+FFFE is not allowed in XML"},
      {"<a>caf\xE9 x</a>", 1, 7, "the byte 0xE9 is not UTF-8, which this file is read as"},
      {"<a b=c/>", 1, 6, "the value of an attribute must be in quotes"},
      {"<a b='1' b='2'/>", 1, 10, "the attribute \"b\" occurs twice in one tag"},
      {"<a/><b/>", 1, 5,
       "only comments and processing instructions may come after the root element"},
      {"{\"a\":1}", 1, 1,
       "only comments, processing instructions and one DOCTYPE may come before the root element"},
      {"\n<?xml version='1.0'?><a/>", 2, 1,
       "the XML declaration must be the very first thing in the file"},
      {"<a>&#0;</a>", 1, 4, "this reference stands for a character that is not allowed in XML"},
      {"<a><![CDATA[x", 1, 14, "the file ends inside a CDATA section"},
  };
  for (const Case& c : cases) {
    const ErrorDetail detail = ErrorOf(c.xml);
    EXPECT_EQ(detail.code, "PUE-0201") << c.xml;
    EXPECT_EQ(detail.message, c.message) << c.xml;
    EXPECT_EQ(fmt::format("{}:{}", detail.line, detail.column),
              fmt::format("{}:{}", c.line, c.column))
        << c.xml;
  }
  XmlReaderOptions options;
  options.source = "x.xml";
  EXPECT_EQ(
      FormatError(ReadEvents("<a></b>", options).status),
      "x.xml:1:6: </b> does not match <a> of line 1 [PUE-0201]; write </a> here, or close the "
      "elements in the order in which they were opened");
}

// ---- limits -----------------------------------------------------------------------------------

void ExpectLimit(const std::string& at_limit, const std::string& beyond, const Limits& limits) {
  for (const size_t chunk : {size_t{50}, size_t{1} << 20}) {
    XmlReaderOptions options = Chunks(chunk);
    options.limits = limits;
    EXPECT_TRUE(ReadEvents(at_limit, options).status.ok()) << ReadEvents(at_limit, options).status;
    const absl::Status status = ReadEvents(beyond, options).status;
    EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted) << status;
    EXPECT_EQ(GetErrorDetail(status).code, "PUE-0203");
    EXPECT_EQ(GetErrorDetail(status).line, 1u);
    EXPECT_NE(GetErrorDetail(status).hint, "");
  }
}

std::string Repeat(std::string_view text, size_t n) {
  std::string out;
  for (size_t i = 0; i < n; ++i) out += text;
  return out;
}

std::string ManyAttributes(size_t n) {
  std::string out = "<a";
  for (size_t i = 0; i < n; ++i) out += fmt::format(" b{}=''", i);
  return out + "/>";
}

TEST(XmlReaderTest, KeepsToLimits) {
  const Limits limits;
  ExpectLimit(Repeat("<a>", 256) + Repeat("</a>", 256), Repeat("<a>", 257) + Repeat("</a>", 257),
              limits);
  ExpectLimit(ManyAttributes(1000), ManyAttributes(1001), limits);
  Limits small;
  small.attribute_bytes = 100;
  small.name_bytes = 20;
  small.text_bytes = 200;
  ExpectLimit("<a b='" + Repeat("x", 100) + "'/>", "<a b='" + Repeat("x", 101) + "'/>", small);
  ExpectLimit("<a b='" + Repeat("&quot;", 100) + "'/>", "<a b='" + Repeat("&quot;", 101) + "'/>",
              small);
  ExpectLimit("<" + Repeat("x", 20) + "/>", "<" + Repeat("x", 21) + "/>", small);
  ExpectLimit("<a " + Repeat("x", 20) + "='1'/>", "<a " + Repeat("x", 21) + "='1'/>", small);
  ExpectLimit("<?" + Repeat("x", 20) + "?><a/>", "<?" + Repeat("x", 21) + "?><a/>", small);
  ExpectLimit("<a>" + Repeat("x", 200) + "</a>", "<a>" + Repeat("x", 201) + "</a>", small);
  ExpectLimit("<a>" + Repeat("&lt;", 200) + "</a>", "<a>" + Repeat("&lt;", 201) + "</a>", small);
  ExpectLimit("<a><![CDATA[" + Repeat("x", 200) + "]]></a>",
              "<a><![CDATA[" + Repeat("x", 100) + "]]>" + Repeat("x", 101) + "</a>", small);
  ExpectLimit("<a><!--" + Repeat("x", 200) + "--></a>", "<a><!--" + Repeat("x", 201) + "--></a>",
              small);
  ExpectLimit("<a><?p " + Repeat("x", 200) + "?></a>", "<a><?p " + Repeat("x", 201) + "?></a>",
              small);
}

/// A stream without an end.
class EndlessInput : public InputStream {
 public:
  EndlessInput(std::string head, std::string body)
      : head_(std::move(head)), body_(std::move(body)) {}
  absl::StatusOr<size_t> Read(char* buffer, size_t size) override {
    std::string_view part = read_ < head_.size() ? std::string_view(head_).substr(read_) : body_;
    const size_t n = std::min(size, part.size());
    std::copy_n(part.data(), n, buffer);
    read_ += n;
    return n;
  }
  uint64_t read() const { return read_; }

 private:
  std::string head_;
  std::string body_;
  uint64_t read_ = 0;
};

TEST(XmlReaderTest, GivesUpOnMarkupWithoutAnEndWithinBounds) {
  struct Case {
    std::string head;
    std::string body;
    uint64_t most_megabytes;
  };
  const Case cases[] = {
      {"<a><!--", Repeat("x", 4096), 32},
      {"<a><?p ", Repeat("x", 4096), 32},
      {"<a b='", Repeat("x", 4096), 32},
      {"<a ", Repeat("b='' ", 4096), 8},
      {"<", Repeat("x", 4096), 32},
      {"<a>", Repeat("x", 4096), 32},
      {"<a><![CDATA[", Repeat("x", 4096), 32},
      {"<a>&", Repeat("x", 4096), 8},
      {"<a></", Repeat("x", 4096), 32},
      {"<a></a", Repeat(" ", 4096), 32},
      {"<!DOCTYPE a SYSTEM '", Repeat("x", 4096), 32},
      {"<a ", Repeat(" ", 4096), 32},
  };
  for (const Case& c : cases) {
    EndlessInput input(c.head, c.body);
    const auto reader = XmlReader::Create(&input, {});
    absl::StatusOr<XmlEvent> event = (*reader)->Next();
    while (event.ok()) event = (*reader)->Next();
    EXPECT_EQ(event.status().code(), absl::StatusCode::kResourceExhausted)
        << c.head << event.status();
    EXPECT_LT(input.read() >> 20, c.most_megabytes) << c.head;
  }
}

TEST(XmlReaderTest, ReadsALongTagInLinearTime) {
  XmlReaderOptions options = Chunks(4096);
  options.limits.attribute_bytes = uint64_t{1} << 30;
  const std::string xml = "<a b='" + std::string(size_t{32} << 20, 'x') + "'/>";
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_TRUE(ReadEvents(xml, options).status.ok());
  // In chunks of 4 KiB expat alone takes minutes.
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(20));
}

TEST(XmlReaderTest, GivesErrorsOfTheStream) {
  class Broken : public InputStream {
   public:
    absl::StatusOr<size_t> Read(char* buffer, size_t) override {
      if (calls_++ > 3) return absl::UnavailableError("the disk is gone");
      *buffer = "<a/>"[calls_ - 1];
      return 1;
    }

   private:
    int calls_ = 0;
  };
  Broken input;
  XmlReaderOptions options;
  options.chunk_bytes = 4;
  const auto reader = XmlReader::Create(&input, options);
  EXPECT_TRUE((*reader)->Next().ok());
  EXPECT_TRUE((*reader)->Next().ok());
  EXPECT_EQ((*reader)->Next().status().code(), absl::StatusCode::kUnavailable);
}

// ---- pieces -----------------------------------------------------------------------------------

XmlReaderOptions Piece(std::string prolog, uint64_t offset = 0, uint64_t line = 1,
                       uint64_t column = 1) {
  XmlReaderOptions options;
  options.prolog = std::move(prolog);
  options.start = {offset, line, column};
  options.fragment = true;
  return options;
}

TEST(XmlReaderTest, ReadsPieces) {
  const XmlEvents middle =
      ReadEvents("<b>\n</b><c/>t", Piece("<?xml version='1.0'?>\n<a x='1'>", 100, 7, 3));
  ASSERT_TRUE(middle.status.ok()) << middle.status;
  EXPECT_EQ(middle.lines,
            (Lines{"S 100..103 7:3 /2 b", "T 103..104 7:6 /2 \n", "E 104..108 8:1 /2 b",
                   "S 108..112 8:5 /2 c", "E 112..112 8:9 /2 c", "T 112..113 8:9 /1 t"}));
  const XmlEvents last = ReadEvents("<b/></a>\n<!--x-->", Piece("<a>", 50, 2, 1));
  ASSERT_TRUE(last.status.ok()) << last.status;
  EXPECT_EQ(last.lines.back(), "C 59..67 3:1 /0 x");
  EXPECT_TRUE(ReadEvents("", Piece("<a>")).lines.empty());
  EXPECT_TRUE(ReadEvents("", Piece("<a>")).status.ok());
  EXPECT_TRUE(ReadEvents("x]]", Piece("<a>")).status.ok());
  EXPECT_EQ(ReadEvents("x\r", Piece("<a>")).lines, (Lines{"T 0..2 1:1 /1 x\n"}));
}

TEST(XmlReaderTest, RefusesPiecesThatDoNotBalance) {
  for (const char* xml : {"<b>", "<b", "<b></c>", "</b>", "<!-- ", "<![CDATA[", "&lt", "\xC3",
                          "<b/></a><b/>", "<?xml version='1.0'?>"}) {
    EXPECT_EQ(ErrorOf(xml, Piece("<a>")).code, "PUE-0201") << xml;
  }
  EXPECT_EQ(ErrorOf("<b>\n", Piece("<a>", 10, 5, 1)).message,
            "the file ends inside <b>, which begins in line 5");
  EXPECT_EQ(ErrorOf("&x;", Piece("<a>")).code, "PUE-0205");
  // Without `fragment` the elements of the prolog must be closed.
  XmlReaderOptions options = Piece("<a>");
  options.fragment = false;
  EXPECT_FALSE(ReadEvents("<b/>", options).status.ok());
  EXPECT_TRUE(ReadEvents("<b/></a>", options).status.ok());
  for (const char* prolog : {"", "<a/>", "<a", "<a></b>", "<a>&"}) {
    StringInput input("");
    EXPECT_EQ(XmlReader::Create(&input, Piece(prolog)).status().code(),
              absl::StatusCode::kInvalidArgument)
        << prolog;
  }
}

TEST(XmlReaderTest, ReadsAPieceInItsEncoding) {
  XmlReaderOptions options = Piece("<a>");
  options.encoding_override = "windows-1252";
  EXPECT_EQ(ReadEvents("<b>\x80</b>", options).lines[1], "T 3..4 1:4 /2 \xE2\x82\xAC");
}

/// Events of a document read in pieces that are cut before its records; those of the root's start
/// tag and of what is before it are left out.
XmlEvents ReadInPieces(const std::string& xml, size_t records_a_piece, XmlEvents* whole) {
  StringInput input(xml);
  const auto reader = XmlReader::Create(&input, {});
  std::string prolog;
  std::vector<XmlPosition> cuts;
  size_t skipped = 0;
  size_t records = 0;
  std::string encoding;
  for (auto event = (*reader)->Next(); event.ok() && *event != XmlEvent::kEndOfDocument;
       event = (*reader)->Next()) {
    if (cuts.empty() && !prolog.empty()) cuts.push_back((*reader)->position());
    if (prolog.empty()) ++skipped;
    if (*event == XmlEvent::kStart && (*reader)->depth() == 1) {
      const uint64_t begin = (*reader)->position().offset;
      prolog = xml.substr(begin, (*reader)->end_offset() - begin);
    } else if (*event == XmlEvent::kStart && (*reader)->depth() == 2) {
      if (records++ % records_a_piece == 0) cuts.push_back((*reader)->position());
    }
    encoding = (*reader)->encoding();
  }
  XmlEvents all;
  if (prolog.size() < 2 || prolog[prolog.size() - 2] == '/' || encoding == "UTF-16") {
    whole->lines.clear();
    return all;
  }
  whole->lines.erase(whole->lines.begin(), whole->lines.begin() + static_cast<int64_t>(skipped));
  for (size_t i = 0; i < cuts.size(); ++i) {
    const uint64_t end = i + 1 < cuts.size() ? cuts[i + 1].offset : xml.size();
    XmlReaderOptions options = Piece(prolog, cuts[i].offset, cuts[i].line, cuts[i].column);
    options.encoding_override = encoding;
    const XmlEvents piece =
        ReadEvents(std::string_view(xml).substr(cuts[i].offset, end - cuts[i].offset), options);
    all.lines.insert(all.lines.end(), piece.lines.begin(), piece.lines.end());
    if (!piece.status.ok()) {
      all.status = piece.status;
      break;
    }
  }
  return all;
}

TEST(XmlReaderTest, ReadsRealFilesLikeExpatAlsoInPieces) {
  const std::string data = ExternalDataFolder();
  if (data.empty()) GTEST_SKIP() << "NO TEST DATA: set PUENTE_TEST_DATA to compare real files";
  const std::vector<std::string> paths = FilesBelow(data + "/iati", ".xml");
  ASSERT_GT(paths.size(), 100u);
  size_t refused = 0;
  size_t in_pieces = 0;
  for (const std::string& path : paths) {
    const std::string xml = FileBytes(path);
    std::vector<size_t> chunks = {size_t{1} << 20, 4096};
    if (xml.size() < 300000) chunks.push_back(61);
    if (xml.size() < 20000) chunks.push_back(1);
    for (const size_t chunk : chunks) {
      ASSERT_EQ(Disagreement(xml, chunk, chunk == 4096 ? 1000 : static_cast<size_t>(-1)), "")
          << path << " in chunks of " << chunk;
    }
    XmlEvents whole = ReadEvents(xml);
    if (!whole.status.ok()) {
      ++refused;
      continue;
    }
    for (const size_t records : {1, 7}) {
      XmlEvents expected = whole;
      const XmlEvents pieces = ReadInPieces(xml, records, &expected);
      ASSERT_TRUE(pieces.status.ok()) << path << " " << FormatError(pieces.status);
      ASSERT_EQ(FirstDifference(expected.lines, pieces.lines), "") << path;
      if (!expected.lines.empty()) ++in_pieces;
    }
  }
  std::cout << paths.size() << " files, " << refused << " refused by both, " << in_pieces
            << " readings in pieces\n";
}

}  // namespace
}  // namespace puente::text
