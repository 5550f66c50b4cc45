// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// The host's table as the kit offers it: it looks at what a plugin says, and passes it on.
#ifndef PUENTE_TOOLS_KIT_WATCH_HOST_H_
#define PUENTE_TOOLS_KIT_WATCH_HOST_H_

#include <array>
#include <atomic>
#include <cstdint>
#include <cstring>
#include <mutex>
#include <set>
#include <string>
#include <string_view>

#include "core/plugin/puente_plugin.h"

namespace puente::tools {

/// A struct of the contract with room behind it, as a later version of the contract would have.
/// `grown` says whether the struct's size counts that room.
template <typename T>
struct Grown {
  static constexpr unsigned char kMark = 0xA5;

  explicit Grown(bool grown = true) {
    std::memset(static_cast<void*>(&value), 0, sizeof(value));
    tail.fill(kMark);
    value.struct_size = static_cast<uint32_t>(sizeof(T) + (grown ? sizeof(tail) : 0));
  }
  /// Whether nobody wrote into the room.
  bool intact() const {
    for (const unsigned char byte : tail) {
      if (byte != kMark) return false;
    }
    return true;
  }

  T value;
  std::array<unsigned char, 256> tail;
};

/// What the plugins of this process said. One for the process, never destroyed.
class HostWatch {
 public:
  static HostWatch& Get();

  /// The table to offer. With `grown`, one that is larger than today's.
  const PuenteHost* Table(bool grown);
  /// Whether nobody wrote behind the table.
  bool intact() const { return plain_.intact() && grown_.intact(); }

  /// Notes something that a plugin must not say; once each.
  void Fault(std::string text);
  std::set<std::string> faults() const;
  /// Codes of findings and errors.
  std::set<std::string> codes() const;
  void Code(std::string_view code);

 private:
  HostWatch();

  Grown<PuenteHost> plain_{false};
  Grown<PuenteHost> grown_{true};
  mutable std::mutex mutex_;
  std::set<std::string> faults_;
  std::set<std::string> codes_;
};

/// True while the calling thread is inside `writer_put`: only there may leaves be counted as kept
/// or lost.
bool& InWriterPut();

}  // namespace puente::tools

#endif  // PUENTE_TOOLS_KIT_WATCH_HOST_H_
