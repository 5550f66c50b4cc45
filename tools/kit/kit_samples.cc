// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// What the conformance kit feeds to plugins: records of its own, and beginnings of foreign files.
#include "tools/kit/kit_samples.h"

#include "fmt/format.h"

namespace puente::tools {

std::string KitRecords() {
  std::string lines;
  for (int i = 0; i < 40; ++i) {
    lines += fmt::format(
        R"({{"identity":{{"id":"XX-KIT-{0}"}},"activity":{{"default_currency":"USD","iati_identifier":"XX-KIT-{0}",)"
        R"("reporting_org":{{"ref":"XX-KIT","type":"10","narratives":[{{"text":"Kit"}}]}},)"
        R"("title":{{"narratives":[{{"text":"Agua potable nº {0}","lang":"es"}},{{"text":"飲料水 & <water> \"{0}\""}}]}},)"
        R"("participating_orgs":[{{"ref":"XX-A","role":"1"}},{{"role":"4","narratives":[{{"text":"= Ayuda, S.A."}}]}}],)"
        R"("activity_status":{{"code":"2"}},"activity_dates":[{{"type":"2","iso_date":"2024-01-{1:02}"}}],)"
        R"("recipient_countries":[{{"code":"CO","percentage":"33.33"}},{{"code":"PE","percentage":"66.67"}}],)"
        R"("sectors":[{{"code":"15190","vocabulary":"1"}}],)"
        R"("transactions":[{{"transaction_type":{{"code":"3"}},"transaction_date":{{"date":"2024-02-29"}},)"
        R"("value":{{"value":"{0}000.00","value_date":"2024-02-29"}}}},)"
        R"({{"transaction_type":{{"code":"2"}},"transaction_date":{{"date":"2024-02-29"}},)"
        R"("value":{{"value":"-12345678901234567890.123","currency":"COP"}}}}]}}}})"
        "\n",
        i / 2 + 1, i % 28 + 1);
  }
  return lines;
}

std::vector<std::pair<std::string_view, std::string_view>> ForeignHeads() {
  using namespace std::string_view_literals;
  return {
      {"page.html", "<!DOCTYPE html>\n<html><head><title>404</title></head></html>\n"sv},
      {"data.xml", "<?xml version=\"1.0\"?>\n<rss version=\"2.0\"><channel/></rss>\n"sv},
      {"data.json", "{\"status\":\"ok\",\"data\":{\"flows\":[]}}\n"sv},
      {"lines.jsonl", "{\"name\":\"a\"}\n{\"name\":\"b\"}\n"sv},
      {"book.xlsx", "PK\x03\x04\x14\x00\x06\x00\x08\x00"sv},
      {"archive.gz", "\x1f\x8b\x08\x00\x00\x00\x00\x00"sv},
      {"noise.bin", "\x00\xff\x10\x80\xfe\x01\x00\x7f\x9c\x03noise\x00\x00\xff"sv},
      {"empty", ""sv},
      {"letter.txt", "Estimados señores:\n\nAdjunto el informe.\n"sv},
  };
}

}  // namespace puente::tools
