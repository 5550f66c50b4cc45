// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Makes a record of each row of a table.
#ifndef PUENTE_PLUGINS_FTS_HDX_ROW_BUILDER_H_
#define PUENTE_PLUGINS_FTS_HDX_ROW_BUILDER_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/text_form.h"
#include "core/plugin/sdk/puente_sdk.h"
#include "core/text/csv.h"
#include "google/protobuf/message.h"
#include "plugins/fts_hdx/layout.h"
#include "puente/v1/record.pb.h"

namespace puente::fts_hdx {

/// Builds one record after the other. Each cell is one leaf, also an empty one; in a list, so is
/// each further value.
class RowBuilder {
 public:
  RowBuilder(const sdk::Run& run, const Layout* layout);

  /// A cell whose text is no value of its column; the text is kept.
  struct Fault {
    size_t column = 0;
    std::string_view wanted;
  };

  /// Fills in a record that is empty. Cells that a short row does not have count as empty ones.
  void Build(std::span<const text::CsvCell> cells, v1::Record* record);

  /// The identifier among cells, as it stands there; empty when there is none.
  std::string_view IdIn(std::span<const text::CsvCell> cells) const;

  /// Of the newest row; gone with the next one.
  const std::vector<PuenteLeaves>& leaves() const { return leaves_; }
  const std::vector<Fault>& faults() const { return faults_; }
  std::string_view id() const { return id_; }

 private:
  using Message = google::protobuf::Message;
  using Path = std::vector<uint32_t>;

  int KindOf(std::span<const text::CsvCell> cells) const;
  /// True for the cell of a least or greatest value that does not go with the other one: both are
  /// residue then, so that they come back as they are.
  bool IsOddSpan(std::span<const text::CsvCell> cells, const Column& column) const;
  std::string_view TextIn(std::span<const text::CsvCell> cells, std::string_view column) const;
  void SetCell(size_t index, const Column& column, const FieldPlace& place, std::string_view text);
  void SetEmpty(size_t index, const FieldPlace& place);
  void AddResidue();
  /// The message that holds the place's field, made where it is not there, and the field's path.
  Message* Holder(const FieldPlace& place, Path* path);
  TextForm SetValue(Message* holder, const FieldPlace& place, Shape shape, std::string_view text);
  void AddForm(const Path& path, std::string_view text, v1::LexicalState state);
  uint32_t FieldId(const FieldPlace& place);
  void SortParts();

  const sdk::Run run_;
  const Layout& layout_;
  std::vector<uint32_t> column_ids_;
  std::vector<uint32_t> further_ids_;
  std::map<const FieldPlace*, uint32_t> field_ids_;
  const uint32_t residue_field_;

  v1::Record* record_ = nullptr;
  Message* content_ = nullptr;
  // Which element of a list a word stands for, in this row.
  std::map<std::pair<int, std::string_view>, uint32_t> ends_;
  uint32_t empty_ends_ = 0;
  // Cells that no field takes, by column.
  std::vector<std::pair<size_t, std::string_view>> residue_;
  std::vector<PuenteLeaves> leaves_;
  std::vector<Fault> faults_;
  std::string id_;
};

}  // namespace puente::fts_hdx

#endif  // PUENTE_PLUGINS_FTS_HDX_ROW_BUILDER_H_
