// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// The loop of the writing thread: groups, commits, checkpoints, the feed.

#include "services/store/store_writer.h"

#include <map>
#include <string>
#include <utility>

#include "services/store/reason_error.h"
#include "services/store/sqlite_schema.h"
#include "services/store/version_rows.h"

namespace puente::store {
namespace {

// A transaction ends at the first that is reached, so that nobody waits long.
constexpr int64_t kGroupBytes = int64_t{8} << 20;
constexpr size_t kGroupTasks = 256;
// A log of so many checkpoints is longer than it should be: somebody reads an old state of it.
constexpr int kPatience = 16;

// One call of the listener.
constexpr size_t kFeedChanges = 1000;
constexpr int64_t kFeedBytes = int64_t{1} << 20;
// Larger bodies are not in the feed.
constexpr int64_t kFeedBody = int64_t{1} << 20;

constexpr const char* kDatasetName = "SELECT name FROM dataset WHERE pk = ?";

absl::Status Unavailable() {
  return ReasonError(exchange::v1::REASON_STORE_UNAVAILABLE,
                     "the disk of the store did not take what was written; nothing more is "
                     "written until the store is opened again");
}

class WaitTask : public WriteTask {
 public:
  explicit WaitTask(std::function<absl::Status(WriteSession*)> run) : run_(std::move(run)) {}

  absl::Status Run(WriteSession* session) override { return run_(session); }

  void Done(absl::Status status) override {
    const std::lock_guard lock(state_->mutex);
    state_->status = std::move(status);
    state_->done = true;
    state_->wake.notify_all();
  }

  struct State {
    std::mutex mutex;
    std::condition_variable wake;
    bool done = false;
    absl::Status status;
  };
  std::shared_ptr<State> state() const { return state_; }

 private:
  const std::function<absl::Status(WriteSession*)> run_;
  const std::shared_ptr<State> state_ = std::make_shared<State>();
};

}  // namespace

StoreWriter::StoreWriter(std::unique_ptr<Connection> connection, Clock clock, int checkpoint_pages)
    : connection_(std::move(connection)),
      clock_(std::move(clock)),
      checkpoint_pages_(checkpoint_pages) {
  sqlite3_wal_hook(
      connection_->db(),
      [](void* writer, sqlite3*, const char*, int pages) {
        static_cast<StoreWriter*>(writer)->log_pages_ = pages;
        return SQLITE_OK;
      },
      this);
  thread_ = std::thread([this] { Work(); });
}

StoreWriter::~StoreWriter() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  thread_.join();
}

void StoreWriter::Add(std::unique_ptr<WriteTask> task) {
  {
    const std::lock_guard lock(mutex_);
    queue_.push_back(std::move(task));
  }
  wake_.notify_one();
}

absl::Status StoreWriter::RunAndWait(std::function<absl::Status(WriteSession*)> run) {
  auto task = std::make_unique<WaitTask>(std::move(run));
  const std::shared_ptr<WaitTask::State> state = task->state();
  Add(std::move(task));
  std::unique_lock lock(state->mutex);
  state->wake.wait(lock, [&state] { return state->done; });
  return std::move(state->status);
}

void StoreWriter::SetListener(Store::CommitListener listener) {
  const std::lock_guard lock(listener_mutex_);
  listener_ = std::move(listener);
}

StoreWriter::Tasks StoreWriter::TakeGroup() {
  Tasks group;
  std::unique_lock lock(mutex_);
  wake_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
  int64_t bytes = 0;
  while (!queue_.empty() && group.size() < kGroupTasks) {
    bytes += queue_.front()->bytes();
    if (!group.empty() && bytes > kGroupBytes) break;
    group.push_back(std::move(queue_.front()));
    queue_.pop_front();
  }
  return group;
}

void StoreWriter::Work() {
  while (true) {
    Tasks group = TakeGroup();
    if (group.empty()) return;
    RunGroup(std::move(group));
    Checkpoint();
  }
}

