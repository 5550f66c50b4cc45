// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// How a text relates to the canonical form of its value.

#ifndef PUENTE_CORE_BASE_TEXT_FORM_H_
#define PUENTE_CORE_BASE_TEXT_FORM_H_

namespace puente {

/// What a source's text is to the value that was read from it.
enum class TextForm {
  /// Writing the value gives exactly this text: nothing but the value need be kept.
  kCanonical,
  /// The value was read, but it is written differently: keep the text beside it.
  kVariant,
  /// No value: the output was not touched. Keep the text in place of the value.
  kInvalid,
};

}  // namespace puente

#endif  // PUENTE_CORE_BASE_TEXT_FORM_H_
