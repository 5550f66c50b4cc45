// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// What can be told of a line of JSON Lines without reading it as a record.
#include "plugins/jsonl/line_text.h"

#include <algorithm>
#include <string>

#include "google/protobuf/descriptor.h"
#include "puente/v1/record.pb.h"

namespace puente::jsonl {
namespace {

constexpr std::string_view kWhiteSpace = " \t\r\n";
// What the JSON of a record has beyond the fields of the schema.
constexpr std::string_view kUnknownFields = "@unknown";

// The end of the string that begins with a quote at `at`, behind its last quote; npos when it is
// cut.
size_t StringEnd(std::string_view text, size_t at) {
  for (++at; at < text.size(); ++at) {
    if (text[at] == '\\') {
      ++at;
    } else if (text[at] == '"') {
      return at + 1;
    }
  }
  return std::string_view::npos;
}

// The end of the object or list that begins at `at`, behind its last brace; npos when it is cut.
size_t ValueEnd(std::string_view text, size_t at) {
  size_t depth = 0;
  while (at < text.size()) {
    const char c = text[at];
    if (c == '"') {
      at = StringEnd(text, at);
      continue;
    }
    ++at;
    if (c == '{' || c == '[') ++depth;
    if ((c == '}' || c == ']') && --depth == 0) return at;
  }
  return std::string_view::npos;
}

size_t SkipWhiteSpace(std::string_view text, size_t at) {
  return std::min(text.find_first_not_of(kWhiteSpace, at), text.size());
}

// The fit of a whole record, and of one that goes on behind the first bytes, with its content among
// them or not.
constexpr uint32_t kSure = 85;
constexpr uint32_t kLikely = 80;
constexpr uint32_t kPossible = 60;

}  // namespace

bool IsBlank(std::string_view line) {
  return line.find_first_not_of(kWhiteSpace) == std::string_view::npos;
}

bool IsCut(std::string_view line) {
  const size_t at = SkipWhiteSpace(line, 0);
  if (at == line.size() || (line[at] != '{' && line[at] != '[')) return false;
  return ValueEnd(line, at) == std::string_view::npos;
}

bool MayBeObject(std::string_view line) {
  const size_t at = SkipWhiteSpace(line, 0);
  if (at == line.size() || line[at] != '{') return false;
  const size_t inside = SkipWhiteSpace(line, at + 1);
  if (inside == line.size() || (line[inside] != '"' && line[inside] != '}')) return false;
  const size_t end = ValueEnd(line, at);
  return end != std::string_view::npos && IsBlank(line.substr(end));
}

uint32_t FitsRecord(std::string_view head) {
  head = WithoutMark(head);
  size_t at = SkipWhiteSpace(head, 0);
  if (at == head.size() || head[at] != '{') return 0;
  const google::protobuf::Descriptor& type = *v1::Record::descriptor();
  bool has_content = false;
  while (true) {
    at = SkipWhiteSpace(head, at + 1);
    if (at == head.size()) break;
    if (head[at] != '"') return 0;
    const size_t name_end = StringEnd(head, at);
    if (name_end == std::string_view::npos) break;
    const std::string name(head.substr(at + 1, name_end - at - 2));
    const google::protobuf::FieldDescriptor* field = type.FindFieldByName(name);
    if (field == nullptr && name != kUnknownFields) return 0;
    has_content |= field != nullptr && field->containing_oneof() != nullptr;

    at = SkipWhiteSpace(head, name_end);
    if (at == head.size()) break;
    if (head[at] != ':') return 0;
    at = SkipWhiteSpace(head, at + 1);
    if (at == head.size()) break;
    const char first = field == nullptr ? '"' : field->is_repeated() ? '[' : '{';
    if (head[at] != first) return 0;
    at = first == '"' ? StringEnd(head, at) : ValueEnd(head, at);
    if (at == std::string_view::npos) break;
    at = SkipWhiteSpace(head, at);
    if (at == head.size()) break;
    if (head[at] == '}') return has_content ? kSure : 0;
    if (head[at] != ',') return 0;
  }
  return has_content ? kLikely : kPossible;
}

}  // namespace puente::jsonl
