// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Fields of the schema by the names that expressions may use for them.

#include "core/filter/field_names.h"

#include <cstddef>

namespace puente::filter {

// The text of field_aliases.tsv, which the build puts in.
std::string_view FieldAliasesTsv();

namespace {

using ::google::protobuf::Descriptor;
using ::google::protobuf::FieldDescriptor;

std::string_view TakeUntil(char end, std::string_view* text) {
  const size_t at = text->find(end);
  const std::string_view part = text->substr(0, at);
  text->remove_prefix(at == std::string_view::npos ? text->size() : at + 1);
  return part;
}

std::vector<FieldAlias> ReadAliases(std::string_view text) {
  std::vector<FieldAlias> aliases;
  while (!text.empty()) {
    std::string_view line = TakeUntil('\n', &text);
    if (line.empty() || line.front() == '#') continue;
    FieldAlias& alias = aliases.emplace_back();
    alias.message = TakeUntil('\t', &line);
    alias.name = TakeUntil('\t', &line);
    alias.path = line;
  }
  return aliases;
}

// The fields of a path of fields' own names; empty when one is not there.
FieldChain FollowPath(const Descriptor& message, std::string_view path) {
  FieldChain chain;
  const Descriptor* type = &message;
  while (!path.empty()) {
    const FieldDescriptor* field =
        type == nullptr ? nullptr : type->FindFieldByName(std::string(TakeUntil('.', &path)));
    if (field == nullptr) return {};
    chain.push_back(field);
    type = field->message_type();
  }
  return chain;
}

}  // namespace

const std::vector<FieldAlias>& FieldAliases() {
  static const std::vector<FieldAlias>* const aliases =
      new std::vector<FieldAlias>(ReadAliases(FieldAliasesTsv()));
  return *aliases;
}

FieldChain FindField(const Descriptor& message, std::string_view name) {
  if (const FieldDescriptor* field = message.FindFieldByName(std::string(name))) return {field};
  for (const FieldAlias& alias : FieldAliases()) {
    if (alias.name != name || (alias.message != "*" && alias.message != message.name())) continue;
    FieldChain chain = FollowPath(message, alias.path);
    if (!chain.empty()) return chain;
  }
  return {};
}

void AppendFieldNames(const Descriptor& message, std::vector<std::string>* out) {
  for (int i = 0; i < message.field_count(); ++i) out->push_back(message.field(i)->name());
  for (const FieldAlias& alias : FieldAliases()) {
    if (alias.message != "*" && alias.message != message.name()) continue;
    if (!FollowPath(message, alias.path).empty()) out->emplace_back(alias.name);
  }
}

}  // namespace puente::filter
