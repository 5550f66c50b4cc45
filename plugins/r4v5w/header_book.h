// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// The headers of R4V's matrices: what the columns of a sheet mean, and of which year it is.
#ifndef PUENTE_PLUGINS_R4V5W_HEADER_BOOK_H_
#define PUENTE_PLUGINS_R4V5W_HEADER_BOOK_H_

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace puente::r4v5w {

/// The two kinds of sheet.
enum class Matrix {
  kNone,
  kMonitoring,  ///< What was done in a month: the 5W.
  kPlanning,    ///< What is planned for a year, with targets and budgets.
};

/// `monitoring` or `planning`, as in the tables.
std::string_view MatrixName(Matrix matrix);

/// A header made plain, so that names that mean the same are the same: letters without accents and
/// in lower case, one blank for each run of other characters, none at the ends.
std::string PlainText(std::string_view text);

/// True when a text made plain is `plain`. It reads no more of the text than it must.
bool IsPlainText(std::string_view text, std::string_view plain);

/// A text of a table: `\u00a0` in it stands for the character of that number.
std::string UnescapedCell(std::string_view text);

/// What the header of a sheet says.
struct Binding {
  Matrix matrix = Matrix::kNone;
  /// The year whose names fit best: of a plan the first. Empty when the sheet is none of R4V's.
  std::string year;
  /// `en` or `es`.
  std::string language;
  /// What each column is, such as `admin1`; empty for one that is not known, or was there before.
  /// Columns of SourceColumns are among them, though they are none of a matrix.
  std::vector<std::string> concepts;
  /// How many columns are known.
  size_t known = 0;
};

/// Tells what the header of a sheet says, by its names alone, in any order. A sheet is taken for a
/// matrix when kLeastColumns of its columns are known.
Binding BindHeader(std::span<const std::string> names);
inline constexpr size_t kLeastColumns = 8;

/// A column of a matrix that is written.
struct HeaderColumn {
  std::string_view concept_name;
  std::string header;
};

/// The columns of a matrix of a year in a language, in their order; none when there is none.
std::vector<HeaderColumn> HeaderOf(Matrix matrix, std::string_view year, std::string_view language);

/// The years of a matrix, in their order.
std::vector<std::string_view> YearsOf(Matrix matrix);

}  // namespace puente::r4v5w

#endif  // PUENTE_PLUGINS_R4V5W_HEADER_BOOK_H_
