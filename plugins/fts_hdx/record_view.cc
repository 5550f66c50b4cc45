// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Finds values of records by the table of columns, and writes them as text.
#include "plugins/fts_hdx/record_view.h"

#include <algorithm>

#include "core/base/calendar.h"
#include "core/base/decimal.h"
#include "core/base/limits.h"
#include "core/text/json_value.h"
#include "plugins/fts_hdx/layout.h"

namespace puente::fts_hdx {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;
using text::JsonKind;
using text::JsonNode;

constexpr size_t kDateSize = 10;
constexpr std::string_view kMidnights[] = {"", "T00:00:00Z", "T00:00:00.000Z"};

/// The first ten characters of a date, and whether the rest says more.
CellValue DayOf(std::string_view text) {
  const std::string_view day = FirstCharacters(text, kDateSize);
  const std::string_view rest = text.substr(day.size());
  return {std::string(day),
          std::find(std::begin(kMidnights), std::end(kMidnights), rest) != std::end(kMidnights)};
}

bool IsDayShape(Shape shape) { return shape == Shape::kDay || shape == Shape::kInstant; }

/// The canonical text of a field that is set; index -1 for one that is not repeated.
CellValue TextOf(const Message& message, const FieldDescriptor& field, int index, Shape shape) {
  const Reflection& reflection = *message.GetReflection();
  std::string scratch;
  if (field.cpp_type() == FieldDescriptor::CPPTYPE_STRING) {
    return {index < 0 ? reflection.GetStringReference(message, &field, &scratch)
                      : reflection.GetRepeatedStringReference(message, &field, index, &scratch),
            true};
  }
  if (field.cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) return {};
  const Message& value = index < 0 ? reflection.GetMessage(message, &field)
                                   : reflection.GetRepeatedMessage(message, &field, index);
  const auto* const type = value.GetDescriptor();
  CellValue out;
  if (type == v1::Decimal::descriptor()) {
    out.is_exact = AppendDecimal(static_cast<const v1::Decimal&>(value), &out.text);
  } else if (type == v1::Date::descriptor()) {
    out.is_exact = AppendDate(static_cast<const v1::Date&>(value), &out.text);
  } else if (type == v1::DateTime::descriptor()) {
    const auto& time = static_cast<const v1::DateTime&>(value);
    const bool is_valid = AppendDateTime(time, &out.text);
    if (IsDayShape(shape)) out = DayOf(out.text);
    const bool is_midnight =
        time.hour() == 0 && time.minute() == 0 && time.second() == 0 && time.nanos() == 0;
    out.is_exact = is_valid && is_midnight;
  }
  return out;
}

}  // namespace

std::string JsonText(std::string_view text) {
  std::string json;
  text::AppendJsonText(text, &json);
  return json;
}

RecordView::RecordView() : tree_(DefaultLimits()) {}

void RecordView::Begin(const v1::Record& record) {
  record_ = &record;
  forms_.clear();
  for (const v1::LexicalForm& form : record.lexical()) {
    const auto& steps = form.path().steps();
    forms_.emplace_back(std::span(steps.data(), static_cast<size_t>(steps.size())), &form);
  }
  std::stable_sort(forms_.begin(), forms_.end(), [](const auto& a, const auto& b) {
    return std::lexicographical_compare(a.first.begin(), a.first.end(), b.first.begin(),
                                        b.first.end());
  });
}

const v1::LexicalForm* RecordView::FormAt(std::span<const uint32_t> path) const {
  const auto found =
      std::lower_bound(forms_.begin(), forms_.end(), path, [](const auto& form, auto wanted) {
        return std::lexicographical_compare(form.first.begin(), form.first.end(), wanted.begin(),
                                            wanted.end());
      });
  if (found == forms_.end() ||
      !std::equal(path.begin(), path.end(), found->first.begin(), found->first.end())) {
    return nullptr;
  }
  return found->second;
}

CellValue RecordView::OfJson(std::string_view json, Shape shape) const {
  if (!tree_.Parse(json).ok()) return {std::string(json), true};
  const JsonNode& node = tree_.root();
  if (node.kind == JsonKind::kNull) return {"", false};
  if (node.kind != JsonKind::kString) return {std::string(json), true};
  return IsDayShape(shape) ? DayOf(node.text) : CellValue{std::string(node.text), true};
}

CellValue RecordView::OfForm(const v1::LexicalForm& form, Shape shape) const {
  switch (form.state()) {
    case v1::LEXICAL_STATE_NULL:
      return {"", false};
    case v1::LEXICAL_STATE_EMPTY:
      // An empty array says more than an empty cell.
      return {"", form.text().empty()};
    default:
      // Readers of JSON keep a string with its quotes, that of tables keeps no text that has some.
      return form.text().starts_with('"') ? OfJson(form.text(), shape)
                                          : CellValue{form.text(), true};
  }
}

