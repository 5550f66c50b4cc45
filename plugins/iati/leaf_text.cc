// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// The texts of values, as IATI writes them.
#include "plugins/iati/leaf_text.h"

#include <cstdint>

#include "core/base/calendar.h"
#include "core/base/decimal.h"
#include "core/base/lexical.h"
#include "core/base/wire_leaves.h"

namespace puente::iati {
namespace {

/// Appends the canonical text of what a source text says, or false.
bool AppendThen(const LeafRule& rule, std::string_view source, std::string* then) {
  switch (rule.type) {
    case LeafType::kString: {
      const std::string_view code = rule.words->CodeOf(source);
      const std::string_view word = rule.words->WordOf(code.empty() ? source : code);
      then->append(word.empty() ? source : word);
      return true;
    }
    case LeafType::kBool: {
      bool value = false;
      if (ParseBool(source, &value) == TextForm::kInvalid) return false;
      AppendBool(value, then);
      return true;
    }
    case LeafType::kInt32: {
      int32_t value = 0;
      if (ParseInt32(source, &value) == TextForm::kInvalid) return false;
      AppendInt32(value, then);
      return true;
    }
    case LeafType::kDecimal: {
      v1::Decimal value;
      if (ParseDecimal(source, &value) == TextForm::kInvalid) return false;
      AppendDecimal(value, then);
      return true;
    }
    case LeafType::kDate: {
      v1::Date value;
      if (ParseDate(source, &value) == TextForm::kInvalid) return false;
      AppendDate(value, then);
      return true;
    }
    case LeafType::kDateTime: {
      v1::DateTime value;
      if (ParseDateTime(source, &value) == TextForm::kInvalid) return false;
      AppendDateTime(value, then);
      return true;
    }
  }
  return false;
}

}  // namespace

std::optional<std::string_view> LeafTexts::Make(const LeafRule& rule, WireSpan value) {
  text_.clear();
  bool is_read = true;
  bool has_text = true;
  switch (rule.type) {
    case LeafType::kString: {
      const std::string_view word = rule.words->WordOf(value.text());
      return word.empty() ? value.text() : word;
    }
    case LeafType::kBool:
      AppendBool(value.number() != 0, &text_);
      break;
    case LeafType::kInt32:
      AppendInt32(static_cast<int32_t>(value.number()), &text_);
      break;
    case LeafType::kDecimal:
      is_read = ReadWireDecimal(value.text(), &decimal_);
      has_text = is_read && AppendDecimal(decimal_, &text_);
      break;
    case LeafType::kDate:
      is_read = ReadWireDate(value.text(), &date_);
      has_text = is_read && AppendDate(date_, &text_);
      break;
    case LeafType::kDateTime: {
      v1::DateTime date_time;
      const std::string_view bytes = value.text();
      is_read = date_time.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()));
      has_text = is_read && AppendDateTime(date_time, &text_);
      break;
    }
  }
  if (!is_read) is_malformed_ = true;
  if (!has_text) return std::nullopt;
  return text_;
}

bool StillSays(const LeafRule& rule, WireSpan value, std::string_view source) {
  LeafTexts texts;
  const std::optional<std::string_view> now = texts.Canonical(rule, value);
  if (!now.has_value()) return false;
  if (rule.type == LeafType::kString && rule.words == nullptr) return source == *now;
  std::string then;
  return AppendThen(rule, source, &then) && then == *now;
}

}  // namespace puente::iati
