// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Drives format plugins in this process through the plugin contract, as the pipeline does.

#ifndef PUENTE_TESTS_BENCH_CONTRACT_H_
#define PUENTE_TESTS_BENCH_CONTRACT_H_

#include <google/protobuf/arena.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/findings/receipt.h"
#include "core/pipeline/flight.h"
#include "core/pipeline/pipeline.h"
#include "core/pipeline/record_feed.h"
#include "core/plugin/catalog.h"
#include "core/plugin/run.h"
#include "core/plugin/source.h"

namespace puente::bench {

/// A format of a plugin that was built with this program.
struct BuiltFormat {
  pipeline::FormatBinding binding;
  plugin::OptionList read_options;
  plugin::OptionList write_options;
};

/// Loads the plugin of a format, with the options that hold when nothing is given.
absl::StatusOr<BuiltFormat> LoadFormat(const std::string& id);

/// A reader of a plugin on a source.
class ContractReader {
 public:
  static absl::StatusOr<std::unique_ptr<ContractReader>> Open(const BuiltFormat& format,
                                                              const plugin::Source* source);
  ~ContractReader();
  ContractReader(const ContractReader&) = delete;
  ContractReader& operator=(const ContractReader&) = delete;

  /// The next batch; null at the end.
  absl::StatusOr<pipeline::BatchPtr> Next();
  /// Findings are only counted.
  uint64_t findings() const { return findings_; }
  bool hands_over_messages() const { return messages_; }

 private:
  ContractReader(const PuentePlugin& plugin, std::string name);

  const PuentePlugin& plugin_;
  const bool messages_;
  plugin::Run run_;
  void* reader_ = nullptr;
  uint64_t findings_ = 0;
};

/// Reads all records of a source; `take` sees each of them once its leaves are in the ledger, and
/// may be empty.
absl::Status ReadAll(const BuiltFormat& format, const plugin::Source* source, ReceiptLedger* ledger,
                     const std::function<absl::Status(pipeline::Flight&)>& take);

/// The records of a file in memory as messages, ready to be written.
class PreparedRecords {
 public:
  static absl::StatusOr<std::unique_ptr<PreparedRecords>> Read(const BuiltFormat& format,
                                                               const std::string& path);

  /// Shows the records in order.
  absl::Status ForEach(const std::function<absl::Status(pipeline::Flight&)>& take) const;

 private:
  std::unique_ptr<plugin::Source> source_;
  std::unique_ptr<ContractReader> reader_;
  std::vector<pipeline::BatchPtr> batches_;
  // Of those that came as bytes.
  google::protobuf::Arena arena_;
  std::vector<PuenteRecord> records_;
};

/// Writes records with a writer of a plugin, the receipt kept; what it writes goes to `write`.
absl::Status WriteAll(const BuiltFormat& format, const PreparedRecords& records,
                      ReceiptLedger* ledger, const std::function<void(std::string_view)>& write);

}  // namespace puente::bench

#endif  // PUENTE_TESTS_BENCH_CONTRACT_H_
