// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// What the conformance kit feeds to plugins: records of its own, and beginnings of foreign files.
#ifndef PUENTE_TOOLS_KIT_KIT_SAMPLES_H_
#define PUENTE_TOOLS_KIT_KIT_SAMPLES_H_

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace puente::tools {

/// A few records as JSON Lines: amounts of all kinds, texts in several languages and scripts,
/// source texts, repeated ids. Nothing that ties them to one format.
std::string KitRecords();

/// Names and first bytes of files that belong to no format or to one certain format only: noise,
/// web pages, archives, empty and odd encodings.
std::vector<std::pair<std::string_view, std::string_view>> ForeignHeads();

}  // namespace puente::tools

#endif  // PUENTE_TOOLS_KIT_KIT_SAMPLES_H_
