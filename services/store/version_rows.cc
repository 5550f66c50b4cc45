// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// The columns of versions.

#include "services/store/version_rows.h"

#include <algorithm>
#include <utility>

#include "services/store/body_codec.h"
#include "services/store/reason_error.h"
#include "services/store/sqlite_schema.h"

// Columns, so that all statements have them alike.
#define PUENTE_VERSION_COLUMNS                                                            \
  "SELECT v.pk, v.dataset, v.header, v.id, v.ordinal, v.generation, v.kind, v.position, " \
  "v.digest, v.size, v.time, v.reason, v.previous"
#define PUENTE_ROWS PUENTE_VERSION_COLUMNS " FROM version v "
#define PUENTE_BODIES    \
  PUENTE_VERSION_COLUMNS \
  ", b.encoding, b.sum, b.bytes FROM version v LEFT JOIN body b ON b.pk = v.body "
#define PUENTE_SCAN                                           \
  "WHERE v.dataset = ? AND v.position > ? AND v.pk <= ? AND " \
  "(v.ended IS NULL OR v.ended > ?) ORDER BY v.position"
#define PUENTE_SCAN_INDEX "FROM version v INDEXED BY version_place "
#define PUENTE_LOG "WHERE v.pk BETWEEN ? AND ? ORDER BY v.pk"

namespace puente::store {
namespace {

enum Column {
  kPk,
  kDataset,
  kHeader,
  kId,
  kOrdinal,
  kGeneration,
  kKind,
  kPosition,
  kDigest,
  kSize,
  kTime,
  kReason,
  kPrevious,
  kEncoding,
  kSum,
  kBytes,
};

}  // namespace

const char* const kScanBodies =
    PUENTE_VERSION_COLUMNS ", b.encoding, b.sum, b.bytes " PUENTE_SCAN_INDEX
                           "LEFT JOIN body b ON b.pk = v.body " PUENTE_SCAN;
const char* const kScanRows = PUENTE_VERSION_COLUMNS " " PUENTE_SCAN_INDEX PUENTE_SCAN;
const char* const kLogBodies = PUENTE_BODIES PUENTE_LOG;
const char* const kLogRows = PUENTE_ROWS PUENTE_LOG;
const char* const kVersionBody = PUENTE_BODIES "WHERE v.pk = ?";
const char* const kVersionRow = PUENTE_ROWS "WHERE v.pk = ?";

absl::Status ReadDigest(std::string_view bytes, Digest* digest) {
  if (bytes.size() != digest->size()) {
    return ReasonError(exchange::v1::REASON_STORE_DAMAGED,
                       "the store is damaged: a digest has another size");
  }
  std::copy(bytes.begin(), bytes.end(), digest->begin());
  return absl::OkStatus();
}

absl::Status ReadVersion(const Query& row, bool with_body, StoredRecord* record) {
  record->key.header = row.Int(kHeader) != 0;
  record->key.id = row.Bytes(kId);
  record->key.ordinal = static_cast<uint32_t>(row.Int(kOrdinal));
  record->generation = row.Int(kGeneration);
  record->revision = RevisionOf(row.Int(kPk));
  record->position = row.Int(kPosition);
  record->size = row.Int(kSize);
  record->time = row.Int(kTime);
  record->deleted = ReadKind(row) == ChangeKind::kDeleted;
  record->delete_reason = record->deleted ? row.Bytes(kReason) : std::string_view();
  const absl::Status status = ReadDigest(row.Bytes(kDigest), &record->digest);
  if (!status.ok() || !with_body || record->deleted) return status;
  std::string buffer;
  absl::StatusOr<std::string_view> body = ReadBody(row, record->size, &buffer);
  if (!body.ok()) return body.status();
  record->body = body->data() == buffer.data()
                     ? std::make_shared<const std::string>(std::move(buffer))
                     : std::make_shared<const std::string>(*body);
  return absl::OkStatus();
}

absl::StatusOr<std::string_view> ReadBody(const Query& row, int64_t size, std::string* buffer) {
  if (row.IsNull(kEncoding)) {
    return ReasonError(exchange::v1::REASON_STORE_DAMAGED,
                       "the store is damaged: a record has no body");
  }
  return DecodeBody(row.Int(kEncoding), row.Int(kSum), row.Bytes(kBytes), size, buffer);
}

ChangeKind ReadKind(const Query& row) { return static_cast<ChangeKind>(row.Int(kKind)); }

int64_t ReadDatasetNumber(const Query& row) { return row.Int(kDataset); }

int64_t ReadVersionNumber(const Query& row) { return row.Int(kPk); }

int64_t ReadSize(const Query& row) { return row.Int(kSize); }

int64_t ReadPrevious(const Query& row) { return row.Int(kPrevious); }

}  // namespace puente::store
