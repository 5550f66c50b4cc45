// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Files of any format for the services, through the pipeline and its plugins.

#include "services/files/pipeline_formats.h"

#include <algorithm>
#include <set>
#include <utility>

#include "core/base/status.h"
#include "core/base/strings.h"
#include "core/base/utf8.h"
#include "core/filter/filter.h"
#include "core/findings/receipt.h"
#include "core/plugin/identify.h"
#include "fmt/format.h"
#include "services/files/record_pipe.h"
#include "services/store/reason_error.h"

namespace puente::exchange {
namespace {

// Errors of the pipeline that are not about the file: what the plugin or this machine did.
constexpr std::string_view kOurFaults[] = {"PUE-0103", "PUE-0111", "PUE-0401", "PUE-0402",
                                           "PUE-0403", "PUE-0404", "PUE-0405", "PUE-0406",
                                           "PUE-0407", "PUE-0408"};

std::string WithHint(const ErrorDetail& detail) {
  return detail.hint.empty() ? detail.message : fmt::format("{}; {}", detail.message, detail.hint);
}

// What the pipeline says of a file, with code and place; faults of this side stay as they are.
absl::Status FileError(const absl::Status& status) {
  const ErrorDetail detail = GetErrorDetail(status);
  if (absl::IsCancelled(status)) return absl::CancelledError("the work was ended");
  if (detail.code.empty() || std::find(std::begin(kOurFaults), std::end(kOurFaults), detail.code) !=
                                 std::end(kOurFaults)) {
    return status;
  }
  std::string place = detail.source;
  if (detail.line != 0) {
    place += fmt::format("{}{}", place.empty() ? "" : ":", detail.line);
    if (detail.column != 0) place += fmt::format(":{}", detail.column);
  }
  std::string message = WithHint(detail);
  if (!place.empty()) message = fmt::format("{}: {}", place, message);
  return store::ReasonError(v1::REASON_INPUT_INVALID, message,
                            {{"code", detail.code}, {"place", place}});
}

absl::Status OptionError(const absl::Status& status) {
  const ErrorDetail detail = GetErrorDetail(status);
  return store::ReasonError(v1::REASON_OPTION_INVALID, WithHint(detail), {{"code", detail.code}});
}

absl::Status FormatError(const absl::Status& status, const std::string& format) {
  return store::ReasonError(v1::REASON_FORMAT_NOT_FOUND, WithHint(GetErrorDetail(status)),
                            {{"format", format}});
}

// The name that a file has here: no path, and not that of standard input.
std::string NameOf(const std::string& file_name) {
  std::string name = file_name.substr(file_name.rfind('/') + 1);
  if (name.empty() || name == "-") return "file";
  return FirstInvalidUtf8(name).has_value() ? EscapeForTerminalLine(name) : name;
}

// Bytes of a caller as an input; keeps what the caller's function said.
class CallbackInput : public plugin::ByteInput {
 public:
  CallbackInput(const ReadBytes& read, absl::Status* error) : read_(read), error_(error) {}

  absl::StatusOr<size_t> Read(char* buffer, size_t capacity) override {
    if (!error_->ok()) return *error_;
    absl::StatusOr<size_t> got = read_(buffer, capacity);
    if (!got.ok()) *error_ = got.status();
    return got;
  }
  absl::StatusOr<size_t> ReadAt(uint64_t, char*, size_t) override {
    return absl::UnimplementedError("the bytes come in order");
  }
  bool can_seek() const override { return false; }
  uint64_t size() const override { return plugin::kUnknownSize; }

