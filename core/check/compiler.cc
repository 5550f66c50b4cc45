// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Checks the names and types of an expression and makes a program of it.
#include <algorithm>
#include <utility>

#include "core/base/strings.h"
#include "core/check/program.h"
#include "fmt/format.h"

namespace puente::check {
namespace {

// Terms within terms could grow without end.
constexpr size_t kMaxNodes = 20000;

std::string NearestHint(std::string_view word, const std::vector<std::string>& known) {
  const std::string near = NearestName(word, known);
  return near.empty() ? std::string() : fmt::format("did you mean `{}`?", near);
}

template <typename Map>
std::vector<std::string> KeysOf(const Map& map) {
  std::vector<std::string> keys;
  for (const auto& [key, value] : map) keys.push_back(key);
  return keys;
}

}  // namespace

/// One expression; the terms that it uses are compiled into the same program.
class Program::Compiler {
 public:
  Compiler(std::string_view text, const Names& names, Program* program,
           std::vector<std::string_view>* open)
      : text_(text), names_(names), program_(*program), open_(*open) {}

  absl::StatusOr<uint32_t> Run(ValueType type) {
    absl::StatusOr<Expression> expression = ParseExpression(text_);
    if (!expression.ok()) return expression.status();
    expression_ = *std::move(expression);
    absl::StatusOr<uint32_t> root = Compile(expression_.root);
    if (!root.ok()) return root.status();
    if (absl::Status status = Need(*root, type, expression_.nodes[expression_.root].span);
        !status.ok()) {
      return status;
    }
    return root;
  }

 private:
  using Made = absl::StatusOr<uint32_t>;

  absl::Status Error(Span span, std::string message, std::string hint) const {
    return ExpressionError(text_, span, std::move(message), std::move(hint));
  }

  absl::Status Need(uint32_t node, ValueType type, Span span) const {
    const ValueType is = program_.nodes_[node].type;
    if (type == ValueType::kAny || is == type) return absl::OkStatus();
    return Error(span,
                 fmt::format("{} is needed here, and this is {}", TypeWords(type), TypeWords(is)),
                 is == ValueType::kDate ? "ask for year(...) of a date" : "");
  }

  Made Add(Node node, Span span) {
    if (program_.nodes_.size() == kMaxNodes) {
      return Error(span, "the expression is too large with its terms", "");
    }
    program_.nodes_.push_back(std::move(node));
    return static_cast<uint32_t>(program_.nodes_.size() - 1);
  }

  Made Compile(uint32_t number) {
    const ExpressionNode& from = expression_.nodes[number];
    Node node;
    switch (from.kind) {
      case Syntax::kName:
        return Name(from);
      case Syntax::kCall:
        return Call(from);
      case Syntax::kNumber:
        node.op = Op::kLiteral;
        node.type = ValueType::kNumber;
        node.literal = Value::OfNumber(from.number);
        return Add(std::move(node), from.span);
      case Syntax::kText:
        node.op = Op::kLiteral;
        node.type = ValueType::kText;
        node.text = from.text;
        return Add(std::move(node), from.span);
      case Syntax::kTrue:
      case Syntax::kFalse:
        node.op = Op::kLiteral;
        node.literal = Value::OfBoolean(from.kind == Syntax::kTrue);
        return Add(std::move(node), from.span);
      default:
        return Operator(from);
    }
  }

  Made Operator(const ExpressionNode& from) {
    Node node;
    // Both lists begin alike.
    node.op = static_cast<Op>(from.kind);
    const bool sums = from.kind == Syntax::kPlus || from.kind == Syntax::kMinus;
    const ValueType type = sums                      ? ValueType::kNumber
                           : IsComparison(from.kind) ? ValueType::kAny
                                                     : ValueType::kBoolean;
    node.type = sums ? ValueType::kNumber : ValueType::kBoolean;
    for (const uint32_t child : from.children) {
      Made made = Compile(child);
      if (!made.ok()) return made;
      const Span span = expression_.nodes[child].span;
      if (absl::Status status = Need(*made, type, span); !status.ok()) return status;
      node.children.push_back(*made);
    }
    if (IsComparison(from.kind)) {
      if (absl::Status status = CheckComparison(from, node); !status.ok()) return status;
    }
    return Add(std::move(node), from.span);
  }

  absl::Status CheckComparison(const ExpressionNode& from, const Node& node) const {
    const ValueType left = program_.nodes_[node.children[0]].type;
    const ValueType right = program_.nodes_[node.children[1]].type;
    const Span span = expression_.nodes[from.children[1]].span;
    if (left != right) {
      return Error(span,
                   fmt::format("{} cannot be compared with {}", TypeWords(left), TypeWords(right)),
                   left == ValueType::kBoolean ? "write = true or = false" : "");
    }
    if (left == ValueType::kDate || left == ValueType::kAny) {
      return Error(span, fmt::format("{} cannot be compared", TypeWords(left)),
                   "compare year(...) of a date");
    }
    const bool orders = from.kind != Syntax::kEqual && from.kind != Syntax::kNotEqual;
    if (orders && left != ValueType::kNumber) {
      return Error(span, "only numbers are less or greater", "compare with = or !=");
    }
    return absl::OkStatus();
  }

