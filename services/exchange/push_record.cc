// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Records as they come in a push.

#include "services/exchange/push_record.h"

#include <cstdint>
#include <string>

#include "core/base/canonical_form.h"
#include "core/base/schema.h"
#include "google/protobuf/io/coded_stream.h"
#include "puente/v1/record.pb.h"
#include "services/store/reason_error.h"
#include "services/store/resource_name.h"

namespace puente::exchange {
namespace {

namespace schema = puente::v1;

absl::Status Malformed(std::string_view why) {
  return store::ReasonError(puente::exchange::v1::REASON_RECORD_MALFORMED, why);
}

// Longer identifiers are no identifiers, and no key of a store.
constexpr size_t kMaxIdBytes = 2000;

absl::Status TakeIdentity(const schema::Identity& identity, bool header,
                          const store::DatasetKey& dataset, store::RecordKey* key) {
  if ((!identity.agency().empty() && identity.agency() != dataset.agency) ||
      (!identity.dataset().empty() && identity.dataset() != dataset.dataset)) {
    return store::ReasonError(
        puente::exchange::v1::REASON_IDENTITY_MISMATCH,
        "the record says that it is of another dataset than the push",
        {{"name", store::DatasetName({identity.agency(), identity.dataset()})}});
  }
  if (identity.id().size() > kMaxIdBytes) {
    return Malformed("the identifier has more than 2,000 bytes");
  }
  key->header = header;
  key->id = header ? std::string() : identity.id();
  key->ordinal = identity.ordinal();
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<PushedRecord> ReadPushedRecord(std::string_view bytes,
                                              const store::DatasetKey& dataset) {
  PushedRecord out;
  schema::Identity identity;
  CanonicalParts parts;
  bool header = false;
  if (SplitCanonical(bytes, &parts)) {
    // The content begins with the field of the oneof, unless there is none of it.
    google::protobuf::io::CodedInputStream input(
        reinterpret_cast<const uint8_t*>(parts.content.data()),
        static_cast<int>(parts.content.size()));
    const uint32_t field = input.ReadTag() >> 3;
    if (field < schema::Record::kDatasetHeaderFieldNumber ||
        field > schema::Record::kRowFieldNumber) {
      return Malformed("the record has no content");
    }
    header = field == schema::Record::kDatasetHeaderFieldNumber;
    if (!parts.identity.empty()) {
      schema::Record beside;
      if (!beside.ParseFromArray(parts.identity.data(), static_cast<int>(parts.identity.size()))) {
        return Malformed("the identity cannot be read");
      }
      identity = beside.identity();
    }
    Sha256 hash;
    hash.Update(parts.content);
    auto digest = hash.Finish();
    if (!digest.ok()) return digest.status();
    out.digest = *digest;
  } else {
    schema::Record record;
    if (!ParseRecord(bytes, &record).ok()) return Malformed("the bytes are no puente.v1.Record");
    if (record.content_case() == schema::Record::CONTENT_NOT_SET) {
      return Malformed("the record has no content");
    }
    header = record.has_dataset_header();
    identity = record.identity();
    auto digest = RecordDigest(record);
    if (!digest.ok()) return Malformed("the record nests too deeply to have a digest");
    out.digest = *digest;
  }
  const absl::Status taken = TakeIdentity(identity, header, dataset, &out.key);
  if (!taken.ok()) return taken;
  return out;
}

}  // namespace puente::exchange
