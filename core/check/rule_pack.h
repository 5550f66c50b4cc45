// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Rule packs as they are written: which rules hold for which data.
#ifndef PUENTE_CORE_CHECK_RULE_PACK_H_
#define PUENTE_CORE_CHECK_RULE_PACK_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/findings/codes.h"
#include "core/findings/finding.h"

namespace puente::check {

/// What a field of a record is to rules.
enum class FieldType : uint8_t {
  kText,
  kNumber,
  kBoolean,
  kDate,
  kPeople,  ///< A number of people over dimensions.
};

/// Where a value of a rule stands in a record.
struct FieldSpec {
  FieldType type = FieldType::kText;
  /// From Record: `activity.title.narratives[0].text`; of kPeople the repeated field of counts.
  std::string path;
  /// What a column of it is called in the layout of the dataset; the name of the field by default.
  std::string column;
  /// True for what no cell says, such as the code of the words of a cell.
  bool is_derived = false;
  /// Of kPeople: which of the counts it is. A dimension that is empty is none.
  std::string measure;
  std::string population;
  std::string sex;
  std::string age;

  friend bool operator==(const FieldSpec&, const FieldSpec&) = default;
};

/// What a rule looks at.
enum class Scope : uint8_t {
  kRow,      ///< One record.
  kCell,     ///< One cell after the other, as `cell`.
  kDataset,  ///< All records, by a method.
};

/// The cells of a rule of kCell.
struct CellChoice {
  /// All fields of these types that no list derives.
  std::vector<FieldType> types;
  /// And these.
  std::vector<std::string> fields;
  /// And the cells of columns that are no field.
  bool other_columns = false;
};

/// A value in a row of a test.
struct TestValue {
  std::string field;
  /// As JSON.
  std::string json;
  /// It is a text that is no value of its field, also where the field is one of texts.
  bool is_unread = false;
};

/// A row that is there several times.
struct RepeatedRow {
  std::vector<TestValue> values;
  uint64_t times = 1;
};

/// A row that a rule is tried on; of kDataset all rows that there are.
struct RuleTest {
  bool fires = false;
  std::vector<TestValue> values;
  std::vector<RepeatedRow> rows;
};

/// A rule.
struct Rule {
  std::string id;
  /// The pack that it was written in.
  std::string pack;
  Severity severity = Severity::kWarning;
  Scope scope = Scope::kRow;
  /// What kind of fault it is, such as `Completeness`.
  std::string group;
  /// A condition that must hold as well; may be empty.
  std::string when;
  /// The condition of a finding; of kDataset empty.
  std::string fires;
  /// Of kDataset: such as `duplicate_rows`.
  std::string method;
  /// Of kDataset: expressions for what makes rows belong together, for the value that the method
  /// looks at, and for what else it needs; and its limits by name. See MethodKind.
  std::vector<std::string> by;
  std::string value;
  std::string bound;
  std::string across;
  std::map<std::string, double, std::less<>> limits;
  /// A text that the cell should have; may be empty.
  std::string repair;
  CellChoice over;
  /// The fields whose cells are marked, the place of the finding first.
  std::vector<std::string> cells;
  /// With `{name}` for the value of a field or term.
  CodeText message;
  CodeText hint;
  /// Where the rule is from.
  std::string source;
  std::vector<RuleTest> tests;
};

/// A pack of rules.
struct RulePack {
  std::string id;
  std::string version;
  CodeText title;
  std::string source;
  /// A pack whose fields, terms, lists and rules hold here too, unless this one has its own.
  std::string base;
  /// Rules of the base that do not hold here.
  std::vector<std::string> without;
  /// Codes of findings of the reader that rules of this pack stand for, or that are no fault.
  std::vector<std::string> replaces;
  /// The format that it is for; empty for a pack that is a base only.
  std::string format;
  /// Models of a DatasetHeader that it is for: each a list of words that all must be in it. None:
  /// every model.
  std::vector<std::string> models;
  /// True when it holds only for who asks for it by name.
  bool only_when_asked = false;
  std::vector<std::string> years;
  /// Fields that summaries go by; may be empty.
  std::string organisation;
  std::string month;
  std::map<std::string, FieldSpec, std::less<>> fields;
  std::map<std::string, std::string, std::less<>> terms;
  /// The lists of codes that rules name, and whether there is one for these years.
  std::map<std::string, bool, std::less<>> lists;
  std::vector<Rule> rules;
};

/// Reads a pack (docs/spec/rules.md). Invalid-argument error PUE-0801 that names the place in it.
/// Expressions are not looked into.
absl::StatusOr<RulePack> ParseRulePack(std::string_view json);

/// The packs, each with what its base brings. Invalid-argument error PUE-0801 when two have one id,
/// a base is not there or leads back, or `without` names no rule of it.
absl::StatusOr<std::vector<RulePack>> WithBases(std::span<const RulePack> packs);

/// The error PUE-0801 of a pack.
absl::Status PackError(std::string message, std::string hint = "");

}  // namespace puente::check

#endif  // PUENTE_CORE_CHECK_RULE_PACK_H_
