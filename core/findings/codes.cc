// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Reads catalogues of messages and finds codes in them.

#include "core/findings/codes.h"

#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "core/base/strings.h"
#include "core/findings/finding_text.h"

namespace puente {
namespace {

namespace dom = simdjson::dom;

bool IsUpper(char c) { return c >= 'A' && c <= 'Z'; }
bool IsDigit(char c) { return c >= '0' && c <= '9'; }

std::string ToUpper(std::string_view text) {
  std::string upper(text);
  for (char& c : upper) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return upper;
}

// Letters and digits that begin with a letter, a hyphen, four digits.
bool IsCode(std::string_view code) {
  const size_t hyphen = code.find('-');
  if (hyphen == std::string_view::npos || hyphen == 0 || code.size() != hyphen + 5) return false;
  const std::string_view area = code.substr(0, hyphen);
  const std::string_view number = code.substr(hyphen + 1);
  return IsUpper(area[0]) &&
         std::all_of(area.begin(), area.end(), [](char c) { return IsUpper(c) || IsDigit(c); }) &&
         std::all_of(number.begin(), number.end(), IsDigit);
}

absl::Status Bad(std::string_view origin, std::string_view message) {
  return absl::InvalidArgumentError(fmt::format("message catalogue of {}: {}", origin, message));
}

// The value as a text that is not empty, or nothing.
std::optional<std::string> NonEmptyText(dom::element value) {
  std::string_view text;
  if (value.get(text) != simdjson::SUCCESS || text.empty()) return std::nullopt;
  return std::string(text);
}

// Reads an object of languages; says what is wrong with it, or nothing.
std::string ReadText(dom::element value, CodeText* text) {
  dom::object object;
  if (value.get(object) != simdjson::SUCCESS) return "is not an object of languages";
  for (const dom::key_value_pair member : object) {
    std::string* target = member.key == "en"   ? &text->en
                          : member.key == "es" ? &text->es
                          : member.key == "pt" ? &text->pt
                                               : nullptr;
    if (target == nullptr) return fmt::format("has the unknown language \"{}\"", member.key);
    if (!target->empty()) return fmt::format("has the language \"{}\" twice", member.key);
    std::optional<std::string> read = NonEmptyText(member.value);
    if (!read) return fmt::format("has no text in \"{}\"", member.key);
    *target = *std::move(read);
  }
  return text->en.empty() ? "has no text in \"en\"" : "";
}

// Reads the entry of one code; says what is wrong with it, or nothing.
std::string ReadEntry(dom::element value, CodeEntry* entry) {
  dom::object object;
  if (value.get(object) != simdjson::SUCCESS) return "is not an object";
  std::optional<Severity> severity;
  for (const dom::key_value_pair member : object) {
    CodeText* target = member.key == "title"     ? &entry->title
                       : member.key == "explain" ? &entry->explain
                       : member.key == "fix"     ? &entry->fix
                                                 : nullptr;
    if (target != nullptr) {
      const std::string problem = ReadText(member.value, target);
      if (!problem.empty()) return fmt::format("\"{}\" {}", member.key, problem);
    } else if (member.key == "severity") {
      const std::optional<std::string> name = NonEmptyText(member.value);
      if (name) severity = SeverityFromName(*name);
      if (!severity) return "\"severity\" is none of info, warning, error, critical";
    } else if (member.key == "example") {
      std::optional<std::string> example = NonEmptyText(member.value);
      if (!example) return "\"example\" is not a text";
      entry->example = *std::move(example);
    } else {
      return fmt::format("has the unknown key \"{}\"", member.key);
    }
  }
  if (!severity) return "has no \"severity\"";
  entry->severity = *severity;
  if (entry->title.en.empty()) return "has no \"title\"";
  if (entry->explain.en.empty()) return "has no \"explain\"";
  if (entry->fix.en.empty()) return "has no \"fix\"";
  return "";
}

}  // namespace

std::string_view CodeText::In(std::string_view language) const {
  const std::string_view primary = language.substr(0, language.find_first_of("-_.@"));
  if (primary == "es" && !es.empty()) return es;
  if (primary == "pt" && !pt.empty()) return pt;
  return en;
}

absl::StatusOr<CodeCatalogue> CodeCatalogue::WithCoreCodes() {
  CodeCatalogue catalogue;
  const absl::Status status = catalogue.Add(CoreCodesJson(), "core");
  if (!status.ok()) return absl::InternalError(status.message());
  return catalogue;
}

absl::Status CodeCatalogue::Add(std::string_view json, std::string_view origin) {
  dom::parser parser;
  dom::object codes;
  const simdjson::error_code error = parser.parse(simdjson::padded_string(json)).get(codes);
  if (error == simdjson::INCORRECT_TYPE) return Bad(origin, "it is not a JSON object");
  if (error != simdjson::SUCCESS) return Bad(origin, simdjson::error_message(error));

  std::map<std::string, CodeEntry, std::less<>> added;
  for (const dom::key_value_pair member : codes) {
    if (!IsCode(member.key)) {
      return Bad(origin, fmt::format("\"{}\" is no code: one looks like PUE-0201", member.key));
    }
    CodeEntry entry;
    entry.code = member.key;
    entry.origin = origin;
    const std::string problem = ReadEntry(member.value, &entry);
    if (!problem.empty()) return Bad(origin, fmt::format("{} {}", member.key, problem));
    const auto known = entries_.find(member.key);
    if (known != entries_.end()) {
      return absl::AlreadyExistsError(fmt::format("message catalogue of {}: {} is known from {}",
                                                  origin, member.key, known->second.origin));
    }
    if (!added.emplace(entry.code, std::move(entry)).second) {
      return Bad(origin, fmt::format("{} is there twice", member.key));
    }
  }
  entries_.merge(added);
  return absl::OkStatus();
}

const CodeEntry* CodeCatalogue::Find(std::string_view code) const {
  const auto found = entries_.find(ToUpper(code));
  return found == entries_.end() ? nullptr : &found->second;
}

std::vector<const CodeEntry*> CodeCatalogue::List() const {
  std::vector<const CodeEntry*> list;
  list.reserve(entries_.size());
  for (const auto& [code, entry] : entries_) list.push_back(&entry);
  return list;
}

std::string CodeCatalogue::Nearest(std::string_view code) const {
  // People leave out the hyphen, or the zeros before the number.
  const std::string word = ToUpper(code);
  const size_t digits = word.find_last_not_of("0123456789") + 1;
  std::string area = word.substr(0, digits);
  area.erase(
      std::remove_if(area.begin(), area.end(), [](char c) { return !IsUpper(c) && !IsDigit(c); }),
      area.end());
  std::string number = word.substr(digits);
  if (!number.empty() && number.size() < 4) number.insert(0, 4 - number.size(), '0');
  if (const CodeEntry* entry = Find(area + "-" + number)) return entry->code;

  std::vector<std::string> names;
  names.reserve(entries_.size());
  for (const auto& [name, entry] : entries_) names.push_back(name);
  return NearestName(word, names);
}

}  // namespace puente
