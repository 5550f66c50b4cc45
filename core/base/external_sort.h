// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Sorts any number of small entries in bounded memory, with runs in a temporary file.

#ifndef PUENTE_CORE_BASE_EXTERNAL_SORT_H_
#define PUENTE_CORE_BASE_EXTERNAL_SORT_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <queue>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/base/temp_file.h"

namespace puente {

/// Takes entries, then gives them back in order. `Less` must be a strict order of all entries, so
/// that the result is always the same. Errors are those of TempFile.
template <typename Entry, typename Less>
class ExternalSorter {
  static_assert(std::is_trivially_copyable_v<Entry>);

 public:
  /// `run_entries` are held in memory at most, more go to a file.
  explicit ExternalSorter(size_t run_entries = size_t{1} << 15) : run_entries_(run_entries) {}

  /// Takes an entry; not after Finish.
  absl::Status Add(const Entry& entry) {
    if (memory_.size() == run_entries_) {
      if (absl::Status status = Spill(); !status.ok()) return status;
    }
    memory_.push_back(entry);
    return absl::OkStatus();
  }

  /// Call it once, after the last entry.
  absl::Status Finish() {
    std::sort(memory_.begin(), memory_.end(), Less());
    for (size_t i = 0; i < runs_.size(); ++i) {
      if (absl::Status status = Advance(i); !status.ok()) return status;
    }
    return absl::OkStatus();
  }

  /// The next entry in order; nothing at the end.
  absl::StatusOr<std::optional<Entry>> Next() {
    const bool in_memory = next_ < memory_.size();
    if (heads_.empty() || (in_memory && Less()(memory_[next_], heads_.top().entry))) {
      if (!in_memory) return std::optional<Entry>();
      return std::optional<Entry>(memory_[next_++]);
    }
    const Head head = heads_.top();
    heads_.pop();
    if (absl::Status status = Advance(head.run); !status.ok()) return status;
    return std::optional<Entry>(head.entry);
  }

 private:
  static constexpr size_t kBlockEntries = 64;

  // A sorted part of the file, and what of it is in memory.
  struct Run {
    uint64_t begin = 0;
    uint64_t end = 0;
    std::vector<Entry> block;
    size_t next = 0;
  };
  struct Head {
    Entry entry;
    size_t run = 0;
  };
  struct Later {
    bool operator()(const Head& a, const Head& b) const { return Less()(b.entry, a.entry); }
  };

  absl::Status Spill() {
    if (file_ == nullptr) {
      absl::StatusOr<std::unique_ptr<TempFile>> made = TempFile::Create();
      if (!made.ok()) return made.status();
      file_ = *std::move(made);
    }
    std::sort(memory_.begin(), memory_.end(), Less());
    const std::string_view bytes(reinterpret_cast<const char*>(memory_.data()),
                                 memory_.size() * sizeof(Entry));
    if (absl::Status status = file_->WriteAt(file_entries_ * sizeof(Entry), bytes); !status.ok()) {
      return status;
    }
    Run run;
    run.begin = file_entries_;
    file_entries_ += memory_.size();
    run.end = file_entries_;
    runs_.push_back(std::move(run));
    memory_.clear();
    return absl::OkStatus();
  }

  // Puts the next entry of a run among the heads.
  absl::Status Advance(size_t index) {
    Run& run = runs_[index];
    if (run.next == run.block.size()) {
      const size_t count =
          static_cast<size_t>(std::min<uint64_t>(kBlockEntries, run.end - run.begin));
      run.block.resize(count);
      run.next = 0;
      if (count == 0) return absl::OkStatus();
      absl::Status status =
          file_->ReadAt(run.begin * sizeof(Entry), reinterpret_cast<char*>(run.block.data()),
                        count * sizeof(Entry));
      if (!status.ok()) return status;
      run.begin += count;
    }
    heads_.push({run.block[run.next++], index});
    return absl::OkStatus();
  }

  const size_t run_entries_;
  std::vector<Entry> memory_;
  size_t next_ = 0;
  std::unique_ptr<TempFile> file_;
  uint64_t file_entries_ = 0;
  std::vector<Run> runs_;
  std::priority_queue<Head, std::vector<Head>, Later> heads_;
};

}  // namespace puente

#endif  // PUENTE_CORE_BASE_EXTERNAL_SORT_H_
