#!/bin/bash
# SPDX-FileCopyrightText: The pinwarden authors
# SPDX-License-Identifier: Apache-2.0
#
# The man pages are well-formed, and describe exactly the subcommands, flags,
# settings and policy keys that there are.
. "$(dirname "${BASH_SOURCE[0]}")/common.sh" "$@"
MAN=$SOURCE/docs/man

# page_flags PAGE SECTION: the long flags that items of a section name.
page_flags() {
  awk -v section="$2" '
    /^\.S[sh] / { inside = index($0 " ", section " ") == 1; next }
    inside && /^\.It Fl/ { print }' "$1" |
    grep -o 'Fl -[a-z-]*' | sed 's/^Fl -/--/' | words
}

# page_keys PAGE SECTION...: the keys that items of the sections name.
page_keys() {
  local page=$1 section
  shift
  for section in "$@"; do
    awk -v section=".Sh $section" '
      /^\.Sh / { inside = $0 == section; next }
      inside && /^\.It Va/ { print $3 }' "$page"
  done | words
}

for page in pinwarden.1 pinwarden-policy.5 pinwardend.8; do
  # Which other manuals are installed here says nothing about the page.
  same "$page is well-formed" "" "$(mandoc -Tlint -W style "$MAN/$page" 2>&1 |
    grep -v 'referenced manual not found\|lacks .* entry' || true)"
done

while read -r command; do
  # Every command has --help, which the page says once.
  # shellcheck disable=SC2086  # a command is one or two words
  same "flags of $command" \
    "$(help_flags "$PINWARDEN" $command | sed '/^--help$/d')" \
    "$(page_flags "$MAN/pinwarden.1" ".Ss $command")"
done < <(all_commands)
same "commands" "$(all_commands | sort)" \
  "$(sed -n 's/^\.Ss \([a-z -]*[a-z]\).*/\1/p' "$MAN/pinwarden.1" | sort)"

# A flag of the daemon is an option, or a key of its settings.
same "flags of pinwardend" "$(help_flags "$PINWARDEND")" "$({
  page_flags "$MAN/pinwardend.8" ".Sh OPTIONS"
  page_keys "$MAN/pinwardend.8" SETTINGS | sed 's/^/--/; s/_/-/g'
} | sort -u)"
same "settings in the file that is shipped" \
  "$(page_keys "$MAN/pinwardend.8" SETTINGS)" \
  "$(sed -n 's/^\([a-z_]*\):.*/\1/p' "$SOURCE/packaging/pinwardend.yaml" |
    sed '/^version$/d' | sort)"

# docs/policy.md has a table of keys for each part of the file.
documented_keys() {
  awk -F'[|`]' '
    /^\| key \|/ { inside = 1; next }
    !/^\|/ { inside = 0 }
    inside && $3 ~ /^[a-z_]+$/ { print $3 }' "$SOURCE/docs/policy.md" | words
}
same "keys of the policy" "$(documented_keys)" \
  "$(page_keys "$MAN/pinwarden-policy.5" KEYS RULES EXEMPTIONS MATCH \
    "CUSTOM RESOURCES")"
summary
