// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// `puente check`: what is wrong with data, by the rule packs of its format and year.
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <optional>
#include <utility>

#include "core/base/status.h"
#include "core/base/utf8.h"
#include "core/check/checker.h"
#include "core/findings/finding_text.h"
#include "core/pipeline/exit_code.h"
#include "core/plugin/target.h"
#include "fmt/format.h"
#include "tools/cmd_check_marks.h"
#include "tools/cmd_check_packs.h"
#include "tools/cmd_check_reader.h"
#include "tools/cmd_check_repairs.h"
#include "tools/cmd_check_report.h"
#include "tools/cmd_check_summary.h"
#include "tools/cmd_check_words.h"
#include "tools/commands.h"
#include "tools/input_list.h"

namespace puente::tools {
namespace {

constexpr uint64_t kMostShownAsText = 1000;

struct CheckOptions {
  std::vector<std::string> files;
  std::string from;
  std::vector<std::string> in_options;
  std::string format;
  std::string output = "-";
  std::string language;
  std::vector<std::string> rules;
  std::optional<uint64_t> most;
  std::string marked;
  std::vector<std::string> repair;
  std::string repaired;
  std::string receipt;
  bool summary = false;
  bool strict = false;
  bool force = false;
};

/// The format that was asked for, or that the name of the output says.
std::string FormatOf(const CheckOptions& options) {
  if (!options.format.empty()) return options.format;
  const std::string& name = options.output;
  if (name.ends_with(".xlsx")) return "xlsx";
  if (name.ends_with(".sarif") || name.ends_with(".sarif.json")) return "sarif";
  if (name.ends_with(".jsonl") || name.ends_with(".json")) return "json";
  return "text";
}

bool ColourOnStdout(const Session& session, const std::string& setting) {
  if (setting != "auto") return setting == "always";
  if (isatty(STDOUT_FILENO) == 0) return false;
  const char* const no_colour = std::getenv("NO_COLOR");
  return session.colour() || no_colour == nullptr || *no_colour == '\0';
}

absl::Status NotMarkable(const std::string& source, std::string message, std::string hint) {
  ErrorDetail detail;
  detail.code = "PUE-0803";
  detail.source = source;
  detail.message = std::move(message);
  detail.hint = std::move(hint);
  return MakeError(absl::StatusCode::kInvalidArgument, detail);
}

/// That --marked can do what it is asked to.
absl::Status CheckMarkable(const std::vector<pipeline::Input>& inputs) {
  if (inputs.size() != 1) {
    return NotMarkable(
        "", fmt::format("--marked needs one workbook, and there are {} inputs", inputs.size()),
        "check the workbooks one by one");
  }
  const pipeline::Input& input = inputs.front();
  constexpr std::string_view kZip = "PK\x03\x04";
  if (input.source->packing() != plugin::Packing::kNone ||
      !input.source->head().starts_with(kZip)) {
    return NotMarkable(input.path, "this is no workbook (.xlsx), so it cannot be marked",
                       "get the findings as a workbook of their own: -o FINDINGS.xlsx");
  }
  if (input.path == "-" || !input.source->can_seek()) {
    return NotMarkable(input.path, "a workbook is marked from its file, not from a stream",
                       "name the file");
  }
  return absl::OkStatus();
}

/// That the options of outputs make sense together.
absl::Status CheckOptionsFit(const CheckOptions& options) {
  if (options.marked == "-") {
    return UsageError("--marked needs the name of a file", "write --marked MARKED.xlsx");
  }
  if (options.repair.empty() && (!options.repaired.empty() || !options.receipt.empty())) {
    return UsageError(
        fmt::format("{} is for --repair", options.repaired.empty() ? "--receipt" : "--repaired"),
        "name the rules whose repairs are to be done: --repair RULE,..");
  }
  if (!options.repair.empty() && (options.repaired.empty() || options.repaired == "-")) {
    return UsageError("--repair needs a file to write the repaired copy to",
                      "add --repaired OUT; the input is never changed");
  }
  const std::string* const outputs[] = {&options.output, &options.marked, &options.repaired,
                                        &options.receipt};
  for (const std::string* const one : outputs) {
    const auto count = std::count_if(std::begin(outputs), std::end(outputs),
                                     [one](const std::string* other) { return *other == *one; });
    if (count > 1 && !one->empty() && *one != "-") {
      return UsageError(fmt::format("two outputs are called {}", *one), "name another file");
    }
  }
  return absl::OkStatus();
}

/// One run of the check.
class CheckRun {
 public:
  CheckRun(Session& session, const CheckOptions& options)
      : session_(session),
        options_(options),
        words_(WordsOf(options.language.empty() ? LanguageOfEnvironment()
                                                : std::string_view(options.language))),
        counter_(std::string(words_.language)) {}

