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
};

/// The members of an object that have a place, in the order in which they are written.
const std::vector<Field>& FieldsOf(std::string_view object);
/// The one of that name; null when there is none.
const Field* FindField(const std::vector<Field>& fields, std::string_view member);

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
/// The name of a funder that nobody told.
inline constexpr std::string_view kNotSpecified = "Not specified";
/// The title of a grant that has none; its identifier may be empty.
std::string MadeUpTitle(std::string_view grant_id);
/// Where the vocabulary of tags is described that one of the arrays becomes.
std::string VocabularyOf(std::string_view array);

}  // namespace threesixtygiving

#endif  // PUENTE_EXAMPLES_THREESIXTYGIVING_FIELDS_H_
