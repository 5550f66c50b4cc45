// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Tests packed inputs: every way of packing, cuts and damage at every byte, bombs and their limits.

#include "core/plugin/unpack.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <random>
#include <string>
#include <thread>

#include "core/base/digest.h"
#include "core/base/status.h"
#include "core/plugin/source.h"

namespace puente::plugin {
namespace {

std::string Text(size_t size) {
  std::minstd_rand random(7);
  std::string bytes(size, '\0');
  for (char& c : bytes) c = static_cast<char>('a' + random() % 20);
  return bytes;
}

std::string Gzip(const std::string& bytes, int level = 6) {
  z_stream stream{};
  EXPECT_EQ(deflateInit2(&stream, level, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY), Z_OK);
  std::string out(deflateBound(&stream, bytes.size()) + 64, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

// The size is left out of the frame, as tools do that pack a stream; `window_log` 0 is that of the
// level.
std::string Zstd(const std::string& bytes, int window_log = 0, int level = 3) {
  ZSTD_CCtx* context = ZSTD_createCCtx();
  ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, level);
  ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1);
  if (window_log != 0) ZSTD_CCtx_setParameter(context, ZSTD_c_windowLog, window_log);
  std::string out(ZSTD_compressBound(bytes.size()) + 64, '\0');
  ZSTD_inBuffer in{bytes.data(), bytes.size(), 0};
  ZSTD_outBuffer to{out.data(), out.size(), 0};
  ZSTD_inBuffer nothing{nullptr, 0, 0};
  EXPECT_EQ(ZSTD_isError(ZSTD_compressStream2(context, &to, &in, ZSTD_e_flush)), 0u);
  EXPECT_EQ(ZSTD_compressStream2(context, &to, &nothing, ZSTD_e_end), 0u);
  out.resize(to.pos);
  ZSTD_freeCCtx(context);
  return out;
}

struct Unpacked {
  std::string bytes;
  absl::Status status;
};

// Unpacks in memory; the packed bytes come `in` at a time, the unpacked ones go `out` at a time.
Unpacked UnpackAll(const std::string& packed, const Limits& limits = {}, size_t in = 1000,
                   size_t out = 4096) {
  Unpacked all;
  size_t at = 0;
  auto unpacker = Unpacker::Create(PackingOf(packed), limits, [&](char* buffer, size_t capacity) {
    const size_t got = std::min({in, capacity, packed.size() - at});
    packed.copy(buffer, got, at);
    at += got;
    return absl::StatusOr<size_t>(got);
  });
  if (!unpacker.ok()) return {"", unpacker.status()};
  std::string buffer(out, '\0');
  while (true) {
    const absl::StatusOr<size_t> got = (*unpacker)->Read(buffer.data(), buffer.size());
    if (!got.ok()) all.status = got.status();
    if (!got.ok() || *got == 0) return all;
    all.bytes.append(buffer, 0, *got);
  }
}

std::string CodeOf(const absl::Status& status) { return GetErrorDetail(status).code; }

TEST(UnpackTest, TellsPackings) {
  EXPECT_EQ(PackingOf(Gzip("x")), Packing::kGzip);
  EXPECT_EQ(PackingOf(Zstd("x")), Packing::kZstd);
  EXPECT_EQ(PackingOf("\x5aM\x18*"), Packing::kNone);
  EXPECT_EQ(PackingOf("\x5a\x2a\x4d\x18"), Packing::kZstd);
  for (const char* text : {"", "\x1f", "<a/>", "{", "PK\x03\x04", "\x28\xb5\x2f"}) {
    EXPECT_EQ(PackingOf(text), Packing::kNone) << text;
  }
  EXPECT_FALSE(Unpacker::Create(Packing::kNone, Limits(), nullptr).ok());
}

TEST(UnpackTest, GivesBackWhatWasPacked) {
  for (const size_t size : {0, 1, 2, 4095, 4096, 4097, 65536, 300000}) {
    const std::string bytes = Text(size);
    for (const std::string& packed :
         {Gzip(bytes), Gzip(bytes, 0), Gzip(bytes, 9), Zstd(bytes), Zstd(bytes, 0, 19)}) {
      for (const size_t in : {1, 7, 100000}) {
        for (const size_t out : {1, 4096, 1 << 20}) {
          if (size > 5000 && in == 1 && out == 1) continue;
          const Unpacked all = UnpackAll(packed, {}, in, out);
          EXPECT_TRUE(all.status.ok()) << all.status;
          EXPECT_EQ(all.bytes == bytes, true) << size << ' ' << in << ' ' << out;
        }
      }
    }
  }
}

TEST(UnpackTest, MembersAndFramesFollowEachOther) {
  const std::string a = Text(5000);
  const std::string b = Text(70000).substr(300);
  const Unpacked members = UnpackAll(Gzip(a) + Gzip("") + Gzip(b) + Gzip("end"));
  EXPECT_TRUE(members.status.ok()) << members.status;
  EXPECT_EQ(members.bytes == a + b + "end", true);
  const std::string skipped("\x51\x2a\x4d\x18\x03\x00\x00\x00one", 11);
  const Unpacked frames = UnpackAll(skipped + Zstd(a) + skipped + Zstd("") + Zstd(b) + skipped);
  EXPECT_TRUE(frames.status.ok()) << frames.status;
  EXPECT_EQ(frames.bytes == a + b, true);
}

TEST(UnpackTest, CutAtEveryByte) {
  const std::string bytes = Text(700);
  for (const std::string& whole :
       {Gzip(bytes), Zstd(bytes), Gzip("a") + Gzip(bytes), Zstd("a") + Zstd(bytes)}) {
    size_t accepted = 0;
    for (size_t size = 4; size < whole.size(); ++size) {
      const Unpacked cut = UnpackAll(whole.substr(0, size));
      if (cut.status.ok()) {
        // Only where one part ends and the next begins.
        EXPECT_EQ(cut.bytes, "a") << size;
        ++accepted;
        continue;
      }
      EXPECT_EQ(CodeOf(cut.status), "PUE-0120") << size;
      EXPECT_NE(cut.status.message().find("byte"), absl::string_view::npos) << cut.status;
    }
    EXPECT_LE(accepted, 1u);
  }
  const Unpacked cut = UnpackAll(Gzip(bytes).substr(0, 200));
  EXPECT_NE(cut.status.message().find("ends within its gzip data, after byte 200: it is cut"),
            absl::string_view::npos)
      << cut.status;
}

TEST(UnpackTest, DamageAtEveryByteIsNeverSilent) {
  const std::string bytes = Text(700);
  for (const std::string& whole : {Gzip(bytes), Zstd(bytes)}) {
    size_t harmless = 0;
    for (size_t at = 0; at < whole.size(); ++at) {
      for (const char change : {'\x01', '\x80', '\xff'}) {
        std::string damaged = whole;
        damaged[at] = static_cast<char>(damaged[at] ^ change);
        if (PackingOf(damaged) != PackingOf(whole)) continue;
        const Unpacked all = UnpackAll(damaged);
        // Some bits mean nothing to the data: time and system in headers, unused ones.
        if (all.status.ok()) {
          EXPECT_EQ(all.bytes == bytes, true) << at;
          ++harmless;
        } else {
          EXPECT_TRUE(CodeOf(all.status) == "PUE-0120" || CodeOf(all.status) == "PUE-0203")
              << all.status;
        }
      }
    }
    EXPECT_LE(harmless, 30u);
  }
}

TEST(UnpackTest, WhatFollowsIsRefused) {
  const std::string bytes = Text(700);
  for (const std::string& whole : {Gzip(bytes), Zstd(bytes)}) {
    for (const std::string& more :
         {std::string("\0", 1), std::string(512, '\0'), std::string("\n"), std::string("<a/>"),
          std::string("\x1f"), std::string("\x25\xb5\x2f\xfd"), std::string("\x28\xb5\x2f")}) {
      const Unpacked all = UnpackAll(whole + more);
      EXPECT_EQ(CodeOf(all.status), "PUE-0120") << all.status;
      EXPECT_NE(all.status.message().find("what follows the"), absl::string_view::npos);
      EXPECT_EQ(all.bytes == bytes, true);
    }
  }
  EXPECT_EQ(CodeOf(UnpackAll(Gzip(bytes) + Zstd(bytes)).status), "PUE-0120");
  EXPECT_EQ(CodeOf(UnpackAll(Zstd(bytes) + Gzip(bytes)).status), "PUE-0120");
}

TEST(UnpackTest, LimitOfBytes) {
  const std::string bytes = Text(100000);
  for (const std::string& packed :
       {Gzip(bytes), Zstd(bytes), Gzip(bytes.substr(0, 99999)) + Gzip("x")}) {
    Limits limits;
    for (const uint64_t limit : {bytes.size(), bytes.size() + 1}) {
      limits.unpacked_bytes = limit;
      EXPECT_TRUE(UnpackAll(packed, limits).status.ok()) << limit;
    }
    limits.unpacked_bytes = bytes.size() - 1;
    const Unpacked all = UnpackAll(packed, limits);
    EXPECT_EQ(all.status.code(), absl::StatusCode::kResourceExhausted);
    EXPECT_EQ(CodeOf(all.status), "PUE-0203");
    EXPECT_NE(GetErrorDetail(all.status).hint.find("unpacked_bytes"), std::string::npos);
    EXPECT_LE(all.bytes.size(), limits.unpacked_bytes);
  }
}

TEST(UnpackTest, LimitOfRatio) {
  // A megabyte that cannot be packed, then zeros: the ratio grows to the end.
  std::string bytes = Text(1 << 20);
  bytes.resize((size_t{10} << 20) + 1);
  for (const std::string& packed : {Gzip(bytes), Zstd(bytes)}) {
    const uint64_t ratio = bytes.size() / packed.size();
    Limits limits;
    for (const uint64_t limit : {ratio + 1, ratio + 2}) {
      limits.unpacked_ratio = limit;
      EXPECT_TRUE(UnpackAll(packed, limits).status.ok()) << limit;
    }
    limits.unpacked_ratio = ratio;
    ASSERT_GT(bytes.size(), packed.size() * ratio);
    const Unpacked all = UnpackAll(packed, limits);
    EXPECT_EQ(CodeOf(all.status), "PUE-0203") << all.status;
    EXPECT_NE(GetErrorDetail(all.status).hint.find("unpacked_ratio"), std::string::npos);
  }
  // Exactly at the limit, and from which size on it holds.
  const std::string stored = Gzip(std::string(size_t{10} << 20, 'x'), 9);
  Limits limits;
  limits.unpacked_ratio = 1;
  EXPECT_TRUE(UnpackAll(stored, limits).status.ok());
  EXPECT_EQ(CodeOf(UnpackAll(Gzip(std::string((size_t{10} << 20) + 1, 'x')), limits).status),
            "PUE-0203");
}

TEST(UnpackTest, BombsEndEarly) {
  // 200 MB of zeros in a few kB; as members, and one bomb within another.
  const std::string zeros(size_t{20} << 20, '\0');
  std::string gzip;
  std::string zstd;
  for (int i = 0; i < 10; ++i) {
    gzip += Gzip(zeros, 9);
    zstd += Zstd(zeros, 0, 19);
  }
  for (const std::string& bomb : {gzip, zstd}) {
    const Unpacked all = UnpackAll(bomb);
    EXPECT_EQ(CodeOf(all.status), "PUE-0203") << all.status;
    EXPECT_LE(all.bytes.size(), size_t{11} << 20);
  }
  const Unpacked outer = UnpackAll(Gzip(gzip));
  EXPECT_TRUE(outer.status.ok());
  EXPECT_EQ(outer.bytes == gzip, true) << "unpacked once only";
  // Members without content cost no memory and come to an end.
  std::string empty;
  for (int i = 0; i < 20000; ++i) empty += Gzip("");
  EXPECT_TRUE(UnpackAll(empty).status.ok());
}

TEST(UnpackTest, LimitOfWindow) {
  const std::string bytes = Text(3000);
  Limits limits;
  limits.zstd_window_log = 20;
  EXPECT_TRUE(UnpackAll(Zstd(bytes, 19), limits).status.ok());
  EXPECT_TRUE(UnpackAll(Zstd(bytes, 20), limits).status.ok());
  const Unpacked all = UnpackAll(Zstd(bytes, 21), limits);
  EXPECT_EQ(all.status.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_NE(all.status.message().find("a window of more than 1 MiB"), absl::string_view::npos)
      << all.status;
  EXPECT_NE(GetErrorDetail(all.status).hint.find("zstd_window_log"), std::string::npos);
  EXPECT_TRUE(UnpackAll(Zstd(bytes, 23)).status.ok());
  EXPECT_FALSE(UnpackAll(Zstd(bytes, 24)).status.ok());
}

std::string ReadAll(Source& source, absl::Status* status) {
  const PuenteSource* c = source.c_source();
  std::string all;
  std::string buffer(5000, '\0');
  size_t got = 0;
  while (c->read(c->ctx, buffer.data(), buffer.size(), &got) == PUENTE_OK && got > 0) {
    all.append(buffer, 0, got);
  }
  *status = source.error();
  return all;
}

std::string HexOf(const std::string& bytes) {
  Sha256 hash;
  hash.Update(bytes);
  return DigestToHex(*hash.Finish());
}

TEST(UnpackTest, SourcesUnpackOnTheWay) {
  const std::string bytes = Text(200000);
  for (const std::string& packed : {Gzip(bytes), Zstd(bytes)}) {
    auto source = Source::FromMemory("m", packed, {.hash = true});
    ASSERT_TRUE(source.ok()) << source.status();
    EXPECT_EQ((*source)->packing(), PackingOf(packed));
    EXPECT_EQ((*source)->head(), bytes.substr(0, kSourceHeadBytes));
    EXPECT_FALSE((*source)->can_seek());
    EXPECT_EQ((*source)->size(), kUnknownSize);
    EXPECT_EQ((*source)->given_size(), packed.size());
    EXPECT_FALSE((*source)->Slice(0, 10).ok());
    absl::Status status;
    EXPECT_EQ(ReadAll(**source, &status) == bytes, true);
    EXPECT_TRUE(status.ok()) << status;
    EXPECT_EQ((*source)->consumed(), packed.size());
    // The digest is that of the bytes as they were given.
    EXPECT_EQ(*(*source)->FinishSha256(), HexOf(packed));

    source = Source::FromMemory("m", packed, {.hash = true, .unpack = false});
    EXPECT_EQ(ReadAll(**source, &status) == packed, true);
  }
}

TEST(UnpackTest, SourceChecksWhatNobodyRead) {
  const std::string bytes = Text(200000);
  std::string packed = Gzip(bytes);
  auto source = Source::FromMemory("m", packed, {.hash = true});
  ASSERT_TRUE(source.ok());
  EXPECT_TRUE((*source)->CheckRest().ok());
  EXPECT_EQ(*(*source)->FinishSha256(), HexOf(packed));
  packed[packed.size() - 5] = static_cast<char>(packed[packed.size() - 5] ^ 1);
  source = Source::FromMemory("m", packed);
  ASSERT_TRUE(source.ok()) << "the beginning is right";
  const absl::Status status = (*source)->CheckRest();
  EXPECT_EQ(CodeOf(status), "PUE-0120");
  EXPECT_EQ(GetErrorDetail(status).source, "m");
  EXPECT_NE(status.message().find("incorrect data check"), absl::string_view::npos) << status;
}

TEST(UnpackTest, SourceTellsDamageWithItsName) {
  const std::string packed = Gzip(Text(200000));
  auto source = Source::FromMemory("cut.gz", packed.substr(0, packed.size() / 2));
  ASSERT_TRUE(source.ok());
  absl::Status status;
  ReadAll(**source, &status);
  EXPECT_EQ(CodeOf(status), "PUE-0120");
  EXPECT_EQ(GetErrorDetail(status).source, "cut.gz");
  source = Source::FromMemory("short.gz", packed.substr(0, 20));
  EXPECT_EQ(CodeOf(source.status()), "PUE-0120");
  EXPECT_EQ(GetErrorDetail(source.status()).source, "short.gz");
  Limits limits;
  limits.unpacked_bytes = 10000;
  source = Source::FromMemory("m", packed, {.limits = &limits});
  ASSERT_TRUE(source.ok());
  ReadAll(**source, &status);
  EXPECT_EQ(CodeOf(status), "PUE-0203");
}

TEST(UnpackTest, PipesAreUnpackedToo) {
  std::string folder = (std::filesystem::temp_directory_path() / "puente-unpack-XXXXXX").string();
  ASSERT_NE(mkdtemp(folder.data()), nullptr);
  const std::string path = folder + "/pipe";
  ASSERT_EQ(mkfifo(path.c_str(), 0600), 0);
  const std::string bytes = Text(300000);
  const std::string packed = Zstd(bytes);
  std::thread writer([&] { std::ofstream(path, std::ios::binary) << packed; });
  auto source = Source::Open(path, {.hash = true});
  ASSERT_TRUE(source.ok()) << source.status();
  absl::Status status;
  EXPECT_EQ(ReadAll(**source, &status) == bytes, true);
  EXPECT_TRUE(status.ok()) << status;
  writer.join();
  EXPECT_EQ(*(*source)->FinishSha256(), HexOf(packed));
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace puente::plugin
