// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Reads one input in pieces on several threads, and gives the records in the order of the input.

#include "core/pipeline/piece_feed.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "core/pipeline/piece_cutter.h"
#include "core/pipeline/worker_thread.h"

namespace puente::pipeline {
namespace {

// What may wait for its turn, all pieces together, and of the piece whose turn it is.
constexpr size_t kMaxWaitingWeight = size_t{20} << 20;
constexpr size_t kMaxFirstWeight = size_t{4} << 20;

// A piece while it is read.
class PieceReader {
 public:
  PieceReader(const FeedOptions& options, const PuentePiece& piece, uint64_t number)
      : piece_(piece), number_(number) {
    absl::StatusOr<std::unique_ptr<plugin::Source>> part =
        options.source->Slice(piece.offset, piece.length);
    if (!part.ok()) {
      error_ = part.status();
      return;
    }
    part_ = *std::move(part);
    absl::StatusOr<std::unique_ptr<ReaderSession>> session =
        ReaderSession::Open(options, part_.get(), &piece_);
    if (session.ok()) {
      session_ = *std::move(session);
    } else {
      error_ = session.status();
    }
  }

  uint64_t number() const { return number_; }

  // The next step; not after one that sets `*is_last`. The end of a piece is not told as that of
  // the input.
  Delivery Next(bool* is_last) {
    Delivery delivery;
    if (session_ == nullptr) {
      delivery.status = error_;
    } else {
      delivery = session_->Next();
      delivery.bytes_done = piece_.offset + part_->consumed();
    }
    *is_last = delivery.at_end || !delivery.status.ok();
    delivery.at_end = false;
    return delivery;
  }

 private:
  const PuentePiece piece_;
  const uint64_t number_;
  absl::Status error_;
  std::unique_ptr<plugin::Source> part_;
  std::unique_ptr<ReaderSession> session_;
};

bool IsEmpty(const Delivery& delivery) {
  return delivery.batch == nullptr && delivery.news.empty() && delivery.status.ok();
}

// The thread that takes the records reads, too, when those whose turn it is are not there yet: so
// there are never more threads at work than jobs, and none waits for what it could do itself.
class PieceFeed : public RecordFeed {
 public:
  explicit PieceFeed(FeedOptions options)
      : options_([&] {
          options.run.stop = &stop_;
          return std::move(options);
        }()),
        cutter_(options_) {
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
  }

