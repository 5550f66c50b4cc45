// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// What all commands share: plugins, inputs and outputs by format, messages, interruption.
#include "tools/session.h"

#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <limits>

#include "core/base/lexical.h"
#include "core/base/status.h"
#include "core/base/utf8.h"
#include "core/pipeline/exit_code.h"
#include "core/plugin/manifest.h"
#include "core/text/byte_stream.h"
#include "core/text/xml_reader.h"
#include "fmt/format.h"

namespace puente::tools {
namespace {

std::atomic<bool> g_interrupted{false};
const std::atomic<bool>* g_interruption = &g_interrupted;

void OnSignal(int signal) {
  // A second Ctrl-C ends the process at once.
  if (g_interrupted.exchange(true)) {
    std::signal(signal, SIG_DFL);
    std::raise(signal);
  }
}

double Now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

std::string Bytes(double bytes) {
  if (bytes < 1e6) return fmt::format("{:.0f} kB", bytes / 1e3);
  if (bytes < 1e9) return fmt::format("{:.1f} MB", bytes / 1e6);
  return fmt::format("{:.2f} GB", bytes / 1e9);
}

/// So much of a line is looked at to show a part of it: a file may be a single line.
constexpr size_t kMostShown = size_t{128} << 10;

/// The line of a place, for messages; files only. Nothing when the place is too far inside of it.
std::optional<std::string> SourceLine(const Location& location) {
  if (location.source.empty() || location.source == "-" || location.line == 0) return std::nullopt;
  std::ifstream file(location.source, std::ios::binary);
  // Places in a packed file are those of what is in it.
  std::string mark(4, '\0');
  file.read(mark.data(), static_cast<std::streamsize>(mark.size()));
  if (plugin::PackingOf(mark) != plugin::Packing::kNone) return std::nullopt;
  // Lines of a workbook are rows of its sheets.
  if (mark == "PK\x03\x04") return std::nullopt;
  file.clear();
  file.seekg(0);
  // The offset leads near the line at once; without it the file is read from the start.
  std::string line;
  constexpr uint64_t kBack = kMostShown / 2;
  if (location.offset > kBack) {
    const uint64_t begin = location.offset - kBack;
    std::string window(kMostShown, '\0');
    file.seekg(static_cast<std::streamoff>(begin));
    file.read(window.data(), static_cast<std::streamsize>(window.size()));
    window.resize(static_cast<size_t>(file.gcount()));
    const size_t at = std::min<size_t>(kBack, window.size());
    const size_t from = window.rfind('\n', at == 0 ? 0 : at - 1);
    const size_t to = std::min(window.find('\n', at), window.size());
    if (from == std::string::npos) return std::nullopt;
    line = window.substr(from + 1, to - from - 1);
  } else {
    // A place comes from a plugin: its line may be any number.
    for (uint64_t i = 1; i < location.line && file.good(); ++i) {
      file.ignore(std::numeric_limits<std::streamsize>::max(), '\n');
    }
    if (!file.good()) return std::nullopt;
    line.resize(kMostShown);
    file.getline(line.data(), static_cast<std::streamsize>(line.size()));
    if (file.gcount() == 0) return std::nullopt;
    // The end of the line counts where there is one.
    line.resize(static_cast<size_t>(file.gcount()) - (file.good() ? 1 : 0));
    const bool is_cut = file.fail() && !file.eof();
    if (is_cut && location.column > line.size()) return std::nullopt;
  }
  if (!line.empty() && line.back() == '\r') line.pop_back();
  return line;
}

/// A line of a text, from 1.
std::optional<std::string> LineOf(std::string_view text, uint64_t line) {
  for (uint64_t i = 1; i < line; ++i) {
    const size_t end = text.find('\n');
    if (end == std::string_view::npos) return std::nullopt;
    text.remove_prefix(end + 1);
  }
  return std::string(text.substr(0, text.find('\n')));
}

/// Bytes of an input, as the XML reader wants them.
class SourceStream : public text::InputStream {
 public:
  explicit SourceStream(const PuenteSource* source) : source_(source) {}
  absl::StatusOr<size_t> Read(char* buffer, size_t size) override {
    size_t got = 0;
    if (source_->read(source_->ctx, buffer, size, &got) != PUENTE_OK) {
      return absl::DataLossError("the input could not be read");
    }
    return got;
  }

