// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Tries rules on the rows that their packs bring.
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "core/base/calendar.h"
#include "core/base/status.h"
#include "core/check/cell_text.h"
#include "core/check/compiled_pack.h"
#include "core/check/dataset_method.h"
#include "core/text/double_encoding.h"
#include "core/text/json_value.h"
#include "fmt/format.h"
#include "puente/v1/record.pb.h"

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

/// A row of a test as a record that says the same where they do.
v1::Record RecordOf(const std::vector<TestValue>& values) {
  v1::Record record;
  for (const TestValue& value : values) {
    v1::Narrative* const text = record.mutable_activity()->mutable_title()->add_narratives();
    text->set_text(fmt::format("{}={}", value.field, value.json));
  }
  return record;
}

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

absl::Status FillIn(const CompiledPack& pack, const std::vector<TestValue>& values, TestRow* row) {
  for (const TestValue& value : values) {
    const auto field = pack.names.fields.find(value.field);
    const absl::Status status = field == pack.names.fields.end()
                                    ? PackError("there is no such field")
                                    : row->Set(field->second.field, value);
    if (!status.ok()) {
      return PackError(fmt::format("{}: {}", value.field, GetErrorDetail(status).message));
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<bool> FiresOn(const CompiledPack& pack, const CompiledRule& rule,
                             const FieldTable& fields, const RuleTest& test) {
  TestRow row(fields);
  if (absl::Status status = FillIn(pack, test.values, &row); !status.ok()) return status;
  return FiresSomewhere(rule, row);
}

/// Whether a rule over all rows finds something in those of a test.
absl::StatusOr<bool> FindsSomething(const CompiledPack& pack, const CompiledRule& rule,
                                    const FieldTable& fields, const RuleTest& test) {
  const std::unique_ptr<DatasetMethod> method = MakeDatasetMethod(rule.rule);
  std::vector<Value> by;
  uint64_t number = 0;
  for (const RepeatedRow& repeated : test.rows) {
    TestRow row(fields);
    if (absl::Status status = FillIn(pack, repeated.values, &row); !status.ok()) return status;
    const v1::Record record = RecordOf(repeated.values);
    if (!rule.Counts(row)) continue;
    MethodRow taken;
    taken.record = &record;
    rule.FillIn(row, &by, &taken);
    for (uint64_t i = 0; i < repeated.times; ++i) {
      taken.place.row = ++number;
      if (absl::Status status = method->Add(taken); !status.ok()) return status;
    }
  }
  bool found = false;
  const absl::Status status = method->Finish([&found](const DatasetHit&) {
    found = true;
    return absl::OkStatus();
  });
  if (!status.ok()) return status;
  return found;
}

absl::Status TryRule(const CompiledPack& pack, const CompiledRule& rule, const FieldTable& fields) {
  bool fired = false;
  bool passed = false;
  for (size_t i = 0; i < rule.rule.tests.size(); ++i) {
    const RuleTest& test = rule.rule.tests[i];
    const absl::StatusOr<bool> result = rule.rule.scope == Scope::kDataset
                                            ? FindsSomething(pack, rule, fields, test)
                                            : FiresOn(pack, rule, fields, test);
    if (!result.ok()) {
      return Failed(pack, rule,
                    fmt::format("test {}, {}", i + 1, GetErrorDetail(result.status()).message));
    }
    const bool fires = *result;
    if (fires != test.fires) {
      return Failed(pack, rule,
                    fmt::format("test {} {}", i + 1, fires ? "fires" : "does not fire"));
    }
    (fires ? fired : passed) = true;
  }
  if (!fired || !passed) {
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