  Made Name(const ExpressionNode& from) {
    Node node;
    if (from.text == "cell" && names_.cell.has_value()) {
      node.op = Op::kCell;
      node.type = *names_.cell;
      return Add(std::move(node), from.span);
    }
    if (const auto field = names_.fields.find(from.text); field != names_.fields.end()) {
      node.op = Op::kField;
      node.type = field->second.type;
      node.field = field->second.field;
      return Add(std::move(node), from.span);
    }
    if (const auto term = names_.terms.find(from.text); term != names_.terms.end()) {
      if (std::find(open_.begin(), open_.end(), term->first) != open_.end()) {
        return Error(from.span, fmt::format("the term `{}` uses itself", from.text), "");
      }
      open_.push_back(term->first);
      Made made = Compiler(term->second, names_, &program_, &open_).Run(ValueType::kAny);
      open_.pop_back();
      return made;
    }
    std::vector<std::string> known = KeysOf(names_.fields);
    for (const std::string& name : KeysOf(names_.terms)) known.push_back(name);
    return Error(from.span, fmt::format("there is no field or term `{}`", from.text),
                 NearestHint(from.text, known));
  }

  Made Call(const ExpressionNode& from) {
    const Function* const function = FindFunction(from.text);
    if (function == nullptr) {
      std::vector<std::string> known;
      for (const Function& one : Functions()) known.emplace_back(one.name);
      return Error(from.span, fmt::format("there is no function `{}`", from.text),
                   NearestHint(from.text, known));
    }
    std::string letters(function->arguments);
    const bool more = letters.back() == '*';
    if (more) letters.pop_back();
    const size_t count = from.children.size();
    if (count < letters.size() || (!more && count > letters.size())) {
      return Error(from.span, fmt::format("`{}` does not take {} values", from.text, count),
                   std::string(function->usage));
    }
    Node node;
    node.op = Op::kCall;
    node.type = function->result;
    node.function = function->id;
    for (size_t i = 0; i < count; ++i) {
      const char letter = letters[std::min(i, letters.size() - 1)];
      Made made = Argument(*function, letter, from.children[i], node);
      if (!made.ok()) return made;
      // The name of a list has told whether there is one.
      if (letter == 'L') {
        if (program_.nodes_[*made].op == Op::kUnknown) node.op = Op::kUnknown;
      } else {
        node.children.push_back(*made);
      }
    }
    return Add(std::move(node), from.span);
  }

  Made Argument(const Function& function, char letter, uint32_t number, const Node& call) {
    const ExpressionNode& from = expression_.nodes[number];
    const bool written = letter == 'T' || letter == 'N' || letter == 'L' || letter == '=';
    if (written && from.kind != Syntax::kText && from.kind != Syntax::kNumber) {
      return Error(from.span, "a text or number must be written out here",
                   std::string(function.usage));
    }
    if (letter == 'L') return List(from);
    Made made = Compile(number);
    if (!made.ok()) return made;
    ValueType type = ValueType::kAny;
    if (letter == 'n' || letter == 'N') type = ValueType::kNumber;
    if (letter == 't' || letter == 'T') type = ValueType::kText;
    if (letter == 'd') type = ValueType::kDate;
    if (letter == '=') type = program_.nodes_[call.children[0]].type;
    if (letter == 'N' &&
        (from.number.scale() != 0 || from.number.is_negative() || from.number.unscaled() > 1000)) {
      return Error(from.span, "a whole number from 0 to 1000 is needed", "");
    }
    if (absl::Status status = Need(*made, type, from.span); !status.ok()) return status;
    return made;
  }

  Made List(const ExpressionNode& from) {
    const auto list = names_.lists.find(from.text);
    if (list == names_.lists.end()) {
      return Error(from.span, fmt::format("there is no list `{}`", from.text),
                   NearestHint(from.text, KeysOf(names_.lists)));
    }
    Node node;
    node.op = list->second ? Op::kLiteral : Op::kUnknown;
    return Add(std::move(node), from.span);
  }

  const std::string_view text_;
  const Names& names_;
  Program& program_;
  /// The terms that are being compiled.
  std::vector<std::string_view>& open_;
  Expression expression_;
};

absl::StatusOr<Program> Program::Compile(std::string_view text, const Names& names,
                                         ValueType type) {
  Program program;
  std::vector<std::string_view> open;
  const absl::StatusOr<uint32_t> root = Compiler(text, names, &program, &open).Run(type);
  if (!root.ok()) return root.status();
  program.root_ = *root;
  return program;
}

}  // namespace puente::check
