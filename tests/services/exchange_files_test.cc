// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Files over the service: import, export, conversion, their limits and ends. The formats are made
// up here: what real ones do is tested with the command.

#include <gmock/gmock.h>

#include <array>
#include <chrono>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "puente/v1/record.pb.h"
#include "services/store/reason_error.h"
#include "tests/services/exchange_fixture.h"

namespace puente::exchange {
namespace {

using testing::HasSubstr;

// A format of lines: `id text`. A line `bad` is an error; an option `slow` waits at every line.
class LineFormats final : public FileFormats {
 public:
  std::vector<FormatEntry> List() override {
    return {{"lines", "Lines", "lines", true, true}, {"other", "Other", "other", true, false}};
  }
  std::vector<FormatGuess> Identify(std::string_view file_name, std::string_view head) override {
    if (head.starts_with("#lines")) return {{"lines", 90, "it begins so", "1"}};
    if (file_name.ends_with(".lines")) return {{"lines", 10, "by its name", ""}};
    return {};
  }
  absl::StatusOr<std::string> Import(const FormatSpec& input, const std::string& /*file_name*/,
                                     const std::string& dataset, const ReadBytes& read,
                                     const TakeRecord& take,
                                     const std::atomic<bool>* cancel) override {
    const absl::Status status = Check(input);
    if (!status.ok()) return status;
    int64_t lines = 0;
    const absl::Status done = EachLine(read, cancel, [&](const std::string& line) -> absl::Status {
      if (line == "bad") {
        return store::ReasonError(v1::REASON_INPUT_INVALID, "a bad line",
                                  {{"code", "LIN-0001"}, {"place", std::to_string(lines + 1)}});
      }
      if (!input.options.empty()) std::this_thread::sleep_for(std::chrono::milliseconds(5));
      ++lines;
      const size_t space = line.find(' ');
      puente::v1::Record record;
      record.mutable_identity()->set_dataset(dataset);
      record.mutable_identity()->set_id(line.substr(0, space));
      record.mutable_activity()->set_lang(space == std::string::npos ? "" : line.substr(space + 1));
      std::string bytes = record.SerializeAsString();
      auto digest = RecordDigest(std::string_view(bytes));
      if (!digest.ok()) return digest.status();
      return take(std::move(bytes), *digest);
    });
    if (!done.ok()) return done;
    return "{\"lines\":" + std::to_string(lines) + "}";
  }
  absl::StatusOr<std::string> Export(const FormatSpec& output, const std::string& /*dataset*/,
                                     const std::string& /*filter*/, const GiveRecord& give,
                                     const WriteBytes& write,
                                     const std::atomic<bool>* /*cancel*/) override {
    const absl::Status status = Check(output);
    if (!status.ok()) return status;
    std::string bytes;
    Digest digest;
    int64_t lines = 0;
    while (true) {
      auto more = give(&bytes, &digest);
      if (!more.ok()) return more.status();
      if (!*more) break;
      puente::v1::Record record;
      record.ParseFromString(bytes);
      const absl::Status written =
          write(record.identity().id() + " " + record.activity().lang() + "\n");
      if (!written.ok()) return written;
      ++lines;
    }
    return "{\"lines\":" + std::to_string(lines) + "}";
  }
  absl::StatusOr<std::string> Convert(const FormatSpec& input, const FormatSpec& output,
                                      const std::string& /*file_name*/,
                                      const std::string& /*filter*/, const ReadBytes& read,
                                      const WriteBytes& write,
                                      const std::atomic<bool>* cancel) override {
    for (const FormatSpec* spec : {&input, &output}) {
      const absl::Status status = Check(*spec);
      if (!status.ok()) return status;
    }
    const absl::Status done =
        EachLine(read, cancel, [&](const std::string& line) { return write("> " + line + "\n"); });
    if (!done.ok()) return done;
    return std::string("{}");
  }

