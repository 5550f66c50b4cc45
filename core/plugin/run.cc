// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// The host's side of a PuenteRun: what a reader, splitter or writer tells while it works.

#include "core/plugin/run.h"

#include <algorithm>
#include <utility>

#include "core/base/status.h"
#include "core/base/utf8.h"
#include "fmt/format.h"

namespace puente::plugin {
namespace {

// What is kept of a plugin's texts, in bytes.
constexpr size_t kMaxCode = 64;
constexpr size_t kMaxMessage = 1024;
constexpr size_t kMaxText = 512;
// Codes that are told apart among findings that are counted only.
constexpr size_t kMaxCodes = 1000;

bool IsSet(const std::atomic<bool>* flag) {
  return flag != nullptr && flag->load(std::memory_order_relaxed);
}

Severity ToSeverity(int32_t severity) {
  return static_cast<Severity>(std::clamp<int32_t>(severity, PUENTE_INFO, PUENTE_CRITICAL));
}

LossReason ToLossReason(int32_t reason) {
  if (reason < PUENTE_LOSS_UNREPORTED || reason > PUENTE_LOSS_MERGED)
    return LossReason::kUnreported;
  return static_cast<LossReason>(reason);
}

}  // namespace

std::string CleanText(PuenteString text, size_t max_bytes) {
  if (text.data == nullptr || text.size == 0) return std::string();
  std::string_view rest(text.data, std::min(text.size, max_bytes));
  const std::optional<size_t> first = FirstInvalidUtf8(rest);
  if (!first.has_value()) return std::string(rest);
  std::string clean(rest.substr(0, *first));
  rest.remove_prefix(*first);
  const bool cut = text.size > max_bytes;
  while (!rest.empty()) {
    const Utf8Char character = DecodeUtf8(rest);
    if (character.valid) {
      clean.append(rest.substr(0, character.size));
    } else if (cut && rest.size() < 4) {
      break;  // Most likely a character that the limit cut.
    } else {
      clean.append("\xEF\xBF\xBD");
    }
    rest.remove_prefix(character.size);
  }
  return clean;
}

Run::Run(RunOptions options) : options_(std::move(options)) {}

absl::Status Run::TakeError(PuenteStatus status, std::string_view doing) {
  std::optional<Failure> failure;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    failure = std::exchange(failure_, std::nullopt);
  }
  if (status == PUENTE_CANCELLED && is_cancelled()) return absl::CancelledError("interrupted");
  ErrorDetail detail;
  absl::StatusCode code = absl::StatusCode::kInternal;
  if (status > PUENTE_CANCELLED && status <= static_cast<int>(absl::StatusCode::kUnauthenticated)) {
    code = static_cast<absl::StatusCode>(status);
  } else {
    // Cancelled without being asked to, or a number that the contract does not have.
    detail.code = "PUE-0408";
  }
  if (failure.has_value()) {
    if (!failure->code.empty()) detail.code = std::move(failure->code);
    detail.message = std::move(failure->message);
    detail.hint = std::move(failure->hint);
    detail.line = failure->line;
    detail.column = failure->column;
  }
  if (detail.message.empty()) {
    detail.message =
        fmt::format("{} failed, and the plugin does not say why (status {})", doing, status);
  }
  detail.source = options_.source;
  return MakeError(code, detail);
}

RunNews Run::TakeNews() {
  const std::lock_guard<std::mutex> lock(mutex_);
  return std::exchange(news_, RunNews());
}

void Run::BeginPut(ReceiptLedger* ledger, std::span<const LeafFlow> flows, const Location& location,
                   std::string_view record_id) {
  const std::lock_guard<std::mutex> lock(mutex_);
  ledger_ = ledger;
  put_source_ = location.source;
  ledger_->BeginPut(flows, location, record_id);
}

void Run::EndPut() {
  const std::lock_guard<std::mutex> lock(mutex_);
  ledger_->EndPut();
  ledger_ = nullptr;
  put_source_.clear();
}

void Run::FlushDerived(ReceiptLedger* ledger) {
  const std::lock_guard<std::mutex> lock(mutex_);
  for (const auto& [path, count] : derived_) ledger->Derived(path, count);
  derived_.clear();
}

bool Run::is_cancelled() const { return IsSet(options_.cancel) || IsSet(options_.stop); }

// All of these are called with whatever the plugin gives.

void Run::Log(int32_t level, PuenteString message) {
  if (!options_.log) return;
  const std::string text = CleanText(message, kMaxMessage);
  const std::lock_guard<std::mutex> lock(mutex_);
  options_.log(ToSeverity(level), text);
}

