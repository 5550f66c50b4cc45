// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// The IATI element table, resolved against the schema: elements, attributes and their fields.
#ifndef PUENTE_PLUGINS_IATI_ELEMENT_TABLE_H_
#define PUENTE_PLUGINS_IATI_ELEMENT_TABLE_H_

#include <google/protobuf/descriptor.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/message_draft.h"
#include "core/plugin/sdk/puente_sdk.h"
#include "plugins/iati/name_map.h"
#include "proto/field_access.h"

namespace puente::iati {

using google::protobuf::FieldDescriptor;

/// The two generations of the standard: 1.0x, where texts stand in the elements, and 2.0x, where
/// they stand in `narrative`.
enum class Model : uint8_t { kOne = 1, kTwo = 2 };

/// What kind of root a file has.
enum class Root : uint8_t { kActivities, kOrganisations, kBareActivity, kBareOrganisation };

/// Name of the root element, and whether records are its children.
std::string_view RootName(Root root);
inline bool IsBare(Root root) {
  return root == Root::kBareActivity || root == Root::kBareOrganisation;
}
inline bool IsActivities(Root root) {
  return root == Root::kActivities || root == Root::kBareActivity;
}

/// How the text of a leaf becomes a value of its field.
enum class LeafType : uint8_t { kString, kBool, kInt32, kDecimal, kDate, kDateTime };

/// Words of 1.0x and their codes, both ways.
struct WordList {
  std::vector<std::pair<std::string, std::string>> pairs;  // word, code
  /// The code of a word, case set aside; empty when it is no word of the list.
  std::string_view CodeOf(std::string_view word) const;
  /// The word of a code; empty when it has none.
  std::string_view WordOf(std::string_view code) const;
};

/// Ids of a leaf: where it stands in the source and in the schema (ids of the host), and its number
/// among all leaves of the table.
struct LeafIds {
  uint32_t source_path = 0;
  uint32_t field_path = 0;
  uint32_t number = 0;
};

/// A field on the way from a message to a value.
struct Step {
  const FieldDescriptor* field = nullptr;
  const FieldAccess* access = nullptr;
  /// The same field in drafts.
  const DraftField* draft = nullptr;
  /// Number of the field.
  uint32_t number = 0;
  bool is_repeated = false;
};

/// An attribute, or the text of an element, that goes to a field. What each leaf needs comes first,
/// in one line of the processor's cache: the file streams through it, so that the table is read
/// anew again and again.
struct alignas(64) LeafRule {
  /// Of the last step; of the element's where there are no steps.
  DraftField field;
  const WordList* words = nullptr;
  LeafIds ids;
  LeafType type = LeafType::kString;
  /// True when there are messages on the way.
  bool is_nested = false;

  /// Name of the attribute; `text()` for the text.
  std::string name;
  /// Fields from the element's message to the leaf; all but the last are messages. Steps that are
  /// repeated mean the first element.
  std::vector<Step> steps;

  /// True when the text is the value as it is.
  bool is_plain() const { return type == LeafType::kString && words == nullptr; }
};

/// An element that goes to a message or a value. What each element needs comes first, as above.
struct alignas(64) ElementRule {
  /// Of the last step; not set for a record's own element.
  DraftField field;
  /// The element as an empty leaf.
  LeafIds empty;
  /// Place among the parent's children.
  uint32_t order = 0;
  /// True when there are messages on the way.
  bool is_nested = false;
  /// True when the last step is itself the value (`text` is its rule then, without steps).
  bool is_value = false;
  /// True when the last step is repeated.
  bool is_repeated = false;
  bool has_text = false;
  alignas(64) NameMap<ElementRule> child_by_name;
  alignas(64) NameMap<LeafRule> attribute_by_name;
  LeafRule text;
  /// Fields from the parent's message; empty for a record's own element.
  std::vector<Step> steps;
  std::vector<LeafRule> attributes;
  /// Children in the standard's order.
  std::vector<std::unique_ptr<ElementRule>> children;
  std::string name;
  /// Path of the element in the source.
  std::string source_path;

  const ElementRule* FindChild(std::string_view child) const { return child_by_name.Find(child); }
  const LeafRule* FindAttribute(std::string_view attribute) const {
    return attribute_by_name.Find(attribute);
  }
};

/// The table of one generation and kind of root.
class ElementTable {
 public:
  /// Builds the table from the data files; path ids come from the host. Fails only when the data
  /// files do not fit the schema, which a test excludes.
  static absl::StatusOr<std::unique_ptr<ElementTable>> Build(Model model, Root root,
                                                             const sdk::Run& run);
  /// The table of the process, built at first use.
  static absl::StatusOr<const ElementTable*> Get(Model model, Root root, const sdk::Run& run);

  Model model() const { return model_; }
  Root root() const { return root_; }
  /// The record's element.
  const ElementRule& record() const { return *record_; }
  /// The root element with its attributes; for a bare root it has no attributes.
  const ElementRule& header() const { return *header_; }
  /// How many leaf numbers there are.
  uint32_t leaf_count() const { return leaf_count_; }
  /// The ids of a leaf number.
  const LeafIds& leaf(uint32_t number) const { return leaves_[number]; }
  /// The content message of records and of the header, and where the record's identifier stands.
  const DraftType& record_type() const { return *record_type_; }
  const DraftType& header_type() const { return *header_type_; }
  const DraftField& record_id() const { return *record_id_; }
  /// Id of the field path `residue`.
  uint32_t residue_field() const { return residue_field_; }
  /// Path of the root element and of records in the source.
  std::string_view root_path() const { return header_->source_path; }

 private:
  ElementTable() = default;
  absl::Status Load(const sdk::Run& run);
  LeafIds MakeLeaf(const sdk::Run& run, std::string_view source, std::string_view field);

  Model model_ = Model::kTwo;
  Root root_ = Root::kActivities;
  std::unique_ptr<ElementRule> record_;
  std::unique_ptr<ElementRule> header_;
  const DraftType* record_type_ = nullptr;
  const DraftType* header_type_ = nullptr;
  const DraftField* record_id_ = nullptr;
  std::vector<LeafIds> leaves_;
  uint32_t leaf_count_ = 0;
  uint32_t residue_field_ = 0;
};

/// The data files, embedded by the build.
std::string_view ElementsTsv();
std::string_view Codes1xTsv();

}  // namespace puente::iati

#endif  // PUENTE_PLUGINS_IATI_ELEMENT_TABLE_H_
