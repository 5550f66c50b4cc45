// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// The receipt of repairs: which cells got another text, by which rule.
#ifndef PUENTE_CORE_FINDINGS_REPAIR_RECEIPT_H_
#define PUENTE_CORE_FINDINGS_REPAIR_RECEIPT_H_

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "core/findings/receipt.h"
#include "core/text/byte_stream.h"

namespace puente {

/// One rule's repair of one cell.
struct RepairEntry {
  std::string_view sheet;
  uint64_t row = 0;
  std::string_view cell;
  /// What its header says.
  std::string_view column;
  std::string_view rule;
  std::string_view before;
  std::string_view after;
  /// `repaired`, or a word for why it was not.
  std::string_view result;
};

/// Writes the receipt (docs/spec/receipt.md) while repairs are done; only counts stay in memory.
class RepairReceipt {
 public:
  /// `output` must outlive it.
  explicit RepairReceipt(text::OutputStream* output) : output_(*output) {}

  /// The rules that were asked for. Errors of this and all others are those of the stream.
  absl::Status Begin(const std::vector<std::string>& rules);
  absl::Status Add(const RepairEntry& entry);
  absl::Status Finish(const ReceiptFile& input, const ReceiptFile& output, uint64_t cells);

 private:
  text::OutputStream& output_;
  bool is_first_ = true;
  std::map<std::string, uint64_t, std::less<>> repaired_;
  std::map<std::string, uint64_t, std::less<>> not_repaired_;
};

}  // namespace puente

#endif  // PUENTE_CORE_FINDINGS_REPAIR_RECEIPT_H_
