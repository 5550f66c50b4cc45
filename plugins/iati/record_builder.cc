// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Builds one record from the XML events of its element, by the element table.
#include "plugins/iati/record_builder.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/wire_format_lite.h>

#include <algorithm>
#include <limits>

#include "core/base/calendar.h"
#include "core/base/decimal.h"
#include "core/base/lexical.h"
#include "core/base/strings.h"
#include "core/base/utf8.h"

// What few elements need stays out of the function that runs for each.
#define PUENTE_RARE [[gnu::cold, gnu::noinline]]

namespace puente::iati {
namespace {

using google::protobuf::io::CodedOutputStream;

constexpr size_t kLargestRecord = std::numeric_limits<int32_t>::max();

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

/// Bytes of a leaf message whose fields have numbers from 1 on, written like protobuf does.
class ValueBytes {
 public:
  /// The next field, if it is not 0. Zigzag numbers come encoded.
  void Add(uint64_t number) {
    ++field_;
    if (number == 0) return;
    *end_++ = static_cast<uint8_t>(field_ << 3);
    end_ = CodedOutputStream::WriteVarint64ToArray(number, end_);
  }
  std::string_view bytes() const {
    return {reinterpret_cast<const char*>(bytes_), static_cast<size_t>(end_ - bytes_)};
  }

