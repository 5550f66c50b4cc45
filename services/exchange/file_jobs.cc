// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Files into datasets and out of them.

#include "services/exchange/file_jobs.h"

#include <future>
#include <optional>
#include <set>
#include <utility>

#include "services/exchange/paging.h"
#include "services/exchange/push_record.h"
#include "services/exchange/push_steps.h"
#include "services/exchange/wire.h"
#include "services/store/reason_error.h"
#include "services/store/resource_name.h"

namespace puente::exchange {
namespace {

// What one step of an import holds.
constexpr size_t kStepOps = 500;
constexpr int64_t kStepBytes = int64_t{512} << 10;
constexpr int64_t kReadBytes = int64_t{512} << 10;

// Gathers records into steps of a push; one step is in the store while the next one is gathered.
class StepMaker {
 public:
  StepMaker(Environment* env, store::PushKey push, int64_t through_seq)
      : env_(env), push_(std::move(push)), through_(through_seq) {
    step_.push = push_;
  }

  absl::Status Take(std::string bytes, const Digest& digest) {
    ++seq_;
    if (seq_ <= through_) return absl::OkStatus();
    if (static_cast<int64_t>(bytes.size()) > env_->limits.record_bytes) {
      ++step_.rejected;
      return absl::OkStatus();
    }
    auto pushed = ReadPushedRecord(bytes, push_.dataset);
    if (!pushed.ok()) {
      ++step_.rejected;
      return absl::OkStatus();
    }
    if (pushed->digest != digest) {
      return store::ReasonError(v1::REASON_INTERNAL, "a record changed on its way to the store");
    }
    store::PushOp op;
    op.seq = seq_;
    op.key = std::move(pushed->key);
    op.digest = pushed->digest;
    step_bytes_ += static_cast<int64_t>(bytes.size());
    op.body = std::move(bytes);
    step_.ops.push_back(std::move(op));
    return step_.ops.size() >= kStepOps || step_bytes_ >= kStepBytes ? Submit() : absl::OkStatus();
  }

  absl::StatusOr<store::PushSummary> Commit(bool allow_mass_removal) {
    if (!step_.ops.empty() || step_.rejected > 0) {
      const absl::Status submitted = Submit();
      if (!submitted.ok()) return submitted;
    }
    const absl::Status waited = Wait();
    if (!waited.ok()) return waited;
    store::CommitOptions options;
    options.allow_mass_removal = allow_mass_removal;
    options.mass_removal_percent = env_->limits.mass_removal_percent;
    std::promise<absl::StatusOr<store::PushSummary>> done;
    auto result = done.get_future();
    env_->store->CommitPush(push_, options, [&done](absl::StatusOr<store::PushSummary> summary) {
      done.set_value(std::move(summary));
    });
    return result.get();
  }

  // What is in the store must have answered before this object goes.
  absl::Status Wait() {
    if (!pending_.valid()) return absl::OkStatus();
    return pending_.get();
  }

 private:
  absl::Status Submit() {
    const absl::Status waited = Wait();
    if (!waited.ok()) return waited;
    step_.through_seq = seq_;
    auto done = std::make_shared<std::promise<absl::Status>>();
    pending_ = done->get_future();
    env_->store->Apply(std::exchange(step_, {}), [done](absl::StatusOr<store::StepResult> result) {
      done->set_value(result.status());
    });
    step_.push = push_;
    step_bytes_ = 0;
    return absl::OkStatus();
  }

  Environment* env_;
  store::PushKey push_;
  int64_t through_;
  int64_t seq_ = 0;
  store::PushStep step_;
  int64_t step_bytes_ = 0;
  std::future<absl::Status> pending_;
};

}  // namespace

absl::StatusOr<FormatSpec> ReadFormat(const v1::FormatChoice& choice) {
  FormatSpec spec;
  spec.format = choice.format();
  std::set<std::string> keys;
  for (const auto& option : choice.options()) {
    if (!keys.insert(option.key()).second) {
      return store::ReasonError(v1::REASON_OPTION_INVALID,
                                "the option " + option.key() + " stands twice");
    }
    spec.options.emplace_back(option.key(), option.value());
  }
  return spec;
}

absl::Status CheckFormats(const Environment& env) {
  if (env.formats != nullptr) return absl::OkStatus();
  return store::ReasonError(v1::REASON_FORMAT_NOT_FOUND, "this server has no formats");
}

absl::Status ImportFile(Environment* env, const v1::ImportDatasetRequest::Open& open,
                        const ReadBytes& read, const std::atomic<bool>* cancel,
                        v1::ImportDatasetResponse* response) {
  absl::Status status = CheckFormats(*env);
  if (!status.ok()) return status;
  auto push = ReadOpen(open.push());
  if (!push.ok()) return push.status();
  auto input = ReadFormat(open.input());
  if (!input.ok()) return input.status();
  auto state = env->store->OpenPush(*push);
  if (!state.ok()) return state.status();
  if (state->complete) {
    FillSummary(state->summary, true, response->mutable_summary());
    return absl::OkStatus();
  }
  StepMaker steps(env, *push, state->through_seq);
  auto receipt = env->formats->Import(
      *input, open.file_name(), push->dataset.dataset, read,
      [&steps](std::string bytes, const Digest& digest) {
        return steps.Take(std::move(bytes), digest);
      },
      cancel);
  if (!receipt.ok()) {
    (void)steps.Wait();
    return receipt.status();
  }
  auto summary = steps.Commit(open.push().allow_mass_removal());
  if (!summary.ok()) return summary.status();
  FillSummary(*summary, false, response->mutable_summary());
  response->set_receipt_json(*std::move(receipt));
  return absl::OkStatus();
}

absl::StatusOr<std::string> ExportFile(Environment* env, const v1::ExportDatasetRequest& request,
                                       const WriteBytes& write, const std::atomic<bool>* cancel) {
  absl::Status status = CheckFormats(*env);
  if (!status.ok()) return status;
  auto dataset = store::ParseDatasetName(request.name());
  if (!dataset.ok()) return dataset.status();
  auto output = ReadFormat(request.output());
  if (!output.ok()) return output.status();
  store::ScanRequest scan;
  scan.selector = {dataset->agency, dataset->dataset};
  scan.max_bytes = kReadBytes;
  auto now = RevisionsNow(env, scan.selector);
  if (!now.ok()) return now.status();
  scan.as_of = *std::move(now);
  store::ScanPage page;
  size_t at = 0;
  const auto give = [&](std::string* bytes, Digest* digest) -> absl::StatusOr<bool> {
    while (at == page.records.size()) {
      if (page.complete) return false;
      auto next = env->store->Scan(scan);
      if (!next.ok()) return next.status();
      page = *std::move(next);
      scan.after = page.next;
      at = 0;
    }
    const store::StoredRecord& record = page.records[at++];
    *bytes = *record.body;
    *digest = record.digest;
    return true;
  };
  return env->formats->Export(*output, dataset->dataset, request.filter(), give, write, cancel);
}

}  // namespace puente::exchange
