// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Records as one line of JSON each, without loss.

#ifndef PUENTE_CORE_TEXT_RECORD_JSON_H_
#define PUENTE_CORE_TEXT_RECORD_JSON_H_

#include <memory>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "core/base/limits.h"
#include "core/base/record_parts.h"
#include "core/text/text_buffer.h"
#include "google/protobuf/message.h"
#include "puente/v1/record.pb.h"

namespace puente::text {

/// Appends a message of puente.v1 as one line of JSON, without a line feed at its end.
///
/// Fields that are present, by ascending number, named as in the schema. Decimals, dates and times
/// as their canonical text; a cell as its text or null; a field path as text below the content of
/// its record; a leaf message that has no such text as an object of its fields. Enumerations by
/// name, or by number where there is none. Bytes in base64. An `Any` is `{"@type","@bytes"}`;
/// what a message holds beyond the schema is `"@unknown"`, its wire format in base64.
///
/// Errors, and then nothing is appended: invalid-argument (code PUE-0206, with the JSON pointer)
/// for a text that is not UTF-8 or a message of another schema; resource-exhausted (code PUE-0203)
/// for a message nested deeper than kMaxMessageDepth.
absl::Status AppendRecordJson(const google::protobuf::Message& message, TextBuffer* out);
absl::Status AppendRecordJson(const google::protobuf::Message& message, std::string* out);

/// The same for a record that was taken apart. False, and then nothing is appended, where its
/// message has to be written instead: when the bytes of its content are not those that protobuf
/// would write, hold what the schema does not know, or cannot be written.
bool AppendRecordJson(const RecordParts& parts, TextBuffer* out);

/// Reads records; keeps its memory from one to the next. For one thread at a time.
class RecordJsonParser {
 public:
  /// Holds records to `json_depth`, `name_bytes` (of a key) and `text_bytes` (of a string that is
  /// no base64) of the limits.
  explicit RecordJsonParser(const Limits& limits = DefaultLimits());
  ~RecordJsonParser();
  RecordJsonParser(RecordJsonParser&& other) noexcept;
  RecordJsonParser& operator=(RecordJsonParser&& other) noexcept;

  /// Reads what AppendRecordJson wrote for a record; `out` is replaced, and is empty after an
  /// error. Members may come in any order and white space may stand where JSON allows it. Refused,
  /// with the JSON pointer: what is not JSON (code PUE-0301), members that the schema does not
  /// know, the same member twice, two contents, null (but for a cell), values of another type,
  /// numbers that do not fit (PUE-0304); nesting deeper than a record can be, and what is beyond a
  /// limit (PUE-0203, resource-exhausted).
  absl::Status Parse(std::string_view json, v1::Record* out);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

/// Reads one record with a parser of the calling thread. Errors are those of RecordJsonParser.
absl::Status ParseRecordJson(std::string_view json, v1::Record* out);

}  // namespace puente::text

#endif  // PUENTE_CORE_TEXT_RECORD_JSON_H_
