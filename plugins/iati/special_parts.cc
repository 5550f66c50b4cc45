// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Sorts what a record holds beside the values of its content, and finds it by path.
#include "plugins/iati/special_parts.h"

#include <algorithm>
#include <compare>
#include <tuple>

namespace puente::iati {
namespace {

int KindOf(const SpecialPart& part) {
  if (part.node != nullptr) return 0;
  return part.form != nullptr ? 1 : 2;
}

bool IsBefore(const SpecialPart& a, const SpecialPart& b) {
  const auto paths = std::lexicographical_compare_three_way(a.path.begin(), a.path.end(),
                                                            b.path.begin(), b.path.end());
  if (paths != 0) return paths < 0;
  if (KindOf(a) != KindOf(b)) return KindOf(a) < KindOf(b);
  return a.node != nullptr && std::tuple(a.node->text_offset(), a.node->position()) <
                                  std::tuple(b.node->text_offset(), b.node->position());
}

}  // namespace

SpecialParts SpecialParts::Search(uint32_t number, uint32_t index) const {
  // How a path lies to this field, looking at its next steps only.
  const auto compare = [&](const SpecialPart& part) {
    const uint32_t wanted[] = {number, index};
    const auto next = part.path.subspan(depth_, std::min<size_t>(part.path.size() - depth_, 2));
    return std::lexicographical_compare_three_way(next.begin(), next.end(), std::begin(wanted),
                                                  std::end(wanted));
  };
  const auto begin = std::partition_point(
      parts_.begin(), parts_.end(), [&](const SpecialPart& part) { return compare(part) < 0; });
  const auto end = std::partition_point(
      begin, parts_.end(), [&](const SpecialPart& part) { return compare(part) == 0; });
  SpecialParts below(parts_.subspan(static_cast<size_t>(begin - parts_.begin()),
                                    static_cast<size_t>(end - begin)));
  below.depth_ = depth_ + 2;
  return below;
}

/// Those whose path ends here: they come before all longer ones.
std::span<const SpecialPart> SpecialParts::Own() const {
  const auto end =
      std::partition_point(parts_.begin(), parts_.end(),
                           [this](const SpecialPart& part) { return part.path.size() == depth_; });
  return parts_.first(static_cast<size_t>(end - parts_.begin()));
}

std::span<const SpecialPart> SpecialParts::nodes() const {
  const std::span<const SpecialPart> own = Own();
  const auto end = std::partition_point(own.begin(), own.end(),
                                        [](const SpecialPart& part) { return KindOf(part) == 0; });
  return own.first(static_cast<size_t>(end - own.begin()));
}

const v1::LexicalForm* SpecialParts::form() const {
  // Of several the last one counts.
  const std::span<const SpecialPart> own = Own();
  const auto end = std::partition_point(own.begin(), own.end(),
                                        [](const SpecialPart& part) { return KindOf(part) <= 1; });
  return end == own.begin() ? nullptr : (end - 1)->form;
}

const v1::ChildOrder* SpecialParts::order() const {
  const std::span<const SpecialPart> own = Own();
  return own.empty() ? nullptr : own.back().order;
}

void SortParts(std::vector<SpecialPart>* parts) {
  if (!std::is_sorted(parts->begin(), parts->end(), IsBefore)) {
    std::stable_sort(parts->begin(), parts->end(), IsBefore);
  }
}

}  // namespace puente::iati
