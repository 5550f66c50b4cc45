// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Tests conversions through a toy format: order, identity, receipts, limits, errors, verification.

#include "core/pipeline/pipeline.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "core/base/schema.h"
#include "core/base/status.h"
#include "core/pipeline/exit_code.h"
#include "core/pipeline/flight.h"
#include "core/pipeline/read_loop.h"
#include "tests/core/toy_format.h"

namespace puente::pipeline {
namespace {

namespace fs = std::filesystem;

FormatBinding Toy() { return {&toy::Table(), &toy::ToyFormat(), "1"}; }
FormatBinding Dump() { return {&toy::Table(), &toy::DumpFormat(), ""}; }

// Records with some equal ids, and after every seventh a remark, after every eleventh a bad line.
std::string ToyText(int records) {
  std::string text = "toy 1\n";
  for (int i = 0; i < records; ++i) {
    text += "ID-" + std::to_string(i % 3 == 0 ? i / 30 : i) + "|title " + std::to_string(i) + "|" +
            (i % 2 == 0 ? "USD" : "COP") + "\n";
    if (i % 7 == 6) text += "? a remark\n";
    if (i % 11 == 10) text += "! a bad line " + std::to_string(i) + "\n";
  }
  return text;
}

// The same as it is written again: without remarks and bad lines.
std::string GoodLines(const std::string& text) {
  std::istringstream lines(text);
  std::string line;
  std::string good;
  while (std::getline(lines, line)) {
    if (line[0] != '?' && line[0] != '!') good += line + "\n";
  }
  return good;
}

class PipelineTest : public testing::Test {
 protected:
  PipelineTest() {
    std::string name = (fs::temp_directory_path() / "puente-pipeline-XXXXXX").string();
    folder_ = mkdtemp(name.data());
    out_ = Path("out.toy");
    limits_.piece_bytes = 300;
  }
  ~PipelineTest() override { fs::remove_all(folder_); }

  std::string Path(const std::string& name) const { return (folder_ / name).string(); }
  std::string Write(const std::string& name, const std::string& bytes) const {
    std::ofstream(Path(name), std::ios::binary) << bytes;
    return Path(name);
  }
  static std::string Content(const std::string& path) {
    std::ostringstream all;
    all << std::ifstream(path, std::ios::binary).rdbuf();
    return all.str();
  }
  std::vector<std::string> Files() const {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(folder_)) {
      names.push_back(entry.path().filename().string());
    }
    std::sort(names.begin(), names.end());
    return names;
  }
  ConvertRequest Request(const std::vector<std::string>& inputs) const {
    ConvertRequest request;
    for (const std::string& path : inputs) request.inputs.push_back({path, Toy(), {}, nullptr});
    request.output.path = out_;
    request.output.binding = Toy();
    request.settings.limits = &limits_;
    return request;
  }
  static std::string Findings(const FindingLog& log) { return log.JsonLines(); }

