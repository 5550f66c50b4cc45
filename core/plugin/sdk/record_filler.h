// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Fills in records from the texts of a source, and keeps their account. Beside the SDK.
#ifndef PUENTE_CORE_PLUGIN_SDK_RECORD_FILLER_H_
#define PUENTE_CORE_PLUGIN_SDK_RECORD_FILLER_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "core/base/text_form.h"
#include "core/plugin/sdk/field_place.h"
#include "core/plugin/sdk/path_ids.h"
#include "core/plugin/sdk/puente_sdk.h"
#include "core/text/json_tree.h"

namespace puente::sdk {

/// For readers: makes one record after the other. Each value of the source goes either to a field,
/// with `Set` or `SetAs`, or to the residue, with `KeepText` or `KeepJson`, so that a writer can
/// give it back; what the source does not say goes in with `Derive`. One for each reader.
///
///     filler.Begin(batch.Add());
///     if (filler.Set(title, cell, title_id) == TextForm::kInvalid) filler.KeepText("Title", …);
///     filler.Derive(currency, "USD");
///     filler.Describe(batch, id, position, length);
class RecordFiller {
 public:
  explicit RecordFiller(const Run& run);

  /// Begins to fill in a record that is empty.
  void Begin(v1::Record* record);
  v1::Record* record() { return record_; }

  /// Sets a field from a text of the source, which is called `source` (an id of `Run::Intern`). The
  /// text is kept beside the value where it is not the canonical one. Nothing is set, and no
  /// message made, when it is no value of the field, or the field was set before.
  TextForm Set(const FieldPlace& place, std::string_view text, uint32_t source,
               Indices indices = {});
  /// Sets a field to a value in its canonical form, for which the source has `text`: its own code
  /// or spelling. False when it is no such value.
  bool SetAs(const FieldPlace& place, std::string_view value, std::string_view text,
             uint32_t source, Indices indices = {});
  /// Sets a field to what no value of the source says. It is no leaf of the source; written, it
  /// counts as derived.
  void Derive(const FieldPlace& place, std::string_view value, Indices indices = {});

  /// Keeps a text that no field takes, by its name: in residue, as a string of JSON. False, and
  /// nothing is kept, when it is not UTF-8, which no record can hold.
  bool KeepText(std::string_view name, std::string_view text, uint32_t source);
  /// Keeps a JSON value and all that it holds, as a member `name` of the object that is the message
  /// at `parent`, which is made when it is not there. `source` is the path of the value; values in
  /// it are called by their names behind that, with `/` between them.
  void KeepJson(std::string_view name, const text::JsonTree& tree, const text::JsonNode& value,
                std::string_view source, const FieldPlace& parent, Indices indices = {});

  /// Hands the account of the record over; see BatchBuilder::Describe.
  void Describe(BatchBuilder& batch, std::string_view id, const PuentePosition& origin,
                uint64_t length);

 private:
  TextForm SetValue(const FieldPlace& place, std::string_view value, Indices indices);
  /// Keeps a text beside the field that was set last.
  void AddForm(std::string_view text);
  void Count(uint32_t source, uint32_t field);
  void SortParts();

  const Run run_;
  PathIds ids_;
  FieldPaths paths_;
  const uint32_t residue_field_;
  v1::Record* record_ = nullptr;
  /// The value that was read last.
  FieldValue value_;
  std::vector<uint32_t> numbers_;
  absl::flat_hash_set<std::vector<uint32_t>> set_;
  std::vector<PuenteLeaves> told_;
  // Where in it a source path and a field path are.
  absl::flat_hash_map<std::pair<uint32_t, uint32_t>, size_t> told_at_;
  std::vector<LeafCount> counts_;
};

}  // namespace puente::sdk

#endif  // PUENTE_CORE_PLUGIN_SDK_RECORD_FILLER_H_
