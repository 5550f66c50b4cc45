// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Tests of manifests and of the check of options.
#include "core/plugin/manifest.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/status.h"
#include "tests/core/plugin_folder.h"

namespace puente::plugin {
namespace {

using puente::testing::CodeOf;
using puente::testing::ManifestWith;
using puente::testing::PluginFolder;
using puente::testing::SimpleManifest;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;

/// The first block of JSON of the specification.
std::string SpecificationExample() {
  std::ifstream file(PUENTE_SOURCE_DIR "/docs/spec/manifest.md", std::ios::binary);
  const std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  const std::string open = "```json\n";
  const size_t start = text.find(open);
  if (start == std::string::npos) return "";
  const size_t from = start + open.size();
  return text.substr(from, text.find("```", from) - from);
}

Format OneFormat(std::string_view more) {
  const absl::StatusOr<Manifest> manifest = ParseManifest(SimpleManifest("toy", more));
  EXPECT_TRUE(manifest.ok()) << FormatError(manifest.status());
  return manifest.ok() ? manifest->formats[0] : Format();
}

/// The message and hint that a manifest is refused with.
std::string Refusal(std::string_view json) {
  const absl::StatusOr<Manifest> manifest = ParseManifest(json);
  if (manifest.ok()) return "accepted";
  EXPECT_EQ(CodeOf(manifest.status()), "PUE-0402");
  const ErrorDetail detail = GetErrorDetail(manifest.status());
  return detail.message + "; " + detail.hint;
}

std::string Replaced(std::string text, std::string_view what, std::string_view with) {
  const size_t found = text.find(what);
  EXPECT_NE(found, std::string::npos) << what;
  return found == std::string::npos ? text : text.replace(found, what.size(), with);
}

TEST(ManifestTest, ReadsTheExampleOfItsSpecification) {
  const std::string example = SpecificationExample();
  ASSERT_FALSE(example.empty());
  const absl::StatusOr<Manifest> manifest = ParseManifest(example);
  ASSERT_TRUE(manifest.ok()) << FormatError(manifest.status());
  EXPECT_EQ(manifest->name, "censo");
  EXPECT_EQ(manifest->version, "1.4.0");
  EXPECT_EQ(manifest->library, "puente_censo.so");
  EXPECT_EQ(manifest->catalogues.messages, "censo.messages.json");
  EXPECT_THAT(manifest->catalogues.codelists, ElementsAre("censo.shelters.csv"));
  ASSERT_EQ(manifest->formats.size(), 2u);

  const Format& xml = manifest->formats[0];
  EXPECT_EQ(xml.id, "censo");
  EXPECT_THAT(xml.versions, ElementsAre("1.0", "1.1"));
  EXPECT_THAT(xml.extensions, ElementsAre(".censo.xml", ".xml"));
  EXPECT_TRUE(xml.Supports(Direction::kRead));
  EXPECT_TRUE(xml.Supports(Direction::kWrite));
  EXPECT_EQ(xml.lossless, Lossless::kDeclared);
  EXPECT_TRUE(xml.streaming && xml.splits && xml.needs_header);
  ASSERT_EQ(xml.identify.size(), 1u);
  EXPECT_EQ(xml.identify[0].kind, RuleKind::kXmlRoot);
  EXPECT_EQ(xml.identify[0].confidence, 95u);
  EXPECT_EQ(xml.identify[0].xml_namespace, "https://example.org/ns/censo");
  EXPECT_EQ(xml.identify[0].version_attribute, "version");
  ASSERT_EQ(xml.options.size(), 2u);
  EXPECT_EQ(xml.options[0].type, OptionType::kInteger);
  EXPECT_EQ(xml.options[0].default_value, "2");
  EXPECT_EQ(xml.options[0].min, "0");
  EXPECT_EQ(xml.options[0].max, "8");
  EXPECT_FALSE(xml.options[0].AppliesTo(Direction::kRead));

  const Format& json = manifest->formats[1];
  EXPECT_FALSE(json.write);
  EXPECT_TRUE(json.streaming);
  EXPECT_FALSE(json.splits);
  ASSERT_EQ(json.identify.size(), 2u);
  EXPECT_THAT(json.identify[0].keys, ElementsAre("hogares"));
  EXPECT_TRUE(json.identify[1].probe);
  EXPECT_TRUE(json.FindOption("country")->required);
  EXPECT_EQ(json.FindOption("rate")->min, "0.000001");
  EXPECT_EQ(json.FindOption("strict")->default_value, "false");
}

TEST(ManifestTest, FillsInDefaults) {
  const absl::StatusOr<Manifest> manifest = ParseManifest(SimpleManifest(
      "toy", R"(, "extensions": ["toy"], "identify": [{"rule": "magic", "hex": "00fF"},
                 {"rule": "any"}, {"rule": "json_keys", "first": ["a"]}])"));
  ASSERT_TRUE(manifest.ok()) << FormatError(manifest.status());
  EXPECT_EQ(manifest->library, "puente_toy.so");
  const Format& format = manifest->formats[0];
  EXPECT_THAT(format.extensions, ElementsAre(".toy"));
  EXPECT_EQ(format.identify[0].bytes, std::string("\x00\xff", 2));
  EXPECT_EQ(format.identify[0].confidence, 90u);
  EXPECT_TRUE(format.identify[1].probe);
  EXPECT_EQ(format.identify[2].confidence, 80u);
}

TEST(ManifestTest, NamesUnknownKeysAndTheNearest) {
  const std::string plain = SimpleManifest("toy");
  EXPECT_EQ(Refusal(Replaced(plain, "\"license\"", "\"licence\"")),
            "the manifest's `licence` is a key that is not known here; did you mean `license`?");
  EXPECT_EQ(Refusal(SimpleManifest("toy", R"(, "extensoins": [])")),
            "the manifest's `formats[0].extensoins` is a key that is not known here; did you mean "
            "`extensions`?");
  EXPECT_EQ(Refusal(SimpleManifest("toy", R"(, "zzz": 1)")),
            "the manifest's `formats[0].zzz` is a key that is not known here; ");
  EXPECT_THAT(Refusal(SimpleManifest("toy", R"(, "identify": [{"rule": "magic", "name": "x"}])")),
              HasSubstr("`formats[0].identify[0].name` is a key that is not known"));
  EXPECT_THAT(Refusal(SimpleManifest("toy", R"(, "read": true)")),
              HasSubstr("`formats[0].read` is there twice"));
}

TEST(ManifestTest, RefusesLaterVersionsBeforeUnknownKeys) {
  EXPECT_EQ(Refusal(R"({"new_key": 1, "manifest_version": 2})"),
            "the manifest's `manifest_version` is 2; this version of Puente reads 1; use a later "
            "version of Puente, or an earlier one of the plugin");
}

TEST(ManifestTest, RefusesWhatBreaksARule) {
  const std::string plain = SimpleManifest("toy");
  EXPECT_THAT(Refusal(""), HasSubstr("not valid JSON"));
  EXPECT_THAT(Refusal("{} {}"), HasSubstr("not valid JSON"));
  EXPECT_THAT(Refusal("[]"), HasSubstr("must be a JSON object"));
  EXPECT_THAT(Refusal("{}"), HasSubstr("`manifest_version` must be"));
  EXPECT_THAT(Refusal(std::string(kMaxManifestBytes + 1, ' ')), HasSubstr("larger than 1048576"));
  EXPECT_THAT(Refusal(Replaced(plain, "\"toy\", \"version\"", "\"Toy\", \"version\"")),
              HasSubstr("`name` must be a lower-case letter"));
  EXPECT_THAT(Refusal(Replaced(plain, "\"publisher\": \"us\",", "")),
              HasSubstr("`publisher` is missing"));
  EXPECT_THAT(Refusal(Replaced(plain, "\"us\"", "\"a\\u001b[2J\"")),
              HasSubstr("`publisher` has control characters"));
  EXPECT_THAT(Refusal(Replaced(plain, "\"us\"", "7")), HasSubstr("`publisher` must be a text"));
  EXPECT_THAT(Refusal(Replaced(plain, "\"abi\"", "\"library\": \"../x.so\", \"abi\"")),
              HasSubstr("`library` must be the name of a file"));
  EXPECT_THAT(Refusal(ManifestWith("toy", "[]")), HasSubstr("`formats` must have a format"));
  EXPECT_THAT(Refusal(ManifestWith("toy", R"([{"id": "a", "title": "t"}])")),
              HasSubstr("`formats[0].read` or `write` must be true"));
  EXPECT_THAT(Refusal(ManifestWith("toy", R"([{"id": "a", "title": "t", "write": true}])")),
              HasSubstr("`formats[0].lossless` is missing"));
  EXPECT_THAT(Refusal(SimpleManifest("toy", R"(, "lossless": "ful")")),
              HasSubstr("`formats[0].lossless` must be one of `full`, `declared`, `none`; did you "
                        "mean `full`?"));
  EXPECT_THAT(Refusal(ManifestWith("toy", R"([{"id": "a", "title": "t", "read": true},
                                              {"id": "a", "title": "t", "read": true}])")),
              HasSubstr("second format `a`"));
  EXPECT_THAT(Refusal(SimpleManifest("toy", R"(, "extensions": [".XML"])")),
              HasSubstr("extensions are lower-case"));
}

TEST(ManifestTest, RefusesBadRules) {
  const auto rule = [](std::string_view text) {
    return Refusal(SimpleManifest("toy", R"(, "identify": [)" + std::string(text) + "]"));
  };
  EXPECT_THAT(rule("7"), HasSubstr("must be an object with the key `rule`"));
  EXPECT_THAT(rule(R"({"rule": "xml_rot"})"), HasSubstr("did you mean `xml_root`?"));
  EXPECT_THAT(rule(R"({"rule": "magic"})"), HasSubstr("needs either `hex` or `text`"));
  EXPECT_THAT(rule(R"({"rule": "magic", "hex": "0"})"), HasSubstr("pairs of hexadecimal digits"));
  EXPECT_THAT(rule(R"({"rule": "magic", "text": ""})"), HasSubstr("needs 1 to 256 bytes"));
  EXPECT_THAT(rule(R"({"rule": "any", "probe": false})"), HasSubstr("tells nothing"));
  EXPECT_THAT(rule(R"({"rule": "extension", "names": ["a"], "confidence": 96})"),
              HasSubstr("`formats[0].identify[0].confidence` must be a whole number from 1 to 95"));
  EXPECT_THAT(rule(R"({"rule": "xml_root", "names": []})"), HasSubstr("must name an element"));
  EXPECT_THAT(rule(R"({"rule": "json_keys"})"), HasSubstr("needs keys"));
}

TEST(ManifestTest, RefusesBadOptions) {
  const auto option = [](std::string_view text) {
    return Refusal(SimpleManifest(
        "toy", R"(, "options": [{"name": "o", "help": "h", )" + std::string(text) + "}]"));
  };
  EXPECT_THAT(option(R"("type": "int")"), HasSubstr("`formats[0].options[0].type` must be one of"));
  EXPECT_THAT(option(R"("type": "integer", "default": "x")"), HasSubstr("must be a whole number"));
  EXPECT_THAT(option(R"("type": "integer", "min": 3, "default": 2)"),
              HasSubstr("`formats[0].options[0].default` must be a whole number, at least 3"));
  EXPECT_THAT(option(R"("type": "integer", "min": 3, "max": 2)"), HasSubstr("is more than `max`"));
  EXPECT_THAT(option(R"("type": "string", "min": 3)"), HasSubstr("integers and decimals only"));
  EXPECT_THAT(option(R"("type": "enum")"), HasSubstr("`formats[0].options[0].values`"));
  EXPECT_THAT(option(R"("type": "string", "values": ["a"])"), HasSubstr("`enum`"));
  EXPECT_THAT(option(R"("type": "boolean", "default": true, "required": true)"),
              HasSubstr("cannot be there"));
  EXPECT_THAT(option(R"("type": "boolean", "applies_to": "all")"), HasSubstr("`both`"));
}

TEST(ManifestTest, ReadsQuirks) {
  const std::string plain = SimpleManifest("toy", "");
  const auto with = [&plain](std::string_view quirk) {
    return plain.substr(0, plain.rfind('}')) + ", \"quirks\": [" + std::string(quirk) + "]}";
  };
  const absl::StatusOr<Manifest> manifest =
      ParseManifest(with(R"({"check": "round-trip", "format": "toy", "reason": "It rounds."})"));
  ASSERT_TRUE(manifest.ok()) << FormatError(manifest.status());
  ASSERT_EQ(manifest->quirks.size(), 1u);
  EXPECT_EQ(manifest->quirks[0].check, "round-trip");
  EXPECT_EQ(manifest->quirks[0].format, "toy");
  EXPECT_EQ(manifest->quirks[0].reason, "It rounds.");

  EXPECT_THAT(Refusal(with(R"({"check": "round-trip"})")), HasSubstr("quirks[0].reason"));
  EXPECT_THAT(Refusal(with(R"({"check": "Round trip", "reason": "x"})")),
              HasSubstr("quirks[0].check"));
  EXPECT_THAT(Refusal(with(R"({"check": "empty", "format": "other", "reason": "x"})")),
              HasSubstr("which the plugin does not have"));
  EXPECT_THAT(Refusal(with(R"({"check": "empty", "why": "x", "reason": "x"})")),
              HasSubstr("quirks[0].why"));
}

TEST(ManifestTest, ReadsRegularFilesOnly) {
  const PluginFolder folder;
  folder.Write("a.puente.json", "text");
  EXPECT_EQ(ReadManifestFile(folder / "a.puente.json").value(), "text");
  EXPECT_EQ(CodeOf(ReadManifestFile(folder / "b.puente.json").status()), "PUE-0402");
  EXPECT_EQ(CodeOf(ReadManifestFile(folder.path()).status()), "PUE-0402");
  EXPECT_EQ(CodeOf(ReadManifestFile("/dev/zero").status()), "PUE-0402");
  folder.Write("a.puente.json", std::string(kMaxManifestBytes + 1, ' '));
  EXPECT_EQ(CodeOf(ReadManifestFile(folder / "a.puente.json").status()), "PUE-0402");
}

TEST(ManifestTest, NormalizesWhiteSpaceBetweenTokensOnly) {
  EXPECT_EQ(NormalizeManifest("{ \"a b\\\" c\" :\n\t[ 1 , \" \" ] }\r\n"),
            "{\"a b\\\" c\":[1,\" \"]}");
  EXPECT_NE(NormalizeManifest("{\"a\":\"x y\"}"), NormalizeManifest("{\"a\":\"xy\"}"));
}

constexpr std::string_view kOptions = R"(, "write": true, "lossless": "full", "options": [
    {"name": "zone", "type": "string", "default": "UTC", "help": "h"},
    {"name": "indent", "type": "integer", "min": 0, "max": 8, "applies_to": "write", "help": "h"},
    {"name": "rate", "type": "decimal", "min": "0.5", "help": "h"},
    {"name": "strict", "type": "boolean", "default": false, "applies_to": "read", "help": "h"},
    {"name": "dates", "type": "enum", "values": ["iso", "local"], "help": "h"}])";

