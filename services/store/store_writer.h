// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// The one thread that writes to a store: what waits is committed together.

#ifndef PUENTE_SERVICES_STORE_STORE_WRITER_H_
#define PUENTE_SERVICES_STORE_STORE_WRITER_H_

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "services/store/sql.h"
#include "services/store/store.h"
#include "services/store/write_session.h"

namespace puente::store {

/// Something to be written.
class WriteTask {
 public:
  virtual ~WriteTask() = default;
  /// Bytes that it holds, about.
  virtual int64_t bytes() const { return 0; }
  /// Writes. An error after something was written rolls everything back; the other tasks of the
  /// transaction run again then, so nothing of a task may be used up here. What fails before it has
  /// written fails alone.
  virtual absl::Status Run(WriteSession* session) = 0;
  /// Called once, on the writing thread: OK when it is durable. The task is at its end.
  virtual void Done(absl::Status status) = 0;
};

/// The present time, in microseconds since 1970.
using Clock = std::function<TimeMicros()>;

/// Runs tasks in the order in which they come, many in one transaction. When a commit fails, all
/// its tasks do. When the disk does not take what was written, nothing is tried again: all tasks
/// from then on are STORE_UNAVAILABLE. A full disk is no such case: what did not fit is STORE_FULL,
/// and the next tasks are tried.
class StoreWriter {
 public:
  /// `checkpoint_pages`: pages of the log after which they are written to the database file. 0:
  /// another process does it.
  StoreWriter(std::unique_ptr<Connection> connection, Clock clock, int checkpoint_pages);
  /// Runs what waits.
  ~StoreWriter();
  StoreWriter(const StoreWriter&) = delete;
  StoreWriter& operator=(const StoreWriter&) = delete;

  void Add(std::unique_ptr<WriteTask> task);
  /// Runs a task and waits until it is durable. Not on the writing thread.
  absl::Status RunAndWait(std::function<absl::Status(WriteSession*)> run);
  /// As Store::SetCommitListener.
  void SetListener(Store::CommitListener listener);

 private:
  using Tasks = std::vector<std::unique_ptr<WriteTask>>;

  void Work();
  Tasks TakeGroup();
  void RunGroup(Tasks tasks);
  // Tells each task its own error, or how the transaction ended.
  static void End(const Tasks& tasks, std::vector<absl::Status> results, absl::Status status);
  // Writes the log to the database file when it is long.
  void Checkpoint();
  void Feed(std::vector<FeedPart> parts);
  absl::Status FeedRange(const FeedPart& part);

  const std::unique_ptr<Connection> connection_;
  const Clock clock_;
  const int checkpoint_pages_;
  // The feed could not be told what was written.
  bool failed_ = false;
  // Pages of the log now, and when it was last written to the file.
  int log_pages_ = 0;
  int checkpointed_pages_ = 0;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::unique_ptr<WriteTask>> queue_;
  bool stopping_ = false;
  // Held while it is called.
  std::mutex listener_mutex_;
  Store::CommitListener listener_;
  std::thread thread_;
};

}  // namespace puente::store

#endif  // PUENTE_SERVICES_STORE_STORE_WRITER_H_
