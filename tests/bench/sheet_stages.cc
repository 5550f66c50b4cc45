// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Stages on workbooks: our reader and writer alone, and rules over the records of a 5W sheet.

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "core/check/checker.h"
#include "core/text/random_access.h"
#include "core/text/sheet_row.h"
#include "core/text/xlsx_reader.h"
#include "core/text/xlsx_writer.h"
#include "tests/bench/contract.h"
#include "tests/bench/stages.h"

namespace puente::bench {
namespace {

using text::XlsxCell;
using text::XlsxKind;

/// A file that is read at any place.
class FileAccess : public text::RandomInput {
 public:
  static absl::StatusOr<std::unique_ptr<FileAccess>> Open(const std::string& path) {
    const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0) return absl::NotFoundError("cannot open " + path);
    const off_t size = lseek(file, 0, SEEK_END);
    return std::unique_ptr<FileAccess>(
        new FileAccess(file, static_cast<uint64_t>(std::max<off_t>(size, 0))));
  }
  ~FileAccess() override { close(file_); }
  FileAccess(const FileAccess&) = delete;
  FileAccess& operator=(const FileAccess&) = delete;

  uint64_t size() const override { return size_; }
  absl::StatusOr<size_t> ReadAt(uint64_t offset, char* buffer, size_t size) override {
    const ssize_t got = pread(file_, buffer, size, static_cast<off_t>(offset));
    if (got < 0) return absl::DataLossError("cannot read");
    return static_cast<size_t>(got);
  }

 private:
  FileAccess(int file, uint64_t size) : file_(file), size_(size) {}

  const int file_;
  const uint64_t size_;
};

/// Writes to a file.
class FileOutput : public text::OutputStream {
 public:
  explicit FileOutput(const std::string& path) : file_(path, std::ios::binary) {}
  absl::Status Write(std::string_view bytes) override {
    file_.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    return file_ ? absl::OkStatus() : absl::DataLossError("cannot write");
  }
  absl::Status Close() {
    file_.close();
    return file_ ? absl::OkStatus() : absl::DataLossError("cannot write");
  }

 private:
  std::ofstream file_;
};

/// What was seen of cells; openpyxl_works.py counts the same.
struct CellCounts {
  uint64_t rows = 0;
  uint64_t cells = 0;
  uint64_t numbers = 0;
  uint64_t text_bytes = 0;

  void Add(std::span<const XlsxCell> row) {
    ++rows;
    for (const XlsxCell& cell : row) {
      if (cell.kind == XlsxKind::kEmpty) continue;
      ++cells;
      if (cell.kind == XlsxKind::kNumber) {
        ++numbers;
      } else {
        text_bytes += cell.text.size();
      }
    }
  }
  Outcome ToOutcome(const Times& times) const {
    Outcome outcome;
    outcome.times = times;
    outcome.counts = {
        {"rows", rows}, {"cells", cells}, {"numbers", numbers}, {"text_bytes", text_bytes}};
    return outcome;
  }
};

/// Shows each row of each sheet to `take`.
template <typename Take>
absl::Status ForEachRow(const std::string& path, const Take& take) {
  const auto file = FileAccess::Open(path);
  if (!file.ok()) return file.status();
  const auto workbook = text::XlsxWorkbook::Open(file->get(), Limits(), path);
  if (!workbook.ok()) return workbook.status();
  for (size_t i = 0; i < (*workbook)->sheets().size(); ++i) {
    const auto sheet = (*workbook)->OpenSheet(i);
    if (!sheet.ok()) return sheet.status();
    while (true) {
      const absl::StatusOr<bool> more = (*sheet)->Next();
      if (!more.ok()) return more.status();
      if (!*more) break;
      take((*sheet)->cells());
    }
  }
  return absl::OkStatus();
}

/// Rows in memory. Kind and text of each cell are kept, as a program has them that makes them.
struct KeptRows {
  std::string texts;
  std::vector<size_t> ends;  // of texts
  std::vector<XlsxCell> cells;
  std::vector<size_t> rows;  // where each ends

