// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Rule packs made ready to be held against rows.
#include "core/check/compiled_pack.h"

#include <algorithm>
#include <utility>

#include "core/base/status.h"
#include "core/base/strings.h"
#include "core/base/tsv_table.h"
#include "fmt/format.h"

namespace puente::check {
namespace {

/// The error with pack and rule before its message.
absl::Status InRule(const absl::Status& status, std::string_view pack, std::string_view rule,
                    std::string_view part) {
  ErrorDetail detail = GetErrorDetail(status);
  if (detail.code.empty()) detail.code = "PUE-0801";
  detail.message = fmt::format("rule {} of pack {}, {}: {}", rule, pack, part, detail.message);
  return MakeError(status.code(), detail);
}

/// Makes one rule ready.
class RuleCompiler {
 public:
  RuleCompiler(const CompiledPack& pack, std::string_view language, const FieldTable& fields)
      : pack_(pack), language_(language), fields_(fields), names_(pack.names) {}

  absl::StatusOr<CompiledRule> Run(const Rule& rule) {
    made_.rule = rule;
    if (absl::Status status = TakeCells(); !status.ok()) return status;
    if (rule.scope == Scope::kDataset) {
      if (absl::Status status = TakeMethod(); !status.ok()) return status;
    } else if (absl::Status status =
                   Compile("fires", rule.fires, ValueType::kBoolean, &made_.fires);
               !status.ok()) {
      return status;
    }
    if (absl::Status status = Compile("when", rule.when, ValueType::kBoolean, &made_.when);
        !status.ok()) {
      return status;
    }
    if (absl::Status status = Compile("repair", rule.repair, ValueType::kText, &made_.repair);
        !status.ok()) {
      return status;
    }
    // In every language, so that a fault shows whichever is asked for.
    for (const std::string_view language : {"en", "es", "pt"}) {
      const bool asked = rule.message.In(language) == rule.message.In(language_);
      if (absl::Status status =
              TakeText("message", rule.message.In(language), asked, &made_.message);
          !status.ok()) {
        return status;
      }
      if (absl::Status status = TakeText("hint", rule.hint.In(language), asked, &made_.hint);
          !status.ok()) {
        return status;
      }
    }
    return std::move(made_);
  }

 private:
  absl::Status Error(const absl::Status& status, std::string_view part) const {
    return InRule(status, pack_.pack.id, made_.rule.id, part);
  }

  absl::StatusOr<size_t> FieldNamed(const std::string& name) const {
    const auto found = names_.fields.find(name);
    if (found != names_.fields.end()) return found->second.field;
    std::vector<std::string> known;
    for (const auto& [field, spec] : names_.fields) known.push_back(field);
    const std::string near = NearestName(name, known);
    return PackError(fmt::format("there is no field `{}`", name),
                     near.empty() ? "" : fmt::format("did you mean `{}`?", near));
  }

  absl::Status TakeCells() {
    for (const std::string& name : made_.rule.cells) {
      const absl::StatusOr<size_t> field = FieldNamed(name);
      if (!field.ok()) return Error(field.status(), "cells");
      made_.cells.push_back(*field);
    }
    if (made_.rule.scope != Scope::kCell) return absl::OkStatus();
    const CellChoice& over = made_.rule.over;
    for (const std::string& name : over.fields) {
      const absl::StatusOr<size_t> field = FieldNamed(name);
      if (!field.ok()) return Error(field.status(), "over");
      made_.over.push_back(*field);
    }
    for (const auto& [name, field] : names_.fields) {
      const FieldSpec& spec = fields_.spec(field.field);
      const bool chosen =
          std::find(over.types.begin(), over.types.end(), spec.type) != over.types.end();
      if (chosen && !spec.is_derived) made_.over.push_back(field.field);
    }
    if (made_.over.empty()) return Error(PackError("it looks at no cell"), "over");
    // Of one type when all are; those of other columns are texts.
    const ValueType type =
        over.other_columns ? ValueType::kText : TypeOf(fields_.spec(made_.over[0]).type);
    const bool same = std::all_of(made_.over.begin(), made_.over.end(), [&](size_t field) {
      return TypeOf(fields_.spec(field).type) == type;
    });
    names_.cell = same ? type : ValueType::kAny;
    return absl::OkStatus();
  }

