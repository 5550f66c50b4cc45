// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Builds one record from the XML events of its element, by the element table.
#ifndef PUENTE_PLUGINS_IATI_RECORD_BUILDER_H_
#define PUENTE_PLUGINS_IATI_RECORD_BUILDER_H_

#include <google/protobuf/arena.h>

#include <cstdint>
#include <cstring>
#include <memory>
#include <new>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "core/base/lexical.h"
#include "core/base/message_draft.h"
#include "core/base/text_form.h"
#include "core/plugin/sdk/puente_sdk.h"
#include "core/text/xml_reader.h"
#include "plugins/iati/element_table.h"

namespace puente::iati {

/// A source path that is longer takes no more elements: leaves below count at it. Building and
/// comparing long paths for each node of a deep element of long names would take too long.
inline constexpr size_t kMaxSourcePath = 1024;

/// True for text of XML white space alone.
inline bool IsBlank(std::string_view text) {
  for (const char c : text) {
    if (!IsXmlSpace(c)) return false;
  }
  return true;
}

/// Namespaces that are in scope: which prefixes are declared, and whether names without a prefix
/// are in the namespace of the root element.
class NamespaceScope {
 public:
  struct Mark {
    uint32_t declared = 0;
    bool foreign = false;
  };
  /// Enters an element.
  Mark Enter(std::span<const text::XmlAttribute> attributes) {
    const Mark mark{static_cast<uint32_t>(declared_.size()), foreign_};
    for (const text::XmlAttribute& attribute : attributes) {
      if (attribute.name[0] == 'x') Declare(attribute);
    }
    return mark;
  }
  /// Leaves the element that `mark` was got for.
  void Leave(const Mark& mark) {
    if (declared_.size() > mark.declared) Forget(mark.declared);
    foreign_ = mark.foreign;
  }
  /// Takes the root element's default namespace as home; call before Enter for the root.
  void SetHome(std::span<const text::XmlAttribute> attributes);
  /// True when a name without prefix is not of IATI here.
  bool foreign() const { return foreign_; }
  bool IsDeclared(std::string_view prefix) const;
  std::string_view home() const { return home_; }

 private:
  /// Takes an attribute, if it declares a namespace.
  void Declare(const text::XmlAttribute& attribute);
  /// Forgets the prefixes that were declared last, but so many.
  void Forget(size_t but);

  std::string home_;
  bool foreign_ = false;
  std::vector<std::string> declared_;
  absl::flat_hash_map<std::string, uint32_t> in_scope_;  // how often each is declared
};

/// Turns events into a record: typed fields by the table, all else into residue. Usage: Begin, then
/// Start/End/Text/Comment/Instruction, then Finish.
class RecordBuilder {
 public:
  RecordBuilder(const sdk::Run& run, const ElementTable& table, NamespaceScope* scope)
      : run_(run),
        table_(table),
        scope_(scope),
        arena_block_(std::make_unique_for_overwrite<char[]>(kArenaBlock)),
        arena_(arena_block_.get(), kArenaBlock),
        counts_(table.leaf_count(), 0) {}

  /// Begins a record, or the header of a file. With `attributes` null (the header of a bare root)
  /// there is no element to enter.
  /// `xml` is the reader that the events come from, at the element's start tag; `position` is the
  /// place of it. Places of findings are asked of the reader when they are needed: they take time.
  void Begin(bool is_header, const std::vector<text::XmlAttribute>* attributes,
             const text::XmlReader& xml, const text::XmlPosition& position, bool preserve);

  /// Takes the events of the record's element up to its end: kEnd. It stops early with kError and
  /// kEndOfDocument, which the reader gave, and with kText when a limit was passed: the place
  /// `last_offset` of the input, or the size of a text.
  text::XmlEvent TakeElement(text::XmlReader& xml, uint64_t last_offset, uint64_t text_bytes);

  /// Events inside the record's element. End returns true when that element itself ended.
  void Start(std::string_view name, std::span<const text::XmlAttribute> attributes);
  bool End();
  /// `is_blank`: the text is known to be white space.
  void Text(std::string_view text, bool is_blank);
  void Comment(std::string_view text);
  void Instruction(std::string_view target, std::string_view data);

  /// Closes the header's element, which stays open in the file, because the first record begins.
  void CloseOpen();

  /// Nodes beside the record: in the root element after it, or outside of the root element.
  void StartBeside(v1::ResiduePlace place, std::string_view parent_path, std::string_view name,
                   std::span<const text::XmlAttribute> attributes);
  void TextBeside(v1::ResiduePlace place, std::string_view parent_path, std::string_view text);
  void CommentBeside(v1::ResiduePlace place, std::string_view parent_path, std::string_view text);
  void InstructionBeside(v1::ResiduePlace place, std::string_view parent_path,
                         std::string_view target, std::string_view data);
  /// True while an element that StartBeside began is open; its events go to Start, End and so on.
  bool beside_open() const { return depth_ > 0; }

  /// Size of the text that the open element has so far, where it came in parts.
  size_t open_text_bytes() const { return depth_ == 0 ? 0 : frames_[depth_ - 1].text.size(); }

