// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// The identity of serialized records, read and completed without parsing the rest.

#include "services/client/record_identity.h"

#include <limits>

#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/wire_format_lite.h"
#include "puente/v1/record.pb.h"

namespace puente::client {
namespace {

namespace schema = puente::v1;
using google::protobuf::internal::WireFormatLite;
using google::protobuf::io::CodedInputStream;

CodedInputStream Stream(std::string_view bytes) {
  return CodedInputStream(reinterpret_cast<const uint8_t*>(bytes.data()),
                          static_cast<int>(bytes.size()));
}

// The identity field that a record begins with: its size with the tag, 0 when it begins otherwise.
size_t LeadingIdentity(std::string_view record, schema::Identity* identity) {
  CodedInputStream input = Stream(record);
  uint32_t size = 0;
  constexpr uint32_t kTag = WireFormatLite::MakeTag(schema::Record::kIdentityFieldNumber,
                                                    WireFormatLite::WIRETYPE_LENGTH_DELIMITED);
  if (input.ReadTag() != kTag || !input.ReadVarint32(&size)) return 0;
  const auto begin = static_cast<size_t>(input.CurrentPosition());
  if (size > record.size() - begin) return 0;
  if (!identity->ParseFromArray(record.data() + begin, static_cast<int>(size))) return 0;
  return begin + size;
}

}  // namespace

bool ReadIdentity(std::string_view record, RecordIdentity* identity) {
  if (record.size() > static_cast<size_t>(std::numeric_limits<int>::max())) return false;
  CodedInputStream input = Stream(record);
  schema::Identity told;
  identity->header = false;
  while (const uint32_t tag = input.ReadTag()) {
    const int field = WireFormatLite::GetTagFieldNumber(tag);
    if (WireFormatLite::GetTagWireType(tag) != WireFormatLite::WIRETYPE_LENGTH_DELIMITED) {
      if (!WireFormatLite::SkipField(&input, tag)) return false;
      continue;
    }
    uint32_t size = 0;
    if (!input.ReadVarint32(&size)) return false;
    const auto begin = static_cast<size_t>(input.CurrentPosition());
    if (size > record.size() - begin) return false;
    if (field == schema::Record::kIdentityFieldNumber) {
      CodedInputStream part = Stream(record.substr(begin, size));
      if (!told.MergeFromCodedStream(&part)) return false;
    } else if (field >= schema::Record::kDatasetHeaderFieldNumber &&
               field <= schema::Record::kRowFieldNumber) {
      // Of a oneof that stands several times the last one holds.
      identity->header = field == schema::Record::kDatasetHeaderFieldNumber;
    }
    if (!input.Skip(static_cast<int>(size))) return false;
  }
  if (!input.ConsumedEntireMessage()) return false;
  identity->dataset = told.dataset();
  identity->id = told.id();
  identity->ordinal = told.ordinal();
  return true;
}

void SetAgency(std::string_view agency, std::string* record) {
  schema::Record with;
  const size_t size = LeadingIdentity(*record, with.mutable_identity());
  // Where it stands elsewhere protobuf merges both.
  if (size == 0) with.mutable_identity()->Clear();
  with.mutable_identity()->set_agency(std::string(agency));
  record->replace(0, size, with.SerializeAsString());
}

}  // namespace puente::client
