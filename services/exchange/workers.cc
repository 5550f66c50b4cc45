// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Threads for work that may block.

#include "services/exchange/workers.h"

#include <utility>

namespace puente::exchange {

Workers::Workers(size_t threads) {
  threads_.reserve(threads);
  for (size_t i = 0; i < threads; ++i) threads_.emplace_back([this] { Loop(); });
}

Workers::~Workers() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    for (Idle* const idle : idle_) idle->wake.notify_one();
  }
  for (std::thread& thread : threads_) thread.join();
}

void Workers::Run(std::function<void()> work) {
  const std::lock_guard lock(mutex_);
  queue_.push_back(std::move(work));
  // Threads that end have all been called, and who adds work by now is one that has not ended.
  if (stopping_ || idle_.empty()) return;
  Idle* const idle = idle_.back();
  idle_.pop_back();
  idle->called = true;
  idle->wake.notify_one();
}

size_t Workers::waiting() const {
  const std::lock_guard lock(mutex_);
  return queue_.size();
}

void Workers::Loop() {
  Idle idle;
  std::unique_lock lock(mutex_);
  while (true) {
    while (queue_.empty() && !stopping_) {
      idle.called = false;
      idle_.push_back(&idle);
      idle.wake.wait(lock, [this, &idle] { return idle.called || stopping_; });
    }
    if (queue_.empty()) return;
    std::function<void()> work = std::move(queue_.front());
    queue_.pop_front();
    lock.unlock();
    work();
    work = nullptr;  // what it holds may add work when it is destroyed
    lock.lock();
  }
}

}  // namespace puente::exchange
