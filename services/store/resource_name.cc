// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Writes and reads resource names.

#include "services/store/resource_name.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "core/base/utf8.h"
#include "services/store/reason_error.h"

namespace puente::store {
namespace {

constexpr size_t kMaxAgencyBytes = 63;
constexpr size_t kMaxDatasetBytes = 200;
constexpr size_t kMaxShownBytes = 300;
// What an empty id is written as; a `%` that nothing follows stands for no other text.
constexpr std::string_view kEmptyId = "%";
constexpr std::string_view kAll = "-";

constexpr std::array<bool, 256> kPlain = [] {
  std::array<bool, 256> plain = {};
  for (const char c : std::string_view("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                       "0123456789-_.")) {
    plain[static_cast<unsigned char>(c)] = true;
  }
  return plain;
}();

bool IsPlain(char c) { return kPlain[static_cast<unsigned char>(c)]; }

void AppendSegment(std::string_view text, std::string* out) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  while (!text.empty()) {
    const auto plain =
        static_cast<size_t>(std::find_if_not(text.begin(), text.end(), IsPlain) - text.begin());
    out->append(text.substr(0, plain));
    if (plain == text.size()) return;
    const auto byte = static_cast<unsigned char>(text[plain]);
    *out += '%';
    *out += digits[byte >> 4];
    *out += digits[byte & 15];
    text.remove_prefix(plain + 1);
  }
}

void AppendDatasetName(const DatasetKey& dataset, std::string* out) {
  out->append("agencies/").append(dataset.agency).append("/datasets/");
  // A dataset may be called as the sign for all of them.
  if (dataset.dataset == kAll) {
    out->append("%2D");
  } else {
    AppendSegment(dataset.dataset, out);
  }
}

// -1 when it is none.
int HexValue(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

absl::Status NameError(std::string_view name, std::string_view what) {
  return ReasonError(exchange::v1::REASON_NAME_INVALID,
                     "the name \"" +
                         EscapeForTerminalLine(ClipTextWithEllipsis(name, kMaxShownBytes)) + "\" " +
                         std::string(what),
                     {{"name", std::string(name)}});
}

// Cuts the text up to the next `/` off the front.
std::string_view TakePart(std::string_view* rest) {
  const size_t end = rest->find('/');
  const std::string_view part = rest->substr(0, end);
  *rest = end == std::string_view::npos ? std::string_view() : rest->substr(end + 1);
  return part;
}

// The parts of a name between its slashes; nothing when there are not `count`.
template <size_t count>
bool Split(std::string_view name, std::string_view (&parts)[count]) {
  size_t slashes = 0;
  for (const char c : name) slashes += c == '/' ? 1 : 0;
  if (slashes + 1 != count) return false;
  for (std::string_view& part : parts) part = TakePart(&name);
  return true;
}

absl::StatusOr<std::string> DecodeDataset(std::string_view segment) {
  absl::StatusOr<std::string> text = DecodeSegment(segment);
  if (text.ok() && (text->empty() || text->size() > kMaxDatasetBytes)) {
    return NameError(segment, "is that of a dataset: 1 to 200 bytes when it is decoded");
  }
  return text;
}

// Takes `~n` off the end; nothing when it is not written as it must be.
std::optional<uint32_t> TakeOrdinal(std::string_view* segment) {
  const size_t mark = segment->find('~');
  if (mark == std::string_view::npos) return 0;
  const std::string_view digits = segment->substr(mark + 1);
  uint32_t ordinal = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), ordinal);
  if (error != std::errc() || end != digits.data() + digits.size() || digits[0] == '0') {
    return std::nullopt;
  }
  *segment = segment->substr(0, mark);
  return ordinal;
}

}  // namespace

std::string EncodeSegment(std::string_view text) {
  std::string out;
  AppendSegment(text, &out);
  return out;
}

absl::StatusOr<std::string> DecodeSegment(std::string_view segment) {
  std::string out;
  out.reserve(segment.size());
  for (size_t i = 0; i < segment.size(); ++i) {
    if (IsPlain(segment[i])) {
      out += segment[i];
      continue;
    }
    if (segment[i] != '%') {
      return NameError(segment, "has a byte that must be written as % and two hexadecimal digits");
    }
    const int high = i + 2 < segment.size() ? HexValue(segment[i + 1]) : -1;
    const int low = i + 2 < segment.size() ? HexValue(segment[i + 2]) : -1;
    if (high < 0 || low < 0) return NameError(segment, "has a % without two hexadecimal digits");
    out += static_cast<char>(high * 16 + low);
    i += 2;
  }
  if (FirstInvalidUtf8(out).has_value())
    return NameError(segment, "is not UTF-8 when it is decoded");
  return out;
}