 private:
  const PuenteSource* source_;
};

/// For an input that no format fits: the fault that keeps it from being XML, where it looks or is
/// named like XML; else OK.
absl::Status XmlFault(const plugin::Source& source, const Limits& limits) {
  const std::string_view head = TrimXmlSpace(source.head());
  if (!head.starts_with('<') && !source.name().ends_with(".xml")) return absl::OkStatus();
  SourceStream stream(source.c_source());
  text::XmlReaderOptions options;
  options.limits = limits;
  options.source = source.name();
  auto reader = text::XmlReader::Create(&stream, options);
  if (!reader.ok()) return reader.status();
  while (true) {
    const auto event = (*reader)->Next();
    if (!event.ok()) return event.status();
    if (*event == text::XmlEvent::kEndOfDocument) return absl::OkStatus();
  }
}

}  // namespace

absl::Status UsageError(std::string message, std::string hint) {
  ErrorDetail detail;
  detail.code = "PUE-0001";
  detail.message = std::move(message);
  detail.hint = std::move(hint);
  return MakeError(absl::StatusCode::kInvalidArgument, detail);
}

absl::Status WriteStdout(std::string_view text) {
  if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size() || std::fflush(stdout) != 0) {
    const int error = errno;
    ErrorDetail detail;
    detail.code = "PUE-0103";
    detail.message = fmt::format("cannot write standard output: {}", std::strerror(error));
    detail.hint = error == EPIPE ? "the program that reads it ended before the output did"
                                 : "see that there is room where it goes";
    return MakeError(absl::StatusCode::kDataLoss, detail);
  }
  return absl::OkStatus();
}

absl::StatusOr<plugin::OptionList> ParsePairs(const std::vector<std::string>& pairs,
                                              std::string_view option) {
  plugin::OptionList list;
  for (const std::string& pair : pairs) {
    const size_t equals = pair.find('=');
    if (equals == std::string::npos || equals == 0) {
      return UsageError(fmt::format("`{}` after {} is not KEY=VALUE", pair, option),
                        fmt::format("write {} KEY=VALUE", option));
    }
    list.emplace_back(pair.substr(0, equals), pair.substr(equals + 1));
  }
  return list;
}

const std::atomic<bool>* Session::Interrupted() { return g_interruption; }

void Session::FollowInterruption(const std::atomic<bool>* interrupted) {
  g_interruption = interrupted;
}

void Session::HandleSignals() {
  std::signal(SIGPIPE, SIG_IGN);
  struct sigaction action = {};
  action.sa_handler = OnSignal;
  sigemptyset(&action.sa_mask);
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
}

absl::Status Session::Start() {
  started_ = Now();
  auto pairs = ParsePairs(options_.limits, "--limit-set");
  if (!pairs.ok()) return pairs.status();
  for (const auto& [name, value] : *pairs) {
    if (absl::Status status = SetLimit(&limits_, name, value); !status.ok()) {
      ErrorDetail detail = GetErrorDetail(status);
      if (detail.code.empty()) detail.code = "PUE-0001";
      return MakeError(absl::StatusCode::kInvalidArgument, detail);
    }
  }
  if (options_.colour == "always") {
    colour_ = true;
  } else if (options_.colour == "auto") {
    const char* no_colour = std::getenv("NO_COLOR");
    colour_ = isatty(STDERR_FILENO) != 0 && (no_colour == nullptr || *no_colour == '\0');
  }
  return absl::OkStatus();
}

const plugin::Catalog& Session::catalog() {
  if (!catalog_.has_value()) {
    plugin::SearchOptions search;
    // Who types a folder means the one that he sees; a variable may have been set elsewhere.
    for (const std::string& folder : options_.plugin_dirs) {
      std::error_code error;
      const auto absolute = std::filesystem::absolute(folder, error).lexically_normal();
      search.plugin_dirs.push_back(error || folder.empty() ? folder : absolute.string());
    }
    catalog_ = plugin::Catalog::Open(search);
  }
  return *catalog_;
}

const CodeCatalogue& Session::codes() {
  if (!codes_.has_value()) {
    auto made = CodeCatalogue::WithCoreCodes();
    if (made.ok()) codes_ = *std::move(made);
    if (!codes_.has_value()) codes_.emplace();
    for (const auto& entry : catalog().entries()) {
      const std::string& file = entry->manifest.catalogues.messages;
      if (file.empty()) continue;
      std::ifstream in(entry->manifest_path.parent_path() / file, std::ios::binary);
      const std::string json((std::istreambuf_iterator<char>(in)),
                             std::istreambuf_iterator<char>());
      if (absl::Status status = codes_->Add(json, entry->manifest.name); !status.ok()) {
        Say(fmt::format("note: the messages of plugin `{}` cannot be used: {}",
                        entry->manifest.name, FormatError(status)));
      }
    }
  }
  return *codes_;
}

