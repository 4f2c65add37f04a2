# SPDX-FileCopyrightText: The pinwarden authors
# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# pinwardend crashes while containers are being created. What ran, what was
# recorded and how long it took goes into a table.

CRASH_KILLS=5
CRASH_TARGET_MS=250  # median of SIGKILL to judging again
CRASH_TABLE=()       # of all hosts

phase_crash() {
  title "$HOST_NAME: crashes under load"
  policy_mode enforce
  crash_log_everything
  crash_sigkill
  crash_sigstop
  crash_disk_full
  crash_on_slip_stop
}

# The log leaves out containers that were found running and are allowed, as
# those are whose record was lost in a crash.
crash_log_everything() {
  inside sed -i 's/^log_level: .*/log_level: debug/' \
    /etc/pinwarden/pinwardend.yaml
  inside systemctl restart pinwardend.service
  await_or_die "the registration" is_judging
}

# crash_await_judging TIME: prints after how many ns it registered again. Asks
# seldom, so as not to be what it measures.
crash_await_judging() {
  local since registered try
  since=$(seconds_of "$1")
  for ((try = 0; try < PATIENCE * 2; try++)); do
    sleep 0.5
    registered=$(registered_after "$since")
    [[ -z $registered ]] || { echo "$((registered - $1))" && return; }
  done
  echo 0
}

# crash_kill_repeatedly: fills CRASH_NS with how long each time took.
crash_kill_repeatedly() {
  local number at after
  CRASH_NS=()
  for ((number = 0; number < CRASH_KILLS; number++)); do
    at=$(crash_signal KILL)
    after=$(crash_await_judging "$at")
    CRASH_NS+=("$after")
    check "after SIGKILL it judges again ($(milliseconds "$after"))" \
      await is_judging
  done
  CRASH_MEDIAN=$(milliseconds "$(median "${CRASH_NS[@]}")")
}

crash_sigkill() {
  crash_kill_repeatedly
  note "SIGKILL to judging again on an idle host, median of $CRASH_KILLS:" \
    "$CRASH_MEDIAN (target: $CRASH_TARGET_MS ms)"
  CRASH_TABLE+=("$HOST_NAME|SIGKILL x $CRASH_KILLS, idle|0|0|0|0|0|$CRASH_MEDIAN (median)")
  load_start sigkill
  crash_kill_repeatedly
  load_await_more 10
  load_stop
  note "the same while containers are created: $CRASH_MEDIAN"
  crash_account "SIGKILL x $CRASH_KILLS" "$CRASH_MEDIAN (median)"
}

# crash_signal NAME: sends it, and prints when.
crash_signal() {
  inside_sh 'date +%s%N && kill "-$1" "$2"' "$1" "$(daemon_pid)"
}

crash_sigstop() {
  local at after
  load_start sigstop
  at=$(crash_signal STOP)
  after=$(crash_await_judging "$at")
  check "after SIGSTOP it is killed, and judges again ($(milliseconds "$after"))" \
    await is_judging
  load_await_more 10
  load_stop
  crash_account SIGSTOP "$(milliseconds "$after")"
  check "meanwhile containers were created, as doctor said" \
    at_least "${ACCOUNT[unjudged]}" 1
}

# crash_account FAULT HOW_LONG: one row of the table. Whatever happened, each
# container is known: refused, judged, or named as one that slipped by.
crash_account() {
  await load_is_recorded || true
  CRASH_TABLE+=("$(printf '%s|%s|%d|%d|%d|%d|%d|%s' "$HOST_NAME" "$1" \
    "${ACCOUNT[asked]}" "${ACCOUNT[unpinned_refused]}" \
    "${ACCOUNT[unjudged]}" "${ACCOUNT[slipped_violation]}" \
    "${ACCOUNT[slipped_allowed]}" "$2")")
  note "$1: ${ACCOUNT[asked]} asked for, ${ACCOUNT[unjudged]} created unjudged," \
    "${ACCOUNT[unpinned_created]} of them unpinned"
  check "$1: every container that was created is recorded" \
    equal "${ACCOUNT[unrecorded]}" 0
  check "$1: every unpinned one that slipped by is named as such" \
    equal "${ACCOUNT[unpinned_unnamed]}" 0
  check "$1: no pinned container was refused" \
    equal "${ACCOUNT[pinned_refused]}" 0
  check "$1: no container failed for another reason" \
    equal "${ACCOUNT[failed]}" 0
  check "$1: pods can be removed" remove_all_pods
}

