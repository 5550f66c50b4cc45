// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Commands whose work is done in libpuente_exchange.so.
#include "tools/exchange_jobs.h"

#include <fmt/format.h>

#define BOOST_DLL_USE_STD_FS
#include <boost/dll/shared_library.hpp>
#include <cstring>
#include <filesystem>
#include <memory>
#include <system_error>
#include <utility>

#include "core/base/status.h"
#include "core/pipeline/exit_code.h"
#include "puente/v1/schema_hash.h"

namespace puente::tools {
namespace {

constexpr char kLibrary[] = "lib/puente/exchange/libpuente_exchange.so";

absl::Status LibraryError(std::string message) {
  ErrorDetail detail;
  detail.code = "PUE-0725";
  detail.message = std::move(message);
  detail.hint = "install the command and its libraries together";
  return MakeError(absl::StatusCode::kNotFound, detail);
}

}  // namespace

const char* ExchangeBuildId() { return PUENTE_VERSION " " PUENTE_SCHEMA_HASH " " __VERSION__; }

int RunExchangeJob(Session& session, const char* command, const void* options) {
  std::error_code error;
  const std::filesystem::path executable = std::filesystem::read_symlink("/proc/self/exe", error);
  const std::filesystem::path path = executable.parent_path().parent_path() / kLibrary;
  std::unique_ptr<boost::dll::shared_library> library;
  try {
    library = std::make_unique<boost::dll::shared_library>(
        path.string(), boost::dll::load_mode::rtld_now | boost::dll::load_mode::rtld_local);
    ExchangeBuild& build = library->get<ExchangeBuild>("puente_exchange_build");
    if (std::strcmp(build(), ExchangeBuildId()) != 0) {
      return session.Fail(
          LibraryError(fmt::format("{} is of another build: {}", path.string(), build())));
    }
    const ExchangeJob job{command, options, &session.options(), Session::Interrupted()};
    const int code = library->get<ExchangeRun>("puente_exchange_run")(job);
    // Never unloaded: gRPC has threads of its own.
    [[maybe_unused]] static const boost::dll::shared_library* const kept = library.release();
    return code;
  } catch (const std::exception& failure) {
    return session.Fail(
        LibraryError(fmt::format("{} cannot be loaded: {}", path.string(), failure.what())));
  }
}

}  // namespace puente::tools
