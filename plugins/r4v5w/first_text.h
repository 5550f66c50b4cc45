// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// The first text of a message that has some in several languages.
#ifndef PUENTE_PLUGINS_R4V5W_FIRST_TEXT_H_
#define PUENTE_PLUGINS_R4V5W_FIRST_TEXT_H_

#include <string_view>

namespace puente::r4v5w {

/// The text of the first narrative; empty when there is none.
template <typename Message>
std::string_view FirstText(const Message& message) {
  return message.narratives_size() > 0 ? std::string_view(message.narratives(0).text())
                                       : std::string_view();
}

}  // namespace puente::r4v5w

#endif  // PUENTE_PLUGINS_R4V5W_FIRST_TEXT_H_
