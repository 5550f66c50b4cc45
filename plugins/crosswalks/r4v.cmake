# Copyright 2026 The Puente Authors
# SPDX-License-Identifier: Apache-2.0
# puente_embed_r4v_crosswalks(<target> <a::b>) puts the tables between R4V and IATI into a target:
# `r4v_sectors.tsv` is a::b::R4vSectorsTsv().
set(puente_r4v_crosswalks "${CMAKE_CURRENT_LIST_DIR}" CACHE INTERNAL "")
function(puente_embed_r4v_crosswalks target namespace)
  foreach(table IN ITEMS IatiNames=iati_names R4vOrganisationTypes=r4v_organisation_types
      R4vSectors=r4v_sectors)
    string(REPLACE "=" ";" table "${table}")
    list(GET table 0 function)
    list(GET table 1 file)
    puente_embed_text(${target} NAMESPACE ${namespace} FUNCTION "${function}Tsv"
      INPUT "${puente_r4v_crosswalks}/${file}.tsv")
  endforeach()
endfunction()