bool IsAgencyId(std::string_view id) {
  if (id.empty() || id.size() > kMaxAgencyBytes || id.front() == '-' || id.back() == '-') {
    return false;
  }
  for (const char c : id) {
    if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-')) return false;
  }
  return true;
}

std::string AgencyName(std::string_view agency) { return "agencies/" + std::string(agency); }

std::string DatasetName(const DatasetKey& dataset) {
  std::string name;
  AppendDatasetName(dataset, &name);
  return name;
}

std::string RecordName(const DatasetKey& dataset, const RecordKey& key) {
  std::string name;
  AppendRecordName(dataset, key, &name);
  return name;
}

void AppendRecordName(const DatasetKey& dataset, const RecordKey& key, std::string* out) {
  AppendDatasetName(dataset, out);
  if (key.header) {
    out->append("/header");
  } else {
    out->append("/records/");
    if (key.id.empty()) out->append(kEmptyId);
    AppendSegment(key.id, out);
  }
  if (key.ordinal != 0) out->append("~").append(std::to_string(key.ordinal));
}

std::string TokenName(std::string_view agency, std::string_view id) {
  return AgencyName(agency) + "/tokens/" + EncodeSegment(id);
}

absl::StatusOr<std::string> ParseAgencyName(std::string_view name) {
  std::string_view parts[2];
  if (!Split(name, parts) || parts[0] != "agencies" || !IsAgencyId(parts[1])) {
    return NameError(name, "is not of the form agencies/{agency}");
  }
  return std::string(parts[1]);
}

absl::StatusOr<DatasetKey> ParseDatasetName(std::string_view name) {
  std::string_view parts[4];
  if (!Split(name, parts) || parts[0] != "agencies" || !IsAgencyId(parts[1]) ||
      parts[2] != "datasets" || parts[3] == kAll) {
    return NameError(name, "is not of the form agencies/{agency}/datasets/{dataset}");
  }
  absl::StatusOr<std::string> dataset = DecodeDataset(parts[3]);
  if (!dataset.ok()) return dataset.status();
  return DatasetKey{std::string(parts[1]), *std::move(dataset)};
}

absl::StatusOr<std::pair<DatasetKey, RecordKey>> ParseRecordName(std::string_view name) {
  constexpr std::string_view form =
      "is not of the form agencies/{agency}/datasets/{dataset}/records/{id}~{n} or "
      "agencies/{agency}/datasets/{dataset}/header";
  const size_t end = name.rfind('/');
  if (end == std::string_view::npos) return NameError(name, form);
  std::string_view last = name.substr(end + 1);
  std::string_view front = name.substr(0, end);
  RecordKey key;
  const std::optional<uint32_t> ordinal = TakeOrdinal(&last);
  if (!ordinal.has_value()) return NameError(name, "has a ~ without a number from 1 to 4294967295");
  key.ordinal = *ordinal;
  if (front.ends_with("/records")) {
    front.remove_suffix(std::string_view("/records").size());
    if (last.empty()) return NameError(name, "has no id; an empty one is written %");
    if (last != kEmptyId) {
      absl::StatusOr<std::string> id = DecodeSegment(last);
      if (!id.ok()) return id.status();
      key.id = *std::move(id);
    }
  } else if (last == "header") {
    key.header = true;
  } else {
    return NameError(name, form);
  }
  std::string_view parts[4];
  if (!Split(front, parts)) return NameError(name, form);
  absl::StatusOr<DatasetKey> dataset = ParseDatasetName(front);
  if (!dataset.ok()) return NameError(name, form);
  return std::make_pair(*std::move(dataset), std::move(key));
}

absl::StatusOr<std::pair<std::string, std::string>> ParseTokenName(std::string_view name) {
  std::string_view parts[4];
  if (!Split(name, parts) || parts[0] != "agencies" || !IsAgencyId(parts[1]) ||
      parts[2] != "tokens" || parts[3].empty()) {
    return NameError(name, "is not of the form agencies/{agency}/tokens/{id}");
  }
  absl::StatusOr<std::string> id = DecodeSegment(parts[3]);
  if (!id.ok()) return id.status();
  return std::make_pair(std::string(parts[1]), *std::move(id));
}

absl::StatusOr<Selector> ParseSelector(std::string_view parent) {
  std::string_view parts[4];
  if (!Split(parent, parts) || parts[0] != "agencies" || parts[2] != "datasets" ||
      (parts[1] != kAll && !IsAgencyId(parts[1]))) {
    return NameError(parent,
                     "is not of the form agencies/{agency}/datasets/{dataset}, where - stands for "
                     "all");
  }
  Selector selector;
  if (parts[1] != kAll) selector.agency = std::string(parts[1]);
  if (parts[3] != kAll) {
    absl::StatusOr<std::string> dataset = DecodeDataset(parts[3]);
    if (!dataset.ok()) return dataset.status();
    selector.dataset = *std::move(dataset);
  }
  return selector;
}

}  // namespace puente::store
