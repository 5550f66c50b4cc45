// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Stages that make or write records: through the plugins, and with protobuf's own JSON beside them.

#include <google/protobuf/util/json_util.h>

#include <array>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "core/base/canonical_form.h"
#include "core/base/digest.h"
#include "tests/bench/contract.h"
#include "tests/bench/stages.h"

namespace puente::bench {
namespace {

// Answers of FTS end in `.json`, 5W sheets in `.xlsx`; all else is IATI.
std::string FormatOf(std::string_view path) {
  if (path.ends_with(".xlsx")) return "r4v5w";
  return path.ends_with(".json") ? "fts" : "iati";
}

using google::protobuf::util::JsonPrintOptions;

// What a ledger counted.
void CountLedger(const ReceiptLedger& ledger, Outcome* outcome) {
  outcome->counts["records"] = ledger.records_read();
  outcome->counts["leaves"] = ledger.totals().read;
}

absl::StatusOr<Outcome> ReadFile(const std::string& path,
                                 const std::function<absl::Status(pipeline::Flight&)>& take) {
  const auto format = LoadFormat(FormatOf(path));
  if (!format.ok()) return format.status();
  ReceiptLedger ledger;
  const Stopwatch watch;
  const auto source = plugin::Source::Open(path);
  if (!source.ok()) return source.status();
  if (absl::Status status = ReadAll(*format, source->get(), &ledger, take); !status.ok()) {
    return status;
  }
  Outcome outcome;
  outcome.times = watch.Elapsed();
  CountLedger(ledger, &outcome);
  return outcome;
}

struct Prepared {
  BuiltFormat jsonl;
  std::unique_ptr<PreparedRecords> records;
};

absl::StatusOr<Prepared> Prepare(const std::string& path) {
  const auto format = LoadFormat(FormatOf(path));
  if (!format.ok()) return format.status();
  auto jsonl = LoadFormat("jsonl");
  if (!jsonl.ok()) return jsonl.status();
  auto records = PreparedRecords::Read(*format, path);
  if (!records.ok()) return records.status();
  return Prepared{*std::move(jsonl), *std::move(records)};
}

JsonPrintOptions PrintOptions() {
  JsonPrintOptions options;
  options.preserve_proto_field_names = true;
  return options;
}

absl::Status FromProtobuf(const google::protobuf::util::Status& status) {
  if (status.ok()) return absl::OkStatus();
  return absl::InternalError(status.ToString());
}

}  // namespace

absl::StatusOr<Outcome> RunRecords(const std::string& path) { return ReadFile(path, {}); }

absl::StatusOr<Outcome> RunCanonical(const std::string& path) {
  std::string bytes;
  uint64_t total = 0;
  auto outcome = ReadFile(path, [&](pipeline::Flight& flight) {
    CanonicalParts parts;
    if (SplitCanonical({flight.info().data, flight.info().size}, &parts)) {
      total += parts.content.size();
      return absl::OkStatus();
    }
    const auto message = flight.Message();
    if (!message.ok()) return message.status();
    absl::Status status = CanonicalBytes(**message, &bytes);
    total += bytes.size();
    return status;
  });
  if (outcome.ok()) outcome->counts["bytes_out"] = total;
  return outcome;
}

absl::StatusOr<Outcome> RunDigest(const std::string& path) {
  DatasetDigest dataset;
  auto outcome = ReadFile(path, [&dataset](pipeline::Flight& flight) {
    const auto digest = flight.ContentDigest();
    if (digest.ok()) dataset.Add(*digest);
    return digest.status();
  });
  if (!outcome.ok()) return outcome;
  const auto digest = dataset.Finish();
  if (!digest.ok()) return digest.status();
  outcome->digest = DigestToHex(*digest);
  return outcome;
}

absl::StatusOr<Outcome> RunJsonlOut(const std::string& path) {
  const auto prepared = Prepare(path);
  if (!prepared.ok()) return prepared.status();
  ReceiptLedger ledger;
  uint64_t bytes = 0;
  const Stopwatch watch;
  absl::Status status = WriteAll(prepared->jsonl, *prepared->records, &ledger,
                                 [&bytes](std::string_view text) { bytes += text.size(); });
  if (!status.ok()) return status;
  Outcome outcome;
  outcome.times = watch.Elapsed();
  CountLedger(ledger, &outcome);
  outcome.counts["bytes_out"] = bytes;
  return outcome;
}

absl::StatusOr<Outcome> RunJsonlIn(const std::string& path) {
  auto prepared = Prepare(path);
  if (!prepared.ok()) return prepared.status();
  std::string lines;
  {
    ReceiptLedger ledger;
    absl::Status status = WriteAll(prepared->jsonl, *prepared->records, &ledger,
                                   [&lines](std::string_view text) { lines += text; });
    if (!status.ok()) return status;
  }
  prepared->records.reset();
  const uint64_t bytes = lines.size();
  const auto source = plugin::Source::FromMemory("lines", std::move(lines));
  if (!source.ok()) return source.status();
  ReceiptLedger ledger;
  const Stopwatch watch;
  if (absl::Status status = ReadAll(prepared->jsonl, source->get(), &ledger, {}); !status.ok()) {
    return status;
  }
  Outcome outcome;
  outcome.times = watch.Elapsed();
  CountLedger(ledger, &outcome);
  outcome.counts["bytes_in"] = bytes;
  return outcome;
}

absl::StatusOr<Outcome> RunProtobufJsonOut(const std::string& path) {
  const auto prepared = Prepare(path);
  if (!prepared.ok()) return prepared.status();
  const JsonPrintOptions options = PrintOptions();
  Outcome outcome;
  std::string json;
  const Stopwatch watch;
  absl::Status status = prepared->records->ForEach([&](pipeline::Flight& flight) {
    const auto message = flight.Message();
    if (!message.ok()) return message.status();
    json.clear();
    const auto done = google::protobuf::util::MessageToJsonString(**message, &json, options);
    ++outcome.counts["records"];
    outcome.counts["bytes_out"] += json.size();
    return FromProtobuf(done);
  });
  if (!status.ok()) return status;
  outcome.times = watch.Elapsed();
  return outcome;
}

absl::StatusOr<Outcome> RunProtobufJsonIn(const std::string& path) {
  auto prepared = Prepare(path);
  if (!prepared.ok()) return prepared.status();
  const JsonPrintOptions options = PrintOptions();
  std::vector<std::string> texts;
  absl::Status status = prepared->records->ForEach([&](pipeline::Flight& flight) {
    const auto message = flight.Message();
    if (!message.ok()) return message.status();
    return FromProtobuf(
        google::protobuf::util::MessageToJsonString(**message, &texts.emplace_back(), options));
  });
  if (!status.ok()) return status;
  prepared->records.reset();
  Outcome outcome;
  v1::Record record;
  const Stopwatch watch;
  for (const std::string& text : texts) {
    record.Clear();
    status = FromProtobuf(google::protobuf::util::JsonStringToMessage(text, &record));
    if (!status.ok()) return status;
    outcome.counts["bytes_in"] += text.size();
    ++outcome.counts["records"];
  }
  outcome.times = watch.Elapsed();
  return outcome;
}

std::span<const Stage> Stages() {
  static constexpr std::array<Stage, 12> kStages = {{
      {"expat", "expat with handlers that count, 1 MiB at a time", RunExpat},
      {"xml_reader", "the XML reader alone: names, attributes, texts", RunXmlReader},
      {"records", "IATI, FTS or 5W to records through the plugin, leaves counted", RunRecords},
      {"canonical", "the same with the canonical bytes of each record", RunCanonical},
      {"digest", "the same with the digest of each record", RunDigest},
      {"jsonl_out", "records to JSON Lines through the plugin, receipt counted", RunJsonlOut},
      {"jsonl_in", "JSON Lines to records through the plugin, leaves counted", RunJsonlIn},
      {"protobuf_json_out", "the same records with MessageToJsonString", RunProtobufJsonOut},
      {"protobuf_json_in", "its texts with JsonStringToMessage", RunProtobufJsonIn},
      {"sheet_read", "the XLSX reader alone: all cells of a workbook", RunSheetRead},
      {"sheet_write", "the XLSX writer alone: the same cells into a new workbook", RunSheetWrite},
      {"rules", "5W to records as above, held against the rules for them", RunRules},
  }};
  return kStages;
}

}  // namespace puente::bench
