// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Counts leaves on the wire bytes of a record's content, and in its lexical forms and residue.

#include "core/base/leaves.h"

#include <limits>
#include <string>

#include "core/base/leaf_tally.h"
#include "core/base/leaf_tree.h"
#include "core/base/message_leaves.h"
#include "core/base/schema.h"
#include "core/base/wire_schema.h"
#include "google/protobuf/message.h"
#include "google/protobuf/unknown_field_set.h"

namespace puente {
namespace {

using ::google::protobuf::Message;
using internal::kMaxContentDepth;
using internal::LeafNode;
using internal::ReadField;
using internal::Stand;
using internal::StepsOf;
using internal::Tally;
using internal::WireKind;
using internal::WireValue;

uint32_t CountVarints(const WireValue& value) {
  uint32_t count = 0;
  for (const uint8_t* next = value.begin; next != value.end; ++next) count += *next < 0x80;
  return count;
}

// Counts the leaves of content on its wire bytes. Only with a Stand does it track where it is.
template <bool kTracked>
class ContentWalk {
 public:
  ContentWalk(const Stand* stand, Tally* tally) : stand_(stand), tally_(tally) {}

  // Walks over a message. False when the bytes are malformed.
  bool WalkMessage(LeafNode* node, const uint8_t* next, const uint8_t* end) {
    bool empty = true;
    uint32_t last_number = 0;
    uint32_t index = 0;
    WireValue value;
    for (; next != end; next = value.end) {
      if (!ReadField(next, end, &value)) return false;
      LeafNode* child = node->Child(value.number);
      if (child == nullptr || child->field().wire_tag != value.wire_tag) {
        tally_->Add(*node->Unknown());
        empty = false;
        continue;
      }
      empty = false;
      if (child->field().structural) continue;
      if constexpr (kTracked) {
        index = value.number == last_number ? index + 1 : 0;
        last_number = value.number;
        steps_.push_back(value.number);
        steps_.push_back(index);
      }
      if (!WalkField(child, value)) return false;
      if constexpr (kTracked) steps_.resize(steps_.size() - 2);
    }
    if (empty && !StandsForMessage()) tally_->Add(*node);
    return true;
  }

 private:
  bool WalkField(LeafNode* node, const WireValue& value) {
    const uint32_t size = static_cast<uint32_t>(value.end - value.begin);
    switch (node->field().kind) {
      case WireKind::kNumber:
        tally_->Add(*node);
        return true;
      case WireKind::kText:
        if (size != 0 || !StandsForText()) tally_->Add(*node);
        return true;
      case WireKind::kPackedVarint:
        tally_->Add(*node, CountVarints(value));
        return true;
      case WireKind::kPackedFixed32:
        tally_->Add(*node, size / 4);
        return true;
      case WireKind::kPackedFixed64:
        tally_->Add(*node, size / 8);
        return true;
      case WireKind::kLeafMessage:
        tally_->Add(*node);
        return WalkLeaf(node, value.begin, value.end);
      case WireKind::kMessage: {
        if (depth_ == kMaxContentDepth) {
          tally_->Add(*node);
          return true;
        }
        ++depth_;
        const bool ok = WalkMessage(node, value.begin, value.end);
        --depth_;
        return ok;
      }
      case WireKind::kUnknown:
        break;
    }
    return false;
  }

  // Looks for unknown fields in a message that is one leaf.
  bool WalkLeaf(LeafNode* node, const uint8_t* next, const uint8_t* end) {
    WireValue value;
    for (; next != end; next = value.end) {
      if (!ReadField(next, end, &value)) return false;
      const internal::WireField& field = node->field().type->Field(value.number);
      if (field.kind == WireKind::kUnknown || field.wire_tag != value.wire_tag) {
        tally_->Add(*node->Unknown());
      }
    }
    return true;
  }

  bool StandsForMessage() const {
    if constexpr (kTracked) {
      return stand_->ForMessage(steps_);
    }
    return false;
  }

  bool StandsForText() const {
    if constexpr (kTracked) return stand_->ForText(steps_);
    return false;
  }

