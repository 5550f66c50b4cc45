// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Holds records against the rules of the packs that are for them.
#include "core/check/checker.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "core/base/status.h"
#include "core/base/strings.h"
#include "core/text/column_names.h"
#include "fmt/format.h"

namespace puente::check {
namespace {

bool Contains(const std::vector<std::string>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

absl::Status NoSuchPack(std::string_view name, std::span<const RulePack> packs) {
  std::vector<std::string> known;
  for (const RulePack& pack : packs) {
    if (!pack.format.empty()) known.push_back(pack.id);
  }
  const std::string near = NearestName(name, known);
  ErrorDetail detail;
  detail.code = "PUE-0001";
  detail.message = fmt::format("there is no rule pack `{}`", name);
  detail.hint = near.empty() ? fmt::format("there are {}", fmt::join(known, ", "))
                             : fmt::format("did you mean `{}`?", near);
  return MakeError(absl::StatusCode::kInvalidArgument, detail);
}

}  // namespace

absl::StatusOr<std::unique_ptr<Checker>> Checker::Make(std::span<const RulePack> packs,
                                                       const CheckerOptions& options) {
  absl::StatusOr<std::vector<RulePack>> whole = WithBases(packs);
  if (!whole.ok()) return whole.status();
  for (const std::string& name : options.packs) {
    const bool known = std::any_of(packs.begin(), packs.end(), [&](const RulePack& pack) {
      return pack.id == name && !pack.format.empty();
    });
    if (!known) return NoSuchPack(name, packs);
  }
  std::unique_ptr<Checker> made(new Checker(options));
  for (const RulePack& pack : *whole) {
    absl::StatusOr<CompiledPack> compiled = CompilePack(pack, options.language, &made->fields_);
    if (!compiled.ok()) return compiled.status();
    made->packs_.push_back(*std::move(compiled));
  }
  for (const CompiledPack& pack : made->packs_) {
    if (pack.pack.format.empty()) continue;
    for (const CompiledRule& rule : pack.rules) {
      ActiveRule active{&pack, &rule, made->rules_.size(), nullptr};
      if (rule.rule.scope == Scope::kDataset) {
        made->methods_.push_back(MakeDatasetMethod(rule.rule));
        active.method = made->methods_.back().get();
      }
      made->rules_.push_back(active);
      made->summary_.AddRule(pack.pack.id, rule.rule.id);
    }
  }
  made->row_ = std::make_unique<RecordRow>(made->fields_);
  return made;
}

void Checker::BeginDataset(const v1::DatasetHeader& header, std::string_view source) {
  Dataset& dataset = datasets_.emplace_back();
  dataset.source = std::string(source);
  sheets_.clear();
  for (const v1::SheetLayout& layout : header.table().sheets()) {
    sheets_.emplace_back(layout, fields_);
    dataset.sheets.push_back(layout.name());
  }
  counting_ = nullptr;
  active_.clear();
  for (const ActiveRule& rule : rules_) {
    const CompiledPack& pack = *rule.pack;
    const bool holds = options_.packs.empty() ? pack.AppliesTo(header.format(), header.model())
                                              : Contains(options_.packs, pack.pack.id);
    if (!holds) continue;
    active_.push_back(rule.number);
    if (counting_ == nullptr && pack.organisation.has_value()) counting_ = &pack;
  }
  place_ = RowPlace{static_cast<uint32_t>(datasets_.size() - 1), 0, 0};
}

std::vector<const RulePack*> Checker::ActivePacks() const {
  std::vector<const RulePack*> packs;
  for (const size_t rule : active_) {
    const RulePack* const pack = &rules_[rule].pack->pack;
    if (packs.empty() || packs.back() != pack) packs.push_back(pack);
  }
  return packs;
}

absl::Status Checker::Check(const v1::Record& record, TakeFinding take) {
  if (!record.has_activity() || active_.empty()) return absl::OkStatus();
  const v1::Row& row = record.residue().row();
  place_.sheet = row.sheet();
  place_.row = row.number() != 0 ? row.number() : record.provenance().line();
  row_->Begin(record, place_.sheet < sheets_.size() ? &sheets_[place_.sheet] : nullptr);
  row_findings_ = 0;
  for (const size_t number : active_) {
    const ActiveRule& rule = rules_[number];
    absl::Status status;
    switch (rule.rule->rule.scope) {
      case Scope::kRow:
        if (rule.rule->Fires(*row_)) {
          status = Tell(rule, nullptr, rule.rule->cells, nullptr, take);
        }
        break;
      case Scope::kCell:
        status = CheckCells(rule, take);
        break;
      case Scope::kDataset:
        status = AddToMethod(rule);
        break;
    }
    if (!status.ok()) return status;
  }
  CountRow();
  return absl::OkStatus();
}

absl::Status Checker::CheckCells(const ActiveRule& rule, TakeFinding take) {
  const SheetColumns* const sheet = row_->sheet();
  if (sheet == nullptr) return absl::OkStatus();
  for (const size_t field : rule.rule->over) {
    // Two kinds of sheet may have a field at one place: only that of the column is the cell's.
    if (!sheet->ColumnOf(field).has_value()) continue;
    const Value& cell = row_->At(field);
    if (!rule.rule->Fires(*row_, &cell)) continue;
    if (absl::Status status = Tell(rule, &cell, {&field, 1}, nullptr, take); !status.ok()) {
      return status;
    }
  }
  if (!rule.rule->rule.over.other_columns) return absl::OkStatus();
  for (const KeptText& kept : row_->kept()) {
    if (!sheet->IsOther(kept.column)) continue;
    Value cell = Value::OfText(kept.text);
    cell.is_repaired = kept.is_repaired;
    cell.written = kept.written();
    if (!rule.rule->Fires(*row_, &cell)) continue;
    if (absl::Status status = Tell(rule, &cell, {}, &kept, take); !status.ok()) return status;
  }
  return absl::OkStatus();
}

void Checker::AddCell(uint32_t column, std::string_view concept_name, std::string value,
                      RuleFinding* finding) const {
  for (const RuleCell& known : finding->cells) {
    if (known.column == column) return;
  }
  finding->cells.push_back({concept_name, column, text::CellName(column, place_.row),
                            row_->sheet()->Header(column), std::move(value)});
}

absl::Status Checker::Tell(const ActiveRule& rule, const Value* cell,
                           std::span<const size_t> fields, const KeptText* kept, TakeFinding take) {
  const v1::Record& record = row_->record();
  RuleFinding finding;
  finding.pack = rule.pack->pack.id;
  finding.rule = rule.rule->rule.id;
  finding.severity = rule.rule->rule.severity;
  finding.group = rule.rule->rule.group;
  finding.message = rule.rule->message.For(*row_, cell);
  finding.hint = rule.rule->hint.For(*row_, cell);
  if (rule.rule->repair.has_value()) {
    const Value repair = rule.rule->repair->Evaluate(*row_, cell);
    finding.repair = std::string(repair.text);
    const Value first = cell != nullptr ? *cell : fields.empty() ? Value() : row_->At(fields[0]);
    if (first.written.data() != nullptr) {
      finding.written = std::string(first.written);
    }
  }
  finding.dataset = place_.dataset;
  finding.source = datasets_.back().source;
  if (const SheetColumns* const sheet = row_->sheet(); sheet != nullptr) {
    finding.sheet = sheet->name();
    for (const size_t field : fields) {
      const std::optional<uint32_t> column = sheet->ColumnOf(field);
      if (!column.has_value()) continue;
      AddCell(*column, fields_.spec(field).column, ShownValue(row_->At(field)), &finding);
    }
    if (kept != nullptr) AddCell(kept->column, {}, kept->text, &finding);
  }
  finding.row = place_.row;
  finding.record_id = record.identity().id();
  finding.record_ordinal = record.identity().ordinal();
  ++row_findings_;
  summary_.AddFindings(rule.number, 1);
  return take(finding);
}

void Checker::CountRow() {
  std::string_view organisation;
  int32_t month = 0;
  if (counting_ != nullptr) {
    organisation = row_->At(*counting_->organisation).text;
    if (counting_->month.has_value()) {
      const Value& date = row_->At(*counting_->month);
      constexpr int kHundred = 100;
      if (date.kind == ValueKind::kDate) month = date.year * kHundred + date.month;
    }
  }
  summary_.AddRow(organisation, month, row_findings_);
}

absl::Status Checker::AddToMethod(const ActiveRule& rule) {
  if (!rule.rule->Counts(*row_)) return absl::OkStatus();
  MethodRow taken;
  taken.place = place_;
  taken.record = &row_->record();
  taken.sheet = row_->sheet();
  rule.rule->FillIn(*row_, &by_, &taken);
  const SheetColumns* const sheet = row_->sheet();
  if (sheet != nullptr && !rule.rule->cells.empty()) {
    taken.column = sheet->ColumnOf(rule.rule->cells.front());
  }
  if (taken.column.has_value()) {
    auto& headers = datasets_.back().headers;
    const auto [known, is_new] = headers.try_emplace({place_.sheet, *taken.column});
    if (is_new) known->second = std::string(sheet->Header(*taken.column));
  }
  return rule.method->Add(taken);
}

RuleFinding Checker::FindingOf(const ActiveRule& rule, const DatasetHit& hit) const {
  const Dataset& dataset = datasets_[hit.place.dataset];
  const Dataset& other = datasets_[hit.first.dataset];
  const auto sheet_name = [](const Dataset& in, uint32_t sheet) {
    return sheet < in.sheets.size() ? std::string_view(in.sheets[sheet]) : std::string_view();
  };
  std::string first = fmt::format("{}", hit.first.row);
  const std::string_view first_sheet = sheet_name(other, hit.first.sheet);
  if (hit.first.dataset != hit.place.dataset) {
    first = first_sheet.empty() ? fmt::format("{}, {}", first, other.source)
                                : fmt::format("{}, {}, {}", first, first_sheet, other.source);
  } else if (hit.first.sheet != hit.place.sheet) {
    first = fmt::format("{}, {}", first, first_sheet);
  }
  std::vector<std::string> said = {std::move(first)};
  for (const Decimal& number : hit.said) said.push_back(ShownValue(Value::OfNumber(number)));
  RuleFinding finding;
  finding.pack = rule.pack->pack.id;
  finding.rule = rule.rule->rule.id;
  finding.severity = rule.rule->rule.severity;
  finding.group = rule.rule->rule.group;
  finding.message = rule.rule->message.For(said);
  finding.hint = rule.rule->hint.For(said);
  finding.dataset = hit.place.dataset;
  finding.source = dataset.source;
  finding.sheet = sheet_name(dataset, hit.place.sheet);
  finding.row = hit.place.row;
  if (hit.column.has_value()) {
    const auto header = dataset.headers.find({hit.place.sheet, *hit.column});
    finding.cells.push_back(
        {fields_.spec(rule.rule->cells.front()).column, *hit.column,
         text::CellName(*hit.column, hit.place.row),
         header == dataset.headers.end() ? std::string_view() : std::string_view(header->second),
         ShownValue(Value::OfNumber(hit.value))});
  }
  return finding;
}

absl::Status Checker::Finish(TakeFinding take) {
  for (const ActiveRule& rule : rules_) {
    if (rule.method == nullptr) continue;
    absl::Status status = rule.method->Finish([&](const DatasetHit& hit) {
      summary_.AddFindings(rule.number, 1);
      return take(FindingOf(rule, hit));
    });
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

}  // namespace puente::check
