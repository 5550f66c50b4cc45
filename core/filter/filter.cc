// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Chooses records by an expression that is checked against the schema.

#include "core/filter/filter.h"

#include <algorithm>
#include <utility>

#include "core/filter/field_resolver.h"

namespace puente::filter {
namespace {

using ::google::protobuf::FieldDescriptor;
using ::google::protobuf::Message;
using ::google::protobuf::Reflection;

}  // namespace

absl::StatusOr<Filter> Filter::Compile(std::string_view text, const Limits& limits) {
  absl::StatusOr<Expression> expression = Parse(text, limits);
  if (!expression.ok()) return expression.status();
  Filter filter;
  filter.expression_ = *std::move(expression);
  filter.ways_.reserve(filter.expression_.comparisons.size());
  for (const Comparison& comparison : filter.expression_.comparisons) {
    absl::StatusOr<std::vector<FieldChain>> chains = ResolvePath(text, comparison.path);
    if (!chains.ok()) return chains.status();
    std::vector<Way>& ways = filter.ways_.emplace_back();
    for (FieldChain& chain : *chains) {
      absl::StatusOr<ValueTest> test = ValueTest::Make(text, comparison, *chain.back());
      if (!test.ok()) return test.status();
      ways.push_back({std::move(chain), *std::move(test)});
    }
  }
  return filter;
}

// Nesting is that of the parentheses, which the parser bounds.
bool Filter::Evaluate(const v1::Record& record, uint32_t index) const {
  const Node& node = expression_.nodes[index];
  switch (node.kind) {
    case NodeKind::kAnd:
      return std::all_of(node.children.begin(), node.children.end(),
                         [&](uint32_t child) { return Evaluate(record, child); });
    case NodeKind::kOr:
      return std::any_of(node.children.begin(), node.children.end(),
                         [&](uint32_t child) { return Evaluate(record, child); });
    case NodeKind::kNot:
      return !Evaluate(record, node.children[0]);
    case NodeKind::kComparison:
      break;
  }
  const std::vector<Way>& ways = ways_[node.comparison];
  return std::any_of(ways.begin(), ways.end(),
                     [&](const Way& way) { return AnyHolds(way, 0, record); });
}

// Recurses over the steps of the path, which the parser bounds.
bool Filter::AnyHolds(const Way& way, size_t step, const Message& message) {
  const FieldDescriptor* field = way.chain[step];
  const Reflection* reflection = message.GetReflection();
  const bool last = step + 1 == way.chain.size();
  if (field->is_repeated()) {
    const int size = reflection->FieldSize(message, field);
    if (last && way.test.is_presence()) return size > 0;
    for (int i = 0; i < size; ++i) {
      if (last ? way.test.Holds(message, field, i)
               : AnyHolds(way, step + 1, reflection->GetRepeatedMessage(message, field, i))) {
        return true;
      }
    }
    return false;
  }
  const bool present = reflection->HasField(message, field);
  if (last && way.test.is_presence()) return present;
  // A field that knows no absence always has a value.
  if (!present && field->has_presence()) return false;
  return last ? way.test.Holds(message, field, -1)
              : AnyHolds(way, step + 1, reflection->GetMessage(message, field));
}

}  // namespace puente::filter
