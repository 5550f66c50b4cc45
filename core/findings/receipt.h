// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// The receipt of a conversion: what became of every leaf of the input.
#ifndef PUENTE_CORE_FINDINGS_RECEIPT_H_
#define PUENTE_CORE_FINDINGS_RECEIPT_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <shared_mutex>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "core/findings/finding.h"

namespace puente {

/// Gives dense ids (from 1) to path texts, for the whole process. Thread safe.
///
/// The table is bounded, so that an input of millions of made-up names cannot fill the memory: what
/// does not fit shares the path `(other paths)`. Real formats have some hundreds of paths.
class PathTable {
 public:
  /// Largest id; it is that of the shared path.
  static constexpr uint32_t kMaxId = 65'535;
  /// Bytes that the texts of all paths may have together.
  static constexpr size_t kMaxBytes = size_t{8} << 20;

  /// The table of the process.
  static PathTable& Global();
  /// The id of a path; equal paths have equal ids. Never 0.
  uint32_t Intern(std::string_view path);
  /// The text of an id; lives for ever. Empty for ids that were never given.
  std::string_view Name(uint32_t id) const;

 private:
  mutable std::shared_mutex mutex_;
  std::deque<std::string> names_;
  std::unordered_map<std::string_view, uint32_t> ids_;
  size_t bytes_ = 0;
};

/// Why a leaf did not reach the output; the numbers are those of the plugin contract.
enum class LossReason : int32_t {
  kUnreported = 0,
  kNoPlace = 1,
  kTruncated = 2,
  kNoEquivalent = 3,
  kPrecision = 4,
  kMerged = 5,
};

/// The reason as it stands in a receipt: `unreported`, `no_place`, `truncated`, `no_equivalent`,
/// `precision`, `merged`.
std::string_view LossReasonName(LossReason reason);

/// Leaves of one record from one source path to one field path (ids of PathTable).
struct LeafFlow {
  /// 0 for values that the reader derived: they are not read, and when the writer keeps them they
  /// are derived values of the output.
  uint32_t source_path = 0;
  uint32_t field_path = 0;
  uint32_t count = 0;
};

/// What became of the leaves of one source path. Law: read = kept + lost + filtered + rejected.
struct PathAccount {
  uint64_t read = 0;
  uint64_t kept = 0;
  uint64_t lost = 0;
  uint64_t filtered = 0;
  uint64_t rejected = 0;
};

/// One example of a loss.
struct LossExample {
  Location location;
  std::string record_id;
  std::string value;
};

/// All losses of one source path for one reason.
struct LossAccount {
  uint64_t count = 0;
  std::vector<LossExample> examples;
};

/// Counts leaves during one conversion. Not thread safe: all calls come from the ordered stage.
///
/// For each record the order of calls is: RecordRead, then either RecordFiltered, RecordRejected,
/// or BeginPut, any number of Kept/Lost, EndPut. EndPut turns counts by field path into counts by
/// source path through the flows of the record; leaves that nobody accounted for become losses of
/// the reason kUnreported.
class ReceiptLedger {
 public:
  void RecordRead(std::span<const LeafFlow> flows);
  void RecordFiltered(std::span<const LeafFlow> flows);
  void RecordRejected(std::span<const LeafFlow> flows);

  /// All arguments are copied.
  void BeginPut(std::span<const LeafFlow> flows, const Location& location,
                std::string_view record_id);
  void Kept(uint32_t field_path, uint32_t out_path, uint64_t count);
  /// A reason that is none of LossReason counts as kUnreported; long examples are cut.
  void Lost(uint32_t field_path, uint64_t count, LossReason reason, std::string_view example);
  /// For each flow, in order: what is left of the kept ones of its field path is kept, then the
  /// declared losses are taken in the order of their report, the rest is unreported. Kept and lost
  /// leaves beyond those of the flows are overcounted.
  void EndPut();

  /// Values of the output that come from no leaf of the input; `out_path` may be 0.
  void Derived(uint32_t out_path, uint64_t count);

  /// Leaves outside of records.
  void LooseRead(uint32_t source_path, uint64_t count);
  void LooseRejected(uint32_t source_path, uint64_t count);

  /// Accounts by source path (ids), losses by source path and reason, and values written by output
  /// path (kept ones with an output path, and derived ones). Made when asked for: the references
  /// are good until the ledger counts again.
  const std::map<uint32_t, PathAccount>& accounts() const;
  const std::map<std::pair<uint32_t, LossReason>, LossAccount>& losses() const;
  const std::map<uint32_t, uint64_t>& written() const;
  PathAccount totals() const;
  uint64_t derived() const { return derived_; }
  /// Leaves that the writer accounted for beyond those that it was given, by field path.
  const std::map<uint32_t, uint64_t>& overcounted() const { return overcounted_; }
  /// True when the law holds for every path and no writer accounted for more than was read.
  bool LawHolds() const;
  uint64_t records_read() const { return records_read_; }
  uint64_t records_written() const { return records_written_; }
  uint64_t records_filtered() const { return records_filtered_; }
  uint64_t records_rejected() const { return records_rejected_; }

