// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Writes IATI files: the root, the records in it, and what stands around them.
#ifndef PUENTE_PLUGINS_IATI_IATI_WRITER_H_
#define PUENTE_PLUGINS_IATI_IATI_WRITER_H_

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "core/base/record_parts.h"
#include "core/plugin/sdk/puente_sdk.h"
#include "core/text/xml_writer.h"
#include "plugins/iati/delivery_activity.h"
#include "plugins/iati/element_table.h"
#include "plugins/iati/flow_activity.h"
#include "plugins/iati/record_writer.h"

namespace puente::iati {

/// Writes one file. The first dataset header decides on the root; later ones are merged into it,
/// and what differs is a finding and a loss.
class IatiWriter : public sdk::Writer {
 public:
  static absl::StatusOr<std::unique_ptr<sdk::Writer>> Open(const sdk::Run& run, sdk::Target* target,
                                                           const sdk::Options& options);
  absl::Status Put(const v1::Record& record, const sdk::RecordInfo& info) override;
  absl::Status PutBytes(std::string_view bytes, const sdk::RecordInfo& info) override;
  absl::Status Finish() override;

 private:
  IatiWriter(const sdk::Run& run, sdk::Target* target, bool wrapped)
      : run_(run), xml_(target), wrapped_(wrapped), flow_activity_(run), delivery_activity_(run) {}

  absl::Status PutParts(const WrittenRecord& record, const sdk::RecordInfo& info);
  absl::Status BeginFile(Root root, Model model, const WrittenRecord* record,
                         const v1::DatasetHeader* header);
  absl::Status PutHeader(const WrittenRecord& record, const v1::DatasetHeader& header,
                         const sdk::RecordInfo& info);
  absl::Status MergeHeader(const WrittenRecord& record, const v1::DatasetHeader& header,
                           const sdk::RecordInfo& info);
  absl::Status PutContent(const WrittenRecord& record, const sdk::RecordInfo& info);
  /// Writes a flow as the activity that IATI can say of it.
  absl::Status PutFlow(const v1::Activity& flow, const WrittenRecord& record,
                       const sdk::RecordInfo& info);
  /// The same of a row of the 5W.
  absl::Status PutDelivery(const v1::Activity& row, const sdk::RecordInfo& info);
  /// Writes the activity that stands for a record, if there is one, and ends the account of it.
  absl::Status PutStandIn(const v1::Activity* activity, sdk::CrosswalkAccount& account,
                          const sdk::RecordInfo& info);
  /// Writes the element of a record of which the writer has begun, and the layout before it.
  absl::Status PutElement();
  /// Writes nodes that stand in the root element, then those after it are kept for the end.
  absl::Status PutOutside();
  /// Writes what the header has inside the root element, now that it is known whether layout is
  /// allowed there.
  absl::Status FlushHeaderNodes(bool layout);
  absl::Status Refuse(const sdk::RecordInfo& info, std::string_view reason);

  const sdk::Run run_;
  text::XmlWriter xml_;
  const bool wrapped_;
  const ElementTable* table_ = nullptr;
  std::unique_ptr<RecordWriter> writer_;
  FlowActivity flow_activity_;
  DeliveryActivity delivery_activity_;
  RecordParts parts_;
  std::string content_;  // of a record that came as a message
  bool preserve_ = false;
  bool has_header_ = false;
  // False behind the header of another format.
  bool has_own_texts_ = true;
  bool in_text_ = false;  // the root element holds text: no layout
  uint64_t records_ = 0;
  std::vector<std::string> header_nodes_;  // XML of nodes in the root, before the first record
  std::vector<v1::XmlNode> after_root_;
  absl::flat_hash_map<std::string, std::string> root_attributes_;
  Declarations declarations_;  // of the current dataset, where the root has others
};

}  // namespace puente::iati

#endif  // PUENTE_PLUGINS_IATI_IATI_WRITER_H_