absl::StatusOr<pipeline::Input> Session::OpenInput(const std::string& path,
                                                   const std::string& format,
                                                   const std::vector<std::string>& options,
                                                   bool say) {
  pipeline::Input input;
  input.path = path;
  plugin::SourceOptions source_options;
  source_options.hash = hash_inputs_;
  source_options.cancel = g_interruption;
  source_options.limits = &limits_;
  auto source = plugin::Source::Open(path, source_options);
  if (!source.ok()) return source.status();
  input.source = *std::move(source);
  const plugin::CatalogEntry* entry = nullptr;
  if (!format.empty()) {
    auto found = catalog().FindFormat(format, plugin::Direction::kRead);
    if (!found.ok()) return found.status();
    entry = found->entry;
    input.binding.format = found->format;
  } else {
    const auto candidates =
        plugin::Identify(catalog(), &loader_, path, input.source->head(), input.source->c_source());
    auto chosen = plugin::Choose(catalog(), candidates, path, input.source->head(), from_option_);
    if (!chosen.ok()) {
      const absl::Status fault = XmlFault(*input.source, limits_);
      return WithSource(fault.ok() ? chosen.status() : fault, path);
    }
    entry = chosen->entry;
    input.binding.format = chosen->format;
    input.binding.version = chosen->version;
    if (say) {
      const std::string_view packing = plugin::PackingName(input.source->packing());
      Say(fmt::format("reading {} as {}{}{}{}", EscapeForTerminal(path), chosen->format->id,
                      chosen->version.empty() ? "" : " ", EscapeForTerminal(chosen->version),
                      packing.empty() ? "" : fmt::format(", packed with {}", packing)));
    }
  }
  auto loaded = loader_.Load(*entry);
  if (!loaded.ok()) return loaded.status();
  input.binding.plugin = &(*loaded)->table();
  auto pairs = ParsePairs(options, "--in-opt");
  if (!pairs.ok()) return pairs.status();
  auto checked = plugin::CheckOptions(*input.binding.format, plugin::Direction::kRead, *pairs);
  if (!checked.ok()) return checked.status();
  input.options = *std::move(checked);
  return input;
}

absl::StatusOr<pipeline::Output> Session::OpenOutput(const std::string& path,
                                                     const std::string& format,
                                                     const std::vector<std::string>& options,
                                                     std::string_view of_inputs) {
  pipeline::Output output;
  output.path = path;
  for (const std::string_view packed : {".gz", ".zst"}) {
    if (!std::string_view(path).ends_with(packed)) continue;
    return UsageError(fmt::format("{} would not be packed, whatever its name says", path),
                      fmt::format("write to - with {} FORMAT, and pack that: ... | {} > FILE",
                                  to_option_, packed == ".gz" ? "gzip" : "zstd"));
  }
  auto found = !format.empty() ? catalog().FindFormat(format, plugin::Direction::kWrite)
               : path == "-"   ? absl::StatusOr<plugin::FormatRef>(
                                   UsageError("the format for standard output is not known",
                                                fmt::format("add {} FORMAT", to_option_)))
                             : plugin::ChooseForOutput(catalog(), path, to_option_, of_inputs);
  if (!found.ok()) return found.status();
  output.binding.format = found->format;
  auto loaded = loader_.Load(*found->entry);
  if (!loaded.ok()) return loaded.status();
  output.binding.plugin = &(*loaded)->table();
  auto pairs = ParsePairs(options, "--out-opt");
  if (!pairs.ok()) return pairs.status();
  auto checked = plugin::CheckOptions(*found->format, plugin::Direction::kWrite, *pairs);
  if (!checked.ok()) return checked.status();
  output.options = *std::move(checked);
  // Reading the output again: options that both directions have keep the value of the writer.
  plugin::OptionList again;
  for (const auto& [key, value] : output.options) {
    const plugin::OptionSpec* spec = found->format->FindOption(key);
    if (spec != nullptr && spec->AppliesTo(plugin::Direction::kRead))
      again.emplace_back(key, value);
  }
  if (found->format->read) {
    auto reading = plugin::CheckOptions(*found->format, plugin::Direction::kRead, again);
    if (!reading.ok()) return reading.status();
    output.read_options = *std::move(reading);
  }
  return output;
}