 private:
  static constexpr size_t kMaxExamples = 3;
  static constexpr size_t kMaxExampleBytes = 200;
  static constexpr size_t kReasons = 6;
  static constexpr uint32_t kNone = UINT32_MAX;

  /// What the writer said of one field path of the record being put.
  struct FieldState {
    uint64_t kept = 0;
    /// Of the kept ones, those that share the value of another leaf.
    uint64_t unwritten = 0;
    /// The field's losses, as a list through PendingLoss::next.
    uint32_t first_loss = kNone;
    uint32_t last_loss = kNone;
    /// True when the field stands in touched_.
    bool touched = false;
  };
  /// A declared loss of the record being put; its example lies in example_text_.
  struct PendingLoss {
    uint64_t count = 0;
    LossReason reason = LossReason::kUnreported;
    /// Which one it is of the losses of this field and reason that follow each other.
    uint32_t run = 0;
    uint32_t next = kNone;
    size_t example_begin = 0;
    size_t example_size = 0;
  };
  using Losses = std::array<LossAccount, kReasons>;

  PathAccount& Account(uint32_t source_path);
  FieldState& Touch(uint32_t field_path);
  void Written(uint32_t out_path, uint64_t count);
  void Settle(const LeafFlow& flow);
  void SettleUnwritten(LeafFlow* flow);
  void SettleDerived(const LeafFlow& flow);
  void SettleWithDerived();
  void AddLoss(uint32_t source_path, LossReason reason, uint64_t count, std::string_view example);

  // By path id; a conversion has some hundreds, and a record some dozens.
  std::vector<PathAccount> by_source_;
  // One more than the index into losses_store_; 0 where nothing was lost.
  std::vector<uint32_t> losses_by_source_;
  std::vector<Losses> losses_store_;
  std::vector<uint64_t> by_out_path_;
  std::vector<FieldState> fields_;

  // The record being put.
  bool in_put_ = false;
  std::vector<LeafFlow> flows_;
  Location location_;
  std::string record_id_;
  std::vector<uint32_t> touched_;
  std::vector<PendingLoss> pending_;
  std::string example_text_;

  // What the accessors made, when they are good.
  mutable bool accounts_made_ = false;
  mutable bool losses_made_ = false;
  mutable bool written_made_ = false;
  mutable std::map<uint32_t, PathAccount> accounts_;
  mutable std::map<std::pair<uint32_t, LossReason>, LossAccount> losses_;
  mutable std::map<uint32_t, uint64_t> written_;

  uint64_t derived_ = 0;
  std::map<uint32_t, uint64_t> overcounted_;
  uint64_t records_read_ = 0;
  uint64_t records_written_ = 0;
  uint64_t records_filtered_ = 0;
  uint64_t records_rejected_ = 0;
};

/// One input or output as a receipt names it.
struct ReceiptFile {
  std::string name;
  std::string format;
  std::string version;
  uint64_t bytes = 0;
  /// SHA-256 of the bytes, hexadecimal; empty when it was not taken.
  std::string sha256;
  uint64_t records = 0;
};

/// Everything of a receipt beside the ledger.
struct ReceiptFrame {
  std::vector<ReceiptFile> inputs;
  ReceiptFile output;
  /// `declared`, or `verified` when the output was read again and agrees.
  std::string basis = "declared";
  /// What does not agree, when it was read again; each names a path and both counts.
  std::vector<std::string> verify_differences;
  /// Hexadecimal SHA-256 over the record digests, in order.
  std::string digest;
  /// Findings by severity name and by code.
  std::map<std::string, uint64_t> findings_by_severity;
  std::map<std::string, uint64_t> findings_by_code;
};

/// Appends a file as an object of JSON, as receipts name it.
void AppendReceiptFile(const ReceiptFile& file, std::string* out);
/// The receipt as JSON (schema in docs/spec/receipt.md), with a line end.
std::string ReceiptJson(const ReceiptLedger& ledger, const ReceiptFrame& frame);
/// The receipt as a few lines for people.
std::string ReceiptSummary(const ReceiptLedger& ledger, const ReceiptFrame& frame);

}  // namespace puente

#endif  // PUENTE_CORE_FINDINGS_RECEIPT_H_
