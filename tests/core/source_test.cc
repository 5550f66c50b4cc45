// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Tests inputs of the host: files, slices, streams, memory, their digests and errors.

#include "core/plugin/source.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>

#include "core/base/digest.h"
#include "core/base/status.h"

namespace puente::plugin {
namespace {

namespace fs = std::filesystem;

std::string Bytes(size_t size) {
  std::string bytes(size, '\0');
  for (size_t i = 0; i < size; ++i) bytes[i] = static_cast<char>('a' + i * 7 % 26 + i / 1000 % 3);
  return bytes;
}

std::string HexOf(const std::string& bytes) {
  Sha256 hash;
  hash.Update(bytes);
  return DigestToHex(*hash.Finish());
}

class SourceTest : public testing::Test {
 protected:
  SourceTest() {
    std::string name = (fs::temp_directory_path() / "puente-source-XXXXXX").string();
    folder_ = mkdtemp(name.data());
  }
  ~SourceTest() override { fs::remove_all(folder_); }

  std::string Write(const std::string& name, const std::string& bytes) {
    const std::string path = (folder_ / name).string();
    std::ofstream(path, std::ios::binary) << bytes;
    return path;
  }
  static std::string ReadAll(const PuenteSource* source, size_t portion,
                             PuenteStatus* end = nullptr) {
    std::string all;
    std::string buffer(portion, '\0');
    while (true) {
      size_t got = 0;
      const PuenteStatus status = source->read(source->ctx, buffer.data(), portion, &got);
      if (end != nullptr) *end = status;
      if (status != PUENTE_OK || got == 0) return all;
      all.append(buffer, 0, got);
    }
  }

