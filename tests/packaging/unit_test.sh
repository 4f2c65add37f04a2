#!/bin/bash
# SPDX-FileCopyrightText: The pinwarden authors
# SPDX-License-Identifier: Apache-2.0
#
# Every unit that is shipped is one that systemd understands, and gives away
# next to nothing of the host: an exposure of at most 1.5 out of 10.
. "$(dirname "${BASH_SOURCE[0]}")/common.sh" "$@"
MOST=15  # tenths

unit_problems() {
  # The program and its manual are not installed where it is tested.
  systemd-analyze verify --man=no "$1" 2>&1 | grep -v 'is not executable' || true
}

for unit in "$SOURCE"/systemd/*.service; do
  name=$(basename "$unit")
  same "systemd understands $name" "" "$(unit_problems "$unit")"
  exposed=$(systemd-analyze security --no-pager --offline=true \
    --threshold="$MOST" "$unit" 2>&1) && verdict=ok || verdict=exposed
  grep 'Overall exposure' <<<"$exposed"
  same "exposure of $name is at most $MOST tenths" ok "$verdict"
done
summary
