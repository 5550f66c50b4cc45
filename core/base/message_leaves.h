// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Counts the leaves of a message without serializing it. For core/base only.

#ifndef PUENTE_CORE_BASE_MESSAGE_LEAVES_H_
#define PUENTE_CORE_BASE_MESSAGE_LEAVES_H_

#include "core/base/leaf_tally.h"
#include "core/base/leaf_tree.h"
#include "google/protobuf/message.h"

namespace puente::internal {

/// Counts the leaves of content at its path; the same as a walk over its canonical bytes, in the
/// same order. False when a message has fields that the schema does not know: these have to be
/// counted on the bytes, and what was counted means nothing.
bool CountMessageLeaves(LeafNode* node, const google::protobuf::Message& content,
                        const Stand& stand, Tally* tally);

}  // namespace puente::internal

#endif  // PUENTE_CORE_BASE_MESSAGE_LEAVES_H_
