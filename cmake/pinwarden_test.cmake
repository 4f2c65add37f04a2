# SPDX-FileCopyrightText: The pinwarden authors
# SPDX-License-Identifier: Apache-2.0
find_package(GTest REQUIRED)
include(GoogleTest)

# pinwarden_test(NAME SOURCES... DEPS... [LIBS...] [GRPC] [LABEL name])
# One GoogleTest program, NAME_test, each of its tests known to ctest. DEPS are
# modules. A GRPC test is left out where PINWARDEN_GRPC is off.
function(pinwarden_test name)
  cmake_parse_arguments(T "GRPC" "LABEL;TIMEOUT" "SOURCES;DEPS;LIBS" ${ARGN})
  if((T_GRPC AND NOT PINWARDEN_GRPC) OR PINWARDEN_FUZZ)
    return()
  endif()
  if(NOT T_TIMEOUT)
    set(T_TIMEOUT 120)
  endif()
  if(NOT T_LABEL)
    set(T_LABEL unit)
  endif()
  add_executable(${name}_test ${T_SOURCES})
  list(TRANSFORM T_DEPS PREPEND pinwarden_)
  target_include_directories(${name}_test PRIVATE
    ${PROJECT_SOURCE_DIR}/tests ${PROJECT_SOURCE_DIR}/src)
  target_compile_definitions(${name}_test PRIVATE
    PINWARDEN_TESTDATA="${PROJECT_SOURCE_DIR}/tests/testdata")
  target_link_libraries(${name}_test PRIVATE
    ${T_DEPS} ${T_LIBS} GTest::gmock GTest::gtest_main pinwarden_options)
  gtest_discover_tests(${name}_test DISCOVERY_TIMEOUT 60
    PROPERTIES TIMEOUT ${T_TIMEOUT} LABELS ${T_LABEL})
endfunction()

# pinwarden_fuzzer(NAME SOURCES... DEPS... [LIBS...])
# One libFuzzer program, NAME_fuzzer. ctest replays tests/fuzz/corpus/NAME.
function(pinwarden_fuzzer name)
  if(NOT PINWARDEN_FUZZ)
    return()
  endif()
  cmake_parse_arguments(F "" "" "SOURCES;DEPS;LIBS" ${ARGN})
  add_executable(${name}_fuzzer ${F_SOURCES})
  list(TRANSFORM F_DEPS PREPEND pinwarden_)
  target_include_directories(${name}_fuzzer PRIVATE
    ${PROJECT_SOURCE_DIR}/tests ${PROJECT_SOURCE_DIR}/src)
  target_link_options(${name}_fuzzer PRIVATE -fsanitize=fuzzer)
  target_link_libraries(${name}_fuzzer PRIVATE
    ${F_DEPS} ${F_LIBS} pinwarden_options)
  add_test(NAME fuzz_corpus.${name} COMMAND ${name}_fuzzer -runs=0
    ${PROJECT_SOURCE_DIR}/tests/fuzz/corpus/${name})
  set_tests_properties(fuzz_corpus.${name} PROPERTIES LABELS fuzz)
endfunction()
