// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Builds the tables of message types from the descriptors of the schema.

#include "core/text/record_json_types.h"

#include <algorithm>
#include <memory>
#include <mutex>

#include "core/base/schema.h"
#include "fmt/format.h"
#include "google/protobuf/any.pb.h"
#include "puente/v1/record.pb.h"

namespace puente::text {
namespace {

using ::google::protobuf::Descriptor;
using ::google::protobuf::FieldDescriptor;
using ::google::protobuf::MessageFactory;

using TypeMap = absl::flat_hash_map<const Descriptor*, std::unique_ptr<JsonType>>;

JsonShape ShapeOf(const Descriptor* descriptor) {
  if (descriptor == v1::Record::descriptor()) return JsonShape::kRecord;
  if (descriptor == v1::Decimal::descriptor()) return JsonShape::kDecimal;
  if (descriptor == v1::Date::descriptor()) return JsonShape::kDate;
  if (descriptor == v1::DateTime::descriptor()) return JsonShape::kDateTime;
  if (descriptor == v1::Cell::descriptor()) return JsonShape::kCell;
  if (descriptor == v1::FieldPath::descriptor()) return JsonShape::kFieldPath;
  if (descriptor == google::protobuf::Any::descriptor()) return JsonShape::kAny;
  return JsonShape::kObject;
}

// Numbers of enumerations whose names are at hand.
constexpr int kEnumNames = 32;

std::vector<std::string> EnumNames(const google::protobuf::EnumDescriptor& type) {
  std::vector<std::string> names(kEnumNames);
  for (int number = 0; number < kEnumNames; ++number) {
    const google::protobuf::EnumValueDescriptor* value = type.FindValueByNumber(number);
    if (value != nullptr) names[static_cast<size_t>(number)] = fmt::format("\"{}\"", value->name());
  }
  return names;
}

bool IsVarint(FieldDescriptor::Type type) {
  switch (type) {
    case FieldDescriptor::TYPE_BOOL:
    case FieldDescriptor::TYPE_ENUM:
    case FieldDescriptor::TYPE_INT32:
    case FieldDescriptor::TYPE_INT64:
    case FieldDescriptor::TYPE_UINT32:
    case FieldDescriptor::TYPE_UINT64:
      return true;
    default:
      return false;
  }
}

/// Adds a type and all that it refers to.
const JsonType* Build(const Descriptor* descriptor, TypeMap* types) {
  std::unique_ptr<JsonType>& slot = (*types)[descriptor];
  if (slot != nullptr) return slot.get();
  slot = std::make_unique<JsonType>();
  JsonType* type = slot.get();  // the slot itself may move
  type->id = types->size() - 1;
  type->descriptor = descriptor;
  type->reflection = MessageFactory::generated_factory()->GetPrototype(descriptor)->GetReflection();
  type->present = PresentFieldsOf(descriptor);
  type->shape = ShapeOf(descriptor);
  type->is_leaf = IsLeafMessage(*descriptor);
  std::vector<const FieldDescriptor*> fields;
  for (int i = 0; i < descriptor->field_count(); ++i) fields.push_back(descriptor->field(i));
  std::sort(fields.begin(), fields.end(), [](const FieldDescriptor* a, const FieldDescriptor* b) {
    return a->number() < b->number();
  });
  for (const FieldDescriptor* field : fields) {
    JsonField entry;
    entry.descriptor = field;
    entry.access = AccessOf(field);
    entry.kind = field->cpp_type();
    entry.is_repeated = field->is_repeated();
    entry.is_bytes = field->type() == FieldDescriptor::TYPE_BYTES;
    entry.has_presence = field->has_presence() || field->is_repeated();
    entry.is_varint = !field->is_repeated() && IsVarint(field->type());
    entry.oneof = field->real_containing_oneof();
    if (entry.oneof != nullptr) entry.oneof_bit = uint64_t{1} << entry.oneof->index();
    entry.name = field->name();
    entry.key = fmt::format("\"{}\":", field->name());
    if (entry.kind == FieldDescriptor::CPPTYPE_MESSAGE) {
      entry.type = Build(field->message_type(), types);
    }
    if (entry.kind == FieldDescriptor::CPPTYPE_ENUM) {
      entry.enum_names = EnumNames(*field->enum_type());
    }
    const auto number = static_cast<size_t>(field->number());
    type->places.resize(number + 1, kNoPlace);
    type->places[number] = static_cast<uint8_t>(type->fields.size());
    type->by_name.emplace(entry.name, type->fields.size());
    type->fields.push_back(std::move(entry));
  }
  return type;
}

std::mutex& TypesMutex() {
  static std::mutex mutex;
  return mutex;
}

TypeMap& Types() {
  static TypeMap* const types = new TypeMap;  // never destroyed: used until the very end
  return *types;
}

}  // namespace

const JsonType* FindJsonType(const Descriptor* descriptor) {
  if (descriptor->file()->pool() != google::protobuf::DescriptorPool::generated_pool() ||
      (descriptor->file()->package() != v1::Record::descriptor()->file()->package() &&
       ShapeOf(descriptor) != JsonShape::kAny)) {
    return nullptr;
  }
  const std::lock_guard<std::mutex> lock(TypesMutex());
  return Build(descriptor, &Types());
}

size_t JsonTypeCount() {
  const std::lock_guard<std::mutex> lock(TypesMutex());
  return Types().size();
}

}  // namespace puente::text
