# Copyright 2026 The Puente Authors
# SPDX-License-Identifier: Apache-2.0
# `cmake --install`: the command, libraries, plugins and the SDK for plugins outside this tree. Any
# prefix will do, and the tree may be moved afterwards.
include(CMakePackageConfigHelpers)

# Where the command, its libraries and the plugins look for each other.
set(CMAKE_INSTALL_LIBDIR lib)
include(GNUInstallDirs)
# Folders that others may write to are not looked into for plugins.
set(CMAKE_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
  OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
set(package "${CMAKE_INSTALL_LIBDIR}/cmake/Puente")

set_target_properties(puente_schema PROPERTIES EXPORT_NAME schema)
set_target_properties(puente_base PROPERTIES EXPORT_NAME base)
set_target_properties(puente_text PROPERTIES EXPORT_NAME text)
set_target_properties(puente_plugin_sdk PROPERTIES EXPORT_NAME plugin_sdk)
install(TARGETS puente RUNTIME COMPONENT command)
install(TARGETS puente_exchange LIBRARY
  DESTINATION "${CMAKE_INSTALL_LIBDIR}/puente/exchange" COMPONENT command)
install(TARGETS puente_schema EXPORT PuenteTargets
  LIBRARY COMPONENT library NAMELINK_COMPONENT sdk)
install(TARGETS puente_base puente_text puente_plugin_sdk EXPORT PuenteTargets
  ARCHIVE COMPONENT sdk)
install(EXPORT PuenteTargets NAMESPACE Puente:: DESTINATION "${package}" COMPONENT sdk)

# What a plugin may include (tests/tools/check_floors.py), under the names that it has here.
foreach(folder IN ITEMS core/base core/text core/plugin/sdk)
  install(DIRECTORY "${folder}/" DESTINATION "include/puente/${folder}" COMPONENT sdk
    FILES_MATCHING PATTERN "*.h")
endforeach()
install(FILES core/plugin/puente_plugin.h DESTINATION include/puente/core/plugin COMPONENT sdk)
install(DIRECTORY "${CMAKE_BINARY_DIR}/gen/puente/v1/" DESTINATION include/puente/puente/v1
  COMPONENT sdk FILES_MATCHING PATTERN "*.h")
install(DIRECTORY plugins/crosswalks/ DESTINATION share/puente/crosswalks COMPONENT sdk
  FILES_MATCHING PATTERN "*.tsv")
install(DIRECTORY proto/puente DESTINATION share/puente/proto COMPONENT sdk
  FILES_MATCHING PATTERN "*.proto")

configure_package_config_file(cmake/PuenteConfig.cmake.in "${CMAKE_BINARY_DIR}/PuenteConfig.cmake"
  INSTALL_DESTINATION "${package}")
write_basic_package_version_file("${CMAKE_BINARY_DIR}/PuenteConfigVersion.cmake"
  COMPATIBILITY SameMinorVersion)
configure_file(cmake/puente.pc.in "${CMAKE_BINARY_DIR}/puente.pc" @ONLY)
install(FILES "${CMAKE_BINARY_DIR}/PuenteConfig.cmake"
  "${CMAKE_BINARY_DIR}/PuenteConfigVersion.cmake" cmake/PuentePlugin.cmake cmake/embed_text.cmake
  cmake/embed_bytes.cmake cmake/puente_plugin.map DESTINATION "${package}" COMPONENT sdk)
install(FILES "${CMAKE_BINARY_DIR}/puente.pc" DESTINATION "${CMAKE_INSTALL_LIBDIR}/pkgconfig"
  COMPONENT sdk)

include(PuentePackages)
