// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Checks of limits and of bounded memory.
#include <algorithm>
#include <charconv>
#include <fstream>

#include "core/base/status.h"
#include "fmt/format.h"
#include "tools/kit/checks.h"

namespace puente::tools {
namespace {

constexpr size_t kLargeText = size_t{300} << 10;
constexpr uint64_t kSmallLimit = uint64_t{64} << 10;

/// Limits under which no size of more than `bytes` is taken.
Limits SmallLimits(uint64_t bytes) {
  Limits limits = DefaultLimits();
  for (uint64_t Limits::*size :
       {&Limits::attribute_bytes, &Limits::text_bytes, &Limits::record_bytes,
        &Limits::csv_cell_bytes, &Limits::line_bytes}) {
    limits.*size = bytes;
  }
  return limits;
}

/// Starts the peak of resident memory anew, and tells it in bytes.
void ResetPeak() { std::ofstream("/proc/self/clear_refs") << "5"; }
uint64_t PeakBytes() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (!line.starts_with("VmHWM:")) continue;
    const size_t digit = line.find_first_of("0123456789");
    uint64_t kilobytes = 0;
    if (digit == std::string::npos) break;
    std::from_chars(line.data() + digit, line.data() + line.size(), kilobytes);
    return kilobytes << 10;
  }
  return 0;
}

uint64_t Number(const ChildRun& run, const std::string& name) {
  const auto found = run.values.find(name);
  uint64_t value = 0;
  if (found != run.values.end()) {
    std::from_chars(found->second.data(), found->second.data() + found->second.size(), value);
  }
  return value;
}

/// Compares what memory a small and a large amount took. Empty when it does not grow with it.
std::string Growth(std::string_view doing, const ChildRun& small, const ChildRun& large) {
  const uint64_t more_bytes = Number(large, "bytes") - Number(small, "bytes");
  const uint64_t small_peak = Number(small, "peak");
  const uint64_t large_peak = Number(large, "peak");
  if (large_peak < small_peak || (large_peak - small_peak) * 10 < more_bytes * 3) return "";
  return fmt::format(
      "{} {:.1f} MB takes {:.1f} MB of memory, and {:.1f} MB takes {:.1f} MB", doing,
      static_cast<double>(Number(small, "bytes")) / 1e6, static_cast<double>(small_peak) / 1e6,
      static_cast<double>(Number(large, "bytes")) / 1e6, static_cast<double>(large_peak) / 1e6);
}

/// Memory that reading the first part of a large file takes.
ChildRun MeasureRead(KitContext& kit, const plugin::Format& format, const std::string& path) {
  return kit.Run(&format, nullptr, {"memory"}, [&](ChildReport& report) {
    const auto driver = KitContext::LoadDriver(kit.entry(), report, "memory");
    if (driver == nullptr) return;
    DriveSettings settings;
    settings.options = KitOptions(format, plugin::Direction::kRead);
    const auto source = KitSource::OfFile(path);
    report.Step(fmt::format("{} bytes are read", source->size()));
    ResetPeak();
    const uint64_t before = PeakBytes();
    const Drive drive = driver->Read(format.id, *source, settings);
    report.Value("peak", std::to_string(PeakBytes() - before));
    report.Value("bytes", std::to_string(source->size()));
    if (!drive.status.ok()) report.Fail("memory", FormatError(drive.status));
  });
}

/// Memory that writing the kit's records this often takes.
ChildRun MeasureWrite(KitContext& kit, const plugin::Format& format, uint64_t repeat) {
  return kit.Run(&format, nullptr, {"memory"}, [&](ChildReport& report) {
    const auto driver = KitContext::LoadDriver(kit.entry(), report, "memory");
    const auto records = KitRecordsForWriter();
    if (driver == nullptr || !records.ok()) return;
    DriveSettings settings;
    settings.options = KitOptions(format, plugin::Direction::kWrite);
    report.Step("much is written");
    uint64_t bytes = 0;
    ResetPeak();
    const uint64_t before = PeakBytes();
    const Drive drive =
        driver->Write(format.id, *records, repeat, settings, [&bytes](std::string_view part) {
          bytes += part.size();
          return true;
        });
    report.Value("peak", std::to_string(PeakBytes() - before));
    // What a writer could hoard: its output, or the records.
    uint64_t content = 0;
    for (const KitRecord& record : *records) content += record.bytes.size();
    report.Value("bytes", std::to_string(std::max(bytes, content * repeat)));
    if (!drive.status.ok()) report.Fail("memory", FormatError(drive.status));
  });
}

