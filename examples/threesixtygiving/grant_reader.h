// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Reads packages of grants: one grant is one activity.
#ifndef PUENTE_EXAMPLES_THREESIXTYGIVING_GRANT_READER_H_
#define PUENTE_EXAMPLES_THREESIXTYGIVING_GRANT_READER_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "core/plugin/sdk/record_filler.h"
#include "core/text/json_slicer.h"
#include "core/text/json_tree.h"
#include "fields.h"

namespace threesixtygiving {

/// What a user says that a file does not; both may be empty.
struct Missing {
  std::string id;    ///< Identifiers of grants without one begin with it.
  std::string date;  ///< The day of grants without one, `YYYY-MM-DD`.
};

class GrantReader final : public sdk::Reader {
 public:
  GrantReader(const sdk::Run& run, sdk::Source* source, Missing missing);
  absl::StatusOr<bool> Read(sdk::BatchBuilder& batch) override;

 private:
  using Node = puente::text::JsonNode;

  /// What stands before or behind the grants.
  absl::Status ReadPackage(sdk::BatchBuilder& batch);
  /// False when the element is no grant.
  bool ReadGrant(sdk::BatchBuilder& batch);
  void ReadMember(const Node& member);
  /// True when an array has elements of its kind and nothing else.
  bool Fits(const Node& array, const std::vector<Field>& fields) const;
  void ReadObjects(const Node& array, const Field& field);
  void ReadEvent(const Node& array, const Field& field);
  /// The day that a member names; empty when it names none.
  std::string DayOf(const Node& object, std::string_view member) const;
  /// Sets a value; false when it is none of its field.
  bool SetValue(const Node& node, const Field& field, const std::string& path,
                sdk::Indices at = {});
  /// Sets what has a place, and keeps the rest beside the element.
  void ReadElement(const Node& object, const std::vector<Field>& fields, const std::string& path,
                   const sdk::FieldPlace& element, sdk::Indices at);
  void DeriveRest();
  void Reject(std::string_view message, std::string_view hint);
  PuentePosition Position() const;
  void Report(int32_t severity, std::string_view code, std::string_view message,
              std::string_view hint, std::string_view path, std::string_view text);

  const sdk::Run run_;
  const Missing missing_;
  puente::text::JsonSlicer slicer_;
  puente::text::JsonTree tree_;
  sdk::RecordFiller filler_;
  sdk::PathIds ids_;
  puente::text::JsonSlice slice_;
  uint64_t grants_ = 0;
  // Of the grant.
  std::string id_;
  std::string title_;      // its own, or the one that is made up
  std::string award_day_;  // empty when it is not told
  bool has_award_ = false;
};

}  // namespace threesixtygiving

#endif  // PUENTE_EXAMPLES_THREESIXTYGIVING_GRANT_READER_H_
