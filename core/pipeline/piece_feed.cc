// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Reads one input in pieces on several threads, and gives the records in the order of the input.

#include "core/pipeline/piece_feed.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "core/pipeline/flight.h"
#include "core/pipeline/worker_thread.h"

namespace puente::pipeline {
namespace {

// What may wait for its turn, all pieces together, and of the piece whose turn it is.
constexpr size_t kMaxWaitingWeight = size_t{20} << 20;
constexpr size_t kMaxFirstWeight = size_t{4} << 20;

class PieceFeed : public RecordFeed {
 public:
  explicit PieceFeed(FeedOptions options)
      : source_(options.source), plugin_(options.binding.plugin), splitter_run_([&] {
          options.run.stop = &stop_;
          return options.run;
        }()) {
    options_ = std::move(options);
    const Limits& limits = options_.run.limits == nullptr ? DefaultLimits() : *options_.run.limits;
    max_pieces_ = 2 * static_cast<size_t>(options_.jobs) + 1;
    max_bytes_ = max_pieces_ * std::max<uint64_t>(limits.piece_bytes, 1);
  }

  ~PieceFeed() override {
    stop_.store(true, std::memory_order_relaxed);
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      closed_ = true;
    }
    space_.notify_all();
    for (std::thread& thread : threads_) thread.join();
    slots_.clear();
    if (splitter_ != nullptr) plugin_->splitter_close(splitter_);
  }

  absl::Status Start() {
    const std::vector<PuenteOption> given = ToContract(*options_.options);
    const std::string& id = options_.binding.format->id;
    const PuenteStatus status =
        plugin_->splitter_open(splitter_run_.c_run(), {id.data(), id.size()}, source_->c_source(),
                               given.data(), given.size(), &splitter_);
    if (status != PUENTE_OK) {
      splitter_ = nullptr;
      return PluginError(splitter_run_, status, *source_, "cutting the input");
    }
    if (splitter_ == nullptr) return BrokenContract("it opened no splitter", source_->name());
    for (int i = 0; i < options_.jobs; ++i) {
      absl::StatusOr<std::thread> thread = StartWorker([this] { Work(); });
      if (!thread.ok()) break;
      threads_.push_back(*std::move(thread));
    }
    return absl::OkStatus();
  }

  bool started() const { return !threads_.empty(); }

  Delivery Next() override {
    std::unique_lock<std::mutex> lock(mutex_);
    while (true) {
      Slot* slot = nullptr;
      ready_.wait(lock, [&] {
        const auto found = slots_.find(turn_);
        slot = found == slots_.end() ? nullptr : &found->second;
        return slot == nullptr ? no_more_pieces_ && turn_ >= next_piece_
                               : !slot->queue.empty() || slot->done;
      });
      if (slot == nullptr) {
        Delivery end;
        end.at_end = true;
        end.bytes_done = bytes_done_;
        return end;
      }
      if (slot->queue.empty()) {
        // This piece is used up: on to the next one.
        pieces_bytes_ -= slot->length;
        bytes_done_ = slot->offset + slot->length;
        slots_.erase(turn_++);
        space_.notify_all();
        continue;
      }
      Delivery delivery = std::move(slot->queue.front());
      slot->queue.pop_front();
      slot->weight -= delivery.weight;
      waiting_weight_ -= delivery.weight;
      space_.notify_all();
      return delivery;
    }
  }

 private:
  // A piece in flight.
  struct Slot {
    std::deque<Delivery> queue;
    size_t weight = 0;
    bool done = false;
    uint64_t offset = 0;
    uint64_t length = 0;
  };

  void Work() {
    PuentePiece piece{};
    uint64_t number = 0;
    while (TakePiece(&piece, &number)) {
      absl::Status status = ReadPiece(piece, number);
      if (!status.ok()) {
        Delivery failed;
        failed.status = std::move(status);
        Push(number, std::move(failed));
      }
      const std::lock_guard<std::mutex> lock(mutex_);
      slots_[number].done = true;
      ready_.notify_one();
    }
  }

