// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Field paths of expressions, resolved against the schema once.

#include "core/filter/field_resolver.h"

#include <cstddef>
#include <string>
#include <utility>

#include "core/base/schema.h"
#include "core/base/strings.h"
#include "fmt/format.h"
#include "puente/v1/record.pb.h"

namespace puente::filter {
namespace {

using ::google::protobuf::Descriptor;
using ::google::protobuf::FieldDescriptor;

// Longer words are no slip of a name.
constexpr size_t kLongestName = 80;

const Descriptor& RecordType() { return *v1::Record::descriptor(); }

// The fields of Record that hold the content of what a filter chooses: all kinds but the header.
std::vector<const FieldDescriptor*> ContentFields() {
  std::vector<const FieldDescriptor*> fields;
  const auto* content =
      RecordType().FindFieldByNumber(v1::Record::kActivityFieldNumber)->containing_oneof();
  for (int i = 0; i < content->field_count(); ++i) {
    if (content->field(i)->number() != v1::Record::kDatasetHeaderFieldNumber) {
      fields.push_back(content->field(i));
    }
  }
  return fields;
}

// How far a path leads.
struct Attempt {
  FieldChain chain;
  // Steps of the path that lead somewhere.
  size_t steps = 0;
  // Where it ends: null below a value.
  const Descriptor* type = nullptr;
};

Attempt Follow(const std::vector<PathStep>& path, FieldChain begin, const Descriptor* type) {
  Attempt attempt;
  attempt.chain = std::move(begin);
  attempt.type = type;
  for (const PathStep& step : path) {
    if (attempt.type == nullptr) return attempt;
    const FieldChain found = FindField(*attempt.type, step.name);
    if (found.empty()) return attempt;
    attempt.chain.insert(attempt.chain.end(), found.begin(), found.end());
    const Descriptor* below = found.back()->message_type();
    attempt.type = below != nullptr && !IsLeafMessage(*below) ? below : nullptr;
    ++attempt.steps;
  }
  return attempt;
}

std::string DidYouMean(const PathStep& step, const std::vector<std::string>& names) {
  const std::string near = step.name.size() > kLongestName ? "" : NearestName(step.name, names);
  return near.empty() ? "" : fmt::format("did you mean `{}`?", near);
}

absl::Status UnknownBeginning(std::string_view text, const PathStep& step) {
  std::vector<std::string> names;
  AppendFieldNames(*v1::Activity::descriptor(), &names);
  AppendFieldNames(*v1::Organisation::descriptor(), &names);
  AppendFieldNames(RecordType(), &names);
  for (const FieldDescriptor* content : ContentFields()) {
    AppendFieldNames(*content->message_type(), &names);
  }
  std::string hint = DidYouMean(step, names);
  if (hint.empty()) {
    hint = "the names are the keys of JSON Lines: puente convert FILE - --to jsonl --limit 1";
  }
  return ExpressionError(text, step.span, fmt::format("records have no field `{}`", step.name),
                         std::move(hint));
}

absl::Status UnknownField(std::string_view text, const std::vector<PathStep>& path,
                          const Attempt& attempt) {
  const PathStep& step = path[attempt.steps];
  if (attempt.type == nullptr) {
    return ExpressionError(text, step.span,
                           fmt::format("`{}` is one value: there is no `{}` below it",
                                       path[attempt.steps - 1].name, step.name),
                           "compare the value itself");
  }
  std::vector<std::string> names;
  AppendFieldNames(*attempt.type, &names);
  std::string hint = DidYouMean(step, names);
  if (hint.empty()) {
    constexpr int kShown = 8;
    std::string list;
    for (int i = 0; i < attempt.type->field_count() && i < kShown; ++i) {
      list += fmt::format("{}{}", list.empty() ? "" : ", ", attempt.type->field(i)->name());
    }
    hint = fmt::format("it has {}{}", list, attempt.type->field_count() > kShown ? ", ..." : "");
  }
  return ExpressionError(
      text, step.span,
      fmt::format("`{}` has no field `{}`", path[attempt.steps - 1].name, step.name),
      std::move(hint));
}

}  // namespace

absl::StatusOr<std::vector<FieldChain>> ResolvePath(std::string_view text,
                                                    const std::vector<PathStep>& path) {
  const FieldDescriptor* own = RecordType().FindFieldByName(path[0].name);
  if (own != nullptr && own->number() == v1::Record::kDatasetHeaderFieldNumber) {
    return ExpressionError(text, path[0].span, "the headers of datasets are not filtered",
                           "name a field of the records, such as identity.dataset");
  }
  Attempt best;
  std::vector<FieldChain> chains;
  const auto try_from = [&](FieldChain begin, const Descriptor* type) {
    Attempt attempt = Follow(path, std::move(begin), type);
    if (attempt.steps == path.size()) chains.push_back(attempt.chain);
    if (attempt.steps > best.steps) best = std::move(attempt);
  };
  if (own != nullptr) {
    try_from({}, &RecordType());
  } else {
    for (const FieldDescriptor* content : ContentFields()) {
      try_from({content}, content->message_type());
    }
    // Second names of fields of Record come last: `extension` is none of a content.
    if (best.steps == 0) try_from({}, &RecordType());
  }
  if (!chains.empty()) return chains;
  return best.steps == 0 ? UnknownBeginning(text, path[0]) : UnknownField(text, path, best);
}

}  // namespace puente::filter
