// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Reads bytes in process through the plugins of the build, as the command does.
#include "tests/bad/reading.h"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <utility>

#include "absl/status/statusor.h"
#include "core/base/digest.h"
#include "core/base/status.h"
#include "core/pipeline/exit_code.h"
#include "core/pipeline/pipeline.h"
#include "core/plugin/catalog.h"
#include "core/plugin/loader.h"
#include "core/plugin/run.h"
#include "fmt/format.h"
#include "gtest/gtest.h"

namespace puente::bad {
namespace {

// The plugins of the build, loaded once.
pipeline::FormatBinding Binding(std::string_view format, plugin::Direction direction) {
  static const plugin::Catalog& catalog = *new plugin::Catalog([] {
    plugin::SearchOptions search;
    search.plugin_dirs = {PUENTE_PLUGIN_DIR};
    search.use_environment = false;
    search.use_user_folder = false;
    return plugin::Catalog::Open(search);
  }());
  static plugin::Loader loader;
  pipeline::FormatBinding binding;
  const auto found = catalog.FindFormat(format, direction);
  EXPECT_TRUE(found.ok()) << found.status();
  if (!found.ok()) std::abort();
  const auto loaded = loader.Load(*found->entry);
  EXPECT_TRUE(loaded.ok()) << loaded.status();
  if (!loaded.ok()) std::abort();
  binding.format = found->format;
  binding.plugin = &(*loaded)->table();
  return binding;
}

absl::StatusOr<pipeline::Input> MakeInput(std::string_view format, std::string_view bytes,
                                          const Limits& limits) {
  pipeline::Input input;
  input.path = "memory";
  input.binding = Binding(format, plugin::Direction::kRead);
  auto options = plugin::CheckOptions(*input.binding.format, plugin::Direction::kRead, {});
  EXPECT_TRUE(options.ok()) << options.status();
  if (options.ok()) input.options = *std::move(options);
  plugin::SourceOptions source_options;
  source_options.limits = &limits;
  auto source = plugin::Source::FromMemory("memory", std::string(bytes), source_options);
  if (!source.ok()) return source.status();
  input.source = *std::move(source);
  return input;
}

std::string Describe(const v1::Record& record, const PuenteRecord& info) {
  const auto digest = RecordDigest(record);
  std::string text =
      fmt::format("{} at byte {} line {} column {} of {} bytes, id {}, leaves",
                  digest.ok() ? DigestToHex(*digest) : "no digest", info.origin.offset,
                  info.origin.line, info.origin.column, info.length,
                  std::string_view(info.id.data == nullptr ? "" : info.id.data, info.id.size));
  std::vector<std::string> leaves;
  for (size_t i = 0; i < info.leaves_size; ++i) {
    leaves.push_back(fmt::format(" {}>{}*{}", info.leaves[i].source_path, info.leaves[i].field_path,
                                 info.leaves[i].count));
  }
  std::sort(leaves.begin(), leaves.end());
  for (const std::string& leaf : leaves) text += leaf;
  return text + "\n" + record.SerializeAsString();
}

void SetError(const absl::Status& status, Reading* out) {
  const ErrorDetail detail = GetErrorDetail(status);
  out->exit_code = pipeline::ExitCodeFor(status);
  out->code = detail.code;
  out->line = detail.line;
  out->column = detail.column;
  out->error =
      fmt::format("{} {} at {}:{}", detail.code, detail.message, detail.line, detail.column);
}

std::string FirstDifference(std::string_view what, const std::vector<std::string>& a,
                            const std::vector<std::string>& b, bool begun_is_enough) {
  const size_t common = std::min(a.size(), b.size());
  for (size_t i = 0; i < common; ++i) {
    if (a[i] != b[i]) return fmt::format("{} {}:\n  {}\n  {}\n", what, i, a[i], b[i]);
  }
  if (a.size() == b.size() || begun_is_enough) return "";
  return fmt::format("{} of these: {} and {}\n", what, a.size(), b.size());
}

}  // namespace

std::ostream& operator<<(std::ostream& out, const Reading& reading) {
  return out << "exit " << reading.exit_code << ", " << reading.records.size() << " records, "
             << reading.findings.size() << " findings" << (reading.error.empty() ? "" : ", ")
             << reading.error;
}

Reading Read(std::string_view format, std::string_view bytes, int jobs, const Limits& limits) {
  Reading out;
  absl::StatusOr<pipeline::Input> input = MakeInput(format, bytes, limits);
  if (!input.ok()) {
    SetError(input.status(), &out);
    return out;
  }
  std::vector<pipeline::Input> inputs;
  inputs.push_back(*std::move(input));
  pipeline::ReadSettings settings;
  settings.jobs = jobs;
  settings.limits = &limits;
  settings.on_finding = [&out](const Finding& finding) {
    out.findings.push_back(fmt::format("{} {}:{}:{} {} {}", finding.code, finding.location.offset,
                                       finding.location.line, finding.location.column, finding.path,
                                       finding.message));
  };
  const pipeline::ReadResult result =
      pipeline::ReadRecords(inputs, settings, [&](const v1::Record& record, const auto& info) {
        out.records.push_back(Describe(record, info));
        return absl::OkStatus();
      });
  out.all_findings = result.findings.total();
  for (const auto& [path, count] : result.leaves) {
    out.leaves.push_back(fmt::format("{} {}", path, count));
  }
  if (!result.status.ok()) SetError(result.status, &out);
  return out;
}

Outcome ReadOutcome(std::string_view format, std::string_view bytes, int jobs,
                    const Limits& limits) {
  Outcome out;
  absl::StatusOr<pipeline::Input> input = MakeInput(format, bytes, limits);
  EXPECT_TRUE(input.ok()) << input.status();
  if (!input.ok()) return out;
  std::vector<pipeline::Input> inputs;
  inputs.push_back(*std::move(input));
  pipeline::ReadSettings settings;
  settings.jobs = jobs;
  settings.limits = &limits;
  const pipeline::ReadResult result =
      pipeline::ReadRecords(inputs, settings, [&](const v1::Record& record, const auto&) {
        out.records += record.has_dataset_header() ? 0 : 1;
        return absl::OkStatus();
      });
  out.findings = result.findings.total();
  out.exit_code = pipeline::ExitCodeFor(result.status);
  const ErrorDetail detail = GetErrorDetail(result.status);
  out.code = detail.code;
  out.message = detail.message;
  out.line = detail.line;
  out.column = detail.column;
  return out;
}

size_t CountPieces(std::string_view format, std::string_view bytes, uint64_t piece_bytes) {
  Limits limits;
  limits.piece_bytes = piece_bytes;
  const absl::StatusOr<pipeline::Input> input = MakeInput(format, bytes, limits);
  EXPECT_TRUE(input.ok()) << input.status();
  if (!input.ok()) return 0;
  const PuentePlugin& plugin = *input->binding.plugin;
  plugin::RunOptions options;
  options.source = input->path;
  options.limits = &limits;
  plugin::Run run(std::move(options));
  void* splitter = nullptr;
  EXPECT_EQ(plugin.splitter_open(run.c_run(), {format.data(), format.size()},
                                 input->source->c_source(), nullptr, 0, &splitter),
            PUENTE_OK);
  size_t pieces = 0;
  PuentePiece piece{};
  piece.struct_size = sizeof(piece);
  while (plugin.splitter_next(splitter, &piece) == PUENTE_OK) ++pieces;
  plugin.splitter_close(splitter);
  return pieces;
}

std::string Difference(const Reading& a, const Reading& b) {
  std::string text;
  if (a.error != b.error) text += fmt::format("error:\n  {}\n  {}\n", a.error, b.error);
  // How much was given when an error came may differ: the last record before it is complete for one
  // who knows that a piece ends there. Nothing of it reaches an output.
  const bool failed = !a.error.empty();
  text += FirstDifference("record", a.records, b.records, failed);
  text += FirstDifference("finding", a.findings, b.findings, failed);
  if (!failed) text += FirstDifference("leaves", a.leaves, b.leaves, false);
  return text;
}

std::string Convert(std::string_view from, std::string_view bytes, std::string_view to,
                    const std::vector<std::pair<std::string, std::string>>& options) {
  namespace fs = std::filesystem;
  const fs::path path =
      fs::path(testing::TempDir()) / fmt::format("puente_bad_{}.out", static_cast<long>(getpid()));
  pipeline::ConvertRequest request;
  absl::StatusOr<pipeline::Input> input = MakeInput(from, bytes, DefaultLimits());
  EXPECT_TRUE(input.ok()) << input.status();
  if (!input.ok()) return "";
  request.inputs.push_back(*std::move(input));
  request.output.path = path.string();
  request.output.binding = Binding(to, plugin::Direction::kWrite);
  auto checked =
      plugin::CheckOptions(*request.output.binding.format, plugin::Direction::kWrite, options);
  EXPECT_TRUE(checked.ok()) << checked.status();
  if (checked.ok()) request.output.options = *std::move(checked);
  request.output.force = true;
  const pipeline::ConvertResult result = pipeline::Convert(request);
  EXPECT_TRUE(result.status.ok()) << result.status;
  std::ifstream file(path, std::ios::binary);
  std::string out((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  fs::remove(path);
  return out;
}

}  // namespace puente::bad
