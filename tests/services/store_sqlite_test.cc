// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// The store in SQLite: locks, formats, full and failing disks, crashes, checks, backups.

#include <fcntl.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <future>
#include <iterator>
#include <memory>
#include <random>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "services/store/checked_vfs.h"
#include "services/store/sql.h"
#include "services/store/sqlite_schema.h"
#include "services/store/sqlite_store.h"
#include "tests/services/store_faults.h"
#include "tests/services/store_fixture.h"

namespace puente::store {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// Text that does not get much smaller.
std::string MakeNoise(int64_t seed, size_t size) {
  std::mt19937 random(static_cast<unsigned>(seed));
  std::string text;
  while (text.size() < size) text += std::to_string(random());
  return text;
}

class SqliteStoreTest : public testing::Test {
 protected:
  std::string path() const { return folder_.File("store"); }

  absl::StatusOr<std::unique_ptr<Store>> TryOpen(bool create = true, bool shared = false) {
    StoreOptions options;
    options.create = create;
    options.shared = shared;
    return OpenSqliteStore(path(), options, tuning_);
  }

  void Open() {
    store_ = nullptr;
    auto store = TryOpen();
    ASSERT_TRUE(store.ok()) << store.status();
    store_ = *std::move(store);
    (void)store_->AddAgency("acme", "");
  }

  // Changes the closed store behind its back.
  void Change(const std::string& sql) {
    ConnectionOptions options;
    options.writable = true;
    auto connection = Connection::Open(path(), options);
    ASSERT_TRUE(connection.ok()) << connection.status();
    const absl::Status status = (*connection)->Run(sql.c_str());
    ASSERT_TRUE(status.ok()) << status << " " << sql;
  }

