// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// The IATI plugin for fuzz targets, with all that it keeps for ever already built.
#ifndef PUENTE_TESTS_FUZZ_IATI_TARGET_H_
#define PUENTE_TESTS_FUZZ_IATI_TARGET_H_

#include <initializer_list>
#include <string>
#include <vector>

#include "puente/v1/record.pb.h"
#include "tests/fuzz/fuzz_check.h"
#include "tests/fuzz/plugin_checks.h"
#include "tests/plugins/fake_host.h"

extern "C" PuenteStatus puente_plugin_v1(const PuenteHost* host, PuentePlugin* plugin);

namespace puente::fuzz {

inline constexpr std::string_view kIatiRoots[] = {"iati-activities", "iati-organisations",
                                                  "iati-activity", "iati-organisation"};

/// The plugin, after one reading with each of its element tables: it builds them at first use, and
/// they hold ids of paths for ever (see PathsOfOneInput).
inline testing::FakePlugin IatiPlugin() {
  static const testing::FakePlugin* const plugin = [] {
    SilenceProtobuf();
    auto* made = new testing::FakePlugin(puente_plugin_v1, "iati");
    for (const std::string_view root : kIatiRoots) {
      for (const char* version : {"1.03", "2.03"}) {
        const std::string file = "<" + std::string(root) + " version='" + version + "'/>";
        Check(made->Read(file).status == PUENTE_END, "the plugin reads", file);
      }
    }
    return made;
  }();
  return *plugin;
}

/// Whether a reading was of a file whose root element is the record.
inline bool HasBareRoot(const testing::FakeReading& reading) {
  if (reading.records.empty()) return false;
  const std::string& root = reading.records[0].record.dataset_header().root();
  return root == "iati-activity" || root == "iati-organisation";
}

}  // namespace puente::fuzz

#endif  // PUENTE_TESTS_FUZZ_IATI_TARGET_H_
