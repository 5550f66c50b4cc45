// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Starts threads that leave signals to the main thread.

#include "core/pipeline/worker_thread.h"

#include <signal.h>

#include <system_error>
#include <utility>

namespace puente::pipeline {

absl::StatusOr<std::thread> StartWorker(std::function<void()> body) {
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  // A new thread inherits the mask of the thread that makes it.
  pthread_sigmask(SIG_SETMASK, &all, &before);
  absl::StatusOr<std::thread> made =
      absl::ResourceExhaustedError("the system gives no more threads");
  try {
    made = std::thread(std::move(body));
  } catch (const std::system_error&) {
  }
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  return made;
}

}  // namespace puente::pipeline
