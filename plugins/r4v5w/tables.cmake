# Copyright 2026 The Puente Authors
# SPDX-License-Identifier: Apache-2.0
# puente_embed_r4v_tables(<target>) puts the lists of data/ into a target: `delivery_mechanisms.tsv` is
# puente::r4v5w::DeliveryMechanismsTsv().
set(puente_r4v_tables "${CMAKE_CURRENT_LIST_DIR}/data" CACHE INTERNAL "")
function(puente_embed_r4v_tables target)
  foreach(table admin1 admin2 columns countries delivery_mechanisms fields indicator_types indicators
      months organisations sectors source_columns yes_no)
    string(REPLACE "_" ";" words "${table}")
    set(name "")
    foreach(word IN LISTS words)
      string(SUBSTRING "${word}" 0 1 first)
      string(SUBSTRING "${word}" 1 -1 rest)
      string(TOUPPER "${first}" first)
      string(APPEND name "${first}${rest}")
    endforeach()
    puente_embed_text(${target} NAMESPACE puente::r4v5w FUNCTION "${name}Tsv"
      INPUT "${puente_r4v_tables}/${table}.tsv")
  endforeach()
endfunction()
