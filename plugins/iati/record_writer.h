// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Writes the element of one record by the element table, residue and source texts included.
#ifndef PUENTE_PLUGINS_IATI_RECORD_WRITER_H_
#define PUENTE_PLUGINS_IATI_RECORD_WRITER_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "core/plugin/sdk/puente_sdk.h"
#include "core/text/xml_writer.h"
#include "plugins/iati/element_table.h"
#include "plugins/iati/leaf_text.h"
#include "plugins/iati/message_view.h"
#include "plugins/iati/special_parts.h"
#include "plugins/iati/writer_table.h"

namespace puente::iati {

/// A namespace declaration that records need because their own root had it.
using Declarations = std::vector<std::pair<std::string, std::string>>;

/// A record for writing: its content in wire format, and all else as a message.
struct WrittenRecord {
  /// Number of the field of the oneof `content`.
  uint32_t kind = 0;
  std::string_view content;
  const v1::Record& beside;
  /// True when nobody has looked at the content's bytes yet.
  bool is_unchecked = false;
  /// True when the texts beside the values are those of an IATI file. Those of other formats are
  /// written in ways that IATI does not know, such as a date with a time: the values are written.
  bool has_own_texts = true;
};

/// The error for content whose bytes are not those of its message.
absl::Status MalformedContent();

/// Writes records as XML and counts what it writes. One for each writer.
class RecordWriter {
 public:
  /// The table must be one of the process (ElementTable::Get).
  RecordWriter(const sdk::Run& run, const ElementTable& table);

  /// Takes the record whose parts are written next; it must outlive their writing.
  void Begin(const WrittenRecord& record);
  /// Writes the record's element at a depth of the layout, with declarations that are not its own.
  /// `preserve`: `xml:space="preserve"` holds around it, so that layout would be text.
  absl::Status WriteRecord(int depth, bool preserve, const Declarations& declarations,
                           text::XmlWriter* xml);
  /// Writes attributes of the root element: leaves of the header, then its residue.
  absl::Status WriteRootAttributes(text::XmlWriter* xml);
  /// Writes a node that is no part of a typed element. `parent_path` is empty outside of the root.
  absl::Status WriteNode(const v1::XmlNode& node, std::string_view parent_path, int depth,
                         bool layout, text::XmlWriter* xml);

  /// True for a node that can stand outside of the root element: a comment or an instruction.
  /// Others are refused, and told.
  bool MayStandOutside(const v1::XmlNode& node);

  /// The texts of the header's attributes as they would be written.
  std::vector<std::pair<const LeafRule*, std::string>> HeaderTexts();
  /// Counts one leaf as written.
  void CountLeaf(const LeafIds& ids) {
    if (counts_[ids.number]++ == 0) touched_.push_back(ids.number);
  }
  /// Counts an element that was written with nothing in it.
  void CountEmpty(const ElementRule& rule, WireSpan value);
  void CountResidue(std::string_view path) { CountAt(path, table_.residue_field()); }
  void CountAt(std::string_view path, uint32_t field_path);

  /// What was written of the record, by path in the output and field path, and forgets it. It stays
  /// until the next record begins.
  std::span<const PuenteLeaves> TakeCounts();
  /// Tells the host what was kept of the record, and what has no place in IATI.
  void End(const sdk::RecordInfo& info);

  /// Residue that stands beside the content, in its order.
  const std::vector<const v1::ResidueNode*>& outside() const { return outside_; }
  /// Nodes and attributes of the content itself (of the root element, for a header).
  std::span<const SpecialPart> OwnNodes() const { return special_.nodes(); }

 private:
  using Nodes = std::span<const SpecialPart>;

  // An element that is about to be written.
  struct Instance {
    const WriterRule* rule = nullptr;
    WireSpan value{};
    // False for a value that is not there but has a source text.
    bool is_present = true;
    SpecialParts special;
  };

