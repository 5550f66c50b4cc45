// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Tests of telling formats apart by names, first bytes and plugins.
#include "core/plugin/identify.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/status.h"
#include "core/plugin/sniff.h"
#include "tests/core/plugin_folder.h"
#include "tests/plugins/fixtures/fixture_manifest.h"

namespace puente::plugin {
namespace {

using puente::testing::CodeOf;
using puente::testing::ManifestWith;
using puente::testing::PluginFolder;
using puente::testing::SimpleManifest;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::string Utf16(std::string_view ascii, bool big, bool mark) {
  std::string out;
  if (mark) out += big ? "\xfe\xff" : "\xff\xfe";
  for (const char c : ascii) {
    if (big) out += '\0';
    out += c;
    if (!big) out += '\0';
  }
  return out;
}

TEST(SniffTest, FindsTheRootOfXml) {
  const std::string root = "<a:root xmlns:a='urn:x' version = \"2.03\"/>";
  const std::vector<std::string> documents = {
      root,
      "\xef\xbb\xbf" + root,
      "\n\t " + root,
      "<?xml version='1.0' encoding='UTF-8'?>\n" + root,
      "<?xml version='1.0'?><!-- <b> -- > --><?pi <c> ?>" + root,
      "<!DOCTYPE root SYSTEM \"a>b\" [<!ELEMENT x (y)><!-- ]> <d> --><?p ]> ?>"
      "<!ENTITY e ']><e>'>]>" +
          root,
      Utf16(root, true, true),
      Utf16(root, false, true),
      Utf16(root, true, false),
      Utf16("<?xml version='1.0'?>" + root, false, false),
  };
  for (const std::string& document : documents) {
    const Sniffed sniffed = Sniff(document);
    EXPECT_EQ(sniffed.look, Look::kXml) << document;
    ASSERT_TRUE(sniffed.root.has_value()) << document;
    EXPECT_EQ(sniffed.root->name, "root") << document;
    EXPECT_EQ(sniffed.root->xml_namespace, "urn:x") << document;
    EXPECT_EQ(sniffed.root->Attribute("version"), "2.03") << document;
    EXPECT_FALSE(sniffed.is_html);
  }
}

TEST(SniffTest, KnowsWhenTheRootIsCut) {
  for (const char* cut : {"<?xml version='1.0'", "<?xml?><!-- long", "<!DOCTYPE a [ <!ENTITY",
                          "<roo", "<?xml?><!-"}) {
    const Sniffed sniffed = Sniff(cut);
    EXPECT_EQ(sniffed.look, Look::kXml) << cut;
    EXPECT_FALSE(sniffed.root.has_value()) << cut;
  }
  const Sniffed attributes = Sniff("<root a='1' b='2");
  ASSERT_TRUE(attributes.root.has_value());
  EXPECT_EQ(attributes.root->Attribute("a"), "1");
  EXPECT_FALSE(attributes.root->Attribute("b").has_value());
}

TEST(SniffTest, FindsTheKeysOfJson) {
  EXPECT_THAT(Sniff(R"({"a": {"x": [1, "}"]}, "b\"": null, "c": 1)").keys,
              ElementsAre("a", "b\\\"", "c"));
  EXPECT_THAT(Sniff(" [ {\"a\": 1}, {\"b\": 2}]").keys, ElementsAre("a"));
  EXPECT_TRUE(Sniff(" [ {\"a\": 1}]").is_list);
  EXPECT_THAT(Sniff("{\"a\": 1}\n{\"b\": 2}\n").keys, ElementsAre("a"));
  EXPECT_THAT(Sniff("{\"a\": \"cut").keys, ElementsAre("a"));
  EXPECT_EQ(Sniff("{}").look, Look::kJson);
  EXPECT_EQ(Sniff("[1, 2]").look, Look::kJson);
  EXPECT_EQ(Sniff(Utf16("{\"a\": 1}", false, true)).look, Look::kJson);
  EXPECT_EQ(Sniff("{not json}").look, Look::kText);
  EXPECT_EQ(Sniff("[section]\nkey=1").look, Look::kText);
}

TEST(SniffTest, TellsTheRest) {
  EXPECT_EQ(Sniff("").look, Look::kEmpty);
  EXPECT_EQ(Sniff("a,b\n1,2\n").look, Look::kText);
  EXPECT_EQ(Sniff("< 5").look, Look::kText);
  EXPECT_EQ(Sniff(std::string("\0\1\2", 3)).look, Look::kBinary);
}

TEST(SniffTest, SurvivesAnything) {
  std::mt19937 random(7);
  const std::string_view alphabet = "<>!-?[]\"'={}:,/ \n\\axml\xff\xfe";
  for (int i = 0; i < 20000; ++i) {
    std::string text;
    for (size_t n = random() % 40; n > 0; --n) {
      text += random() % 9 == 0 ? '\0' : alphabet[random() % alphabet.size()];
    }
    Sniff(text);
    EXPECT_FALSE(DescribeHead(text).empty());
  }
}

TEST(DescribeHeadTest, SaysWhatAFileIs) {
  EXPECT_EQ(DescribeHead("<?xml version='1.0'?><html>"), "an XML file with root element <html>");
  EXPECT_EQ(DescribeHead("<!doctype html>\n<html>"), "a page of HTML");
  EXPECT_EQ(DescribeHead("<?xml version='1.0'?><!-- "),
            "an XML file whose root element is not within its first bytes");
  EXPECT_EQ(DescribeHead("{\"a\":1,\"b\":2,\"c\":3,\"d\":4,\"e\":5}"),
            "a JSON file with `a`, `b`, `c`, `d`, ...");
  EXPECT_EQ(DescribeHead("[]"), "a JSON list");
  EXPECT_EQ(DescribeHead(""), "an empty file");
  EXPECT_EQ(DescribeHead(" \n"), "a file of white space");
  EXPECT_EQ(DescribeHead("\x1f\x8b\x08"), "a file packed with gzip");
  EXPECT_EQ(DescribeHead("PK\x03\x04"), "a ZIP archive, such as an XLSX workbook");
  EXPECT_EQ(DescribeHead("%PDF-1.7\n"), "a PDF document");
  EXPECT_EQ(DescribeHead(std::string("\0\1", 2)), "a binary file");
  EXPECT_EQ(DescribeHead("\n id;name\r\n1;x"), "a text that begins with `id;name`");
  EXPECT_EQ(DescribeHead("<a\x1b[31m>"), "an XML file with root element <a\\u{1b}[31m>");
}

/// Formats as the plugins of this project have them.
class IdentifyTest : public ::testing::Test {
 protected:
  IdentifyTest() {
    folder_.AddPlugin("iati", SimpleManifest("iati", R"(, "extensions": [".xml"], "identify": [
            {"rule": "xml_root", "names": ["iati-activities", "iati-organisations"],
             "version_attribute": "version", "confidence": 95}])"));
    folder_.AddPlugin("binary", SimpleManifest("binary", R"(, "extensions": [".pb"], "identify": [
            {"rule": "magic", "hex": "50554501", "confidence": 95, "version": "1"}])"));
    folder_.AddPlugin("jsonl", SimpleManifest("jsonl", R"(, "extensions": [".jsonl"], "identify": [
            {"rule": "json_keys", "first": ["identity", "activity"], "confidence": 85}])"));
    folder_.AddPlugin("table", ManifestWith("table", R"([
            {"id": "csv", "title": "t", "extensions": [".csv"], "read": true},
            {"id": "view", "title": "t", "extensions": [".csv"], "write": true,
             "lossless": "none"}])"));
  }