  int Run() {
    const absl::Status status = RunToStatus();
    session_.FinishMessages();
    return status.ok() ? exit_code_ : session_.Fail(status);
  }

 private:
  absl::Status RunToStatus() {
    if (absl::Status status = CheckOptionsFit(options_); !status.ok()) return status;
    if (absl::Status status = MakeChecker(); !status.ok()) return status;
    auto inputs = OpenInputs(session_, options_.files, options_.from, options_.in_options, false);
    if (!inputs.ok()) return inputs.status();
    for (pipeline::Input& input : *inputs) ReadAsRuled(&input);
    if (absl::Status status = OpenOutputs(*inputs); !status.ok()) return status;
    for (pipeline::Input& input : *inputs) {
      if (absl::Status status = Read(std::move(input)); !status.ok()) return status;
    }
    return Finish();
  }

  absl::Status MakeChecker() {
    absl::StatusOr<std::vector<check::RulePack>> packs = ReadRulePacks(session_.catalog());
    if (!packs.ok()) return packs.status();
    check::CheckerOptions checker_options;
    checker_options.language = std::string(words_.language);
    checker_options.packs = options_.rules;
    auto checker = check::Checker::Make(*packs, checker_options);
    if (!checker.ok()) {
      // Lines count within an expression.
      return GetErrorDetail(checker.status()).line == 0
                 ? checker.status()
                 : WithSource(checker.status(), "expression");
    }
    checker_ = *std::move(checker);
    if (absl::Status status = CheckRepairRules(*packs, options_.repair); !status.ok()) {
      return status;
    }
    for (const check::RulePack& pack : *packs) {
      if (!pack.format.empty()) formats_.insert(pack.format);
    }
    return absl::OkStatus();
  }

  /// A workbook does not show on its first bytes what it is, and goes for a plain table unless its
  /// name says more. What no rules are for by its format is tried as the formats that have some.
  void ReadAsRuled(pipeline::Input* input) {
    if (!options_.from.empty() || input->path == "-" || input->source->head().empty()) return;
    if (formats_.contains(input->binding.format->id)) return;
    for (const std::string& format : formats_) {
      auto other = session_.OpenInput(input->path, format, options_.in_options, false);
      if (!other.ok()) continue;
      std::vector<pipeline::Input> tried;
      tried.push_back(*std::move(other));
      pipeline::ReadSettings settings = session_.Settings(1);
      settings.on_finding = nullptr;
      settings.progress = nullptr;
      bool fits = false;
      const pipeline::ReadResult result = pipeline::ReadRecords(
          tried, settings, [&](const v1::Record& record, const PuenteRecord&) -> absl::Status {
            // Rows that are no activities come also before a reader gives up.
            if (record.has_activity()) return absl::AbortedError("this is enough");
            if (record.has_dataset_header()) fits = record.dataset_header().format() == format;
            return absl::OkStatus();
          });
      fits = fits && (result.status.ok() || absl::IsAborted(result.status));
      if (!fits) continue;
      auto again = session_.OpenInput(input->path, format, options_.in_options, false);
      if (again.ok()) *input = *std::move(again);
      return;
    }
  }

  absl::Status OpenOutputs(const std::vector<pipeline::Input>& inputs) {
    plugin::TargetOptions target_options;
    target_options.force = options_.force;
    const std::string format = FormatOf(options_);
    if (!options_.repair.empty()) {
      if (absl::Status status = OpenRepaired(inputs); !status.ok()) return status;
    }
    if (!options_.marked.empty()) {
      if (absl::Status status = CheckMarkable(inputs); !status.ok()) return status;
      auto target = plugin::Target::Open(options_.marked, target_options);
      if (!target.ok()) return target.status();
      marked_ = *std::move(target);
      auto marks = CheckMarks::Make(words_);
      if (!marks.ok()) return marks.status();
      marks_ = *std::move(marks);
    }
    if (format == "xlsx" && options_.output == "-") {
      return UsageError("a workbook needs a file to be written to", "add -o FINDINGS.xlsx");
    }
    target_options.cancel = Session::Interrupted();
    auto target = plugin::Target::Open(options_.output, target_options);
    if (!target.ok()) return target.status();
    target_ = *std::move(target);
    CheckReportOptions report_options;
    report_options.words = &words_;
    report_options.colour =
        options_.output == "-" && ColourOnStdout(session_, session_.options().colour);
    if (format == "xlsx") {
      auto report = MakeXlsxReport(target_.get(), report_options);
      if (!report.ok()) return report.status();
      report_ = *std::move(report);
    } else if (format == "sarif") {
      report_ = MakeSarifReport(target_.get(), report_options);
    } else if (format == "json") {
      report_ = MakeJsonReport(target_.get(), report_options);
    } else {
      report_ = MakeTextReport(target_.get(), report_options);
    }
    most_ = options_.most.value_or(format == "text" ? kMostShownAsText : 0);
    if (most_ == 0) most_ = UINT64_MAX;
    if (options_.summary) most_ = 0;
    return absl::OkStatus();
  }

