// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Writes the element of one record by the element table, residue and source texts included.
#include "plugins/iati/record_writer.h"

#include <algorithm>
#include <charconv>

#include "core/base/calendar.h"
#include "core/base/decimal.h"
#include "core/base/lexical.h"
#include "core/base/strings.h"
#include "plugins/iati/record_builder.h"

#define PUENTE_TRY(expression)                                                       \
  do {                                                                               \
    if (absl::Status try_status = (expression); !try_status.ok()) return try_status; \
  } while (false)

namespace puente::iati {
namespace {

using google::protobuf::Message;

/// Residue deeper than this is not written; readers refuse it, so only made-up records have it.
constexpr int kMaxUnknownDepth = 300;

// Paths of the output whose ids are kept at hand; of a hostile record each may be another.
constexpr size_t kMaxInterned = 4096;

std::string Key(const v1::FieldPath& path) {
  return std::string(reinterpret_cast<const char*>(path.steps().data()),
                     static_cast<size_t>(path.steps_size()) * sizeof(uint32_t));
}

/// The canonical text of a value that is there, or false.
bool CanonicalText(const LeafRule& rule, const Message& message, const FieldAccess& access,
                   int index, std::string* out) {
  switch (rule.type) {
    case LeafType::kString: {
      const std::string& value = access.text(message, index);
      const std::string_view word =
          rule.words == nullptr ? std::string_view() : rule.words->WordOf(value);
      out->assign(word.empty() ? std::string_view(value) : word);
      return true;
    }
    case LeafType::kBool:
      AppendBool(access.number(message) != 0, out);
      return true;
    case LeafType::kInt32:
      AppendInt32(static_cast<int32_t>(access.number(message)), out);
      return true;
    case LeafType::kDecimal:
      return AppendDecimal(static_cast<const v1::Decimal&>(access.get(message, 0)), out);
    case LeafType::kDate:
      return AppendDate(static_cast<const v1::Date&>(access.get(message, 0)), out);
    case LeafType::kDateTime:
      return AppendDateTime(static_cast<const v1::DateTime&>(access.get(message, 0)), out);
  }
  return false;
}

/// True when the source text still says what the field says: nobody changed the field since.
bool StillSays(const LeafRule& rule, const Message& message, const FieldAccess& access, int index,
               std::string_view source) {
  std::string now;
  if (!CanonicalText(rule, message, access, index, &now)) return false;
  std::string then;
  switch (rule.type) {
    case LeafType::kString: {
      if (rule.words == nullptr) return source == now;
      const std::string_view code = rule.words->CodeOf(source);
      const std::string_view word = rule.words->WordOf(code.empty() ? source : code);
      then = word.empty() ? source : word;
      break;
    }
    case LeafType::kBool: {
      bool value = false;
      if (ParseBool(source, &value) == TextForm::kInvalid) return false;
      AppendBool(value, &then);
      break;
    }
    case LeafType::kInt32: {
      int32_t value = 0;
      if (ParseInt32(source, &value) == TextForm::kInvalid) return false;
      AppendInt32(value, &then);
      break;
    }
    case LeafType::kDecimal: {
      v1::Decimal value;
      if (ParseDecimal(source, &value) == TextForm::kInvalid) return false;
      AppendDecimal(value, &then);
      break;
    }
    case LeafType::kDate: {
      v1::Date value;
      if (ParseDate(source, &value) == TextForm::kInvalid) return false;
      AppendDate(value, &then);
      break;
    }
    case LeafType::kDateTime: {
      v1::DateTime value;
      if (ParseDateTime(source, &value) == TextForm::kInvalid) return false;
      AppendDateTime(value, &then);
      break;
    }
  }
  return then == now;
}

/// Counts the leaves of a node, as the reader does.
uint64_t LeavesOf(const v1::XmlNode& node, int depth = 0) {
  if (!node.has_element() || depth > kMaxUnknownDepth) return 1;
  uint64_t count = static_cast<uint64_t>(node.element().attributes_size());
  for (const v1::XmlNode& child : node.element().children()) count += LeavesOf(child, depth + 1);
  return std::max<uint64_t>(count, 1);
}

const v1::XmlAttribute* SpaceAttribute(const std::vector<const v1::ResidueNode*>& nodes) {
  for (const v1::ResidueNode* node : nodes) {
    if (node->xml().has_attribute() && node->xml().attribute().name() == "xml:space") {
      return &node->xml().attribute();
    }
  }
  return nullptr;
}

}  // namespace

RecordWriter::RecordWriter(const sdk::Run& run, const ElementTable& table)
    : run_(run), table_(table), counts_(table.leaf_count(), 0) {
  for (uint32_t i = 0; i < table.leaf_count(); ++i) known_fields_.insert(table.leaf(i).field_path);
  known_fields_.insert(table.residue_field());
}

void RecordWriter::Begin(const v1::Record& record) {
  record_ = &record;
  path_.clear();
  residue_.clear();
  lexical_.clear();
  orders_.clear();
  outside_.clear();
  for (const v1::ResidueNode& node : record.residue().nodes()) {
    if (node.place() == v1::RESIDUE_PLACE_UNSPECIFIED) {
      residue_[Key(node.parent())].push_back(&node);
    } else {
      outside_.push_back(&node);
    }
  }
  for (auto& [key, nodes] : residue_) {
    std::stable_sort(nodes.begin(), nodes.end(),
                     [](const v1::ResidueNode* a, const v1::ResidueNode* b) {
                       return std::pair(a->text_offset(), a->position()) <
                              std::pair(b->text_offset(), b->position());
                     });
  }
  for (const v1::LexicalForm& form : record.lexical()) lexical_[Key(form.path())] = &form;
  for (const v1::ChildOrder& order : record.residue().orders()) {
    orders_[Key(order.parent())] = &order;
  }
  special_ = !residue_.empty() || !lexical_.empty() || !orders_.empty();
}

std::string RecordWriter::PathKey() const {
  return std::string(reinterpret_cast<const char*>(path_.data()), path_.size() * sizeof(uint32_t));
}

std::vector<const v1::ResidueNode*> RecordWriter::OwnNodes() const {
  const auto it = residue_.find(std::string());
  return it == residue_.end() ? std::vector<const v1::ResidueNode*>() : it->second;
}

const v1::LexicalForm* RecordWriter::FindLexical() const {
  if (lexical_.empty()) return nullptr;
  const auto it = lexical_.find(PathKey());
  return it == lexical_.end() ? nullptr : it->second;
}

void RecordWriter::CountLeaf(const LeafIds& ids) {
  if (counts_[ids.number]++ == 0) touched_.push_back(ids.number);
}

void RecordWriter::CountResidue(std::string_view path) { CountAt(path, table_.residue_field()); }

void RecordWriter::CountAt(std::string_view path, uint32_t field_path) {
  if (interned_.size() > kMaxInterned) interned_.clear();
  auto it = interned_.find(ToAbsl(path));
  if (it == interned_.end()) it = interned_.emplace(path, run_.Intern(path)).first;
  const auto [known, is_new] =
      other_places_.try_emplace({it->second, field_path}, other_counts_.size());
  if (!is_new) {
    ++other_counts_[known->second].count;
    return;
  }
  other_counts_.push_back({it->second, field_path, 1});
}

void RecordWriter::RefuseNode(std::string_view what, std::string_view text, uint32_t field_path,
                              uint64_t leaves) {
  run_.ReportLoss(field_path, leaves, PUENTE_LOSS_NO_PLACE, text);
  sdk::Finding finding;
  finding.severity = PUENTE_ERROR;
  finding.code = "IATI-0010";
  const std::string message = std::string(what) + " cannot be written in XML 1.0";
  finding.message = message;
  finding.hint = "remove control characters and characters that are not allowed in names";
  finding.text = text.substr(0, 200);
  run_.Report(finding);
}

bool RecordWriter::LeafText(const LeafRule& rule, const Message& message, const Step* value,
                            std::string* text) {
  text->clear();
  const Message* holder = &message;
  const Step* last = value;
  const size_t path_before = path_.size();
  bool present = true;
  int index = 0;
  if (value == nullptr) {
    last = &rule.steps.back();
    for (const Step& step : rule.steps) {
      if (special_) {
        path_.push_back(step.number);
        path_.push_back(0);
      }
      if (&step == last || !present) continue;
      present = step.access->size(*holder) > 0;
      if (present) holder = &step.access->get(*holder, 0);
    }
  } else if (value->is_repeated) {
    index = static_cast<int>(path_.back());
  }
  if (present && !last->is_repeated) present = last->access->size(*holder) > 0;
  const v1::LexicalForm* form = special_ ? FindLexical() : nullptr;
  path_.resize(path_before);
  if (form != nullptr) {
    if (form->state() == v1::LEXICAL_STATE_VARIANT
            ? present && StillSays(rule, *holder, *last->access, index, form->text())
            : !present && form->state() != v1::LEXICAL_STATE_NULL) {
      *text = form->text();
      return true;
    }
  }
  return present && CanonicalText(rule, *holder, *last->access, index, text);
}

absl::Status RecordWriter::WriteAttribute(std::string_view name, std::string_view value,
                                          bool* written, text::XmlWriter* xml) {
  const absl::Status status = xml->Attribute(name, value);
  *written = status.ok();
  // What XML cannot carry is a loss; only a failing output ends the writing.
  return absl::IsInvalidArgument(status) ? absl::OkStatus() : status;
}

absl::Status RecordWriter::WriteRootAttributes(const Message& header, const ElementRule& rule,
                                               text::XmlWriter* xml) {
  std::string text;
  for (const LeafRule& leaf : rule.attributes) {
    if (!LeafText(leaf, header, nullptr, &text)) continue;
    bool written = false;
    PUENTE_TRY(WriteAttribute(leaf.name, text, &written, xml));
    if (written) {
      CountLeaf(leaf.ids);
    } else {
      RefuseNode("the attribute `" + leaf.name + "`", text, leaf.ids.field_path, 1);
    }
  }
  for (const v1::ResidueNode* node : OwnNodes()) {
    if (!node->xml().has_attribute()) continue;
    const v1::XmlAttribute& attribute = node->xml().attribute();
    bool written = false;
    PUENTE_TRY(WriteAttribute(attribute.name(), attribute.value(), &written, xml));
    if (written) {
      CountResidue(rule.source_path + "/@" + attribute.name());
    } else {
      RefuseNode("an attribute", attribute.value(), table_.residue_field(), 1);
    }
  }
  return absl::OkStatus();
}

absl::Status RecordWriter::WriteRecord(const Message& content, const ElementRule& rule, int depth,
                                       const Declarations& declarations, text::XmlWriter* xml) {
  path_.clear();
  return WriteElement(rule, content, depth, false, &declarations, xml);
}

absl::Status RecordWriter::WriteElement(const ElementRule& rule, const Message& message, int depth,
                                        bool preserve, const Declarations* declarations,
                                        text::XmlWriter* xml) {
  static const std::vector<const v1::ResidueNode*> kNone;
  const std::vector<const v1::ResidueNode*>* nodes = &kNone;
  if (!residue_.empty()) {
    if (const auto it = residue_.find(PathKey()); it != residue_.end()) nodes = &it->second;
  }
  PUENTE_TRY(xml->StartElement(rule.name));
  bool has_any = false;
  std::string text;
  for (const LeafRule& leaf : rule.attributes) {
    if (!LeafText(leaf, message, nullptr, &text)) continue;
    bool written = false;
    PUENTE_TRY(WriteAttribute(leaf.name, text, &written, xml));
    has_any |= written;
    if (written) {
      CountLeaf(leaf.ids);
    } else {
      RefuseNode("the attribute `" + leaf.name + "`", text, leaf.ids.field_path, 1);
    }
  }
  for (const v1::ResidueNode* node : *nodes) {
    if (!node->xml().has_attribute()) continue;
    const v1::XmlAttribute& attribute = node->xml().attribute();
    bool written = false;
    PUENTE_TRY(WriteAttribute(attribute.name(), attribute.value(), &written, xml));
    has_any |= written;
    if (written) {
      CountResidue(rule.source_path + "/@" + attribute.name());
    } else {
      RefuseNode("an attribute", attribute.value(), table_.residue_field(), 1);
    }
  }
  if (declarations != nullptr) {
    for (const auto& [name, value] : *declarations) {
      PUENTE_TRY(xml->Attribute(name, value));
      has_any = true;
      derived_.push_back(run_.Intern(rule.source_path + "/@" + name));
    }
  }
  if (const v1::XmlAttribute* space = SpaceAttribute(*nodes)) {
    preserve = space->value() == "preserve";
  }
  const uint64_t before = xml->bytes_written();
  if (rule.has_text) {
    PUENTE_TRY(WriteText(rule, message, *nodes, depth, xml));
  } else {
    PUENTE_TRY(WriteChildren(rule, message, *nodes, depth, preserve, xml));
  }
  if (!has_any && xml->bytes_written() == before) CountLeaf(rule.empty);
  return xml->EndElement();
}

absl::Status RecordWriter::WriteText(const ElementRule& rule, const Message& message,
                                     const std::vector<const v1::ResidueNode*>& nodes, int depth,
                                     text::XmlWriter* xml) {
  std::string text;
  const Step* value = rule.is_value ? &rule.steps.back() : nullptr;
  if (LeafText(rule.text, message, value, &text) && !text.empty()) {
    if (text::CanWriteText(text)) {
      CountLeaf(rule.text.ids);
    } else {
      RefuseNode("the text of `" + rule.name + "`", text, rule.text.ids.field_path, 1);
      text.clear();
    }
  }
  size_t done = 0;
  for (const v1::ResidueNode* node : nodes) {
    if (node->xml().has_attribute()) continue;
    size_t offset = std::min<size_t>(node->text_offset(), text.size());
    while (offset > 0 && offset < text.size() && (text[offset] & 0xC0) == 0x80) --offset;
    if (offset > done) {
      PUENTE_TRY(xml->Text(std::string_view(text).substr(done, offset - done)));
      done = offset;
    }
    PUENTE_TRY(WriteNode(node->xml(), rule.source_path, depth + 1, false, xml));
    if (node->splits_text() && done > 0 && done < text.size()) {
      CountResidue(rule.source_path + "/text()");
    }
  }
  if (done < text.size()) PUENTE_TRY(xml->Text(std::string_view(text).substr(done)));
  return absl::OkStatus();
}

int RecordWriter::CountInstances(const ElementRule& child, const Message& parent) {
  const Message* holder = &parent;
  for (size_t i = 0; i + 1 < child.steps.size(); ++i) {
    const FieldAccess& access = *child.steps[i].access;
    if (access.size(*holder) == 0) return 0;
    holder = &access.get(*holder, 0);
  }
  const int size = child.steps.back().access->size(*holder);
  if (size > 0 || child.is_repeated) return size;
  if (child.is_value && !lexical_.empty()) {
    const size_t before = path_.size();
    for (const Step& step : child.steps) {
      path_.push_back(step.number);
      path_.push_back(0);
    }
    const v1::LexicalForm* form = FindLexical();
    path_.resize(before);
    return form != nullptr && form->state() != v1::LEXICAL_STATE_VARIANT &&
                   form->state() != v1::LEXICAL_STATE_NULL
               ? 1
               : 0;
  }
  return 0;
}

void RecordWriter::ListChildren(const ElementRule& rule, const Message& message,
                                std::vector<Instance>* out) {
  std::vector<int> total(rule.children.size());
  std::vector<int> next(rule.children.size(), 0);
  for (size_t i = 0; i < rule.children.size(); ++i) {
    total[i] = CountInstances(*rule.children[i], message);
  }
  if (const auto it = orders_.find(PathKey()); it != orders_.end()) {
    std::string_view order = it->second->order();
    while (!order.empty()) {
      const size_t space = std::min(order.find(' '), order.size());
      std::string_view word = order.substr(0, space);
      order.remove_prefix(std::min(space + 1, order.size()));
      int count = 1;
      if (const size_t star = word.find('*'); star != std::string_view::npos) {
        std::from_chars(word.data() + star + 1, word.data() + word.size(), count);
        word = word.substr(0, star);
      }
      const ElementRule* child = rule.FindChild(word);
      if (child == nullptr) continue;
      while (count-- > 0 && next[child->order] < total[child->order]) {
        out->push_back({child, next[child->order]++});
      }
    }
  }
  for (size_t i = 0; i < rule.children.size(); ++i) {
    while (next[i] < total[i]) out->push_back({rule.children[i].get(), next[i]++});
  }
}

bool RecordWriter::HasChild(const ElementRule& rule, const Message& message) {
  return std::any_of(rule.children.begin(), rule.children.end(),
                     [&](const auto& child) { return CountInstances(*child, message) > 0; });
}

absl::Status RecordWriter::WriteChildren(const ElementRule& rule, const Message& message,
                                         const std::vector<const v1::ResidueNode*>& nodes,
                                         int depth, bool preserve, text::XmlWriter* xml) {
  if (!lexical_.empty() && !path_.empty()) {
    // White space where no text belongs; it is written only where nothing else came in meanwhile.
    const v1::LexicalForm* form = FindLexical();
    if (form != nullptr && form->state() == v1::LEXICAL_STATE_UNPARSED && IsBlank(form->text()) &&
        !HasChild(rule, message) &&
        std::all_of(nodes.begin(), nodes.end(),
                    [](const v1::ResidueNode* node) { return node->xml().has_attribute(); })) {
      CountAt(rule.source_path + "/text()", rule.empty.field_path);
      return xml->Text(form->text());
    }
  }
  const bool simple = nodes.empty() && (orders_.empty() || orders_.count(PathKey()) == 0);
  if (simple) {
    bool any = false;
    for (const auto& child : rule.children) {
      const int count = CountInstances(*child, message);
      for (int index = 0; index < count; ++index) {
        if (!preserve) PUENTE_TRY(xml->NewlineIndent(static_cast<size_t>(depth) + 1));
        PUENTE_TRY(WriteChild(*child, index, message, depth + 1, preserve, xml));
        any = true;
      }
    }
    if (any && !preserve) PUENTE_TRY(xml->NewlineIndent(static_cast<size_t>(depth)));
    return absl::OkStatus();
  }
  bool has_text = false;
  bool has_element = false;
  for (const v1::ResidueNode* node : nodes) {
    has_text |= node->xml().node_case() == v1::XmlNode::kText;
    has_element |= node->xml().has_element();
  }
  const bool layout = !preserve && !has_text && (has_element || HasChild(rule, message));
  std::vector<Instance> children;
  ListChildren(rule, message, &children);
  uint32_t position = 0;
  auto node = nodes.begin();
  auto child = children.begin();
  bool any = false;
  while (node != nodes.end() || child != children.end()) {
    if (node != nodes.end() && (*node)->xml().has_attribute()) {
      ++node;
      continue;
    }
    any = true;
    if (layout) PUENTE_TRY(xml->NewlineIndent(static_cast<size_t>(depth) + 1));
    if (node != nodes.end() && (child == children.end() || (*node)->position() <= position)) {
      PUENTE_TRY(WriteNode((*node)->xml(), rule.source_path, depth + 1, !preserve, xml));
      ++node;
    } else {
      PUENTE_TRY(WriteChild(*child->rule, child->index, message, depth + 1, preserve, xml));
      ++child;
    }
    ++position;
  }
  if (any && layout) PUENTE_TRY(xml->NewlineIndent(static_cast<size_t>(depth)));
  return absl::OkStatus();
}

absl::Status RecordWriter::WriteChild(const ElementRule& child, int index, const Message& parent,
                                      int depth, bool preserve, text::XmlWriter* xml) {
  const size_t before = path_.size();
  const Message* holder = &parent;
  for (size_t i = 0; i + 1 < child.steps.size(); ++i) {
    path_.push_back(child.steps[i].number);
    path_.push_back(0);
    holder = &child.steps[i].access->get(*holder, 0);
  }
  const Step& last = child.steps.back();
  path_.push_back(last.number);
  path_.push_back(child.is_repeated ? static_cast<uint32_t>(index) : 0);
  const Message* message = child.is_value ? holder : &last.access->get(*holder, index);
  const absl::Status status = WriteElement(child, *message, depth, preserve, nullptr, xml);
  path_.resize(before);
  return status;
}

absl::Status RecordWriter::WriteNode(const v1::XmlNode& node, std::string_view parent_path,
                                     int depth, bool layout, text::XmlWriter* xml) {
  const std::string prefix = parent_path.empty() ? "" : std::string(parent_path) + "/";
  switch (node.node_case()) {
    case v1::XmlNode::kElement:
      return WriteUnknown(node.element(), parent_path, depth, !layout, xml);
    case v1::XmlNode::kText:
      if (!text::CanWriteText(node.text())) {
        RefuseNode("a text", node.text(), table_.residue_field(), 1);
        return absl::OkStatus();
      }
      if (node.text().empty()) return absl::OkStatus();
      CountResidue(prefix + "text()");
      return xml->Text(node.text());
    case v1::XmlNode::kComment:
      if (!text::CanWriteComment(node.comment())) {
        RefuseNode("a comment", node.comment(), table_.residue_field(), 1);
        return absl::OkStatus();
      }
      CountResidue(prefix + "comment()");
      return xml->Comment(node.comment());
    case v1::XmlNode::kProcessingInstruction: {
      const v1::XmlProcessingInstruction& instruction = node.processing_instruction();
      if (!text::CanWriteProcessingInstruction(instruction.target(), instruction.data())) {
        RefuseNode("a processing instruction", instruction.target(), table_.residue_field(), 1);
        return absl::OkStatus();
      }
      CountResidue(prefix + "processing-instruction()");
      return xml->ProcessingInstruction(instruction.target(), instruction.data());
    }
    case v1::XmlNode::kAttribute:
    case v1::XmlNode::NODE_NOT_SET:
      break;
  }
  return absl::OkStatus();
}

absl::Status RecordWriter::WriteUnknown(const v1::XmlElement& element, std::string_view parent_path,
                                        int depth, bool preserve, text::XmlWriter* xml) {
  if (!text::CanWriteName(element.name()) || depth > kMaxUnknownDepth) {
    v1::XmlNode node;
    *node.mutable_element() = element;
    RefuseNode("an element", element.name(), table_.residue_field(), LeavesOf(node));
    return absl::OkStatus();
  }
  std::string path(parent_path);
  if (path.size() <= kMaxSourcePath) path += "/" + element.name();
  PUENTE_TRY(xml->StartElement(element.name()));
  bool has_any = false;
  for (const v1::XmlAttribute& attribute : element.attributes()) {
    bool written = false;
    PUENTE_TRY(WriteAttribute(attribute.name(), attribute.value(), &written, xml));
    if (written) {
      has_any = true;
      CountResidue(path + "/@" + attribute.name());
      if (attribute.name() == "xml:space") preserve = attribute.value() == "preserve";
    } else {
      RefuseNode("an attribute", attribute.value(), table_.residue_field(), 1);
    }
  }
  bool has_text = false;
  bool has_element = false;
  for (const v1::XmlNode& child : element.children()) {
    has_text |= child.node_case() == v1::XmlNode::kText;
    has_element |= child.has_element();
  }
  const bool layout = !preserve && !has_text && has_element;
  for (const v1::XmlNode& child : element.children()) {
    if (layout) PUENTE_TRY(xml->NewlineIndent(static_cast<size_t>(depth) + 1));
    PUENTE_TRY(WriteNode(child, path, depth + 1, !preserve, xml));
    has_any = true;
  }
  if (layout) PUENTE_TRY(xml->NewlineIndent(static_cast<size_t>(depth)));
  if (!has_any) CountResidue(path);
  return xml->EndElement();
}

void RecordWriter::End(const sdk::RecordInfo& info) {
  for (const uint32_t number : touched_) {
    const LeafIds& ids = table_.leaf(number);
    run_.CountKept(ids.field_path, ids.source_path, counts_[number]);
    counts_[number] = 0;
  }
  touched_.clear();
  for (const PuenteLeaves& leaves : other_counts_) {
    run_.CountKept(leaves.field_path, leaves.source_path, leaves.count);
  }
  other_counts_.clear();
  other_places_.clear();
  for (const uint32_t path : derived_) run_.CountDerived(path, 1);
  derived_.clear();
  for (const PuenteLeaves& leaves : info.leaves) {
    if (known_fields_.count(leaves.field_path) == 0) {
      run_.ReportLoss(leaves.field_path, leaves.count, PUENTE_LOSS_NO_PLACE, "");
    }
  }
}

}  // namespace puente::iati
