// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// The IATI element table as writing needs it.
#ifndef PUENTE_PLUGINS_IATI_WRITER_TABLE_H_
#define PUENTE_PLUGINS_IATI_WRITER_TABLE_H_

#include <cstdint>
#include <map>
#include <memory>
#include <vector>

#include "core/text/xml_writer.h"
#include "plugins/iati/element_table.h"
#include "plugins/iati/message_view.h"

namespace puente::iati {

/// A field on the way from a message to a value.
struct WriterStep {
  uint32_t number = 0;
  uint8_t slot = 0;
  /// Type of its messages where the way goes on, else null.
  const ViewType* below = nullptr;
};

/// An attribute or a text that comes from a field.
struct WriterLeaf {
  const LeafRule* rule = nullptr;
  text::XmlName name;
  /// Bit of the first step's field, and its slot.
  uint64_t first = 0;
  uint8_t slot = 0;
  /// True when there are messages on the way.
  bool is_nested = false;
  std::vector<WriterStep> steps;
};

/// An element that comes from a message or a value.
struct WriterRule {
  const ElementRule* rule = nullptr;
  text::XmlName name;
  /// Type of the element's message; null where it is a value.
  const ViewType* type = nullptr;
  /// Bit of the first step's field in the parent's message.
  uint64_t first = 0;
  /// From the parent's message; none for the record's own element.
  std::vector<WriterStep> steps;
  std::vector<WriterLeaf> attributes;
  WriterLeaf text;
  /// In the standard's order.
  std::vector<WriterRule> children;
  /// The `first` of all children.
  uint64_t child_bits = 0;
  /// True for an end of money: IATI has no element for those that are no organisation.
  bool is_end = false;
};

/// The rules of one element table, which must outlive them.
class WriterTable {
 public:
  explicit WriterTable(const ElementTable& table);
  /// The rules of a table of the process, built at first use.
  static const WriterTable& Get(const ElementTable& table);

  const WriterRule& record() const { return record_; }
  const WriterRule& header() const { return header_; }

 private:
  using Descriptor = google::protobuf::Descriptor;

  const ViewType* TypeOf(const Descriptor& descriptor);
  std::vector<WriterStep> Steps(const std::vector<Step>& steps);
  WriterLeaf MakeLeaf(const LeafRule& rule);
  WriterRule Make(const ElementRule& rule, const Descriptor* message);

  std::map<const Descriptor*, std::unique_ptr<ViewType>> types_;
  WriterRule record_;
  WriterRule header_;
};

}  // namespace puente::iati

#endif  // PUENTE_PLUGINS_IATI_WRITER_TABLE_H_
