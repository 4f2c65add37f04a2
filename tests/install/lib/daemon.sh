# SPDX-FileCopyrightText: The pinwarden authors
# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# The installed pinwardend: what its unit, its status and its journal say.

unit_is() { equal "$(inside systemctl is-active pinwardend.service)" "$1"; }

daemon_pid() {
  inside systemctl show --property MainPID --value pinwardend.service
}

# status_field NAME: what the status has under that name, as text.
status_field() {
  inside pinwarden status --output json |
    sed -n 's/.*"'"$1"'":"\{0,1\}\([^",}]*\).*/\1/p'
}

status_is() { equal "$(status_field "$1")" "$2"; }

is_registered() { status_is registered true; }

# Active and registered: judging again after whatever happened.
is_judging() { unit_is active && is_registered; }

# The unit's journal since TIME (seconds since 1970, with a fraction).
journal_since() {
  inside journalctl --unit pinwardend.service --output short-unix --no-pager \
    --quiet --since "@$1" | awk -v since="$1" '$1 >= since'
}

# journal_has TIME PATTERN
journal_has() { journal_since "$1" | grep -q -- "$2"; }

# When pinwardend registered after TIME, in ns since 1970; nothing if not yet.
registered_after() {
  journal_since "$1" | awk '/event=nri_registered/ {
    sub(/\./, "", $1); print $1 "000"; exit }'
}

# seconds_of NANOSECONDS: as journal_since wants it.
seconds_of() { printf '%d.%06d' "$(($1 / 1000000000))" "$(($1 / 1000 % 1000000))"; }

# What was decided after TIME: "CONTAINER TRIGGER OUTCOME", a line each.
decisions_since() {
  journal_since "$1" | awk '/event=decision/ {
    delete of
    for (i = 1; i <= NF; i++) {
      if (split($i, pair, "=") == 2) of[pair[1]] = pair[2]
    }
    print of["container"], of["trigger"], of["outcome"]
  }'
}

# policy_mode observe|enforce: as an operator edits the file, and waits for it.
policy_mode() {
  inside sed -i "s/^mode: .*/mode: $1/" /etc/pinwarden/policy.yaml
  await_or_die "the mode $1" status_is mode "$1"
}
