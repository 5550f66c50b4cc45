// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// fdatasync and pwrite64 of this program: the linker takes them before those of the C library.

#include "tests/services/store_faults.h"

#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstddef>

namespace puente::store {
namespace {

struct Fault {
  std::atomic<int> error_number = 0;
  std::atomic<int> good = 0;
  std::atomic<int> bad = 0;
};

Fault syncs;
Fault writes;
std::atomic<int> failures = 0;

bool Fails(Fault* fault) {
  const int error_number = fault->error_number;
  if (error_number == 0 || fault->good-- > 0 || fault->bad-- <= 0) return false;
  ++failures;
  errno = error_number;
  return true;
}

void Set(Fault* fault, int error_number, int after, int times) {
  fault->good = after;
  fault->bad = times;
  fault->error_number = error_number;
}

}  // namespace

void DiskFaults::FailSyncs(int error_number, int after, int times) {
  Set(&syncs, error_number, after, times);
}

void DiskFaults::FailWrites(int error_number, int after, int times) {
  Set(&writes, error_number, after, times);
}

void DiskFaults::Clear() {
  Set(&syncs, 0, 0, 0);
  Set(&writes, 0, 0, 0);
  failures = 0;
}

int DiskFaults::failed() const { return failures; }

}  // namespace puente::store

extern "C" {

int fdatasync(int fd);
ssize_t pwrite64(int fd, const void* buffer, size_t size, off64_t offset);

int fdatasync(int fd) {
  if (puente::store::Fails(&puente::store::syncs)) return -1;
  return static_cast<int>(syscall(SYS_fdatasync, fd));
}

ssize_t pwrite64(int fd, const void* buffer, size_t size, off64_t offset) {
  if (puente::store::Fails(&puente::store::writes)) return -1;
  return syscall(SYS_pwrite64, fd, buffer, size, offset);
}
}