  void Add(std::span<const XlsxCell> row) {
    for (const XlsxCell& cell : row) {
      if (cell.kind == XlsxKind::kEmpty) continue;
      XlsxCell& kept = cells.emplace_back();
      kept.column = cell.column;
      kept.kind = cell.kind;
      texts += cell.text;
      ends.push_back(texts.size());
    }
    rows.push_back(cells.size());
  }
  void Finish() {
    size_t begin = 0;
    for (size_t i = 0; i < cells.size(); ++i) {
      cells[i].text = std::string_view(texts).substr(begin, ends[i] - begin);
      begin = ends[i];
    }
  }
};

absl::Status WriteRows(const KeptRows& kept, text::OutputStream* output, CellCounts* counts) {
  auto writer = text::XlsxWriter::Open(output, {});
  if (!writer.ok()) return writer.status();
  text::XlsxSheetOptions sheet;
  sheet.name = "Sheet1";
  if (absl::Status status = (*writer)->BeginSheet(sheet); !status.ok()) return status;
  const std::span<const XlsxCell> cells(kept.cells);
  text::XlsxRow row;
  size_t begin = 0;
  for (const size_t end : kept.rows) {
    ++row.number;
    const std::span<const XlsxCell> of_row = cells.subspan(begin, end - begin);
    if (absl::Status status = (*writer)->WriteRow(row, of_row); !status.ok()) return status;
    counts->Add(of_row);
    begin = end;
  }
  if (absl::Status status = (*writer)->EndSheet(); !status.ok()) return status;
  return (*writer)->Finish();
}

absl::StatusOr<std::vector<check::RulePack>> LoadPacks() {
  std::vector<std::filesystem::path> paths;
  for (const auto& entry : std::filesystem::directory_iterator(PUENTE_RULES_DIR)) {
    paths.push_back(entry.path());
  }
  std::sort(paths.begin(), paths.end());
  std::vector<check::RulePack> packs;
  for (const auto& path : paths) {
    std::ifstream file(path, std::ios::binary);
    auto pack = check::ParseRulePack(std::string(std::istreambuf_iterator<char>(file), {}));
    if (!pack.ok()) return pack.status();
    packs.push_back(*std::move(pack));
  }
  return packs;
}

}  // namespace

absl::StatusOr<Outcome> RunSheetRead(const std::string& path) {
  CellCounts counts;
  const Stopwatch watch;
  absl::Status status =
      ForEachRow(path, [&counts](std::span<const XlsxCell> row) { counts.Add(row); });
  if (!status.ok()) return status;
  return counts.ToOutcome(watch.Elapsed());
}

absl::StatusOr<Outcome> RunSheetWrite(const std::string& path) {
  KeptRows kept;
  absl::Status status = ForEachRow(path, [&kept](std::span<const XlsxCell> row) { kept.Add(row); });
  if (!status.ok()) return status;
  kept.Finish();
  const std::string out = path + ".ours";
  CellCounts counts;
  const Stopwatch watch;
  FileOutput output(out);
  status = WriteRows(kept, &output, &counts);
  if (status.ok()) status = output.Close();
  if (!status.ok()) return status;
  Outcome outcome = counts.ToOutcome(watch.Elapsed());
  outcome.counts["bytes_out"] = std::filesystem::file_size(out);
  std::filesystem::remove(out);
  return outcome;
}

absl::StatusOr<Outcome> RunRules(const std::string& path) {
  const auto format = LoadFormat("r4v5w");
  if (!format.ok()) return format.status();
  const auto packs = LoadPacks();
  if (!packs.ok()) return packs.status();
  auto checker = check::Checker::Make(*packs, {});
  if (!checker.ok()) return checker.status();
  ReceiptLedger ledger;
  uint64_t findings = 0;
  const auto take = [&findings](const check::RuleFinding& /*finding*/) {
    ++findings;
    return absl::OkStatus();
  };
  const Stopwatch watch;
  const auto source = plugin::Source::Open(path);
  if (!source.ok()) return source.status();
  absl::Status status =
      ReadAll(*format, source->get(), &ledger, [&](pipeline::Flight& flight) -> absl::Status {
        const auto record = flight.Message();
        if (!record.ok()) return record.status();
        if (!flight.is_header()) return (*checker)->Check(**record, take);
        (*checker)->BeginDataset((*record)->dataset_header(), path);
        return absl::OkStatus();
      });
  if (status.ok()) status = (*checker)->Finish(take);
  if (!status.ok()) return status;
  Outcome outcome;
  outcome.times = watch.Elapsed();
  outcome.counts = {{"records", ledger.records_read()},
                    {"leaves", ledger.totals().read},
                    {"rows", (*checker)->summary().all().rows},
                    {"findings", findings}};
  return outcome;
}

}  // namespace puente::bench