 private:
  static absl::Status Check(const FormatSpec& spec) {
    if (spec.format == "forbidden") {
      return store::ReasonError(v1::REASON_PLUGIN_NOT_ALLOWED, "not here", {{"plugin", "x"}});
    }
    if (spec.format != "lines") {
      return store::ReasonError(v1::REASON_FORMAT_NOT_FOUND, "no such format",
                                {{"format", spec.format}});
    }
    if (!spec.options.empty() && spec.options[0].first != "slow") {
      return store::ReasonError(v1::REASON_OPTION_INVALID, "no such option");
    }
    return absl::OkStatus();
  }

  static absl::Status EachLine(const ReadBytes& read, const std::atomic<bool>* cancel,
                               const std::function<absl::Status(const std::string&)>& take) {
    std::string rest;
    std::array<char, 10'000> buffer;
    while (!*cancel) {
      auto size = read(buffer.data(), buffer.size());
      if (!size.ok()) return size.status();
      if (*size == 0) return rest.empty() ? absl::OkStatus() : take(rest);
      rest.append(buffer.data(), *size);
      for (size_t end = rest.find('\n'); end != std::string::npos; end = rest.find('\n')) {
        const absl::Status status = take(rest.substr(0, end));
        if (!status.ok()) return status;
        rest.erase(0, end + 1);
      }
    }
    return absl::CancelledError("cancelled");
  }
};

class FilesTest : public ExchangeTest {
 protected:
  void SetUp() override {
    options_.formats = &lines_;
    options_.limits.file_bytes = 3 << 20;
    ExchangeTest::SetUp();
  }