  // Gets the next piece, when there is room for it. False when there is none.
  bool TakePiece(PuentePiece* piece, uint64_t* number) {
    const std::lock_guard<std::mutex> one_at_a_time(splitter_mutex_);
    std::unique_lock<std::mutex> lock(mutex_);
    space_.wait(lock, [this] { return closed_ || slots_.size() < max_pieces_; });
    if (closed_ || no_more_pieces_) return false;
    lock.unlock();

    *piece = PuentePiece{};
    piece->struct_size = sizeof(PuentePiece);
    const PuenteStatus status = plugin_->splitter_next(splitter_, piece);
    absl::Status error;
    if (status != PUENTE_OK && status != PUENTE_END) {
      error = PluginError(splitter_run_, status, *source_, "cutting the input");
    } else if (status == PUENTE_OK &&
               (piece->offset != next_offset_ || piece->length > source_->size() - next_offset_)) {
      error = BrokenContract("the pieces of the input have gaps or overlap", source_->name());
    } else if (status == PUENTE_END && next_offset_ != source_->size()) {
      error = BrokenContract("the pieces of the input end before it does", source_->name());
    }
    plugin::RunNews news = splitter_run_.TakeNews();

    lock.lock();
    if (status == PUENTE_END && error.ok() && news.empty()) {
      no_more_pieces_ = true;
      ready_.notify_one();
      return false;
    }
    *number = next_piece_++;
    if (status == PUENTE_END || !error.ok()) {
      // Comes in its turn, after all pieces.
      no_more_pieces_ = true;
      Slot& slot = slots_[*number];
      slot.offset = next_offset_;
      slot.done = true;
      Delivery last;
      last.news = std::move(news);
      last.status = std::move(error);
      slot.queue.push_back(std::move(last));
      ready_.notify_one();
      return false;
    }
    next_offset_ += piece->length;
    space_.wait(lock, [&] {
      return closed_ || pieces_bytes_ == 0 || pieces_bytes_ + piece->length <= max_bytes_;
    });
    if (closed_) return false;
    pieces_bytes_ += piece->length;
    Slot& slot = slots_[*number];
    slot.offset = piece->offset;
    slot.length = piece->length;
    if (!news.empty()) {
      Delivery told;
      told.news = std::move(news);
      slot.queue.push_back(std::move(told));
    }
    return true;
  }

  absl::Status ReadPiece(const PuentePiece& piece, uint64_t number) {
    absl::StatusOr<std::unique_ptr<plugin::Source>> part =
        source_->Slice(piece.offset, piece.length);
    if (!part.ok()) return part.status();
    absl::StatusOr<std::unique_ptr<ReaderSession>> session =
        ReaderSession::Open(options_, part->get(), &piece);
    if (!session.ok()) return session.status();
    while (true) {
      Delivery delivery = (*session)->Next();
      delivery.bytes_done = piece.offset + (*part)->consumed();
      if (!delivery.status.ok()) {
        absl::Status status = std::move(delivery.status);
        delivery.status = absl::OkStatus();
        if (!delivery.news.empty()) Push(number, std::move(delivery));
        return status;
      }
      const bool at_end = delivery.at_end;
      // The end of a piece is not the end of the input.
      delivery.at_end = false;
      if (!at_end || !delivery.news.empty()) {
        if (!Push(number, std::move(delivery))) return absl::CancelledError("interrupted");
      }
      if (at_end) return absl::OkStatus();
    }
  }

  // Queues what was read, once there is room. False when nobody wants it any more.
  bool Push(uint64_t number, Delivery delivery) {
    std::unique_lock<std::mutex> lock(mutex_);
    Slot& slot = slots_[number];
    space_.wait(lock, [&] {
      if (closed_) return true;
      return number == turn_ ? slot.weight < kMaxFirstWeight : waiting_weight_ < kMaxWaitingWeight;
    });
    if (closed_) return false;
    slot.weight += delivery.weight;
    waiting_weight_ += delivery.weight;
    slot.queue.push_back(std::move(delivery));
    ready_.notify_one();
    return true;
  }

  FeedOptions options_;
  plugin::Source* const source_;
  const PuentePlugin* const plugin_;
  std::atomic<bool> stop_{false};
  plugin::Run splitter_run_;
  size_t max_pieces_ = 0;
  uint64_t max_bytes_ = 0;

  // The splitter, used by whoever holds the mutex.
  std::mutex splitter_mutex_;
  void* splitter_ = nullptr;
  uint64_t next_offset_ = 0;

  std::mutex mutex_;
  std::condition_variable ready_;
  std::condition_variable space_;
  // Pieces in flight, by number; references stay good while others come and go.
  std::map<uint64_t, Slot> slots_;
  uint64_t next_piece_ = 0;
  uint64_t turn_ = 0;
  uint64_t pieces_bytes_ = 0;
  size_t waiting_weight_ = 0;
  uint64_t bytes_done_ = 0;
  bool no_more_pieces_ = false;
  bool closed_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<RecordFeed>> OpenPieceFeed(FeedOptions options) {
  FeedOptions alone = options;
  auto feed = std::make_unique<PieceFeed>(std::move(options));
  if (absl::Status status = feed->Start(); !status.ok()) return status;
  if (feed->started()) return feed;
  alone.jobs = 1;
  feed.reset();
  return OpenFeed(std::move(alone));
}

}  // namespace puente::pipeline
