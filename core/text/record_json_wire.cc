// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Writes the content of records as JSON from its bytes, without a message in between.

#include <bit>
#include <cstdint>
#include <string_view>

#include "core/base/schema.h"
#include "core/base/wire_leaves.h"
#include "core/text/record_json_writer.h"

namespace puente::text {
namespace {

using ::google::protobuf::FieldDescriptor;
using internal::ReadField;
using internal::ReadVarint;
using internal::WireValue;

std::string_view TextOf(const WireValue& value) {
  return {reinterpret_cast<const char*>(value.begin), static_cast<size_t>(value.end - value.begin)};
}

bool Parse(const WireValue& value, google::protobuf::Message* out) {
  return out->ParseFromArray(value.begin, static_cast<int>(value.end - value.begin));
}

}  // namespace

bool JsonWriter::WriteParts(const RecordParts& parts, const JsonType& type) {
  const JsonField* const content = type.FindNumber(parts.content_number());
  if (content == nullptr || content->type == nullptr) return false;
  const uint64_t content_bit = uint64_t{1} << (content - type.fields.data());
  content_ = content->type;
  bool is_first = true;
  out_->Append('{');
  for (uint64_t present = type.present(parts.beside()) | content_bit; present != 0;
       present &= present - 1) {
    if (present == kUnknownFieldsPresent) {
      if (!WriteUnknown(type.reflection->GetUnknownFields(parts.beside()), is_first)) return false;
      break;
    }
    const JsonField& field = type.fields[static_cast<size_t>(std::countr_zero(present))];
    WriteKey(field, is_first);
    is_first = false;
    if (&field == content) {
      const uint8_t* const begin = internal::BytesOf(parts.content());
      if (!WriteWireFields(begin, begin + parts.content().size(), *field.type, 2)) return false;
    } else if (!WriteField(parts.beside(), type, field, 1)) {
      return false;
    }
  }
  out_->Append('}');
  return true;
}

/// Writes a message. Its fields must come by ascending number, each but the repeated ones once.
bool JsonWriter::WriteWireFields(const uint8_t* at, const uint8_t* end, const JsonType& type,
                                 int depth) {
  if (depth > kMaxMessageDepth || type.present == nullptr) return false;
  const JsonField* open = nullptr;  // the repeated field whose elements are being written
  const JsonField* last = nullptr;
  uint64_t oneofs = 0;
  out_->Append('{');
  WireValue value;
  for (; at != end; at = value.end) {
    if (!ReadField(at, end, &value)) return false;
    const JsonField* const field = type.FindNumber(value.number);
    if (field == nullptr || (oneofs & field->oneof_bit) != 0) return false;
    oneofs |= field->oneof_bit;
    if (field == open) {
      out_->Append(',');
    } else {
      if (last != nullptr && field <= last) return false;
      if (open != nullptr) out_->Append(']');
      WriteKey(*field, last == nullptr);
      open = field->is_repeated ? field : nullptr;
      if (open != nullptr) out_->Append('[');
      last = field;
    }
    if (!WriteWireValue(value, *field, depth)) return false;
  }
  if (open != nullptr) out_->Append(']');
  out_->Append('}');
  return true;
}

bool JsonWriter::WriteWireValue(const WireValue& value, const JsonField& field, int depth) {
  if (field.kind != FieldDescriptor::CPPTYPE_STRING &&
      field.kind != FieldDescriptor::CPPTYPE_MESSAGE) {
    return field.is_varint && value.wire_tag == internal::kVarint && WriteWireNumber(value, field);
  }
  if (value.wire_tag != internal::kDelimited) return false;
  if (field.kind == FieldDescriptor::CPPTYPE_STRING) {
    const std::string_view text = TextOf(value);
    if (text.empty() && !field.has_presence) return false;
    if (!field.is_bytes) return WriteString(text);
    WriteBase64(text);
    return true;
  }
  const JsonType& type = *field.type;
  switch (type.shape) {
    case JsonShape::kObject:
      return WriteWireFields(value.begin, value.end, type, depth + 1);
    case JsonShape::kDecimal:
    case JsonShape::kDate:
    case JsonShape::kDateTime:
    case JsonShape::kCell:
      return depth < kMaxMessageDepth && WriteWireLeaf(value, type, depth + 1);
    default:
      return false;
  }
}

bool JsonWriter::WriteWireNumber(const WireValue& value, const JsonField& field) {
  uint64_t number = 0;
  if (ReadVarint(value.begin, value.end, &number) == nullptr) return false;
  // As protobuf takes numbers that are too large for their field.
  switch (field.kind) {
    case FieldDescriptor::CPPTYPE_BOOL:
      number = number != 0 ? 1 : 0;
      break;
    case FieldDescriptor::CPPTYPE_INT32:
    case FieldDescriptor::CPPTYPE_ENUM:
      number = static_cast<uint64_t>(int64_t{static_cast<int32_t>(number)});
      break;
    case FieldDescriptor::CPPTYPE_UINT32:
      number = static_cast<uint32_t>(number);
      break;
    default:
      break;
  }
  if (number == 0 && !field.has_presence) return false;
  if (field.kind == FieldDescriptor::CPPTYPE_BOOL) {
    out_->Append(number != 0 ? "true" : "false");
  } else if (field.kind == FieldDescriptor::CPPTYPE_ENUM) {
    WriteEnum(field, static_cast<int>(static_cast<int64_t>(number)));
  } else if (field.kind == FieldDescriptor::CPPTYPE_UINT64) {
    WriteNumber(number);
  } else {
    WriteNumber(static_cast<int64_t>(number));
  }
  return true;
}

bool JsonWriter::WriteWireLeaf(const WireValue& value, const JsonType& type, int depth) {
  switch (type.shape) {
    case JsonShape::kDecimal:
      return ReadWireDecimal(TextOf(value), &decimal_) && WriteMessage(decimal_, type, depth);
    case JsonShape::kDate:
      return ReadWireDate(TextOf(value), &date_) && WriteMessage(date_, type, depth);
    case JsonShape::kDateTime: {
      v1::DateTime date_time;
      return Parse(value, &date_time) && WriteMessage(date_time, type, depth);
    }
    default: {
      v1::Cell cell;
      return Parse(value, &cell) && WriteMessage(cell, type, depth);
    }
  }
}

}  // namespace puente::text
