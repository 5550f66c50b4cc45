// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Reads records from JSON, and refuses what a record would not keep.

#include "core/base/limits.h"
#include "core/text/json_fault.h"
#include "core/text/record_json.h"
#include "core/text/record_json_dom.h"
#include "core/text/record_json_quick.h"
#include "simdjson.h"

namespace puente::text {
namespace {

using ::simdjson::dom::element;

// A parser that has grown beyond this is not kept.
constexpr size_t kKeptCapacity = size_t{16} << 20;

absl::Status NotJson(simdjson::error_code error, const Limits& limits) {
  return JsonFault(
      error, limits, "line",
      "/: ", "one record in braces is expected, with nothing after it; was the line cut short?");
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
