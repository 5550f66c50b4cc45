// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Tests files of real formats as records and back, their errors, and which plugins may run.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <algorithm>
#include <atomic>
#include <cstring>
#include <fstream>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "core/base/status.h"
#include "puente/v1/record.pb.h"
#include "services/files/pipeline_formats.h"
#include "services/files/record_frames.h"
#include "services/store/reason_error.h"
#include "tests/core/plugin_folder.h"

namespace puente::exchange {
namespace {

using puente::testing::PluginFolder;
using puente::testing::SimpleManifest;
using ::testing::Contains;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::Not;

using Records = std::vector<std::pair<std::string, Digest>>;

constexpr std::string_view kThree =
    "<iati-activities version=\"2.03\">\n"
    "  <!-- equal identifiers -->\n"
    "  <iati-activity><iati-identifier>XX-1</iati-identifier></iati-activity>\n"
    "  <iati-activity default-currency=\"USD\"><iati-identifier>XX-2</iati-identifier>"
    "</iati-activity>\n"
    "  <iati-activity hierarchy=\"2\"><iati-identifier>XX-1</iati-identifier></iati-activity>\n"
    "</iati-activities>\n";

// Gives a text in pieces of `step` bytes.
ReadBytes Bytes(std::string text, size_t step = 1000) {
  auto at = std::make_shared<size_t>(0);
  return
      [text = std::move(text), at, step](char* buffer, size_t capacity) -> absl::StatusOr<size_t> {
        const size_t size = std::min({capacity, step, text.size() - *at});
        std::memcpy(buffer, text.data() + *at, size);
        *at += size;
        return size;
      };
}

TakeRecord Into(Records* records) {
  return [records](std::string bytes, const Digest& digest) {
    records->emplace_back(std::move(bytes), digest);
    return absl::OkStatus();
  };
}

GiveRecord From(const Records& records) {
  auto at = std::make_shared<size_t>(0);
  return [&records, at](std::string* bytes, Digest* digest) -> absl::StatusOr<bool> {
    if (*at == records.size()) return false;
    *bytes = records[*at].first;
    *digest = records[*at].second;
    ++*at;
    return true;
  };
}

WriteBytes Into(std::string* text) {
  return [text](std::string_view bytes) {
    text->append(bytes);
    return absl::OkStatus();
  };
}

class PipelineFormatsTest : public ::testing::Test {
 protected:
  PipelineFormatsTest() {
    auto opened = PipelineFormats::Open({});
    if (!opened.ok()) abort();
    formats_ = *std::move(opened);
  }