  absl::Status Start() {
    if (absl::Status status = cutter_.Open(); !status.ok()) return status;
    for (int i = 1; i < options_.jobs; ++i) {
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
      const uint64_t seen = events_;
      const auto found = slots_.find(turn_);
      if (found == slots_.end()) {
        if (no_more_pieces_ && turn_ >= next_piece_) {
          Delivery end;
          end.at_end = true;
          end.bytes_done = bytes_done_;
          return end;
        }
      } else if (Slot& slot = found->second; !slot.queue.empty()) {
        return TakeFirst(&slot);
      } else if (slot.done) {
        pieces_bytes_ -= slot.length;
        bytes_done_ = slot.offset + slot.length;
        slots_.erase(found);
        ++turn_;
        WakeWorkers();
        continue;
      }
      if (own_ == nullptr) own_ = TakePiece(lock, false);
      if (own_ != nullptr && HasRoom(own_->number())) {
        if (std::optional<Delivery> delivery = ReadOwn(lock)) return *std::move(delivery);
        continue;
      }
      if (events_ != seen) continue;
      waits_for_event_ = true;
      ready_.wait(lock, [&] { return events_ != seen; });
      waits_for_event_ = false;
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
    std::unique_lock<std::mutex> lock(mutex_);
    while (std::unique_ptr<PieceReader> reader = TakePiece(lock, true)) {
      for (bool is_last = false; !is_last;) {
        lock.unlock();
        Delivery delivery = reader->Next(&is_last);
        if (is_last) {
          const uint64_t number = reader->number();
          reader.reset();
          lock.lock();
          Slot& slot = slots_[number];
          if (!IsEmpty(delivery)) Add(std::move(delivery), &slot);
          slot.done = true;
          if (number == turn_) TellEvent();
          continue;
        }
        lock.lock();
        const uint64_t number = reader->number();
        while (!closed_ && !HasRoom(number)) Sleep(lock);
        if (closed_) return;
        Add(std::move(delivery), &slots_[number]);
        if (number == turn_) TellEvent();
      }
    }
  }

  // Reads on in the piece of the thread that takes the records. Gives what was read when it is its
  // turn, else queues it.
  std::optional<Delivery> ReadOwn(std::unique_lock<std::mutex>& lock) {
    bool is_last = false;
    const uint64_t number = own_->number();
    lock.unlock();
    Delivery delivery = own_->Next(&is_last);
    if (is_last) own_.reset();
    lock.lock();
    Slot& slot = slots_[number];
    slot.done = is_last;
    if (IsEmpty(delivery)) return std::nullopt;
    if (number == turn_) return delivery;
    Add(std::move(delivery), &slot);
    return std::nullopt;
  }

  // Gets the next piece when there is room for it, or waits for room. Null when there is none (any
  // more). Unlocks while the input is cut.
  std::unique_ptr<PieceReader> TakePiece(std::unique_lock<std::mutex>& lock, bool may_wait) {
    while (!closed_ && !no_more_pieces_) {
      if (next_cut_.has_value() && FitsIn(next_cut_->piece)) {
        const uint64_t number = next_piece_++;
        Slot& slot = slots_[number];
        const PuentePiece piece = next_cut_->piece;
        slot.offset = piece.offset;
        slot.length = piece.length;
        pieces_bytes_ += piece.length;
        bytes_cut_ = piece.offset + piece.length;
        if (!next_cut_->news.empty()) {
          Delivery told;
          told.news = std::move(next_cut_->news);
          Add(std::move(told), &slot);
        }
        next_cut_.reset();
        // Another one may cut now.
        WakeWorkers();
        lock.unlock();
        auto reader = std::make_unique<PieceReader>(options_, piece, number);
        lock.lock();
        return reader;
      }
      if (!next_cut_.has_value() && !cuts_ && slots_.size() < max_pieces_) {
        cuts_ = true;
        lock.unlock();
        Cut cut = cutter_.Next();
        lock.lock();
        cuts_ = false;
        if (cut.is_end) {
          AddEnd(std::move(cut));
        } else {
          next_cut_ = std::move(cut);
        }
        TellEvent();
        WakeWorkers();
        continue;
      }
      if (!may_wait) return nullptr;
      Sleep(lock);
    }
    return nullptr;
  }

  bool FitsIn(const PuentePiece& piece) const {
    return slots_.size() < max_pieces_ &&
           (pieces_bytes_ == 0 || pieces_bytes_ + piece.length <= max_bytes_);
  }

  // What the splitter says last comes in its turn, after all pieces.
  void AddEnd(Cut cut) {
    no_more_pieces_ = true;
    if (cut.status.ok() && cut.news.empty()) return;
    Slot& slot = slots_[next_piece_++];
    slot.offset = bytes_cut_;
    slot.done = true;
    Delivery last;
    last.news = std::move(cut.news);
    last.status = std::move(cut.status);
    Add(std::move(last), &slot);
  }

  // True when what is read of a piece need not wait.
  bool HasRoom(uint64_t number) {
    return number == turn_ ? slots_[number].weight < kMaxFirstWeight
                           : waiting_weight_ < kMaxWaitingWeight;
  }

  void Add(Delivery delivery, Slot* slot) {
    slot->weight += delivery.weight;
    waiting_weight_ += delivery.weight;
    slot->queue.push_back(std::move(delivery));
  }

  Delivery TakeFirst(Slot* slot) {
    Delivery delivery = std::move(slot->queue.front());
    slot->queue.pop_front();
    slot->weight -= delivery.weight;
    waiting_weight_ -= delivery.weight;
    WakeWorkers();
    return delivery;
  }

  // Waits until there may be room. Waking costs more than many pieces take, so it is done only when
  // somebody sleeps.
  void Sleep(std::unique_lock<std::mutex>& lock) {
    ++sleepers_;
    space_.wait(lock);
    --sleepers_;
  }
  void WakeWorkers() {
    if (sleepers_ > 0) space_.notify_all();
  }

  // Something happened that the thread that takes the records may wait for.
  void TellEvent() {
    ++events_;
    if (waits_for_event_) ready_.notify_one();
  }

  std::atomic<bool> stop_{false};
  const FeedOptions options_;
  size_t max_pieces_ = 0;
  uint64_t max_bytes_ = 0;
  // Used by whoever set `cuts_`.
  PieceCutter cutter_;
  // The piece that the thread that takes the records reads.
  std::unique_ptr<PieceReader> own_;

  std::mutex mutex_;
  std::condition_variable ready_;
  std::condition_variable space_;
  size_t sleepers_ = 0;
  uint64_t events_ = 0;
  bool waits_for_event_ = false;
  bool cuts_ = false;
  // The next piece, when there was no room for it yet.
  std::optional<Cut> next_cut_;
  // Pieces in flight, by number; references stay good while others come and go.
  std::map<uint64_t, Slot> slots_;
  uint64_t next_piece_ = 0;
  uint64_t turn_ = 0;
  uint64_t pieces_bytes_ = 0;
  size_t waiting_weight_ = 0;
  uint64_t bytes_cut_ = 0;
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
