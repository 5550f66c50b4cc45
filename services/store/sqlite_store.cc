// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// The functions of a store over one writing thread and a few reading connections.

#include "services/store/sqlite_store.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <optional>
#include <system_error>
#include <utility>
#include <vector>

#include "fmt/format.h"
#include "services/store/agency_table.h"
#include "services/store/compaction.h"
#include "services/store/push_commit.h"
#include "services/store/push_table.h"
#include "services/store/read_pool.h"
#include "services/store/reason_error.h"
#include "services/store/record_reader.h"
#include "services/store/scan_reader.h"
#include "services/store/sqlite_schema.h"
#include "services/store/step_writer.h"
#include "services/store/store_backup.h"
#include "services/store/store_check.h"
#include "services/store/time_text.h"

namespace puente::store {
namespace {

constexpr int kWriterCacheKib = 8192;
constexpr int kMostReaders = 8;
// Rows that one transaction of care removes, so that writers do not wait long for it.
constexpr int64_t kCareRows = 2000;
// How often OpenPush looks for pushes to forget.
constexpr TimeMicros kSweepEvery = TimeMicros{600} * 1'000'000;

absl::Status Unavailable(std::string_view what) {
  return ReasonError(exchange::v1::REASON_STORE_UNAVAILABLE, what);
}

// The lock of the process that writes records. It is not on the database file itself: closing any
// descriptor of that would take SQLite's own locks away.
class LockFile {
 public:
  LockFile() = default;
  ~LockFile() {
    if (fd_ >= 0) close(fd_);
  }
  LockFile(const LockFile&) = delete;
  LockFile& operator=(const LockFile&) = delete;

  absl::Status Lock(const std::string& store) {
    const std::string path = store + "-lock";
    fd_ = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd_ < 0) {
      return Unavailable(
          fmt::format("cannot open {}: {}", path, std::generic_category().message(errno)));
    }
    if (flock(fd_, LOCK_EX | LOCK_NB) == 0) return absl::OkStatus();
    return Unavailable(fmt::format("another process serves the store {}", store));
  }

 private:
  int fd_ = -1;
};

// A step and who waits for it.
class StepTask : public WriteTask {
 public:
  StepTask(PushStep step, StepDone done, bool compress)
      : step_(std::move(step)), done_(std::move(done)) {
    bodies_.reserve(step_.ops.size());
    for (const PushOp& op : step_.ops) {
      bytes_ += static_cast<int64_t>(op.body.size());
      bodies_.push_back(op.kind == PushOp::Kind::kPut ? EncodeBody(op.body, compress)
                                                      : EncodedBody());
    }
  }

  int64_t bytes() const override { return bytes_; }

  absl::Status Run(WriteSession* session) override {
    result_ = ApplyStep(session, &step_, bodies_);
    return result_.status();
  }

  void Done(absl::Status status) override {
    if (!status.ok()) result_ = std::move(status);
    done_(std::move(result_));
  }

 private:
  PushStep step_;
  const StepDone done_;
  int64_t bytes_ = 0;
  std::vector<EncodedBody> bodies_;
  absl::StatusOr<StepResult> result_ = absl::InternalError("not run");
};

// The end of a push and who waits for it.
class CommitTask : public WriteTask {
 public:
  CommitTask(PushKey push, CommitOptions options, CommitDone done)
      : push_(std::move(push)), options_(options), done_(std::move(done)) {}

  absl::Status Run(WriteSession* session) override {
    result_ = store::CommitPush(session, push_, options_);
    return result_.status();
  }

  void Done(absl::Status status) override {
    if (!status.ok()) result_ = std::move(status);
    done_(std::move(result_));
  }

 private:
  const PushKey push_;
  const CommitOptions options_;
  const CommitDone done_;
  absl::StatusOr<PushSummary> result_ = absl::InternalError("not run");
};

class SqliteStore : public Store {
 public:
  static absl::StatusOr<std::unique_ptr<Store>> Open(const std::string& path,
                                                     const StoreOptions& options,
                                                     const SqliteTuning& tuning);

