// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// The newest changes in memory.

#include "services/exchange/change_hub.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "puente/exchange/v1/change_service.pb.h"
#include "services/exchange/wire.h"

namespace puente::exchange {
namespace {

constexpr size_t kPartChanges = 256;
constexpr int64_t kPartBytes = int64_t{256} << 10;
// What a change takes beside its body, about.
constexpr int64_t kChangeBytes = 400;
constexpr int kLagSeconds = 5;

int64_t MemoryOf(const store::Change& change) {
  return kChangeBytes +
         static_cast<int64_t>(change.record.key.id.size() +
                              (change.record.body == nullptr ? 0 : change.record.body->size()));
}

}  // namespace

std::shared_ptr<const std::string> ChangePart::Message(v1::RecordView view,
                                                       const Sealer& sealer) const {
  const std::lock_guard lock(mutex_);
  std::shared_ptr<const std::string>& message = messages_[static_cast<size_t>(view)];
  if (message == nullptr) {
    v1::WatchChangesResponse response;
    for (const store::Change& change : changes_) FillChange(change, view, response.add_changes());
    response.set_resume_token(sealer.Seal(TokenKind::kWatch, "", {after_, {}}));
    message = std::make_shared<const std::string>(response.SerializeAsString());
  }
  return message;
}

void ChangeHub::Watcher::Drop() {
  const std::lock_guard lock(mutex_);
  dropped_ = true;
}

ChangeHub::ChangeHub(store::Store* store, store::RevisionVector head, int64_t max_bytes,
                     std::function<void(int64_t)> lag)
    : store_(store),
      max_bytes_(max_bytes),
      lag_(std::move(lag)),
      revisions_(std::move(head)),
      thread_([this] { Run(); }) {
  store_->SetCommitListener([this](const std::vector<store::Change>& changes) { Take(changes); });
}

ChangeHub::~ChangeHub() {
  store_->SetCommitListener(nullptr);
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  thread_.join();
}

void ChangeHub::Add(const std::shared_ptr<Watcher>& watcher) {
  const std::lock_guard lock(mutex_);
  watchers_.insert(watcher);
  // One that comes while the server drains is told, too.
  if (draining_) drain_told_ = false;
  wake_.notify_all();
}

void ChangeHub::Remove(const std::shared_ptr<Watcher>& watcher) {
  const std::lock_guard lock(mutex_);
  watchers_.erase(watcher);
}

ChangeHub::Position ChangeHub::Now() const {
  const std::lock_guard lock(mutex_);
  return {first_ + static_cast<int64_t>(parts_.size()), revisions_, total_};
}

int64_t ChangeHub::total() const {
  const std::lock_guard lock(mutex_);
  return total_;
}

ChangeHub::Found ChangeHub::Get(int64_t number, std::shared_ptr<const ChangePart>* part) const {
  const std::lock_guard lock(mutex_);
  if (number < first_) return Found::kGone;
  const auto at = static_cast<size_t>(number - first_);
  if (at >= parts_.size()) return Found::kNotYet;
  *part = parts_[at];
  return Found::kPart;
}

void ChangeHub::Drain() {
  {
    const std::lock_guard lock(mutex_);
    draining_ = true;
  }
  wake_.notify_all();
}

void ChangeHub::Take(const std::vector<store::Change>& changes) {
  const std::lock_guard lock(mutex_);
  for (size_t at = 0; at < changes.size();) {
    std::vector<store::Change> some;
    int64_t bytes = 0;
    while (at < changes.size() && some.size() < kPartChanges) {
      const int64_t more = MemoryOf(changes[at]);
      if (!some.empty() && bytes + more > kPartBytes) break;
      bytes += more;
      some.push_back(changes[at]);
      revisions_[changes[at].record.dataset.agency] = changes[at].record.revision;
      ++at;
    }
    total_ += static_cast<int64_t>(some.size());
    parts_.push_back(std::make_shared<ChangePart>(std::move(some), revisions_, bytes, total_));
    bytes_ += bytes;
  }
  while (parts_.size() > 1 && bytes_ > max_bytes_) {
    bytes_ -= parts_.front()->bytes();
    parts_.pop_front();
    ++first_;
  }
  news_ = true;
  wake_.notify_all();
}

void ChangeHub::TellAll(const std::function<void(Watcher&)>& tell) {
  std::vector<std::shared_ptr<Watcher>> watchers;
  {
    const std::lock_guard lock(mutex_);
    watchers.assign(watchers_.begin(), watchers_.end());
  }
  for (const std::shared_ptr<Watcher>& watcher : watchers) {
    const std::lock_guard lock(watcher->mutex_);
    if (!watcher->dropped_) tell(*watcher);
  }
}

void ChangeHub::Run() {
  auto next_tick = std::chrono::steady_clock::now() + std::chrono::seconds(1);
  int ticks = 0;
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    wake_.wait_until(lock, next_tick,
                     [this] { return stopping_ || news_ || (draining_ && !drain_told_); });
    const bool drain = draining_ && !std::exchange(drain_told_, draining_);
    const bool news = std::exchange(news_, false);
    lock.unlock();
    if (drain) {
      TellAll([](Watcher& watcher) { watcher.on_drain_(); });
    } else if (news) {
      TellAll([](Watcher& watcher) { watcher.on_news_(); });
    }
    if (std::chrono::steady_clock::now() >= next_tick) {
      next_tick = std::chrono::steady_clock::now() + std::chrono::seconds(1);
      int64_t lag = 0;
      TellAll([&lag](Watcher& watcher) { lag = std::max(lag, watcher.on_tick_()); });
      if (++ticks % kLagSeconds == 0) lag_(lag);
    }
    lock.lock();
  }
}

}  // namespace puente::exchange
