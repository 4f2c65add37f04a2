#!/bin/bash
# SPDX-FileCopyrightText: The pinwarden authors
# SPDX-License-Identifier: Apache-2.0
#
# bash completes exactly the subcommands and flags that --help names.
. "$(dirname "${BASH_SOURCE[0]}")/common.sh" "$@"
. "$SOURCE/packaging/completions/pinwarden"

# completed FUNCTION WORD...: what bash would offer for the last word.
completed() {
  local function=$1
  shift
  COMP_WORDS=(program "$@")
  COMP_CWORD=$#
  COMPREPLY=()
  "$function"
  printf '%s\n' "${COMPREPLY[@]}" | words
}

# The values that a flag's completion knows, if it knows them.
formats_in_help() {
  "$PINWARDEN" "$@" --help | grep -o -m 1 'text|json[a-z|]*' | tr '|' '\n' |
    words
}
names_in_help() { "$PINWARDEN" watch --help | tr -s ', .:\n' '\n'; }

same "subcommands" "$(help_commands "$PINWARDEN")" "$(completed _pinwarden '')"
same "subcommands of policy" "$(help_commands "$PINWARDEN" policy)" \
  "$(completed _pinwarden policy '')"
same "flags of pinwarden" "$(help_flags "$PINWARDEN")" \
  "$(completed _pinwarden --)"
same "flags of pinwardend" "$(help_flags "$PINWARDEND")" \
  "$(completed _pinwardend --)"
while read -r command; do
  # shellcheck disable=SC2086  # a command is one or two words
  same "flags of $command" "$(help_flags "$PINWARDEN" $command)" \
    "$(completed _pinwarden $command --)"
  # shellcheck disable=SC2086
  if help_flags "$PINWARDEN" $command | grep -qx -- --output; then
    same "formats of $command" "$(formats_in_help $command)" \
      "$(completed _pinwarden $command --output '')"
  fi
done < <(all_commands)

# What a name completes to has to be a name that the command knows.
for flag in --outcome --reason; do
  for name in $(completed _pinwarden watch "$flag" ''); do
    same "$flag $name is in watch --help" "$name" \
      "$(names_in_help | grep -x -m 1 "$name" || true)"
  done
done
same "groups of a report" "$(printf '%s\n' image namespace reason workload)" \
  "$(completed _pinwarden report --by '')"
same "a prefix" "--policy" "$(completed _pinwarden check --po)"
same "a file" "$SOURCE/CHANGELOG.md" \
  "$(completed _pinwarden policy lint "$SOURCE/CHANGE")"
same "nothing for what cannot be known" "" \
  "$(completed _pinwarden check --namespace '')"
summary