  absl::Status AddAgency(const std::string& name, const std::string& title) override {
    return writer_->RunAndWait(
        [&](WriteSession* session) { return store::AddAgency(session, name, title); });
  }
  absl::StatusOr<Agency> GetAgency(const std::string& name) override {
    return Read([&](Connection* connection) { return ReadAgency(connection, name); });
  }
  absl::StatusOr<std::vector<Agency>> ListAgencies() override { return Read(ReadAgencies); }

  absl::Status AddToken(const Token& token, const Digest& secret_hash) override {
    return writer_->RunAndWait(
        [&](WriteSession* session) { return store::AddToken(session, token, secret_hash); });
  }
  absl::StatusOr<Token> FindToken(const Digest& secret_hash) override {
    return Read([&](Connection* connection) { return store::FindToken(connection, secret_hash); });
  }
  absl::StatusOr<std::vector<Token>> ListTokens(const std::string& agency) override {
    return Read([&](Connection* connection) { return store::ListTokens(connection, agency); });
  }
  absl::StatusOr<Token> RevokeToken(const std::string& id, TimeMicros time) override {
    return Write<Token>(
        [&](WriteSession* session) { return store::RevokeToken(session, id, time); });
  }

  absl::Status AppendAudit(const std::vector<AuditEntry>& entries) override {
    return writer_->RunAndWait(
        [&](WriteSession* session) { return store::AppendAudit(session, entries); });
  }
  absl::StatusOr<std::vector<AuditEntry>> ReadAudit(int64_t max) override {
    return Read([&](Connection* connection) { return store::ReadAudit(connection, max); });
  }
  const Digest& seal_key() const override { return facts_.seal_key; }

  absl::StatusOr<PushState> OpenPush(const PushKey& push) override;
  void Apply(PushStep step, StepDone done) override;
  void CommitPush(const PushKey& push, const CommitOptions& options, CommitDone done) override;
  absl::StatusOr<StoredRecord> DeleteRecord(const DatasetKey& dataset, const RecordKey& key,
                                            std::optional<int64_t> if_generation,
                                            const std::string& reason) override;

  absl::StatusOr<StoredRecord> GetRecord(const DatasetKey& dataset, const RecordKey& key,
                                         int64_t generation, bool with_body) override {
    return Read([&](Connection* connection) {
      return ReadRecord(connection, dataset, key, generation, with_body);
    });
  }
  absl::StatusOr<std::vector<StoredRecord>> GetRecords(
      const std::vector<std::pair<DatasetKey, RecordKey>>& names, bool with_body) override;
  absl::StatusOr<std::vector<StoredRecord>> ListGenerations(const DatasetKey& dataset,
                                                            const RecordKey& key, int64_t before,
                                                            int64_t max) override {
    return Read([&](Connection* connection) {
      return ReadGenerations(connection, dataset, key, before, max);
    });
  }
  absl::StatusOr<Dataset> GetDataset(const DatasetKey& key) override {
    return Read([&](Connection* connection) { return ReadDataset(connection, key); });
  }
  absl::StatusOr<std::vector<Dataset>> ListDatasets(const std::string& agency,
                                                    const std::optional<DatasetKey>& after,
                                                    int64_t max) override {
    return Read(
        [&](Connection* connection) { return ReadDatasets(connection, agency, after, max); });
  }
  absl::StatusOr<RevisionVector> Head() override { return Read(ReadHead); }
  absl::StatusOr<ScanEnd> VisitRecords(const ScanRequest& request,
                                       const RecordVisitor& visit) override {
    return Read([&](Connection* connection) { return ScanRecords(connection, request, visit); });
  }
  absl::StatusOr<ChangePage> ReadChanges(const std::string& agency, const std::string& dataset,
                                         int64_t after, int64_t max_changes, int64_t max_bytes,
                                         bool with_body) override {
    return Read([&](Connection* connection) {
      return ReadLog(connection, agency, dataset, after, max_changes, max_bytes, with_body);
    });
  }

