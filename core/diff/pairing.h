// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Says which elements of two lists belong together: equal ones, then those that are most alike.

#ifndef PUENTE_CORE_DIFF_PAIRING_H_
#define PUENTE_CORE_DIFF_PAIRING_H_

#include <string_view>
#include <utility>
#include <vector>

#include "core/diff/value_tree.h"

namespace puente::diff {

/// Elements of one field, in their order.
using Elements = std::vector<const ValueNode*>;

/// Which elements belong together.
struct Pairing {
  /// Pairs with the same content.
  std::vector<std::pair<const ValueNode*, const ValueNode*>> equal;
  /// Pairs that differ, in the order of the first list.
  std::vector<std::pair<const ValueNode*, const ValueNode*>> changed;
  /// Elements that have no counterpart, in their order.
  Elements only_a;
  Elements only_b;
};

/// Pairs the elements of a field. Equal ones go together whatever their order; of the rest the most
/// alike ones, when they are alike enough for one to have become the other. Cells and the like go
/// by their index. Takes at most about n log n steps for long lists.
Pairing PairElements(const Elements& a, const Elements& b);

/// How alike two nodes are, 0 to 1: the part of their leaves that is equal; what tells elements
/// apart (a ref, a code, a type, a date) counts more.
double Likeness(const ValueNode& a, const ValueNode& b);

/// True when one may have become the other: they are alike enough, or small.
bool MayBecome(const ValueNode& a, const ValueNode& b);

/// True for fields that tell elements apart: `ref`, `code`, `type`, `lang`, `iso_date`, ...
bool IsTelling(std::string_view name);

}  // namespace puente::diff

#endif  // PUENTE_CORE_DIFF_PAIRING_H_
