// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// The newest changes in memory, for all watchers that keep up; who falls behind reads the log.

#ifndef PUENTE_SERVICES_EXCHANGE_CHANGE_HUB_H_
#define PUENTE_SERVICES_EXCHANGE_CHANGE_HUB_H_

#include <array>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "puente/exchange/v1/resources.pb.h"
#include "services/exchange/seal.h"
#include "services/exchange/workers.h"
#include "services/store/store.h"

namespace puente::exchange {

/// Some changes that became durable together, few enough for one message.
class ChangePart {
 public:
  ChangePart(std::vector<store::Change> changes, store::RevisionVector after, int64_t bytes,
             int64_t total_after)
      : changes_(std::move(changes)),
        after_(std::move(after)),
        bytes_(bytes),
        total_after_(total_after) {}

  const std::vector<store::Change>& changes() const { return changes_; }
  /// Revisions of all agencies after it.
  const store::RevisionVector& after() const { return after_; }
  int64_t bytes() const { return bytes_; }
  /// How many changes the hub has taken up to the last of these.
  int64_t total_after() const { return total_after_; }
  /// The message with all its changes, made once and shared. Any thread.
  std::shared_ptr<const std::string> Message(v1::RecordView view, const Sealer& sealer) const;

 private:
  const std::vector<store::Change> changes_;
  const store::RevisionVector after_;
  const int64_t bytes_;
  const int64_t total_after_;
  mutable std::mutex mutex_;
  mutable std::array<std::shared_ptr<const std::string>, 4> messages_;
};

/// The feed of one server. Any thread.
class ChangeHub {
 public:
  /// A watcher as the hub knows it.
  class Watcher {
   public:
    /// The functions are called on a thread of the hub, one at a time. They must not block and must
    /// not drop the watcher. `on_news`: there may be more. `on_tick`: a second has passed; returns
    /// how many changes are before the watcher. `on_drain`: the server goes down.
    Watcher(std::function<void()> on_news, std::function<int64_t()> on_tick,
            std::function<void()> on_drain)
        : on_news_(std::move(on_news)),
          on_tick_(std::move(on_tick)),
          on_drain_(std::move(on_drain)) {}
    /// No function is called any more once this returns.
    void Drop();

   private:
    friend class ChangeHub;
    std::mutex mutex_;
    bool dropped_ = false;
    std::function<void()> on_news_;
    std::function<int64_t()> on_tick_;
    std::function<void()> on_drain_;
  };

  /// Where the feed stands: parts before `next` are behind `revisions`.
  struct Position {
    int64_t next = 0;
    store::RevisionVector revisions;
    /// How many changes the hub has taken.
    int64_t total = 0;
  };

  /// Listens to the store's commits. `lag` is told every few seconds.
  ChangeHub(store::Store* store, store::RevisionVector head, int64_t max_bytes,
            std::function<void(int64_t)> lag);
  ~ChangeHub();
  ChangeHub(const ChangeHub&) = delete;
  ChangeHub& operator=(const ChangeHub&) = delete;

  void Add(const std::shared_ptr<Watcher>& watcher);
  void Remove(const std::shared_ptr<Watcher>& watcher);

  Position Now() const;
  /// How many changes were taken since the server started.
  int64_t total() const;
  enum class Found { kPart, kNotYet, kGone };
  /// The part with a number; kNotYet when it is the next one, kGone when it is no more in memory.
  Found Get(int64_t number, std::shared_ptr<const ChangePart>* part) const;

  /// Ends all watches, those that come later too.
  void Drain();

 private:
  void Take(const std::vector<store::Change>& changes);
  void Run();
  void TellAll(const std::function<void(Watcher&)>& tell);

  store::Store* store_;
  const int64_t max_bytes_;
  std::function<void(int64_t)> lag_;

  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::shared_ptr<const ChangePart>> parts_;
  int64_t first_ = 0;
  int64_t bytes_ = 0;
  int64_t total_ = 0;
  store::RevisionVector revisions_;
  std::set<std::shared_ptr<Watcher>> watchers_;
  bool news_ = false;
  bool draining_ = false;
  bool drain_told_ = false;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace puente::exchange

#endif  // PUENTE_SERVICES_EXCHANGE_CHANGE_HUB_H_
