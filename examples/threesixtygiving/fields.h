// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// The members of a grant, and the values that publishers write in ways of their own.
#ifndef PUENTE_EXAMPLES_THREESIXTYGIVING_FIELDS_H_
#define PUENTE_EXAMPLES_THREESIXTYGIVING_FIELDS_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/plugin/sdk/field_place.h"

namespace threesixtygiving {

namespace sdk = puente::sdk;

/// What a member is.
enum class Shape { kText, kNumber, kDate, kInstant, kObjects, kEvent };

/// A member of an object.
struct Field {
  std::string member;
  Shape shape = Shape::kText;
  std::string object;      ///< What the elements of an array are.
  bool is_needed = false;  ///< An element without it is none.
  sdk::FieldPlace place;
  sdk::FieldPlace element;  ///< Of an array: one of its elements.
};

/// The members of an object that have a place, in the order in which they are written.
const std::vector<Field>& FieldsOf(std::string_view object);
/// The one of that name; null when there is none.
const Field* FindField(const std::vector<Field>& fields, std::string_view member);

/// What is derived of each grant, and what it is derived of.
struct Places {
  using FieldPlace = sdk::FieldPlace;
  FieldPlace package = FieldPlace::Own("dataset_header");
  FieldPlace activity = FieldPlace::Own("activity");
  FieldPlace id = FieldPlace::Own("activity.iati_identifier");
  FieldPlace title = FieldPlace::Own("activity.title.narratives[0].text");
  FieldPlace description = FieldPlace::Own("activity.descriptions[type=1].narratives[0].text");
  FieldPlace reporter = FieldPlace::Own("activity.reporting_org.ref");
  FieldPlace reporter_type = FieldPlace::Own("activity.reporting_org.type");
  FieldPlace reporter_name = FieldPlace::Own("activity.reporting_org.narratives[0].text");
  FieldPlace status = FieldPlace::Own("activity.activity_status.code");
  FieldPlace organisations = FieldPlace::Own("activity.participating_orgs");
  FieldPlace role = FieldPlace::Own("activity.participating_orgs[].role");
  FieldPlace ref = FieldPlace::Own("activity.participating_orgs[].ref");
  FieldPlace name = FieldPlace::Own("activity.participating_orgs[].narratives[0].text");
  FieldPlace funder = FieldPlace::Own("activity.participating_orgs[role=1].narratives[0].text");
  FieldPlace dates = FieldPlace::Own("activity.activity_dates");
  FieldPlace start = FieldPlace::Own("activity.activity_dates[type=1].iso_date");
  FieldPlace planned[2] = {FieldPlace::Own("activity.activity_dates[type=1]"),
                           FieldPlace::Own("activity.activity_dates[type=3]")};
  FieldPlace actual[2] = {FieldPlace::Own("activity.activity_dates[type=2]"),
                          FieldPlace::Own("activity.activity_dates[type=4]")};
  FieldPlace tags = FieldPlace::Own("activity.tags");
  FieldPlace vocabulary = FieldPlace::Own("activity.tags[].vocabulary");
  FieldPlace vocabulary_uri = FieldPlace::Own("activity.tags[].vocabulary_uri");
  FieldPlace locations = FieldPlace::Own("activity.locations");
  FieldPlace latitude = FieldPlace::Own("activity.locations[].coordinates.latitude");
  FieldPlace longitude = FieldPlace::Own("activity.locations[].coordinates.longitude");
  FieldPlace pos = FieldPlace::Own("activity.locations[].point.pos");
  FieldPlace srs = FieldPlace::Own("activity.locations[].point.srs_name");
  FieldPlace default_currency = FieldPlace::Own("activity.default_currency");
  FieldPlace transactions = FieldPlace::Own("activity.transactions");
  FieldPlace type = FieldPlace::Own("activity.transactions[].transaction_type.code");
  FieldPlace date = FieldPlace::Own("activity.transactions[].transaction_date.date");
  FieldPlace value = FieldPlace::Own("activity.transactions[].value.value");
  FieldPlace value_date = FieldPlace::Own("activity.transactions[].value.value_date");
  FieldPlace currency = FieldPlace::Own("activity.transactions[].value.currency");
};
const Places& OurPlaces();

/// The path of a member in receipts.
std::string Below(std::string_view path, std::string_view member);

/// A date that was read: `2014-07-24`, a part of one such as `2014-07` (its first day), or
/// `24/07/2014` and `24-07-2014`, day first. With a time or without.
struct ReadDate {
  std::string day;  ///< `YYYY-MM-DD`, for an instant with a time.
  enum class Form { kPlain, kPart, kDayFirst } form = Form::kPlain;
};
/// Nothing for texts that are no date.
std::optional<ReadDate> DateOf(std::string_view text);
/// The same with a time, which is midnight when none is told.
std::optional<ReadDate> InstantOf(std::string_view text);

/// The publisher's part of a grant's identifier, `360G-example`; empty when it has none.
std::string_view PublisherOf(std::string_view grant_id);
/// IATI's type of an organisation by its identifier: a government's, a local one's, or a
/// foundation.
std::string_view OrganisationType(std::string_view id);
/// What the coordinates of places mean.
inline constexpr std::string_view kWgs84 = "http://www.opengis.net/def/crs/EPSG/0/4326";
/// The name of a funder that nobody told.
inline constexpr std::string_view kNotSpecified = "Not specified";
/// The title of a grant that has none; its identifier may be empty.
std::string MadeUpTitle(std::string_view grant_id);
/// Where the vocabulary of tags is described that one of the arrays becomes.
std::string VocabularyOf(std::string_view array);

}  // namespace threesixtygiving

#endif  // PUENTE_EXAMPLES_THREESIXTYGIVING_FIELDS_H_
