// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Words, names and sentences in four languages, for generated files.

#ifndef PUENTE_TESTS_BENCH_WORDS_H_
#define PUENTE_TESTS_BENCH_WORDS_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "tests/bench/random.h"

namespace puente::bench {

/// The languages of generated texts.
enum class Language : uint8_t { kEnglish, kSpanish, kPortuguese, kFrench };
inline constexpr size_t kLanguages = 4;

/// `en`, `es`, `pt`, `fr`.
std::string_view LanguageCode(Language language);

/// What generated texts are made of: a few hundred frequent words of each language as they are used
/// in this field, thousands of rare ones made from their syllables, and tens of thousands of
/// invented names. No name of a real person or place is looked for. The same on every machine.
class Words {
 public:
  Words();

  /// Appends a word.
  void Word(Language language, Random& random, std::string* out) const;
  /// Appends some words with a capital at the beginning.
  void Title(Language language, Random& random, std::string* out) const;
  /// Appends sentences of about `bytes` together, with names, numbers and characters that XML must
  /// escape. Long texts have paragraphs.
  void Prose(Language language, size_t bytes, Random& random, std::string* out) const;
  /// Appends the name of a place; few places are met often.
  void Place(Random& random, std::string* out) const;
  /// Appends the name of a person.
  void Person(Random& random, std::string* out) const;
  /// Appends the name of organisation number `index`, the same each time.
  void Organisation(Language language, uint32_t index, std::string* out) const;

 private:
  struct Lexicon {
    std::string pool;
    std::vector<uint32_t> begins;
    std::string_view word(size_t index) const {
      return std::string_view(pool).substr(begins[index], begins[index + 1] - begins[index]);
    }
  };

  void Sentence(Language language, Random& random, std::string* out) const;

  std::array<Lexicon, kLanguages> lexicons_;
  Zipf choose_word_;
  Zipf choose_place_;
};

}  // namespace puente::bench

#endif  // PUENTE_TESTS_BENCH_WORDS_H_
