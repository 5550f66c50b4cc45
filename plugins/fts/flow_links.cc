// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Links that the values of a flow name: its parent, its parts, and grants of other schemes.
#include "plugins/fts/flow_links.h"

#include <algorithm>

#include "core/base/tsv_table.h"

namespace puente::fts {

std::string_view RefCodesTsv();

namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsCapital(char c) { return c >= 'A' && c <= 'Z'; }

/// True when the text has the shape; see data/ref_codes.tsv.
bool HasShape(std::string_view text, std::string_view shape) {
  while (!shape.empty()) {
    const char wanted = shape[0];
    if (wanted == '*') return true;
    shape.remove_prefix(1);
    const auto fits = [wanted](char c) {
      return wanted == 'A' ? IsCapital(c) : wanted == '9' ? IsDigit(c) : c == wanted;
    };
    if (text.empty() || !fits(text[0])) return false;
    text.remove_prefix(1);
    if (!shape.starts_with('+')) continue;
    shape.remove_prefix(1);
    while (!text.empty() && fits(text[0])) text.remove_prefix(1);
  }
  return text.empty();
}

std::string_view WithoutBlanks(std::string_view text) {
  const size_t begin = std::min(text.find_first_not_of(" \t"), text.size());
  return text.substr(begin, text.find_last_not_of(" \t") + 1 - begin);
}

void AddLink(v1::LinkKind kind, std::string_view scheme, std::string_view target,
             std::string_view evidence, v1::Record* record) {
  v1::Link* const link = record->mutable_derived()->add_links();
  link->set_kind(kind);
  if (kind == v1::LINK_KIND_UNSPECIFIED) link->set_kind_raw("refers to");
  link->mutable_target_scheme()->assign(scheme);
  link->mutable_target()->assign(target);
  link->add_evidence()->mutable_text()->assign(evidence);
}

}  // namespace

std::string_view SchemeOfRefCode(std::string_view code) {
  static const TsvTable& shapes = EmbeddedTable<RefCodesTsv>();
  static const size_t scheme = shapes.Column("scheme");
  static const size_t shape = shapes.Column("shape");
  for (const TsvTable::Row& row : shapes.rows()) {
    if (HasShape(code, row[shape])) return row[scheme];
  }
  return {};
}

void AddFlowLinks(v1::Record* record) {
  const v1::Flow& flow = record->activity().flow();
  if (flow.has_parent_flow()) {
    AddLink(v1::LINK_KIND_PARENT, "fts", flow.parent_flow(), "flow.parent_flow", record);
  }
  for (const std::string& child : flow.child_flows()) {
    AddLink(v1::LINK_KIND_CHILD, "fts", child, "flow.child_flows", record);
  }
  std::string_view rest = flow.ref_code();
  while (!rest.empty()) {
    const std::string_view part = rest.substr(0, rest.find(';'));
    rest.remove_prefix(std::min(part.size() + 1, rest.size()));
    const std::string_view code = WithoutBlanks(part);
    const std::string_view scheme = SchemeOfRefCode(code);
    if (!scheme.empty()) {
      AddLink(v1::LINK_KIND_UNSPECIFIED, scheme, code, "flow.ref_code", record);
    }
  }
}

}  // namespace puente::fts
