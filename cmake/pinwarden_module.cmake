# SPDX-FileCopyrightText: The pinwarden authors
# SPDX-License-Identifier: Apache-2.0
#
# pinwarden_module(NAME [GRPC] [SMALL] HEADERS... SOURCES... DEPS... LIBS...)
#
# Declares a module. Modules stand in src/CMakeLists.txt bottom layer first:
# - a module that names one not declared yet does not configure;
# - a file that includes a header of a module not in its DEPS does not build;
# - a public header that belongs to no module does not configure.
# HEADERS are below include/pinwarden, SOURCES below src. A GRPC module is left
# out where PINWARDEN_GRPC is off. A SMALL one, which is never in a hurry, is
# compiled for size where it is shipped.

function(pinwarden_module name)
  cmake_parse_arguments(M "GRPC;SMALL" "" "HEADERS;SOURCES;DEPS;LIBS" ${ARGN})
  set_property(GLOBAL APPEND PROPERTY PINWARDEN_HEADERS ${M_HEADERS})
  if(M_GRPC AND NOT PINWARDEN_GRPC)
    return()
  endif()

  set(visible ${M_HEADERS})
  foreach(dep IN LISTS M_DEPS)
    if(NOT TARGET pinwarden_${dep})
      message(FATAL_ERROR "module ${name} depends on ${dep}, which is not "
        "declared before it in src/CMakeLists.txt")
    endif()
    get_target_property(headers pinwarden_${dep} PINWARDEN_HEADERS)
    list(APPEND visible ${headers})
  endforeach()

  list(TRANSFORM M_HEADERS PREPEND ${PROJECT_SOURCE_DIR}/include/pinwarden/
    OUTPUT_VARIABLE header_paths)
  list(TRANSFORM M_SOURCES PREPEND ${CMAKE_CURRENT_SOURCE_DIR}/
    OUTPUT_VARIABLE source_paths)
  file(GLOB own_headers CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${name}/*.h)

  set(stamp ${CMAKE_CURRENT_BINARY_DIR}/${name}.includes-checked)
  set(check ${PROJECT_SOURCE_DIR}/cmake/check_includes.cmake)
  set(files ${header_paths} ${source_paths} ${own_headers})
  add_custom_command(OUTPUT ${stamp}
    COMMAND ${CMAKE_COMMAND} "-DMODULE=${name}" "-DVISIBLE=${visible}"
      "-DFILES=${files}" "-DSTAMP=${stamp}" -P ${check}
    DEPENDS ${files} ${check} VERBATIM
    COMMENT "Checking what module ${name} includes")

  add_library(pinwarden_${name} STATIC ${source_paths} ${stamp})
  set_target_properties(pinwarden_${name} PROPERTIES
    PINWARDEN_HEADERS "${M_HEADERS}" LINKER_LANGUAGE CXX)
  if(M_SMALL)
    target_compile_options(pinwarden_${name} PRIVATE $<$<CONFIG:Release>:-Os>)
  endif()
  target_include_directories(pinwarden_${name}
    PUBLIC ${PROJECT_SOURCE_DIR}/include PRIVATE ${CMAKE_CURRENT_SOURCE_DIR})
  list(TRANSFORM M_DEPS PREPEND pinwarden_)
  target_link_libraries(pinwarden_${name}
    PUBLIC ${M_DEPS} ${M_LIBS} PRIVATE pinwarden_options)
endfunction()

# pinwarden_embed(NAME HEADER FILES...): the FILES' text as constants of module
# NAME, which its private HEADER declares; see pinwarden_embed.cmake.
function(pinwarden_embed name header)
  set(out ${CMAKE_CURRENT_BINARY_DIR}/${name}_embedded.cc)
  set(script ${PROJECT_SOURCE_DIR}/cmake/pinwarden_embed.cmake)
  set(files ${ARGN})
  list(TRANSFORM files PREPEND ${CMAKE_CURRENT_SOURCE_DIR}/)
  add_custom_command(OUTPUT ${out}
    COMMAND ${CMAKE_COMMAND} "-DHEADER=${header}" "-DFILES=${files}"
      "-DOUT=${out}" -P ${script}
    DEPENDS ${files} ${script} VERBATIM)
  target_sources(pinwarden_${name} PRIVATE ${out})
endfunction()

# pinwarden_program(NAME SOURCE MODULE): bin/NAME, whose main() runs MODULE.
function(pinwarden_program name source module)
  if(TARGET pinwarden_${module})
    add_executable(${name} ${source})
    target_link_libraries(${name} PRIVATE pinwarden_${module} pinwarden_options)
    set_target_properties(${name} PROPERTIES LINK_FLAGS_RELEASE -s)
  endif()
endfunction()

# Called after the last module.
function(pinwarden_check_headers)
  get_property(known GLOBAL PROPERTY PINWARDEN_HEADERS)
  file(GLOB present CONFIGURE_DEPENDS RELATIVE
    ${PROJECT_SOURCE_DIR}/include/pinwarden
    ${PROJECT_SOURCE_DIR}/include/pinwarden/*.h)
  list(REMOVE_ITEM present ${known})
  if(present)
    message(FATAL_ERROR "headers that belong to no module: ${present}")
  endif()
endfunction()
