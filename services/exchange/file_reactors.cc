// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// The streams that carry files.

#include "services/exchange/file_reactors.h"

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include "services/exchange/byte_pipe.h"
#include "services/exchange/call.h"
#include "services/exchange/file_jobs.h"
#include "services/exchange/paging.h"
#include "services/store/reason_error.h"
#include "services/store/resource_name.h"

namespace puente::exchange {
namespace {

absl::Status Cancelled() { return absl::CancelledError("the caller ended the call"); }

absl::Status BadStep(std::string_view message) {
  return store::ReasonError(v1::REASON_SEQUENCE_INVALID, message);
}

// A place among the conversions that may run at once.
class Place {
 public:
  explicit Place(Environment* env) : env_(env) { env_->metrics.StreamsOpen("file", 1); }
  ~Place() {
    env_->metrics.StreamsOpen("file", -1);
    if (taken_) --env_->conversions;
  }
  absl::Status Take() {
    if (env_->conversions.fetch_add(1) >= env_->limits.conversions) {
      --env_->conversions;
      return TooMany("conversions", env_->limits.conversions);
    }
    taken_ = true;
    return absl::OkStatus();
  }

 private:
  Environment* env_;
  bool taken_ = false;
};

// Reading a file in messages of `Request`: the first one opens, all others have bytes.
template <class Request>
class FileReading {
 public:
  // `start_read` starts the next read into message().
  FileReading(int64_t max_bytes, std::function<void()> start_read)
      : start_read_(std::move(start_read)), inbox_(max_bytes, [this] { start_read_(); }) {}

  Request* message() { return &message_; }
  ByteInbox& inbox() { return inbox_; }

  // A message came; starts the next read when there is room.
  void Take() {
    if (message_.has_end()) {
      inbox_.End(absl::OkStatus());
      return;
    }
    if (!message_.has_data()) {
      inbox_.End(BadStep("after open bytes follow, and the end"));
      return;
    }
    if (inbox_.Put(std::move(*message_.mutable_data()))) start_read_();
  }

 private:
  std::function<void()> start_read_;
  Request message_;
  ByteInbox inbox_;
};

class ImportReactor final : public grpc::ServerReadReactor<v1::ImportDatasetRequest> {
 public:
  ImportReactor(Environment* env, grpc::CallbackServerContext* context,
                v1::ImportDatasetResponse* response)
      : env_(env),
        call_(env, context, "/puente.exchange.v1.DatasetService/ImportDataset"),
        place_(env),
        response_(response),
        reading_(env->limits.file_bytes, [this] { StartRead(reading_.message()); }) {
    env_->workers.Run([this] { Begin(); });
  }

  void OnReadDone(bool ok) override {
    if (!opened_) {
      opened_ = true;
      if (ok && reading_.message()->has_open()) {
        open_ = std::move(*reading_.message()->mutable_open());
        env_->file_workers.Run([this] { Work(); });
        StartRead(reading_.message());
      } else {
        Finish(call_.End(ok ? BadStep("open comes first") : Cancelled()));
      }
      return;
    }
    if (ok) {
      reading_.Take();
    } else {
      reading_.inbox().End(cancel_ ? Cancelled()
                                   : BadStep("the file was cut: its end did not come"));
    }
  }
  void OnCancel() override {
    cancel_ = true;
    reading_.inbox().End(Cancelled());
  }
  void OnDone() override { delete this; }

 private:
  void Begin() {
    absl::Status status = call_.Admit();
    if (status.ok()) status = place_.Take();
    if (!status.ok()) {
      Finish(call_.End(status));
      return;
    }
    StartRead(reading_.message());
  }

  void Work() {
    auto dataset = store::ParseDatasetName(open_.push().parent());
    absl::Status status = dataset.status();
    if (dataset.ok()) {
      status = env_->authorizer.MayWrite(call_.caller(), dataset->agency, open_.push().parent());
    }
    if (status.ok()) {
      status = ImportFile(
          env_, open_,
          [this](char* buffer, size_t capacity) { return reading_.inbox().Read(buffer, capacity); },
          &cancel_, response_);
    }
    if (status.ok()) {
      env_->authorizer.Did(call_.caller(), open_.push().parent(),
                           "import, revision " + std::to_string(response_->summary().revision()));
    }
    Finish(call_.End(status));
  }

