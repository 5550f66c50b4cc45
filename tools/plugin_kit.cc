// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// The conformance kit: checks that a plugin keeps the contract, the same for every plugin.
#include "tools/plugin_kit.h"

#include <algorithm>
#include <filesystem>

#include "core/plugin/identify.h"
#include "tools/kit/checks.h"

namespace puente::tools {
namespace {

/// The given files, by the rules of the manifest: nothing is loaded for it.
void TakeSamples(KitContext& kit, const std::vector<std::string>& paths) {
  for (const std::string& path : paths) {
    KitSample sample;
    sample.path = path;
    sample.name = std::filesystem::path(path).filename().string();
    sample.bytes = ReadBytes(path);
    const std::string_view head = std::string_view(sample.bytes).substr(0, plugin::kHeadBytes);
    const auto candidates = plugin::Identify(kit.session().catalog(), nullptr, sample.name, head);
    if (candidates.empty()) continue;
    sample.format = candidates[0].format;
    const auto& formats = kit.entry().manifest.formats;
    const bool own = std::any_of(formats.begin(), formats.end(), [&](const plugin::Format& format) {
      return &format == sample.format;
    });
    (own ? kit.samples() : kit.foreign()).push_back(std::move(sample));
  }
}

void CheckFormat(KitContext& kit, const plugin::Format& format) {
  if (format.write) MakeSample(kit, format);
  std::vector<const KitSample*> samples;
  for (const KitSample& sample : kit.samples()) {
    if (sample.format == &format) samples.push_back(&sample);
  }
  // Of several the one that the plugin made: the checks that need one know what is in it.
  const KitSample* const sample = samples.empty() ? nullptr : samples.back();
  if (format.read && sample == nullptr) {
    kit.Add("read", &format, KitOutcome::kNotApplicable,
            "there is no sample: none could be made, and no file of the format was given");
  }
  CheckStructGrowth(kit, format, sample);
  CheckIdentify(kit, format);
  if (format.read) {
    for (const KitSample* each : samples) {
      CheckReading(kit, format, *each);
      CheckDamaged(kit, format, *each);
    }
    CheckEmpty(kit, format);
    CheckNoise(kit, format, sample);
    CheckLimits(kit, format, sample);
  }
  CheckMemory(kit, format);
  CheckLifetime(kit, format, sample);
  if (samples.empty()) CheckOutput(kit, format, nullptr);
  for (const KitSample* each : samples) CheckOutput(kit, format, each);
  CheckOptionUse(kit, format, sample);
  CheckNoFiles(kit, format, sample);
}

}  // namespace

std::vector<KitResult> RunPluginKit(Session& session, const plugin::CatalogEntry& entry,
                                    const KitSettings& settings) {
  KitContext kit(session, entry, settings.time_limit, settings.report);
  if (CheckLibrary(kit)) {
    TakeSamples(kit, settings.samples);
    MakeForeignFiles(kit);
    for (const plugin::Format& format : entry.manifest.formats) {
      if (!kit.interrupted()) CheckFormat(kit, format);
    }
  }
  if (!kit.interrupted()) {
    CheckManners(kit);
    CheckQuirks(kit);
  }
  return kit.results();
}

}  // namespace puente::tools
