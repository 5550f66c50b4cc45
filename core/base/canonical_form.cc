// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Tells whether the bytes of a record are written canonically, without making a message of them.

#include "core/base/canonical_form.h"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <map>
#include <memory>
#include <vector>

#include "core/base/schema.h"
#include "core/base/utf8.h"
#include "core/base/wire_schema.h"
#include "puente/v1/record.pb.h"

namespace puente {
namespace {

using ::google::protobuf::Descriptor;
using ::google::protobuf::FieldDescriptor;
using internal::ReadVarint;

/// What a field's value must be like.
enum class Form : uint8_t {
  kUnknown,
  kBool,
  kInt32,   // and enumerations
  kUint32,  // and zigzag ones
  kAny64,
  kFixed32,
  kFixed64,
  kString,
  kBytes,
  kMessage,
};

class FormType;

struct FormField {
  const FormType* below = nullptr;
  Form form = Form::kUnknown;
  uint8_t wire_tag = 0;
  bool repeated = false;
  bool packed = false;
  bool presence = false;
  /// Of fields that exclude each other the same number, not 0.
  uint8_t group = 0;
};

class FormType {
 public:
  const FormField& Field(uint64_t number) const {
    return fields_[number < fields_.size() ? number : 0];
  }

 private:
  friend class FormTypeBuilder;
  std::vector<FormField> fields_;
};

Form FormOf(const FieldDescriptor& field) {
  switch (field.type()) {
    case FieldDescriptor::TYPE_BOOL:
      return Form::kBool;
    case FieldDescriptor::TYPE_INT32:
    case FieldDescriptor::TYPE_ENUM:
      return Form::kInt32;
    case FieldDescriptor::TYPE_UINT32:
    case FieldDescriptor::TYPE_SINT32:
      return Form::kUint32;
    case FieldDescriptor::TYPE_INT64:
    case FieldDescriptor::TYPE_UINT64:
    case FieldDescriptor::TYPE_SINT64:
      return Form::kAny64;
    case FieldDescriptor::TYPE_FIXED32:
    case FieldDescriptor::TYPE_SFIXED32:
      return Form::kFixed32;
    case FieldDescriptor::TYPE_FIXED64:
    case FieldDescriptor::TYPE_SFIXED64:
      return Form::kFixed64;
    case FieldDescriptor::TYPE_STRING:
      return Form::kString;
    case FieldDescriptor::TYPE_BYTES:
      return Form::kBytes;
    case FieldDescriptor::TYPE_MESSAGE:
      return Form::kMessage;
    default:
      return Form::kUnknown;
  }
}

uint8_t WireTagOf(Form form) {
  switch (form) {
    case Form::kString:
    case Form::kBytes:
    case Form::kMessage:
      return internal::kDelimited;
    case Form::kFixed32:
      return internal::kFixed32;
    case Form::kFixed64:
      return internal::kFixed64;
    default:
      return internal::kVarint;
  }
}

/// Makes the types that can be reached from one, each once.
class FormTypeBuilder {
 public:
  const FormType* Build(const Descriptor& descriptor) {
    std::unique_ptr<FormType>& type = types_[&descriptor];
    if (type != nullptr) return type.get();
    type = std::make_unique<FormType>();
    // The recursion may need this type, and moves no other in the map: fill it in place.
    FormType& made = *type;
    int last = 0;
    for (int i = 0; i < descriptor.field_count(); ++i) {
      last = std::max(last, descriptor.field(i)->number());
    }
    made.fields_.resize(static_cast<size_t>(last) + 1);
    for (int i = 0; i < descriptor.field_count(); ++i) {
      const FieldDescriptor& field = *descriptor.field(i);
      FormField entry;
      entry.form = FormOf(field);
      entry.repeated = field.is_repeated();
      entry.packed = field.is_packed();
      entry.wire_tag = entry.packed ? uint8_t{internal::kDelimited} : WireTagOf(entry.form);
      entry.presence = field.has_presence() || entry.repeated;
      if (const auto* oneof = field.real_containing_oneof()) {
        entry.group = static_cast<uint8_t>(oneof->index() + 1);
      }
      if (entry.form == Form::kMessage) entry.below = Build(*field.message_type());
      made.fields_[static_cast<size_t>(field.number())] = entry;
    }
    return &made;
  }

