// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Reads versions of records out of rows, for all that selects them.

#ifndef PUENTE_SERVICES_STORE_VERSION_ROWS_H_
#define PUENTE_SERVICES_STORE_VERSION_ROWS_H_

#include <cstdint>

#include "absl/status/status.h"
#include "services/store/sql.h"
#include "services/store/store.h"

namespace puente::store {

/// Statements that give versions for ReadVersion. Those with bodies join them.
/// Of a dataset at a moment: dataset, position behind which, version of the moment twice.
extern const char* const kScanBodies;
extern const char* const kScanRows;
/// In the order of the log: first and last version.
extern const char* const kLogBodies;
extern const char* const kLogRows;
/// One version by its number.
extern const char* const kVersionBody;
extern const char* const kVersionRow;

/// Reads the row into a record; its dataset is left alone, and its body without `with_body`.
/// STORE_DAMAGED.
absl::Status ReadVersion(const Query& row, bool with_body, StoredRecord* record);
/// The body of a row that has one: bytes of the row or, decompressed, of `buffer`. `size`: what it
/// must have. STORE_DAMAGED.
absl::StatusOr<std::string_view> ReadBody(const Query& row, int64_t size, std::string* buffer);

/// Other columns of these statements.
ChangeKind ReadKind(const Query& row);
int64_t ReadDatasetNumber(const Query& row);
int64_t ReadVersionNumber(const Query& row);
/// The size of the body alone, to know it before it is read.
int64_t ReadSize(const Query& row);
/// The number of the version before; 0 for none.
int64_t ReadPrevious(const Query& row);

/// A digest in a column. STORE_DAMAGED.
absl::Status ReadDigest(std::string_view bytes, Digest* digest);

/// A digest as a parameter.
inline std::string_view DigestBytes(const Digest& digest) {
  return std::string_view(reinterpret_cast<const char*>(digest.data()), digest.size());
}

}  // namespace puente::store

#endif  // PUENTE_SERVICES_STORE_VERSION_ROWS_H_
