// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// A record as a tree of its values, each with its source text and residue, for comparing.

#include "core/diff/value_tree.h"

#include <algorithm>
#include <charconv>
#include <numeric>
#include <tuple>
#include <utility>

#include "absl/hash/hash.h"
#include "core/base/lexical.h"
#include "core/base/schema.h"
#include "core/base/strings.h"
#include "core/text/base64.h"
#include "core/text/record_json.h"
#include "google/protobuf/unknown_field_set.h"

namespace puente::diff {
namespace {

using ::google::protobuf::FieldDescriptor;
using ::google::protobuf::Message;
using ::google::protobuf::Reflection;
using ::google::protobuf::UnknownFieldSet;

uint64_t HashText(std::string_view text) { return absl::HashOf(ToAbsl(text)); }

// Spreads a hash, so that sums of them differ where their terms do.
uint64_t Mix(uint64_t a, uint64_t b) { return absl::HashOf(a, b); }

RareParts& Rare(ValueNode* node) {
  if (node->rare == nullptr) node->rare = std::make_unique<RareParts>();
  return *node->rare;
}

class TreeMaker {
 public:
  explicit TreeMaker(ValueTree* tree) : tree_(*tree) {}

  void Make(const v1::Record& record) {
    if (const FieldDescriptor* content = ContentField(record); content != nullptr) {
      AddFields(record.GetReflection()->GetMessage(record, content), &tree_.root);
    }
    for (const v1::LexicalForm& form : record.lexical()) {
      ValueNode* node = Find(form.path());
      // White space in an element that is no text is layout.
      if (IsObject(*node) && TrimXmlSpace(form.text()).empty()) continue;
      RareParts& rare = Rare(node);
      rare.source_text = form.text();
      rare.source_state = form.state();
    }
    for (const v1::ResidueNode& node : record.residue().nodes()) AddResidue(node);
    for (const google::protobuf::Any& extension : record.extensions()) {
      ValueNode added = NewResidue("@extension " + extension.type_url());
      SetValue(Base64(extension.value()), &added);
      Rare(&tree_.root).residue.push_back(std::move(added));
    }
    AddUnknown(record.GetReflection()->GetUnknownFields(record), &tree_.root);
    Finish(&tree_.root);
  }

 private:
  std::string_view Keep(std::string text) { return tree_.texts.emplace_back(std::move(text)); }

  static std::string Base64(std::string_view bytes) {
    std::string out;
    text::AppendBase64(bytes, &out);
    return out;
  }

  void SetValue(std::string text, ValueNode* node) {
    node->value = Keep(std::move(text));
    node->has_value = true;
    node->is_text = true;
  }

  static bool IsObject(const ValueNode& node) {
    return node.field == nullptr ||
           (node.field->message_type() != nullptr && !IsLeafMessage(*node.field->message_type()));
  }

  static ValueNode NewResidue(std::string name) {
    ValueNode node;
    Rare(&node).residue_name = std::move(name);
    return node;
  }

  void AddUnknown(const UnknownFieldSet& unknown, ValueNode* node) {
    if (unknown.empty()) return;
    std::string bytes;
    unknown.SerializeToString(&bytes);
    ValueNode added = NewResidue("@unknown");
    SetValue(Base64(bytes), &added);
    Rare(node).residue.push_back(std::move(added));
  }

  void AddFields(const Message& message, ValueNode* node) {
    const Reflection& reflection = *message.GetReflection();
    std::vector<const FieldDescriptor*> fields;
    reflection.ListFields(message, &fields);
    for (const FieldDescriptor* field : fields) {
      if (IsStructural(*field)) continue;
      const int count = field->is_repeated() ? reflection.FieldSize(message, field) : 1;
      for (int i = 0; i < count; ++i) {
        ValueNode& child = node->fields.emplace_back();
        child.field = field;
        child.index = static_cast<uint32_t>(i);
        if (field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) {
          AddScalar(message, *field, i, &child);
          continue;
        }
        const Message& below = field->is_repeated()
                                   ? reflection.GetRepeatedMessage(message, field, i)
                                   : reflection.GetMessage(message, field);
        if (IsLeafMessage(*field->message_type())) {
          AddLeaf(below, &child);
        } else {
          AddFields(below, &child);
        }
      }
    }
    AddUnknown(reflection.GetUnknownFields(message), node);
  }

