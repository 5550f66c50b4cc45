// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Writes records as the JSON of FTS answers.
#ifndef PUENTE_PLUGINS_FTS_ANSWER_WRITER_H_
#define PUENTE_PLUGINS_FTS_ANSWER_WRITER_H_

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "core/plugin/sdk/puente_sdk.h"
#include "plugins/fts/answer_leaves.h"
#include "plugins/fts/key_table.h"
#include "puente/v1/record.pb.h"

namespace puente::fts {

/// Turns records into JSON objects by the table of keys, and counts what it writes. One for each
/// writer.
class ObjectWriter {
 public:
  explicit ObjectWriter(const sdk::Run& run);

  /// Appends a record's object.
  void Write(const v1::Record& record, RecordKind kind, std::string* out);
  /// Takes the residue of a header, for AppendEnvelope.
  void BeginEnvelope(const v1::Record& header);
  /// Appends the members of the header that stand in the object that `within` leads to, but not the
  /// one called `*skip`. A comma comes before each but the first; `*is_first` says which that is.
  void AppendEnvelope(std::span<const std::string> within, const std::string* skip, bool* is_first,
                      std::string* out);
  /// Counts a header's array that has no element.
  void CountEmptyArray(const std::string& array) { leaves_.CountEmptyArray(array); }
  /// What was written since the last call, by path in the answer and field path. It stays until the
  /// next call.
  std::span<const PuenteLeaves> TakeCounts() { return leaves_.Take(); }
  /// Tells the host what was kept of the record, and that all else of it was lost.
  void End(const sdk::RecordInfo& info);

 private:
  using Message = google::protobuf::Message;

  // A source text or a piece of residue with the path of its message or field.
  struct Part {
    std::span<const uint32_t> path;
    const v1::LexicalForm* form = nullptr;
    const v1::JsonResidue* residue = nullptr;
  };

  void Take(const v1::Record& record);
  std::span<const Part> PartsAt(std::span<const uint32_t> path) const;
  const v1::LexicalForm* FormAt(std::span<const uint32_t> path) const;
  void WriteObject(const Message& message, const ObjectRules& rules, std::string* out);
  /// Appends the members of an object.
  void WriteMembers(const Message& message, const ObjectRules& rules, bool* is_first,
                    std::string* out);
  /// Appends one member, or nothing when the record does not have it.
  void WriteMember(const Message& message, const KeyRule& rule, bool* is_first, std::string* out);
  /// Appends the value of a member. False when there is none; what was appended does not count.
  bool WriteValue(const Message& message, const KeyRule& rule, std::string* out);
  bool WriteBehavior(const v1::Split& split, const KeyRule& rule, std::string* out);
  bool WriteList(const Message& holder, const KeyRule& rule, std::string* out);
  /// Appends the unknown members of the object at hand, but not the one called `*skip`.
  void WriteResidue(std::string_view source_path, const std::string* skip, bool* is_first,
                    std::string* out);
  void AppendJson(const v1::JsonValue& value, const std::string& path, std::string* out);

  const sdk::Run run_;
  const v1::Record* record_ = nullptr;
  std::vector<Part> parts_;
  std::vector<uint32_t> path_;
  std::vector<std::string> within_;

  AnswerLeaves leaves_;
  absl::flat_hash_map<uint32_t, uint64_t> by_field_;
};

}  // namespace puente::fts

#endif  // PUENTE_PLUGINS_FTS_ANSWER_WRITER_H_
