// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// The audit log: who did or tried what, written in the background, refusals of one kind as one
// line.

#ifndef PUENTE_SERVICES_EXCHANGE_AUDIT_H_
#define PUENTE_SERVICES_EXCHANGE_AUDIT_H_

#include <condition_variable>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <tuple>
#include <vector>

#include "services/store/store.h"
#include "services/store/time_text.h"

namespace puente::exchange {

/// Collects lines and writes them to the store about every quarter of a second, and when it is
/// destroyed. Any thread.
class AuditLog {
 public:
  explicit AuditLog(store::Store* store);
  ~AuditLog();
  AuditLog(const AuditLog&) = delete;
  AuditLog& operator=(const AuditLog&) = delete;

  /// Takes a line. Refusals that are equal but for time and port are counted in one line for up to
  /// a minute, so that a flood of them cannot fill the disk.
  void Add(store::AuditEntry entry);
  /// Writes what is there now.
  void Flush();

 private:
  using Kind =
      std::tuple<std::string, std::string, std::string, std::string, std::string, std::string>;
  struct Refusals {
    store::AuditEntry entry;
    store::TimeMicros written = 0;
  };

  void Run();
  // Takes what is due out of the members.
  std::vector<store::AuditEntry> TakeDue(bool all);

  store::Store* store_;
  std::mutex mutex_;
  std::mutex write_mutex_;
  std::condition_variable wake_;
  std::vector<store::AuditEntry> lines_;
  std::map<Kind, Refusals> refusals_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace puente::exchange

#endif  // PUENTE_SERVICES_EXCHANGE_AUDIT_H_
