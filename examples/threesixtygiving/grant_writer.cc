// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Writes activities as grants.
#include "grant_writer.h"

#include <algorithm>
#include <utility>

#include "core/base/decimal.h"
#include "core/text/json_value.h"

namespace threesixtygiving {
namespace {

using puente::sdk::FieldText;

constexpr size_t kBlock = size_t{64} << 10;

/// A value as 360Giving writes it; the source's own text where that says the same.
std::string JsonOf(const FieldText& value, Shape shape) {
  std::string json;
  if (shape == Shape::kNumber) {
    const std::string_view text = value.text();
    return puente::text::IsJsonScalar(text) ? std::string(text) : value.value;
  }
  std::string_view text = value.value;
  const std::optional<ReadDate> again = shape == Shape::kDate      ? DateOf(value.written)
                                        : shape == Shape::kInstant ? InstantOf(value.written)
                                                                   : std::nullopt;
  if (again.has_value() && again->day == value.value) text = value.written;
  puente::text::AppendJsonText(text, &json);
  return json;
}

}  // namespace

std::string ObjectText::Close() const {
  std::string closed = "{";
  closed += text_;
  closed += '}';
  return closed;
}

void ObjectText::Add(std::string_view name, std::string_view json) {
  names_.emplace(name);
  if (!text_.empty()) text_ += ',';
  puente::text::AppendJsonText(name, &text_);
  text_ += ':';
  text_ += json;
}

GrantWriter::GrantWriter(const sdk::Run& run, sdk::Target* target)
    : run_(run), target_(target), taker_(run), ids_(run) {}

absl::Status GrantWriter::Put(const puente::v1::Record& record, const sdk::RecordInfo& info) {
  if (record.has_dataset_header()) {
    taker_.SetForeign(record.dataset_header().format() != "threesixtygiving");
  }
  taker_.Begin(record, info);
  if (record.has_dataset_header()) {
    PutPackage();
  } else if (record.has_activity()) {
    PutGrant();
  }
  taker_.Settle();
  return out_.size() < kBlock ? absl::OkStatus() : Flush();
}

void GrantWriter::PutPackage() {
  taker_.ForEachJson(
      OurPlaces().package, {}, [this](std::string_view name, const puente::v1::JsonValue& value) {
        if (name == "grants") return;
        std::string json;
        puente::text::AppendJsonValue(
            value, name, '/', &json, [](const std::string&) {}, [](const std::string&) {});
        const auto [known, is_new] = package_.try_emplace(std::string(name), json);
        if (!is_new && known->second == json) return taker_.TakeJson(value, name, nullptr);
        if (!is_new) {
          sdk::Finding finding;
          finding.severity = PUENTE_WARNING;
          finding.code = "TSG-0007";
          std::string message = "the inputs differ in ";
          message += name;
          finding.message = message;
          finding.hint = "the first one is written; convert them one by one to keep both";
          finding.path = name;
          return run_.Report(finding);
        }
        std::string member;
        puente::text::AppendJsonText(name, &member);
        member += ':';
        taker_.TakeJson(value, name, &member);
        // What came before the grants stands before them.
        if (has_grants_) {
          tail_.push_back(std::move(member));
        } else {
          BeginMember();
          out_.append(member);
        }
      });
}

void GrantWriter::BeginMember() {
  out_.append(has_begun_ ? ",\n" : "{");
  has_begun_ = true;
}

void GrantWriter::BeginGrants() {
  if (has_grants_) return;
  has_grants_ = true;
  BeginMember();
  out_.append("\"grants\":[");
}

void GrantWriter::PutGrant() {
  // First, so that it is not written.
  TakeWhatIsDerived();
  ObjectText grant;
  for (const Field& field : FieldsOf("grant")) {
    if (field.shape == Shape::kObjects) {
      AddArray(field, &grant);
    } else if (field.shape == Shape::kEvent) {
      AddEvent(field, &grant);
    } else if (field.member == "amountAwarded" || field.member == "awardDate") {
      AddAward(field, &grant);
    } else {
      AddValue(field, Below("grants", field.member), {}, &grant);
    }
  }
  AddKept(OurPlaces().activity, {}, "grants", &grant);
  // What has nothing that a grant has is none.
  if (grant.empty()) return;
  BeginGrants();
  out_ += has_grant_ ? ",\n" : "\n";
  has_grant_ = true;
  out_ += grant.Close();
}

void GrantWriter::AddValue(const Field& field, const std::string& path, sdk::Indices at,
                           ObjectText* object) {
  if (const std::optional<FieldText> value = taker_.Take(field.place, ids_.Id(path), at)) {
    object->Add(field.member, JsonOf(*value, field.shape));
  }
}

void GrantWriter::AddMembers(const std::vector<Field>& fields, const std::string& path,
                             sdk::Indices at, ObjectText* object) {
  for (const Field& field : fields) AddValue(field, Below(path, field.member), at, object);
}

void GrantWriter::AddKept(const sdk::FieldPlace& parent, sdk::Indices at, const std::string& path,
                          ObjectText* object) {
  taker_.ForEachJson(parent, at, [&](std::string_view name, const puente::v1::JsonValue& value) {
    // Somebody gave the field a value since: two members of one name are no JSON of ours.
    if (object->Has(name)) return;
    std::string json;
    taker_.TakeJson(value, Below(path, name), &json);
    object->Add(name, json);
  });
}

std::vector<uint32_t> GrantWriter::TransactionsOf(std::string_view type) const {
  const Places& places = OurPlaces();
  std::vector<uint32_t> found;
  for (uint32_t i = 0; i < taker_.Size(places.transactions); ++i) {
    const uint32_t at[] = {i};
    const std::optional<FieldText> code = taker_.Look(places.type, at);
    if (code.has_value() && code->value == type) found.push_back(i);
  }
  return found;
}

std::vector<uint32_t> GrantWriter::ElementsOf(const Field& field) const {
  const Places& places = OurPlaces();
  if (field.object == "transaction") return TransactionsOf("3");
  std::vector<uint32_t> found;
  for (uint32_t i = 0; i < taker_.Size(field.place); ++i) {
    const uint32_t at[] = {i};
    if (field.object == "organisation") {
      const std::optional<FieldText> role = taker_.Look(places.role, at);
      if (!role.has_value() || role->value != (field.member == "fundingOrganization" ? "1" : "4")) {
        continue;
      }
    } else if (field.object == "classification") {
      const std::optional<FieldText> uri = taker_.Look(places.vocabulary_uri, at);
      if (!uri.has_value() || uri->value != VocabularyOf(field.member)) continue;
    }
    found.push_back(i);
  }
  return found;
}

void GrantWriter::AddArray(const Field& field, ObjectText* grant) {
  const Places& places = OurPlaces();
  const std::string path = Below("grants", field.member);
  std::string array;
  for (const uint32_t number : ElementsOf(field)) {
    const uint32_t at[] = {number};
    ObjectText object;
    AddMembers(FieldsOf(field.object), path, at, &object);
    AddKept(field.element, at, path, &object);
    if (object.empty()) continue;
    array += array.empty() ? "" : ",";
    array += object.Close();
    // Which array it stands in says this.
    if (field.object == "organisation") {
      taker_.TakeDerived(places.role, field.member == "fundingOrganization" ? "1" : "4", at);
    } else if (field.object == "classification") {
      taker_.TakeDerived(places.vocabulary, "99", at);
      taker_.TakeDerived(places.vocabulary_uri, VocabularyOf(field.member), at);
    } else if (field.object == "transaction") {
      taker_.TakeDerived(places.type, "3", at);
    }
  }
  if (array.empty()) return;
  array.insert(array.begin(), '[');
  array += ']';
  grant->Add(field.member, array);
}

void GrantWriter::AddEvent(const Field& field, ObjectText* grant) {
  const std::string path = Below("grants", field.member);
  ObjectText event;
  AddMembers(FieldsOf(field.object), path, {}, &event);
  const Places& places = OurPlaces();
  for (const sdk::FieldPlace& date : field.object == "planned" ? places.planned : places.actual) {
    AddKept(date, {}, path, &event);
  }
  if (!event.empty()) grant->Add(field.member, "[" + event.Close() + "]");
}

void GrantWriter::AddAward(const Field& field, ObjectText* grant) {
  const Places& places = OurPlaces();
  // Of several commitments none is the award.
  const std::vector<uint32_t> awards = TransactionsOf("2");
  if (awards.size() != 1) return;
  const uint32_t at[] = {awards[0]};
  // The amount is in the currency of the grant; one of its own must be the same, or becomes it.
  if (const std::optional<FieldText> own = taker_.Look(places.currency, at)) {
    const std::optional<FieldText> of_grant = taker_.Look(places.default_currency);
    if (of_grant.has_value() && of_grant->value != own->value) {
      taker_.Lose(places.value, PUENTE_LOSS_NO_EQUIVALENT, own->value, at);
      return;
    }
    if (of_grant.has_value()) {
      taker_.TakeDerived(places.currency, own->value, at);
    } else if (const std::optional<FieldText> taken =
                   taker_.Take(places.currency, ids_.Id("grants/currency"), at)) {
      grant->Add("currency", JsonOf(*taken, Shape::kText));
    }
  }
  AddValue(field, Below("grants", field.member), at, grant);
  taker_.TakeDerived(places.type, "2", at);
}

std::string GrantWriter::AwardDay() const {
  const Places& places = OurPlaces();
  std::string day;
  // Without an amount the date is no transaction's.
  taker_.ForEachJson(places.activity, {},
                     [&](std::string_view name, const puente::v1::JsonValue& value) {
                       const auto text = puente::text::JsonStringText(value.scalar());
                       const auto date = text.has_value() ? DateOf(*text) : std::nullopt;
                       if (name == "awardDate" && date.has_value()) day = date->day;
                     });
  const uint32_t first[] = {0};
  const std::optional<FieldText> type = taker_.Look(places.type, first);
  const std::optional<FieldText> date = taker_.Look(places.date, first);
  if (type.has_value() && type->value == "2" && date.has_value()) day = date->value;
  return day;
}

void GrantWriter::TakeWhatIsDerived() {
  const Places& places = OurPlaces();
  taker_.TakeDerived(places.status, "2");
  const std::optional<FieldText> id = taker_.Look(places.id);
  taker_.TakeDerived(places.title, MadeUpTitle(id.has_value() ? id->value : ""));
  if (const std::optional<FieldText> title = taker_.Look(places.title)) {
    taker_.TakeDerived(places.description, title->value);
  }
  std::string funder_id(id.has_value() ? PublisherOf(id->value) : std::string_view());
  std::string funder(kNotSpecified);
  for (uint32_t i = 0; i < taker_.Size(places.organisations); ++i) {
    const uint32_t at[] = {i};
    const std::optional<FieldText> role = taker_.Look(places.role, at);
    if (!role.has_value() || role->value != "1") continue;
    if (const std::optional<FieldText> text = taker_.Look(places.name, at)) funder = text->value;
    if (const std::optional<FieldText> text = taker_.Look(places.ref, at)) funder_id = text->value;
    break;
  }
  taker_.TakeDerived(places.reporter, funder_id);
  taker_.TakeDerived(places.reporter_type, OrganisationType(funder_id));
  taker_.TakeDerived(places.reporter_name, funder);
  if (taker_.Size(places.organisations) == 1) taker_.TakeDerived(places.funder, kNotSpecified);
  for (uint32_t i = 0; i < taker_.Size(places.transactions); ++i) {
    const uint32_t at[] = {i};
    if (const std::optional<FieldText> date = taker_.Look(places.date, at)) {
      taker_.TakeDerived(places.value_date, date->value, at);
    }
  }
  if (taker_.Size(places.dates) == 1) taker_.TakeDerived(places.start, AwardDay());
  for (uint32_t i = 0; i < taker_.Size(places.locations); ++i) {
    const uint32_t at[] = {i};
    const std::optional<FieldText> latitude = taker_.Look(places.latitude, at);
    const std::optional<FieldText> longitude = taker_.Look(places.longitude, at);
    if (!latitude.has_value() || !longitude.has_value()) continue;
    std::string pos = latitude->value;
    pos.append(" ").append(longitude->value);
    taker_.TakeDerived(places.pos, pos, at);
    taker_.TakeDerived(places.srs, kWgs84, at);
  }
}

absl::Status GrantWriter::Flush() {
  const absl::Status status = target_->Write(out_);
  out_.clear();
  return status;
}

absl::Status GrantWriter::Finish() {
  BeginGrants();
  out_ += has_grant_ ? "\n]" : "]";
  for (const std::string& member : tail_) out_.append(",\n").append(member);
  out_ += "}\n";
  return Flush();
}

}  // namespace threesixtygiving
