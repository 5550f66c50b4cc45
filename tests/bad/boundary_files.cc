// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Makes files whose sizes, depths and counts are exact, for the tests of limits.
#include "tests/bad/boundary_files.h"

#include <zlib.h>

#include <algorithm>

#include "fmt/format.h"
#include "gtest/gtest.h"
#include "tests/bad/reading.h"

namespace puente::bad {
namespace {

std::string LittleEndian(uint64_t value, int bytes) {
  std::string out;
  for (int i = 0; i < bytes; ++i) out += static_cast<char>(value >> (8 * i) & 0xff);
  return out;
}

std::string RepeatBlock(char byte, uint64_t times, bool last) {
  return LittleEndian(times << 3 | 2 | (last ? 1 : 0), 3) + byte;
}

/// Bytes that unpacking passes over, in so many of them.
std::string SkippedFrame(uint64_t bytes) {
  return "\x50\x2a\x4d\x18" + LittleEndian(bytes - 8, 4) + std::string(bytes - 8, '\0');
}

}  // namespace

std::string Repeat(std::string_view text, uint64_t times) {
  std::string out;
  out.reserve(text.size() * times);
  for (; times > 0; --times) out += text;
  return out;
}

std::string Iati(std::string_view inside) {
  return fmt::format(
      "<iati-activities version=\"2.03\">\n<iati-activity>\n{}\n</iati-activity>\n"
      "</iati-activities>\n",
      inside);
}

std::string NestedJson(uint64_t levels) {
  // The record, its activity's residue, the list of nodes, a node, its XML and its element.
  constexpr uint64_t kOutside = 6;
  EXPECT_GE(levels, kOutside);
  std::string json = R"({"activity":{},"residue":{"nodes":[{"xml":{"element":{"name":"e")";
  std::string end = "}}}]}}";
  uint64_t left = levels - kOutside;
  for (; left >= 3; left -= 3) {
    json += R"(,"children":[{"element":{"name":"e")";
    end = "}}]" + end;
  }
  if (left == 1) json += R"(,"children":[])";
  if (left == 2) json += R"(,"attributes":[{"name":"a"}])";
  return json + end;
}

uint64_t FirstLength(std::string_view binary) {
  uint64_t length = 0;
  for (int i = 3; i >= 0; --i) length = length << 8 | static_cast<unsigned char>(binary[21 + i]);
  return length;
}

std::string BinaryRecord(uint64_t bytes) {
  const auto with_text = [](uint64_t size) {
    return Convert(
        "jsonl",
        R"({"activity":{"title":{"narratives":[{"text":")" + Repeat("x", size) + "\"}]}}}\n",
        "binary");
  };
  constexpr uint64_t kText = 500;  // lengths take two bytes from there on
  return with_text(kText + bytes - FirstLength(with_text(kText)));
}

std::string ZstdFrame(int window_log, std::string_view blocks) {
  std::string frame = "\x28\xb5\x2f\xfd";
  frame += '\0';
  frame += static_cast<char>((window_log - 10) << 3);
  return frame + std::string(blocks);
}

std::string RawBlock(std::string_view bytes, bool last) {
  return LittleEndian(bytes.size() << 3 | (last ? 1 : 0), 3) + std::string(bytes);
}
std::string Gzip(const std::string& bytes) {
  z_stream stream{};
  EXPECT_EQ(deflateInit2(&stream, 6, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY), Z_OK);
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

std::string IatiOfSize(uint64_t bytes) {
  const std::string empty = Iati("");
  EXPECT_GE(bytes, empty.size());
  return Iati(std::string(bytes - empty.size(), ' '));
}

std::string PackedByRatio(uint64_t ratio, int64_t more) {
  constexpr uint64_t kPacked = 11'000;
  constexpr std::string_view kHead = "<iati-activities version=\"2.03\">";
  constexpr std::string_view kTail = "</iati-activities>";
  constexpr std::string_view kBetween = "<!---->";  // one text may not be so long
  constexpr uint64_t kBlock = uint64_t{128} << 10;
  uint64_t left = kPacked * ratio + static_cast<uint64_t>(more) - kHead.size() - kTail.size();
  std::string blocks = RawBlock(kHead, false);
  while (left > 0) {
    const uint64_t blanks = std::min(left, kBlock);
    blocks += RepeatBlock(' ', blanks, false);
    left -= blanks;
    if (left < kBetween.size()) continue;
    blocks += RawBlock(kBetween, false);
    left -= kBetween.size();
  }
  blocks += RawBlock(kTail, true);
  const std::string frame = ZstdFrame(17, blocks);
  return SkippedFrame(kPacked - frame.size()) + frame;
}

}  // namespace puente::bad