  absl::Status OpenRepaired(const std::vector<pipeline::Input>& inputs) {
    absl::Status status = CheckRepairable(inputs, options_.repaired, formats_);
    if (!status.ok()) return status;
    plugin::TargetOptions target_options;
    target_options.force = options_.force;
    target_options.hash = !options_.receipt.empty();
    auto target = plugin::Target::Open(options_.repaired, target_options);
    if (!target.ok()) return target.status();
    repaired_ = *std::move(target);
    if (!options_.receipt.empty()) {
      target_options.hash = false;
      auto receipt = plugin::Target::Open(options_.receipt, target_options);
      if (!receipt.ok()) return receipt.status();
      receipt_ = *std::move(receipt);
    }
    auto repairs = CheckRepairs::Make(words_, options_.repair);
    if (!repairs.ok()) return repairs.status();
    repairs_ = *std::move(repairs);
    repaired_format_ = inputs.front().binding.format->id;
    return absl::OkStatus();
  }

  absl::Status Take(const check::RuleFinding& finding) {
    const bool is_shown = shown_ < most_;
    counter_.Add(finding, is_shown);
    if (marks_ != nullptr) {
      if (absl::Status status = marks_->Add(finding); !status.ok()) return status;
    }
    if (repairs_ != nullptr) {
      if (absl::Status status = repairs_->Add(finding); !status.ok()) return status;
    }
    if (!is_shown) return absl::OkStatus();
    ++shown_;
    return report_->Take(finding);
  }

  absl::Status BeginDataset(const v1::DatasetHeader& header, const std::string& path,
                            ReaderFindings* reader) {
    checker_->BeginDataset(header, path);
    if (repairs_ != nullptr) repairs_->BeginDataset(header);
    const std::vector<const check::RulePack*> packs = checker_->ActivePacks();
    if (packs.empty()) return NoRules(header.format(), header.model(), path);
    std::string names;
    std::set<std::string> replaced;
    for (const check::RulePack* const pack : packs) {
      counter_.AddPack(*pack);
      replaced.insert(pack->replaces.begin(), pack->replaces.end());
      names += fmt::format("{}{} ({} {})", names.empty() ? "" : ", ",
                           pack->title.In(words_.language), pack->id, pack->version);
    }
    const std::string rules = fmt::format(fmt::runtime(words_.rules_used), names);
    session_.Say(EscapeForTerminalLine(fmt::format("{}: {}{}{}. {}", path, header.format(),
                                                   header.model().empty() ? "" : " ",
                                                   header.model(), rules)));
    return reader->BeginDataset(std::move(replaced),
                                [this](const auto& finding) { return Take(finding); });
  }

  /// Findings of one record by column, as one looks for them.
  absl::Status CheckRecord(const v1::Record& record) {
    of_record_.clear();
    absl::Status status = checker_->Check(record, [this](const check::RuleFinding& finding) {
      of_record_.push_back(finding);
      return absl::OkStatus();
    });
    const auto column = [](const check::RuleFinding& finding) {
      return finding.cells.empty() ? uint32_t{0} : finding.cells.front().column + 1;
    };
    std::stable_sort(of_record_.begin(), of_record_.end(),
                     [&](const auto& a, const auto& b) { return column(a) < column(b); });
    for (const check::RuleFinding& finding : of_record_) {
      if (status.ok()) status = Take(finding);
    }
    return status;
  }