  void AddLeaf(const Message& leaf, ValueNode* node) {
    if (leaf.GetDescriptor() == v1::Cell::descriptor()) {
      const auto& cell = static_cast<const v1::Cell&>(leaf);
      node->value = cell.text();
      node->has_value = cell.has_text();
      node->is_text = true;
      AddUnknown(cell.GetReflection()->GetUnknownFields(cell), node);
      return;
    }
    std::string json;
    if (!text::AppendRecordJson(leaf, &json).ok()) json = leaf.ShortDebugString();
    // A text of digits and signs needs no escapes.
    const bool quoted = json.size() >= 2 && json.front() == '"';
    node->value = Keep(quoted ? json.substr(1, json.size() - 2) : json);
    node->has_value = true;
  }

  template <typename Number>
  void SetNumber(Number number, ValueNode* node) {
    char digits[24];
    const std::to_chars_result end = std::to_chars(digits, digits + sizeof(digits), number);
    node->value = Keep(std::string(digits, end.ptr));
  }

  void AddScalar(const Message& message, const FieldDescriptor& field, int i, ValueNode* node) {
    const Reflection& reflection = *message.GetReflection();
    const bool many = field.is_repeated();
    node->has_value = true;
    switch (field.cpp_type()) {
      case FieldDescriptor::CPPTYPE_STRING: {
        std::string scratch;
        const std::string& text =
            many ? reflection.GetRepeatedStringReference(message, &field, i, &scratch)
                 : reflection.GetStringReference(message, &field, &scratch);
        node->is_text = true;
        node->value = field.type() == FieldDescriptor::TYPE_BYTES ? Keep(Base64(text))
                      : &text == &scratch                         ? Keep(text)
                                                                  : std::string_view(text);
        return;
      }
      case FieldDescriptor::CPPTYPE_BOOL: {
        const bool set = many ? reflection.GetRepeatedBool(message, &field, i)
                              : reflection.GetBool(message, &field);
        node->value = set ? "true" : "false";
        return;
      }
      case FieldDescriptor::CPPTYPE_ENUM: {
        const int number = many ? reflection.GetRepeatedEnumValue(message, &field, i)
                                : reflection.GetEnumValue(message, &field);
        const auto* value = field.enum_type()->FindValueByNumber(number);
        if (value == nullptr) return SetNumber(number, node);
        node->value = value->name();
        return;
      }
      case FieldDescriptor::CPPTYPE_INT32:
        return SetNumber(many ? reflection.GetRepeatedInt32(message, &field, i)
                              : reflection.GetInt32(message, &field),
                         node);
      case FieldDescriptor::CPPTYPE_INT64:
        return SetNumber(many ? reflection.GetRepeatedInt64(message, &field, i)
                              : reflection.GetInt64(message, &field),
                         node);
      case FieldDescriptor::CPPTYPE_UINT32:
        return SetNumber(many ? reflection.GetRepeatedUInt32(message, &field, i)
                              : reflection.GetUInt32(message, &field),
                         node);
      case FieldDescriptor::CPPTYPE_UINT64:
        return SetNumber(many ? reflection.GetRepeatedUInt64(message, &field, i)
                              : reflection.GetUInt64(message, &field),
                         node);
      default:
        // The schema has no floating-point numbers.
        node->has_value = false;
    }
  }

  // The node at a path below the content; made where the path leads to nothing, since values that
  // are absent have source texts too.
  ValueNode* Find(const v1::FieldPath& path) {
    ValueNode* node = &tree_.root;
    const FieldDescriptor* field = nullptr;
    for (int i = 0; i + 1 < path.steps_size(); i += 2) {
      const auto* type = i == 0 ? content_ : field == nullptr ? nullptr : field->message_type();
      field = type == nullptr ? nullptr : type->FindFieldByNumber(static_cast<int>(path.steps(i)));
      // A path that does not fit the schema: what it tells of stays at what it fits.
      if (field == nullptr) return node;
      const uint32_t index = path.steps(i + 1);
      const auto before = [](const ValueNode& a, const std::pair<int, uint32_t>& b) {
        return std::pair(a.field->number(), a.index) < b;
      };
      const std::pair<int, uint32_t> wanted(field->number(), index);
      auto at = std::lower_bound(node->fields.begin(), node->fields.end(), wanted, before);
      if (at == node->fields.end() || at->field != field || at->index != index) {
        at = node->fields.emplace(at);
        at->field = field;
        at->index = index;
      }
      node = &*at;
    }
    return node;
  }