  TempFolder folder_;
  SqliteTuning tuning_;
  std::unique_ptr<Store> store_;
  const DatasetKey dataset_{"acme", "d"};
};

TEST_F(SqliteStoreTest, AddressesAreOfOneKind) {
  StoreOptions options;
  options.create = true;
  EXPECT_EQ(OpenStore("postgres:x", options).status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(OpenStore("sqlite:", options).status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_TRUE(OpenStore("sqlite:" + path(), options).ok());
  EXPECT_EQ(Reason(OpenStore("sqlite:" + folder_.File("none/x"), options)), "STORE_UNAVAILABLE");
}

TEST_F(SqliteStoreTest, OneProcessServesAndOthersLookOn) {
  EXPECT_EQ(Reason(TryOpen(false)), "STORE_UNAVAILABLE");
  EXPECT_EQ(Reason(TryOpen(false, true)), "STORE_UNAVAILABLE");
  EXPECT_FALSE(std::filesystem::exists(path()));
  Open();
  PushAll(store_.get(), dataset_, {{Key("a"), "1"}});
  EXPECT_EQ(Reason(TryOpen()), "STORE_UNAVAILABLE");
  auto beside = TryOpen(false, true);
  ASSERT_TRUE(beside.ok()) << beside.status();
  EXPECT_THAT(TextsNow(beside->get()), ElementsAre("a=1"));
  EXPECT_EQ((*beside)->seal_key(), store_->seal_key());
  // What one adds the other sees, at once.
  ASSERT_TRUE((*beside)->AddAgency("beta", "B").ok());
  ASSERT_TRUE((*beside)->AddToken({"t", "beta", kScopeRead, 1, 0, 0}, {5}).ok());
  EXPECT_EQ(store_->FindToken({5})->agency, "beta");
  PushAll(store_.get(), {"beta", "d"}, {{Key("b"), "2"}});
  EXPECT_THAT(TextsNow(beside->get()), ElementsAre("a=1", "b=2"));
  // Records are written by the one.
  EXPECT_EQ(Reason((*beside)->OpenPush({dataset_, "r", PushMode::kUpsert})), "STORE_UNAVAILABLE");
  EXPECT_EQ(Reason((*beside)->DeleteRecord(dataset_, Key("a"), {}, "")), "STORE_UNAVAILABLE");
  EXPECT_EQ(Reason((*beside)->Compact("acme", 1)), "STORE_UNAVAILABLE");
  EXPECT_EQ(Reason((*beside)->CompactBefore(1)), "STORE_UNAVAILABLE");
  EXPECT_EQ(Reason(CommitAndWait(beside->get(), {dataset_, "r", PushMode::kUpsert})),
            "STORE_UNAVAILABLE");
  EXPECT_EQ(Reason(ApplyAndWait(beside->get(), {})), "STORE_UNAVAILABLE");
  ExpectWhole(beside->get());
  store_ = nullptr;
  EXPECT_TRUE(TryOpen().ok());
}

TEST_F(SqliteStoreTest, AClosedStoreIsOneFileOfItsOwner) {
  Open();
  PushAll(store_.get(), dataset_, {{Key("a"), "1"}});
  (void)TextsNow(store_.get());
  store_ = nullptr;
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(folder_.path())) {
    names.push_back(entry.path().filename());
    struct stat status = {};
    ASSERT_EQ(stat(entry.path().c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777, 0600u) << entry.path();
  }
  std::sort(names.begin(), names.end());
  EXPECT_THAT(names, ElementsAre("store", "store-lock"));
  EXPECT_EQ(std::filesystem::file_size(path()) % kPageBytes, 0u);
}

TEST_F(SqliteStoreTest, OtherFilesAreRefused) {
  const auto refused = [this] { return Reason(TryOpen()); };
  std::ofstream(path()) << "no database at all";
  EXPECT_EQ(refused(), "STORE_DAMAGED");
  std::ofstream(path()) << std::string(100'000, 'x');
  EXPECT_EQ(refused(), "STORE_DAMAGED");
  std::ofstream(path()).close();
  EXPECT_EQ(refused(), "STORE_DAMAGED");
  std::filesystem::remove(path());
  sqlite3* other = nullptr;
  ASSERT_EQ(sqlite3_open(path().c_str(), &other), SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(other, "CREATE TABLE x(y)", nullptr, nullptr, nullptr), SQLITE_OK);
  sqlite3_close(other);
  EXPECT_EQ(refused(), "STORE_DAMAGED");
  std::filesystem::remove(path());
  Open();
  store_ = nullptr;
  Change("DROP TABLE meta");
  EXPECT_EQ(refused(), "STORE_DAMAGED");
}

TEST_F(SqliteStoreTest, NewerFormatsAreRefused) {
  Open();
  store_ = nullptr;
  Change("UPDATE meta SET value = 2 WHERE key = 'format'");
  const auto store = TryOpen();
  EXPECT_EQ(Reason(store), "STORE_UNAVAILABLE");
  EXPECT_THAT(std::string(store.status().message()), HasSubstr("format 2"));
  Change("UPDATE meta SET value = 1 WHERE key = 'format'");
  EXPECT_TRUE(TryOpen().ok());
  Change("DELETE FROM meta WHERE key = 'format'");
  EXPECT_EQ(Reason(TryOpen()), "STORE_DAMAGED");
}

TEST_F(SqliteStoreTest, AStoreThatIsFullGoesOn) {
  tuning_.max_pages = 60;
  Open();
  int64_t stored = 0;
  TestPush push(store_.get(), dataset_, "r");
  std::string outcome;
  while (stored < 1000) {
    const std::string text = MakeNoise(stored, 20'000);
    outcome = Outcomes(push.Apply({MakePut(stored + 1, Key(std::to_string(stored)), text)}));
    if (outcome != "C") break;
    ++stored;
  }
  EXPECT_EQ(outcome, "STORE_FULL");
  EXPECT_GT(stored, 10);
  EXPECT_EQ(store_->GetAgency("acme")->head, stored);
  EXPECT_EQ(TextsNow(store_.get()).size(), static_cast<size_t>(stored));
  ExpectWhole(store_.get());
  // What fits is taken, and room that is made is used.
  ASSERT_TRUE(store_->DeleteRecord(dataset_, Key("0"), {}, "").ok());
  ASSERT_TRUE(store_->DeleteRecord(dataset_, Key("1"), {}, "").ok());
  ASSERT_TRUE(store_->Compact("acme", stored + 2).ok());
  EXPECT_EQ(Outcomes(push.Apply({MakePut(stored + 1, Key("again"), std::string(9000, 'x'))})), "C");
  ExpectWhole(store_.get());
}

TEST_F(SqliteStoreTest, AFullDiskIsNoDamage) {
  Open();
  PushAll(store_.get(), dataset_, {{Key("a"), "1"}});
  TestPush push(store_.get(), dataset_, "r");
  DiskFaults faults;
  for (const int error_number : {ENOSPC, EDQUOT, EFBIG}) {
    faults.FailWrites(error_number);
    EXPECT_EQ(Outcomes(push.Apply({MakePut(1, Key("b"), "1")})), "STORE_FULL");
    EXPECT_GT(faults.failed(), 0);
    EXPECT_THAT(TextsNow(store_.get()), ElementsAre("a=1"));
    faults.Clear();
  }
  EXPECT_EQ(Outcomes(push.Apply({MakePut(1, Key("b"), "1")})), "C");
  EXPECT_THAT(TextsNow(store_.get()), ElementsAre("a=1", "b=1"));
  ExpectWhole(store_.get());
}

TEST_F(SqliteStoreTest, WhatTheDiskDidNotTakeIsNotTriedAgain) {
  DiskFaults faults;
  for (const bool sync : {true, false}) {
    Open();
    const int64_t before = store_->GetAgency("acme")->head;
    TestPush push(store_.get(), dataset_, sync ? "r1" : "r2");
    ASSERT_EQ(Outcomes(push.Apply({MakePut(1, Key("a"), sync ? "1" : "2")})).size(), 1u);
    sync ? faults.FailSyncs(EIO) : faults.FailWrites(EIO);
    EXPECT_EQ(Outcomes(push.Apply({MakePut(2, Key("lost"), sync ? "1" : "2")})),
              "STORE_UNAVAILABLE");
    EXPECT_GT(faults.failed(), 0);
    faults.Clear();
    EXPECT_EQ(Outcomes(push.Apply({MakePut(3, Key("c"), "1")})), "STORE_UNAVAILABLE");
    EXPECT_EQ(Reason(store_->AddAgency("other", "")), "STORE_UNAVAILABLE");
    // Reading goes on, of what was acknowledged.
    EXPECT_EQ(TextOf(*store_->GetRecord(dataset_, Key("a"), 0, true)), sync ? "1" : "2");
    EXPECT_EQ(store_->GetAgency("acme")->head, before + 1);
    Open();
    EXPECT_EQ(TextOf(*store_->GetRecord(dataset_, Key("a"), 0, true)), sync ? "1" : "2");
    EXPECT_EQ(Outcomes(TestPush(store_.get(), dataset_, "r3" + std::to_string(sync))
                           .Apply({MakePut(1, Key("c"), std::to_string(sync))}))
                  .size(),
              1u);
    ExpectWhole(store_.get());
  }
}

TEST_F(SqliteStoreTest, ACheckpointThatFailsLosesNothing) {
  tuning_.checkpoint_pages = 20;
  Open();
  DiskFaults faults;
  std::vector<std::string> acknowledged;
  TestPush push(store_.get(), dataset_, "r");
  for (int i = 0; i < 60; ++i) {
    // Somewhere within a checkpoint, sooner or later.
    if (i == 20) faults.FailWrites(EIO, 37);
    const std::string id = std::to_string(i);
    if (Outcomes(push.Apply({MakePut(i + 1, Key(id), id)})) == "C") acknowledged.push_back(id);
  }
  EXPECT_GT(faults.failed(), 0);
  EXPECT_LT(acknowledged.size(), 60u);
  EXPECT_GE(acknowledged.size(), 20u);
  store_ = nullptr;
  faults.Clear();
  Open();
  for (const std::string& id : acknowledged) {
    EXPECT_TRUE(store_->GetRecord(dataset_, Key(id), 0, true).ok()) << id;
  }
  ExpectWhole(store_.get());
}

TEST_F(SqliteStoreTest, OneFailureIsEnough) {
  // One write or sync fails, of a commit or of a checkpoint; the disk is good before and after it.
  tuning_.checkpoint_pages = 20;
  DiskFaults faults;
  std::vector<std::string> acknowledged;
  for (int round = 0; round < 24; ++round) {
    Open();
    TestPush push(store_.get(), dataset_, "r" + std::to_string(round));
    round % 2 == 0 ? faults.FailWrites(EIO, 20 + round * 5, 1)
                   : faults.FailSyncs(EIO, round / 2, 1);
    bool refused = false;
    for (int i = 0; i < 40 && faults.failed() == 0; ++i) {
      const std::string id = std::to_string(round) + "." + std::to_string(i);
      const std::string outcome =
          Outcomes(push.Apply({MakePut(i + 1, Key(id), MakeNoise(i, 20'000))}));
      refused = outcome == "STORE_UNAVAILABLE";
      if (outcome == "C") {
        acknowledged.push_back(id);
        // Writes nothing, and comes behind the checkpoint.
        (void)store_->AddAgency("acme", "");
      } else {
        EXPECT_TRUE(refused) << outcome;
      }
    }
    ASSERT_EQ(faults.failed(), 1) << round;
    // Who was told that it is durable saw it before the checkpoint failed; nothing comes after it.
    EXPECT_EQ(Outcomes(push.Apply({MakePut(100, Key("after"), std::to_string(round))})),
              "STORE_UNAVAILABLE");
    faults.Clear();
  }
  Open();
  for (const std::string& id : acknowledged) {
    EXPECT_TRUE(store_->GetRecord(dataset_, Key(id), 0, true).ok()) << id;
  }
  ExpectWhole(store_.get());
}

TEST_F(SqliteStoreTest, PagesAtAnothersPlaceAreDamage) {
  Open();
  Texts texts;
  for (int i = 0; i < 600; ++i) {
    texts.push_back({Key(std::to_string(i * 7919 % 1000) + std::string(60, 'k')), "1"});
  }
  PushAll(store_.get(), dataset_, texts);
  store_ = nullptr;
  std::string bytes;
  {
    std::ifstream file(path(), std::ios::binary);
    bytes.assign(std::istreambuf_iterator<char>(file), {});
  }
  int damaged = 0;
  for (size_t page = kPageBytes; page + 2 * kPageBytes <= bytes.size(); page += kPageBytes) {
    // Each of two neighbours is whole in itself.
    std::string swapped = bytes;
    std::rotate(swapped.begin() + static_cast<std::ptrdiff_t>(page),
                swapped.begin() + static_cast<std::ptrdiff_t>(page + kPageBytes),
                swapped.begin() + static_cast<std::ptrdiff_t>(page + 2 * kPageBytes));
    {
      std::ofstream file(path(), std::ios::binary);
      file << swapped;
    }
    auto store = TryOpen();
    if (!store.ok()) {
      EXPECT_EQ(Reason(store), "STORE_DAMAGED");
      ++damaged;
      continue;
    }
    bool found = false;
    for (const auto& [key, text] : texts) {
      const std::string reason = Reason(store.value()->GetRecord(dataset_, key, 0, false));
      found = found || reason == "STORE_DAMAGED";
      ASSERT_TRUE(reason == "OK" || reason == "STORE_DAMAGED") << reason << " at " << page;
    }
    damaged += found ? 1 : 0;
    EXPECT_GT((*store)->Check()->problem_count, 0);
  }
  EXPECT_GT(damaged, 5);
}

TEST_F(SqliteStoreTest, ACrashLosesNothing) {
  tuning_.checkpoint_pages = 1000;
  const pid_t child = fork();
  if (child == 0) {
    Open();
    TestPush push(store_.get(), dataset_, "r");
    for (int i = 0; i < 30; ++i) {
      const std::string text = MakeNoise(i, 20'000);
      if (Outcomes(push.Apply({MakePut(i + 1, Key(std::to_string(i)), text)})) != "C") _exit(1);
    }
    _exit(0);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  ASSERT_EQ(status, 0);
  ASSERT_GT(std::filesystem::file_size(path() + "-wal"), 0u);
  // A crash within a checkpoint may have cut the first page in the file; the log has it.
  {
    std::fstream file(path(), std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(8192);
    file << std::string(4096, 'x');
  }
  Open();
  EXPECT_EQ(TextsNow(store_.get()).size(), 30u);
  ExpectWhole(store_.get());
  EXPECT_EQ(store_->OpenPush({dataset_, "r", PushMode::kUpsert})->through_seq, 30);
}

TEST_F(SqliteStoreTest, TheLogStaysShort) {
  tuning_.checkpoint_pages = 50;
  Open();
  for (int i = 0; i < 100; ++i) {
    PushAll(store_.get(), dataset_, {{Key(std::to_string(i)), std::string(30'000, 'x')}});
    (void)store_->Head();
  }
  EXPECT_LT(std::filesystem::file_size(path() + "-wal"), 200u * kPageBytes);
}

TEST_F(SqliteStoreTest, TheCheckFindsWhatDisagrees) {
  const auto prepare = [this] {
    std::filesystem::remove(path());
    Open();
    PushAll(store_.get(), dataset_,
            {{Header(), "h"}, {Key("a"), "1"}, {Key("b"), std::string(50'000, 'x')}});
    PushAll(store_.get(), dataset_, {{Key("a"), "2"}});
    ASSERT_TRUE(store_->DeleteRecord(dataset_, Key("b"), {}, "").ok());
    ASSERT_TRUE(store_->AddToken({"t", "acme", 1, 1, 0, 0}, {5}).ok());
    TestPush push(store_.get(), dataset_, "r", PushMode::kSnapshot);
    ASSERT_EQ(Outcomes(push.Apply({MakePut(1, Key("n"), "1"), MakeOffer(2, Key("a"), "2")})), "SS");
    ASSERT_EQ(Outcomes(TestPush(store_.get(), dataset_, "u").Apply({MakePut(7, Key("a"), "2")}, 0)),
              "=");
    ExpectWhole(store_.get());
    store_ = nullptr;
  };
  prepare();
  std::filesystem::copy_file(path(), folder_.File("copy"));
  for (const char* sql : {
           "UPDATE agency SET head = head + 1",
           "UPDATE agency SET head = head - 1",
           "UPDATE agency SET compacted = 99",
           "UPDATE dataset SET records = records + 1",
           "UPDATE dataset SET bytes = bytes - 1",
           "UPDATE dataset SET revision = 99",
           "UPDATE dataset SET last = 5",
           "UPDATE dataset SET agency = 9",
           "UPDATE record SET version = version - 1 WHERE id = CAST('a' AS BLOB)",
           "UPDATE record SET deleted = 1 - deleted WHERE id = CAST('a' AS BLOB)",
           "DELETE FROM record WHERE id = CAST('a' AS BLOB)",
           "INSERT INTO record SELECT dataset, header, CAST('q' AS BLOB), 0, version, 0 FROM "
           "record "
           "LIMIT 1",
           "DELETE FROM version WHERE generation = 1 AND id = CAST('a' AS BLOB)",
           "DELETE FROM version WHERE generation = 2 AND id = CAST('a' AS BLOB)",
           "UPDATE version SET digest = zeroblob(32) WHERE generation = 2",
           "UPDATE version SET digest = zeroblob(31) WHERE generation = 2",
           "UPDATE version SET generation = 3 WHERE generation = 2 AND kind = 2",
           "UPDATE version SET kind = 7 WHERE kind = 2",
           "UPDATE version SET kind = 2 WHERE kind = 3",
           "UPDATE version SET ended = NULL",
           "UPDATE version SET previous = NULL",
           "UPDATE version SET position = 7 WHERE header = 1",
           "UPDATE version SET size = size + 1 WHERE generation = 2",
           "UPDATE version SET dataset = 77 WHERE generation = 2",
           "UPDATE version SET body = NULL WHERE kind = 2",
           "UPDATE body SET bytes = zeroblob(10) WHERE pk = 2",
           "UPDATE body SET sum = sum + 1 WHERE pk = 2",
           "DELETE FROM body WHERE pk = 2",
           "INSERT INTO body SELECT 99, encoding, sum, bytes FROM body WHERE pk = 1",
           "UPDATE staged SET body = 77 WHERE body IS NOT NULL",
           "UPDATE staged SET version = 77 WHERE version IS NOT NULL",
           "DELETE FROM push WHERE mode = 2",
           "DELETE FROM push WHERE mode = 1",
           "UPDATE token SET agency = 5",
       }) {
    std::filesystem::copy_file(folder_.File("copy"), path(),
                               std::filesystem::copy_options::overwrite_existing);
    Change(sql);
    const auto store = TryOpen();
    ASSERT_TRUE(store.ok()) << sql;
    const auto check = (*store)->Check();
    ASSERT_TRUE(check.ok()) << sql << " " << check.status();
    EXPECT_GT(check->problem_count, 0) << sql;
    EXPECT_FALSE(check->problems.empty());
  }
}

TEST_F(SqliteStoreTest, TheCheckTellsWhatItLookedAt) {
  Open();
  PushAll(store_.get(), dataset_, {{Header(), "h"}, {Key("a"), "1"}, {Key("b"), "2"}});
  ASSERT_TRUE(store_->DeleteRecord(dataset_, Key("b"), {}, "").ok());
  const auto check = store_->Check();
  ASSERT_TRUE(check.ok());
  EXPECT_EQ(check->agencies, 1);
  EXPECT_EQ(check->datasets, 1);
  EXPECT_EQ(check->records, 2);
  EXPECT_EQ(check->generations, 4);
  EXPECT_GT(check->bytes, 10);
}

TEST_F(SqliteStoreTest, BackupsAreOfOneMoment) {
  Open();
  Texts texts;
  for (int i = 0; i < 200; ++i) texts.push_back({Key(std::to_string(i)), std::string(3000, 'x')});
  PushAll(store_.get(), dataset_, texts);
  std::atomic<bool> stop = false;
  std::thread writer([&] {
    for (int i = 0; !stop; ++i) {
      PushAll(store_.get(), {"acme", "w"},
              {{Key("a"), std::to_string(i)}, {Key("b"), std::to_string(i)}});
    }
  });
  for (int i = 0; i < 3; ++i) {
    const std::string copy = folder_.File("backup" + std::to_string(i));
    const absl::Status status = store_->Backup(copy);
    ASSERT_TRUE(status.ok()) << status;
    EXPECT_EQ(store_->Backup(copy).code(), absl::StatusCode::kAlreadyExists);
    StoreOptions options;
    auto opened = OpenSqliteStore(copy, options);
    ASSERT_TRUE(opened.ok()) << opened.status();
    ExpectWhole(opened->get());
    EXPECT_EQ(TextsNow(opened->get(), {"acme", "d"}), TextsNow(store_.get(), {"acme", "d"}));
    const auto pair = ScanAll(opened->get(), *(*opened)->Head(), {"acme", "w"});
    ASSERT_TRUE(pair.ok());
    if (pair->size() == 2) {
      EXPECT_EQ(TextOf(pair->at(0)), TextOf(pair->at(1)));
    }
    // Tokens of watches and pages of the one mean nothing to the other.
    EXPECT_NE((*opened)->seal_key(), store_->seal_key());
    PushAll(opened->get(), dataset_, {{Key("new"), "1"}});
    ExpectWhole(opened->get());
  }
  stop = true;
  writer.join();
  for (const auto& entry : std::filesystem::directory_iterator(folder_.path())) {
    EXPECT_THAT(entry.path().filename().string(), testing::Not(HasSubstr(".part")));
  }
}

TEST_F(SqliteStoreTest, ABackupThatDoesNotFitLeavesNothing) {
  Open();
  PushAll(store_.get(), dataset_, {{Key("a"), std::string(100'000, 'x')}});
  DiskFaults faults;
  faults.FailWrites(ENOSPC, 5);
  EXPECT_EQ(Reason(store_->Backup(folder_.File("backup"))), "STORE_FULL");
  faults.Clear();
  EXPECT_EQ(Reason(store_->Backup(folder_.File("none/backup"))), "STORE_UNAVAILABLE");
  size_t files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder_.path())) {
    files += entry.path().filename().string().find("backup") != std::string::npos ? 1 : 0;
  }
  EXPECT_EQ(files, 0u);
  EXPECT_TRUE(store_->Backup(folder_.File("backup")).ok());
  PushAll(store_.get(), dataset_, {{Key("b"), "1"}});
  ExpectWhole(store_.get());
}

class WriterTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(MakeStore(folder_.File("s"), false).ok());
    ConnectionOptions options;
    options.writable = true;
    auto connection = Connection::Open(folder_.File("s"), options);
    ASSERT_TRUE(connection.ok());
    writer_ = std::make_unique<StoreWriter>(
        *std::move(connection), [] { return TimeMicros{1}; }, 100);
  }

  static absl::Status AddLine(WriteSession* session, const char* detail) {
    session->Touch();
    return Query(session->connection(),
                 "INSERT INTO audit(time, agency, token, peer, action, resource, outcome, detail, "
                 "count) VALUES(1, '', '', '', '', '', '', ?, 1)")
        .BindText(detail)
        .Run();
  }

  TempFolder folder_;
  std::unique_ptr<StoreWriter> writer_;
};

TEST_F(WriterTest, WhoFailsFailsAlone) {
  std::promise<void> gate;
  std::future<void> open = gate.get_future();
  std::vector<std::future<absl::Status>> results;
  int runs = 0;
  const auto add = [&](std::function<absl::Status(WriteSession*)> run) {
    results.push_back(std::async(
        std::launch::async, [this, run = std::move(run)] { return writer_->RunAndWait(run); }));
    // In this order.
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  };
  add([&open](WriteSession*) {
    open.wait();
    return absl::OkStatus();
  });
  // These wait together and are one transaction.
  add([&runs](WriteSession* session) {
    ++runs;
    return AddLine(session, "first");
  });
  add([](WriteSession*) { return absl::NotFoundError("before it wrote"); });
  add([](WriteSession* session) {
    (void)AddLine(session, "bad");
    return absl::AbortedError("after it wrote");
  });
  add([](WriteSession* session) { return AddLine(session, "last"); });
  gate.set_value();
  EXPECT_TRUE(results[0].get().ok());
  EXPECT_TRUE(results[1].get().ok());
  EXPECT_EQ(results[2].get().code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(results[3].get().code(), absl::StatusCode::kAborted);
  EXPECT_TRUE(results[4].get().ok());
  EXPECT_EQ(runs, 2);
  writer_ = nullptr;
  StoreOptions options;
  auto store = OpenSqliteStore(folder_.File("s"), options);
  ASSERT_TRUE(store.ok()) << store.status();
  const auto audit = (*store)->ReadAudit(10);
  ASSERT_EQ(audit->size(), 2u);
  EXPECT_EQ(audit->at(0).detail, "first");
  EXPECT_EQ(audit->at(1).detail, "last");
}

}  // namespace
}  // namespace puente::store