 private:
  const ReadBytes& read_;
  absl::Status* const error_;
};

// Bytes for a caller; keeps what the caller's function said.
plugin::ByteSink KeepingSink(const WriteBytes& write, absl::Status* error) {
  return [&write, error](std::string_view bytes) {
    if (error->ok()) *error = write(bytes);
    return *error;
  };
}

}  // namespace

absl::StatusOr<std::unique_ptr<PipelineFormats>> PipelineFormats::Open(
    const PipelineFormatsOptions& options) {
  plugin::SearchOptions search;
  search.allowed = options.allowed;
  search.plugin_dirs = options.plugin_dirs;
  search.built_in = options.built_in;
  // Nothing of other folders is looked at unless something may come from there.
  search.use_environment = search.use_user_folder = !options.allowed.empty();
  plugin::Catalog catalog = plugin::Catalog::Open(search);
  for (const std::string& name : options.allowed) {
    const absl::StatusOr<const plugin::CatalogEntry*> found = catalog.FindPlugin(name);
    if (!found.ok()) return found.status();
  }
  return std::unique_ptr<PipelineFormats>(new PipelineFormats(std::move(catalog), options.limits));
}

std::vector<FormatEntry> PipelineFormats::List() {
  std::vector<FormatEntry> list;
  std::set<std::string> seen;
  for (const auto& entry : catalog_.entries()) {
    for (const plugin::Format& format : entry->manifest.formats) {
      FormatEntry& told = list.emplace_back();
      // An id that a plugin before has, too, is only reached with the name of its plugin.
      told.id = seen.insert(format.id).second
                    ? format.id
                    : fmt::format("{}:{}", entry->manifest.name, format.id);
      told.title = format.title;
      told.plugin = entry->manifest.name;
      told.can_read = format.read;
      told.can_write = format.write;
    }
  }
  std::sort(list.begin(), list.end(),
            [](const FormatEntry& left, const FormatEntry& right) { return left.id < right.id; });
  return list;
}

std::vector<FormatGuess> PipelineFormats::Identify(std::string_view file_name,
                                                   std::string_view head) {
  std::vector<FormatGuess> guesses;
  const std::string name = NameOf(std::string(file_name));
  for (const plugin::Candidate& candidate : plugin::Identify(catalog_, &loader_, name, head)) {
    FormatGuess& guess = guesses.emplace_back();
    guess.format = candidate.format->id;
    guess.confidence = static_cast<int>(candidate.confidence);
    guess.reason = candidate.reason;
    guess.version = candidate.version;
  }
  return guesses;
}

absl::StatusOr<plugin::FormatRef> PipelineFormats::Find(const std::string& format,
                                                        plugin::Direction direction) const {
  if (format.empty()) {
    return store::ReasonError(v1::REASON_FORMAT_NOT_FOUND, "the format of the output is not named",
                              {{"format", ""}});
  }
  absl::StatusOr<plugin::FormatRef> found = catalog_.FindFormat(format, direction);
  if (found.ok()) return found;
  const size_t colon = format.find(':');
  const std::string id = colon == std::string::npos ? format : format.substr(colon + 1);
  for (const plugin::Verdict& verdict : catalog_.verdicts()) {
    if (verdict.code != "PUE-0411" ||
        std::find(verdict.formats.begin(), verdict.formats.end(), id) == verdict.formats.end() ||
        (colon != std::string::npos && verdict.name != format.substr(0, colon))) {
      continue;
    }
    return store::ReasonError(
        v1::REASON_PLUGIN_NOT_ALLOWED,
        fmt::format("the plugin `{}`, which has the format, may not run here", verdict.name),
        {{"plugin", verdict.name}});
  }
  return FormatError(found.status(), format);
}

absl::Status PipelineFormats::Bind(const plugin::FormatRef& format,
                                   pipeline::FormatBinding* binding) {
  const absl::StatusOr<const plugin::LoadedPlugin*> loaded = loader_.Load(*format.entry);
  if (!loaded.ok()) return loaded.status();
  binding->format = format.format;
  binding->plugin = &(*loaded)->table();
  return absl::OkStatus();
}

absl::StatusOr<pipeline::Input> PipelineFormats::OpenInput(const FormatSpec& spec,
                                                           const std::string& file_name,
                                                           std::unique_ptr<plugin::ByteInput> bytes,
                                                           const std::atomic<bool>* cancel) {
  pipeline::Input input;
  input.path = NameOf(file_name);
  // A format that is not there is told before the file is read.
  plugin::FormatRef format;
  if (!spec.format.empty()) {
    const auto found = Find(spec.format, plugin::Direction::kRead);
    if (!found.ok()) return found.status();
    format = *found;
  }
  plugin::SourceOptions options;
  options.hash = true;
  options.cancel = cancel;
  options.limits = &limits_;
  auto source = plugin::Source::Make(input.path, std::move(bytes), options);
  if (!source.ok()) return FileError(source.status());
  input.source = *std::move(source);
  if (format.format == nullptr) {
    const std::string_view head = input.source->head();
    const auto candidates =
        plugin::Identify(catalog_, &loader_, input.path, head, input.source->c_source());
    const auto chosen = plugin::Choose(catalog_, candidates, input.path, head);
    if (!chosen.ok()) return FormatError(chosen.status(), "");
    format = {chosen->entry, chosen->format};
    input.binding.version = chosen->version;
  }
  if (absl::Status status = Bind(format, &input.binding); !status.ok()) return status;
  auto checked = plugin::CheckOptions(*format.format, plugin::Direction::kRead, spec.options);
  if (!checked.ok()) return OptionError(checked.status());
  input.options = *std::move(checked);
  return input;
}

absl::StatusOr<pipeline::Output> PipelineFormats::OpenOutput(const FormatSpec& spec,
                                                             const std::string& name,
                                                             plugin::ByteSink sink) {
  pipeline::Output output;
  output.path = name;
  output.sink = std::move(sink);
  const auto format = Find(spec.format, plugin::Direction::kWrite);
  if (!format.ok()) return format.status();
  if (absl::Status status = Bind(*format, &output.binding); !status.ok()) return status;
  auto checked = plugin::CheckOptions(*format->format, plugin::Direction::kWrite, spec.options);
  if (!checked.ok()) return OptionError(checked.status());
  output.options = *std::move(checked);
  return output;
}

absl::StatusOr<std::string> PipelineFormats::Run(pipeline::Input input, pipeline::Output output,
                                                 const std::string& filter,
                                                 const std::atomic<bool>* cancel) {
  pipeline::ConvertRequest request;
  if (!filter.empty()) {
    auto compiled = filter::Filter::Compile(filter, limits_);
    if (!compiled.ok()) {
      const ErrorDetail detail = GetErrorDetail(compiled.status());
      return store::ReasonError(v1::REASON_FILTER_INVALID, WithHint(detail),
                                {{"field", "filter"}, {"column", std::to_string(detail.column)}});
    }
    auto shared = std::make_shared<const filter::Filter>(*std::move(compiled));
    request.filter = [shared](const puente::v1::Record& record) { return shared->Matches(record); };
  }
  request.inputs.push_back(std::move(input));
  request.output = std::move(output);
  request.settings.limits = &limits_;
  request.settings.cancel = cancel;
  request.receipt = true;
  const pipeline::ConvertResult result = pipeline::Convert(request);
  if (!result.status.ok()) return FileError(result.status);
  return ReceiptJson(result.ledger, result.frame);
}

absl::StatusOr<std::string> PipelineFormats::Import(const FormatSpec& input,
                                                    const std::string& file_name,
                                                    const std::string& dataset,
                                                    const ReadBytes& read, const TakeRecord& take,
                                                    const std::atomic<bool>* cancel) {
  absl::Status of_read;
  auto opened =
      OpenInput(input, file_name, std::make_unique<CallbackInput>(read, &of_read), cancel);
  if (!of_read.ok()) return of_read;
  if (!opened.ok()) return opened.status();
  opened->dataset = dataset;
  opened->take_over = true;
  auto records = RecordsTo(catalog_, &loader_, "dataset " + dataset, take);
  if (!records.ok()) return records.status();
  auto receipt = Run(*std::move(opened), records->output, "", cancel);
  if (!of_read.ok()) return of_read;
  if (!records->cutter->error().ok()) return records->cutter->error();
  return receipt;
}

absl::StatusOr<std::string> PipelineFormats::Export(const FormatSpec& output,
                                                    const std::string& dataset,
                                                    const std::string& filter,
                                                    const GiveRecord& give, const WriteBytes& write,
                                                    const std::atomic<bool>* cancel) {
  absl::Status of_write;
  auto opened = OpenOutput(output, dataset, KeepingSink(write, &of_write));
  if (!opened.ok()) return opened.status();
  RecordInputOptions options;
  options.name = dataset;
  options.cancel = cancel;
  options.limits = &limits_;
  auto records = RecordsFrom(catalog_, &loader_, options, give);
  if (!records.ok()) return records.status();
  auto receipt = Run(records->input, *std::move(opened), filter, cancel);
  if (!of_write.ok()) return of_write;
  if (!records->frames->error().ok()) return records->frames->error();
  return receipt;
}

absl::StatusOr<std::string> PipelineFormats::Convert(const FormatSpec& input,
                                                     const FormatSpec& output,
                                                     const std::string& file_name,
                                                     const std::string& filter,
                                                     const ReadBytes& read, const WriteBytes& write,
                                                     const std::atomic<bool>* cancel) {
  absl::Status of_read;
  absl::Status of_write;
  auto to = OpenOutput(output, "output", KeepingSink(write, &of_write));
  if (!to.ok()) return to.status();
  auto from = OpenInput(input, file_name, std::make_unique<CallbackInput>(read, &of_read), cancel);
  if (!of_read.ok()) return of_read;
  if (!from.ok()) return from.status();
  auto receipt = Run(*std::move(from), *std::move(to), filter, cancel);
  if (!of_read.ok()) return of_read;
  if (!of_write.ok()) return of_write;
  return receipt;
}

}  // namespace puente::exchange
