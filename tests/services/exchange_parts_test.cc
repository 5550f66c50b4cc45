// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Parts of the server that stand alone: threads for work, buffers of messages.

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "services/exchange/message_pool.h"
#include "services/exchange/workers.h"

namespace puente::exchange {
namespace {

TEST(WorkersTest, DoAllThatIsAddedFromManyThreads) {
  std::atomic<int> done = 0;
  {
    Workers workers(4);
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) {
      threads.emplace_back([&] {
        for (int k = 0; k < 2000; ++k) workers.Run([&done] { ++done; });
      });
    }
    for (std::thread& thread : threads) thread.join();
  }
  EXPECT_EQ(done, 8000);
}

// Each step adds the next one, the last of them while the pool is being taken down.
TEST(WorkersTest, DoWhatWorkAddsWhileTheyEnd) {
  std::atomic<int> done = 0;
  std::function<void(int)> step;
  {
    Workers workers(3);
    step = [&](int left) {
      ++done;
      if (left > 0) workers.Run([&step, left] { step(left - 1); });
    };
    for (int i = 0; i < 10; ++i) workers.Run([&step] { step(500); });
  }
  EXPECT_EQ(done, 10 * 501);
}

TEST(WorkersTest, BlockedOnesHoldNobodyUp) {
  Workers workers(2);
  std::mutex gate;
  gate.lock();
  std::atomic<bool> passed = false;
  workers.Run([&gate] { const std::lock_guard lock(gate); });
  for (int i = 0; i < 100; ++i) {
    passed = false;
    workers.Run([&passed] { passed = true; });
    while (!passed) std::this_thread::yield();
  }
  gate.unlock();
}

// One thing after the other is done by one thread, whose caches are warm.
TEST(WorkersTest, CallWhoWasIdleLast) {
  Workers workers(4);
  std::mutex mutex;
  std::multiset<std::thread::id> ids;
  constexpr int kTimes = 50;
  for (int i = 0; i < kTimes; ++i) {
    std::atomic<bool> done = false;
    workers.Run([&] {
      const std::lock_guard lock(mutex);
      ids.insert(std::this_thread::get_id());
      done = true;
    });
    while (!done) std::this_thread::yield();
    // Until it is idle again.
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  size_t most = 0;
  for (const std::thread::id id : ids) most = std::max(most, ids.count(id));
  EXPECT_GE(most, kTimes / 2u);
}

std::string TextOf(const grpc::ByteBuffer& message) {
  std::vector<grpc::Slice> slices;
  EXPECT_TRUE(message.Dump(&slices).ok());
  std::string text;
  for (const grpc::Slice& slice : slices) {
    text.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
  }
  return text;
}

TEST(MessagePoolTest, GivesABufferAgainWhenItsMessageIsGone) {
  MessagePool pool(2, 4096);
  std::string bytes = pool.Take();
  EXPECT_TRUE(bytes.empty());
  bytes.assign(1000, 'x');
  const void* const place = bytes.data();
  grpc::ByteBuffer message = pool.Lend(std::move(bytes));
  grpc::ByteBuffer copy = message;
  EXPECT_EQ(pool.Take().capacity(), std::string().capacity());
  message.Clear();
  EXPECT_EQ(TextOf(copy), std::string(1000, 'x'));
  copy.Clear();
  std::string again = pool.Take();
  EXPECT_TRUE(again.empty());
  EXPECT_GE(again.capacity(), 1000u);
  EXPECT_EQ(again.data(), place);
}

TEST(MessagePoolTest, KeepsFewAndNoneThatIsLarge) {
  MessagePool pool(1, 4096);
  { const grpc::ByteBuffer large = pool.Lend(std::string(100'000, 'x')); }
  EXPECT_LT(pool.Take().capacity(), 4096u);
  {
    const grpc::ByteBuffer first = pool.Lend(std::string(2000, 'x'));
    const grpc::ByteBuffer second = pool.Lend(std::string(2000, 'y'));
  }
  EXPECT_GE(pool.Take().capacity(), 2000u);
  EXPECT_LT(pool.Take().capacity(), 2000u);
}

TEST(MessagePoolTest, MessagesOutliveIt) {
  auto pool = std::make_unique<MessagePool>(2, 4096);
  const grpc::ByteBuffer message = pool->Lend("what is under way");
  pool = nullptr;
  EXPECT_EQ(TextOf(message), "what is under way");
}

}  // namespace
}  // namespace puente::exchange
