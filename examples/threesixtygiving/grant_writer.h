// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Writes activities as grants.
#ifndef PUENTE_EXAMPLES_THREESIXTYGIVING_GRANT_WRITER_H_
#define PUENTE_EXAMPLES_THREESIXTYGIVING_GRANT_WRITER_H_

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/plugin/sdk/record_taker.h"
#include "fields.h"

namespace threesixtygiving {

/// An object of JSON in the making.
class ObjectText {
 public:
  /// Appends a member; `json` is its value.
  void Add(std::string_view name, std::string_view json);
  /// True when there is a member of this name.
  bool Has(std::string_view name) const { return names_.count(name) > 0; }
  bool empty() const { return text_.empty(); }
  std::string Close() const;

 private:
  std::string text_;
  std::set<std::string, std::less<>> names_;
};

class GrantWriter final : public sdk::Writer {
 public:
  GrantWriter(const sdk::Run& run, sdk::Target* target);
  absl::Status Put(const puente::v1::Record& record, const sdk::RecordInfo& info) override;
  absl::Status Finish() override;

 private:
  void PutPackage();
  void PutGrant();
  void BeginGrants();
  /// What stands before the next member of the package.
  void BeginMember();
  /// Appends the members of an object that have a place, then those that are kept beside it.
  void AddMembers(const std::vector<Field>& fields, const std::string& path, sdk::Indices at,
                  ObjectText* object);
  void AddKept(const sdk::FieldPlace& parent, sdk::Indices at, const std::string& path,
               ObjectText* object);
  void AddValue(const Field& field, const std::string& path, sdk::Indices at, ObjectText* object);
  void AddArray(const Field& field, ObjectText* grant);
  void AddEvent(const Field& field, ObjectText* grant);
  void AddAward(const Field& field, ObjectText* grant);
  /// Numbers of the elements that an array of this field is made of.
  std::vector<uint32_t> ElementsOf(const Field& field) const;
  std::vector<uint32_t> TransactionsOf(std::string_view type) const;
  /// The day of the award, as a reader would take it; empty when there is none.
  std::string AwardDay() const;
  void TakeWhatIsDerived();
  absl::Status Flush();

  const sdk::Run run_;
  sdk::Target* const target_;
  sdk::RecordTaker taker_;
  sdk::PathIds ids_;
  std::string out_;
  bool has_begun_ = false;   // something was written
  bool has_grants_ = false;  // the array was begun
  bool has_grant_ = false;   // and has an element
  // Members of the package: those that were written, by their values, and those for the end.
  std::map<std::string, std::string, std::less<>> package_;
  std::vector<std::string> tail_;
};

}  // namespace threesixtygiving

#endif  // PUENTE_EXAMPLES_THREESIXTYGIVING_GRANT_WRITER_H_
