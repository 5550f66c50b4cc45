// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Drives format plugins in this process through the plugin contract, as the pipeline does.

#include "tests/bench/contract.h"

#include <utility>

#include "core/base/schema.h"
#include "core/findings/finding.h"
#include "core/plugin/loader.h"

namespace puente::bench {
namespace {

const PuenteRecord& RecordAt(const PuenteBatch& batch, size_t index) {
  const char* first = reinterpret_cast<const char*>(batch.records);
  return *reinterpret_cast<const PuenteRecord*>(first + index * batch.records[0].struct_size);
}

absl::Status ForEachRecord(const PuenteBatch& batch, pipeline::Flight& flight,
                           const std::function<absl::Status(pipeline::Flight&)>& take) {
  for (size_t i = 0; i < batch.size; ++i) {
    if (absl::Status status = flight.Begin(RecordAt(batch, i)); !status.ok()) return status;
    if (absl::Status status = take(flight); !status.ok()) return status;
  }
  return absl::OkStatus();
}

plugin::RunOptions Named(std::string name) {
  plugin::RunOptions options;
  options.source = std::move(name);
  return options;
}

using Write = std::function<void(std::string_view)>;

PuenteStatus CallWrite(void* context, const char* data, size_t size) {
  (*static_cast<const Write*>(context))(std::string_view(data, size));
  return PUENTE_OK;
}

}  // namespace

absl::StatusOr<BuiltFormat> LoadFormat(const std::string& id) {
  plugin::SearchOptions search;
  search.use_environment = false;
  search.use_user_folder = false;
  // Formats point into the catalogue.
  static const plugin::Catalog* const catalog = new plugin::Catalog(plugin::Catalog::Open(search));
  auto found = catalog->FindFormat(id, plugin::Direction::kRead);
  if (!found.ok()) return found.status();
  plugin::Loader loader;
  auto loaded = loader.Load(*found->entry);
  if (!loaded.ok()) return loaded.status();
  BuiltFormat format;
  format.binding.plugin = &(*loaded)->table();
  format.binding.format = found->format;
  for (const auto direction : {plugin::Direction::kRead, plugin::Direction::kWrite}) {
    auto options = plugin::CheckOptions(*found->format, direction, {});
    if (!options.ok()) return options.status();
    (direction == plugin::Direction::kRead ? format.read_options : format.write_options) =
        *std::move(options);
  }
  return format;
}

ContractReader::ContractReader(const PuentePlugin& plugin, std::string name)
    : plugin_(plugin),
      messages_(pipeline::MayCarryMessages(plugin)),
      run_(Named(std::move(name))) {}

ContractReader::~ContractReader() {
  if (reader_ != nullptr) plugin_.reader_close(reader_);
}

absl::StatusOr<std::unique_ptr<ContractReader>> ContractReader::Open(const BuiltFormat& format,
                                                                     const plugin::Source* source) {
  std::unique_ptr<ContractReader> reader(
      new ContractReader(*format.binding.plugin, source->name()));
  const std::vector<PuenteOption> options = pipeline::ToContract(format.read_options);
  const std::string& id = format.binding.format->id;
  const PuenteStatus status =
      reader->plugin_.reader_open(reader->run_.c_run(), {id.data(), id.size()}, source->c_source(),
                                  options.data(), options.size(), &reader->reader_);
  if (status != PUENTE_OK) {
    reader->reader_ = nullptr;
    return reader->run_.TakeError(status, "opening");
  }
  return reader;
}

absl::StatusOr<pipeline::BatchPtr> ContractReader::Next() {
  PuenteBatch* batch = nullptr;
  const PuenteStatus status = plugin_.reader_next(reader_, &batch);
  const plugin::RunNews news = run_.TakeNews();
  findings_ += news.findings.size();
  for (const auto& [code, count] : news.more_findings) findings_ += count;
  if (status == PUENTE_END) return pipeline::BatchPtr();
  if (status != PUENTE_OK) return run_.TakeError(status, "reading");
  return pipeline::BatchPtr(batch);
}

absl::Status ReadAll(const BuiltFormat& format, const plugin::Source* source, ReceiptLedger* ledger,
                     const std::function<absl::Status(pipeline::Flight&)>& take) {
  auto reader = ContractReader::Open(format, source);
  if (!reader.ok()) return reader.status();
  pipeline::Flight flight((*reader)->hands_over_messages(), true);
  const auto count = [&](pipeline::Flight& record) {
    ledger->RecordRead(record.flows());
    return take ? take(record) : absl::OkStatus();
  };
  while (true) {
    auto batch = (*reader)->Next();
    if (!batch.ok()) return batch.status();
    if (*batch == nullptr) return absl::OkStatus();
    if (absl::Status status = ForEachRecord(**batch, flight, count); !status.ok()) return status;
  }
}

absl::StatusOr<std::unique_ptr<PreparedRecords>> PreparedRecords::Read(const BuiltFormat& format,
                                                                       const std::string& path) {
  auto source = plugin::Source::Open(path);
  if (!source.ok()) return source.status();
  std::unique_ptr<PreparedRecords> records(new PreparedRecords);
  records->source_ = *std::move(source);
  auto reader = ContractReader::Open(format, records->source_.get());
  if (!reader.ok()) return reader.status();
  records->reader_ = *std::move(reader);
  while (true) {
    auto batch = records->reader_->Next();
    if (!batch.ok()) return batch.status();
    if (*batch == nullptr) return records;
    for (size_t i = 0; i < (*batch)->size; ++i) {
      PuenteRecord record = RecordAt(**batch, i);
      if (record.message == nullptr) {
        auto* message = google::protobuf::Arena::CreateMessage<v1::Record>(&records->arena_);
        const std::string_view bytes(record.data, record.size);
        if (absl::Status status = ParseRecord(bytes, message); !status.ok()) return status;
        record.message = message;
      }
      records->records_.push_back(record);
    }
    records->batches_.push_back(*std::move(batch));
  }
}

absl::Status PreparedRecords::ForEach(
    const std::function<absl::Status(pipeline::Flight&)>& take) const {
  pipeline::Flight flight(reader_->hands_over_messages(), true);
  for (const PuenteRecord& record : records_) {
    if (absl::Status status = flight.Begin(record); !status.ok()) return status;
    if (absl::Status status = take(flight); !status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::Status WriteAll(const BuiltFormat& format, const PreparedRecords& records,
                      ReceiptLedger* ledger, const std::function<void(std::string_view)>& write) {
  const PuentePlugin& plugin = *format.binding.plugin;
  plugin::Run run(Named("output"));
  PuenteTarget target{};
  target.struct_size = sizeof(target);
  target.ctx = const_cast<Write*>(&write);
  target.write = CallWrite;
  const std::vector<PuenteOption> options = pipeline::ToContract(format.write_options);
  const std::string& id = format.binding.format->id;
  void* opened = nullptr;
  PuenteStatus status = plugin.writer_open(run.c_run(), {id.data(), id.size()}, &target,
                                           options.data(), options.size(), &opened);
  if (status != PUENTE_OK) return run.TakeError(status, "opening");
  const std::unique_ptr<void, void (*)(void*)> writer(opened, plugin.writer_close);
  const Location location;
  absl::Status done = records.ForEach([&](pipeline::Flight& flight) {
    ledger->RecordRead(flight.flows());
    const absl::StatusOr<PuenteRecord> record = flight.ForWriter();
    if (!record.ok()) return record.status();
    run.BeginPut(ledger, flight.flows(), location, flight.id());
    const PuenteStatus put = plugin.writer_put(writer.get(), &*record);
    run.EndPut();
    return put == PUENTE_OK ? absl::OkStatus() : run.TakeError(put, "writing");
  });
  if (!done.ok()) return done;
  status = plugin.writer_finish(writer.get());
  return status == PUENTE_OK ? absl::OkStatus() : run.TakeError(status, "finishing");
}

}  // namespace puente::bench
