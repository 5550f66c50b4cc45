// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Reads an output again and compares it with what its writer declared.

#include "core/pipeline/verify.h"

#include <memory>
#include <optional>
#include <utility>

#include "core/base/status.h"
#include "core/pipeline/read_loop.h"
#include "fmt/format.h"

namespace puente::pipeline {
namespace {

class CountingSink : public RecordSink {
 public:
  absl::Status OnRecord(Flight& flight, const Digest* digest,
                        const std::string& /*source*/) override {
    for (const LeafFlow& flow : flight.flows()) {
      if (flow.source_path != 0) leaves[flow.source_path] += flow.count;
    }
    if (digest != nullptr) {
      all.Add(*digest);
      if (!flight.is_header()) content.Add(*digest);
    }
    return absl::OkStatus();
  }
  void OnLoose(uint32_t source_path, const plugin::LooseCount& count) override {
    leaves[source_path] += count.read;
  }

  std::map<uint32_t, uint64_t> leaves;
  DatasetDigest all;
  DatasetDigest content;
};

// Differences, of which only the first are kept.
class Differences {
 public:
  void Add(std::string text) {
    if (texts_.size() < kMaxDifferences) texts_.push_back(std::move(text));
  }
  std::vector<std::string> Take() { return std::move(texts_); }

 private:
  std::vector<std::string> texts_;
};

void CompareLeaves(const std::map<uint32_t, uint64_t>& written,
                   const std::map<uint32_t, uint64_t>& read, Differences* differences) {
  // By name, so that the order does not depend on which path was met first.
  std::map<std::string_view, std::pair<uint64_t, uint64_t>> by_name;
  const PathTable& table = PathTable::Global();
  for (const auto& [path, count] : written) by_name[table.Name(path)].first = count;
  for (const auto& [path, count] : read) by_name[table.Name(path)].second = count;
  for (const auto& [name, counts] : by_name) {
    if (counts.first == counts.second) continue;
    differences->Add(fmt::format("{}: {} declared as written, {} read again", name, counts.first,
                                 counts.second));
  }
}

absl::Status CompareDigests(const Expected& expected, uint64_t headers, CountingSink* sink,
                            Differences* differences) {
  const bool with_headers = headers == expected.headers;
  absl::StatusOr<Digest> read = with_headers ? sink->all.Finish() : sink->content.Finish();
  if (!read.ok()) return read.status();
  const Digest& written = with_headers ? expected.digest_of_all : expected.digest_of_content;
  if (*read != written) {
    differences->Add(fmt::format("digest of the records: {} written, {} read again",
                                 DigestToHex(written), DigestToHex(*read)));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::vector<std::string>> FindDifferences(const std::string& path,
                                                         const Output& output,
                                                         const Expected& expected,
                                                         const ReadSettings& settings) {
  ReadSettings again = settings;
  again.limit = 0;
  again.on_error = OnError::kSkip;
  again.hash_inputs = false;
  again.on_finding = nullptr;
  plugin::SourceOptions source_options;
  source_options.name = output.path;
  source_options.cancel = settings.cancel;
  source_options.unpack = false;
  absl::StatusOr<std::unique_ptr<plugin::Source>> source =
      plugin::Source::Open(path, source_options);
  if (!source.ok()) return source.status();
  Input input;
  input.path = output.path;
  input.binding = output.binding;
  input.options = output.read_options;
  input.source = *std::move(source);
  const std::vector<Input> inputs = {input};

  FindingLog findings;
  FindingBook book(again, &findings, nullptr);
  CountingSink sink;
  ReadLoopOptions options;
  options.digests = output.binding.format->lossless == plugin::Lossless::kFull;
  options.identity = false;
  options.verifying = true;
  ReadLoop loop(again, options, &book, &sink);
  absl::Status status = loop.CheckInputs(inputs);
  if (status.ok()) status = loop.Read(inputs);
  if (absl::IsCancelled(status)) return status;

  Differences differences;
  if (!status.ok()) {
    differences.Add(fmt::format("it cannot be read again: {}", FormatError(status)));
    return differences.Take();
  }
  // A view may have several rows for a record, or none; its leaves are compared all the same.
  if (options.digests && loop.records() != expected.records) {
    differences.Add(
        fmt::format("records: {} written, {} read again", expected.records, loop.records()));
  }
  CompareLeaves(*expected.leaves, sink.leaves, &differences);
  if (options.digests) {
    status = CompareDigests(expected, loop.headers(), &sink, &differences);
    if (!status.ok()) return status;
  }
  return differences.Take();
}

}  // namespace puente::pipeline
