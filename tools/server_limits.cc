// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// The limits of a server by name.
#include "tools/server_limits.h"

#include <charconv>
#include <chrono>
#include <optional>
#include <string_view>
#include <variant>

#include "core/base/limits.h"
#include "core/base/strings.h"
#include "fmt/format.h"
#include "tools/session.h"

namespace puente::tools {
namespace {

using exchange::ServerLimits;

using Member = std::variant<int ServerLimits::*, int64_t ServerLimits::*,
                            std::chrono::seconds ServerLimits::*>;

struct Row {
  std::string_view name;
  Member member;
  LimitUnit unit;
  int64_t min;
  int64_t max;
  std::string_view meaning;
};

constexpr int64_t kKi = 1024;
constexpr int64_t kMi = kKi * kKi;
constexpr int64_t kGi = kKi * kMi;

constexpr Row kRows[] = {
    {"message_bytes", &ServerLimits::message_bytes, LimitUnit::kBytes, 2 * kMi, 256 * kMi,
     "largest message that is taken or sent"},
    {"record_bytes", &ServerLimits::record_bytes, LimitUnit::kBytes, 64 * kKi, 256 * kMi,
     "largest record"},
    {"metadata_bytes", &ServerLimits::metadata_bytes, LimitUnit::kBytes, kKi, kMi,
     "metadata of one call"},
    {"streams_per_connection", &ServerLimits::streams_per_connection, LimitUnit::kCount, 1, 10'000,
     "calls of one connection at once"},
    {"watches", &ServerLimits::watches, LimitUnit::kCount, 1, 100'000,
     "watches of all callers at once"},
    {"streams", &ServerLimits::streams, LimitUnit::kCount, 1, 100'000,
     "streams of records of all callers at once"},
    {"pushes", &ServerLimits::pushes, LimitUnit::kCount, 1, 10'000,
     "pushes of all callers at once"},
    {"conversions", &ServerLimits::conversions, LimitUnit::kCount, 1, 256,
     "imports, exports and conversions at once"},
    {"push_credit_bytes", &ServerLimits::push_credit_bytes, LimitUnit::kBytes, 2 * kMi, 256 * kMi,
     "bytes that one push may have on the way"},
    {"file_bytes", &ServerLimits::file_bytes, LimitUnit::kBytes, kMi, 1024 * kGi,
     "largest file of an import or conversion"},
    {"recent_change_bytes", &ServerLimits::recent_change_bytes, LimitUnit::kBytes, 64 * kKi,
     4 * kGi, "changes that are kept in memory for watchers"},
    {"idle_seconds", &ServerLimits::idle, LimitUnit::kCount, 1, 86'400,
     "after so long a connection without calls is closed"},
    {"grpc_memory_bytes", &ServerLimits::grpc_memory_bytes, LimitUnit::kBytes, 16 * kMi, 64 * kGi,
     "memory of gRPC for its buffers"},
    {"mass_removal_percent", &ServerLimits::mass_removal_percent, LimitUnit::kCount, 0, 100,
     "share of a dataset that a snapshot may delete"},
};

int64_t Get(const ServerLimits& limits, const Row& row) {
  return std::visit(
      [&limits](auto member) -> int64_t {
        if constexpr (std::is_same_v<decltype(member), std::chrono::seconds ServerLimits::*>) {
          return (limits.*member).count();
        } else {
          return limits.*member;
        }
      },
      row.member);
}

void Set(const Row& row, int64_t value, ServerLimits* limits) {
  std::visit(
      [&](auto member) {
        using Value = std::remove_reference_t<decltype(limits->*member)>;
        limits->*member = static_cast<Value>(value);
      },
      row.member);
}

std::optional<int64_t> Parse(std::string_view text, LimitUnit unit) {
  int64_t value = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || value < 0) return std::nullopt;
  const std::string_view suffix(stop, static_cast<size_t>(text.data() + text.size() - stop));
  int64_t times = 1;
  if (unit == LimitUnit::kBytes && (suffix == "K" || suffix == "KiB")) {
    times = kKi;
  } else if (unit == LimitUnit::kBytes && (suffix == "M" || suffix == "MiB")) {
    times = kMi;
  } else if (unit == LimitUnit::kBytes && (suffix == "G" || suffix == "GiB")) {
    times = kGi;
  } else if (!suffix.empty()) {
    return std::nullopt;
  }
  if (value > INT64_MAX / times) return std::nullopt;
  return value * times;
}

std::string Shown(int64_t value, const Row& row) {
  return FormatLimit(static_cast<uint64_t>(value), row.unit);
}

}  // namespace

absl::Status SetServerLimits(const std::vector<std::string>& pairs, ServerLimits* limits) {
  const auto parsed = ParsePairs(pairs, "--set");
  if (!parsed.ok()) return parsed.status();
  for (const auto& [name, text] : *parsed) {
    const Row* found = nullptr;
    std::vector<std::string> names;
    for (const Row& row : kRows) {
      if (row.name == name) found = &row;
      names.emplace_back(row.name);
    }
    if (found == nullptr) {
      const std::string nearest = NearestName(name, names);
      return UsageError(fmt::format("the server has no limit `{}`", name),
                        nearest.empty() ? "`puente serve --help` shows them"
                                        : fmt::format("did you mean `{}`?", nearest));
    }
    const std::optional<int64_t> value = Parse(text, found->unit);
    if (!value.has_value() || *value < found->min || *value > found->max) {
      return UsageError(
          fmt::format("`{}` is no value for {}", text, name),
          fmt::format("from {} to {}", Shown(found->min, *found), Shown(found->max, *found)));
    }
    Set(*found, *value, limits);
  }
  return absl::OkStatus();
}

std::string ServerLimitsHelp() {
  const ServerLimits defaults;
  std::string help;
  for (const Row& row : kRows) {
    help +=
        fmt::format("  {:<24}{:<10}{}\n", row.name, Shown(Get(defaults, row), row), row.meaning);
  }
  return help;
}

}  // namespace puente::tools
