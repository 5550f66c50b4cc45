# Copyright 2026 The Puente Authors
# SPDX-License-Identifier: Apache-2.0
# Reads the sample with the plugin and compares the records with golden.jsonl.
execute_process(COMMAND "${PUENTE}" --quiet --plugin-dir "${PLUGINS}" convert "${SAMPLE}" "${OUT}"
  --force --out-opt provenance=false COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND "${CMAKE_COMMAND}" -E compare_files "${OUT}" "${GOLDEN}"
  RESULT_VARIABLE differs)
if(differs)
  message(FATAL_ERROR "${OUT} differs from ${GOLDEN}; copy it there when the change is meant")
endif()
