// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Locks of plugin folders.
#include "core/plugin/pins.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "core/base/status.h"

namespace puente::plugin {
namespace {

// SHA-256 of "abc".
constexpr std::string_view kAbc =
    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

class PinsTest : public testing::Test {
 protected:
  PinsTest() {
    std::string pattern = (std::filesystem::temp_directory_path() / "puente-pinsXXXXXX").string();
    folder_ = mkdtemp(pattern.data());
  }
  ~PinsTest() override { std::filesystem::remove_all(folder_); }

  void Write(const std::string& name, std::string_view text) const {
    std::ofstream(folder_ / name, std::ios::binary) << text;
    chmod((folder_ / name).c_str(), 0644);
  }
  std::string CodeOfRead() const { return GetErrorDetail(Pins::Read(folder_).status()).code; }
  static std::string CodeOf(const absl::Status& status) { return GetErrorDetail(status).code; }

  std::filesystem::path folder_;
};

TEST_F(PinsTest, AFolderWithoutLockHasNone) {
  const auto pins = Pins::Read(folder_);
  ASSERT_TRUE(pins.ok()) << pins.status();
  EXPECT_FALSE(pins->has_value());
}

TEST_F(PinsTest, ComparesWithTheLinesOfSha256sum) {
  Write("plugins.lock",
        "# made by hand\n\n" + std::string(kAbc) + "  a.so\n" + std::string(kAbc) + " *b name.so");
  const auto pins = Pins::Read(folder_);
  ASSERT_TRUE(pins.ok()) << pins.status();
  ASSERT_TRUE(pins->has_value());
  EXPECT_TRUE((*pins)->Check("/any/a.so", "abc").ok());
  EXPECT_TRUE((*pins)->Check("/any/b name.so", "abc").ok());
  const absl::Status changed = (*pins)->Check("/any/a.so", "abd");
  EXPECT_EQ(CodeOf(changed), "PUE-0412");
  EXPECT_NE(FormatError(changed).find("/any/a.so"), std::string::npos);
  EXPECT_EQ(CodeOf((*pins)->Check("/any/c.so", "abc")), "PUE-0412");
  EXPECT_EQ(CodeOf((*pins)->CheckListed("/any/c.so")), "PUE-0412");
  EXPECT_TRUE((*pins)->CheckListed("/any/a.so").ok());
}

TEST_F(PinsTest, RefusesWhatIsNoLock) {
  for (const std::string& text :
       {std::string("nonsense\n"), std::string(kAbc) + " a.so\n", std::string(kAbc) + "  \n",
        std::string(kAbc) + "  ../a.so\n", std::string(kAbc.substr(1)) + "  a.so\n",
        std::string("x") + std::string(kAbc.substr(1)) + "  a.so\n"}) {
    Write("plugins.lock", text);
    EXPECT_EQ(CodeOfRead(), "PUE-0412") << text;
    EXPECT_EQ(GetErrorDetail(Pins::Read(folder_).status()).line, 1u) << text;
  }
}

TEST_F(PinsTest, RefusesALockThatOthersMayWrite) {
  Write("plugins.lock", "");
  chmod((folder_ / "plugins.lock").c_str(), 0666);
  EXPECT_EQ(CodeOfRead(), "PUE-0405");
}

TEST_F(PinsTest, WritesWhatItReads) {
  Write("puente_a.so", "abc");
  Write("a.puente.json", "{}");
  Write("plugins.lock", "old");
  std::filesystem::create_directory(folder_ / "sub");
  const auto pins = Pins::Of(folder_);
  ASSERT_TRUE(pins.ok()) << pins.status();
  EXPECT_EQ(pins->sums().size(), 2u);
  EXPECT_NE(pins->Text().find(std::string(kAbc) + "  puente_a.so\n"), std::string::npos);
  Write("plugins.lock", pins->Text());
  const auto read = Pins::Read(folder_);
  ASSERT_TRUE(read.ok() && read->has_value());
  EXPECT_EQ((*read)->sums(), pins->sums());
  EXPECT_EQ(CodeOf(Pins::Of(folder_ / "none").status()), "PUE-0101");
}

TEST(SealedCopyTest, HoldsTheBytesAndCannotBeChanged) {
  const std::string bytes(3'000'000, 'x');
  const auto path = SealedCopy("puente_x.so", bytes);
  ASSERT_TRUE(path.ok()) << path.status();
  const auto read = ReadWholeFile(*path);
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(*read, bytes);
  const int fd = open(path->c_str(), O_RDWR | O_CLOEXEC);
  if (fd >= 0) {
    EXPECT_EQ(write(fd, "y", 1), -1);
    EXPECT_NE(ftruncate(fd, 0), 0);
    close(fd);
  }
  // Another one has another name, and this one keeps its own.
  const auto other = SealedCopy("puente_x.so", "y");
  ASSERT_TRUE(other.ok());
  EXPECT_NE(*other, *path);
  EXPECT_EQ(*ReadWholeFile(*path), bytes);
}

}  // namespace
}  // namespace puente::plugin
