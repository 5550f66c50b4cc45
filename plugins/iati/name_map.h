// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Finds a name among a few names that are known beforehand, in one look where possible.
#ifndef PUENTE_PLUGINS_IATI_NAME_MAP_H_
#define PUENTE_PLUGINS_IATI_NAME_MAP_H_

#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>
#include <vector>

namespace puente::iati {

/// A hash table of names that does not change. The hash looks at the length and at four of the
/// bytes, and is chosen so that the names do not collide wherever such a hash exists.
class NameMap {
 public:
  NameMap() = default;
  /// The names must outlive the map. Of equal names the last one is found.
  explicit NameMap(std::span<const std::string_view> names) {
    for (bits_ = 1; (size_t{1} << bits_) < names.size() * 2; ++bits_) {
    }
    for (; bits_ < 12; ++bits_) {
      for (seed_ = 0x9E3779B1u; seed_ != 0x9E3779B1u + 64 * 0x85EBCA76u; seed_ += 0x85EBCA76u) {
        if (Fill(names)) return;
      }
    }
    // Names that such a hash cannot tell apart: the one that is not in its place is compared.
    Fill(names);
    for (size_t i = 0; i < names.size(); ++i) {
      if (slots_[Hash(names[i])].index != static_cast<int>(i)) {
        rest_.push_back({names[i], static_cast<int>(i)});
      }
    }
  }

  /// The place of a name in the list that the map was made of; -1 when it is not there.
  int Find(std::string_view name) const {
    if (slots_.empty() || name.empty()) return -1;
    const Slot& slot = slots_[Hash(name)];
    if (slot.name.size() == name.size() &&
        std::memcmp(slot.name.data(), name.data(), name.size()) == 0) {
      return slot.index;
    }
    for (const Slot& other : rest_) {
      if (other.name == name) return other.index;
    }
    return -1;
  }

 private:
  struct Slot {
    std::string_view name;
    int index = -1;
  };

  uint32_t Hash(std::string_view name) const {
    const size_t n = name.size();
    const uint32_t mixed = static_cast<uint32_t>(n) * 0x9E3779B1u ^
                           (static_cast<uint32_t>(static_cast<unsigned char>(name[0])) |
                            static_cast<uint32_t>(static_cast<unsigned char>(name[n / 2])) << 8 |
                            static_cast<uint32_t>(static_cast<unsigned char>(name[n - 1])) << 16 |
                            static_cast<uint32_t>(static_cast<unsigned char>(name[n / 3])) << 24);
    return mixed * seed_ >> (32 - bits_);
  }

  // False when two names are in one place.
  bool Fill(std::span<const std::string_view> names) {
    slots_.assign(size_t{1} << bits_, Slot());
    bool fits = true;
    for (size_t i = 0; i < names.size(); ++i) {
      Slot& slot = slots_[Hash(names[i])];
      if (slot.index >= 0 && slot.name != names[i]) fits = false;
      slot = {names[i], static_cast<int>(i)};
    }
    return fits;
  }

  int bits_ = 1;
  uint32_t seed_ = 1;
  std::vector<Slot> slots_;
  std::vector<Slot> rest_;
};

}  // namespace puente::iati

#endif  // PUENTE_PLUGINS_IATI_NAME_MAP_H_
