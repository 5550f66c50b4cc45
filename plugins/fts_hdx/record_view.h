// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// The values of a record as cells show them.
#ifndef PUENTE_PLUGINS_FTS_HDX_RECORD_VIEW_H_
#define PUENTE_PLUGINS_FTS_HDX_RECORD_VIEW_H_

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/text/json_tree.h"
#include "google/protobuf/message.h"
#include "plugins/fts_hdx/column_table.h"
#include "puente/v1/record.pb.h"

namespace puente::fts_hdx {

/// A value of a record.
struct CellValue {
  /// As a cell shows it; empty for null.
  std::string text;
  /// False when the cell shows less than the record has: a date without its time, nothing for null.
  bool is_exact = true;
};

/// Looks values of one record up. Texts that are no canonical form come as the source wrote them.
class RecordView {
 public:
  RecordView();

  /// Takes a record, which must outlive its use.
  void Begin(const v1::Record& record);
  const v1::Record& record() const { return *record_; }

  /// Replaces `out` by the values at a place, in the order of the record. Values that are absent
  /// are none, those that are null or empty are values.
  void Collect(const FieldPlace& place, Shape shape, std::vector<CellValue>* out) const;
  /// The one value at a place: the first one.
  std::optional<CellValue> Get(const FieldPlace& place, Shape shape) const;
  /// What residue says under this name beside the content.
  std::optional<CellValue> Residue(std::string_view name) const;
  /// All names of residue beside the content, in order.
  std::vector<std::string_view> ResidueNames() const;
  /// The texts of an array in residue; empty when there is none.
  std::vector<std::string> ResidueTexts(std::string_view name) const;

 private:
  using Message = google::protobuf::Message;
  using Path = std::vector<uint32_t>;

  const v1::LexicalForm* FormAt(std::span<const uint32_t> path) const;
  void Walk(const Message* message, const FieldPlace& place, size_t step, Shape shape, Path* path,
            std::vector<CellValue>* out) const;
  void TakeLast(const Message* message, const google::protobuf::FieldDescriptor& field, Shape shape,
                Path* path, std::vector<CellValue>* out) const;
  /// The text of a JSON scalar; of what is none, the text itself.
  CellValue OfJson(std::string_view json, Shape shape) const;
  CellValue OfForm(const v1::LexicalForm& form, Shape shape) const;

  const v1::Record* record_ = nullptr;
  std::vector<std::pair<std::span<const uint32_t>, const v1::LexicalForm*>> forms_;
  mutable text::JsonTree tree_;
};

/// A text as a string of JSON.
std::string JsonText(std::string_view text);

}  // namespace puente::fts_hdx

#endif  // PUENTE_PLUGINS_FTS_HDX_RECORD_VIEW_H_
