// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// A record as a tree of its values, each with its source text and residue, for comparing.

#ifndef PUENTE_CORE_DIFF_VALUE_TREE_H_
#define PUENTE_CORE_DIFF_VALUE_TREE_H_

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "google/protobuf/descriptor.h"
#include "puente/v1/record.pb.h"

namespace puente::diff {

struct ValueNode;

/// What few nodes have.
struct RareParts {
  /// Of a piece of residue: `<usg:code>`, `@usg:ref`, `<!-- -->`, `<?target?>`, `text()`; of
  /// others empty.
  std::string residue_name;
  /// The text as the source wrote it, where that is not the canonical form, and what it says.
  std::optional<std::string> source_text;
  v1::LexicalState source_state = v1::LEXICAL_STATE_UNSPECIFIED;
  /// Where a piece of residue stands inside the text that it belongs to.
  std::optional<uint32_t> text_offset;
  /// Residue that belongs to the node, by name; pieces of one name in their order.
  std::vector<ValueNode> residue;
};

/// A field, an element of a repeated one, or a piece of residue.
struct ValueNode {
  /// Null for the root and for residue.
  const google::protobuf::FieldDescriptor* field = nullptr;
  /// Which element of a repeated field, or which piece of residue of its name.
  uint32_t index = 0;
  /// How many leaves are in it; at least 1.
  uint32_t leaves = 1;
  /// The value of a leaf in its canonical text; valid when `has_value`.
  std::string_view value;
  bool has_value = false;
  /// The value is a text, which is shown in quotes.
  bool is_text = false;
  /// The same for nodes with the same content, whatever the order of their elements; the field and
  /// the index are not in it.
  uint64_t hash = 0;
  std::unique_ptr<RareParts> rare;
  /// By number, then index.
  std::vector<ValueNode> fields;

  /// The name in paths, without index.
  std::string_view name() const;
  /// True when paths give an index.
  bool is_element() const { return field == nullptr || field->is_repeated(); }
  /// True when the order of the elements is content: cells stand in columns.
  bool in_order() const;
  const std::vector<ValueNode>& residue() const;
  std::optional<std::string_view> source_text() const;
  v1::LexicalState source_state() const;
  std::optional<uint32_t> text_offset() const;
};

/// A comment or the like that stands between records, or outside of the root element.
struct LooseNode {
  /// Such as `before the root element`.
  std::string_view place;
  std::string name;
  std::string value;
};

/// The values of a record; it borrows texts from the record, which must outlive it.
struct ValueTree {
  ValueNode root;
  std::vector<LooseNode> loose;
  /// Texts that are not in the record.
  std::deque<std::string> texts;
};

/// Makes the tree of a record: the content, lexical forms at their fields, residue at its parents,
/// extensions, and fields that the schema does not know. What the digest sets aside is left out,
/// and so are structural fields, such as the order of children.
/// `index` is that of the root, among records.
std::unique_ptr<const ValueTree> MakeValueTree(const v1::Record& record, uint32_t index = 0);

/// True when both have the same content, whatever the order of elements.
bool SameContent(const ValueNode& a, const ValueNode& b);

/// True when both have the same value and source text; what is in them is not looked at.
bool SameValue(const ValueNode& a, const ValueNode& b);

}  // namespace puente::diff

#endif  // PUENTE_CORE_DIFF_VALUE_TREE_H_
