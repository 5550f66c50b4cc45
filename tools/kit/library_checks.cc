// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Checks of the library as such: manifest, loading, exports, structs of later hosts, quirks.
#include <dlfcn.h>

#include <algorithm>
#include <set>

#include "core/base/status.h"
#include "core/base/strings.h"
#include "core/base/utf8.h"
#include "core/findings/codes.h"
#include "core/plugin/manifest.h"
#include "core/plugin/scan.h"
#include "fmt/format.h"
#include "tools/kit/checks.h"

namespace puente::tools {
namespace {

void CheckManifest(KitContext& kit) {
  const plugin::CatalogEntry& entry = kit.entry();
  const auto parsed = plugin::ParseManifest(entry.manifest_text);
  std::string reason = parsed.ok() ? "" : FormatError(parsed.status());
  const std::string& messages = entry.manifest.catalogues.messages;
  if (reason.empty() && !messages.empty()) {
    auto codes = CodeCatalogue::WithCoreCodes();
    const std::string json = ReadBytes((entry.manifest_path.parent_path() / messages).string());
    const absl::Status added = codes.ok() ? codes->Add(json, entry.manifest.name) : codes.status();
    if (!added.ok()) reason = fmt::format("{}: {}", messages, FormatError(added));
  }
  kit.Add("manifest", nullptr, reason.empty() ? KitOutcome::kPassed : KitOutcome::kFailed, reason);
}

void CheckExports(KitContext& kit) {
  const auto scan = plugin::ScanLibrary(kit.entry().library_path);
  std::string others;
  if (scan.ok()) {
    for (const std::string& symbol : scan->exports) {
      if (!symbol.starts_with("puente_")) others += " " + symbol;
    }
    if (!others.empty()) others = "it exports" + others.substr(0, 300);
  } else {
    others = FormatError(scan.status());
  }
  kit.Add("exports", nullptr, others.empty() ? KitOutcome::kPassed : KitOutcome::kFailed, others);
}

bool CheckLoads(KitContext& kit) {
  const ChildRun run =
      kit.Run(nullptr, nullptr, {"load", "embedded-manifest"}, [&kit](ChildReport& report) {
        report.Step("the library is loaded");
        const auto loaded = kit.session().loader().Load(kit.entry());
        const std::string code = loaded.ok() ? "" : GetErrorDetail(loaded.status()).code;
        if (code == "PUE-0407") {
          report.Pass("load");
          report.Fail("embedded-manifest", FormatError(loaded.status()));
        } else {
          report.Expect("load", loaded.ok(), loaded.ok() ? "" : FormatError(loaded.status()));
          if (loaded.ok()) {
            report.Pass("embedded-manifest");
          } else {
            report.Skip("embedded-manifest", "the library does not load");
          }
        }
        if (loaded.ok()) report.Value("loaded", "yes");
      });
  return run.values.count("loaded") != 0;
}

/// Offers a host and a table that are too small for anything. What is wrong then, or nothing.
std::string TrySmallTables(const plugin::CatalogEntry& entry) {
  void* const library = dlopen(entry.library_path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) return dlerror();
  const auto function = reinterpret_cast<PuenteEntry>(dlsym(library, PUENTE_ENTRY_SYMBOL));
  if (function == nullptr) return "the library has no entry";
  constexpr uint32_t kSmall = 2 * sizeof(uint32_t);
  Grown<PuentePlugin> table(false);
  table.value.struct_size = kSmall;
  const Grown<PuentePlugin> before = table;
  const PuenteStatus status = function(HostWatch::Get().Table(false), &table.value);
  const char* const after = reinterpret_cast<const char*>(&table.value);
  const char* const untouched = reinterpret_cast<const char*>(&before.value);
  const bool same = std::equal(after + kSmall, after + sizeof(PuentePlugin), untouched + kSmall);
  if (!same || !table.intact()) {
    return fmt::format("it writes past the end of a table of {} bytes", kSmall);
  }
  if (status == PUENTE_OK) return "it takes a table that has no room for its functions";
  return "";
}

}  // namespace

bool CheckLibrary(KitContext& kit) {
  CheckManifest(kit);
  CheckExports(kit);
  return CheckLoads(kit);
}

void CheckStructGrowth(KitContext& kit, const plugin::Format& format, const KitSample* sample) {
  // Two processes: an entry is called once only.
  std::string usual;
  const auto drive = [&](ChildReport& report, bool grown) {
    const auto driver = KitContext::LoadDriver(kit.entry(), report, "struct-growth", grown);
    if (driver == nullptr) return;
    DriveSettings settings;
    settings.grown = grown;
    std::string summary;
    if (format.write) {
      report.Step("records are written");
      const auto records = KitRecordsForWriter();
      std::string out;
      settings.options = KitOptions(format, plugin::Direction::kWrite);
      if (records.ok()) {
        const Drive written =
            driver->Write(format.id, *records, 1, settings, [&out](std::string_view bytes) {
              out += bytes;
              return true;
            });
        summary += fmt::format("written: {}, {} bytes; ", written.Summary(), out.size());
      }
    }
    if (format.read && sample != nullptr) {
      report.Step("a sample is read");
      settings.options = KitOptions(format, plugin::Direction::kRead);
      KitSource source{std::string_view(sample->bytes)};
      summary += "read: " + driver->Read(format.id, source, settings).Summary();
      if (!source.intact()) summary += ", it writes behind the source";
      if (driver->table().splitter_open != nullptr && format.splits) {
        KitSource cut{std::string_view(sample->bytes)};
        summary += "; pieces: " + driver->ReadPieces(format.id, cut, settings).Summary();
      }
    }
    const absl::Status tails = driver->CheckTails();
    if (!tails.ok()) summary += "; " + FormatError(tails);
    KitContext::TellWatch(report);
    if (!grown) {
      report.Value("usual", summary);
      return;
    }
    report.Step("tables that are too small are offered");
    report.Expect("struct-growth", summary == usual,
                  fmt::format("with larger structs: {}; with those of today: {}", summary, usual));
  };
  const ChildRun plain = kit.Run(&format, nullptr, {"struct-growth"},
                                 [&](ChildReport& report) { drive(report, false); });
  if (!plain.death.empty() || plain.values.count("usual") == 0) return;
  usual = plain.values.at("usual");
  const ChildRun small = kit.Run(&format, nullptr, {"struct-growth"}, [&](ChildReport& report) {
    report.Step("tables that are too small are offered");
    const std::string wrong = TrySmallTables(kit.entry());
    if (!wrong.empty()) report.Fail("struct-growth", wrong);
  });
  if (!small.results.empty() || !small.death.empty()) return;
  kit.Run(&format, nullptr, {"struct-growth"}, [&](ChildReport& report) { drive(report, true); });
}

void CheckQuirks(KitContext& kit) {
  const std::vector<plugin::Quirk>& quirks = kit.entry().manifest.quirks;
  if (quirks.empty()) {
    kit.Add("quirks", nullptr, KitOutcome::kNotApplicable, "the manifest declares none");
    return;
  }
  std::string wrong;
  for (size_t i = 0; i < quirks.size(); ++i) {
    const std::string name = EscapeForTerminalLine(quirks[i].check);
    const KitCheck* check = FindKitCheck(quirks[i].check);
    if (!wrong.empty()) wrong += "; ";
    if (check == nullptr) {
      const std::string near = NearestName(quirks[i].check, KitCheckNames());
      wrong += fmt::format("there is no check `{}`{}", name,
                           near.empty() ? "" : fmt::format(", did you mean `{}`?", near));
    } else if (!check->may_be_quirk) {
      wrong += fmt::format("`{}` must hold for every plugin", name);
    } else if (kit.used_quirks().count(i) == 0) {
      wrong += fmt::format("`{}` does not fail{}: take the quirk out", name,
                           quirks[i].format.empty() ? "" : " for " + quirks[i].format);
    } else if (wrong.ends_with("; ")) {
      wrong.resize(wrong.size() - 2);
    }
  }
  kit.Add("quirks", nullptr, wrong.empty() ? KitOutcome::kPassed : KitOutcome::kFailed, wrong);
}

}  // namespace puente::tools
