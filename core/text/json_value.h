// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// JSON values in the residue of records: from a parsed document, and back to text.

#ifndef PUENTE_CORE_TEXT_JSON_VALUE_H_
#define PUENTE_CORE_TEXT_JSON_VALUE_H_

#include <optional>
#include <string>
#include <string_view>

#include "absl/functional/function_ref.h"
#include "core/text/json_tree.h"
#include "puente/v1/residue.pb.h"

namespace puente::text {

/// Called with the path of a value: names of members, with a separator between them; elements of
/// arrays and members without a name add nothing.
using TakePath = absl::FunctionRef<void(const std::string& path)>;

/// Puts a value and all that it holds into a message. Texts of numbers and escapes stay as they
/// are, members keep their order.
void CopyJsonValue(const JsonTree& tree, const JsonNode& value, v1::JsonValue* out);

/// Calls `take` for each value that holds no other, `value` itself if it is one. `path` is the path
/// of `value`.
void ForEachJsonLeaf(const JsonTree& tree, const JsonNode& value, std::string_view path,
                     char separator, TakePath take);

/// Appends a value as JSON. Calls `take` for each value in it that holds no other, and `refuse` for
/// what is none that CopyJsonValue makes, such as a scalar that is no JSON: `null` stands there.
void AppendJsonValue(const v1::JsonValue& value, std::string_view path, char separator,
                     std::string* out, TakePath take, TakePath refuse);

/// Appends a text, which must be UTF-8, as a string of JSON.
void AppendJsonText(std::string_view text, std::string* out);

/// True for the JSON text of one value that is no array or object, without white space around.
bool IsJsonScalar(std::string_view json);

/// What a string of JSON says; nothing when the text is none.
std::optional<std::string> JsonStringText(std::string_view json);

}  // namespace puente::text

#endif  // PUENTE_CORE_TEXT_JSON_VALUE_H_
