// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// What a record holds beside the values of its content, found along the way through it.
#ifndef PUENTE_PLUGINS_IATI_SPECIAL_PARTS_H_
#define PUENTE_PLUGINS_IATI_SPECIAL_PARTS_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "puente/v1/record.pb.h"

namespace puente::iati {

/// A residue node, a source text or an order of children, with the path of the field that it is of.
/// One of the pointers is set.
struct SpecialPart {
  std::span<const uint32_t> path;
  const v1::ResidueNode* node = nullptr;
  const v1::LexicalForm* form = nullptr;
  const v1::ChildOrder* order = nullptr;
};

/// The parts of one field and of all below it.
class SpecialParts {
 public:
  /// No parts.
  SpecialParts() = default;
  /// All parts of a record, sorted by SortParts.
  explicit SpecialParts(std::span<const SpecialPart> all) : parts_(all) {}

  bool empty() const { return parts_.empty(); }
  /// Those of a field of this field's message, with an index that is 0 where it is not repeated.
  SpecialParts Below(uint32_t number, uint32_t index) const {
    return parts_.empty() ? SpecialParts() : Search(number, index);
  }

  /// Residue in the field itself, by its place.
  std::span<const SpecialPart> nodes() const;
  /// The source text of the field itself, or null.
  const v1::LexicalForm* form() const;
  /// The order of its children, or null.
  const v1::ChildOrder* order() const;

 private:
  SpecialParts Search(uint32_t number, uint32_t index) const;
  std::span<const SpecialPart> Own() const;

  std::span<const SpecialPart> parts_;
  size_t depth_ = 0;
};

/// Sorts the parts of a record by path; of those at one path residue comes first, by its place,
/// then source texts and orders as they came.
void SortParts(std::vector<SpecialPart>* parts);

}  // namespace puente::iati

#endif  // PUENTE_PLUGINS_IATI_SPECIAL_PARTS_H_
