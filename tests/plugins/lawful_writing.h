// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Writes records by a plugin and holds the writer to the law of accounting.
#ifndef PUENTE_TESTS_PLUGINS_LAWFUL_WRITING_H_
#define PUENTE_TESTS_PLUGINS_LAWFUL_WRITING_H_

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "core/base/leaves.h"
#include "tests/plugins/fake_host.h"

namespace puente::testing {

/// Writes records: each value is kept or lost, and what the writer declares is what is read again.
inline FakeWriting WriteByTheLaw(const FakePlugin& plugin, const std::vector<v1::Record>& records) {
  FakeWriting writing = plugin.Write(records);
  EXPECT_EQ(writing.status, PUENTE_OK) << writing.run.error.message;
  PathCounts left;
  for (const v1::Record& record : records) {
    std::vector<LeafCount> leaves;
    CountLeaves(record, &leaves);
    for (const LeafCount& leaf : leaves) {
      left[std::string(LeafPathName(leaf.path_id))] += leaf.count;
    }
  }
  for (const auto& [paths, count] : writing.run.kept) left[paths.first] -= count;
  for (const auto& [loss, count] : writing.run.lost) left[loss.first] -= count;
  for (const auto& [path, count] : left) EXPECT_EQ(count, 0u) << path;
  PathCounts written = writing.run.KeptByOutPath();
  for (const auto& [path, count] : writing.run.derived) written[path] += count;
  std::erase_if(written, [](const auto& entry) { return entry.first[0] == '\xFF'; });
  const FakeReading reading = plugin.Read(writing.bytes);
  EXPECT_EQ(reading.status, PUENTE_END) << reading.run.error.message << writing.bytes;
  EXPECT_EQ(reading.leaves, written) << writing.bytes;
  return writing;
}

/// True when the output has the text.
inline bool Has(const FakeWriting& writing, std::string_view text) {
  return writing.bytes.find(text) != std::string::npos;
}

/// True when the writer reported a finding of this code.
inline bool HasFinding(const FakeWriting& writing, std::string_view code) {
  for (const auto& finding : writing.run.findings) {
    if (finding.code == code) return true;
  }
  return false;
}

}  // namespace puente::testing

#endif  // PUENTE_TESTS_PLUGINS_LAWFUL_WRITING_H_