  Environment* env_;
  Call call_;
  Place place_;
  v1::ImportDatasetResponse* response_;
  v1::ImportDatasetRequest::Open open_;
  bool opened_ = false;
  std::atomic<bool> cancel_ = false;
  FileReading<v1::ImportDatasetRequest> reading_;
};

// Writing a file in messages of `Response`, the last one with the receipt. Calls `start_write` and
// `finish` of the reactor; nothing of it is touched after `finish`.
template <class Response>
class FileWriting {
 public:
  FileWriting(std::function<void(const Response*)> start_write,
              std::function<void(const absl::Status&)> finish)
      : start_write_(std::move(start_write)),
        finish_(std::move(finish)),
        outbox_([this] { Pump(); }) {}

  ByteOutbox& outbox() { return outbox_; }

  // The work has ended; its receipt, or why there is none.
  void End(absl::StatusOr<std::string> receipt) {
    outbox_.Flush();
    {
      const std::lock_guard lock(mutex_);
      work_ended_ = true;
      receipt_ = std::move(receipt);
    }
    Pump();
  }
  void WriteDone(bool ok) {
    if (!ok) outbox_.Stop(Cancelled());
    {
      const std::lock_guard lock(mutex_);
      writing_ = false;
      if (!ok) failed_ = true;
    }
    Pump();
  }

 private:
  void Pump() {
    std::unique_lock lock(mutex_);
    if (writing_ || finished_) return;
    if (!failed_) {
      if (std::string bytes = outbox_.Take(); !bytes.empty()) {
        message_.Clear();
        message_.set_data(std::move(bytes));
        writing_ = true;
        start_write_(&message_);
        return;
      }
      if (work_ended_ && receipt_.ok() && !receipt_sent_) {
        receipt_sent_ = true;
        message_.Clear();
        message_.set_receipt_json(*receipt_);
        writing_ = true;
        start_write_(&message_);
        return;
      }
    }
    if (!work_ended_) return;
    finished_ = true;
    const absl::Status status = failed_ ? Cancelled() : receipt_.status();
    lock.unlock();
    finish_(status);
  }

  std::function<void(const Response*)> start_write_;
  std::function<void(const absl::Status&)> finish_;
  ByteOutbox outbox_;
  std::mutex mutex_;
  Response message_;
  absl::StatusOr<std::string> receipt_ = std::string();
  bool writing_ = false;
  bool work_ended_ = false;
  bool receipt_sent_ = false;
  bool failed_ = false;
  bool finished_ = false;
};

class ExportReactor final : public grpc::ServerWriteReactor<v1::ExportDatasetResponse> {
 public:
  ExportReactor(Environment* env, grpc::CallbackServerContext* context,
                const v1::ExportDatasetRequest* request)
      : env_(env),
        call_(env, context, "/puente.exchange.v1.DatasetService/ExportDataset"),
        place_(env),
        request_(*request),
        writing_([this](const v1::ExportDatasetResponse* message) { StartWrite(message); },
                 [this](const absl::Status& status) { Finish(call_.End(status)); }) {
    env_->workers.Run([this] { Begin(); });
  }

  void OnWriteDone(bool ok) override { writing_.WriteDone(ok); }
  void OnCancel() override {
    cancel_ = true;
    writing_.outbox().Stop(Cancelled());
  }
  void OnDone() override { delete this; }

