# Copyright 2026 The Puente Authors
# SPDX-License-Identifier: Apache-2.0
# Writes a C++ source whose function gives the text of a file: see puente_embed_text.
#
#   cmake -DNAMESPACE=a::b -DFUNCTION=Text -DINPUT=file -DOUTPUT=file.cc -P embed_text.cmake
#
# The text stands in raw string literals of less than 16 KiB, cut behind a line, a blank or a comma.
cmake_minimum_required(VERSION 3.25)

foreach(argument NAMESPACE FUNCTION INPUT OUTPUT)
  if(NOT DEFINED ${argument})
    message(FATAL_ERROR "embed_text.cmake needs -D${argument}=...")
  endif()
endforeach()

set(longest 15000)
set(open "R\"puente_text(")
set(close ")puente_text\"")

file(READ "${INPUT}" text)
file(SIZE "${INPUT}" size)
string(LENGTH "${text}" length)
# CMake drops carriage returns when it reads, and C++ may in raw strings.
if(NOT length EQUAL size OR text MATCHES "\r")
  message(FATAL_ERROR "${INPUT} has carriage returns; its lines must end with LF alone")
endif()
string(FIND "${text}" "${close}" found)
if(NOT found EQUAL -1)
  message(FATAL_ERROR "${INPUT} holds ${close}, which ends the literal")
endif()

set(literals "")
while(length GREATER longest)
  string(SUBSTRING "${text}" 0 ${longest} part)
  foreach(mark "\n" " " ",")
    string(FIND "${part}" "${mark}" cut REVERSE)
    if(NOT cut EQUAL -1)
      break()
    endif()
  endforeach()
  if(cut EQUAL -1)
    message(FATAL_ERROR "${INPUT} has ${longest} bytes without line end, blank and comma")
  endif()
  math(EXPR cut "${cut} + 1")
  string(SUBSTRING "${text}" 0 ${cut} part)
  string(SUBSTRING "${text}" ${cut} -1 text)
  string(LENGTH "${text}" length)
  string(APPEND literals "${open}${part}${close}\n")
endwhile()
string(APPEND literals "${open}${text}${close}")

get_filename_component(name "${INPUT}" NAME)
file(WRITE "${OUTPUT}"
"// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// The text of ${name}, written by the build.
#include <string_view>

namespace ${NAMESPACE} {

std::string_view ${FUNCTION}();
std::string_view ${FUNCTION}() {
  static constexpr char kText[] =
${literals};
  return std::string_view(kText, sizeof(kText) - 1);
}

}  // namespace ${NAMESPACE}
")
