// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// A text that grows at its end, for writers that know how much room they need.

#ifndef PUENTE_CORE_TEXT_TEXT_BUFFER_H_
#define PUENTE_CORE_TEXT_TEXT_BUFFER_H_

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <memory>
#include <string_view>
#include <utility>

namespace puente::text {

/// Bytes that grow at their end. Unlike a std::string it gives room that is written in place, and
/// clears none of it beforehand.
class TextBuffer {
 public:
  TextBuffer() = default;
  TextBuffer(const TextBuffer&) = delete;
  TextBuffer& operator=(const TextBuffer&) = delete;

  size_t size() const { return static_cast<size_t>(end_ - begin_.get()); }
  bool empty() const { return end_ == begin_.get(); }
  size_t capacity() const { return static_cast<size_t>(limit_ - begin_.get()); }
  /// The bytes; valid until the next that are added.
  std::string_view text() const { return {begin_.get(), size()}; }

  /// Room for at least `size` bytes behind the end. What is written there counts once SetEnd says
  /// so.
  char* Room(size_t size) {
    if (static_cast<size_t>(limit_ - end_) < size) Grow(size);
    return end_;
  }
  /// The bytes now end here, within the room that was given.
  void SetEnd(char* end) { end_ = end; }

  void Append(std::string_view bytes) {
    char* const room = Room(bytes.size());
    if (!bytes.empty()) std::memcpy(room, bytes.data(), bytes.size());
    end_ = room + bytes.size();
  }
  void Append(char byte) {
    *Room(1) = byte;
    ++end_;
  }

  /// Takes all bytes from `size` on away; `size` must not be above size().
  void Cut(size_t size) { end_ = begin_.get() + size; }
  /// Takes all bytes away, and gives the memory back when it is more than `kept`.
  void Clear(size_t kept) {
    if (capacity() > kept) {
      begin_.reset();
      limit_ = nullptr;
    }
    end_ = begin_.get();
  }

 private:
  void Grow(size_t size) {
    const size_t used = this->size();
    const size_t wanted = std::max({used + size, 2 * capacity(), size_t{4096}});
    auto bytes = std::make_unique_for_overwrite<char[]>(wanted);
    if (used != 0) std::memcpy(bytes.get(), begin_.get(), used);
    begin_ = std::move(bytes);
    end_ = begin_.get() + used;
    limit_ = begin_.get() + wanted;
  }

  std::unique_ptr<char[]> begin_;
  char* end_ = nullptr;
  char* limit_ = nullptr;
};

}  // namespace puente::text

#endif  // PUENTE_CORE_TEXT_TEXT_BUFFER_H_
