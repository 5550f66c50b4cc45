// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// The file that was checked, with the repairs of some rules done.
#include "tools/cmd_check_repairs.h"

#include <algorithm>
#include <filesystem>
#include <string_view>

#include "core/base/status.h"
#include "core/base/strings.h"
#include "core/base/utf8.h"
#include "core/findings/repair_receipt.h"
#include "core/plugin/source.h"
#include "core/text/cell_repair.h"
#include "core/text/csv_repairer.h"
#include "core/text/xlsx_repairer.h"
#include "core/text/zip_archive.h"
#include "fmt/format.h"
#include "tools/cmd_check_report.h"
#include "tools/session.h"
#include "tools/source_access.h"

namespace puente::tools {
namespace {

constexpr size_t kMostText = 80;

/// Why nothing was done, by text::CellRepaired, and the last one for a rule that must come first.
constexpr std::string_view kResults[] = {"repaired",        "no_cell",      "formula",
                                         "other_text",      "formatted",    "too_long",
                                         "becomes_formula", "no_character", "other_rule_first"};
constexpr size_t kBlocked = std::size(kResults) - 1;
static_assert(std::size(kResults) == std::tuple_size_v<decltype(CheckWords::not_repaired)> + 1);

absl::Status NotRepairable(const std::string& source, std::string message, std::string hint) {
  ErrorDetail detail;
  detail.code = "PUE-0805";
  detail.source = source;
  detail.message = std::move(message);
  detail.hint = std::move(hint);
  return MakeError(absl::StatusCode::kInvalidArgument, detail);
}

}  // namespace

absl::Status CheckRepairRules(std::span<const check::RulePack> packs,
                              const std::vector<std::string>& rules) {
  std::vector<std::string> repairing;
  std::vector<std::string> known;
  for (const check::RulePack& pack : packs) {
    for (const check::Rule& rule : pack.rules) {
      known.push_back(rule.id);
      if (!rule.repair.empty()) repairing.push_back(rule.id);
    }
  }
  std::sort(repairing.begin(), repairing.end());
  repairing.erase(std::unique(repairing.begin(), repairing.end()), repairing.end());
  const auto is_among = [](const std::vector<std::string>& names, const std::string& name) {
    return std::find(names.begin(), names.end(), name) != names.end();
  };
  for (const std::string& rule : rules) {
    if (is_among(repairing, rule)) continue;
    const std::string all = fmt::format("rules with a repair are {}", fmt::join(repairing, ", "));
    if (is_among(known, rule)) {
      return UsageError(
          fmt::format("--repair: the rule `{}` has no repair: what is right, the data does not say",
                      rule),
          all);
    }
    const std::string near = NearestName(rule, repairing);
    return UsageError(fmt::format("--repair: there is no rule `{}`", rule),
                      near.empty() ? all : fmt::format("did you mean `{}`?", near));
  }
  return absl::OkStatus();
}

absl::Status CheckRepairable(const std::vector<pipeline::Input>& inputs, const std::string& output,
                             const std::set<std::string>& formats) {
  if (inputs.size() != 1) {
    return NotRepairable("",
                         fmt::format("--repair needs one input, and there are {}", inputs.size()),
                         "repair the files one by one");
  }
  const pipeline::Input& input = inputs.front();
  if (input.path == "-" || !input.source->can_seek() ||
      input.source->packing() != plugin::Packing::kNone) {
    return NotRepairable(input.path, "only a file that is not packed can be repaired",
                         "unpack it, and name the file");
  }
  if (!formats.contains(input.binding.format->id)) {
    return NotRepairable(
        input.path, fmt::format("a file of {} is not what was filled in", input.binding.format->id),
        "repair the workbook or the CSV file that it was made of");
  }
  std::error_code error;
  if (std::filesystem::equivalent(input.path, output, error)) {
    return NotRepairable(input.path, "a file is never repaired in its own place",
                         "name another file: --repaired OUT");
  }
  return absl::OkStatus();
}

absl::StatusOr<std::unique_ptr<CheckRepairs>> CheckRepairs::Make(
    const CheckWords& words, const std::vector<std::string>& rules) {
  auto spool = Spool::Make();
  if (!spool.ok()) return spool.status();
  return std::unique_ptr<CheckRepairs>(new CheckRepairs(words, rules, *std::move(spool)));
}

absl::Status CheckRepairs::Add(const check::RuleFinding& finding) {
  if (!finding.repair.has_value() || finding.cells.empty()) return absl::OkStatus();
  const check::RuleCell& place = finding.cells.front();
  const bool is_same = cell_.row == finding.row && cell_.column == place.column &&
                       cell_.sheet == finding.sheet && !cell_.name.empty();
  if (!is_same) {
    if (absl::Status status = PutCell(); !status.ok()) return status;
    cell_.sheet = std::string(finding.sheet);
    cell_.row = finding.row;
    cell_.column = place.column;
    cell_.name = place.name;
    cell_.header = std::string(place.header);
    cell_.before = finding.written;
  }
  // A repair begins with the text as rules read it, and so has those before it in it.
  const bool is_asked = std::find(rules_.begin(), rules_.end(), finding.rule) != rules_.end();
  if (is_asked) {
    cell_.steps.push_back({std::string(finding.rule), *finding.repair});
    if (!passed_over_.empty()) cell_.blocked_by = passed_over_;
  } else {
    passed_over_ = std::string(finding.rule);
  }
  return absl::OkStatus();
}

absl::Status CheckRepairs::PutCell() {
  Cell cell;
  std::swap(cell, cell_);
  passed_over_.clear();
  if (cell.steps.empty()) return absl::OkStatus();
  spool_->Add(std::string_view(cell.sheet));
  spool_->Add(cell.row);
  spool_->Add(uint64_t{cell.column});
  spool_->Add(std::string_view(cell.name));
  spool_->Add(std::string_view(cell.header));
  spool_->Add(uint64_t{cell.before.has_value() ? 1U : 0U});
  spool_->Add(std::string_view(cell.before.has_value() ? *cell.before : ""));
  spool_->Add(std::string_view(cell.blocked_by));
  spool_->Add(uint64_t{cell.steps.size()});
  for (const Step& step : cell.steps) {
    spool_->Add(std::string_view(step.rule));
    spool_->Add(std::string_view(step.after));
  }
  return spool_->Tick();
}

/// Gives the cells to those who repair, and takes what became of them.
class CheckRepairs::Run : public text::CellRepairs {
 public:
  Run(CheckRepairs* repairs, const std::string& path, RepairReceipt* receipt,
      check::TakeFinding take)
      : words_(repairs->words_),
        spool_(*repairs->spool_),
        path_(path),
        receipt_(receipt),
        take_(take) {}

