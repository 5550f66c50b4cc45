// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// What the exchange asks of a store: records with history, a log of changes, pushes, agencies,
// tokens.

#ifndef PUENTE_SERVICES_STORE_STORE_H_
#define PUENTE_SERVICES_STORE_STORE_H_

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/base/digest.h"

namespace puente::store {

/// Microseconds since 1970-01-01 UTC.
using TimeMicros = int64_t;

/// Which record of a dataset.
struct RecordKey {
  /// The header of the dataset; `id` is empty then, and `ordinal` tells several apart.
  bool header = false;
  std::string id;
  uint32_t ordinal = 0;

  auto operator<=>(const RecordKey&) const = default;
};

/// Which dataset.
struct DatasetKey {
  std::string agency;
  std::string dataset;

  auto operator<=>(const DatasetKey&) const = default;
};

/// One generation of a record.
struct StoredRecord {
  DatasetKey dataset;
  RecordKey key;
  /// From 1; one more for each change, deletions and moves counted.
  int64_t generation = 0;
  /// The agency's revision that made it.
  int64_t revision = 0;
  /// Its place in the dataset, ascending in a scan: where a scan goes on behind it (ScanCursor).
  int64_t position = 0;
  /// SHA-256 of the canonical content; that of the last content for a tombstone.
  Digest digest = {};
  TimeMicros time = 0;
  bool deleted = false;
  /// Why it was deleted.
  std::string delete_reason;
  /// Size of the body; 0 for a tombstone.
  int64_t size = 0;
  /// The serialized record as it was written; null when it was not asked for, and for tombstones.
  std::shared_ptr<const std::string> body;
};

/// What a change did.
enum class ChangeKind : uint8_t { kCreated = 1, kUpdated = 2, kDeleted = 3, kMoved = 4 };

/// One entry of the log of changes.
struct Change {
  ChangeKind kind = ChangeKind::kCreated;
  StoredRecord record;
};

/// An agency.
struct Agency {
  std::string name;
  std::string title;
  /// Newest revision; 0 when nothing was written yet.
  int64_t head = 0;
  /// Changes up to this revision were compacted away: reading changes after a smaller one fails.
  int64_t compacted = 0;
  TimeMicros create_time = 0;
};

/// A dataset.
struct Dataset {
  DatasetKey key;
  /// Records that are not deleted, headers not counted, and the sum of their sizes.
  int64_t records = 0;
  int64_t bytes = 0;
  int64_t revision = 0;
  TimeMicros create_time = 0;
  TimeMicros update_time = 0;
};

/// What tokens allow: a set of bits.
enum ScopeBits : uint32_t { kScopeRead = 1, kScopePush = 2, kScopeAdmin = 4 };

/// A token as it is kept: without its secret.
struct Token {
  /// Known to people; not secret. Unique in the store.
  std::string id;
  std::string agency;
  uint32_t scopes = 0;
  TimeMicros create_time = 0;
  /// 0: never.
  TimeMicros expire_time = 0;
  /// 0: it was not revoked.
  TimeMicros revoke_time = 0;
};

/// One line of the audit log.
struct AuditEntry {
  TimeMicros time = 0;
  /// Agency of the token; empty when there was none that is known.
  std::string agency;
  std::string token_id;
  /// Where the call came from, such as `ipv4:127.0.0.1:50412`.
  std::string peer;
  /// Full name of the method, or a word such as `serve`.
  std::string action;
  /// Name of the resource; may be empty.
  std::string resource;
  /// `OK` or the name of the reason of the refusal.
  std::string outcome;
  /// What was done in numbers, such as the revision; may be empty.
  std::string detail;
  /// How many like it this line stands for: refusals of one kind within a minute are one line.
  int64_t count = 1;
};

/// What a push does.
enum class PushMode : uint8_t { kUpsert = 1, kSnapshot = 2, kValidateOnly = 3 };

/// Which push.
struct PushKey {
  DatasetKey dataset;
  std::string request_id;
  PushMode mode = PushMode::kUpsert;
};

/// What a push did so far, or in all.
struct PushSummary {
  int64_t created = 0;
  int64_t updated = 0;
  int64_t unchanged = 0;
  int64_t deleted = 0;
  int64_t rejected = 0;
  int64_t conflicts = 0;
  /// The agency's newest revision.
  int64_t revision = 0;

