// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Starts threads that leave signals to the main thread.

#ifndef PUENTE_CORE_PIPELINE_WORKER_THREAD_H_
#define PUENTE_CORE_PIPELINE_WORKER_THREAD_H_

#include <functional>
#include <thread>

#include "absl/status/statusor.h"

namespace puente::pipeline {

/// Starts a thread with all signals blocked, so that Ctrl-C interrupts the calls of the main
/// thread. Resource-exhausted error when the system gives no thread. `body` must not throw.
absl::StatusOr<std::thread> StartWorker(std::function<void()> body);

}  // namespace puente::pipeline

#endif  // PUENTE_CORE_PIPELINE_WORKER_THREAD_H_
