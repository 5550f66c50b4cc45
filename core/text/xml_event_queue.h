// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Events of XML that wait to be delivered, in one buffer. Internal to the XML reader.

#ifndef PUENTE_CORE_TEXT_XML_EVENT_QUEUE_H_
#define PUENTE_CORE_TEXT_XML_EVENT_QUEUE_H_

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>
#include <vector>

#include "core/text/xml_reader.h"

namespace puente::text {

/// A queue that is filled, then emptied, then cleared. Its names and texts lie in one buffer that
/// is used again, so that an event costs no allocation.
class XmlEventQueue {
 public:
  /// A stretch of the buffer.
  struct Stretch {
    size_t begin = 0;
    size_t size = 0;
  };

  /// An event; attributes are `attribute_count` from `first_attribute` on.
  struct Event {
    XmlEvent kind = XmlEvent::kEndOfDocument;
    uint32_t depth = 0;
    Stretch name;
    Stretch text;
    size_t first_attribute = 0;
    size_t attribute_count = 0;
    XmlPosition position;
    uint64_t end_offset = 0;
  };

  /// Removes all events. A text that is open stays.
  void Clear() {
    if (text_is_open_ && text_.begin > 0) {
      std::memmove(bytes_.data(), bytes_.data() + text_.begin, text_.size);
      text_.begin = 0;
    }
    bytes_.resize(text_is_open_ ? text_.size : 0);
    events_.clear();
    attributes_.clear();
    next_ = 0;
  }

  /// True when no event waits.
  bool empty() const { return next_ == events_.size(); }

  /// True when enough waits: memory is not to depend on what a chunk of input holds.
  bool is_full() const { return events_.size() >= kEnough || bytes_.size() >= kEnoughBytes; }

  /// The next event; the queue must not be empty.
  const Event& Take() { return events_[next_++]; }

  /// Puts a name or a text into the buffer.
  Stretch Keep(std::string_view text) {
    const Stretch stretch{bytes_.size(), text.size()};
    bytes_.insert(bytes_.end(), text.begin(), text.end());
    return stretch;
  }

  /// The bytes of a stretch, until something is put into the buffer.
  std::string_view Get(const Stretch& stretch) const {
    return std::string_view(bytes_.data() + stretch.begin, stretch.size);
  }

  /// Adds an event; no text may be open.
  void Add(const Event& event) { events_.push_back(event); }

  /// Adds an attribute for the next event that is added.
  void AddAttribute(std::string_view name, std::string_view value) {
    const Stretch kept = Keep(name);
    attributes_.push_back({kept, Keep(value)});
  }

  /// How many attributes there are, those of all events that wait.
  size_t attribute_count() const { return attributes_.size(); }

  /// The attributes of an event, until the next call.
  std::span<const XmlAttribute> GetAttributes(const Event& event) {
    views_.clear();
    for (size_t i = 0; i < event.attribute_count; ++i) {
      const Attribute& attribute = attributes_[event.first_attribute + i];
      views_.push_back({Get(attribute.name), Get(attribute.value)});
    }
    return views_;
  }

  /// True when a text has begun that may go on.
  bool text_is_open() const { return text_is_open_; }

  /// Where the open text begins.
  const XmlPosition& text_position() const { return text_position_; }

  /// Size of the open text so far.
  size_t text_size() const { return text_.size; }

  /// Begins a text. Nothing else may be put into the buffer until it is closed.
  void OpenText(const XmlPosition& position) {
    text_is_open_ = true;
    text_ = {bytes_.size(), 0};
    text_position_ = position;
  }

  /// Goes on with the open text; its markup ends at `end_offset`.
  void AppendText(std::string_view text, uint64_t end_offset) {
    Keep(text);
    text_.size += text.size();
    text_end_ = end_offset;
  }

  /// Makes an event of the open text, unless it is empty: empty CDATA sections are no text.
  void CloseText(uint32_t depth) {
    if (!text_is_open_) return;
    text_is_open_ = false;
    if (text_.size == 0) return;
    Event& event = events_.emplace_back();
    event.kind = XmlEvent::kText;
    event.depth = depth;
    event.text = text_;
    event.position = text_position_;
    event.end_offset = text_end_;
  }

 private:
  struct Attribute {
    Stretch name;
    Stretch value;
  };

  static constexpr size_t kEnough = 1024;
  static constexpr size_t kEnoughBytes = size_t{256} << 10;

  std::vector<Event> events_;
  size_t next_ = 0;
  std::vector<Attribute> attributes_;
  std::vector<char> bytes_;
  std::vector<XmlAttribute> views_;
  bool text_is_open_ = false;
  Stretch text_;
  XmlPosition text_position_;
  uint64_t text_end_ = 0;
};

}  // namespace puente::text

#endif  // PUENTE_CORE_TEXT_XML_EVENT_QUEUE_H_
