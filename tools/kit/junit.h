// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// The results of the conformance kit as JUnit XML, for build servers.
#ifndef PUENTE_TOOLS_KIT_JUNIT_H_
#define PUENTE_TOOLS_KIT_JUNIT_H_

#include <span>
#include <string>
#include <string_view>

#include "tools/kit/check_table.h"

namespace puente::tools {

/// One suite named by the plugin, a case for each result: failures as `failure`, quirks and what is
/// not applicable as `skipped`, with their reasons. UTF-8, ends with a line feed.
std::string JUnitXml(std::string_view plugin, std::span<const KitResult> results);

}  // namespace puente::tools

#endif  // PUENTE_TOOLS_KIT_JUNIT_H_
