// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Between the functions of the contract and the classes of a plugin. Part of the SDK: included by
// puente_sdk.h, of no use alone.
#ifndef PUENTE_CORE_PLUGIN_SDK_ADAPTER_H_
#define PUENTE_CORE_PLUGIN_SDK_ADAPTER_H_

#include <cstddef>
#include <memory>
#include <string_view>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/plugin/puente_plugin.h"
#include "core/plugin/sdk/puente_sdk.h"

namespace puente::sdk::internal {

using OpenReaderCall = absl::FunctionRef<absl::StatusOr<std::unique_ptr<Reader>>(Run, Source*)>;
using OpenSplitterCall = absl::FunctionRef<absl::StatusOr<std::unique_ptr<Splitter>>(Run, Source*)>;
using OpenWriterCall = absl::FunctionRef<absl::StatusOr<std::unique_ptr<Writer>>(Run, Target*)>;

// Each makes a handle for the host of what `open` gives; nothing is thrown out of them.
PuenteStatus OpenReader(PuenteRun* run, const PuenteSource* source, OpenReaderCall open,
                        void** out) noexcept;
PuenteStatus OpenSplitter(PuenteRun* run, const PuenteSource* source, OpenSplitterCall open,
                          void** out) noexcept;
PuenteStatus OpenWriter(PuenteRun* run, const PuenteTarget* target, OpenWriterCall open,
                        void** out) noexcept;
PuenteStatus Identify(const PuenteSource* source, PuenteProbe* probe,
                      absl::FunctionRef<void(const Head&, Probe*)> identify) noexcept;

// The same for all plugins. False when host and plugin do not fit.
bool Begin(const PuenteHost* host, PuentePlugin* plugin, std::string_view manifest,
           std::string_view build_id) noexcept;
void AddReader(PuentePlugin* plugin) noexcept;
void AddSplitter(PuentePlugin* plugin) noexcept;
void AddWriter(PuentePlugin* plugin) noexcept;

// The functions of the contract that open something of plugin class P.
template <typename P>
struct Adapter {
  static PuenteStatus Identify(const PuenteSource* source, PuenteProbe* probe) noexcept {
    return internal::Identify(source, probe, P::Identify);
  }
  static PuenteStatus ReaderOpen(PuenteRun* run, PuenteString format, const PuenteSource* source,
                                 const PuenteOption* options, size_t size, void** out) noexcept {
    const auto open = [&](Run of, Source* from) {
      return P::OpenReader(of, ToStd(format), from, Options(options, size));
    };
    return internal::OpenReader(run, source, open, out);
  }
  static PuenteStatus ReaderOpenPiece(PuenteRun* run, PuenteString format,
                                      const PuenteSource* source, const PuentePiece* piece,
                                      const PuenteOption* options, size_t size,
                                      void** out) noexcept {
    const auto open = [&](Run of, Source* from) {
      return P::OpenPiece(of, ToStd(format), from, *piece, Options(options, size));
    };
    return internal::OpenReader(run, source, open, out);
  }
  static PuenteStatus SplitterOpen(PuenteRun* run, PuenteString format, const PuenteSource* source,
                                   const PuenteOption* options, size_t size, void** out) noexcept {
    const auto open = [&](Run of, Source* from) {
      return P::OpenSplitter(of, ToStd(format), from, Options(options, size));
    };
    return internal::OpenSplitter(run, source, open, out);
  }
  static PuenteStatus WriterOpen(PuenteRun* run, PuenteString format, const PuenteTarget* target,
                                 const PuenteOption* options, size_t size, void** out) noexcept {
    const auto open = [&](Run of, Target* to) {
      return P::OpenWriter(of, ToStd(format), to, Options(options, size));
    };
    return internal::OpenWriter(run, target, open, out);
  }

  static PuenteStatus Entry(const PuenteHost* host, PuentePlugin* plugin) noexcept {
    if (!Begin(host, plugin, P::Manifest(), kBuildId)) return PUENTE_UNIMPLEMENTED;
    if constexpr (requires { &P::Identify; }) plugin->identify = Identify;
    if constexpr (requires { &P::OpenReader; }) {
      plugin->reader_open = ReaderOpen;
      AddReader(plugin);
    }
    if constexpr (requires { &P::OpenSplitter; }) {
      plugin->reader_open_piece = ReaderOpenPiece;
      plugin->splitter_open = SplitterOpen;
      AddSplitter(plugin);
    }
    if constexpr (requires { &P::OpenWriter; }) {
      plugin->writer_open = WriterOpen;
      AddWriter(plugin);
    }
    return PUENTE_OK;
  }
};

}  // namespace puente::sdk::internal

#endif  // PUENTE_CORE_PLUGIN_SDK_ADAPTER_H_
