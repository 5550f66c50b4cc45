// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Readers of plugins at work, and the feeds that use one reader for a whole input.

#include "core/pipeline/record_feed.h"

#include <algorithm>
#include <utility>

#include "core/base/status.h"
#include "core/pipeline/flight.h"
#include "core/pipeline/piece_feed.h"
#include "core/pipeline/read_ahead_feed.h"
#include "fmt/format.h"

namespace puente::pipeline {
namespace {

// What a record takes in memory beside its values, roughly; and how much larger its values are
// there than in the source.
constexpr size_t kRecordWeight = 1024;
constexpr size_t kUnknownWeight = 16 << 10;
constexpr size_t kByteWeight = 4;
// More records than this are no batch: the contract asks for a few dozen.
constexpr size_t kMaxBatchRecords = size_t{1} << 20;
// Lengths come from plugins: sums of them must not wrap.
constexpr uint64_t kMaxLength = uint64_t{1} << 31;

// Reads on the thread that asks.
class DirectFeed : public RecordFeed {
 public:
  DirectFeed(std::unique_ptr<ReaderSession> session, const plugin::Source* source)
      : session_(std::move(session)), source_(source) {}

  Delivery Next() override {
    Delivery delivery = session_->Next();
    delivery.bytes_done = BytesDone(session_->run(), *source_);
    return delivery;
  }

 private:
  const std::unique_ptr<ReaderSession> session_;
  const plugin::Source* const source_;
};

}  // namespace

const PuenteRecord& Delivery::record(size_t index) const {
  const char* first = reinterpret_cast<const char*>(batch->records);
  return *reinterpret_cast<const PuenteRecord*>(first + index * batch->records[0].struct_size);
}

std::vector<PuenteOption> ToContract(const plugin::OptionList& options) {
  std::vector<PuenteOption> all;
  all.reserve(options.size());
  for (const auto& [key, value] : options) {
    all.push_back({{key.data(), key.size()}, {value.data(), value.size()}});
  }
  return all;
}

absl::Status PluginError(plugin::Run& run, PuenteStatus status, const plugin::Source& source,
                         std::string_view doing) {
  absl::Status error = run.TakeError(status, doing);
  if (absl::IsCancelled(error)) return error;
  absl::Status reading = source.error();
  return reading.ok() ? error : reading;
}

uint64_t BytesDone(const plugin::Run& run, const plugin::Source& source) {
  if (source.packing() != plugin::Packing::kNone) return source.consumed();
  return std::max(run.progress(), source.consumed());
}

ReaderSession::ReaderSession(const FeedOptions& options, const plugin::Source* source)
    : plugin_(options.binding.plugin),
      source_(source),
      messages_(MayCarryMessages(*options.binding.plugin)),
      digests_(options.digests),
      run_(options.run) {}

ReaderSession::~ReaderSession() {
  if (reader_ != nullptr) plugin_->reader_close(reader_);
}

absl::StatusOr<std::unique_ptr<ReaderSession>> ReaderSession::Open(const FeedOptions& options,
                                                                   const plugin::Source* source,
                                                                   const PuentePiece* piece) {
  std::unique_ptr<ReaderSession> session(new ReaderSession(options, source));
  const PuentePlugin& plugin = *options.binding.plugin;
  const std::vector<PuenteOption> given = ToContract(*options.options);
  const std::string& id = options.binding.format->id;
  const PuenteString format = {id.data(), id.size()};
  const PuenteStatus status =
      piece == nullptr
          ? plugin.reader_open(session->run_.c_run(), format, source->c_source(), given.data(),
                               given.size(), &session->reader_)
          : plugin.reader_open_piece(session->run_.c_run(), format, source->c_source(), piece,
                                     given.data(), given.size(), &session->reader_);
  if (status != PUENTE_OK) {
    session->reader_ = nullptr;
    return PluginError(session->run_, status, *source, "opening the input");
  }
  if (session->reader_ == nullptr) return BrokenContract("it opened no reader", source->name());
  return session;
}

Delivery ReaderSession::Next() {
  Delivery delivery;
  PuenteBatch* batch = nullptr;
  const PuenteStatus status = plugin_->reader_next(reader_, &batch);
  delivery.news = run_.TakeNews();
  if (status == PUENTE_OK) {
    delivery.status = Take(batch, &delivery);
  } else if (status == PUENTE_END) {
    delivery.at_end = true;
  } else {
    delivery.status = PluginError(run_, status, *source_, "reading");
  }
  return delivery;
}

absl::Status ReaderSession::Take(PuenteBatch* batch, Delivery* delivery) const {
  if (batch == nullptr) return BrokenContract("it handed over no batch", source_->name());
  if (batch->struct_size < sizeof(PuenteBatch) || batch->release == nullptr) {
    return BrokenContract("a batch cannot be released", source_->name());
  }
  delivery->batch.reset(batch);
  if (batch->size == 0) return absl::OkStatus();
  if (batch->size > kMaxBatchRecords) {
    const std::string what = fmt::format("a batch says that it has {} records", batch->size);
    delivery->batch.reset();
    return BrokenContract(what, source_->name());
  }
  if (batch->records == nullptr || batch->records[0].struct_size < sizeof(PuenteRecord) ||
      batch->records[0].struct_size % alignof(PuenteRecord) != 0) {
    delivery->batch.reset();
    return BrokenContract("the records of a batch have a wrong struct_size", source_->name());
  }
  delivery->weight = batch->size * kRecordWeight;
  if (digests_) delivery->digests.reserve(batch->size);
  Flight flight(messages_, false);
  for (size_t i = 0; i < batch->size; ++i) {
    const PuenteRecord& record = delivery->record(i);
    const uint64_t length = std::max<uint64_t>(record.length, record.size);
    // A row of a workbook has no length of its own.
    delivery->weight +=
        length == 0 ? kUnknownWeight : kByteWeight * std::min<uint64_t>(length, kMaxLength);
    if (!digests_) continue;
    absl::Status status = flight.Begin(record);
    absl::StatusOr<Digest> digest =
        status.ok() ? flight.ContentDigest() : absl::StatusOr<Digest>(status);
    if (!digest.ok()) {
      delivery->batch.reset();
      return WithSource(digest.status(), source_->name());
    }
    delivery->digests.push_back(*digest);
  }
  return absl::OkStatus();
}

absl::StatusOr<std::unique_ptr<RecordFeed>> OpenFeed(FeedOptions options) {
  if (options.jobs > 1 && options.source->can_seek() && options.binding.format->splits &&
      options.binding.plugin->splitter_open != nullptr) {
    return OpenPieceFeed(std::move(options));
  }
  plugin::Source* const source = options.source;
  const int jobs = options.jobs;
  if (jobs > 1) return OpenReadAheadFeed(std::move(options));
  absl::StatusOr<std::unique_ptr<ReaderSession>> session =
      ReaderSession::Open(options, source, nullptr);
  if (!session.ok()) return session.status();
  return std::make_unique<DirectFeed>(*std::move(session), source);
}

}  // namespace puente::pipeline