  fs::path folder_;
  std::string out_;
  Limits limits_;
};

TEST_F(PipelineTest, ConvertsAndAccounts) {
  const std::string text = ToyText(100);
  ConvertRequest request = Request({Write("in.toy", text)});
  request.receipt = true;
  const ConvertResult result = Convert(request);
  ASSERT_TRUE(result.status.ok()) << result.status;
  EXPECT_EQ(Content(out_), GoodLines(text));
  EXPECT_EQ(Files(), (std::vector<std::string>{"in.toy", "out.toy"}));
  EXPECT_EQ(result.records_read, 100u);
  EXPECT_EQ(result.records_written, 100u);
  EXPECT_TRUE(result.ledger.LawHolds());
  // A version, three values a record, 14 remarks and 9 bad lines.
  EXPECT_EQ(result.ledger.totals().read, 1u + 300u + 14u + 9u);
  EXPECT_EQ(result.ledger.totals().kept, 301u);
  EXPECT_EQ(result.ledger.totals().rejected, 23u);
  EXPECT_EQ(result.findings.CountOf(Severity::kWarning), 14u);
  EXPECT_EQ(result.findings.CountOf(Severity::kError), 9u);
  ASSERT_EQ(result.frame.inputs.size(), 1u);
  EXPECT_EQ(result.frame.inputs[0].bytes, text.size());
  EXPECT_EQ(result.frame.inputs[0].records, 100u);
  EXPECT_EQ(result.frame.inputs[0].sha256.size(), 64u);
  EXPECT_EQ(result.frame.output.bytes, GoodLines(text).size());
  EXPECT_EQ(result.frame.output.sha256.size(), 64u);
  EXPECT_EQ(result.frame.digest.size(), 64u);
  EXPECT_EQ(result.frame.basis, "declared");
  EXPECT_EQ(ExitCodeFor(result), kExitDone);
}

TEST_F(PipelineTest, SameForAnyJobsCarrierAndWayOfReading) {
  const std::string text = ToyText(3000);
  Write("in.toy", text);
  std::string bytes;
  std::string receipt;
  std::string findings;
  std::string rejects;
  for (const int jobs : {1, 2, 4}) {
    for (const RecordCarrier carrier : {RecordCarrier::kMessage, RecordCarrier::kBytes}) {
      for (const bool stream : {false, true}) {
        SCOPED_TRACE(std::to_string(jobs) + (carrier == RecordCarrier::kBytes ? " bytes" : "") +
                     (stream ? " stream" : ""));
        ConvertRequest request = Request({Path("in.toy")});
        std::thread feeder;
        if (stream) {
          // The name of the input stays the same, so that the receipts do.
          const std::string pipe = Path("pipe");
          ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
          feeder = std::thread([&] { std::ofstream(pipe, std::ios::binary) << text; });
          plugin::SourceOptions options;
          options.hash = true;
          options.name = Path("in.toy");
          request.inputs[0].source = *plugin::Source::Open(pipe, options);
          ASSERT_FALSE(request.inputs[0].source->can_seek());
        }
        request.settings.jobs = jobs;
        request.settings.carrier = carrier;
        request.receipt = true;
        request.rejects_path = Path("rejects");
        request.output.force = true;
        request.output.options = {{"warn", "true"}};
        const ConvertResult result = Convert(request);
        if (stream) {
          feeder.join();
          fs::remove(Path("pipe"));
        }
        ASSERT_TRUE(result.status.ok()) << result.status;
        if (bytes.empty()) {
          bytes = Content(out_);
          EXPECT_EQ(bytes, GoodLines(text));
          receipt = ReceiptJson(result.ledger, result.frame);
          findings = Findings(result.findings);
          rejects = Content(Path("rejects"));
          EXPECT_EQ(static_cast<uint64_t>(std::count(rejects.begin(), rejects.end(), '\n')),
                    result.rejects);
        }
        EXPECT_EQ(Content(out_), bytes);
        EXPECT_EQ(ReceiptJson(result.ledger, result.frame), receipt);
        EXPECT_EQ(Findings(result.findings), findings);
        EXPECT_EQ(Content(Path("rejects")), rejects);
      }
    }
  }
}

TEST_F(PipelineTest, IdentityAndProvenance) {
  fs::create_directory(Path("sub"));
  const std::string in =
      Write("sub/donors.v2.toy", "toy 1\nA|t|USD\nB|t|USD\nA|t|COP\n|t|USD\n|u|USD\n");
  std::string first;
  for (const RecordCarrier carrier : {RecordCarrier::kMessage, RecordCarrier::kBytes}) {
    ConvertRequest request = Request({in});
    request.output.binding = Dump();
    request.output.force = true;
    request.settings.carrier = carrier;
    ASSERT_TRUE(Convert(request).status.ok());
    const std::string dump = Content(out_);
    if (first.empty()) first = dump;
    EXPECT_EQ(dump, first);
    std::istringstream lines(dump);
    std::vector<std::string> all;
    for (std::string line; std::getline(lines, line);) all.push_back(line);
    ASSERT_EQ(all.size(), 6u);
    EXPECT_NE(all[0].find("identity { dataset: \"donors.v2\" }"), std::string::npos) << all[0];
    EXPECT_NE(all[1].find("identity { dataset: \"donors.v2\" id: \"A\" }"), std::string::npos);
    EXPECT_NE(all[3].find("identity { dataset: \"donors.v2\" id: \"A\" ordinal: 1 }"),
              std::string::npos);
    EXPECT_NE(all[4].find("identity { dataset: \"donors.v2\" }"), std::string::npos);
    EXPECT_NE(all[5].find("identity { dataset: \"donors.v2\" ordinal: 1 }"), std::string::npos);
    EXPECT_NE(all[2].find("provenance { source: \"donors.v2.toy\" format: \"toy\" "
                          "format_version: \"1\" offset: 14 length: 8 line: 3 }"),
              std::string::npos)
        << all[2];
  }
}

TEST_F(PipelineTest, DatasetNames) {
  EXPECT_EQ(DatasetName("a/b/usaid.xml"), "usaid");
  EXPECT_EQ(DatasetName("usaid.2024.xml.gz"), "usaid.2024");
  EXPECT_EQ(DatasetName("x.zst"), "x");
  EXPECT_EQ(DatasetName(".hidden"), ".hidden");
  EXPECT_EQ(DatasetName("plain"), "plain");
  EXPECT_EQ(DatasetName("-"), "stdin");
  EXPECT_EQ(DatasetName("bad\xFF.xml"), "bad\xEF\xBF\xBD");
}

TEST_F(PipelineTest, SeveralInputs) {
  const std::string one = Write("one.toy", "toy 1\nA|t|USD\n");
  const std::string two = Write("two.toy", "toy 1\nA|t|USD\nB|t|USD\n");
  for (const int jobs : {1, 3}) {
    ConvertRequest request = Request({one, two});
    request.output.force = true;
    request.settings.jobs = jobs;
    request.verify = true;
    const ConvertResult result = Convert(request);
    ASSERT_TRUE(result.status.ok()) << result.status;
    EXPECT_EQ(Content(out_), "toy 1\nA|t|USD\nA|t|USD\nB|t|USD\n");
    ASSERT_EQ(result.frame.inputs.size(), 2u);
    EXPECT_EQ(result.frame.inputs[0].records, 1u);
    EXPECT_EQ(result.frame.inputs[1].records, 2u);
    // The second header was merged.
    EXPECT_EQ(result.ledger.totals().lost, 1u);
    EXPECT_EQ(result.frame.basis, "verified");
  }
  // Equal datasets of different folders share their ordinals.
  fs::create_directory(Path("sub"));
  ConvertRequest request = Request({one, Write("sub/one.toy", "toy 1\nA|t|USD\n")});
  request.output.binding = Dump();
  request.output.force = true;
  ASSERT_TRUE(Convert(request).status.ok());
  EXPECT_NE(Content(out_).find("dataset: \"one\" id: \"A\" ordinal: 1"), std::string::npos);
}

TEST_F(PipelineTest, LimitCountsRecordsAndStopsReading) {
  const std::string in = Write("in.toy", ToyText(50000));
  for (const int jobs : {1, 4}) {
    ConvertRequest request = Request({in});
    request.output.force = true;
    request.settings.jobs = jobs;
    request.settings.limit = 5;
    Progress last;
    request.settings.progress = [&](const Progress& progress) { last = progress; };
    const ConvertResult result = Convert(request);
    ASSERT_TRUE(result.status.ok());
    EXPECT_TRUE(result.limit_reached);
    EXPECT_EQ(result.records_read, 5u);
    EXPECT_EQ(result.records_written, 5u);
    const std::string out = Content(out_);
    EXPECT_EQ(std::count(out.begin(), out.end(), '\n'), 6);
    EXPECT_TRUE(result.ledger.LawHolds());
    EXPECT_EQ(result.ledger.totals().kept, 16u);
    EXPECT_EQ(result.frame.inputs[0].sha256, "");
  }
  // What lies behind the limit is not read, so it cannot be at fault.
  ConvertRequest request = Request({Write("bad.toy", ToyText(500) + "@\n"), Path("in.toy")});
  request.output.force = true;
  request.settings.limit = 5;
  EXPECT_TRUE(Convert(request).status.ok());
}

TEST_F(PipelineTest, NotWellFormedLeavesNothing) {
  const std::string in = Write("in.toy", ToyText(2000) + "@\n" + ToyText(2000));
  std::string message;
  for (const int jobs : {1, 2, 4}) {
    ConvertRequest request = Request({in});
    request.settings.jobs = jobs;
    request.rejects_path = Path("rejects");
    const ConvertResult result = Convert(request);
    EXPECT_EQ(result.status.code(), absl::StatusCode::kInvalidArgument);
    const ErrorDetail detail = GetErrorDetail(result.status);
    EXPECT_EQ(detail.code, "TOY-0003");
    EXPECT_EQ(detail.source, in);
    EXPECT_EQ(detail.column, 1u);
    EXPECT_EQ(detail.hint, "mend it");
    EXPECT_EQ(ExitCodeFor(result), kExitData);
    EXPECT_EQ(result.records_read, 2000u);
    EXPECT_EQ(Files(), std::vector<std::string>{"in.toy"});
    if (message.empty()) message = FormatError(result.status);
    EXPECT_EQ(FormatError(result.status), message);
  }
}

TEST_F(PipelineTest, FirstErrorInOrderWins) {
  // The splitter fails far behind the reader's fault.
  const std::string in =
      Write("in.toy", ToyText(200) + "@\n" + ToyText(200) + "#fail\n" + ToyText(200));
  for (int round = 0; round < 20; ++round) {
    ConvertRequest request = Request({in});
    request.settings.jobs = 4;
    EXPECT_EQ(GetErrorDetail(Convert(request).status).code, "TOY-0003");
  }
  const std::string splitter = Write("splitter.toy", ToyText(200) + "#fail\n");
  ConvertRequest request = Request({splitter});
  request.settings.jobs = 2;
  const ConvertResult result = Convert(request);
  EXPECT_EQ(GetErrorDetail(result.status).message, "#fail");
  EXPECT_GT(result.records_read, 100u);
}

TEST_F(PipelineTest, PiecesWithGapsAreRefused) {
  ConvertRequest request = Request({Write("in.toy", ToyText(100) + "#gap|t|USD\n" + ToyText(100))});
  request.settings.jobs = 2;
  const absl::Status status = Convert(request).status;
  EXPECT_EQ(GetErrorDetail(status).code, "PUE-0408");
  EXPECT_EQ(Files(), std::vector<std::string>{"in.toy"});
}

TEST_F(PipelineTest, StopAtTheFirstError) {
  const std::string in = Write("in.toy", ToyText(3000));
  std::string message;
  for (const int jobs : {1, 2}) {
    ConvertRequest request = Request({in});
    request.settings.jobs = jobs;
    request.settings.on_error = OnError::kStop;
    const ConvertResult result = Convert(request);
    EXPECT_EQ(GetErrorDetail(result.status).code, "TOY-0001");
    EXPECT_EQ(GetErrorDetail(result.status).line, 14u);
    EXPECT_EQ(ExitCodeFor(result), kExitData);
    EXPECT_EQ(result.records_read, 11u);
    EXPECT_EQ(result.findings.total(), 2u);
    EXPECT_EQ(Files(), std::vector<std::string>{"in.toy"});
  }
}

TEST_F(PipelineTest, RejectsFile) {
  ConvertRequest request = Request({Write("in.toy", "toy 1\n!bad \"one\"\nA|t|USD\n?remark\n")});
  request.rejects_path = Path("rejects.jsonl");
  const ConvertResult result = Convert(request);
  ASSERT_TRUE(result.status.ok());
  EXPECT_EQ(result.rejects, 1u);
  EXPECT_EQ(Content(Path("rejects.jsonl")),
            "{\"file\":\"" + Path("in.toy") +
                "\",\"line\":2,\"column\":1,\"cell\":\"\",\"record\":\"\",\"path\":\"toy/line\","
                "\"code\":\"TOY-0001\",\"message\":\"the record is rejected\","
                "\"text\":\"!bad \\\"one\\\"\"}\n");
  // It is not replaced unless that was asked for.
  request.output.path = Path("other.toy");
  EXPECT_EQ(Convert(request).status.code(), absl::StatusCode::kAlreadyExists);
  EXPECT_FALSE(fs::exists(Path("other.toy")));
}

TEST_F(PipelineTest, Filter) {
  ConvertRequest request = Request({Write("in.toy", ToyText(100))});
  request.filter = [](const v1::Record& record) {
    return record.activity().default_currency() == "USD";
  };
  for (const RecordCarrier carrier : {RecordCarrier::kMessage, RecordCarrier::kBytes}) {
    request.settings.carrier = carrier;
    request.output.force = true;
    request.verify = true;
    const ConvertResult result = Convert(request);
    ASSERT_TRUE(result.status.ok()) << result.status;
    EXPECT_EQ(result.records_read, 100u);
    EXPECT_EQ(result.records_written, 50u);
    EXPECT_EQ(result.ledger.totals().filtered, 150u);
    EXPECT_TRUE(result.ledger.LawHolds());
    EXPECT_EQ(result.frame.basis, "verified");
  }
  // The limit counts what the filter lets through.
  request.settings.limit = 5;
  const ConvertResult result = Convert(request);
  ASSERT_TRUE(result.status.ok()) << result.status;
  EXPECT_TRUE(result.limit_reached);
  EXPECT_EQ(result.records_written, 5u);
  EXPECT_EQ(result.records_read, result.ledger.records_filtered() + 5);
  EXPECT_TRUE(result.ledger.LawHolds());
}

TEST_F(PipelineTest, Verify) {
  const std::string in = Write("in.toy", ToyText(500));
  for (const int jobs : {1, 2}) {
    ConvertRequest request = Request({in});
    request.output.force = true;
    request.verify = true;
    request.settings.jobs = jobs;
    bool verifying = false;
    request.settings.progress = [&](const Progress& progress) { verifying = progress.verifying; };
    ConvertResult result = Convert(request);
    ASSERT_TRUE(result.status.ok()) << result.status;
    EXPECT_EQ(result.frame.basis, "verified");
    EXPECT_TRUE(result.frame.verify_differences.empty());
    EXPECT_TRUE(verifying);
    // Findings of the second reading are not told again.
    EXPECT_EQ(result.findings.CountOf(Severity::kError), 45u);
  }
  for (const char* option : {"lie", "mute"}) {
    fs::remove(out_);
    ConvertRequest request = Request({in});
    request.verify = true;
    request.output.options = {{option, "true"}};
    const ConvertResult result = Convert(request);
    EXPECT_EQ(GetErrorDetail(result.status).code, "PUE-0503") << result.status;
    EXPECT_EQ(ExitCodeFor(result), kExitData);
    EXPECT_EQ(result.frame.basis, "declared");
    EXPECT_FALSE(result.frame.verify_differences.empty());
    EXPECT_FALSE(fs::exists(out_));
  }
  // The empty currency is still a value to the reader: only its text and so the digest differ.
  ConvertRequest request = Request({in});
  request.verify = true;
  request.output.options = {{"lie", "true"}};
  const ConvertResult lie = Convert(request);
  ASSERT_EQ(lie.frame.verify_differences.size(), 1u);
  EXPECT_EQ(lie.frame.verify_differences[0].rfind("digest of the records", 0), 0u);
}

TEST_F(PipelineTest, UnreportedLeavesAreLosses) {
  ConvertRequest request = Request({Write("in.toy", "toy 1\nA|t|USD\n")});
  request.output.options = {{"mute", "true"}};
  const ConvertResult result = Convert(request);
  ASSERT_TRUE(result.status.ok());
  EXPECT_EQ(result.ledger.totals().lost, 4u);
  for (const auto& [key, account] : result.ledger.losses()) {
    EXPECT_EQ(key.second, LossReason::kUnreported);
  }
}

TEST_F(PipelineTest, StrictAndOnLoss) {
  const std::string in = Write("in.toy", "toy 1\nA|t|USD\n?remark\n");
  ConvertRequest request = Request({in});
  request.strict = true;
  ConvertResult result = Convert(request);
  EXPECT_TRUE(result.strict_met);
  EXPECT_EQ(ExitCodeFor(result), kExitStrict);
  EXPECT_TRUE(fs::exists(out_));

  request = Request({in});
  request.output.force = true;
  request.on_loss = OnLoss::kFail;
  EXPECT_EQ(ExitCodeFor(Convert(request)), kExitDone);
  request.output.options = {{"drop", "currency"}};
  result = Convert(request);
  EXPECT_TRUE(result.loss_met);
  EXPECT_EQ(ExitCodeFor(result), kExitStrict);
  const auto& losses = result.ledger.losses();
  ASSERT_EQ(losses.size(), 1u);
  EXPECT_EQ(losses.begin()->first.second, LossReason::kNoPlace);
  EXPECT_EQ(losses.begin()->second.examples.at(0).location.line, 2u);
  EXPECT_EQ(losses.begin()->second.examples.at(0).record_id, "A");
  EXPECT_EQ(Content(out_), "toy 1\nA|t|\n");
}

TEST_F(PipelineTest, WriterFailure) {
  ConvertRequest request = Request({Write("in.toy", ToyText(100))});
  request.output.options = {{"fail", "ID-50"}};
  toy::LineWriter::finished = 0;
  const ConvertResult result = Convert(request);
  EXPECT_EQ(GetErrorDetail(result.status).message, "told to fail");
  EXPECT_EQ(GetErrorDetail(result.status).source, out_);
  EXPECT_EQ(result.records_written, 50u);
  EXPECT_EQ(toy::LineWriter::finished, 0);
  EXPECT_EQ(Files(), std::vector<std::string>{"in.toy"});
}

TEST_F(PipelineTest, OutputErrors) {
  const std::string in = Write("in.toy", ToyText(5000));
  ConvertRequest request = Request({in});
  request.output.path = "/dev/full";
  ConvertResult result = Convert(request);
  EXPECT_EQ(GetErrorDetail(result.status).code, "PUE-0103");
  EXPECT_EQ(GetErrorDetail(result.status).source, "");
  EXPECT_NE(GetErrorDetail(result.status).message.find("No space left"), std::string::npos);
  EXPECT_NE(GetErrorDetail(result.status).message.find("/dev/full is cut after"),
            std::string::npos);
  EXPECT_EQ(ExitCodeFor(result), kExitIo);

  Write("out.toy", "old");
  result = Convert(Request({in}));
  EXPECT_EQ(GetErrorDetail(result.status).code, "PUE-0102");
  EXPECT_EQ(ExitCodeFor(result), kExitUsage);
  EXPECT_EQ(Content(out_), "old");

  // With a fault in the input the old file stays, even with force.
  request = Request({Write("bad.toy", "toy 1\n@\n")});
  request.output.force = true;
  EXPECT_FALSE(Convert(request).status.ok());
  EXPECT_EQ(Content(out_), "old");

  request = Request({in});
  request.output.force = true;
  request.output.path = in;
  EXPECT_TRUE(Convert(request).status.ok());
  EXPECT_EQ(Content(in), GoodLines(ToyText(5000)));
}

TEST_F(PipelineTest, HandsTheOutputOn) {
  const std::string text = ToyText(5000);
  const std::string in = Write("in.toy", text);
  ConvertRequest request = Request({in});
  request.output.path = "the caller";
  request.receipt = true;
  std::string taken;
  request.output.sink = [&](std::string_view bytes) {
    taken.append(bytes);
    return absl::OkStatus();
  };
  ConvertResult result = Convert(request);
  ASSERT_TRUE(result.status.ok()) << result.status;
  EXPECT_EQ(taken, GoodLines(text));
  EXPECT_EQ(result.frame.output.name, "the caller");
  EXPECT_EQ(result.frame.output.bytes, taken.size());
  EXPECT_EQ(result.frame.output.sha256.size(), 64u);
  EXPECT_TRUE(result.ledger.LawHolds());

  // What the sink says is the reason, with what became of the output.
  request.output.sink = [](std::string_view) { return absl::ResourceExhaustedError("no more"); };
  result = Convert(request);
  EXPECT_EQ(result.status.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(GetErrorDetail(result.status).message.rfind("no more; the caller is cut", 0), 0u)
      << result.status;

  request.verify = true;
  EXPECT_EQ(ExitCodeFor(Convert(request)), kExitUsage);
  EXPECT_EQ(Files(), std::vector<std::string>{"in.toy"});
}

TEST_F(PipelineTest, InputErrors) {
  ConvertResult result = Convert(Request({Write("in.toy", "toy 1\n"), Path("none.toy")}));
  EXPECT_EQ(GetErrorDetail(result.status).code, "PUE-0101");
  EXPECT_EQ(ExitCodeFor(result), kExitIo);
  EXPECT_EQ(result.records_read, 0u);
  EXPECT_EQ(Files(), std::vector<std::string>{"in.toy"});
  result = Convert(Request({Write("cut.toy", "toy 1\nA|t|U")}));
  EXPECT_EQ(GetErrorDetail(result.status).line, 2u);
}

TEST_F(PipelineTest, RequestsThatCannotBe) {
  const std::string in = Write("in.toy", "toy 1\n");
  EXPECT_EQ(ExitCodeFor(Convert(Request({}))), kExitUsage);
  EXPECT_EQ(ExitCodeFor(Convert(Request({"-", "-"}))), kExitUsage);
  ConvertRequest request = Request({in});
  request.verify = true;
  request.output.path = "-";
  EXPECT_EQ(ExitCodeFor(Convert(request)), kExitUsage);
  request.output.path = "/dev/null";
  EXPECT_EQ(ExitCodeFor(Convert(request)), kExitUsage);
  PuentePlugin no_writer = toy::Table();
  no_writer.writer_open = nullptr;
  request = Request({in});
  request.output.binding.plugin = &no_writer;
  EXPECT_EQ(ExitCodeFor(Convert(request)), kExitUsage);
  PuentePlugin no_reader = toy::Table();
  no_reader.reader_open = nullptr;
  request = Request({in});
  request.output.binding.plugin = &no_reader;
  request.verify = true;
  EXPECT_EQ(ExitCodeFor(Convert(request)), kExitUsage);
  request = Request({in});
  request.settings.jobs = 0;
  EXPECT_EQ(ExitCodeFor(Convert(request)), kExitUsage);
  EXPECT_EQ(Files(), std::vector<std::string>{"in.toy"});
}

TEST_F(PipelineTest, Interrupted) {
  const std::string in = Write("in.toy", ToyText(20000));
  for (const int jobs : {1, 4}) {
    std::atomic<bool> cancel{false};
    ConvertRequest request = Request({in});
    request.settings.jobs = jobs;
    request.settings.cancel = &cancel;
    int seen = 0;
    request.filter = [&](const v1::Record&) {
      if (++seen == 1234) cancel = true;
      return true;
    };
    const ConvertResult result = Convert(request);
    EXPECT_TRUE(absl::IsCancelled(result.status));
    EXPECT_EQ(GetErrorDetail(result.status).code, "PUE-0104");
    EXPECT_EQ(GetErrorDetail(result.status).message,
              "interrupted after 1,234 records; no output was made");
    EXPECT_EQ(ExitCodeFor(result), kExitInterrupted);
    EXPECT_EQ(Files(), std::vector<std::string>{"in.toy"});
  }
}

TEST_F(PipelineTest, InterruptedWhileWaitingForInput) {
  const std::string pipe = Path("pipe");
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  for (const int jobs : {1, 2}) {
    // Somebody writes a while and then goes on holding the pipe.
    std::fstream writer(pipe, std::ios::in | std::ios::out | std::ios::binary);
    writer << ToyText(500) << std::flush;
    std::atomic<bool> cancel{false};
    ConvertRequest request = Request({pipe});
    request.settings.jobs = jobs;
    request.settings.cancel = &cancel;
    std::thread stopper([&] {
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
      cancel = true;
    });
    const auto begin = std::chrono::steady_clock::now();
    EXPECT_TRUE(absl::IsCancelled(Convert(request).status));
    EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(2));
    stopper.join();
    EXPECT_EQ(Files(), std::vector<std::string>{"pipe"});
  }
}

TEST_F(PipelineTest, FindingsBeyondTheLimitAreCounted) {
  limits_.findings_per_file = 10;
  const std::string in = Write("in.toy", ToyText(3000));
  std::string first;
  for (const int jobs : {1, 3}) {
    ConvertRequest request = Request({in});
    request.output.force = true;
    request.settings.jobs = jobs;
    size_t told = 0;
    request.settings.on_finding = [&](const Finding&) { ++told; };
    const ConvertResult result = Convert(request);
    EXPECT_EQ(told, 10u);
    EXPECT_EQ(result.findings.findings().size(), 10u);
    EXPECT_EQ(result.findings.total(), 428u + 272u);
    if (first.empty()) first = Findings(result.findings);
    EXPECT_EQ(Findings(result.findings), first);
  }
}

TEST_F(PipelineTest, ReadRecords) {
  const std::string in = Write("in.toy", ToyText(1000));
  for (const RecordCarrier carrier : {RecordCarrier::kMessage, RecordCarrier::kBytes}) {
    ReadSettings settings;
    settings.limits = &limits_;
    settings.jobs = 3;
    settings.carrier = carrier;
    std::vector<std::string> titles;
    const ReadResult result =
        ReadRecords({{in, Toy(), {}, nullptr}}, settings,
                    [&](const v1::Record& record, const PuenteRecord& info) {
                      if (info.kind == PUENTE_KIND_DATASET_HEADER) return absl::OkStatus();
                      EXPECT_EQ(record.identity().dataset(), "in");
                      EXPECT_EQ(record.identity().id(), std::string(info.id.data, info.id.size));
                      EXPECT_EQ(record.provenance().line(), info.origin.line);
                      titles.push_back(record.activity().title().narratives(0).text());
                      return absl::OkStatus();
                    });
    ASSERT_TRUE(result.status.ok()) << result.status;
    ASSERT_EQ(titles.size(), 1000u);
    for (size_t i = 0; i < titles.size(); ++i) ASSERT_EQ(titles[i], "title " + std::to_string(i));
    EXPECT_EQ(result.records, 1000u);
    EXPECT_EQ(result.headers, 1u);
    const uint32_t path = plugin::HostTable()->intern_path(sdk::ToC("activity.default_currency"));
    EXPECT_EQ(result.leaves.at(path), 1000u);
  }
  ReadSettings settings;
  const ReadResult stopped =
      ReadRecords({{in, Toy(), {}, nullptr}}, settings, [](const v1::Record&, const PuenteRecord&) {
        return absl::FailedPreconditionError("enough");
      });
  EXPECT_EQ(stopped.status.message(), "enough");
}

// A reader made by hand, that breaks the contract in one way after the other.
struct Hostile {
  static inline PuenteRecord record{};
  static inline PuenteBatch batch{};
  static inline PuenteStatus status = PUENTE_OK;
  static inline bool give_batch = true;
  static inline int released = 0;