  /// Sets a text of the content that stands in no element.
  void SetContentText(int field_number, std::string_view text);
  /// The record's parts beside its content.
  v1::Record& beside() { return *beside_; }

  /// Completes the record and gives the batch its bytes, what `beside()` holds included; `leaves()`
  /// and `id()` are valid until the next Begin. Resource-exhausted error when it has more than 2
  /// GiB.
  absl::Status Finish(sdk::BatchBuilder& batch);
  std::span<const PuenteLeaves> leaves() const { return leaves_; }
  std::string_view id() const { return id_; }
  const text::XmlPosition& position() const { return begin_; }

 private:
  // Of an open element. One is reset for each element: it is kept small.
  struct FrameState {
    const ElementRule* rule = nullptr;  // null: an element that the table does not name
    v1::XmlElement* xml = nullptr;      // when rule is null
    MessageDraft::Node message = 0;     // of the element, or what holds its value
    MessageDraft::Node value = 0;       // of an element that is itself a value of a list
    uint32_t index = 0;                 // of the element in its field
    uint32_t path_size = 0;             // steps of the element's path, two for each field
    uint32_t source_size = 0;           // of source_ before this element, when rule is null
    uint32_t position = 0;              // children so far, blank texts set aside
    uint32_t last_order = 0;
    int residue_begin = 0;
    uint32_t blanks_begin = 0;
    uint32_t runs_begin = 0;
    int split_node = -1;  // the last residue node inside the text
    NamespaceScope::Mark mark;
    bool has_attributes = false;
    bool has_nodes = false;
    bool saw_child = false;
    bool saw_text = false;
    bool preserve = false;
    bool unordered = false;
    // The text went to its field. `text` is empty then, but for numbers, dates and the like.
    bool text_is_set = false;
    bool text_is_counted = false;
  };
  struct Frame : FrameState {
    std::string text;
    text::XmlPosition text_at;  // of a text that is to be a number, a date or the like

    /// As new, but for the buffer of the text and `text_at`, which is set before it is used.
    void Reset() {
      new (static_cast<FrameState*>(this)) FrameState();  // in place: a copy would wait for stores
      text.clear();
    }
  };
  struct Blank {
    uint32_t position = 0;  // of children set aside; index of the child in an unknown element
    uint32_t size = 0;
    size_t begin = 0;  // in blank_text_, which may serve several
  };
  struct Run_ {
    uint32_t order = 0;
    uint32_t count = 0;
  };

