// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Counts the leaves of a record: its values, by the path of field names.

#ifndef PUENTE_CORE_BASE_LEAVES_H_
#define PUENTE_CORE_BASE_LEAVES_H_

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "core/base/record_parts.h"
#include "puente/v1/record.pb.h"

namespace puente {

/// How many leaves a record has at one path.
struct LeafCount {
  /// Number of the path, see LeafPathName.
  uint32_t path_id = 0;
  /// How many leaves, at least 1.
  uint32_t count = 0;
};

/// Counts the leaves of a record; `out` is replaced, each path occurs once. A path is the record's
/// kind and the names of fields without indices, `activity.transactions.value.value`.
///
/// Leaves are: each scalar that is set and each element of a repeated one; each leaf message
/// (decimal, date, cell); each message that is present but holds nothing, unless a lexical entry at
/// or below it or a residue node in it stands for what it held; each lexical entry whose field is
/// absent, at the path of the field; each attribute, text, comment, instruction and empty element
/// of the residue, at `residue`, and one for each text that a node splits; each value of JSON
/// residue that holds no other, at `residue.json`; each fact of the import context but the query;
/// each extension, at `extensions`; each field that the schema does not know, at the message's path
/// and `.@unknown`. A scalar text that is empty but has residue inside it, and a lexical entry of
/// an empty text that has, are none: the residue is. Structural fields, identity, provenance and
/// derived values are none, but a message that has one is not empty. Safe to call from several
/// threads.
void CountLeaves(const v1::Record& record, std::vector<LeafCount>* out);

/// The same for the bytes that CanonicalBytes gives, and for serialized fields that stand beside
/// them, of which the import context has leaves: cheaper where these are at hand. Data-loss error
/// when they are no such bytes.
absl::Status CountLeavesInBytes(std::string_view canonical_bytes, std::string_view rest,
                                std::vector<LeafCount>* out);

/// The same for a record that was taken apart, when the bytes of its content are canonical. False
/// when they are malformed.
bool CountLeavesOfParts(const RecordParts& parts, std::vector<LeafCount>* out);

/// The path of a number that CountLeaves gave; empty for any other number. Numbers are dense from 0
/// and hold for this process only: they depend on what was counted first. The text stays valid.
std::string_view LeafPathName(uint32_t path_id);

/// How many path numbers are in use: each is below this. It only grows.
size_t LeafPathLimit();

}  // namespace puente

#endif  // PUENTE_CORE_BASE_LEAVES_H_