  std::string Best(std::string_view name, std::string_view head, Loader* loader = nullptr) const {
    const Catalog catalog = folder_.Open();
    const std::vector<Candidate> candidates = Identify(catalog, loader, name, head);
    const absl::StatusOr<Candidate> chosen = Choose(catalog, candidates, name, head);
    if (!chosen.ok()) return CodeOf(chosen.status());
    std::string out = chosen->format->id + " " + std::to_string(chosen->confidence);
    if (!chosen->version.empty()) out += " v" + chosen->version;
    return out;
  }

  PluginFolder folder_;
};

TEST_F(IdentifyTest, KnowsContent) {
  EXPECT_EQ(Best("x", "<?xml version='1.0'?><iati-activities version='2.03'>"), "iati 95 v2.03");
  EXPECT_EQ(Best("-", "<iati-organisations\n"), "iati 95");
  EXPECT_EQ(Best("x.csv", std::string("PUE\x01more", 8)), "binary 95 v1");
  EXPECT_EQ(Best("x.txt", "{\"identity\":{\"id\":\"1\"}}\n"), "jsonl 85");
  EXPECT_EQ(Best("x.csv", "a,b\n"), "csv 30");
  EXPECT_EQ(Best("dir.xml/x.CSV.gz", "a,b\n"), "csv 30");
}

TEST_F(IdentifyTest, ContentSaysMoreThanTheName) {
  EXPECT_EQ(Best("x.xml", "<html>"), "PUE-0107");
  EXPECT_EQ(Best("x.xml", "not xml at all"), "PUE-0107");
  EXPECT_EQ(Best("x.jsonl", "{\"other\": 1}"), "PUE-0107");
  EXPECT_EQ(Best("x.pb", "PUE"), "PUE-0107");
}

TEST_F(IdentifyTest, TheNameCountsWhereContentSaysNothing) {
  EXPECT_EQ(Best("x.xml", ""), "iati 30");
  EXPECT_EQ(Best("x.xml", "<?xml version='1.0'?><!-- " + std::string(20000, '-')), "iati 30");
  EXPECT_EQ(Best("-", ""), "PUE-0107");
}

TEST_F(IdentifyTest, SaysWhatWasTriedAndWhatTheFileIs) {
  const Catalog catalog = folder_.Open();
  const absl::Status status =
      Choose(catalog, Identify(catalog, nullptr, "a.xml", "<html>"), "a.xml", "<?xml?><html>")
          .status();
  EXPECT_EQ(GetErrorDetail(status).message,
            "no format fits `a.xml`: this is an XML file with root element <html>; tried: binary, "
            "iati, jsonl, csv");
  EXPECT_THAT(GetErrorDetail(status).hint, HasSubstr("needs a login"));
  EXPECT_THAT(GetErrorDetail(Choose(catalog, {}, "a.json", "{\"a\":1}").status()).hint,
              HasSubstr("--from"));
  // What is not XML at all is told with its place, as other faults of XML are.
  const absl::Status text = Choose(catalog, {}, "a.xml", "\n  text").status();
  EXPECT_THAT(FormatError(text),
              HasSubstr("a.xml:2:3: no format fits `a.xml`: this is a text that "
                        "begins with `text`, not the XML that its name promises"));
  EXPECT_EQ(GetErrorDetail(Choose(catalog, {}, "a.csv", "text").status()).line, 0u);
  const PluginFolder empty;
  EXPECT_THAT(GetErrorDetail(Choose(empty.Open(), {}, "-", "a").status()).message,
              HasSubstr("no plugin is there to read standard input: this is a text"));
}

std::string ScoresText(const Identification& all) {
  std::string text;
  for (const FormatScore& score : all.scores) {
    text += score.format->id + " " + std::to_string(score.confidence);
    for (const RuleScore& rule : score.rules) {
      text += "; " + std::string(RuleAnswerName(rule.answer)) + " " +
              std::to_string(rule.confidence) + " " + rule.looks_for +
              (rule.reason.empty() ? "" : " (" + rule.reason + ")");
    }
    if (!score.plugin.empty()) text += "; plugin " + score.plugin;
    text += "\n";
  }
  return text;
}

TEST_F(IdentifyTest, TellsEveryScore) {
  const Catalog catalog = folder_.Open();
  const Identification xml =
      IdentifyWithScores(catalog, nullptr, "a.csv", "<iati-activities version='2.03'>");
  EXPECT_EQ(xml.candidates.size(), 2u);
  EXPECT_EQ(ScoresText(xml),
            "iati 95; yes 95 root element <iati-activities>, <iati-organisations> (root element "
            "<iati-activities version=\"2.03\">); no 30 a name with .xml\n"
            "csv 30; yes 30 a name with .csv (the name ends with .csv)\n"
            "binary 0; no 95 first bytes 50 55 45 01; no 30 a name with .pb\n"
            "jsonl 0; no 85 JSON that begins with `identity`, `activity`; no 30 a name with "
            ".jsonl\n");
  const Identification other = IdentifyWithScores(catalog, nullptr, "b.xml", "<html>");
  EXPECT_TRUE(other.candidates.empty());
  EXPECT_THAT(ScoresText(other), HasSubstr("not counted 30 a name with .xml (the name ends"));
  EXPECT_THAT(ScoresText(IdentifyWithScores(catalog, nullptr, "-", "")),
              HasSubstr("iati 0; unknown 95 root element"));
}

TEST_F(IdentifyTest, RefusesToGuess) {
  folder_.AddPlugin("rival", ManifestWith("rival", R"([{"id": "iati", "title": "t", "read": true,
      "identify": [{"rule": "xml_root", "names": ["iati-activities"], "confidence": 80}]}])"));
  const Catalog catalog = folder_.Open();
  const std::string head = "<iati-activities>";
  const std::vector<Candidate> candidates = Identify(catalog, nullptr, "x", head);
  ASSERT_EQ(candidates.size(), 2u);
  EXPECT_EQ(candidates[0].confidence, 95u);
  const absl::Status status = Choose(catalog, candidates, "x", head).status();
  EXPECT_EQ(CodeOf(status), "PUE-0108");
  EXPECT_EQ(GetErrorDetail(status).message,
            "`x` fits 2 formats equally well: `iati` of the plugin `iati` (root element "
            "<iati-activities>) and `iati` of the plugin `rival` (root element <iati-activities>)");
  EXPECT_EQ(GetErrorDetail(status).hint, "choose with --from iati:iati or --from rival:iati");
  // Equal but weak ones are not chosen between either; unequal weak ones are.
  folder_.AddPlugin("sheet", SimpleManifest("sheet", R"(, "extensions": [".csv"])"));
  EXPECT_EQ(Best("x.csv", "a,b"), "PUE-0108");
  folder_.AddPlugin("sheet", SimpleManifest("sheet", R"(, "identify": [
      {"rule": "extension", "names": [".csv"], "confidence": 31}])"));
  EXPECT_EQ(Best("x.csv", "a,b"), "sheet 31");
}

