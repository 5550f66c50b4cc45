// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// store_writer: writes to a store without end and says outside what is durable, while somebody cuts
// the power; and a reader that holds what is there against it.
//
// store_writer write FILE ACKS RUN [no-sync]   a line of ACKS for each durable step, until killed
// store_writer verify FILE ACKS                the figures as a line of JSON

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <future>
#include <map>
#include <memory>
#include <set>
#include <sstream>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "puente/v1/record.pb.h"
#include "services/store/sqlite_store.h"
#include "services/store/store.h"

namespace puente::store {
namespace {

constexpr int kThreads = 3;
constexpr int kBatch = 10;
constexpr int kSnapshotRecords = 30;

const DatasetKey& Batches() {
  static const auto* const dataset = new DatasetKey{"acme", "batches"};
  return *dataset;
}

const DatasetKey& Snapshots() {
  static const auto* const dataset = new DatasetKey{"acme", "snapshots"};
  return *dataset;
}

[[noreturn]] void Fail(const absl::Status& status) {
  fmt::print(stderr, "store_writer: {}\n", status.ToString());
  // Other threads are at work.
  std::_Exit(2);
}

// The text follows from the words, so that a reader can tell what must be there.
std::string MakeBody(const std::string& id, const std::string& salt) {
  v1::Record record;
  record.mutable_identity()->set_id(id);
  std::string text;
  while (text.size() < 300) text += id + salt + ";";
  record.mutable_activity()->set_lang(text);
  return record.SerializeAsString();
}

PushOp MakeOp(int64_t seq, const std::string& id, const std::string& salt) {
  PushOp op;
  op.seq = seq;
  op.key.id = id;
  op.body = MakeBody(id, salt);
  const auto digest = RecordDigest(std::string_view(op.body));
  if (!digest.ok()) Fail(digest.status());
  op.digest = *digest;
  return op;
}

void Apply(Store* store, PushStep step) {
  std::promise<absl::Status> done;
  store->Apply(std::move(step),
               [&done](absl::StatusOr<StepResult> result) { done.set_value(result.status()); });
  if (const absl::Status status = done.get_future().get(); !status.ok()) Fail(status);
}

void Commit(Store* store, const PushKey& push) {
  CommitOptions options;
  options.allow_mass_removal = true;
  std::promise<absl::Status> done;
  store->CommitPush(push, options, [&done](absl::StatusOr<PushSummary> summary) {
    done.set_value(summary.status());
  });
  if (const absl::Status status = done.get_future().get(); !status.ok()) Fail(status);
}

void Open(Store* store, const PushKey& push) {
  if (const auto state = store->OpenPush(push); !state.ok()) Fail(state.status());
}

void Acknowledge(int acks, const std::string& line) {
  if (write(acks, line.data(), line.size()) != static_cast<ssize_t>(line.size())) std::abort();
}

// Batches of one thread, each a step of a push without end.
void WriteBatches(Store* store, int acks, const std::string& name) {
  const PushKey push{Batches(), name, PushMode::kUpsert};
  Open(store, push);
  int64_t seq = 0;
  for (int batch = 0;; ++batch) {
    const std::string word = fmt::format("{}.{}", name, batch);
    PushStep step;
    step.push = push;
    for (int i = 0; i < kBatch; ++i) {
      step.ops.push_back(MakeOp(++seq, fmt::format("{}/{}", word, i), ""));
    }
    step.through_seq = seq;
    Apply(store, std::move(step));
    Acknowledge(acks, fmt::format("batch {}\n", word));
  }
}

// Snapshots that change every record, and the order of all.
void WriteSnapshots(Store* store, int acks, const std::string& run) {
  for (int number = 0;; ++number) {
    const std::string word = fmt::format("{}.{}", run, number);
    const PushKey push{Snapshots(), "snapshot." + word, PushMode::kSnapshot};
    Open(store, push);
    PushStep step;
    step.push = push;
    for (int i = 0; i < kSnapshotRecords; ++i) {
      step.ops.push_back(
          MakeOp(i + 1, fmt::format("{}", (i * 7 + number) % kSnapshotRecords), word));
    }
    step.through_seq = kSnapshotRecords;
    Apply(store, std::move(step));
    Commit(store, push);
    Acknowledge(acks, fmt::format("snapshot {}\n", word));
  }
}

int Write(const std::string& path, const std::string& acks_path, const std::string& run,
          bool no_sync) {
  StoreOptions options;
  options.create = true;
  options.unsafe_no_sync = no_sync;
  // Small, so that cuts meet checkpoints.
  SqliteTuning tuning;
  tuning.checkpoint_pages = 200;
  auto store = OpenSqliteStore(path, options, tuning);
  if (!store.ok()) Fail(store.status());
  const absl::Status added = (*store)->AddAgency("acme", "");
  if (!added.ok() && added.code() != absl::StatusCode::kAlreadyExists) Fail(added);
  const int acks = open(acks_path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  if (acks < 0) return 2;
  Acknowledge(acks, "agency\n");
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back(WriteBatches, store->get(), acks, fmt::format("{}-{}", run, i));
  }
  threads.emplace_back(WriteSnapshots, store->get(), acks, run);
  for (std::thread& thread : threads) thread.join();
  return 0;
}

struct Found {
  std::map<std::string, int> batches;
  std::set<std::string> snapshots;
  int64_t snapshot_records = 0;
  int64_t wrong = 0;
};

void Look(const StoredRecord& record, Found* found) {
  v1::Record parsed;
  if (!parsed.ParseFromString(*record.body)) {
    ++found->wrong;
    return;
  }
  std::string salt;
  if (record.dataset.dataset == Batches().dataset) {
    ++found->batches[record.key.id.substr(0, record.key.id.find('/'))];
  } else {
    ++found->snapshot_records;
    const std::string& text = parsed.activity().lang();
    salt = text.substr(0, text.find(';')).substr(record.key.id.size());
    found->snapshots.insert(salt);
  }
  if (*record.body != MakeBody(record.key.id, salt)) ++found->wrong;
}

// Order of snapshots: by run, then by number.
std::pair<int64_t, int64_t> OrderOf(const std::string& word) {
  const size_t dot = word.find('.');
  return {std::atoll(word.c_str()), std::atoll(word.c_str() + dot + 1)};
}

int Verify(const std::string& path, const std::string& acks_path) {
  int64_t acknowledged = 0;
  int64_t lost = 0;
  int64_t half = 0;
  Found found;
  std::string error;
  auto store = OpenStore("sqlite:" + path, {});
  const bool there = store.ok();
  if (there) {
    const auto check = (*store)->Check();
    if (!check.ok()) {
      error = check.status().ToString();
    } else if (check->problem_count > 0) {
      error = check->problems[0].place + ": " + check->problems[0].what;
    }
    ScanRequest request;
    if (const auto head = (*store)->Head(); head.ok()) request.as_of = *head;
    request.max_records = 1000;
    while (true) {
      const auto page = (*store)->Scan(request);
      if (!page.ok()) {
        error = page.status().ToString();
        break;
      }
      for (const StoredRecord& record : page->records) Look(record, &found);
      if (page->complete) break;
      request.after = page->next;
    }
  } else {
    error = store.status().ToString();
  }
  for (const auto& [word, count] : found.batches) half += count == kBatch ? 0 : 1;
  if (found.snapshots.size() > 1 ||
      (found.snapshot_records != 0 && found.snapshot_records != kSnapshotRecords)) {
    ++half;
  }
  std::pair<int64_t, int64_t> newest = {-1, -1};
  if (!found.snapshots.empty()) newest = OrderOf(*found.snapshots.begin());
  std::ifstream acks(acks_path);
  for (std::string line; std::getline(acks, line);) {
    std::istringstream words(line);
    std::string kind;
    std::string word;
    words >> kind >> word;
    ++acknowledged;
    bool kept = there;
    if (kind == "batch") kept = found.batches.contains(word) && found.batches[word] == kBatch;
    if (kind == "snapshot") kept = OrderOf(word) <= newest;
    lost += kept ? 0 : 1;
  }
  fmt::print(
      "{{\"acknowledged\":{},\"batches\":{},\"lost\":{},\"half\":{},\"wrong\":{},\"opened\":{},"
      "\"error\":\"{}\"}}\n",
      acknowledged, found.batches.size(), lost, half, found.wrong, there ? "true" : "false", error);
  return 0;
}

}  // namespace
}  // namespace puente::store

int main(int argc, char** argv) {
  const std::string what = argc > 1 ? argv[1] : "";
  if (what == "write" && (argc == 5 || (argc == 6 && std::string(argv[5]) == "no-sync"))) {
    return puente::store::Write(argv[2], argv[3], argv[4], argc == 6);
  }
  if (what == "verify" && argc == 4) return puente::store::Verify(argv[2], argv[3]);
  fmt::print(stderr,
             "usage: store_writer write FILE ACKS RUN [no-sync] | store_writer verify FILE ACKS\n");
  return 2;
}
