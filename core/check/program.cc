// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Evaluates expressions of rules for a row.
#include "core/check/program.h"

#include <algorithm>

#include "core/check/cell_text.h"

namespace puente::check {
namespace {

/// A condition as a value; unknown is absent.
Value ValueOf(Truth truth) {
  return truth == Truth::kUnknown ? Value() : Value::OfBoolean(truth == Truth::kTrue);
}

Truth TruthOfValue(const Value& value) {
  return value.kind == ValueKind::kBoolean ? TruthOf(value.boolean) : Truth::kUnknown;
}

bool IsWhole(const Decimal& number) {
  Int128 one = 1;
  for (int i = 0; i < number.scale(); ++i) one *= 10;
  return number.unscaled() % one == 0;
}

/// The sum, or nothing when it has too many digits.
Value Added(const Decimal& a, const Decimal& b) {
  const absl::StatusOr<Decimal> sum = Decimal::Add(a, b);
  return sum.ok() ? Value::OfNumber(*sum) : Value();
}

}  // namespace

Truth Program::TestNode(uint32_t number, RowValues& row, const Value* cell) const {
  const Node& node = nodes_[number];
  switch (node.op) {
    case Op::kOr: {
      Truth result = Truth::kFalse;
      for (const uint32_t child : node.children) {
        const Truth truth = TestNode(child, row, cell);
        if (truth == Truth::kTrue) return truth;
        if (truth == Truth::kUnknown) result = truth;
      }
      return result;
    }
    case Op::kAnd: {
      Truth result = Truth::kTrue;
      for (const uint32_t child : node.children) {
        const Truth truth = TestNode(child, row, cell);
        if (truth == Truth::kFalse) return truth;
        if (truth == Truth::kUnknown) result = truth;
      }
      return result;
    }
    case Op::kNot:
      return Not(TestNode(node.children[0], row, cell));
    case Op::kCall:
      return TestCall(node, row, cell);
    case Op::kField:
      return TruthOfValue(row.At(node.field));
    case Op::kCell:
      return cell == nullptr ? Truth::kUnknown : TruthOfValue(*cell);
    case Op::kLiteral:
      return TruthOfValue(node.literal);
    case Op::kUnknown:
    case Op::kPlus:
    case Op::kMinus:
      return Truth::kUnknown;
    default:
      return Compare(node, row, cell);
  }
}

Truth Program::Compare(const Node& node, RowValues& row, const Value* cell) const {
  const Value left = EvaluateNode(node.children[0], row, cell);
  const Value right = EvaluateNode(node.children[1], row, cell);
  if (left.kind != right.kind) return Truth::kUnknown;
  int order = 0;
  switch (left.kind) {
    case ValueKind::kNumber:
      order = Decimal::Compare(left.number, right.number);
      break;
    case ValueKind::kText:
      order = left.text == right.text ? 0 : 1;
      break;
    case ValueKind::kBoolean:
      order = left.boolean == right.boolean ? 0 : 1;
      break;
    default:
      return Truth::kUnknown;
  }
  switch (node.op) {
    case Op::kEqual:
      return TruthOf(order == 0);
    case Op::kNotEqual:
      return TruthOf(order != 0);
    case Op::kLess:
      return TruthOf(order < 0);
    case Op::kLessOrEqual:
      return TruthOf(order <= 0);
    case Op::kGreater:
      return TruthOf(order > 0);
    default:
      return TruthOf(order >= 0);
  }
}

Truth Program::TestCall(const Node& node, RowValues& row, const Value* cell) const {
  const Value value = EvaluateNode(node.children[0], row, cell);
  switch (node.function) {
    case FunctionId::kEmpty:
      return TruthOf(value.kind == ValueKind::kAbsent);
    case FunctionId::kGiven:
    case FunctionId::kListed:
      return TruthOf(value.kind != ValueKind::kAbsent);
    case FunctionId::kUnread:
      return TruthOf(value.kind == ValueKind::kUnread);
    case FunctionId::kOneOf:
      return OneOf(node, value);
    case FunctionId::kWhole:
      return value.kind == ValueKind::kNumber ? TruthOf(IsWhole(value.number)) : Truth::kUnknown;
    case FunctionId::kEdgeBlanks:
      return TruthOf(value.raw.size() != value.text.size());
    default:
      return value.kind == ValueKind::kText ? TestText(node, value) : Truth::kUnknown;
  }
}

Truth Program::TestText(const Node& node, const Value& value) const {
  const auto any = [&](size_t first, auto&& holds) {
    for (size_t i = first; i < node.children.size(); ++i) {
      if (holds(std::string_view(nodes_[node.children[i]].text))) return Truth::kTrue;
    }
    return Truth::kFalse;
  };
  switch (node.function) {
    case FunctionId::kContains:
      return any(1, [&](std::string_view part) { return value.text.find(part) != part.npos; });
    case FunctionId::kContainsPlain: {
      const std::string plain = PlainText(value.text);
      return any(1, [&](std::string_view part) { return plain.find(part) != plain.npos; });
    }
    case FunctionId::kDoubleEncoded:
      return TruthOf(value.is_repaired);
    case FunctionId::kHasEmail:
      return TruthOf(HasEmail(value.text));
    case FunctionId::kHasPhone:
      return TruthOf(HasPhone(value.text));
    case FunctionId::kHasPattern:
      return any(1, [&](std::string_view pattern) { return HasPattern(value.text, pattern); });
    case FunctionId::kNumberAfter: {
      std::vector<std::string_view> words;
      for (size_t i = 2; i < node.children.size(); ++i) {
        words.push_back(nodes_[node.children[i]].text);
      }
      const Decimal& digits = nodes_[node.children[1]].literal.number;
      return TruthOf(HasNumberAfter(value.text, static_cast<size_t>(digits.unscaled()), words));
    }
    default:
      return Truth::kUnknown;
  }
}

Truth Program::OneOf(const Node& node, const Value& value) const {
  if (value.kind != ValueKind::kText && value.kind != ValueKind::kNumber) return Truth::kUnknown;
  for (size_t i = 1; i < node.children.size(); ++i) {
    const Node& known = nodes_[node.children[i]];
    const bool same = value.kind == ValueKind::kText
                          ? value.text == known.text
                          : Decimal::Compare(value.number, known.literal.number) == 0;
    if (same) return Truth::kTrue;
  }
  return Truth::kFalse;
}

Value Program::EvaluateNode(uint32_t number, RowValues& row, const Value* cell) const {
  const Node& node = nodes_[number];
  switch (node.op) {
    case Op::kField:
      return row.At(node.field);
    case Op::kCell:
      return cell == nullptr ? Value() : *cell;
    case Op::kLiteral:
      return node.type == ValueType::kText ? Value::OfText(node.text) : node.literal;
    case Op::kUnknown:
      return {};
    case Op::kPlus:
    case Op::kMinus: {
      const Value left = EvaluateNode(node.children[0], row, cell);
      const Value right = EvaluateNode(node.children[1], row, cell);
      if (left.kind != ValueKind::kNumber || right.kind != ValueKind::kNumber) return {};
      return Added(left.number, node.op == Op::kPlus ? right.number : right.number.Negated());
    }
    case Op::kCall:
      if (node.type != ValueType::kBoolean) return EvaluateCall(node, row, cell);
      break;
    default:
      break;
  }
  return ValueOf(TestNode(number, row, cell));
}

Value Program::EvaluateCall(const Node& node, RowValues& row, const Value* cell) const {
  if (node.function == FunctionId::kSum) return Sum(node, row, cell);
  Value value = EvaluateNode(node.children[0], row, cell);
  switch (node.function) {
    case FunctionId::kYear: {
      if (value.kind != ValueKind::kDate) return {};
      const absl::StatusOr<Decimal> year = Decimal::Make(value.year, 0);
      return year.ok() ? Value::OfNumber(*year) : Value();
    }
    case FunctionId::kNumber: {
      if (value.kind != ValueKind::kText) return value.kind == ValueKind::kUnread ? value : Value();
      const absl::StatusOr<Decimal> number = Decimal::Parse(value.text);
      return number.ok() ? Value::OfNumber(*number) : Value::OfUnread(value.raw);
    }
    case FunctionId::kTrimmed:
      value.raw = value.text;
      return value;
    case FunctionId::kAsRead:
      value.text = value.raw;
      return value;
    default:
      return {};
  }
}

Value Program::Sum(const Node& node, RowValues& row, const Value* cell) const {
  Value sum = Value::OfNumber(Decimal());
  for (const uint32_t child : node.children) {
    const Value value = EvaluateNode(child, row, cell);
    if (value.kind == ValueKind::kAbsent) continue;
    if (value.kind != ValueKind::kNumber) return {};
    sum = Added(sum.number, value.number);
    if (sum.kind != ValueKind::kNumber) return {};
  }
  return sum;
}

}  // namespace puente::check
