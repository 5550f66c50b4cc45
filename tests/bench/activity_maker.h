// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Makes IATI 2.03 activities that look like those of many publishers.

#ifndef PUENTE_TESTS_BENCH_ACTIVITY_MAKER_H_
#define PUENTE_TESTS_BENCH_ACTIVITY_MAKER_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "tests/bench/random.h"
#include "tests/bench/words.h"
#include "tests/bench/xml_text.h"

namespace puente::bench {

/// Who reports, and the habits that all its activities share.
struct Publisher {
  uint32_t index = 0;
  std::string ref;
  std::string type;
  std::string currency;
  Language language = Language::kEnglish;
  Language second = Language::kSpanish;
  XmlStyle style;
  bool bilingual = false;
  /// Each narrative names its language, also the default one.
  bool names_language = false;
  /// Sectors and countries at the transactions.
  bool by_transaction = false;
  bool results = false;
  bool comments = false;
  bool extensions = false;
  bool loans = false;
  /// Digits after the point of amounts.
  uint32_t cents = 0;
};

/// Makes activities. Number n of a seed is always the same, whatever is made before it.
class ActivityMaker {
 public:
  explicit ActivityMaker(uint64_t seed);

  /// Writes the start tag of the file, with its namespaces.
  void BeginFile();
  /// Writes activity number `index`, of about `bytes`; 0 draws the size: half of all below 4 KB,
  /// one in a hundred above 128 KB.
  void Activity(uint64_t index, size_t bytes);
  /// Closes the file.
  void EndFile();

  /// What was written; may be taken away between activities.
  std::string& bytes() { return xml_.bytes(); }

 private:
  struct Date {
    int year, month, day;
  };

  // activity_maker.cc: who, what, when, where.
  void Head(uint64_t index);
  void Organisations();
  void Dates();
  void Contact();
  void Geography(size_t locations_end);
  void Location();
  void Classification();
  void Sector(bool in_transaction, std::string_view percentage);
  void Documents(size_t end);
  void Document(bool in_result);
  void Odds();
  void Foreign();

  // activity_money.cc
  void Budgets(size_t end);
  void PlannedDisbursements(size_t end);
  void Transactions(size_t end);
  void Transaction();
  void Value(std::string_view element);
  void Amount();
  void Loans();

  // activity_results.cc
  void Results(size_t end);
  void Result(size_t end);
  void Indicator();
  void Measure(std::string_view element);

  // Small parts. `scratch_` is theirs.
  void Narrative(std::string_view text, Language language);
  void Narratives(std::string_view element, size_t prose_bytes);
  void NarrativesInside(size_t prose_bytes);
  void Organisation(std::string_view element, std::string_view activity_attribute);
  void DateElement(std::string_view element, const Date& date);
  void MaybeComment(uint32_t permille);
  Date AnyDate();
  std::string_view DateText(const Date& date);
  std::string_view Percentage();
  std::string_view Number(uint32_t number);
  bool Rare() { return random_.Below(4096) < 3; }
  size_t size() const { return xml_.size(); }

  const Words words_;
  const uint64_t seed_;
  Random random_;
  XmlText xml_;
  std::vector<Publisher> publishers_;
  Zipf choose_publisher_;
  Zipf choose_organisation_;
  const Publisher* publisher_ = nullptr;
  std::string identifier_;
  std::string text_;
  std::string date_;
  std::string number_;
  Date start_{};
};

}  // namespace puente::bench

#endif  // PUENTE_TESTS_BENCH_ACTIVITY_MAKER_H_