  void SetCommitListener(CommitListener listener) override {
    writer_->SetListener(std::move(listener));
  }

  absl::StatusOr<int64_t> Compact(const std::string& agency, int64_t through) override;
  absl::Status CompactBefore(TimeMicros time) override;
  absl::StatusOr<StoreCheck> Check() override;
  absl::Status Backup(const std::string& path) override;

 private:
  SqliteStore(std::string path, const StoreOptions& options, Clock clock)
      : path_(std::move(path)),
        shared_(options.shared),
        clock_(std::move(clock)),
        readers_(path_, kMostReaders) {}

  // Reads at one moment.
  template <typename Function>
  auto Read(const Function& function) -> decltype(function(nullptr)) {
    absl::StatusOr<ReadPool::Reader> reader = readers_.Begin();
    if (!reader.ok()) return reader.status();
    return function(reader->get());
  }

  // Writes and waits until it is durable.
  template <typename Result, typename Function>
  absl::StatusOr<Result> Write(const Function& function) {
    absl::StatusOr<Result> result = absl::InternalError("not run");
    const absl::Status status = writer_->RunAndWait([&](WriteSession* session) {
      result = function(session);
      return result.status();
    });
    if (!status.ok()) return status;
    return result;
  }

  // Runs a part of work that is done bit by bit, until it is done.
  template <typename Function>
  absl::Status WriteInParts(const Function& function) {
    absl::StatusOr<bool> done = false;
    while (done.ok() && !*done) done = Write<bool>(function);
    return done.status();
  }

  // Records are written by one process.
  absl::Status CheckMayWrite() const {
    if (!shared_) return absl::OkStatus();
    return Unavailable("the store was opened beside a server: records are written by that");
  }

