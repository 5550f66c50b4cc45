// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Pulls records as they were at one moment, checked by their digests, resumed after cuts.

#ifndef PUENTE_SERVICES_CLIENT_RECORD_STREAM_H_
#define PUENTE_SERVICES_CLIENT_RECORD_STREAM_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "core/base/digest.h"
#include "puente/exchange/v1/record_service.pb.h"
#include "services/client/connection.h"
#include "services/client/retry.h"

namespace puente::client {

/// What is pulled.
struct RecordStreamOptions {
  /// Empty: all agencies.
  std::string agency;
  /// Empty: all datasets.
  std::string dataset;
  /// An expression of docs/where.md; empty: all records.
  std::string filter;
  RetryPolicy retry;
};

/// Records in the order of their datasets, headers first. The calling thread does the work.
class RecordStream {
 public:
  /// Borrows the connection.
  RecordStream(Connection* connection, RecordStreamOptions options);
  ~RecordStream();

  /// The next record with the name of its agency in its identity, and its digest, which was
  /// compared with the bytes. False at the end, which the server has said. Errors: those of the
  /// exchange (PUE-07xx), PUE-0709 when a cut could not be mended, PUE-0712 for records that are
  /// not what they should be.
  absl::StatusOr<bool> Next(std::string* bytes, Digest* digest);

  /// Records and bytes that Next gave, headers counted.
  int64_t records() const { return records_; }
  int64_t bytes() const { return bytes_; }
  /// Cuts that were mended.
  int cuts() const { return cuts_; }
  /// At the end: to watch from right behind what was pulled.
  const std::string& watch_token() const { return watch_token_; }

 private:
  struct Stream;
  using Message = exchange::v1::StreamRecordsResponse;

  void Open();
  // Reads one message. False when a cut was mended: what was not whole comes again.
  absl::StatusOr<bool> Read(Message* message);
  // Makes `message_` hold the next records, whole.
  absl::Status TakeMessage();
  // Reads the pieces of the last record of `message_`. False as in Read.
  absl::StatusOr<bool> ReadChunks();

  Connection* const connection_;
  const RecordStreamOptions options_;
  Backoff backoff_;
  std::unique_ptr<Stream> stream_;
  // What is being handed out, and how far.
  Message message_;
  int at_ = 0;
  std::string resume_token_;
  std::string watch_token_;
  bool was_open_ = false;
  int cuts_ = 0;
  int64_t records_ = 0;
  int64_t bytes_ = 0;
};

}  // namespace puente::client

#endif  // PUENTE_SERVICES_CLIENT_RECORD_STREAM_H_