void RecordView::TakeLast(const Message* message, const FieldDescriptor& field, Shape shape,
                          Path* path, std::vector<CellValue>* out) const {
  const Reflection* const reflection = message == nullptr ? nullptr : message->GetReflection();
  const int size =
      message == nullptr || !field.is_repeated() ? 0 : reflection->FieldSize(*message, &field);
  const bool is_set =
      message != nullptr && !field.is_repeated() && reflection->HasField(*message, &field);
  if (size == 0 && !is_set) {
    if (const v1::LexicalForm* const form = FormAt(*path)) out->push_back(OfForm(*form, shape));
    return;
  }
  for (int i = is_set ? -1 : 0; i < size; ++i) {
    if (i >= 0) path->back() = static_cast<uint32_t>(i);
    const v1::LexicalForm* const form = forms_.empty() ? nullptr : FormAt(*path);
    out->push_back(form != nullptr && form->state() == v1::LEXICAL_STATE_VARIANT
                       ? OfForm(*form, shape)
                       : TextOf(*message, field, i, shape));
  }
}

void RecordView::Walk(const Message* message, const FieldPlace& place, size_t step, Shape shape,
                      Path* path, std::vector<CellValue>* out) const {
  const FieldDescriptor& field = *place.steps[step].field;
  path->push_back(static_cast<uint32_t>(field.number()));
  path->push_back(0);
  if (step + 1 == place.steps.size()) {
    TakeLast(message, field, shape, path, out);
  } else if (!field.is_repeated()) {
    const bool is_there =
        message != nullptr && message->GetReflection()->HasField(*message, &field);
    const Message* const below =
        is_there ? &message->GetReflection()->GetMessage(*message, &field) : nullptr;
    Walk(below, place, step + 1, shape, path, out);
  } else {
    const int size = message == nullptr ? 0 : message->GetReflection()->FieldSize(*message, &field);
    const int last = place.steps[step].token.empty() ? 1 : std::max(size, 1);
    for (int i = 0; i < last; ++i) {
      path->at(2 * step + 1) = static_cast<uint32_t>(i);
      const Message* const below =
          i < size ? &message->GetReflection()->GetRepeatedMessage(*message, &field, i) : nullptr;
      Walk(below, place, step + 1, shape, path, out);
    }
  }
  path->resize(2 * step);
}

void RecordView::Collect(const FieldPlace& place, Shape shape, std::vector<CellValue>* out) const {
  out->clear();
  const Reflection& reflection = *record_->GetReflection();
  if (!reflection.HasField(*record_, place.content)) return;
  const Message& content = reflection.GetMessage(*record_, place.content);
  if (shape == Shape::kContext) {
    const FieldDescriptor& field = *place.steps[0].field;
    if (content.GetReflection()->HasField(content, &field)) {
      out->push_back(TextOf(content, field, -1, shape));
    }
    return;
  }
  Path path;
  Walk(&content, place, 0, shape, &path, out);
}

std::optional<CellValue> RecordView::Get(const FieldPlace& place, Shape shape) const {
  std::vector<CellValue> values;
  Collect(place, shape, &values);
  if (values.empty()) return std::nullopt;
  return std::move(values[0]);
}

std::optional<CellValue> RecordView::Residue(std::string_view name) const {
  for (const v1::JsonResidue& residue : record_->residue().json()) {
    if (residue.parent().steps_size() != 0 || residue.within_size() != 0 ||
        residue.member().name() != name || !residue.member().value().has_scalar()) {
      continue;
    }
    return OfJson(residue.member().value().scalar(), Shape::kText);
  }
  return std::nullopt;
}

std::vector<std::string_view> RecordView::ResidueNames() const {
  std::vector<std::string_view> names;
  for (const v1::JsonResidue& residue : record_->residue().json()) {
    if (residue.parent().steps_size() == 0 && residue.within_size() == 0 &&
        residue.member().value().has_scalar()) {
      names.push_back(residue.member().name());
    }
  }
  return names;
}

std::vector<std::string> RecordView::ResidueTexts(std::string_view name) const {
  std::vector<std::string> texts;
  for (const v1::JsonResidue& residue : record_->residue().json()) {
    if (residue.parent().steps_size() != 0 || residue.within_size() != 0 ||
        residue.member().name() != name) {
      continue;
    }
    for (const v1::JsonValue& value : residue.member().value().array().items()) {
      texts.push_back(value.has_scalar() ? OfJson(value.scalar(), Shape::kText).text : "");
    }
    break;
  }
  return texts;
}

}  // namespace puente::fts_hdx
