// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Checks of what is written: carriers, threads, repetition, round trips, accounts, faults.
#include <clocale>
#include <cstdlib>
#include <ctime>

#include "core/base/status.h"
#include "core/findings/receipt.h"
#include "fmt/format.h"
#include "tools/kit/checks.h"
#include "tools/kit/kit_samples.h"

namespace puente::tools {
namespace {

/// From what and to what a format is converted to see its reader and writer at work.
struct Way {
  std::string from;
  std::string from_format;
  std::string to_format;
};

Way WayOf(KitContext& kit, const plugin::Format& format, const KitSample* sample) {
  Way way;
  const std::string own = kit.QualifiedName(format);
  way.to_format = format.write ? own : "jsonl";
  if (format.read && sample != nullptr) {
    way.from = sample->path;
    way.from_format = own;
    return way;
  }
  way.from = kit.scratch().File("kit-records.jsonl");
  WriteBytes(way.from, KitRecords());
  way.from_format = "jsonl";
  return way;
}

struct Outcome {
  std::string error;
  std::string bytes;
  std::string digest;
  uint64_t kept = 0;
};

Outcome Do(KitContext& kit, const Way& way, const std::string& name, const PipeSettings& settings) {
  const std::string to = kit.scratch().File(name);
  const pipeline::ConvertResult result =
      kit.Convert(way.from, way.from_format, to, way.to_format, settings);
  Outcome outcome;
  if (!result.status.ok()) outcome.error = FormatError(result.status);
  outcome.bytes = ReadBytes(to);
  outcome.digest = result.frame.digest;
  outcome.kept = result.ledger.totals().kept;
  return outcome;
}

/// What is different in two outcomes; empty when nothing is.
std::string Difference(const Outcome& one, const Outcome& other) {
  if (!one.error.empty()) return one.error;
  if (!other.error.empty()) return other.error;
  if (one.digest != other.digest) return "the records that were read differ";
  if (one.kept != other.kept) {
    return fmt::format("{} values were kept, then {}", one.kept, other.kept);
  }
  if (one.bytes == other.bytes) return "";
  size_t at = 0;
  while (at < one.bytes.size() && at < other.bytes.size() && one.bytes[at] == other.bytes[at]) ++at;
  return fmt::format("the outputs differ from byte {} on", at);
}

void CheckCarriers(KitContext& kit, const plugin::Format& format, const KitSample* sample) {
  kit.Run(&format, sample, {"carriers"}, [&](ChildReport& report) {
    const Way way = WayOf(kit, format, sample);
    report.Step("records are carried as messages");
    const Outcome messages = Do(kit, way, "messages.out", {});
    report.Step("records are carried as bytes");
    const std::string wrong = Difference(messages, Do(kit, way, "bytes.out", {.bytes = true}));
    report.Expect("carriers", wrong.empty(), wrong);
  });
}

void CheckThreads(KitContext& kit, const plugin::Format& format, const KitSample* sample) {
  if (!format.read || sample == nullptr) return;
  kit.Run(&format, sample, {"threads"}, [&](ChildReport& report) {
    const Way way = WayOf(kit, format, sample);
    report.Step("one thread converts");
    const Outcome one = Do(kit, way, "one.out", {});
    std::string wrong;
    for (const auto& [jobs, piece] : {std::pair<int, uint64_t>{2, 0}, {4, 1024}, {3, 512}}) {
      report.Step(fmt::format("{} threads convert, pieces of {} bytes", jobs,
                              piece == 0 ? kit.session().limits().piece_bytes : piece));
      const std::string difference =
          Difference(one, Do(kit, way, "more.out", {.jobs = jobs, .piece_bytes = piece}));
      if (wrong.empty() && !difference.empty()) {
        wrong = fmt::format("with {} threads: {}", jobs, difference);
      }
    }
    report.Expect("threads", wrong.empty(), wrong);
  });
}

void CheckDeterministic(KitContext& kit, const plugin::Format& format, const KitSample* sample) {
  // Twice in one process, and in one with another time zone and locale.
  std::string first;
  for (const bool elsewhere : {false, true}) {
    const ChildRun run = kit.Run(&format, sample, {"deterministic"}, [&](ChildReport& report) {
      if (elsewhere) {
        setenv("TZ", "Pacific/Kiritimati", 1);
        tzset();
        for (const char* locale : {"tr_TR.UTF-8", "de_DE.UTF-8", "C.UTF-8"}) {
          if (std::setlocale(LC_ALL, locale) != nullptr) break;
        }
      }
      const Way way = WayOf(kit, format, sample);
      report.Step("the same is converted twice");
      const Outcome one = Do(kit, way, "first.out", {});
      const std::string wrong = Difference(one, Do(kit, way, "second.out", {}));
      if (!wrong.empty()) return report.Fail("deterministic", wrong);
      if (!elsewhere) return report.Value("bytes", one.bytes);
      report.Expect("deterministic", one.bytes == first,
                    "the output depends on the time zone, the locale or the process");
    });
    if (!run.results.empty() || run.values.count("bytes") == 0) return;
    first = run.values.at("bytes");
  }
}

bool HasUnreported(const ReceiptLedger& ledger) {
  for (const auto& [key, account] : ledger.losses()) {
    if (key.second == LossReason::kUnreported && account.count > 0) return true;
  }
  return false;
}

void CheckRoundTrip(KitContext& kit, const plugin::Format& format, const KitSample& sample) {
  kit.Run(&format, &sample, {"round-trip", "idempotent"}, [&](ChildReport& report) {
    const std::string own = kit.QualifiedName(format);
    const std::string extension = KitContext::Extension(format);
    const std::string again = kit.scratch().File("again" + extension);
    const std::string third = kit.scratch().File("third" + extension);
    report.Step("a sample is read and written");
    const pipeline::ConvertResult first = kit.Convert(sample.path, own, again, own, {});
    if (!first.status.ok()) return report.Fail("round-trip", FormatError(first.status));
    report.Step("what was written is read and written");
    const pipeline::ConvertResult second = kit.Convert(again, own, third, own, {});
    if (!second.status.ok()) return report.Fail("round-trip", FormatError(second.status));
    if (format.lossless == plugin::Lossless::kNone) {
      report.Skip("round-trip", "the manifest says that the format is a view (lossless: none)");
    } else {
      report.Expect("round-trip", first.frame.digest == second.frame.digest,
                    fmt::format("the digest of what is read again differs: {} records, then {}",
                                first.records_read, second.records_read));
    }
    report.Expect("idempotent", ReadBytes(again) == ReadBytes(third), "the bytes differ");
  });
}

void CheckAccounts(KitContext& kit, const plugin::Format& format, const KitSample* sample) {
  std::vector<std::string_view> checks = {"accounting"};
  if (format.read) checks.emplace_back("declared-losses");
  kit.Run(&format, sample, checks, [&](ChildReport& report) {
    // Records of all kinds of values, and the sample: both must be accounted for.
    Way way = WayOf(kit, format, nullptr);
    std::string wrong;
    std::string undeclared;
    for (int round = 0; round < (sample == nullptr || !format.read ? 1 : 2); ++round) {
      if (round == 1) way = WayOf(kit, format, sample);
      const std::string to = kit.scratch().File("accounts" + KitContext::Extension(format));
      report.Step("a conversion is accounted for");
      const pipeline::ConvertResult result =
          kit.Convert(way.from, way.from_format, to, way.to_format, {});
      const PathAccount totals = result.ledger.totals();
      if (!result.status.ok()) {
        wrong = FormatError(result.status);
      } else if (!result.ledger.LawHolds() || HasUnreported(result.ledger)) {
        wrong = fmt::format("of {} values {} were kept and {} lost with a reason", totals.read,
                            totals.kept, totals.lost);
        for (const auto& [key, account] : result.ledger.losses()) {
          if (key.second != LossReason::kUnreported) continue;
          wrong += fmt::format("; nothing is said of {}", PathTable::Global().Name(key.first));
          break;
        }
      } else if (format.lossless == plugin::Lossless::kFull && totals.lost > 0) {
        wrong =
            fmt::format("{} values are lost, and the manifest says `lossless: full`", totals.lost);
      }
      if (!wrong.empty() || !format.read) break;
      report.Step("the output of a conversion is verified");
      const pipeline::ConvertResult verified =
          kit.Convert(way.from, way.from_format, to, way.to_format, {.verify = true});
      if (!verified.status.ok()) undeclared = FormatError(verified.status);
      for (const std::string& difference : verified.frame.verify_differences) {
        undeclared += "; " + difference;
      }
      if (!undeclared.empty()) break;
    }
    report.Expect("accounting", wrong.empty(), wrong);
    if (!format.read) return;
    if (!wrong.empty()) {
      report.Skip("declared-losses", "the accounts do not add up");
    } else if (format.lossless == plugin::Lossless::kNone) {
      report.Skip("declared-losses",
                  "the manifest says that the format is a view (lossless: none)");
    } else {
      report.Expect("declared-losses", undeclared.empty(), undeclared.substr(0, 500));
    }
  });
}

void CheckTargetError(KitContext& kit, const plugin::Format& format) {
  kit.Run(&format, nullptr, {"target-error"}, [&](ChildReport& report) {
    const auto driver = KitContext::LoadDriver(kit.entry(), report, "target-error");
    const auto records = KitRecordsForWriter();
    if (driver == nullptr || !records.ok()) return;
    DriveSettings settings;
    settings.options = KitOptions(format, plugin::Direction::kWrite);
    uint64_t size = 0;
    driver->Write(format.id, *records, 1, settings, [&size](std::string_view bytes) {
      size += bytes.size();
      return true;
    });
    std::string wrong;
    for (const uint64_t at : {uint64_t{0}, size / 2, size == 0 ? 0 : size - 1}) {
      report.Step(fmt::format("the output fails at byte {}", at));
      uint64_t written = 0;
      bool failed = false;
      const Drive drive =
          driver->Write(format.id, *records, 1, settings, [&](std::string_view bytes) {
            written += bytes.size();
            failed = failed || written > at;
            return !failed;
          });
      if (failed && (drive.status.ok() || GetErrorDetail(drive.status).code == "PUE-0408")) {
        wrong = fmt::format(
            "the output fails at byte {} of {}: {}", at, size,
            drive.status.ok() ? "it says that all was written" : FormatError(drive.status));
        break;
      }
    }
    KitContext::TellWatch(report);
    report.Expect("target-error", wrong.empty(), wrong);
  });
}

}  // namespace

void CheckOutput(KitContext& kit, const plugin::Format& format, const KitSample* sample) {
  if (!format.write && sample == nullptr) return;
  CheckCarriers(kit, format, sample);
  CheckThreads(kit, format, sample);
  CheckDeterministic(kit, format, sample);
  if (!format.write) return;
  if (format.read && sample != nullptr) CheckRoundTrip(kit, format, *sample);
  CheckAccounts(kit, format, sample);
  CheckTargetError(kit, format);
}

}  // namespace puente::tools
