// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Checks of manners: no files and sockets, clean texts, known codes, nothing printed.
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstddef>
#include <cstring>

#include "core/base/digest.h"
#include "core/base/status.h"
#include "core/base/utf8.h"
#include "core/findings/codes.h"
#include "fmt/format.h"
#include "tools/kit/checks.h"

namespace puente::tools {
namespace {

/// A system call that no plugin needs, and where its path is among the arguments (-1: nowhere).
struct Forbidden {
  long number;
  const char* name;
  int path;
};

constexpr Forbidden kForbidden[] = {
#ifdef SYS_open
    {SYS_open, "open", 0},
#endif
#ifdef SYS_creat
    {SYS_creat, "creat", 0},
#endif
#ifdef SYS_unlink
    {SYS_unlink, "unlink", 0},
#endif
#ifdef SYS_rename
    {SYS_rename, "rename", 0},
#endif
#ifdef SYS_mkdir
    {SYS_mkdir, "mkdir", 0},
#endif
#ifdef SYS_fork
    {SYS_fork, "fork", -1},
    {SYS_vfork, "vfork", -1},
#endif
    {SYS_openat, "openat", 1},
    {SYS_unlinkat, "unlinkat", 1},
    {SYS_renameat2, "renameat2", 1},
    {SYS_mkdirat, "mkdirat", 1},
    {SYS_memfd_create, "memfd_create", 0},
    {SYS_socket, "socket", -1},
    {SYS_socketpair, "socketpair", -1},
    {SYS_connect, "connect", -1},
    {SYS_bind, "bind", -1},
    {SYS_execve, "execve", 0},
    {SYS_execveat, "execveat", 1},
    {SYS_ptrace, "ptrace", -1},
    {SYS_kill, "kill", -1},
};

// What the handler of SIGSYS noted: the first call that was stopped.
std::atomic<long> g_call{-1};
std::array<char, 256> g_path{};

void OnForbidden(int, siginfo_t* info, void* context) {
  const long number = info->si_syscall;
  const char* path = nullptr;
#if defined(__x86_64__)
  greg_t* const registers = static_cast<ucontext_t*>(context)->uc_mcontext.gregs;
  const std::array<greg_t, 2> arguments = {registers[REG_RDI], registers[REG_RSI]};
  registers[REG_RAX] = -EACCES;
#elif defined(__aarch64__)
  auto* const registers = static_cast<ucontext_t*>(context)->uc_mcontext.regs;
  const std::array<unsigned long long, 2> arguments = {registers[0], registers[1]};
  registers[0] = static_cast<unsigned long long>(-EACCES);
#else
  const std::array<long, 2> arguments = {0, 0};
  static_cast<void>(context);
#endif
  for (const Forbidden& call : kForbidden) {
    if (call.number == number && call.path >= 0) {
      path = reinterpret_cast<const char*>(arguments[static_cast<size_t>(call.path)]);
    }
  }
  if (g_call.exchange(number) == -1 && path != nullptr) {
    std::strncpy(g_path.data(), path, g_path.size() - 1);
  }
}

/// From here on the calls above fail and are noted. False when the system does not offer it.
bool ForbidCalls() {
  struct sigaction action = {};
  action.sa_sigaction = OnForbidden;
  action.sa_flags = SA_SIGINFO | SA_NODEFER;
  if (sigaction(SIGSYS, &action, nullptr) != 0) return false;
  std::vector<sock_filter> program;
  program.push_back(BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)));
  for (const Forbidden& call : kForbidden) {
    program.push_back(
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, static_cast<uint32_t>(call.number), 0, 1));
    program.push_back(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRAP));
  }
  program.push_back(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW));
  const sock_fprog filter = {static_cast<unsigned short>(program.size()), program.data()};
  return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
         prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) == 0;
}

std::string CallName(long number) {
  for (const Forbidden& call : kForbidden) {
    if (call.number == number) return call.name;
  }
  return std::to_string(number);
}

}  // namespace