pipeline::ReadSettings Session::Settings(int jobs) {
  pipeline::ReadSettings settings;
  settings.jobs = jobs;
  settings.limits = &limits_;
  settings.cancel = g_interruption;
  FindingTextOptions text;
  text.colour = colour_;
  text.source_line = SourceLine;
  printer_ = std::make_unique<FindingPrinter>(text, [this](std::string_view lines) {
    ClearProgress();
    std::fwrite(lines.data(), 1, lines.size(), stderr);
  });
  if (!options_.quiet) {
    settings.on_finding = [this](const Finding& finding) { printer_->Report(finding); };
    settings.log = [](Severity, std::string_view line) {
      const std::string safe = EscapeForTerminal(line) + "\n";
      std::fwrite(safe.data(), 1, safe.size(), stderr);
    };
    if (isatty(STDERR_FILENO) != 0) {
      settings.progress = [this](const pipeline::Progress& progress) { DrawProgress(progress); };
    }
  }
  return settings;
}

void Session::ShowProgress(std::string_view line) {
  if (options_.quiet || Now() - started_ < 1.0 || isatty(STDERR_FILENO) == 0) return;
  std::fprintf(stderr, "\r\033[K%.*s", static_cast<int>(line.size()), line.data());
  progress_shown_ = true;
}

void Session::DrawProgress(const pipeline::Progress& progress) {
  const double elapsed = Now() - started_;
  if (elapsed < 1.0) return;
  const double done = static_cast<double>(progress.bytes_done);
  const double rate = done / elapsed;
  std::string line =
      fmt::format("\r\033[K{}{} {} records, {}/s", progress.verifying ? "verifying " : "",
                  Bytes(done), FormatCount(progress.records), Bytes(rate));
  if (progress.bytes_total.has_value() && *progress.bytes_total > 0) {
    const double total = static_cast<double>(*progress.bytes_total);
    const double part = std::min(1.0, done / total);
    const int width = 24;
    const int filled = static_cast<int>(part * width);
    line = fmt::format(
        "\r\033[K[{:=<{}}{: <{}}] {:3.0f} %  {} of {}  {} records  {}/s  ETA {:.0f} s", "", filled,
        "", width - filled, part * 100, Bytes(done), Bytes(total), FormatCount(progress.records),
        Bytes(rate), rate > 0 ? (total - done) / rate : 0.0);
  }
  std::fwrite(line.data(), 1, line.size(), stderr);
  progress_shown_ = true;
}

void Session::ClearProgress() {
  if (!progress_shown_) return;
  std::fputs("\r\033[K", stderr);
  progress_shown_ = false;
}

void Session::FinishMessages(const FindingLog* findings) {
  ClearProgress();
  if (printer_ != nullptr && !options_.quiet) {
    printer_->Finish(findings == nullptr ? std::map<std::string, uint64_t>() : findings->by_code());
  }
  printer_.reset();
}

void Session::Say(std::string_view line) {
  if (options_.quiet) return;
  ClearProgress();
  std::fprintf(stderr, "%.*s\n", static_cast<int>(line.size()), line.data());
}

void Session::Tell(const Finding& finding) {
  if (options_.quiet) return;
  ClearProgress();
  FindingTextOptions text;
  text.colour = colour_;
  text.source_line = SourceLine;
  const std::string lines = FindingText(finding, text);
  std::fwrite(lines.data(), 1, lines.size(), stderr);
}

int Session::Fail(const absl::Status& status, std::optional<std::string_view> argument) {
  ClearProgress();
  const ErrorDetail detail = GetErrorDetail(status);
  Finding finding;
  finding.severity = Severity::kError;
  finding.code = detail.code.empty() ? "PUE-0408" : detail.code;
  finding.message = detail.message;
  finding.hint = detail.hint;
  finding.text = detail.text;
  finding.location.source = detail.source;
  finding.location.line = detail.line;
  finding.location.column = detail.column;
  FindingTextOptions text;
  text.colour = colour_;
  text.source_line = SourceLine;
  if (argument.has_value()) {
    text.source_line = [&](const Location& location) { return LineOf(*argument, location.line); };
  }
  const std::string lines = FindingText(finding, text);
  std::fwrite(lines.data(), 1, lines.size(), stderr);
  return pipeline::ExitCodeFor(status);
}

}  // namespace puente::tools