  void AddResidue(const v1::ResidueNode& node) {
    ValueNode piece = XmlPiece(node.xml(), 0);
    if (node.place() == v1::RESIDUE_PLACE_UNSPECIFIED) {
      if (node.has_text_offset()) Rare(&piece).text_offset = node.text_offset();
      Rare(Find(node.parent())).residue.push_back(std::move(piece));
      return;
    }
    LooseNode& loose = tree_.loose.emplace_back();
    loose.place = node.place() == v1::RESIDUE_PLACE_BEFORE_ROOT  ? "before the root element"
                  : node.place() == v1::RESIDUE_PLACE_AFTER_ROOT ? "after the root element"
                                                                 : "between records";
    loose.name = std::string(piece.name());
    loose.value = piece.has_value ? std::string(piece.value) : std::string();
    if (node.xml().has_element()) AppendXml(node.xml(), 0, &loose.value);
  }

  ValueNode XmlPiece(const v1::XmlNode& xml, int depth) {
    switch (xml.node_case()) {
      case v1::XmlNode::kElement:
        return XmlElement(xml.element(), depth);
      case v1::XmlNode::kText: {
        ValueNode node = NewResidue("text()");
        SetValue(xml.text(), &node);
        return node;
      }
      case v1::XmlNode::kComment: {
        ValueNode node = NewResidue("<!-- -->");
        SetValue(xml.comment(), &node);
        return node;
      }
      case v1::XmlNode::kProcessingInstruction: {
        ValueNode node = NewResidue("<?" + xml.processing_instruction().target() + "?>");
        SetValue(xml.processing_instruction().data(), &node);
        return node;
      }
      case v1::XmlNode::kAttribute: {
        ValueNode node = NewResidue("@" + xml.attribute().name());
        SetValue(xml.attribute().value(), &node);
        return node;
      }
      case v1::XmlNode::NODE_NOT_SET:
        break;
    }
    return NewResidue("text()");
  }

  // An element: its attributes and the elements in it are residue of its own. Where text stands
  // beside elements their order is content, and all of it is one value.
  ValueNode XmlElement(const v1::XmlElement& element, int depth) {
    ValueNode node = NewResidue("<" + element.name() + ">");
    for (const v1::XmlAttribute& attribute : element.attributes()) {
      ValueNode added = NewResidue("@" + attribute.name());
      SetValue(attribute.value(), &added);
      Rare(&node).residue.push_back(std::move(added));
    }
    bool has_text = false;
    for (const v1::XmlNode& child : element.children()) {
      has_text = has_text || (child.has_text() && !TrimXmlSpace(child.text()).empty());
    }
    const bool only_text = element.children_size() == 1 && element.children(0).has_text();
    if (only_text) {
      SetValue(element.children(0).text(), &node);
    } else if (has_text || depth > kMaxXmlDepth) {
      std::string all;
      for (const v1::XmlNode& child : element.children()) AppendXml(child, depth, &all);
      SetValue(std::move(all), &node);
    } else {
      for (const v1::XmlNode& child : element.children()) {
        if (!child.has_text()) Rare(&node).residue.push_back(XmlPiece(child, depth + 1));
      }
    }
    return node;
  }

  static void AppendXml(const v1::XmlNode& xml, int depth, std::string* out) {
    if (xml.has_text()) {
      out->append(xml.text());
    } else if (xml.has_comment()) {
      out->append("<!--").append(xml.comment()).append("-->");
    } else if (xml.has_processing_instruction()) {
      const v1::XmlProcessingInstruction& instruction = xml.processing_instruction();
      out->append("<?").append(instruction.target()).append(" ");
      out->append(instruction.data()).append("?>");
    } else if (xml.has_element() && depth <= 2 * kMaxXmlDepth) {
      const v1::XmlElement& element = xml.element();
      out->append("<").append(element.name());
      for (const v1::XmlAttribute& attribute : element.attributes()) {
        out->append(" ").append(attribute.name()).append("=\"");
        out->append(attribute.value()).append("\"");
      }
      out->append(">");
      for (const v1::XmlNode& child : element.children()) AppendXml(child, depth + 1, out);
      out->append("</").append(element.name()).append(">");
    }
  }

