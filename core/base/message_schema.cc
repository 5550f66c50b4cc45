// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Builds the tables of message types, out of those for wire bytes.

#include "core/base/message_schema.h"

#include <memory>
#include <unordered_map>

#include "puente/v1/record.pb.h"

namespace puente::internal {
namespace {

using ::google::protobuf::Descriptor;

using Types = std::unordered_map<const Descriptor*, std::unique_ptr<MessageType>>;

const MessageType* Build(const Descriptor& descriptor, const WireType& wire, Types* types) {
  std::unique_ptr<MessageType>& slot = (*types)[&descriptor];
  if (slot != nullptr) return slot.get();
  slot = std::make_unique<MessageType>();
  MessageType* const type = slot.get();  // the recursion may need it: it is filled in place
  type->present = PresentFieldsOf(&descriptor);
  if (type->present == nullptr) return type;
  for (uint32_t number = 1; number < wire.number_limit(); ++number) {
    const WireField& known = wire.Field(number);
    if (known.kind == WireKind::kUnknown) continue;
    MessageField field;
    field.access = AccessOf(known.descriptor);
    field.number = number;
    field.kind = known.kind;
    field.structural = known.structural;
    field.repeated = known.repeated;
    if (known.type != nullptr) {
      field.type = Build(*known.descriptor->message_type(), *known.type, types);
    }
    type->fields.push_back(field);
  }
  return type;
}

}  // namespace

const MessageType& MessageTypeOf(const Descriptor& type) {
  // Never destroyed: threads may still count while the process ends.
  static const Types* const types = [] {
    auto* made = new Types;
    Build(*v1::Record::descriptor(), RecordWireType(), made);
    return made;
  }();
  static const MessageType* const none = new MessageType;
  const auto found = types->find(&type);
  return found == types->end() ? *none : *found->second;
}

}  // namespace puente::internal
