// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Single values of FTS answers: from JSON into a field, and from a field as JSON.
#ifndef PUENTE_PLUGINS_FTS_JSON_VALUES_H_
#define PUENTE_PLUGINS_FTS_JSON_VALUES_H_

#include <string>
#include <string_view>

#include "core/base/text_form.h"
#include "core/text/json_tree.h"
#include "google/protobuf/message.h"
#include "plugins/fts/key_table.h"

namespace puente::fts {

/// Sets a field that is no list from a JSON value that is neither null nor an array or object.
/// Canonical: AppendValue writes the same again, up to escapes. Variant: the field holds the value,
/// and JSON writes it in another way. Invalid: it is no value of the field, which stays as it was.
TextForm SetValue(const text::JsonNode& node, Shape shape,
                  const google::protobuf::FieldDescriptor& field, google::protobuf::Message* out);

/// The same for an element of a list, which is added. An invalid one is not added.
TextForm AddElement(const text::JsonNode& node, Shape shape,
                    const google::protobuf::FieldDescriptor& field, google::protobuf::Message* out);

/// Appends a field's value as JSON. False, and nothing is appended, when the field holds what JSON
/// of this shape cannot say.
bool AppendValue(const google::protobuf::Message& message,
                 const google::protobuf::FieldDescriptor& field, Shape shape, std::string* out);

/// Appends element `index` of a list of texts or whole numbers.
bool AppendElement(const google::protobuf::Message& message,
                   const google::protobuf::FieldDescriptor& field, int index, Shape shape,
                   std::string* out);

}  // namespace puente::fts

#endif  // PUENTE_PLUGINS_FTS_JSON_VALUES_H_
