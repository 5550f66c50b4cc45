// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Checks of how files of a format are known: its own, those of others, and the function itself.
#include <time.h>

#include <algorithm>
#include <random>
#include <thread>

#include "core/base/status.h"
#include "core/plugin/identify.h"
#include "fmt/format.h"
#include "tools/kit/checks.h"
#include "tools/kit/kit_samples.h"

namespace puente::tools {
namespace {

/// What the contract allows `identify`, and ten times that for slow machines.
constexpr double kMaxSeconds = 0.010;

struct NamedHead {
  std::string name;
  std::string head;
};

std::string_view HeadOf(std::string_view bytes) { return bytes.substr(0, plugin::kHeadBytes); }

std::vector<NamedHead> NoFormats() {
  std::vector<NamedHead> heads;
  for (const auto& [name, head] : ForeignHeads())
    heads.push_back({std::string(name), std::string(head)});
  std::mt19937 random(20260101);
  for (int i = 0; i < 24; ++i) {
    std::string noise(random() % 3000, '\0');
    for (char& byte : noise) byte = static_cast<char>(random());
    heads.push_back({fmt::format("noise-{}.bin", i), std::move(noise)});
  }
  return heads;
}

/// A sample as an input that can seek.
std::unique_ptr<plugin::Source> SourceOf(const KitSample& sample) {
  auto source = plugin::Source::FromMemory(sample.name, sample.bytes);
  return source.ok() ? *std::move(source) : nullptr;
}

void CheckOwn(KitContext& kit, const plugin::Format& format, const KitSample& sample) {
  if (!format.read) {
    kit.Add("identify-own", &format, KitOutcome::kNotApplicable,
            "it is only written: nobody asks for what it cannot read");
    return;
  }
  kit.Run(&format, &sample, {"identify-own"}, [&](ChildReport& report) {
    report.Step("a sample of its own is identified");
    const auto source = SourceOf(sample);
    const auto candidates =
        plugin::Identify(kit.session().catalog(), &kit.session().loader(), sample.name,
                         HeadOf(sample.bytes), source == nullptr ? nullptr : source->c_source());
    report.Expect("identify-own", !candidates.empty() && candidates[0].format == &format,
                  candidates.empty()
                      ? "no format fits"
                      : fmt::format("it is taken for `{}`", candidates[0].format->id));
  });
}

void CheckForeign(KitContext& kit, const plugin::Format& format) {
  kit.Run(&format, nullptr, {"identify-foreign"}, [&](ChildReport& report) {
    const plugin::Catalog& catalog = kit.session().catalog();
    std::string wrong;
    for (const auto& [name, head] : NoFormats()) {
      report.Step(fmt::format("{} is identified", name));
      for (const plugin::Candidate& candidate :
           plugin::Identify(catalog, &kit.session().loader(), name, head)) {
        if (candidate.format == &format && candidate.confidence >= plugin::kCertain) {
          wrong += fmt::format(" {} ({} %)", name, candidate.confidence);
        }
      }
    }
    for (const KitSample& other : kit.foreign()) {
      report.Step(
          fmt::format("{}, a file of the format {}, is identified", other.name, other.format->id));
      const auto source = SourceOf(other);
      // By its content alone, and by its name as well.
      for (const std::string& name : {std::string("file"), other.name}) {
        for (const plugin::Candidate& candidate :
             plugin::Identify(catalog, &kit.session().loader(), name, HeadOf(other.bytes),
                              source == nullptr ? nullptr : source->c_source())) {
          if (candidate.format == &format && candidate.confidence >= plugin::kCertain) {
            wrong += fmt::format(" {} ({} %)", other.name, candidate.confidence);
          }
        }
      }
    }
    report.Expect("identify-foreign", wrong.empty(), "it claims" + wrong.substr(0, 300));
  });
}

double ThreadSeconds() {
  struct timespec now = {};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

/// Asks a plugin once; empty text when the answer breaks the contract, which is noted.
std::string Ask(const PuentePlugin& table, const plugin::Manifest& manifest, const NamedHead& input,
                std::string* wrong) {
  KitSource source{std::string_view(input.head)};
  Grown<PuenteProbe> probe(false);
  const PuenteStatus status = table.identify(source.c_source(), &probe.value);
  const auto fault = [&](std::string_view what) {
    if (wrong->empty()) *wrong = fmt::format("{}: {}", input.name, what);
    return std::string();
  };
  if (source.consumed() != 0) return fault("it reads on from the head, which consumes the input");
  if (source.given() > plugin::kIdentifyBytes) return fault("it reads more than 4 MiB");
  if (!probe.intact() || !source.intact()) return fault("it writes behind its structs");
  if (status != PUENTE_OK) return fmt::format("status {}", status);
  if (probe.value.confidence > 100) return fault("its confidence is above 100");
  const char* const version = probe.value.version;
  if (std::find(version, version + sizeof(probe.value.version), '\0') ==
      version + sizeof(probe.value.version)) {
    return fault("the version does not end");
  }
  if (probe.value.confidence == 0) return "not mine";
  const std::string format(probe.value.format.data == nullptr ? "" : probe.value.format.data,
                           probe.value.format.data == nullptr ? 0 : probe.value.format.size);
  if (manifest.FindFormat(format) == nullptr) return fault("it names a format that it has not");
  return fmt::format("{} % {} {}", probe.value.confidence, format, version);
}

void CheckPure(KitContext& kit, const plugin::Format& format) {
  kit.Run(&format, nullptr, {"identify-pure"}, [&](ChildReport& report) {
    const auto driver = KitContext::LoadDriver(kit.entry(), report, "identify-pure");
    if (driver == nullptr) return;
    const PuentePlugin& table = driver->table();
    if (table.identify == nullptr) {
      report.Skip("identify-pure", "the rules of the manifest tell it alone");
      return;
    }
    std::vector<NamedHead> inputs = NoFormats();
    for (const KitSample& other : kit.foreign()) {
      inputs.push_back({other.name, std::string(HeadOf(other.bytes))});
    }
    for (const KitSample& own : kit.samples()) {
      for (const size_t size : {plugin::kHeadBytes, size_t{100}, size_t{7}}) {
        inputs.push_back({own.name, own.bytes.substr(0, size)});
      }
    }
    std::string wrong;
    std::vector<std::string> answers;
    double slowest = 0;
    for (const NamedHead& input : inputs) {
      report.Step(fmt::format("`identify` looks at {}", input.name));
      double best = 1e9;
      for (int i = 0; i < 5; ++i) {
        const double start = ThreadSeconds();
        const std::string answer = Ask(table, kit.entry().manifest, input, &wrong);
        best = std::min(best, ThreadSeconds() - start);
        if (i == 0) {
          answers.push_back(answer);
        } else if (answer != answers.back() && wrong.empty()) {
          wrong = fmt::format("{}: it answers `{}`, then `{}`", input.name, answers.back(), answer);
        }
      }
      slowest = std::max(slowest, best);
    }
    report.Step("`identify` is asked by four threads");
    std::vector<std::string> faults(4);
    std::vector<std::thread> threads;
    for (std::string& fault : faults) {
      threads.emplace_back([&] {
        for (size_t i = 0; i < inputs.size(); ++i) {
          const std::string answer = Ask(table, kit.entry().manifest, inputs[i], &fault);
          if (answer != answers[i] && fault.empty()) {
            fault = fmt::format("{}: it answers `{}` when several ask", inputs[i].name, answer);
          }
        }
      });
    }
    for (std::thread& thread : threads) thread.join();
    for (const std::string& fault : faults) {
      if (wrong.empty()) wrong = fault;
    }
    if (wrong.empty() && slowest > kMaxSeconds && !UnderSanitizer()) {
      wrong = fmt::format("it takes {:.1f} ms of processor time; the contract allows 1 ms",
                          slowest * 1e3);
    }
    KitContext::TellWatch(report);
    report.Expect("identify-pure", wrong.empty(), wrong);
  });
}

}  // namespace

void CheckIdentify(KitContext& kit, const plugin::Format& format) {
  for (const KitSample& sample : kit.samples()) {
    if (sample.format == &format) CheckOwn(kit, format, sample);
  }
  CheckForeign(kit, format);
  CheckPure(kit, format);
}

}  // namespace puente::tools
