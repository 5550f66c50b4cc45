// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// The conformance kit: checks that a plugin keeps the contract, the same for every plugin.
#include "tools/plugin_kit.h"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <memory>
#include <set>

#include "core/base/status.h"
#include "core/plugin/scan.h"
#include "core/text/record_json.h"
#include "fmt/format.h"
#include "tools/kit_samples.h"

namespace puente::tools {
namespace {

namespace fs = std::filesystem;

/// A folder that is removed with all that is in it.
class ScratchFolder {
 public:
  ScratchFolder() {
    std::string name = (fs::temp_directory_path() / "puente-kit-XXXXXX").string();
    if (mkdtemp(name.data()) != nullptr) path_ = name;
  }
  ~ScratchFolder() {
    std::error_code ignored;
    if (!path_.empty()) fs::remove_all(path_, ignored);
  }
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;
  std::string File(std::string_view name) const { return (path_ / name).string(); }

 private:
  fs::path path_;
};

std::string ReadBytes(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return std::string((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
}

void WriteBytes(const std::string& path, std::string_view bytes) {
  std::ofstream out(path, std::ios::binary);
  out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

class Kit {
 public:
  Kit(Session& session, const plugin::CatalogEntry& entry,
      const std::function<void(const KitResult&)>& report)
      : session_(session), entry_(entry), report_(report) {}

  std::vector<KitResult> Run(const std::vector<std::string>& samples) {
    CheckManifest();
    if (!CheckLoads()) return std::move(results_);
    CheckExports();
    for (const plugin::Format& format : entry_.manifest.formats) {
      format_ = &format;
      CheckUnknownOption();
      std::vector<std::string> own = SamplesOf(samples);
      if (format.read) {
        CheckForeign();
        CheckEmpty();
      }
      if (own.empty()) {
        Skip("samples", "no sample: the format cannot be written, and no file of it was given");
        continue;
      }
      for (const std::string& sample : own) {
        sample_ = sample;
        if (format.read) {
          CheckIdentify();
          CheckTruncated();
          CheckThreads();
        }
        CheckCarriers();
        if (format.read && format.write) {
          CheckRoundTrip();
          CheckDeclared();
          CheckDeterministic();
        }
      }
    }
    return std::move(results_);
  }

 private:
  void Add(std::string_view check, KitOutcome outcome, std::string reason) {
    KitResult result;
    result.check = check;
    if (!sample_.empty()) result.check += " of " + fs::path(sample_).filename().string();
    result.format = format_ == nullptr ? "" : format_->id;
    result.outcome = outcome;
    result.reason = std::move(reason);
    report_(result);
    results_.push_back(std::move(result));
  }
  void Pass(std::string_view check) { Add(check, KitOutcome::kPassed, ""); }
  void Skip(std::string_view check, std::string reason) {
    Add(check, KitOutcome::kSkipped, std::move(reason));
  }
  void Expect(std::string_view check, bool holds, std::string reason) {
    Add(check, holds ? KitOutcome::kPassed : KitOutcome::kFailed, holds ? "" : std::move(reason));
  }
  std::string FormatName() const { return entry_.manifest.name + ":" + format_->id; }

  void CheckManifest() {
    const auto parsed = plugin::ParseManifest(entry_.manifest_text);
    std::set<std::string> ids;
    bool unique = true;
    for (const plugin::Format& format : entry_.manifest.formats)
      unique &= ids.insert(format.id).second;
    Expect("manifest", parsed.ok() && unique,
           parsed.ok() ? "two formats have the same id" : FormatError(parsed.status()));
  }

  bool CheckLoads() {
    const auto loaded = session_.loader().Load(entry_);
    Expect("loads, with the manifest that it was built with", loaded.ok(),
           loaded.ok() ? "" : FormatError(loaded.status()));
    if (loaded.ok()) table_ = &(*loaded)->table();
    return loaded.ok();
  }

  void CheckExports() {
    const auto scan = plugin::ScanLibrary(entry_.library_path);
    if (!scan.ok()) {
      Expect("exports", false, FormatError(scan.status()));
      return;
    }
    std::string others;
    for (const std::string& symbol : scan->exports) {
      if (!symbol.starts_with("puente_")) others += " " + symbol;
    }
    Expect("exports nothing but puente_*", others.empty(), "it exports" + others.substr(0, 300));
  }

  void CheckUnknownOption() {
    const plugin::Direction direction =
        format_->read ? plugin::Direction::kRead : plugin::Direction::kWrite;
    const plugin::OptionList given = {{"no-such-option-of-anyone", "1"}};
    Expect("unknown option is refused", !plugin::CheckOptions(*format_, direction, given).ok(),
           "it was taken");
  }

  /// Files of this format: those given that fit, and one made from the kit's own records.
  std::vector<std::string> SamplesOf(const std::vector<std::string>& samples) {
    std::vector<std::string> own;
    for (const std::string& path : samples) {
      auto source = plugin::Source::Open(path);
      if (!source.ok()) continue;
      const auto candidates =
          plugin::Identify(session_.catalog(), &session_.loader(), path, (*source)->head());
      if (!candidates.empty() && candidates[0].format == format_) own.push_back(path);
    }
    if (format_->write) {
      sample_ = "";
      const std::string records = scratch_.File("kit-records.jsonl");
      WriteBytes(records, KitRecords());
      const std::string made = scratch_.File("kit-sample" + Extension());
      const pipeline::ConvertResult result = Convert(records, "jsonl", made, FormatName(), {});
      Expect("writes the kit's own records", result.status.ok(),
             result.status.ok() ? "" : FormatError(result.status));
      if (result.status.ok()) own.push_back(made);
    }
    return own;
  }

  std::string Extension() const {
    return format_->extensions.empty() ? ".sample" : format_->extensions.front();
  }

  struct Settings {
    int jobs = 1;
    bool bytes = false;
    bool verify = false;
    uint64_t piece_bytes = 0;
  };

  pipeline::ConvertResult Convert(const std::string& from, const std::string& from_format,
                                  const std::string& to, const std::string& to_format,
                                  const Settings& settings) {
    pipeline::ConvertRequest request;
    pipeline::ConvertResult failed;
    auto output = session_.OpenOutput(to, to_format, {});
    if (!output.ok()) {
      failed.status = output.status();
      return failed;
    }
    request.output = *std::move(output);
    request.output.force = true;
    auto input = session_.OpenInput(from, from_format, {}, false);
    if (!input.ok()) {
      failed.status = input.status();
      return failed;
    }
    request.inputs.push_back(*std::move(input));
    request.settings.jobs = settings.jobs;
    request.settings.cancel = Session::Interrupted();
    request.settings.carrier =
        settings.bytes ? pipeline::RecordCarrier::kBytes : pipeline::RecordCarrier::kMessage;
    request.verify = settings.verify;
    request.receipt = true;
    limits_ = session_.limits();
    if (settings.piece_bytes > 0) limits_.piece_bytes = settings.piece_bytes;
    request.settings.limits = &limits_;
    return pipeline::Convert(request);
  }

  pipeline::ReadResult Read(const std::string& path) {
    pipeline::ReadResult result;
    auto input = session_.OpenInput(path, FormatName(), {}, false);
    if (!input.ok()) {
      result.status = input.status();
      return result;
    }
    std::vector<pipeline::Input> inputs;
    inputs.push_back(*std::move(input));
    pipeline::ReadSettings settings;
    settings.cancel = Session::Interrupted();
    return pipeline::ReadRecords(
        inputs, settings, [](const v1::Record&, const PuenteRecord&) { return absl::OkStatus(); });
  }

  void CheckIdentify() {
    const std::string bytes = ReadBytes(sample_);
    const auto candidates = plugin::Identify(session_.catalog(), &session_.loader(), sample_,
                                             std::string_view(bytes).substr(0, plugin::kHeadBytes));
    Expect("identifies", !candidates.empty() && candidates[0].format == format_,
           candidates.empty() ? "no format fits"
                              : "it is taken for `" + candidates[0].format->id + "`");
  }

  void CheckForeign() {
    std::string wrong;
    for (const auto& [name, head] : ForeignHeads()) {
      const auto candidates = plugin::Identify(session_.catalog(), &session_.loader(), name, head);
      for (const plugin::Candidate& candidate : candidates) {
        if (candidate.format == format_ && candidate.confidence >= plugin::kCertain) {
          wrong += " " + std::string(name);
        }
      }
    }
    Expect("claims no file of others", wrong.empty(), "it claims" + wrong);
  }

  void CheckEmpty() {
    const std::string path = scratch_.File("empty" + Extension());
    WriteBytes(path, "");
    const pipeline::ReadResult result = Read(path);
    Expect("empty input gives an error or no record", !result.status.ok() || result.records == 0,
           "it gives records");
    if (!result.status.ok()) {
      Expect("the error of an empty input says why", !GetErrorDetail(result.status).message.empty(),
             "there is no message");
    }
  }

  void CheckTruncated() {
    const std::string bytes = ReadBytes(sample_);
    const pipeline::ReadResult whole = Read(sample_);
    Expect("reads its sample", whole.status.ok(),
           whole.status.ok() ? "" : FormatError(whole.status));
    std::string wrong;
    const std::string path = scratch_.File("cut" + Extension());
    for (size_t part = 1; part < 16; ++part) {
      WriteBytes(path, std::string_view(bytes).substr(0, bytes.size() * part / 16));
      const pipeline::ReadResult cut = Read(path);
      if (cut.status.ok() && cut.records > whole.records) wrong += fmt::format(" at {}/16", part);
      if (!cut.status.ok() && GetErrorDetail(cut.status).message.empty()) {
        wrong += fmt::format(" at {}/16 without a message", part);
      }
    }
    Expect("truncated input ends with an error or fewer records", wrong.empty(), "not" + wrong);
  }

  /// Converts the sample in two ways and compares the bytes.
  void ExpectSame(std::string_view check, const Settings& one, const Settings& other) {
    const std::string format = format_->write ? FormatName() : "jsonl";
    const std::string from = format_->read ? sample_ : scratch_.File("kit-records.jsonl");
    const std::string from_format = format_->read ? FormatName() : "jsonl";
    const std::string a = scratch_.File("one.out");
    const std::string b = scratch_.File("other.out");
    const pipeline::ConvertResult first = Convert(from, from_format, a, format, one);
    const pipeline::ConvertResult second = Convert(from, from_format, b, format, other);
    if (!first.status.ok() || !second.status.ok()) {
      Expect(check, false, FormatError(first.status.ok() ? second.status : first.status));
      return;
    }
    Expect(check,
           ReadBytes(a) == ReadBytes(b) && first.frame.digest == second.frame.digest &&
               first.ledger.totals().kept == second.ledger.totals().kept,
           "the outputs differ");
  }

  void CheckCarriers() { ExpectSame("both record carriers give the same", {}, {.bytes = true}); }
  void CheckThreads() {
    ExpectSame("1 and 4 threads give the same", {.piece_bytes = 512},
               {.jobs = 4, .piece_bytes = 512});
  }
  void CheckDeterministic() { ExpectSame("two runs give the same", {}, {}); }

  void CheckRoundTrip() {
    const std::string again = scratch_.File("again" + Extension());
    const std::string third = scratch_.File("third" + Extension());
    const pipeline::ConvertResult first = Convert(sample_, FormatName(), again, FormatName(), {});
    const pipeline::ConvertResult second = Convert(again, FormatName(), third, FormatName(), {});
    if (!first.status.ok() || !second.status.ok()) {
      Expect("round trip", false, FormatError(first.status.ok() ? second.status : first.status));
      return;
    }
    const bool lossless = format_->lossless != plugin::Lossless::kNone;
    Expect("round trip keeps the records", !lossless || first.frame.digest == second.frame.digest,
           "the digest of what is read again differs");
    Expect("what was written once is written the same again", ReadBytes(again) == ReadBytes(third),
           "the bytes differ");
    const PathAccount totals = first.ledger.totals();
    Expect("round trip loses nothing unreported",
           first.ledger.LawHolds() && !HasUnreported(first.ledger),
           fmt::format("{} of {} values kept", totals.kept, totals.read));
  }

  static bool HasUnreported(const ReceiptLedger& ledger) {
    for (const auto& [key, account] : ledger.losses()) {
      if (key.second == LossReason::kUnreported && account.count > 0) return true;
    }
    return false;
  }

  void CheckDeclared() {
    const std::string out = scratch_.File("verified" + Extension());
    const pipeline::ConvertResult result =
        Convert(sample_, FormatName(), out, FormatName(), {.verify = true});
    std::string reason = result.status.ok() ? "not verified" : FormatError(result.status);
    for (const std::string& difference : result.frame.verify_differences) {
      reason += "; " + difference;
    }
    Expect("declared = verified", result.status.ok() && result.frame.basis == "verified",
           reason.substr(0, 500));
  }

  Session& session_;
  const plugin::CatalogEntry& entry_;
  const std::function<void(const KitResult&)>& report_;
  ScratchFolder scratch_;
  const PuentePlugin* table_ = nullptr;
  const plugin::Format* format_ = nullptr;
  std::string sample_;
  Limits limits_;
  std::vector<KitResult> results_;
};

}  // namespace

std::vector<KitResult> RunPluginKit(Session& session, const plugin::CatalogEntry& entry,
                                    const std::vector<std::string>& samples,
                                    const std::function<void(const KitResult&)>& report) {
  return Kit(session, entry, report).Run(samples);
}

}  // namespace puente::tools
