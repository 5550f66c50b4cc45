# Copyright 2026 The Puente Authors
# SPDX-License-Identifier: Apache-2.0
# puente_add_plugin() makes a plugin with its manifest; puente_embed_text() puts a text into a target,
# puente_embed_crosswalks() the tables between formats.

# puente_embed_text(<target> NAMESPACE <a::b> FUNCTION <Name> INPUT <file>)
#
# Adds a source to the target that defines `std::string_view Name()` in the namespace: the text of the
# file, as it was when the target was built. Call it in the folder of the target.
function(puente_embed_text target)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "NAMESPACE;FUNCTION;INPUT" "")
  foreach(argument NAMESPACE FUNCTION INPUT)
    if(NOT DEFINED arg_${argument})
      message(FATAL_ERROR "puente_embed_text(${target}) needs ${argument}")
    endif()
  endforeach()
  get_filename_component(input "${arg_INPUT}" ABSOLUTE)
  set(output "${CMAKE_CURRENT_BINARY_DIR}/embedded/${target}/${arg_FUNCTION}.cc")
  set(script "${CMAKE_CURRENT_FUNCTION_LIST_DIR}/embed_text.cmake")
  add_custom_command(
    OUTPUT "${output}"
    COMMAND "${CMAKE_COMMAND}" "-DNAMESPACE=${arg_NAMESPACE}" "-DFUNCTION=${arg_FUNCTION}"
      "-DINPUT=${input}" "-DOUTPUT=${output}" -P "${script}"
    DEPENDS "${input}" "${script}"
    COMMENT "Embedding ${arg_INPUT} in ${target}"
    VERBATIM)
  target_sources(${target} PRIVATE "${output}")
endfunction()

# puente_embed_bytes(<target> NAME <name> INPUT <file>)
#
# The same for C: adds a source that defines `const char <name>[]` and `const size_t <name>_size`.
function(puente_embed_bytes target)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "NAME;INPUT" "")
  get_filename_component(input "${arg_INPUT}" ABSOLUTE)
  set(output "${CMAKE_CURRENT_BINARY_DIR}/embedded/${target}/${arg_NAME}.c")
  set(script "${CMAKE_CURRENT_FUNCTION_LIST_DIR}/embed_bytes.cmake")
  add_custom_command(
    OUTPUT "${output}"
    COMMAND "${CMAKE_COMMAND}" "-DNAME=${arg_NAME}" "-DINPUT=${input}" "-DOUTPUT=${output}"
      -P "${script}"
    DEPENDS "${input}" "${script}"
    COMMENT "Embedding ${arg_INPUT} in ${target}"
    VERBATIM)
  target_sources(${target} PRIVATE "${output}")
endfunction()

# puente_embed_crosswalks(<target> <a::b>)
#
# Adds the tables between formats (FTS, IATI, HDX) to the target, in the namespace: `CountriesTsv()` of
# countries.tsv, and so on. They are in share/puente/crosswalks of an installation, and say there what
# their columns are.
function(puente_embed_crosswalks target namespace)
  set(folder "${PROJECT_SOURCE_DIR}/plugins/crosswalks")
  if(Puente_CROSSWALKS)
    set(folder "${Puente_CROSSWALKS}")
  endif()
  foreach(table IN ITEMS AidTypes=aid_types Countries=countries FlowStatus=flow_status
      GlobalClusters=global_clusters OrganisationTypes=organisation_types Schemes=schemes)
    string(REPLACE "=" ";" table "${table}")
    list(GET table 0 function)
    list(GET table 1 file)
    puente_embed_text(${target} NAMESPACE ${namespace} FUNCTION "${function}Tsv"
      INPUT "${folder}/${file}.tsv")
  endforeach()
endfunction()