bool Told(const ChildRun& run) { return !run.results.empty() || !run.death.empty(); }

}  // namespace

void CheckLimits(KitContext& kit, const plugin::Format& format, const KitSample* sample) {
  kit.Run(&format, format.write ? nullptr : sample, {"limits"}, [&](ChildReport& report) {
    const auto driver = KitContext::LoadDriver(kit.entry(), report, "limits");
    if (driver == nullptr) return;
    std::string bytes;
    uint64_t small = kSmallLimit;
    if (format.write) {
      report.Step("a record with a large text is written");
      const auto records = KitRecordsWithTitle(std::string(kLargeText, 'x'), 3);
      if (!records.ok()) return report.Fail("limits", FormatError(records.status()));
      DriveSettings settings;
      settings.options = KitOptions(format, plugin::Direction::kWrite);
      const Drive written =
          driver->Write(format.id, *records, 1, settings, [&bytes](std::string_view part) {
            bytes += part;
            return true;
          });
      if (!written.status.ok()) return report.Fail("limits", FormatError(written.status));
    } else if (sample != nullptr) {
      bytes = sample->bytes;
      small = 1;
    }
    if (bytes.size() <= small) {
      return report.Skip("limits", "no text of the format is large enough to be refused");
    }
    DriveSettings settings;
    settings.options = KitOptions(format, plugin::Direction::kRead);
    report.Step("a record with a large text is read");
    KitSource plenty{std::string_view(bytes)};
    const Drive usual = driver->Read(format.id, plenty, settings);
    if (!usual.status.ok()) return report.Fail("limits", FormatError(usual.status));
    const Limits limits = SmallLimits(small);
    settings.limits = &limits;
    report.Step("a record that is larger than the limits is read");
    KitSource source{std::string_view(bytes)};
    const Drive limited = driver->Read(format.id, source, settings);
    const bool refused = !limited.status.ok() || limited.findings > usual.findings;
    KitContext::TellWatch(report);
    report.Expect("limits", refused,
                  fmt::format("with all limits of size at {} bytes it reads an input with a text "
                              "of {} bytes as if they were not there",
                              small, kLargeText));
  });
}

void CheckMemory(KitContext& kit, const plugin::Format& format) {
  const auto skip = [&](std::string_view why) {
    kit.Add("memory", &format, KitOutcome::kNotApplicable, why);
  };
  if (!format.streaming) return skip("the manifest says that the whole file is held in memory");
  if (UnderSanitizer()) return skip("sanitizers need memory of their own");
  if (!format.write) return skip("the format cannot be written, so no large input can be made");
  const ChildRun few = MeasureWrite(kit, format, 20);
  if (Told(few)) return;
  const ChildRun many = MeasureWrite(kit, format, 620);
  if (Told(many)) return;
  std::string wrong = Growth("writing", few, many);
  const auto large = kit.large_files().find(&format);
  if (wrong.empty() && format.read && large != kit.large_files().end()) {
    const ChildRun sample = MeasureRead(kit, format, kit.samples().back().path);
    if (Told(sample)) return;
    const ChildRun whole = MeasureRead(kit, format, large->second);
    if (Told(whole)) return;
    // A small file fills no buffer: what a reader may hold at any size does not count.
    constexpr uint64_t kBuffers = uint64_t{8} << 20;
    if (Number(whole, "peak") > kBuffers) wrong = Growth("reading", sample, whole);
  }
  kit.Add("memory", &format, wrong.empty() ? KitOutcome::kPassed : KitOutcome::kFailed, wrong);
}

}  // namespace puente::tools
