// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// The part of RecordWriter that writes residue: what the element table does not have.
#include <algorithm>

#include "core/base/strings.h"
#include "plugins/iati/record_builder.h"
#include "plugins/iati/record_writer.h"

#define PUENTE_TRY(expression)                                                       \
  do {                                                                               \
    if (absl::Status try_status = (expression); !try_status.ok()) return try_status; \
  } while (false)

namespace puente::iati {
namespace {

/// Residue deeper than this is not written; readers refuse it, so only made-up records have it.
constexpr int kMaxUnknownDepth = 300;

// Paths of the output whose ids are kept at hand; of a hostile record each may be another.
constexpr size_t kMaxInterned = 4096;

/// Counts the leaves of a node, as the reader does.
uint64_t LeavesOf(const v1::XmlNode& node, int depth = 0) {
  if (!node.has_element() || depth > kMaxUnknownDepth) return 1;
  uint64_t count = static_cast<uint64_t>(node.element().attributes_size());
  for (const v1::XmlNode& child : node.element().children()) count += LeavesOf(child, depth + 1);
  return std::max<uint64_t>(count, 1);
}

}  // namespace

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

absl::Status RecordWriter::WriteAttribute(std::string_view name, std::string_view value,
                                          bool* written, text::XmlWriter* xml) {
  const absl::Status status = xml->Attribute(name, value);
  *written = status.ok();
  // What XML cannot carry is a loss; only a failing output ends the writing.
  return absl::IsInvalidArgument(status) ? absl::OkStatus() : status;
}

absl::Status RecordWriter::WriteOwnAttributes(const ElementRule& rule, Nodes nodes, bool* has_any,
                                              text::XmlWriter* xml) {
  for (const SpecialPart& part : nodes) {
    if (!part.node->xml().has_attribute()) continue;
    const v1::XmlAttribute& attribute = part.node->xml().attribute();
    bool written = false;
    PUENTE_TRY(WriteAttribute(attribute.name(), attribute.value(), &written, xml));
    *has_any |= written;
    if (written) {
      odd_path_ = rule.source_path;
      odd_path_ += "/@";
      odd_path_ += attribute.name();
      CountResidue(odd_path_);
    } else {
      RefuseNode("an attribute", attribute.value(), table_.residue_field(), 1);
    }
  }
  return absl::OkStatus();
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

bool RecordWriter::MayStandOutside(const v1::XmlNode& node) {
  const uint32_t field = table_.residue_field();
  switch (node.node_case()) {
    case v1::XmlNode::kComment:
      if (text::CanWriteComment(node.comment())) return true;
      RefuseNode("a comment", node.comment(), field, 1);
      return false;
    case v1::XmlNode::kProcessingInstruction: {
      const v1::XmlProcessingInstruction& instruction = node.processing_instruction();
      if (text::CanWriteProcessingInstruction(instruction.target(), instruction.data()))
        return true;
      RefuseNode("a processing instruction", instruction.target(), field, 1);
      return false;
    }
    case v1::XmlNode::kElement:
      RefuseNode("an element beside the root", node.element().name(), field, LeavesOf(node));
      return false;
    case v1::XmlNode::kText:
      RefuseNode("a text beside the root", node.text(), field, 1);
      return false;
    case v1::XmlNode::kAttribute:
      RefuseNode("an attribute beside the root", node.attribute().value(), field, 1);
      return false;
    case v1::XmlNode::NODE_NOT_SET:
      break;
  }
  return false;
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

}  // namespace puente::iati
