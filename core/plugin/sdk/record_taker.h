// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Takes the values of records for a writer, and keeps their account. Beside the SDK.
#ifndef PUENTE_CORE_PLUGIN_SDK_RECORD_TAKER_H_
#define PUENTE_CORE_PLUGIN_SDK_RECORD_TAKER_H_

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/functional/function_ref.h"
#include "core/plugin/sdk/field_place.h"
#include "core/plugin/sdk/path_ids.h"
#include "core/plugin/sdk/puente_sdk.h"

namespace puente::sdk {

/// The value of a field, as text.
struct FieldText {
  /// In the canonical form.
  std::string value;
  /// As the source wrote it, where that was kept; empty else. It may be out of date: whoever
  /// changed the value did not change this.
  std::string_view written;
  /// True when `written` is a number, date or boolean and still says what the value is.
  bool is_written = false;

  /// What to write where the format has no spelling of its own.
  std::string_view text() const { return is_written ? written : std::string_view(value); }
};

/// For writers: looks the values of one record after the other up. What is taken is written and
/// counts as kept; all that is left in the end is told as lost. One for each writer.
///
///     taker.Begin(record, info);
///     if (auto title = taker.Take(title_place, title_id)) cell = title->text();
///     taker.Settle();
class RecordTaker {
 public:
  explicit RecordTaker(const Run& run);

  /// Begins with a record, which must live until `Settle`, as `info`.
  void Begin(const v1::Record& record, const RecordInfo& info);

  /// How many elements a repeated field has.
  uint32_t Size(const FieldPlace& place, Indices indices = {}) const;
  /// The value of a field, if it has one. It is not taken.
  std::optional<FieldText> Look(const FieldPlace& place, Indices indices = {}) const;
  /// Takes the value of a field: it is written, and called `out` there (an id of `Run::Intern`).
  /// Nothing when it has none, or it was taken before.
  std::optional<FieldText> Take(const FieldPlace& place, uint32_t out, Indices indices = {});
  /// Takes the value of a field if it is `value`, which the format says without writing it: what a
  /// reader derives. True when it was.
  bool TakeDerived(const FieldPlace& place, std::string_view value, Indices indices = {});
  /// Says that a value that was not taken is lost for a reason (PUENTE_LOSS_…). It cannot be taken
  /// any more. What nobody takes or loses has no place.
  void Lose(const FieldPlace& place, int32_t reason, std::string_view example,
            Indices indices = {});
  /// Says that the output has a value, called `out`, that the record does not have.
  void Derived(uint32_t out) const { run_.CountDerived(out, 1); }

  /// Says that the residue of records from now on is that of another format: it is not found, and
  /// all of it is lost. A writer says so, or the contrary, at each header of a dataset; names of
  /// other formats mean other things.
  void SetForeign(bool is_foreign) { is_foreign_ = is_foreign; }
  /// The text that residue keeps under a name beside the content, if it does. It is taken.
  std::optional<std::string> TakeText(std::string_view name, uint32_t out);
  /// The same, and it is not taken.
  std::optional<std::string> LookText(std::string_view name) const;
  /// Calls `take` with the name and value of each member that residue keeps of the object that is
  /// the message at `parent`. None of them is taken.
  void ForEachJson(
      const FieldPlace& parent, Indices indices,
      absl::FunctionRef<void(std::string_view name, const v1::JsonValue& value)> take) const;
  /// Takes a value of residue: appends it as JSON. It is called `out` there; values in it by their
  /// names behind that, with `/` between them. Without `json` the output says the same already.
  void TakeJson(const v1::JsonValue& value, std::string_view out, std::string* json);

  /// Tells the host what became of the record.
  void Settle();

 private:
  const google::protobuf::Message* Holder(const FieldPlace& place, Indices indices,
                                          std::vector<uint32_t>* numbers) const;
  /// The value, and its place.
  std::optional<FieldText> Look(const FieldPlace& place, Indices indices,
                                std::vector<uint32_t>* numbers) const;
  /// The keys that chose elements on the way: they are said by where the value stands.
  void TakeKeys(const FieldPlace& place, const std::vector<uint32_t>& numbers);
  bool Claim(uint32_t field);
  /// One value of the field is in the output.
  void Keep(uint32_t field, uint32_t out);

  const Run run_;
  PathIds ids_;
  const uint32_t residue_field_;
  const v1::Record* record_ = nullptr;
  bool is_foreign_ = false;
  // What of each field is neither kept nor lost, in the order of the record.
  std::vector<std::pair<uint32_t, uint64_t>> left_;
  std::vector<PuenteLeaves> kept_;
  // Places whose values were taken, and elements whose keys were.
  absl::flat_hash_set<std::vector<uint32_t>> taken_;
  absl::flat_hash_set<std::vector<uint32_t>> keyed_;
  // By place: texts as the source wrote them, and what residue keeps.
  absl::flat_hash_map<std::vector<uint32_t>, std::string_view> written_;
  absl::flat_hash_map<std::vector<uint32_t>, std::vector<const v1::JsonMember*>> kept_beside_;
  // Of the latter, texts beside the content, by name.
  absl::flat_hash_map<std::string_view, const v1::JsonMember*> texts_;
};

}  // namespace puente::sdk

#endif  // PUENTE_CORE_PLUGIN_SDK_RECORD_TAKER_H_