  absl::Status TakeMethod() {
    const Rule& rule = made_.rule;
    const MethodKind* const kind = FindMethod(rule.method);
    if (kind == nullptr) {
      std::vector<std::string> known;
      for (const MethodKind& one : MethodKinds()) known.emplace_back(one.name);
      return Error(PackError(fmt::format("there is no method `{}`", rule.method),
                             fmt::format("there are {}", fmt::join(known, ", "))),
                   "method");
    }
    said_ = kind->said;
    const auto needs = [&](bool needed, bool given, std::string_view key) {
      if (needed == given) return absl::OkStatus();
      return Error(
          PackError(fmt::format("`{}` {} `{}`", rule.method, needed ? "needs" : "knows no", key)),
          "method");
    };
    absl::Status status = needs(kind->needs_by, !rule.by.empty(), "by");
    if (status.ok()) status = needs(kind->needs_value, !rule.value.empty(), "value");
    if (status.ok()) status = needs(kind->needs_bound, !rule.bound.empty(), "bound");
    if (status.ok()) status = needs(kind->needs_across, !rule.across.empty(), "across");
    for (const std::string_view limit : kind->limits) {
      if (status.ok()) status = needs(true, rule.limits.contains(limit), limit);
    }
    for (const auto& [limit, number] : rule.limits) {
      const bool known =
          std::find(kind->limits.begin(), kind->limits.end(), limit) != kind->limits.end();
      if (status.ok()) status = needs(known, true, limit);
    }
    for (const std::string& text : rule.by) {
      std::optional<Program> program;
      if (status.ok()) status = Compile("by", text, ValueType::kAny, &program);
      if (program.has_value()) made_.by.push_back(*std::move(program));
    }
    if (status.ok()) status = Compile("value", rule.value, ValueType::kNumber, &made_.value);
    if (status.ok()) status = Compile("bound", rule.bound, ValueType::kNumber, &made_.bound);
    if (status.ok()) status = Compile("across", rule.across, ValueType::kDate, &made_.across);
    return status;
  }

  absl::Status Compile(std::string_view part, const std::string& text, ValueType type,
                       std::optional<Program>* out) const {
    if (text.empty()) return absl::OkStatus();
    absl::StatusOr<Program> program = Program::Compile(text, names_, type);
    if (!program.ok()) return Error(program.status(), part);
    *out = *std::move(program);
    return absl::OkStatus();
  }

  absl::Status TakeText(std::string_view part, std::string_view text, bool asked,
                        MessageText* out) const {
    absl::StatusOr<MessageText> message = MessageText::Compile(text, names_, said_);
    if (!message.ok()) return Error(message.status(), part);
    if (asked) *out = *std::move(message);
    return absl::OkStatus();
  }

  const CompiledPack& pack_;
  const std::string_view language_;
  const FieldTable& fields_;
  Names names_;
  /// What messages may name beside values.
  std::span<const std::string_view> said_;
  CompiledRule made_;
};

/// The field of a summary.
absl::StatusOr<std::optional<size_t>> SummaryField(const CompiledPack& pack,
                                                   const std::string& name, ValueType type) {
  if (name.empty()) return std::optional<size_t>();
  const auto found = pack.names.fields.find(name);
  if (found == pack.names.fields.end() || found->second.type != type) {
    return PackError(fmt::format("pack {}: summary: `{}` is no field of {}", pack.pack.id, name,
                                 TypeWords(type)));
  }
  return std::optional<size_t>(found->second.field);
}

}  // namespace

void CompiledRule::FillIn(RowValues& row, std::vector<Value>* by, MethodRow* out) const {
  by->clear();
  for (const Program& program : this->by) by->push_back(program.Evaluate(row));
  out->by = *by;
  if (value.has_value()) out->value = value->Evaluate(row);
  if (bound.has_value()) out->bound = bound->Evaluate(row);
  if (across.has_value()) out->across = across->Evaluate(row);
}

bool CompiledPack::AppliesTo(std::string_view format, std::string_view model) const {
  if (pack.format.empty() || pack.format != format || pack.only_when_asked) return false;
  const std::vector<std::string_view> words = SplitText(model, ' ');
  const auto fits = [&](const std::string& wanted) {
    const std::vector<std::string_view> needed = SplitText(wanted, ' ');
    return std::all_of(needed.begin(), needed.end(), [&](std::string_view word) {
      return std::find(words.begin(), words.end(), word) != words.end();
    });
  };
  return pack.models.empty() || std::any_of(pack.models.begin(), pack.models.end(), fits);
}

absl::StatusOr<CompiledPack> CompilePack(const RulePack& pack, std::string_view language,
                                         FieldTable* fields) {
  CompiledPack made;
  made.pack = pack;
  for (const auto& [name, spec] : pack.fields) {
    const absl::StatusOr<size_t> field = fields->Add(spec);
    if (!field.ok()) {
      ErrorDetail detail = GetErrorDetail(field.status());
      detail.message = fmt::format("field {} of pack {}: {}", name, pack.id, detail.message);
      return MakeError(field.status().code(), detail);
    }
    made.names.fields.emplace(name, FieldName{*field, TypeOf(spec.type)});
  }
  made.names.terms = pack.terms;
  made.names.lists = pack.lists;
  for (const auto& [name, text] : pack.terms) {
    const absl::StatusOr<Program> term = Program::Compile(text, made.names, ValueType::kAny);
    if (!term.ok()) return InRule(term.status(), pack.id, name, "term");
  }
  const auto organisation = SummaryField(made, pack.organisation, ValueType::kText);
  if (!organisation.ok()) return organisation.status();
  made.organisation = *organisation;
  const auto month = SummaryField(made, pack.month, ValueType::kDate);
  if (!month.ok()) return month.status();
  made.month = *month;
  for (const Rule& rule : pack.rules) {
    absl::StatusOr<CompiledRule> compiled = RuleCompiler(made, language, *fields).Run(rule);
    if (!compiled.ok()) return compiled.status();
    made.rules.push_back(*std::move(compiled));
  }
  return made;
}

}  // namespace puente::check
