// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Which defect the diary plugin has: the environment says so when it is loaded.
#ifndef PUENTE_TESTS_PLUGINS_DEFECTIVE_DEFECTS_H_
#define PUENTE_TESTS_PLUGINS_DEFECTIVE_DEFECTS_H_

#include <cstdlib>
#include <string_view>

namespace puente::diary {

/// Whether the plugin has the defect that the variable PUENTE_DEFECT names.
inline bool Has(std::string_view defect) {
  static const char* const name = std::getenv("PUENTE_DEFECT");
  return name != nullptr && defect == name;
}

}  // namespace puente::diary

#endif  // PUENTE_TESTS_PLUGINS_DEFECTIVE_DEFECTS_H_
