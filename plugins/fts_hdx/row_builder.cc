// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Puts cells into the fields of their columns.
#include "plugins/fts_hdx/row_builder.h"

#include <algorithm>

#include "core/base/calendar.h"
#include "core/base/decimal.h"
#include "core/base/lexical.h"
#include "plugins/fts_hdx/record_view.h"

namespace puente::fts_hdx {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

/// Words that stand for an end of their own in each cell.
constexpr std::string_view kEach = "each";

std::string_view WantedText(Shape shape) { return shape == Shape::kNumber ? "a number" : "a date"; }

TextForm SetDate(std::string_view text, Message* value) {
  return ParseDate(text, static_cast<v1::Date*>(value));
}

/// A day without a time: the time that the source of the table had is not known.
TextForm SetDay(std::string_view text, v1::DateTime* out) {
  v1::Date date;
  if (ParseDate(text, &date) == TextForm::kInvalid || date.day() == 0) return TextForm::kInvalid;
  out->set_year(date.year());
  out->set_month(date.month());
  out->set_day(date.day());
  return TextForm::kVariant;
}

}  // namespace

RowBuilder::RowBuilder(const sdk::Run& run, const Layout* layout)
    : run_(run), layout_(*layout), residue_field_(run.Intern("residue.json")) {
  for (size_t i = 0; i < layout_.size(); ++i) {
    const std::string path = layout_.PathOf(i);
    column_ids_.push_back(run_.Intern(path));
    const Column* const column = layout_.ColumnAt(i);
    const bool is_list = column != nullptr && IsListShape(column->shape);
    further_ids_.push_back(is_list ? run_.Intern(FurtherPath(path)) : 0);
  }
}

std::string_view RowBuilder::TextIn(std::span<const text::CsvCell> cells,
                                    std::string_view name) const {
  for (size_t i = 0; i < layout_.size() && i < cells.size(); ++i) {
    if (layout_.ColumnAt(i) != nullptr && layout_.ColumnAt(i)->name == name) return cells[i].text;
  }
  return {};
}

int RowBuilder::KindOf(std::span<const text::CsvCell> cells) const {
  switch (layout_.kind()) {
    case TableKind::kFlows:
    case TableKind::kSite:
      return v1::Record::kActivity;
    case TableKind::kRequirements:
    case TableKind::kCovid:
      // The row of the money outside of plans is a total.
      return TextIn(cells, "id").empty() ? v1::Record::kAggregate : v1::Record::kPlan;
    default:
      return v1::Record::kAggregate;
  }
}

std::string_view RowBuilder::IdIn(std::span<const text::CsvCell> cells) const {
  return TrimXmlSpace(TextIn(cells, layout_.kind() == TableKind::kSite ? "Flow ID" : "id"));
}

bool RowBuilder::IsOddSpan(std::span<const text::CsvCell> cells, const Column& column) const {
  if (column.shape != Shape::kFirst && column.shape != Shape::kLast) return false;
  std::string_view first;
  std::string_view last;
  for (size_t i = 0; i < layout_.size(); ++i) {
    const Column* const other = layout_.ColumnAt(i);
    if (other == nullptr || other->places.empty() ||
        other->places[0].path != column.places[0].path) {
      continue;
    }
    const std::string_view text = i < cells.size() ? cells[i].text : std::string_view();
    (other->shape == Shape::kFirst ? first : last) = text;
  }
  return first.empty() != last.empty() || first > last;
}

void RowBuilder::Build(std::span<const text::CsvCell> cells, v1::Record* record) {
  record_ = record;
  leaves_.clear();
  faults_.clear();
  ends_.clear();
  residue_.clear();
  empty_ends_ = 0;
  const int kind = KindOf(cells);
  const FieldDescriptor* const content = v1::Record::descriptor()->FindFieldByNumber(kind);
  content_ = record->GetReflection()->MutableMessage(record, content);
  id_ = IdIn(cells);
  const size_t size = std::max(cells.size(), layout_.size());
  // Empty cells stand behind the last end of their list.
  for (const bool want_empty : {false, true}) {
    for (size_t i = 0; i < size; ++i) {
      const std::string_view text = i < cells.size() ? cells[i].text : std::string_view();
      if (text.empty() != want_empty) continue;
      const Column* const column = layout_.ColumnAt(i);
      const FieldPlace* const place = column == nullptr ? nullptr : column->PlaceIn(kind);
      if (place == nullptr || (text.empty() && column->shape == Shape::kContext) ||
          IsOddSpan(cells, *column)) {
        residue_.emplace_back(i, text);
      } else if (text.empty()) {
        SetEmpty(i, *place);
      } else {
        SetCell(i, *column, *place, text);
      }
    }
  }
  AddResidue();
  SortParts();
}

void RowBuilder::SetCell(size_t index, const Column& column, const FieldPlace& place,
                         std::string_view text) {
  if (column.shape == Shape::kContext) {
    v1::ImportContext* const context = record_->mutable_import_context();
    context->GetReflection()->SetString(context, place.steps[0].field, std::string(text));
    leaves_.push_back({column_ids_[index], FieldId(place), 1});
    return;
  }
  // What begins with a quote is taken for a string of JSON elsewhere.
  const bool has_form = column.shape == Shape::kNumber || column.shape == Shape::kDate ||
                        column.shape == Shape::kDay || column.shape == Shape::kInstant;
  if (has_form && text.starts_with('"')) {
    faults_.push_back({index, WantedText(column.shape)});
    residue_.emplace_back(index, text);
    return;
  }
  std::vector<std::string_view> parts = {text};
  if (IsListShape(column.shape)) parts = SplitList(text, column.shape);
  for (const std::string_view part : parts) {
    Path path;
    Message* const holder = Holder(place, &path);
    const TextForm form = SetValue(holder, place, column.shape, part);
    if (form != TextForm::kCanonical) {
      AddForm(path, part,
              form == TextForm::kVariant ? v1::LEXICAL_STATE_VARIANT : v1::LEXICAL_STATE_UNPARSED);
    }
    if (form == TextForm::kInvalid) faults_.push_back({index, WantedText(column.shape)});
  }
  leaves_.push_back({column_ids_[index], FieldId(place), 1});
  if (parts.size() > 1) {
    const auto further = static_cast<uint32_t>(parts.size() - 1);
    leaves_.push_back({further_ids_[index], FieldId(place), further});
  }
}

