// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Decides which table is written, and hands records on.
#include "plugins/fts_hdx/hdx_writer.h"

#include <algorithm>
#include <utility>

#include "core/base/status.h"
#include "core/base/strings.h"
#include "core/base/utf8.h"
#include "fmt/format.h"
#include "plugins/fts_hdx/countries.h"
#include "plugins/fts_hdx/hdx_reader.h"

namespace puente::fts_hdx {
namespace {

absl::Status BadCountry(std::string_view given, const std::string& code) {
  ErrorDetail detail;
  detail.code = "HDX-0013";
  detail.message =
      fmt::format("`{}` is no ISO 3166-1 code of a country, of three letters", ClipText(given, 40));
  const std::string by_name(CountryCode(given));
  const std::string nearest = !by_name.empty()   ? by_name
                              : code.size() == 3 ? NearestName(code, CountryCodes())
                                                 : "";
  detail.hint =
      nearest.empty() ? "give a code such as AFG" : fmt::format("did you mean `{}`?", nearest);
  return MakeError(absl::StatusCode::kInvalidArgument, detail);
}

std::string UpperCase(std::string_view text) {
  std::string upper(text);
  for (char& c : upper) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return upper;
}

}  // namespace

absl::StatusOr<std::unique_ptr<sdk::Writer>> HdxWriter::Open(const sdk::Run& run,
                                                             sdk::Target* target,
                                                             const sdk::Options& options) {
  FlowChoice choice;
  choice.boundary = options.GetOr("boundary", "");
  if (const std::optional<std::string_view> given = options.Get("country")) {
    choice.country = UpperCase(*given);
    if (!IsCountryCode(choice.country)) return BadCountry(*given, choice.country);
  }
  return std::unique_ptr<sdk::Writer>(new HdxWriter(
      run, target, TableNamed(options.GetOr("table", "")), std::move(choice), RowStoreBounds()));
}

HdxWriter::HdxWriter(const sdk::Run& run, sdk::Target* target, std::optional<TableKind> kind,
                     FlowChoice choice, const RowStoreBounds& bounds)
    : run_(run),
      choice_(std::move(choice)),
      bounds_(bounds),
      out_(run, target),
      account_(run),
      names_(&held_) {
  if (kind.has_value()) Decide(*kind);
}

void HdxWriter::Decide(TableKind kind) {
  if (kind_.has_value()) return;
  kind_ = kind;
  out_.SetLayout(Layout(kind));
  if (is_flows()) {
    flows_ = std::make_unique<FlowTable>(run_, choice_, &names_, &out_, &account_, bounds_);
  } else {
    plans_ = std::make_unique<PlanTables>(run_, kind, choice_.country, &names_, &held_, &out_,
                                          &account_);
    maker_ = std::make_unique<RowMaker>(run_, &names_, &out_, &account_);
  }
}

absl::Status HdxWriter::Put(const v1::Record& record, const sdk::RecordInfo& info) {
  if (record.has_dataset_header()) return PutHeader(record, info);
  if (in_other_table_) return Refuse(info, "rows of another table");
  switch (record.content_case()) {
    case v1::Record::kActivity:
      return PutActivity(record, info);
    case v1::Record::kPlan:
      return in_own_table_ ? PutOwnRow(record, info) : PutPlan(record, info);
    case v1::Record::kPlace:
      return PutPlace(record, info);
    case v1::Record::kAggregate:
      return in_own_table_ ? PutOwnRow(record, info) : PutTotal(record, info);
    default:
      return Refuse(info, "records that are no flow, plan, place or total");
  }
}

absl::Status HdxWriter::PutHeader(const v1::Record& record, const sdk::RecordInfo& info) {
  in_own_table_ = record.dataset_header().format() == "fts-hdx";
  in_other_table_ = false;
  if (in_own_table_) return PutOwnHeader(record, info);
  if (!record.dataset_header().has_answer()) {
    account_.LoseAll(info);
    return absl::OkStatus();
  }
  Decide(TableKind::kFlows);
  view_.Begin(record);
  if (!is_flows()) return plans_->PutAnswer(view_, info);
  account_.LoseAll(info);
  return absl::OkStatus();
}

absl::Status HdxWriter::PutOwnHeader(const v1::Record& record, const sdk::RecordInfo& info) {
  const v1::DatasetHeader& header = record.dataset_header();
  const std::optional<TableKind> kind = TableNamed(header.model());
  if (!kind.has_value() || kind_.value_or(*kind) != *kind) {
    in_other_table_ = true;
    return Refuse(info, "another table");
  }
  Decide(*kind);
  view_.Begin(record);
  account_.Begin(record, info);
  if (++own_tables_ == 1 && !has_answers_) {
    out_.SetLayout(
        Layout(*kind, {header.table().columns().begin(), header.table().columns().end()}));
    hashtags_ = view_.ResidueTexts(kHashtags);
    const uint32_t field = run_.Intern("residue.json");
    for (size_t i = 0; i < hashtags_.size() && account_.Claim(field); ++i) {
      out_.Keep(&account_, field, i);
    }
  } else {
    CheckColumns(header.table(), info);
  }
  account_.End();
  return absl::OkStatus();
}

void HdxWriter::CheckColumns(const v1::TableLayout& table, const sdk::RecordInfo& info) {
  const std::vector<std::string>& names = out_.layout().names();
  std::string left_out;
  for (const std::string& name : table.columns()) {
    if (std::find(names.begin(), names.end(), name) != names.end()) continue;
    if (left_out.size() < 200) left_out += (left_out.empty() ? "" : ", ") + ClipText(name, 60);
  }
  if (left_out.empty()) return;
  const std::string message =
      "columns that the first table does not have are left out: " + left_out;
  sdk::Finding finding;
  finding.severity = PUENTE_WARNING;
  finding.code = "PUE-0505";
  finding.message = message;
  finding.hint = "cells are put under the columns of the same name";
  finding.line = info.origin.line;
  run_.Report(finding);
}

absl::Status HdxWriter::PutActivity(const v1::Record& record, const sdk::RecordInfo& info) {
  const std::string& format = record.provenance().format();
  if (!record.activity().has_flow() && format != "fts" && format != "fts-hdx") {
    return Refuse(info, "activities that are no flows");
  }
  Decide(TableKind::kFlows);
  if (!is_flows()) {
    // An answer with flows may be among the inputs of any table.
    account_.LoseAll(info);
    return absl::OkStatus();
  }
  has_answers_ = has_answers_ || !in_own_table_;
  view_.Begin(record);
  return flows_->Put(view_, info, in_own_table_);
}

absl::Status HdxWriter::PutPlan(const v1::Record& record, const sdk::RecordInfo& info) {
  Decide(TableKind::kFlows);
  if (absl::Status status = names_.AddPlan(record.plan()); !status.ok()) return status;
  view_.Begin(record);
  if (!is_flows()) {
    has_answers_ = true;
    return plans_->PutPlan(view_, info);
  }
  account_.Begin(record, info);
  account_.MergeRest(run_.Intern("plan.code"));
  account_.MergeRest(run_.Intern("plan.plan_identifier"));
  account_.End();
  return absl::OkStatus();
}

absl::Status HdxWriter::PutPlace(const v1::Record& record, const sdk::RecordInfo& info) {
  if (absl::Status status = names_.AddPlace(record.place()); !status.ok()) return status;
  account_.Begin(record, info);
  account_.MergeRest(run_.Intern("place.iso3"));
  account_.MergeRest(run_.Intern("place.name.narratives.text"));
  account_.MergeRest(run_.Intern("place.place_identifier"));
  account_.End();
  return absl::OkStatus();
}

absl::Status HdxWriter::PutTotal(const v1::Record& record, const sdk::RecordInfo& info) {
  Decide(TableKind::kFlows);
  if (is_flows()) {
    account_.LoseAll(info);
    return absl::OkStatus();
  }
  view_.Begin(record);
  return plans_->PutTotal(view_, info);
}

absl::Status HdxWriter::PutOwnRow(const v1::Record& record, const sdk::RecordInfo& info) {
  if (is_flows()) return Refuse(info, "rows of another table");
  view_.Begin(record);
  account_.Begin(record, info);
  maker_->Make(view_, true, &cells_);
  account_.End();
  texts_.clear();
  for (CellDraft& cell : cells_) texts_.push_back(std::move(cell.text));
  if (absl::Status status = out_.WriteHeader(hashtags_); !status.ok()) return status;
  return out_.WriteRow(texts_);
}

absl::Status HdxWriter::Finish() {
  Decide(TableKind::kFlows);
  if (absl::Status status = out_.WriteHeader(hashtags_); !status.ok()) return status;
  // A table that was read alone comes back in its own order.
  const bool as_they_came = own_tables_ == 1 && !has_answers_;
  absl::Status status = is_flows() ? flows_->Finish(as_they_came) : plans_->Finish();
  return status.ok() ? out_.Finish() : status;
}

absl::Status HdxWriter::Refuse(const sdk::RecordInfo& info, std::string_view what) {
  account_.LoseAll(info);
  const std::string message = "this table has no place for " + std::string(what);
  sdk::Finding finding;
  finding.severity = PUENTE_WARNING;
  finding.code = "HDX-0005";
  finding.message = message;
  finding.hint = "it is made of answers of FTS, or of such a table";
  finding.record_id = info.id;
  finding.line = info.origin.line;
  run_.Report(finding);
  return absl::OkStatus();
}

}  // namespace puente::fts_hdx