void StoreWriter::RunGroup(Tasks tasks) {
  absl::Status status =
      connection_->broken() || failed_ ? Unavailable() : connection_->Run("BEGIN IMMEDIATE");
  std::vector<absl::Status> results(tasks.size());
  if (!status.ok()) return End(tasks, std::move(results), std::move(status));
  WriteSession session(connection_.get(), clock_());
  for (size_t i = 0; i < tasks.size(); ++i) {
    session.ClearTouched();
    results[i] = tasks[i]->Run(&session);
    if (results[i].ok() || (!session.touched() && connection_->InTransaction())) continue;
    // What it wrote must go, and with it what the others wrote: they run again, each by itself.
    if (connection_->InTransaction()) (void)connection_->Run("ROLLBACK");
    tasks[i]->Done(std::move(results[i]));
    for (size_t other = 0; other < tasks.size(); ++other) {
      if (other == i) continue;
      Tasks alone;
      alone.push_back(std::move(tasks[other]));
      RunGroup(std::move(alone));
    }
    return;
  }
  status = session.Flush();
  if (status.ok()) status = connection_->Run("COMMIT");
  if (!status.ok()) {
    if (connection_->InTransaction()) (void)connection_->Run("ROLLBACK");
  } else {
    Feed(session.TakeFeed());
  }
  End(tasks, std::move(results), std::move(status));
}

void StoreWriter::End(const Tasks& tasks, std::vector<absl::Status> results, absl::Status status) {
  // Nothing of what is told stays here.
  for (size_t i = 0; i + 1 < tasks.size(); ++i) {
    tasks[i]->Done(results[i].ok() ? status : std::move(results[i]));
  }
  tasks.back()->Done(std::move(results.back().ok() ? status : results.back()));
}

void StoreWriter::Checkpoint() {
  if (checkpoint_pages_ == 0 || connection_->broken()) return;
  // The log was begun again.
  if (log_pages_ < checkpointed_pages_) checkpointed_pages_ = 0;
  if (log_pages_ - checkpointed_pages_ < checkpoint_pages_) return;
  checkpointed_pages_ = log_pages_;
  const bool long_log = log_pages_ > kPatience * checkpoint_pages_;
  const int code = sqlite3_wal_checkpoint_v2(
      connection_->db(), nullptr, long_log ? SQLITE_CHECKPOINT_RESTART : SQLITE_CHECKPOINT_PASSIVE,
      nullptr, nullptr);
  // What cannot be done now, for readers or for lack of room, is done later: the log has
  // everything. Writes that the disk did not take make the connection broken.
  if (code != SQLITE_OK) (void)connection_->Error(code);
}

void StoreWriter::Feed(std::vector<FeedPart> parts) {
  const std::lock_guard lock(listener_mutex_);
  if (listener_ == nullptr) return;
  for (FeedPart& part : parts) {
    if (!part.agency.empty()) {
      // A feed with a gap would be worse than none.
      failed_ = !FeedRange(part).ok();
      if (failed_) return;
      continue;
    }
    std::vector<Change> changes;
    changes.reserve(part.items.size());
    for (FeedPart::Item& item : part.items) {
      if (item.bytes != nullptr && item.change.record.size <= kFeedBody) {
        item.change.record.body = std::make_shared<const std::string>(std::move(*item.bytes));
      }
      changes.push_back(std::move(item.change));
    }
    listener_(changes);
  }
}

absl::Status StoreWriter::FeedRange(const FeedPart& part) {
  std::map<int64_t, std::string> datasets;
  std::vector<Change> changes;
  int64_t bytes = 0;
  Query query(connection_.get(), kLogBodies);
  query.Bind(part.first).Bind(part.last);
  while (true) {
    absl::StatusOr<bool> row = query.Next();
    if (!row.ok()) return row.status();
    if (changes.size() == kFeedChanges || bytes >= kFeedBytes || (!*row && !changes.empty())) {
      listener_(changes);
      changes.clear();
      bytes = 0;
    }
    if (!*row) return absl::OkStatus();
    Change change;
    change.kind = ReadKind(query);
    std::string& dataset = datasets[ReadDatasetNumber(query)];
    if (dataset.empty()) {
      Query name(connection_.get(), kDatasetName);
      absl::StatusOr<bool> found = name.Bind(ReadDatasetNumber(query)).Next();
      if (!found.ok()) return found.status();
      dataset = name.Text(0);
    }
    change.record.dataset = {part.agency, dataset};
    absl::Status status = ReadVersion(query, ReadSize(query) <= kFeedBody, &change.record);
    // Who wants the body reads it, and is told that it is damaged.
    if (!status.ok()) status = ReadVersion(query, false, &change.record);
    if (!status.ok()) return status;
    bytes += change.record.size;
    changes.push_back(std::move(change));
  }
}

}  // namespace puente::store
