// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Tests of marks on cells that merged ranges cover.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/status.h"
#include "core/text/xlsx_marker.h"
#include "core/text/xlsx_marker_sheet.h"
#include "core/text/zip_archive.h"
#include "tests/core/copies.h"
#include "tests/core/workbook_maker.h"

namespace puente::text {
namespace {

using puente::testing::MarkAt;
using puente::testing::Part;
using puente::testing::Parts;
using puente::testing::Zip;
using ::testing::HasSubstr;
using ::testing::Not;

XlsxErrorLine LineAt(std::string cell) {
  XlsxErrorLine line;
  line.sheet = "A\u00f1o 1";
  line.cell = std::move(cell);
  return line;
}

TEST(MergedMarksTest, AMarkGoesWhereItIsSeen) {
  std::vector<Part> parts = Parts(
      "<worksheet><sheetData><row r=\"2\"><c r=\"B2\" s=\"1\"/><c r=\"C2\" s=\"1\"/></row><row "
      "r=\"3\"><c r=\"B3\"/><c r=\"C3\"/><c r=\"D3\"/></row></sheetData><mergeCells "
      "count=\"2\"><mergeCell ref=\"B2:C3\"/><mergeCell ref=\"A5:A9\"/></mergeCells></worksheet>");
  parts.push_back({"[Content_Types].xml", "<Types></Types>"});
  XlsxMark row = MarkAt(7, 0, XlsxSeverity::kInfo, "repeated");
  row.whole_row = true;
  const std::vector<XlsxMark> marks = {MarkAt(3, 2, XlsxSeverity::kError, "no number"),
                                       MarkAt(2, 1, XlsxSeverity::kWarning, "too long"),
                                       MarkAt(3, 3, XlsxSeverity::kInfo, "blank"), row};
  const std::vector<XlsxErrorLine> lines = {LineAt("C3"), LineAt("B2"), LineAt("D3"), LineAt("A7")};
  const std::string bytes = Zip(parts);
  StringAccess input(bytes);
  XlsxErrorLineList list(lines);
  std::string marked;
  StringOutput output(&marked);
  const auto report = MarkWorkbook(&input, XlsxMarkerOptions(), marks, &list, &output);
  ASSERT_TRUE(report.ok()) << FormatError(report.status());
  EXPECT_EQ(report->covered, 2);
  StringAccess again(marked);
  const auto archive = ZipArchive::Open(&again, DefaultLimits(), "");
  ASSERT_TRUE(archive.ok());
  const auto part = [&](std::string_view name) {
    const ZipPart* const found = (*archive)->Find(name);
    return found == nullptr ? "not there"
                            : (*archive)->ReadPart(*found, uint64_t{1} << 20).value_or("error");
  };
  const std::string sheet = part("xl/worksheets/sheet1.xml");
  EXPECT_THAT(sheet, HasSubstr("<c r=\"C3\"/>"));
  EXPECT_THAT(sheet, Not(HasSubstr("<c r=\"B2\" s=\"1\"/>")));
  EXPECT_THAT(sheet, HasSubstr("<row r=\"5\"><c r=\"A5\" s=\""));
  EXPECT_THAT(sheet, Not(HasSubstr("r=\"A7\"")));
  const std::string comments = part("xl/comments1.xml");
  EXPECT_THAT(comments, HasSubstr("ref=\"B2\""));
  EXPECT_THAT(comments, HasSubstr("too long"));
  EXPECT_THAT(comments, HasSubstr("C3: no number"));
  EXPECT_THAT(comments, HasSubstr("ref=\"A5\""));
  EXPECT_THAT(comments, HasSubstr("A7: repeated"));
  EXPECT_THAT(comments, Not(HasSubstr("ref=\"C3\"")));
  const std::string list_sheet = part("xl/worksheets/sheet3.xml");
  EXPECT_THAT(list_sheet, HasSubstr("location=\"'A\u00f1o 1'!B2\" display=\"C3 (B2)\""));
  EXPECT_THAT(list_sheet, HasSubstr("location=\"'A\u00f1o 1'!B2\" display=\"B2\""));
  EXPECT_THAT(list_sheet, HasSubstr("display=\"A7 (A5)\""));
}

TEST(MergedRangesTest, FindsTheRangeOfEachCell) {
  constexpr uint32_t kSide = 60;
  std::mt19937 random(3);
  for (int round = 0; round < 50; ++round) {
    std::vector<std::vector<int>> taken(kSide, std::vector<int>(kSide, -1));
    std::vector<XlsxRange> ranges;
    MergedRanges merged;
    for (int i = 0; i < 200; ++i) {
      const uint32_t row = random() % kSide;
      const uint32_t column = random() % kSide;
      const XlsxRange range{column, row, std::min<uint32_t>(kSide - 1, column + random() % 6),
                            std::min<uint32_t>(kSide - 1, row + random() % 9)};
      bool is_free = true;
      for (uint32_t r = range.first_row; r <= range.last_row; ++r) {
        for (uint32_t c = range.first_column; c <= range.last_column; ++c) {
          is_free = is_free && taken[r][c] < 0;
        }
      }
      if (!is_free) continue;
      for (uint32_t r = range.first_row; r <= range.last_row; ++r) {
        for (uint32_t c = range.first_column; c <= range.last_column; ++c) {
          taken[r][c] = static_cast<int>(ranges.size());
        }
      }
      ranges.push_back(range);
      merged.Add(range);
    }
    merged.Sort();
    for (uint32_t r = 0; r < kSide; r += 1 + random() % 3) {
      for (uint32_t c = 0; c < kSide; ++c) {
        const XlsxRange* const found = merged.Find(r, c);
        if (taken[r][c] < 0) {
          EXPECT_EQ(found, nullptr) << r << " " << c;
          continue;
        }
        ASSERT_NE(found, nullptr) << r << " " << c;
        const XlsxRange& expected = ranges[static_cast<size_t>(taken[r][c])];
        EXPECT_EQ(found->first_row, expected.first_row);
        EXPECT_EQ(found->first_column, expected.first_column);
      }
    }
  }
}

}  // namespace
}  // namespace puente::text
