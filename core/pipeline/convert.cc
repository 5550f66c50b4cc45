// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Converts inputs to an output: reader, filter, writer, receipt, and the output read again.

#include <memory>
#include <optional>
#include <utility>

#include "core/base/status.h"
#include "core/findings/finding_text.h"
#include "core/pipeline/pipeline.h"
#include "core/pipeline/read_loop.h"
#include "core/pipeline/rejects.h"
#include "core/pipeline/verify.h"
#include "core/plugin/target.h"
#include "fmt/format.h"

namespace puente::pipeline {
namespace {

absl::Status CheckRequest(const ConvertRequest& request) {
  absl::Status status = CheckReadRequest(request.inputs, request.settings);
  if (!status.ok()) return status;
  const FormatBinding& binding = request.output.binding;
  if (binding.plugin == nullptr || binding.format == nullptr) {
    return UsageError(fmt::format("no format is known for \"{}\"", request.output.path));
  }
  const PuentePlugin& plugin = *binding.plugin;
  if (plugin.writer_open == nullptr || plugin.writer_put == nullptr ||
      plugin.writer_finish == nullptr || plugin.writer_close == nullptr) {
    return UsageError(fmt::format("the format {} cannot be written", binding.format->id));
  }
  if (request.verify && (plugin.reader_open == nullptr || plugin.reader_next == nullptr ||
                         plugin.reader_close == nullptr)) {
    return UsageError(fmt::format("the format {} cannot be read, so the output cannot be verified",
                                  binding.format->id));
  }
  if (request.verify && (request.output.path == "-" || request.output.sink)) {
    return UsageError(fmt::format("{} cannot be read again, so it cannot be verified",
                                  request.output.sink ? "what is handed on" : "standard output"),
                      "write to a file");
  }
  return absl::OkStatus();
}

// A conversion while it runs: takes the records and hands them to the writer.
class Conversion : public RecordSink {
 public:
  Conversion(const ConvertRequest& request, ConvertResult* result)
      : request_(request), result_(result), plugin_(*request.output.binding.plugin) {}

  ~Conversion() override { CloseWriter(); }

  absl::Status Do();
  absl::Status OnRecord(Flight& flight, const Digest* digest, const std::string& source) override;
  void OnLoose(uint32_t source_path, const plugin::LooseCount& count) override;

 private:
  absl::Status Open();
  absl::Status OpenWriter();
  absl::Status Put(Flight& flight, const std::string& source);
  absl::Status TakeWriterNews();
  absl::Status WriterError(PuenteStatus status, std::string_view doing);
  absl::Status FinishWriter();
  absl::Status CheckLaw();
  absl::Status Verify();
  absl::Status Commit();
  void CloseWriter();
  void FillFrame();
  absl::Status ExplainEnd(absl::Status status) const;