void Run::SetError(PuenteString code, PuenteString message, const PuentePosition* position,
                   PuenteString hint) {
  Failure failure;
  failure.code = CleanText(code, kMaxCode);
  failure.message = CleanText(message, kMaxMessage);
  failure.hint = CleanText(hint, kMaxMessage);
  if (position != nullptr) {
    failure.line = position->line;
    failure.column = position->column;
  }
  const std::lock_guard<std::mutex> lock(mutex_);
  failure_ = std::move(failure);
}

void Run::ReportFinding(const PuenteFinding* finding) {
  // What is no finding is still told: the plugin wanted to say something.
  PuenteFinding broken{};
  if (finding == nullptr || finding->struct_size < sizeof(PuenteFinding)) {
    constexpr std::string_view kCode = "PUE-0408";
    constexpr std::string_view kMessage =
        "the plugin reports a finding that is too small to be one";
    broken.severity = PUENTE_ERROR;
    broken.code = {kCode.data(), kCode.size()};
    broken.message = {kMessage.data(), kMessage.size()};
    finding = &broken;
  }
  Finding kept;
  kept.severity = ToSeverity(finding->severity);
  kept.code = CleanText(finding->code, kMaxCode);
  const std::lock_guard<std::mutex> lock(mutex_);
  if (news_.findings.size() >= options_.max_findings) {
    auto& more = news_.more_findings;
    if (more.size() >= kMaxCodes) kept.code.clear();
    ++more[{kept.severity, std::move(kept.code)}];
    return;
  }
  kept.message = CleanText(finding->message, kMaxMessage);
  kept.hint = CleanText(finding->hint, kMaxMessage);
  kept.path = CleanText(finding->path, kMaxText);
  kept.text = CleanText(finding->text, kMaxText);
  kept.record_id = CleanText(finding->record_id, kMaxText);
  const PuentePosition& place = finding->position;
  const bool has_place = place.line > 0 || place.offset > 0 || place.sheet.size > 0;
  // Writers know places of records, not of what they write.
  kept.location.source = has_place && !put_source_.empty() ? put_source_ : options_.source;
  kept.location.offset = finding->position.offset;
  kept.location.line = finding->position.line;
  kept.location.column = finding->position.column;
  kept.location.sheet = CleanText(finding->position.sheet, kMaxText);
  kept.location.cell = CleanText(finding->position.cell, kMaxText);
  news_.findings.push_back(std::move(kept));
}

void Run::CountLoose(uint32_t source_path, uint64_t read, uint64_t rejected) {
  const std::lock_guard<std::mutex> lock(mutex_);
  LooseCount& count = news_.loose[source_path];
  count.read += read;
  count.rejected += rejected;
}

void Run::CountKept(uint32_t field_path, uint32_t out_path, uint64_t count) {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (ledger_ != nullptr) ledger_->Kept(field_path, out_path, count);
}

void Run::CountKeptAll(std::span<const PuenteLeaves> leaves) {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (ledger_ == nullptr) return;
  for (const PuenteLeaves& leaf : leaves) {
    ledger_->Kept(leaf.field_path, leaf.source_path, leaf.count);
  }
}

void Run::CountDerived(uint32_t out_path, uint64_t count) {
  const std::lock_guard<std::mutex> lock(mutex_);
  derived_[out_path] += count;
}

void Run::ReportLoss(uint32_t field_path, uint64_t count, int32_t reason, PuenteString example) {
  const std::string text = CleanText(example, kMaxText);
  const std::lock_guard<std::mutex> lock(mutex_);
  if (ledger_ != nullptr) ledger_->Lost(field_path, count, ToLossReason(reason), text);
}

void Run::Progress(uint64_t bytes) {
  uint64_t now = progress_.load(std::memory_order_relaxed);
  while (bytes > now && !progress_.compare_exchange_weak(now, bytes, std::memory_order_relaxed)) {
  }
}

uint64_t Run::GetLimit(PuenteString name) const {
  if (name.data == nullptr) return 0;
  const std::string_view wanted(name.data, name.size);
  const Limits& limits = options_.limits == nullptr ? DefaultLimits() : *options_.limits;
  for (const Limit& limit : LimitTable()) {
    if (limit.name == wanted) return limits.*limit.member;
  }
  return 0;
}

PuenteStatus Run::LookupCode(PuenteString codelist, PuenteString code, PuenteString language,
                             PuenteString* name) const {
  if (!options_.lookup_code || name == nullptr) return PUENTE_END;
  const auto view = [](PuenteString text) {
    return text.data == nullptr ? std::string_view() : std::string_view(text.data, text.size);
  };
  const std::optional<std::string_view> found =
      options_.lookup_code(view(codelist), view(code), view(language));
  if (!found.has_value()) return PUENTE_END;
  *name = {found->data(), found->size()};
  return PUENTE_OK;
}

}  // namespace puente::plugin
