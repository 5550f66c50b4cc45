// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// The parts of a workbook: how one leads to the other.
#include "core/text/xlsx_parts.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>

#include "core/text/byte_stream.h"
#include "core/text/xlsx_names.h"
#include "fmt/format.h"

namespace puente::text {

std::string XlsxRelationsPart(std::string_view part) {
  const size_t name = part.rfind('/') + 1;
  return fmt::format("{}_rels/{}.rels", part.substr(0, name), part.substr(name));
}

std::string ResolveXlsxPart(std::string_view from, std::string_view target) {
  if (target.starts_with('/')) return std::string(target.substr(1));
  std::string folder(from.substr(0, from.rfind('/') + 1));
  while (target.starts_with("../")) {
    target.remove_prefix(3);
    if (folder.empty()) return std::string();
    folder.resize(folder.size() - 1);
    folder.resize(folder.rfind('/') + 1);
  }
  if (target.starts_with("./")) target.remove_prefix(2);
  return folder.append(target);
}

absl::StatusOr<std::vector<XlsxRelation>> ReadXlsxRelations(XmlReader* xml, std::string_view from) {
  std::vector<XlsxRelation> relations;
  while (true) {
    const XmlEvent event = xml->Step();
    if (event == XmlEvent::kError) return xml->status();
    if (event == XmlEvent::kEndOfDocument) return relations;
    if (event != XmlEvent::kStart || LocalName(xml->name()) != "Relationship") continue;
    // What is outside of the workbook is never opened.
    if (AttributeOf(*xml, "TargetMode") == "External") continue;
    const std::string_view type = AttributeOf(*xml, "Type");
    XlsxRelation relation;
    relation.id = AttributeOf(*xml, "Id");
    relation.kind = type.substr(type.rfind('/') + 1);
    relation.is_strict = type.starts_with("http://purl.oclc.org/ooxml/");
    relation.part = ResolveXlsxPart(from, AttributeOf(*xml, "Target"));
    relations.push_back(std::move(relation));
  }
}

absl::StatusOr<std::string> CutXmlElements(std::string_view xml,
                                           const std::function<bool(const XmlReader&)>& goes) {
  StringInput input(xml);
  absl::StatusOr<std::unique_ptr<XmlReader>> created = XmlReader::Create(&input, {});
  if (!created.ok()) return created.status();
  XmlReader& reader = **created;
  std::string left;
  uint64_t copied = 0;
  size_t cut_depth = 0;
  while (true) {
    const XmlEvent event = reader.Step();
    if (event == XmlEvent::kError) return reader.status();
    if (event == XmlEvent::kEndOfDocument) return left.append(xml.substr(copied));
    if (event == XmlEvent::kStart && cut_depth == 0 && goes(reader)) {
      cut_depth = reader.depth();
      left.append(xml.substr(copied, reader.offset() - copied));
    } else if (event == XmlEvent::kEnd && reader.depth() == cut_depth) {
      cut_depth = 0;
      copied = reader.end_offset();
    }
  }
}

}  // namespace puente::text
