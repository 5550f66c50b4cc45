// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Reads one input on a thread of its own, ahead of who takes the records.

#include "core/pipeline/read_ahead_feed.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include "core/pipeline/worker_thread.h"

namespace puente::pipeline {
namespace {

constexpr size_t kMaxQueuedWeight = size_t{2} << 20;

class ReadAheadFeed : public RecordFeed {
 public:
  explicit ReadAheadFeed(FeedOptions options) : source_(options.source) {
    options.run.stop = &stop_;
    options_ = std::move(options);
  }

  ~ReadAheadFeed() override {
    if (!thread_.has_value()) return;
    stop_.store(true, std::memory_order_relaxed);
    bool done = false;
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      closed_ = true;
      done = done_;
    }
    // A source that was read to the end of its records stays usable: its digest may still need
    // bytes that the reader left alone.
    if (!done) source_->Stop();
    space_.notify_one();
    thread_->join();
  }

  absl::Status Start() {
    absl::StatusOr<std::unique_ptr<ReaderSession>> session =
        ReaderSession::Open(options_, source_, nullptr);
    if (!session.ok()) return session.status();
    session_ = *std::move(session);
    absl::StatusOr<std::thread> thread = StartWorker([this] { ReadAll(); });
    if (thread.ok()) thread_ = *std::move(thread);
    return absl::OkStatus();
  }

  Delivery Next() override {
    if (!thread_.has_value()) return ReadOne();
    std::unique_lock<std::mutex> lock(mutex_);
    ready_.wait(lock, [this] { return !queue_.empty(); });
    Delivery delivery = std::move(queue_.front());
    queue_.pop_front();
    queued_weight_ -= delivery.weight;
    lock.unlock();
    space_.notify_one();
    return delivery;
  }

 private:
  Delivery ReadOne() {
    Delivery delivery = session_->Next();
    delivery.bytes_done = BytesDone(session_->run(), *source_);
    return delivery;
  }

  void ReadAll() {
    bool more = true;
    while (more) {
      Delivery delivery = ReadOne();
      more = delivery.status.ok() && !delivery.at_end;
      std::unique_lock<std::mutex> lock(mutex_);
      space_.wait(lock, [this] { return closed_ || queued_weight_ < kMaxQueuedWeight; });
      if (closed_) return;
      done_ = !more;
      queued_weight_ += delivery.weight;
      queue_.push_back(std::move(delivery));
      lock.unlock();
      ready_.notify_one();
    }
  }

  FeedOptions options_;
  plugin::Source* const source_;
  std::atomic<bool> stop_{false};
  std::unique_ptr<ReaderSession> session_;
  std::mutex mutex_;
  std::condition_variable ready_;
  std::condition_variable space_;
  std::deque<Delivery> queue_;
  size_t queued_weight_ = 0;
  bool closed_ = false;
  // The last delivery is queued: the thread reads no more.
  bool done_ = false;
  std::optional<std::thread> thread_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<RecordFeed>> OpenReadAheadFeed(FeedOptions options) {
  auto feed = std::make_unique<ReadAheadFeed>(std::move(options));
  if (absl::Status status = feed->Start(); !status.ok()) return status;
  return feed;
}

}  // namespace puente::pipeline