  absl::Status NoRules(const std::string& format, const std::string& model,
                       const std::string& path) const {
    ErrorDetail detail;
    detail.code = "PUE-0802";
    detail.source = path;
    if (format.empty()) {
      detail.message = "there is nothing in the file that rules apply to";
    } else {
      const bool has_rules = formats_.contains(format);
      detail.message = fmt::format("no rules apply to {}{}", format,
                                   has_rules && !model.empty() ? " " + model : "");
    }
    if (formats_.size() == 1 && !formats_.contains(format)) {
      detail.hint = fmt::format(
          "there are rules for {0}; if the file is that, --from {0} says what is missing",
          *formats_.begin());
    } else if (!formats_.empty()) {
      detail.hint = fmt::format("there are rules for {}", fmt::join(formats_, ", "));
    }
    return MakeError(absl::StatusCode::kFailedPrecondition, detail);
  }

  absl::Status Read(pipeline::Input input) {
    const std::string path = input.path;
    if (input.source->head().empty()) {
      ErrorDetail detail;
      detail.code = "PUE-0802";
      detail.source = path;
      detail.message = "the file is empty";
      return MakeError(absl::StatusCode::kFailedPrecondition, detail);
    }
    counter_.AddSource(path);
    ReaderFindings reader(session_.codes(), std::string(words_.language));
    pipeline::ReadSettings settings = session_.Settings(1);
    settings.on_finding = [&](const Finding& finding) { reader.Add(finding); };
    // Lines of findings and of progress would stand in each other's way.
    if (options_.output == "-" && isatty(STDOUT_FILENO) != 0) settings.progress = nullptr;
    const auto take = [this](const check::RuleFinding& finding) { return Take(finding); };
    std::vector<pipeline::Input> inputs;
    inputs.push_back(std::move(input));
    const pipeline::ReadResult result =
        pipeline::ReadRecords(inputs, settings, [&](const v1::Record& record, const PuenteRecord&) {
          if (record.has_dataset_header()) {
            return BeginDataset(record.dataset_header(), path, &reader);
          }
          const uint64_t number = record.residue().row().number();
          const uint64_t row = number != 0 ? number : record.provenance().line();
          if (row != 0) {
            if (absl::Status status = reader.PassUpTo(row, take); !status.ok()) return status;
          }
          return CheckRecord(record);
        });
    if (absl::Status status = reader.PassUpTo(0, take); !status.ok()) return status;
    if (!result.status.ok()) return result.status;
    if (result.headers == 0) return NoRules("", "", path);
    for (const auto& [code, count] : reader.Untold(result.findings)) {
      const CodeEntry* const entry = session_.codes().Find(code);
      counter_.AddUntold(code, entry == nullptr ? Severity::kWarning : entry->severity, count);
    }
    return absl::OkStatus();
  }

  absl::Status Finish() {
    absl::Status status =
        checker_->Finish([this](const check::RuleFinding& finding) { return Take(finding); });
    if (status.ok()) status = Repair();
    if (!status.ok()) return status;
    const CheckSummary summary = counter_.Finish(checker_->summary(), session_.codes());
    if (status = report_->Finish(summary); !status.ok()) return status;
    if (status = target_->Commit(); !status.ok()) return status;
    if (marks_ != nullptr) {
      const auto report =
          marks_->Write(options_.files.front(), session_.limits(), summary, marked_.get());
      if (!report.ok()) return WithSource(report.status(), options_.files.front());
      if (status = marked_->Commit(); !status.ok()) return status;
      session_.Say(EscapeForTerminalLine(fmt::format(fmt::runtime(words_.marked), options_.marked,
                                                     FormatCount(report->cells), report->title)));
    }
    if (status = CommitRepaired(); !status.ok()) return status;
    const auto count = [&](Severity severity) {
      return summary.by_severity[static_cast<size_t>(severity)];
    };
    if (count(Severity::kError) + count(Severity::kCritical) > 0) {
      exit_code_ = pipeline::kExitData;
    } else if (options_.strict && count(Severity::kWarning) > 0) {
      exit_code_ = pipeline::kExitStrict;
    }
    return absl::OkStatus();
  }

  /// Writes the repaired copy; what could not be repaired is a finding.
  absl::Status Repair() {
    if (repairs_ == nullptr) return absl::OkStatus();
    const std::unique_ptr<CheckRepairs> repairs = std::move(repairs_);
    const auto done =
        repairs->Write(options_.files.front(), repaired_format_, session_.limits(),
                       checker_->summary().all().rows, repaired_.get(), receipt_.get(),
                       [this](const check::RuleFinding& finding) { return Take(finding); });
    if (done.ok()) repaired_counts_ = *done;
    return done.status();
  }

