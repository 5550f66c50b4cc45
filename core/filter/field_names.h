// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Fields of the schema by the names that expressions may use for them.

#ifndef PUENTE_CORE_FILTER_FIELD_NAMES_H_
#define PUENTE_CORE_FILTER_FIELD_NAMES_H_

#include <string>
#include <string_view>
#include <vector>

#include "google/protobuf/descriptor.h"

namespace puente::filter {

/// Fields from a message downwards, each a field of the one before it.
using FieldChain = std::vector<const google::protobuf::FieldDescriptor*>;

/// A second name of a field, from core/filter/field_aliases.tsv.
struct FieldAlias {
  /// Name of the message without its package; `*` is any message that has the field.
  std::string_view message;
  std::string_view name;
  /// What it stands for: names of fields with dots between.
  std::string_view path;
};

/// All second names, in the order of the file. Read once.
const std::vector<FieldAlias>& FieldAliases();

/// What a name stands for in a message: its field of that name, or the fields of a second name.
/// Empty when there is none.
FieldChain FindField(const google::protobuf::Descriptor& message, std::string_view name);

/// Appends the names that FindField knows in a message: those of the fields, then second ones.
void AppendFieldNames(const google::protobuf::Descriptor& message, std::vector<std::string>* out);

}  // namespace puente::filter

#endif  // PUENTE_CORE_FILTER_FIELD_NAMES_H_
