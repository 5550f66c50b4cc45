// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// The table of keys: where each value of an FTS answer stands in the schema.
#ifndef PUENTE_PLUGINS_FTS_KEY_TABLE_H_
#define PUENTE_PLUGINS_FTS_KEY_TABLE_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "google/protobuf/descriptor.h"
#include "puente/v1/record.pb.h"

namespace puente::fts {

/// How JSON writes a value; see data/keys.tsv.
enum class Shape : uint8_t {
  kText,
  kDigits,
  kNumber,
  kFlag,
  kDate,
  kDay,
  kInstant,
  kBehavior,
  kTexts,
  kDigitList,
  kObject,
  kObjects,
};

/// One step to a field; into the first element where the field is repeated and the path goes on.
struct FieldStep {
  const google::protobuf::FieldDescriptor* field = nullptr;
};

struct ObjectRules;

/// A key of an object that stands at one place of the answer.
struct KeyRule {
  std::string key;
  Shape shape = Shape::kText;
  /// True when the field is one of the import context.
  bool is_context = false;
  /// From the message of the object; empty where an object's values stand in the same message.
  std::vector<FieldStep> steps;
  /// The path of the JSON value, `data.flows.sourceObjects`, and of the field.
  std::string source_path;
  std::string field_path;
  /// Dense number of the pair of paths, for counting.
  uint32_t number = 0;
  /// Of objects, alone or in an array: what they hold.
  std::unique_ptr<ObjectRules> below;
};

/// The keys of an object that stands at one place of the answer.
struct ObjectRules {
  std::string source_path;
  std::string field_path;
  /// Number of the object itself, when it is empty.
  uint32_t number = 0;
  std::vector<KeyRule> keys;
  /// More keys, by the member `type`; `*` for all other types.
  absl::flat_hash_map<std::string, std::vector<KeyRule>> by_type;

  /// The keys of a type; null when the object has no such ones.
  const std::vector<KeyRule>* KeysOfType(std::string_view type) const;
  /// The rules of a member that is an object without a field of its own; null when it is none.
  const ObjectRules* Within(std::string_view key) const;
};

/// The kinds of records of an answer.
enum class RecordKind { kFlow, kPlan, kPlace, kTotal };

/// The rules of the elements of an answer's array. Lives as long as the process.
const ObjectRules& RulesOf(RecordKind kind);
/// The rules of the object around the array: fields of a DatasetHeader.
const ObjectRules& AnswerRules();

/// How many numbers of paths there are; all are below.
uint32_t PathCount();
/// The two paths of a number.
struct PathPair {
  std::string source;
  std::string field;
};
const PathPair& PathsOf(uint32_t number);

}  // namespace puente::fts

#endif  // PUENTE_PLUGINS_FTS_KEY_TABLE_H_