TextForm RowBuilder::SetValue(Message* holder, const FieldPlace& place, Shape shape,
                              std::string_view text) {
  const FieldDescriptor& field = *place.steps.back().field;
  const Reflection& reflection = *holder->GetReflection();
  if (field.cpp_type() == FieldDescriptor::CPPTYPE_STRING) {
    if (field.is_repeated()) {
      reflection.AddString(holder, &field, std::string(text));
    } else {
      reflection.SetString(holder, &field, std::string(text));
    }
    return TextForm::kCanonical;
  }
  Message* const value = reflection.MutableMessage(holder, &field);
  TextForm form = TextForm::kInvalid;
  if (shape == Shape::kNumber) {
    form = ParseDecimal(text, static_cast<v1::Decimal*>(value));
  } else if (shape == Shape::kInstant) {
    form = SetDay(text, static_cast<v1::DateTime*>(value));
  } else {
    form = SetDate(text, value);
  }
  if (form == TextForm::kInvalid) reflection.ClearField(holder, &field);
  return form;
}

Message* RowBuilder::Holder(const FieldPlace& place, Path* path) {
  Message* message = content_;
  for (size_t i = 0; i < place.steps.size(); ++i) {
    const FieldStep& step = place.steps[i];
    const Reflection& reflection = *message->GetReflection();
    path->push_back(static_cast<uint32_t>(step.field->number()));
    path->push_back(0);
    if (i + 1 == place.steps.size()) break;
    if (!step.field->is_repeated()) {
      message = reflection.MutableMessage(message, step.field);
      continue;
    }
    uint32_t size = static_cast<uint32_t>(reflection.FieldSize(*message, step.field));
    uint32_t index = 0;
    if (step.token == kEach) {
      index = size;
    } else if (!step.token.empty()) {
      index = ends_.try_emplace({step.field->number(), step.token}, size).first->second;
    }
    for (; size <= index; ++size) reflection.AddMessage(message, step.field);
    message = reflection.MutableRepeatedMessage(message, step.field, static_cast<int>(index));
    path->back() = index;
  }
  return message;
}

void RowBuilder::SetEmpty(size_t index, const FieldPlace& place) {
  Path path;
  const Message* message = content_;
  for (const FieldStep& step : place.steps) {
    path.push_back(static_cast<uint32_t>(step.field->number()));
    path.push_back(0);
    const bool is_message = step.field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE;
    const Message* below = nullptr;
    if (step.field->is_repeated()) {
      const int size =
          message == nullptr ? 0 : message->GetReflection()->FieldSize(*message, step.field);
      uint32_t at = 0;
      if (!step.token.empty() && is_message) {
        const auto known = ends_.find({step.field->number(), step.token});
        at = known != ends_.end() ? known->second : static_cast<uint32_t>(size) + empty_ends_++;
      }
      path.back() = at;
      if (is_message && at < static_cast<uint32_t>(size)) {
        below = &message->GetReflection()->GetRepeatedMessage(*message, step.field,
                                                              static_cast<int>(at));
      }
    } else if (message != nullptr && is_message &&
               message->GetReflection()->HasField(*message, step.field)) {
      below = &message->GetReflection()->GetMessage(*message, step.field);
    }
    message = below;
  }
  AddForm(path, "", v1::LEXICAL_STATE_EMPTY);
  leaves_.push_back({column_ids_[index], FieldId(place), 1});
}

void RowBuilder::AddResidue() {
  // In the order of the columns: cells behind the last column are known by it.
  std::sort(residue_.begin(), residue_.end());
  for (const auto& [index, text] : residue_) {
    const std::string path = layout_.PathOf(index);
    v1::JsonMember* const member = record_->mutable_residue()->add_json()->mutable_member();
    member->set_name(path);
    member->mutable_value()->set_scalar(JsonText(text));
    const uint32_t id = index < column_ids_.size() ? column_ids_[index] : run_.Intern(path);
    leaves_.push_back({id, residue_field_, 1});
  }
}

void RowBuilder::AddForm(const Path& path, std::string_view text, v1::LexicalState state) {
  v1::LexicalForm* const form = record_->add_lexical();
  form->mutable_path()->mutable_steps()->Add(path.begin(), path.end());
  form->mutable_text()->assign(text);
  form->set_state(state);
}

uint32_t RowBuilder::FieldId(const FieldPlace& place) {
  uint32_t& id = field_ids_[&place];
  if (id == 0) id = run_.Intern(place.path);
  return id;
}

void RowBuilder::SortParts() {
  auto* const forms = record_->mutable_lexical();
  std::stable_sort(forms->pointer_begin(), forms->pointer_end(),
                   [](const v1::LexicalForm* a, const v1::LexicalForm* b) {
                     const auto& left = a->path().steps();
                     const auto& right = b->path().steps();
                     return std::lexicographical_compare(left.begin(), left.end(), right.begin(),
                                                         right.end());
                   });
}

}  // namespace puente::fts_hdx
