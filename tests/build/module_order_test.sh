#!/bin/bash
# SPDX-FileCopyrightText: The pinwarden authors
# SPDX-License-Identifier: Apache-2.0
#
# Shows that the build keeps the order of the modules: configures and builds
# small projects that use cmake/pinwarden_module.cmake as pinwarden does, one of
# them sound and the others each with one thing wrong.
#
# usage: module_order_test.sh SOURCE_DIR SCRATCH_DIR CMAKE GENERATOR CXX
set -euo pipefail

source_dir=$1
scratch=$2
cmake=$3
generator=$4
cxx=$5
failures=0

# new_project NAME: a sound project of two modules, `low` and, above it, `high`.
new_project() {
  project=$scratch/$1
  rm -rf "$project"
  mkdir -p "$project"/{cmake,include/pinwarden,src/low,src/high}
  cp "$source_dir"/cmake/{pinwarden_module,check_includes}.cmake \
    "$project/cmake/"
  cat > "$project/CMakeLists.txt" <<'END'
cmake_minimum_required(VERSION 3.25)
project(fixture LANGUAGES CXX)
add_library(pinwarden_options INTERFACE)
list(APPEND CMAKE_MODULE_PATH ${PROJECT_SOURCE_DIR}/cmake)
include(pinwarden_module)
add_subdirectory(src)
END
  cat > "$project/src/CMakeLists.txt" <<'END'
pinwarden_module(low HEADERS low.h SOURCES low/low.cc)
pinwarden_module(high HEADERS high.h SOURCES high/high.cc DEPS low)
pinwarden_check_headers()
END
  echo 'int Low();' > "$project/include/pinwarden/low.h"
  echo 'int High();' > "$project/include/pinwarden/high.h"
  echo 'int Hidden();' > "$project/src/low/hidden.h"
  cat > "$project/src/low/low.cc" <<'END'
#include "pinwarden/low.h"

#include "low/hidden.h"
int Low() { return 1; }
END
  cat > "$project/src/high/high.cc" <<'END'
#include "pinwarden/high.h"

#include "pinwarden/low.h"
int High() { return Low() + 1; }
END
}

configure() {
  "$cmake" -S "$project" -B "$project/build" -G "$generator" \
    "-DCMAKE_CXX_COMPILER=$cxx" > "$project/log" 2>&1
}
build() { "$cmake" --build "$project/build" > "$project/log" 2>&1; }

# The log on one line: CMake wraps its messages.
log() { tr -s ' \n' ' ' < "$project/log"; }

fail() {
  echo "FAILED: $(basename "$project"): $*"
  sed 's/^/    /' "$project/log"
  failures=$((failures + 1))
}

expect_sound() {
  configure || { fail "does not configure"; return; }
  build || { fail "does not build"; return; }
  echo "ok: $(basename "$project")"
}

# expect_refused STEP MESSAGE: STEP is the first to fail, and says MESSAGE.
expect_refused() {
  local step=$1 message=$2
  if [[ $step == build ]] && ! configure; then
    fail "does not even configure"
  elif "$step"; then
    fail "$step passes"
  elif [[ $(log) != *"$message"* ]]; then
    fail "$step does not say: $message"
  else
    echo "ok: $(basename "$project")"
  fi
}

new_project takes_a_sound_project
expect_sound

new_project refuses_a_module_that_depends_on_a_later_one
sed -i 's,low/low.cc,low/low.cc DEPS high,' "$project/src/CMakeLists.txt"
expect_refused configure "module low depends on high, which is not declared"

new_project refuses_a_module_that_depends_on_none_there_is
sed -i 's/DEPS low/DEPS lwo/' "$project/src/CMakeLists.txt"
expect_refused configure "module high depends on lwo, which is not declared"

new_project refuses_a_source_that_includes_a_module_not_in_its_deps
sed -i 's/ DEPS low//' "$project/src/CMakeLists.txt"
expect_refused build \
  'module high may not include "pinwarden/low.h": its module is not in the DEPS'

new_project refuses_a_public_header_that_includes_a_later_module
echo '#include "pinwarden/high.h"' >> "$project/include/pinwarden/low.h"
expect_refused build 'module low may not include "pinwarden/high.h"'

new_project refuses_a_private_header_that_includes_a_later_module
echo '  #  include "pinwarden/high.h"' >> "$project/src/low/hidden.h"
expect_refused build 'module low may not include "pinwarden/high.h"'

new_project refuses_the_private_header_of_another_module
echo '#include "low/hidden.h"' >> "$project/src/high/high.cc"
expect_refused build '"low/hidden.h" is not of module high'

new_project refuses_a_header_that_no_module_lists
echo 'int Stray();' > "$project/include/pinwarden/stray.h"
expect_refused configure "headers that belong to no module: stray.h"

new_project refuses_a_public_header_included_with_angle_brackets
echo '#include <pinwarden/high.h>' >> "$project/src/low/low.cc"
expect_refused build 'module low may not include "pinwarden/high.h"'

new_project checks_again_when_a_source_changes
expect_sound
echo '#include "pinwarden/high.h"' >> "$project/src/low/low.cc"
expect_refused build 'module low may not include "pinwarden/high.h"'

if ((failures > 0)); then
  echo "$failures failed"
  exit 1
fi