  std::unique_ptr<PipelineFormats> formats_;
};

TEST(RecordFramesTest, ComeBackWhateverTheyAreCutInto) {
  Records records;
  for (int i = 0; i < 50; ++i) {
    puente::v1::Record record;
    record.mutable_activity()->set_iati_identifier("XX-" + std::string(i * i * 10, 'x'));
    records.emplace_back(record.SerializeAsString(), *RecordDigest(record));
  }
  for (const size_t step : {size_t{1}, size_t{7}, size_t{4096}, size_t{1} << 20}) {
    FrameInput input(From(records));
    Records back;
    FrameCutter cutter(Into(&back));
    std::string buffer(step, '\0');
    while (true) {
      const absl::StatusOr<size_t> got = input.Read(buffer.data(), step);
      ASSERT_TRUE(got.ok()) << got.status();
      if (*got == 0) break;
      EXPECT_FALSE(cutter.at_end());
      ASSERT_TRUE(cutter.Add(std::string_view(buffer).substr(0, *got)).ok()) << cutter.error();
    }
    EXPECT_TRUE(cutter.at_end());
    EXPECT_EQ(cutter.records(), records.size());
    EXPECT_EQ(back, records);
  }
}

TEST(RecordFramesTest, RefusesWhatIsNoBinaryStream) {
  const Records none;
  FrameInput input(From(none));
  std::string bytes(1000, '\0');
  bytes.resize(*input.Read(bytes.data(), bytes.size()));
  const auto add = [](std::string_view text) {
    Records back;
    FrameCutter cutter(Into(&back));
    return cutter.Add(text);
  };
  EXPECT_TRUE(add(bytes).ok());
  EXPECT_EQ(GetErrorDetail(add("<xml/>              ")).code, "PUE-0408");
  EXPECT_THAT(std::string(add(bytes + "x").message()), HasSubstr("behind the end"));
  std::string wrong = bytes;
  wrong[20] = 'Q';
  EXPECT_THAT(std::string(add(wrong).message()), HasSubstr("unknown kind"));
  wrong = bytes;
  wrong[bytes.size() - 8] = 1;
  EXPECT_THAT(std::string(add(wrong).message()), HasSubstr("number of records"));
}

TEST_F(PipelineFormatsTest, FileToRecordsAndBack) {
  Records records;
  const auto receipt = formats_->Import({}, "some/folder/three.xml", "mine",
                                        Bytes(std::string(kThree), 10), Into(&records), nullptr);
  ASSERT_TRUE(receipt.ok()) << receipt.status();
  EXPECT_THAT(*receipt, HasSubstr("\"law\":\"holds\""));
  EXPECT_THAT(*receipt, HasSubstr("\"name\":\"three.xml\""));
  ASSERT_EQ(records.size(), 4u);
  std::vector<std::string> identities;
  for (const auto& [bytes, digest] : records) {
    puente::v1::Record record;
    ASSERT_TRUE(record.ParseFromString(bytes));
    EXPECT_EQ(*RecordDigest(record), digest);
    EXPECT_EQ(record.provenance().source(), "three.xml");
    identities.push_back(record.identity().ShortDebugString());
  }
  EXPECT_THAT(identities,
              ::testing::ElementsAre("dataset: \"mine\"", "dataset: \"mine\" id: \"XX-1\"",
                                     "dataset: \"mine\" id: \"XX-2\"",
                                     "dataset: \"mine\" id: \"XX-1\" ordinal: 1"));

  std::string xml;
  const auto written =
      formats_->Export({"iati", {}}, "mine", "", From(records), Into(&xml), nullptr);
  ASSERT_TRUE(written.ok()) << written.status();
  // The same by a way that does not cut the stream into records.
  std::string direct;
  ASSERT_TRUE(formats_
                  ->Convert({}, {"iati", {}}, "three.xml", "", Bytes(std::string(kThree)),
                            Into(&direct), nullptr)
                  .ok());
  EXPECT_EQ(xml, direct);
  EXPECT_THAT(xml, HasSubstr("<!-- equal identifiers -->"));
}

TEST_F(PipelineFormatsTest, RecordsAreTakenOver) {
  puente::v1::Record record;
  record.mutable_identity()->set_agency("usaid");
  record.mutable_identity()->set_dataset("theirs");
  record.mutable_identity()->set_id("XX-1");
  record.mutable_activity()->set_iati_identifier("XX-1");
  const Records two(2, {record.SerializeAsString(), *RecordDigest(record)});
  std::string file;
  ASSERT_TRUE(formats_->Export({"binary", {}}, "theirs", "", From(two), Into(&file), nullptr).ok());
  Records records;
  ASSERT_TRUE(formats_->Import({}, "", "mine", Bytes(file), Into(&records), nullptr).ok());
  ASSERT_EQ(records.size(), 2u);
  puente::v1::Record taken;
  ASSERT_TRUE(taken.ParseFromString(records[1].first));
  EXPECT_EQ(taken.identity().ShortDebugString(), "dataset: \"mine\" id: \"XX-1\" ordinal: 1");
}

TEST_F(PipelineFormatsTest, FilterAndOptions) {
  std::string csv;
  auto receipt =
      formats_->Convert({"iati", {}}, {"table", {{"rows", "activity"}}}, "three.xml",
                        "default_currency = USD", Bytes(std::string(kThree)), Into(&csv), nullptr);
  ASSERT_TRUE(receipt.ok()) << receipt.status();
  EXPECT_EQ(std::count(csv.begin(), csv.end(), '\n'), 2);
  EXPECT_THAT(*receipt, HasSubstr("\"law\":\"holds\""));

  const auto reason = [&](const FormatSpec& in, const FormatSpec& out, const std::string& filter) {
    return formats_
        ->Convert(in, out, "three.xml", filter, Bytes(std::string(kThree)), Into(&csv), nullptr)
        .status();
  };
  EXPECT_EQ(store::ReasonOf(reason({}, {"table", {{"rowz", "activity"}}}, "")),
            v1::REASON_OPTION_INVALID);
  EXPECT_EQ(store::ReasonOf(reason({"iati", {{"rowz", "1"}}}, {"table", {}}, "")),
            v1::REASON_OPTION_INVALID);
  const absl::Status wrong = reason({}, {"table", {}}, "default_curency = USD");
  EXPECT_EQ(store::ReasonOf(wrong), v1::REASON_FILTER_INVALID);
  EXPECT_EQ(store::ReasonFact(wrong, "column"), "1");
  const absl::Status unknown = reason({}, {"excel", {}}, "");
  EXPECT_EQ(store::ReasonOf(unknown), v1::REASON_FORMAT_NOT_FOUND);
  EXPECT_EQ(store::ReasonFact(unknown, "format"), "excel");
  EXPECT_EQ(store::ReasonOf(reason({}, {}, "")), v1::REASON_FORMAT_NOT_FOUND);
}

TEST_F(PipelineFormatsTest, FilesThatCannotBeRead) {
  Records records;
  const auto import = [&](const std::string& text, const std::string& format = "") {
    return formats_->Import({format, {}}, "in.xml", "mine", Bytes(text), Into(&records), nullptr)
        .status();
  };
  const std::string cut(kThree.substr(0, kThree.size() - 30));
  const absl::Status status = import(cut + "</nothing>");
  EXPECT_EQ(store::ReasonOf(status), v1::REASON_INPUT_INVALID) << status;
  EXPECT_EQ(store::ReasonFact(status, "code"), "PUE-0201");
  EXPECT_THAT(store::ReasonFact(status, "place"), HasSubstr("in.xml:5:"));
  EXPECT_EQ(store::ReasonOf(import("what is this?")), v1::REASON_FORMAT_NOT_FOUND);
  // The name tells the format, and nothing is no file of it.
  EXPECT_EQ(store::ReasonOf(import("")), v1::REASON_INPUT_INVALID);
  const absl::Status binary = import("what is this?", "binary");
  EXPECT_EQ(store::ReasonOf(binary), v1::REASON_INPUT_INVALID);
  EXPECT_EQ(store::ReasonFact(binary, "code"), "PUE-0320");
}

TEST_F(PipelineFormatsTest, ErrorsOfTheCallerComeBackAsTheyAre) {
  const absl::Status full = store::ReasonError(v1::REASON_STORE_FULL, "no room");
  int calls = 0;
  const auto take = [&](std::string, const Digest&) {
    return ++calls == 3 ? full : absl::OkStatus();
  };
  EXPECT_EQ(formats_->Import({}, "", "mine", Bytes(std::string(kThree)), take, nullptr).status(),
            full);
  EXPECT_EQ(calls, 3);
  const ReadBytes broken = [&, part = Bytes(std::string(kThree))](
                               char* buffer, size_t capacity) mutable -> absl::StatusOr<size_t> {
    if (capacity == 0) return full;
    const auto got = part(buffer, 20);
    return *got == 0 ? absl::StatusOr<size_t>(full) : got;
  };
  Records records;
  EXPECT_EQ(formats_->Import({}, "", "mine", broken, Into(&records), nullptr).status(), full);
  records.clear();
  ASSERT_TRUE(
      formats_->Import({}, "", "mine", Bytes(std::string(kThree)), Into(&records), nullptr).ok());
  const WriteBytes closed = [&](std::string_view) { return full; };
  EXPECT_EQ(formats_->Export({"jsonl", {}}, "mine", "", From(records), closed, nullptr).status(),
            full);
  std::string text;
  const GiveRecord gone = [&](std::string*, Digest*) -> absl::StatusOr<bool> { return full; };
  EXPECT_EQ(formats_->Export({"jsonl", {}}, "mine", "", gone, Into(&text), nullptr).status(), full);
  int given = 0;
  const GiveRecord later = [&, more = From(records)](
                               std::string* bytes, Digest* digest) mutable -> absl::StatusOr<bool> {
    return ++given == 3 ? absl::StatusOr<bool>(full) : more(bytes, digest);
  };
  EXPECT_EQ(formats_->Export({"jsonl", {}}, "mine", "", later, Into(&text), nullptr).status(),
            full);
}

TEST_F(PipelineFormatsTest, Cancelled) {
  std::atomic<bool> cancel = false;
  const TakeRecord take = [&](std::string, const Digest&) {
    cancel = true;
    return absl::OkStatus();
  };
  std::string many = "<iati-activities version=\"2.03\">";
  for (int i = 0; i < 5000; ++i) {
    many += "<iati-activity><iati-identifier>XX-" + std::to_string(i) +
            "</iati-identifier></iati-activity>";
  }
  const auto status =
      formats_->Import({}, "", "mine", Bytes(many + "</iati-activities>"), take, &cancel).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kCancelled) << status;
}

TEST_F(PipelineFormatsTest, TellsAndRecognisesFormats) {
  EXPECT_THAT(formats_->List(), Contains(Field(&FormatEntry::id, "iati")));
  EXPECT_THAT(formats_->List(), Contains(Field(&FormatEntry::id, "fts-hdx")));
  const auto guesses = formats_->Identify("x.xml", kThree);
  ASSERT_FALSE(guesses.empty());
  EXPECT_EQ(guesses[0].format, "iati");
  EXPECT_EQ(guesses[0].version, "2.03");
  EXPECT_TRUE(formats_->Identify("", "what is this?").empty());
}

TEST(AllowedPluginsTest, OnlyThoseThatAreNamed) {
  const PluginFolder folder;
  folder.AddPlugin("stranger", SimpleManifest("stranger"));
  folder.AddPlugin("another", SimpleManifest("another"));
  setenv("PUENTE_PLUGIN_PATH", folder.path().c_str(), 1);
  PipelineFormatsOptions options;
  Records records;
  const auto reason = [&](PipelineFormats& formats, const std::string& format) {
    return formats.Import({format, {}}, "", "mine", Bytes("x"), Into(&records), nullptr).status();
  };
  // Nothing is allowed: no other folder is even looked at.
  auto none = PipelineFormats::Open(options);
  ASSERT_TRUE(none.ok()) << none.status();
  EXPECT_EQ(store::ReasonOf(reason(**none, "stranger")), v1::REASON_FORMAT_NOT_FOUND);
  options.allowed = {"another"};
  auto one = PipelineFormats::Open(options);
  ASSERT_TRUE(one.ok()) << one.status();
  const absl::Status refused = reason(**one, "stranger");
  EXPECT_EQ(store::ReasonOf(refused), v1::REASON_PLUGIN_NOT_ALLOWED);
  EXPECT_EQ(store::ReasonFact(refused, "plugin"), "stranger");
  EXPECT_THAT((*one)->List(), Contains(Field(&FormatEntry::id, "another")));
  EXPECT_THAT((*one)->List(), Not(Contains(Field(&FormatEntry::id, "stranger"))));
  // It is no library, which is found out when it is asked for, and no fault of the caller.
  EXPECT_EQ(store::ReasonOf(reason(**one, "another")), v1::REASON_UNSPECIFIED);
  options.allowed = {"nothing"};
  EXPECT_EQ(GetErrorDetail(PipelineFormats::Open(options).status()).code, "PUE-0401");
  unsetenv("PUENTE_PLUGIN_PATH");
}

}  // namespace
}  // namespace puente::exchange
