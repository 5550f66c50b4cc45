// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// How long to wait before a call is made again, and when to give up.

#include "services/client/retry.h"

#include <algorithm>
#include <random>
#include <thread>

namespace puente::client {

bool Backoff::Wait(std::string_view what) {
  using std::chrono::milliseconds;
  const auto now = std::chrono::steady_clock::now();
  if (attempts_ == 0) {
    cut_at_ = now;
    if (policy_.on_cut) policy_.on_cut(what);
  }
  if (policy_.give_up.has_value() && now - cut_at_ >= *policy_.give_up) return false;
  milliseconds wait = policy_.first;
  for (int i = 0; i < attempts_ && wait < policy_.most; ++i) wait *= 2;
  wait = std::min(wait, policy_.most);
  ++attempts_;
  thread_local std::minstd_rand random{std::random_device{}()};
  wait -= milliseconds(std::uniform_int_distribution<long>(0, wait.count() / 3)(random));
  const auto until = now + wait;
  while (std::chrono::steady_clock::now() < until) {
    if (cancel_ != nullptr && cancel_->load(std::memory_order_relaxed)) return false;
    std::this_thread::sleep_for(std::min<milliseconds>(milliseconds(20), wait));
  }
  return cancel_ == nullptr || !cancel_->load(std::memory_order_relaxed);
}

}  // namespace puente::client
