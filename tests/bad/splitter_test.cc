// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Splitters are not fooled: the records of the pieces are those of the whole input.

#include <cstdint>
#include <iterator>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "gtest/gtest.h"
#include "tests/bad/reading.h"

namespace puente::bad {
namespace {

/// Makes IATI files in which tags stand wherever they are no tags.
class Maker {
 public:
  explicit Maker(uint64_t seed) : random_(seed) {}

  size_t Below(size_t n) { return random_() % n; }
  bool Chance(int percent) { return Below(100) < static_cast<size_t>(percent); }
  template <size_t N>
  std::string_view OneOf(const std::string_view (&list)[N]) {
    return list[Below(N)];
  }

  /// A whole file in UTF-8, of about this many bytes or more.
  std::string File(size_t at_least = 0) {
    root_ = Chance(80) ? "iati-activities" : "iati-organisations";
    record_ = root_ == "iati-activities" ? "iati-activity" : "iati-organisation";
    std::string out = Prolog();
    out += "<" + root_ + Space();
    if (Chance(70)) out += "version=\"2.0" + std::to_string(1 + Below(3)) + "\"" + Space();
    if (Chance(20)) out += "xmlns=\"urn:home\"" + Space();
    if (Chance(30)) out += "xmlns:x=\"urn:x\"" + Space();
    if (Chance(10)) out += "xml:space=\"preserve\"" + Space();
    if (Chance(40)) out += "note=" + Value() + Space();
    if (at_least == 0 && Chance(3)) return out + "/>" + Epilog();
    out += ">";
    const size_t children = Below(14);
    for (size_t i = 0; i < children || out.size() < at_least; ++i) out += RootChild();
    return out + "</" + root_ + Space() + ">" + Epilog();
  }

  /// A file whose root is one record.
  std::string Bare() {
    root_ = record_ = "iati-activity";
    return Prolog() + Record() + Epilog();
  }

 private:
  std::string Space() {
    static constexpr std::string_view kSpaces[] = {" ", "\n", "\t", "  \n "};
    return Chance(60) ? " " : std::string(OneOf(kSpaces));
  }

  /// Text that looks like the tags that matter.
  std::string Lure() {
    switch (Below(9)) {
      case 0:
        return "<" + record_ + ">";
      case 1:
        return "</" + record_ + ">";
      case 2:
        return "</" + root_ + ">";
      case 3:
        return "<" + root_ + ">";
      case 4:
        return "<" + record_ + "/>";
      case 5:
        return "\n<" + record_ + " a='";
      case 6:
        return "\"'>";
      case 7:
        return "]>";
      default:
        return "\xC3\xA9\n";
    }
  }
  std::string Lures() {
    std::string out;
    for (size_t n = Below(4); n > 0; --n) out += Lure();
    return out;
  }

  std::string Without(std::string text, std::string_view what) {
    for (size_t at; (at = text.find(what)) != std::string::npos;) text.erase(at, 1);
    return text;
  }

  std::string Comment() {
    std::string text = Without(Lures(), "--");
    return "<!--" + text + (text.ends_with('-') ? " " : "") + "-->";
  }
  std::string Instruction() { return "<?x " + Without(Lures(), "?>") + "?>"; }
  std::string Section() { return "<![CDATA[" + Without(Lures(), "]]>") + "]]>"; }

  /// An attribute's value with its quotes.
  std::string Value() {
    const char quote = Chance(50) ? '"' : '\'';
    std::string out(1, quote);
    for (const char c : Lures() + (Chance(40) ? "/>" : "")) {
      if (c == '<') {
        out += "&lt;";
      } else if (c != quote) {
        out += c;
      }
    }
    return out + quote;
  }

  std::string Text() {
    static constexpr std::string_view kTexts[] = {
        "a", " ", "\n", "&lt;", "&gt;", ">", "]]", "\"", "'", "&#10;", "\xC3\xB1", "]", "/>", "  "};
    return std::string(OneOf(kTexts));
  }

  std::string Element(int depth) {
    static constexpr std::string_view kNames[] = {
        "title",         "narrative",         "sector",     "zz", "x:zz", "iati-activityx",
        "iati-activity", "iati-organisation", "description"};
    const std::string name(OneOf(kNames));
    std::string out = "<" + name;
    for (size_t n = Below(3); n > 0; --n) out += Space() + "a" + std::to_string(n) + "=" + Value();
    if (Chance(8)) out += Space() + "xmlns='urn:other'";
    if (Chance(25)) return out + (Chance(50) ? " " : "") + "/>";
    out += Chance(20) ? Space() + ">" : ">";
    return out + Inside(depth + 1) + "</" + name + (Chance(10) ? " " : "") + ">";
  }

