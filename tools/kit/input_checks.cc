// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Checks of reading: samples as they are, in other chunks, cut, empty, damaged, and noise.
#include <algorithm>
#include <map>
#include <random>

#include "core/base/leaves.h"
#include "core/base/status.h"
#include "core/base/utf8.h"
#include "fmt/format.h"
#include "tools/kit/checks.h"
#include "tools/kit/kit_samples.h"

namespace puente::tools {
namespace {

/// How often a sample is cut, at most.
constexpr size_t kMaxCuts = 400;
constexpr size_t kMaxCutsSanitized = 60;

std::string ToStd(PuenteString text) {
  return text.data == nullptr ? std::string() : std::string(text.data, text.size);
}

/// Whether an error says where it is: a line, a part of an archive, or a place in words as binary
/// formats have it.
bool NamesPlace(const absl::Status& status) {
  const ErrorDetail detail = GetErrorDetail(status);
  if (detail.line > 0) return true;
  // Of an archive, the part that is damaged.
  for (const std::string_view word : {"part `", "sheet `"}) {
    if (detail.message.find(word) != std::string::npos) return true;
  }
  if (detail.source.find('!') != std::string::npos) return true;
  for (const std::string_view word : {"byte ", "offset ", "record ", "row ", "line ", "cell "}) {
    for (size_t at = detail.message.find(word); at != std::string::npos;
         at = detail.message.find(word, at + 1)) {
      const size_t next = at + word.size();
      if (next < detail.message.size() && detail.message[next] >= '0' &&
          detail.message[next] <= '9') {
        return true;
      }
    }
  }
  return false;
}

/// Whether an error has nothing to say, or is the plugin's own fault.
std::string BadError(const absl::Status& status) {
  if (status.ok()) return "";
  const ErrorDetail detail = GetErrorDetail(status);
  if (detail.code == "PUE-0408") return detail.message;
  if (detail.message.empty() || detail.message.find("does not say why") != std::string::npos) {
    return "the error has no message";
  }
  return "";
}

/// Checks the records of batches against the contract.
class RecordInspector {
 public:
  explicit RecordInspector(uint64_t size) : size_(size) {}

  absl::Status Look(const PuenteBatch& batch) {
    for (size_t i = 0; i < batch.size; ++i) LookAt(batch.records[i]);
    return absl::OkStatus();
  }
  const std::string& wrong() const { return wrong_; }

 private:
  void Fault(std::string what) {
    if (wrong_.empty()) wrong_ = fmt::format("record {}: {}", records_, what);
  }

  void LookAt(const PuenteRecord& record) {
    ++records_;
    const auto message = Driver::Message(record, &parsed_);
    if (!message.ok()) return Fault(FormatError(message.status()));
    if (record.kind != static_cast<uint32_t>((*message)->content_case())) {
      Fault(fmt::format("its kind is said to be {} and is {}", record.kind,
                        static_cast<int>((*message)->content_case())));
    }
    const std::string id = ToStd(record.id);
    if (FirstInvalidUtf8(id).has_value()) Fault("its identifier is not UTF-8");
    if (!id.empty() && (id.front() == ' ' || id.back() == ' ')) {
      Fault("its identifier has white space at its ends");
    }
    if (record.origin.offset > size_ || record.length > size_) Fault("it lies behind the input");
    if (record.origin.offset < last_offset_) Fault("it lies before the record before it");
    last_offset_ = record.origin.offset;
    if (record.leaves == nullptr && record.leaves_size != 0) return Fault("its leaves are missing");
    std::map<std::string, uint64_t> told;
    for (size_t i = 0; i < record.leaves_size; ++i) {
      const PuenteLeaves& leaf = record.leaves[i];
      const std::string_view field = PathTable::Global().Name(leaf.field_path);
      if (field.empty() ||
          (leaf.source_path != 0 && PathTable::Global().Name(leaf.source_path).empty())) {
        return Fault("its leaves name a path that was never given");
      }
      told[std::string(field)] += leaf.count;
    }
    std::vector<LeafCount> counts;
    CountLeaves(**message, &counts);
    std::map<std::string, uint64_t> real;
    for (const LeafCount& leaf : counts)
      real[std::string(LeafPathName(leaf.path_id))] += leaf.count;
    if (told == real) return;
    for (const auto& [path, count] : real) {
      if (told[path] != count) {
        return Fault(
            fmt::format("it has {} leaves at {}, and {} were told", count, path, told[path]));
      }
    }
    Fault("leaves were told that it does not have");
  }

