# SPDX-FileCopyrightText: The pinwarden authors
# SPDX-License-Identifier: Apache-2.0
#
# Run by the build for each module: every "pinwarden/..." include must be a
# header of the module itself or of one in its DEPS, and every other quoted
# include must be the module's own or generated from proto/.
cmake_policy(VERSION 3.25)
foreach(file IN LISTS FILES)
  file(STRINGS ${file} includes REGEX
    "^[ \t]*#[ \t]*include[ \t]*(\"|<pinwarden/)")
  foreach(line IN LISTS includes)
    string(REGEX REPLACE ".*include[ \t]*[\"<]([^\">]+)[\">].*" "\\1" path "${line}")
    if(path MATCHES "\\.pb\\.h$|^(absl|yaml-cpp|re2|gtest|gmock|spdlog|nlohmann|CLI|google)/")
      continue()
    elseif(path MATCHES "^pinwarden/(.+)$")
      if(NOT CMAKE_MATCH_1 IN_LIST VISIBLE)
        message(FATAL_ERROR "${file}: module ${MODULE} may not include "
          "\"${path}\": its module is not in the DEPS of ${MODULE}")
      endif()
    elseif(NOT path MATCHES "^${MODULE}/")
      message(FATAL_ERROR "${file}: \"${path}\" is not of module ${MODULE}")
    endif()
  endforeach()
endforeach()
file(TOUCH ${STAMP})
