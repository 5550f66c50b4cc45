// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Texts in UTF-8 that a program took for windows-1252 and wrote in UTF-8 once more.

#ifndef PUENTE_CORE_TEXT_DOUBLE_ENCODING_H_
#define PUENTE_CORE_TEXT_DOUBLE_ENCODING_H_

#include <optional>
#include <string>
#include <string_view>

namespace puente::text {

/// The text whose UTF-8 was once read as windows-1252 to give this one (`PanamÃ¡` for `Panamá`).
/// Nothing when it was not, which is told by the first such character in most texts.
std::optional<std::string> RepairDoubleEncoding(std::string_view text);

}  // namespace puente::text

#endif  // PUENTE_CORE_TEXT_DOUBLE_ENCODING_H_
