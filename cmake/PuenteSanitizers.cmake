# Copyright 2026 The Puente Authors
# SPDX-License-Identifier: Apache-2.0
# Sanitizers and fuzzing instrumentation for the whole build; include it before the first target.

set(PUENTE_SANITIZE "" CACHE STRING "Sanitizer of the whole build: address, thread or nothing")
set_property(CACHE PUENTE_SANITIZE PROPERTY STRINGS "" address thread)
option(PUENTE_FUZZ "Instrument the build for libFuzzer and build the fuzz targets (Clang)" OFF)

if(PUENTE_SANITIZE STREQUAL "address")
  # Undefined behaviour is looked for in the same build; the first hit ends the program.
  set(_puente_sanitize -fsanitize=address,undefined -fno-sanitize-recover=all)
elseif(PUENTE_SANITIZE STREQUAL "thread")
  set(_puente_sanitize -fsanitize=thread)
elseif(PUENTE_SANITIZE)
  message(FATAL_ERROR "PUENTE_SANITIZE is \"${PUENTE_SANITIZE}\": use address, thread or nothing")
endif()

if(PUENTE_SANITIZE)
  add_compile_options(${_puente_sanitize} -fno-omit-frame-pointer -fno-optimize-sibling-calls)
  add_link_options(${_puente_sanitize})
  # libstdc++ then checks indexes, iterators' preconditions and empty fronts as well.
  add_compile_definitions(_GLIBCXX_ASSERTIONS)
endif()

# A fuzz target links `puente_fuzzer`, which brings libFuzzer's main(); all else is only instrumented.
if(PUENTE_FUZZ)
  if(NOT CMAKE_CXX_COMPILER_ID MATCHES "Clang")
    message(FATAL_ERROR "PUENTE_FUZZ needs Clang; this is ${CMAKE_CXX_COMPILER_ID}. Use the preset `fuzz`.")
  endif()
  add_compile_options(-fsanitize=fuzzer-no-link
    "-fsanitize-coverage-ignorelist=${CMAKE_CURRENT_LIST_DIR}/fuzz_uncovered.txt")
  add_link_options(-fsanitize=fuzzer-no-link)
  add_library(puente_fuzzer INTERFACE)
  target_link_options(puente_fuzzer INTERFACE -fsanitize=fuzzer)
endif()
