// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Writes messages of the schema as JSON. Internal to record_json.

#ifndef PUENTE_CORE_TEXT_RECORD_JSON_WRITER_H_
#define PUENTE_CORE_TEXT_RECORD_JSON_WRITER_H_

#include <charconv>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "core/base/record_parts.h"
#include "core/base/wire_schema.h"
#include "core/text/byte_words.h"
#include "core/text/record_json_types.h"
#include "core/text/text_buffer.h"
#include "google/protobuf/any.pb.h"
#include "google/protobuf/message.h"
#include "google/protobuf/unknown_field_set.h"
#include "puente/v1/record.pb.h"

namespace puente::text {

/// Writes one message; every function is false after an error.
class JsonWriter {
 public:
  /// With `checks` each text is checked by itself, so that the error tells its place. Without it is
  /// for the caller to check the whole: what is between the texts is ASCII.
  JsonWriter(TextBuffer* out, bool checks) : out_(out), checks_(checks) {}

  bool WriteMessage(const google::protobuf::Message& message, const JsonType& type, int depth);

  /// Writes a record that was taken apart. False also for content that is not canonical: its
  /// message has to be written then.
  bool WriteParts(const RecordParts& parts, const JsonType& type);

  /// True when all that was written is ASCII.
  bool is_ascii() const { return (bytes_seen_ & kByteHighs) == 0; }

  /// The error, with the pointer to its place.
  absl::Status status() const;

 private:
  using Any = google::protobuf::Any;
  using Message = google::protobuf::Message;
  using UnknownFieldSet = google::protobuf::UnknownFieldSet;

  bool WriteText(const Message& message, const JsonType& type);
  bool WriteFieldPath(const v1::FieldPath& path);
  bool WriteRecord(const v1::Record& record, const JsonType& type, int depth);
  bool WriteFields(const Message& message, const JsonType& type, int depth);
  void WriteKey(const JsonField& field, bool is_first);
  bool WriteField(const Message& message, const JsonType& type, const JsonField& field, int depth);
  bool WriteSingle(const Message& message, const JsonField& field, int depth);
  bool WriteElements(const Message& message, const JsonType& type, const JsonField& field,
                     int depth);
  bool WriteElement(const Message& message, const JsonType& type, const JsonField& field, int index,
                    int depth);
  bool WriteAny(const Any& any);
  bool WriteString(std::string_view text);
  bool WriteUnknown(const UnknownFieldSet& unknown, bool is_first);
  void WriteBase64(std::string_view bytes);
  void WriteEnum(const JsonField& field, int number);
  template <typename Number>
  void WriteNumber(Number number);

  // Of content in wire format.
  bool WriteWireFields(const uint8_t* at, const uint8_t* end, const JsonType& type, int depth);
  bool WriteWireValue(const internal::WireValue& value, const JsonField& field, int depth);
  bool WriteWireNumber(const internal::WireValue& value, const JsonField& field);
  bool WriteWireLeaf(const internal::WireValue& value, const JsonType& type, int depth);

  bool Fail(std::string reason) {
    reason_ = std::move(reason);
    return false;
  }
  bool FailBelow(const std::string& step) {
    pointer_.insert(0, "/" + step);
    return false;
  }

  TextBuffer* out_;
  const bool checks_;
  const JsonType* content_ = nullptr;  // what field paths are relative to
  uint64_t bytes_seen_ = 0;
  std::string scratch_;
  v1::Decimal decimal_;
  v1::Date date_;
  std::string reason_;
  std::string pointer_;
  bool too_deep_ = false;
};

template <typename Number>
void JsonWriter::WriteNumber(Number number) {
  constexpr size_t kDigits = 24;
  char* const to = out_->Room(kDigits);
  out_->SetEnd(std::to_chars(to, to + kDigits, number).ptr);
}

}  // namespace puente::text

#endif  // PUENTE_CORE_TEXT_RECORD_JSON_WRITER_H_