  Frame& Push() {
    if (depth_ == frames_.size()) [[unlikely]]
      frames_.emplace_back();
    Frame& frame = frames_[depth_++];
    frame.Reset();
    return frame;
  }
  void AddBlank(uint32_t position, std::string_view text) {
    // Those of one level are mostly the same.
    if (blank_count_ == blanks_.size()) [[unlikely]]
      blanks_.resize(2 * blank_count_ + 16);
    Blank& blank = blanks_[blank_count_++];
    blank = {position, static_cast<uint32_t>(text.size()), blank_text_.size()};
    if (blank_count_ > 1) {
      const Blank& before = blanks_[blank_count_ - 2];
      if (before.size == text.size() && IsSame(&blank_text_[before.begin], text)) {
        blank.begin = before.begin;
        return;
      }
    }
    blank_text_ += text;
  }
  static bool IsSame(const char* a, std::string_view text) {
    const size_t size = text.size();
    const char* const b = text.data();
    if (size < 8 || size > 32) return std::memcmp(a, b, size) == 0;
    // In words, the last of which may overlap the one before.
    uint64_t differ = 0;
    for (size_t i = 0; i + 8 < size; i += 8) differ |= Word(a + i) ^ Word(b + i);
    return (differ | (Word(a + size - 8) ^ Word(b + size - 8))) == 0;
  }
  static uint64_t Word(const char* p) {
    uint64_t word;
    std::memcpy(&word, p, sizeof(word));
    return word;
  }
  std::string_view BlankText(size_t index) const {
    return std::string_view(blank_text_).substr(blanks_[index].begin, blanks_[index].size);
  }
  /// Forgets the blank texts from an index on.
  void DropBlanks(size_t begin) {
    blank_count_ = begin;
    blank_text_.resize(begin == 0 ? 0 : blanks_[begin - 1].begin + blanks_[begin - 1].size);
  }
  /// True for the text of an element that is itself the value.
  static bool IsValue(const LeafRule& rule) { return rule.steps.empty(); }
  /// Enters an element of the table; false when its place is taken.
  bool EnterKnown(const ElementRule& rule, Frame* parent, Frame* frame);
  void EnterUnknown(std::string_view name, Frame* parent, Frame* frame);
  void TakeOddAttribute(const text::XmlAttribute& attribute, Frame* frame);
  void TakeOddText(Frame* frame, std::string_view text, bool blank);
  void ReportAgain(const ElementRule& rule);
  void ReportUnknown(const ElementRule& parent, std::string_view name);
  void TakeAttributes(std::span<const text::XmlAttribute> attributes, Frame* frame);
  /// The path of an element in the record, until the next call.
  std::vector<uint32_t>& PathTo(const Frame& frame);
  /// The message that holds the field of a leaf.
  MessageDraft::Node Holder(const LeafRule& rule, const Frame& frame) {
    MessageDraft::Node message = frame.message;
    for (size_t i = 0; rule.is_nested && i + 1 < rule.steps.size(); ++i) {
      message = draft_.FirstMessage(message, *rule.steps[i].draft);
    }
    return message;
  }
  void PutText(const LeafRule& rule, const Frame& frame, std::string_view text) {
    if (frame.value != 0) {
      draft_.SetText(frame.value, text);
    } else {
      draft_.PutText(Holder(rule, frame), rule.field, text);
    }
  }
  /// Sets the field of a leaf, if the text is one of its type.
  TextForm PutLeaf(const LeafRule& rule, const Frame& frame, std::string_view text);
  /// Counts a leaf and sets its field.
  void SetLeaf(const LeafRule& rule, const Frame& frame, std::string_view text) {
    CountLeaf(rule.ids);
    if (rule.is_plain()) {
      PutText(rule, frame, text);
    } else {
      SetOddLeaf(rule, frame, text);
    }
  }
  void SetOddLeaf(const LeafRule& rule, const Frame& frame, std::string_view text);
  void CountLeaf(const LeafIds& ids) {
    if (counts_[ids.number]++ == 0) touched_.push_back(ids.number);
  }
  /// Keeps a text that is not the canonical one of its field, or none of its type.
  void KeepText(const LeafRule& rule, const Frame& frame, TextForm form, std::string_view text);
  void AddLexical(const std::vector<uint32_t>& path, std::string_view text, v1::LexicalState state);
  v1::ResidueNode* NewResidue();
  v1::ResidueNode* AddResidue(Frame* parent);
  v1::XmlNode* AddNode(Frame* parent);
  void CloseText(Frame* frame);
  /// Sets the field of a text that most likely is whole: most are, and need no copy. False when it
  /// is to wait for its end.
  bool TakeWholeText(Frame* frame, std::string_view text);
  /// Takes a text back from its field, because more of it follows.
  void TakeTextBack(Frame* frame);
  /// Keeps the white space of an element where it is no layout.
  void KeepBlanks(Frame* frame);
  void CloseUnknown(Frame* frame);
  void WriteOrder(const Frame& frame);
  absl::Status WriteBytes(sdk::BatchBuilder& batch);
  std::string SourcePath(const Frame& frame) const;
  void CountResidue(std::string_view path, uint32_t count = 1);
  /// Counts leaves that the table has no number for.
  void CountAt(std::string_view path, uint32_t field_path, uint32_t count);
  void CheckPrefix(std::string_view name);
  /// Reports at a place; at the place of the event when it is null.
  void Report(int32_t severity, std::string_view code, std::string_view message,
              std::string_view hint, std::string_view path, std::string_view text,
              const text::XmlPosition* place = nullptr);

  const sdk::Run run_;
  const ElementTable& table_;
  NamespaceScope* const scope_;

  const text::XmlReader* xml_ = nullptr;
  bool is_header_ = false;
  MessageDraft draft_;              // the content
  MessageDraft::Node content_ = 0;  // its node
  static constexpr size_t kArenaBlock = size_t{16} << 10;
  const std::unique_ptr<char[]> arena_block_;
  google::protobuf::Arena arena_;
  v1::Record* beside_ = nullptr;  // all but the content
  text::XmlPosition begin_;
  std::vector<Frame> frames_;
  size_t depth_ = 0;            // frames in use; frames keep their buffers
  std::vector<uint32_t> path_;  // what PathTo gave
  int residue_size_ = 0;        // nodes of residue in the record
  std::string source_;          // source path inside an unknown element
  std::vector<Blank> blanks_;   // the first `blank_count_` of them are in use
  size_t blank_count_ = 0;
  std::string blank_text_;
  std::vector<Run_> runs_;
  absl::flat_hash_set<std::string> missing_prefixes_;
  // Fields that values which could not be read have taken: paths without the last index.
  absl::flat_hash_set<std::vector<uint32_t>> taken_;

  std::vector<uint32_t> counts_;
  std::vector<uint32_t> touched_;
  std::string odd_path_;  // where an attribute that the table does not have stands
  std::vector<PuenteLeaves> other_counts_;  // leaves that the table has no number for
  // Where in `other_counts_` a source path and a field path are.
  absl::flat_hash_map<std::pair<uint32_t, uint32_t>, size_t> other_places_;
  absl::flat_hash_map<std::string, uint32_t> interned_;
  std::vector<PuenteLeaves> leaves_;
  std::string id_;

  // Values on their way to a field.
  v1::Decimal decimal_;
  v1::Date date_;
  v1::DateTime date_time_;
};

}  // namespace puente::iati

#endif  // PUENTE_PLUGINS_IATI_RECORD_BUILDER_H_