  const Stand* stand_;
  Tally* tally_;
  std::vector<uint32_t> steps_;
  int depth_ = 0;
};

// A record's content, and where it counts: as a message or as wire bytes.
struct Content {
  LeafNode* node = nullptr;
  const Message* message = nullptr;
  const uint8_t* begin = nullptr;
  const uint8_t* end = nullptr;
};

size_t UnknownCount(const Message& message) {
  return static_cast<size_t>(message.GetReflection()->GetUnknownFields(message).field_count());
}

void AddUnknown(LeafNode* node, const Message& message, Tally* tally) {
  const size_t count = UnknownCount(message);
  if (count != 0) tally->Add(*node->Unknown(), static_cast<uint32_t>(count));
}

// Counts a node of residue with all that it holds, without recursion: builders are not bound by the
// parser's limit.
void CountXml(LeafNode* residue, const v1::XmlNode& root, Tally* tally) {
  std::vector<const v1::XmlNode*> open = {&root};
  uint32_t count = 0;
  while (!open.empty()) {
    const v1::XmlNode& node = *open.back();
    open.pop_back();
    AddUnknown(residue, node, tally);
    switch (node.node_case()) {
      case v1::XmlNode::kElement:
        AddUnknown(residue, node.element(), tally);
        for (const v1::XmlAttribute& attribute : node.element().attributes()) {
          ++count;
          AddUnknown(residue, attribute, tally);
        }
        for (const v1::XmlNode& child : node.element().children()) open.push_back(&child);
        if (node.element().attributes().empty() && node.element().children().empty()) ++count;
        break;
      case v1::XmlNode::kProcessingInstruction:
        ++count;
        AddUnknown(residue, node.processing_instruction(), tally);
        break;
      case v1::XmlNode::kAttribute:
        ++count;
        AddUnknown(residue, node.attribute(), tally);
        break;
      case v1::XmlNode::kText:
      case v1::XmlNode::kComment:
        ++count;
        break;
      case v1::XmlNode::NODE_NOT_SET:
        break;
    }
  }
  if (count != 0) tally->Add(*residue, count);
}

// Counts a value of JSON residue, as CountXml counts.
void CountJson(LeafNode* residue, const v1::JsonValue& root, Tally* tally) {
  std::vector<const v1::JsonValue*> open = {&root};
  uint32_t count = 0;
  while (!open.empty()) {
    const v1::JsonValue& value = *open.back();
    open.pop_back();
    AddUnknown(residue, value, tally);
    switch (value.value_case()) {
      case v1::JsonValue::kScalar:
        ++count;
        break;
      case v1::JsonValue::kArray:
        AddUnknown(residue, value.array(), tally);
        for (const v1::JsonValue& item : value.array().items()) open.push_back(&item);
        if (value.array().items().empty()) ++count;
        break;
      case v1::JsonValue::kObject:
        AddUnknown(residue, value.object(), tally);
        for (const v1::JsonMember& member : value.object().members()) {
          AddUnknown(residue, member, tally);
          open.push_back(&member.value());
        }
        if (value.object().members().empty()) ++count;
        break;
      case v1::JsonValue::VALUE_NOT_SET:
        break;
    }
  }
  if (count != 0) tally->Add(*residue, count);
}

void CountResidue(const v1::Residue& residue, Tally* tally) {
  LeafNode* const node = LeafNode::Root().Child(v1::Record::kResidueFieldNumber);
  AddUnknown(node, residue, tally);
  for (const v1::ResidueNode& entry : residue.nodes()) {
    AddUnknown(node, entry, tally);
    AddUnknown(node, entry.parent(), tally);
    CountXml(node, entry.xml(), tally);
    if (entry.splits_text()) tally->Add(*node);
  }
  LeafNode* const json = node->Child(v1::Residue::kJsonFieldNumber);
  for (const v1::JsonResidue& entry : residue.json()) {
    AddUnknown(json, entry, tally);
    AddUnknown(json, entry.parent(), tally);
    AddUnknown(json, entry.member(), tally);
    CountJson(json, entry.member().value(), tally);
  }
}

void CountContext(const v1::ImportContext& context, Tally* tally) {
  LeafNode* const node = LeafNode::Root().Child(v1::Record::kImportContextFieldNumber);
  if (context.has_boundary()) {
    tally->Add(*node->Child(v1::ImportContext::kBoundaryFieldNumber));
  }
  if (context.has_on_boundary()) {
    tally->Add(*node->Child(v1::ImportContext::kOnBoundaryFieldNumber));
  }
  if (context.facts_size() > 0) {
    tally->Add(*node->Child(v1::ImportContext::kFactsFieldNumber),
               static_cast<uint32_t>(context.facts_size()));
  }
}

bool HasFacts(const v1::ImportContext& context) {
  return context.has_boundary() || context.has_on_boundary() || context.facts_size() > 0;
}

bool IsEmpty(const Content& content) {
  return content.message != nullptr ? content.message->ByteSizeLong() == 0
                                    : content.begin == content.end;
}

// The path of a lexical entry's field; that of lexical forms when the schema has no such field.
LeafNode* LexicalNode(LeafNode* content, const v1::FieldPath& path) {
  LeafNode* const elsewhere = LeafNode::Root().Child(v1::Record::kLexicalFieldNumber);
  LeafNode* node = content;
  if (node == nullptr || path.steps_size() % 2 != 0) return elsewhere;
  for (int i = 0; i < path.steps_size(); i += 2) {
    if (node->field().kind != WireKind::kMessage) return elsewhere;
    node = node->Child(path.steps(i));
    if (node == nullptr) return elsewhere;
  }
  return node;
}

// Counts a record whose content is given: all else is taken from the message. False when the
// content is malformed, or is a message that has to be counted on its bytes.
bool CountRecord(const Content& content, const v1::Record& beside, Tally* tally) {
  Stand stand;
  for (const v1::LexicalForm& entry : beside.lexical()) {
    if (entry.state() != v1::LEXICAL_STATE_VARIANT) stand.lexical.Add(entry.path());
  }
  for (const v1::ResidueNode& entry : beside.residue().nodes()) {
    if (entry.place() == v1::RESIDUE_PLACE_UNSPECIFIED) stand.residue.Add(entry.parent());
  }
  for (const v1::JsonResidue& entry : beside.residue().json()) stand.residue.Add(entry.parent());
  // Facts of the query are values of the source that do not stand in the content.
  if (HasFacts(beside.import_context()) && IsEmpty(content)) stand.residue.Add(v1::FieldPath());
  stand.lexical.Sort();
  stand.residue.Sort();

  if (content.node != nullptr) {
    const bool ok =
        content.message != nullptr
            ? internal::CountMessageLeaves(content.node, *content.message, stand, tally)
        : !stand.empty()
            ? ContentWalk<true>(&stand, tally).WalkMessage(content.node, content.begin, content.end)
            : ContentWalk<false>(nullptr, tally)
                  .WalkMessage(content.node, content.begin, content.end);
    if (!ok) return false;
  }

  LeafNode& root = LeafNode::Root();
  for (const v1::LexicalForm& entry : beside.lexical()) {
    LeafNode* const lexical = root.Child(v1::Record::kLexicalFieldNumber);
    AddUnknown(lexical, entry, tally);
    AddUnknown(lexical, entry.path(), tally);
    if (entry.state() == v1::LEXICAL_STATE_VARIANT) continue;
    const bool residue_stands =
        entry.state() == v1::LEXICAL_STATE_EMPTY && stand.residue.Has(StepsOf(entry.path()));
    if (!residue_stands) tally->Add(*LexicalNode(content.node, entry.path()));
  }
  if (beside.has_residue()) CountResidue(beside.residue(), tally);
  if (beside.has_import_context()) CountContext(beside.import_context(), tally);
  for (const google::protobuf::Any& extension : beside.extensions()) {
    LeafNode* const node = root.Child(v1::Record::kExtensionsFieldNumber);
    tally->Add(*node);
    AddUnknown(node, extension, tally);
  }
  if (UnknownCount(beside) != 0) {
    const google::protobuf::UnknownFieldSet& unknown =
        beside.GetReflection()->GetUnknownFields(beside);
    for (int i = 0; i < unknown.field_count(); ++i) {
      if (!IsBesideContent(static_cast<uint32_t>(unknown.field(i).number()))) {
        tally->Add(*root.Unknown());
      }
    }
  }
  return true;
}

Tally& ThreadTally() {
  thread_local Tally tally;
  return tally;
}

}  // namespace

void CountLeaves(const v1::Record& record, std::vector<LeafCount>* out) {
  Content content;
  content.message = RecordContent(record);
  if (content.message != nullptr) {
    content.node = LeafNode::Root().Child(static_cast<uint32_t>(record.content_case()));
  }
  Tally& tally = ThreadTally();
  if (!CountRecord(content, record, &tally)) {
    // It has unknown fields. What protobuf writes is well-formed; larger messages than it can write
    // count as one empty message.
    tally.Clear();
    std::string bytes;
    const size_t size = content.message->ByteSizeLong();
    if (size <= std::numeric_limits<int32_t>::max()) {
      bytes.resize(size);
      content.message->SerializeWithCachedSizesToArray(reinterpret_cast<uint8_t*>(bytes.data()));
    }
    content.message = nullptr;
    content.begin = internal::BytesOf(bytes);
    content.end = content.begin + bytes.size();
    CountRecord(content, record, &tally);
  }
  tally.MoveTo(out);
}

absl::Status CountLeavesInBytes(std::string_view canonical_bytes, std::string_view rest,
                                std::vector<LeafCount>* out) {
  out->clear();
  const auto malformed = [] {
    return absl::DataLossError("the bytes are not the canonical bytes of a record");
  };
  const uint8_t* const begin = internal::BytesOf(canonical_bytes);
  const uint8_t* const end = begin + canonical_bytes.size();
  Content content;
  WireValue value;
  // The content is the first field, but for rare unknown ones; what comes after it is small.
  std::string_view before;
  std::string_view after = canonical_bytes;
  for (const uint8_t* next = begin; next != end; next = value.end) {
    if (!ReadField(next, end, &value)) return malformed();
    const internal::WireField& field = internal::RecordWireType().Field(value.number);
    if (field.kind != WireKind::kMessage || value.wire_tag != internal::kDelimited) continue;
    if (field.descriptor->containing_oneof() == nullptr) break;
    content = {LeafNode::Root().Child(value.number), nullptr, value.begin, value.end};
    before = canonical_bytes.substr(0, static_cast<size_t>(next - begin));
    after = canonical_bytes.substr(static_cast<size_t>(value.end - begin));
    break;
  }
  v1::Record beside;
  if (!before.empty() || !after.empty()) {
    std::string joined;
    if (!before.empty()) after = joined.append(before).append(after);
    if (!ParseRecord(after, &beside).ok()) return malformed();
    if (beside.content_case() != v1::Record::CONTENT_NOT_SET) return malformed();
  }
  for (const uint8_t* next = internal::BytesOf(rest); next != internal::BytesOf(rest) + rest.size();
       next = value.end) {
    if (!ReadField(next, internal::BytesOf(rest) + rest.size(), &value)) return malformed();
    if (value.number != v1::Record::kImportContextFieldNumber) continue;
    if (!beside.mutable_import_context()->MergeFromString(
            std::string(reinterpret_cast<const char*>(value.begin),
                        static_cast<size_t>(value.end - value.begin)))) {
      return malformed();
    }
  }
  Tally& tally = ThreadTally();
  const bool ok = CountRecord(content, beside, &tally);
  tally.MoveTo(out);
  if (ok) return absl::OkStatus();
  out->clear();
  return malformed();
}

bool CountLeavesOfParts(const RecordParts& parts, std::vector<LeafCount>* out) {
  Content content;
  content.node = LeafNode::Root().Child(parts.content_number());
  content.begin = internal::BytesOf(parts.content());
  content.end = content.begin + parts.content().size();
  Tally& tally = ThreadTally();
  const bool ok = CountRecord(content, parts.beside(), &tally);
  tally.MoveTo(out);
  if (!ok) out->clear();
  return ok;
}

std::string_view LeafPathName(uint32_t path_id) {
  const LeafNode* node = LeafNode::Find(path_id);
  return node == nullptr ? std::string_view() : std::string_view(node->name());
}

size_t LeafPathLimit() { return LeafNode::Count(); }

}  // namespace puente
