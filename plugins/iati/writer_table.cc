// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Makes the rules of writing out of the element table.
#include "plugins/iati/writer_table.h"

#include <mutex>

#include "puente/v1/record.pb.h"

namespace puente::iati {
namespace {

uint64_t FirstBit(const std::vector<WriterStep>& steps) {
  return steps.empty() ? 0 : uint64_t{1} << steps.front().slot;
}

}  // namespace

WriterTable::WriterTable(const ElementTable& table)
    : record_(Make(table.record(), IsActivities(table.root()) ? v1::Activity::descriptor()
                                                              : v1::Organisation::descriptor())),
      header_(Make(table.header(), v1::DatasetHeader::descriptor())) {}

const WriterTable& WriterTable::Get(const ElementTable& table) {
  // Never destroyed: other threads may still write while the process ends.
  static std::mutex* const mutex = new std::mutex;
  static auto* const tables = new std::map<const ElementTable*, std::unique_ptr<WriterTable>>;
  const std::lock_guard<std::mutex> lock(*mutex);
  std::unique_ptr<WriterTable>& made = (*tables)[&table];
  if (made == nullptr) made = std::make_unique<WriterTable>(table);
  return *made;
}

const ViewType* WriterTable::TypeOf(const Descriptor& descriptor) {
  std::unique_ptr<ViewType>& type = types_[&descriptor];
  if (type == nullptr) type = std::make_unique<ViewType>(descriptor);
  return type.get();
}

std::vector<WriterStep> WriterTable::Steps(const std::vector<Step>& steps) {
  std::vector<WriterStep> made;
  for (const Step& step : steps) {
    WriterStep& entry = made.emplace_back();
    entry.number = step.number;
    entry.slot = ViewType::SlotOf(*step.field);
    if (&step != &steps.back()) entry.below = TypeOf(*step.field->message_type());
  }
  return made;
}

WriterLeaf WriterTable::MakeLeaf(const LeafRule& rule) {
  WriterLeaf leaf{&rule, text::XmlName(rule.name), 0, 0, false, Steps(rule.steps)};
  leaf.first = FirstBit(leaf.steps);
  leaf.slot = leaf.steps.empty() ? 0 : leaf.steps.front().slot;
  leaf.is_nested = leaf.steps.size() > 1;
  return leaf;
}

WriterRule WriterTable::Make(const ElementRule& rule, const Descriptor* message) {
  WriterRule made{&rule, text::XmlName(rule.name), nullptr, 0, Steps(rule.steps),
                  {},    MakeLeaf(rule.text),      {}};
  if (message != nullptr) made.type = TypeOf(*message);
  made.is_end = message == v1::MoneyEndpoint::descriptor();
  made.first = FirstBit(made.steps);
  for (const LeafRule& leaf : rule.attributes) made.attributes.push_back(MakeLeaf(leaf));
  for (const auto& child : rule.children) {
    made.children.push_back(
        Make(*child, child->is_value ? nullptr : child->steps.back().field->message_type()));
    made.child_bits |= made.children.back().first;
  }
  return made;
}

}  // namespace puente::iati
