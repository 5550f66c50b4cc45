// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Workbooks as inputs of readers.
#include "core/plugin/sdk/workbook_source.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "core/base/limits.h"
#include "core/base/status.h"
#include "core/base/strings.h"
#include "core/base/utf8.h"
#include "core/plugin/sdk/run_limits.h"
#include "core/text/workbook_layout.h"
#include "fmt/format.h"

namespace puente::sdk {
namespace {

constexpr std::string_view kLeftOut =
    "all cells are kept; pictures, comments, colours and lists are not";

void Report(const Run& run, std::string_view code, std::string_view message,
            std::string_view hint) {
  Finding finding;
  finding.severity = PUENTE_WARNING;
  finding.code = code;
  finding.message = message;
  finding.hint = hint;
  run.Report(finding);
}

/// The beginning of a text in lower case, without zero bytes and byte order marks: of UTF-16 what
/// it shares with ASCII.
std::string PlainBeginning(std::string_view head) {
  constexpr size_t kLooked = 1024;
  std::string plain;
  for (const char c : head.substr(0, kLooked)) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte == 0 || byte >= 0x80) continue;
    if (plain.empty() && (c == ' ' || c == '\t' || c == '\r' || c == '\n')) continue;
    plain += c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
  }
  return plain;
}

}  // namespace

absl::StatusOr<WorkbookSource> OpenWorkbook(const Run& run, Source* source) {
  const Limits limits = LimitsOf(run);
  absl::StatusOr<std::unique_ptr<SourceAccess>> access =
      SourceAccess::Open(run, source, limits.unpacked_bytes);
  if (!access.ok()) return access.status();
  absl::StatusOr<std::unique_ptr<text::XlsxWorkbook>> workbook =
      text::XlsxWorkbook::Open(access->get(), limits, "");
  if (!workbook.ok()) return workbook.status();
  return WorkbookSource{*std::move(access), *std::move(workbook)};
}

absl::Status FillWorkbookLayout(const Run& run, text::XlsxWorkbook& workbook,
                                const WorkbookCodes& codes, v1::TableLayout* layout) {
  const absl::StatusOr<text::ShellFault> fault =
      text::FillLayout(workbook, text::kMaxLayoutBytes, layout);
  if (!fault.ok()) return fault.status();
  switch (*fault) {
    case text::ShellFault::kNone:
      break;
    case text::ShellFault::kTooLarge:
      Report(run, codes.too_large,
             fmt::format("what is around the rows of the workbook is larger than {}, and is left "
                         "out",
                         FormatLimit(text::kMaxLayoutBytes, LimitUnit::kBytes)),
             kLeftOut);
      break;
    case text::ShellFault::kEncoding:
      Report(run, codes.not_kept,
             "a sheet is not in UTF-8, and what is around the rows of the workbook is left out",
             kLeftOut);
      break;
    case text::ShellFault::kRows:
      Report(run, codes.not_kept,
             "a sheet has no place for rows, or more than one, and what is around the rows of the "
             "workbook is left out",
             kLeftOut);
      break;
  }
  const std::vector<std::string>& ignored = workbook.archive().ignored();
  if (ignored.empty()) return absl::OkStatus();
  constexpr size_t kShown = 60;
  Report(run, codes.ignored,
         fmt::format("{} of the workbook {} a name that no program may use, and {} left out: `{}`",
                     ignored.size() == 1 ? "a part" : fmt::format("{} parts", ignored.size()),
                     ignored.size() == 1 ? "has" : "have", ignored.size() == 1 ? "is" : "are",
                     EscapeForTerminalLine(ClipText(ignored.front(), kShown))),
         "no spreadsheet program writes such parts: the file may be hostile; ask who sent it");
  return absl::OkStatus();
}

absl::Status CheckNoMarkup(std::string_view head) {
  constexpr std::array<std::string_view, 6> kPages = {"<!doctype html", "<html",  "<head",
                                                      "<body",          "<table", "<style"};
  const std::string plain = PlainBeginning(head);
  const bool is_page =
      std::any_of(kPages.begin(), kPages.end(),
                  [&plain](std::string_view begin) { return plain.starts_with(begin); }) ||
      (plain.starts_with("<?xml") && plain.find("<html") != std::string::npos);
  const bool is_book =
      plain.starts_with("<?xml") && plain.find("office:spreadsheet") != std::string::npos;
  if (!is_page && !is_book) return absl::OkStatus();
  ErrorDetail detail;
  detail.line = detail.column = 1;
  detail.code = "PUE-0340";
  detail.message = is_page
                       ? "this is a page of HTML, and no CSV or workbook, whatever its name says"
                       : "this is a workbook in XML of 2003, which is neither CSV nor .xlsx";
  detail.hint = "open it with a spreadsheet program, and save it as .xlsx";
  return MakeError(absl::StatusCode::kInvalidArgument, detail);
}

}  // namespace puente::sdk
