// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Holds what flows and plans are looked up in, within bounds.
#include "plugins/fts_hdx/place_names.h"

#include <algorithm>

#include "core/base/status.h"
#include "core/base/strings.h"
#include "fmt/format.h"
#include "plugins/fts_hdx/countries.h"

namespace puente::fts_hdx {
namespace {

/// Lists of locations have some hundreds, overviews some dozens of plans a year.
constexpr size_t kMaxHeld = size_t{12} << 20;
/// What an entry of a map takes beside its texts.
constexpr size_t kEntry = 96;

std::string_view Find(const absl::flat_hash_map<std::string, std::string>& map,
                      std::string_view key) {
  const auto found = map.find(ToAbsl(key));
  return found == map.end() ? std::string_view() : std::string_view(found->second);
}

}  // namespace

absl::Status HeldBytes::Add(size_t bytes) {
  held_ += bytes;
  if (held_ <= kMaxHeld) return absl::OkStatus();
  ErrorDetail detail;
  detail.code = "HDX-0012";
  detail.message = fmt::format(
      "the plans, places and groups among the inputs take more than the {} MiB that are held",
      kMaxHeld >> 20);
  detail.hint = "convert fewer overviews and answers at once";
  return MakeError(absl::StatusCode::kResourceExhausted, detail);
}

absl::Status PlaceNames::Set(std::string_view key, std::string_view value, Map* map) {
  if (key.empty() || value.empty()) return absl::OkStatus();
  const auto [entry, is_new] = map->insert_or_assign(std::string(key), std::string(value));
  return is_new ? held_.Add(key.size() + value.size() + kEntry) : absl::OkStatus();
}

absl::Status PlaceNames::AddPlace(const v1::Place& place) {
  has_list_ = true;
  const std::string_view name = place.name().narratives_size() == 0
                                    ? std::string_view()
                                    : std::string_view(place.name().narratives(0).text());
  absl::Status status = Set(name, place.iso3(), &by_name_);
  if (status.ok()) status = Set(place.place_identifier(), place.iso3(), &by_id_);
  return status;
}

absl::Status PlaceNames::AddPlan(const v1::Plan& plan) {
  absl::Status status = Set(plan.plan_identifier(), plan.code(), &plans_);
  for (const v1::PlaceRef& place : plan.places()) {
    if (status.ok()) status = Set(place.ref(), place.iso3(), &by_id_);
  }
  return status;
}

absl::Status PlaceNames::AddId(std::string_view id, std::string_view code) {
  return Set(id, code, &by_id_);
}

std::string_view PlaceNames::CodeOfName(std::string_view name) const {
  return has_list_ ? Find(by_name_, name) : CountryCode(name);
}

std::string_view PlaceNames::CodeOfId(std::string_view id) const { return Find(by_id_, id); }

std::string_view PlaceNames::CodeOfPlan(std::string_view id) const { return Find(plans_, id); }

std::string_view QueryValue(std::string_view query, std::string_view key) {
  while (!query.empty()) {
    const std::string_view part = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(part.size() + 1, query.size()));
    const size_t sign = part.find('=');
    if (sign != std::string_view::npos && part.substr(0, sign) == key) {
      return part.substr(sign + 1);
    }
  }
  return {};
}

}  // namespace puente::fts_hdx
