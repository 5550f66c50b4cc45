// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Builds one record from the XML events of its element, by the element table.
#ifndef PUENTE_PLUGINS_IATI_RECORD_BUILDER_H_
#define PUENTE_PLUGINS_IATI_RECORD_BUILDER_H_

#include <cstdint>
#include <new>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "core/base/lexical.h"
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
      : run_(run), table_(table), scope_(scope), counts_(table.leaf_count(), 0) {}

  /// Begins a record: `element` is the rule of its own element and `content` its message. With
  /// `attributes` null (the header of a bare root) there is no element to enter.
  /// `xml` is the reader that the events come from, at the element's start tag; `position` is the
  /// place of it. Places of findings are asked of the reader when they are needed: they take time.
  void Begin(v1::Record* record, const ElementRule& element, google::protobuf::Message* content,
             const std::vector<text::XmlAttribute>* attributes, const text::XmlReader& xml,
             const text::XmlPosition& position, bool preserve);

  /// Events inside the record's element. End returns true when that element itself ended.
  void Start(std::string_view name, std::span<const text::XmlAttribute> attributes);
  bool End();
  void Text(std::string_view text);
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

  /// Completes the record; `leaves()` and `id()` are valid until the next Begin.
  void Finish();
  std::span<const PuenteLeaves> leaves() const { return leaves_; }
  std::string_view id() const { return id_; }
  const text::XmlPosition& position() const { return begin_; }

 private:
  // Of an open element. One is reset for each element: it is kept small.
  struct FrameState {
    const ElementRule* rule = nullptr;             // null: an element that the table does not name
    google::protobuf::Message* message = nullptr;  // of the element, or what holds its value
    v1::XmlElement* xml = nullptr;                 // when rule is null
    uint32_t index = 0;                            // of the element in its field
    uint32_t path_size = 0;    // steps of the element's path, two for each field
    uint32_t source_size = 0;  // of source_ before this element, when rule is null
    uint32_t position = 0;     // children so far, blank texts set aside
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
    size_t begin = 0;       // in blank_text_, which may serve several
    size_t size = 0;
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
    const bool is_same = !blanks_.empty() && text == BlankText(blanks_.size() - 1);
    blanks_.push_back({position, is_same ? blanks_.back().begin : blank_text_.size(), text.size()});
    if (!is_same) blank_text_ += text;
  }
  std::string_view BlankText(size_t index) const {
    return std::string_view(blank_text_).substr(blanks_[index].begin, blanks_[index].size);
  }
  /// Forgets the blank texts from an index on.
  void DropBlanks(size_t begin) {
    blanks_.resize(begin);
    blank_text_.resize(begin == 0 ? 0 : blanks_.back().begin + blanks_.back().size);
  }
  /// The step of an element that is itself the value; null for any other.
  static const Step* ValueStep(const Frame& frame) {
    return frame.rule->is_value ? &frame.rule->steps.back() : nullptr;
  }
  /// Enters an element of the table; false when its place is taken.
  bool EnterKnown(const ElementRule& rule, Frame* parent, Frame* frame);
  void EnterUnknown(std::string_view name, Frame* parent, Frame* frame);
  void TakeAttributes(std::span<const text::XmlAttribute> attributes, Frame* frame);
  /// The path of an element in the record, until the next call.
  std::vector<uint32_t>& PathTo(const Frame& frame);
  /// The message that holds the field of a leaf.
  static google::protobuf::Message* Holder(const LeafRule& rule, const Frame& frame,
                                           const Step* value) {
    google::protobuf::Message* message = frame.message;
    if (value != nullptr || !rule.is_nested) return message;
    for (size_t i = 0; i + 1 < rule.steps.size(); ++i) {
      message = rule.steps[i].access->first(message);
    }
    return message;
  }
  /// Sets the field of a leaf, if the text is one of its type.
  TextForm PutLeaf(const LeafRule& rule, const Frame& frame, const Step* value,
                   std::string_view text);
  /// Sets the field of a leaf that has no text of its own as if it never had a value.
  static void ClearLeaf(const LeafRule& rule, const Frame& frame, const Step* value);
  /// Counts a leaf and sets its field. `value` is the step of an element that is itself the value.
  void SetLeaf(const LeafRule& rule, const Frame& frame, const Step* value, std::string_view text);
  void CountLeaf(const LeafIds& ids) {
    if (counts_[ids.number]++ == 0) touched_.push_back(ids.number);
  }
  /// Keeps a text that is not the canonical one of its field, or none of its type.
  void KeepText(const LeafRule& rule, const Frame& frame, const Step* value, TextForm form,
                std::string_view text);
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
  void CloseChildren(Frame* frame);
  void CloseUnknown(Frame* frame);
  void WriteOrder(const Frame& frame);
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
  v1::Record* record_ = nullptr;
  google::protobuf::Message* content_ = nullptr;
  text::XmlPosition begin_;
  std::vector<Frame> frames_;
  size_t depth_ = 0;            // frames in use; frames keep their buffers
  std::vector<uint32_t> path_;  // what PathTo gave
  int residue_size_ = 0;        // nodes of residue in the record
  std::string source_;          // source path inside an unknown element
  std::vector<Blank> blanks_;
  std::string blank_text_;
  std::vector<Run_> runs_;
  absl::flat_hash_set<std::string> missing_prefixes_;
  // Fields that values which could not be read have taken: paths without the last index.
  absl::flat_hash_set<std::vector<uint32_t>> taken_;

  std::vector<uint32_t> counts_;
  std::vector<uint32_t> touched_;
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
