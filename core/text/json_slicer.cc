// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Cuts a large JSON document into the elements of one of its arrays, and what is around them.

#include "core/text/json_slicer.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include "core/base/status.h"
#include "core/text/line_ends.h"
#include "core/text/xml_scan.h"
#include "fmt/format.h"

namespace puente::text {
namespace {

constexpr size_t kBlock = size_t{64} << 10;
// Memory that is kept for slices.
constexpr size_t kMaxKept = size_t{4} << 20;

bool IsSpace(char c) { return c == ' ' || c == '\n' || c == '\t' || c == '\r'; }

// Bytes that matter between the quotes of strings, and elsewhere inside of an array or object.
constexpr std::array<bool, 256> kBrackets = [] {
  std::array<bool, 256> bytes{};
  for (const char c : {'"', '[', ']', '{', '}'}) bytes[static_cast<unsigned char>(c)] = true;
  return bytes;
}();

bool IsPrefix(const JsonSlicer::Path& prefix, std::string_view name, const JsonSlicer::Path& path) {
  return path.size() > prefix.size() && std::equal(prefix.begin(), prefix.end(), path.begin()) &&
         path[prefix.size()] == name;
}

}  // namespace

JsonSlicer::JsonSlicer(InputStream* input, const Limits& limits, std::vector<Path> arrays)
    : input_(input), limits_(limits), arrays_(std::move(arrays)) {}

absl::StatusOr<bool> JsonSlicer::Next(JsonSlice* slice) {
  switch (state_) {
    case State::kStart:
      return TakeHead(slice);
    case State::kElements:
      return TakeElement(slice);
    case State::kDone:
      return false;
  }
  return false;
}

absl::StatusOr<bool> JsonSlicer::TakeHead(JsonSlice* slice) {
  for (bool more = true; more && end_ < 3;) {
    const absl::StatusOr<bool> any = Fill();
    if (!any.ok()) return any.status();
    more = *any;
  }
  const std::string_view begin(buffer_.data(), end_);
  if (begin.starts_with("\xFF\xFE") || begin.starts_with("\xFE\xFF")) {
    ErrorDetail detail;
    detail.code = "PUE-0204";
    detail.message = "the file is in UTF-16; JSON is in UTF-8";
    detail.hint = "save the file as UTF-8";
    detail.line = 1;
    return MakeError(absl::StatusCode::kInvalidArgument, detail);
  }
  // A byte order mark says nothing.
  if (begin.starts_with("\xEF\xBB\xBF")) {
    begin_ = cursor_ = counted_ = 3;
    offset_ = 3;
  }
  slice->kind = JsonSlice::Kind::kHead;
  slice->offset = offset_;
  slice->line = 1;
  slice->column = 1;
  const absl::StatusOr<char> first = NextByte();
  if (!first.ok()) return first.status();
  if (*first == 0) return Fault("the file is empty");
  bool found = false;
  if (*first == '{') {
    ++cursor_;
    const absl::StatusOr<bool> array = FindArray();
    if (!array.ok()) return array.status();
    found = *array;
  } else if (*first == '[' && std::any_of(arrays_.begin(), arrays_.end(),
                                          [](const Path& path) { return path.empty(); })) {
    ++cursor_;
    found = true;
    array_ = &*std::find_if(arrays_.begin(), arrays_.end(),
                            [](const Path& path) { return path.empty(); });
  }
  if (!found) {
    // All of it, and whatever comes behind: that is for the judge.
    while (true) {
      cursor_ = end_;
      const absl::StatusOr<bool> more = HasByte();
      if (!more.ok()) return more.status();
      if (!*more) break;
    }
    state_ = State::kDone;
    slice->text = {buffer_.data() + begin_, end_ - begin_};
    slice->source_bytes = slice->text.size();
    if (slice->text.size() > limits_.record_bytes) return TooLarge();
    return true;
  }
  state_ = State::kElements;
  if (cursor_ - begin_ > limits_.record_bytes) return TooLarge();
  Count();
  slice->source_bytes = cursor_ - begin_;
  // The text with all that is open closed; what was read beyond goes behind it.
  const std::string closing = "]" + std::string(array_->size(), '}');
  buffer_.resize(end_);
  buffer_.insert(cursor_, closing);
  slice->text = {buffer_.data() + begin_, cursor_ + closing.size() - begin_};
  cursor_ += closing.size();
  end_ += closing.size();
  counted_ = cursor_;
  return true;
}

absl::StatusOr<bool> JsonSlicer::FindArray() {
  // One level for each object that the cursor is in.
  while (true) {
    const absl::StatusOr<char> c = NextByte();
    if (!c.ok()) return c.status();
    if (*c == '}') {
      ++cursor_;
      if (path_.empty()) return false;
      path_.pop_back();
      continue;
    }
    if (*c == ',') {
      ++cursor_;
      continue;
    }
    if (*c != '"') return false;  // it is not JSON, or at its end
    const size_t begin = cursor_ + 1 - begin_;
    if (absl::Status status = SkipString(); !status.ok()) return status;
    const std::string name = buffer_.substr(begin_ + begin, cursor_ - 1 - begin_ - begin);
    const absl::StatusOr<char> colon = NextByte();
    if (!colon.ok()) return colon.status();
    if (*colon != ':') return false;
    ++cursor_;
    const absl::StatusOr<char> value = NextByte();
    if (!value.ok()) return value.status();
    bool descends = false;
    for (const Path& path : arrays_) {
      if (!IsPrefix(path_, name, path)) continue;
      if (path.size() == path_.size() + 1 && *value == '[') {
        ++cursor_;
        array_ = &path;
        return true;
      }
      descends |= path.size() > path_.size() + 1 && *value == '{';
    }
    if (descends) {
      ++cursor_;
      path_.push_back(name);
      continue;
    }
    if (absl::Status status = SkipValue(); !status.ok()) return status;
  }
}

absl::StatusOr<bool> JsonSlicer::TakeElement(JsonSlice* slice) {
  Drop();
  absl::StatusOr<char> c = NextByte(/*keep=*/false);
  if (!c.ok()) return c.status();
  if (*c == ']') return TakeTail(slice);
  if (!is_first_element_) {
    if (*c != ',') {
      return Fault(*c == 0 ? "the file ended inside the array"
                           : "a comma or a closing bracket is missing between two values");
    }
    ++cursor_;
    c = NextByte(/*keep=*/false);
    if (!c.ok()) return c.status();
  }
  is_first_element_ = false;
  if (*c == 0) return Fault("the file ended inside the array");
  if (*c == ',' || *c == ']' || *c == '}' || *c == ':') return Fault("a value is missing here");
  Drop();
  slice->kind = JsonSlice::Kind::kElement;
  slice->offset = offset_;
  slice->line = line_;
  slice->column = column_;
  if (absl::Status status = SkipValue(); !status.ok()) return status;
  slice->text = {buffer_.data() + begin_, cursor_ - begin_};
  slice->source_bytes = slice->text.size();
  if (slice->text.size() > limits_.record_bytes) return TooLarge();
  return true;
}

absl::StatusOr<bool> JsonSlicer::TakeTail(JsonSlice* slice) {
  Drop();
  slice->kind = JsonSlice::Kind::kTail;
  slice->offset = offset_;
  slice->line = line_;
  slice->column = column_;
  while (true) {
    cursor_ = end_;
    const absl::StatusOr<bool> more = HasByte();
    if (!more.ok()) return more.status();
    if (!*more) break;
  }
  slice->source_bytes = end_ - begin_;
  if (slice->source_bytes > limits_.record_bytes) return TooLarge();
  std::string skeleton;
  for (const std::string& name : *array_) skeleton += "{\"" + name + "\":";
  skeleton += '[';
  buffer_.resize(end_);
  buffer_.insert(begin_, skeleton);
  end_ = cursor_ = buffer_.size();
  state_ = State::kDone;
  slice->text = std::string_view(buffer_).substr(begin_);
  return true;
}

absl::Status JsonSlicer::SkipString() {
  ++cursor_;
  while (true) {
    const absl::StatusOr<bool> more = HasByte();
    if (!more.ok()) return more.status();
    if (!*more) return Fault("the file ended inside a string");
    const char* const begin = buffer_.data() + cursor_;
    const char* const end = buffer_.data() + end_;
    const char* p = begin;
    while (p != end && *p != '"' && *p != '\\') ++p;
    cursor_ += static_cast<size_t>(p - begin);
    if (p == end) continue;
    ++cursor_;
    if (*p == '"') return absl::OkStatus();
    const absl::StatusOr<bool> escaped = HasByte();
    if (!escaped.ok()) return escaped.status();
    if (*escaped) ++cursor_;
  }
}

absl::Status JsonSlicer::SkipValue() {
  const absl::StatusOr<bool> any = HasByte();
  if (!any.ok()) return any.status();
  if (!*any) return Fault("the file ended where a value is expected");
  const char first = buffer_[cursor_];
  if (first == '"') return SkipString();
  if (first != '[' && first != '{') {
    while (true) {
      const absl::StatusOr<bool> more = HasByte();
      if (!more.ok()) return more.status();
      if (!*more) return absl::OkStatus();
      const char c = buffer_[cursor_];
      if (IsSpace(c) || c == ',' || c == ']' || c == '}' || c == ':' || c == '"') {
        return absl::OkStatus();
      }
      ++cursor_;
    }
  }
  uint64_t depth = 0;
  while (true) {
    const absl::StatusOr<bool> more = HasByte();
    if (!more.ok()) return more.status();
    if (!*more) return Fault("the file ended inside an array or object");
    const char* const begin = buffer_.data() + cursor_;
    const char* const end = buffer_.data() + end_;
    const char* p = begin;
    while (p != end && !kBrackets[static_cast<unsigned char>(*p)]) ++p;
    cursor_ += static_cast<size_t>(p - begin);
    if (p == end) continue;
    if (*p == '"') {
      if (absl::Status status = SkipString(); !status.ok()) return status;
      continue;
    }
    ++cursor_;
    if (*p == '[' || *p == '{') {
      ++depth;
    } else if (--depth == 0) {
      return absl::OkStatus();
    }
  }
}

absl::StatusOr<char> JsonSlicer::NextByte(bool keep) {
  while (true) {
    if (!keep) Drop();
    const absl::StatusOr<bool> more = HasByte();
    if (!more.ok()) return more.status();
    if (!*more) return '\0';
    while (cursor_ != end_ && IsSpace(buffer_[cursor_])) ++cursor_;
    if (cursor_ != end_) return buffer_[cursor_];
  }
}

absl::StatusOr<bool> JsonSlicer::Fill() {
  if (at_end_) return false;
  if (end_ - begin_ > limits_.record_bytes) return TooLarge();
  Count();
  if (begin_ != 0) {
    std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
    end_ -= begin_;
    cursor_ -= begin_;
    counted_ -= begin_;
    begin_ = 0;
  }
  if (buffer_.size() > kMaxKept && end_ <= kBlock) {
    buffer_.resize(end_);
    buffer_.shrink_to_fit();
  }
  // The buffer grows with what has to be kept, so that no byte is moved often.
  const size_t want = std::max(kBlock, end_ / 2);
  if (buffer_.size() < end_ + want) buffer_.resize(end_ + want);
  const absl::StatusOr<size_t> got = input_->Read(buffer_.data() + end_, want);
  if (!got.ok()) return got.status();
  end_ += *got;
  at_end_ = *got == 0;
  return !at_end_;
}

void JsonSlicer::Count() {
  std::string_view part = std::string_view(buffer_).substr(counted_, cursor_ - counted_);
  offset_ += part.size();
  counted_ = cursor_;
  if (part.empty()) return;
  // A line feed after a carriage return ends no other line.
  if (after_cr_ && part[0] == '\n') part.remove_prefix(1);
  after_cr_ = !part.empty() && part.back() == '\r';
  const size_t last = LastLineEnd(part);
  if (last != std::string_view::npos) {
    line_ += XmlScan::CountLineEnds(part.data(), part.data() + last + 1);
    column_ = 1;
    part.remove_prefix(last + 1);
  }
  size_t inner = 0;
  for (const char c : part) inner += (static_cast<unsigned char>(c) & 0xC0) == 0x80 ? 1 : 0;
  column_ += part.size() - inner;
}

void JsonSlicer::Drop() {
  Count();
  begin_ = cursor_;
  begin_line_ = line_;
  begin_column_ = column_;
}

absl::Status JsonSlicer::TooLarge() const {
  ErrorDetail detail;
  detail.code = "PUE-0203";
  detail.message = fmt::format("a part of the file is larger than the limit record_bytes ({})",
                               FormatLimit(limits_.record_bytes, LimitUnit::kBytes));
  detail.line = begin_line_;
  detail.column = begin_column_;
  return MakeError(absl::StatusCode::kResourceExhausted, detail);
}

absl::Status JsonSlicer::Fault(std::string_view what) {
  Count();
  ErrorDetail detail;
  detail.code = "PUE-0301";
  detail.message = std::string(what);
  detail.hint = "the file is cut or damaged: copy it again, or make it again from its source";
  detail.line = line_;
  detail.column = column_;
  return MakeError(absl::StatusCode::kInvalidArgument, detail);
}

}  // namespace puente::text
