// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Lets the disk fail under SQLite: replaces the system calls that it writes with.

#ifndef PUENTE_TESTS_SERVICES_STORE_FAULTS_H_
#define PUENTE_TESTS_SERVICES_STORE_FAULTS_H_

namespace puente::store {

/// Faults of the disk, for this program, while the object lives.
class DiskFaults {
 public:
  static constexpr int kForEver = 1'000'000'000;

  DiskFaults() = default;
  ~DiskFaults() { Clear(); }
  DiskFaults(const DiskFaults&) = delete;
  DiskFaults& operator=(const DiskFaults&) = delete;

  /// After so many good calls so many fail with this error number; the others are good.
  void FailSyncs(int error_number, int after = 0, int times = kForEver);
  void FailWrites(int error_number, int after = 0, int times = kForEver);
  void Clear();
  /// Calls that failed since the last Clear.
  int failed() const;
};

}  // namespace puente::store

#endif  // PUENTE_TESTS_SERVICES_STORE_FAULTS_H_
