// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// A JSON value with all that it holds, and the text of each part.

#include "core/text/json_tree.h"

#include <algorithm>
#include <charconv>
#include <limits>

#include "absl/container/flat_hash_set.h"
#include "core/base/status.h"
#include "core/base/utf8.h"
#include "core/text/json_fault.h"
#include "core/text/xml_fault.h"
#include "fmt/format.h"
#include "simdjson.h"

namespace puente::text {
namespace {

// A parser that has grown beyond this is not kept.
constexpr size_t kKeptCapacity = size_t{16} << 20;
// Up to so many members each name is compared with all others.
constexpr size_t kFewMembers = 16;

bool IsSpace(char c) { return c == ' ' || c == '\n' || c == '\t' || c == '\r'; }

// The text with another character in the place of each half of one that is behind `\\u`.
std::string WithoutHalves(std::string_view text) {
  std::string out(text);
  for (size_t i = 0; i + 5 < out.size(); ++i) {
    if (out[i] != '\\') continue;
    if (out[i + 1] == 'u' && (out[i + 2] == 'd' || out[i + 2] == 'D') && out[i + 3] >= '8') {
      out.replace(i + 2, 2, "00");
    }
    ++i;
  }
  return out;
}

uint32_t Hex(const char* p) {
  uint32_t value = 0;
  std::from_chars(p, p + 4, value, 16);
  return value;
}

void AppendUtf8(uint32_t c, std::string* out) {
  const auto add = [out](uint32_t byte) { out->push_back(static_cast<char>(byte)); };
  if (c < 0x80) {
    add(c);
  } else if (c < 0x800) {
    add(0xC0 | c >> 6);
    add(0x80 | (c & 0x3F));
  } else if (c < 0x10000) {
    add(0xE0 | c >> 12);
    add(0x80 | (c >> 6 & 0x3F));
    add(0x80 | (c & 0x3F));
  } else {
    add(0xF0 | c >> 18);
    add(0x80 | (c >> 12 & 0x3F));
    add(0x80 | (c >> 6 & 0x3F));
    add(0x80 | (c & 0x3F));
  }
}

}  // namespace

struct JsonTree::Parser {
  simdjson::dom::parser simdjson;
};

/// Makes the values of a text that is known to be JSON.
class JsonTree::Walker {
 public:
  Walker(std::string_view text, const Limits& limits, std::vector<JsonNode>* nodes,
         std::string* unescaped)
      : limits_(limits),
        begin_(text.data()),
        p_(text.data()),
        end_(text.data() + text.size()),
        nodes_(*nodes),
        unescaped_(*unescaped) {}

  absl::Status Walk() {
    // Each value in turn, and where the arrays and objects that it is in began.
    std::vector<uint32_t> open;
    std::string_view name;
    while (true) {
      SkipSpace();
      if (p_ == end_) break;
      const char c = *p_;
      if (c == ']' || c == '}') {
        ++p_;
        JsonNode& closed = nodes_[open.back()];
        open.pop_back();
        closed.end = static_cast<uint32_t>(nodes_.size());
        closed.raw = {closed.raw.data(), static_cast<size_t>(p_ - closed.raw.data())};
        if (closed.kind == JsonKind::kObject) {
          if (absl::Status status = CheckNames(closed); !status.ok()) return status;
        }
        continue;
      }
      if (c == ',') {
        ++p_;
        continue;
      }
      const bool is_member = !open.empty() && nodes_[open.back()].kind == JsonKind::kObject;
      if (is_member) {
        std::string_view raw;
        if (absl::Status status = TakeString(limits_.name_bytes, "name_bytes", &raw, &name);
            !status.ok()) {
          return status;
        }
        SkipSpace();
        ++p_;  // the colon
        SkipSpace();
      } else {
        name = {};
      }
      JsonNode& node = nodes_.emplace_back();
      node.name = name;
      node.raw = {p_, 1};
      node.end = static_cast<uint32_t>(nodes_.size());
      switch (*p_) {
        case '{':
        case '[':
          node.kind = *p_ == '{' ? JsonKind::kObject : JsonKind::kArray;
          open.push_back(node.end - 1);
          ++p_;
          break;
        case '"': {
          node.kind = JsonKind::kString;
          if (absl::Status status =
                  TakeString(limits_.text_bytes, "text_bytes", &node.raw, &node.text);
              !status.ok()) {
            return status;
          }
          break;
        }
        default:
          node.kind = *p_ == 'n'   ? JsonKind::kNull
                      : *p_ == 't' ? JsonKind::kTrue
                      : *p_ == 'f' ? JsonKind::kFalse
                                   : JsonKind::kNumber;
          while (p_ != end_ && !IsSpace(*p_) && *p_ != ',' && *p_ != ']' && *p_ != '}') ++p_;
          node.raw = {node.raw.data(), static_cast<size_t>(p_ - node.raw.data())};
      }
      if (nodes_.size() == std::numeric_limits<uint32_t>::max()) {
        return Fault(node.raw.data(), "there are too many values here");
      }
    }
    return absl::OkStatus();
  }

 private:
  void SkipSpace() {
    while (p_ != end_ && IsSpace(*p_)) ++p_;
  }

  absl::Status Fault(const char* at, std::string message, std::string hint = "") const {
    ErrorDetail detail;
    detail.code = "PUE-0301";
    detail.message = std::move(message);
    detail.hint = std::move(hint);
    detail.column = static_cast<uint64_t>(at - begin_) + 1;
    return MakeError(absl::StatusCode::kInvalidArgument, detail);
  }

