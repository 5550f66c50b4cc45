// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Settings of the C library's allocator that keep resident memory small.

#ifndef PUENTE_CORE_PIPELINE_MEMORY_H_
#define PUENTE_CORE_PIPELINE_MEMORY_H_

namespace puente::pipeline {

/// Makes freed memory go back to the system soon and keeps the number of heaps small. Call it first
/// in main(), before any thread is started. Does nothing where the allocator has no such settings.
void TuneAllocator();

/// Gives free pages inside the heaps back to the system: heaps that are filled on one thread and
/// freed on another would slowly spread over more pages. Costs about a millisecond.
void ReleaseFreeMemory();

}  // namespace puente::pipeline

#endif  // PUENTE_CORE_PIPELINE_MEMORY_H_
