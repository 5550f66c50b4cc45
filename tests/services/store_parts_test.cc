// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Tests the parts of a store by themselves: places of records, checksums, encoded bodies.

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/store/body_codec.h"
#include "services/store/checksum.h"
#include "services/store/place_plan.h"
#include "services/store/reason_error.h"
#include "services/store/token_secret.h"

namespace puente::store {
namespace {

using testing::ElementsAre;

int CountKept(const std::vector<int64_t>& now, const std::vector<int64_t>& plan) {
  int kept = 0;
  for (size_t i = 0; i < now.size(); ++i) kept += now[i] != kNoPlace && now[i] == plan[i] ? 1 : 0;
  return kept;
}

// The longest ascending subsequence, slowly.
int LongestAscent(const std::vector<int64_t>& now) {
  std::vector<int> longest(now.size());
  int best = 0;
  for (size_t i = 0; i < now.size(); ++i) {
    if (now[i] == kNoPlace) continue;
    longest[i] = 1;
    for (size_t j = 0; j < i; ++j) {
      if (now[j] != kNoPlace && now[j] < now[i]) longest[i] = std::max(longest[i], longest[j] + 1);
    }
    best = std::max(best, longest[i]);
  }
  return best;
}

TEST(PlacePlanTest, NewRecordsStandApart) {
  EXPECT_TRUE(PlanPlaces({}).empty());
  const std::vector<int64_t> fresh(3, kNoPlace);
  EXPECT_THAT(PlanPlaces(fresh), ElementsAre(kPlaceGap, 2 * kPlaceGap, 3 * kPlaceGap));
  const std::vector<int64_t> around = {kNoPlace, kNoPlace, 1000, kNoPlace, 2000, kNoPlace};
  EXPECT_THAT(PlanPlaces(around), ElementsAre(1000 - 2 * kPlaceGap, 1000 - kPlaceGap, 1000, 1500,
                                              2000, 2000 + kPlaceGap));
}

TEST(PlacePlanTest, AGapThatIsUsedUpTakesNeighboursWithIt) {
  const std::vector<int64_t> tight = {1, kNoPlace, 2, 3, int64_t{1} << 40};
  const auto plan = PlanPlaces(tight);
  EXPECT_TRUE(std::is_sorted(plan.begin(), plan.end()));
  EXPECT_EQ(plan[0], 1);
  EXPECT_EQ(plan[4], int64_t{1} << 40);
  EXPECT_GT(plan[1] - plan[0], 1 << 16);
  EXPECT_GT(plan[2] - plan[1], 1 << 16);
}

TEST(PlacePlanTest, MovesAsFewAsPossible) {
  std::mt19937 random(3);
  for (int round = 0; round < 3000; ++round) {
    const size_t count = random() % 30;
    std::vector<int64_t> places(count);
    for (size_t i = 0; i < count; ++i) places[i] = (static_cast<int64_t>(i) - 9) * kPlaceGap;
    // Some order, some new ones among them.
    for (unsigned swaps = random() % 8; swaps > 0 && count > 0; --swaps) {
      std::swap(places[random() % count], places[random() % count]);
    }
    std::vector<int64_t> now;
    for (const int64_t place : places) {
      while (random() % 4 == 0) now.push_back(kNoPlace);
      now.push_back(place);
    }
    const auto plan = PlanPlaces(now);
    ASSERT_EQ(plan.size(), now.size());
    for (size_t i = 1; i < plan.size(); ++i) ASSERT_LT(plan[i - 1], plan[i]);
    ASSERT_EQ(CountKept(now, plan), LongestAscent(now));
    for (const int64_t place : plan) {
      ASSERT_GT(place, HeaderPlace(0));
      ASSERT_LT(place, HeaderPlace(1));
    }
  }
}

// What is in stores must not change with the library.
TEST(ChecksumTest, IsXxh3) {
  EXPECT_EQ(Checksum64("", 0), 0x2D06800538D394C2u);
  EXPECT_EQ(Checksum64("a", 0), 0xE6C632B61E964E1Fu);
  EXPECT_EQ(Checksum64("abc", 0), 0x78AF5F94892F3950u);
  EXPECT_NE(Checksum64("abc", 1), Checksum64("abc", 0));
}

TEST(ChecksumTest, EachBitCounts) {
  std::string bytes(77, 'x');
  const uint64_t sum = Checksum64(bytes, 5);
  for (size_t i = 0; i < bytes.size() * 8; ++i) {
    bytes[i / 8] = static_cast<char>(bytes[i / 8] ^ (1 << (i % 8)));
    EXPECT_NE(Checksum64(bytes, 5), sum);
    bytes[i / 8] = static_cast<char>(bytes[i / 8] ^ (1 << (i % 8)));
  }
  EXPECT_EQ(Checksum64(bytes, 5), sum);
}

TEST(BodyCodecTest, GivesBackWhatItTook) {
  std::mt19937 random(1);
  std::string noise;
  for (int i = 0; i < 5000; ++i) noise += static_cast<char>(random());
  for (const std::string& body : {std::string(), std::string("x"), std::string(5000, 'x'), noise,
                                  noise.substr(0, 200) + std::string(300, 'y')}) {
    for (const bool compress : {false, true}) {
      const EncodedBody encoded = EncodeBody(body, compress);
      std::string buffer;
      const auto decoded =
          DecodeBody(static_cast<int64_t>(encoded.encoding), encoded.sum, encoded.Bytes(body),
                     static_cast<int64_t>(body.size()), &buffer);
      ASSERT_TRUE(decoded.ok()) << decoded.status();
      EXPECT_EQ(*decoded, body);
    }
  }
  EXPECT_EQ(EncodeBody(noise, true).encoding, BodyEncoding::kPlain);
  EXPECT_EQ(EncodeBody(std::string(5000, 'x'), true).encoding, BodyEncoding::kZstd);
  EXPECT_LT(EncodeBody(std::string(5000, 'x'), true).compressed.size(), 100u);
}

TEST(BodyCodecTest, FindsDamage) {
  const std::string body(1000, 'x');
  for (const bool compress : {false, true}) {
    const EncodedBody encoded = EncodeBody(body, compress);
    const auto encoding = static_cast<int64_t>(encoded.encoding);
    std::string bytes(encoded.Bytes(body));
    const auto reason = [&](int64_t code, int64_t sum, int64_t size) {
      std::string buffer;
      return ReasonOf(DecodeBody(code, sum, bytes, size, &buffer).status());
    };
    constexpr auto damaged = exchange::v1::REASON_STORE_DAMAGED;
    EXPECT_EQ(reason(encoding, encoded.sum + 1, 1000), damaged);
    EXPECT_EQ(reason(encoding, encoded.sum, 999), damaged);
    EXPECT_EQ(reason(encoding, encoded.sum, -1), damaged);
    EXPECT_EQ(reason(encoding, encoded.sum, int64_t{1} << 50), damaged);
    EXPECT_EQ(reason(7, encoded.sum, 1000), damaged);
    EXPECT_EQ(reason(1 - encoding, encoded.sum, 1000), damaged);
    bytes[3] = static_cast<char>(bytes[3] ^ 1);
    EXPECT_EQ(reason(encoding, encoded.sum, 1000), damaged);
  }
}

TEST(TokenSecretTest, SecretsAreTheirOwn) {
  const auto first = MakeTokenSecret();
  const auto second = MakeTokenSecret();
  ASSERT_TRUE(first.ok() && second.ok());
  EXPECT_NE(first->secret, second->secret);
  EXPECT_NE(first->id, second->id);
  EXPECT_NE(first->hash, second->hash);
  EXPECT_EQ(first->secret.find(first->id), std::string::npos);
  EXPECT_EQ(first->secret.size(), 47u);
  EXPECT_EQ(first->secret.substr(0, 4), "pnt_");
}

}  // namespace
}  // namespace puente::store