  bool operator==(const PushSummary&) const = default;
};

/// Where a push stands.
struct PushState {
  /// All numbers up to this one are decided.
  int64_t through_seq = 0;
  /// It was committed; `summary` is its end.
  bool complete = false;
  /// Counts of the numbers up to through_seq.
  PushSummary summary;
};

/// What is done for one number of a push.
struct PushOp {
  enum class Kind : uint8_t {
    /// Name and digest only: the outcome is kUnchanged, kConflict or kNeeded.
    kOffer,
    /// The record.
    kPut,
    /// Deletes the record. A record that is not there, or deleted, is kRejected.
    kRemove,
  };
  Kind kind = Kind::kPut;
  int64_t seq = 0;
  RecordKey key;
  /// Digest of the body; of the one that is offered. The store trusts it.
  Digest digest = {};
  /// kPut: the serialized record.
  std::string body;
  /// The record's generation must be this one; 0: no record and no tombstone.
  std::optional<int64_t> if_generation;
  /// kRemove: why.
  std::string reason;
};

/// What became of one number.
enum class Outcome : uint8_t {
  kCreated = 1,
  kUpdated,
  kUnchanged,
  kDeleted,
  kRejected,
  kConflict,
  /// Snapshots: kept for the commit.
  kStaged,
  /// An offer whose record must come.
  kNeeded,
};

/// The verdict of one number.
struct PushVerdict {
  int64_t seq = 0;
  Outcome outcome = Outcome::kRejected;
  /// Generation now; 0 when there is no record.
  int64_t generation = 0;
  /// For kRejected and kConflict, with a reason.
  absl::Status status;
};

/// One step of a push: applied together or not at all.
struct PushStep {
  PushKey push;
  std::vector<PushOp> ops;
  /// Numbers that were refused before they came here, such as malformed records: counted.
  int64_t rejected = 0;
  /// The same by number: each counts once, also when it comes again after a cut. A number is in one
  /// of the two.
  std::vector<int64_t> rejected_seqs;
  /// All numbers up to this one are decided once this step is durable. The store keeps the largest,
  /// and goes further over numbers of the step that follow without a gap and are decided.
  /// Counts of the push are those of all ops but needed ones, each number once.
  int64_t through_seq = 0;
};

/// What became of a step. It is durable.
struct StepResult {
  /// In the order of the ops.
  std::vector<PushVerdict> verdicts;
  PushSummary summary;
};

/// Called once, on a thread of the store; must not block and must not call the store.
using StepDone = std::function<void(absl::StatusOr<StepResult>)>;
using CommitDone = std::function<void(absl::StatusOr<PushSummary>)>;

/// How a push is committed.
struct CommitOptions {
  bool allow_mass_removal = false;
  /// A snapshot that would delete more than this share of the records of the dataset is refused.
  int mass_removal_percent = 20;
};

/// Revisions by agency.
using RevisionVector = std::map<std::string, int64_t>;

/// Which datasets are read; empty means all.
struct Selector {
  std::string agency;
  std::string dataset;
};

/// Behind which record a scan goes on. As text it is opaque and has no secrets.
struct ScanCursor {
  DatasetKey dataset;
  int64_t position = 0;
};

/// Records as they were at one moment.
struct ScanRequest {
  Selector selector;
  /// The moment: for each agency its revision; agencies that are not in it are not read. An agency
  /// whose revision was compacted: REVISION_COMPACTED.
  RevisionVector as_of;
  /// Go on behind it.
  std::optional<ScanCursor> after;
  /// A page ends at the first that is reached; one record at least. 0: no bound.
  int64_t max_records = 0;
  int64_t max_bytes = 0;
  bool with_body = true;
};

/// A part of a scan, in order: agencies and datasets by name (bytes), then by place in the dataset:
/// the first header, the records, headers with another ordinal than 0.
struct ScanPage {
  std::vector<StoredRecord> records;
  /// Behind the last one.
  ScanCursor next;
  /// There is nothing behind it.
  bool complete = false;
};

/// Where a scan ended.
struct ScanEnd {
  /// Behind the last record.
  ScanCursor next;
  /// There is nothing behind it.
  bool complete = false;
};

/// Is given the records of a scan in order. `record` has no body; `body` is what it would be, empty
/// when it was not asked for. Both are good during the call only.
using RecordVisitor = std::function<void(const StoredRecord& record, std::string_view body)>;

/// A part of the log of one agency.
struct ChangePage {
  std::vector<Change> changes;
  /// All changes up to this revision were looked at.
  int64_t through = 0;
};

/// What `check` found.
struct StoreProblem {
  std::string place;
  std::string what;
};

/// What `check` looked at.
struct StoreCheck {
  int64_t agencies = 0;
  int64_t datasets = 0;
  int64_t records = 0;
  int64_t generations = 0;
  int64_t bytes = 0;
  /// Empty: the store is whole. At most 1,000, then the count only.
  std::vector<StoreProblem> problems;
  int64_t problem_count = 0;
};

/// A store. All functions may be called from any thread. Errors have a reason
/// (services/store/reason_error.h): what is not there by its kind, STORE_FULL, STORE_DAMAGED,
/// STORE_UNAVAILABLE. What a reading function returns is durable.
class Store {
 public:
  virtual ~Store() = default;

