// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Copies a workbook: its rows are read and written one by one, all else is kept as it is.

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <limits>
#include <memory>
#include <string>
#include <utility>

#include "core/base/status.h"
#include "core/text/xlsx_reader.h"
#include "core/text/xlsx_writer.h"

namespace {

using puente::text::XlsxShell;
using puente::text::XlsxWorkbook;
using puente::text::XlsxWriter;

constexpr uint64_t kMostOfAPart = uint64_t{64} << 20;

absl::StatusOr<XlsxShell> ShellOf(XlsxWorkbook* workbook) {
  XlsxShell shell;
  for (const puente::text::ZipPart* const part : workbook->OtherParts()) {
    auto bytes = workbook->archive().ReadPart(*part, kMostOfAPart);
    if (!bytes.ok()) return bytes.status();
    shell.parts.push_back({part->name, *std::move(bytes)});
  }
  for (size_t i = 0; i < workbook->sheets().size(); ++i) {
    auto sheet = workbook->ReadShell(i, kMostOfAPart);
    if (!sheet.ok()) return sheet.status();
    if (!sheet->has_value()) return absl::UnimplementedError("a sheet that cannot be kept");
    shell.sheets.push_back(**std::move(sheet));
  }
  return shell;
}

absl::Status Copy(XlsxWorkbook* workbook, puente::text::OutputStream* output) {
  absl::StatusOr<XlsxShell> shell = ShellOf(workbook);
  if (!shell.ok()) return shell.status();
  auto writer = XlsxWriter::OpenShell(output, *std::move(shell), {});
  if (!writer.ok()) return writer.status();
  for (size_t i = 0; i < workbook->sheets().size(); ++i) {
    if (absl::Status status = (*writer)->BeginShellSheet(i); !status.ok()) return status;
    auto sheet = workbook->OpenSheet(i);
    if (!sheet.ok()) return sheet.status();
    while (true) {
      const absl::StatusOr<bool> more = (*sheet)->Next();
      if (!more.ok()) return more.status();
      if (!*more) break;
      absl::Status status = (*writer)->WriteRow((*sheet)->look(), (*sheet)->cells());
      if (!status.ok()) return status;
    }
    if (absl::Status status = (*writer)->EndSheet(); !status.ok()) return status;
  }
  return (*writer)->Finish();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fprintf(stderr, "usage: xlsx_copy FROM.xlsx TO.xlsx\n");
    return 2;
  }
  std::ifstream file(argv[1], std::ios::binary);
  const std::string bytes((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  puente::text::StringAccess input(bytes);
  // Styles of whole columns are kept as well.
  puente::Limits limits;
  limits.csv_columns = std::numeric_limits<uint32_t>::max();
  auto workbook = XlsxWorkbook::Open(&input, limits, argv[1]);
  std::string copy;
  puente::text::StringOutput output(&copy);
  absl::Status status = workbook.ok() ? Copy(workbook->get(), &output) : workbook.status();
  if (status.ok()) {
    std::ofstream to(argv[2], std::ios::binary);
    to << copy;
    if (to.flush()) return 0;
    status = absl::DataLossError("the copy cannot be written");
  }
  std::fprintf(stderr, "%s\n", puente::FormatError(status).c_str());
  return 1;
}