# puente_add_plugin(<name> [C] SOURCES <file>... MANIFEST <name>.puente.json [DATA <file>...]
#   [RULES <file>...])
#
# Makes the plugin `puente_<name>.so` (target `puente_plugin_<name>`) in the folder
# PUENTE_PLUGIN_OUTPUT, `plugins` in the build when it is not set. The manifest and the data files,
# which the manifest names, are laid beside it; so are the rule packs, under names of the plugin:
# `rules/general.json` becomes `<name>.rules.general.json`. The text of the manifest is
# `puente::plugins::<name>::ManifestText()`; with C, for plugins that need headers alone and no C++,
# it is `puente_manifest`, of `puente_manifest_size` bytes. `cmake --install` puts the plugin where
# `puente` of the same prefix finds it.
#
# The library exports its entry only, is never unloaded, and shares the schema with the host: no
# protobuf code may be compiled into it.
function(puente_add_plugin name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "C" "MANIFEST" "SOURCES;DATA;RULES")
  if(NOT name MATCHES "^[a-z][a-z0-9_]*$")
    message(FATAL_ERROR "puente_add_plugin: ${name} is not a name: lower-case letters, digits and _")
  endif()
  if(NOT arg_SOURCES OR NOT arg_MANIFEST)
    message(FATAL_ERROR "puente_add_plugin(${name}) needs SOURCES and MANIFEST")
  endif()
  get_filename_component(manifest_name "${arg_MANIFEST}" NAME)
  if(NOT manifest_name STREQUAL "${name}.puente.json")
    message(FATAL_ERROR "puente_add_plugin(${name}): the manifest's name is ${name}.puente.json")
  endif()

  set(target puente_plugin_${name})
  set(folder "${CMAKE_BINARY_DIR}/plugins")
  if(PUENTE_PLUGIN_OUTPUT)
    set(folder "${PUENTE_PLUGIN_OUTPUT}")
  endif()
  set(exports "${CMAKE_CURRENT_FUNCTION_LIST_DIR}/puente_plugin.map")
  add_library(${target} MODULE ${arg_SOURCES})
  if(arg_C)
    puente_embed_bytes(${target} NAME puente_manifest INPUT "${arg_MANIFEST}")
  else()
    puente_embed_text(${target} NAMESPACE puente::plugins::${name} FUNCTION ManifestText
      INPUT "${arg_MANIFEST}")
  endif()

  set(shipped "")
  foreach(file IN LISTS arg_MANIFEST arg_DATA)
    get_filename_component(path "${file}" ABSOLUTE)
    list(APPEND shipped "${path}")
  endforeach()
  set(packs "")
  foreach(file IN LISTS arg_RULES)
    get_filename_component(path "${file}" ABSOLUTE)
    list(APPEND packs "${path}")
  endforeach()
  set_target_properties(${target} PROPERTIES
    PREFIX ""
    OUTPUT_NAME "puente_${name}"
    SUFFIX ".so"
    LIBRARY_OUTPUT_DIRECTORY "${folder}"
    C_VISIBILITY_PRESET hidden
    CXX_VISIBILITY_PRESET hidden
    VISIBILITY_INLINES_HIDDEN ON
    # The same in the build tree as where it is installed. CMake's own build RPATH ends with an empty
    # entry, which the system's loader takes for the working directory.
    BUILD_WITH_INSTALL_RPATH ON
    INSTALL_RPATH "$ORIGIN/../../.."
    INSTALL_RPATH_USE_LINK_PATH ON
    # A changed data file is laid beside the library by linking it again.
    LINK_DEPENDS "${exports};${shipped};${packs}")
  if(arg_C)
    target_include_directories(${target} PRIVATE
      "$<TARGET_PROPERTY:Puente::plugin_sdk,INTERFACE_INCLUDE_DIRECTORIES>"
      "$<TARGET_PROPERTY:Puente::schema,INTERFACE_INCLUDE_DIRECTORIES>")
    target_compile_features(${target} PRIVATE c_std_11)
  else()
    target_link_libraries(${target} PRIVATE Puente::plugin_sdk)
    target_compile_features(${target} PRIVATE cxx_std_20)
    if(TARGET puente_warnings)
      target_link_libraries(${target} PRIVATE puente_warnings)
    endif()
  endif()
  target_compile_options(${target} PRIVATE $<$<CONFIG:Release>:-O3>)
  target_link_options(${target} PRIVATE
    "LINKER:--version-script=${exports}" "LINKER:--exclude-libs,ALL" "LINKER:-z,nodelete")
  if(NOT PUENTE_SANITIZE AND NOT PUENTE_FUZZ)
    # A symbol that nobody has is told here, not when a user loads the plugin. The run time of a
    # sanitizer comes with the program alone.
    target_link_options(${target} PRIVATE "LINKER:-z,defs")
  endif()

  set(copies "")
  foreach(path IN LISTS shipped)
    get_filename_component(file "${path}" NAME)
    list(APPEND copies "${folder}/${file}")
  endforeach()
  set(lay_packs "")
  foreach(path IN LISTS packs)
    get_filename_component(file "${path}" NAME)
    list(APPEND copies "${folder}/${name}.rules.${file}")
    list(APPEND lay_packs
      COMMAND "${CMAKE_COMMAND}" -E copy_if_different "${path}" "${folder}/${name}.rules.${file}")
    install(FILES "${path}" DESTINATION lib/puente/plugins/c1 RENAME "${name}.rules.${file}"
      COMPONENT command)
  endforeach()
  # The loader refuses what others may write to, and some systems create files that way.
  add_custom_command(TARGET ${target} POST_BUILD
    COMMAND "${CMAKE_COMMAND}" -E copy_if_different ${shipped} "${folder}"
    ${lay_packs}
    COMMAND chmod go-w "${folder}" "$<TARGET_FILE:${target}>" ${copies}
    BYPRODUCTS ${copies}
    VERBATIM)

  install(TARGETS ${target} LIBRARY DESTINATION lib/puente/plugins/c1 COMPONENT command)
  install(FILES ${shipped} DESTINATION lib/puente/plugins/c1 COMPONENT command)
endfunction()
