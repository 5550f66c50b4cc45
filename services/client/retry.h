// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// How long to wait before a call is made again, and when to give up.

#ifndef PUENTE_SERVICES_CLIENT_RETRY_H_
#define PUENTE_SERVICES_CLIENT_RETRY_H_

#include <atomic>
#include <chrono>
#include <functional>
#include <optional>
#include <string_view>

namespace puente::client {

/// How calls are made again after a cut.
struct RetryPolicy {
  /// Before the first time, then twice as long each time up to `most`; a random part of it is left
  /// out, so that many clients do not come back at once.
  std::chrono::milliseconds first{200};
  std::chrono::milliseconds most{10'000};
  /// Give up after so long without any progress; nothing: never.
  std::optional<std::chrono::milliseconds> give_up = std::chrono::milliseconds(120'000);
  /// Told once for each cut, with what happened; may be empty.
  std::function<void(std::string_view what)> on_cut;
};

/// Waits between attempts.
class Backoff {
 public:
  /// Both must outlive it; `cancel` may be null.
  Backoff(const RetryPolicy& policy, const std::atomic<bool>* cancel)
      : policy_(policy), cancel_(cancel) {}

  /// There was progress: the next cut is a new one.
  void Progress() { attempts_ = 0; }
  /// Waits for the next attempt. False when it is time to give up, or the user interrupted.
  bool Wait(std::string_view what);

 private:
  const RetryPolicy& policy_;
  const std::atomic<bool>* const cancel_;
  int attempts_ = 0;
  std::chrono::steady_clock::time_point cut_at_;
};

}  // namespace puente::client

#endif  // PUENTE_SERVICES_CLIENT_RETRY_H_