  static PuenteStatus Open(PuenteRun*, PuenteString, const PuenteSource*, const PuenteOption*,
                           size_t, void** reader) {
    *reader = &batch;
    return PUENTE_OK;
  }
  static PuenteStatus OpenNothing(PuenteRun*, PuenteString, const PuenteSource*,
                                  const PuenteOption*, size_t, void**) {
    return PUENTE_OK;
  }
  static PuenteStatus Next(void*, PuenteBatch** out) {
    if (give_batch) *out = &batch;
    return status;
  }
  static void Close(void*) {}
  static void Release(PuenteBatch*) { ++released; }

  static PuentePlugin Table() {
    record = PuenteRecord{};
    record.struct_size = sizeof(record);
    record.kind = PUENTE_KIND_ACTIVITY;
    record.data = "";
    batch = PuenteBatch{sizeof(PuenteBatch), &record, 1, &Release, nullptr};
    status = PUENTE_OK;
    give_batch = true;
    released = 0;
    PuentePlugin table{};
    table.struct_size = sizeof(table);
    table.abi_version = PUENTE_ABI_VERSION;
    table.reader_open = &Open;
    table.reader_next = &Next;
    table.reader_close = &Close;
    return table;
  }
};

TEST_F(PipelineTest, ReadersThatBreakTheContract) {
  PuentePlugin table = Hostile::Table();
  const auto convert = [&] {
    ConvertRequest request = Request({Write("in", "x")});
    request.inputs[0].binding.plugin = &table;
    request.output.binding = Dump();
    const ConvertResult result = Convert(request);
    EXPECT_EQ(Files(), std::vector<std::string>{"in"});
    return GetErrorDetail(result.status);
  };
  const auto reset = [&] { table = Hostile::Table(); };

  Hostile::give_batch = false;
  EXPECT_EQ(convert().code, "PUE-0408");
  reset();
  Hostile::batch.struct_size = 3;
  EXPECT_EQ(convert().code, "PUE-0408");
  reset();
  Hostile::batch.release = nullptr;
  EXPECT_EQ(convert().code, "PUE-0408");
  reset();
  Hostile::batch.records = nullptr;
  EXPECT_EQ(convert().code, "PUE-0408");
  EXPECT_EQ(Hostile::released, 1);
  reset();
  Hostile::record.struct_size = 8;
  EXPECT_EQ(convert().code, "PUE-0408");
  reset();
  Hostile::record.kind = 99;
  EXPECT_EQ(convert().code, "PUE-0408");
  EXPECT_EQ(Hostile::released, 1);
  reset();
  Hostile::record.data = nullptr;
  Hostile::record.size = 10;
  EXPECT_EQ(convert().code, "PUE-0408");
  reset();
  Hostile::record.leaves_size = 10;
  EXPECT_EQ(convert().code, "PUE-0408");
  reset();
  // Its build id is empty: it must not hand over messages.
  v1::Record message;
  Hostile::record.message = &message;
  EXPECT_EQ(convert().code, "PUE-0408");
  reset();
  Hostile::record.data = "\xFF\xFF";
  Hostile::record.size = 2;
  EXPECT_NE(convert().message.find("no puente.v1.Record"), std::string::npos);
  reset();
  Hostile::status = 1234;
  EXPECT_EQ(convert().code, "PUE-0408");
  reset();
  Hostile::status = PUENTE_CANCELLED;
  EXPECT_EQ(convert().code, "PUE-0408");
  reset();
  table.reader_open = &Hostile::OpenNothing;
  EXPECT_EQ(convert().code, "PUE-0408");
}

TEST_F(PipelineTest, WriterOfAnotherBuildGetsBytes) {
  PuentePlugin other = toy::Table();
  other.build_id = sdk::ToC("another build");
  static bool only_bytes;
  only_bytes = true;
  other.writer_put = [](void* writer, const PuenteRecord* record) {
    only_bytes = only_bytes && record->message == nullptr && record->data != nullptr;
    return toy::Table().writer_put(writer, record);
  };
  ConvertRequest request = Request({Write("in.toy", ToyText(50))});
  request.output.binding.plugin = &other;
  request.filter = [](const v1::Record&) { return true; };
  ASSERT_TRUE(Convert(request).status.ok());
  EXPECT_TRUE(only_bytes);
  EXPECT_EQ(Content(out_), GoodLines(ToyText(50)));
}

// Gives one record with an identity and a provenance of its own, as formats do that keep all of it.
struct Keeper {
  static absl::StatusOr<std::unique_ptr<sdk::Reader>> Open() { return std::make_unique<Reader>(); }
  class Reader : public sdk::Reader {
   public:
    absl::StatusOr<bool> Read(sdk::BatchBuilder& batch) override {
      if (given_++ == 3) return false;
      v1::Record* record = batch.Add();
      record->mutable_activity()->set_iati_identifier("A");
      record->mutable_identity()->set_agency("usaid");
      record->mutable_identity()->set_dataset("first");
      record->mutable_identity()->set_id("A");
      record->mutable_identity()->set_ordinal(given_ == 1 ? 4 : 2);
      record->mutable_provenance()->set_source("first.xml");
      record->mutable_provenance()->set_line(77);
      batch.Describe("A", PuentePosition{}, 1, {});
      return true;
    }

