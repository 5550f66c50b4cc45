// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Tells whether an input is a matrix, by a look at its beginning.
#ifndef PUENTE_PLUGINS_R4V5W_MATRIX_PROBE_H_
#define PUENTE_PLUGINS_R4V5W_MATRIX_PROBE_H_

#include <cstdint>

#include "core/plugin/sdk/puente_sdk.h"

namespace puente::r4v5w {

/// How sure it is that an input is a matrix, by the names of its columns: 0 to 95. The names of a
/// workbook that comes through a pipe cannot be read; what the file is called counts then.
uint32_t MatrixConfidence(const sdk::Head& head);

}  // namespace puente::r4v5w

#endif  // PUENTE_PLUGINS_R4V5W_MATRIX_PROBE_H_
