// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// The splitter of a plugin at work.

#include "core/pipeline/piece_cutter.h"

#include <string>
#include <vector>

#include "core/pipeline/flight.h"

namespace puente::pipeline {

PieceCutter::PieceCutter(const FeedOptions& options) : options_(options), run_(options.run) {}

PieceCutter::~PieceCutter() {
  if (splitter_ != nullptr) options_.binding.plugin->splitter_close(splitter_);
}

absl::Status PieceCutter::Open() {
  const std::vector<PuenteOption> given = ToContract(*options_.options);
  const std::string& id = options_.binding.format->id;
  const PuenteStatus status = options_.binding.plugin->splitter_open(
      run_.c_run(), {id.data(), id.size()}, options_.source->c_source(), given.data(), given.size(),
      &splitter_);
  if (status != PUENTE_OK) {
    splitter_ = nullptr;
    return PluginError(run_, status, *options_.source, "cutting the input");
  }
  if (splitter_ == nullptr) return BrokenContract("it opened no splitter", options_.source->name());
  return absl::OkStatus();
}

Cut PieceCutter::Next() {
  plugin::Source& source = *options_.source;
  Cut cut;
  cut.piece.struct_size = sizeof(PuentePiece);
  const PuenteStatus status = options_.binding.plugin->splitter_next(splitter_, &cut.piece);
  if (status == PUENTE_OK) {
    if (cut.piece.offset != next_offset_ || cut.piece.length > source.size() - next_offset_) {
      cut.status = BrokenContract("the pieces of the input have gaps or overlap", source.name());
    } else {
      next_offset_ += cut.piece.length;
    }
  } else if (status != PUENTE_END) {
    cut.status = PluginError(run_, status, source, "cutting the input");
  } else if (next_offset_ != source.size()) {
    cut.status = BrokenContract("the pieces of the input end before it does", source.name());
  }
  cut.is_end = status != PUENTE_OK || !cut.status.ok();
  cut.news = run_.TakeNews();
  return cut;
}

}  // namespace puente::pipeline
