// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// The ordered stage: takes the records of all inputs in order and gives them their identity.

#include "core/pipeline/read_loop.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "core/base/status.h"
#include "core/findings/finding_text.h"
#include "core/pipeline/memory.h"
#include "core/plugin/coded_error.h"
#include "fmt/format.h"

namespace puente::pipeline {
namespace {

constexpr std::chrono::milliseconds kBetweenProgress(100);
/// Bytes of input between two calls of ReleaseFreeMemory.
constexpr uint64_t kReleaseEvery = uint64_t{16} << 20;

std::string BaseName(const std::string& path) {
  if (path == "-") return "stdin";
  const std::string name = path.substr(path.rfind('/') + 1);
  return plugin::CleanText({name.data(), name.size()}, name.size());
}

bool EndsWith(std::string_view text, std::string_view end) {
  return text.size() > end.size() && text.substr(text.size() - end.size()) == end;
}

void AppendPart(std::string_view part, std::string* key) {
  const auto size = static_cast<uint32_t>(part.size());
  key->append(reinterpret_cast<const char*>(&size), sizeof(size));
  key->append(part);
}

std::string_view View(PuenteString text) {
  return text.data == nullptr ? std::string_view() : std::string_view(text.data, text.size);
}

}  // namespace

std::string DatasetName(const std::string& path) {
  std::string name = BaseName(path);
  if (path == "-") return name;
  for (const std::string_view end : {".gz", ".zst"}) {
    if (EndsWith(name, end)) name.resize(name.size() - end.size());
  }
  const size_t point = name.rfind('.');
  if (point != std::string::npos && point > 0) name.resize(point);
  return name;
}

absl::Status UsageError(std::string message, std::string hint) {
  return plugin::CodedError(absl::StatusCode::kFailedPrecondition, "PUE-0001", std::move(message),
                            std::move(hint));
}

absl::Status Interrupted(uint64_t records, std::string_view kept) {
  return plugin::CodedError(
      absl::StatusCode::kCancelled, "PUE-0104",
      fmt::format("interrupted after {} {}{}{}", FormatCount(records),
                  records == 1 ? "record" : "records", kept.empty() ? "" : "; ", kept));
}

absl::Status CheckReadRequest(const std::vector<Input>& inputs, const ReadSettings& settings) {
  if (inputs.empty()) return UsageError("there is no input");
  if (settings.jobs < 1) return UsageError("the number of jobs must be at least 1");
  int from_stdin = 0;
  for (const Input& input : inputs) {
    const FormatBinding& binding = input.binding;
    if (binding.plugin == nullptr || binding.format == nullptr) {
      return UsageError(fmt::format("no format is known for \"{}\"", input.path));
    }
    if (binding.plugin->reader_open == nullptr || binding.plugin->reader_next == nullptr ||
        binding.plugin->reader_close == nullptr) {
      return UsageError(fmt::format("the format {} cannot be read", binding.format->id));
    }
    if (input.path == "-" && ++from_stdin > 1) {
      return UsageError("standard input can be read only once");
    }
  }
  return absl::OkStatus();
}

ReadLoop::ReadLoop(const ReadSettings& settings, const ReadLoopOptions& options, FindingBook* book,
                   RecordSink* sink)
    : settings_(settings), options_(options), book_(book), sink_(sink) {}

absl::Status ReadLoop::CheckInputs(const std::vector<Input>& inputs) {
  uint64_t total = 0;
  bool known = true;
  for (const Input& input : inputs) {
    uint64_t size = plugin::kUnknownSize;
    if (input.source != nullptr) {
      size = input.source->given_size();
    } else {
      absl::StatusOr<uint64_t> checked = plugin::CheckInput(input.path);
      if (!checked.ok()) return checked.status();
      size = *checked;
    }
    known = known && size != plugin::kUnknownSize;
    if (known) total += size;
  }
  if (known) bytes_total_ = total;
  return absl::OkStatus();
}

absl::Status ReadLoop::Read(const std::vector<Input>& inputs) {
  for (const Input& input : inputs) {
    if (AtLimit()) {
      limit_reached_ = true;
      break;
    }
    if (absl::Status status = ReadInput(input); !status.ok()) return status;
  }
  ShowProgress(0, true);
  return absl::OkStatus();
}

bool ReadLoop::IsCancelled() const {
  return settings_.cancel != nullptr && settings_.cancel->load(std::memory_order_relaxed);
}

plugin::RunOptions ReadLoop::MakeRunOptions(const Input& input) {
  plugin::RunOptions run;
  run.source = input.path;
  run.limits = settings_.limits;
  run.cancel = settings_.cancel;
  run.max_findings = MaxFindings(settings_, options_.rejects);
  run.lookup_code = settings_.lookup_code;
  if (settings_.log) {
    run.log = [this](Severity level, std::string_view message) {
      const std::lock_guard<std::mutex> lock(log_mutex_);
      settings_.log(level, message);
    };
  }
  return run;
}

absl::Status ReadLoop::ReadInput(const Input& input) {
  std::shared_ptr<plugin::Source> source = input.source;
  if (source == nullptr) {
    plugin::SourceOptions source_options;
    source_options.hash = settings_.hash_inputs;
    source_options.cancel = settings_.cancel;
    source_options.limits = settings_.limits;
    absl::StatusOr<std::unique_ptr<plugin::Source>> opened =
        plugin::Source::Open(input.path, source_options);
    if (!opened.ok()) return opened.status();
    source = *std::move(opened);
  }
  dataset_ = input.dataset.empty() ? DatasetName(input.path) : input.dataset;
  base_name_ = BaseName(input.path);
  records_before_ = records_;
  const size_t file = files_.size();
  files_.push_back({});
  files_[file].name = input.path;
  files_[file].format = input.binding.format->id;
  files_[file].version = input.binding.version;

  FeedOptions feed_options;
  feed_options.binding = input.binding;
  feed_options.options = &input.options;
  feed_options.source = source.get();
  feed_options.run = MakeRunOptions(input);
  // One thread reads no further than it must, and stops at the same place each time.
  feed_options.jobs = settings_.limit == 0 ? settings_.jobs : 1;
  feed_options.digests = options_.digests;
  for (const Finding& finding : input.findings) {
    if (absl::Status stop = book_->AddRead(finding); !stop.ok()) return stop;
  }
  absl::StatusOr<std::unique_ptr<RecordFeed>> feed = OpenFeed(std::move(feed_options));
  if (!feed.ok()) return feed.status();

  Flight flight(MayCarryMessages(*input.binding.plugin), options_.writer_messages);
  absl::Status status;
  bool more = true;
  uint64_t released_at = 0;
  while (more && status.ok()) {
    if (IsCancelled()) return absl::CancelledError("interrupted");
    Delivery delivery = (*feed)->Next();
    more = !delivery.at_end;
    status = TakeDelivery(input, delivery, flight);
    if (status.ok()) status = std::move(delivery.status);
    if (AtLimit()) {
      limit_reached_ = true;
      more = false;
    }
    ShowProgress(delivery.bytes_done, false);
    if (delivery.bytes_done >= released_at + kReleaseEvery) {
      released_at = delivery.bytes_done;
      ReleaseFreeMemory();
    }
  }
  // A reader may end before the last checksum of a packed input. A feed stops the source when it
  // goes.
  if (status.ok() && !limit_reached_) status = source->CheckRest();
  feed->reset();

  ReceiptFile& told = files_[file];
  told.records = records_ - records_before_;
  told.bytes =
      source->given_size() == plugin::kUnknownSize ? source->consumed() : source->given_size();
  bytes_before_ += told.bytes;
  if (status.ok() && !limit_reached_) {
    absl::StatusOr<std::string> sha256 = source->FinishSha256();
    if (!sha256.ok()) return sha256.status();
    told.sha256 = *std::move(sha256);
  }
  return status;
}

absl::Status ReadLoop::TakeDelivery(const Input& input, Delivery& delivery, Flight& flight) {
  for (const auto& [path, count] : delivery.news.loose) sink_->OnLoose(path, count);
  std::vector<Finding>& findings = delivery.news.findings;
  size_t next_finding = 0;
  for (size_t i = 0; i < delivery.size(); ++i) {
    const PuenteRecord& record = delivery.record(i);
    const uint64_t record_end = record.origin.offset + std::max<uint64_t>(record.length, 1);
    while (next_finding < findings.size() && findings[next_finding].location.offset < record_end) {
      absl::Status stop = book_->AddRead(std::move(findings[next_finding++]));
      if (!stop.ok()) return stop;
    }
    if (IsCancelled()) return absl::CancelledError("interrupted");
    absl::Status status = flight.Begin(record);
    if (!status.ok()) return WithSource(std::move(status), input.path);
    status = TakeRecord(input, flight, delivery.digests.empty() ? nullptr : &delivery.digests[i]);
    if (!status.ok()) return status;
    if (AtLimit()) return absl::OkStatus();
  }
  for (; next_finding < findings.size(); ++next_finding) {
    absl::Status stop = book_->AddRead(std::move(findings[next_finding]));
    if (!stop.ok()) return stop;
  }
  return book_->AddMoreRead(delivery.news, input.path);
}

absl::Status ReadLoop::TakeRecord(const Input& input, Flight& flight, const Digest* digest) {
  if (options_.identity) {
    if (absl::Status status = GiveIdentity(input, flight); !status.ok()) return status;
  }
  if (flight.is_header()) {
    ++headers_;
  } else {
    ++records_;
  }
  return sink_->OnRecord(flight, digest, input.path);
}

absl::Status ReadLoop::GiveIdentity(const Input& input, Flight& flight) {
  absl::Status status = flight.ReadBeside(&beside_);
  if (!status.ok()) return WithSource(std::move(status), input.path);
  bool is_changed = false;

  // A reader that names the dataset gives an identity that the record had before.
  const v1::Identity& own = beside_.identity();
  const bool is_renamed = input.take_over && !input.dataset.empty() && own.dataset() != dataset_;
  if ((own.dataset().empty() && !dataset_.empty()) || is_renamed) {
    beside_.mutable_identity()->set_dataset(dataset_);
    is_changed = true;
  }
  if (input.take_over && !own.agency().empty()) {
    beside_.mutable_identity()->clear_agency();
    is_changed = true;
  }
  if (flight.is_header() && input.take_over) {
    // No key of a record begins like this: its first bytes are the size of the agency's name.
    key_ = "header" + beside_.identity().dataset();
    const uint32_t given = beside_.identity().ordinal();
    absl::StatusOr<uint32_t> ordinal = ordinals_.Next(key_, given);
    if (!ordinal.ok()) return ordinal.status();
    if (*ordinal != given) {
      beside_.mutable_identity()->set_ordinal(*ordinal);
      is_changed = true;
    }
  }
  if (!flight.is_header()) {
    if (own.id().empty() && !flight.id().empty()) {
      beside_.mutable_identity()->set_id(flight.id());
      is_changed = true;
    }
    key_.clear();
    AppendPart(beside_.identity().agency(), &key_);
    AppendPart(beside_.identity().dataset(), &key_);
    key_ += beside_.identity().id();
    const uint32_t given = beside_.identity().ordinal();
    absl::StatusOr<uint32_t> ordinal = ordinals_.Next(key_, given);
    if (!ordinal.ok()) return ordinal.status();
    if (*ordinal != given) {
      beside_.mutable_identity()->set_ordinal(*ordinal);
      is_changed = true;
    }
  }

  if (beside_.provenance().source().empty()) {
    const bool is_new = !beside_.has_provenance();
    v1::Provenance* provenance = beside_.mutable_provenance();
    provenance->set_source(base_name_);
    if (provenance->format().empty()) provenance->set_format(input.binding.format->id);
    if (provenance->format_version().empty()) {
      provenance->set_format_version(input.binding.version);
    }
    if (is_new) {
      const PuenteRecord& info = flight.info();
      provenance->set_offset(info.origin.offset);
      provenance->set_length(info.length);
      provenance->set_line(info.origin.line);
      const PuenteString sheet = {info.origin.sheet.data, View(info.origin.sheet).size()};
      provenance->set_sheet(plugin::CleanText(sheet, sheet.size));
    }
    is_changed = true;
  }
  return is_changed ? flight.SetBeside(beside_) : absl::OkStatus();
}

void ReadLoop::ShowProgress(uint64_t bytes_done, bool now) {
  if (!settings_.progress) return;
  const auto time = std::chrono::steady_clock::now();
  if (!now && time - last_progress_ < kBetweenProgress) return;
  last_progress_ = time;
  Progress progress;
  progress.bytes_done = bytes_before_ + bytes_done;
  progress.bytes_total = bytes_total_;
  progress.records = records_;
  progress.verifying = options_.verifying;
  settings_.progress(progress);
}

}  // namespace puente::pipeline