  struct Imported {
    grpc::Status status;
    v1::ImportDatasetResponse response;
  };
  Imported Import(const std::string& text, const std::string& id,
                  const std::string& format = "lines", v1::PushMode mode = v1::PUSH_MODE_UPSERT,
                  const std::string& parent = "agencies/acme/datasets/f") {
    Imported out;
    const auto context = Context(acme_);
    const auto stream = datasets_->ImportDataset(context.get(), &out.response);
    v1::ImportDatasetRequest request;
    request.mutable_open()->mutable_push()->set_parent(parent);
    request.mutable_open()->mutable_push()->set_request_id(id);
    request.mutable_open()->mutable_push()->set_mode(mode);
    request.mutable_open()->mutable_input()->set_format(format);
    stream->Write(request);
    for (size_t at = 0; at < text.size(); at += 100'000) {
      request.set_data(text.substr(at, 100'000));
      if (!stream->Write(request)) break;
    }
    request.mutable_end();
    stream->Write(request);
    stream->WritesDone();
    out.status = stream->Finish();
    return out;
  }

  grpc::Status Export(const std::string& name, const std::string& format, std::string* text,
                      std::string* receipt) {
    const auto context = Context(reader_);
    v1::ExportDatasetRequest request;
    request.set_name(name);
    request.mutable_output()->set_format(format);
    const auto stream = datasets_->ExportDataset(context.get(), request);
    v1::ExportDatasetResponse response;
    while (stream->Read(&response)) {
      *text += response.data();
      *receipt += response.receipt_json();
    }
    return stream->Finish();
  }

  LineFormats lines_;
};

TEST_F(FilesTest, AFileComesBack) {
  std::string text;
  for (int i = 0; i < 30'000; ++i) text += "id" + std::to_string(i) + " text of some length\n";
  const Imported imported = Import(text, "i1");
  ASSERT_EQ(Told(imported.status), "OK");
  EXPECT_EQ(imported.response.summary().created(), 30'000);
  EXPECT_EQ(imported.response.receipt_json(), "{\"lines\":30000}");
  const Imported again = Import(text, "i2");
  EXPECT_EQ(again.response.summary().unchanged(), 30'000);
  const Imported replayed = Import(text, "i1");
  EXPECT_EQ(Told(replayed.status), "OK");
  EXPECT_TRUE(replayed.response.summary().replayed());
  std::string out;
  std::string receipt;
  ASSERT_EQ(Told(Export("agencies/acme/datasets/f", "lines", &out, &receipt)), "OK");
  EXPECT_EQ(out, text);
  EXPECT_EQ(receipt, "{\"lines\":30000}");
}

TEST_F(FilesTest, ABrokenFileChangesNothingInASnapshot) {
  ASSERT_EQ(Told(Import("a 1\nb 2\n", "s1", "lines", v1::PUSH_MODE_SNAPSHOT).status), "OK");
  std::string text;
  for (int i = 0; i < 5000; ++i) text += "id" + std::to_string(i) + " x\n";
  const Imported broken = Import(text + "bad\n", "s2", "lines", v1::PUSH_MODE_SNAPSHOT);
  EXPECT_EQ(Told(broken.status), "3 INPUT_INVALID");
  EXPECT_EQ(InfoOf(broken.status).metadata().at("code"), "LIN-0001");
  std::string out;
  std::string receipt;
  ASSERT_EQ(Told(Export("agencies/acme/datasets/f", "lines", &out, &receipt)), "OK");
  EXPECT_EQ(out, "a 1\nb 2\n");
}

TEST_F(FilesTest, WhatCannotBeDoneIsSaid) {
  EXPECT_EQ(Told(Import("a", "x1", "none").status), "5 FORMAT_NOT_FOUND");
  EXPECT_EQ(Told(Import("a", "x2", "forbidden").status), "7 PLUGIN_NOT_ALLOWED");
  EXPECT_EQ(Told(Import(std::string((3 << 20) + 1, 'x'), "x3").status), "8 FILE_TOO_LARGE");
  EXPECT_EQ(
      Told(Import("a", "x4", "lines", v1::PUSH_MODE_UPSERT, "agencies/globex/datasets/f").status),
      "7 AGENCY_MISMATCH");
  std::string out;
  std::string receipt;
  EXPECT_EQ(Told(Export("agencies/acme/datasets/none", "lines", &out, &receipt)),
            "5 DATASET_NOT_FOUND");
  v1::ImportDatasetResponse response;
  const auto context = Context(acme_);
  const auto stream = datasets_->ImportDataset(context.get(), &response);
  v1::ImportDatasetRequest request;
  request.set_data("bytes first");
  stream->Write(request);
  stream->WritesDone();
  EXPECT_EQ(Told(stream->Finish()), "3 SEQUENCE_INVALID");
}

TEST_F(FilesTest, Converts) {
  const auto convert = [this](const std::string& key, const std::string& text, std::string* out,
                              bool open = true) {
    const auto context = Context(reader_);
    const auto stream = formats_->Convert(context.get());
    v1::ConvertRequest request;
    if (open) {
      request.mutable_open()->mutable_input()->set_format("lines");
      request.mutable_open()->mutable_output()->set_format("lines");
      if (!key.empty()) {
        auto* option = request.mutable_open()->mutable_input()->add_options();
        option->set_key(key);
      }
      stream->Write(request);
    }
    std::string receipt;
    std::thread reader([&] {
      v1::ConvertResponse response;
      while (stream->Read(&response)) {
        *out += response.data();
        receipt += response.receipt_json();
      }
    });
    for (size_t at = 0; at < text.size(); at += 50'000) {
      request.set_data(text.substr(at, 50'000));
      if (!stream->Write(request)) break;
    }
    request.mutable_end();
    stream->Write(request);
    stream->WritesDone();
    reader.join();
    const grpc::Status status = stream->Finish();
    EXPECT_EQ(receipt.empty(), !status.ok());
    return Told(status);
  };
  std::string text;
  std::string expected;
  for (int i = 0; i < 100'000; ++i) {
    text += "line" + std::to_string(i) + "\n";
    expected += "> line" + std::to_string(i) + "\n";
  }
  std::string out;
  EXPECT_EQ(convert("", text, &out), "OK");
  EXPECT_EQ(out, expected);
  out.clear();
  EXPECT_EQ(convert("what", text, &out), "3 OPTION_INVALID");
  EXPECT_EQ(convert("", text, &out, false), "3 SEQUENCE_INVALID");
}

TEST_F(FilesTest, ACutImportGoesOn) {
  // The caller goes away in the middle; the same request id goes on behind what was decided.
  std::string text;
  for (int i = 0; i < 20'000; ++i) text += "id" + std::to_string(i) + " x\n";
  for (const bool cancel : {true, false}) {
    v1::ImportDatasetResponse response;
    const auto context = Context(acme_);
    const auto stream = datasets_->ImportDataset(context.get(), &response);
    v1::ImportDatasetRequest request;
    request.mutable_open()->mutable_push()->set_parent("agencies/acme/datasets/f");
    request.mutable_open()->mutable_push()->set_request_id("cut");
    request.mutable_open()->mutable_push()->set_mode(v1::PUSH_MODE_UPSERT);
    request.mutable_open()->mutable_input()->set_format("lines");
    stream->Write(request);
    request.set_data(text.substr(0, 150'000));
    stream->Write(request);
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    if (cancel) {
      context->TryCancel();
      EXPECT_EQ(stream->Finish().error_code(), grpc::StatusCode::CANCELLED);
    } else {
      stream->WritesDone();
      EXPECT_EQ(Told(stream->Finish()), "3 SEQUENCE_INVALID");
    }
  }
  const Imported rest = Import(text, "cut");
  ASSERT_EQ(Told(rest.status), "OK");
  EXPECT_EQ(rest.response.summary().created(), 20'000);
  EXPECT_FALSE(rest.response.summary().replayed());
}

TEST_F(FilesTest, ASlowReaderOfAnExportHoldsItsPlaceOnly) {
  std::string text;
  for (int i = 0; i < 20'000; ++i)
    text += "id" + std::to_string(i) + " " + std::string(100, 'x') + "\n";
  ASSERT_EQ(Told(Import(text, "slow").status), "OK");
  const auto context = Context(reader_);
  v1::ExportDatasetRequest request;
  request.set_name("agencies/acme/datasets/f");
  request.mutable_output()->set_format("lines");
  const auto stream = datasets_->ExportDataset(context.get(), request);
  v1::ExportDatasetResponse response;
  ASSERT_TRUE(stream->Read(&response));
  // Others go on meanwhile.
  std::string out;
  std::string receipt;
  EXPECT_EQ(Told(Export("agencies/acme/datasets/f", "lines", &out, &receipt)), "OK");
  EXPECT_EQ(out, text);
  context->TryCancel();
  while (stream->Read(&response)) {
  }
  EXPECT_EQ(stream->Finish().error_code(), grpc::StatusCode::CANCELLED);
}

TEST_F(FilesTest, ListsAndIdentifies) {
  v1::ListFormatsRequest list;
  v1::ListFormatsResponse formats;
  auto context = Context(reader_);
  ASSERT_EQ(Told(formats_->ListFormats(context.get(), list, &formats)), "OK");
  ASSERT_EQ(formats.formats_size(), 2);
  EXPECT_TRUE(formats.formats(0).can_write());
  v1::IdentifyFormatRequest identify;
  identify.set_head("#lines 1");
  v1::IdentifyFormatResponse guesses;
  context = Context(reader_);
  ASSERT_EQ(Told(formats_->IdentifyFormat(context.get(), identify, &guesses)), "OK");
  ASSERT_EQ(guesses.candidates_size(), 1);
  EXPECT_EQ(guesses.candidates(0).confidence(), 90);
  identify.set_head(std::string((64 << 10) + 1, 'x'));
  context = Context(reader_);
  EXPECT_EQ(Told(formats_->IdentifyFormat(context.get(), identify, &guesses)),
            "3 ARGUMENT_INVALID");
}

}  // namespace
}  // namespace puente::exchange