 private:
  void Begin() {
    absl::Status status = call_.Admit();
    if (status.ok()) {
      auto dataset = store::ParseDatasetName(request_.name());
      status = dataset.ok()
                   ? env_->authorizer.MayRead(call_.caller(), {dataset->agency, dataset->dataset})
                   : dataset.status();
    }
    if (status.ok()) status = place_.Take();
    if (!status.ok()) {
      writing_.End(status);
      return;
    }
    env_->file_workers.Run([this] {
      writing_.End(ExportFile(
          env_, request_, [this](std::string_view bytes) { return writing_.outbox().Write(bytes); },
          &cancel_));
    });
  }

  Environment* env_;
  Call call_;
  Place place_;
  const v1::ExportDatasetRequest request_;
  std::atomic<bool> cancel_ = false;
  FileWriting<v1::ExportDatasetResponse> writing_;
};

class ConvertReactor final
    : public grpc::ServerBidiReactor<v1::ConvertRequest, v1::ConvertResponse> {
 public:
  ConvertReactor(Environment* env, grpc::CallbackServerContext* context)
      : env_(env),
        call_(env, context, "/puente.exchange.v1.FormatService/Convert"),
        place_(env),
        reading_(env->limits.file_bytes, [this] { StartRead(reading_.message()); }),
        writing_([this](const v1::ConvertResponse* message) { StartWrite(message); },
                 [this](const absl::Status& status) { Finish(call_.End(status)); }) {
    env_->workers.Run([this] { Begin(); });
  }

  void OnReadDone(bool ok) override {
    if (!opened_) {
      opened_ = true;
      if (ok && reading_.message()->has_open()) {
        open_ = std::move(*reading_.message()->mutable_open());
        env_->file_workers.Run([this] { writing_.End(Work()); });
        StartRead(reading_.message());
      } else {
        writing_.End(ok ? BadStep("open comes first") : Cancelled());
      }
      return;
    }
    if (ok) {
      reading_.Take();
    } else {
      reading_.inbox().End(cancel_ ? Cancelled()
                                   : BadStep("the file was cut: its end did not come"));
    }
  }
  void OnWriteDone(bool ok) override { writing_.WriteDone(ok); }
  void OnCancel() override {
    cancel_ = true;
    reading_.inbox().End(Cancelled());
    writing_.outbox().Stop(Cancelled());
  }
  void OnDone() override { delete this; }

 private:
  void Begin() {
    absl::Status status = call_.Admit();
    if (status.ok()) status = place_.Take();
    if (!status.ok()) {
      writing_.End(status);
      return;
    }
    StartRead(reading_.message());
  }

  absl::StatusOr<std::string> Work() {
    const absl::Status status = CheckFormats(*env_);
    if (!status.ok()) return status;
    auto input = ReadFormat(open_.input());
    if (!input.ok()) return input.status();
    auto output = ReadFormat(open_.output());
    if (!output.ok()) return output.status();
    return env_->formats->Convert(
        *input, *output, open_.file_name(), open_.filter(),
        [this](char* buffer, size_t capacity) { return reading_.inbox().Read(buffer, capacity); },
        [this](std::string_view bytes) { return writing_.outbox().Write(bytes); }, &cancel_);
  }

  Environment* env_;
  Call call_;
  Place place_;
  v1::ConvertRequest::Open open_;
  bool opened_ = false;
  std::atomic<bool> cancel_ = false;
  FileReading<v1::ConvertRequest> reading_;
  FileWriting<v1::ConvertResponse> writing_;
};

}  // namespace

grpc::ServerReadReactor<v1::ImportDatasetRequest>* MakeImportReactor(
    Environment* env, grpc::CallbackServerContext* context, v1::ImportDatasetResponse* response) {
  return new ImportReactor(env, context, response);
}

grpc::ServerWriteReactor<v1::ExportDatasetResponse>* MakeExportReactor(
    Environment* env, grpc::CallbackServerContext* context,
    const v1::ExportDatasetRequest* request) {
  return new ExportReactor(env, context, request);
}

grpc::ServerBidiReactor<v1::ConvertRequest, v1::ConvertResponse>* MakeConvertReactor(
    Environment* env, grpc::CallbackServerContext* context) {
  return new ConvertReactor(env, context);
}

}  // namespace puente::exchange
