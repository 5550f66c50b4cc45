// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Reads records from JSON, and refuses what a record would not keep.

#include "core/base/limits.h"
#include "core/base/status.h"
#include "core/text/record_json.h"
#include "core/text/record_json_dom.h"
#include "core/text/record_json_quick.h"
#include "fmt/format.h"
#include "simdjson.h"

namespace puente::text {
namespace {

using ::simdjson::dom::element;

// A parser that has grown beyond this is not kept.
constexpr size_t kKeptCapacity = size_t{16} << 20;

absl::Status NotJson(simdjson::error_code error, const Limits& limits) {
  ErrorDetail detail;
  if (error == simdjson::DEPTH_ERROR) {
    detail.code = "PUE-0203";
    detail.message =
        fmt::format("/: this is nested deeper than the limit json_depth ({})", limits.json_depth);
    return MakeError(absl::StatusCode::kResourceExhausted, detail);
  }
  if (error == simdjson::CAPACITY || error == simdjson::MEMALLOC) {
    detail.code = "PUE-0203";
    detail.message = "/: there is not enough memory for this record";
    return MakeError(absl::StatusCode::kResourceExhausted, detail);
  }
  detail.code = "PUE-0301";
  switch (error) {
    case simdjson::EMPTY:
      detail.message = "there is nothing here";
      break;
    case simdjson::UTF8_ERROR:
      detail.message = "the line is not UTF-8";
      break;
    case simdjson::UNESCAPED_CHARS:
      detail.message = "a string has a control character that is not escaped";
      break;
    case simdjson::UNCLOSED_STRING:
      detail.message = "a string has no end";
      break;
    case simdjson::STRING_ERROR:
      detail.message = "a string has an escape that JSON does not know, or half a character";
      break;
    case simdjson::NUMBER_ERROR:
      detail.message = "a number is not written as JSON wants it, or is too large";
      break;
    default:
      detail.message = "the line is not JSON";
      detail.hint =
          "one record in braces is expected, with nothing after it; was the line cut short?";
  }
  return MakeError(absl::StatusCode::kInvalidArgument, detail);
}

}  // namespace

class RecordJsonParser::Impl {
 public:
  explicit Impl(const Limits& limits) : limits_(limits), quick_(limits) {}

  absl::Status Parse(std::string_view json, v1::Record* out) {
    out->Clear();
    if (quick_.Read(json, out)) return absl::OkStatus();
    // It is wrong, or one of the few that only the whole reader reads.
    out->Clear();
    if (parser_ == nullptr) {
      parser_ = std::make_unique<simdjson::dom::parser>();
      const simdjson::error_code error = parser_->allocate(json.size(), limits_.json_depth);
      if (error != simdjson::SUCCESS) {
        parser_.reset();
        return NotJson(error, limits_);
      }
    }
    element root;
    const simdjson::error_code error = parser_->parse(json.data(), json.size()).get(root);
    absl::Status status;
    if (error != simdjson::SUCCESS) {
      status = NotJson(error, limits_);
    } else {
      status = ReadRecordJson(root, limits_, json.find("\\u") != std::string_view::npos, out);
      if (!status.ok()) out->Clear();
    }
    if (parser_->capacity() > kKeptCapacity) parser_.reset();
    return status;
  }

 private:
  const Limits limits_;
  QuickRecordReader quick_;
  std::unique_ptr<simdjson::dom::parser> parser_;
};

RecordJsonParser::RecordJsonParser(const Limits& limits) : impl_(std::make_unique<Impl>(limits)) {}
RecordJsonParser::~RecordJsonParser() = default;
RecordJsonParser::RecordJsonParser(RecordJsonParser&& other) noexcept = default;
RecordJsonParser& RecordJsonParser::operator=(RecordJsonParser&& other) noexcept = default;

absl::Status RecordJsonParser::Parse(std::string_view json, v1::Record* out) {
  return impl_->Parse(json, out);
}

absl::Status ParseRecordJson(std::string_view json, v1::Record* out) {
  thread_local RecordJsonParser parser;
  return parser.Parse(json, out);
}

}  // namespace puente::text
