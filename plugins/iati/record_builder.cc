// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Builds one record from the XML events of its element, by the element table.
#include "plugins/iati/record_builder.h"

#include <algorithm>

#include "core/base/calendar.h"
#include "core/base/decimal.h"
#include "core/base/lexical.h"
#include "core/base/strings.h"

namespace puente::iati {
namespace {

using google::protobuf::Message;

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

void RecordBuilder::Begin(v1::Record* record, const ElementRule& element, Message* content,
                          const std::vector<text::XmlAttribute>* attributes,
                          const text::XmlReader& xml, const text::XmlPosition& position,
                          bool preserve) {
  xml_ = &xml;
  record_ = record;
  content_ = content;
  begin_ = position;
  depth_ = 0;
  residue_size_ = 0;
  source_.clear();
  DropBlanks(0);
  runs_.clear();
  missing_prefixes_.clear();
  taken_.clear();
  id_.clear();
  if (attributes == nullptr) return;
  Frame& frame = Push();
  frame.rule = &element;
  frame.message = content;
  frame.preserve = preserve;
  frame.mark = scope_->Enter(*attributes);
  TakeAttributes(*attributes, &frame);
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
  if (const auto* activity = record_->has_activity() ? &record_->activity() : nullptr) {
    finding.record_id = TrimXmlSpace(activity->iati_identifier());
  } else if (record_->has_organisation()) {
    finding.record_id = TrimXmlSpace(record_->organisation().organisation_identifier());
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
  return record_->mutable_residue()->add_nodes();
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

bool RecordBuilder::EnterKnown(const ElementRule& rule, Frame* parent, Frame* frame) {
  Message* message = parent->message;
  if (rule.is_nested) {
    for (size_t i = 0; i + 1 < rule.steps.size(); ++i) {
      message = rule.steps[i].access->first(message);
    }
  }
  const FieldAccess& access = *rule.access;
  frame->rule = &rule;
  frame->path_size = parent->path_size + 2 * static_cast<uint32_t>(rule.steps.size());
  if (rule.is_repeated) {
    frame->index = static_cast<uint32_t>(access.size(*message));
  } else {
    bool is_taken = access.size(*message) > 0;
    if (!is_taken && rule.is_value && !taken_.empty()) {
      // A value that could not be read leaves its field absent but takes the place.
      std::vector<uint32_t>& path = PathTo(*frame);
      path.pop_back();
      is_taken = taken_.contains(path);
    }
    if (is_taken) {
      frame->rule = nullptr;
      return false;
    }
  }
  if (rule.is_value) {
    if (rule.is_repeated) access.add_text(message, {});
    frame->message = message;
  } else {
    frame->message = access.add(message);
  }
  return true;
}

void RecordBuilder::EnterUnknown(std::string_view name, Frame* parent, Frame* frame) {
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

void RecordBuilder::Start(std::string_view name, std::span<const text::XmlAttribute> attributes) {
  Push();
  Frame& parent = frames_[depth_ - 2];
  Frame& frame = frames_[depth_ - 1];
  frame.preserve = parent.preserve;
  frame.mark = scope_->Enter(attributes);
  parent.saw_child = true;

  bool known = false;
  if (parent.rule != nullptr && !parent.rule->has_text && !scope_->foreign()) {
    if (const ElementRule* rule = parent.rule->FindChild(name)) {
      known = EnterKnown(*rule, &parent, &frame);
      if (!known) {
        Report(PUENTE_WARNING, "IATI-0006",
               "`" + std::string(name) + "` occurs again where it may occur once",
               "keep one of them; Puente keeps the others as they are, without using them",
               rule->source_path, "");
      } else {
        parent.has_nodes = true;
        ++parent.position;
        if (rule->order < parent.last_order) parent.unordered = true;
        if (runs_.size() > parent.runs_begin && runs_.back().order == rule->order) {
          ++runs_.back().count;
        } else {
          runs_.push_back({rule->order, 1});
        }
        parent.last_order = rule->order;
      }
    } else if (name.find(':') == std::string_view::npos) {
      Report(PUENTE_WARNING, "IATI-0005",
             "`" + std::string(name) + "` is not an element of IATI at this place",
             "check the spelling and the place; Puente keeps it as it is, without using it",
             parent.rule->source_path + "/" + std::string(name), "");
    }
  }
  if (!known) {
    CheckPrefix(name);
    EnterUnknown(name, &parent, &frame);
  }
  frame.residue_begin = residue_size_;
  frame.blanks_begin = static_cast<uint32_t>(blanks_.size());
  frame.runs_begin = static_cast<uint32_t>(runs_.size());
  TakeAttributes(attributes, &frame);
}

void RecordBuilder::TakeAttributes(std::span<const text::XmlAttribute> attributes, Frame* frame) {
  frame->has_attributes = !attributes.empty();
  for (const text::XmlAttribute& attribute : attributes) {
    if (attribute.name == "xml:space") frame->preserve = attribute.value == "preserve";
    if (frame->rule != nullptr) {
      if (const LeafRule* leaf = frame->rule->FindAttribute(attribute.name)) {
        SetLeaf(*leaf, *frame, nullptr, attribute.value);
        continue;
      }
      Attribute(AddResidue(frame)->mutable_xml(), attribute.name, attribute.value);
    } else {
      v1::XmlAttribute* added = frame->xml->add_attributes();
      added->mutable_name()->assign(attribute.name);
      added->mutable_value()->assign(attribute.value);
    }
    const std::string path = SourcePath(*frame) + "/@" + std::string(attribute.name);
    CountResidue(path);
    if (IsNamespaceDeclaration(attribute.name)) continue;
    CheckPrefix(attribute.name);
    if (frame->rule != nullptr && attribute.name.find(':') == std::string_view::npos) {
      Report(PUENTE_WARNING, "IATI-0004",
             "`" + std::string(attribute.name) + "` is not an attribute of IATI at this place",
             "check the spelling and the element; Puente keeps it as it is, without using it", path,
             attribute.value);
    }
  }
}

void RecordBuilder::AddLexical(const std::vector<uint32_t>& path, std::string_view text,
                               v1::LexicalState state) {
  v1::LexicalForm* form = record_->add_lexical();
  form->mutable_path()->mutable_steps()->Add(path.begin(), path.end());
  form->mutable_text()->assign(text);
  form->set_state(state);
  if (state != v1::LEXICAL_STATE_VARIANT) taken_.emplace(path.begin(), path.end() - 1);
}

void RecordBuilder::ClearLeaf(const LeafRule& rule, const Frame& frame, const Step* value) {
  Message* message = Holder(rule, frame, value);
  const Step& last = value == nullptr ? rule.steps.back() : *value;
  message->GetReflection()->ClearField(message, last.field);
}

TextForm RecordBuilder::PutLeaf(const LeafRule& rule, const Frame& frame, const Step* value,
                                std::string_view text) {
  Message* message = Holder(rule, frame, value);
  const FieldAccess& access = value == nullptr ? *rule.access : *value->access;
  TextForm form = TextForm::kCanonical;
  switch (rule.type) {
    case LeafType::kString: {
      std::string_view code = text;
      if (rule.words != nullptr) {
        const std::string_view known = rule.words->CodeOf(text);
        if (!known.empty()) {
          code = known;
          if (rule.words->WordOf(code) != text) form = TextForm::kVariant;
        } else if (!rule.words->WordOf(text).empty()) {
          form = TextForm::kVariant;
        }
      }
      const bool is_repeated = value != nullptr && value->is_repeated;
      access.set_text(message, is_repeated ? static_cast<int>(frame.index) : 0, code);
      break;
    }
    case LeafType::kBool: {
      bool parsed = false;
      form = ParseBool(text, &parsed);
      if (form != TextForm::kInvalid) access.set_number(message, parsed ? 1 : 0);
      break;
    }
    case LeafType::kInt32: {
      int32_t parsed = 0;
      form = ParseInt32(text, &parsed);
      if (form != TextForm::kInvalid) access.set_number(message, parsed);
      break;
    }
    case LeafType::kDecimal:
      form = ParseDecimal(text, &decimal_);
      if (form != TextForm::kInvalid) {
        static_cast<v1::Decimal*>(access.first(message))->CopyFrom(decimal_);
      }
      break;
    case LeafType::kDate:
      form = ParseDate(text, &date_);
      if (form != TextForm::kInvalid) {
        static_cast<v1::Date*>(access.first(message))->CopyFrom(date_);
      }
      break;
    case LeafType::kDateTime:
      form = ParseDateTime(text, &date_time_);
      if (form != TextForm::kInvalid) {
        static_cast<v1::DateTime*>(access.first(message))->CopyFrom(date_time_);
      }
      break;
  }
  return form;
}

void RecordBuilder::SetLeaf(const LeafRule& rule, const Frame& frame, const Step* value,
                            std::string_view text) {
  CountLeaf(rule.ids);
  const TextForm form = PutLeaf(rule, frame, value, text);
  if (form != TextForm::kCanonical) KeepText(rule, frame, value, form, text);
}

void RecordBuilder::KeepText(const LeafRule& rule, const Frame& frame, const Step* value,
                             TextForm form, std::string_view text) {
  std::vector<uint32_t>& leaf_path = PathTo(frame);
  if (value == nullptr) {
    for (const Step& step : rule.steps) {
      leaf_path.push_back(step.number);
      leaf_path.push_back(0);
    }
  }
  const bool invalid = form == TextForm::kInvalid;
  const v1::LexicalState said = text.empty() ? v1::LEXICAL_STATE_EMPTY : v1::LEXICAL_STATE_UNPARSED;
  AddLexical(leaf_path, text, invalid ? said : v1::LEXICAL_STATE_VARIANT);
  if (!invalid) return;
  const std::string wanted(WantedText(rule.type));
  const std::string path = SourcePath(frame) + (rule.name == "text()" ? "" : "/@" + rule.name);
  Report(PUENTE_WARNING, text.empty() ? "IATI-0007" : "IATI-0003",
         text.empty() ? "`" + rule.name + "` of `" + frame.rule->name + "` is empty"
                      : "`" + std::string(text.substr(0, 60)) + "` is not " + wanted,
         "write " + wanted + ", or leave it out", path, text,
         rule.name == "text()" ? &frame.text_at : nullptr);
}

void RecordBuilder::Text(std::string_view text) {
  Frame& frame = frames_[depth_ - 1];
  const bool blank = IsBlank(text);
  if (!blank) frame.saw_text = true;
  if (frame.rule != nullptr && frame.rule->has_text) {
    const LeafRule& rule = frame.rule->text;
    if (!blank && frame.text.empty() && !frame.text_is_set && TakeWholeText(&frame, text)) return;
    if (frame.text_is_set) TakeTextBack(&frame);
    if (!rule.is_plain() && frame.text.empty()) frame.text_at = xml_->position();
    if (!frame.text.empty() && frame.split_node >= 0) {
      record_->mutable_residue()->mutable_nodes(frame.split_node)->set_splits_text(true);
    }
    frame.split_node = -1;
    frame.text += text;
    return;
  }
  if (blank) {
    AddBlank(frame.position, text);
    if (frame.rule == nullptr) {
      frame.xml->add_children()->mutable_text()->assign(text);
      ++frame.position;
    }
    return;
  }
  AddNode(&frame)->mutable_text()->assign(text);
  CountResidue(SourcePath(frame) + "/text()");
  if (frame.rule != nullptr) {
    Report(PUENTE_WARNING, "IATI-0009", "`" + frame.rule->name + "` holds text of its own",
           table_.model() == Model::kTwo
               ? "in IATI 2.0x texts stand in `narrative`; Puente keeps it without using it"
               : "Puente keeps it without using it",
           frame.rule->source_path, text.substr(0, 200));
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

bool RecordBuilder::TakeWholeText(Frame* frame, std::string_view text) {
  const LeafRule& rule = frame->rule->text;
  const Step* value = ValueStep(*frame);
  if (rule.is_plain()) {
    frame->split_node = -1;
    frame->text_is_set = true;
    SetLeaf(rule, *frame, value, text);
    return true;
  }
  if (rule.type == LeafType::kString || (value != nullptr && value->is_repeated)) return false;
  if (PutLeaf(rule, *frame, value, text) != TextForm::kCanonical) {
    // There may be more of it, which changes the meaning.
    ClearLeaf(rule, *frame, value);
    return false;
  }
  CountLeaf(rule.ids);
  frame->split_node = -1;
  frame->text_is_set = true;
  frame->text = text;
  return true;
}

void RecordBuilder::TakeTextBack(Frame* frame) {
  const LeafRule& rule = frame->rule->text;
  const Step* value = ValueStep(*frame);
  if (rule.is_plain()) {
    const FieldAccess& access = value == nullptr ? *rule.access : *value->access;
    const bool is_repeated = value != nullptr && value->is_repeated;
    frame->text =
        access.text(*Holder(rule, *frame, value), is_repeated ? static_cast<int>(frame->index) : 0);
  } else {
    ClearLeaf(rule, *frame, value);
    frame->text_at = xml_->position();  // where it went on
  }
  frame->text_is_set = false;
  frame->text_is_counted = true;
}

void RecordBuilder::CloseText(Frame* frame) {
  if (frame->text_is_set) return;
  const LeafRule& rule = frame->rule->text;
  if (frame->saw_child && !frame->saw_text && !frame->preserve && !frame->text.empty()) {
    frame->text.clear();
    v1::Residue* residue = record_->mutable_residue();
    for (int i = frame->residue_begin; i < residue_size_; ++i) {
      v1::ResidueNode* node = residue->mutable_nodes(i);
      if (node->has_text_offset()) node->set_text_offset(0);
      node->set_splits_text(false);
    }
  }
  const Step* value = ValueStep(*frame);
  if (!frame->text.empty()) {
    uint32_t splits = 0;
    if (record_->has_residue()) {
      const v1::Residue& residue = record_->residue();
      for (int i = frame->residue_begin; i < residue_size_; ++i) {
        if (residue.nodes(i).splits_text()) ++splits;
      }
    }
    if (splits > 0) CountResidue(frame->rule->source_path + "/text()", splits);
    SetLeaf(rule, *frame, value, frame->text);
    if (frame->text_is_counted) --counts_[rule.ids.number];
  } else if (value != nullptr) {
    // The element is there without a text.
    if (rule.type == LeafType::kString) {
      if (!value->is_repeated) value->access->set_text(frame->message, 0, {});
    } else {
      AddLexical(PathTo(*frame), "", v1::LEXICAL_STATE_EMPTY);
    }
  }
}

void RecordBuilder::CloseChildren(Frame* frame) {
  const size_t blanks = blanks_.size() - frame->blanks_begin;
  const bool keep = !(frame->saw_child && !frame->saw_text && !frame->preserve);
  if (blanks == 1 && keep && !frame->has_nodes && frame->path_size > 0) {
    // An element of white space alone, where no text belongs: the text is kept as the element's
    // form.
    AddLexical(PathTo(*frame), BlankText(blanks_.size() - 1), v1::LEXICAL_STATE_UNPARSED);
    CountAt(frame->rule->source_path + "/text()", frame->rule->empty.field_path, 1);
    frame->has_nodes = true;
  } else if (blanks > 0 && keep) {
    // Rare: white space counts here. It takes places among the children.
    const auto begin = blanks_.begin() + static_cast<std::ptrdiff_t>(frame->blanks_begin);
    if (record_->has_residue()) {
      v1::Residue* residue = record_->mutable_residue();
      for (int i = frame->residue_begin; i < residue_size_; ++i) {
        v1::ResidueNode* node = residue->mutable_nodes(i);
        if (node->parent().steps_size() != static_cast<int>(frame->path_size) ||
            node->xml().has_attribute()) {
          continue;
        }
        // Blanks are in the order of their positions.
        const auto before = std::upper_bound(
            begin, blanks_.end(), node->position(),
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
  if (frame->unordered) WriteOrder(*frame);
}

void RecordBuilder::CloseUnknown(Frame* frame) {
  const size_t blanks = blanks_.size() - frame->blanks_begin;
  if (blanks == 0) return;
  if (frame->saw_child && !frame->saw_text && !frame->preserve) {
    auto* children = frame->xml->mutable_children();
    size_t next = frame->blanks_begin;
    int write = 0;
    for (int read = 0; read < children->size(); ++read) {
      if (next < blanks_.size() && blanks_[next].position == static_cast<uint32_t>(read)) {
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
  v1::ChildOrder* order = record_->mutable_residue()->add_orders();
  const std::vector<uint32_t>& path = PathTo(frame);
  order->mutable_parent()->mutable_steps()->Add(path.begin(), path.end());
  std::string* text = order->mutable_order();
  for (size_t i = frame.runs_begin; i < runs_.size(); ++i) {
    if (!text->empty()) *text += ' ';
    *text += frame.rule->children[runs_[i].order]->name;
    if (runs_[i].count > 1) *text += "*" + std::to_string(runs_[i].count);
  }
}

bool RecordBuilder::End() {
  Frame& frame = frames_[depth_ - 1];
  const bool is_text = frame.rule != nullptr && frame.rule->has_text;
  if (frame.rule == nullptr) {
    CloseUnknown(&frame);
  } else if (is_text) {
    CloseText(&frame);
  } else {
    CloseChildren(&frame);
  }
  const bool has_text = is_text && (frame.text_is_set || !frame.text.empty());
  const bool empty = !frame.has_attributes && !frame.has_nodes && !has_text;
  if (empty) {
    if (depth_ == 1 && record_->has_dataset_header()) {
      record_->mutable_dataset_header()->set_no_content(true);
    }
    if (frame.rule == nullptr) {
      CountResidue(source_);
    } else {
      CountLeaf(frame.rule->empty);
    }
  }
  if (blanks_.size() > frame.blanks_begin) DropBlanks(frame.blanks_begin);
  runs_.resize(frame.runs_begin);
  scope_->Leave(frame.mark);
  if (frame.rule == nullptr) source_.resize(frame.source_size);
  --depth_;
  return depth_ == 0;
}

void RecordBuilder::CloseOpen() {
  if (depth_ == 0) return;
  Frame& frame = frames_[0];
  frame.saw_child = true;
  CloseChildren(&frame);
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

void RecordBuilder::Finish() {
  if (record_->lexical_size() > 1) {
    std::stable_sort(record_->mutable_lexical()->begin(), record_->mutable_lexical()->end(),
                     [](const v1::LexicalForm& a, const v1::LexicalForm& b) {
                       return std::lexicographical_compare(
                           a.path().steps().begin(), a.path().steps().end(),
                           b.path().steps().begin(), b.path().steps().end());
                     });
  }
  leaves_.clear();
  for (const uint32_t number : touched_) {
    const LeafIds& ids = table_.leaf(number);
    leaves_.push_back({ids.source_path, ids.field_path, counts_[number]});
    counts_[number] = 0;
  }
  touched_.clear();
  leaves_.insert(leaves_.end(), other_counts_.begin(), other_counts_.end());
  other_counts_.clear();
  other_places_.clear();
  std::string_view id;
  if (record_->has_activity()) id = record_->activity().iati_identifier();
  if (record_->has_organisation()) id = record_->organisation().organisation_identifier();
  id_ = TrimXmlSpace(id);
}

}  // namespace puente::iati
