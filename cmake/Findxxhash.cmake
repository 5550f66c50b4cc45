# Copyright 2026 The Puente Authors
# SPDX-License-Identifier: Apache-2.0
# Finds libxxhash where its packages are with or without CMake files; defines xxhash::xxhash.
find_path(xxhash_INCLUDE_DIR xxhash.h)
find_library(xxhash_LIBRARY NAMES xxhash)
mark_as_advanced(xxhash_INCLUDE_DIR xxhash_LIBRARY)
include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(xxhash REQUIRED_VARS xxhash_LIBRARY xxhash_INCLUDE_DIR)
if(xxhash_FOUND AND NOT TARGET xxhash::xxhash)
  add_library(xxhash::xxhash UNKNOWN IMPORTED)
  set_target_properties(xxhash::xxhash PROPERTIES
    IMPORTED_LOCATION "${xxhash_LIBRARY}" INTERFACE_INCLUDE_DIRECTORIES "${xxhash_INCLUDE_DIR}")
  # Libraries for x86 may choose instructions when they are loaded, which is some times faster.
  include(CheckSymbolExists)
  set(CMAKE_REQUIRED_LIBRARIES xxhash::xxhash)
  check_symbol_exists(XXH3_64bits_withSeed_dispatch xxh_x86dispatch.h xxhash_HAS_DISPATCH)
  unset(CMAKE_REQUIRED_LIBRARIES)
  if(xxhash_HAS_DISPATCH)
    set_target_properties(xxhash::xxhash PROPERTIES
      INTERFACE_COMPILE_DEFINITIONS PUENTE_XXHASH_DISPATCH)
  endif()
endif()
