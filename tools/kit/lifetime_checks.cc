// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Checks of cancelling, closing, releasing, and of several readers and writers at once.
#include <malloc.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <thread>

#include "core/base/digest.h"
#include "core/base/status.h"
#include "fmt/format.h"
#include "tools/kit/checks.h"

namespace puente::tools {
namespace {

/// How many calls of `reader_next` may still give records after the reading was cancelled.
constexpr uint64_t kMaxMoreBatches = 2;
constexpr double kMaxSecondsToCancel = 1.0;

DriveSettings ReadSettingsOf(const plugin::Format& format) {
  DriveSettings settings;
  settings.options = KitOptions(format, plugin::Direction::kRead);
  return settings;
}

DriveSettings WriteSettingsOf(const plugin::Format& format) {
  DriveSettings settings;
  settings.options = KitOptions(format, plugin::Direction::kWrite);
  return settings;
}

void CheckCancel(KitContext& kit, const plugin::Format& format) {
  const auto large = kit.large_files().find(&format);
  if (large == kit.large_files().end()) {
    kit.Add("cancel", &format, KitOutcome::kNotApplicable,
            "the format cannot be written, so no large input can be made");
    return;
  }
  kit.Run(&format, nullptr, {"cancel"}, [&](ChildReport& report) {
    const auto driver = KitContext::LoadDriver(kit.entry(), report, "cancel");
    if (driver == nullptr) return;
    std::atomic<bool> cancel{false};
    DriveSettings settings = ReadSettingsOf(format);
    settings.cancel = &cancel;
    const auto source = KitSource::OfFile(large->second);
    report.Step("a reading is cancelled");
    uint64_t more = 0;
    auto start = std::chrono::steady_clock::now();
    const Drive drive = driver->Read(format.id, *source, settings, [&](PuenteBatch*) {
      if (cancel) ++more;
      if (!cancel) start = std::chrono::steady_clock::now();
      cancel = true;
      return absl::OkStatus();
    });
    const double seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    std::string wrong;
    if (!absl::IsCancelled(drive.status)) {
      wrong = fmt::format("it ends with {} instead of PUENTE_CANCELLED",
                          drive.status.ok() ? "all records" : FormatError(drive.status));
    } else if (more > kMaxMoreBatches) {
      wrong = fmt::format("it gives {} more batches first", more);
    } else if (seconds > kMaxSecondsToCancel) {
      wrong = fmt::format("it takes {:.1f} s to end", seconds);
    }
    report.Expect("cancel", wrong.empty(), wrong);
  });
}

/// The digests of a batch's records, one after the other.
std::string DigestOf(const PuenteBatch& batch) {
  std::string all;
  v1::Record parsed;
  for (size_t i = 0; i < batch.size; ++i) {
    const auto message = Driver::Message(batch.records[i], &parsed);
    const auto digest =
        message.ok() ? RecordDigest(**message) : absl::StatusOr<Digest>(message.status());
    all += digest.ok() ? DigestToHex(*digest) : FormatError(digest.status());
    all += std::string_view(batch.records[i].id.data == nullptr ? "" : batch.records[i].id.data,
                            batch.records[i].id.data == nullptr ? 0 : batch.records[i].id.size);
  }
  return all;
}

void CheckBatchRelease(KitContext& kit, const plugin::Format& format, const KitSample& sample) {
  kit.Run(&format, &sample, {"batch-release"}, [&](ChildReport& report) {
    const auto driver = KitContext::LoadDriver(kit.entry(), report, "batch-release");
    if (driver == nullptr) return;
    const PuentePlugin& table = driver->table();
    plugin::Run run(plugin::RunOptions{});
    const plugin::OptionList list = KitOptions(format, plugin::Direction::kRead);
    std::vector<PuenteOption> options;
    for (const auto& [key, value] : list) {
      options.push_back({{key.data(), key.size()}, {value.data(), value.size()}});
    }
    auto source = std::make_unique<KitSource>(std::string_view(sample.bytes));
    void* reader = nullptr;
    report.Step("batches are kept while the sample is read");
    if (table.reader_open(run.c_run(), {format.id.data(), format.id.size()}, source->c_source(),
                          options.data(), options.size(), &reader) != PUENTE_OK) {
      return report.Fail("batch-release", "the sample cannot be opened");
    }
    std::vector<PuenteBatch*> batches;
    std::vector<std::string> digests;
    PuenteBatch* batch = nullptr;
    while (table.reader_next(reader, &batch) == PUENTE_OK && batch != nullptr) {
      for (const PuenteBatch* earlier : batches) {
        if (earlier == batch) {
          return report.Fail("batch-release",
                             "it hands over a batch again that was not released yet");
        }
      }
      batches.push_back(batch);
      digests.push_back(DigestOf(*batch));
    }
    report.Step("the reader is closed while batches are kept");
    table.reader_close(reader);
    source.reset();
    std::string wrong;
    for (size_t i = 0; i < batches.size(); ++i) {
      report.Step(fmt::format("batch {} is looked at after the reader was closed", i));
      if (DigestOf(*batches[i]) != digests[i]) wrong = fmt::format("batch {} has changed", i);
    }
    report.Step("the batches are released by another thread");
    std::thread([&batches] {
      while (!batches.empty()) {
        batches.back()->release(batches.back());
        batches.pop_back();
      }
    }).join();
    report.Expect("batch-release", wrong.empty(), wrong + " after the reader was closed");
  });
}

/// Opens and closes everything at awkward times.
void CloseEarly(ChildReport& report, const Driver& driver, const plugin::Format& format,
                const KitSample* sample) {
  if (format.read && sample != nullptr) {
    report.Step("a reader is closed after its first batch");
    KitSource source{std::string_view(sample->bytes)};
    driver.Read(format.id, source, ReadSettingsOf(format),
                [](PuenteBatch*) { return absl::CancelledError("enough"); });
    report.Step("a reader is closed before it reads, and a splitter before it cuts");
    for (const size_t size : {size_t{0}, sample->bytes.size()}) {
      KitSource again{std::string_view(sample->bytes).substr(0, size)};
      plugin::Run run(plugin::RunOptions{});
      const PuenteString id = {format.id.data(), format.id.size()};
      void* handle = nullptr;
      if (driver.table().reader_open(run.c_run(), id, again.c_source(), nullptr, 0, &handle) ==
          PUENTE_OK) {
        driver.table().reader_close(handle);
      }
      if (!format.splits || driver.table().splitter_open == nullptr) continue;
      handle = nullptr;
      if (driver.table().splitter_open(run.c_run(), id, again.c_source(), nullptr, 0, &handle) ==
          PUENTE_OK) {
        driver.table().splitter_close(handle);
      }
    }
  }
  if (!format.write) return;
  report.Step("a writer is closed without being finished");
  const auto records = KitRecordsForWriter();
  if (!records.ok()) return;
  // The output fails at once: the writer is closed after its first error.
  driver.Write(format.id, *records, 1, WriteSettingsOf(format),
               [](std::string_view) { return false; });
  plugin::Run run(plugin::RunOptions{});
  const std::vector<KitRecord> none;
  driver.Write(format.id, none, 1, WriteSettingsOf(format), [](std::string_view) { return true; });
}

void CheckEarlyClose(KitContext& kit, const plugin::Format& format, const KitSample* sample) {
  kit.Run(&format, sample, {"early-close"}, [&](ChildReport& report) {
    const auto driver = KitContext::LoadDriver(kit.entry(), report, "early-close");
    if (driver == nullptr) return;
    CloseEarly(report, *driver, format, sample);
    report.Pass("early-close");
  });
}

uint64_t HeapBytes() {
  const struct mallinfo2 info = mallinfo2();
  return info.uordblks + info.hblkhd;
}

void CheckLeaks(KitContext& kit, const plugin::Format& format, const KitSample* sample) {
  if (UnderSanitizer()) {
    kit.Add("leaks", &format, KitOutcome::kNotApplicable,
            "the heap is the sanitizer's; builds without one check it");
    return;
  }
  kit.Run(&format, sample, {"leaks"}, [&](ChildReport& report) {
    const auto driver = KitContext::LoadDriver(kit.entry(), report, "leaks");
    const auto records = KitRecordsForWriter();
    if (driver == nullptr || !records.ok()) return;
    constexpr int kRounds = 4;
    constexpr int kWindows = 16;
    // A plugin that cannot be closed early has failed for that.
    bool may_close = true;
    for (const KitResult& result : kit.results()) {
      may_close =
          may_close && (result.check != "early-close" || result.outcome == KitOutcome::kPassed);
    }
    const auto round = [&] {
      if (format.read && sample != nullptr) {
        KitSource source{std::string_view(sample->bytes)};
        driver->Read(format.id, source, ReadSettingsOf(format));
        KitSource cut{std::string_view(sample->bytes).substr(0, sample->bytes.size() / 2)};
        driver->Read(format.id, cut, ReadSettingsOf(format));
      }
      if (format.write) {
        driver->Write(format.id, *records, 1, WriteSettingsOf(format),
                      [](std::string_view) { return true; });
      }
      if (may_close) CloseEarly(report, *driver, format, sample);
    };
    // What is made once and kept is no leak.
    for (int i = 0; i < 4; ++i) round();
    // Freed blocks that the allocator keeps at hand look used: that ends, a leak does not.
    uint64_t each = UINT64_MAX;
    for (int window = 0; window < kWindows; ++window) {
      const uint64_t before = HeapBytes();
      for (int i = 0; i < kRounds; ++i) round();
      const uint64_t after = HeapBytes();
      each = std::min(each, after > before ? (after - before) / kRounds : 0);
    }
    report.Expect(
        "leaks", each < 64,
        fmt::format("each time something is read and written, {} bytes are not given back", each));
  });
}

void CheckConcurrent(KitContext& kit, const plugin::Format& format, const KitSample* sample) {
  kit.Run(&format, sample, {"concurrent"}, [&](ChildReport& report) {
    const auto driver = KitContext::LoadDriver(kit.entry(), report, "concurrent");
    const auto records = KitRecordsForWriter();
    if (driver == nullptr || !records.ok()) return;
    const auto work = [&] {
      std::string summary;
      if (format.read && sample != nullptr) {
        KitSource source{std::string_view(sample->bytes)};
        summary = driver->Read(format.id, source, ReadSettingsOf(format)).Summary();
      }
      if (format.write) {
        std::string out;
        const Drive drive = driver->Write(format.id, *records, 1, WriteSettingsOf(format),
                                          [&out](std::string_view bytes) {
                                            out += bytes;
                                            return true;
                                          });
        Sha256 hash;
        hash.Update(out);
        const auto digest = hash.Finish();
        summary += fmt::format("; written: {}, {}", drive.Summary(),
                               digest.ok() ? DigestToHex(*digest).substr(0, 12) : "");
      }
      return summary;
    };
    report.Step("one thread reads and writes");
    const std::string alone = work();
    report.Step("four threads read and write at once");
    std::vector<std::string> answers(4);
    std::vector<std::thread> threads;
    for (std::string& answer : answers) {
      threads.emplace_back([&work, &answer, &alone] {
        for (int i = 0; i < 4; ++i) {
          answer = work();
          if (answer != alone) break;
        }
      });
    }
    for (std::thread& thread : threads) thread.join();
    std::string wrong;
    for (const std::string& answer : answers) {
      if (answer != alone) wrong = fmt::format("at once: {}; alone: {}", answer, alone);
    }
    report.Expect("concurrent", wrong.empty(), wrong);
  });
}

}  // namespace

void CheckLifetime(KitContext& kit, const plugin::Format& format, const KitSample* sample) {
  if (format.read) CheckCancel(kit, format);
  if (format.read && sample != nullptr) CheckBatchRelease(kit, format, *sample);
  CheckEarlyClose(kit, format, sample);
  CheckLeaks(kit, format, sample);
  CheckConcurrent(kit, format, sample);
  kit.Add("checkpoint", &format, KitOutcome::kNotApplicable,
          "version 1 of the contract has no checkpoints: an input is read again from its start, "
          "or in pieces");
}

}  // namespace puente::tools
