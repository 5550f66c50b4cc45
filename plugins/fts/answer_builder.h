// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Makes records of the parts of an FTS answer, with nothing lost.
#ifndef PUENTE_PLUGINS_FTS_ANSWER_BUILDER_H_
#define PUENTE_PLUGINS_FTS_ANSWER_BUILDER_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/plugin/sdk/puente_sdk.h"
#include "core/text/json_tree.h"
#include "plugins/fts/answer_leaves.h"
#include "plugins/fts/key_table.h"
#include "puente/v1/record.pb.h"

namespace puente::fts {

/// Where in the file a part is.
struct PartPlace {
  uint64_t offset = 0;
  uint64_t line = 0;
  uint64_t column = 0;
};

/// Builds one record after the other. Counts each value that holds no other, as a receipt does.
class AnswerBuilder {
 public:
  explicit AnswerBuilder(const sdk::Run& run);

  /// Fills in an element of an answer's array, an object. `record` is empty.
  void BuildElement(const text::JsonTree& tree, RecordKind kind, const PartPlace& place,
                    v1::Record* record);
  /// Fills in a header with what stands around the array. `skip` names the members that lead to the
  /// array, which has no element here; with none, all of the document is residue.
  void BuildEnvelope(const text::JsonTree& tree, const std::vector<std::string>& skip,
                     v1::Record* record);
  /// Counts the array of an answer as one that is empty.
  void CountEmptyArray(const std::string& array) { leaves_.CountEmptyArray(array); }

  /// The record's own identifier.
  const std::string& id() const { return id_; }
  /// The leaves of the newest record; gone with the next one.
  const std::vector<PuenteLeaves>& TakeLeaves() { return leaves_.Take(); }

 private:
  using Message = google::protobuf::Message;

  void Begin(v1::Record* record, const PartPlace& place);
  /// Puts source texts and residue into the order of the schema.
  void SortParts();
  void BuildObject(const text::JsonTree& tree, const text::JsonNode& object,
                   const ObjectRules& rules, Message* message);
  void BuildMember(const text::JsonTree& tree, const text::JsonNode& node, const KeyRule& rule,
                   Message* message);
  void BuildScalar(const text::JsonNode& node, const KeyRule& rule, Message* message);
  void BuildBehavior(const text::JsonNode& node, const KeyRule& rule, Message* message);
  void BuildList(const text::JsonTree& tree, const text::JsonNode& node, const KeyRule& rule,
                 Message* message);
  void BuildObjects(const text::JsonTree& tree, const text::JsonNode& node, const KeyRule& rule,
                    Message* message);
  /// The message that holds a rule's field, made where it is not there.
  static Message* Holder(const KeyRule& rule, Message* message);
  /// Goes on from the message that is filled in to a rule's field.
  void Enter(const KeyRule& rule);
  void AddForm(const KeyRule& rule, uint32_t index, std::string_view text, v1::LexicalState state);
  void AddResidue(const text::JsonTree& tree, const text::JsonNode& node,
                  std::string_view source_path, bool is_named);
  /// Reports what contradicts itself in a flow.
  void CheckFlow(const v1::Activity& activity);
  void Report(const text::JsonNode& node, const KeyRule& rule);

  const sdk::Run run_;
  v1::Record* record_ = nullptr;
  PartPlace place_;
  std::string id_;
  // Of the message that is filled in, from the content.
  std::vector<uint32_t> path_;
  // Objects that lead from that message to the one that is read.
  std::vector<std::string> within_;

  AnswerLeaves leaves_;
};

}  // namespace puente::fts

#endif  // PUENTE_PLUGINS_FTS_ANSWER_BUILDER_H_
