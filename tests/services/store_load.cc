// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// store_load: how fast a store takes records and gives them back, as lines of JSON.
//
// store_load FILE RECORDS BYTES zstd|plain     FILE is made; it must not be there

#include <fmt/format.h>
#include <sys/resource.h>

#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "puente/v1/record.pb.h"
#include "services/store/store.h"

namespace puente::store {
namespace {

constexpr int kStep = 500;
// Steps that are under way at once.
constexpr int kUnderWay = 4;
constexpr int64_t kPageBytes = 1 << 20;

const DatasetKey& TheDataset() {
  static const auto* const dataset = new DatasetKey{"acme", "load"};
  return *dataset;
}

double CpuSeconds() {
  rusage usage = {};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

[[noreturn]] void Fail(const absl::Status& status) {
  fmt::print(stderr, "store_load: {}\n", status.ToString());
  std::exit(1);
}

// Measures from its making to Print.
class Stopwatch {
 public:
  void Print(const char* what, int64_t records, int64_t bytes) const {
    const double wall = std::chrono::duration<double>(Now() - start_).count();
    const double cpu = CpuSeconds() - cpu_;
    fmt::print(
        "{{\"what\":\"{}\",\"records\":{},\"seconds\":{:.3f},\"cpu_seconds\":{:.3f},"
        "\"records_per_second\":{:.0f},\"records_per_cpu_second\":{:.0f},\"mb_per_second\":{:.0f}}}"
        "\n",
        what, records, wall, cpu, static_cast<double>(records) / wall,
        static_cast<double>(records) / cpu, static_cast<double>(bytes) / wall / 1e6);
    std::fflush(stdout);
  }

 private:
  static std::chrono::steady_clock::time_point Now() { return std::chrono::steady_clock::now(); }
  std::chrono::steady_clock::time_point start_ = Now();
  double cpu_ = CpuSeconds();
};

// Text of words, as compressible as reports are.
class Records {
 public:
  explicit Records(int64_t bytes) : bytes_(static_cast<size_t>(bytes)) {
    for (int i = 0; i < 4000; ++i) {
      std::string word;
      for (unsigned n = 2 + random_() % 10; n > 0; --n) {
        word += static_cast<char>('a' + random_() % 26);
      }
      words_.push_back(word);
    }
  }

  std::string Make(int64_t number) {
    v1::Record record;
    record.mutable_identity()->set_id(fmt::format("XM-DAC-{}-{}", number % 97, number));
    auto* activity = record.mutable_activity();
    activity->set_iati_identifier(record.identity().id());
    std::string text;
    while (text.size() < bytes_) text += words_[random_() % words_.size()] + " ";
    text.resize(bytes_);
    activity->set_lang(text);
    return record.SerializeAsString();
  }

 private:
  size_t bytes_;
  std::mt19937 random_{1};
  std::vector<std::string> words_;
};

// Pushes all records: puts, or offers of what is there.
void Push(Store* store, const std::string& request, PushMode mode, bool offers,
          const std::vector<std::string>& records) {
  const PushKey key{TheDataset(), request, mode};
  if (auto state = store->OpenPush(key); !state.ok()) Fail(state.status());
  std::mutex mutex;
  std::condition_variable wake;
  int under_way = 0;
  absl::Status status;
  for (size_t at = 0; at < records.size();) {
    PushStep step;
    step.push = key;
    for (int i = 0; i < kStep && at < records.size(); ++i, ++at) {
      PushOp op;
      op.kind = offers ? PushOp::Kind::kOffer : PushOp::Kind::kPut;
      op.seq = static_cast<int64_t>(at) + 1;
      op.key.id = fmt::format("XM-DAC-{}-{}", at % 97, at);
      const auto digest = RecordDigest(std::string_view(records[at]));
      if (!digest.ok()) Fail(digest.status());
      op.digest = *digest;
      if (!offers) op.body = records[at];
      step.ops.push_back(std::move(op));
    }
    step.through_seq = static_cast<int64_t>(at);
    {
      std::unique_lock lock(mutex);
      wake.wait(lock, [&] { return under_way < kUnderWay; });
      ++under_way;
    }
    store->Apply(std::move(step), [&](absl::StatusOr<StepResult> result) {
      const std::lock_guard lock(mutex);
      if (!result.ok()) status = result.status();
      --under_way;
      wake.notify_one();
    });
  }
  std::unique_lock lock(mutex);
  wake.wait(lock, [&] { return under_way == 0; });
  if (!status.ok()) Fail(status);
  under_way = 1;
  store->CommitPush(key, {}, [&](absl::StatusOr<PushSummary> summary) {
    const std::lock_guard done(mutex);
    status = summary.status();
    under_way = 0;
    wake.notify_one();
  });
  wake.wait(lock, [&] { return under_way == 0; });
  if (!status.ok()) Fail(status);
}

int64_t Scan(Store* store, bool with_body, int64_t page_bytes) {
  ScanRequest request;
  const auto head = store->Head();
  if (!head.ok()) Fail(head.status());
  request.as_of = *head;
  request.max_bytes = page_bytes;
  request.max_records = 1000;
  request.with_body = with_body;
  int64_t records = 0;
  while (true) {
    const auto page = store->Scan(request);
    if (!page.ok()) Fail(page.status());
    records += static_cast<int64_t>(page->records.size());
    if (page->complete) return records;
    request.after = page->next;
  }
}

void Run(const std::string& path, int64_t count, int64_t bytes, bool compress) {
  Records maker(bytes);
  std::vector<std::string> records;
  int64_t total = 0;
  for (int64_t i = 0; i < count; ++i) {
    records.push_back(maker.Make(i));
    total += static_cast<int64_t>(records.back().size());
  }
  StoreOptions options;
  options.create = true;
  options.compress = compress;
  auto opened = OpenStore("sqlite:" + path, options);
  if (!opened.ok()) Fail(opened.status());
  std::unique_ptr<Store> store = *std::move(opened);
  if (const absl::Status added = store->AddAgency("acme", ""); !added.ok()) Fail(added);
  {
    const Stopwatch watch;
    Push(store.get(), "first", PushMode::kUpsert, false, records);
    watch.Print("insert", count, total);
  }
  for (const int64_t page : {kPageBytes, int64_t{64} << 10}) {
    const Stopwatch watch;
    const int64_t found = Scan(store.get(), true, page);
    watch.Print(page == kPageBytes ? "scan, pages of 1 MiB" : "scan, pages of 64 KiB", found,
                total);
  }
  {
    const Stopwatch watch;
    const int64_t found = Scan(store.get(), false, 0);
    watch.Print("scan without bodies", found, 0);
  }
  {
    const Stopwatch watch;
    Push(store.get(), "offers", PushMode::kUpsert, true, records);
    watch.Print("offer again", count, total);
  }
  {
    const Stopwatch watch;
    Push(store.get(), "snapshot", PushMode::kSnapshot, true, records);
    watch.Print("snapshot again", count, total);
  }
  {
    const Stopwatch watch;
    const DatasetKey& dataset = TheDataset();
    std::mt19937 random(7);
    for (int i = 0; i < 20'000; ++i) {
      const auto at = static_cast<int64_t>(random() % records.size());
      const auto record =
          store->GetRecord(dataset, {false, fmt::format("XM-DAC-{}-{}", at % 97, at), 0}, 0, true);
      if (!record.ok()) Fail(record.status());
    }
    watch.Print("get", 20'000, 0);
  }
}

}  // namespace
}  // namespace puente::store

int main(int argc, char** argv) {
  if (argc != 5) {
    fmt::print(stderr, "usage: store_load FILE RECORDS BYTES zstd|plain\n");
    return 2;
  }
  puente::store::Run(argv[1], std::atoll(argv[2]), std::atoll(argv[3]),
                     std::string(argv[4]) == "zstd");
  return 0;
}
