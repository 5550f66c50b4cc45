// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// The tables of HDX: their columns, and where the cells of each stand in the schema.
#ifndef PUENTE_PLUGINS_FTS_HDX_COLUMN_TABLE_H_
#define PUENTE_PLUGINS_FTS_HDX_COLUMN_TABLE_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "google/protobuf/descriptor.h"
#include "puente/v1/record.pb.h"

namespace puente::fts_hdx {

/// The tables that HDX publishes, and the flows that the site of FTS gives for download.
enum class TableKind : uint8_t { kFlows, kRequirements, kCluster, kGlobalCluster, kCovid, kSite };

/// How a cell says its value; see data/columns.tsv.
enum class Shape : uint8_t {
  kText,
  kNumber,
  kDate,
  kDay,
  kInstant,
  kContext,
  kOne,
  kList,
  kJoined,
  kPlaces,
  kFirst,
  kLast,
  kPlanCode,
};

/// One step to a field.
struct FieldStep {
  const google::protobuf::FieldDescriptor* field = nullptr;
  /// Of a repeated field: the word in place of an index; empty for the first element.
  std::string token;
};

/// The place of a cell in one kind of record.
struct FieldPlace {
  /// `Record` field of the content, such as `activity`; that of the import context for `@`.
  const google::protobuf::FieldDescriptor* content = nullptr;
  /// From the content to the field.
  std::vector<FieldStep> steps;
  /// The path without indices, as leaves are counted by: `activity.flow.status`.
  std::string path;
  /// The path of what names the kind of an end that stands in this field; empty when none does.
  std::string type_path;
};

/// A column of a table.
struct Column {
  std::string name;
  Shape shape = Shape::kText;
  std::vector<FieldPlace> places;

  /// Where the cell stands in a record of this kind (a case of Record.content); null when nowhere.
  const FieldPlace* PlaceIn(int content_case) const;
};

/// A table.
struct Table {
  TableKind kind = TableKind::kFlows;
  std::string name;
  std::vector<Column> columns;

  /// The column of this name; null when there is none.
  const Column* Find(std::string_view name) const;
};

/// The tables by kind. They live as long as the process.
const Table& TableOf(TableKind kind);
/// The table of a name such as `flows`.
std::optional<TableKind> TableNamed(std::string_view name);
/// The table that a header is of: that which has most of its names, at least half of its own
/// columns. `name` is the file's name: cluster and globalcluster have the same columns.
std::optional<TableKind> TableOfHeader(std::span<const std::string> header, std::string_view name);

/// The path of values in a list beyond the first, which is the cell's own.
std::string FurtherPath(std::string_view column);

}  // namespace puente::fts_hdx

#endif  // PUENTE_PLUGINS_FTS_HDX_COLUMN_TABLE_H_
