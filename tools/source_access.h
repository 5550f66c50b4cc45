// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// The bytes of an input at any place, through the host's own reading of inputs.
#ifndef PUENTE_TOOLS_SOURCE_ACCESS_H_
#define PUENTE_TOOLS_SOURCE_ACCESS_H_

#include <cstddef>
#include <cstdint>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/plugin/source.h"
#include "core/text/random_access.h"

namespace puente::tools {

/// Reads a source that can seek, and that must outlive it.
class SourceAccess : public text::RandomInput {
 public:
  explicit SourceAccess(plugin::Source* source) : source_(source) {}
  uint64_t size() const override { return source_->size(); }
  absl::StatusOr<size_t> ReadAt(uint64_t offset, char* buffer, size_t size) override {
    const PuenteSource* const source = source_->c_source();
    size_t got = 0;
    if (source->read_at(source->ctx, offset, buffer, size, &got) != PUENTE_OK) {
      return source_->error().ok() ? absl::DataLossError("the input could not be read")
                                   : source_->error();
    }
    return got;
  }

 private:
  plugin::Source* const source_;
};

}  // namespace puente::tools

#endif  // PUENTE_TOOLS_SOURCE_ACCESS_H_
