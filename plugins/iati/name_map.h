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

/// A hash table from names to things that do not change. The hash looks at the length and at four
/// of the bytes, and is chosen so that the names do not collide wherever such a hash exists.
template <typename Thing>
class NameMap {
 public:
  /// The bytes of the name, and the thing, must outlive the map.
  struct Entry {
    std::string_view name;
    const Thing* thing = nullptr;
  };

  NameMap() = default;
  /// Of equal names the last one is found.
  explicit NameMap(std::span<const Entry> entries) {
    for (bits_ = 1; (size_t{1} << bits_) < entries.size() * 2; ++bits_) {
    }
    for (; bits_ < 12; ++bits_) {
      for (seed_ = 0x9E3779B1u; seed_ != 0x9E3779B1u + 64 * 0x85EBCA76u; seed_ += 0x85EBCA76u) {
        if (Fill(entries)) return;
      }
    }
    // Names that such a hash cannot tell apart: the one that is not in its place is compared.
    Fill(entries);
    for (const Entry& entry : entries) {
      if (slots_[Hash(entry.name)].thing != entry.thing) rest_.emplace_back(entry);
    }
  }

  /// What has a name; null when there is none.
  const Thing* Find(std::string_view name) const {
    if (slots_.empty() || name.empty()) return nullptr;
    const Slot& slot = slots_[Hash(name)];
    if (slot.Is(name)) return slot.thing;
    for (const Slot& other : rest_) {
      if (other.Is(name)) return other.thing;
    }
    return nullptr;
  }

 private:
  // The beginning of the name lies in the slot itself: one look at memory is enough for most names.
  struct alignas(64) Slot {
    const Thing* thing = nullptr;
    const char* name = nullptr;
    uint32_t size = 0;
    char begin[44] = {};

    Slot() = default;
    explicit Slot(const Entry& entry)
        : thing(entry.thing),
          name(entry.name.data()),
          size(static_cast<uint32_t>(entry.name.size())) {
      std::memcpy(begin, name, size < sizeof(begin) ? size : sizeof(begin));
    }
    bool Is(std::string_view text) const {
      if (text.size() != size) return false;
      if (size > 24) return std::memcmp(name, text.data(), size) == 0;
      return IsSame(begin, text.data(), size);
    }
  };

  template <typename Word>
  static bool IsSameWord(const char* a, const char* b) {
    Word x;
    Word y;
    std::memcpy(&x, a, sizeof(Word));
    std::memcpy(&y, b, sizeof(Word));
    return x == y;
  }
  // Compares by words that may overlap: names are short, a call would cost more.
  static bool IsSame(const char* a, const char* b, size_t size) {
    if (size > 16 && !IsSameWord<uint64_t>(a + 8, b + 8)) return false;
    if (size >= 8) {
      return IsSameWord<uint64_t>(a, b) && IsSameWord<uint64_t>(a + size - 8, b + size - 8);
    }
    if (size >= 4) {
      return IsSameWord<uint32_t>(a, b) && IsSameWord<uint32_t>(a + size - 4, b + size - 4);
    }
    return a[0] == b[0] && a[size / 2] == b[size / 2] && a[size - 1] == b[size - 1];
  }

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
  bool Fill(std::span<const Entry> entries) {
    slots_.assign(size_t{1} << bits_, Slot());
    bool fits = true;
    for (const Entry& entry : entries) {
      Slot& slot = slots_[Hash(entry.name)];
      if (slot.thing != nullptr && !slot.Is(entry.name)) fits = false;
      slot = Slot(entry);
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
