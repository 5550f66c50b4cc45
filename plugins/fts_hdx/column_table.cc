// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Reads the table of columns.
#include "plugins/fts_hdx/column_table.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <utility>

#include "core/base/tsv_table.h"

namespace puente::fts_hdx {

std::string_view ColumnsTsv();

namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;

constexpr std::array<std::string_view, 6> kTableNames = {"flows",         "requirements", "cluster",
                                                         "globalcluster", "covid",        "site"};

// The tables are our own, and a test reads all of them.
Shape ShapeOf(std::string_view name) {
  static constexpr std::pair<std::string_view, Shape> kShapes[] = {
      {"text", Shape::kText},         {"number", Shape::kNumber},   {"date", Shape::kDate},
      {"day", Shape::kDay},           {"instant", Shape::kInstant}, {"context", Shape::kContext},
      {"one", Shape::kOne},           {"list", Shape::kList},       {"joined", Shape::kJoined},
      {"places", Shape::kPlaces},     {"first", Shape::kFirst},     {"last", Shape::kLast},
      {"plan_code", Shape::kPlanCode}};
  for (const auto& [known, shape] : kShapes) {
    if (known == name) return shape;
  }
  std::abort();
}

const FieldDescriptor* FieldNamed(const Descriptor& type, std::string_view name) {
  const FieldDescriptor* const field = type.FindFieldByName(std::string(name));
  if (field == nullptr) std::abort();
  return field;
}

FieldPlace PlaceOf(std::string_view text) {
  FieldPlace place;
  std::string_view path = text;
  std::string_view kind = "import_context";
  if (text.starts_with('@')) {
    path.remove_prefix(1);
  } else {
    kind = text.substr(0, text.find(':'));
    path.remove_prefix(kind.size() + 1);
  }
  place.content = FieldNamed(*v1::Record::descriptor(), kind);
  place.path = kind;
  const Descriptor* type = place.content->message_type();
  std::string end_path;
  for (std::string_view step : SplitText(path, '.')) {
    FieldStep& taken = place.steps.emplace_back();
    const size_t bracket = step.find('[');
    taken.field = FieldNamed(*type, step.substr(0, bracket));
    if (bracket != std::string_view::npos) {
      const std::string_view index = step.substr(bracket + 1, step.size() - bracket - 2);
      if (index != "0") taken.token = index;
    }
    type = taken.field->message_type();
    place.path += '.';
    place.path += taken.field->name();
    if (type == v1::MoneyEndpoint::descriptor()) end_path = place.path;
  }
  const std::string& last = place.steps.back().field->name();
  if (!end_path.empty() && (last == "text" || last == "iso3")) {
    place.type_path = end_path + ".party_type";
  }
  return place;
}

std::array<Table, kTableNames.size()> ReadTables() {
  std::array<Table, kTableNames.size()> tables;
  for (size_t i = 0; i < tables.size(); ++i) {
    tables[i].kind = static_cast<TableKind>(i);
    tables[i].name = kTableNames[i];
  }
  const TsvTable columns(ColumnsTsv());
  for (const TsvTable::Row& cells : columns.rows()) {
    const std::optional<TableKind> kind = TableNamed(cells.at(0));
    if (!kind.has_value()) std::abort();
    Column& column = tables[static_cast<size_t>(*kind)].columns.emplace_back();
    column.name = cells.at(1);
    column.shape = ShapeOf(cells.at(2));
    if (cells.at(3) == "-") continue;
    for (const std::string_view place : SplitText(cells.at(3), ';')) {
      column.places.push_back(PlaceOf(place));
    }
  }
  return tables;
}

}  // namespace

const FieldPlace* Column::PlaceIn(int content_case) const {
  for (const FieldPlace& place : places) {
    if (shape == Shape::kContext || place.content->number() == content_case) return &place;
  }
  return nullptr;
}

const Column* Table::Find(std::string_view wanted) const {
  for (const Column& column : columns) {
    if (column.name == wanted) return &column;
  }
  return nullptr;
}

const Table& TableOf(TableKind kind) {
  static const auto& tables = *new auto(ReadTables());
  return tables[static_cast<size_t>(kind)];
}

std::optional<TableKind> TableNamed(std::string_view name) {
  for (size_t i = 0; i < kTableNames.size(); ++i) {
    if (kTableNames[i] == name) return static_cast<TableKind>(i);
  }
  return std::nullopt;
}

std::optional<TableKind> TableOfHeader(std::span<const std::string> header, std::string_view name) {
  std::optional<TableKind> best;
  size_t most = 0;
  for (size_t i = 0; i < kTableNames.size(); ++i) {
    const Table& table = TableOf(static_cast<TableKind>(i));
    const auto known = static_cast<size_t>(
        std::count_if(table.columns.begin(), table.columns.end(), [&](const Column& column) {
          return std::find(header.begin(), header.end(), column.name) != header.end();
        }));
    if (known * 2 < table.columns.size() || known <= most) continue;
    best = table.kind;
    most = known;
  }
  const bool is_global = name.find("globalcluster") != std::string_view::npos;
  if (best == TableKind::kCluster && is_global) return TableKind::kGlobalCluster;
  return best;
}

std::string FurtherPath(std::string_view column) { return std::string(column) + " (further)"; }

}  // namespace puente::fts_hdx
