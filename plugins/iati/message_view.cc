// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Looks into messages where they lie in a record's bytes.
#include "plugins/iati/message_view.h"

#include <algorithm>
#include <memory>

#include "core/base/wire_schema.h"
#include "google/protobuf/message.h"
#include "google/protobuf/wire_format_lite.h"

namespace puente::iati {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::internal::WireFormatLite;

ViewType::ViewType(const Descriptor& descriptor) : descriptor_(descriptor) {
  for (int i = 0; i < descriptor.field_count(); ++i) {
    const FieldDescriptor& field = *descriptor.field(i);
    const uint8_t slot = SlotOf(field);
    const uint64_t bit = uint64_t{1} << slot;
    const auto wire_type = field.is_packed()
                               ? WireFormatLite::WIRETYPE_LENGTH_DELIMITED
                               : WireFormatLite::WireTypeForFieldType(
                                     static_cast<WireFormatLite::FieldType>(field.type()));
    const size_t tag = WireFormatLite::MakeTag(field.number(), wire_type);
    if (slots_.size() <= tag) slots_.resize(tag + 1, kNone);
    slots_[tag] = slot;
    if (field.is_repeated()) repeated_ |= bit;
    if (!field.is_repeated() && !field.has_presence()) without_presence_ |= bit;
    if (const auto* oneof = field.real_containing_oneof(); oneof != nullptr) {
      for (int k = 0; k < oneof->field_count(); ++k) {
        others_[slot] |= uint64_t{1} << SlotOf(*oneof->field(k));
      }
      others_[slot] &= ~bit;
    }
    if (others_[slot] != 0 || (without_presence_ & bit) != 0) checked_ |= bit;
  }
}

uint8_t ViewType::SlotOf(const FieldDescriptor& field) {
  const Descriptor& type = *field.containing_type();
  uint8_t slot = 0;
  for (int i = 0; i < type.field_count(); ++i) slot += type.field(i)->number() < field.number();
  return slot;
}

uint64_t WireSpan::number() const {
  uint64_t value = 0;
  internal::ReadVarint(begin, end, &value);
  return value;
}

MessageView::State MessageView::Find(const ViewType& type, WireSpan message) {
  const uint8_t* const slots = type.slots_.data();
  const size_t tags = type.slots_.size();
  uint64_t present = 0;
  uint8_t last = ViewType::kNone;
  internal::WireValue value;
  for (const uint8_t* at = message.begin; at != message.end; at = value.end) {
    // Most fields are texts and messages of less than 128 bytes.
    if (message.end - at >= 2 && at[0] < 0x80 && at[0] >= 8 &&
        (at[0] & 7) == internal::kDelimited && at[1] < 0x80 && at[1] <= message.end - at - 2) {
      value.number = at[0] >> 3;
      value.wire_tag = internal::kDelimited;
      value.begin = at + 2;
      value.end = value.begin + at[1];
    } else if (!internal::ReadField(at, message.end, &value)) {
      return State::kMalformed;
    }
    const uint64_t tag = uint64_t{value.number} << 3 | value.wire_tag;
    const uint8_t slot = tag < tags ? slots[tag] : ViewType::kNone;
    if (slot == last && slot != ViewType::kNone && ((type.repeated_ >> slot) & 1) != 0) {
      fields_[slot].end = value.end;
      continue;
    }
    last = slot;
    if (slot == ViewType::kNone) continue;
    const uint64_t bit = uint64_t{1} << slot;
    if ((present & bit) != 0) return State::kOutOfOrder;
    if ((type.checked_ & bit) != 0) {
      if ((present & type.others_[slot]) != 0) return State::kOutOfOrder;
      if ((type.without_presence_ & bit) != 0 &&
          (value.wire_tag == internal::kVarint ? WireSpan{value.begin, value.end}.number() == 0
                                               : value.begin == value.end)) {
        // Written though it is the default: protobuf would leave it out.
        return State::kOutOfOrder;
      }
    }
    present |= bit;
    fields_[slot] = {{value.begin, value.end}, value.end};
  }
  present_ = present;
  return State::kFound;
}

bool MessageView::Open(const ViewType& type, WireSpan message, Rewritten* rewritten) {
  present_ = 0;
  const State state = Find(type, message);
  if (state != State::kOutOfOrder) return state == State::kFound;
  const std::unique_ptr<google::protobuf::Message> parsed(
      google::protobuf::MessageFactory::generated_factory()
          ->GetPrototype(&type.descriptor_)
          ->New());
  if (!parsed->ParseFromArray(message.begin, static_cast<int>(message.end - message.begin))) {
    return false;
  }
  const std::string& bytes = rewritten->emplace_back(parsed->SerializeAsString());
  const uint8_t* const begin = internal::BytesOf(bytes);
  return Find(type, {begin, begin + bytes.size()}) == State::kFound;
}

WireSpan MessageView::TakeValue(const uint8_t* at, const uint8_t* end) {
  internal::WireValue value;
  internal::ReadField(at, end, &value);
  return {value.begin, value.end};
}

}  // namespace puente::iati
