// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// The part of the record builder that few elements need: residue, source texts, findings.

#include <algorithm>
#include <string>

#include "core/base/strings.h"
#include "core/base/utf8.h"
#include "plugins/iati/record_builder.h"

namespace puente::iati {
namespace {

// Source paths whose ids are kept at hand.
constexpr size_t kMaxInterned = 4096;

std::string_view Prefix(std::string_view name) {
  const size_t colon = name.find(':');
  return colon == std::string_view::npos ? std::string_view() : name.substr(0, colon);
}

bool IsNamespaceDeclaration(std::string_view name) {
  return name == "xmlns" || name.starts_with("xmlns:");
}

v1::XmlNode* Attribute(v1::XmlNode* node, std::string_view name, std::string_view value) {
  v1::XmlAttribute* attribute = node->mutable_attribute();
  attribute->mutable_name()->assign(name);
  attribute->mutable_value()->assign(value);
  return node;
}

/// What a leaf of a type should look like, for messages.
std::string_view WantedText(LeafType type) {
  switch (type) {
    case LeafType::kString:
      return "a text";
    case LeafType::kBool:
      return "a boolean: 1, 0, true or false";
    case LeafType::kInt32:
      return "a whole number";
    case LeafType::kDecimal:
      return "a decimal number such as 1234.50";
    case LeafType::kDate:
      return "a date such as 2024-03-31";
    case LeafType::kDateTime:
      return "a date and time such as 2024-03-31T12:00:00Z";
  }
  return {};
}

}  // namespace

void NamespaceScope::SetHome(std::span<const text::XmlAttribute> attributes) {
  for (const text::XmlAttribute& attribute : attributes) {
    if (attribute.name == "xmlns") home_ = attribute.value;
  }
}

void NamespaceScope::Declare(const text::XmlAttribute& attribute) {
  if (attribute.name == "xmlns") {
    foreign_ = attribute.value != home_;
  } else if (attribute.name.starts_with("xmlns:")) {
    declared_.emplace_back(attribute.name.substr(6));
    ++in_scope_[declared_.back()];
  }
}

void NamespaceScope::Forget(size_t but) {
  for (; declared_.size() > but; declared_.pop_back()) {
    const auto it = in_scope_.find(declared_.back());
    if (--it->second == 0) in_scope_.erase(it);
  }
}

bool NamespaceScope::IsDeclared(std::string_view prefix) const {
  return prefix == "xml" || prefix == "xmlns" || in_scope_.contains(ToAbsl(prefix));
}

void RecordBuilder::Report(int32_t severity, std::string_view code, std::string_view message,
                           std::string_view hint, std::string_view path, std::string_view text,
                           const text::XmlPosition* place) {
  const text::XmlPosition position = place == nullptr ? xml_->position() : *place;
  sdk::Finding finding;
  finding.severity = severity;
  finding.code = code;
  finding.message = message;
  finding.hint = hint;
  finding.path = path;
  finding.text = text;
  if (!is_header_) {
    finding.record_id = TrimXmlSpace(draft_.TextOf(content_, table_.record_id()));
  }
  finding.offset = position.offset;
  finding.line = position.line;
  finding.column = position.column;
  run_.Report(finding);
}

void RecordBuilder::CheckPrefix(std::string_view name) {
  const std::string_view prefix = Prefix(name);
  if (prefix.empty() || scope_->IsDeclared(prefix)) return;
  if (!missing_prefixes_.emplace(prefix).second) return;
  Report(PUENTE_WARNING, "IATI-0002",
         "the prefix `" + std::string(prefix) + "` of `" + std::string(name) + "` is not declared",
         "declare it on the root element with xmlns:" + std::string(prefix) + "=\"...\"", name, "");
}

void RecordBuilder::CountResidue(std::string_view path, uint32_t count) {
  CountAt(path, table_.residue_field(), count);
}

void RecordBuilder::CountAt(std::string_view path, uint32_t field_path, uint32_t count) {
  // The same few paths come again and again; of a hostile file each may be another.
  if (interned_.size() > kMaxInterned) interned_.clear();
  auto it = interned_.find(ToAbsl(path));
  if (it == interned_.end()) it = interned_.emplace(path, run_.Intern(path)).first;
  const auto [known, is_new] =
      other_places_.try_emplace({it->second, field_path}, other_counts_.size());
  if (!is_new) {
    other_counts_[known->second].count += count;
    return;
  }
  other_counts_.push_back({it->second, field_path, count});
}

std::string RecordBuilder::SourcePath(const Frame& frame) const {
  return frame.rule != nullptr ? frame.rule->source_path : source_;
}

std::vector<uint32_t>& RecordBuilder::PathTo(const Frame& frame) {
  path_.clear();
  for (const Frame* open = frames_.data(); open <= &frame; ++open) {
    if (open->rule == nullptr || open->path_size == 0) continue;
    for (const Step& step : open->rule->steps) {
      path_.push_back(step.number);
      path_.push_back(0);
    }
    path_.back() = open->index;
  }
  return path_;
}

v1::ResidueNode* RecordBuilder::NewResidue() {
  ++residue_size_;
  return beside_->mutable_residue()->add_nodes();
}

v1::ResidueNode* RecordBuilder::AddResidue(Frame* parent) {
  v1::ResidueNode* node = NewResidue();
  const std::vector<uint32_t>& path = PathTo(*parent);
  node->mutable_parent()->mutable_steps()->Add(path.begin(), path.end());
  return node;
}

v1::XmlNode* RecordBuilder::AddNode(Frame* parent) {
  parent->has_nodes = true;
  if (parent->rule == nullptr) {
    ++parent->position;
    return parent->xml->add_children();
  }
  if (parent->text_is_set) TakeTextBack(parent);
  v1::ResidueNode* node = AddResidue(parent);
  if (parent->rule->has_text) {
    node->set_text_offset(static_cast<uint32_t>(parent->text.size()));
    parent->split_node = residue_size_ - 1;
  } else {
    node->set_position(parent->position++);
  }
  return node->mutable_xml();
}

void RecordBuilder::ReportAgain(const ElementRule& rule) {
  Report(PUENTE_WARNING, "IATI-0006", "`" + rule.name + "` occurs again where it may occur once",
         "keep one of them; Puente keeps the others as they are, without using them",
         rule.source_path, "");
}

void RecordBuilder::ReportUnknown(const ElementRule& parent, std::string_view name) {
  if (name.find(':') != std::string_view::npos) return;
  Report(PUENTE_WARNING, "IATI-0005",
         "`" + std::string(name) + "` is not an element of IATI at this place",
         "check the spelling and the place; Puente keeps it as it is, without using it",
         parent.source_path + "/" + std::string(name), "");
}

void RecordBuilder::EnterUnknown(std::string_view name, Frame* parent, Frame* frame) {
  CheckPrefix(name);
  frame->source_size = static_cast<uint32_t>(source_.size());
  if (parent->rule != nullptr) source_ = parent->rule->source_path;
  if (source_.size() <= kMaxSourcePath) {
    source_ += '/';
    source_ += name;
  }
  frame->xml = AddNode(parent)->mutable_element();
  frame->xml->mutable_name()->assign(name);
  frame->path_size = parent->path_size;
}

void RecordBuilder::TakeOddAttribute(const text::XmlAttribute& attribute, Frame* frame) {
  if (frame->rule != nullptr) {
    Attribute(AddResidue(frame)->mutable_xml(), attribute.name, attribute.value);
  } else {
    v1::XmlAttribute* added = frame->xml->add_attributes();
    added->mutable_name()->assign(attribute.name);
    added->mutable_value()->assign(attribute.value);
  }
  std::string& path = odd_path_;
  path = SourcePath(*frame);
  path += "/@";
  path += attribute.name;
  CountResidue(path);
  if (IsNamespaceDeclaration(attribute.name)) return;
  CheckPrefix(attribute.name);
  if (frame->rule != nullptr && attribute.name.find(':') == std::string_view::npos) {
    Report(PUENTE_WARNING, "IATI-0004",
           "`" + std::string(attribute.name) + "` is not an attribute of IATI at this place",
           "check the spelling and the element; Puente keeps it as it is, without using it", path,
           attribute.value);
  }
}

void RecordBuilder::AddLexical(const std::vector<uint32_t>& path, std::string_view text,
                               v1::LexicalState state) {
  v1::LexicalForm* form = beside_->add_lexical();
  form->mutable_path()->mutable_steps()->Add(path.begin(), path.end());
  form->mutable_text()->assign(text);
  form->set_state(state);
  if (state != v1::LEXICAL_STATE_VARIANT) taken_.emplace(path.begin(), path.end() - 1);
}

void RecordBuilder::KeepText(const LeafRule& rule, const Frame& frame, TextForm form,
                             std::string_view text) {
  std::vector<uint32_t>& leaf_path = PathTo(frame);
  for (const Step& step : rule.steps) {
    leaf_path.push_back(step.number);
    leaf_path.push_back(0);
  }
  const bool invalid = form == TextForm::kInvalid;
  const v1::LexicalState said = text.empty() ? v1::LEXICAL_STATE_EMPTY : v1::LEXICAL_STATE_UNPARSED;
  AddLexical(leaf_path, text, invalid ? said : v1::LEXICAL_STATE_VARIANT);
  if (!invalid) return;
  const std::string wanted(WantedText(rule.type));
  const std::string path = SourcePath(frame) + (rule.name == "text()" ? "" : "/@" + rule.name);
  Report(PUENTE_WARNING, text.empty() ? "IATI-0007" : "IATI-0003",
         text.empty() ? "`" + rule.name + "` of `" + frame.rule->name + "` is empty"
                      : "`" + ClipText(text, 60) + "` is not " + wanted,
         "write " + wanted + ", or leave it out", path, text,
         rule.name == "text()" ? &frame.text_at : nullptr);
}

void RecordBuilder::TakeOddText(Frame* frame, std::string_view text, bool blank) {
  if (!blank) frame->saw_text = true;
  if (frame->rule != nullptr && frame->rule->has_text) {
    if (frame->text_is_set) TakeTextBack(frame);
    if (!frame->rule->text.is_plain() && frame->text.empty()) frame->text_at = xml_->position();
    if (!frame->text.empty() && frame->split_node >= 0) {
      beside_->mutable_residue()->mutable_nodes(frame->split_node)->set_splits_text(true);
    }
    frame->split_node = -1;
    frame->text += text;
    return;
  }
  if (blank) {
    AddBlank(frame->position, text);
    frame->xml->add_children()->mutable_text()->assign(text);
    ++frame->position;
    return;
  }
  AddNode(frame)->mutable_text()->assign(text);
  CountResidue(SourcePath(*frame) + "/text()");
  if (frame->rule != nullptr) {
    Report(PUENTE_WARNING, "IATI-0009", "`" + frame->rule->name + "` holds text of its own",
           table_.model() == Model::kTwo
               ? "in IATI 2.0x texts stand in `narrative`; Puente keeps it without using it"
               : "Puente keeps it without using it",
           frame->rule->source_path, text.substr(0, 200));
  }
}

void RecordBuilder::Comment(std::string_view text) {
  Frame& frame = frames_[depth_ - 1];
  AddNode(&frame)->mutable_comment()->assign(text);
  CountResidue(SourcePath(frame) + "/comment()");
}

void RecordBuilder::Instruction(std::string_view target, std::string_view data) {
  Frame& frame = frames_[depth_ - 1];
  v1::XmlProcessingInstruction* made = AddNode(&frame)->mutable_processing_instruction();
  made->mutable_target()->assign(target);
  made->mutable_data()->assign(data);
  CountResidue(SourcePath(frame) + "/processing-instruction()");
}

void RecordBuilder::TakeTextBack(Frame* frame) {
  const LeafRule& rule = frame->rule->text;
  if (rule.is_plain()) {
    frame->text = frame->value != 0 ? draft_.Text(frame->value)
                                    : draft_.TextOf(Holder(rule, *frame), rule.field);
  } else {
    draft_.Clear(Holder(rule, *frame), rule.field);
    frame->text_at = xml_->position();  // where it went on
  }
  frame->text_is_set = false;
  frame->text_is_counted = true;
}

void RecordBuilder::CloseText(Frame* frame) {
  const LeafRule& rule = frame->rule->text;
  if (frame->saw_child && !frame->saw_text && !frame->preserve && !frame->text.empty()) {
    frame->text.clear();
    v1::Residue* residue = beside_->mutable_residue();
    for (int i = frame->residue_begin; i < residue_size_; ++i) {
      v1::ResidueNode* node = residue->mutable_nodes(i);
      if (node->has_text_offset()) node->set_text_offset(0);
      node->set_splits_text(false);
    }
  }
  if (!frame->text.empty()) {
    uint32_t splits = 0;
    if (beside_->has_residue()) {
      const v1::Residue& residue = beside_->residue();
      for (int i = frame->residue_begin; i < residue_size_; ++i) {
        if (residue.nodes(i).splits_text()) ++splits;
      }
    }
    if (splits > 0) CountResidue(frame->rule->source_path + "/text()", splits);
    SetLeaf(rule, *frame, frame->text);
    if (frame->text_is_counted) --counts_[rule.ids.number];
  } else if (IsValue(rule)) {
    // The element is there without a text.
    if (rule.type == LeafType::kString) {
      PutText(rule, *frame, {});
    } else {
      AddLexical(PathTo(*frame), "", v1::LEXICAL_STATE_EMPTY);
    }
  }
}

void RecordBuilder::KeepBlanks(Frame* frame) {
  const size_t blanks = blank_count_ - frame->blanks_begin;
  if (blanks == 1 && !frame->has_nodes && frame->path_size > 0) {
    // An element of white space alone, where no text belongs: the text is kept as the element's
    // form.
    AddLexical(PathTo(*frame), BlankText(blank_count_ - 1), v1::LEXICAL_STATE_UNPARSED);
    CountAt(frame->rule->source_path + "/text()", frame->rule->empty.field_path, 1);
    frame->has_nodes = true;
  } else {
    // White space counts here. It takes places among the children.
    const auto begin = blanks_.begin() + static_cast<std::ptrdiff_t>(frame->blanks_begin);
    if (beside_->has_residue()) {
      v1::Residue* residue = beside_->mutable_residue();
      for (int i = frame->residue_begin; i < residue_size_; ++i) {
        v1::ResidueNode* node = residue->mutable_nodes(i);
        if (node->parent().steps_size() != static_cast<int>(frame->path_size) ||
            node->xml().has_attribute()) {
          continue;
        }
        // Blanks are in the order of their positions.
        const auto before = std::upper_bound(
            begin, blanks_.begin() + static_cast<std::ptrdiff_t>(blank_count_), node->position(),
            [](uint32_t position, const Blank& blank) { return position < blank.position; });
        node->set_position(node->position() + static_cast<uint32_t>(before - begin));
      }
    }
    for (size_t i = 0; i < blanks; ++i) {
      const Blank& blank = blanks_[frame->blanks_begin + i];
      v1::ResidueNode* node = AddResidue(frame);
      node->set_position(blank.position + static_cast<uint32_t>(i));
      const std::string_view text = BlankText(frame->blanks_begin + i);
      node->mutable_xml()->mutable_text()->assign(text);
      CountResidue(frame->rule->source_path + "/text()");
    }
    frame->has_nodes = true;
  }
}

void RecordBuilder::CloseUnknown(Frame* frame) {
  const size_t blanks = blank_count_ - frame->blanks_begin;
  if (blanks == 0) return;
  if (frame->saw_child && !frame->saw_text && !frame->preserve) {
    auto* children = frame->xml->mutable_children();
    size_t next = frame->blanks_begin;
    int write = 0;
    for (int read = 0; read < children->size(); ++read) {
      if (next < blank_count_ && blanks_[next].position == static_cast<uint32_t>(read)) {
        ++next;
        continue;
      }
      if (write != read) children->SwapElements(write, read);
      ++write;
    }
    children->DeleteSubrange(write, children->size() - write);
  } else {
    CountResidue(source_ + "/text()", static_cast<uint32_t>(blanks));
    frame->has_nodes = true;
  }
}

void RecordBuilder::WriteOrder(const Frame& frame) {
  v1::ChildOrder* order = beside_->mutable_residue()->add_orders();
  const std::vector<uint32_t>& path = PathTo(frame);
  order->mutable_parent()->mutable_steps()->Add(path.begin(), path.end());
  std::string* text = order->mutable_order();
  for (size_t i = frame.runs_begin; i < runs_.size(); ++i) {
    if (!text->empty()) *text += ' ';
    *text += frame.rule->children[runs_[i].order]->name;
    if (runs_[i].count > 1) *text += "*" + std::to_string(runs_[i].count);
  }
}

void RecordBuilder::CloseOpen() {
  if (depth_ == 0) return;
  Frame& frame = frames_[0];
  // White space before the first record is layout, but where text stands beside it.
  if (blank_count_ > frame.blanks_begin && (frame.saw_text || frame.preserve)) KeepBlanks(&frame);
  if (frame.unordered) WriteOrder(frame);
  depth_ = 0;
}

void RecordBuilder::StartBeside(v1::ResiduePlace place, std::string_view parent_path,
                                std::string_view name,
                                std::span<const text::XmlAttribute> attributes) {
  Frame& frame = Push();
  frame.mark = scope_->Enter(attributes);
  CheckPrefix(name);
  v1::ResidueNode* node = NewResidue();
  node->set_place(place);
  frame.xml = node->mutable_xml()->mutable_element();
  frame.xml->mutable_name()->assign(name);
  source_ = parent_path;
  source_ += '/';
  source_ += name;
  TakeAttributes(attributes, &frame);
}

void RecordBuilder::TextBeside(v1::ResiduePlace place, std::string_view parent_path,
                               std::string_view text) {
  v1::ResidueNode* node = NewResidue();
  node->set_place(place);
  node->mutable_xml()->mutable_text()->assign(text);
  CountResidue(std::string(parent_path) + "/text()");
}

void RecordBuilder::CommentBeside(v1::ResiduePlace place, std::string_view parent_path,
                                  std::string_view text) {
  v1::ResidueNode* node = NewResidue();
  node->set_place(place);
  node->mutable_xml()->mutable_comment()->assign(text);
  CountResidue(parent_path.empty() ? "comment()" : std::string(parent_path) + "/comment()");
}

void RecordBuilder::InstructionBeside(v1::ResiduePlace place, std::string_view parent_path,
                                      std::string_view target, std::string_view data) {
  v1::ResidueNode* node = NewResidue();
  node->set_place(place);
  auto* made = node->mutable_xml()->mutable_processing_instruction();
  made->mutable_target()->assign(target);
  made->mutable_data()->assign(data);
  CountResidue(parent_path.empty() ? "processing-instruction()"
                                   : std::string(parent_path) + "/processing-instruction()");
}

}  // namespace puente::iati
