// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Facts about the schema, taken from its descriptors and options.

#include "core/base/schema.h"

#include "core/base/strings.h"
#include "google/protobuf/io/coded_stream.h"
#include "puente/v1/annotations.pb.h"

namespace puente {

using ::google::protobuf::Descriptor;
using ::google::protobuf::FieldDescriptor;
using ::google::protobuf::Message;

const FieldDescriptor* ContentField(const v1::Record& record) {
  if (record.content_case() == v1::Record::CONTENT_NOT_SET) return nullptr;
  return v1::Record::descriptor()->FindFieldByNumber(record.content_case());
}

const Message* RecordContent(const v1::Record& record) {
  switch (record.content_case()) {
    case v1::Record::kDatasetHeader:
      return &record.dataset_header();
    case v1::Record::kOrganisation:
      return &record.organisation();
    case v1::Record::kActivity:
      return &record.activity();
    case v1::Record::kPlan:
      return &record.plan();
    case v1::Record::kPlace:
      return &record.place();
    case v1::Record::kAggregate:
      return &record.aggregate();
    case v1::Record::kRow:
      return &record.row();
    case v1::Record::CONTENT_NOT_SET:
      break;
  }
  return nullptr;
}

std::string_view RecordKind(const v1::Record& record) {
  const FieldDescriptor* field = ContentField(record);
  return field == nullptr ? std::string_view() : std::string_view(field->name());
}

bool IsLeafMessage(const Descriptor& type) { return type.options().GetExtension(v1::leaf); }

bool IsStructural(const FieldDescriptor& field) {
  return field.options().GetExtension(v1::structural);
}

absl::Status ParseRecord(std::string_view bytes, v1::Record* out) {
  google::protobuf::io::CodedInputStream input(reinterpret_cast<const uint8_t*>(bytes.data()),
                                               static_cast<int>(bytes.size()));
  input.SetRecursionLimit(kMaxMessageDepth);
  if (!out->ParseFromCodedStream(&input) || !input.ConsumedEntireMessage()) {
    return absl::InvalidArgumentError("the bytes are not a record");
  }
  return absl::OkStatus();
}

}  // namespace puente