TEST_F(IdentifyTest, ChecksNamespacesAndAttributes) {
  folder_.AddPlugin("ns", SimpleManifest("ns", R"(, "identify": [
      {"rule": "xml_root", "names": ["feed"], "namespace": "urn:n", "version": "9"},
      {"rule": "xml_root", "names": ["data"], "attribute": "kind", "attribute_value": "k"}])"));
  EXPECT_EQ(Best("x", "<p:feed xmlns:p='urn:n'>"), "ns 90 v9");
  EXPECT_EQ(Best("x", "<feed xmlns='urn:n'>"), "ns 90 v9");
  EXPECT_EQ(Best("x", "<feed>"), "PUE-0107");
  EXPECT_EQ(Best("x", "<p:feed xmlns='urn:n'>"), "PUE-0107");
  EXPECT_EQ(Best("x", "<data kind='k'>"), "ns 90");
  EXPECT_EQ(Best("x", "<data kind='other'>"), "PUE-0107");
  EXPECT_EQ(Best("x", "<data>"), "PUE-0107");
}

TEST_F(IdentifyTest, ChoosesTheFormatToWrite) {
  folder_.AddPlugin("out", ManifestWith("out", R"([
      {"id": "big", "title": "t", "extensions": [".big.csv"], "write": true, "lossless": "full"},
      {"id": "other", "title": "t", "extensions": [".big.csv"], "write": true,
       "lossless": "full"}])"));
  const Catalog catalog = folder_.Open();
  EXPECT_EQ(ChooseForOutput(catalog, "o/x.csv").value().format->id, "view");
  const absl::Status several = ChooseForOutput(catalog, "x.big.csv").status();
  EXPECT_EQ(CodeOf(several), "PUE-0108");
  EXPECT_EQ(GetErrorDetail(several).hint, "choose with --to big or --to other");
  const absl::Status none = ChooseForOutput(catalog, "x.xml").status();
  EXPECT_EQ(CodeOf(none), "PUE-0107");
  EXPECT_THAT(GetErrorDetail(none).hint, HasSubstr(".csv (view)"));
  EXPECT_EQ(CodeOf(ChooseForOutput(catalog, "-").status()), "PUE-0107");
}

