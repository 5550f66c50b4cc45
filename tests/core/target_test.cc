// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Tests outputs of the host: whole or not at all, existing files, full disks, broken pipes.

#include "core/plugin/target.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "core/base/status.h"

namespace puente::plugin {
namespace {

namespace fs = std::filesystem;

class TargetTest : public testing::Test {
 protected:
  TargetTest() {
    std::string name = (fs::temp_directory_path() / "puente-target-XXXXXX").string();
    folder_ = mkdtemp(name.data());
    path_ = (folder_ / "out.bin").string();
  }
  ~TargetTest() override { fs::remove_all(folder_); }

  static std::string Content(const std::string& path) {
    std::ostringstream all;
    all << std::ifstream(path, std::ios::binary).rdbuf();
    return all.str();
  }
  std::vector<std::string> Files() const {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(folder_)) {
      names.push_back(entry.path().filename().string());
    }
    std::sort(names.begin(), names.end());
    return names;
  }
  static PuenteStatus CWrite(Target& target, const std::string& bytes) {
    const PuenteTarget* c = target.c_target();
    return c->write(c->ctx, bytes.data(), bytes.size());
  }

  fs::path folder_;
  std::string path_;
};

TEST_F(TargetTest, AppearsOnCommit) {
  absl::StatusOr<std::unique_ptr<Target>> target = Target::Open(path_, {.hash = true});
  ASSERT_TRUE(target.ok()) << target.status();
  EXPECT_TRUE((*target)->is_aside());
  const std::string large(200000, 'x');
  ASSERT_EQ(CWrite(**target, "hello "), PUENTE_OK);
  ASSERT_EQ(CWrite(**target, large), PUENTE_OK);
  ASSERT_EQ(CWrite(**target, "end"), PUENTE_OK);
  const std::vector<std::string> files = Files();
  ASSERT_EQ(files.size(), 1u);
  EXPECT_EQ(files[0].rfind(".out.bin.puente-", 0), 0u) << files[0];
  EXPECT_EQ(files[0].substr(files[0].size() - 5), ".part");
  EXPECT_EQ((folder_ / files[0]).string(), (*target)->aside_path());
  EXPECT_EQ((*target)->bytes(), 200009u);
  EXPECT_EQ((*target)->FinishSha256()->size(), 64u);
  ASSERT_TRUE((*target)->Commit().ok());
  EXPECT_EQ(Files(), std::vector<std::string>{"out.bin"});
  EXPECT_EQ(Content(path_), "hello " + large + "end");
  target->reset();
  EXPECT_EQ(Files(), std::vector<std::string>{"out.bin"});
}

TEST_F(TargetTest, HandsItsBytesOn) {
  std::string taken;
  std::vector<size_t> sizes;
  const auto sink = [&](std::string_view bytes) {
    taken.append(bytes);
    sizes.push_back(bytes.size());
    return absl::OkStatus();
  };
  std::unique_ptr<Target> target = Target::ToSink("the caller", sink, {.hash = true});
  EXPECT_FALSE(target->is_aside());
  EXPECT_EQ(target->name(), "the caller");
  std::string all;
  for (int i = 0; i < 3000; ++i) {
    const std::string part =
        std::to_string(i) + "," + std::string(static_cast<size_t>(i % 90), 'x');
    all += part;
    ASSERT_EQ(CWrite(*target, part), PUENTE_OK);
  }
  EXPECT_EQ(target->bytes(), all.size());
  ASSERT_TRUE(target->Commit().ok());
  EXPECT_EQ(taken, all);
  // In large pieces, whatever they were written in.
  EXPECT_LE(sizes.size(), all.size() / (64 << 10) + 2);
  Sha256 hash;
  hash.Update(all);
  EXPECT_EQ(*target->FinishSha256(), DigestToHex(*hash.Finish()));
}

TEST_F(TargetTest, AnErrorOfTheSinkEndsIt) {
  int calls = 0;
  const absl::Status full = absl::ResourceExhaustedError("no more");
  std::unique_ptr<Target> target = Target::ToSink(
      "the caller", [&](std::string_view) { return ++calls == 2 ? full : absl::OkStatus(); });
  const std::string part(70000, 'x');
  ASSERT_EQ(CWrite(*target, part), PUENTE_OK);
  ASSERT_EQ(CWrite(*target, part), PUENTE_DATA_LOSS);
  ASSERT_EQ(CWrite(*target, part), PUENTE_DATA_LOSS);
  EXPECT_EQ(target->error(), full);
  EXPECT_EQ(target->Commit(), full);
  target.reset();
  EXPECT_EQ(calls, 2);
}

TEST_F(TargetTest, VanishesWithoutCommit) {
  {
    absl::StatusOr<std::unique_ptr<Target>> target = Target::Open(path_);
    ASSERT_TRUE(target.ok());
    ASSERT_TRUE((*target)->Write(std::string(100000, 'x')).ok());
    EXPECT_EQ(Files().size(), 1u);
  }
  EXPECT_TRUE(Files().empty());
  absl::StatusOr<std::unique_ptr<Target>> target = Target::Open(path_);
  ASSERT_TRUE(target.ok());
  (*target)->Discard();
  EXPECT_TRUE(Files().empty());
  EXPECT_FALSE((*target)->Write("x").ok());
  EXPECT_FALSE((*target)->Commit().ok());
}

TEST_F(TargetTest, ExistingFile) {
  std::ofstream(path_) << "old";
  chmod(path_.c_str(), 0640);
  const absl::Status refused = Target::Open(path_).status();
  EXPECT_EQ(refused.code(), absl::StatusCode::kAlreadyExists);
  EXPECT_EQ(GetErrorDetail(refused).code, "PUE-0102");
  EXPECT_NE(GetErrorDetail(refused).message.find(path_), std::string::npos);
  EXPECT_EQ(Content(path_), "old");

  absl::StatusOr<std::unique_ptr<Target>> target = Target::Open(path_, {.force = true});
  ASSERT_TRUE(target.ok());
  ASSERT_TRUE((*target)->Write("new").ok());
  EXPECT_EQ(Content(path_), "old");
  ASSERT_TRUE((*target)->Commit().ok());
  EXPECT_EQ(Content(path_), "new");
  EXPECT_EQ(Files(), std::vector<std::string>{"out.bin"});
  struct stat info;
  ASSERT_EQ(stat(path_.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 07777, 0640u);
}

TEST_F(TargetTest, FileThatAppearsMeanwhileIsNotReplaced) {
  absl::StatusOr<std::unique_ptr<Target>> target = Target::Open(path_);
  ASSERT_TRUE(target.ok());
  std::ofstream(path_) << "other";
  const absl::Status status = (*target)->Commit();
  EXPECT_EQ(status.code(), absl::StatusCode::kAlreadyExists);
  target->reset();
  EXPECT_EQ(Content(path_), "other");
  EXPECT_EQ(Files(), std::vector<std::string>{"out.bin"});
}

TEST_F(TargetTest, SymbolicLinkStays) {
  const std::string real = (folder_ / "real").string();
  std::ofstream(real) << "old";
  fs::create_symlink("real", path_);
  EXPECT_EQ(Target::Open(path_).status().code(), absl::StatusCode::kAlreadyExists);
  absl::StatusOr<std::unique_ptr<Target>> target = Target::Open(path_, {.force = true});
  ASSERT_TRUE(target.ok());
  ASSERT_TRUE((*target)->Write("new").ok());
  ASSERT_TRUE((*target)->Commit().ok());
  EXPECT_TRUE(fs::is_symlink(path_));
  EXPECT_EQ(Content(real), "new");
  fs::remove(path_);
  fs::create_symlink("nowhere", path_);
  EXPECT_EQ(Target::Open(path_).status().code(), absl::StatusCode::kAlreadyExists);
}

TEST_F(TargetTest, LongNames) {
  const std::string path = (folder_ / std::string(255, 'n')).string();
  absl::StatusOr<std::unique_ptr<Target>> target = Target::Open(path);
  ASSERT_TRUE(target.ok()) << target.status();
  ASSERT_TRUE((*target)->Commit().ok());
  EXPECT_TRUE(fs::exists(path));
}

TEST_F(TargetTest, OpenErrors) {
  for (const std::string& path :
       {folder_.string(), (folder_ / "none" / "out").string(), path_ + "/", std::string()}) {
    const absl::Status status = Target::Open(path, {.force = true}).status();
    EXPECT_FALSE(status.ok()) << path;
    EXPECT_EQ(GetErrorDetail(status).code, "PUE-0103") << path;
    EXPECT_NE(GetErrorDetail(status).message.find("\"" + path + "\""), std::string::npos);
  }
  EXPECT_TRUE(Files().empty());
}

TEST_F(TargetTest, DevicesAreWrittenDirectly) {
  absl::StatusOr<std::unique_ptr<Target>> null = Target::Open("/dev/null");
  ASSERT_TRUE(null.ok()) << null.status();
  EXPECT_FALSE((*null)->is_aside());
  ASSERT_TRUE((*null)->Write(std::string(100000, 'x')).ok());
  EXPECT_TRUE((*null)->Commit().ok());

  absl::StatusOr<std::unique_ptr<Target>> full = Target::Open("/dev/full");
  ASSERT_TRUE(full.ok());
  EXPECT_EQ(CWrite(**full, std::string(100000, 'x')), PUENTE_DATA_LOSS);
  const ErrorDetail detail = GetErrorDetail((*full)->error());
  EXPECT_EQ(detail.code, "PUE-0103");
  EXPECT_EQ(detail.message, "cannot write \"/dev/full\": No space left on device, after 0 bytes");
  EXPECT_FALSE(detail.hint.empty());
  EXPECT_EQ((*full)->Write("x"), (*full)->error());
  EXPECT_EQ((*full)->Commit(), (*full)->error());
}

TEST_F(TargetTest, WriteThatFailsHalfWay) {
  rlimit before;
  ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &before), 0);
  rlimit small = before;
  small.rlim_cur = 100000;
  signal(SIGXFSZ, SIG_IGN);
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &small), 0);
  absl::Status status;
  {
    absl::StatusOr<std::unique_ptr<Target>> target = Target::Open(path_);
    ASSERT_TRUE(target.ok());
    for (int i = 0; i < 5 && status.ok(); ++i) {
      status = (*target)->Write(std::string(30000, 'x'));
    }
    if (status.ok()) status = (*target)->Commit();
  }
  setrlimit(RLIMIT_FSIZE, &before);
  EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss);
  EXPECT_NE(GetErrorDetail(status).message.find("File too large, after 100000 bytes"),
            std::string::npos)
      << status;
  EXPECT_TRUE(Files().empty());
}

