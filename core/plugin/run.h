// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// The host's side of a PuenteRun: what a reader, splitter or writer tells while it works.

#ifndef PUENTE_CORE_PLUGIN_RUN_H_
#define PUENTE_CORE_PLUGIN_RUN_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "core/base/limits.h"
#include "core/findings/finding.h"
#include "core/findings/receipt.h"
#include "core/plugin/puente_plugin.h"

/// What the contract leaves open: to the host a run is a puente::plugin::Run.
struct PuenteRun {
 protected:
  PuenteRun() = default;
  ~PuenteRun() = default;
};

namespace puente::plugin {

/// What a run is told by who opens it.
struct RunOptions {
  /// Name of the source or target, for messages.
  std::string source;
  /// Limits in force; null means the default ones.
  const Limits* limits = nullptr;
  /// The run is cancelled once either is set; both may be null.
  const std::atomic<bool>* cancel = nullptr;
  const std::atomic<bool>* stop = nullptr;
  /// How many findings are kept until they are taken; the rest is counted.
  size_t max_findings = 1000;
  /// Takes lines of the log, from any thread but never two at once; may be empty.
  std::function<void(Severity level, std::string_view message)> log;
  /// Finds the name of a code, from any thread; the name lives for ever. May be empty.
  std::function<std::optional<std::string_view>(std::string_view codelist, std::string_view code,
                                                std::string_view language)>
      lookup_code;
};

/// Leaves outside of records, by source path (id of PathTable).
struct LooseCount {
  uint64_t read = 0;
  uint64_t rejected = 0;
};

/// What a reader told since the last time.
struct RunNews {
  /// Findings in the order in which they were reported.
  std::vector<Finding> findings;
  /// Findings beyond `max_findings`, by severity and code.
  std::map<std::pair<Severity, std::string>, uint64_t> more_findings;
  std::map<uint32_t, LooseCount> loose;

  bool empty() const { return findings.empty() && more_findings.empty() && loose.empty(); }
};

/// One reading, writing or splitting. The plugin's side is reached through the PuenteHost; it may
/// call from any thread, with any values.
class Run final : public ::PuenteRun {
 public:
  explicit Run(RunOptions options);
  Run(const Run&) = delete;
  Run& operator=(const Run&) = delete;

  /// The handle that plugins get.
  ::PuenteRun* c_run() { return this; }
  const RunOptions& options() const { return options_; }

  /// The error of a call that returned `status`: the plugin's own words, code, place and hint where
  /// it gave them, else `doing`. Forgets them. `status` must not be PUENTE_OK or PUENTE_END.
  absl::Status TakeError(PuenteStatus status, std::string_view doing);

  /// What was told since the last call.
  RunNews TakeNews();

  /// A finding with a place is one of the input between these two calls, else of the run's source.
  /// Between them, too, `count_kept` and `report_loss` go to the ledger; outside they are
  /// ignored. BeginPut and EndPut of the ledger are called here.
  void BeginPut(ReceiptLedger* ledger, std::span<const LeafFlow> flows, const Location& location,
                std::string_view record_id);
  void EndPut();
  /// Hands the values that `count_derived` told of to the ledger.
  void FlushDerived(ReceiptLedger* ledger);

  /// The furthest byte that `progress` told of.
  uint64_t progress() const { return progress_.load(std::memory_order_relaxed); }
  bool is_cancelled() const;

  /// The plugin's side; see PuenteHost. None throws.
  void Log(int32_t level, PuenteString message);
  void SetError(PuenteString code, PuenteString message, const PuentePosition* position,
                PuenteString hint);
  void ReportFinding(const PuenteFinding* finding);
  void CountLoose(uint32_t source_path, uint64_t read, uint64_t rejected);
  void CountKept(uint32_t field_path, uint32_t out_path, uint64_t count);
  void CountKeptAll(std::span<const PuenteLeaves> leaves);
  void CountDerived(uint32_t out_path, uint64_t count);
  void ReportLoss(uint32_t field_path, uint64_t count, int32_t reason, PuenteString example);
  void Progress(uint64_t bytes);
  uint64_t GetLimit(PuenteString name) const;
  PuenteStatus LookupCode(PuenteString codelist, PuenteString code, PuenteString language,
                          PuenteString* name) const;

 private:
  struct Failure {
    std::string code;
    std::string message;
    std::string hint;
    uint64_t line = 0;
    uint64_t column = 0;
  };

  const RunOptions options_;
  std::atomic<uint64_t> progress_{0};
  mutable std::mutex mutex_;
  std::optional<Failure> failure_;
  RunNews news_;
  ReceiptLedger* ledger_ = nullptr;
  std::string put_source_;  // of the record that is put; empty when none is
  std::map<uint32_t, uint64_t> derived_;
};

/// Text of a plugin made safe to keep: at most `max_bytes`, and UTF-8, with U+FFFD for what is not.
std::string CleanText(PuenteString text, size_t max_bytes);

/// With `force` the host's build id is empty, so that readers hand over bytes and never messages.
/// For the whole process; not while anything is being opened.
void SetForceBytes(bool force);
/// What SetForceBytes said last.
bool ForceBytes();

}  // namespace puente::plugin

#endif  // PUENTE_CORE_PLUGIN_RUN_H_
