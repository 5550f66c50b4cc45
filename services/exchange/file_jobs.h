// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Files into datasets and out of them: the work, which blocks, without gRPC's callbacks.

#ifndef PUENTE_SERVICES_EXCHANGE_FILE_JOBS_H_
#define PUENTE_SERVICES_EXCHANGE_FILE_JOBS_H_

#include <atomic>
#include <string>

#include "absl/status/statusor.h"
#include "puente/exchange/v1/dataset_service.pb.h"
#include "puente/exchange/v1/format_service.pb.h"
#include "services/exchange/environment.h"

namespace puente::exchange {

/// A format as it was asked for. OPTION_INVALID when an option stands twice.
absl::StatusOr<FormatSpec> ReadFormat(const v1::FormatChoice& choice);

/// FORMAT_NOT_FOUND when this server has no formats.
absl::Status CheckFormats(const Environment& env);

/// Reads a file into a dataset. The caller may write to it.
absl::Status ImportFile(Environment* env, const v1::ImportDatasetRequest::Open& open,
                        const ReadBytes& read, const std::atomic<bool>* cancel,
                        v1::ImportDatasetResponse* response);

/// Writes a dataset as a file; the receipt.
absl::StatusOr<std::string> ExportFile(Environment* env, const v1::ExportDatasetRequest& request,
                                       const WriteBytes& write, const std::atomic<bool>* cancel);

}  // namespace puente::exchange

#endif  // PUENTE_SERVICES_EXCHANGE_FILE_JOBS_H_
