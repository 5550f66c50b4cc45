// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Which stream carries a push: a newer one takes it over from an older one that a cut left behind.

#ifndef PUENTE_SERVICES_EXCHANGE_PUSH_REGISTRY_H_
#define PUENTE_SERVICES_EXCHANGE_PUSH_REGISTRY_H_

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

namespace puente::exchange {

/// Pushes that are open, by agency and request id. Any thread.
class PushRegistry {
 public:
  /// A stream's hold on a push.
  class Hold {
   public:
    explicit Hold(std::function<void()> on_taken) : on_taken_(std::move(on_taken)) {}
    /// The stream ends: it will not be told any more. No call is under way when this returns.
    void Drop() {
      const std::lock_guard lock(mutex_);
      on_taken_ = nullptr;
    }

   private:
    friend class PushRegistry;
    void Take() {
      const std::lock_guard lock(mutex_);
      if (on_taken_) on_taken_();
    }

    std::mutex mutex_;
    std::function<void()> on_taken_;
  };

  /// Gives the push to a stream. The stream that had it is told by its `on_taken`, which must not
  /// call back here, before this returns.
  std::shared_ptr<Hold> Claim(const std::string& agency, const std::string& request_id,
                              std::function<void()> on_taken) {
    auto hold = std::make_shared<Hold>(std::move(on_taken));
    std::shared_ptr<Hold> before;
    {
      const std::lock_guard lock(mutex_);
      std::weak_ptr<Hold>& slot = holds_[{agency, request_id}];
      before = slot.lock();
      slot = hold;
      if (holds_.size() > kSweep) {
        std::erase_if(holds_, [](const auto& entry) { return entry.second.expired(); });
      }
    }
    if (before != nullptr) before->Take();
    return hold;
  }

 private:
  static constexpr size_t kSweep = 1000;

  std::mutex mutex_;
  std::map<std::pair<std::string, std::string>, std::weak_ptr<Hold>> holds_;
};

}  // namespace puente::exchange

#endif  // PUENTE_SERVICES_EXCHANGE_PUSH_REGISTRY_H_
