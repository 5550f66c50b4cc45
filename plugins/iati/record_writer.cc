// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Writes the element of one record by the element table, residue and source texts included.
#include "plugins/iati/record_writer.h"

#include <algorithm>
#include <charconv>

#include "absl/base/attributes.h"
#include "core/base/status.h"
#include "core/base/utf8.h"
#include "plugins/iati/leaf_text.h"
#include "plugins/iati/record_builder.h"

#define PUENTE_TRY(expression)                                                       \
  do {                                                                               \
    if (absl::Status try_status = (expression); !try_status.ok()) return try_status; \
  } while (false)

namespace puente::iati {
namespace {

const v1::XmlAttribute* SpaceAttribute(std::span<const SpecialPart> nodes) {
  for (const SpecialPart& part : nodes) {
    if (part.node->xml().has_attribute() && part.node->xml().attribute().name() == "xml:space") {
      return &part.node->xml().attribute();
    }
  }
  return nullptr;
}

/// True when a value that is not there has an element because of its source text.
bool MakesElement(const v1::LexicalForm* form) {
  return form != nullptr && form->state() != v1::LEXICAL_STATE_VARIANT &&
         form->state() != v1::LEXICAL_STATE_NULL;
}

/// True for the bytes of an end of money that has nothing that an organisation has.
ABSL_ATTRIBUTE_NOINLINE bool HasNoOrganisation(WireSpan value) {
  v1::MoneyEndpoint end;
  return end.ParseFromArray(value.begin, static_cast<int>(value.end - value.begin)) &&
         !end.has_organisation() && !end.has_activity_id();
}

/// True for an end of money that has something, but nothing that an organisation has.
inline bool IsOtherEnd(WireSpan value) {
  constexpr uint8_t kOrganisation = v1::MoneyEndpoint::kOrganisationFieldNumber << 3 | 2;
  return value.begin != value.end && *value.begin != kOrganisation && HasNoOrganisation(value);
}

bool IsAttribute(const SpecialPart& part) { return part.node->xml().has_attribute(); }

}  // namespace

absl::Status MalformedContent() { return absl::InvalidArgumentError("the bytes are not a record"); }

RecordWriter::RecordWriter(const sdk::Run& run, const ElementTable& table)
    : run_(run),
      table_(table),
      writer_table_(WriterTable::Get(table)),
      counts_(table.leaf_count(), 0) {
  const auto know = [this](uint32_t id) {
    if (id >= known_fields_.size()) known_fields_.resize(id + 1, false);
    known_fields_[id] = true;
  };
  for (uint32_t i = 0; i < table.leaf_count(); ++i) know(table.leaf(i).field_path);
  know(table.residue_field());
}

void RecordWriter::Begin(const WrittenRecord& record) {
  const auto* const bytes = reinterpret_cast<const uint8_t*>(record.content.data());
  content_ = {bytes, bytes + record.content.size()};
  is_unchecked_ = record.is_unchecked;
  has_own_texts_ = record.has_own_texts;
  is_malformed_ = false;
  texts_.Reset();
  rewritten_.clear();
  parts_.clear();
  outside_.clear();
  const auto steps = [](const v1::FieldPath& path) {
    return std::span(path.steps().data(), static_cast<size_t>(path.steps_size()));
  };
  for (const v1::ResidueNode& node : record.beside.residue().nodes()) {
    if (node.place() == v1::RESIDUE_PLACE_UNSPECIFIED) {
      parts_.push_back({steps(node.parent()), &node, nullptr, nullptr});
    } else {
      outside_.push_back(&node);
    }
  }
  for (const v1::LexicalForm& form : record.beside.lexical()) {
    parts_.push_back({steps(form.path()), nullptr, &form, nullptr});
  }
  for (const v1::ChildOrder& order : record.beside.residue().orders()) {
    parts_.push_back({steps(order.parent()), nullptr, nullptr, &order});
  }
  SortParts(&parts_);
  special_ = SpecialParts(parts_);
}

absl::Status RecordWriter::RefuseLeaf(std::string_view what, const LeafRule& leaf,
                                      std::string_view text) {
  // A record is UTF-8: bytes that are not are none.
  if (is_unchecked_ && FirstInvalidUtf8(text).has_value()) return MalformedContent();
  RefuseNode(what, text, leaf.ids.field_path, 1);
  return absl::OkStatus();
}

std::optional<std::string_view> RecordWriter::ValueText(const LeafRule& rule,
                                                        std::optional<WireSpan> value,
                                                        const v1::LexicalForm* form) {
  if (form != nullptr) {
    if (form->state() == v1::LEXICAL_STATE_VARIANT
            ? has_own_texts_ && value.has_value() && StillSays(rule, *value, form->text())
            : !value.has_value() && form->state() != v1::LEXICAL_STATE_NULL) {
      return form->text();
    }
  }
  if (!value.has_value()) return std::nullopt;
  return texts_.Canonical(rule, *value);
}

std::optional<WireSpan> RecordWriter::LeafValue(const WriterLeaf& leaf, const MessageView& view) {
  WireSpan value = view.First(leaf.steps.front().slot);
  for (size_t i = 0; i + 1 < leaf.steps.size(); ++i) {
    MessageView below;
    if (!below.Open(*leaf.steps[i].below, value, &rewritten_)) {
      is_malformed_ = true;
      return std::nullopt;
    }
    const uint8_t slot = leaf.steps[i + 1].slot;
    if (!below.Has(slot)) return std::nullopt;
    value = below.First(slot);
  }
  return value;
}

std::optional<std::string_view> RecordWriter::LeafText(const WriterLeaf& leaf,
                                                       const MessageView& view,
                                                       SpecialParts special) {
  const bool may_be_present = (view.present() & leaf.first) != 0;
  if (!may_be_present && special.empty()) return std::nullopt;
  for (const WriterStep& step : leaf.steps) special = special.Below(step.number, 0);
  std::optional<WireSpan> value;
  if (may_be_present) value = LeafValue(leaf, view);
  return ValueText(*leaf.rule, value, special.empty() ? nullptr : special.form());
}

std::vector<std::pair<const LeafRule*, std::string>> RecordWriter::HeaderTexts() {
  std::vector<std::pair<const LeafRule*, std::string>> texts;
  const WriterRule& rule = writer_table_.header();
  MessageView view;
  if (!view.Open(*rule.type, content_, &rewritten_)) return texts;
  for (const WriterLeaf& leaf : rule.attributes) {
    const std::optional<std::string_view> text = LeafText(leaf, view, special_);
    if (text.has_value()) texts.emplace_back(leaf.rule, *text);
  }
  return texts;
}

absl::Status RecordWriter::WriteRootAttributes(text::XmlWriter* xml) {
  const WriterRule& rule = writer_table_.header();
  MessageView view;
  if (!view.Open(*rule.type, content_, &rewritten_)) return MalformedContent();
  bool has_any = false;
  PUENTE_TRY(WriteAttributes(rule, view, special_, &has_any, xml));
  return WriteOwnAttributes(*rule.rule, special_.nodes(), &has_any, xml);
}

absl::Status RecordWriter::WriteAttributes(const WriterRule& rule, const MessageView& view,
                                           SpecialParts special, bool* has_any,
                                           text::XmlWriter* xml) {
  for (const WriterLeaf& leaf : rule.attributes) {
    if ((view.present() & leaf.first) == 0 && special.empty()) continue;
    const std::optional<std::string_view> text = LeafText(leaf, view, special);
    if (is_malformed()) return MalformedContent();
    if (!text.has_value()) continue;
    const absl::Status status = xml->Attribute(leaf.name, *text);
    if (status.ok()) {
      *has_any = true;
      CountLeaf(leaf.rule->ids);
    } else if (absl::IsInvalidArgument(status)) {
      PUENTE_TRY(RefuseLeaf("the attribute `" + leaf.rule->name + "`", *leaf.rule, *text));
    } else {
      return status;
    }
  }
  return absl::OkStatus();
}

absl::Status RecordWriter::WriteRecord(int depth, bool preserve, const Declarations& declarations,
                                       text::XmlWriter* xml) {
  return WriteElement({&writer_table_.record(), content_, true, special_}, depth, preserve,
                      &declarations, xml);
}

absl::Status RecordWriter::WriteElement(const Instance& element, int depth, bool preserve,
                                        const Declarations* declarations, text::XmlWriter* xml) {
  const WriterRule& rule = *element.rule;
  if (element.special.empty() && declarations == nullptr && !preserve) {
    return WritePlain(rule, element.value, static_cast<size_t>(depth), xml);
  }
  const Nodes nodes = element.special.empty() ? Nodes() : element.special.nodes();
  MessageView view;
  if (rule.type != nullptr && !view.Open(*rule.type, element.value, &rewritten_)) {
    return MalformedContent();
  }
  PUENTE_TRY(xml->StartElement(rule.name));
  bool has_any = false;
  PUENTE_TRY(WriteAttributes(rule, view, element.special, &has_any, xml));
  if (!nodes.empty()) PUENTE_TRY(WriteOwnAttributes(*rule.rule, nodes, &has_any, xml));
  if (declarations != nullptr) {
    for (const auto& [name, value] : *declarations) {
      PUENTE_TRY(xml->Attribute(name, value));
      has_any = true;
      derived_.push_back(run_.Intern(rule.rule->source_path + "/@" + name));
    }
  }
  if (const v1::XmlAttribute* space = SpaceAttribute(nodes)) {
    preserve = space->value() == "preserve";
  }
  const uint64_t before = xml->bytes_written();
  if (rule.rule->has_text) {
    PUENTE_TRY(WriteText(element, view, nodes, depth, xml));
  } else {
    PUENTE_TRY(WriteChildren(element, view, nodes, depth, preserve, xml));
  }
  if (!has_any && xml->bytes_written() == before) CountEmpty(*rule.rule, element.value);
  return xml->EndElement();
}

absl::Status RecordWriter::WritePlain(const WriterRule& rule, WireSpan value, size_t depth,
                                      text::XmlWriter* xml) {
  MessageView view;
  if (rule.type != nullptr && !view.Open(*rule.type, value, &rewritten_)) return MalformedContent();
  xml->PlainStart(rule.name);
  bool has_any = false;
  for (const WriterLeaf& leaf : rule.attributes) {
    if ((view.present() & leaf.first) == 0) continue;
    const std::optional<std::string_view> text = PlainLeafText(leaf, view);
    if (!text.has_value()) {
      if (is_malformed()) return MalformedContent();
      continue;
    }
    if (xml->PlainAttribute(leaf.name, *text)) {
      has_any = true;
      CountLeaf(leaf.rule->ids);
    } else {
      PUENTE_TRY(RefuseLeaf("the attribute `" + leaf.rule->name + "`", *leaf.rule, *text));
    }
  }
  if (rule.rule->has_text) {
    std::optional<std::string_view> text;
    if (rule.rule->is_value) {
      text = texts_.Canonical(rule.rule->text, value);
    } else if ((view.present() & rule.text.first) != 0) {
      text = PlainLeafText(rule.text, view);
    }
    if (is_malformed()) return MalformedContent();
    if (text.has_value() && !text->empty()) {
      if (xml->PlainContent(*text)) {
        CountLeaf(rule.rule->text.ids);
        xml->PlainEnd(rule.name);
        return xml->status();
      }
      PUENTE_TRY(RefuseLeaf("the text of `" + rule.rule->name + "`", rule.rule->text, *text));
    }
  } else if ((view.present() & rule.child_bits) != 0) {
    bool has_child = false;
    absl::Status status;
    for (const WriterRule& child : rule.children) {
      if ((view.present() & child.first) == 0) continue;
      ForEachInstance(child, view, SpecialParts(), [&](const Instance& instance) {
        if (!has_child) xml->PlainContent();
        has_child = true;
        xml->PlainLine(depth + 1);
        status = WritePlain(child, instance.value, depth + 1, xml);
        return status.ok();
      });
      if (!status.ok()) return status;
    }
    if (is_malformed()) return MalformedContent();
    if (has_child) {
      xml->PlainLine(depth);
      xml->PlainEnd(rule.name);
      return xml->status();
    }
  }
  if (!has_any) CountEmpty(*rule.rule, value);
  xml->PlainEmpty();
  return xml->status();
}

void RecordWriter::CountEmpty(const ElementRule& rule, WireSpan value) {
  // What the message holds has no place in IATI: the element stands for none of it.
  if (value.begin == value.end) {
    CountLeaf(rule.empty);
  } else {
    derived_.push_back(run_.Intern(rule.source_path));
  }
}

absl::Status RecordWriter::WriteText(const Instance& element, const MessageView& view, Nodes nodes,
                                     int depth, text::XmlWriter* xml) {
  const ElementRule& rule = *element.rule->rule;
  std::optional<std::string_view> found;
  if (rule.is_value) {
    found = ValueText(rule.text, element.is_present ? std::optional(element.value) : std::nullopt,
                      element.special.empty() ? nullptr : element.special.form());
  } else {
    found = LeafText(element.rule->text, view, element.special);
  }
  if (is_malformed()) return MalformedContent();
  std::string_view text = found.value_or(std::string_view());
  if (nodes.empty()) {
    if (text.empty()) return absl::OkStatus();
    const absl::Status status = xml->Text(text);
    if (status.ok()) {
      CountLeaf(rule.text.ids);
      return absl::OkStatus();
    }
    if (!absl::IsInvalidArgument(status)) return status;
    return RefuseLeaf("the text of `" + rule.name + "`", rule.text, text);
  }
  if (!text.empty()) {
    if (text::CanWriteText(text)) {
      CountLeaf(rule.text.ids);
    } else {
      PUENTE_TRY(RefuseLeaf("the text of `" + rule.name + "`", rule.text, text));
      text = {};
    }
  }
  size_t done = 0;
  for (const SpecialPart& part : nodes) {
    if (IsAttribute(part)) continue;
    const v1::ResidueNode& node = *part.node;
    size_t offset = std::min<size_t>(node.text_offset(), text.size());
    while (offset > 0 && offset < text.size() && (text[offset] & 0xC0) == 0x80) --offset;
    if (offset > done) {
      PUENTE_TRY(xml->Text(text.substr(done, offset - done)));
      done = offset;
    }
    PUENTE_TRY(WriteNode(node.xml(), rule.source_path, depth + 1, false, xml));
    if (node.splits_text() && done > 0 && done < text.size()) {
      CountResidue(rule.source_path + "/text()");
    }
  }
  if (done < text.size()) PUENTE_TRY(xml->Text(text.substr(done)));
  return absl::OkStatus();
}

template <typename Take>
bool RecordWriter::ForEachInstance(const WriterRule& child, const MessageView& parent,
                                   SpecialParts special, Take&& take) {
  if ((parent.present() & child.first) == 0 && (special.empty() || child.steps.size() > 1)) {
    return true;
  }
  return ForEachBelow(child, 0, parent, special, take);
}

template <typename Take>
bool RecordWriter::ForEachBelow(const WriterRule& child, size_t step, const MessageView& parent,
                                SpecialParts special, Take&& take) {
  const WriterStep& here = child.steps[step];
  const bool is_last = step + 1 == child.steps.size();
  if (!parent.Has(here.slot)) {
    // A value that is not there may have a source text.
    if (!is_last || special.empty() || !child.rule->is_value || child.rule->is_repeated)
      return true;
    special = special.Below(here.number, 0);
    if (special.empty() || !MakesElement(special.form())) return true;
    return take(Instance{&child, {}, false, special});
  }
  if (!is_last) {
    MessageView below;
    if (!below.Open(*here.below, parent.First(here.slot), &rewritten_)) {
      is_malformed_ = true;
      return false;
    }
    return ForEachBelow(child, step + 1, below, special.Below(here.number, 0), take);
  }
  uint32_t index = 0;
  return parent.ForEach(here.slot, [&](WireSpan value) {
    const uint32_t place = index++;
    if (child.is_end && IsOtherEnd(value)) return true;
    return take(Instance{&child, value, true, special.Below(here.number, place)});
  });
}

void RecordWriter::ListChildren(const WriterRule& rule, const MessageView& view,
                                SpecialParts special, std::vector<Instance>* out) {
  std::vector<Instance> all;
  std::vector<size_t> next;
  std::vector<size_t> end;
  for (const WriterRule& child : rule.children) {
    next.push_back(all.size());
    ForEachInstance(child, view, special, [&all](const Instance& instance) {
      all.push_back(instance);
      return true;
    });
    end.push_back(all.size());
  }
  if (const v1::ChildOrder* own = special.empty() ? nullptr : special.order()) {
    std::string_view order = own->order();
    while (!order.empty()) {
      const size_t space = std::min(order.find(' '), order.size());
      std::string_view word = order.substr(0, space);
      order.remove_prefix(std::min(space + 1, order.size()));
      int count = 1;
      if (const size_t star = word.find('*'); star != std::string_view::npos) {
        std::from_chars(word.data() + star + 1, word.data() + word.size(), count);
        word = word.substr(0, star);
      }
      const ElementRule* child = rule.rule->FindChild(word);
      if (child == nullptr) continue;
      while (count-- > 0 && next[child->order] < end[child->order]) {
        out->push_back(all[next[child->order]++]);
      }
    }
  }
  for (size_t i = 0; i < next.size(); ++i) {
    while (next[i] < end[i]) out->push_back(all[next[i]++]);
  }
}

template <typename Take>
void RecordWriter::ForEachChild(const Instance& element, const MessageView& view, Take&& take) {
  const SpecialParts special = element.special;
  if (!special.empty() && special.order() != nullptr) {
    std::vector<Instance> children;
    ListChildren(*element.rule, view, special, &children);
    if (is_malformed()) return;
    for (const Instance& child : children) {
      if (!take(child)) return;
    }
    return;
  }
  for (const WriterRule& child : element.rule->children) {
    if (!ForEachInstance(child, view, special, take)) return;
  }
}

bool RecordWriter::HasChild(const WriterRule& rule, const MessageView& view, SpecialParts special) {
  bool has_any = false;
  for (const WriterRule& child : rule.children) {
    ForEachInstance(child, view, special, [&has_any](const Instance&) {
      has_any = true;
      return false;
    });
    if (has_any) return true;
  }
  return false;
}

absl::Status RecordWriter::WriteChildren(const Instance& element, const MessageView& view,
                                         Nodes nodes, int depth, bool preserve,
                                         text::XmlWriter* xml) {
  const WriterRule& rule = *element.rule;
  const SpecialParts special = element.special;
  if (!special.empty() && &rule != &writer_table_.record()) {
    // White space where no text belongs; it is written only where nothing else came in meanwhile.
    const v1::LexicalForm* form = special.form();
    if (form != nullptr && form->state() == v1::LEXICAL_STATE_UNPARSED && IsBlank(form->text()) &&
        !HasChild(rule, view, special) && std::all_of(nodes.begin(), nodes.end(), IsAttribute)) {
      CountAt(rule.rule->source_path + "/text()", rule.rule->empty.field_path);
      return xml->Text(form->text());
    }
  }
  if (!nodes.empty() || (!special.empty() && special.order() != nullptr)) {
    return WriteMixed(element, view, nodes, depth, preserve, xml);
  }
  bool has_any = false;
  absl::Status status;
  for (const WriterRule& child : rule.children) {
    if ((view.present() & child.first) == 0 && special.empty()) continue;
    ForEachInstance(child, view, special, [&](const Instance& instance) {
      if (!preserve) status = xml->NewlineIndent(static_cast<size_t>(depth) + 1);
      if (status.ok()) status = WriteElement(instance, depth + 1, preserve, nullptr, xml);
      has_any = true;
      return status.ok();
    });
    if (!status.ok()) return status;
    if (is_malformed()) return MalformedContent();
  }
  if (has_any && !preserve) return xml->NewlineIndent(static_cast<size_t>(depth));
  return absl::OkStatus();
}

/// Writes children and residue among each other, or children in an order of their own.
absl::Status RecordWriter::WriteMixed(const Instance& element, const MessageView& view, Nodes nodes,
                                      int depth, bool preserve, text::XmlWriter* xml) {
  const WriterRule& rule = *element.rule;
  bool has_text = false;
  bool has_element = false;
  for (const SpecialPart& part : nodes) {
    has_text |= part.node->xml().node_case() == v1::XmlNode::kText;
    has_element |= part.node->xml().has_element();
  }
  const bool layout =
      !preserve && !has_text && (has_element || HasChild(rule, view, element.special));
  uint32_t position = 0;
  bool has_any = false;
  auto node = nodes.begin();
  // Writes the nodes that stand before the next child, or all.
  const auto write_nodes = [&](bool all) -> absl::Status {
    for (; node != nodes.end(); ++node) {
      if (IsAttribute(*node)) continue;
      if (!all && node->node->position() > position) break;
      has_any = true;
      ++position;
      if (layout) PUENTE_TRY(xml->NewlineIndent(static_cast<size_t>(depth) + 1));
      PUENTE_TRY(WriteNode(node->node->xml(), rule.rule->source_path, depth + 1, !preserve, xml));
    }
    return absl::OkStatus();
  };
  absl::Status status;
  ForEachChild(element, view, [&](const Instance& child) {
    status = write_nodes(/*all=*/false);
    if (status.ok() && layout) status = xml->NewlineIndent(static_cast<size_t>(depth) + 1);
    if (status.ok()) status = WriteElement(child, depth + 1, preserve, nullptr, xml);
    has_any = true;
    ++position;
    return status.ok();
  });
  if (!status.ok()) return status;
  if (is_malformed()) return MalformedContent();
  PUENTE_TRY(write_nodes(/*all=*/true));
  if (has_any && layout) PUENTE_TRY(xml->NewlineIndent(static_cast<size_t>(depth)));
  return absl::OkStatus();
}

std::span<const PuenteLeaves> RecordWriter::TakeCounts() {
  for (const uint32_t number : touched_) {
    const LeafIds& ids = table_.leaf(number);
    other_counts_.push_back({ids.source_path, ids.field_path, counts_[number]});
    counts_[number] = 0;
  }
  touched_.clear();
  taken_counts_.swap(other_counts_);
  other_counts_.clear();
  other_places_.clear();
  for (const uint32_t path : derived_) run_.CountDerived(path, 1);
  derived_.clear();
  return taken_counts_;
}

void RecordWriter::End(const sdk::RecordInfo& info) {
  run_.CountKept(TakeCounts());
  for (const PuenteLeaves& leaves : info.leaves) {
    if (leaves.field_path >= known_fields_.size() || !known_fields_[leaves.field_path]) {
      run_.ReportLoss(leaves.field_path, leaves.count, PUENTE_LOSS_NO_PLACE, "");
    }
  }
}

}  // namespace puente::iati
