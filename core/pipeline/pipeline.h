// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Converts inputs to an output, or reads inputs record by record, through format plugins.

#ifndef PUENTE_CORE_PIPELINE_PIPELINE_H_
#define PUENTE_CORE_PIPELINE_PIPELINE_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "core/base/limits.h"
#include "core/findings/finding.h"
#include "core/findings/finding_log.h"
#include "core/findings/receipt.h"
#include "core/plugin/manifest.h"
#include "core/plugin/puente_plugin.h"
#include "core/plugin/source.h"
#include "core/plugin/target.h"
#include "puente/v1/record.pb.h"

namespace puente::pipeline {

/// A format and the plugin that has it. What is pointed to must outlive the request.
struct FormatBinding {
  /// The table of the loaded plugin (LoadedPlugin::table).
  const PuentePlugin* plugin = nullptr;
  /// The format, from the plugin's manifest.
  const plugin::Format* format = nullptr;
  /// Version of the format, where it is known; may be empty.
  std::string version;
};

/// One input.
struct Input {
  /// Path, or `-` for standard input.
  std::string path;
  FormatBinding binding;
  /// Options as plugin::CheckOptions gives them.
  plugin::OptionList options;
  /// The input, already opened; null to open `path`. Standard input must be opened by who looks at
  /// its first bytes to tell its format.
  std::shared_ptr<plugin::Source> source;
  /// Dataset of records that name none; empty means the name of the file.
  std::string dataset = {};
  /// The records are taken over from where they were: they lose their agency, and get `dataset`,
  /// when it is given, whatever they say themselves. Ordinals tell them apart anew, and dataset
  /// headers too.
  bool take_over = false;
  /// Findings about the input that were made before it is read: the first ones of it.
  std::vector<Finding> findings = {};
};

/// The output.
struct Output {
  /// Path, or `-` for standard output.
  std::string path;
  FormatBinding binding;
  /// Options as plugin::CheckOptions gives them for writing.
  plugin::OptionList options;
  /// For `verify`: the options of the same format for reading, as plugin::CheckOptions gives them.
  plugin::OptionList read_options;
  /// Replace a file that exists.
  bool force = false;
  /// Takes the bytes in the place of a file; `path` is then only a name for messages and receipt.
  /// What holds for standard output holds for it: it cannot be verified, and is cut by an error.
  plugin::ByteSink sink = {};
};

/// What happens at a finding of severity error or critical.
enum class OnError {
  /// The plugin leaves the bad value or record out and goes on.
  kSkip,
  /// The conversion ends and leaves nothing.
  kStop,
};

/// What happens when leaves are lost.
enum class OnLoss { kReport, kFail };

/// How records travel between reader and writer.
enum class RecordCarrier {
  /// As messages between parts of the same build, else as bytes.
  kMessage,
  /// As bytes always. For the whole process while the conversion runs.
  kBytes,
};

/// How far a conversion is.
struct Progress {
  /// Bytes of all inputs that were read, and their sum (nothing when some size is not known).
  uint64_t bytes_done = 0;
  std::optional<uint64_t> bytes_total;
  /// Records read, dataset headers not counted.
  uint64_t records = 0;
  /// True while the output is read again.
  bool verifying = false;
};

/// What holds for converting and for reading. The functions are called on the calling thread only.
struct ReadSettings {
  /// Threads that read. 1 does everything on the calling thread; the result is the same for any
  /// number. At least 1.
  int jobs = 1;
  /// Stop after this many records, dataset headers and what a filter leaves out not counted; 0
  /// means all. What comes after them is not read and not counted. With a limit one thread reads,
  /// so that no more is read than must be.
  uint64_t limit = 0;
  OnError on_error = OnError::kSkip;
  RecordCarrier carrier = RecordCarrier::kMessage;
  /// Limits in force; null means the default ones.
  const Limits* limits = nullptr;
  /// Take the SHA-256 of the inputs.
  bool hash_inputs = false;
  /// Set from a signal handler or another thread to end the conversion; may be null.
  const std::atomic<bool>* cancel = nullptr;
  /// Called a few times a second; may be empty.
  std::function<void(const Progress&)> progress;
  /// Takes each finding at once (those of the writer at the end); may be empty. Of more than
  /// `findings_per_file` findings of one file the rest is counted only.
  std::function<void(const Finding&)> on_finding;
  /// Takes lines of the log of plugins, from any thread but never two at once; may be empty.
  std::function<void(Severity, std::string_view)> log;
  /// Finds the name of a code, from any thread; may be empty. See plugin::RunOptions.
  std::function<std::optional<std::string_view>(std::string_view codelist, std::string_view code,
                                                std::string_view language)>
      lookup_code;
};

/// A conversion to do.
struct ConvertRequest {
  std::vector<Input> inputs;
  Output output;
  ReadSettings settings;
  OnLoss on_loss = OnLoss::kReport;
  /// Findings from warning up make exit code 3.
  bool strict = false;
  /// Read the output again and compare. The output must be a file, of a format that can be read.
  bool verify = false;
  /// A receipt will be written: take the digests of bytes and records.
  bool receipt = false;
  /// File for the findings of severity error and critical as JSON Lines; empty means none. It is
  /// replaced when it exists and `output.force` is set.
  std::string rejects_path;
  /// Which records are written; empty means all. Dataset headers are not asked for.
  std::function<bool(const v1::Record&)> filter;
};

/// What became of a conversion. Everything but `status` is filled in as far as it went.
struct ConvertResult {
  /// OK, or why there is no output (on standard output: why it is cut). Codes: PUE-0001 the request
  /// asks for what cannot be done, PUE-0101 input cannot be read, PUE-0102 output exists, PUE-0103
  /// output cannot be written, PUE-0104 interrupted, PUE-0408 a plugin broke the contract, PUE-0503
  /// `verify` found differences, those of plugins, and with OnError::kStop that of the finding.
  absl::Status status;
  ReceiptLedger ledger;
  ReceiptFrame frame;
  /// Findings of the reading in order, then those of the writer.
  FindingLog findings;
  /// Records read and written, dataset headers not counted.
  uint64_t records_read = 0;
  uint64_t records_written = 0;
  /// Reading ended at the limit; the rest of the inputs was not looked at.
  bool limit_reached = false;
  /// `strict` or `on_loss` met what they forbid; the output is there.
  bool strict_met = false;
  bool loss_met = false;
  /// The rejects file was written, with this many lines.
  uint64_t rejects = 0;
};

/// Converts. Bounded memory: at most `jobs` + 1 pieces are in flight.
ConvertResult Convert(const ConvertRequest& request);

/// What became of a reading.
struct ReadResult {
  /// OK, or why it ended; codes as in ConvertResult.
  absl::Status status;
  FindingLog findings;
  /// One for each input that was begun.
  std::vector<ReceiptFile> inputs;
  /// Leaves read, by source path (id of PathTable), those outside of records included.
  std::map<uint32_t, uint64_t> leaves;
  /// Records, dataset headers not counted.
  uint64_t records = 0;
  uint64_t headers = 0;
  bool limit_reached = false;
};

/// Takes records in order. `record` has its identity and provenance; `info` has its source and
/// leaves (its `data` and `message` must not be used). Both are borrowed for the call. An error
/// ends the reading and becomes its status.
using RecordCallback =
    std::function<absl::Status(const v1::Record& record, const PuenteRecord& info)>;

/// Reads inputs record by record, dataset headers included.
ReadResult ReadRecords(const std::vector<Input>& inputs, const ReadSettings& settings,
                       const RecordCallback& callback);

}  // namespace puente::pipeline

#endif  // PUENTE_CORE_PIPELINE_PIPELINE_H_
