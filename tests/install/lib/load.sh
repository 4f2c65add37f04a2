# SPDX-FileCopyrightText: The pinwarden authors
# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# Containers created without a pause, every other one of an image that is not
# pinned, and afterwards an account of each: what became of it, and what was
# recorded of it.

LOAD_LOG=      # what load_tool said of each attempt
LOAD_START=    # ns since 1970
declare -A ACCOUNT

# load_start NAME: waits until containers are being created. The load ends when
# its input does, with this script at the latest.
load_start() {
  LOAD_LOG=$LOGS/$HOST_NAME-load-$1.log
  LOAD_START=$(now_ns)
  : >"$LOAD_LOG"
  : >"$LOAD_LOG.err"
  coproc LOAD {
    kubelet load_tool --prefix "$1" "$IMAGE_PINNED" "$IMAGE_UNPINNED" \
      >"$LOAD_LOG" 2>"$LOAD_LOG.err"
  }
  load_await_more 20
}

load_lines() { wc -l <"$LOAD_LOG"; }

load_has() { (($(load_lines) >= $1)); }

# load_await_more COUNT: until that many more containers were asked for.
load_await_more() {
  local wanted=$(($(load_lines) + $1))
  await_or_die "$1 more attempts: $(cat "$LOAD_LOG.err")" load_has "$wanted"
}

load_stop() {
  local pid=$LOAD_PID
  eval "exec ${LOAD[1]}>&-"
  wait "$pid" || true
}

# load_account: fills ACCOUNT from the load and the journal.
#   asked, failed            attempts; those that failed for another reason
#   pinned_refused           refused though pinned
#   unpinned_refused         as they should be
#   unpinned_created         nobody refused them
#   unjudged                 created, and not judged at that moment
#   unrecorded               created, and nobody knows of them
#   unpinned_unnamed         unpinned, created, and not named as a violation
#   slipped_allowed, slipped_violation     recorded as such
#   last_slip                ns since 1970: the last unjudged one was there; or 0
load_account() {
  local records=$LOAD_LOG.records key value
  # The daemon writes its log behind the requests.
  inside journalctl --sync
  decisions_since "$(seconds_of "$LOAD_START")" >"$records"
  while read -r key value; do
    ACCOUNT[$key]=$value
  done < <(awk -v pinned="$IMAGE_PINNED" -f "$ROOT/tests/install/lib/account.awk" \
    "$records" "$LOAD_LOG")
}

# load_is_recorded: the last container that was created has been recorded.
load_is_recorded() {
  load_account
  ((ACCOUNT[unrecorded] == 0))
}