  const uint64_t size_;
  uint64_t records_ = 0;
  uint64_t last_offset_ = 0;
  v1::Record parsed_;
  std::string wrong_;
};

void CheckChunks(ChildReport& report, const Driver& driver, const plugin::Format& format,
                 const KitSample& sample, const DriveSettings& settings, const Drive& whole) {
  const auto same = [&](std::string_view how, KitSource& source) {
    report.Step(fmt::format("a sample is read {}", how));
    const Drive drive = driver.Read(format.id, source, settings);
    if (drive.Summary() == whole.Summary()) return true;
    report.Fail("chunks",
                fmt::format("{}: {}; at once: {}", how, drive.Summary(), whole.Summary()));
    return false;
  };
  for (const size_t chunk : {size_t{1}, size_t{4093}}) {
    KitSource source{std::string_view(sample.bytes)};
    source.chunk = chunk == 1 && sample.bytes.size() > (128 << 10) ? 61 : chunk;
    if (!same(fmt::format("in chunks of {} bytes", source.chunk), source)) return;
  }
  KitSource pipe{std::string_view(sample.bytes)};
  pipe.ForbidSeeking();
  if (same("from an input that cannot seek", pipe)) report.Pass("chunks");
}

void CheckSourceError(ChildReport& report, const Driver& driver, const plugin::Format& format,
                      const KitSample& sample, const DriveSettings& settings) {
  const uint64_t size = sample.bytes.size();
  for (const uint64_t at : {uint64_t{0}, size / 2, size - 1}) {
    report.Step(fmt::format("the input fails at byte {}", at));
    KitSource source{std::string_view(sample.bytes)};
    source.fail_at = at;
    const Drive drive = driver.Read(format.id, source, settings);
    if (drive.status.ok()) {
      report.Fail(
          "source-error",
          fmt::format("the input fails at byte {} of {}, and it says that all was read", at, size));
      return;
    }
  }
  report.Pass("source-error");
}

/// Inputs that are damaged in many ways, with what they are.
std::vector<std::pair<std::string, std::string>> NoiseInputs(const KitSample* sample) {
  std::vector<std::pair<std::string, std::string>> inputs;
  std::mt19937 random(19840911);
  const auto bytes = [&random](size_t size) {
    std::string noise(size, '\0');
    for (char& byte : noise) byte = static_cast<char>(random());
    return noise;
  };
  for (int i = 0; i < 12; ++i) inputs.emplace_back("random bytes", bytes(1 + random() % 20000));
  const auto repeated = [](std::string_view what, size_t times) {
    std::string text;
    text.reserve(what.size() * times);
    for (size_t i = 0; i < times; ++i) text += what;
    return text;
  };
  inputs.emplace_back("elements nested 100,000 deep", repeated("<a>", 100000));
  inputs.emplace_back("lists nested 100,000 deep", repeated("[", 100000));
  inputs.emplace_back("objects nested 100,000 deep", repeated("{\"a\":", 100000));
  inputs.emplace_back("quotes without end", repeated("\"a\n", 50000));
  inputs.emplace_back("a line of 2 MiB", std::string(2 << 20, 'a'));
  inputs.emplace_back("zeros", std::string(100000, '\0'));
  inputs.emplace_back("empty lines", repeated("\r\n", 50000));
  inputs.emplace_back("a byte order mark alone", "\xEF\xBB\xBF");
  inputs.emplace_back("UTF-16", std::string("\xFF\xFE<\0a\0/\0>\0", 10));
  inputs.emplace_back(
      "entities that grow",
      "<!DOCTYPE a [<!ENTITY b \"bbbbbbbbbb\"><!ENTITY c \"&b;&b;&b;&b;\"><!ENTITY d "
      "\"&c;&c;&c;&c;\">]><a>&d;&d;&d;&d;</a>");
  if (sample == nullptr || sample->bytes.empty()) return inputs;
  const std::string& whole = sample->bytes;
  inputs.emplace_back("a sample behind a byte order mark", "\xEF\xBB\xBF" + whole);
  inputs.emplace_back("a sample twice", whole + whole);
  inputs.emplace_back("a sample backwards", std::string(whole.rbegin(), whole.rend()));
  for (int i = 0; i < 60; ++i) {
    std::string damaged = whole;
    for (int change = 0; change <= i / 6; ++change) {
      const size_t at = random() % damaged.size();
      const size_t length = std::min<size_t>(1 + random() % 40, damaged.size() - at);
      switch (random() % 4) {
        case 0:
          damaged[at] = static_cast<char>(random());
          break;
        case 1:
          damaged.erase(at, length);
          break;
        case 2:
          damaged.insert(at, damaged.substr(random() % damaged.size(), length));
          break;
        default:
          damaged.replace(at, length, bytes(length));
      }
      if (damaged.empty()) damaged = "x";
    }
    inputs.emplace_back("a damaged sample", std::move(damaged));
  }
  return inputs;
}

}  // namespace

void CheckReading(KitContext& kit, const plugin::Format& format, const KitSample& sample) {
  kit.Run(&format, &sample, {"read", "records", "chunks", "source-error"},
          [&](ChildReport& report) {
            const auto driver = KitContext::LoadDriver(kit.entry(), report, "read");
            if (driver == nullptr) return;
            DriveSettings settings;
            settings.options = KitOptions(format, plugin::Direction::kRead);
            report.Step("a sample is read");
            KitSource source{std::string_view(sample.bytes)};
            RecordInspector inspector(sample.bytes.size());
            const Drive whole =
                driver->Read(format.id, source, settings,
                             [&inspector](PuenteBatch* batch) { return inspector.Look(*batch); });
            report.Expect("read", whole.status.ok(), FormatError(whole.status));
            if (whole.status.ok()) {
              report.Expect("records", inspector.wrong().empty(), inspector.wrong());
              CheckChunks(report, *driver, format, sample, settings, whole);
              CheckSourceError(report, *driver, format, sample, settings);
            }
            KitContext::TellWatch(report);
          });
}

void CheckEmpty(KitContext& kit, const plugin::Format& format) {
  kit.Run(&format, nullptr, {"empty"}, [&](ChildReport& report) {
    const auto driver = KitContext::LoadDriver(kit.entry(), report, "empty");
    if (driver == nullptr) return;
    report.Step("an empty input is read");
    DriveSettings settings;
    settings.options = KitOptions(format, plugin::Direction::kRead);
    KitSource source{std::string_view()};
    const Drive drive = driver->Read(format.id, source, settings);
    std::string wrong = BadError(drive.status);
    if (drive.status.ok() && drive.records > 0) wrong = "it gives records";
    KitContext::TellWatch(report);
    report.Expect("empty", wrong.empty(), wrong);
  });
}

void CheckDamaged(KitContext& kit, const plugin::Format& format, const KitSample& sample) {
  kit.Run(&format, &sample, {"truncated", "error-position"}, [&](ChildReport& report) {
    const auto driver = KitContext::LoadDriver(kit.entry(), report, "truncated");
    if (driver == nullptr) return;
    DriveSettings settings;
    settings.options = KitOptions(format, plugin::Direction::kRead);
    KitSource source{std::string_view(sample.bytes)};
    const Drive whole = driver->Read(format.id, source, settings);
    const size_t cuts = UnderSanitizer() ? kMaxCutsSanitized : kMaxCuts;
    const size_t step = std::max<size_t>(sample.bytes.size() / cuts, 1);
    std::string wrong;
    std::string placeless;
    uint64_t errors = 0;
    for (size_t at = 1; at < sample.bytes.size(); at += step) {
      report.Step(fmt::format("a sample cut at byte {} of {} is read", at, sample.bytes.size()));
      KitSource cut{std::string_view(sample.bytes).substr(0, at)};
      const Drive drive = driver->Read(format.id, cut, settings);
      const std::string bad = BadError(drive.status);
      if (wrong.empty() && !bad.empty()) wrong = fmt::format("cut at byte {}: {}", at, bad);
      if (wrong.empty() && drive.status.ok() && drive.records > whole.records) {
        wrong = fmt::format("cut at byte {} it gives more records than whole", at);
      }
      if (drive.status.ok()) continue;
      ++errors;
      if (placeless.empty() && !NamesPlace(drive.status)) {
        placeless = fmt::format("cut at byte {}: {}", at, FormatError(drive.status));
      }
    }
    KitContext::TellWatch(report);
    report.Expect("truncated", wrong.empty(), wrong);
    if (errors == 0) {
      report.Skip("error-position", "no cut gives an error: each is a shorter file of the format");
    } else {
      report.Expect("error-position", placeless.empty(), "no place: " + placeless);
    }
  });
}

void CheckNoise(KitContext& kit, const plugin::Format& format, const KitSample* sample) {
  kit.Run(&format, sample, {"noise"}, [&](ChildReport& report) {
    const auto driver = KitContext::LoadDriver(kit.entry(), report, "noise");
    if (driver == nullptr) return;
    DriveSettings settings;
    settings.options = KitOptions(format, plugin::Direction::kRead);
    std::string wrong;
    size_t number = 0;
    for (const auto& [what, bytes] : NoiseInputs(sample)) {
      ++number;
      report.Step(fmt::format("noise {} is read: {}, {} bytes", number, what, bytes.size()));
      KitSource source{std::string_view(bytes)};
      const std::string bad = BadError(driver->Read(format.id, source, settings).status);
      if (wrong.empty() && !bad.empty()) wrong = fmt::format("noise {}, {}: {}", number, what, bad);
      if (!format.splits || driver->table().splitter_open == nullptr) continue;
      report.Step(fmt::format("noise {} is cut: {}, {} bytes", number, what, bytes.size()));
      KitSource pieces{std::string_view(bytes)};
      const std::string worse = BadError(driver->ReadPieces(format.id, pieces, settings).status);
      if (wrong.empty() && !worse.empty()) {
        wrong = fmt::format("noise {} in pieces, {}: {}", number, what, worse);
      }
    }
    KitContext::TellWatch(report);
    report.Expect("noise", wrong.empty(), wrong);
  });
}

}  // namespace puente::tools