  std::string Inside(int depth) {
    std::string out;
    for (size_t n = Below(5); n > 0; --n) {
      switch (Below(depth > 4 ? 4 : 6)) {
        case 0:
          out += Comment();
          break;
        case 1:
          out += Instruction();
          break;
        case 2:
          out += Section();
          break;
        case 3:
          out += Text();
          break;
        default:
          out += Element(depth);
          break;
      }
    }
    return out;
  }

  std::string Record() {
    std::string out = "<" + record_;
    if (Chance(30)) out += Space() + "note=" + Value();
    if (Chance(10)) out += Space() + "xml:lang=\"es\"";
    if (Chance(4)) out += Space() + "xmlns=\"urn:home\"";
    if (Chance(4)) out += Space() + "xmlns=\"urn:other\"";
    if (Chance(10)) return out + (Chance(50) ? " " : "") + "/>";
    out += ">";
    if (Chance(80)) {
      out += "<iati-identifier>" + std::to_string(Below(5)) + "</iati-identifier>";
    }
    return out + Inside(1) + "</" + record_ + (Chance(10) ? "\n" : "") + ">";
  }

  std::string RootChild() {
    switch (Below(11)) {
      case 0:
        return Comment();
      case 1:
        return Instruction();
      case 2:
        return Section();
      case 3:
        return Text();
      case 4:
        return Element(1);
      case 5:
      case 6:
        return "\n  ";
      default:
        return Record();
    }
  }

  std::string Prolog() {
    std::string out;
    if (Chance(60)) out += "<?xml version=\"1.0\" encoding=\"UTF-8\"?>";
    for (size_t n = Below(3); n > 0; --n) {
      out += Chance(50) ? Comment() : Chance(50) ? Instruction() : std::string("\n");
    }
    if (Chance(10)) out += "<!DOCTYPE " + root_ + " SYSTEM \"a[>" + root_ + "\">";
    return out;
  }
  std::string Epilog() {
    std::string out;
    for (size_t n = Below(3); n > 0; --n) {
      out += Chance(50) ? Comment() : Chance(50) ? Instruction() : std::string("\n");
    }
    return out;
  }

