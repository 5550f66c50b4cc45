// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Field paths: writing them as text, reading them back, checking them.

#include "core/base/field_path.h"

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <system_error>
#include <vector>

#include "core/base/schema.h"
#include "core/base/strings.h"
#include "fmt/format.h"

namespace puente {
namespace {

using ::google::protobuf::Descriptor;
using ::google::protobuf::FieldDescriptor;
using ::google::protobuf::Message;
using ::google::protobuf::Reflection;

// Walks a path along the schema. The visitor gets each field and its index; it may end the walk
// with an error.
template <typename Visitor>
absl::Status WalkPath(const v1::FieldPath& path, const Descriptor& content_type, Visitor visit) {
  if (path.steps_size() % 2 != 0) {
    return absl::InvalidArgumentError("a field path has a field number without its index");
  }
  const Descriptor* type = &content_type;
  for (int i = 0; i < path.steps_size(); i += 2) {
    const uint32_t number = path.steps(i);
    const uint32_t index = path.steps(i + 1);
    if (type == nullptr) {
      return absl::InvalidArgumentError("a field path goes on below a field that holds one value");
    }
    const FieldDescriptor* field = number <= static_cast<uint32_t>(FieldDescriptor::kMaxNumber)
                                       ? type->FindFieldByNumber(static_cast<int>(number))
                                       : nullptr;
    if (field == nullptr) {
      return absl::InvalidArgumentError(
          fmt::format("{} has no field with the number {}", type->name(), number));
    }
    if (!field->is_repeated() && index != 0) {
      return absl::InvalidArgumentError(fmt::format(
          "the field {} is not repeated, but a path gives it the index {}", field->name(), index));
    }
    const absl::Status status = visit(*field, index);
    if (!status.ok()) return status;
    const Descriptor* below = field->message_type();
    type = below != nullptr && !IsLeafMessage(*below) ? below : nullptr;
  }
  return absl::OkStatus();
}

absl::Status UnknownField(std::string_view name, const Descriptor& type) {
  std::vector<std::string> names;
  names.reserve(static_cast<size_t>(type.field_count()));
  for (int i = 0; i < type.field_count(); ++i) names.push_back(type.field(i)->name());
  const std::string near = NearestName(name, names);
  return absl::InvalidArgumentError(
      near.empty()
          ? fmt::format("{} has no field named '{}'", type.name(), name)
          : fmt::format("{} has no field named '{}'; did you mean '{}'?", type.name(), name, near));
}

// Takes `[5]` off the beginning of a text; plain digits without leading zeros only.
bool TakeIndex(std::string_view* text, uint32_t* index) {
  if (text->empty() || text->front() != '[') return false;
  const char* const begin = text->data() + 1;
  const char* const end = text->data() + text->size();
  const std::from_chars_result result = std::from_chars(begin, end, *index);
  if (result.ec != std::errc() || result.ptr == end || *result.ptr != ']') return false;
  if (*begin == '0' && result.ptr - begin > 1) return false;
  text->remove_prefix(static_cast<size_t>(result.ptr + 1 - text->data()));
  return true;
}

// Takes a field's name off the beginning of a text.
std::string_view TakeName(std::string_view* text) {
  const std::string_view name = text->substr(0, text->find_first_of(".["));
  text->remove_prefix(name.size());
  return name;
}

absl::StatusOr<std::string> Write(const v1::FieldPath& path, const Descriptor& content_type,
                                  bool with_indices) {
  std::string text;
  const absl::Status status =
      WalkPath(path, content_type, [&](const FieldDescriptor& field, uint32_t index) {
        if (!text.empty()) text.push_back('.');
        text += field.name();
        if (with_indices && field.is_repeated()) text += fmt::format("[{}]", index);
        return absl::OkStatus();
      });
  if (!status.ok()) return status;
  return text;
}

}  // namespace

absl::Status CheckFieldPath(const v1::FieldPath& path, const Descriptor& content_type) {
  return WalkPath(path, content_type,
                  [](const FieldDescriptor&, uint32_t) { return absl::OkStatus(); });
}

absl::Status CheckFieldPath(const v1::FieldPath& path, const Message& content) {
  const Message* message = &content;
  int steps_left = path.steps_size();
  return WalkPath(
      path, *content.GetDescriptor(), [&](const FieldDescriptor& field, uint32_t index) {
        steps_left -= 2;
        const Reflection* reflection = message->GetReflection();
        const bool is_message = field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE;
        if (field.is_repeated()) {
          const int size = reflection->FieldSize(*message, &field);
          if (index >= static_cast<uint32_t>(size)) {
            return absl::OutOfRangeError(fmt::format("the index {} of {} is not below its size, {}",
                                                     index, field.name(), size));
          }
          if (is_message) {
            message = &reflection->GetRepeatedMessage(*message, &field, static_cast<int>(index));
          }
        } else if (is_message) {
          if (steps_left > 0 && !reflection->HasField(*message, &field)) {
            return absl::OutOfRangeError(
                fmt::format("a path goes through {}, which is absent", field.name()));
          }
          message = &reflection->GetMessage(*message, &field);
        }
        return absl::OkStatus();
      });
}

absl::StatusOr<std::string> FieldPathText(const v1::FieldPath& path,
                                          const Descriptor& content_type) {
  return Write(path, content_type, /*with_indices=*/true);
}

absl::StatusOr<std::string> FieldPathName(const v1::FieldPath& path,
                                          const Descriptor& content_type) {
  return Write(path, content_type, /*with_indices=*/false);
}

absl::StatusOr<v1::FieldPath> ParseFieldPath(std::string_view text,
                                             const Descriptor& content_type) {
  v1::FieldPath path;
  const Descriptor* type = &content_type;
  std::string_view rest = text;
  while (!rest.empty()) {
    if (path.steps_size() != 0) {
      if (rest.front() != '.') {
        return absl::InvalidArgumentError(
            fmt::format("a point is expected before '{}' in the field path '{}'", rest, text));
      }
      rest.remove_prefix(1);
    }
    const std::string_view name = TakeName(&rest);
    if (name.empty()) {
      return absl::InvalidArgumentError(
          fmt::format("a field's name is missing in the field path '{}'", text));
    }
    if (type == nullptr) {
      return absl::InvalidArgumentError(
          fmt::format("there is no '{}' below a field that holds one value, in the field path '{}'",
                      name, text));
    }
    const FieldDescriptor* field = type->FindFieldByName(std::string(name));
    if (field == nullptr) return UnknownField(name, *type);
    uint32_t index = 0;
    if (field->is_repeated() && !TakeIndex(&rest, &index)) {
      return absl::InvalidArgumentError(fmt::format(
          "{} is repeated: an index is expected, such as '{}[0]', in the field path '{}'", name,
          name, text));
    }
    path.add_steps(static_cast<uint32_t>(field->number()));
    path.add_steps(index);
    const Descriptor* below = field->message_type();
    type = below != nullptr && !IsLeafMessage(*below) ? below : nullptr;
  }
  return path;
}

}  // namespace puente