TEST_F(TargetTest, BrokenPipe) {
  ASSERT_EQ(mkfifo(path_.c_str(), 0600), 0);
  const int reader = open(path_.c_str(), O_RDONLY | O_NONBLOCK);
  absl::StatusOr<std::unique_ptr<Target>> target = Target::Open(path_);
  ASSERT_TRUE(target.ok());
  EXPECT_FALSE((*target)->is_aside());
  close(reader);
  const absl::Status status = (*target)->Write(std::string(100000, 'x'));
  EXPECT_NE(GetErrorDetail(status).message.find("Broken pipe"), std::string::npos) << status;
  (*target)->Discard();
  EXPECT_EQ(Files(), std::vector<std::string>{"out.bin"});
}

TEST_F(TargetTest, Memory) {
  std::string out = "before ";
  {
    std::unique_ptr<Target> target = Target::ToMemory("m", &out);
    ASSERT_TRUE(target->Write("lost").ok());
    EXPECT_EQ(out, "before lost");
  }
  EXPECT_EQ(out, "before ");
  std::unique_ptr<Target> target = Target::ToMemory("m", &out);
  ASSERT_TRUE(target->Write("kept").ok());
  ASSERT_TRUE(target->Commit().ok());
  target.reset();
  EXPECT_EQ(out, "before kept");
}

TEST_F(TargetTest, HostilePlugin) {
  std::string out;
  std::unique_ptr<Target> target = Target::ToMemory("m", &out);
  const PuenteTarget* c = target->c_target();
  EXPECT_EQ(c->write(c->ctx, nullptr, 5), PUENTE_INVALID_ARGUMENT);
  EXPECT_EQ(c->write(c->ctx, nullptr, 0), PUENTE_OK);
}

}  // namespace
}  // namespace puente::plugin
