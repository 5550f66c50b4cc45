// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Writes IATI files: the root, the records in it, and what stands around them.
#include "plugins/iati/iati_writer.h"

#include <algorithm>

#include "core/base/schema.h"
#include "core/base/status.h"
#include "plugins/iati/record_builder.h"

#define PUENTE_TRY(expression)                                                       \
  do {                                                                               \
    if (absl::Status try_status = (expression); !try_status.ok()) return try_status; \
  } while (false)

namespace puente::iati {
namespace {

/// What is needed of a record beside its content.
constexpr uint64_t kNeeded =
    uint64_t{1} << v1::Record::kResidueFieldNumber | uint64_t{1} << v1::Record::kLexicalFieldNumber;

/// The version that records get which come with none.
constexpr std::string_view kNewVersion = "2.03";

Root RootOf(const v1::DatasetHeader& header) {
  for (const Root root :
       {Root::kActivities, Root::kOrganisations, Root::kBareActivity, Root::kBareOrganisation}) {
    if (header.root() == RootName(root)) return root;
  }
  return Root::kActivities;
}

absl::Status Error(std::string_view code, std::string_view message, std::string_view hint) {
  ErrorDetail detail;
  detail.code = code;
  detail.message = message;
  detail.hint = hint;
  return MakeError(absl::StatusCode::kInvalidArgument, detail);
}

}  // namespace

absl::StatusOr<std::unique_ptr<sdk::Writer>> IatiWriter::Open(const sdk::Run& run,
                                                              sdk::Target* target,
                                                              const sdk::Options& options) {
  return std::unique_ptr<sdk::Writer>(
      new IatiWriter(run, target, options.GetOr("root", "source") == "wrapped"));
}

absl::Status IatiWriter::Put(const v1::Record& record, const sdk::RecordInfo& info) {
  const google::protobuf::Message* content = RecordContent(record);
  content_.clear();
  if (content != nullptr && !content->AppendToString(&content_)) {
    return absl::ResourceExhaustedError("a record is larger than 2 GiB");
  }
  return PutParts(
      {static_cast<uint32_t>(record.content_case()), content_, record, false, has_own_texts_},
      info);
}

absl::Status IatiWriter::PutBytes(std::string_view bytes, const sdk::RecordInfo& info) {
  if (!parts_.Take(bytes, kNeeded)) return sdk::Writer::PutBytes(bytes, info);
  return PutParts(
      {parts_.content_number(), parts_.content(), parts_.beside(), true, has_own_texts_}, info);
}

absl::Status IatiWriter::PutParts(const WrittenRecord& record, const sdk::RecordInfo& info) {
  switch (record.kind) {
    case v1::Record::kDatasetHeader: {
      v1::DatasetHeader header;
      const std::string_view bytes = record.content;
      if (!header.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
        return MalformedContent();
      }
      has_own_texts_ = header.format() == "iati";
      WrittenRecord own = record;
      own.has_own_texts = has_own_texts_;
      return writer_ == nullptr ? PutHeader(own, header, info) : MergeHeader(own, header, info);
    }
    case v1::Record::kActivity:
    case v1::Record::kOrganisation:
      return PutContent(record, info);
    default:
      return Refuse(info, "records of this kind");
  }
}

absl::Status IatiWriter::Refuse(const sdk::RecordInfo& info, std::string_view reason) {
  // The header of a table, say, has nothing but how the table is laid out.
  if (info.leaves.empty()) return absl::OkStatus();
  for (const PuenteLeaves& leaves : info.leaves) {
    run_.ReportLoss(leaves.field_path, leaves.count, PUENTE_LOSS_NO_PLACE, "");
  }
  sdk::Finding finding;
  finding.severity = PUENTE_WARNING;
  finding.code = "IATI-0013";
  const std::string message = "this file has no place for " + std::string(reason);
  finding.message = message;
  finding.hint = "convert them into a file of their own";
  finding.record_id = info.id;
  finding.line = info.origin.line;
  run_.Report(finding);
  return absl::OkStatus();
}

absl::Status IatiWriter::BeginFile(Root root, Model model, const WrittenRecord* record,
                                   const v1::DatasetHeader* header) {
  if (wrapped_ && root == Root::kBareActivity) root = Root::kActivities;
  if (wrapped_ && root == Root::kBareOrganisation) root = Root::kOrganisations;
  auto table = ElementTable::Get(model, root, run_);
  if (!table.ok()) return table.status();
  table_ = *table;
  writer_ = std::make_unique<RecordWriter>(run_, *table_);
  PUENTE_TRY(xml_.Declaration());
  if (record != nullptr) {
    writer_->Begin(*record);
    for (const v1::ResidueNode* node : writer_->outside()) {
      if (node->place() != v1::RESIDUE_PLACE_BEFORE_ROOT) continue;
      if (!writer_->MayStandOutside(node->xml())) continue;
      PUENTE_TRY(xml_.NewlineIndent(0));
      PUENTE_TRY(writer_->WriteNode(node->xml(), "", 0, false, &xml_));
    }
  }
  if (IsBare(root)) return absl::OkStatus();
  PUENTE_TRY(xml_.NewlineIndent(0));
  PUENTE_TRY(xml_.StartElement(RootName(root)));
  if (header == nullptr || !header->has_version()) {
    const bool made_up = header == nullptr || header->root().empty() || IsBare(RootOf(*header));
    if (made_up && (header == nullptr || model == Model::kTwo)) {
      PUENTE_TRY(xml_.Attribute("version", kNewVersion));
      run_.CountDerived(run_.Intern(std::string(RootName(root)) + "/@version"), 1);
    }
  }
  return absl::OkStatus();
}

absl::Status IatiWriter::PutHeader(const WrittenRecord& record, const v1::DatasetHeader& header,
                                   const sdk::RecordInfo& info) {
  const bool own = header.format() == "iati";
  if (!own) return Refuse(info, "what holds for the whole source");
  has_header_ = true;
  const Model model = header.model() == "1" ? Model::kOne : Model::kTwo;
  PUENTE_TRY(BeginFile(RootOf(header), model, &record, &header));
  if (!IsBare(table_->root())) {
    PUENTE_TRY(writer_->WriteRootAttributes(&xml_));
    for (const SpecialPart& part : writer_->OwnNodes()) {
      const v1::ResidueNode* const node = part.node;
      if (node->xml().has_attribute()) {
        root_attributes_.try_emplace(node->xml().attribute().name(),
                                     node->xml().attribute().value());
        if (node->xml().attribute().name() == "xml:space") {
          preserve_ = node->xml().attribute().value() == "preserve";
        }
        continue;
      }
      in_text_ |= node->xml().node_case() == v1::XmlNode::kText;
      std::string bytes;
      text::StringOutput output(&bytes);
      text::XmlWriter xml(&output);
      // A node of its own: the writer wants an element around texts, which is cut off again.
      PUENTE_TRY(xml.StartElement("r"));
      PUENTE_TRY(xml.Text(" "));
      PUENTE_TRY(writer_->WriteNode(node->xml(), RootName(table_->root()), 1, !preserve_, &xml));
      PUENTE_TRY(xml.EndElement());
      PUENTE_TRY(xml.Flush());
      constexpr size_t kBefore = 4;  // <r> and the space
      constexpr size_t kAfter = 4;   // </r>
      if (bytes.size() > kBefore + kAfter) {
        header_nodes_.push_back(bytes.substr(kBefore, bytes.size() - kBefore - kAfter));
      }
    }
  }
  for (const auto& [leaf, text] : writer_->HeaderTexts()) {
    root_attributes_.try_emplace(leaf->name, text);
  }
  if (header.no_content()) writer_->CountLeaf(table_->header().empty);
  for (const v1::ResidueNode* node : writer_->outside()) {
    if (node->place() == v1::RESIDUE_PLACE_AFTER_ROOT && writer_->MayStandOutside(node->xml())) {
      after_root_.push_back(node->xml());
    }
  }
  for (const v1::XmlNode& node : after_root_) {
    writer_->CountResidue(node.has_comment() ? "comment()" : "processing-instruction()");
  }
  writer_->End(info);
  return absl::OkStatus();
}

absl::Status IatiWriter::MergeHeader(const WrittenRecord& record, const v1::DatasetHeader& header,
                                     const sdk::RecordInfo& info) {
  if (header.format() != "iati") return Refuse(info, "what holds for the whole source");
  const Model model = header.model() == "1" ? Model::kOne : Model::kTwo;
  if (model != table_->model()) {
    return Error("IATI-0012", "files of IATI 1.0x and 2.0x cannot go into one file",
                 "convert them one by one");
  }
  if (IsBare(table_->root()) || IsActivities(RootOf(header)) != IsActivities(table_->root())) {
    return Error(
        "IATI-0011",
        IsBare(table_->root())
            ? "the first input has no element around its record, so nothing can follow it"
            : "activities and organisations cannot go into one file",
        IsBare(table_->root()) ? "write with --out-opt root=wrapped" : "convert them one by one");
  }
  // The same value is there already; another one has no place any more.
  declarations_.clear();
  uint64_t same_residue = 0;
  uint64_t lost_residue = 0;
  writer_->Begin(record);
  for (const v1::ResidueNode& node : record.beside.residue().nodes()) {
    if (!node.xml().has_attribute()) continue;
    const auto attribute = std::pair(node.xml().attribute().name(), node.xml().attribute().value());
    const auto there = root_attributes_.find(attribute.first);
    if (there != root_attributes_.end() && there->second == attribute.second) {
      ++same_residue;
    } else if (attribute.first.starts_with("xmlns:")) {
      declarations_.push_back(attribute);
      ++same_residue;
    } else {
      ++lost_residue;
    }
  }
  run_.CountKept(table_->residue_field(), 0, same_residue);
  if (lost_residue > 0) {
    run_.ReportLoss(table_->residue_field(), lost_residue, PUENTE_LOSS_MERGED, "");
  }
  for (const auto& [leaf, text] : writer_->HeaderTexts()) {
    const auto there = root_attributes_.find(leaf->name);
    if (there != root_attributes_.end() && there->second == text) {
      run_.CountKept(leaf->ids.field_path, 0, 1);
      continue;
    }
    run_.ReportLoss(leaf->ids.field_path, 1, PUENTE_LOSS_MERGED, text);
    sdk::Finding finding;
    finding.severity = PUENTE_WARNING;
    finding.code = "PUE-0505";
    const std::string message = "`" + leaf->name + "` of this input differs from the first input";
    finding.message = message;
    finding.hint = "the output has the value of the first input";
    finding.text = text;
    finding.line = info.origin.line;
    run_.Report(finding);
  }
  PUENTE_TRY(FlushHeaderNodes(true));
  for (const v1::ResidueNode& node : record.beside.residue().nodes()) {
    if (node.xml().has_attribute()) continue;
    if (!preserve_) PUENTE_TRY(xml_.NewlineIndent(1));
    PUENTE_TRY(writer_->WriteNode(node.xml(), RootName(table_->root()), 1, !preserve_, &xml_));
  }
  writer_->End(sdk::RecordInfo{info.id, info.origin, {}});
  return absl::OkStatus();
}

absl::Status IatiWriter::FlushHeaderNodes(bool layout) {
  for (const std::string& node : header_nodes_) {
    if (layout && !in_text_ && !preserve_) PUENTE_TRY(xml_.NewlineIndent(1));
    PUENTE_TRY(xml_.Raw(node));
  }
  header_nodes_.clear();
  return absl::OkStatus();
}

absl::Status IatiWriter::PutContent(const WrittenRecord& record, const sdk::RecordInfo& info) {
  const bool is_activity = record.kind == v1::Record::kActivity;
  if (is_activity && FlowActivity::MayBeFlow(record.content)) {
    v1::Activity activity;
    if (!activity.ParseFromArray(record.content.data(), static_cast<int>(record.content.size()))) {
      return MalformedContent();
    }
    if (FlowActivity::IsFlow(activity)) return PutFlow(activity, record, info);
    if (DeliveryActivity::IsDelivery(activity)) return PutDelivery(activity, info);
  }
  if (writer_ == nullptr) {
    PUENTE_TRY(BeginFile(is_activity ? Root::kActivities : Root::kOrganisations, Model::kTwo,
                         nullptr, nullptr));
  }
  if (is_activity != IsActivities(table_->root())) {
    return Refuse(info, is_activity ? "activities" : "organisations");
  }
  writer_->Begin(record);
  PUENTE_TRY(PutElement());
  PUENTE_TRY(PutOutside());
  writer_->End(info);
  return absl::OkStatus();
}

absl::Status IatiWriter::PutElement() {
  const bool bare = IsBare(table_->root());
  if (bare && records_ > 0) {
    return Error("IATI-0011",
                 "the first input has no element around its record, so nothing can follow it",
                 "write with --out-opt root=wrapped");
  }
  ++records_;
  if (!bare) PUENTE_TRY(FlushHeaderNodes(true));
  if (bare || (!in_text_ && !preserve_)) PUENTE_TRY(xml_.NewlineIndent(bare ? 0 : 1));
  return writer_->WriteRecord(bare ? 0 : 1, preserve_, declarations_, &xml_);
}

absl::Status IatiWriter::PutFlow(const v1::Activity& flow, const WrittenRecord& record,
                                 const sdk::RecordInfo& info) {
  if (writer_ == nullptr) PUENTE_TRY(BeginFile(Root::kActivities, Model::kTwo, nullptr, nullptr));
  if (!IsActivities(table_->root())) return Refuse(info, "activities");
  return PutStandIn(flow_activity_.Build(flow, record.beside, info), flow_activity_.account(),
                    info);
}

absl::Status IatiWriter::PutDelivery(const v1::Activity& row, const sdk::RecordInfo& info) {
  if (writer_ == nullptr) PUENTE_TRY(BeginFile(Root::kActivities, Model::kTwo, nullptr, nullptr));
  if (!IsActivities(table_->root())) return Refuse(info, "activities");
  const absl::StatusOr<const v1::Activity*> activity = delivery_activity_.Build(row, info);
  if (!activity.ok()) return activity.status();
  return PutStandIn(*activity, delivery_activity_.account(), info);
}

absl::Status IatiWriter::PutStandIn(const v1::Activity* activity, sdk::CrosswalkAccount& account,
                                    const sdk::RecordInfo& info) {
  if (activity != nullptr) {
    content_ = activity->SerializeAsString();
    writer_->Begin({v1::Record::kActivity, content_, v1::Record::default_instance()});
    PUENTE_TRY(PutElement());
  }
  account.End(info, writer_->TakeCounts());
  return absl::OkStatus();
}

absl::Status IatiWriter::PutOutside() {
  for (const v1::ResidueNode* node : writer_->outside()) {
    if (node->place() == v1::RESIDUE_PLACE_AFTER_ROOT || IsBare(table_->root())) {
      if (writer_->MayStandOutside(node->xml())) {
        writer_->CountResidue(node->xml().has_comment() ? "comment()" : "processing-instruction()");
        after_root_.push_back(node->xml());
      }
      continue;
    }
    const bool is_text = node->xml().node_case() == v1::XmlNode::kText;
    in_text_ |= is_text && !IsBlank(node->xml().text());
    if (!in_text_ && !preserve_) PUENTE_TRY(xml_.NewlineIndent(1));
    PUENTE_TRY(writer_->WriteNode(node->xml(), RootName(table_->root()), 1, !preserve_, &xml_));
  }
  return absl::OkStatus();
}

absl::Status IatiWriter::Finish() {
  if (writer_ == nullptr) PUENTE_TRY(BeginFile(Root::kActivities, Model::kTwo, nullptr, nullptr));
  if (IsBare(table_->root()) && records_ == 0) {
    // The only record that could stand here was refused: a file needs a root all the same.
    const Root root = IsActivities(table_->root()) ? Root::kActivities : Root::kOrganisations;
    PUENTE_TRY(xml_.NewlineIndent(0));
    PUENTE_TRY(xml_.StartElement(RootName(root)));
    PUENTE_TRY(xml_.Attribute("version", kNewVersion));
    PUENTE_TRY(xml_.EndElement());
    run_.CountDerived(run_.Intern(std::string(RootName(root)) + "/@version"), 1);
  }
  if (!IsBare(table_->root())) {
    PUENTE_TRY(FlushHeaderNodes(false));
    if (records_ > 0 && !in_text_ && !preserve_) PUENTE_TRY(xml_.NewlineIndent(0));
    PUENTE_TRY(xml_.EndElement());
  }
  for (const v1::XmlNode& node : after_root_) {
    PUENTE_TRY(xml_.NewlineIndent(0));
    if (node.has_comment()) {
      PUENTE_TRY(xml_.Comment(node.comment()));
    } else {
      PUENTE_TRY(xml_.ProcessingInstruction(node.processing_instruction().target(),
                                            node.processing_instruction().data()));
    }
  }
  PUENTE_TRY(xml_.NewlineIndent(0));
  return xml_.Flush();
}

}  // namespace puente::iati
