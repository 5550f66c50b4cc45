// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Tests the order of pages: by their links, by their names, with pages missing.

#include "core/pipeline/page_order.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace puente::pipeline {
namespace {

const plugin::Format& Pages() {
  static plugin::Format& format = *new plugin::Format;
  format.id = "pages";
  format.next_page = "nextLink";
  return format;
}

Input MakeInput(const std::string& name, const std::string& json) {
  Input input;
  input.path = "folder/" + name;
  input.binding.format = &Pages();
  input.source = *plugin::Source::FromMemory(input.path, json);
  return input;
}

std::string Link(const std::string& to) {
  return "{\"data\": {}, \"meta\": {\"nextLink\": \"" + to + "\"}}";
}

/// The names in the order that they have.
std::string Names(const std::vector<Input>& inputs) {
  std::string names;
  for (const Input& input : inputs) {
    names += (names.empty() ? "" : " ") + input.path.substr(input.path.find('/') + 1);
  }
  return names;
}

size_t Findings(const std::vector<Input>& inputs) {
  size_t findings = 0;
  for (const Input& input : inputs) findings += input.findings.size();
  return findings;
}

std::vector<Input> Ordered(std::vector<std::pair<std::string, std::string>> files) {
  std::vector<Input> inputs;
  for (auto& [name, json] : files) inputs.push_back(MakeInput(name, json));
  OrderPages(&inputs);
  return inputs;
}

TEST(PageOrderTest, FollowsLinksByTheEndOfTheirPath) {
  const std::vector<Input> inputs = Ordered({{"c.json", "{}"},
                                             {"a.json", Link("https://x/z/b.json?k=1")},
                                             {"b.json", Link("https:\\/\\/x\\/c.json")}});
  EXPECT_EQ(Names(inputs), "a.json b.json c.json");
  EXPECT_EQ(Findings(inputs), 0u);
  EXPECT_EQ(inputs[0].dataset, "");
  EXPECT_EQ(inputs[1].dataset, "a");
  EXPECT_EQ(inputs[2].dataset, "a");
}

TEST(PageOrderTest, FollowsLinksByTheirPage) {
  const std::vector<Input> inputs =
      Ordered({{"q-1-page-2.json", Link("https://x/search?q=1&page=3")},
               {"q-2.json", Link("https://x/search?q=2&page=2")},
               {"q-1-page-3.json", "{}"},
               {"q-2-page-2.json", "{}"},
               {"q-1.json", Link("https://x/search?q=1&page=2")}});
  EXPECT_EQ(Names(inputs), "q-2.json q-2-page-2.json q-1.json q-1-page-2.json q-1-page-3.json");
  EXPECT_EQ(Findings(inputs), 0u);
  EXPECT_EQ(inputs[1].dataset, "q-2");
  EXPECT_EQ(inputs[4].dataset, "q-1");
}

TEST(PageOrderTest, WithoutLinksOrdersByName) {
  const std::vector<Input> inputs = Ordered(
      {{"q-page-10.json", "{}"}, {"q-page-9.json", "{}"}, {"q.json", "{}"}, {"a.json", "{}"}});
  EXPECT_EQ(Names(inputs), "a.json q.json q-page-9.json q-page-10.json");
  EXPECT_EQ(Findings(inputs), 0u);
}

TEST(PageOrderTest, TellsWhatIsMissing) {
  // The next page, and the pages before.
  EXPECT_EQ(Findings(Ordered({{"q.json", Link("https://x/q-page-2.json")}})), 1u);
  EXPECT_EQ(Findings(Ordered({{"q-page-3.json", "{}"}})), 1u);
  const std::vector<Input> inputs =
      Ordered({{"q-page-3.json", "{}"}, {"q.json", Link("https://x/q-page-2.json")}});
  EXPECT_EQ(Findings(inputs), 2u);
  EXPECT_EQ(inputs[0].findings[0].code, "PUE-0507");
}

TEST(PageOrderTest, OddLinksDoNoHarm) {
  // Round in a circle, to itself, to a page that two name.
  EXPECT_EQ(Ordered({{"a.json", Link("b.json")}, {"b.json", Link("a.json")}}).size(), 2u);
  EXPECT_EQ(Names(Ordered({{"a.json", Link("a.json")}})), "a.json");
  EXPECT_EQ(
      Names(Ordered({{"a.json", Link("c.json")}, {"b.json", Link("c.json")}, {"c.json", "{}"}})),
      "a.json c.json b.json");
  // Text that only looks like a link.
  for (const std::string json :
       {"\"nextLink\"", "{\"nextLink\": 5}", "{\"nextLink\": \"unclosed",
        "{\"nextLink\":", "{\"a\": \"\\\"nextLink\\\": \\\"b.json\\\"\"}"}) {
    EXPECT_EQ(Findings(Ordered({{"a.json", json}})), 0u) << json;
  }
}

TEST(PageOrderTest, OthersKeepTheirPlaces) {
  static plugin::Format& plain = *new plugin::Format;
  std::vector<Input> inputs;
  inputs.push_back(MakeInput("b.json", "{}"));
  inputs.push_back(MakeInput("z.xml", "<a/>"));
  inputs.back().binding.format = &plain;
  inputs.push_back(MakeInput("a.json", Link("b.json")));
  OrderPages(&inputs);
  EXPECT_EQ(Names(inputs), "a.json z.xml b.json");
}

TEST(PageOrderTest, NamesAreComparedAsPeopleDo) {
  const auto is_before = [](std::string_view a, std::string_view b) {
    return CompareNaturally(a, b) < 0 && CompareNaturally(b, a) > 0;
  };
  EXPECT_TRUE(is_before("page-2.json", "page-10.json"));
  EXPECT_TRUE(is_before("q.json", "q-page-2.json"));
  EXPECT_TRUE(is_before("a", "b"));
  EXPECT_TRUE(is_before("a.json", "a.json.gz"));
  EXPECT_TRUE(is_before("x99999999999999999999998", "x99999999999999999999999"));
  EXPECT_TRUE(CompareNaturally("x", "x") == 0);
}

}  // namespace
}  // namespace puente::pipeline
