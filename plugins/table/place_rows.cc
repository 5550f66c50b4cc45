// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// The mapping table with one row for each country, region and location of an activity.
#include <array>
#include <set>
#include <string>

#include "plugins/table/mapping_rows.h"

namespace puente::table {
namespace {

enum Column : size_t {
  kActivityId,
  kOrdinal,
  kTitle,
  kKind,
  kCode,
  kName,
  kPercentage,
  kLatitude,
  kLongitude,
  kAdministrativeCodes,
  kFunders,
  kFunderRefs,
  kFundersFrom,
  kImplementers,
  kImplementerRefs,
  kSourceFile,
  kSourceLine,
  kColumns
};

constexpr std::array<std::string_view, kColumns> kNames = {
    "activity_id", "ordinal",     "title",        "place_kind",   "place_code",
    "place_name",  "percentage",  "latitude",     "longitude",    "administrative_codes",
    "funders",     "funder_refs", "funders_from", "implementers", "implementer_refs",
    "source_file", "source_line"};

constexpr NameAndCode kPlace = {kName, kCode};

/// Latitude and longitude, when the text is two words.
void FillPoint(CellFiller& filler, const v1::Location& location) {
  constexpr std::string_view kBase = "activity.locations.point";
  const std::string_view pos = TrimXmlSpace(location.point().pos());
  const size_t gap = pos.find_first_of(" \t\r\n");
  if (gap != std::string_view::npos) {
    const std::string_view second = TrimXmlSpace(pos.substr(gap));
    if (second.find_first_of(" \t\r\n") != std::string_view::npos) return;
    filler.Value(kLatitude, kBase, "pos", &location.point(), pos.substr(0, gap));
    filler.Value(kLongitude, kBase, "pos", &location.point(), second);
  } else if (location.has_coordinates()) {
    const v1::Coordinates& point = location.coordinates();
    constexpr std::string_view kCoordinates = "activity.locations.coordinates";
    if (point.has_latitude()) {
      filler.DecimalOf(kLatitude, kCoordinates, "latitude", &point, point.latitude());
    }
    if (point.has_longitude()) {
      filler.DecimalOf(kLongitude, kCoordinates, "longitude", &point, point.longitude());
    }
  }
}

void FillLocation(CellFiller& filler, const v1::Location& location) {
  filler.TextOf(kName, "activity.locations.name", location.name().narratives());
  for (const v1::CodedValue& id : location.location_ids()) {
    filler.Value(kCode, "activity.locations.location_ids", "code", &id, id.code());
  }
  for (const v1::Administrative& division : location.administratives()) {
    filler.Value(kAdministrativeCodes, "activity.locations.administratives", "code", &division,
                 division.code());
  }
  if (location.has_percentage()) {
    filler.DecimalOf(kPercentage, "activity.locations", "percentage", &location,
                     location.percentage());
  }
  FillPoint(filler, location);
}

/// Begins a row, lets `fill` fill in the place, and writes the row.
template <typename Fill>
absl::Status WritePlace(const sdk::Run& run, CellFiller& filler, TableSink* out,
                        std::string_view kind, const Fill& fill) {
  if (run.IsCancelled()) return absl::CancelledError("interrupted");
  MappingTable& table = filler.table();
  table.BeginRow();
  filler.Identity(kActivityId, kOrdinal, kTitle);
  table.Add(kKind, kind);
  fill();
  filler.Funders({kFunders, kFunderRefs}, kFundersFrom);
  filler.Participants({kImplementers, kImplementerRefs}, "4");
  filler.Source(kSourceFile, kSourceLine);
  return table.WriteRow(out);
}

/// Rows of the countries and regions of the activity or of a transaction, each once.
template <typename Owner>
absl::Status WriteCountriesAndRegions(const sdk::Run& run, CellFiller& filler, TableSink* out,
                                      const std::string& base, const Owner& owner,
                                      std::set<std::string>* seen) {
  const std::string countries = base + ".recipient_countries";
  for (int i = 0; i < owner.recipient_countries_size(); ++i) {
    const v1::RecipientCountry& country = owner.recipient_countries(i);
    if (seen != nullptr && !seen->insert("country " + country.code()).second) continue;
    absl::Status status = WritePlace(run, filler, out, "country", [&] {
      filler.Country(kPlace, countries, country);
      if (country.has_percentage()) {
        filler.DecimalOf(kPercentage, countries, "percentage", &country, country.percentage());
      }
    });
    if (!status.ok()) return status;
  }
  const std::string regions = base + ".recipient_regions";
  for (int i = 0; i < owner.recipient_regions_size(); ++i) {
    const v1::RecipientRegion& region = owner.recipient_regions(i);
    if (seen != nullptr &&
        !seen->insert("region " + region.vocabulary() + " " + region.code()).second) {
      continue;
    }
    absl::Status status = WritePlace(run, filler, out, "region", [&] {
      filler.Region(kPlace, regions, region);
      if (region.has_percentage()) {
        filler.DecimalOf(kPercentage, regions, "percentage", &region, region.percentage());
      }
    });
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::Status WritePlaces(const sdk::Run& run, CellFiller& filler, TableSink* out) {
  const v1::Activity& activity = filler.activity();
  absl::Status status = WriteCountriesAndRegions(run, filler, out, "activity", activity, nullptr);
  if (!status.ok()) return status;
  if (activity.recipient_countries().empty() && activity.recipient_regions().empty()) {
    // Where the activity itself says nothing, its transactions do.
    std::set<std::string> seen;
    for (const v1::Transaction& transaction : activity.transactions()) {
      status =
          WriteCountriesAndRegions(run, filler, out, "activity.transactions", transaction, &seen);
      if (!status.ok()) return status;
    }
  }
  for (const v1::Location& location : activity.locations()) {
    status = WritePlace(run, filler, out, "location", [&] { FillLocation(filler, location); });
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

}  // namespace

const MappingRows& PlaceRows() {
  static constexpr MappingRows kRows = {kNames, WritePlaces};
  return kRows;
}

}  // namespace puente::table
