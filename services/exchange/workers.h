// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Threads for work that may block, so that the threads of gRPC never do.

#ifndef PUENTE_SERVICES_EXCHANGE_WORKERS_H_
#define PUENTE_SERVICES_EXCHANGE_WORKERS_H_

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace puente::exchange {

/// A fixed number of threads and a queue. Any thread may add work, also from within work.
class Workers {
 public:
  explicit Workers(size_t threads);
  /// Does what is queued, then ends.
  ~Workers();
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;

  /// Queues work.
  void Run(std::function<void()> work);
  /// How much waits.
  size_t waiting() const;

 private:
  // A thread that has nothing to do.
  struct Idle {
    std::condition_variable wake;
    bool called = false;
  };

  void Loop();

  mutable std::mutex mutex_;
  // Who was idle last is called first: what it reads and writes is still in the caches, and a
  // stream is served by one thread as long as that is enough.
  std::vector<Idle*> idle_;
  std::deque<std::function<void()>> queue_;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace puente::exchange

#endif  // PUENTE_SERVICES_EXCHANGE_WORKERS_H_
