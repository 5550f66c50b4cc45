// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Differences as people read them, and as JSON Lines.

#include "core/diff/change_text.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string_view>

#include "core/base/utf8.h"
#include "core/findings/finding_text.h"
#include "core/findings/json_text.h"
#include "fmt/format.h"

namespace puente::diff {
namespace {

constexpr size_t kShownBytes = 80;
// How much is shown before the place where two long texts begin to differ.
constexpr size_t kShownBefore = 24;
constexpr size_t kShownValues = 8;
constexpr size_t kTellingBytes = 40;

std::string_view StateName(v1::LexicalState state) {
  switch (state) {
    case v1::LEXICAL_STATE_VARIANT:
      return "variant";
    case v1::LEXICAL_STATE_UNPARSED:
      return "unparsed";
    case v1::LEXICAL_STATE_EMPTY:
      return "empty";
    case v1::LEXICAL_STATE_NULL:
      return "null";
    default:
      return "";
  }
}

// Goes back to where a character begins.
size_t CharacterStart(std::string_view text, size_t at) {
  while (at > 0 && at < text.size() && (static_cast<unsigned char>(text[at]) & 0xc0) == 0x80) --at;
  return at;
}

// A text in quotes, cut; what is before `from` is left out.
std::string Quoted(std::string_view text, size_t from, size_t shown) {
  const bool later = from > 0;
  text.remove_prefix(from);
  return fmt::format("\"{}{}\"", later ? "..." : "",
                     EscapeForTerminalLine(ClipTextWithEllipsis(text, shown)));
}

std::string ValueText(const ChangedValue& value, size_t from, size_t shown) {
  if (value.text_offset.has_value())
    return fmt::format("at byte {} of the text", *value.text_offset);
  if (value.source_state == v1::LEXICAL_STATE_NULL) return "null";
  if (value.source_text.has_value() && value.source_state != v1::LEXICAL_STATE_EMPTY) {
    return Quoted(*value.source_text, 0, shown) +
           (value.value.has_value() ? "" : " (not readable)");
  }
  if (!value.value.has_value()) {
    return value.source_state == v1::LEXICAL_STATE_EMPTY ? "\"\"" : "(absent)";
  }
  if (value.is_text) return Quoted(*value.value, from, shown);
  return EscapeForTerminalLine(*value.value);
}

// Where the texts of two values are shown from: near their first difference when they are long.
size_t ShownFrom(const ChangedValue& before, const ChangedValue& after) {
  if (!before.is_text || !before.value.has_value() || !after.value.has_value()) return 0;
  const std::string& a = *before.value;
  const std::string& b = *after.value;
  if (std::max(a.size(), b.size()) <= kShownBytes) return 0;
  const size_t common =
      static_cast<size_t>(std::mismatch(a.begin(), a.end(), b.begin(), b.end()).first - a.begin());
  return common <= 2 * kShownBefore ? 0 : CharacterStart(a, common - kShownBefore);
}

std::string NamedText(const std::vector<NamedValue>& values, size_t most, size_t shown) {
  std::string out;
  for (size_t i = 0; i < values.size(); ++i) {
    if (i > 0) out += ", ";
    if (i == most) return out + fmt::format("and {} more", FormatCount(values.size() - i));
    if (!values[i].path.empty()) out += EscapeForTerminalLine(values[i].path) + " ";
    out += ValueText(values[i].value, 0, shown);
  }
  return out;
}

char Sign(ChangeKind kind) {
  return kind == ChangeKind::kAdded ? '+' : kind == ChangeKind::kRemoved ? '-' : '~';
}

std::string_view KindName(ChangeKind kind) {
  return kind == ChangeKind::kAdded     ? "added"
         : kind == ChangeKind::kRemoved ? "removed"
                                        : "changed";
}

std::string RecordText(const RecordChange& change) {
  std::string out;
  if (change.record_kind == "dataset_header") {
    out = "dataset";
  } else {
    out = change.record_kind;
    if (!change.id.empty()) out += " " + EscapeForTerminalLine(change.id);
    // The first one of an id has the ordinal 0 and needs none.
    if (change.ordinal > 0 || change.id.empty()) out += fmt::format("~{}", change.ordinal);
  }
  if (!change.dataset.empty()) out += " of " + EscapeForTerminalLine(change.dataset);
  return out;
}

std::string FieldText(const Change& change) {
  std::string line =
      fmt::format("    {} {}", Sign(change.kind), EscapeForTerminalLine(change.path));
  if (change.kind == ChangeKind::kChanged) {
    const size_t from = ShownFrom(change.before, change.after);
    line += fmt::format(": {} -> {}", ValueText(change.before, from, kShownBytes),
                        ValueText(change.after, from, kShownBytes));
  } else {
    line += ": " + (change.values.empty() ? std::string("(holds nothing)")
                                          : NamedText(change.values, kShownValues, kShownBytes));
  }
  if (!change.element.empty()) {
    line += fmt::format("  ({})", NamedText(change.element, change.element.size(), kTellingBytes));
  }
  return line + "\n";
}

std::string Json(std::string_view text) {
  std::string out;
  AppendJsonString(text, &out);
  return out;
}

// `"KEY":value` and, where the source wrote it otherwise, `"KEY_text"` and `"KEY_state"`.
std::string ValueJson(std::string_view key, const ChangedValue& value) {
  std::string out =
      fmt::format(",\"{}\":{}", key, value.value.has_value() ? Json(*value.value) : "null");
  if (value.source_text.has_value()) {
    out += fmt::format(",\"{}_text\":{},\"{}_state\":{}", key, Json(*value.source_text), key,
                       Json(StateName(value.source_state)));
  }
  if (value.text_offset.has_value()) {
    out += fmt::format(",\"{}_offset\":{}", key, *value.text_offset);
  }
  return out;
}

std::string ValuesJson(std::string_view key, const std::vector<NamedValue>& values) {
  std::string out = fmt::format(",\"{}\":[", key);
  for (size_t i = 0; i < values.size(); ++i) {
    out += fmt::format("{}{{\"path\":{}{}}}", i == 0 ? "" : ",", Json(values[i].path),
                       ValueJson("value", values[i].value));
  }
  return out + "]";
}

std::string RecordJson(const RecordChange& change, ChangeKind kind) {
  std::string out =
      fmt::format("{{\"change\":{},\"kind\":{},\"id\":{},\"ordinal\":{}", Json(KindName(kind)),
                  Json(change.record_kind), Json(change.id), change.ordinal);
  if (!change.dataset.empty()) out += ",\"dataset\":" + Json(change.dataset);
  return out;
}

}  // namespace

std::string ChangeText(const RecordChange& change) {
  if (change.record_kind.empty()) {
    return fmt::format("{} {}\n", Sign(change.kind), NamedText(change.values, 1, kShownBytes));
  }
  std::string text = fmt::format("{} {}", Sign(change.kind), RecordText(change));
  if (!change.values.empty()) text += ": " + NamedText(change.values, kShownValues, kTellingBytes);
  text += '\n';
  for (const Change& field : change.changes) text += FieldText(field);
  return text;
}

std::string ChangeJson(const RecordChange& change) {
  if (change.kind != ChangeKind::kChanged) {
    std::string line = RecordJson(change, change.kind);
    if (!change.values.empty()) line += ValuesJson("values", change.values);
    return line + "}\n";
  }
  std::string lines;
  for (const Change& field : change.changes) {
    lines += RecordJson(change, field.kind) + ",\"path\":" + Json(field.path);
    if (!field.path_after.empty()) lines += ",\"path_after\":" + Json(field.path_after);
    if (field.kind == ChangeKind::kChanged) {
      lines += ValueJson("before", field.before) + ValueJson("after", field.after);
    } else {
      lines += ValuesJson("values", field.values);
    }
    if (!field.element.empty()) lines += ValuesJson("element", field.element);
    lines += "}\n";
  }
  return lines;
}

std::string TotalsText(const DiffTotals& totals) {
  const auto count = [](uint64_t number, std::string_view noun) {
    return fmt::format("{} {}{}", FormatCount(number), noun, number == 1 ? "" : "s");
  };
  if (!totals.differ()) {
    return fmt::format("no differences: {} in both", count(totals.same, "record"));
  }
  std::string text =
      fmt::format("{} changed ({}), {} added, {} removed, {} the same",
                  count(totals.changed, "record"), count(totals.field_changes, "difference"),
                  FormatCount(totals.added), FormatCount(totals.removed), FormatCount(totals.same));
  if (totals.dataset_changes > 0) {
    text += fmt::format("; {} outside of records", count(totals.dataset_changes, "difference"));
  }
  return text;
}

std::string TotalsJson(const DiffTotals& totals) {
  return fmt::format(
      "{{\"summary\":{{\"records_before\":{},\"records_after\":{},\"same\":{},\"reordered\":{},"
      "\"changed\":{},\"added\":{},\"removed\":{},\"field_changes\":{},\"dataset_changes\":{}}}}}"
      "\n",
      totals.records_before, totals.records_after, totals.same, totals.reordered, totals.changed,
      totals.added, totals.removed, totals.field_changes, totals.dataset_changes);
}

}  // namespace puente::diff