  const std::string path_;
  const bool shared_;
  const Clock clock_;
  StoreFacts facts_;
  // When OpenPush looks for pushes to forget; on the writing thread.
  TimeMicros next_sweep_ = 0;
  // Ends after the readers: the last connection that closes writes the log to the file.
  LockFile lock_;
  std::unique_ptr<StoreWriter> writer_;
  ReadPool readers_;
};

absl::StatusOr<std::unique_ptr<Store>> SqliteStore::Open(const std::string& path,
                                                         const StoreOptions& options,
                                                         const SqliteTuning& tuning) {
  Clock clock = tuning.clock;
  if (clock == nullptr) {
    clock = NowMicros;
  }
  std::unique_ptr<SqliteStore> store(new SqliteStore(path, options, clock));
  bool there = access(path.c_str(), F_OK) == 0;
  const auto missing = [&path] { return Unavailable(fmt::format("there is no store {}", path)); };
  if (!there && !options.create) return missing();
  // Who makes a store locks it, so that two do not make it at once.
  if (!options.shared || !there) {
    const absl::Status status = store->lock_.Lock(path);
    if (!status.ok()) return status;
    there = access(path.c_str(), F_OK) == 0;
  }
  if (!there) {
    const absl::Status status = MakeStore(path, options.compress);
    if (!status.ok()) return status;
  }
  ConnectionOptions writing;
  writing.writable = true;
  writing.no_sync = options.unsafe_no_sync;
  writing.cache_kib = kWriterCacheKib;
  absl::StatusOr<std::unique_ptr<Connection>> connection = Connection::Open(path, writing);
  if (!connection.ok()) return connection.status();
  absl::StatusOr<StoreFacts> facts = ReadStoreFacts(connection->get());
  if (!facts.ok()) return facts.status();
  store->facts_ = *facts;
  if (tuning.max_pages > 0) {
    const absl::Status status =
        (*connection)->Run(fmt::format("PRAGMA max_page_count={}", tuning.max_pages).c_str());
    if (!status.ok()) return status;
  }
  store->writer_ = std::make_unique<StoreWriter>(*std::move(connection), std::move(clock),
                                                 options.shared ? 0 : tuning.checkpoint_pages);
  return std::unique_ptr<Store>(std::move(store));
}

absl::StatusOr<PushState> SqliteStore::OpenPush(const PushKey& push) {
  absl::Status status = CheckMayWrite();
  if (!status.ok()) return status;
  status = WriteInParts([&](WriteSession* session) -> absl::StatusOr<bool> {
    // Old pushes go, a part with each call; the one that is asked for wholly.
    if (session->now() >= next_sweep_) {
      absl::StatusOr<bool> done = ForgetOldPushes(session, kCareRows);
      if (!done.ok()) return done;
      if (*done) next_sweep_ = session->now() + kSweepEvery;
    }
    absl::StatusOr<AgencyRow*> agency = session->FindAgency(push.dataset.agency);
    if (!agency.ok()) return agency.status();
    absl::StatusOr<std::optional<PushRow>> row =
        FindPush(session->connection(), (*agency)->pk, push.request_id);
    if (!row.ok()) return row.status();
    if (!row->has_value() || (*row)->used >= session->now() - kPushLifetime) return true;
    absl::StatusOr<bool> gone = ForgetPush(session, (*row)->pk, kCareRows);
    if (!gone.ok()) return gone;
    return *gone;
  });
  if (!status.ok()) return status;
  return Write<PushState>([&](WriteSession* session) -> absl::StatusOr<PushState> {
    absl::StatusOr<AgencyRow*> agency = session->FindAgency(push.dataset.agency);
    if (!agency.ok()) return agency.status();
    absl::StatusOr<std::optional<PushRow>> row =
        FindPush(session->connection(), (*agency)->pk, push.request_id);
    if (!row.ok()) return row.status();
    PushState state;
    if (!row->has_value()) {
      const absl::Status added = AddPush(session, **agency, push).status();
      if (!added.ok()) return added;
      state.summary.revision = (*agency)->head;
      return state;
    }
    const absl::Status same = CheckPush(**row, push);
    if (!same.ok()) return same;
    state.through_seq = (*row)->through;
    state.complete = (*row)->complete;
    state.summary = (*row)->counts;
    if (!state.complete) {
      state.summary.revision = (*agency)->head;
      const absl::Status counted = TakeDecidedOff(session->connection(), **row, &state.summary);
      if (!counted.ok()) return counted;
    }
    return state;
  });
}

void SqliteStore::Apply(PushStep step, StepDone done) {
  const absl::Status may = CheckMayWrite();
  if (!may.ok()) return done(may);
  writer_->Add(std::make_unique<StepTask>(std::move(step), std::move(done), facts_.compress));
}

void SqliteStore::CommitPush(const PushKey& push, const CommitOptions& options, CommitDone done) {
  const absl::Status may = CheckMayWrite();
  if (!may.ok()) return done(may);
  writer_->Add(std::make_unique<CommitTask>(push, options, std::move(done)));
}

absl::StatusOr<StoredRecord> SqliteStore::DeleteRecord(const DatasetKey& dataset,
                                                       const RecordKey& key,
                                                       std::optional<int64_t> if_generation,
                                                       const std::string& reason) {
  const absl::Status may = CheckMayWrite();
  if (!may.ok()) return may;
  return Write<StoredRecord>([&](WriteSession* session) -> absl::StatusOr<StoredRecord> {
    absl::StatusOr<AgencyRow*> agency = session->FindAgency(dataset.agency);
    if (!agency.ok()) return agency.status();
    absl::StatusOr<DatasetRow*> row = session->FindDataset(**agency, dataset.dataset);
    if (!row.ok()) return row.status();
    if (*row == nullptr) return NotFoundError(dataset, key);
    absl::StatusOr<std::optional<CurrentVersion>> found = session->FindCurrent(**row, key);
    if (!found.ok()) return found.status();
    if (!found->has_value()) return NotFoundError(dataset, key);
    const CurrentVersion& current = **found;
    if (!current.present()) return DeletedError(dataset, key, current.generation);
    if (if_generation.has_value() && *if_generation != current.generation) {
      return ConflictError(dataset, key, current.generation);
    }
    absl::StatusOr<int64_t> generation =
        WriteTombstone(session, *agency, *row, key, current, 0, reason);
    if (!generation.ok()) return generation.status();
    StoredRecord record;
    record.dataset = dataset;
    record.key = key;
    record.generation = *generation;
    record.revision = (*agency)->head;
    record.digest = current.digest;
    record.time = session->now();
    record.deleted = true;
    record.delete_reason = reason;
    return record;
  });
}

absl::StatusOr<std::vector<StoredRecord>> SqliteStore::GetRecords(
    const std::vector<std::pair<DatasetKey, RecordKey>>& names, bool with_body) {
  return Read([&](Connection* connection) -> absl::StatusOr<std::vector<StoredRecord>> {
    std::vector<StoredRecord> records;
    records.reserve(names.size());
    for (const auto& [dataset, key] : names) {
      absl::StatusOr<StoredRecord> record = ReadRecord(connection, dataset, key, 0, with_body);
      if (!record.ok()) return record.status();
      records.push_back(*std::move(record));
    }
    return records;
  });
}

absl::StatusOr<int64_t> SqliteStore::Compact(const std::string& agency, int64_t through) {
  const absl::Status may = CheckMayWrite();
  if (!may.ok()) return may;
  absl::StatusOr<int64_t> count = Write<int64_t>(
      [&](WriteSession* session) { return MarkCompacted(session, agency, through); });
  if (!count.ok()) return count;
  const absl::Status status = WriteInParts(
      [&](WriteSession* session) { return RemoveCompacted(session, agency, kCareRows); });
  if (!status.ok()) return status;
  return count;
}

absl::Status SqliteStore::CompactBefore(TimeMicros time) {
  absl::Status status = CheckMayWrite();
  if (!status.ok()) return status;
  // First: a snapshot that nobody goes on with holds history.
  status = WriteInParts([](WriteSession* session) { return ForgetOldPushes(session, kCareRows); });
  if (!status.ok()) return status;
  absl::StatusOr<std::vector<Agency>> agencies = ListAgencies();
  if (!agencies.ok()) return agencies.status();
  for (const Agency& agency : *agencies) {
    absl::StatusOr<int64_t> through =
        Read([&](Connection* connection) { return RevisionBefore(connection, agency.name, time); });
    if (!through.ok()) return through.status();
    status = Compact(agency.name, *through).status();
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::StatusOr<StoreCheck> SqliteStore::Check() {
  absl::StatusOr<std::unique_ptr<Connection>> connection =
      Connection::Open(path_, ConnectionOptions());
  if (!connection.ok()) return connection.status();
  return CheckStore(connection->get());
}

absl::Status SqliteStore::Backup(const std::string& path) {
  absl::StatusOr<std::unique_ptr<Connection>> connection =
      Connection::Open(path_, ConnectionOptions());
  if (!connection.ok()) return connection.status();
  return BackUpStore(connection->get(), path);
}

}  // namespace

absl::StatusOr<std::unique_ptr<Store>> OpenSqliteStore(const std::string& path,
                                                       const StoreOptions& options,
                                                       const SqliteTuning& tuning) {
  return SqliteStore::Open(path, options, tuning);
}

absl::StatusOr<std::unique_ptr<Store>> OpenStore(const std::string& address,
                                                 const StoreOptions& options) {
  constexpr std::string_view kScheme = "sqlite:";
  if (!address.starts_with(kScheme) || address.size() == kScheme.size()) {
    return absl::InvalidArgumentError(
        fmt::format("\"{}\" is no address of a store; it has the form sqlite:FILE", address));
  }
  return OpenSqliteStore(address.substr(kScheme.size()), options);
}

}  // namespace puente::store
