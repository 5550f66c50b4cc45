// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Findings as texts for people and as JSON for programs.

#include "core/findings/finding_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "core/base/utf8.h"
#include "core/findings/json_text.h"

namespace puente {
namespace {

constexpr std::array<std::pair<Severity, std::string_view>, 4> kSeverities = {{
    {Severity::kInfo, "info"},
    {Severity::kWarning, "warning"},
    {Severity::kError, "error"},
    {Severity::kCritical, "critical"},
}};

// Columns that a caret has at least before it, when a line is cut.
constexpr size_t kColumnsBefore = 40;
// Longest texts of a finding that are shown.
constexpr size_t kMaxTextBytes = 1000;
constexpr std::string_view kCut = "...";

constexpr std::string_view kBlue = "\033[1;34m";
constexpr std::string_view kBold = "\033[1m";

std::string_view SeverityColour(Severity severity) {
  switch (severity) {
    case Severity::kInfo:
      return "\033[1;36m";
    case Severity::kWarning:
      return "\033[1;33m";
    case Severity::kError:
    case Severity::kCritical:
      break;
  }
  return "\033[1;31m";
}

std::string Paint(std::string_view colour, std::string_view text, bool on) {
  if (!on || text.empty()) return std::string(text);
  return fmt::format("{}{}\033[0m", colour, text);
}

std::string Safe(std::string_view text) {
  return EscapeForTerminalLine(ClipTextWithEllipsis(text, kMaxTextBytes));
}

// Columns that a character takes on a terminal: combining marks none, wide ones two.
size_t CharColumns(char32_t c) {
  if ((c >= 0x300 && c <= 0x36F) || (c >= 0x200B && c <= 0x200D) || c == 0xFEFF) return 0;
  const bool wide = (c >= 0x1100 && c <= 0x115F) || (c >= 0x2E80 && c <= 0xA4CF) ||
                    (c >= 0xAC00 && c <= 0xD7A3) || (c >= 0xF900 && c <= 0xFAFF) ||
                    (c >= 0xFE30 && c <= 0xFE6F) || (c >= 0xFF00 && c <= 0xFF60) ||
                    (c >= 0x1F300 && c <= 0x1FAFF) || (c >= 0x20000 && c <= 0x3FFFD);
  return wide ? 2 : 1;
}

// One character of a source line as it is shown.
struct Shown {
  std::string text;
  size_t columns = 0;
  size_t bytes = 0;
};

Shown Show(std::string_view rest) {
  if (rest[0] == '\t') return {"    ", 4, 1};
  const Utf8Char c = DecodeUtf8(rest);
  std::string text = EscapeForTerminalLine(rest.substr(0, c.size));
  const size_t columns = text == rest.substr(0, c.size) ? CharColumns(c.code_point) : text.size();
  return {std::move(text), columns, c.size};
}

// Columns of a text, or more than `most` when it has more.
size_t Columns(std::string_view text, size_t most) {
  size_t columns = 0;
  while (!text.empty() && columns <= most) {
    const Shown shown = Show(text);
    columns += shown.columns;
    text.remove_prefix(shown.bytes);
  }
  return columns;
}

// The part of the source line that a finding is about.
struct Span {
  size_t begin = 0;
  size_t size = 0;
};

std::optional<Span> FindSpan(std::string_view line, uint64_t column, std::string_view text) {
  if (column == 0) return std::nullopt;
  size_t begin = 0;
  for (uint64_t i = 1; i < column && begin < line.size(); ++i) {
    begin += DecodeUtf8(line.substr(begin)).size;
  }
  text = text.substr(0, text.find_first_of("\r\n"));
  if (!text.empty()) {
    // A place may be that of the element around the text.
    const size_t found = line.find(text, begin);
    if (found != std::string_view::npos) return Span{found, text.size()};
  }
  if (begin == line.size()) return Span{begin, 0};
  return Span{begin, DecodeUtf8(line.substr(begin)).size};
}

// A source line cut to fit, and the line of carets below it, which may be empty.
struct Window {
  std::string source;
  std::string carets;
};

Window MakeWindow(std::string_view line, const std::optional<Span>& span, size_t most) {
  size_t begin = 0;
  if (span) {
    const size_t wanted = Columns(line.substr(0, span->begin), most) +
                          Columns(line.substr(span->begin, span->size), most / 2);
    if (wanted > most) {
      begin = span->begin;
      for (size_t i = 0; i < std::min(kColumnsBefore, most / 2) && begin > 0; ++i) {
        --begin;
        while (begin > 0 && (line[begin] & 0xC0) == 0x80) --begin;
      }
    }
  }
  Window window;
  size_t columns = 0;
  size_t caret_begin = 0;
  if (begin > 0) {
    window.source = kCut;
    columns = kCut.size();
  }
  size_t caret_end = 0;
  bool seen = false;
  size_t at = begin;
  for (; at < line.size();) {
    const Shown shown = Show(line.substr(at));
    if (columns + shown.columns > most + (begin > 0 ? kCut.size() : 0)) break;
    if (span && at >= span->begin && at < span->begin + span->size) {
      if (!seen) caret_begin = columns;
      seen = true;
      caret_end = columns + shown.columns;
    }
    window.source += shown.text;
    columns += shown.columns;
    at += shown.bytes;
  }
  if (span && span->size == 0 && at == line.size()) {
    caret_begin = columns;
    caret_end = columns + 1;
  }
  if (at < line.size()) window.source += kCut;
  if (caret_end > caret_begin) {
    window.carets = std::string(caret_begin, ' ') + std::string(caret_end - caret_begin, '^');
  }
  return window;
}

}  // namespace

std::string_view SeverityName(Severity severity) {
  for (const auto& [value, name] : kSeverities) {
    if (value == severity) return name;
  }
  return "error";
}

std::optional<Severity> SeverityFromName(std::string_view name) {
  for (const auto& [value, its_name] : kSeverities) {
    if (its_name == name) return value;
  }
  return std::nullopt;
}

std::string WithThousands(std::string number) {
  size_t end = std::min(number.find('.'), number.size());
  const size_t begin = number.starts_with('-') ? 1 : 0;
  for (size_t at = end; at > begin + 3; at -= 3) number.insert(at - 3, ",");
  return number;
}

std::string FormatCount(uint64_t count) {
  std::string text = std::to_string(count);
  for (size_t i = text.size(); i > 3;) {
    i -= 3;
    text.insert(i, 1, ',');
  }
  return text;
}

std::string LocationText(const Location& location) {
  std::string text = location.source == "-" ? std::string("<stdin>") : Safe(location.source);
  if (!location.sheet.empty() || (!location.cell.empty() && location.line == 0)) {
    if (!location.sheet.empty()) {
      std::string sheet = Safe(location.sheet);
      for (size_t at = 0; (at = sheet.find('\'', at)) != std::string::npos; at += 2) {
        sheet.insert(at, 1, '\'');
      }
      text += fmt::format("!'{}'", sheet);
    }
    if (!location.cell.empty()) text += "!" + Safe(location.cell);
    return text;
  }
  if (location.line != 0) {
    if (text.empty()) text = "<input>";
    text += fmt::format(":{}", location.line);
    if (location.column != 0) text += fmt::format(":{}", location.column);
  } else if (location.offset != 0) {
    text += fmt::format("{}byte {}", text.empty() ? "" : ", ", FormatCount(location.offset));
  }
  return text;
}

std::string FindingText(const Finding& finding, const FindingTextOptions& options) {
  const bool colour = options.colour;
  const Location& location = finding.location;
  std::string out;

  std::string level(SeverityName(finding.severity));
  if (!finding.code.empty()) level += fmt::format("[{}]", Safe(finding.code));
  out += Paint(SeverityColour(finding.severity), level, colour);
  out += Paint(kBold, ": " + Safe(finding.message), colour);
  out += '\n';

  std::optional<std::string> line;
  if (location.line != 0 && options.source_line) line = options.source_line(location);
  const std::string number = line ? std::to_string(location.line) : std::string();
  const std::string margin(std::max<size_t>(number.size(), 1), ' ');

  const std::string place = LocationText(location);
  if (!place.empty() || !finding.path.empty()) {
    out += fmt::format("{}{} {}", margin, Paint(kBlue, "-->", colour), place);
    if (!finding.path.empty()) {
      out += fmt::format("{}{}", place.empty() ? "" : "  ", Safe(finding.path));
    }
    out += '\n';
  }
  bool text_shown = finding.text.empty() || finding.message.find(finding.text) != std::string::npos;
  if (line) {
    std::string_view view = *line;
    view = view.substr(0, view.find_first_of("\r\n"));
    const std::optional<Span> span = FindSpan(view, location.column, finding.text);
    const Window window = MakeWindow(view, span, std::max<size_t>(options.source_columns, 20));
    const std::string bar = Paint(kBlue, "|", colour);
    out += fmt::format("{} {}\n", margin, bar);
    out += fmt::format("{} {} {}\n", Paint(kBlue, number, colour), bar, window.source);
    if (!window.carets.empty()) {
      out += fmt::format("{} {} {}\n", margin, bar,
                         Paint(SeverityColour(finding.severity), window.carets, colour));
    }
    text_shown = text_shown || window.source.find(Safe(finding.text)) != std::string::npos;
  }
  const std::string equals = Paint(kBlue, "=", colour);
  if (!text_shown) out += fmt::format("{} {} text: {}\n", margin, equals, Safe(finding.text));
  if (!finding.record_id.empty()) {
    out += fmt::format("{} {} record: {}\n", margin, equals, Safe(finding.record_id));
  }
  if (!finding.hint.empty()) {
    out += fmt::format("{}{} {}\n", margin, Paint(kBold, "help:", colour), Safe(finding.hint));
  }
  return out;
}

std::string FindingJson(const Finding& finding) {
  std::string out = "{";
  AppendJsonMember("severity", SeverityName(finding.severity), &out);
  AppendJsonMember("code", finding.code, &out);
  AppendJsonMember("message", finding.message, &out);
  AppendJsonMember("hint", finding.hint, &out);
  AppendJsonMember("source", finding.location.source, &out);
  AppendJsonMember("line", finding.location.line, &out);
  AppendJsonMember("column", finding.location.column, &out);
  AppendJsonMember("offset", finding.location.offset, &out);
  AppendJsonMember("sheet", finding.location.sheet, &out);
  AppendJsonMember("cell", finding.location.cell, &out);
  AppendJsonMember("record", finding.record_id, &out);
  AppendJsonMember("path", finding.path, &out);
  AppendJsonMember("text", finding.text, &out);
  out += "}\n";
  return out;
}

}  // namespace puente
