// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// One record between reader and writer, as a message or as bytes.

#include "core/pipeline/flight.h"

#include <limits>
#include <optional>
#include <type_traits>

#include "core/base/schema.h"
#include "core/base/status.h"
#include "core/plugin/host.h"
#include "core/plugin/run.h"
#include "fmt/format.h"
#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/wire_format_lite.h"

namespace puente::pipeline {
namespace {

using google::protobuf::internal::WireFormatLite;
using google::protobuf::io::CodedInputStream;

static_assert(sizeof(PuenteLeaves) == sizeof(LeafFlow) && std::is_standard_layout_v<LeafFlow> &&
                  std::is_standard_layout_v<PuenteLeaves> &&
                  offsetof(PuenteLeaves, source_path) == offsetof(LeafFlow, source_path) &&
                  offsetof(PuenteLeaves, field_path) == offsetof(LeafFlow, field_path) &&
                  offsetof(PuenteLeaves, count) == offsetof(LeafFlow, count),
              "flows are read where the plugin wrote leaves");

absl::Status NoRecord() {
  return absl::InvalidArgumentError("the plugin gave bytes that are no puente.v1.Record");
}

// Calls `take` with number and bytes of each field that is delimited, and where they begin, tag
// included; all others are stepped over.
template <typename Take>
absl::Status ForEachField(std::string_view bytes, Take&& take) {
  if (bytes.size() > static_cast<size_t>(std::numeric_limits<int>::max())) {
    return absl::ResourceExhaustedError("a record is larger than 2 GiB");
  }
  CodedInputStream input(reinterpret_cast<const uint8_t*>(bytes.data()),
                         static_cast<int>(bytes.size()));
  input.SetTotalBytesLimit(std::numeric_limits<int>::max());
  while (true) {
    const auto begin = static_cast<size_t>(input.CurrentPosition());
    const uint32_t tag = input.ReadTag();
    if (tag == 0) break;
    if (WireFormatLite::GetTagWireType(tag) != WireFormatLite::WIRETYPE_LENGTH_DELIMITED) {
      if (!WireFormatLite::SkipField(&input, tag)) return NoRecord();
      continue;
    }
    uint32_t size = 0;
    if (!input.ReadVarint32(&size) ||
        size > bytes.size() - static_cast<size_t>(input.CurrentPosition())) {
      return NoRecord();
    }
    const std::string_view part = bytes.substr(static_cast<size_t>(input.CurrentPosition()), size);
    if (!input.Skip(static_cast<int>(size))) return NoRecord();
    if (!take(WireFormatLite::GetTagFieldNumber(tag), part, begin)) return NoRecord();
  }
  return input.ConsumedEntireMessage() ? absl::OkStatus() : NoRecord();
}

bool MergeBytes(std::string_view bytes, google::protobuf::MessageLite* message) {
  CodedInputStream input(reinterpret_cast<const uint8_t*>(bytes.data()),
                         static_cast<int>(bytes.size()));
  return message->MergeFromCodedStream(&input);
}

// Fields `identity` and `provenance` of serialized bytes, parsed.
absl::Status ScanBeside(std::string_view bytes, v1::Record* beside) {
  // A field may come in parts, which protobuf merges.
  return ForEachField(bytes, [beside](int field, std::string_view part, size_t) {
    if (field == v1::Record::kIdentityFieldNumber) {
      return MergeBytes(part, beside->mutable_identity());
    }
    if (field == v1::Record::kProvenanceFieldNumber) {
      return MergeBytes(part, beside->mutable_provenance());
    }
    return true;
  });
}

void AppendField(int number, const google::protobuf::MessageLite& message, std::string* out) {
  const size_t size = message.ByteSizeLong();
  uint8_t head[10];
  uint8_t* head_end =
      WireFormatLite::WriteTagToArray(number, WireFormatLite::WIRETYPE_LENGTH_DELIMITED, head);
  head_end = google::protobuf::io::CodedOutputStream::WriteVarint32ToArray(
      static_cast<uint32_t>(size), head_end);
  out->append(reinterpret_cast<const char*>(head), static_cast<size_t>(head_end - head));
  message.AppendPartialToString(out);
}

// Writes bytes with another `identity` and `provenance`, these where they belong when the fields of
// the bytes ascend; false when they do not.
bool WriteWithBeside(std::string_view bytes, const v1::Record& beside, std::string* out) {
  int last = 0;
  bool ascends = true;
  // Where the content begins and ends; the provenance, if there is one, follows it.
  size_t begin = 0;
  size_t end = bytes.size();
  size_t rest = bytes.size();
  bool is_past = false;
  const absl::Status status =
      ForEachField(bytes, [&](int field, std::string_view part, size_t at) -> bool {
        const auto after = static_cast<size_t>(part.data() + part.size() - bytes.data());
        const bool is_single = field == v1::Record::kIdentityFieldNumber ||
                               field == v1::Record::kProvenanceFieldNumber;
        ascends = ascends && (is_single ? field > last : field >= last);
        last = field;
        if (field >= v1::Record::kProvenanceFieldNumber && !is_past) {
          is_past = true;
          end = at;
          rest = at;
        }
        if (field == v1::Record::kIdentityFieldNumber) begin = after;
        if (field == v1::Record::kProvenanceFieldNumber) rest = after;
        return true;
      });
  if (!status.ok() || !ascends) return false;
  out->clear();
  if (beside.has_identity()) AppendField(v1::Record::kIdentityFieldNumber, beside.identity(), out);
  out->append(bytes.substr(begin, end - begin));
  if (beside.has_provenance()) {
    AppendField(v1::Record::kProvenanceFieldNumber, beside.provenance(), out);
  }
  out->append(bytes.substr(rest));
  return true;
}

}  // namespace

absl::Status BrokenContract(std::string_view what, std::string_view source) {
  ErrorDetail detail;
  detail.code = "PUE-0408";
  detail.source = source;
  detail.message = fmt::format("the plugin broke the contract: {}", what);
  return MakeError(absl::StatusCode::kInternal, detail);
}

bool MayCarryMessages(const PuentePlugin& plugin) {
  const PuenteString host = plugin::HostTable()->build_id;
  const PuenteString own = plugin.build_id;
  return host.size != 0 && own.data != nullptr &&
         std::string_view(host.data, host.size) == std::string_view(own.data, own.size);
}

absl::Status Flight::Begin(const PuenteRecord& record) {
  if (record.struct_size < sizeof(PuenteRecord))
    return BrokenContract("a record has a wrong struct_size");
  record_ = record;
  if (record.kind < PUENTE_KIND_DATASET_HEADER || record.kind > PUENTE_KIND_ROW) {
    return BrokenContract(fmt::format("a record is of kind {}", record.kind));
  }
  if (record.message != nullptr && !reader_messages_) {
    return BrokenContract(
        "a record came as a message, which is for plugins of the same build only");
  }
  if (record.message == nullptr && record.data == nullptr && record.size != 0) {
    return BrokenContract("a record has neither bytes nor message");
  }
  if (record.leaves == nullptr && record.leaves_size != 0) {
    return BrokenContract("the leaves of a record are missing");
  }
  message_ = static_cast<v1::Record*>(record.message);
  bytes_are_stale_ = message_ != nullptr;
  id_ = plugin::CleanText(record.id, std::numeric_limits<size_t>::max());
  record_.id = {id_.data(), id_.size()};
  return absl::OkStatus();
}

std::span<const LeafFlow> Flight::flows() const {
  return {reinterpret_cast<const LeafFlow*>(record_.leaves), record_.leaves_size};
}

absl::Status Flight::ReadBeside(v1::Record* beside) const {
  beside->Clear();
  if (message_ == nullptr) return ScanBeside({record_.data, record_.size}, beside);
  if (message_->has_identity()) *beside->mutable_identity() = message_->identity();
  if (message_->has_provenance()) *beside->mutable_provenance() = message_->provenance();
  return absl::OkStatus();
}

absl::Status Flight::SetBeside(const v1::Record& beside) {
  if (message_ != nullptr) {
    if (beside.has_identity()) *message_->mutable_identity() = beside.identity();
    if (beside.has_provenance()) *message_->mutable_provenance() = beside.provenance();
    bytes_are_stale_ = true;
    return absl::OkStatus();
  }
  if (WriteWithBeside({record_.data, record_.size}, beside, &composed_)) {
    bytes_.swap(composed_);
  } else {
    // What the record has of them goes, wherever it stands: protobuf would merge it.
    composed_.clear();
    size_t copied = 0;
    const std::string_view bytes(record_.data, record_.size);
    absl::Status status = ForEachField(bytes, [&](int field, std::string_view part, size_t at) {
      if ((field == v1::Record::kIdentityFieldNumber && beside.has_identity()) ||
          (field == v1::Record::kProvenanceFieldNumber && beside.has_provenance())) {
        composed_.append(bytes.substr(copied, at - copied));
        copied = static_cast<size_t>(part.data() + part.size() - bytes.data());
      }
      return true;
    });
    if (!status.ok()) return status;
    composed_.append(bytes.substr(copied));
    if (!beside.AppendToString(&composed_)) return NoRecord();
    bytes_.swap(composed_);
  }
  record_.data = bytes_.data();
  record_.size = bytes_.size();
  return absl::OkStatus();
}

absl::StatusOr<const v1::Record*> Flight::Message() {
  if (message_ == nullptr) {
    absl::Status status = ParseRecord({record_.data, record_.size}, &parsed_);
    if (!status.ok()) return status;
    message_ = &parsed_;
  }
  return message_;
}

absl::StatusOr<Digest> Flight::ContentDigest() {
  if (message_ != nullptr) return RecordDigest(*message_);
  return RecordDigest(std::string_view(record_.data, record_.size));
}

absl::StatusOr<PuenteRecord> Flight::ForWriter() {
  PuenteRecord record = record_;
  if (message_ != nullptr && writer_messages_) {
    record.message = message_;
    record.data = nullptr;
    record.size = 0;
    return record;
  }
  record.message = nullptr;
  if (bytes_are_stale_) {
    if (!message_->SerializeToString(&bytes_)) {
      return absl::ResourceExhaustedError("a record is larger than 2 GiB");
    }
    record_.data = bytes_.data();
    record_.size = bytes_.size();
    bytes_are_stale_ = false;
  }
  record.data = record_.data;
  record.size = record_.size;
  return record;
}

}  // namespace puente::pipeline