  // --- agencies and tokens

  /// Adds an agency. Invalid-argument NAME_INVALID; already-exists (without reason) when it is
  /// there.
  virtual absl::Status AddAgency(const std::string& name, const std::string& title) = 0;
  virtual absl::StatusOr<Agency> GetAgency(const std::string& name) = 0;
  /// By name.
  virtual absl::StatusOr<std::vector<Agency>> ListAgencies() = 0;
  /// Keeps a token by the SHA-256 of its secret.
  virtual absl::Status AddToken(const Token& token, const Digest& secret_hash) = 0;
  /// The token of a secret, expired and revoked ones too. TOKEN_UNKNOWN.
  virtual absl::StatusOr<Token> FindToken(const Digest& secret_hash) = 0;
  /// Newest first. AGENCY_NOT_FOUND.
  virtual absl::StatusOr<std::vector<Token>> ListTokens(const std::string& agency) = 0;
  /// TOKEN_NOT_FOUND. Revoking twice keeps the first time.
  virtual absl::StatusOr<Token> RevokeToken(const std::string& id, TimeMicros time) = 0;
  /// Adds lines to the audit log. Durable when it returns.
  virtual absl::Status AppendAudit(const std::vector<AuditEntry>& entries) = 0;
  /// The newest lines, oldest of them first.
  virtual absl::StatusOr<std::vector<AuditEntry>> ReadAudit(int64_t max) = 0;
  /// 32 random bytes made with the store, to seal tokens of pages and streams with.
  virtual const Digest& seal_key() const = 0;

  // --- pushes

  /// Opens a push or finds it again. AGENCY_NOT_FOUND, REQUEST_ID_REUSED. Pushes that are older
  /// than 7 days are forgotten.
  virtual absl::StatusOr<PushState> OpenPush(const PushKey& push) = 0;
  /// Queues a step. Steps of all pushes that wait are committed together.
  virtual void Apply(PushStep step, StepDone done) = 0;
  /// Queues the end of a push. MASS_REMOVAL; the push stays open then.
  virtual void CommitPush(const PushKey& push, const CommitOptions& options, CommitDone done) = 0;
  /// Deletes one record; the tombstone. RECORD_NOT_FOUND, RECORD_DELETED, GENERATION_CONFLICT.
  virtual absl::StatusOr<StoredRecord> DeleteRecord(const DatasetKey& dataset, const RecordKey& key,
                                                    std::optional<int64_t> if_generation,
                                                    const std::string& reason) = 0;

