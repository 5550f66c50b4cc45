// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// What gRPC orders, told to the thread sanitizer: linked into tests with gRPC under the preset
// `tsan`.

// The packages of gRPC and abseil are not built for the sanitizer, so it cannot see that what one
// thread did before it gave something to gRPC comes before what another does with it. The functions
// here stand in front of theirs of the same names and say so:
//
// - the locks of abseil, which gRPC hands work from thread to thread under;
// - the calls of gRPC's C interface: its C++ headers, in clients and servers alike, hold on to a
//   call before they start operations, and let go of it when these are complete, before they call
//   back.
//
// What different calls share without a lock is still checked.

#include <dlfcn.h>
#include <grpc/grpc.h>
#include <sanitizer/tsan_interface.h>

#include <cstring>

#include "absl/synchronization/mutex.h"

namespace {

// What is built before a server starts is seen by its calls, and what these did by who takes it
// down.
char g_start;
char g_end;

void* AddressOf(const void* function, size_t size) {
  // A member function that is not virtual begins with its address.
  void* address = nullptr;
  std::memcpy(&address, function, size < sizeof(address) ? size : sizeof(address));
  return address;
}

// The function of a library that `own` stands in front of: that of the same name behind it.
template <typename Function>
Function Behind(Function own) {
  Dl_info info = {};
  dladdr(AddressOf(&own, sizeof(own)), &info);
  void* const found = dlsym(RTLD_NEXT, info.dli_sname);
  Function function = nullptr;
  std::memcpy(&function, &found, sizeof(found));
  return function;
}

}  // namespace

namespace absl {
ABSL_NAMESPACE_BEGIN

void Mutex::Lock() {
  static const auto behind = Behind(&Mutex::Lock);
  (this->*behind)();
  __tsan_acquire(this);
}

bool Mutex::TryLock() {
  static const auto behind = Behind(&Mutex::TryLock);
  const bool locked = (this->*behind)();
  if (locked) __tsan_acquire(this);
  return locked;
}

void Mutex::Unlock() {
  static const auto behind = Behind(&Mutex::Unlock);
  __tsan_release(this);
  (this->*behind)();
}

void CondVar::Wait(Mutex* mutex) {
  static const auto behind = Behind(&CondVar::Wait);
  __tsan_release(mutex);
  (this->*behind)(mutex);
  __tsan_acquire(mutex);
}

bool CondVar::WaitWithTimeout(Mutex* mutex, Duration timeout) {
  static const auto behind = Behind(&CondVar::WaitWithTimeout);
  __tsan_release(mutex);
  const bool timed_out = (this->*behind)(mutex, timeout);
  __tsan_acquire(mutex);
  return timed_out;
}

bool CondVar::WaitWithDeadline(Mutex* mutex, Time deadline) {
  static const auto behind = Behind(&CondVar::WaitWithDeadline);
  __tsan_release(mutex);
  const bool timed_out = (this->*behind)(mutex, deadline);
  __tsan_acquire(mutex);
  return timed_out;
}

ABSL_NAMESPACE_END
}  // namespace absl

extern "C" {

void grpc_server_start(grpc_server* server) {
  static const auto behind = Behind(&grpc_server_start);
  __tsan_release(&g_start);
  behind(server);
}

void grpc_call_ref(grpc_call* call) {
  static const auto behind = Behind(&grpc_call_ref);
  __tsan_acquire(&g_start);
  behind(call);
}

grpc_call_error grpc_call_start_batch(grpc_call* call, const grpc_op* ops, size_t count, void* tag,
                                      void* reserved) {
  static const auto behind = Behind(&grpc_call_start_batch);
  __tsan_release(call);
  return behind(call, ops, count, tag, reserved);
}

void grpc_call_unref(grpc_call* call) {
  static const auto behind = Behind(&grpc_call_unref);
  __tsan_acquire(call);
  __tsan_release(&g_end);
  behind(call);
}

void grpc_server_destroy(grpc_server* server) {
  static const auto behind = Behind(&grpc_server_destroy);
  behind(server);
  __tsan_acquire(&g_end);
}

const char* __tsan_default_options() { return "ignore_noninstrumented_modules=1"; }

const char* __tsan_default_suppressions() {
  return
      // gRPC's own state, in what its headers bring into our code.
      "race_top:/usr/include/grpcpp/\n"
      // The same before a call is let go of: a message is read into its place, too.
      "race:grpc::internal::CallOpSet<*>::FinalizeResult\n"
      // The count of what is under way for a call.
      "race:MaybeDone\n"
      // The same state when a call is taken down.
      "race:grpc::internal::InterceptorBatchMethodsImpl::~InterceptorBatchMethodsImpl\n";
}

}  // extern "C"