  fs::path folder_;
};

TEST_F(SourceTest, File) {
  const std::string bytes = Bytes(100000);
  const std::string path = Write("a.xml", bytes);
  absl::StatusOr<std::unique_ptr<Source>> source = Source::Open(path);
  ASSERT_TRUE(source.ok()) << source.status();
  const PuenteSource* c = (*source)->c_source();
  EXPECT_EQ(c->struct_size, sizeof(PuenteSource));
  EXPECT_EQ(std::string(c->name.data, c->name.size), path);
  EXPECT_EQ(std::string(c->head.data, c->head.size), bytes.substr(0, kSourceHeadBytes));
  EXPECT_EQ(c->size, bytes.size());
  EXPECT_TRUE((*source)->can_seek());
  EXPECT_EQ(ReadAll(c, 777), bytes);
  EXPECT_EQ((*source)->consumed(), bytes.size());
  std::string part(50, '\0');
  size_t got = 0;
  ASSERT_EQ(c->read_at(c->ctx, 99980, part.data(), part.size(), &got), PUENTE_OK);
  EXPECT_EQ(part.substr(0, got), bytes.substr(99980));
  ASSERT_EQ(c->read_at(c->ctx, UINT64_MAX, part.data(), part.size(), &got), PUENTE_OK);
  EXPECT_EQ(got, 0u);
  EXPECT_TRUE((*source)->error().ok());
}

TEST_F(SourceTest, WhatIsAppendedLaterIsNotRead) {
  const std::string path = Write("a", Bytes(20000));
  absl::StatusOr<std::unique_ptr<Source>> source = Source::Open(path);
  ASSERT_TRUE(source.ok());
  std::ofstream(path, std::ios::app) << "more";
  EXPECT_EQ(ReadAll((*source)->c_source(), 4096).size(), 20000u);
}

TEST_F(SourceTest, ShrinkingFileIsAnError) {
  const std::string path = Write("a", Bytes(20000));
  absl::StatusOr<std::unique_ptr<Source>> source = Source::Open(path);
  ASSERT_TRUE(source.ok());
  fs::resize_file(path, 15000);
  PuenteStatus end = PUENTE_OK;
  ReadAll((*source)->c_source(), 1000, &end);
  EXPECT_EQ(end, PUENTE_DATA_LOSS);
  const ErrorDetail detail = GetErrorDetail((*source)->error());
  EXPECT_EQ(detail.code, "PUE-0101");
  EXPECT_NE(detail.message.find("ends at byte 15000"), std::string::npos) << detail.message;
}

TEST_F(SourceTest, OpenErrors) {
  absl::Status status = Source::Open((folder_ / "none").string()).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(GetErrorDetail(status).code, "PUE-0101");
  EXPECT_NE(GetErrorDetail(status).message.find("No such file"), std::string::npos);
  status = Source::Open(folder_.string()).status();
  EXPECT_EQ(GetErrorDetail(status).code, "PUE-0101");
  EXPECT_NE(GetErrorDetail(status).message.find("is a folder"), std::string::npos);
  EXPECT_EQ(CheckInput(folder_.string()).status(), status);
  EXPECT_EQ(CheckInput((folder_ / "none").string()).status().code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(*CheckInput(Write("b", "123")), 3u);
  EXPECT_EQ(*CheckInput("-"), kUnknownSize);
  if (geteuid() != 0) {
    const std::string path = Write("secret", "x");
    chmod(path.c_str(), 0);
    EXPECT_EQ(Source::Open(path).status().code(), absl::StatusCode::kPermissionDenied);
  }
}

TEST_F(SourceTest, EmptyFile) {
  absl::StatusOr<std::unique_ptr<Source>> source = Source::Open(Write("e", ""), {.hash = true});
  ASSERT_TRUE(source.ok());
  EXPECT_EQ((*source)->head(), "");
  EXPECT_EQ(ReadAll((*source)->c_source(), 10), "");
  EXPECT_EQ(*(*source)->FinishSha256(), HexOf(""));
}

TEST_F(SourceTest, Slices) {
  const std::string bytes = Bytes(50000);
  absl::StatusOr<std::unique_ptr<Source>> source = Source::Open(Write("a", bytes));
  ASSERT_TRUE(source.ok());
  std::vector<std::thread> threads;
  for (int t = 0; t < 3; ++t) {
    threads.emplace_back([&, t] {
      for (uint64_t offset = static_cast<uint64_t>(t) * 100; offset < 49000; offset += 4999) {
        absl::StatusOr<std::unique_ptr<Source>> slice = (*source)->Slice(offset, 20000);
        ASSERT_TRUE(slice.ok());
        const std::string expected = bytes.substr(offset, 20000);
        EXPECT_EQ((*slice)->size(), expected.size());
        EXPECT_EQ((*slice)->head(), expected.substr(0, kSourceHeadBytes));
        EXPECT_EQ(ReadAll((*slice)->c_source(), 3333), expected);
        std::string last(1, '\0');
        size_t got = 0;
        const PuenteSource* c = (*slice)->c_source();
        EXPECT_EQ(c->read_at(c->ctx, expected.size() - 1, last.data(), 1, &got), PUENTE_OK);
        EXPECT_EQ(last[0], expected.back());
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ((*(*source)->Slice(60000, 5))->size(), 0u);
  EXPECT_EQ((*source)->consumed(), 0u);
}

TEST_F(SourceTest, PipeIsAStream) {
  const std::string bytes = Bytes(300000);
  const std::string path = (folder_ / "pipe").string();
  ASSERT_EQ(mkfifo(path.c_str(), 0600), 0);
  std::thread writer([&] { std::ofstream(path, std::ios::binary) << bytes; });
  absl::StatusOr<std::unique_ptr<Source>> source = Source::Open(path, {.hash = true});
  ASSERT_TRUE(source.ok());
  EXPECT_FALSE((*source)->can_seek());
  EXPECT_EQ((*source)->size(), kUnknownSize);
  EXPECT_EQ((*source)->c_source()->read_at, nullptr);
  EXPECT_FALSE((*source)->Slice(0, 5).ok());
  EXPECT_EQ((*source)->head(), bytes.substr(0, kSourceHeadBytes));
  EXPECT_EQ(ReadAll((*source)->c_source(), 10000), bytes);
  writer.join();
  EXPECT_EQ(*(*source)->FinishSha256(), HexOf(bytes));
}

TEST_F(SourceTest, WaitingStreamCanBeStopped) {
  const std::string path = (folder_ / "pipe").string();
  ASSERT_EQ(mkfifo(path.c_str(), 0600), 0);
  const int keep_open = open(path.c_str(), O_RDWR);
  ASSERT_EQ(write(keep_open, std::string(kSourceHeadBytes, 'x').data(), kSourceHeadBytes),
            static_cast<ssize_t>(kSourceHeadBytes));
  absl::StatusOr<std::unique_ptr<Source>> source = Source::Open(path);
  ASSERT_TRUE(source.ok());
  std::thread stopper([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    (*source)->Stop();
  });
  PuenteStatus end = PUENTE_OK;
  ReadAll((*source)->c_source(), 1000, &end);
  stopper.join();
  close(keep_open);
  EXPECT_EQ(end, PUENTE_CANCELLED);
  EXPECT_TRUE(absl::IsCancelled((*source)->error()));
}

TEST_F(SourceTest, CancelFlag) {
  std::atomic<bool> cancel{false};
  absl::StatusOr<std::unique_ptr<Source>> source =
      Source::FromMemory("m", Bytes(100), {.cancel = &cancel});
  ASSERT_TRUE(source.ok());
  cancel = true;
  PuenteStatus end = PUENTE_OK;
  EXPECT_EQ(ReadAll((*source)->c_source(), 10, &end), "");
  EXPECT_EQ(end, PUENTE_CANCELLED);
}

TEST_F(SourceTest, DigestOfWhatWasReadInAnyWay) {
  const std::string bytes = Bytes(700000);
  const std::string path = Write("a", bytes);
  for (const size_t read_in_order : {size_t{0}, size_t{5000}, size_t{700000}}) {
    absl::StatusOr<std::unique_ptr<Source>> source = Source::Open(path, {.hash = true});
    ASSERT_TRUE(source.ok());
    const PuenteSource* c = (*source)->c_source();
    std::string buffer(700000, '\0');
    size_t got = 0;
    ASSERT_EQ(c->read_at(c->ctx, 1000, buffer.data(), 2000, &got), PUENTE_OK);
    size_t done = 0;
    while (done < read_in_order) {
      ASSERT_EQ(c->read(c->ctx, buffer.data(), read_in_order - done, &got), PUENTE_OK);
      done += got;
    }
    EXPECT_EQ(*(*source)->FinishSha256(), HexOf(bytes));
  }
  absl::StatusOr<std::unique_ptr<Source>> source = Source::Open(path);
  EXPECT_EQ(*(*source)->FinishSha256(), "");
}

TEST_F(SourceTest, StreamNotReadToItsEndHasNoDigest) {
  const std::string path = (folder_ / "pipe").string();
  ASSERT_EQ(mkfifo(path.c_str(), 0600), 0);
  std::thread writer([&] { std::ofstream(path, std::ios::binary) << "abc"; });
  absl::StatusOr<std::unique_ptr<Source>> source = Source::Open(path, {.hash = true});
  writer.join();
  ASSERT_TRUE(source.ok());
  EXPECT_EQ(*(*source)->FinishSha256(), "");
}

TEST_F(SourceTest, Memory) {
  absl::StatusOr<std::unique_ptr<Source>> source = Source::FromMemory("name", "0123456789");
  ASSERT_TRUE(source.ok());
  EXPECT_EQ((*source)->name(), "name");
  EXPECT_EQ((*source)->head(), "0123456789");
  EXPECT_EQ(ReadAll((*source)->c_source(), 3), "0123456789");
  absl::StatusOr<std::unique_ptr<Source>> slice = (*source)->Slice(4, 3);
  ASSERT_TRUE(slice.ok());
  EXPECT_EQ(ReadAll((*slice)->c_source(), 2), "456");
}

}  // namespace
}  // namespace puente::plugin