TEST(CheckOptionsTest, SortsFillsInAndMakesCanonical) {
  const Format format = OneFormat(kOptions);
  const OptionList given = {{"strict", "yes"}, {"rate", "+00.50"}, {"dates", "local"}};
  const absl::StatusOr<OptionList> read = CheckOptions(format, Direction::kRead, given);
  ASSERT_TRUE(read.ok()) << FormatError(read.status());
  EXPECT_THAT(*read, ElementsAre(Pair("dates", "local"), Pair("rate", "0.50"),
                                 Pair("strict", "true"), Pair("zone", "UTC")));
  const absl::StatusOr<OptionList> write =
      CheckOptions(format, Direction::kWrite, OptionList{{"zone", ""}, {"indent", "007"}});
  ASSERT_TRUE(write.ok()) << FormatError(write.status());
  EXPECT_THAT(*write, ElementsAre(Pair("indent", "7"), Pair("zone", "")));
}

TEST(CheckOptionsTest, OffersTheNearestName) {
  const Format format = OneFormat(kOptions);
  const auto check = [&](Direction direction, std::string_view name) {
    const absl::Status status =
        CheckOptions(format, direction, OptionList{{std::string(name), "1"}}).status();
    EXPECT_EQ(CodeOf(status), "PUE-0106");
    return GetErrorDetail(status).message + "; " + GetErrorDetail(status).hint;
  };
  EXPECT_EQ(check(Direction::kWrite, "ident"),
            "the format `toy` has no option `ident`; did you mean `indent`?");
  EXPECT_EQ(check(Direction::kRead, "qqqqq"),
            "the format `toy` has no option `qqqqq`; its options for reading: `dates`, `rate`, "
            "`strict`, `zone`");
  EXPECT_EQ(check(Direction::kRead, "indent"),
            "the option `indent` of the format `toy` is not for reading; give it with --out-opt");
  EXPECT_THAT(check(Direction::kRead, "a\x1b[31m"), HasSubstr("\\u{1b}"));
}

