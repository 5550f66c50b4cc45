// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Runs a part of the kit in a forked process with a time limit, so that no plugin can end the kit.
#include "tools/kit/child.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <exception>

#include "fmt/format.h"
#include "tools/session.h"

namespace puente::tools {
namespace {

constexpr size_t kMaxPrinted = 4096;
constexpr size_t kMaxFaults = 50;

/// First line of what a process printed, for a message.
std::string FirstLine(std::string_view text) {
  while (!text.empty() && (text[0] == '\n' || text[0] == '=' || text[0] == ' ')) {
    text.remove_prefix(1);
  }
  return std::string(text.substr(0, std::min<size_t>(text.find('\n'), 200)));
}

void RunBody(int channel, int printed, const std::function<void(ChildReport&)>& body) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  for (const int signal : {SIGINT, SIGTERM, SIGABRT, SIGSEGV}) std::signal(signal, SIG_DFL);
  const struct rlimit no_core = {0, 0};
  setrlimit(RLIMIT_CORE, &no_core);
  dup2(printed, STDOUT_FILENO);
  dup2(printed, STDERR_FILENO);
  if (const int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC); nothing >= 0) {
    dup2(nothing, STDIN_FILENO);
    close(nothing);
  }
  ChildReport report(channel);
  try {
    body(report);
    report.Done();
  } catch (const std::exception& error) {
    std::fprintf(stderr, "an exception came out of the plugin: %s\n", error.what());
  } catch (...) {
    std::fputs("an exception came out of the plugin\n", stderr);
  }
  std::fflush(nullptr);
}

/// Frames of one type byte, two lengths and two texts.
class FrameReader {
 public:
  FrameReader(ChildRun* run, std::string* step, bool* done) : run_(run), step_(step), done_(done) {}

  void Take(std::string_view bytes) {
    buffer_.append(bytes);
    constexpr size_t kHead = 1 + 2 * sizeof(uint32_t);
    while (buffer_.size() >= kHead) {
      uint32_t sizes[2];
      std::memcpy(sizes, buffer_.data() + 1, sizeof(sizes));
      const size_t whole = kHead + size_t{sizes[0]} + sizes[1];
      if (buffer_.size() < whole) break;
      const std::string first = buffer_.substr(kHead, sizes[0]);
      const std::string second = buffer_.substr(kHead + sizes[0], sizes[1]);
      Frame(buffer_[0], first, second);
      buffer_.erase(0, whole);
    }
  }

 private:
  void Frame(char type, const std::string& first, const std::string& second) {
    switch (type) {
      case 'S':
        *step_ = first;
        break;
      case 'C':
        run_->codes.insert(first);
        break;
      case 'F':
        if (run_->faults.size() < kMaxFaults) run_->faults.push_back(first);
        break;
      case 'V':
        run_->values[first] = second;
        break;
      case 'D':
        *done_ = true;
        break;
      default: {
        KitResult result;
        result.check = first;
        result.outcome = static_cast<KitOutcome>(type - '0');
        result.reason = second;
        run_->results.push_back(std::move(result));
      }
    }
  }

  ChildRun* const run_;
  std::string* const step_;
  bool* const done_;
  std::string buffer_;
};

std::string Printed(int fd) {
  std::string text(kMaxPrinted, '\0');
  const ssize_t got = pread(fd, text.data(), text.size(), 0);
  text.resize(got > 0 ? static_cast<size_t>(got) : 0);
  return text;
}

}  // namespace

bool UnderSanitizer() {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  return true;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
  return true;
#else
  return false;
#endif
#else
  return false;
#endif
}

void ChildReport::Result(std::string_view check, KitOutcome outcome, std::string_view reason) {
  Send(static_cast<char>('0' + static_cast<int>(outcome)), check, reason);
}

void ChildReport::Send(char type, std::string_view first, std::string_view second) {
  const std::lock_guard<std::mutex> lock(mutex_);
  const uint32_t sizes[2] = {static_cast<uint32_t>(first.size()),
                             static_cast<uint32_t>(second.size())};
  std::string frame(1, type);
  frame.append(reinterpret_cast<const char*>(sizes), sizeof(sizes));
  frame.append(first);
  frame.append(second);
  for (size_t sent = 0; sent < frame.size();) {
    const ssize_t wrote = write(fd_, frame.data() + sent, frame.size() - sent);
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote <= 0) return;
    sent += static_cast<size_t>(wrote);
  }
}

ChildRun RunInChild(std::chrono::milliseconds limit,
                    const std::function<void(ChildReport&)>& body) {
  ChildRun run;
  int channel[2];
  const int printed = memfd_create("puente-kit", MFD_CLOEXEC);
  if (printed < 0 || pipe2(channel, O_CLOEXEC) != 0) {
    run.death = fmt::format("no process could be started: {}", std::strerror(errno));
    if (printed >= 0) close(printed);
    return run;
  }
  std::fflush(nullptr);
  const pid_t pid = fork();
  if (pid == 0) {
    close(channel[0]);
    RunBody(channel[1], printed, body);
    _exit(0);
  }
  close(channel[1]);
  std::string step;
  bool done = false;
  bool too_long = false;
  FrameReader frames(&run, &step, &done);
  const auto end = std::chrono::steady_clock::now() + limit;
  while (pid > 0) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
        end - std::chrono::steady_clock::now());
    run.interrupted = Session::Interrupted()->load();
    too_long = left.count() <= 0;
    if (too_long || run.interrupted) {
      kill(pid, SIGKILL);
      break;
    }
    struct pollfd wait = {channel[0], POLLIN, 0};
    if (poll(&wait, 1, static_cast<int>(std::min<int64_t>(left.count(), 1000))) <= 0) continue;
    char buffer[1 << 16];
    const ssize_t got = read(channel[0], buffer, sizeof(buffer));
    if (got == 0) break;
    if (got > 0) frames.Take({buffer, static_cast<size_t>(got)});
  }
  int status = 0;
  if (pid > 0) {
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
  }
  run.printed = Printed(printed);
  close(printed);
  close(channel[0]);
  const std::string at = step.empty() ? "" : fmt::format(" while {}", step);
  const std::string said =
      run.printed.empty() ? "" : fmt::format(" (it printed: {})", FirstLine(run.printed));
  if (pid < 0) {
    run.death = "no process could be started";
  } else if (run.interrupted) {
    run.death = "interrupted";
  } else if (too_long) {
    run.death = fmt::format("it did not end within {} s{}", limit.count() / 1000, at);
  } else if (WIFSIGNALED(status)) {
    const int signal = WTERMSIG(status);
    run.death = fmt::format("it ended the process with SIG{} ({}){}{}", sigabbrev_np(signal),
                            strsignal(signal), at, said);
  } else if (!done || WEXITSTATUS(status) != 0) {
    run.death =
        fmt::format("it ended the process with exit code {}{}{}", WEXITSTATUS(status), at, said);
  }
  return run;
}

}  // namespace puente::tools