# Both directories are small file systems of their own, to be filled.
crash_disk_full() {
  local at after
  inside systemctl stop pinwardend.service
  inside_sh 'for d in /run/pinwarden /var/lib/pinwarden; do
      mkdir -p "$d"
      mount -t tmpfs -o size=1m,mode=755 pinwarden-test "$d"
    done'
  inside systemctl start pinwardend.service
  await_or_die "the registration" is_judging
  load_start disk-full
  inside_sh 'for d in /run/pinwarden /var/lib/pinwarden; do
      dd if=/dev/zero of="$d/filler" bs=64k 2>/dev/null || true
      dd if=/dev/zero of="$d/filler2" bs=1 count=4096 2>/dev/null || true
    done'
  check "disk full: it goes on judging" is_judging
  inside sh -c 'echo "# changed" >>/etc/pinwarden/policy.yaml'
  check "disk full: a changed policy is put in force" \
    await status_is generation 2
  load_await_more 10
  at=$(crash_signal KILL)
  after=$(crash_await_judging "$at")
  check "disk full: after SIGKILL it judges again ($(milliseconds "$after"))" \
    await is_judging
  load_await_more 10
  load_stop
  crash_account "disk full, then SIGKILL" "$(milliseconds "$after")"
  crash_disk_full_at_start
  inside systemctl stop pinwardend.service
  inside umount /run/pinwarden /var/lib/pinwarden
  inside systemctl start pinwardend.service
  check "with room again it judges" await is_judging
}

# Without room for its files from the start, the marker of judged containers
# too.
crash_disk_full_at_start() {
  inside systemctl stop pinwardend.service
  inside_sh 'for d in /run/pinwarden /var/lib/pinwarden; do
      find "$d" -mindepth 1 ! -name "filler*" -delete
      dd if=/dev/zero of="$d/filler3" bs=1 count=65536 2>/dev/null || true
    done'
  inside systemctl start pinwardend.service
  check "disk full from the start: it judges" await is_judging
  check "disk full from the start: an unpinned container is refused" \
    refuses_container full "$IMAGE_UNPINNED"
  check "disk full from the start: status says what it cannot remember" \
    crash_status_has_problem
}

# A container that slipped by does not go on where the policy says so.
crash_on_slip_stop() {
  crash_set_on_slip stop
  inside systemctl stop pinwardend.service
  check "while it is stopped an unpinned container runs" \
    run_container slipped "$IMAGE_UNPINNED"
  check "and a pinned one" run_container kept "$IMAGE_PINNED"
  inside systemctl start pinwardend.service
  check "on_slip: stop: the unpinned one is stopped" \
    await crash_runs_only "$IMAGE_PINNED"
  check "on_slip: stop: status counts it" await status_is slipped_stopped 1
  crash_set_on_slip record
  check "pods can be removed" remove_all_pods
}

crash_set_on_slip() {
  inside sed -i "s/^on_slip: .*/on_slip: $1/" /etc/pinwarden/policy.yaml
  await_or_die "the policy" status_is on_slip "$1"
}

# crash_runs_only IMAGE
crash_runs_only() {
  equal "$(kubelet cri_tool list | awk '/RUNNING/ { print $NF }')" "$1"
}

crash_status_has_problem() {
  inside pinwarden status --output json |
    grep -q '"judging":{[^}]*"problem":"[^"]'
}

crash_print_table() {
  local line row
  title "Crashes in enforce mode: what became of the containers asked for"
  for line in "host|fault|asked|refused|unjudged|slipped_violation|slipped_allowed|judging again" \
    "${CRASH_TABLE[@]}"; do
    IFS='|' read -ra row <<<"$line"
    printf '%-11s %-24s %6s %8s %9s %18s %16s  %s\n' "${row[@]}"
  done
}
