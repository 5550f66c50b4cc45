// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Records as output and input of the pipeline.

#include "services/files/record_pipe.h"

#include <utility>

#include "core/plugin/source.h"

namespace puente::exchange {
namespace {

constexpr std::string_view kBinary = "binary:binary";

absl::StatusOr<pipeline::FormatBinding> Binary(const plugin::Catalog& catalog,
                                               plugin::Loader* loader,
                                               plugin::Direction direction) {
  const absl::StatusOr<plugin::FormatRef> found = catalog.FindFormat(kBinary, direction);
  if (!found.ok()) return found.status();
  const absl::StatusOr<const plugin::LoadedPlugin*> loaded = loader->Load(*found->entry);
  if (!loaded.ok()) return loaded.status();
  pipeline::FormatBinding binding;
  binding.format = found->format;
  binding.plugin = &(*loaded)->table();
  return binding;
}

}  // namespace

absl::Status RecordOutput::Explain(const absl::Status& status) const {
  return status.ok() || cutter->error().ok() ? status : cutter->error();
}

absl::StatusOr<RecordOutput> RecordsTo(const plugin::Catalog& catalog, plugin::Loader* loader,
                                       const std::string& name, TakeRecord take) {
  auto binding = Binary(catalog, loader, plugin::Direction::kWrite);
  if (!binding.ok()) return binding.status();
  auto options = plugin::CheckOptions(*binding->format, plugin::Direction::kWrite, {});
  if (!options.ok()) return options.status();
  RecordOutput out;
  out.cutter = std::make_shared<FrameCutter>(std::move(take));
  out.output.path = name;
  out.output.binding = *std::move(binding);
  out.output.options = *std::move(options);
  out.output.sink = [cutter = out.cutter](std::string_view bytes) { return cutter->Add(bytes); };
  return out;
}

absl::Status RecordInput::Explain(const absl::Status& status) const {
  return status.ok() || frames->error().ok() ? status : frames->error();
}

absl::StatusOr<RecordInput> RecordsFrom(const plugin::Catalog& catalog, plugin::Loader* loader,
                                        const RecordInputOptions& options, GiveRecord give) {
  auto binding = Binary(catalog, loader, plugin::Direction::kRead);
  if (!binding.ok()) return binding.status();
  const plugin::OptionList given = {{"verify_digests", "false"}};
  auto checked = plugin::CheckOptions(*binding->format, plugin::Direction::kRead, given);
  if (!checked.ok()) return checked.status();
  auto frames = std::make_unique<FrameInput>(std::move(give));
  RecordInput in;
  in.frames = frames.get();
  plugin::SourceOptions source_options;
  source_options.cancel = options.cancel;
  source_options.limits = options.limits;
  source_options.unpack = false;
  auto source = plugin::Source::Make(options.name, std::move(frames), source_options);
  // The frames went with the source that was not made: what was wrong is in the error.
  if (!source.ok()) return source.status();
  in.input.path = options.name;
  in.input.binding = *std::move(binding);
  in.input.options = *std::move(checked);
  in.input.source = *std::move(source);
  return in;
}

}  // namespace puente::exchange
