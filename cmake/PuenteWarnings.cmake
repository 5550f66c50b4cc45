# Copyright 2026 The Puente Authors
# SPDX-License-Identifier: Apache-2.0
# The warnings our own code is compiled with: link `puente_warnings` PRIVATE to each own target.

option(PUENTE_WERROR "Treat compiler warnings as errors (the presets switch it on)" OFF)

add_library(puente_warnings INTERFACE)

# Left out with a reason: -Wpedantic refuses __int128, -Wconversion asks for a cast at every protobuf size.
target_compile_options(puente_warnings INTERFACE
  -Wall -Wextra -Wcast-qual -Wextra-semi -Wformat=2 -Wimplicit-fallthrough -Wnon-virtual-dtor
  -Woverloaded-virtual -Wvla)

if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  target_compile_options(puente_warnings INTERFACE
    -Wduplicated-branches -Wduplicated-cond -Wlogical-op -Wshadow=local -Wsuggest-override)
  # GCC 12 reports overlapping copies inside std::string's operator+ that cannot happen (bug 105329).
  target_compile_options(puente_warnings INTERFACE -Wno-restrict)
  if(PUENTE_SANITIZE)
    # Instrumented code defeats GCC's flow analysis: these two then warn about sound code.
    target_compile_options(puente_warnings INTERFACE -Wno-maybe-uninitialized -Wno-stringop-overflow)
  endif()
elseif(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
  target_compile_options(puente_warnings INTERFACE
    -Wshadow-uncaptured-local -Winconsistent-missing-override -Wthread-safety -Wunreachable-code)
endif()

if(PUENTE_WERROR)
  target_compile_options(puente_warnings INTERFACE -Werror)
endif()
