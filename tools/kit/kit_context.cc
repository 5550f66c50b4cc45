// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// What all checks of the kit share: the plugin, its samples, a scratch folder, and the results.
#include "tools/kit/kit_context.h"

#include <stdlib.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <memory>
#include <utility>

#include "core/base/status.h"
#include "fmt/format.h"

namespace puente::tools {

namespace fs = std::filesystem;

ScratchFolder::ScratchFolder() {
  std::error_code error;
  const fs::path folder = fs::temp_directory_path(error);
  std::string name = ((error ? fs::path("/tmp") : folder) / "puente-kit-XXXXXX").string();
  if (mkdtemp(name.data()) != nullptr) path_ = name;
}

ScratchFolder::~ScratchFolder() {
  std::error_code ignored;
  if (!path_.empty()) fs::remove_all(path_, ignored);
}

std::string ReadBytes(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return std::string((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
}

void WriteBytes(const std::string& path, std::string_view bytes) {
  std::ofstream out(path, std::ios::binary);
  out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

KitContext::KitContext(Session& session, const plugin::CatalogEntry& entry,
                       std::chrono::milliseconds limit,
                       std::function<void(const KitResult&)> report)
    : session_(session),
      entry_(entry),
      limit_(limit),
      report_(std::move(report)),
      last_(std::chrono::steady_clock::now()) {}

ChildRun KitContext::Run(const plugin::Format* format, const KitSample* sample,
                         const std::vector<std::string_view>& checks,
                         const std::function<void(ChildReport&)>& body) {
  ChildRun run;
  if (interrupted_) return run;
  run = RunInChild(limit_, body);
  if (run.interrupted) {
    interrupted_ = true;
    return run;
  }
  codes_.insert(run.codes.begin(), run.codes.end());
  faults_.insert(faults_.end(), run.faults.begin(), run.faults.end());
  // What a dying process prints is part of its death.
  if (run.death.empty() && printed_.empty()) printed_ = run.printed;
  std::set<std::string_view> told;
  for (KitResult& result : run.results) {
    told.insert(result.check);
    result.format = format == nullptr ? "" : format->id;
    result.sample = sample == nullptr ? "" : sample->name;
    Add(result);
  }
  if (run.death.empty()) return run;
  // A process may also end badly after all was told: that is its last check's.
  std::string_view guilty = checks.back();
  for (const std::string_view check : checks) {
    if (told.count(check) != 0) continue;
    guilty = check;
    break;
  }
  for (const std::string_view check : checks) {
    if (told.count(check) != 0 && check != guilty) continue;
    KitResult result;
    result.check = check;
    result.format = format == nullptr ? "" : format->id;
    result.sample = sample == nullptr ? "" : sample->name;
    const bool failed = check == guilty;
    result.outcome = failed ? KitOutcome::kFailed : KitOutcome::kNotApplicable;
    result.reason = failed ? run.death : fmt::format("the check `{}` ended the process", guilty);
    Add(std::move(result), true);
  }
  return run;
}

void KitContext::Add(KitResult result, bool died) {
  const auto now = std::chrono::steady_clock::now();
  result.seconds = std::chrono::duration<double>(now - last_).count();
  last_ = now;
  const KitCheck* check = FindKitCheck(result.check);
  if (result.outcome == KitOutcome::kFailed && check != nullptr && check->may_be_quirk && !died) {
    const std::vector<plugin::Quirk>& quirks = entry_.manifest.quirks;
    for (size_t i = 0; i < quirks.size(); ++i) {
      if (quirks[i].check != result.check) continue;
      if (!quirks[i].format.empty() && quirks[i].format != result.format) continue;
      result.outcome = KitOutcome::kQuirk;
      result.reason = fmt::format("{} (declared: {})", result.reason, quirks[i].reason);
      used_quirks_.insert(i);
      break;
    }
  }
  report_(result);
  results_.push_back(std::move(result));
}

void KitContext::Add(std::string_view check, const plugin::Format* format, KitOutcome outcome,
                     std::string_view reason) {
  KitResult result;
  result.check = check;
  result.format = format == nullptr ? "" : format->id;
  result.outcome = outcome;
  result.reason = reason;
  Add(std::move(result));
}

std::unique_ptr<Driver> KitContext::LoadDriver(const plugin::CatalogEntry& entry,
                                               ChildReport& report, std::string_view check,
                                               bool grown) {
  report.Step("the library is loaded");
  absl::StatusOr<std::unique_ptr<Driver>> driver = Driver::Load(entry, grown);
  if (driver.ok()) return *std::move(driver);
  report.Fail(check, FormatError(driver.status()));
  return nullptr;
}

void KitContext::TellWatch(ChildReport& report) {
  for (const std::string& fault : HostWatch::Get().faults()) report.Fault(fault);
  for (const std::string& code : HostWatch::Get().codes()) report.Code(code);
}

pipeline::ConvertResult KitContext::Convert(const std::string& from, const std::string& from_format,
                                            const std::string& to, const std::string& to_format,
                                            const PipeSettings& settings) {
  pipeline::ConvertRequest request;
  pipeline::ConvertResult failed;
  const auto given = [&](const std::string& name, plugin::Direction direction) {
    std::vector<std::string> pairs;
    const auto found = session_.catalog().FindFormat(name, direction);
    if (!found.ok()) return pairs;
    for (const auto& [key, value] : KitOptions(*found->format, direction)) {
      pairs.push_back(key + "=" + value);
    }
    return pairs;
  };
  auto output = session_.OpenOutput(to, to_format, given(to_format, plugin::Direction::kWrite));
  if (!output.ok()) {
    failed.status = output.status();
    return failed;
  }
  request.output = *std::move(output);
  request.output.force = true;
  auto input =
      session_.OpenInput(from, from_format, given(from_format, plugin::Direction::kRead), false);
  if (!input.ok()) {
    failed.status = input.status();
    return failed;
  }
  request.inputs.push_back(*std::move(input));
  request.settings.jobs = settings.jobs;
  request.settings.carrier =
      settings.bytes ? pipeline::RecordCarrier::kBytes : pipeline::RecordCarrier::kMessage;
  request.verify = settings.verify;
  request.receipt = true;
  limits_ = session_.limits();
  if (settings.piece_bytes > 0) limits_.piece_bytes = settings.piece_bytes;
  request.settings.limits = &limits_;
  return pipeline::Convert(request);
}

pipeline::ReadResult KitContext::Read(const plugin::Format& format, std::string bytes,
                                      const PipeSettings& settings, ChildReport* report) {
  pipeline::ReadResult result;
  const auto loaded = session_.loader().Load(entry_);
  if (!loaded.ok()) {
    result.status = loaded.status();
    return result;
  }
  auto source = plugin::Source::FromMemory("kit" + Extension(format), std::move(bytes));
  if (!source.ok()) {
    result.status = source.status();
    return result;
  }
  std::vector<pipeline::Input> inputs(1);
  inputs[0].path = (*source)->name();
  inputs[0].source = *std::move(source);
  inputs[0].binding.plugin = &(*loaded)->table();
  inputs[0].binding.format = &format;
  inputs[0].options = KitOptions(format, plugin::Direction::kRead);
  pipeline::ReadSettings read;
  read.jobs = settings.jobs;
  limits_ = session_.limits();
  if (settings.piece_bytes > 0) limits_.piece_bytes = settings.piece_bytes;
  read.limits = &limits_;
  result = pipeline::ReadRecords(
      inputs, read, [](const v1::Record&, const PuenteRecord&) { return absl::OkStatus(); });
  if (report != nullptr) {
    for (const auto& [code, count] : result.findings.by_code()) report->Code(code);
    if (const std::string code = GetErrorDetail(result.status).code; !code.empty()) {
      report->Code(code);
    }
  }
  return result;
}

std::string KitContext::QualifiedName(const plugin::Format& format) const {
  return entry_.manifest.name + ":" + format.id;
}

std::string KitContext::Extension(const plugin::Format& format) {
  return format.extensions.empty() ? ".sample" : format.extensions.front();
}

}  // namespace puente::tools
