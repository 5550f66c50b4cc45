// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Settings of the C library's allocator that keep resident memory small.

#include "core/pipeline/memory.h"

#include <stdlib.h>

#if defined(__GLIBC__)
#include <malloc.h>
#endif

namespace puente::pipeline {

void TuneAllocator() {
#if defined(__GLIBC__)
  // Records are made on one thread and freed on another. Each further heap keeps its own reserve,
  // and by default there are eight for each core.
  mallopt(M_ARENA_MAX, 3);
  // Without these two the C library raises both bounds up to 32 MiB as soon as a large block is
  // freed.
  mallopt(M_MMAP_THRESHOLD, 512 << 10);
  mallopt(M_TRIM_THRESHOLD, 1 << 20);
#endif
}

void ReleaseFreeMemory() {
#if defined(__GLIBC__)
  malloc_trim(0);
#endif
}

}  // namespace puente::pipeline