   private:
    int given_ = 0;
  };
  static std::string_view Manifest() { return "{}"; }
  static absl::StatusOr<std::unique_ptr<sdk::Reader>> OpenReader(sdk::Run, std::string_view,
                                                                 sdk::Source*,
                                                                 const sdk::Options&) {
    return Open();
  }
};

TEST_F(PipelineTest, IdentityOfTheReaderStays) {
  PuentePlugin table{};
  table.struct_size = sizeof(table);
  sdk::internal::Adapter<Keeper>::Entry(plugin::HostTable(), &table);
  for (const RecordCarrier carrier : {RecordCarrier::kMessage, RecordCarrier::kBytes}) {
    ConvertRequest request = Request({Write("in", "x")});
    request.inputs[0].binding.plugin = &table;
    request.output.binding = Dump();
    request.output.force = true;
    request.settings.carrier = carrier;
    ASSERT_TRUE(Convert(request).status.ok());
    std::istringstream lines(Content(out_));
    for (const int ordinal : {4, 5, 6}) {
      std::string line;
      std::getline(lines, line);
      EXPECT_NE(line.find("identity { agency: \"usaid\" dataset: \"first\" id: \"A\" ordinal: " +
                          std::to_string(ordinal) + " }"),
                std::string::npos)
          << line;
      EXPECT_NE(line.find("provenance { source: \"first.xml\" line: 77 }"), std::string::npos)
          << line;
    }
  }
}

TEST_F(PipelineTest, TakesRecordsOver) {
  PuentePlugin table{};
  table.struct_size = sizeof(table);
  sdk::internal::Adapter<Keeper>::Entry(plugin::HostTable(), &table);
  for (const RecordCarrier carrier : {RecordCarrier::kMessage, RecordCarrier::kBytes}) {
    for (const std::string dataset : {"", "mine"}) {
      ConvertRequest request = Request({Write("in", "x"), Write("one.toy", "toy 1\nA|t|U\n"),
                                        Write("two.toy", "toy 1\nA|t|U\n")});
      request.inputs[0].binding.plugin = &table;
      for (Input& input : request.inputs) {
        input.take_over = true;
        input.dataset = dataset;
      }
      request.output.binding = Dump();
      request.output.force = true;
      request.settings.carrier = carrier;
      ASSERT_TRUE(Convert(request).status.ok());
      std::vector<std::string> expected = {"{ dataset: \"first\" id: \"A\" ordinal: 4 }",
                                           "{ dataset: \"first\" id: \"A\" ordinal: 5 }",
                                           "{ dataset: \"first\" id: \"A\" ordinal: 6 }",
                                           "{ dataset: \"one\" }",
                                           "{ dataset: \"one\" id: \"A\" }",
                                           "{ dataset: \"two\" }",
                                           "{ dataset: \"two\" id: \"A\" }"};
      if (!dataset.empty()) {
        expected = {"{ dataset: \"mine\" id: \"A\" ordinal: 4 }",
                    "{ dataset: \"mine\" id: \"A\" ordinal: 5 }",
                    "{ dataset: \"mine\" id: \"A\" ordinal: 6 }",
                    "{ dataset: \"mine\" }",
                    "{ dataset: \"mine\" id: \"A\" ordinal: 7 }",
                    "{ dataset: \"mine\" ordinal: 1 }",
                    "{ dataset: \"mine\" id: \"A\" ordinal: 8 }"};
      }
      std::istringstream lines(Content(out_));
      for (const std::string& identity : expected) {
        std::string line;
        std::getline(lines, line);
        EXPECT_NE(line.find("identity " + identity), std::string::npos) << line;
      }
    }
  }
}

TEST(FlightTest, ReplacesWhatStandsBesideWhereverItIs) {
  v1::Record beside;
  beside.mutable_identity()->set_agency("a");
  beside.mutable_identity()->set_dataset("old");
  v1::Record content;
  content.mutable_activity()->set_iati_identifier("XX-1");
  // Behind the content, and in two parts.
  const std::string bytes = content.SerializeAsString() + beside.SerializeAsString();
  const std::string both = beside.SerializeAsString() + bytes;
  PuenteRecord record{};
  record.struct_size = sizeof(record);
  record.kind = PUENTE_KIND_ACTIVITY;
  record.data = both.data();
  record.size = both.size();
  Flight flight(false, false);
  ASSERT_TRUE(flight.Begin(record).ok());
  v1::Record with;
  with.mutable_identity()->set_dataset("new");
  with.mutable_provenance()->set_line(7);
  ASSERT_TRUE(flight.SetBeside(with).ok());
  const auto written = flight.ForWriter();
  ASSERT_TRUE(written.ok());
  v1::Record read;
  ASSERT_TRUE(read.ParseFromArray(written->data, static_cast<int>(written->size)));
  EXPECT_EQ(read.ShortDebugString(),
            "identity { dataset: \"new\" } activity { iati_identifier: \"XX-1\" } "
            "provenance { line: 7 }");
}

TEST(ExitCodeTest, ByCodeAndByKind) {
  const auto exit_code = [](absl::StatusCode kind, const std::string& code) {
    ErrorDetail detail;
    detail.code = code;
    detail.message = "m";
    return ExitCodeFor(MakeError(kind, detail));
  };
  EXPECT_EQ(ExitCodeFor(absl::OkStatus()), kExitDone);
  EXPECT_EQ(exit_code(absl::StatusCode::kInvalidArgument, "PUE-0201"), kExitData);
  EXPECT_EQ(exit_code(absl::StatusCode::kInvalidArgument, "PUE-0106"), kExitUsage);
  EXPECT_EQ(exit_code(absl::StatusCode::kNotFound, "PUE-0101"), kExitIo);
  EXPECT_EQ(exit_code(absl::StatusCode::kPermissionDenied, "PUE-0103"), kExitIo);
  EXPECT_EQ(exit_code(absl::StatusCode::kPermissionDenied, ""), kExitNotAllowed);
  EXPECT_EQ(exit_code(absl::StatusCode::kAborted, ""), kExitConflict);
  EXPECT_EQ(exit_code(absl::StatusCode::kResourceExhausted, "PUE-0203"), kExitLimit);
  EXPECT_EQ(exit_code(absl::StatusCode::kDataLoss, "PUE-0322"), kExitData);
  EXPECT_EQ(exit_code(absl::StatusCode::kDataLoss, ""), kExitIo);
  EXPECT_EQ(exit_code(absl::StatusCode::kInternal, "PUE-0406"), kExitUsage);
  EXPECT_EQ(exit_code(absl::StatusCode::kInternal, "PUE-0408"), kExitData);
  EXPECT_EQ(exit_code(absl::StatusCode::kInternal, "PUE-0411"), kExitNotAllowed);
  EXPECT_EQ(exit_code(absl::StatusCode::kUnavailable, "PUE-0702"), kExitNotAllowed);
  EXPECT_EQ(exit_code(absl::StatusCode::kInternal, "PUE-0705"), kExitUsage);
  EXPECT_EQ(exit_code(absl::StatusCode::kInternal, "PUE-0708"), kExitConflict);
  EXPECT_EQ(exit_code(absl::StatusCode::kInternal, "PUE-0710"), kExitLimit);
  EXPECT_EQ(exit_code(absl::StatusCode::kCancelled, "PUE-0104"), kExitInterrupted);
}

}  // namespace
}  // namespace puente::pipeline
