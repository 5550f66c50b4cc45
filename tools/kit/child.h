// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Runs a part of the kit in a forked process with a time limit, so that no plugin can end the kit.
#ifndef PUENTE_TOOLS_KIT_CHILD_H_
#define PUENTE_TOOLS_KIT_CHILD_H_

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "tools/kit/check_table.h"

namespace puente::tools {

/// True in builds with a sanitizer: memory, time and system calls are then not the plugin's alone.
bool UnderSanitizer();

/// How a child tells the kit what it finds. Safe to use from several threads.
class ChildReport {
 public:
  explicit ChildReport(int fd) : fd_(fd) {}

  /// A result of a check.
  void Pass(std::string_view check) { Result(check, KitOutcome::kPassed, ""); }
  void Fail(std::string_view check, std::string_view reason) {
    Result(check, KitOutcome::kFailed, reason);
  }
  void Skip(std::string_view check, std::string_view reason) {
    Result(check, KitOutcome::kNotApplicable, reason);
  }
  /// Passed when it holds, else failed.
  void Expect(std::string_view check, bool holds, std::string_view reason) {
    Result(check, holds ? KitOutcome::kPassed : KitOutcome::kFailed, holds ? "" : reason);
  }
  /// What is done next, for the case that the process does not survive it.
  void Step(std::string_view text) { Send('S', text, ""); }
  /// A code of a finding or an error that occurred.
  void Code(std::string_view code) { Send('C', code, ""); }
  /// Something that the plugin told which it must not; for the check `texts`.
  void Fault(std::string_view text) { Send('F', text, ""); }
  /// A value for the kit.
  void Value(std::string_view name, std::string_view value) { Send('V', name, value); }
  /// The last call: all was done.
  void Done() { Send('D', "", ""); }

 private:
  void Result(std::string_view check, KitOutcome outcome, std::string_view reason);
  void Send(char type, std::string_view first, std::string_view second);

  std::mutex mutex_;
  const int fd_;
};

/// What came out of a child.
struct ChildRun {
  std::vector<KitResult> results;
  std::map<std::string, std::string> values;
  std::set<std::string> codes;
  std::vector<std::string> faults;
  /// How it ended when it did not end by itself: the signal, the time limit or the exit code, and
  /// what was being done. Empty when all was done.
  std::string death;
  /// What it wrote to standard output and standard error, at most the first 4 KiB.
  std::string printed;
  /// The user wants the kit to end.
  bool interrupted = false;
};

/// Runs `body` in a forked process. Call it while the process has one thread.
ChildRun RunInChild(std::chrono::milliseconds limit, const std::function<void(ChildReport&)>& body);

}  // namespace puente::tools

#endif  // PUENTE_TOOLS_KIT_CHILD_H_
