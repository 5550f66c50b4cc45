// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Finds the table in a workbook, and makes its cells those of CSV.
#include "plugins/fts_hdx/workbook_input.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <utility>

#include "core/base/calendar.h"
#include "core/base/decimal.h"
#include "core/base/status.h"
#include "core/base/utf8.h"
#include "core/plugin/sdk/workbook_source.h"
#include "core/text/column_names.h"
#include "core/text/sheet_row.h"
#include "fmt/format.h"

namespace puente::fts_hdx {
namespace {

/// How far down a header is looked for, in rows of the file.
constexpr size_t kRowsWithHeader = 30;
/// Digits that a workbook's number may have; what has more is not such a number.
constexpr int kMostDigits = 17;
/// The longest number that is written without an exponent.
constexpr size_t kLongestNumber = 60;
constexpr std::string_view kRowPath = "(row)";
constexpr std::string_view kFormulaPath = "(formula)";
constexpr std::string_view kMidnight = "T00:00:00";

/// How many digits a number has from the first that is not 0 on.
int DigitsOf(std::string_view number) {
  int digits = 0;
  for (const char c : number.substr(0, number.find_first_of("eE"))) {
    if (c >= '0' && c <= '9' && (c != '0' || digits > 0)) ++digits;
  }
  return digits;
}

/// `keeps_form`: the text is kept as it was written where it is the same number exactly.
std::string TextOfNumber(std::string_view written, bool keeps_form) {
  double number = 0;
  const char* const end = written.data() + written.size();
  const auto [read, error] = std::from_chars(written.data(), end, number);
  if (error != std::errc() || read != end || !std::isfinite(number) ||
      DigitsOf(written) > kMostDigits) {
    return std::string(written);
  }
  std::array<char, 400> digits;
  const std::to_chars_result made =
      std::to_chars(digits.data(), digits.data() + digits.size(), number, std::chars_format::fixed);
  const std::string_view shortest(digits.data(), static_cast<size_t>(made.ptr - digits.data()));
  if (made.ec != std::errc() || shortest.size() > kLongestNumber) return std::string(written);
  if (keeps_form) {
    const absl::StatusOr<Decimal> one = Decimal::Parse(written);
    const absl::StatusOr<Decimal> other = Decimal::Parse(shortest);
    if (one.ok() && other.ok() && Decimal::Compare(*one, *other) == 0) return std::string(written);
  }
  return shortest == "-0" ? "0" : std::string(shortest);
}

/// A day alone where the time is midnight, and no zone is said.
std::string WithoutMidnight(std::string text) {
  const size_t time = text.find('T');
  if (time != std::string::npos && std::string_view(text).substr(time) == kMidnight) {
    text.resize(time);
  }
  return text;
}

/// True when a row has the names of a table: of any, or at least one of those of `kind`.
bool IsHeader(std::span<const std::string> names, std::optional<TableKind> kind) {
  if (!kind.has_value()) return TableOfHeader(names, "").has_value();
  return std::any_of(names.begin(), names.end(), [kind](const std::string& name) {
    return TableOf(*kind).Find(name) != nullptr;
  });
}

}  // namespace

std::string TextOfCell(const text::XlsxCell& cell, text::XlsxNumber style, bool is_number,
                       bool is_1904) {
  switch (cell.kind) {
    case text::XlsxKind::kEmpty:
      return {};
    case text::XlsxKind::kBool:
      return cell.text == "1" ? "TRUE" : "FALSE";
    case text::XlsxKind::kDate:
      return WithoutMidnight(std::string(cell.text));
    case text::XlsxKind::kNumber: {
      const bool is_day = style == text::XlsxNumber::kDate || style == text::XlsxNumber::kDateTime;
      if (is_number || !is_day) return TextOfNumber(cell.text, is_number);
      const std::optional<v1::DateTime> day = text::DateOfSerial(cell.text, is_1904);
      std::string text;
      if (!day.has_value() || !AppendDateTime(*day, &text)) {
        return TextOfNumber(cell.text, is_number);
      }
      return WithoutMidnight(std::move(text));
    }
    default:
      return std::string(cell.text);
  }
}

WorkbookInput::WorkbookInput(const sdk::Run& run, std::unique_ptr<sdk::SourceAccess> access,
                             std::unique_ptr<text::XlsxWorkbook> workbook)
    : run_(run), access_(std::move(access)), workbook_(std::move(workbook)) {}

absl::StatusOr<std::unique_ptr<RowInput>> WorkbookInput::Open(const sdk::Run& run,
                                                              sdk::Source* source,
                                                              const sdk::Options& options) {
  absl::StatusOr<sdk::WorkbookSource> opened = sdk::OpenWorkbook(run, source);
  if (!opened.ok()) return opened.status();
  std::unique_ptr<WorkbookInput> input(
      new WorkbookInput(run, std::move(opened->access), std::move(opened->workbook)));

  const std::optional<TableKind> kind = TableNamed(options.GetOr("table", ""));
  const std::string_view wanted = options.GetOr("sheet", "");
  const std::vector<text::XlsxSheet>& sheets = input->workbook_->sheets();
  bool is_known = false;
  for (size_t i = 0; i < sheets.size(); ++i) {
    if (!wanted.empty() && sheets[i].name != wanted) continue;
    is_known = true;
    const absl::StatusOr<bool> found = input->FindHeader(i, kind);
    if (!found.ok()) return found.status();
    if (!*found) continue;
    input->Tell(PUENTE_INFO, "HDX-0017",
                "the rows of this sheet are read, with the values of their cells",
                "look, comments and the like of the workbook are not kept",
                text::CellName(0, input->header_row_));
    return std::unique_ptr<RowInput>(std::move(input));
  }
  return is_known || wanted.empty() ? input->NoHeader(wanted) : input->NoSheet(wanted);
}

absl::StatusOr<bool> WorkbookInput::FindHeader(size_t sheet, std::optional<TableKind> kind) {
  rows_.reset();
  titles_.clear();
  sheet_ = sheet;
  absl::StatusOr<std::unique_ptr<text::XlsxSheetReader>> rows = workbook_->OpenSheet(sheet);
  if (!rows.ok()) return rows.status();
  rows_ = *std::move(rows);
  for (size_t i = 0; i < kRowsWithHeader; ++i) {
    const absl::StatusOr<bool> more = NextRow();
    if (!more.ok()) return more.status();
    if (!*more) break;
    if (!TakeRow()) continue;
    if (IsHeader(texts_, kind)) {
      // It is given as the first row.
      header_row_ = rows_->row();
      return true;
    }
    for (const std::string& text : texts_) {
      if (!text.empty()) titles_.push_back(text);
    }
  }
  formulas_ = 0;
  return false;
}

absl::Status WorkbookInput::NoHeader(std::string_view sheet) const {
  ErrorDetail detail;
  detail.code = "HDX-0001";
  detail.message =
      sheet.empty()
          ? std::string("no sheet has the columns of a table of FTS in one of its first rows")
          : fmt::format(
                "the sheet `{}` does not have the columns of a table of FTS in one of its "
                "first rows",
                ClipText(sheet, 60));
  detail.hint = "give the workbook as FTS has it, or read it as any table with --from table";
  return MakeError(absl::StatusCode::kInvalidArgument, detail);
}

absl::Status WorkbookInput::NoSheet(std::string_view name) const {
  constexpr size_t kShown = 6;
  const std::vector<text::XlsxSheet>& sheets = workbook_->sheets();
  std::string names;
  for (size_t i = 0; i < sheets.size() && i < kShown; ++i) {
    names += (i > 0 ? ", `" : "`") + ClipText(sheets[i].name, 60) + "`";
  }
  if (sheets.size() > kShown) names += fmt::format(" and {} more", sheets.size() - kShown);
  ErrorDetail detail;
  detail.code = "HDX-0020";
  detail.message = fmt::format("the workbook has no sheet `{}`", ClipText(name, 60));
  detail.hint = "it has " + names;
  return MakeError(absl::StatusCode::kInvalidArgument, detail);
}

void WorkbookInput::Bind(const Layout* layout) { layout_ = layout; }

absl::StatusOr<bool> WorkbookInput::NextRow() {
  if (run_.IsCancelled()) return absl::CancelledError("interrupted");
  return rows_->Next();
}

bool WorkbookInput::TakeRow() {
  texts_.assign(layout_ == nullptr ? 0 : layout_->size(), {});
  bool any = false;
  for (const text::XlsxCell& cell : rows_->cells()) {
    if (!text::HasContent(cell)) continue;
    const Column* const column = layout_ == nullptr ? nullptr : layout_->ColumnAt(cell.column);
    if (texts_.size() <= cell.column) texts_.resize(cell.column + size_t{1});
    std::string& text = texts_[cell.column];
    text = TextOfCell(cell, workbook_->styles().NumberOf(cell.style),
                      column != nullptr && column->shape == Shape::kNumber, workbook_->is_1904());
    any = any || !text.empty();
    if (cell.has_formula) ++formulas_;
  }
  cells_.assign(texts_.size(), {});
  for (size_t i = 0; i < texts_.size(); ++i) cells_[i].text = texts_[i];
  return any;
}

absl::StatusOr<bool> WorkbookInput::Next() {
  if (rows_ == nullptr) return false;
  if (layout_ == nullptr) return true;  // the header is there already
  while (true) {
    const absl::StatusOr<bool> more = NextRow();
    if (!more.ok()) return more.status();
    if (!*more) break;
    if (TakeRow()) return true;
  }
  rows_.reset();
  if (absl::Status status = TellWhatIsLeftOut(); !status.ok()) return status;
  return false;
}

absl::Status WorkbookInput::TellWhatIsLeftOut() {
  uint64_t left_out = 0;
  const size_t own = sheet_;
  for (size_t i = 0; i < workbook_->sheets().size(); ++i) {
    if (i == own) continue;
    absl::StatusOr<std::unique_ptr<text::XlsxSheetReader>> rows = workbook_->OpenSheet(i);
    if (!rows.ok()) return rows.status();
    rows_ = *std::move(rows);
    sheet_ = i;
    uint64_t count = 0;
    while (true) {
      const absl::StatusOr<bool> more = NextRow();
      if (!more.ok()) return more.status();
      if (!*more) break;
      const auto cells = rows_->cells();
      if (std::any_of(cells.begin(), cells.end(), text::HasContent)) ++count;
    }
    if (count > 0) {
      Tell(PUENTE_WARNING, "HDX-0018",
           fmt::format("the sheet is left out, with {} row{}", count, count == 1 ? "" : "s"),
           "one sheet is read: choose with --in-opt sheet=NAME", "A1");
    }
    left_out += count;
    rows_.reset();
  }
  sheet_ = own;
  if (left_out > 0) {
    const uint32_t path = run_.Intern(kRowPath);
    run_.CountRead(path, left_out);
    run_.CountRejected(path, left_out);
  }
  if (formulas_ > 0) {
    const uint32_t path = run_.Intern(kFormulaPath);
    run_.CountRead(path, formulas_);
    run_.CountRejected(path, formulas_);
    Tell(PUENTE_INFO, "HDX-0017",
         fmt::format("{} of the sheet {} left out; the values that {} gave are read",
                     formulas_ == 1 ? "one formula" : fmt::format("{} formulas", formulas_),
                     formulas_ == 1 ? "is" : "are", formulas_ == 1 ? "it" : "they"),
         "", "A1");
  }
  return absl::OkStatus();
}

PuentePosition WorkbookInput::Position() const {
  const std::string& name = workbook_->sheets()[sheet_].name;
  PuentePosition position{};
  position.line = rows_ == nullptr ? 0 : rows_->row();
  position.sheet = {name.data(), name.size()};
  return position;
}

void WorkbookInput::Tell(int32_t severity, std::string_view code, std::string_view message,
                         std::string_view hint, std::string_view cell) {
  sdk::Finding finding;
  finding.severity = severity;
  finding.code = code;
  finding.message = message;
  finding.hint = hint;
  finding.sheet = workbook_->sheets()[sheet_].name;
  finding.cell = cell;
  run_.Report(finding);
}

}  // namespace puente::fts_hdx
