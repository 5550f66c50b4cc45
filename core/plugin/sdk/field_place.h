// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Fields of records by their paths, for formats whose fields stand in a table. Beside the SDK.
#ifndef PUENTE_CORE_PLUGIN_SDK_FIELD_PLACE_H_
#define PUENTE_CORE_PLUGIN_SDK_FIELD_PLACE_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "absl/status/statusor.h"
#include "core/base/text_form.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"
#include "puente/v1/record.pb.h"

namespace puente::sdk {

/// Numbers for the indices that a place leaves open, in the order of the path.
using Indices = std::span<const uint32_t>;

/// The place of a field in the content of a record. Where a field is repeated, the path says which
/// element is meant:
///
///     activity.transactions[0].value.currency    the first one
///     activity.locations[].name.narratives[0].text   one whose index is given with the place
///     activity.sectors[vocabulary=1].code        the one whose `vocabulary` is `1`
///
/// An element that is chosen by a key is made, with the key, when a value goes into it.
class FieldPlace {
 public:
  /// One step to the field.
  struct Step {
    const google::protobuf::FieldDescriptor* field = nullptr;
    /// Of the message that has the field: asking each message for its own takes longer.
    const google::protobuf::Reflection* reflection = nullptr;
    uint32_t index = 0;    ///< 0 for a field that is not repeated.
    bool is_open = false;  ///< The index is the next of those that are given.
    /// The text field of the element that must have a value, and the value.
    const google::protobuf::FieldDescriptor* key = nullptr;
    std::string key_value;
  };

  /// No place; to be assigned to.
  FieldPlace() = default;
  /// Reads a path: a kind of record, then names of fields. Invalid-argument error when the schema
  /// has no such field.
  static absl::StatusOr<FieldPlace> Parse(std::string_view path);
  /// The same for a path that stands in the plugin itself, which a test reads: a wrong one ends the
  /// process, with the reason.
  static FieldPlace Own(std::string_view path);

  /// The path without indices, as receipts have it.
  const std::string& name() const { return name_; }
  /// The field of Record that is the kind of record.
  const google::protobuf::FieldDescriptor* kind() const { return kind_; }
  /// The steps from the content on; none for the content itself.
  std::span<const Step> steps() const { return steps_; }

  /// How many indices are left open. Where another number of them is given, there is no such field.
  size_t open() const { return open_; }

  /// The message that holds the field in a content of this kind, or null. `numbers` becomes the
  /// field's place as records have it (v1::FieldPath), as far as it goes.
  const google::protobuf::Message* Find(const google::protobuf::Message& content, Indices indices,
                                        std::vector<uint32_t>* numbers) const;
  /// The same; what is missing on the way is made, and with `whole` the message at the place
  /// itself. Null when an element would leave a gap behind the last one.
  google::protobuf::Message* Make(google::protobuf::Message* content, Indices indices, bool whole,
                                  std::vector<uint32_t>* numbers) const;

 private:
  std::string name_;
  const google::protobuf::FieldDescriptor* kind_ = nullptr;
  std::vector<Step> steps_;
  size_t open_ = 0;
};

/// The value that a text is read as.
using FieldValue = std::variant<std::monostate, std::string_view, bool, int32_t, v1::Decimal,
                                v1::Date, v1::DateTime>;

/// Reads a text as a value of a field, of the types that SetFieldText knows. The value of a string
/// is the text itself, and lives as long. What it is when the text is no value means nothing.
TextForm ReadFieldText(const google::protobuf::FieldDescriptor& field, std::string_view text,
                       FieldValue* value);

/// Sets a field to a value that ReadFieldText read for it; of an element as SetFieldText.
void SetFieldValue(google::protobuf::Message* message,
                   const google::protobuf::FieldDescriptor& field, uint32_t index,
                   FieldValue& value);

/// Sets a field (of an element, when it is repeated: the one behind the last is added) from a text:
/// a string, boolean, number of 32 bits, decimal, date or date with a time. When the text is no
/// such value, the message stays as it was.
TextForm SetFieldText(google::protobuf::Message* message,
                      const google::protobuf::FieldDescriptor& field, uint32_t index,
                      std::string_view text);

/// Appends the canonical text of a field that is present. False, and nothing is appended, when it
/// is of another type than those of SetFieldText, or holds no valid value.
bool AppendFieldText(const google::protobuf::Message& message,
                     const google::protobuf::FieldDescriptor& field, uint32_t index,
                     std::string* out);

}  // namespace puente::sdk

#endif  // PUENTE_CORE_PLUGIN_SDK_FIELD_PLACE_H_
