# Copyright 2026 The Puente Authors
# SPDX-License-Identifier: Apache-2.0
# Debian packages by CPack: `puente` (command and formats), `libpuente` (the schema's library),
# `libpuente-dev` (the SDK). `cpack --config build/release/CPackConfig.cmake` makes them.
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME puente)
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "donor-activity data, carried between agencies")
set(CPACK_PACKAGE_VENDOR "The Puente Authors")
set(CPACK_PACKAGE_CONTACT "The Puente Authors <puente@example.org>")
set(CPACK_PACKAGE_VERSION "${PROJECT_VERSION}")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS ${CMAKE_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS})

set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_COMPONENTS_ALL command library sdk)
set(CPACK_COMPONENTS_GROUPING ONE_PER_GROUP)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_RELEASE 1)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS_PRIVATE_DIRS "${CMAKE_LIBRARY_OUTPUT_DIRECTORY}")
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)

set(CPACK_DEBIAN_COMMAND_PACKAGE_NAME puente)
set(CPACK_DEBIAN_COMMAND_PACKAGE_SECTION utils)
set(CPACK_DEBIAN_COMMAND_DESCRIPTION "Reads and writes IATI XML, answers and tables of OCHA FTS, JSON Lines and
tables; tells who funds what, where, when and with how much money, keeps every
value or names it in a receipt, and exchanges records over gRPC.")
set(CPACK_DEBIAN_COMMAND_PACKAGE_DEPENDS "libpuente (= ${PROJECT_VERSION}-1)")

set(CPACK_DEBIAN_LIBRARY_PACKAGE_NAME libpuente)
set(CPACK_DEBIAN_LIBRARY_PACKAGE_SECTION libs)
set(CPACK_DEBIAN_LIBRARY_DESCRIPTION "The generated code of the protobuf schema puente.v1, which the command and all
its format plugins share.")

set(CPACK_DEBIAN_SDK_PACKAGE_NAME libpuente-dev)
set(CPACK_DEBIAN_SDK_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_SDK_PACKAGE_SHLIBDEPS OFF)
set(CPACK_DEBIAN_SDK_DESCRIPTION "Headers, static libraries, protos and CMake files to write format plugins for
Puente in C++ or C.")
# What PuenteConfig.cmake looks for.
set(CPACK_DEBIAN_SDK_PACKAGE_DEPENDS "puente (= ${PROJECT_VERSION}-1), libpuente (= ${PROJECT_VERSION}-1), \
libprotobuf-dev, protobuf-compiler, libabsl-dev, libfmt-dev, libssl-dev, libsimdjson-dev, libexpat1-dev, libminizip-dev")

# The library is found by the system's loader; CPack writes the scripts that older systems need.
set(notice "${CMAKE_BINARY_DIR}/packages")
file(WRITE "${notice}/triggers" "activate-noawait ldconfig\n")
file(WRITE "${notice}/shlibs"
  "libpuente_schema ${PROJECT_VERSION_MAJOR} libpuente (>= ${PROJECT_VERSION})\n")
set(CPACK_DEBIAN_LIBRARY_PACKAGE_CONTROL_EXTRA "${notice}/triggers" "${notice}/shlibs")
# What lintian finds and we mean so; no package of Debian itself, so none closes a bug there.
file(WRITE "${notice}/puente" "puente: initial-upload-closes-no-bugs\n")
file(WRITE "${notice}/libpuente" "libpuente: initial-upload-closes-no-bugs
# The scripts are CPack's; the trigger is there as well.
libpuente: maintscript-calls-ldconfig
# One library of one name; its version is in the soname.
libpuente: package-name-doesnt-match-sonames
")
file(WRITE "${notice}/libpuente-dev" "libpuente-dev: initial-upload-closes-no-bugs
# The tree is the same under any prefix.
libpuente-dev: pkg-config-unavailable-for-cross-compilation
")

# Each package has its own copy of the licence and of what changed.
file(CONFIGURE OUTPUT "${notice}/copyright" @ONLY CONTENT
"Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: Puente

Files: *
Copyright: 2026 The Puente Authors
License: Apache-2.0
 On Debian systems, the text of the Apache License, version 2.0, is in
 /usr/share/common-licenses/Apache-2.0.
")
file(WRITE "${notice}/changelog.Debian" "puente (${PROJECT_VERSION}-1) unstable; urgency=medium

  * See CHANGELOG.md of the sources.

 -- The Puente Authors <puente@example.org>  Sun, 29 Nov 2026 00:00:00 +0000
")
execute_process(COMMAND gzip -9nkf "${notice}/changelog.Debian" COMMAND_ERROR_IS_FATAL ANY)
foreach(pair IN ITEMS command=puente library=libpuente sdk=libpuente-dev)
  string(REPLACE "=" ";" pair "${pair}")
  list(GET pair 0 component)
  list(GET pair 1 package)
  install(FILES "${notice}/copyright" "${notice}/changelog.Debian.gz"
    DESTINATION "share/doc/${package}" COMPONENT ${component})
  install(FILES "${notice}/${package}" DESTINATION share/lintian/overrides
    COMPONENT ${component})
endforeach()
include(CPack)
