// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Checks one value of an option and brings it to canonical form.
#ifndef PUENTE_CORE_PLUGIN_OPTION_VALUE_H_
#define PUENTE_CORE_PLUGIN_OPTION_VALUE_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "core/plugin/manifest.h"

namespace puente::plugin {

/// The value in canonical form: `true` or `false`, an integer or decimal without needless signs and
/// zeros before it, other texts as they are. An invalid-argument error, without code, says in its
/// message what the option takes, such as `must be a whole number from 1 to 9`.
absl::StatusOr<std::string> CanonicalOptionValue(const OptionSpec& spec, std::string_view text);

/// Negative, 0 or positive as a value of an integer or decimal option is less than, equal to or
/// more than another. Both are canonical.
int CompareOptionNumbers(std::string_view a, std::string_view b);

}  // namespace puente::plugin

#endif  // PUENTE_CORE_PLUGIN_OPTION_VALUE_H_
