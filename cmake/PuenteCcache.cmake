# Copyright 2026 The Puente Authors
# SPDX-License-Identifier: Apache-2.0
# Compiles through ccache where it is installed; include it before the first target.

option(PUENTE_CCACHE "Compile through ccache when it is found" ON)

if(PUENTE_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  find_program(PUENTE_CCACHE_PROGRAM ccache)
  if(PUENTE_CCACHE_PROGRAM)
    set(CMAKE_C_COMPILER_LAUNCHER "${PUENTE_CCACHE_PROGRAM}")
    set(CMAKE_CXX_COMPILER_LAUNCHER "${PUENTE_CCACHE_PROGRAM}")
  endif()
endif()
