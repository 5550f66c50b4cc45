// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Writes the element of one record by the element table, residue and source texts included.
#ifndef PUENTE_PLUGINS_IATI_RECORD_WRITER_H_
#define PUENTE_PLUGINS_IATI_RECORD_WRITER_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "core/plugin/sdk/puente_sdk.h"
#include "core/text/xml_writer.h"
#include "plugins/iati/element_table.h"

namespace puente::iati {

/// A namespace declaration that records need because their own root had it.
using Declarations = std::vector<std::pair<std::string, std::string>>;

/// Writes records as XML and counts what it writes. One for each writer.
class RecordWriter {
 public:
  RecordWriter(const sdk::Run& run, const ElementTable& table);

  /// Takes the record whose parts are written next.
  void Begin(const v1::Record& record);
  /// Writes the record's element at a depth of the layout, with declarations that are not its own.
  absl::Status WriteRecord(const google::protobuf::Message& content, const ElementRule& rule,
                           int depth, const Declarations& declarations, text::XmlWriter* xml);
  /// Writes attributes of the root element: leaves of the header, then its residue.
  absl::Status WriteRootAttributes(const google::protobuf::Message& header, const ElementRule& rule,
                                   text::XmlWriter* xml);
  /// Writes a node that is no part of a typed element. `parent_path` is empty outside of the root.
  absl::Status WriteNode(const v1::XmlNode& node, std::string_view parent_path, int depth,
                         bool layout, text::XmlWriter* xml);

  /// The text of a leaf as it would be written, or false.
  bool LeafText(const LeafRule& rule, const google::protobuf::Message& message, const Step* value,
                std::string* text);
  /// Counts one leaf as written.
  void CountLeaf(const LeafIds& ids);
  void CountResidue(std::string_view path);
  void CountAt(std::string_view path, uint32_t field_path);

  /// Tells the host what was kept of the record, and what has no place in IATI.
  void End(const sdk::RecordInfo& info);

  /// Residue of the record by place.
  const std::vector<const v1::ResidueNode*>& outside() const { return outside_; }
  /// Nodes and attributes of the content itself (of the root element, for a header).
  std::vector<const v1::ResidueNode*> OwnNodes() const;

  /// Text of a lexical form at a path that stands for the value, or null.
  const v1::LexicalForm* FindLexical() const;

 private:
  struct Instance {
    const ElementRule* rule = nullptr;
    int index = 0;
  };

  absl::Status WriteElement(const ElementRule& rule, const google::protobuf::Message& message,
                            int depth, bool preserve, const Declarations* declarations,
                            text::XmlWriter* xml);
  absl::Status WriteText(const ElementRule& rule, const google::protobuf::Message& message,
                         const std::vector<const v1::ResidueNode*>& nodes, int depth,
                         text::XmlWriter* xml);
  absl::Status WriteChildren(const ElementRule& rule, const google::protobuf::Message& message,
                             const std::vector<const v1::ResidueNode*>& nodes, int depth,
                             bool preserve, text::XmlWriter* xml);
  absl::Status WriteChild(const ElementRule& child, int index,
                          const google::protobuf::Message& parent, int depth, bool preserve,
                          text::XmlWriter* xml);
  absl::Status WriteUnknown(const v1::XmlElement& element, std::string_view parent_path, int depth,
                            bool preserve, text::XmlWriter* xml);
  absl::Status WriteAttribute(std::string_view name, std::string_view value, bool* written,
                              text::XmlWriter* xml);
  /// How many instances of a child there are; enters no path.
  int CountInstances(const ElementRule& child, const google::protobuf::Message& parent);
  /// The instances in the order of the source where it is known, else in the standard's.
  void ListChildren(const ElementRule& rule, const google::protobuf::Message& message,
                    std::vector<Instance>* out);
  bool HasChild(const ElementRule& rule, const google::protobuf::Message& message);
  std::string PathKey() const;
  void RefuseNode(std::string_view what, std::string_view text, uint32_t field_path,
                  uint64_t leaves);

  const sdk::Run run_;
  const ElementTable& table_;
  std::unordered_set<uint32_t> known_fields_;

  const v1::Record* record_ = nullptr;
  bool special_ = false;  // the record has source texts, residue or orders
  std::vector<uint32_t> path_;
  std::unordered_map<std::string, std::vector<const v1::ResidueNode*>> residue_;
  std::unordered_map<std::string, const v1::LexicalForm*> lexical_;
  std::unordered_map<std::string, const v1::ChildOrder*> orders_;
  std::vector<const v1::ResidueNode*> outside_;

  std::vector<uint32_t> counts_;
  std::vector<uint32_t> touched_;
  std::vector<PuenteLeaves> other_counts_;  // leaves that the table has no number for
  // Where in `other_counts_` a source path and a field path are.
  absl::flat_hash_map<std::pair<uint32_t, uint32_t>, size_t> other_places_;
  std::vector<uint32_t> derived_;
  absl::flat_hash_map<std::string, uint32_t> interned_;
};

}  // namespace puente::iati

#endif  // PUENTE_PLUGINS_IATI_RECORD_WRITER_H_
