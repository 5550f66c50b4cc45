// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// What differs between two records, by field path.

#ifndef PUENTE_CORE_DIFF_RECORD_DIFF_H_
#define PUENTE_CORE_DIFF_RECORD_DIFF_H_

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/diff/value_tree.h"
#include "puente/v1/record.pb.h"

namespace puente::diff {

/// What became of a value.
enum class ChangeKind { kAdded, kRemoved, kChanged };

/// A value before or after.
struct ChangedValue {
  /// Canonical text; nothing when the value is absent or could not be read.
  std::optional<std::string> value;
  /// It is a text, which is shown in quotes.
  bool is_text = false;
  /// The text as the source wrote it, where that is not the canonical one.
  std::optional<std::string> source_text;
  v1::LexicalState source_state = v1::LEXICAL_STATE_UNSPECIFIED;
  /// Where a piece of residue stands inside a text, when that is all that differs.
  std::optional<uint32_t> text_offset;
};

/// A value by its path.
struct NamedValue {
  std::string path;
  ChangedValue value;
};

/// One difference.
struct Change {
  ChangeKind kind = ChangeKind::kChanged;
  /// The path of the field, as FieldPathText writes it, with the index in the first record; that in
  /// the second one for what was added. Residue goes on with `<name>[0]`, `@name`, `<!-- -->[0]`.
  std::string path;
  /// The path in the second record, where it is another one.
  std::string path_after;
  /// What tells the innermost repeated element of the path from others: a few of its values.
  std::vector<NamedValue> element;
  /// kChanged: the value in both records.
  ChangedValue before;
  ChangedValue after;
  /// kAdded and kRemoved: the values of all that was, by their paths below `path`. Without any the
  /// message was there and held nothing.
  std::vector<NamedValue> values;
};

/// The differences of two records.
struct RecordDiff {
  std::vector<Change> changes;
  /// What stands between records in one of them only. It may have moved to another record.
  std::vector<LooseNode> loose_before;
  std::vector<LooseNode> loose_after;
};

/// Compares two records. Elements of repeated fields are paired as PairElements does; their order
/// is no difference. What the digest sets aside is set aside here.
RecordDiff DiffRecords(const v1::Record& before, const v1::Record& after);

/// The same for records that are trees already.
RecordDiff DiffTrees(const ValueTree& before, const ValueTree& after);

/// All values of a record or of a part of it, by their paths.
std::vector<NamedValue> AllValues(const ValueNode& node);

}  // namespace puente::diff

#endif  // PUENTE_CORE_DIFF_RECORD_DIFF_H_