 private:
  std::map<const Descriptor*, std::unique_ptr<FormType>> types_;
};

const FormType& RecordForm() {
  // Never destroyed: threads may still look while the process ends.
  static FormTypeBuilder* const builder = new FormTypeBuilder();
  static const FormType* const type = builder->Build(*v1::Record::descriptor());
  return *type;
}

/// Reads a varint of the fewest bytes; null for all else.
const uint8_t* ReadShortest(const uint8_t* next, const uint8_t* end, uint64_t* out) {
  if (next != end && *next < 0x80) {
    *out = *next;
    return next + 1;
  }
  const uint8_t* const after = ReadVarint(next, end, out);
  if (after == nullptr || after[-1] == 0) return nullptr;
  // Of ten bytes the last one holds a single bit.
  return after - next == 10 && after[-1] != 1 ? nullptr : after;
}

bool FitsNumber(Form form, uint64_t value) {
  switch (form) {
    case Form::kBool:
      return value <= 1;
    case Form::kInt32:
      return value <= 0x7FFFFFFF || value >= 0xFFFFFFFF80000000;
    case Form::kUint32:
      return value <= 0xFFFFFFFF;
    default:
      return true;
  }
}

bool IsUtf8(const uint8_t* begin, size_t size) {
  const uint8_t* p = begin;
  uint64_t high = 0;
  size_t left = size;
  for (; left >= 8; left -= 8, p += 8) {
    uint64_t word;
    std::memcpy(&word, p, sizeof(word));
    high |= word;
  }
  for (; left > 0; --left) high |= uint64_t{*p++};
  if ((high & 0x8080808080808080) == 0) return true;
  return !FirstInvalidUtf8({reinterpret_cast<const char*>(begin), size}).has_value();
}

bool IsPackedForm(const FormField& field, const uint8_t* next, const uint8_t* end) {
  if (next == end) return false;
  if (field.form == Form::kFixed32) return (end - next) % 4 == 0;
  if (field.form == Form::kFixed64) return (end - next) % 8 == 0;
  while (next != end) {
    uint64_t value = 0;
    next = ReadShortest(next, end, &value);
    if (next == nullptr || !FitsNumber(field.form, value)) return false;
  }
  return true;
}

/// A message on the way: where it ends, what it is, and what its last field was.
struct Level {
  const uint8_t* end;
  const FormType* type;
  uint64_t last_number;
  uint64_t groups;
};

constexpr size_t kMaxDepth = 64;

/// Looks at the message of a level and at all below it.
bool IsCanonical(const FormType& root, const uint8_t* next, const uint8_t* const root_end) {
  Level outer[kMaxDepth];
  size_t depth = 0;
  Level at = {root_end, &root, 0, 0};
  while (true) {
    if (next == at.end) {
      if (depth == 0) return true;
      at = outer[--depth];
      continue;
    }
    uint64_t tag = 0;
    next = ReadShortest(next, at.end, &tag);
    if (next == nullptr) return false;
    const uint64_t number = tag >> 3;
    const FormField& field = at.type->Field(number);
    if (field.form == Form::kUnknown || (tag & 7) != field.wire_tag) return false;
    if (number <= at.last_number && (number < at.last_number || !field.repeated || field.packed)) {
      return false;
    }
    at.last_number = number;
    if (field.group != 0) {
      const uint64_t bit = uint64_t{1} << (field.group & 63);
      if ((at.groups & bit) != 0) return false;
      at.groups |= bit;
    }
    if (field.wire_tag == internal::kDelimited) {
      uint64_t size = 0;
      next = ReadShortest(next, at.end, &size);
      if (next == nullptr || size > static_cast<uint64_t>(at.end - next)) return false;
      const uint8_t* const value_end = next + size;
      if (field.form == Form::kMessage) {
        if (size == 0) continue;
        if (depth == kMaxDepth) return false;
        outer[depth++] = at;
        at = {value_end, field.below, 0, 0};
        continue;
      }
      if (size == 0 && !field.presence) return false;
      if (field.packed && !IsPackedForm(field, next, value_end)) return false;
      if (field.form == Form::kString && !IsUtf8(next, static_cast<size_t>(size))) return false;
      next = value_end;
      continue;
    }
    uint64_t value = 0;
    if (field.wire_tag == internal::kVarint) {
      next = ReadShortest(next, at.end, &value);
      if (next == nullptr || !FitsNumber(field.form, value)) return false;
    } else {
      const size_t size = field.wire_tag == internal::kFixed32 ? 4 : 8;
      if (static_cast<size_t>(at.end - next) < size) return false;
      for (size_t i = 0; i < size; ++i) value |= next[i];
      next += size;
    }
    if (value == 0 && !field.presence) return false;
  }
}

}  // namespace

bool SplitCanonical(std::string_view record, CanonicalParts* parts) {
  const uint8_t* const begin = internal::BytesOf(record);
  const uint8_t* const end = begin + record.size();
  if (!IsCanonical(RecordForm(), begin, end)) return false;
  // Fields ascend: before 2 there is the identity, and from 24 on the rest.
  const uint8_t* content = begin;
  const uint8_t* rest = end;
  internal::WireValue value;
  for (const uint8_t* next = begin; next != end; next = value.end) {
    if (!internal::ReadField(next, end, &value)) return false;
    if (value.number == v1::Record::kIdentityFieldNumber) {
      content = value.end;
    } else if (IsBesideContent(value.number)) {
      rest = next;
      break;
    }
  }
  const auto from = [&record, begin](const uint8_t* a, const uint8_t* b) {
    return record.substr(static_cast<size_t>(a - begin), static_cast<size_t>(b - a));
  };
  parts->identity = from(begin, content);
  parts->content = from(content, rest);
  parts->rest = from(rest, end);
  // A field that a later schema puts after these would be content.
  static_assert(v1::Record::kDerivedFieldNumber == 27, "no field of Record stands after the rest");
  return true;
}

}  // namespace puente
