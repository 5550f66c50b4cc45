# Copyright 2026 The Puente Authors
# SPDX-License-Identifier: Apache-2.0
# Writes a C source with the bytes of a file: see puente_embed_bytes.
#
#   cmake -DNAME=name -DINPUT=file -DOUTPUT=file.c -P embed_bytes.cmake
cmake_minimum_required(VERSION 3.25)

file(READ "${INPUT}" bytes HEX)
file(SIZE "${INPUT}" size)
string(REGEX REPLACE "(................................)" "\\1\n" bytes "${bytes}")
string(REGEX REPLACE "([0-9a-f][0-9a-f])" "'\\\\x\\1'," bytes "${bytes}")
file(WRITE "${OUTPUT}" "#include <stddef.h>
extern const char ${NAME}[];
extern const size_t ${NAME}_size;
const char ${NAME}[] = {
${bytes}0};
const size_t ${NAME}_size = ${size};
")
