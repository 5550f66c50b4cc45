// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Tests of writing archives: what is read back, raw copies, and what is refused.

#include "core/text/zip_writer.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/status.h"
#include "core/text/random_access.h"
#include "core/text/zip_archive.h"
#include "tests/core/workbook_maker.h"

namespace puente::text {
namespace {

using testing::Part;
using testing::Zip;

constexpr uint64_t kMany = uint64_t{1} << 30;

std::string Write(const std::vector<Part>& parts, int level = kZipLevel) {
  std::string bytes;
  StringOutput output(&bytes);
  auto writer = ZipWriter::Open(&output, level);
  EXPECT_TRUE(writer.ok());
  for (const Part& part : parts) {
    EXPECT_TRUE((*writer)->Begin(part.name).ok());
    // In two pieces.
    const std::string_view text = part.bytes;
    EXPECT_TRUE((*writer)->Write(text.substr(0, text.size() / 3)).ok());
    EXPECT_TRUE((*writer)->Write(text.substr(text.size() / 3)).ok());
    EXPECT_TRUE((*writer)->End().ok());
  }
  EXPECT_EQ(bytes, "") << "nothing before the end";
  const absl::Status status = (*writer)->Finish();
  EXPECT_TRUE(status.ok()) << FormatError(status);
  return bytes;
}

/// Names and bytes in the order of the archive.
std::vector<std::pair<std::string, std::string>> Read(const std::string& bytes) {
  StringAccess input(bytes);
  auto archive = ZipArchive::Open(&input, DefaultLimits(), "");
  std::vector<std::pair<std::string, std::string>> parts;
  if (!archive.ok()) return {{FormatError(archive.status()), ""}};
  for (const ZipPart& part : (*archive)->parts()) {
    auto text = (*archive)->ReadPart(part, kMany);
    parts.emplace_back(part.name, text.ok() ? *text : FormatError(text.status()));
  }
  return parts;
}

std::string RandomBytes(size_t size) {
  std::mt19937 random(7);
  std::string bytes(size, '\0');
  for (char& c : bytes) c = static_cast<char>(random());
  return bytes;
}

std::string CodeOf(const absl::Status& status) { return GetErrorDetail(status).code; }

TEST(ZipWriterTest, GivesBackWhatWasWritten) {
  // The last two are too large for memory, packed and not.
  const std::vector<Part> parts = {{"z", "last first"},
                                   {"xl/añejo.xml", "<a/>"},
                                   {"empty", ""},
                                   {"a/b/c.bin", RandomBytes(3000000)},
                                   {"zeros", std::string(5000000, '\0')}};
  for (const int level : {1, 6, 9}) {
    const std::string bytes = Write(parts, level);
    const auto read = Read(bytes);
    ASSERT_EQ(read.size(), parts.size());
    for (size_t i = 0; i < parts.size(); ++i) {
      EXPECT_EQ(read[i].first, parts[i].name);
      EXPECT_TRUE(read[i].second == parts[i].bytes) << parts[i].name;
    }
    EXPECT_TRUE(bytes == Write(parts, level)) << "the same parts give the same bytes";
  }
}

TEST(ZipWriterTest, HasNoZip64WhereItIsNotNeeded) {
  const std::string bytes = Write({{"a", "b"}});
  // Version 2.0, no flags, deflated, the first day; and no further field.
  EXPECT_EQ(bytes.substr(0, 14), std::string_view("PK\x03\x04\x14\0\0\0\x08\0\0\0\x21\0", 14));
  EXPECT_EQ(bytes.substr(26, 5), std::string_view("\x01\0\0\0a", 5));
}

TEST(ZipWriterTest, CopiesPartsAsTheyArePacked) {
  std::vector<Part> parts = {{"xl/b", std::string(100000, 'x'), true}, {"xl/a", "stored"}};
  const std::string source = Zip(parts);
  StringAccess input(source);
  auto archive = ZipArchive::Open(&input, DefaultLimits(), "");
  ASSERT_TRUE(archive.ok());
  std::string bytes;
  StringOutput output(&bytes);
  auto writer = ZipWriter::Open(&output);
  ASSERT_TRUE(writer.ok());
  for (const ZipPart& part : (*archive)->parts()) {
    const absl::Status status = (*writer)->CopyRaw(part, archive->get());
    ASSERT_TRUE(status.ok()) << FormatError(status);
  }
  ASSERT_TRUE((*writer)->Begin("new").ok());
  ASSERT_TRUE((*writer)->Write("n").ok());
  ASSERT_TRUE((*writer)->End().ok());
  EXPECT_EQ(CodeOf((*writer)->CopyRaw((*archive)->parts()[0], archive->get())), "PUE-0344");
  ASSERT_TRUE((*writer)->Finish().ok());
  const auto read = Read(bytes);
  ASSERT_EQ(read.size(), 3u);
  for (size_t i = 0; i < parts.size(); ++i) {
    EXPECT_EQ(read[i].first, parts[i].name);
    EXPECT_TRUE(read[i].second == parts[i].bytes);
  }
  // Packed as they were: the maker packs harder than this writer would.
  StringAccess again(bytes);
  auto copy = ZipArchive::Open(&again, DefaultLimits(), "");
  ASSERT_TRUE(copy.ok());
  EXPECT_EQ((*copy)->parts()[0].packed_size, (*archive)->parts()[0].packed_size);
  EXPECT_EQ((*copy)->parts()[1].method, 0u);
}

TEST(ZipWriterTest, RawCopiesOfWhatCannotBeReadAreRefused) {
  std::vector<Part> parts = {{"a", "x"}, {"b", "y"}};
  parts[0].flags = 1;
  parts[1].method = 12;
  const std::string source = Zip(parts);
  StringAccess input(source);
  auto archive = ZipArchive::Open(&input, DefaultLimits(), "");
  ASSERT_TRUE(archive.ok());
  std::string bytes;
  StringOutput output(&bytes);
  auto writer = ZipWriter::Open(&output);
  for (const ZipPart& part : (*archive)->parts()) {
    EXPECT_EQ(CodeOf((*writer)->CopyRaw(part, archive->get())), "PUE-0342");
  }
  EXPECT_TRUE((*writer)->Finish().ok()) << "writing may go on";
}

TEST(ZipWriterTest, NamesAndOrderAreChecked) {
  std::string bytes;
  StringOutput output(&bytes);
  auto writer = ZipWriter::Open(&output);
  ASSERT_TRUE(writer.ok());
  EXPECT_EQ((*writer)->Write("x").code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ((*writer)->End().code(), absl::StatusCode::kFailedPrecondition);
  for (const std::string_view name : {"", "../a", "/a", "a/", "C:a", "a\\b"}) {
    EXPECT_EQ(CodeOf((*writer)->Begin(name)), "PUE-0344") << name;
  }
  ASSERT_TRUE((*writer)->Begin("a").ok());
  EXPECT_EQ((*writer)->Begin("b").code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ((*writer)->Finish().code(), absl::StatusCode::kFailedPrecondition);
  ASSERT_TRUE((*writer)->End().ok());
  EXPECT_EQ(CodeOf((*writer)->Begin("A")), "PUE-0344");
  ASSERT_TRUE((*writer)->Finish().ok());
  EXPECT_EQ((*writer)->Begin("c").code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(Read(bytes).size(), 1u);
}

/// A stream that is full after some bytes.
class Full final : public OutputStream {
 public:
  absl::Status Write(std::string_view /*bytes*/) override { return absl::DataLossError("no room"); }
};

TEST(ZipWriterTest, ErrorsOfTheStreamAreTold) {
  Full full;
  auto writer = ZipWriter::Open(&full);
  ASSERT_TRUE((*writer)->Begin("a").ok());
  ASSERT_TRUE((*writer)->End().ok());
  EXPECT_EQ((*writer)->Finish(), absl::DataLossError("no room"));
  EXPECT_EQ((*writer)->Finish(), absl::DataLossError("no room"));
}

TEST(ZipArchiveTest, PartsThatAreReadAgainCountOnce) {
  const std::string source = Zip({{"a", std::string(1000, 'x')}, {"b", std::string(1000, 'y')}});
  StringAccess input(source);
  Limits limits;
  limits.unpacked_bytes = 1500;
  auto archive = ZipArchive::Open(&input, limits, "");
  ASSERT_TRUE(archive.ok());
  for (int i = 0; i < 5; ++i) EXPECT_TRUE((*archive)->ReadPart(*(*archive)->Find("a"), kMany).ok());
  EXPECT_EQ(CodeOf((*archive)->ReadPart(*(*archive)->Find("b"), kMany).status()), "PUE-0203");
}

}  // namespace
}  // namespace puente::text