void CheckNoFiles(KitContext& kit, const plugin::Format& format, const KitSample* sample) {
  if (UnderSanitizer()) {
    kit.Add("no-files", &format, KitOutcome::kNotApplicable,
            "sanitizers open files of their own; builds without one check it");
    return;
  }
  kit.Run(&format, sample, {"no-files"}, [&](ChildReport& report) {
    const auto driver = KitContext::LoadDriver(kit.entry(), report, "no-files");
    const auto records = KitRecordsForWriter();
    if (driver == nullptr || !records.ok()) return;
    // The kit's own digests: libcrypto reads its settings at its first use.
    Sha256 warm_up;
    static_cast<void>(warm_up.Finish());
    if (!ForbidCalls()) {
      return report.Skip("no-files", "this system has no seccomp filters");
    }
    DriveSettings settings;
    if (driver->table().identify != nullptr && sample != nullptr) {
      report.Step("`identify` looks at a sample");
      KitSource source{std::string_view(sample->bytes)};
      Grown<PuenteProbe> probe(false);
      driver->table().identify(source.c_source(), &probe.value);
    }
    if (format.read && sample != nullptr) {
      report.Step("a sample is read");
      settings.options = KitOptions(format, plugin::Direction::kRead);
      KitSource source{std::string_view(sample->bytes)};
      driver->Read(format.id, source, settings);
      KitSource cut{std::string_view(sample->bytes).substr(0, sample->bytes.size() / 2)};
      driver->Read(format.id, cut, settings);
    }
    if (format.write) {
      report.Step("records are written");
      settings.options = KitOptions(format, plugin::Direction::kWrite);
      driver->Write(format.id, *records, 1, settings, [](std::string_view) { return true; });
    }
    const long call = g_call.load();
    const std::string path = EscapeForTerminalLine(g_path.data());
    report.Expect("no-files", call == -1,
                  fmt::format("it calls {}{}", CallName(call),
                              path.empty() ? "" : fmt::format(" with {}", path)));
  });
}

void CheckManners(KitContext& kit) {
  std::string texts;
  for (const std::string& fault : kit.faults()) {
    if (texts.find(fault) == std::string::npos) texts += (texts.empty() ? "" : "; ") + fault;
  }
  kit.Add("texts", nullptr, texts.empty() ? KitOutcome::kPassed : KitOutcome::kFailed,
          texts.substr(0, 600));

  auto catalogue = CodeCatalogue::WithCoreCodes();
  const std::string& messages = kit.entry().manifest.catalogues.messages;
  if (catalogue.ok() && !messages.empty()) {
    const std::string json =
        ReadBytes((kit.entry().manifest_path.parent_path() / messages).string());
    const absl::Status added = catalogue->Add(json, kit.entry().manifest.name);
    if (!added.ok()) catalogue = added;
  }
  std::string unknown;
  for (const std::string& code : kit.codes()) {
    if (catalogue.ok() && catalogue->Find(code) == nullptr) unknown += " " + code;
  }
  if (!catalogue.ok()) {
    kit.Add("codes", nullptr, KitOutcome::kNotApplicable, "the message catalogue cannot be read");
  } else if (kit.codes().empty()) {
    kit.Add("codes", nullptr, KitOutcome::kNotApplicable, "no check met a code");
  } else {
    kit.Add("codes", nullptr, unknown.empty() ? KitOutcome::kPassed : KitOutcome::kFailed,
            unknown.empty() ? "" : "no catalogue of messages has" + unknown.substr(0, 300));
  }

  const std::string printed = kit.printed().substr(0, 200);
  kit.Add("silent", nullptr, printed.empty() ? KitOutcome::kPassed : KitOutcome::kFailed,
          printed.empty() ? "" : fmt::format("it prints: {}", EscapeForTerminalLine(printed)));
}

}  // namespace puente::tools
