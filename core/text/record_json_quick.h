// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Reads the JSON that records mostly have, in one pass. Internal to record_json.

#ifndef PUENTE_CORE_TEXT_RECORD_JSON_QUICK_H_
#define PUENTE_CORE_TEXT_RECORD_JSON_QUICK_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/limits.h"
#include "core/text/record_json_types.h"
#include "google/protobuf/message.h"
#include "puente/v1/record.pb.h"

namespace puente::text {

/// Reads JSON of records straight into messages. It takes nothing that ReadRecordJson would refuse
/// and reads the same from it, but it leaves some of it to that: all that is wrong, so that it need
/// not know why, and what is rare. Not thread safe.
class QuickRecordReader {
 public:
  explicit QuickRecordReader(const Limits& limits);

  /// Reads a record, which must be empty. False when the JSON has to be read the long way; the
  /// record then holds a part of it.
  bool Read(std::string_view json, v1::Record* out);

 private:
  using Message = google::protobuf::Message;

  // Where in the JSON, in messages and in levels of JSON, a value is.
  struct Depth {
    int messages = 0;
    uint64_t levels = 0;
  };

  // These read what begins at a place, and return where it ends; null when they leave it.
  const char* ReadObject(const char* at, const JsonType& type, Message* out, Depth depth);
  const char* ReadName(const char* at, const JsonType& type, uint8_t* guess);
  const char* ReadElements(const char* at, const JsonField& field, Message* out, Depth depth);
  const char* ReadValue(const char* at, const JsonField& field, Message* out, Depth depth);
  const char* ReadMessage(const char* at, const JsonType& type, Message* out, Depth depth);
  const char* ReadLeaf(const char* at, const JsonType& type, Message* out);
  const char* ReadScalar(const char* at, const JsonField& field, Message* out);
  const char* ReadText(const char* at, std::string* out);
  const char* ReadEscapes(const char* at, std::string* out);
  const char* ReadPlainText(const char* at, std::string_view* out);
  const char* ReadNumber(const char* at, int64_t* out);
  const char* ReadWord(const char* at, std::string_view word);
  bool ReadFieldPath(std::string_view text, v1::FieldPath* out);

  const char* SkipSpace(const char* at) const;
  const char* FindSpecial(const char* at) const;
  bool Is(const char* at, char c) const { return at != end_ && *at == c; }

  const uint64_t text_bytes_;
  const uint64_t name_bytes_;
  const uint64_t levels_;
  const char* end_ = nullptr;
  const JsonType* content_ = nullptr;  // what field paths are relative to
  // For each type and field: the field that came after it the last time.
  std::vector<uint8_t> guesses_;
};

}  // namespace puente::text

#endif  // PUENTE_CORE_TEXT_RECORD_JSON_QUICK_H_
