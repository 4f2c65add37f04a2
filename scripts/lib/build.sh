# SPDX-FileCopyrightText: The pinwarden authors
# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# Configures, builds and runs the tests of a CMake preset, with a progress line
# for each tenth instead of a line for each file. All of it is in build/log.

# The compiler's cache is below build/ too, unless the caller has one. Only CI
# uses the machine's own, which outlives its fresh clones.
export CCACHE_BASEDIR=$ROOT CCACHE_NOHASHDIR=1
[[ ${CI:-} == true ]] || export CCACHE_DIR=${CCACHE_DIR:-$BUILD/ccache}

# build_tenths REGEX: reads lines; one for each tenth of those that match, where
# the groups are "how many" and "of how many".
build_tenths() {
  local pattern=$1 line tenth shown=-1
  while IFS= read -r line; do
    [[ $line =~ $pattern ]] || continue
    tenth=$((BASH_REMATCH[1] * 10 / BASH_REMATCH[2]))
    if ((tenth != shown)); then
      shown=$tenth
      note "$((tenth * 10))% (${BASH_REMATCH[1]} of ${BASH_REMATCH[2]})"
    fi
  done
}

# build_preset PRESET [TARGET...]: everything, or the targets.
build_preset() {
  local preset=$1 log=$LOGS/build-$1.log options=() targets=()
  shift
  (($# == 0)) || targets=(--target "$@")
  # Made for Debian 12's compilers: another release's clang has another name,
  # and its g++ warns of other things, which are no reason to stop.
  if [[ $(. /etc/os-release && echo "${VERSION_ID:-}") != 12 ]]; then
    options=(-DPINWARDEN_WERROR=OFF)
    [[ ! $preset =~ ^(asan|tsan|fuzz)$ ]] ||
      options+=(-DCMAKE_CXX_COMPILER="$(build_clang)")
  fi
  mkdir -p "$LOGS"
  say "Building preset $preset${targets[*]:+:} ${targets[*]:1}"
  (cd "$ROOT" && quietly "configure-$preset" \
    cmake --preset "$preset" "${options[@]}")
  if ! (cd "$ROOT" && cmake --build --preset "$preset" -j "$JOBS" \
    "${targets[@]}" 2>&1) </dev/null | tee "$log" |
    build_tenths '^\[([0-9]+)/([0-9]+)\]'; then
    grep -A 30 -m 3 '^FAILED:' "$log" >&2 || tail -n 30 "$log" >&2
    say "preset $preset does not build; all of it: $log" >&2
    return 1
  fi
}

# The newest clang++ there is.
build_clang() {
  compgen -c clang++- | grep -x 'clang++-[0-9]*' | sort -V | tail -n 1
}

# build_ctest PRESET: one line for each tenth, whatever fails in full, and
# ctest's own closing lines.
build_ctest() {
  local preset=$1 log=$LOGS/ctest-$1.log status=0
  mkdir -p "$LOGS"
  : >"$log" # there, whoever of the two below is first
  (cd "$ROOT" && ctest --preset "$preset") >"$log" 2>&1 </dev/null &
  local runner=$!
  tail -f -n +1 --pid "$runner" "$log" | build_tenths '^ *([0-9]+)/([0-9]+) Test'
  wait "$runner" || status=$?
  if ((status == 0)); then
    sed -n '/tests passed,/,$p' "$log"
  else
    grep -vE '^ *(Start +[0-9]+:|[0-9]+/[0-9]+ Test .*Passed)' "$log"
    say "all of it: $log"
  fi
  return "$status"
}