  std::mt19937_64 random_;
  std::string root_;
  std::string record_;
};

std::string Replace(std::string_view text, std::string_view from, std::string_view to) {
  std::string out;
  while (true) {
    const size_t at = text.find(from);
    out += text.substr(0, at);
    if (at == std::string_view::npos) return out;
    out += to;
    text.remove_prefix(at + from.size());
  }
}

/// The same document in UTF-16 (of either order) with its mark.
std::string ToUtf16(std::string_view utf8, bool little) {
  std::string out(little ? "\xFF\xFE" : "\xFE\xFF");
  for (size_t i = 0; i < utf8.size(); ++i) {
    auto c = static_cast<unsigned char>(utf8[i]);
    unsigned unit = c;
    if (c >= 0x80) {
      // The maker has no characters beyond two bytes.
      unit = ((c & 0x1FU) << 6) | (static_cast<unsigned char>(utf8[++i]) & 0x3FU);
    }
    const char high = static_cast<char>(unit >> 8);
    const char low = static_cast<char>(unit & 0xFF);
    out += little ? low : high;
    out += little ? high : low;
  }
  return out;
}

std::string ToLatin1(std::string_view utf8) {
  std::string out;
  for (size_t i = 0; i < utf8.size(); ++i) {
    const auto c = static_cast<unsigned char>(utf8[i]);
    out += c < 0x80 ? utf8[i]
                    : static_cast<char>(((c & 0x1FU) << 6) |
                                        (static_cast<unsigned char>(utf8[++i]) & 0x3FU));
  }
  return out;
}

/// Another way to write the same file.
std::string Disguise(std::string file, Maker& maker) {
  switch (maker.Below(5)) {
    case 0:
      file = Replace(file, "\n", "\r\n");
      break;
    case 1:
      file = Replace(file, "\n", "\r");
      break;
    case 2:
      file = Replace(file, "\n<", "\r\n<");
      break;
    default:
      break;
  }
  switch (maker.Below(8)) {
    case 0:
      return "\xEF\xBB\xBF" + file;
    case 1:
      return ToUtf16(Replace(file, "\"UTF-8\"", "\"UTF-16\""), true);
    case 2:
      return ToUtf16(Replace(file, "\"UTF-8\"", "\"UTF-16\""), false);
    case 3:
      return ToLatin1(file.starts_with("<?xml")
                          ? Replace(file, "\"UTF-8\"", "\"ISO-8859-1\"")
                          : "<?xml version='1.0' encoding='iso-8859-1'?>" + file);
    default:
      return file;
  }
}

/// Breaks a file at some place.
std::string Break(std::string file, Maker& maker) {
  if (file.empty()) return file;
  const size_t at = maker.Below(file.size());
  switch (maker.Below(5)) {
    case 0:
      return file.substr(0, at);
    case 1:
      file.erase(at, 1 + maker.Below(12));
      return file;
    case 2:
      file.insert(at, "</a>");
      return file;
    case 3:
      file[at] = static_cast<char>(maker.Below(256));
      return file;
    default:
      file.insert(at, file.substr(maker.Below(file.size()), maker.Below(40)));
      return file;
  }
}

/// One reader sees what readers of pieces see.
void ExpectSame(std::string_view format, const std::string& file, uint64_t piece_bytes,
                uint64_t seed) {
  Limits limits;
  limits.piece_bytes = piece_bytes;
  const Reading whole = Read(format, file, 1, limits);
  const Reading pieces = Read(format, file, 2, limits);
  const std::string difference = Difference(whole, pieces);
  ASSERT_EQ(difference, "") << "seed " << seed << ", pieces of " << piece_bytes << "\n" << file;
}

constexpr uint64_t kFiles = 3000;

TEST(SplitterTest, TagsThatAreNoneFoolNobody) {
  size_t records = 0;
  size_t refused = 0;
  for (uint64_t seed = 1; seed <= kFiles && !HasFatalFailure(); ++seed) {
    Maker maker(seed);
    const std::string file = Disguise(maker.Chance(90) ? maker.File() : maker.Bare(), maker);
    ExpectSame("iati", file, 1 + maker.Below(maker.Chance(50) ? 8 : 300), seed);
    const Reading reading = Read("iati", file);
    records += reading.records.size();
    refused += reading.error.empty() ? 0 : 1;
  }
  // The maker is of no use when most of what it makes is refused.
  EXPECT_GT(records, 2 * kFiles);
  EXPECT_LT(refused, kFiles / 10);
}

TEST(SplitterTest, BrokenFilesBreakAtTheSamePlace) {
  size_t refused = 0;
  for (uint64_t seed = 1; seed <= kFiles && !HasFatalFailure(); ++seed) {
    Maker maker(seed + 1'000'000);
    const std::string file = Break(Disguise(maker.File(), maker), maker);
    ExpectSame("iati", file, 1 + maker.Below(100), seed);
    refused += Read("iati", file).error.empty() ? 0 : 1;
  }
  EXPECT_GT(refused, kFiles / 2);
}

TEST(SplitterTest, EveryPieceSizeOfOneFile) {
  Maker maker(7);
  std::string file;
  while (file.size() < 1200) file = maker.File();
  for (const std::string_view line_end : {"\n", "\r\n", "\r"}) {
    const std::string written = Replace(file, "\n", line_end);
    for (uint64_t size = 1; size < 400 && !HasFatalFailure(); ++size) {
      ExpectSame("iati", written, size, size);
    }
  }
}

TEST(SplitterTest, FilesLargerThanAnyBuffer) {
  for (uint64_t seed = 1; seed <= 8 && !HasFatalFailure(); ++seed) {
    Maker maker(seed + 2'000'000);
    const std::string file = Disguise(maker.File(600'000 + maker.Below(1000)), maker);
    ExpectSame("iati", file, 20'000 + maker.Below(1000), seed);
    ExpectSame("iati", Break(file, maker), 20'000, seed);
  }
}

TEST(SplitterTest, RecordsThatOnlySpeakOfNamespacesAreCut) {
  const std::string record =
      "<iati-activity xmlns:a='urn:xmlns=\"b\"' note=\" xmlns='urn:c' \"><title/></iati-activity>";
  std::string file = "<iati-activities>";
  for (int i = 0; i < 10; ++i) file += record;
  file += "</iati-activities>";
  EXPECT_EQ(CountPieces("iati", file, record.size()), 10);
  // One of its own may be another's: it stays with the one before.
  file = Replace(file, "<title/></iati-activity><iati-activity xmlns:a=",
                 "<title/></iati-activity><iati-activity xmlns = 'urn:d' xmlns:a=");
  EXPECT_EQ(CountPieces("iati", file, record.size()), 1);
}

TEST(SplitterTest, WhatEndsInsideOfAPieceIsTheSameFault) {
  for (const std::string_view rest : {"a", "\r", "]]", "&", "&am", "&amp", "&#", "&#x2", "&zz",
                                      "\xC3", "\xE2\x82", "<a>", "</a"}) {
    for (const std::string_view encoding : {"UTF-8", "ISO-8859-1"}) {
      std::string file = "<?xml version='1.0' encoding='" + std::string(encoding) + "'?>";
      file += "<iati-activities>\n<iati-activity/>\n<iati-activity/>\n" + std::string(rest);
      file += "<iati-activity/>\n</iati-activities>";
      for (uint64_t size = 1; size < 40 && !HasFatalFailure(); ++size) {
        ExpectSame("iati", file, size, 0);
      }
    }
  }
}

TEST(SplitterTest, FilesWithRulesOfTheirOwnForNamesAreNotCut) {
  // After these beginnings names have the letters of the fourth edition of XML.
  for (const std::string_view prolog :
       {"<?xml version='2.0'?>", "<!DOCTYPE iati-activities>", "<!DOCTYPE a SYSTEM 'a'>"}) {
    for (const std::string_view child : {"<title/>", "<a\xD3\x8A/>", "<title a='&b;'/>", "&b;"}) {
      std::string file = std::string(prolog) + "<iati-activities>";
      for (int i = 0; i < 3; ++i) {
        file += "<iati-activity>" + std::string(i == 2 ? child : "") + "</iati-activity>";
      }
      file += "</iati-activities>";
      EXPECT_EQ(CountPieces("iati", file, 1), 1) << file;
      ExpectSame("iati", file, 1, 0);
    }
  }
}

TEST(SplitterTest, LinesOfJson) {
  static constexpr std::string_view kLines[] = {
      R"({"activity":{"iati_identifier":"a"}})",
      R"({"activity":{"title":{"narratives":[{"text":"\n{\"activity\":{}}\n"}]}}})",
      R"({"dataset_header":{"version":"2.03"}})",
      "",
      " ",
      "{}",
      "[",
      R"({"activity":{"iati_identifier":"b"},)",
      "\xEF\xBB\xBF",
      R"({"activity":{"iati_identifier":1}})",
      "\t\r",
      "\"",
      "\xC3\xB1",
      R"({"organisation":{"organisation_identifier":"o"}})"};
  for (uint64_t seed = 1; seed <= kFiles && !HasFatalFailure(); ++seed) {
    Maker maker(seed);
    std::string file = maker.Chance(10) ? "\xEF\xBB\xBF" : "";
    for (size_t n = maker.Below(12); n > 0; --n) {
      file += maker.Chance(60) ? kLines[maker.Below(3)] : maker.OneOf(kLines);
      file += maker.Chance(85) ? "\n" : maker.Chance(50) ? "\r\n" : "\r";
    }
    if (maker.Chance(30) && !file.empty()) file.pop_back();
    if (maker.Chance(10)) file = Break(file, maker);
    ExpectSame("jsonl", file, 1 + maker.Below(120), seed);
  }
}

TEST(SplitterTest, FramesOfBinary) {
  std::string lines;
  for (int i = 0; i < 40; ++i) {
    lines += R"({"activity":{"iati_identifier":"R\u0000EPUENTE)" + std::to_string(i) + "\"}}\n";
  }
  const std::string binary = Convert("jsonl", lines, "binary");
  ASSERT_GT(binary.size(), 2000U);
  for (uint64_t size = 1; size < 300 && !HasFatalFailure(); ++size) {
    ExpectSame("binary", binary, size, size);
  }
  size_t refused = 0;
  for (uint64_t seed = 1; seed <= kFiles && !HasFatalFailure(); ++seed) {
    Maker maker(seed);
    const std::string file = Break(binary, maker);
    ExpectSame("binary", file, 1 + maker.Below(300), seed);
    refused += Read("binary", file).error.empty() ? 0 : 1;
  }
  EXPECT_GT(refused, kFiles / 2);
}

}  // namespace
}  // namespace puente::bad
