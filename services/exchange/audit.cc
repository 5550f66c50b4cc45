// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// The audit log.

#include "services/exchange/audit.h"

#include <chrono>
#include <cstddef>
#include <utility>

namespace puente::exchange {
namespace {

constexpr std::chrono::milliseconds kPause(250);
constexpr store::TimeMicros kMinute = 60'000'000;
// Kinds of refusals that are counted; beyond them lines are counted under one kind.
constexpr size_t kMaxKinds = 1000;

// The peer without its port.
std::string HostOf(const std::string& peer) {
  const size_t colon = peer.rfind(':');
  return colon == std::string::npos || colon == peer.find(':') ? peer : peer.substr(0, colon);
}

}  // namespace

AuditLog::AuditLog(store::Store* store) : store_(store), thread_([this] { Run(); }) {}

AuditLog::~AuditLog() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  thread_.join();
  Flush();
}

void AuditLog::Add(store::AuditEntry entry) {
  const std::lock_guard lock(mutex_);
  if (entry.outcome == "OK") {
    lines_.push_back(std::move(entry));
    return;
  }
  Kind kind(entry.agency, entry.token_id, HostOf(entry.peer), entry.action, entry.resource,
            entry.outcome);
  auto found = refusals_.find(kind);
  if (found == refusals_.end() && refusals_.size() >= kMaxKinds) {
    entry.agency.clear();
    entry.token_id.clear();
    entry.peer = entry.action = entry.resource = "many";
    kind = Kind("", "", "many", "many", "many", entry.outcome);
    found = refusals_.find(kind);
  }
  if (found == refusals_.end()) {
    refusals_[std::move(kind)].entry = std::move(entry);
    return;
  }
  store::AuditEntry& counted = found->second.entry;
  if (counted.count == 0) counted.time = entry.time;
  ++counted.count;
}

std::vector<store::AuditEntry> AuditLog::TakeDue(bool all) {
  std::vector<store::AuditEntry> due = std::exchange(lines_, {});
  const store::TimeMicros now = store::NowMicros();
  for (auto it = refusals_.begin(); it != refusals_.end();) {
    Refusals& refusals = it->second;
    const bool waited = now - refusals.written >= kMinute;
    if (refusals.entry.count > 0 && (all || waited)) {
      due.push_back(refusals.entry);
      refusals.entry.count = 0;
      refusals.written = now;
    } else if (refusals.entry.count == 0 && waited) {
      it = refusals_.erase(it);
      continue;
    }
    ++it;
  }
  return due;
}

void AuditLog::Flush() {
  const std::lock_guard write_lock(write_mutex_);
  std::vector<store::AuditEntry> due;
  {
    const std::lock_guard lock(mutex_);
    due = TakeDue(true);
  }
  if (!due.empty()) (void)store_->AppendAudit(due);
}

void AuditLog::Run() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    wake_.wait_for(lock, kPause);
    std::vector<store::AuditEntry> due = TakeDue(false);
    if (due.empty()) continue;
    lock.unlock();
    {
      const std::lock_guard write_lock(write_mutex_);
      (void)store_->AppendAudit(due);
    }
    lock.lock();
  }
}

}  // namespace puente::exchange
