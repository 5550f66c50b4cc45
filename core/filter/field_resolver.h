// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Field paths of expressions, resolved against the schema once.

#ifndef PUENTE_CORE_FILTER_FIELD_RESOLVER_H_
#define PUENTE_CORE_FILTER_FIELD_RESOLVER_H_

#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "core/filter/expression.h"
#include "core/filter/field_names.h"

namespace puente::filter {

/// The fields that a path stands for, from Record downwards. A path begins at a field of Record, or
/// at one of its content: then there is one chain for every kind of record that has such a field.
/// `text` is the whole expression, for the errors: PUE-0112 with the nearest name.
absl::StatusOr<std::vector<FieldChain>> ResolvePath(std::string_view text,
                                                    const std::vector<PathStep>& path);

}  // namespace puente::filter

#endif  // PUENTE_CORE_FILTER_FIELD_RESOLVER_H_
