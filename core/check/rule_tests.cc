// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Tries rules on the rows that their packs bring.
#include <deque>
#include <optional>
#include <utility>
#include <vector>

#include "core/base/calendar.h"
#include "core/base/status.h"
#include "core/check/cell_text.h"
#include "core/check/compiled_pack.h"
#include "core/text/double_encoding.h"
#include "core/text/json_value.h"
#include "fmt/format.h"

namespace puente::check {
namespace {

/// A row of a test: values by field, all others absent.
class TestRow : public RowValues {
 public:
  explicit TestRow(const FieldTable& fields) : fields_(fields), values_(fields.size()) {}

  /// Sets a field to what a test says.
  absl::Status Set(size_t field, const TestValue& test) {
    Value& value = values_[field];
    const FieldType type = fields_.spec(field).type;
    if (test.json == "true" || test.json == "false") {
      value = Value::OfBoolean(test.json == "true");
      return type == FieldType::kBoolean ? absl::OkStatus() : PackError("no field of yes or no");
    }
    if (const std::optional<std::string> text = text::JsonStringText(test.json); text.has_value()) {
      value = OfText(*text, type, test.is_unread);
      return absl::OkStatus();
    }
    const absl::StatusOr<Decimal> number = Decimal::Parse(test.json);
    if (!number.ok() || TypeOf(type) != ValueType::kNumber) {
      return PackError(fmt::format("{} is no value of the field", test.json));
    }
    value = Value::OfNumber(*number);
    return absl::OkStatus();
  }

  const Value& At(size_t field) override { return values_[field]; }

 private:
  Value OfText(const std::string& text, FieldType type, bool is_unread) {
    v1::Date date;
    if (type == FieldType::kDate && ParseDate(text, &date) != TextForm::kInvalid) {
      Value value;
      value.kind = ValueKind::kDate;
      value.year = static_cast<int16_t>(date.year());
      value.month = static_cast<int8_t>(date.month());
      value.day = static_cast<int8_t>(date.day());
      return value;
    }
    std::optional<std::string> meant = text::RepairDoubleEncoding(text);
    const bool is_repaired = meant.has_value();
    texts_.push_back(is_repaired ? *std::move(meant) : text);
    Value value = type == FieldType::kText && !is_unread ? Value::OfText(texts_.back())
                                                         : Value::OfUnread(texts_.back());
    value.is_repaired = is_repaired;
    return value;
  }

  const FieldTable& fields_;
  std::vector<Value> values_;
  std::deque<std::string> texts_;
};

bool FiresSomewhere(const CompiledRule& rule, TestRow& row) {
  if (rule.rule.scope != Scope::kCell) return rule.Fires(row);
  for (const size_t field : rule.over) {
    const Value& cell = row.At(field);
    if (rule.Fires(row, &cell)) return true;
  }
  return false;
}

absl::Status Failed(const CompiledPack& pack, const CompiledRule& rule, std::string what) {
  ErrorDetail detail;
  detail.code = "PUE-0801";
  detail.message = fmt::format("rule {} of pack {}: {}", rule.rule.id, pack.pack.id, what);
  return MakeError(absl::StatusCode::kFailedPrecondition, detail);
}

absl::Status TryRule(const CompiledPack& pack, const CompiledRule& rule, const FieldTable& fields) {
  bool fired = false;
  bool passed = false;
  for (size_t i = 0; i < rule.rule.tests.size(); ++i) {
    const RuleTest& test = rule.rule.tests[i];
    TestRow row(fields);
    for (const TestValue& value : test.values) {
      const auto field = pack.names.fields.find(value.field);
      const absl::Status status = field == pack.names.fields.end()
                                      ? PackError("there is no such field")
                                      : row.Set(field->second.field, value);
      if (!status.ok()) {
        return Failed(
            pack, rule,
            fmt::format("test {}, {}: {}", i + 1, value.field, GetErrorDetail(status).message));
      }
    }
    const bool fires = FiresSomewhere(rule, row);
    if (fires != test.fires) {
      return Failed(pack, rule,
                    fmt::format("test {} {}", i + 1, fires ? "fires" : "does not fire"));
    }
    (fires ? fired : passed) = true;
  }
  if (rule.rule.scope != Scope::kDataset && (!fired || !passed)) {
    return Failed(pack, rule, "it needs a test row that fires and one that passes");
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status TryRules(const RulePack& pack) {
  RulePack with_lists = pack;
  for (auto& [name, is_there] : with_lists.lists) is_there = true;
  FieldTable fields;
  const absl::StatusOr<CompiledPack> compiled = CompilePack(with_lists, "en", &fields);
  if (!compiled.ok()) return compiled.status();
  for (const CompiledRule& rule : compiled->rules) {
    if (rule.rule.pack != pack.id) continue;
    if (absl::Status status = TryRule(*compiled, rule, fields); !status.ok()) return status;
  }
  return absl::OkStatus();
}

}  // namespace puente::check
