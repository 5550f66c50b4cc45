// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// The rules of a push: what each step asks of the store, in which order numbers come, what is
// decided.

#ifndef PUENTE_SERVICES_EXCHANGE_PUSH_STEPS_H_
#define PUENTE_SERVICES_EXCHANGE_PUSH_STEPS_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "puente/exchange/v1/record_service.pb.h"
#include "services/exchange/push_record.h"
#include "services/exchange/server.h"
#include "services/store/store.h"

namespace puente::exchange {

/// Reads and checks `open`. NAME_INVALID, ARGUMENT_INVALID.
absl::StatusOr<store::PushKey> ReadOpen(const v1::PushRecordsRequest::Open& open);

/// Whether a reason of a deletion is short enough: 1,000 characters. ARGUMENT_INVALID for `field`.
absl::Status CheckDeleteReason(std::string_view field, const std::string& reason);

/// A step for the store, and the verdicts that were made before it.
struct PreparedStep {
  store::PushStep step;
  std::vector<store::PushVerdict> refused;
  /// Bytes of records in it.
  int64_t record_bytes = 0;
};

/// Follows one stream of a push. Steps are prepared and results taken in the order of the stream;
/// not thread-safe.
class PushSteps {
 public:
  PushSteps(store::PushKey push, int64_t through_seq, const ServerLimits& limits)
      : push_(std::move(push)), record_limit_(limits.record_bytes), last_seq_(through_seq) {}

  const store::PushKey& push() const { return push_; }

  /// Each makes a step of a message. SEQUENCE_INVALID and ARGUMENT_INVALID end the push's stream;
  /// what is wrong with one record is a verdict.
  absl::StatusOr<PreparedStep> Prepare(const v1::PushRecordsRequest::Offers& offers);
  absl::StatusOr<PreparedStep> Prepare(v1::PushRecordsRequest::Writes* writes);
  absl::StatusOr<PreparedStep> Prepare(const v1::PushRecordsRequest::Removals& removals);
  /// Whether the push can be committed: no number waits for its record. SEQUENCE_INVALID.
  absl::Status CheckCommit() const;

  /// Takes the result of a step of offers; the numbers whose records must come.
  std::vector<int64_t> TakeOfferResult(const store::StepResult& result);

 private:
  struct Offered {
    store::RecordKey key;
    Digest digest = {};
    std::optional<int64_t> if_generation;
  };
  struct Chunks {
    int64_t seq = 0;
    int64_t total = 0;
    std::string bytes;
    std::optional<int64_t> if_generation;
    bool too_large = false;
  };

  absl::Status TakeNewSeq(int64_t seq);
  // One whole record; adds an op or a refusal.
  absl::Status AddWrite(int64_t seq, std::string bytes, std::optional<int64_t> if_generation,
                        PreparedStep* out);
  absl::Status AddChunk(const v1::PushRecordsRequest::Write& write, PreparedStep* out);
  void AddRefusal(int64_t seq, absl::Status status, PreparedStep* out);
  // Numbers up to here are decided when all steps so far are durable.
  int64_t Through() const;

  store::PushKey push_;
  int64_t record_limit_;
  int64_t last_seq_;
  // Offers that are not decided: in a step that is under way, or needed.
  std::map<int64_t, Offered> open_;
  std::optional<Chunks> chunks_;
};

}  // namespace puente::exchange

#endif  // PUENTE_SERVICES_EXCHANGE_PUSH_STEPS_H_
