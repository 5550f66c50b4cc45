// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// One record between reader and writer, as a message or as bytes.

#ifndef PUENTE_CORE_PIPELINE_FLIGHT_H_
#define PUENTE_CORE_PIPELINE_FLIGHT_H_

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/base/digest.h"
#include "core/findings/receipt.h"
#include "core/plugin/puente_plugin.h"
#include "puente/v1/record.pb.h"

namespace puente::pipeline {

/// True when a plugin may be handed messages, and may hand them over: it is of this build, and
/// bytes are not forced. Ask again for each conversion.
bool MayCarryMessages(const PuentePlugin& plugin);

/// The error of a plugin that does not keep to the contract: internal error PUE-0408. `source` is
/// the input or output that it worked on; may be empty.
absl::Status BrokenContract(std::string_view what, std::string_view source = {});

/// A record in flight. Reused for one record after the other, so that its buffers are. What it
/// takes from a batch is borrowed: the batch must outlive its use. Not thread safe.
class Flight {
 public:
  /// `reader_messages` and `writer_messages`: MayCarryMessages of either side.
  Flight(bool reader_messages, bool writer_messages)
      : reader_messages_(reader_messages), writer_messages_(writer_messages) {}

  /// Begins with a record of a reader. Internal error PUE-0408 when it breaks the contract,
  /// invalid-argument when its bytes are no record.
  absl::Status Begin(const PuenteRecord& record);

  uint32_t kind() const { return record_.kind; }
  bool is_header() const { return record_.kind == PUENTE_KIND_DATASET_HEADER; }
  /// The record's own identifier, valid UTF-8.
  const std::string& id() const { return id_; }
  /// The record as the reader gave it: where it was, and its leaves.
  const PuenteRecord& info() const { return record_; }
  std::span<const LeafFlow> flows() const;

  /// What the record says of itself beside its content, as it came: `identity` and `provenance`.
  absl::Status ReadBeside(v1::Record* beside) const;
  /// Puts `identity` and `provenance` in the place of those that the record has; `beside` is what
  /// ReadBeside gave, with more fields set.
  absl::Status SetBeside(const v1::Record& beside);

  /// The record as a message; bytes are parsed once.
  absl::StatusOr<const v1::Record*> Message();
  /// The digest of its content (core/base/digest.h).
  absl::StatusOr<Digest> ContentDigest();
  /// The record as a writer takes it. It is valid until the next Begin.
  absl::StatusOr<PuenteRecord> ForWriter();

 private:
  const bool reader_messages_;
  const bool writer_messages_;
  PuenteRecord record_{};
  std::string id_;
  // The reader's message or, once it was asked for, the parsed bytes.
  v1::Record* message_ = nullptr;
  v1::Record parsed_;
  // The bytes, once they are not those of the reader.
  std::string bytes_;
  std::string composed_;
  // True when `message_` knows more than `record_.data`.
  bool bytes_are_stale_ = false;
};

}  // namespace puente::pipeline

#endif  // PUENTE_CORE_PIPELINE_FLIGHT_H_
