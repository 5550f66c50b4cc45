// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Compact tables of the schema for walks over wire bytes.

#include "core/base/wire_schema.h"

#include <map>
#include <memory>

#include "core/base/schema.h"
#include "puente/v1/record.pb.h"

namespace puente::internal {

using ::google::protobuf::Descriptor;
using ::google::protobuf::FieldDescriptor;

namespace {

uint8_t ScalarTag(FieldDescriptor::Type type) {
  switch (type) {
    case FieldDescriptor::TYPE_DOUBLE:
    case FieldDescriptor::TYPE_FIXED64:
    case FieldDescriptor::TYPE_SFIXED64:
      return kFixed64;
    case FieldDescriptor::TYPE_FLOAT:
    case FieldDescriptor::TYPE_FIXED32:
    case FieldDescriptor::TYPE_SFIXED32:
      return kFixed32;
    case FieldDescriptor::TYPE_STRING:
    case FieldDescriptor::TYPE_BYTES:
      return kDelimited;
    default:
      return kVarint;
  }
}

WireKind PackedKind(uint8_t scalar_tag) {
  if (scalar_tag == kFixed32) return WireKind::kPackedFixed32;
  return scalar_tag == kFixed64 ? WireKind::kPackedFixed64 : WireKind::kPackedVarint;
}

}  // namespace

/// Makes the types that can be reached from one, each once.
class WireTypeBuilder {
 public:
  const WireType* Build(const Descriptor& descriptor) {
    std::unique_ptr<WireType>& type = types_[&descriptor];
    if (type != nullptr) return type.get();
    type = std::make_unique<WireType>();
    // The map may move nothing, and the recursion may need this type: fill it in place.
    WireType* const result = type.get();
    int last_number = 0;
    for (int i = 0; i < descriptor.field_count(); ++i) {
      if (descriptor.field(i)->number() > last_number) last_number = descriptor.field(i)->number();
    }
    result->fields_.resize(static_cast<size_t>(last_number) + 1);
    for (int i = 0; i < descriptor.field_count(); ++i) {
      const FieldDescriptor& field = *descriptor.field(i);
      result->fields_[static_cast<size_t>(field.number())] = MakeField(field);
    }
    for (const WireField& field : result->fields_) result->below_.push_back(field.type);
    return result;
  }

 private:
  WireField MakeField(const FieldDescriptor& field) {
    WireField result;
    result.descriptor = &field;
    result.structural = IsStructural(field);
    result.repeated = field.is_repeated();
    if (field.type() == FieldDescriptor::TYPE_MESSAGE) {
      result.wire_tag = kDelimited;
      result.kind =
          IsLeafMessage(*field.message_type()) ? WireKind::kLeafMessage : WireKind::kMessage;
      result.type = Build(*field.message_type());
    } else if (ScalarTag(field.type()) == kDelimited) {
      result.wire_tag = kDelimited;
      result.kind = WireKind::kText;
    } else if (field.is_packed()) {
      result.wire_tag = kDelimited;
      result.kind = PackedKind(ScalarTag(field.type()));
    } else {
      result.wire_tag = ScalarTag(field.type());
      result.kind = WireKind::kNumber;
    }
    return result;
  }

  std::map<const Descriptor*, std::unique_ptr<WireType>> types_;
};

const WireType& RecordWireType() {
  // Never destroyed: threads may still count while the process ends.
  static WireTypeBuilder* const builder = new WireTypeBuilder();
  static const WireType* const type = builder->Build(*v1::Record::descriptor());
  return *type;
}

namespace {

// Skips a group whose first tag was read.
const uint8_t* SkipGroup(const uint8_t* next, const uint8_t* end) {
  size_t open_groups = 1;
  while (open_groups > 0) {
    uint64_t tag = 0;
    next = ReadTag(next, end, &tag);
    if (next == nullptr) return nullptr;
    if ((tag & 7) == kGroupBegin) {
      ++open_groups;
    } else if ((tag & 7) == kGroupEnd) {
      --open_groups;
    } else {
      next = SkipValue(static_cast<uint8_t>(tag & 7), next, end);
      if (next == nullptr) return nullptr;
    }
  }
  return next;
}

}  // namespace

const uint8_t* SkipValue(uint8_t wire_tag, const uint8_t* next, const uint8_t* end) {
  uint64_t number = 0;
  switch (wire_tag) {
    case kVarint:
      return ReadVarint(next, end, &number);
    case kDelimited:
      next = ReadVarint(next, end, &number);
      if (next == nullptr || number > static_cast<uint64_t>(end - next)) return nullptr;
      return next + number;
    case kFixed64:
      return end - next < 8 ? nullptr : next + 8;
    case kFixed32:
      return end - next < 4 ? nullptr : next + 4;
    case kGroupBegin:
      return SkipGroup(next, end);
    default:
      return nullptr;
  }
}

}  // namespace puente::internal