  absl::Status CommitRepaired() {
    if (repaired_ == nullptr) return absl::OkStatus();
    if (absl::Status status = repaired_->Commit(); !status.ok()) return status;
    if (receipt_ != nullptr) {
      if (absl::Status status = receipt_->Commit(); !status.ok()) return status;
    }
    session_.Say(EscapeForTerminalLine(fmt::format(fmt::runtime(words_.repaired), options_.repaired,
                                                   FormatCount(repaired_counts_.cells),
                                                   FormatCount(repaired_counts_.not_repaired))));
    return absl::OkStatus();
  }

  Session& session_;
  const CheckOptions& options_;
  const CheckWords& words_;
  CheckCounter counter_;
  std::unique_ptr<check::Checker> checker_;
  /// Formats that there are rules for.
  std::set<std::string> formats_;
  std::unique_ptr<plugin::Target> target_;
  std::unique_ptr<CheckReport> report_;
  std::unique_ptr<plugin::Target> marked_;
  std::unique_ptr<CheckMarks> marks_;
  std::unique_ptr<plugin::Target> repaired_;
  std::unique_ptr<plugin::Target> receipt_;
  std::unique_ptr<CheckRepairs> repairs_;
  std::string repaired_format_;
  CheckRepairs::Report repaired_counts_;
  std::vector<check::RuleFinding> of_record_;
  uint64_t most_ = 0;
  uint64_t shown_ = 0;
  int exit_code_ = pipeline::kExitDone;
};

}  // namespace

void AddCheck(CLI::App& app, CommandTable* table) {
  auto options = std::make_shared<CheckOptions>();
  CLI::App* command = app.add_subcommand(
      "check", "Say everything that is wrong with data, cell by cell, in your language");
  command->footer(
      "The rules are those of the format and the year of each file (docs/spec/rules.md). Exit "
      "code\n"
      "0: no errors, 1: errors, 3: with --strict, warnings. docs/check.md says more.\n\n"
      "  puente check libro.xlsx --marked corregir.xlsx\n"
      "  puente check partners/ -o findings.xlsx\n"
      "  puente check libro.xlsx --summary --lang es\n"
      "  puente check book.xlsx -o check.sarif\n"
      "  puente check book.xlsx --repair double_encoded,edge_blanks --repaired good.xlsx");
  command->add_option("files", options->files, "Files or folders; - is standard input")
      ->required()
      ->type_name("IN..");
  command
      ->add_option("--format", options->format,
                   "text (default), json, sarif or xlsx; the name of the output also says it")
      ->check(CLI::IsMember({"text", "json", "sarif", "xlsx"}));
  command->add_option("-o,--output", options->output,
                      "Where the findings go; - is standard output (default)");
  command
      ->add_option("--lang", options->language,
                   "en, es or pt; that of the environment (LC_ALL, LC_MESSAGES, LANG) by default")
      ->check(CLI::IsMember({"en", "es", "pt"}));
  command
      ->add_option("--rules", options->rules,
                   "Only these rule packs, whatever the files are; separated by commas")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->type_name("PACK");
  command
      ->add_option("--max", options->most,
                   "Findings that are shown, 0 for all (default: 1000 as text, else all); the rest "
                   "is counted")
      ->check(CLI::NonNegativeNumber);
  command->add_flag("--summary", options->summary, "The summary alone");
  command
      ->add_option("--marked", options->marked,
                   "Write the workbook here with its cells marked, and a first sheet of what is "
                   "wrong")
      ->type_name("OUT.xlsx");
  command
      ->add_option("--repair", options->repair,
                   "Do the repairs of these rules in a copy of the file; separated by commas")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->type_name("RULE");
  command->add_option("--repaired", options->repaired, "Write the repaired copy here")
      ->type_name("OUT");
  command->add_option("--receipt", options->receipt,
                      "Write what was repaired, cell by cell, as JSON to this file");
  command->add_option("--from", options->from, "Format of the inputs");
  command->add_option("--in-opt", options->in_options, "Option for reading, KEY=VALUE")
      ->allow_extra_args(false);
  command->add_flag("--strict", options->strict,
                    "Exit code 3 when there were warnings and no errors");
  command->add_flag("--force", options->force, "Replace files that exist");
  (*table)[command] = [options](Session& session) { return CheckRun(session, *options).Run(); };
}

}  // namespace puente::tools