TEST(CheckOptionsTest, ChecksTypesAndRanges) {
  const Format format = OneFormat(kOptions);
  const auto check = [&](std::string_view name, std::string_view value) {
    const absl::Status status =
        CheckOptions(format, Direction::kWrite, OptionList{{std::string(name), std::string(value)}})
            .status();
    EXPECT_EQ(CodeOf(status), "PUE-0109") << name << "=" << value;
    return GetErrorDetail(status).message;
  };
  EXPECT_EQ(check("indent", "9"),
            "the option `indent` of the format `toy` must be a whole number from 0 to 8, not `9`");
  for (const char* bad : {"", "x", "1.0", "-1", "99999999999999999999", "1 "}) check("indent", bad);
  EXPECT_EQ(check("rate", "0.49"),
            "the option `rate` of the format `toy` must be a decimal number, at least 0.5, not "
            "`0.49`");
  EXPECT_THAT(check("dates", "Iso"), HasSubstr("must be one of `iso`, `local`"));
  check("zone", "\xff");
  const OptionList twice = {{"zone", "a"}, {"zone", "b"}};
  EXPECT_EQ(CodeOf(CheckOptions(format, Direction::kWrite, twice).status()), "PUE-0109");
}

TEST(CheckOptionsTest, AsksForWhatIsRequired) {
  const Format format = OneFormat(
      R"(, "options": [{"name": "country", "type": "string", "required": true, "help": "Which."}])");
  const absl::Status status = CheckOptions(format, Direction::kRead, OptionList()).status();
  EXPECT_EQ(CodeOf(status), "PUE-0109");
  EXPECT_EQ(GetErrorDetail(status).hint, "give it with --in-opt country=VALUE: Which.");
}

}  // namespace
}  // namespace puente::plugin