TEST_F(IdentifyTest, AnOutputOfASharedEndingIsInTheFormatOfTheInputs) {
  folder_.AddPlugin("out", ManifestWith("out", R"([
      {"id": "sheet", "title": "t", "shared_extensions": [".csv", ".ods"], "read": true,
       "write": true, "lossless": "full"},
      {"id": "big", "title": "t", "extensions": [".big.csv"], "write": true, "lossless": "full"},
      {"id": "in", "title": "t", "shared_extensions": [".csv"], "read": true}])"));
  const Catalog catalog = folder_.Open();
  const auto chosen = [&](std::string_view name, std::string_view of_inputs) {
    return ChooseForOutput(catalog, name, "--to", of_inputs).value().format->id;
  };
  EXPECT_EQ(chosen("x.CSV", "sheet"), "sheet");
  EXPECT_EQ(chosen("x.ods", "sheet"), "sheet");
  EXPECT_EQ(chosen("x.big.csv", "sheet"), "big");
  EXPECT_EQ(chosen("x.csv", "in"), "view");
  EXPECT_EQ(chosen("x.csv", "another"), "view");
  EXPECT_EQ(chosen("x.csv", ""), "view");
  EXPECT_EQ(CodeOf(ChooseForOutput(catalog, "x.ods").status()), "PUE-0107");
  EXPECT_EQ(CodeOf(ChooseForOutput(catalog, "-", "--to", "sheet").status()), "PUE-0107");
}

