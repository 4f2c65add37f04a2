# SPDX-FileCopyrightText: The pinwarden authors
# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# What the tests on installed hosts share: paths, assertions that read as plain
# sentences, and patience.

. "$(dirname "${BASH_SOURCE[0]}")/../../../scripts/lib/common.sh"

INSTALL=$BUILD/install
LOGS=$INSTALL/log
# load_tool and cri_tool.
TOOLS=${PINWARDEN_TOOLS:-$BUILD/dev/bin}
# How long anything may take on a busy machine: what takes longer has failed.
# shellcheck disable=SC2034
PATIENCE=30

PASSED=0
FAILURES=()

# check SENTENCE COMMAND...: the sentence is true if the command succeeds.
check() {
  local sentence=$1 status=0
  shift
  "$@" >"$LOGS/check.out" 2>&1 || status=$?
  if ((status == 0)); then
    PASSED=$((PASSED + 1))
    say "ok - $sentence"
    return
  fi
  FAILURES+=("${HOST_NAME:-}: $sentence")
  printf '%sFAILED - %s%s\n' "$RED" "$sentence" "$PLAIN"
  printf '         %s: status %d\n' "$*" "$status"
  sed 's/^/         /' "$LOGS/check.out" | tail -n 20
}

# equal ACTUAL EXPECTED, for check.
equal() {
  [[ $1 == "$2" ]] && return
  say "it is \"$1\", not \"$2\""
  return 1
}

# at_least ACTUAL MINIMUM, for check.
at_least() {
  (($1 >= $2)) && return
  say "it is $1, not $2 or more"
  return 1
}

# not COMMAND...: succeeds if the command fails.
not() { ! "$@"; }

# await COMMAND...: until the command succeeds; false if it never does.
await() {
  local deadline=$((SECONDS + PATIENCE))
  until "$@" >/dev/null 2>&1; do
    ((SECONDS < deadline)) || return 1
    sleep 0.02
  done
}

# await_or_die WHAT COMMAND...: without it nothing further can be looked at.
await_or_die() {
  local what=$1
  shift
  await "$@" || die "waited in vain for $what"
}

now_ns() { date +%s%N; }

# milliseconds NANOSECONDS
milliseconds() { printf '%d ms' "$((($1 + 500000) / 1000000))"; }

# median NUMBER...: the middle one, or the lower of the two.
median() {
  printf '%s\n' "$@" | sort -n | sed -n "$((($# + 1) / 2))p"
}