  absl::StatusOr<bool> Next(text::CellRepair* repair) override {
    while (!spool_.AtEnd()) {
      if (absl::Status status = Read(); !status.ok()) return status;
      if (!cell_.before.has_value() || !cell_.blocked_by.empty()) {
        const size_t result = cell_.before.has_value()
                                  ? kBlocked
                                  : static_cast<size_t>(text::CellRepaired::kOtherText);
        if (absl::Status status = Tell(result); !status.ok()) return status;
        continue;
      }
      repair->sheet = cell_.sheet;
      repair->row = cell_.row;
      repair->column = cell_.column;
      repair->before = *cell_.before;
      repair->after = cell_.steps.back().after;
      return true;
    }
    return false;
  }

  /// What became of the cell that Next gave last.
  absl::Status Settle(text::CellRepaired result) { return Tell(static_cast<size_t>(result)); }

  const Report& report() const { return report_; }

 private:
  absl::Status Read() {
    cell_ = Cell();
    uint64_t column = 0;
    uint64_t has_before = 0;
    uint64_t steps = 0;
    std::string before;
    absl::Status status = spool_.Read(&cell_.sheet);
    if (status.ok()) status = spool_.Read(&cell_.row);
    if (status.ok()) status = spool_.Read(&column);
    if (status.ok()) status = spool_.Read(&cell_.name);
    if (status.ok()) status = spool_.Read(&cell_.header);
    if (status.ok()) status = spool_.Read(&has_before);
    if (status.ok()) status = spool_.Read(&before);
    if (status.ok()) status = spool_.Read(&cell_.blocked_by);
    if (status.ok()) status = spool_.Read(&steps);
    cell_.column = static_cast<uint32_t>(column);
    if (has_before != 0) cell_.before = std::move(before);
    for (; status.ok() && cell_.steps.size() < steps;) {
      Step& step = cell_.steps.emplace_back();
      status = spool_.Read(&step.rule);
      if (status.ok()) status = spool_.Read(&step.after);
    }
    return status;
  }