/// Two plugins that both claim `FX` and can be asked.
class ProbeTest : public IdentifyTest {
 protected:
  ProbeTest() {
    const std::filesystem::path fixtures = PUENTE_FIXTURE_DIR;
    folder_.CopyLibrary(fixtures / "good.so", "fixture");
    folder_.Write("fixture.puente.json", FIXTURE_MANIFEST("fixture"));
    folder_.CopyLibrary(fixtures / "rival.so", "rival");
    folder_.Write("rival.puente.json", FIXTURE_MANIFEST("rival"));
  }

  std::string Asked(std::string_view name, std::string_view head) const {
    Loader loader;
    return Best(name, head, &loader);
  }
};

TEST_F(ProbeTest, AsksThePluginsThatTie) {
  EXPECT_EQ(Best("x", "FX of fixture"), "PUE-0108");
  EXPECT_EQ(Asked("x", "FX of fixture"), "fixture 90 v7");
  EXPECT_EQ(Asked("x", "FX of rival"), "rival 90 v7");
  EXPECT_EQ(Asked("x", "FX of fixture and rival"), "PUE-0108");
  EXPECT_EQ(Asked("x", "FX of nobody"), "PUE-0107");
  // A plugin that fails or talks nonsense keeps what its manifest says.
  EXPECT_EQ(Asked("x", "FX fail"), "PUE-0108");
  EXPECT_EQ(Asked("x", "FX fixture elsewhere"), "fixture 85");
}

TEST_F(ProbeTest, TellsWhatPluginsSaid) {
  Loader loader;
  const Catalog catalog = folder_.Open();
  const auto text = [&](std::string_view name, std::string_view head) {
    return ScoresText(IdentifyWithScores(catalog, &loader, name, head));
  };
  EXPECT_THAT(text("x", "FX of fixture"), HasSubstr("plugin says fixture, 90 %"));
  EXPECT_THAT(text("x", "FX of fixture"), HasSubstr("plugin says that it is not its own"));
  EXPECT_THAT(text("x", "FX fail"), HasSubstr("plugin its plugin failed with status"));
  EXPECT_THAT(text("x.fxp", "rival, maybe"), HasSubstr("; ask "));
  EXPECT_THAT(text("x", "<iati-activities> fixture"),
              HasSubstr("plugin was not asked: another one is certain"));
}

TEST_F(ProbeTest, AsksWhereARuleSaysSo) {
  EXPECT_EQ(Asked("x.fxp", "maybe"), "PUE-0108");
  EXPECT_EQ(Asked("x.fxp", "rival, maybe"), "rival 90 v7");
  EXPECT_EQ(Asked("-", "rival"), "rival 90 v7");
  EXPECT_EQ(Asked("-", "nobody"), "PUE-0107");
  // Not where another format is certain.
  EXPECT_EQ(Asked("x", "<iati-activities> fixture"), "iati 95");
}

}  // namespace
}  // namespace puente::plugin
