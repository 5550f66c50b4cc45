// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// The receipt of repairs: which cells got another text, by which rule.
#include "core/findings/repair_receipt.h"

#include "core/findings/json_text.h"

namespace puente {
namespace {

void AppendCounts(std::string_view key, const std::map<std::string, uint64_t, std::less<>>& counts,
                  std::string* out) {
  AppendJsonKey(key, out);
  out->push_back('{');
  for (const auto& [name, count] : counts) AppendJsonMember(name, count, out);
  out->push_back('}');
}

}  // namespace

absl::Status RepairReceipt::Begin(const std::vector<std::string>& rules) {
  std::string out = "{\n\"receipt_version\":1,\n\"puente\":";
  AppendJsonString(PUENTE_VERSION, &out);
  out += ",\n\"rules\":[";
  for (const std::string& rule : rules) {
    if (out.back() != '[') out += ',';
    AppendJsonString(rule, &out);
    repaired_[rule] = 0;
  }
  out += "],\n\"repairs\":[";
  return output_.Write(out);
}

absl::Status RepairReceipt::Add(const RepairEntry& entry) {
  ++(entry.result == "repaired" ? repaired_[std::string(entry.rule)]
                                : not_repaired_[std::string(entry.result)]);
  std::string out = "{";
  AppendJsonMember("sheet", entry.sheet, &out);
  AppendJsonMember("row", entry.row, &out);
  AppendJsonMember("cell", entry.cell, &out);
  AppendJsonMember("column", entry.column, &out);
  AppendJsonMember("rule", entry.rule, &out);
  AppendJsonMember("before", entry.before, &out);
  AppendJsonMember("after", entry.after, &out);
  AppendJsonMember("result", entry.result, &out);
  out += '}';
  out.insert(0, is_first_ ? "\n " : ",\n ");
  is_first_ = false;
  return output_.Write(out);
}

absl::Status RepairReceipt::Finish(const ReceiptFile& input, const ReceiptFile& output,
                                   uint64_t cells) {
  std::string out = is_first_ ? "],\n" : "\n],\n";
  out += "\"counts\":{";
  AppendJsonMember("cells", cells, &out);
  AppendCounts("repaired", repaired_, &out);
  AppendCounts("not_repaired", not_repaired_, &out);
  out += "},\n\"inputs\":[\n ";
  AppendReceiptFile(input, &out);
  out += "\n],\n\"output\":";
  AppendReceiptFile(output, &out);
  out += "\n}\n";
  return output_.Write(out);
}

}  // namespace puente