  absl::Status Tell(size_t result) {
    const bool is_done = result == 0;
    ++(is_done ? report_.cells : report_.not_repaired);
    std::string_view before = cell_.before.has_value() ? std::string_view(*cell_.before) : "";
    std::string rules;
    for (const Step& step : cell_.steps) {
      rules += fmt::format("{}{}", rules.empty() ? "" : ", ", step.rule);
      if (receipt_ != nullptr) {
        absl::Status status = receipt_->Add({cell_.sheet, cell_.row, cell_.name, cell_.header,
                                             step.rule, before, step.after, kResults[result]});
        if (!status.ok()) return status;
      }
      before = step.after;
    }
    if (is_done) return absl::OkStatus();
    check::RuleFinding finding;
    finding.rule = "PUE-0804";
    finding.message = fmt::format(
        "{} [{}]", fmt::format(fmt::runtime(words_.not_repaired[result - 1]), cell_.blocked_by),
        rules);
    finding.hint = std::string(words_.repair_by_hand);
    finding.source = path_;
    finding.sheet = cell_.sheet;
    finding.row = cell_.row;
    finding.cells.push_back({{},
                             cell_.column,
                             cell_.name,
                             cell_.header,
                             ClipTextWithEllipsis(cell_.steps.back().after, kMostText)});
    return take_(finding);
  }

  const CheckWords& words_;
  Spool& spool_;
  const std::string& path_;
  RepairReceipt* const receipt_;
  const check::TakeFinding take_;
  Cell cell_;
  Report report_;
};

absl::StatusOr<CheckRepairs::Report> CheckRepairs::Write(
    const std::string& path, const std::string& format, const Limits& limits, uint64_t rows,
    plugin::Target* target, plugin::Target* receipt, check::TakeFinding take) {
  absl::Status status = PutCell();
  if (status.ok()) status = spool_->Rewind();
  if (!status.ok()) return status;
  plugin::SourceOptions source_options;
  source_options.limits = &limits;
  source_options.hash = receipt != nullptr;
  auto source = plugin::Source::Open(path, source_options);
  if (!source.ok()) return source.status();
  SourceAccess input(source->get());
  TargetStream output(target);
  std::optional<TargetStream> receipt_stream;
  std::optional<RepairReceipt> account;
  if (receipt != nullptr) {
    account.emplace(&receipt_stream.emplace(receipt));
    if (status = account->Begin(rules_); !status.ok()) return status;
  }
  Run run(this, path, account.has_value() ? &*account : nullptr, take);
  const auto settle = [&run](const text::CellRepair&, text::CellRepaired result) {
    return run.Settle(result);
  };
  if (text::IsZipArchive((*source)->head())) {
    status = text::RepairWorkbook(&input, limits, path, &run, settle, &output);
  } else {
    text::CsvReaderOptions csv;
    csv.limits = limits;
    csv.source = path;
    csv.delimiter = layout_.delimiter().empty() ? ',' : layout_.delimiter().front();
    csv.encoding = layout_.encoding().empty() ? "UTF-8" : layout_.encoding();
    status = text::RepairCsv(&input, csv, &run, settle, &output);
  }
  if (!status.ok()) return WithSource(status, path);
  if (!account.has_value()) return run.report();
  ReceiptFile read{path, format, "", (*source)->size(), "", rows};
  ReceiptFile written{target->name(), format, "", target->bytes(), "", rows};
  const absl::StatusOr<std::string> read_hash = (*source)->FinishSha256();
  if (!read_hash.ok()) return read_hash.status();
  read.sha256 = *read_hash;
  const absl::StatusOr<std::string> written_hash = target->FinishSha256();
  if (!written_hash.ok()) return written_hash.status();
  written.sha256 = *written_hash;
  if (status = account->Finish(read, written, run.report().cells); !status.ok()) return status;
  return run.report();
}

}  // namespace puente::tools
