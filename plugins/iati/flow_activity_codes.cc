// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Makes of what a flow is for the places, sectors, scopes and tags of its activity.
#include <vector>

#include "plugins/iati/flow_activity.h"
#include "plugins/iati/flow_codes.h"
#include "plugins/iati/flow_paths.h"

namespace puente::iati {
namespace {

// Codes of IATI that say that something is not said.
constexpr const char* kSectorNotSpecified = "99810";
constexpr const char* kRegionNotSpecified = "998";

/// True for one that does not share the money with others which the flow does not name.
bool IsAlone(const std::vector<const v1::MoneyEndpoint*>& ends) {
  return ends.size() == 1 && ends[0]->split().kind() != v1::SPLIT_KIND_SHARED;
}

}  // namespace

void FlowActivity::AddPlaces() {
  const Ends places = Destinations(v1::MoneyEndpoint::kPlace);
  std::vector<const FlowCountry*> countries;
  for (const v1::MoneyEndpoint* end : places) {
    const FlowCountry* const country = FindFlowCountry(NameOf(end->place().narratives()));
    if (country != nullptr) countries.push_back(country);
  }
  const bool all_known = countries.size() == places.size();
  const std::string path = Join(kDestinations, "place");
  if (IsAlone(places) && all_known) {
    const v1::PlaceRef& place = places[0]->place();
    v1::RecipientCountry* const out = out_.add_recipient_countries();
    out->set_code(std::string(countries[0]->code));
    if (place.has_ref()) account_.Keep(Join(path, "ref"), "activity.recipient_countries.code");
    out->add_narratives()->set_text(NameOf(place.narratives()));
    account_.Keep(Join(path, "narratives.text"), "activity.recipient_countries.narratives.text");
    KeepEnd(*places[0], kDestinations, 1);
    return;
  }
  for (const v1::MoneyEndpoint* end : places) {
    const FlowCountry* const country = FindFlowCountry(NameOf(end->place().narratives()));
    if (AddLocation(end->place(), country == nullptr ? std::string_view() : country->code)) {
      KeepEnd(*end, kDestinations, places.size());
    }
  }
  v1::RecipientRegion* const region = out_.add_recipient_regions();
  if (places.empty() || !all_known) {
    region->set_code(kRegionNotSpecified);
    region->set_vocabulary("1");
  } else {
    region->set_code(std::string(CommonRegion(countries)));
    region->set_vocabulary("2");
  }
}

bool FlowActivity::AddLocation(const v1::PlaceRef& place, std::string_view code) {
  const std::string path = Join(kDestinations, "place");
  const std::string name_path = Join(path, "narratives.text");
  v1::Location* const out = out_.add_locations();
  if (CanSay(Join(path, "ref"), place.ref())) {
    out->set_ref(place.ref());
    account_.Keep(Join(path, "ref"), "activity.locations.ref");
  }
  if (!code.empty()) {
    v1::CodedValue* const id = out->add_location_ids();
    id->set_vocabulary("A4");
    id->set_code(std::string(code));
  }
  if (CanSay(name_path, NameOf(place.narratives()))) {
    out->mutable_name()->add_narratives()->set_text(NameOf(place.narratives()));
    account_.Keep(name_path, "activity.locations.name.narratives.text");
  }
  // An element with nothing in it would say nothing.
  if (out->has_ref() || out->has_name()) return true;
  out_.mutable_locations()->RemoveLast();
  return false;
}

void FlowActivity::AddSectors() {
  using End = v1::MoneyEndpoint;
  const Ends global = Destinations(End::kGlobalCluster);
  for (const End* end : global) {
    const v1::CodedValue& cluster = end->global_cluster();
    const std::string path = Join(kDestinations, "global_cluster");
    const std::string_view code = FindGlobalCluster(cluster.code());
    const bool is_said = IsAlone(global)
                             ? AddSector(cluster, path, code, code.empty() ? "99" : "10")
                             : AddTag(cluster, path, FlowScheme("global_cluster_vocabulary"));
    if (is_said) KeepEnd(*end, kDestinations, global.size());
  }
  const Ends clusters = Destinations(End::kCluster);
  for (const End* end : clusters) {
    const std::string path = Join(kDestinations, "cluster");
    const bool is_said = IsAlone(clusters)
                             ? AddSector(end->cluster(), path, "", "98")
                             : AddTag(end->cluster(), path, FlowScheme("cluster_vocabulary"));
    if (is_said) KeepEnd(*end, kDestinations, clusters.size());
  }
  if (!out_.sectors().empty()) return;
  v1::Sector* const none = out_.add_sectors();
  none->set_vocabulary("1");
  none->set_code(kSectorNotSpecified);
}

template <typename Coded>
bool FlowActivity::MoveCoded(const v1::CodedValue& from, const std::string& path,
                             std::string_view to, Coded* out) {
  const std::string code_path = Join(path, "code");
  const std::string name_path = Join(path, "narratives.text");
  if (!CanSay(code_path, from.code())) return false;
  out->set_code(from.code());
  account_.Keep(code_path, Join(to, "code"));
  if (CanSay(name_path, NameOf(from.narratives()))) {
    out->add_narratives()->set_text(NameOf(from.narratives()));
    account_.Keep(name_path, Join(to, "narratives.text"));
  }
  return true;
}

bool FlowActivity::AddSector(const v1::CodedValue& cluster, const std::string& path,
                             std::string_view code, const char* vocabulary) {
  v1::Sector out;
  if (!MoveCoded(cluster, path, "activity.sectors", &out)) return false;
  if (!code.empty()) out.set_code(std::string(code));
  out.set_vocabulary(vocabulary);
  if (out.vocabulary() == "99") out.set_vocabulary_uri(FlowScheme("global_cluster_vocabulary"));
  if (out.vocabulary() == "98") out.set_vocabulary_uri(FlowScheme("cluster_vocabulary"));
  *out_.add_sectors() = out;
  return true;
}

bool FlowActivity::AddTag(const v1::CodedValue& value, const std::string& path,
                          const std::string& vocabulary) {
  v1::CodedValue tag;
  if (!MoveCoded(value, path, "activity.tags", &tag)) return false;
  tag.set_vocabulary("99");
  tag.set_vocabulary_uri(vocabulary);
  *out_.add_tags() = tag;
  return true;
}

void FlowActivity::AddScopes() {
  using End = v1::MoneyEndpoint;
  const auto add = [this](const Ends& ends, const char* type, const std::string& vocabulary,
                          const std::string& path) {
    for (const End* end : ends) {
      v1::HumanitarianScope scope;
      const v1::CodedValue& value = end->has_plan() ? end->plan() : end->emergency();
      if (!MoveCoded(value, path, "activity.humanitarian_scopes", &scope)) continue;
      scope.set_type(type);
      scope.set_vocabulary("99");
      scope.set_vocabulary_uri(vocabulary);
      *out_.add_humanitarian_scopes() = scope;
      KeepEnd(*end, kDestinations, ends.size());
    }
  };
  add(Destinations(End::kEmergency), "1", FlowScheme("emergency_vocabulary"),
      Join(kDestinations, "emergency"));
  add(Destinations(End::kPlan), "2", FlowScheme("plan_vocabulary"), Join(kDestinations, "plan"));
}

void FlowActivity::AddAidTypes() {
  const std::string path = Join(kFlow, "earmarking_types");
  for (const std::string& word : flow_->flow().earmarking_types()) {
    const std::string_view code = FindEarmarkingCategory(word);
    if (code.empty()) {
      account_.Lose(path, PUENTE_LOSS_NO_EQUIVALENT, word);
      continue;
    }
    v1::CodedValue* const out = out_.add_default_aid_types();
    out->set_code(std::string(code));
    out->set_vocabulary("2");
    account_.Keep(path, "activity.default_aid_types.code");
  }
}

void FlowActivity::AddWords() {
  const v1::Flow& flow = flow_->flow();
  const auto add = [this](std::string_view field, const std::string& word,
                          std::string_view vocabulary) {
    const std::string path = Join(kFlow, field);
    if (!CanSay(path, word)) return;
    v1::CodedValue* const tag = out_.add_tags();
    tag->set_code(word);
    tag->set_vocabulary("99");
    tag->set_vocabulary_uri(FlowScheme(vocabulary));
    tag->add_narratives()->set_text(word);
    account_.Keep(path, "activity.tags.code");
  };
  add("flow_type", flow.flow_type(), "word_vocabulary");
  add("contribution_type", flow.contribution_type(), "word_vocabulary");
  add("method", flow.method(), "word_vocabulary");
  for (const std::string& keyword : flow.keywords()) add("keywords", keyword, "keyword_vocabulary");
}

}  // namespace puente::iati
