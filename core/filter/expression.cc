// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Expressions written back as text, and compared.

#include "core/filter/expression.h"

#include <algorithm>

#include "fmt/format.h"

namespace puente::filter {
namespace {

// Appends one character of a value between quotes.
void AppendEscaped(char c, std::string* out) {
  switch (c) {
    case '"':
    case '\\':
    case '*':
      out->push_back('\\');
      out->push_back(c);
      return;
    case '\n':
      out->append("\\n");
      return;
    case '\r':
      out->append("\\r");
      return;
    case '\t':
      out->append("\\t");
      return;
    default:
      break;
  }
  const auto byte = static_cast<unsigned char>(c);
  if (byte < 0x20 || byte == 0x7F) {
    out->append(fmt::format("\\u{:04x}", byte));
  } else {
    out->push_back(c);
  }
}

void AppendValue(const Value& value, std::string* out) {
  if (value.quoted) out->push_back('"');
  size_t next = 0;
  for (size_t i = 0; i <= value.text.size(); ++i) {
    if (next < value.wildcards.size() && value.wildcards[next] == i) {
      out->push_back('*');
      ++next;
    }
    if (i == value.text.size()) break;
    if (value.quoted) {
      AppendEscaped(value.text[i], out);
    } else {
      out->push_back(value.text[i]);
    }
  }
  if (value.quoted) out->push_back('"');
}

void AppendComparison(const Comparison& comparison, std::string* out) {
  for (size_t i = 0; i < comparison.path.size(); ++i) {
    if (i > 0) out->push_back('.');
    out->append(comparison.path[i].name);
  }
  if (comparison.comparator == Comparator::kHas) {
    out->push_back(':');
  } else {
    out->append(fmt::format(" {} ", ComparatorText(comparison.comparator)));
  }
  AppendValue(comparison.value, out);
}

// Nesting is that of the parentheses in the source, which the parser bounds.
void AppendNode(const Expression& expression, uint32_t index, std::string* out) {
  const Node& node = expression.nodes[index];
  if (node.kind == NodeKind::kComparison) {
    AppendComparison(expression.comparisons[node.comparison], out);
    return;
  }
  if (node.kind == NodeKind::kNot) out->append("NOT ");
  for (size_t i = 0; i < node.children.size(); ++i) {
    if (i > 0) out->append(node.kind == NodeKind::kAnd ? " AND " : " OR ");
    const NodeKind child = expression.nodes[node.children[i]].kind;
    const bool group = child == NodeKind::kAnd || child == NodeKind::kOr ||
                       (child == NodeKind::kNot && node.kind == NodeKind::kNot);
    if (group) out->push_back('(');
    AppendNode(expression, node.children[i], out);
    if (group) out->push_back(')');
  }
}

bool SamePath(const std::vector<PathStep>& a, const std::vector<PathStep>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const PathStep& x, const PathStep& y) { return x.name == y.name; });
}

bool SameNode(const Expression& a, uint32_t a_index, const Expression& b, uint32_t b_index) {
  const Node& x = a.nodes[a_index];
  const Node& y = b.nodes[b_index];
  if (x.kind != y.kind || x.children.size() != y.children.size()) return false;
  if (x.kind == NodeKind::kComparison) {
    const Comparison& p = a.comparisons[x.comparison];
    const Comparison& q = b.comparisons[y.comparison];
    return SamePath(p.path, q.path) && p.comparator == q.comparator &&
           p.value.text == q.value.text && p.value.wildcards == q.value.wildcards &&
           p.value.quoted == q.value.quoted;
  }
  for (size_t i = 0; i < x.children.size(); ++i) {
    if (!SameNode(a, x.children[i], b, y.children[i])) return false;
  }
  return true;
}

}  // namespace

std::string_view ComparatorText(Comparator comparator) {
  switch (comparator) {
    case Comparator::kEqual:
      return "=";
    case Comparator::kNotEqual:
      return "!=";
    case Comparator::kLess:
      return "<";
    case Comparator::kLessOrEqual:
      return "<=";
    case Comparator::kGreater:
      return ">";
    case Comparator::kGreaterOrEqual:
      return ">=";
    case Comparator::kHas:
      break;
  }
  return ":";
}

std::string ExpressionText(const Expression& expression) {
  std::string out;
  if (!expression.nodes.empty()) AppendNode(expression, expression.root, &out);
  return out;
}

bool SameExpression(const Expression& a, const Expression& b) {
  if (a.nodes.empty() || b.nodes.empty()) return a.nodes.empty() == b.nodes.empty();
  return SameNode(a, a.root, b, b.root);
}

}  // namespace puente::filter