  // Sorts and numbers the residue; counts leaves; computes hashes.
  static void Finish(ValueNode* node) {
    uint64_t hash = node->has_value ? Mix(1, HashText(node->value)) : 0;
    const bool own = node->has_value || node->source_text().has_value();
    uint32_t leaves = own ? 1 : 0;
    const auto add = [&](ValueNode& child, uint64_t key) {
      Finish(&child);
      leaves += child.leaves;
      hash += Mix(child.in_order() ? Mix(key, child.index + 2) : key, child.hash);
    };
    for (ValueNode& child : node->fields) add(child, static_cast<uint64_t>(child.field->number()));
    if (node->rare != nullptr) {
      RareParts& rare = *node->rare;
      if (rare.source_text.has_value()) {
        hash += Mix(static_cast<uint64_t>(rare.source_state) << 32, HashText(*rare.source_text));
      }
      if (rare.text_offset.has_value()) hash += Mix(uint64_t{3} << 40, *rare.text_offset);
      std::stable_sort(rare.residue.begin(), rare.residue.end(),
                       [](const ValueNode& a, const ValueNode& b) { return a.name() < b.name(); });
      for (size_t i = 0; i < rare.residue.size(); ++i) {
        ValueNode& piece = rare.residue[i];
        const bool again = i > 0 && piece.name() == rare.residue[i - 1].name();
        piece.index = again ? rare.residue[i - 1].index + 1 : 0;
        add(piece, HashText(piece.name()));
      }
    }
    node->leaves = std::max<uint32_t>(leaves, 1);
    node->hash = Mix(hash, leaves);
  }

  ValueTree& tree_;

 public:
  /// Type of the content; null when the record has none.
  const google::protobuf::Descriptor* content_ = nullptr;
};

// The children in an order that is the same for the same content.
std::vector<const ValueNode*> Sorted(const std::vector<ValueNode>& children) {
  std::vector<const ValueNode*> sorted;
  sorted.reserve(children.size());
  for (const ValueNode& child : children) sorted.push_back(&child);
  std::sort(sorted.begin(), sorted.end(), [](const ValueNode* a, const ValueNode* b) {
    if (a->name() != b->name()) return a->name() < b->name();
    if (a->in_order()) return a->index < b->index;
    return a->hash < b->hash;
  });
  return sorted;
}

bool SameChildren(const std::vector<ValueNode>& a, const std::vector<ValueNode>& b) {
  if (a.size() != b.size()) return false;
  const std::vector<const ValueNode*> sorted_a = Sorted(a);
  const std::vector<const ValueNode*> sorted_b = Sorted(b);
  for (size_t i = 0; i < sorted_a.size(); ++i) {
    if (sorted_a[i]->name() != sorted_b[i]->name()) return false;
    if (!SameContent(*sorted_a[i], *sorted_b[i])) return false;
  }
  return true;
}

}  // namespace

std::string_view ValueNode::name() const {
  if (field != nullptr) return field->name();
  return rare == nullptr ? std::string_view() : std::string_view(rare->residue_name);
}

bool ValueNode::in_order() const {
  return field != nullptr && field->is_repeated() &&
         field->message_type() == v1::Cell::descriptor();
}

const std::vector<ValueNode>& ValueNode::residue() const {
  static const auto* const kNone = new std::vector<ValueNode>();
  return rare == nullptr ? *kNone : rare->residue;
}

std::optional<std::string_view> ValueNode::source_text() const {
  if (rare == nullptr || !rare->source_text.has_value()) return std::nullopt;
  return *rare->source_text;
}

v1::LexicalState ValueNode::source_state() const {
  return rare == nullptr ? v1::LEXICAL_STATE_UNSPECIFIED : rare->source_state;
}

std::optional<uint32_t> ValueNode::text_offset() const {
  return rare == nullptr ? std::nullopt : rare->text_offset;
}

std::unique_ptr<const ValueTree> MakeValueTree(const v1::Record& record, uint32_t index) {
  auto tree = std::make_unique<ValueTree>();
  tree->root.index = index;
  TreeMaker maker(tree.get());
  const FieldDescriptor* content = ContentField(record);
  maker.content_ = content == nullptr ? nullptr : content->message_type();
  maker.Make(record);
  return tree;
}

bool SameValue(const ValueNode& a, const ValueNode& b) {
  return a.has_value == b.has_value && (!a.has_value || a.value == b.value) &&
         a.source_text() == b.source_text() && a.source_state() == b.source_state();
}

bool SameContent(const ValueNode& a, const ValueNode& b) {
  return a.hash == b.hash && SameValue(a, b) && a.text_offset() == b.text_offset() &&
         SameChildren(a.fields, b.fields) && SameChildren(a.residue(), b.residue());
}

}  // namespace puente::diff
