// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// What the texts of cells look like: blanks, wrong encodings, patterns of personal data.
#ifndef PUENTE_CORE_CHECK_CELL_TEXT_H_
#define PUENTE_CORE_CHECK_CELL_TEXT_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace puente::check {

/// The text without white space at its ends: that of Unicode, no-break spaces too.
std::string_view TrimBlanks(std::string_view text);

/// The text in lower case and without the accents of the languages of Europe.
std::string PlainText(std::string_view text);

/// True when the text has an e-mail address.
bool HasEmail(std::string_view text);

/// True when the text has a telephone number with `+` and the code of a country before it.
bool HasPhone(std::string_view text);

/// True when a part of the text, with no letter or digit around it, looks like the pattern: `0`
/// stands for any digit, `A` for any letter of ASCII, all else for itself.
bool HasPattern(std::string_view text, std::string_view pattern);

/// True when a number of so many digits or more stands near behind one of the words, which are in
/// plain letters. Blanks, points, hyphens and slashes within the number do not count.
bool HasNumberAfter(std::string_view text, size_t digits,
                    const std::vector<std::string_view>& words);

}  // namespace puente::check

#endif  // PUENTE_CORE_CHECK_CELL_TEXT_H_
