// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Makes the results of generated activities, with indicators and periods.

#include <array>

#include "tests/bench/activity_maker.h"

namespace puente::bench {
namespace {

constexpr std::array<std::string_view, 4> kDimensions = {"sex", "age", "disability", "settlement"};
constexpr std::array<std::string_view, 6> kParts = {"female", "male",  "0-17",
                                                    "18+",    "rural", "urban"};

}  // namespace

void ActivityMaker::Results(size_t end) {
  while (size() < end) Result(end);
}

void ActivityMaker::Result(size_t end) {
  MaybeComment(60);
  xml_.Begin("result");
  xml_.Attribute("type", Number(random_.Between(1, 3)));
  if (random_.Chance(400))
    xml_.Attribute("aggregation-status", random_.Chance(500) ? "0" : "false");
  Narratives("title", 0);
  if (random_.Chance(500)) Narratives("description", 180);
  if (random_.Chance(80)) Document(true);
  uint32_t indicators = random_.Between(1, 4);
  do {
    Indicator();
  } while (--indicators > 0 && size() < end);
  xml_.End();
}

void ActivityMaker::Indicator() {
  xml_.Begin("indicator");
  xml_.Attribute("measure", Number(random_.Between(1, 5)));
  if (random_.Chance(500)) xml_.Attribute("ascending", "1");
  Narratives("title", 0);
  if (random_.Chance(300)) Narratives("description", 100);
  if (random_.Chance(200)) {
    xml_.Begin("reference");
    xml_.Attribute("vocabulary", "7");
    xml_.Attribute("code", "3.b." + std::to_string(random_.Between(1, 9)));
    xml_.End();
  }
  if (random_.Chance(700)) {
    xml_.Begin("baseline");
    xml_.Attribute("year", Number(random_.Between(2008, 2024)));
    if (random_.Chance(300)) xml_.Attribute("iso-date", DateText(AnyDate()));
    xml_.Attribute("value", Number(random_.Below(1000)));
    if (random_.Chance(300)) Narratives("comment", 60);
    xml_.End();
  }
  for (uint32_t i = random_.Between(1, 4); i > 0; --i) {
    xml_.Begin("period");
    Date date = AnyDate();
    DateElement("period-start", date);
    date.year += 1;
    DateElement("period-end", date);
    if (random_.Chance(850)) Measure("target");
    if (random_.Chance(700)) Measure("actual");
    xml_.End();
  }
  xml_.End();
}

void ActivityMaker::Measure(std::string_view element) {
  xml_.Begin(element);
  const uint32_t kind = random_.Below(100);
  if (kind < 3) {
    xml_.Attribute("value", "n/a");
  } else if (kind < 95) {
    text_ = std::to_string(random_.Below(100'000));
    if (kind < 15) text_ += ".50";
    xml_.Attribute("value", text_);
  }
  if (random_.Chance(100)) {
    xml_.Begin("location");
    xml_.Attribute("ref", "L" + std::to_string(random_.Below(9999)));
    xml_.End();
  }
  if (random_.Chance(200)) {
    xml_.Begin("dimension");
    xml_.Attribute("name", random_.Of(kDimensions));
    xml_.Attribute("value", random_.Of(kParts));
    xml_.End();
  }
  if (random_.Chance(250)) Narratives("comment", 80);
  xml_.End();
}

}  // namespace puente::bench
