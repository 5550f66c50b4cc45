// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Tests of the client without a server: addresses, tokens, identities, the spool, patience.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "core/base/digest.h"
#include "core/base/status.h"
#include "puente/v1/record.pb.h"
#include "services/client/connection.h"
#include "services/client/record_identity.h"
#include "services/client/record_spool.h"
#include "services/client/retry.h"

namespace puente::client {
namespace {

using ::testing::ElementsAre;

std::string CodeOf(const absl::Status& status) { return GetErrorDetail(status).code; }

std::string Made(const std::string& dataset, const std::string& id, uint32_t ordinal = 0) {
  puente::v1::Record record;
  record.mutable_identity()->set_dataset(dataset);
  record.mutable_identity()->set_id(id);
  record.mutable_identity()->set_ordinal(ordinal);
  record.mutable_activity()->set_iati_identifier(id);
  return record.SerializeAsString();
}

TEST(ConnectionTest, TakesAddresses) {
  const auto code = [](const std::string& address, const std::string& ca = "") {
    ConnectOptions options;
    options.address = address;
    options.tls_ca = ca;
    options.token = "pnt_x";
    const auto opened = Connection::Open(options);
    return opened.ok() ? std::string("OK") : CodeOf(opened.status());
  };
  for (const char* address :
       {"127.0.0.1:7443", "127.8.9.10:1", "[::1]:7443", "localhost:7443", "unix:x.sock",
        "unix:/tmp/x", "example.org:7443", "10.0.0.1:7443", "https://example.org:7443",
        "https://127.0.0.1:7443/", "http://127.0.0.1:7443", "[2001:db8::1]:1"}) {
    EXPECT_EQ(code(address), "OK") << address;
  }
  for (const char* address :
       {"", "example.org", "example.org:", "example.org:x", "::1", "[::1]", ":7443",
        "unix:", "http://unix:x", "a b:1", "ftp://example.org:1", "example.org:123456"}) {
    EXPECT_EQ(code(address), "PUE-0001") << address;
  }
  // Nothing goes over the network in plain text, whatever the name claims to be.
  for (const char* address : {"http://example.org:7443", "http://10.0.0.1:1",
                              "http://127.0.0.1.example.org:1", "http://localhost.example.org:1",
                              "http://0.0.0.0:1", "http://128.0.0.1:1", "http://[::2]:1"}) {
    EXPECT_EQ(code(address), "PUE-0704") << address;
  }
  EXPECT_EQ(code("example.org:1", "/no/such/file"), "PUE-0101");
  EXPECT_EQ(code("example.org:1", PUENTE_SOURCE_DIR "/README.md"), "PUE-0001");
  EXPECT_EQ(code("unix:x", "/no/such/file"), "PUE-0001");
}

TEST(TokenTest, ComesFromAFileOrTheEnvironment) {
  const std::filesystem::path path =
      std::filesystem::path(::testing::TempDir()) / "puente-token-test";
  const auto of_file = [&](const std::string& text) {
    std::ofstream(path, std::ios::binary) << text;
    return ReadToken(path.string());
  };
  unsetenv("PUENTE_TOKEN");
  EXPECT_EQ(*ReadToken(""), "");
  setenv("PUENTE_TOKEN", "pnt_env", 1);
  EXPECT_EQ(*ReadToken(""), "pnt_env");
  EXPECT_EQ(*of_file("pnt_file\n"), "pnt_file");
  EXPECT_EQ(*of_file(" pnt_file \r\n"), "pnt_file");
  for (const std::string text : {"", "\n", "two words", "pnt_\xc3\xa9", "a\nb"}) {
    const auto token = of_file(text);
    EXPECT_EQ(CodeOf(token.status()), "PUE-0702") << text;
    EXPECT_EQ(token.status().ToString().find("two words"), std::string::npos);
  }
  EXPECT_EQ(CodeOf(of_file(std::string(5000, 'x')).status()), "PUE-0101");
  EXPECT_EQ(CodeOf(ReadToken("/no/such/file").status()), "PUE-0101");
  unsetenv("PUENTE_TOKEN");
  std::filesystem::remove(path);
}

TEST(RecordIdentityTest, IsReadAndCompleted) {
  RecordIdentity identity;
  ASSERT_TRUE(ReadIdentity(Made("d", "XX", 3), &identity));
  EXPECT_EQ(identity.dataset, "d");
  EXPECT_EQ(identity.id, "XX");
  EXPECT_EQ(identity.ordinal, 3u);
  EXPECT_FALSE(identity.header);
  puente::v1::Record header;
  header.mutable_dataset_header();
  ASSERT_TRUE(ReadIdentity(header.SerializeAsString(), &identity));
  EXPECT_TRUE(identity.header);
  EXPECT_FALSE(ReadIdentity("\x0a\x05x", &identity));
  EXPECT_FALSE(ReadIdentity("\x07", &identity));

  const auto with = [](std::string bytes) {
    SetAgency("me", &bytes);
    puente::v1::Record record;
    EXPECT_TRUE(record.ParseFromString(bytes));
    return record.ShortDebugString();
  };
  EXPECT_EQ(with(Made("d", "XX")),
            "identity { agency: \"me\" dataset: \"d\" id: \"XX\" } "
            "activity { iati_identifier: \"XX\" }");
  EXPECT_EQ(with(header.SerializeAsString()), "identity { agency: \"me\" } dataset_header { }");
  puente::v1::Record activity;
  activity.mutable_activity()->set_iati_identifier("XX");
  puente::v1::Record beside;
  beside.mutable_identity()->set_id("XX");
  EXPECT_EQ(with(activity.SerializeAsString() + beside.SerializeAsString()),
            "identity { agency: \"me\" id: \"XX\" } activity { iati_identifier: \"XX\" }");
}

TEST(RecordSpoolTest, GivesDatasetsBackInOrder) {
  auto spool = RecordSpool::Create();
  ASSERT_TRUE(spool.ok()) << spool.status();
  // Three datasets, mixed, with records of all sizes.
  std::map<std::string, std::vector<std::string>> expected;
  for (int i = 0; i < 3000; ++i) {
    const std::string dataset = i < 1000 ? "one" : (i / 7) % 2 == 0 ? "two" : "three";
    const std::string bytes =
        Made(dataset, std::string(static_cast<size_t>(i % 700), 'x') + std::to_string(i));
    expected[dataset].push_back(bytes);
    ASSERT_TRUE((*spool)->Add(bytes, *RecordDigest(std::string_view(bytes))).ok());
  }
  ASSERT_TRUE((*spool)->Finish().ok());
  EXPECT_THAT((*spool)->datasets(), ElementsAre("one", "two", "three"));
  EXPECT_EQ((*spool)->records(), 3000);
  for (const auto& [dataset, records] : expected) {
    const auto source = (*spool)->Open(dataset);
    ASSERT_EQ(source->records(), static_cast<int64_t>(records.size()));
    // Forward, and from any number on.
    for (const int64_t from : {int64_t{1}, int64_t{2}, int64_t{8}, source->records() / 2,
                               source->records(), source->records() + 1}) {
      ASSERT_TRUE(source->Seek(from).ok());
      RecordHead head;
      int64_t number = from;
      while (*source->Next(&head)) {
        std::string bytes;
        ASSERT_TRUE(source->Read(head.where, head.size, &bytes).ok());
        ASSERT_EQ(bytes, records[static_cast<size_t>(number - 1)]) << dataset << number;
        ASSERT_EQ(head.digest, *RecordDigest(std::string_view(bytes)));
        ++number;
      }
      EXPECT_EQ(number, source->records() + 1);
    }
  }
  EXPECT_EQ((*spool)->Open("none")->records(), 0);
}

TEST(RecordSpoolTest, RefusesDatasetsThatAreMixedWithoutEnd) {
  auto spool = RecordSpool::Create();
  ASSERT_TRUE(spool.ok());
  const std::string one = Made("one", "x");
  const std::string two = Made("two", "x");
  absl::Status status;
  int added = 0;
  while (status.ok() && added < 300'000) {
    status = (*spool)->Add(added % 2 == 0 ? one : two, Digest());
    ++added;
  }
  EXPECT_EQ(CodeOf(status), "PUE-0001");
  EXPECT_EQ(added, 100'001);
}

TEST(BackoffTest, GivesUpAndStops) {
  RetryPolicy policy;
  policy.first = std::chrono::milliseconds(5);
  policy.most = std::chrono::milliseconds(20);
  policy.give_up = std::chrono::milliseconds(120);
  int told = 0;
  policy.on_cut = [&told](std::string_view) { ++told; };
  Backoff backoff(policy, nullptr);
  int waits = 0;
  while (backoff.Wait("cut")) ++waits;
  EXPECT_GE(waits, 4);
  EXPECT_LE(waits, 40);
  EXPECT_EQ(told, 1);
  // Progress makes the next cut a new one.
  backoff.Progress();
  EXPECT_TRUE(backoff.Wait("cut"));
  EXPECT_EQ(told, 2);
  const std::atomic<bool> cancel = true;
  Backoff stopped(policy, &cancel);
  EXPECT_FALSE(stopped.Wait("cut"));
}

}  // namespace
}  // namespace puente::client
