// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Reads packages of grants: one grant is one activity.
#include "grant_reader.h"

#include <algorithm>
#include <utility>

#include "core/base/decimal.h"
#include "core/base/lexical.h"
#include "core/base/status.h"
#include "core/plugin/sdk/run_limits.h"

namespace threesixtygiving {
namespace {

using puente::TextForm;
using puente::sdk::FieldPlace;
using puente::text::JsonKind;
using puente::text::JsonNode;

constexpr std::string_view kGrants = "grants";
// The award is the first of the transactions.
constexpr uint32_t kAward[] = {0};

/// True for a JSON value that a field of this shape can hold.
bool IsValue(const JsonNode& node, Shape shape) {
  puente::v1::Decimal number;
  switch (shape) {
    case Shape::kText:
      return node.kind == JsonKind::kString && !node.text.empty();
    case Shape::kNumber:
      return node.kind == JsonKind::kNumber &&
             puente::ParseDecimal(node.raw, &number) != TextForm::kInvalid;
    case Shape::kDate:
      return node.kind == JsonKind::kString && DateOf(node.text).has_value();
    case Shape::kInstant:
      return node.kind == JsonKind::kString && InstantOf(node.text).has_value();
    default:
      return false;
  }
}

}  // namespace

GrantReader::GrantReader(const sdk::Run& run, sdk::Source* source, Missing missing)
    : run_(run),
      missing_(std::move(missing)),
      slicer_(source, sdk::LimitsOf(run), {{std::string(kGrants)}}),
      tree_(sdk::LimitsOf(run)),
      filler_(run),
      ids_(run) {}

absl::StatusOr<bool> GrantReader::Read(sdk::BatchBuilder& batch) {
  while (true) {
    if (run_.IsCancelled()) return absl::CancelledError("interrupted");
    const absl::StatusOr<bool> more = slicer_.Next(&slice_);
    if (!more.ok() || !*more) return more;
    run_.Progress(slice_.offset + slice_.source_bytes);
    if (slice_.kind == puente::text::JsonSlice::Kind::kElement) {
      if (ReadGrant(batch)) return true;
      continue;
    }
    if (const absl::Status status = ReadPackage(batch); !status.ok()) return status;
    if (!batch.empty()) return true;
  }
}

absl::Status GrantReader::ReadPackage(sdk::BatchBuilder& batch) {
  const bool is_head = slice_.kind == puente::text::JsonSlice::Kind::kHead;
  absl::Status status = tree_.Parse(slice_.text);
  if (status.ok() &&
      (tree_.root().kind != JsonKind::kObject || (is_head && slicer_.array() == nullptr))) {
    puente::ErrorDetail detail;
    detail.code = "TSG-0001";
    detail.message = "there is no array `grants`";
    detail.line = 1;
    detail.column = 1;
    detail.hint =
        "a package of 360Giving is {\"grants\": [...]}; if the file is of another format, "
        "name that with --from";
    status = puente::MakeError(absl::StatusCode::kInvalidArgument, detail);
  }
  if (!status.ok()) return puente::WithPlace(status, slice_.line, slice_.column);
  if (!is_head && tree_.root().end <= 2) return status;  // nothing but the array
  filler_.Begin(batch.Add());
  filler_.record()->mutable_dataset_header()->set_format("threesixtygiving");
  tree_.ForEach(tree_.root(), [this](const JsonNode& member) {
    if (member.name == kGrants) return;
    filler_.KeepJson(member.name, tree_, member, member.name, OurPlaces().package);
  });
  filler_.Describe(batch, "", Position(), slice_.source_bytes);
  return status;
}

bool GrantReader::ReadGrant(sdk::BatchBuilder& batch) {
  ++grants_;
  const absl::Status status = tree_.Parse(slice_.text);
  if (!status.ok()) {
    Reject("the grant is left out: " + std::string(status.message()), "correct the JSON");
    return false;
  }
  if (tree_.root().kind != JsonKind::kObject || tree_.IsLeaf(tree_.root())) {
    Reject("the element is left out: it is no object with members", "a grant is {\"id\": ...}");
    return false;
  }
  const auto value_of = [this](std::string_view member, Shape shape) -> const JsonNode* {
    const JsonNode* const node = tree_.Find(tree_.root(), member);
    return node != nullptr && IsValue(*node, shape) ? node : nullptr;
  };
  filler_.Begin(batch.Add());
  filler_.record()->mutable_activity();
  const JsonNode* const id = value_of("id", Shape::kText);
  id_ = id == nullptr ? std::string_view() : id->text;
  const JsonNode* const date = value_of("awardDate", Shape::kDate);
  const JsonNode* const said = tree_.Find(tree_.root(), "awardDate");
  const bool is_untold = said == nullptr || said->kind == JsonKind::kNull ||
                         (said->kind == JsonKind::kString && said->text.empty());
  const bool has_amount = value_of("amountAwarded", Shape::kNumber) != nullptr;
  award_day_ = date != nullptr           ? DateOf(date->text)->day
               : is_untold && has_amount ? missing_.date
                                         : std::string();
  has_award_ = has_amount && !award_day_.empty();
  const JsonNode* const title = value_of("title", Shape::kText);
  title_ = title != nullptr ? std::string(title->text) : MadeUpTitle(id_);
  // The award comes before the transactions that pay it.
  if (has_award_) filler_.record()->mutable_activity()->add_transactions();
  // In the order of the table, so that the order of members makes no other record.
  for (const Field& field : FieldsOf("grant")) {
    if (const JsonNode* const member = tree_.Find(tree_.root(), field.member)) ReadMember(*member);
  }
  tree_.ForEach(tree_.root(), [this](const JsonNode& member) {
    if (FindField(FieldsOf("grant"), member.name) == nullptr) ReadMember(member);
  });
  DeriveRest();
  filler_.Describe(batch, puente::TrimXmlSpace(id_), Position(), slice_.source_bytes);
  return true;
}

void GrantReader::ReadMember(const Node& member) {
  const Field* const field = FindField(FieldsOf("grant"), member.name);
  const std::string path = Below(kGrants, member.name);
  const auto keep = [&] {
    filler_.KeepJson(member.name, tree_, member, path, OurPlaces().activity);
  };
  if (field == nullptr) return keep();
  if (field->shape == Shape::kObjects) {
    return Fits(member, FieldsOf(field->object)) ? ReadObjects(member, *field) : keep();
  }
  if (field->shape == Shape::kEvent) {
    return Fits(member, FieldsOf(field->object)) ? ReadEvent(member, *field) : keep();
  }
  const bool is_of_award = member.name == "amountAwarded" || member.name == "awardDate";
  if (is_of_award && has_award_ && !IsValue(member, field->shape)) return keep();
  if (is_of_award && !has_award_) {
    Report(PUENTE_WARNING, "TSG-0005", "the grant has no amount with a date",
           "both are kept as they are, and the grant is in no sum; say --in-opt missing_date=DAY "
           "when the file tells no date",
           path, member.raw);
    return keep();
  }
  // What is equal to what would be derived is kept apart, so that it comes back.
  if (member.name == "title" && member.text == MadeUpTitle(id_)) return keep();
  if (member.name == "description" && member.text == title_) return keep();
  if (!SetValue(member, *field, path, is_of_award ? sdk::Indices(kAward) : sdk::Indices())) keep();
}

bool GrantReader::SetValue(const Node& node, const Field& field, const std::string& path,
                           sdk::Indices at) {
  const uint32_t source = ids_.Id(path);
  if (!IsValue(node, field.shape)) {
    if (node.kind != JsonKind::kNull && !(node.kind == JsonKind::kString && node.text.empty())) {
      Report(PUENTE_WARNING, "TSG-0003", "the value is none of `" + field.member + "`",
             "it is kept as it is, and goes to no other format", path, node.raw);
    }
    return false;
  }
  if (field.shape == Shape::kDate || field.shape == Shape::kInstant) {
    const std::optional<ReadDate> date =
        field.shape == Shape::kDate ? DateOf(node.text) : InstantOf(node.text);
    if (date->form != ReadDate::Form::kPlain) {
      Report(PUENTE_WARNING, "TSG-0002", "the date is not written as YYYY-MM-DD",
             std::string(date->form == ReadDate::Form::kPart ? "its first day is taken: "
                                                             : "it is read with the day first: ") +
                 date->day,
             path, node.raw);
    }
    return filler_.SetAs(field.place, date->day, node.text, source, at);
  }
  const std::string_view text = field.shape == Shape::kNumber ? node.raw : node.text;
  return filler_.Set(field.place, text, source, at) != TextForm::kInvalid;
}

bool GrantReader::Fits(const Node& array, const std::vector<Field>& fields) const {
  if (array.kind != JsonKind::kArray || tree_.IsLeaf(array)) return false;
  bool fits = true;
  tree_.ForEach(array, [&](const JsonNode& element) {
    bool has_any = false;
    for (const Field& field : fields) {
      const JsonNode* const value =
          element.kind == JsonKind::kObject ? tree_.Find(element, field.member) : nullptr;
      const bool has = value != nullptr && IsValue(*value, field.shape);
      has_any = has_any || has;
      if (field.is_needed && !has) fits = false;
    }
    if (!has_any) fits = false;
  });
  return fits;
}

void GrantReader::ReadElement(const Node& object, const std::vector<Field>& fields,
                              const std::string& path, const FieldPlace& element, sdk::Indices at) {
  std::vector<const JsonNode*> rest;
  const std::string day = DayOf(object, "transactionDate");
  tree_.ForEach(object, [&](const JsonNode& member) {
    const Field* const field = FindField(fields, member.name);
    const bool is_derived =
        member.name == "valueDate" && !day.empty() && DayOf(object, "valueDate") == day;
    if (field == nullptr || is_derived || !SetValue(member, *field, Below(path, member.name), at)) {
      rest.push_back(&member);
    }
  });
  // Once the element is there.
  for (const JsonNode* const member : rest) {
    filler_.KeepJson(member->name, tree_, *member, Below(path, member->name), element, at);
  }
}

void GrantReader::ReadObjects(const Node& array, const Field& field) {
  puente::v1::Activity& activity = *filler_.record()->mutable_activity();
  const std::vector<Field>& fields = FieldsOf(field.object);
  const JsonNode& first = tree_[tree_.NumberOf(array) + 1];
  if (field.object == "organisation" && first.end == array.end &&
      tree_.Find(first, "name")->text == kNotSpecified) {
    return filler_.KeepJson(field.member, tree_, array, Below(kGrants, field.member),
                            OurPlaces().activity);
  }
  tree_.ForEach(array, [&](const JsonNode& object) {
    uint32_t at[] = {0};
    if (field.object == "organisation") {
      at[0] = static_cast<uint32_t>(activity.participating_orgs_size());
      activity.add_participating_orgs()->set_role(field.member == "fundingOrganization" ? "1"
                                                                                        : "4");
    } else if (field.object == "classification") {
      at[0] = static_cast<uint32_t>(activity.tags_size());
      puente::v1::CodedValue* const tag = activity.add_tags();
      tag->set_vocabulary("99");
      tag->set_vocabulary_uri(VocabularyOf(field.member));
    } else if (field.object == "transaction") {
      at[0] = static_cast<uint32_t>(activity.transactions_size());
      activity.add_transactions()->mutable_transaction_type()->set_code("3");
    } else {
      at[0] = static_cast<uint32_t>(activity.locations_size());
    }
    ReadElement(object, fields, Below(kGrants, field.member), field.element, at);
  });
}

std::string GrantReader::DayOf(const Node& object, std::string_view member) const {
  const JsonNode* const node = tree_.Find(object, member);
  return node != nullptr && IsValue(*node, Shape::kDate) ? DateOf(node->text)->day : std::string();
}

void GrantReader::ReadEvent(const Node& array, const Field& field) {
  const std::string path = Below(kGrants, field.member);
  const JsonNode& event = tree_[tree_.NumberOf(array) + 1];
  if (event.end != array.end) {
    // Of several events it could not be told which dates belong together.
    return filler_.KeepJson(field.member, tree_, array, path, OurPlaces().activity);
  }
  const bool is_planned = field.object == "planned";
  const std::string day = DayOf(event, "startDate");
  if (is_planned && DayOf(event, "endDate").empty() && day == award_day_) {
    return filler_.KeepJson(field.member, tree_, array, path, OurPlaces().activity);
  }
  // What else the event has is kept beside the first date that it makes.
  const auto& dates = is_planned ? OurPlaces().planned : OurPlaces().actual;
  ReadElement(event, FieldsOf(field.object), path, dates[day.empty() ? 1 : 0], {});
}

void GrantReader::DeriveRest() {
  const Places& places = OurPlaces();
  puente::v1::Activity& activity = *filler_.record()->mutable_activity();
  if (!activity.has_iati_identifier() && !missing_.id.empty()) {
    filler_.Derive(places.id, missing_.id + "-" + std::to_string(grants_));
  } else if (!activity.has_iati_identifier()) {
    Report(PUENTE_WARNING, "TSG-0004", "the grant has no identifier",
           "say --in-opt missing_id=PREFIX to number such grants", Below(kGrants, "id"), "");
  }
  if (!activity.has_title()) filler_.Derive(places.title, title_);
  if (activity.descriptions().empty()) {
    filler_.Derive(places.description, activity.title().narratives(0).text());
  }
  for (puente::v1::Location& location : *activity.mutable_locations()) {
    if (!location.coordinates().has_latitude() || !location.coordinates().has_longitude()) continue;
    std::string pos;
    puente::AppendDecimal(location.coordinates().latitude(), &pos);
    pos += ' ';
    puente::AppendDecimal(location.coordinates().longitude(), &pos);
    location.mutable_point()->set_srs_name(std::string(kWgs84));
    location.mutable_point()->set_pos(pos);
  }
  if (has_award_) {
    activity.mutable_transactions(0)->mutable_transaction_type()->set_code("2");
    if (!activity.transactions(0).has_transaction_date()) {
      filler_.Derive(places.date, award_day_, kAward);
    }
  }
  for (puente::v1::Transaction& transaction : *activity.mutable_transactions()) {
    if (transaction.value().has_value_date()) continue;
    *transaction.mutable_value()->mutable_value_date() = transaction.transaction_date().date();
  }
  filler_.Derive(places.status, "2");
  std::string funder(kNotSpecified);
  std::string funder_id(PublisherOf(id_));
  for (const puente::v1::ParticipatingOrganisation& organisation : activity.participating_orgs()) {
    if (organisation.role() != "1") continue;
    funder = organisation.narratives(0).text();
    if (organisation.has_ref()) funder_id = organisation.ref();
    break;
  }
  if (funder_id.empty()) funder_id = PublisherOf(activity.iati_identifier());
  if (!funder_id.empty()) filler_.Derive(places.reporter, funder_id);
  filler_.Derive(places.reporter_type, OrganisationType(funder_id));
  filler_.Derive(places.reporter_name, funder);
  if (activity.participating_orgs().empty()) filler_.Derive(places.funder, funder);
  if (!activity.activity_dates().empty()) return;
  if (!award_day_.empty()) filler_.Derive(places.start, award_day_);
}

void GrantReader::Reject(std::string_view message, std::string_view hint) {
  const uint32_t path = run_.Intern(kGrants);
  run_.CountRead(path, 1);
  run_.CountRejected(path, 1);
  Report(PUENTE_ERROR, "TSG-0006", message, hint, kGrants, slice_.text.substr(0, 200));
}

PuentePosition GrantReader::Position() const {
  PuentePosition position{};
  position.offset = slice_.offset;
  position.line = slice_.line;
  position.column = slice_.column;
  return position;
}

void GrantReader::Report(int32_t severity, std::string_view code, std::string_view message,
                         std::string_view hint, std::string_view path, std::string_view text) {
  sdk::Finding finding;
  finding.severity = severity;
  finding.code = code;
  finding.message = message;
  finding.hint = hint;
  finding.path = path;
  finding.text = text;
  finding.record_id = puente::TrimXmlSpace(id_);
  finding.offset = slice_.offset;
  finding.line = slice_.line;
  finding.column = slice_.column;
  run_.Report(finding);
}

}  // namespace threesixtygiving
