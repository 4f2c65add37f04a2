# SPDX-FileCopyrightText: The pinwarden authors
# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# What the tests here share. Each is called with the source directory and the
# two programs.
set -euo pipefail
export LC_ALL=C.UTF-8

SOURCE=$1
PINWARDEN=$2
PINWARDEND=$3
CHECKS=0
FAILURES=0

# same WHAT WANT GOT
same() {
  CHECKS=$((CHECKS + 1))
  [[ $2 == "$3" ]] && return
  FAILURES=$((FAILURES + 1))
  printf 'FAILED: %s\n' "$1"
  diff <(printf '%s\n' "$2") <(printf '%s\n' "$3") | sed 's/^/  /' || true
}

# Ends the test. One that compared nothing has failed.
summary() {
  printf '%d comparisons, %d failed\n' "$CHECKS" "$FAILURES"
  ((CHECKS > 0 && FAILURES == 0))
}

words() { tr -s ' \n' '\n' | sed '/^$/d' | sort -u; }

# The part of a --help that a heading starts, up to an empty line.
help_section() { sed -n "/^$1:/,/^\$/p"; }

# The subcommands that a program's --help names.
help_commands() {
  "$@" --help | help_section '\(Subcommands\|SUBCOMMANDS\)' |
    sed -n 's/^  \([a-z][a-z-]*\) .*/\1/p' | words
}

# The long flags that a command's --help names.
help_flags() {
  "$@" --help | help_section '\(Options\|OPTIONS\)' |
    sed -n 's/^ *\(-[a-zA-Z], *\)\{0,1\}\(--[a-z-]*\).*/\2/p' | words
}

# Each command, one a line; those of a command that has some are "policy lint".
all_commands() {
  local command sub subs
  for command in $(help_commands "$PINWARDEN"); do
    subs=$(help_commands "$PINWARDEN" "$command")
    [[ -n $subs ]] || echo "$command"
    for sub in $subs; do echo "$command $sub"; done
  done
}
