// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Tests what the host makes of the callbacks of plugins, well-meant and hostile ones.

#include "core/plugin/run.h"

#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

#include "core/base/status.h"
#include "core/plugin/host.h"
#include "core/plugin/sdk/build_id.h"

namespace puente::plugin {
namespace {

PuenteString C(std::string_view text) { return {text.data(), text.size()}; }

PuenteFinding MakeFinding(int32_t severity, std::string_view code, std::string_view message) {
  PuenteFinding finding{};
  finding.struct_size = sizeof(finding);
  finding.severity = severity;
  finding.code = C(code);
  finding.message = C(message);
  return finding;
}

RunOptions Named(const std::string& source) {
  RunOptions options;
  options.source = source;
  return options;
}

TEST(CleanTextTest, KeepsUtf8AndReplacesTheRest) {
  EXPECT_EQ(CleanText({nullptr, 5}, 10), "");
  EXPECT_EQ(CleanText(C("año"), 10), "año");
  EXPECT_EQ(CleanText(C("a\xFF"
                        "b"),
                      10),
            "a\xEF\xBF\xBD"
            "b");
  EXPECT_EQ(CleanText(C("abcdef"), 3), "abc");
  // A character that the limit cuts is left out.
  EXPECT_EQ(CleanText(C("ab\xC3\xB1"), 3), "ab");
  EXPECT_EQ(CleanText(C("ab\xE2\x82\xAC"), 4), "ab");
}

TEST(RunTest, ErrorCarriesWhatThePluginSaid) {
  plugin::Run run(Named("in.xml"));
  PuentePosition position{};
  position.line = 7;
  position.column = 3;
  HostTable()->set_error(run.c_run(), C("PUE-0201"), C("not well-formed"), &position, C("mend it"));
  const absl::Status status = run.TakeError(PUENTE_INVALID_ARGUMENT, "reading");
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  const ErrorDetail detail = GetErrorDetail(status);
  EXPECT_EQ(detail.code, "PUE-0201");
  EXPECT_EQ(detail.message, "not well-formed");
  EXPECT_EQ(detail.hint, "mend it");
  EXPECT_EQ(detail.source, "in.xml");
  EXPECT_EQ(detail.line, 7u);
  EXPECT_EQ(detail.column, 3u);
  // It is told once.
  const ErrorDetail silent = GetErrorDetail(run.TakeError(PUENTE_RESOURCE_EXHAUSTED, "reading"));
  EXPECT_EQ(silent.message, "reading failed, and the plugin does not say why (status 8)");
}

TEST(RunTest, StatusesThatMakeNoSense) {
  plugin::Run run(Named("in"));
  for (const PuenteStatus status : {-5, 99, static_cast<int>(PUENTE_CANCELLED), INT32_MIN}) {
    const absl::Status error = run.TakeError(status, "reading");
    EXPECT_EQ(error.code(), absl::StatusCode::kInternal) << status;
    EXPECT_EQ(GetErrorDetail(error).code, "PUE-0408") << status;
  }
  std::atomic<bool> cancel{true};
  RunOptions options = Named("in");
  options.cancel = &cancel;
  plugin::Run cancelled(options);
  EXPECT_TRUE(absl::IsCancelled(cancelled.TakeError(PUENTE_CANCELLED, "reading")));
}

TEST(RunTest, FindingsInOrderThenCounted) {
  RunOptions options = Named("in.xml");
  options.max_findings = 2;
  plugin::Run run(options);
  for (int i = 0; i < 5; ++i) {
    const std::string message = "number " + std::to_string(i);
    const PuenteFinding finding = MakeFinding(PUENTE_WARNING, "X-1", message);
    HostTable()->report_finding(run.c_run(), &finding);
  }
  RunNews news = run.TakeNews();
  ASSERT_EQ(news.findings.size(), 2u);
  EXPECT_EQ(news.findings[1].message, "number 1");
  EXPECT_EQ(news.findings[1].location.source, "in.xml");
  EXPECT_EQ((news.more_findings[{Severity::kWarning, "X-1"}]), 3u);
  EXPECT_TRUE(run.TakeNews().empty());
}

TEST(RunTest, HostileCalls) {
  const PuenteHost* host = HostTable();
  host->report_finding(nullptr, nullptr);
  host->set_error(nullptr, {}, {}, nullptr, {});
  EXPECT_EQ(host->is_cancelled(nullptr), 0);
  EXPECT_EQ(host->limit(nullptr, {}), 0u);
  EXPECT_NE(host->intern_path({nullptr, 99}), 0u);
  EXPECT_NE(host->intern_path(C("\xFF\xFE")), 0u);

  plugin::Run run(Named("in"));
  host->report_finding(run.c_run(), nullptr);
  PuenteFinding small{};
  small.struct_size = 4;
  host->report_finding(run.c_run(), &small);
  // Nothing is read of them, and nothing is silent either.
  const RunNews broken = run.TakeNews();
  ASSERT_EQ(broken.findings.size(), 2u);
  EXPECT_EQ(broken.findings[0].code, "PUE-0408");
  EXPECT_EQ(broken.findings[1].severity, Severity::kError);

  PuenteFinding wild{};
  wild.struct_size = sizeof(wild);
  wild.severity = 77;
  wild.code = {nullptr, 1000};
  wild.message = C("\xC0\xAF");
  const std::string large(100000, 'x');
  wild.text = C(large);
  wild.position.sheet = {nullptr, 3};
  host->report_finding(run.c_run(), &wild);
  wild.severity = -1;
  host->report_finding(run.c_run(), &wild);
  const RunNews news = run.TakeNews();
  ASSERT_EQ(news.findings.size(), 2u);
  EXPECT_EQ(news.findings[0].severity, Severity::kCritical);
  EXPECT_EQ(news.findings[1].severity, Severity::kInfo);
  EXPECT_EQ(news.findings[0].code, "");
  EXPECT_EQ(news.findings[0].message, "\xEF\xBF\xBD\xEF\xBF\xBD");
  EXPECT_LE(news.findings[0].text.size(), 512u);

  EXPECT_EQ(host->limit(run.c_run(), {nullptr, 5}), 0u);
  EXPECT_EQ(host->limit(run.c_run(), C("no_such_limit")), 0u);
  EXPECT_EQ(host->limit(run.c_run(), C("piece_bytes")), DefaultLimits().piece_bytes);
  EXPECT_EQ(host->lookup_code(run.c_run(), {}, {}, {}, nullptr), PUENTE_END);
  host->log(run.c_run(), 9, {nullptr, 1});
}

TEST(RunTest, CountsReachTheLedgerOnlyInsideAPut) {
  const PuenteHost* host = HostTable();
  const uint32_t path = host->intern_path(C("run-test/a"));
  const uint32_t out = host->intern_path(C("run-test/out"));
  plugin::Run run(Named("out"));
  ReceiptLedger ledger;
  const std::vector<LeafFlow> flows = {{path, path, 5}};
  host->count_kept(run.c_run(), path, out, 1);
  host->report_loss(run.c_run(), path, 1, PUENTE_LOSS_NO_PLACE, C("before"));
  ledger.RecordRead(flows);
  run.BeginPut(&ledger, flows, Location(), "id");
  host->count_kept(run.c_run(), path, out, 3);
  host->report_loss(run.c_run(), path, 1, 55, C("an example"));
  host->count_derived(run.c_run(), out, 2);
  run.EndPut();
  host->count_kept(run.c_run(), path, out, 1);
  run.FlushDerived(&ledger);
  run.FlushDerived(&ledger);
  EXPECT_TRUE(ledger.LawHolds());
  EXPECT_EQ(ledger.accounts().at(path).kept, 3u);
  EXPECT_EQ(ledger.accounts().at(path).lost, 2u);
  EXPECT_EQ(ledger.written().at(out), 5u);
  EXPECT_EQ(ledger.derived(), 2u);
}

TEST(RunTest, FindingsOfAWriterWithAPlaceAreOfTheInput) {
  const PuenteHost* const host = HostTable();
  plugin::Run run(Named("out"));
  ReceiptLedger ledger;
  Location location;
  location.source = "in.xlsx";
  PuenteFinding placed = MakeFinding(PUENTE_WARNING, "TEST-0001", "a column has no place");
  placed.position.line = 7;
  PuenteFinding general = placed;
  general.position = {};
  host->report_finding(run.c_run(), &placed);
  run.BeginPut(&ledger, {}, location, "id");
  host->report_finding(run.c_run(), &placed);
  host->report_finding(run.c_run(), &general);
  run.EndPut();
  host->report_finding(run.c_run(), &placed);
  const std::vector<Finding> findings = run.TakeNews().findings;
  ASSERT_EQ(findings.size(), 4u);
  EXPECT_EQ(findings[0].location.source, "out");
  EXPECT_EQ(findings[1].location.source, "in.xlsx");
  EXPECT_EQ(findings[2].location.source, "out");
  EXPECT_EQ(findings[3].location.source, "out");
}

TEST(RunTest, CallbacksFromManyThreads) {
  const PuenteHost* host = HostTable();
  const uint32_t path = host->intern_path(C("run-test/threads"));
  std::string log;
  RunOptions options = Named("in");
  options.max_findings = 100;
  options.log = [&](Severity, std::string_view message) { log.append(message); };
  plugin::Run run(options);
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 500; ++i) {
        const PuenteFinding finding = MakeFinding(PUENTE_ERROR, "X-1", "m");
        host->report_finding(run.c_run(), &finding);
        host->count_read(run.c_run(), path, 2);
        host->count_rejected(run.c_run(), path, 1);
        host->progress(run.c_run(), static_cast<uint64_t>(i));
        host->log(run.c_run(), PUENTE_INFO, C("."));
        host->set_error(run.c_run(), C("X"), C("m"), nullptr, {});
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  RunNews news = run.TakeNews();
  EXPECT_EQ(news.findings.size(), 100u);
  EXPECT_EQ((news.more_findings[{Severity::kError, "X-1"}]), 1900u);
  EXPECT_EQ(news.loose[path].read, 4000u);
  EXPECT_EQ(news.loose[path].rejected, 2000u);
  EXPECT_EQ(run.progress(), 499u);
  EXPECT_EQ(log.size(), 2000u);
}

TEST(RunTest, LookUpOfCodes) {
  RunOptions options = Named("in");
  options.lookup_code = [](std::string_view list, std::string_view code,
                           std::string_view language) -> std::optional<std::string_view> {
    if (list == "Country" && code == "CO" && language == "es") return "Colombia";
    return std::nullopt;
  };
  plugin::Run run(options);
  PuenteString name{};
  EXPECT_EQ(HostTable()->lookup_code(run.c_run(), C("Country"), C("CO"), C("es"), &name),
            PUENTE_OK);
  EXPECT_EQ(std::string(name.data, name.size), "Colombia");
  EXPECT_EQ(HostTable()->lookup_code(run.c_run(), C("Country"), C("XX"), C("es"), &name),
            PUENTE_END);
}

TEST(HostTest, ForcedBytesTakeTheBuildIdAway) {
  const PuenteHost* host = HostTable();
  EXPECT_EQ(host->struct_size, sizeof(PuenteHost));
  EXPECT_EQ(std::string(host->build_id.data, host->build_id.size), sdk::kBuildId);
  SetForceBytes(true);
  EXPECT_EQ(host->build_id.size, 0u);
  EXPECT_TRUE(ForceBytes());
  SetForceBytes(false);
  EXPECT_FALSE(ForceBytes());
  EXPECT_EQ(host->build_id.size, sdk::kBuildId.size());
}

}  // namespace
}  // namespace puente::plugin
