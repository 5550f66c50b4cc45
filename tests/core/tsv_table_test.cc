// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Tests of tables of our own data files.

#include "core/base/tsv_table.h"

#include "gtest/gtest.h"

namespace puente {
namespace {

TEST(TsvTableTest, CommentsAndEmptyLinesAreNoRows) {
  const TsvTable table("# what it is\n\ncode\tname\nA\tfirst\n# more\nB\tsecond\nA\tthird\n");
  ASSERT_EQ(table.rows().size(), 3u);
  EXPECT_EQ(table.Column("name"), 1u);
  const TsvTable::Row* const row = table.Find(table.Column("code"), "A");
  ASSERT_NE(row, nullptr);
  EXPECT_EQ((*row)[1], "first");
  EXPECT_EQ(table.Find(0, "C"), nullptr);
}

TEST(TsvTableTest, RowsHaveACellForEachColumn) {
  const TsvTable table("a\tb\tc\n1\n1\t2\t3\t4\n");
  ASSERT_EQ(table.rows().size(), 2u);
  EXPECT_EQ(table.rows()[0].size(), 3u);
  EXPECT_EQ(table.rows()[0][2], "");
  EXPECT_EQ(table.rows()[1].size(), 3u);
}

TEST(TsvTableDeathTest, AColumnThatIsNotThereEndsTheProcess) {
  const TsvTable table("a\tb\n");
  EXPECT_DEATH(table.Column("c"), "");
}

TEST(SplitTextTest, KeepsEmptyParts) {
  EXPECT_EQ(SplitText("", ';').size(), 1u);
  EXPECT_EQ(SplitText(";a;", ';'), (std::vector<std::string_view>{"", "a", ""}));
}

}  // namespace
}  // namespace puente
