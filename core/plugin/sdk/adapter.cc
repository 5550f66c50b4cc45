// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// The handles that the host holds, and the functions of the contract that are the same for all
// plugins.
#include "core/plugin/sdk/adapter.h"

#include <algorithm>
#include <cstring>
#include <exception>
#include <new>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include "core/base/status.h"

namespace puente::sdk::internal {
namespace {

const PuenteHost* g_host = nullptr;
std::string_view g_build_id;

PuenteStatus Fail(PuenteRun* run, const absl::Status& status) {
  if (status.ok()) return PUENTE_OK;
  const ErrorDetail detail = GetErrorDetail(status);
  PuentePosition position{};
  position.line = detail.line;
  position.column = detail.column;
  const std::string message(status.message().data(), status.message().size());
  g_host->set_error(run, ToC(detail.code), ToC(message), &position, ToC(detail.hint));
  const auto code = static_cast<PuenteStatus>(status.code());
  return code == PUENTE_OK ? PUENTE_INTERNAL : code;
}

// Runs `body`, which returns an absl::Status; nothing is thrown out of it.
template <typename Body>
PuenteStatus Guard(PuenteRun* run, Body&& body) noexcept {
  try {
    return Fail(run, body());
  } catch (const std::bad_alloc&) {
    return Fail(run, absl::ResourceExhaustedError("out of memory"));
  } catch (const std::exception& e) {
    return Fail(run, absl::InternalError(std::string("the plugin failed: ") + e.what()));
  } catch (...) {
    return Fail(run, absl::InternalError("the plugin failed"));
  }
}

struct ReaderHandle {
  Run run;
  Source source;
  bool as_bytes;
  std::unique_ptr<Reader> reader;
  std::optional<absl::Status> pending = std::nullopt;
  bool at_end = false;
};

struct SplitterHandle {
  Run run;
  Source source;
  std::unique_ptr<Splitter> splitter;
  uint64_t index = 0;
};

struct WriterHandle {
  Run run;
  Target target;
  std::unique_ptr<Writer> writer;
};

PuenteStatus ReaderNext(void* reader, PuenteBatch** out) noexcept {
  auto* handle = static_cast<ReaderHandle*>(reader);
  bool end = false;
  const PuenteStatus status = Guard(handle->run.run(), [&]() -> absl::Status {
    if (handle->pending.has_value()) return *handle->pending;
    std::unique_ptr<BatchBuilder> batch = BatchBuilder::Make(handle->as_bytes);
    while (!handle->at_end && !batch->full()) {
      if (handle->run.IsCancelled()) return absl::CancelledError("interrupted");
      absl::StatusOr<bool> more = handle->reader->Read(*batch);
      if (!more.ok()) {
        // What was read before the fault is handed over first.
        if (batch->empty()) return more.status();
        handle->pending = more.status();
        break;
      }
      handle->at_end = !*more;
    }
    if (batch->empty()) {
      end = true;
      return absl::OkStatus();
    }
    auto made = BatchBuilder::Finish(std::move(batch));
    if (!made.ok()) return made.status();
    *out = *made;
    return absl::OkStatus();
  });
  return status == PUENTE_OK && end ? PUENTE_END : status;
}

void ReaderClose(void* reader) noexcept { delete static_cast<ReaderHandle*>(reader); }

PuenteStatus SplitterNext(void* splitter, PuentePiece* piece) noexcept {
  auto* handle = static_cast<SplitterHandle*>(splitter);
  bool end = false;
  const PuenteStatus status = Guard(handle->run.run(), [&]() -> absl::Status {
    absl::StatusOr<bool> more = handle->splitter->Next(piece);
    if (!more.ok()) return more.status();
    piece->index = handle->index++;
    end = !*more;
    return absl::OkStatus();
  });
  return status == PUENTE_OK && end ? PUENTE_END : status;
}

void SplitterClose(void* splitter) noexcept { delete static_cast<SplitterHandle*>(splitter); }

PuenteStatus WriterPut(void* writer, const PuenteRecord* record) noexcept {
  auto* handle = static_cast<WriterHandle*>(writer);
  return Guard(handle->run.run(), [&]() -> absl::Status {
    const RecordInfo info{ToStd(record->id), record->origin,
                          std::span(record->leaves, record->leaves_size)};
    const auto* message = static_cast<const v1::Record*>(record->message);
    if (message != nullptr) return handle->writer->Put(*message, info);
    return handle->writer->PutBytes(std::string_view(record->data, record->size), info);
  });
}

PuenteStatus WriterFinish(void* writer) noexcept {
  auto* handle = static_cast<WriterHandle*>(writer);
  return Guard(handle->run.run(), [&]() { return handle->writer->Finish(); });
}

void WriterClose(void* writer) noexcept { delete static_cast<WriterHandle*>(writer); }

}  // namespace

PuenteStatus OpenReader(PuenteRun* run, const PuenteSource* source, OpenReaderCall open,
                        void** out) noexcept {
  return Guard(run, [&]() -> absl::Status {
    const bool as_bytes = ToStd(g_host->build_id) != g_build_id;
    auto handle = std::unique_ptr<ReaderHandle>(
        new ReaderHandle{Run(g_host, run), Source(source), as_bytes, nullptr});
    auto reader = open(handle->run, &handle->source);
    if (!reader.ok()) return reader.status();
    handle->reader = *std::move(reader);
    *out = handle.release();
    return absl::OkStatus();
  });
}

PuenteStatus OpenSplitter(PuenteRun* run, const PuenteSource* source, OpenSplitterCall open,
                          void** out) noexcept {
  return Guard(run, [&]() -> absl::Status {
    auto handle = std::unique_ptr<SplitterHandle>(
        new SplitterHandle{Run(g_host, run), Source(source), nullptr});
    auto splitter = open(handle->run, &handle->source);
    if (!splitter.ok()) return splitter.status();
    handle->splitter = *std::move(splitter);
    *out = handle.release();
    return absl::OkStatus();
  });
}

PuenteStatus OpenWriter(PuenteRun* run, const PuenteTarget* target, OpenWriterCall open,
                        void** out) noexcept {
  return Guard(run, [&]() -> absl::Status {
    auto handle =
        std::unique_ptr<WriterHandle>(new WriterHandle{Run(g_host, run), Target(target), nullptr});
    auto writer = open(handle->run, &handle->target);
    if (!writer.ok()) return writer.status();
    handle->writer = *std::move(writer);
    *out = handle.release();
    return absl::OkStatus();
  });
}

PuenteStatus Identify(const PuenteSource* source, PuenteProbe* probe,
                      absl::FunctionRef<void(const Head&, Probe*)> identify) noexcept {
  try {
    Probe answer;
    const Source input(source);
    identify(Head{ToStd(source->name), ToStd(source->head), input.can_seek() ? &input : nullptr},
             &answer);
    probe->confidence = answer.confidence;
    probe->format = ToC(answer.format);
    const size_t size = std::min(answer.version.size(), sizeof(probe->version) - 1);
    std::memcpy(probe->version, answer.version.data(), size);
    probe->version[size] = '\0';
    return PUENTE_OK;
  } catch (...) {
    return PUENTE_INTERNAL;
  }
}

bool Begin(const PuenteHost* host, PuentePlugin* plugin, std::string_view manifest,
           std::string_view build_id) noexcept {
  if (host->abi_version != PUENTE_ABI_VERSION || host->struct_size < sizeof(PuenteHost) ||
      plugin->struct_size < sizeof(PuentePlugin)) {
    return false;
  }
  g_host = host;
  g_build_id = build_id;
  plugin->abi_version = PUENTE_ABI_VERSION;
  plugin->manifest_json = ToC(manifest);
  plugin->build_id = ToC(build_id);
  return true;
}

void AddReader(PuentePlugin* plugin) noexcept {
  plugin->reader_next = ReaderNext;
  plugin->reader_close = ReaderClose;
}

void AddSplitter(PuentePlugin* plugin) noexcept {
  plugin->splitter_next = SplitterNext;
  plugin->splitter_close = SplitterClose;
}

void AddWriter(PuentePlugin* plugin) noexcept {
  plugin->writer_put = WriterPut;
  plugin->writer_finish = WriterFinish;
  plugin->writer_close = WriterClose;
}

}  // namespace puente::sdk::internal
