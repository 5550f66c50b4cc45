// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Reads the JSON that records mostly have, in one pass.

#include "core/text/record_json_quick.h"

#include <bit>
#include <charconv>
#include <limits>

#include "core/base/calendar.h"
#include "core/base/decimal.h"
#include "core/base/schema.h"
#include "core/base/utf8.h"
#include "core/text/base64.h"
#include "core/text/byte_words.h"

namespace puente::text {
namespace {

using ::google::protobuf::FieldDescriptor;
using ::google::protobuf::Message;

// Places for guesses of one type: its fields, and the beginning.
constexpr size_t kGuesses = 64;

bool IsSpace(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }
bool IsDigit(char c) { return c >= '0' && c <= '9'; }
/// True for what ends a run of plain text in a string.
bool IsSpecial(char c) { return c == '"' || c == '\\' || static_cast<unsigned char>(c) < 0x20; }

const JsonType& RecordType() {
  static const JsonType* const type = FindJsonType(v1::Record::descriptor());
  return *type;
}

/// The number of an escape of four hexadecimal digits, or -1.
int HexNumber(const char* at, const char* end) {
  if (end - at < 4) return -1;
  int number = 0;
  for (int i = 0; i < 4; ++i) {
    const char c = at[i];
    const char lower = static_cast<char>(c | 0x20);
    if (IsDigit(c)) {
      number = number * 16 + (c - '0');
    } else if (lower >= 'a' && lower <= 'f') {
      number = number * 16 + (lower - 'a' + 10);
    } else {
      return -1;
    }
  }
  return number;
}

/// What an escape of one letter stands for; 0 when there is none such.
char Unescaped(char letter) {
  switch (letter) {
    case '"':
    case '\\':
    case '/':
      return letter;
    case 'b':
      return '\b';
    case 'f':
      return '\f';
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    default:
      return 0;
  }
}

template <typename Number>
bool Fits(int64_t number) {
  return number >= std::numeric_limits<Number>::min() &&
         number <= static_cast<int64_t>(std::numeric_limits<Number>::max());
}

}  // namespace

QuickRecordReader::QuickRecordReader(const Limits& limits)
    : text_bytes_(limits.text_bytes),
      name_bytes_(limits.name_bytes),
      // Of the last levels it is left to the other reader to say whether they are too many.
      levels_(limits.json_depth > 2 ? limits.json_depth - 2 : 0) {
  RecordType();
  guesses_.resize(JsonTypeCount() * kGuesses);
}

bool QuickRecordReader::Read(std::string_view json, v1::Record* out) {
  if (json.empty() || FirstInvalidUtf8(json).has_value()) return false;
  end_ = json.data() + json.size();
  content_ = nullptr;
  const char* at = SkipSpace(json.data());
  if (!Is(at, '{')) return false;
  at = ReadObject(at + 1, RecordType(), out, {1, 1});
  return at != nullptr && SkipSpace(at) == end_;
}

const char* QuickRecordReader::SkipSpace(const char* at) const {
  while (at != end_ && IsSpace(*at)) ++at;
  return at;
}

/// Where the first byte is that IsSpecial, or the end.
const char* QuickRecordReader::FindSpecial(const char* at) const {
  for (; end_ - at >= 8; at += 8) {
    const uint64_t word = LoadBytes(at);
    const uint64_t found = HasBelow(word, 0x20) | HasByte(word, '"') | HasByte(word, '\\');
    if (found == 0) continue;
    if constexpr (std::endian::native == std::endian::little) {
      return at + std::countr_zero(found) / 8;
    }
    break;
  }
  while (at != end_ && !IsSpecial(*at)) ++at;
  return at;
}

/// Reads the name of a member and the colon after it. `*guess` is where its field may be, and then
/// where it is.
const char* QuickRecordReader::ReadName(const char* at, const JsonType& type, uint8_t* guess) {
  if (!Is(at, '"')) return nullptr;
  const std::string& guessed = type.fields[*guess].key;
  if (static_cast<size_t>(end_ - at) >= guessed.size() &&
      SameBytes(at, guessed.data(), guessed.size())) {
    return at + guessed.size();
  }
  const char* const begin = at + 1;
  at = FindSpecial(begin);
  if (!Is(at, '"')) return nullptr;
  const auto found = type.by_name.find(std::string_view(begin, static_cast<size_t>(at - begin)));
  if (found == type.by_name.end()) return nullptr;
  *guess = static_cast<uint8_t>(found->second);
  at = SkipSpace(at + 1);
  return Is(at, ':') ? at + 1 : nullptr;
}

const char* QuickRecordReader::ReadObject(const char* at, const JsonType& type, Message* out,
                                          Depth depth) {
  if (depth.messages > kMaxMessageDepth || depth.levels > levels_ || type.present == nullptr) {
    return nullptr;
  }
  at = SkipSpace(at);
  if (Is(at, '}')) return at + 1;
  uint8_t* const guesses = &guesses_[type.id * kGuesses];
  uint8_t* guess = guesses;
  uint64_t seen = 0;
  uint64_t oneofs = 0;
  while (true) {
    at = ReadName(at, type, guess);
    if (at == nullptr) return nullptr;
    const size_t place = *guess;
    guess = guesses + place + 1;
    const JsonField& field = type.fields[place];
    const uint64_t bit = uint64_t{1} << place;
    if ((seen & bit) != 0 || (oneofs & field.oneof_bit) != 0 || field.name.size() > name_bytes_) {
      return nullptr;
    }
    seen |= bit;
    oneofs |= field.oneof_bit;
    if (field.oneof_bit != 0 && type.shape == JsonShape::kRecord) content_ = field.type;
    at = SkipSpace(at);
    at = field.is_repeated ? ReadElements(at, field, out, depth) : ReadValue(at, field, out, depth);
    if (at == nullptr) return nullptr;
    at = SkipSpace(at);
    if (Is(at, '}')) return at + 1;
    if (!Is(at, ',')) return nullptr;
    at = SkipSpace(at + 1);
  }
}

const char* QuickRecordReader::ReadElements(const char* at, const JsonField& field, Message* out,
                                            Depth depth) {
  if (++depth.levels > levels_ || !Is(at, '[')) return nullptr;
  at = SkipSpace(at + 1);
  if (Is(at, ']')) return at + 1;
  while (true) {
    at = ReadValue(at, field, out, depth);
    if (at == nullptr) return nullptr;
    at = SkipSpace(at);
    if (Is(at, ']')) return at + 1;
    if (!Is(at, ',')) return nullptr;
    at = SkipSpace(at + 1);
  }
}

const char* QuickRecordReader::ReadValue(const char* at, const JsonField& field, Message* out,
                                         Depth depth) {
  switch (field.kind) {
    case FieldDescriptor::CPPTYPE_STRING: {
      if (!Is(at, '"')) return nullptr;
      if (!field.is_bytes) return ReadText(at + 1, field.access->new_text(out));
      std::string_view text;
      at = ReadPlainText(at + 1, &text);
      return at != nullptr && ParseBase64(text, field.access->new_text(out)) ? at : nullptr;
    }
    case FieldDescriptor::CPPTYPE_MESSAGE:
      ++depth.messages;
      ++depth.levels;
      return ReadMessage(at, *field.type, field.access->add(out), depth);
    default:
      return field.is_repeated ? nullptr : ReadScalar(at, field, out);
  }
}

const char* QuickRecordReader::ReadMessage(const char* at, const JsonType& type, Message* out,
                                           Depth depth) {
  if (depth.messages > kMaxMessageDepth) return nullptr;
  switch (type.shape) {
    case JsonShape::kRecord:
    case JsonShape::kAny:
      return nullptr;
    case JsonShape::kCell:
      if (Is(at, '"')) return ReadText(at + 1, static_cast<v1::Cell*>(out)->mutable_text());
      if (Is(at, 'n')) return ReadWord(at, "null");
      break;
    case JsonShape::kObject:
      break;
    default:
      if (Is(at, '"')) return ReadLeaf(at + 1, type, out);
  }
  return Is(at, '{') ? ReadObject(at + 1, type, out, depth) : nullptr;
}

const char* QuickRecordReader::ReadLeaf(const char* at, const JsonType& type, Message* out) {
  std::string_view text;
  at = ReadPlainText(at, &text);
  if (at == nullptr || text.size() > text_bytes_) return nullptr;
  bool is_read = false;
  switch (type.shape) {
    case JsonShape::kDecimal:
      is_read = ParseDecimal(text, static_cast<v1::Decimal*>(out)) == TextForm::kCanonical;
      break;
    case JsonShape::kDate:
      is_read = ParseDate(text, static_cast<v1::Date*>(out)) == TextForm::kCanonical;
      break;
    case JsonShape::kDateTime:
      is_read = ParseDateTime(text, static_cast<v1::DateTime*>(out)) == TextForm::kCanonical;
      break;
    case JsonShape::kFieldPath:
      is_read = ReadFieldPath(text, static_cast<v1::FieldPath*>(out));
      break;
    default:
      break;
  }
  return is_read ? at : nullptr;
}

const char* QuickRecordReader::ReadScalar(const char* at, const JsonField& field, Message* out) {
  int64_t number = 0;
  switch (field.kind) {
    case FieldDescriptor::CPPTYPE_BOOL:
      number = Is(at, 't') ? 1 : 0;
      at = ReadWord(at, number != 0 ? "true" : "false");
      break;
    case FieldDescriptor::CPPTYPE_ENUM: {
      if (!Is(at, '"')) return nullptr;
      std::string_view name;
      const char* const end = ReadPlainText(at + 1, &name);
      if (end == nullptr || name.size() > text_bytes_) return nullptr;
      const std::string_view quoted(at, static_cast<size_t>(end - at));
      const auto& names = field.enum_names;
      while (static_cast<size_t>(number) < names.size() &&
             names[static_cast<size_t>(number)] != quoted) {
        ++number;
      }
      if (static_cast<size_t>(number) == names.size()) return nullptr;
      at = end;
      break;
    }
    case FieldDescriptor::CPPTYPE_INT32:
      at = ReadNumber(at, &number);
      if (!Fits<int32_t>(number)) return nullptr;
      break;
    case FieldDescriptor::CPPTYPE_UINT32:
      at = ReadNumber(at, &number);
      if (!Fits<uint32_t>(number)) return nullptr;
      break;
    case FieldDescriptor::CPPTYPE_INT64:
      at = ReadNumber(at, &number);
      break;
    case FieldDescriptor::CPPTYPE_UINT64:
      at = ReadNumber(at, &number);
      if (number < 0) return nullptr;
      break;
    default:
      return nullptr;
  }
  if (at != nullptr) field.access->set_number(out, number);
  return at;
}

/// Reads a string behind its quote.
const char* QuickRecordReader::ReadText(const char* at, std::string* out) {
  const char* const stop = FindSpecial(at);
  const auto size = static_cast<size_t>(stop - at);
  if (stop == end_ || size > text_bytes_) return nullptr;
  out->assign(at, size);
  if (*stop == '"') return stop + 1;
  at = ReadEscapes(stop, out);
  return out->size() > text_bytes_ ? nullptr : at;
}

/// Reads a string from its first escape on.
const char* QuickRecordReader::ReadEscapes(const char* at, std::string* out) {
  while (at != end_ && *at != '"') {
    if (*at != '\\' || end_ - at < 2) return nullptr;
    const char letter = at[1];
    at += 2;
    if (letter != 'u') {
      const char c = Unescaped(letter);
      if (c == 0) return nullptr;
      out->push_back(c);
    } else {
      const int number = HexNumber(at, end_);
      // Halves of characters are left.
      if (number < 0 || (number >= 0xD800 && number < 0xE000)) return nullptr;
      AppendUtf8(static_cast<char32_t>(number), out);
      at += 4;
    }
    const char* const stop = FindSpecial(at);
    out->append(at, static_cast<size_t>(stop - at));
    at = stop;
  }
  return at == end_ ? nullptr : at + 1;
}

/// Finds the end of a string without escapes, from behind its quote.
const char* QuickRecordReader::ReadPlainText(const char* at, std::string_view* out) {
  const char* const stop = FindSpecial(at);
  if (!Is(stop, '"')) return nullptr;
  *out = std::string_view(at, static_cast<size_t>(stop - at));
  return stop + 1;
}

/// Reads a whole number that cannot overflow.
const char* QuickRecordReader::ReadNumber(const char* at, int64_t* out) {
  constexpr int kMaxDigits = 18;
  const bool is_negative = Is(at, '-');
  if (is_negative) ++at;
  const char* const first = at;
  int64_t number = 0;
  while (at != end_ && IsDigit(*at) && at - first < kMaxDigits) {
    number = number * 10 + (*at++ - '0');
  }
  const auto digits = at - first;
  const bool has_more = at != end_ && IsDigit(*at);
  if (digits == 0 || has_more || (*first == '0' && (digits > 1 || is_negative))) return nullptr;
  *out = is_negative ? -number : number;
  return at;
}

const char* QuickRecordReader::ReadWord(const char* at, std::string_view word) {
  const std::string_view rest(at, static_cast<size_t>(end_ - at));
  return rest.starts_with(word) ? at + word.size() : nullptr;
}

bool QuickRecordReader::ReadFieldPath(std::string_view text, v1::FieldPath* out) {
  const JsonType* type = content_;
  while (!text.empty()) {
    if (type == nullptr) return false;
    const std::string_view name = text.substr(0, text.find_first_of(".["));
    text.remove_prefix(name.size());
    const auto found = type->by_name.find(name);
    if (found == type->by_name.end()) return false;
    const JsonField& field = type->fields[found->second];
    uint32_t index = 0;
    if (field.is_repeated) {
      if (text.size() < 3 || text.front() != '[' || (text[1] == '0' && text[2] != ']'))
        return false;
      const std::from_chars_result result =
          std::from_chars(text.data() + 1, text.data() + text.size(), index);
      if (result.ec != std::errc()) return false;
      text.remove_prefix(static_cast<size_t>(result.ptr - text.data()));
      if (text.empty() || text.front() != ']') return false;
      text.remove_prefix(1);
    }
    out->add_steps(static_cast<uint32_t>(field.descriptor->number()));
    out->add_steps(index);
    type = field.type != nullptr && !field.type->is_leaf ? field.type : nullptr;
    if (text.empty()) return true;
    if (text.front() != '.' || text.size() == 1) return false;
    text.remove_prefix(1);
  }
  return content_ != nullptr;
}

}  // namespace puente::text