  absl::Status TakeString(uint64_t limit, std::string_view limit_name, std::string_view* raw,
                          std::string_view* out) {
    const char* const begin = p_++;
    bool has_escapes = false;
    while (*p_ != '"') {
      if (*p_ == '\\') {
        has_escapes = true;
        ++p_;
      }
      ++p_;
    }
    ++p_;
    *raw = {begin, static_cast<size_t>(p_ - begin)};
    *out = raw->substr(1, raw->size() - 2);
    if (has_escapes) {
      const size_t at = unescaped_.size();
      if (!Unescape(*out)) {
        return Fault(begin, "a \\u escape stands for half a character",
                     "escape both halves, or write UTF-8");
      }
      *out = std::string_view(unescaped_).substr(at);
    }
    if (out->size() <= limit) return absl::OkStatus();
    ErrorDetail detail;
    detail.code = "PUE-0203";
    detail.message = fmt::format("a string is longer than the limit {} ({})", limit_name,
                                 FormatLimit(limit, LimitUnit::kBytes));
    detail.column = static_cast<uint64_t>(begin - begin_) + 1;
    return MakeError(absl::StatusCode::kResourceExhausted, detail);
  }

  // False when half a character stands there.
  bool Unescape(std::string_view text) {
    for (size_t i = 0; i < text.size(); ++i) {
      if (text[i] != '\\') {
        unescaped_.push_back(text[i]);
        continue;
      }
      const char c = text[++i];
      switch (c) {
        case 'b':
          unescaped_.push_back('\b');
          break;
        case 'f':
          unescaped_.push_back('\f');
          break;
        case 'n':
          unescaped_.push_back('\n');
          break;
        case 'r':
          unescaped_.push_back('\r');
          break;
        case 't':
          unescaped_.push_back('\t');
          break;
        case 'u': {
          uint32_t code = Hex(text.data() + i + 1);
          i += 4;
          if (code >= 0xDC00 && code < 0xE000) return false;
          if (code >= 0xD800 && code < 0xDC00) {
            if (text.size() - i < 7 || text[i + 1] != '\\' || text[i + 2] != 'u') return false;
            const uint32_t low = Hex(text.data() + i + 3);
            if (low < 0xDC00 || low >= 0xE000) return false;
            code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
            i += 6;
          }
          AppendUtf8(code, &unescaped_);
          break;
        }
        default:
          unescaped_.push_back(c);
      }
    }
    return true;
  }

  absl::Status CheckNames(const JsonNode& object) {
    names_.clear();
    const auto number = static_cast<uint32_t>(&object - nodes_.data());
    for (uint32_t i = number + 1; i < object.end; i = nodes_[i].end) names_.push_back(i);
    const auto twice = [this](uint32_t node) {
      return Fault(nodes_[node].raw.data(),
                   fmt::format("the member {} occurs twice", QuoteForMessage(nodes_[node].name)),
                   "keep one of the two");
    };
    if (names_.size() <= kFewMembers) {
      for (size_t i = 1; i < names_.size(); ++i) {
        for (size_t k = 0; k < i; ++k) {
          if (nodes_[names_[i]].name == nodes_[names_[k]].name) return twice(names_[i]);
        }
      }
      return absl::OkStatus();
    }
    absl::flat_hash_set<std::string_view> seen;
    for (const uint32_t i : names_) {
      if (!seen.insert(nodes_[i].name).second) return twice(i);
    }
    return absl::OkStatus();
  }

  const Limits& limits_;
  const char* const begin_;
  const char* p_;
  const char* const end_;
  std::vector<JsonNode>& nodes_;
  std::string& unescaped_;
  std::vector<uint32_t> names_;
};

JsonTree::JsonTree(const Limits& limits) : limits_(limits) {}
JsonTree::~JsonTree() = default;

absl::Status JsonTree::Parse(std::string_view text) {
  nodes_.clear();
  unescaped_.clear();
  is_well_formed_ = false;
  constexpr std::string_view kHint =
      "the file is cut, or of another format: see the place named, or name the format with --from";
  simdjson::error_code error = simdjson::SUCCESS;
  if (parser_ == nullptr) {
    parser_ = std::make_unique<Parser>();
    error = parser_->simdjson.allocate(std::max<size_t>(text.size(), 1), limits_.json_depth);
  }
  simdjson::dom::element root;
  if (error == simdjson::SUCCESS) {
    error = parser_->simdjson.parse(text.data(), text.size()).get(root);
  }
  if (error != simdjson::SUCCESS) {
    const std::string whole = error == simdjson::STRING_ERROR ? WithoutHalves(text) : std::string();
    is_well_formed_ =
        !whole.empty() &&
        parser_->simdjson.parse(whole.data(), whole.size()).get(root) == simdjson::SUCCESS;
    parser_.reset();
    return JsonFault(error, limits_, "text", "", kHint);
  }
  if (parser_->simdjson.capacity() > kKeptCapacity) parser_.reset();
  is_well_formed_ = true;
  // Texts point into it: it must not grow.
  unescaped_.reserve(text.size());
  return Walker(text, limits_, &nodes_, &unescaped_).Walk();
}

const JsonNode* JsonTree::Find(const JsonNode& object, std::string_view name) const {
  if (object.kind != JsonKind::kObject) return nullptr;
  for (uint32_t i = NumberOf(object) + 1; i < object.end; i = nodes_[i].end) {
    if (nodes_[i].name == name) return &nodes_[i];
  }
  return nullptr;
}

}  // namespace puente::text