  absl::Status WriteElement(const Instance& element, int depth, bool preserve,
                            const Declarations* declarations, text::XmlWriter* xml);
  /// Writes an element at which, and below which, the record has nothing but values, as
  /// WriteElement does, only faster.
  absl::Status WritePlain(const WriterRule& rule, WireSpan value, size_t depth,
                          text::XmlWriter* xml);
  absl::Status WriteAttributes(const WriterRule& rule, const MessageView& view,
                               SpecialParts special, bool* has_any, text::XmlWriter* xml);
  absl::Status WriteOwnAttributes(const ElementRule& rule, Nodes nodes, bool* has_any,
                                  text::XmlWriter* xml);
  absl::Status WriteText(const Instance& element, const MessageView& view, Nodes nodes, int depth,
                         text::XmlWriter* xml);
  absl::Status WriteChildren(const Instance& element, const MessageView& view, Nodes nodes,
                             int depth, bool preserve, text::XmlWriter* xml);
  absl::Status WriteMixed(const Instance& element, const MessageView& view, Nodes nodes, int depth,
                          bool preserve, text::XmlWriter* xml);
  /// Calls `take` with the instances of all children in the order in which they are written.
  template <typename Take>
  void ForEachChild(const Instance& element, const MessageView& view, Take&& take);
  absl::Status WriteUnknown(const v1::XmlElement& element, std::string_view parent_path, int depth,
                            bool preserve, text::XmlWriter* xml);
  absl::Status WriteAttribute(std::string_view name, std::string_view value, bool* written,
                              text::XmlWriter* xml);

  /// The text of a leaf as it is to be written, or nothing. It lies in the record or in texts_.
  std::optional<std::string_view> LeafText(const WriterLeaf& leaf, const MessageView& view,
                                           SpecialParts special);
  /// The same where there is no source text, for a leaf whose first step is there.
  std::optional<std::string_view> PlainLeafText(const WriterLeaf& leaf, const MessageView& view) {
    if (!leaf.is_nested) return texts_.Canonical(*leaf.rule, view.First(leaf.slot));
    const std::optional<WireSpan> value = LeafValue(leaf, view);
    return value.has_value() ? texts_.Canonical(*leaf.rule, *value) : std::nullopt;
  }
  std::optional<WireSpan> LeafValue(const WriterLeaf& leaf, const MessageView& view);
  /// True when bytes of the record turned out to be none of a record.
  bool is_malformed() const { return is_malformed_ || texts_.is_malformed(); }
  std::optional<std::string_view> ValueText(const LeafRule& rule, std::optional<WireSpan> value,
                                            const v1::LexicalForm* form);
  /// Calls `take` with each instance of a child, in order, until it is false; false then, and when
  /// the bytes are malformed.
  template <typename Take>
  bool ForEachInstance(const WriterRule& child, const MessageView& parent, SpecialParts special,
                       Take&& take);
  template <typename Take>
  bool ForEachBelow(const WriterRule& child, size_t step, const MessageView& parent,
                    SpecialParts special, Take&& take);
  /// The instances in the order of the source where it is known, else in the standard's.
  void ListChildren(const WriterRule& rule, const MessageView& view, SpecialParts special,
                    std::vector<Instance>* out);
  bool HasChild(const WriterRule& rule, const MessageView& view, SpecialParts special);
  absl::Status RefuseLeaf(std::string_view what, const LeafRule& leaf, std::string_view text);
  void RefuseNode(std::string_view what, std::string_view text, uint32_t field_path,
                  uint64_t leaves);

  const sdk::Run run_;
  const ElementTable& table_;
  const WriterTable& writer_table_;
  std::vector<bool> known_fields_;  // by id

  WireSpan content_{};
  bool is_unchecked_ = false;
  bool has_own_texts_ = true;
  bool is_malformed_ = false;
  std::vector<SpecialPart> parts_;
  SpecialParts special_;
  std::vector<const v1::ResidueNode*> outside_;
  Rewritten rewritten_;
  LeafTexts texts_;

  std::vector<uint32_t> counts_;
  std::vector<uint32_t> touched_;
  std::vector<PuenteLeaves> other_counts_;  // leaves that the table has no number for
  std::vector<PuenteLeaves> taken_counts_;
  // Where in `other_counts_` a source path and a field path are.
  absl::flat_hash_map<std::pair<uint32_t, uint32_t>, size_t> other_places_;
  std::vector<uint32_t> derived_;
  absl::flat_hash_map<std::string, uint32_t> interned_;
  std::string odd_path_;  // where an attribute that the table does not have stands
};

}  // namespace puente::iati

#endif  // PUENTE_PLUGINS_IATI_RECORD_WRITER_H_
