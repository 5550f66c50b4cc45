// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Makes files for the checks: with the plugin's own writers, and with those of other plugins.
#include <algorithm>
#include <filesystem>
#include <fstream>

#include "core/base/status.h"
#include "fmt/format.h"
#include "tools/kit/checks.h"
#include "tools/kit/kit_samples.h"

namespace puente::tools {
namespace {

/// Size of the large file: enough to see whether memory grows with it.
constexpr uint64_t kLargeBytes = uint64_t{12} << 20;
constexpr uint64_t kLargeBytesSanitized = uint64_t{2} << 20;
/// How often the kit's records are written for it, at most.
constexpr uint64_t kMaxRepeat = 4000;

/// Writes the kit's records to a file, again and again until it is large enough.
Drive WriteFile(const Driver& driver, const plugin::Format& format, const std::string& path,
                uint64_t repeat) {
  Drive drive;
  const auto records = KitRecordsForWriter();
  if (!records.ok()) {
    drive.status = records.status();
    return drive;
  }
  std::ofstream out(path, std::ios::binary);
  DriveSettings settings;
  settings.options = KitOptions(format, plugin::Direction::kWrite);
  drive = driver.Write(format.id, *records, repeat, settings, [&out](std::string_view bytes) {
    return static_cast<bool>(out.write(bytes.data(), static_cast<std::streamsize>(bytes.size())));
  });
  out.close();
  return drive;
}

}  // namespace

void MakeSample(KitContext& kit, const plugin::Format& format) {
  const std::string name = "kit-sample" + KitContext::Extension(format);
  const std::string path = kit.scratch().File(format.id + "-" + name);
  const ChildRun run = kit.Run(&format, nullptr, {"write"}, [&](ChildReport& report) {
    const auto driver = KitContext::LoadDriver(kit.entry(), report, "write");
    if (driver == nullptr) return;
    report.Step("the kit's records are written");
    const Drive drive = WriteFile(*driver, format, path, 1);
    KitContext::TellWatch(report);
    report.Expect("write", drive.status.ok(), FormatError(drive.status));
  });
  if (run.results.empty() || run.results.back().outcome != KitOutcome::kPassed) return;
  KitSample sample;
  sample.path = path;
  sample.name = name;
  sample.bytes = ReadBytes(path);
  sample.format = &format;
  const uint64_t size = sample.bytes.size();
  kit.samples().push_back(std::move(sample));
  if (!format.read || size == 0) return;
  const std::string large = kit.scratch().File("large-" + format.id);
  const uint64_t wanted = UnderSanitizer() ? kLargeBytesSanitized : kLargeBytes;
  kit.Run(&format, nullptr, {"write"}, [&](ChildReport& report) {
    const auto driver = KitContext::LoadDriver(kit.entry(), report, "write");
    if (driver == nullptr) return;
    report.Step("a large file is written");
    const Drive drive = WriteFile(*driver, format, large, std::min(wanted / size + 1, kMaxRepeat));
    KitContext::TellWatch(report);
    if (!drive.status.ok()) report.Fail("write", FormatError(drive.status));
  });
  std::error_code error;
  if (std::filesystem::file_size(large, error) > size && !error) kit.large_files()[&format] = large;
}

void MakeForeignFiles(KitContext& kit) {
  for (const auto& other : kit.session().catalog().entries()) {
    if (other.get() == &kit.entry()) continue;
    for (const plugin::Format& format : other->manifest.formats) {
      if (!format.write || kit.entry().manifest.FindFormat(format.id) != nullptr) continue;
      KitSample sample;
      sample.name = fmt::format("{}{}", format.id, KitContext::Extension(format));
      sample.path = kit.scratch().File("foreign-" + sample.name);
      sample.format = &format;
      // Not in the name of the plugin under test: faults of others are nothing to it.
      const ChildRun run = RunInChild(std::chrono::seconds(20), [&](ChildReport&) {
        const auto driver = Driver::Load(*other, false);
        if (driver.ok()) WriteFile(**driver, format, sample.path, 1);
      });
      sample.bytes = ReadBytes(sample.path);
      if (run.death.empty() && !sample.bytes.empty()) kit.foreign().push_back(std::move(sample));
    }
  }
}

}  // namespace puente::tools