  const ConvertRequest& request_;
  ConvertResult* const result_;
  const PuentePlugin& plugin_;
  std::unique_ptr<RejectsFile> rejects_;
  std::unique_ptr<plugin::Target> target_;
  std::optional<FindingBook> book_;
  std::optional<plugin::Run> writer_run_;
  void* writer_ = nullptr;
  std::optional<ReadLoop> loop_;
  bool digests_ = false;
  DatasetDigest digest_of_all_;
  DatasetDigest digest_of_content_;
  uint64_t headers_written_ = 0;
};

absl::Status Conversion::Do() {
  absl::Status status = Open();
  if (status.ok()) status = OpenWriter();
  if (status.ok()) status = loop_->Read(request_.inputs);
  if (status.ok()) status = FinishWriter();
  CloseWriter();
  if (status.ok()) status = CheckLaw();
  if (book_.has_value()) book_->Finish(request_.output.path);
  FillFrame();
  if (status.ok() && request_.verify) status = Verify();
  if (status.ok()) status = Commit();
  status = ExplainEnd(std::move(status));
  // What was not committed vanishes.
  target_.reset();
  rejects_.reset();
  return status;
}

absl::Status Conversion::Open() {
  digests_ = request_.receipt || request_.verify;
  ReadLoopOptions options;
  options.writer_messages = MayCarryMessages(plugin_);
  options.digests = digests_;
  options.rejects = !request_.rejects_path.empty();
  // The book needs the rejects file, which is only made once the inputs are there.
  {
    ReadLoop check(request_.settings, options, nullptr, this);
    if (absl::Status status = check.CheckInputs(request_.inputs); !status.ok()) return status;
  }
  plugin::TargetOptions target_options;
  target_options.force = request_.output.force;
  target_options.hash = request_.receipt;
  target_options.cancel = request_.settings.cancel;
  if (request_.output.sink) {
    target_ = plugin::Target::ToSink(request_.output.path, request_.output.sink, target_options);
  } else {
    absl::StatusOr<std::unique_ptr<plugin::Target>> target =
        plugin::Target::Open(request_.output.path, target_options);
    if (!target.ok()) return target.status();
    target_ = *std::move(target);
  }
  if (request_.verify && !target_->is_aside()) {
    return UsageError(
        fmt::format("\"{}\" cannot be read again, so it cannot be verified", request_.output.path),
        "write to a file");
  }
  if (options.rejects) {
    absl::StatusOr<std::unique_ptr<RejectsFile>> rejects =
        RejectsFile::Open(request_.rejects_path, request_.output.force);
    if (!rejects.ok()) return rejects.status();
    rejects_ = *std::move(rejects);
  }
  book_.emplace(request_.settings, &result_->findings, rejects_.get());
  loop_.emplace(request_.settings, options, &*book_, this);
  return loop_->CheckInputs(request_.inputs);
}

absl::Status Conversion::OpenWriter() {
  plugin::RunOptions run;
  run.source = request_.output.path;
  run.limits = request_.settings.limits;
  run.cancel = request_.settings.cancel;
  run.max_findings = MaxFindings(request_.settings, rejects_ != nullptr);
  run.log = request_.settings.log;
  run.lookup_code = request_.settings.lookup_code;
  writer_run_.emplace(std::move(run));
  const std::vector<PuenteOption> options = ToContract(request_.output.options);
  const std::string& id = request_.output.binding.format->id;
  const PuenteStatus status =
      plugin_.writer_open(writer_run_->c_run(), {id.data(), id.size()}, target_->c_target(),
                          options.data(), options.size(), &writer_);
  if (status != PUENTE_OK) {
    writer_ = nullptr;
    return WriterError(status, "opening the output");
  }
  if (writer_ == nullptr) return WriterError(PUENTE_END, "opening the output");
  return TakeWriterNews();
}

absl::Status Conversion::OnRecord(Flight& flight, const Digest* digest, const std::string& source) {
  result_->ledger.RecordRead(flight.flows());
  if (request_.filter && !flight.is_header()) {
    absl::StatusOr<const v1::Record*> message = flight.Message();
    if (!message.ok()) return WithSource(message.status(), source);
    if (!request_.filter(**message)) {
      result_->ledger.RecordFiltered(flight.flows());
      loop_->LeaveOut();
      return absl::OkStatus();
    }
  }
  if (absl::Status status = Put(flight, source); !status.ok()) return status;
  if (digest != nullptr) {
    digest_of_all_.Add(*digest);
    if (!flight.is_header()) digest_of_content_.Add(*digest);
  }
  if (flight.is_header()) {
    ++headers_written_;
  } else {
    ++result_->records_written;
  }
  return absl::OkStatus();
}

absl::Status Conversion::Put(Flight& flight, const std::string& source) {
  absl::StatusOr<PuenteRecord> record = flight.ForWriter();
  if (!record.ok()) return WithSource(record.status(), source);
  const PuentePosition& origin = record->origin;
  Location location;
  location.source = source;
  location.offset = origin.offset;
  location.line = origin.line;
  location.column = origin.column;
  location.sheet = plugin::CleanText(origin.sheet, origin.sheet.size);
  location.cell = plugin::CleanText(origin.cell, origin.cell.size);
  writer_run_->BeginPut(&result_->ledger, flight.flows(), location, flight.id());
  const PuenteStatus status = plugin_.writer_put(writer_, &*record);
  writer_run_->EndPut();
  absl::Status stop = TakeWriterNews();
  if (status != PUENTE_OK) {
    return WriterError(status, fmt::format("writing the record \"{}\"", flight.id()));
  }
  return stop;
}

void Conversion::OnLoose(uint32_t source_path, const plugin::LooseCount& count) {
  if (count.read != 0) result_->ledger.LooseRead(source_path, count.read);
  if (count.rejected != 0) result_->ledger.LooseRejected(source_path, count.rejected);
}

absl::Status Conversion::TakeWriterNews() {
  writer_run_->FlushDerived(&result_->ledger);
  plugin::RunNews news = writer_run_->TakeNews();
  return news.empty() ? absl::OkStatus() : book_->AddWritten(std::move(news));
}

absl::Status Conversion::WriterError(PuenteStatus status, std::string_view doing) {
  absl::Status error = writer_run_->TakeError(status, doing);
  return target_->error().ok() || absl::IsCancelled(error) ? error : target_->error();
}

absl::Status Conversion::FinishWriter() {
  const PuenteStatus status = plugin_.writer_finish(writer_);
  absl::Status stop = TakeWriterNews();
  if (status != PUENTE_OK) return WriterError(status, "finishing the output");
  if (!stop.ok()) return stop;
  return target_->Flush();
}

void Conversion::CloseWriter() {
  if (writer_ == nullptr) return;
  plugin_.writer_close(writer_);
  writer_ = nullptr;
}

absl::Status Conversion::CheckLaw() {
  const ReceiptLedger& ledger = result_->ledger;
  if (ledger.LawHolds()) return absl::OkStatus();
  plugin::RunNews news;
  Finding& finding = news.findings.emplace_back();
  finding.severity = Severity::kCritical;
  finding.code = "PUE-0504";
  finding.location.source = request_.output.path;
  const PathTable& table = PathTable::Global();
  if (!ledger.overcounted().empty()) {
    const auto& [path, count] = *ledger.overcounted().begin();
    finding.path = table.Name(path);
    finding.message = fmt::format(
        "the writer accounts for {} more of these values than it was given", FormatCount(count));
  } else {
    for (const auto& [path, account] : ledger.accounts()) {
      if (account.read == account.kept + account.lost + account.filtered + account.rejected)
        continue;
      finding.path = table.Name(path);
      finding.message = fmt::format(
          "of {} values read, {} are accounted for", FormatCount(account.read),
          FormatCount(account.kept + account.lost + account.filtered + account.rejected));
      break;
    }
  }
  finding.hint = "this is a fault of the plugin, not of the data: please report it";
  return book_->AddWritten(std::move(news));
}

void Conversion::FillFrame() {
  ReceiptFrame& frame = result_->frame;
  if (loop_.has_value()) {
    frame.inputs = loop_->files();
    result_->records_read = loop_->records();
    result_->limit_reached = loop_->limit_reached();
  }
  frame.output.name = request_.output.path;
  frame.output.format = request_.output.binding.format->id;
  frame.output.version = request_.output.binding.version;
  frame.output.bytes = target_ == nullptr ? 0 : target_->bytes();
  frame.output.records = result_->records_written;
  frame.findings_by_severity = result_->findings.by_severity();
  frame.findings_by_code = result_->findings.by_code();
}

absl::Status Conversion::Verify() {
  Expected expected;
  expected.leaves = &result_->ledger.written();
  expected.records = result_->records_written;
  expected.headers = headers_written_;
  absl::StatusOr<Digest> content = digest_of_content_.Finish();
  if (!content.ok()) return content.status();
  expected.digest_of_content = *content;
  absl::StatusOr<Digest> all = digest_of_all_.Finish();
  if (!all.ok()) return all.status();
  expected.digest_of_all = *all;
  result_->frame.digest = DigestToHex(*all);

  absl::StatusOr<std::vector<std::string>> differences =
      FindDifferences(target_->aside_path(), request_.output, expected, request_.settings);
  if (!differences.ok()) return differences.status();
  result_->frame.verify_differences = *std::move(differences);
  if (result_->frame.verify_differences.empty()) {
    result_->frame.basis = "verified";
    return absl::OkStatus();
  }
  const std::vector<std::string>& all_differences = result_->frame.verify_differences;
  ErrorDetail detail;
  detail.code = "PUE-0503";
  detail.source = request_.output.path;
  detail.message =
      fmt::format("the output read again is not what was written: {}", all_differences.front());
  if (all_differences.size() > 1) {
    detail.message += fmt::format(" (and {}{} more)", all_differences.size() - 1,
                                  all_differences.size() == kMaxDifferences ? " or" : "");
  }
  return MakeError(absl::StatusCode::kInternal, detail);
}

absl::Status Conversion::Commit() {
  if (digests_ && result_->frame.digest.empty()) {
    absl::StatusOr<Digest> all = digest_of_all_.Finish();
    if (!all.ok()) return all.status();
    result_->frame.digest = DigestToHex(*all);
  }
  absl::StatusOr<std::string> sha256 = target_->FinishSha256();
  if (!sha256.ok()) return sha256.status();
  result_->frame.output.sha256 = *std::move(sha256);
  if (absl::Status status = target_->Commit(); !status.ok()) return status;
  if (rejects_ != nullptr) {
    if (absl::Status status = rejects_->Commit(); !status.ok()) return status;
    result_->rejects = rejects_->lines();
  }
  const FindingLog& findings = result_->findings;
  result_->strict_met = request_.strict && findings.total() > findings.CountOf(Severity::kInfo);
  result_->loss_met = request_.on_loss == OnLoss::kFail && result_->ledger.totals().lost > 0;
  return absl::OkStatus();
}

absl::Status Conversion::ExplainEnd(absl::Status status) const {
  if (status.ok()) return status;
  const bool cut = target_ != nullptr && !target_->is_aside() && target_->bytes() > 0;
  const std::string what =
      cut ? fmt::format("{} is cut after {} bytes",
                        request_.output.path == "-" ? "standard output" : request_.output.path,
                        FormatCount(target_->bytes()))
          : std::string("no output was made");
  if (absl::IsCancelled(status)) {
    return Interrupted(loop_.has_value() ? loop_->records() : 0, what);
  }
  if (!cut) return status;
  ErrorDetail detail = GetErrorDetail(status);
  detail.message += "; " + what;
  return MakeError(status.code(), detail);
}

}  // namespace

ConvertResult Convert(const ConvertRequest& request) {
  ConvertResult result;
  result.findings =
      FindingLog((request.settings.limits == nullptr ? DefaultLimits() : *request.settings.limits)
                     .findings_per_file);
  result.status = CheckRequest(request);
  if (!result.status.ok()) return result;
  const ScopedCarrier carrier(request.settings.carrier);
  ConvertRequest own = request;
  own.settings.hash_inputs = own.settings.hash_inputs || own.receipt;
  Conversion conversion(own, &result);
  result.status = conversion.Do();
  return result;
}

}  // namespace puente::pipeline