 private:
  uint8_t bytes_[3 * 11];
  uint8_t* end_ = bytes_;
  uint32_t field_ = 0;
};

uint64_t Extended(int32_t number) { return static_cast<uint64_t>(int64_t{number}); }

absl::Status TooLarge() { return absl::ResourceExhaustedError("the record has more than 2 GiB"); }

}  // namespace

void NamespaceScope::SetHome(std::span<const text::XmlAttribute> attributes) {
  for (const text::XmlAttribute& attribute : attributes) {
    if (attribute.name == "xmlns") home_ = attribute.value;
  }
}

PUENTE_RARE void NamespaceScope::Declare(const text::XmlAttribute& attribute) {
  if (attribute.name == "xmlns") {
    foreign_ = attribute.value != home_;
  } else if (attribute.name.starts_with("xmlns:")) {
    declared_.emplace_back(attribute.name.substr(6));
    ++in_scope_[declared_.back()];
  }
}

PUENTE_RARE void NamespaceScope::Forget(size_t but) {
  for (; declared_.size() > but; declared_.pop_back()) {
    const auto it = in_scope_.find(declared_.back());
    if (--it->second == 0) in_scope_.erase(it);
  }
}

bool NamespaceScope::IsDeclared(std::string_view prefix) const {
  return prefix == "xml" || prefix == "xmlns" || in_scope_.contains(ToAbsl(prefix));
}

void RecordBuilder::Begin(bool is_header, const std::vector<text::XmlAttribute>* attributes,
                          const text::XmlReader& xml, const text::XmlPosition& position,
                          bool preserve) {
  xml_ = &xml;
  is_header_ = is_header;
  content_ = draft_.Begin(is_header ? table_.header_type() : table_.record_type());
  arena_.Reset();
  beside_ = google::protobuf::Arena::CreateMessage<v1::Record>(&arena_);
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
  frame.rule = is_header ? &table_.header() : &table_.record();
  frame.message = content_;
  frame.preserve = preserve;
  frame.mark = scope_->Enter(*attributes);
  TakeAttributes(*attributes, &frame);
}

PUENTE_RARE void RecordBuilder::Report(int32_t severity, std::string_view code,
                                       std::string_view message, std::string_view hint,
                                       std::string_view path, std::string_view text,
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

PUENTE_RARE void RecordBuilder::CheckPrefix(std::string_view name) {
  const std::string_view prefix = Prefix(name);
  if (prefix.empty() || scope_->IsDeclared(prefix)) return;
  if (!missing_prefixes_.emplace(prefix).second) return;
  Report(PUENTE_WARNING, "IATI-0002",
         "the prefix `" + std::string(prefix) + "` of `" + std::string(name) + "` is not declared",
         "declare it on the root element with xmlns:" + std::string(prefix) + "=\"...\"", name, "");
}

PUENTE_RARE void RecordBuilder::CountResidue(std::string_view path, uint32_t count) {
  CountAt(path, table_.residue_field(), count);
}

PUENTE_RARE void RecordBuilder::CountAt(std::string_view path, uint32_t field_path,
                                        uint32_t count) {
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

PUENTE_RARE std::string RecordBuilder::SourcePath(const Frame& frame) const {
  return frame.rule != nullptr ? frame.rule->source_path : source_;
}

PUENTE_RARE std::vector<uint32_t>& RecordBuilder::PathTo(const Frame& frame) {
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

PUENTE_RARE v1::ResidueNode* RecordBuilder::NewResidue() {
  ++residue_size_;
  return beside_->mutable_residue()->add_nodes();
}

PUENTE_RARE v1::ResidueNode* RecordBuilder::AddResidue(Frame* parent) {
  v1::ResidueNode* node = NewResidue();
  const std::vector<uint32_t>& path = PathTo(*parent);
  node->mutable_parent()->mutable_steps()->Add(path.begin(), path.end());
  return node;
}

PUENTE_RARE v1::XmlNode* RecordBuilder::AddNode(Frame* parent) {
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
  MessageDraft::Node message = parent->message;
  if (rule.is_nested) {
    for (size_t i = 0; i + 1 < rule.steps.size(); ++i) {
      message = draft_.FirstMessage(message, *rule.steps[i].draft);
    }
  }
  frame->rule = &rule;
  frame->path_size = parent->path_size + 2 * static_cast<uint32_t>(rule.steps.size());
  if (rule.is_repeated) {
    frame->index = draft_.Count(message, rule.field);
  } else {
    bool is_taken = draft_.Count(message, rule.field) > 0;
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
    if (rule.is_repeated) frame->value = draft_.AddText(message, rule.field, {});
    frame->message = message;
  } else {
    frame->message = draft_.AddMessage(message, rule.field);
  }
  return true;
}

PUENTE_RARE void RecordBuilder::ReportAgain(const ElementRule& rule) {
  Report(PUENTE_WARNING, "IATI-0006", "`" + rule.name + "` occurs again where it may occur once",
         "keep one of them; Puente keeps the others as they are, without using them",
         rule.source_path, "");
}

PUENTE_RARE void RecordBuilder::ReportUnknown(const ElementRule& parent, std::string_view name) {
  if (name.find(':') != std::string_view::npos) return;
  Report(PUENTE_WARNING, "IATI-0005",
         "`" + std::string(name) + "` is not an element of IATI at this place",
         "check the spelling and the place; Puente keeps it as it is, without using it",
         parent.source_path + "/" + std::string(name), "");
}

PUENTE_RARE void RecordBuilder::EnterUnknown(std::string_view name, Frame* parent, Frame* frame) {
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
        ReportAgain(*rule);
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
    } else {
      ReportUnknown(*parent.rule, name);
    }
  }
  if (!known) EnterUnknown(name, &parent, &frame);
  frame.residue_begin = residue_size_;
  frame.blanks_begin = static_cast<uint32_t>(blank_count_);
  frame.runs_begin = static_cast<uint32_t>(runs_.size());
  TakeAttributes(attributes, &frame);
}

void RecordBuilder::TakeAttributes(std::span<const text::XmlAttribute> attributes, Frame* frame) {
  frame->has_attributes = !attributes.empty();
  for (const text::XmlAttribute& attribute : attributes) {
    if (attribute.name == "xml:space") frame->preserve = attribute.value == "preserve";
    const LeafRule* const leaf =
        frame->rule == nullptr ? nullptr : frame->rule->FindAttribute(attribute.name);
    if (leaf != nullptr) {
      SetLeaf(*leaf, *frame, attribute.value);
    } else {
      TakeOddAttribute(attribute, frame);
    }
  }
}

PUENTE_RARE void RecordBuilder::TakeOddAttribute(const text::XmlAttribute& attribute,
                                                 Frame* frame) {
  if (frame->rule != nullptr) {
    Attribute(AddResidue(frame)->mutable_xml(), attribute.name, attribute.value);
  } else {
    v1::XmlAttribute* added = frame->xml->add_attributes();
    added->mutable_name()->assign(attribute.name);
    added->mutable_value()->assign(attribute.value);
  }
  const std::string path = SourcePath(*frame) + "/@" + std::string(attribute.name);
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

PUENTE_RARE void RecordBuilder::AddLexical(const std::vector<uint32_t>& path, std::string_view text,
                                           v1::LexicalState state) {
  v1::LexicalForm* form = beside_->add_lexical();
  form->mutable_path()->mutable_steps()->Add(path.begin(), path.end());
  form->mutable_text()->assign(text);
  form->set_state(state);
  if (state != v1::LEXICAL_STATE_VARIANT) taken_.emplace(path.begin(), path.end() - 1);
}

[[gnu::noinline]] TextForm RecordBuilder::PutLeaf(const LeafRule& rule, const Frame& frame,
                                                  std::string_view text) {
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
      PutText(rule, frame, code);
      return form;
    }
    case LeafType::kBool: {
      bool parsed = false;
      form = ParseBool(text, &parsed);
      if (form != TextForm::kInvalid) {
        draft_.PutNumber(Holder(rule, frame), rule.field, parsed ? 1 : 0);
      }
      return form;
    }
    case LeafType::kInt32: {
      int32_t parsed = 0;
      form = ParseInt32(text, &parsed);
      if (form != TextForm::kInvalid) {
        draft_.PutNumber(Holder(rule, frame), rule.field, static_cast<uint64_t>(int64_t{parsed}));
      }
      return form;
    }
    case LeafType::kDecimal:
      form = ParseDecimal(text, &decimal_);
      if (form == TextForm::kInvalid) return form;
      if (decimal_.digits().empty()) {
        ValueBytes value;
        value.Add(google::protobuf::internal::WireFormatLite::ZigZagEncode64(decimal_.unscaled()));
        value.Add(Extended(decimal_.scale()));
        draft_.PutText(Holder(rule, frame), rule.field, value.bytes());
      } else {
        draft_.PutValue(Holder(rule, frame), rule.field, decimal_);
      }
      return form;
    case LeafType::kDate:
      form = ParseDate(text, &date_);
      if (form != TextForm::kInvalid) {
        ValueBytes value;
        value.Add(Extended(date_.year()));
        value.Add(Extended(date_.month()));
        value.Add(Extended(date_.day()));
        draft_.PutText(Holder(rule, frame), rule.field, value.bytes());
      }
      return form;
    case LeafType::kDateTime:
      form = ParseDateTime(text, &date_time_);
      if (form != TextForm::kInvalid) draft_.PutValue(Holder(rule, frame), rule.field, date_time_);
      return form;
  }
  return form;
}

void RecordBuilder::SetOddLeaf(const LeafRule& rule, const Frame& frame, std::string_view text) {
  const TextForm form = PutLeaf(rule, frame, text);
  if (form != TextForm::kCanonical) KeepText(rule, frame, form, text);
}

PUENTE_RARE void RecordBuilder::KeepText(const LeafRule& rule, const Frame& frame, TextForm form,
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

void RecordBuilder::Text(std::string_view text, bool is_blank) {
  Frame& frame = frames_[depth_ - 1];
  const bool blank = is_blank || IsBlank(text);
  if (frame.rule != nullptr) {
    if (!frame.rule->has_text) {
      if (blank) return AddBlank(frame.position, text);
    } else if (!blank && frame.text.empty() && !frame.text_is_set) {
      frame.saw_text = true;
      if (TakeWholeText(&frame, text)) return;
    }
  }
  TakeOddText(&frame, text, blank);
}

PUENTE_RARE void RecordBuilder::TakeOddText(Frame* frame, std::string_view text, bool blank) {
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

PUENTE_RARE void RecordBuilder::Comment(std::string_view text) {
  Frame& frame = frames_[depth_ - 1];
  AddNode(&frame)->mutable_comment()->assign(text);
  CountResidue(SourcePath(frame) + "/comment()");
}

PUENTE_RARE void RecordBuilder::Instruction(std::string_view target, std::string_view data) {
  Frame& frame = frames_[depth_ - 1];
  v1::XmlProcessingInstruction* made = AddNode(&frame)->mutable_processing_instruction();
  made->mutable_target()->assign(target);
  made->mutable_data()->assign(data);
  CountResidue(SourcePath(frame) + "/processing-instruction()");
}

bool RecordBuilder::TakeWholeText(Frame* frame, std::string_view text) {
  const LeafRule& rule = frame->rule->text;
  if (rule.is_plain()) {
    frame->split_node = -1;
    frame->text_is_set = true;
    CountLeaf(rule.ids);
    PutText(rule, *frame, text);
    return true;
  }
  if (rule.type == LeafType::kString || frame->value != 0) return false;
  if (PutLeaf(rule, *frame, text) != TextForm::kCanonical) {
    // There may be more of it, which changes the meaning.
    draft_.Clear(Holder(rule, *frame), rule.field);
    return false;
  }
  CountLeaf(rule.ids);
  frame->split_node = -1;
  frame->text_is_set = true;
  frame->text = text;
  return true;
}

PUENTE_RARE void RecordBuilder::TakeTextBack(Frame* frame) {
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

PUENTE_RARE void RecordBuilder::CloseText(Frame* frame) {
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

PUENTE_RARE void RecordBuilder::KeepBlanks(Frame* frame) {
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

PUENTE_RARE void RecordBuilder::CloseUnknown(Frame* frame) {
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

PUENTE_RARE void RecordBuilder::WriteOrder(const Frame& frame) {
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

bool RecordBuilder::End() {
  Frame& frame = frames_[depth_ - 1];
  const bool is_text = frame.rule != nullptr && frame.rule->has_text;
  if (frame.rule == nullptr) {
    CloseUnknown(&frame);
  } else if (is_text) {
    if (!frame.text_is_set) CloseText(&frame);
  } else {
    // Most white space stands between elements, where it is layout.
    const bool has_layout = frame.saw_child && !frame.saw_text && !frame.preserve;
    if (blank_count_ > frame.blanks_begin && !has_layout) KeepBlanks(&frame);
    if (frame.unordered) WriteOrder(frame);
  }
  const bool has_text = is_text && (frame.text_is_set || !frame.text.empty());
  const bool empty = !frame.has_attributes && !frame.has_nodes && !has_text;
  if (empty) {
    if (depth_ == 1 && is_header_) {
      draft_.PutNumber(content_,
                       *table_.header_type().Field(v1::DatasetHeader::kNoContentFieldNumber), 1);
    }
    if (frame.rule == nullptr) {
      CountResidue(source_);
    } else {
      CountLeaf(frame.rule->empty);
    }
  }
  if (blank_count_ > frame.blanks_begin) DropBlanks(frame.blanks_begin);
  runs_.resize(frame.runs_begin);
  scope_->Leave(frame.mark);
  if (frame.rule == nullptr) source_.resize(frame.source_size);
  --depth_;
  return depth_ == 0;
}

void RecordBuilder::CloseOpen() {
  if (depth_ == 0) return;
  Frame& frame = frames_[0];
  // White space before the first record is layout, but where text stands beside it.
  if (blank_count_ > frame.blanks_begin && (frame.saw_text || frame.preserve)) KeepBlanks(&frame);
  if (frame.unordered) WriteOrder(frame);
  depth_ = 0;
}

[[gnu::flatten]] text::XmlEvent RecordBuilder::TakeElement(text::XmlReader& xml,
                                                           uint64_t last_offset,
                                                           uint64_t text_bytes) {
  while (true) {
    const text::XmlEvent event = xml.Step();
    switch (event) {
      case text::XmlEvent::kStart:
        Start(xml.name(), xml.attributes());
        break;
      case text::XmlEvent::kEnd:
        if (End()) return event;
        break;
      case text::XmlEvent::kText:
        Text(xml.text(), xml.is_blank());
        if (open_text_bytes() > text_bytes) [[unlikely]]
          return event;
        break;
      case text::XmlEvent::kComment:
        Comment(xml.text());
        break;
      case text::XmlEvent::kProcessingInstruction:
        Instruction(xml.name(), xml.text());
        break;
      case text::XmlEvent::kEndOfDocument:
      case text::XmlEvent::kError:
        return event;
    }
    if (xml.end_offset() > last_offset) [[unlikely]]
      return text::XmlEvent::kText;
  }
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

void RecordBuilder::SetContentText(int field_number, std::string_view text) {
  const DraftType& type = is_header_ ? table_.header_type() : table_.record_type();
  draft_.PutText(content_, *type.Field(field_number), text);
}

absl::Status RecordBuilder::Finish(sdk::BatchBuilder& batch) {
  if (beside_->lexical_size() > 1) {
    std::stable_sort(beside_->mutable_lexical()->begin(), beside_->mutable_lexical()->end(),
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
  if (!is_header_) id_ = TrimXmlSpace(draft_.TextOf(content_, table_.record_id()));
  return WriteBytes(batch);
}

absl::Status RecordBuilder::WriteBytes(sdk::BatchBuilder& batch) {
  // Of all fields of a record that a file gives, the content has the lowest number.
  const int number = is_header_                    ? v1::Record::kDatasetHeaderFieldNumber
                     : IsActivities(table_.root()) ? v1::Record::kActivityFieldNumber
                                                   : v1::Record::kOrganisationFieldNumber;
  constexpr size_t kMaxTagAndSize = 10;
  const size_t beside_size = beside_->ByteSizeLong();
  if (draft_.is_too_large() || beside_size > kLargestRecord) return TooLarge();
  const size_t room = kMaxTagAndSize + draft_.Bound() + beside_size;
  auto* const begin = reinterpret_cast<uint8_t*>(batch.RoomForBytes(room));
  uint8_t* const end = begin + room;
  uint8_t* next = end - beside_size;
  beside_->SerializeWithCachedSizesToArray(next);
  const uint8_t* const content_end = next;
  next = draft_.WriteBefore(next);
  const auto content_size = static_cast<size_t>(content_end - next);
  if (content_size > kLargestRecord) return TooLarge();
  uint8_t tag[kMaxTagAndSize];
  const uint8_t* const tag_end = CodedOutputStream::WriteVarint32ToArray(
      static_cast<uint32_t>(content_size),
      CodedOutputStream::WriteVarint32ToArray(static_cast<uint32_t>(number) << 3 | 2, tag));
  next -= tag_end - tag;
  std::copy(static_cast<const uint8_t*>(tag), tag_end, next);
  const auto size = static_cast<size_t>(end - next);
  if (size > kLargestRecord) return TooLarge();
  batch.SetBytes({reinterpret_cast<const char*>(next), size});
  return absl::OkStatus();
}

}  // namespace puente::iati
