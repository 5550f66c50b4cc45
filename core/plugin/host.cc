// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// The functions that the host offers to plugins: each goes to its Run, and none throws.

#include "core/plugin/host.h"

#include <string_view>

#include "core/findings/receipt.h"
#include "core/plugin/run.h"
#include "core/plugin/sdk/build_id.h"

namespace puente::plugin {
namespace {

// Runs what a callback does. A plugin may hand over no run at all; what cannot be kept (out of
// memory) is left out, since nothing may be thrown into the plugin.
template <typename Body>
void WithRun(PuenteRun* run, Body&& body) noexcept {
  if (run == nullptr) return;
  try {
    body(static_cast<Run&>(*run));
  } catch (...) {
  }
}

uint32_t Intern(PuenteString path) noexcept {
  try {
    // Names that long are refused by readers; the bound is for plugins that forget to.
    return PathTable::Global().Intern(CleanText(path, size_t{64} << 10));
  } catch (...) {
    return 1;
  }
}

void Log(PuenteRun* run, int32_t level, PuenteString message) noexcept {
  WithRun(run, [&](Run& r) { r.Log(level, message); });
}

void SetError(PuenteRun* run, PuenteString code, PuenteString message,
              const PuentePosition* position, PuenteString hint) noexcept {
  WithRun(run, [&](Run& r) { r.SetError(code, message, position, hint); });
}

void ReportFinding(PuenteRun* run, const PuenteFinding* finding) noexcept {
  WithRun(run, [&](Run& r) { r.ReportFinding(finding); });
}

void CountRead(PuenteRun* run, uint32_t source_path, uint64_t count) noexcept {
  WithRun(run, [&](Run& r) { r.CountLoose(source_path, count, 0); });
}

void CountRejected(PuenteRun* run, uint32_t source_path, uint64_t count) noexcept {
  WithRun(run, [&](Run& r) { r.CountLoose(source_path, 0, count); });
}

void CountKept(PuenteRun* run, uint32_t field_path, uint32_t out_path, uint64_t count) noexcept {
  WithRun(run, [&](Run& r) { r.CountKept(field_path, out_path, count); });
}

void CountKeptAll(PuenteRun* run, const PuenteLeaves* leaves, size_t size) noexcept {
  if (leaves == nullptr) return;
  WithRun(run, [&](Run& r) { r.CountKeptAll({leaves, size}); });
}

void CountDerived(PuenteRun* run, uint32_t out_path, uint64_t count) noexcept {
  WithRun(run, [&](Run& r) { r.CountDerived(out_path, count); });
}

void ReportLoss(PuenteRun* run, uint32_t field_path, uint64_t count, int32_t reason,
                PuenteString example) noexcept {
  WithRun(run, [&](Run& r) { r.ReportLoss(field_path, count, reason, example); });
}

void Progress(PuenteRun* run, uint64_t bytes) noexcept {
  WithRun(run, [&](Run& r) { r.Progress(bytes); });
}

int32_t IsCancelled(PuenteRun* run) noexcept {
  int32_t cancelled = 0;
  WithRun(run, [&](Run& r) { cancelled = r.is_cancelled() ? 1 : 0; });
  return cancelled;
}

uint64_t GetLimit(PuenteRun* run, PuenteString name) noexcept {
  uint64_t value = 0;
  WithRun(run, [&](Run& r) { value = r.GetLimit(name); });
  return value;
}

PuenteStatus LookupCode(PuenteRun* run, PuenteString codelist, PuenteString code,
                        PuenteString language, PuenteString* name) noexcept {
  PuenteStatus status = PUENTE_END;
  WithRun(run, [&](Run& r) { status = r.LookupCode(codelist, code, language, name); });
  return status;
}

constexpr PuenteString BuildId() { return {sdk::kBuildId.data(), sdk::kBuildId.size()}; }

PuenteHost MakeTable() {
  PuenteHost table{};
  table.struct_size = sizeof(PuenteHost);
  table.abi_version = PUENTE_ABI_VERSION;
  table.build_id = BuildId();
  table.intern_path = Intern;
  table.log = Log;
  table.set_error = SetError;
  table.report_finding = ReportFinding;
  table.count_read = CountRead;
  table.count_rejected = CountRejected;
  table.count_kept = CountKept;
  table.count_derived = CountDerived;
  table.report_loss = ReportLoss;
  table.progress = Progress;
  table.is_cancelled = IsCancelled;
  table.limit = GetLimit;
  table.lookup_code = LookupCode;
  table.count_kept_all = CountKeptAll;
  return table;
}

// Never destroyed: plugins may use it until the process ends.
PuenteHost& MutableTable() {
  static PuenteHost& table = *new PuenteHost(MakeTable());
  return table;
}

}  // namespace

const PuenteHost* HostTable() { return &MutableTable(); }

void SetForceBytes(bool force) {
  MutableTable().build_id = force ? PuenteString{"", 0} : BuildId();
}

bool ForceBytes() { return MutableTable().build_id.size == 0; }

}  // namespace puente::plugin
