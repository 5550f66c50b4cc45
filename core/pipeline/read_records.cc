// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Reads inputs record by record.

#include <utility>

#include "core/base/status.h"
#include "core/pipeline/pipeline.h"
#include "core/pipeline/read_loop.h"

namespace puente::pipeline {
namespace {

class CallbackSink : public RecordSink {
 public:
  CallbackSink(const RecordCallback& callback, std::map<uint32_t, uint64_t>* leaves)
      : callback_(callback), leaves_(leaves) {}

  absl::Status OnRecord(Flight& flight, const Digest* /*digest*/,
                        const std::string& source) override {
    for (const LeafFlow& flow : flight.flows()) {
      if (flow.source_path != 0) (*leaves_)[flow.source_path] += flow.count;
    }
    absl::StatusOr<const v1::Record*> message = flight.Message();
    if (!message.ok()) return WithSource(message.status(), source);
    PuenteRecord info = flight.info();
    info.data = nullptr;
    info.size = 0;
    info.message = nullptr;
    return callback_(**message, info);
  }
  void OnLoose(uint32_t source_path, const plugin::LooseCount& count) override {
    (*leaves_)[source_path] += count.read;
  }

 private:
  const RecordCallback& callback_;
  std::map<uint32_t, uint64_t>* const leaves_;
};

}  // namespace

ReadResult ReadRecords(const std::vector<Input>& inputs, const ReadSettings& settings,
                       const RecordCallback& callback) {
  ReadResult result;
  result.findings = FindingLog(
      (settings.limits == nullptr ? DefaultLimits() : *settings.limits).findings_per_file);
  result.status = CheckReadRequest(inputs, settings);
  if (!result.status.ok()) return result;
  const ScopedCarrier carrier(settings.carrier);
  FindingBook book(settings, &result.findings, nullptr);
  CallbackSink sink(callback, &result.leaves);
  ReadLoop loop(settings, ReadLoopOptions(), &book, &sink);
  result.status = loop.CheckInputs(inputs);
  if (result.status.ok()) result.status = loop.Read(inputs);
  result.inputs = loop.files();
  result.records = loop.records();
  result.headers = loop.headers();
  result.limit_reached = loop.limit_reached();
  if (absl::IsCancelled(result.status)) result.status = Interrupted(loop.records(), "");
  return result;
}

}  // namespace puente::pipeline
