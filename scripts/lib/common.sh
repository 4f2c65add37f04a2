# SPDX-FileCopyrightText: The pinwarden authors
# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# What every script here starts with: strict mode, the paths, and a voice.

set -euo pipefail
export LC_ALL=C

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
BUILD=$ROOT/build
RUNTIMES=${PINWARDEN_RUNTIMES:-$BUILD/runtimes}
LOGS=$BUILD/log
# shellcheck disable=SC2034  # read by the scripts that source this
JOBS=$(nproc)

# Colours only for a person: not through a pipe, not with NO_COLOR.
if [[ -t 1 && -z ${NO_COLOR:-} ]]; then
  BOLD=$'\e[1m' DIM=$'\e[2m' RED=$'\e[31m' PLAIN=$'\e[0m'
else
  BOLD='' DIM='' RED='' PLAIN=''
fi

title() { printf '\n%s== %s%s\n' "$BOLD" "$*" "$PLAIN"; }
say() { printf '%s\n' "$*"; }
note() { printf '%s   %s%s\n' "$DIM" "$*" "$PLAIN"; }
die() {
  printf '%s%s: %s%s\n' "$RED" "${0##*/}" "$*" "$PLAIN" >&2
  exit 1
}

need_root() {
  [[ $(id -u) == 0 ]] || die "has to run as root: containers need it"
}

# quietly LOG COMMAND...: the command's output goes to build/log/LOG.log, and
# its last lines to the screen only if it fails.
quietly() {
  local log=$LOGS/$1.log status=0
  shift
  mkdir -p "$LOGS"
  "$@" >"$log" 2>&1 </dev/null || status=$?
  ((status == 0)) && return
  tail -n 40 "$log" >&2
  printf '%s%s failed with status %d; all of it: %s%s\n' \
    "$RED" "$1" "$status" "$log" "$PLAIN" >&2
  return "$status"
}