  // --- reading

  /// One record; `generation` 0 is the current one. RECORD_NOT_FOUND, RECORD_DELETED (only when
  /// generation is 0), GENERATION_NOT_FOUND.
  virtual absl::StatusOr<StoredRecord> GetRecord(const DatasetKey& dataset, const RecordKey& key,
                                                 int64_t generation, bool with_body) = 0;
  /// Several at one moment, in order; an error for the first that is not there.
  virtual absl::StatusOr<std::vector<StoredRecord>> GetRecords(
      const std::vector<std::pair<DatasetKey, RecordKey>>& names, bool with_body) = 0;
  /// Generations of a record, newest first, those before `before` (0: all).
  virtual absl::StatusOr<std::vector<StoredRecord>> ListGenerations(const DatasetKey& dataset,
                                                                    const RecordKey& key,
                                                                    int64_t before,
                                                                    int64_t max) = 0;
  virtual absl::StatusOr<Dataset> GetDataset(const DatasetKey& key) = 0;
  /// By name, those behind `after`.
  virtual absl::StatusOr<std::vector<Dataset>> ListDatasets(const std::string& agency,
                                                            const std::optional<DatasetKey>& after,
                                                            int64_t max) = 0;
  /// The newest durable revision of each agency.
  virtual absl::StatusOr<RevisionVector> Head() = 0;
  /// Shows the records of a page to `visit`, which must not call the store, without a copy of plain
  /// bodies. After an error what was shown is no page.
  virtual absl::StatusOr<ScanEnd> VisitRecords(const ScanRequest& request,
                                               const RecordVisitor& visit) = 0;
  /// The same as a page that can be kept.
  absl::StatusOr<ScanPage> Scan(const ScanRequest& request);
  /// Changes of one agency behind a revision, in order, with the records as they were then. Bounds
  /// as in ScanRequest. Changes of other datasets than `dataset` (empty: all) are passed over.
  virtual absl::StatusOr<ChangePage> ReadChanges(const std::string& agency,
                                                 const std::string& dataset, int64_t after,
                                                 int64_t max_changes, int64_t max_bytes,
                                                 bool with_body) = 0;

  // --- the feed

  /// Takes the changes of each commit when it is durable, in the order of commits, on the thread
  /// that commits; must not block. Bodies up to 1 MiB are in it. One listener; null takes it away,
  /// and no call is under way when that returns.
  using CommitListener = std::function<void(const std::vector<Change>&)>;
  virtual void SetCommitListener(CommitListener listener) = 0;

  // --- care

  /// Forgets the history before a revision: generations that were superseded up to it, and changes
  /// up to it. Returns how many changes were removed.
  virtual absl::StatusOr<int64_t> Compact(const std::string& agency, int64_t through) = 0;
  /// Forgets changes that are older than `time`, of all agencies, and pushes of the past.
  virtual absl::Status CompactBefore(TimeMicros time) = 0;
  /// Reads everything and compares: pages, digests, counts, the log against the records.
  virtual absl::StatusOr<StoreCheck> Check() = 0;
  /// Writes a consistent copy while the store is in use. The file must not exist.
  virtual absl::Status Backup(const std::string& path) = 0;
};

/// How a store is opened.
struct StoreOptions {
  /// Make it when it is not there.
  bool create = false;
  /// Open it beside a server: reading and the care of agencies and tokens, from another process.
  /// Without it the store is locked for this process (STORE_UNAVAILABLE when another one has it).
  bool shared = false;
  /// Bodies of new stores are compressed with zstd.
  bool compress = true;
  /// For tests of durability only: do not wait for the disk.
  bool unsafe_no_sync = false;
};

/// Opens a store by its address: `sqlite:FILE`. Invalid-argument error for another kind.
absl::StatusOr<std::unique_ptr<Store>> OpenStore(const std::string& address,
                                                 const StoreOptions& options);

}  // namespace puente::store

#endif  // PUENTE_SERVICES_STORE_STORE_H_
